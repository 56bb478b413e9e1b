"""Calendar months: as they travel, in order, and how far apart."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model import Month

MONTHS = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))


def test_months_travel_as_text() -> None:
    assert str(Month(2026, 3)) == "2026-03"
    assert Month.parse("2026-03") == Month(2026, 3)
    assert Month.of(date(2026, 3, 31)) == Month(2026, 3)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-3", "2026-13", "2026-00", "2026/03", "202603", "2026-03-01", "1899-12", "2201-01"),
        *("２０２６-03", "+026-03"),
    ],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        Month.parse(text)


@pytest.mark.parametrize(("year", "month"), [(1899, 12), (2201, 1), (2026, 0), (2026, 13)])
def test_a_month_outside_the_calendar_cannot_be_made(year: int, month: int) -> None:
    with pytest.raises(ValueError, match="not a month"):
        Month(year, month)


def test_steps_cross_years() -> None:
    assert Month(2025, 12).plus(1) == Month(2026, 1)
    assert Month(2026, 1).plus(-1) == Month(2025, 12)
    assert Month(2001, 3).plus(12 * 25) == Month(2026, 3)
    with pytest.raises(ValueError, match="not a month"):
        Month(2200, 12).plus(1)


@given(MONTHS, MONTHS)
def test_order_and_distance_agree(a: Month, b: Month) -> None:
    assert (a < b) == ((a.year, a.month) < (b.year, b.month)) == (a.ordinal < b.ordinal)
    assert a.plus(b.ordinal - a.ordinal) == b
    assert Month.parse(str(a)) == a
    assert (a == b) == (hash(a) == hash(b)) or a != b
