"""What of a record is kept for outages: 24 months, and what is older is unknown, never unpaid."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kiosk.central.decode import decode, encode
from kiosk.engine.trim import kept_part
from kiosk.model import Absent, AbsentReason, ContributionHistory, ContributionYear, Month, MonthState, Overview
from kiosk.visit.kept import KEPT_MONTHS
from tests.kiosk.visit.samples import overview


def with_years(first: int, last: int) -> Overview:
    base = overview(0)
    assert not isinstance(base.contributions, Absent)
    years = tuple(ContributionYear(year, "P" * 12, (1, 6, 12), 100, 200) for year in range(first, last + 1))
    history = replace(base.contributions[0], years=years)
    return replace(base, contributions=(history,))


def history_of(kept: Overview) -> ContributionHistory:
    assert not isinstance(kept.contributions, Absent)
    return kept.contributions[0]


@given(st.integers(1, 12), st.integers(1990, 2026))
def test_exactly_the_last_24_months_are_known(month: int, first: int) -> None:
    this = Month(2026, month)
    kept = history_of(kept_part(with_years(first, 2026), date(2026, month, 20)))
    known = {
        Month(year.year, number)
        for year in kept.years
        for number, state in enumerate(year.months, 1)
        if state != MonthState.UNKNOWN.value
    }
    wanted = {Month(2026, 12).plus(-back) for back in range((2026 - first + 1) * 12)}
    assert known == {each for each in wanted if each > this.plus(-KEPT_MONTHS)}
    assert all(set(year.months) != {"U"} for year in kept.years)


def test_corrections_of_months_that_are_not_kept_go_with_them() -> None:
    kept = history_of(kept_part(with_years(2023, 2026), date(2026, 5, 1)))
    assert [(year.year, year.corrected) for year in kept.years] == [
        (2024, (6, 12)),
        (2025, (1, 6, 12)),
        (2026, (1, 6, 12)),
    ]


def test_what_the_body_counts_stays_as_it_is() -> None:
    before = with_years(1990, 2026)
    kept = kept_part(before, date(2026, 11, 30))
    assert history_of(kept).total_months == history_of(before).total_months
    assert (kept.accounts, kept.registrations, kept.holder) == (before.accounts, before.registrations, before.holder)


def test_months_before_the_insurance_began_are_not_said_to_be_kept_elsewhere() -> None:
    before = with_years(2024, 2026)
    assert not isinstance(before.contributions, Absent)
    began = replace(before.contributions[0].years[0], months="NNNNNNPPPPPP", corrected=())
    history = replace(before.contributions[0], years=(began, *before.contributions[0].years[1:]))
    kept = kept_part(replace(before, contributions=(history,)), date(2026, 11, 30))
    assert history_of(kept).years[0].months == "NNNNNNUUUUUP"


def test_what_central_could_not_give_stays_absent() -> None:
    absent = Absent(AbsentReason.SOURCE_UNAVAILABLE)
    assert kept_part(replace(overview(0), contributions=absent), date(2026, 11, 30)).contributions == absent


def test_what_is_kept_can_be_read_again() -> None:
    kept = kept_part(with_years(1990, 2026), date(2026, 11, 30))
    assert decode(Overview, encode(kept)) == kept
