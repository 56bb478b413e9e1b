"""The rule set of service content §4, with its worked examples."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model import EntitlementReason, Period
from kiosk.sandbox.central.resident_medical import Enrolment, cost, entitlement, tariff, window_opens

YEARS = [2018, 2020, 2024, 2026]


@pytest.mark.parametrize("y", YEARS)
def test_paid_in_the_window_is_the_whole_year(y: int) -> None:
    got = entitlement(Enrolment(y, date(y - 1, 10, 15)))
    assert got.reason == EntitlementReason.PAID_IN_WINDOW
    assert got.periods == (Period(date(y, 1, 1), date(y, 12, 31)),)


@pytest.mark.parametrize("y", YEARS)
def test_paid_on_10_march_is_entitled_from_9_april(y: int) -> None:
    got = entitlement(Enrolment(y, date(y, 3, 10)))
    assert got.reason == EntitlementReason.PAID_LATE
    assert got.periods == (Period(date(y, 4, 9), date(y, 12, 31)),)
    assert got.paid_on == date(y, 3, 10)


@pytest.mark.parametrize("y", YEARS)
def test_born_in_the_window_and_paid_in_it_is_entitled_from_birth_and_all_next_year(y: int) -> None:
    paid = date(y - 1, 11, 5)
    got = entitlement(Enrolment(y, paid, born=date(y - 1, 10, 20), registered_on=paid))
    assert got.reason == EntitlementReason.NEWBORN_IN_WINDOW
    assert got.periods == (
        Period(date(y - 1, 10, 20), date(y - 1, 12, 31)),
        Period(date(y, 1, 1), date(y, 12, 31)),
    )


@pytest.mark.parametrize("y", YEARS)
def test_born_in_the_year_is_entitled_from_registration(y: int) -> None:
    got = entitlement(Enrolment(y, None, born=date(y, 5, 3), registered_on=date(y, 5, 20)))
    assert got.reason == EntitlementReason.NEWBORN_REGISTERED
    assert got.periods == (Period(date(y, 5, 20), date(y, 12, 31)),)


@pytest.mark.parametrize("y", YEARS)
def test_not_paid_is_not_entitled(y: int) -> None:
    got = entitlement(Enrolment(y, None))
    assert (got.reason, got.periods) == (EntitlementReason.NOT_PAID, ())


@pytest.mark.parametrize("y", YEARS)
def test_funded_by_medical_assistance_is_the_whole_year(y: int) -> None:
    got = entitlement(Enrolment(y, None, funded=True))
    assert got.reason == EntitlementReason.FUNDED
    assert got.periods == (Period(date(y, 1, 1), date(y, 12, 31)),)


def test_born_in_the_window_but_paid_after_it_is_as_late_as_anybody() -> None:
    got = entitlement(Enrolment(2026, date(2026, 1, 10), born=date(2025, 11, 2), registered_on=date(2026, 1, 10)))
    assert got.reason == EntitlementReason.PAID_LATE
    assert got.periods == (Period(date(2026, 2, 9), date(2026, 12, 31)),)


def test_the_last_day_that_is_worth_a_late_payment_is_1_december() -> None:
    assert entitlement(Enrolment(2026, date(2026, 12, 1))).periods == (Period(date(2026, 12, 31), date(2026, 12, 31)),)
    assert entitlement(Enrolment(2026, date(2026, 12, 2))).periods == ()


def test_the_window_opens_on_1_september_and_closes_with_the_year() -> None:
    assert window_opens(2026) == date(2025, 9, 1)
    assert entitlement(Enrolment(2026, date(2025, 12, 31))).reason == EntitlementReason.PAID_IN_WINDOW
    assert entitlement(Enrolment(2026, date(2026, 1, 1))).reason == EntitlementReason.PAID_LATE


def test_yangquan_2018_costs_180_yuan_and_who_pays_late_pays_the_subsidy_too() -> None:
    assert tariff("140321", 2018).own == 180_00
    subsidy = tariff("140321", 2018).subsidy
    assert cost("140321", Enrolment(2018, date(2017, 10, 15))) == (180_00, subsidy)
    assert cost("140321", Enrolment(2018, date(2018, 3, 10))) == (180_00 + subsidy, 0)
    assert cost("140321", Enrolment(2018, None, funded=True)) == (0, 180_00 + subsidy)
    assert cost("140321", Enrolment(2018, None)) == (0, 0)


@given(st.integers(2013, 2040), st.integers(-122, 364))
def test_a_payment_on_any_day_entitles_to_the_end_of_the_year_at_most(year: int, days: int) -> None:
    paid = date(year, 1, 1) + timedelta(days=days)
    got = entitlement(Enrolment(year, paid))
    for period in got.periods:
        assert period.until == date(year, 12, 31)
        expected = date(year, 1, 1) if paid.year < year else paid + timedelta(days=30)
        assert period.since == expected
