"""Resident medical insurance (390): from when to when one is entitled in an insurance year, and why.

The rule set of Yangquan, insurance year 2018 (service content §4): paid in the window September to December of the year
before: the whole year. Paid later: from 30 days after the payment. A newborn: from the day of registration, or, born and paid
in the window for the next year, from birth to the end of the birth year and the next year. Funded by medical assistance: the
whole year without an own payment.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kiosk.model import Entitlement, EntitlementReason, Fen, Period

WINDOW_OPENS: Final = (9, 1)
"""Month and day of the year before the insurance year; the window closes on 31 December."""

LATE_WAIT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a year costs, in fen. `sample`: not a published figure."""

    own: Fen
    subsidy: Fen
    sample: bool = True


TARIFFS: Final[dict[tuple[str, int], Tariff]] = {
    ("1403", 2018): Tariff(180_00, 490_00, sample=False),
}
"""Published figures by the first four digits of the area and the insurance year; the own part of Yangquan 2018 is 180 yuan.
The subsidy of that year and all other years are samples (`tariff`)."""


def tariff(area: str, year: int) -> Tariff:
    """What a year of insurance costs in an area, the same for adults and minors."""
    known = TARIFFS.get((area[:4], year))
    if known is not None:
        return known
    steps = max(0, min(year, 2026) - 2012)
    own = (60 + 20 * steps if area.startswith("1403") else 100 + 20 * steps) * 100
    return Tariff(own, (280 + 30 * steps if area.startswith("1403") else 250 + 30 * steps) * 100)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The facts of one insurance year. `born` only for a newborn of that year or of the window before it.

    `registered_on`: the newborn's registration; `paid_on`: payment of the own part for this year; `funded`: assistance pays.
    """

    year: int
    paid_on: date | None
    born: date | None = None
    registered_on: date | None = None
    funded: bool = False


def window_opens(year: int) -> date:
    """First day on which `year` can be paid for."""
    return date(year - 1, *WINDOW_OPENS)


def entitlement(facts: Enrolment) -> Entitlement:
    """From when to when, and why. Periods may reach back into the year before (newborns of the window)."""
    year = facts.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    opens = window_opens(year)

    def told(reason: EntitlementReason, *periods: Period) -> Entitlement:
        return Entitlement(year, reason.value, periods, facts.paid_on)

    if facts.born is not None and facts.born >= opens and facts.born < first:
        if facts.paid_on is not None and facts.paid_on < first:
            return told(
                EntitlementReason.NEWBORN_IN_WINDOW, Period(facts.born, date(year - 1, 12, 31)), Period(first, last)
            )
    elif facts.born is not None and facts.born.year == year and facts.registered_on is not None:
        if facts.registered_on <= last:
            return told(EntitlementReason.NEWBORN_REGISTERED, Period(facts.registered_on, last))
        return told(EntitlementReason.NOT_PAID)
    if facts.funded:
        return told(EntitlementReason.FUNDED, Period(first, last))
    if facts.paid_on is None:
        return told(EntitlementReason.NOT_PAID)
    if facts.paid_on < first:
        return told(EntitlementReason.PAID_IN_WINDOW, Period(first, last))
    starts = facts.paid_on + LATE_WAIT
    return told(EntitlementReason.PAID_LATE, *([Period(starts, last)] if starts <= last else []))


def cost(area: str, facts: Enrolment) -> tuple[Fen, Fen]:
    """(own part, government's part) that was booked. Who pays late pays the government's part too."""
    price = tariff(area, facts.year)
    reason = entitlement(facts).reason
    if reason == EntitlementReason.FUNDED:
        return 0, price.own + price.subsidy
    if reason == EntitlementReason.PAID_LATE:
        return price.own + price.subsidy, 0
    if facts.paid_on is None and reason == EntitlementReason.NOT_PAID:
        return 0, 0
    return price.own, price.subsidy
