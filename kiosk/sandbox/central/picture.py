"""From booked rows to the months picture: one rule for every insurance and every resident.

A month's letter follows from its rows, in this order:

1. an exemption row (AAA115 exempt) that is not taken back: `E`;
2. nothing but rows that are not there yet (AAE078 = 0): `W`;
3. rows of which nobody knows whether they arrived (AAE078 empty), and none that did: `U`;
4. what has arrived adds up to more than 0: `B` when all of it was paid in arrears (no regular row arrived), else `P`;
5. what has arrived adds up to 0 or less (taken back): as if there were no row.

A month without rows is `N` before the first month, after the last one of an ended insurance, and after retirement; `D` when
it is not due yet; else `M`. A month is due when the month before the current one is; the current month is on its way or not due.
An insurance that is paid once a year (resident schemes, large-expense aid) books in January of the insurance year: the
letter of that row holds for all its months from the first month of insurance on.

`total_months` counts P, B and E. A year's own and employer part is the sum of what has arrived.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from kiosk.model import ContributionYear, Fen, Month, MonthState, RowKind

COUNTED: Final = frozenset({MonthState.PAID, MonthState.BACK_PAID, MonthState.EXEMPT})


class Booked(NamedTuple):
    """What the rule needs of a row. `month` is `Month.ordinal`."""

    month: int
    kind: RowKind
    employer: Fen | None
    own: Fen | None
    arrived: bool | None

    @property
    def amount(self) -> Fen:
        return (self.employer or 0) + (self.own or 0)


@dataclass(frozen=True, slots=True)
class Picture:
    first_month: Month | None
    total_months: int
    years: tuple[ContributionYear, ...]


def letter(rows: Sequence[Booked]) -> MonthState | None:
    """The state of one month by its rows; None: as if there were no row."""
    if not rows:
        return None
    if len(rows) == 1 and rows[0].arrived and rows[0].kind is RowKind.REGULAR and rows[0].amount > 0:
        return MonthState.PAID  # by the rule below; nine of ten months are like this
    exemptions = sum(1 if row.amount >= 0 else -1 for row in rows if row.kind is RowKind.EXEMPTION)
    if exemptions > 0:
        return MonthState.EXEMPT
    arrived = [row for row in rows if row.arrived]
    if not arrived:
        return MonthState.UNKNOWN if any(row.arrived is None for row in rows) else MonthState.ON_THE_WAY
    if sum(row.amount for row in arrived) <= 0:
        return None
    in_time = any(row.kind in (RowKind.REGULAR, RowKind.OTHER) for row in arrived)
    return MonthState.PAID if in_time else MonthState.BACK_PAID


def draw(
    rows: Iterable[Booked], *, since: int | None, until: int | None, current: int, yearly: bool, running: bool
) -> Picture:
    """The picture of one insurance.

    `rows` in order of month; `since`, `until`: first and last month of insurance (ordinals); `current`: this month;
    `running`: contributions are still due (not retired, not ended).
    """
    by_month = {month: tuple(group) for month, group in groupby(rows, key=lambda row: row.month)}
    if not by_month and since is None:
        return Picture(None, 0, ())
    begin = since if yearly and since is not None else min([*by_month, *([since] if since is not None else [])])
    last_row = max(by_month, default=begin)
    end = until if until is not None else (current if running else last_row)
    end = max(end, last_row)
    last_year = max(end // 12, current // 12 if running else end // 12)
    years = []
    total = 0
    for year in range(begin // 12, last_year + 1):
        letters = []
        here: list[Booked] = []
        corrected = []
        for month in range(year * 12, year * 12 + 12):
            booked = by_month.get(month, ())
            here += booked
            if len(booked) > 1:
                corrected.append(month % 12 + 1)
            state = letter(by_month.get(year * 12, ()) if yearly and month >= begin else () if yearly else booked)
            letters.append(state or _empty(month, begin, end, current, yearly, running))
        total += sum(1 for one in letters if one in COUNTED)
        arrived = [row for row in here if row.arrived]
        years.append(
            ContributionYear(
                year=year,
                months="".join(letters),
                corrected=tuple(corrected),
                own=sum(row.own or 0 for row in arrived),
                employer=sum(row.employer or 0 for row in arrived),
            )
        )
    return Picture(Month(begin // 12, begin % 12 + 1), total, tuple(years))


def _empty(month: int, begin: int, end: int, current: int, yearly: bool, running: bool) -> MonthState:
    if month < begin or (month > end and not running):
        return MonthState.NONE
    due = month < current if not yearly else month // 12 <= current // 12
    return MonthState.MISSING if due else MonthState.NOT_DUE
