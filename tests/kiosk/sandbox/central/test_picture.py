"""From rows to the months picture: the rule's clauses one by one."""

import pytest

from kiosk.model import Month, MonthState, RowKind
from kiosk.sandbox.central.picture import Booked, Picture, draw, letter

JAN = 2026 * 12
REGULAR, BACK, FIX, EXEMPT, OTHER = (
    RowKind.REGULAR,
    RowKind.BACK_PAYMENT,
    RowKind.CORRECTION,
    RowKind.EXEMPTION,
    RowKind.OTHER,
)


def row(kind: RowKind = REGULAR, own: int | None = 800, arrived: bool | None = True, month: int = JAN) -> Booked:
    return Booked(month, kind, None if own is None else 2 * own, own, arrived)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([], None),
        ([row()], MonthState.PAID),
        ([row(OTHER)], MonthState.PAID),
        ([row(BACK)], MonthState.BACK_PAID),
        ([row(BACK), row(FIX)], MonthState.BACK_PAID),
        ([row(FIX)], MonthState.BACK_PAID),
        ([row(BACK), row()], MonthState.PAID),
        ([row(EXEMPT)], MonthState.EXEMPT),
        ([row(EXEMPT, 0)], MonthState.EXEMPT),
        ([row(EXEMPT), row(EXEMPT, -800)], None),
        ([row(arrived=False)], MonthState.ON_THE_WAY),
        ([row(arrived=None)], MonthState.UNKNOWN),
        ([row(arrived=None), row(arrived=False)], MonthState.UNKNOWN),
        ([row(arrived=None), row()], MonthState.PAID),
        ([row(), row(FIX, -800)], None),
        ([row(), row(FIX, -800), row(FIX, 900)], MonthState.PAID),
        ([row(), row(FIX, -900)], None),
        ([row(own=None)], None),
    ],
)
def test_a_month_follows_from_its_rows(rows: list[Booked], state: MonthState | None) -> None:
    assert letter(rows) is state


def drawn(
    rows: list[Booked],
    *,
    since: int | None = None,
    until: int | None = None,
    yearly: bool = False,
    running: bool = True,
) -> Picture:
    """The picture as it is in June 2026."""
    return draw(rows, since=since, until=until, current=JAN + 5, yearly=yearly, running=running)


def test_months_without_rows_are_missing_while_insurance_runs() -> None:
    picture = drawn([row(month=JAN), row(month=JAN + 3), row(arrived=False, month=JAN + 5)])
    assert picture.years[0].months == "PMMPMWDDDDDD"
    assert picture.total_months == 2
    assert picture.first_month == Month(2026, 1)


def test_this_month_is_not_due_before_it_is_booked() -> None:
    assert drawn([row(month=JAN + 4)]).years[0].months == "NNNNPDDDDDDD"


def test_after_the_end_there_is_nothing() -> None:
    picture = drawn([row(month=JAN + 1)], since=JAN, until=JAN + 2, running=False)
    assert picture.years[0].months == "MPMNNNNNNNNN"


def test_after_retirement_there_is_nothing() -> None:
    picture = drawn([row(month=JAN), row(month=JAN + 1)], running=False)
    assert [year.months for year in picture.years] == ["PPNNNNNNNNNN"]


def test_one_payment_a_year_counts_for_all_its_months() -> None:
    picture = drawn([row(month=JAN - 12), row(month=JAN)], since=JAN - 12 + 4, yearly=True)
    assert [year.months for year in picture.years] == ["NNNNPPPPPPPP", "PPPPPPPPPPPP"]
    assert picture.total_months == 20


def test_a_year_that_is_not_paid_is_missing_and_the_next_one_not_shown() -> None:
    picture = drawn([row(month=JAN - 12)], since=JAN - 12, yearly=True)
    assert [year.months for year in picture.years] == ["P" * 12, "M" * 12]


def test_the_next_year_shows_when_it_is_paid_for() -> None:
    picture = drawn([row(month=JAN), row(month=JAN + 12)], since=JAN, yearly=True)
    assert [year.year for year in picture.years] == [2026, 2027]


def test_sums_hold_what_has_arrived_and_corrections_are_marked() -> None:
    rows = [row(month=JAN), row(month=JAN + 1), row(FIX, -800, month=JAN + 1), row(arrived=False, month=JAN + 5)]
    year = drawn(rows).years[0]
    assert (year.own, year.employer, year.corrected) == (800, 1600, (2,))


def test_nobody_insured_has_no_picture() -> None:
    assert drawn([]).years == ()
