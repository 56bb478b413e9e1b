"""Overview and pages against the books they are read from."""

from itertools import pairwise

import pytest

from drivers.card.cardfile import load_cards
from kiosk.central.client import CentralClient
from kiosk.model import PAGE_ROWS, Absent, AbsentReason, Overview, RowKind
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.population.bodies import BODIES, body_of
from kiosk.sandbox.central.simulator import Simulator

OPENABLE = [
    name
    for name, card in load_cards().items()
    if card.central is not None and card.central.known and card.central.status == "normal" and card.quirks.key == "own"
    if card.staff is None
]


def opened(client: CentralClient, card: str) -> tuple[str, str, Overview]:
    holder = Cardholder.of(card)
    session = holder.open(client).value
    assert session is not None
    assert session.token is not None
    overview = client.overview(session.session, session.token, card_number=holder.card_number).value
    assert overview is not None
    return session.session, session.token, overview


@pytest.mark.parametrize("card", OPENABLE)
def test_every_demo_card_opens_a_record_whose_parts_agree(client: CentralClient, card: str) -> None:
    session, token, overview = opened(client, card)
    assert not isinstance(overview.registrations, Absent)
    assert not isinstance(overview.contributions, Absent)
    assert not isinstance(overview.accounts, Absent)
    registered = [one.insurance for one in overview.registrations]
    assert len(set(registered)) == len(registered)
    assert {one.insurance for one in overview.contributions} <= set(registered)
    assert {one.insurance for one in overview.accounts} <= set(registered)
    for history in overview.contributions:
        if not history.years:
            continue
        year = history.years[-1]
        rows = client.contributions(session, token, history.insurance, year.year).value
        assert rows is not None
        arrived = [row for row in rows.rows if row.arrived]
        assert sum(row.own or 0 for row in arrived) == year.own
        assert sum(row.employer or 0 for row in arrived) == year.employer
    for account in overview.accounts:
        if isinstance(account.figures, Absent):
            continue
        figures = account.figures
        assert figures.opening + figures.income - figures.outgo == figures.balance
        page = client.account_entries(session, token, account.insurance).value
        assert page is not None
        if page.entries:
            assert page.entries[0].balance == figures.balance


def test_medical_data_is_a_day_older_and_of_another_body(client: CentralClient) -> None:
    _, _, overview = opened(client, "jinan-1-0")
    assert not isinstance(overview.registrations, Absent)
    origins = {one.insurance: one.origin for one in overview.registrations}
    assert origins["110"].body.name == "济南市社会保险事业中心"
    assert origins["310"].body.name == "济南市医疗保障局"
    assert (overview.as_of - origins["110"].as_of).total_seconds() < 1800
    assert origins["310"].as_of.date() < overview.as_of.date()
    assert (origins["310"].as_of.hour, origins["310"].as_of.utcoffset()) == (18, overview.as_of.utcoffset())


def test_maternity_is_collected_with_medical(client: CentralClient) -> None:
    _, _, overview = opened(client, "jinan-1-0")
    assert not isinstance(overview.registrations, Absent)
    maternity = next(one for one in overview.registrations if one.insurance == "510")
    assert maternity.merged_into == "310"


def test_a_district_with_an_unclear_number_says_so() -> None:
    body = next(one for one in BODIES if one.code == body_of("370114", "510"))
    assert (body.phone, body.confirmed) == ("832190", False)
    assert body_of("370114", "110") == "370100-SI"
    assert body_of("140321", "390") == "140300-MS"
    assert {body_of(area, one) for area in ("370102", "370114", "140303") for one in ("110", "310", "390", "510")} == {
        one.code for one in BODIES
    }


def test_pages_are_full_but_the_last_and_hold_every_entry_once(client: CentralClient) -> None:
    session, token, _ = opened(client, "jinan-long-history")
    first = client.account_entries(session, token, "110").value
    assert first is not None
    assert first.pages > 5
    entries = list(first.entries)
    for page in range(2, first.pages + 1):
        got = client.account_entries(session, token, "110", page).value
        assert got is not None
        assert (got.page, got.pages) == (page, first.pages)
        assert len(got.entries) == PAGE_ROWS or page == first.pages
        entries += got.entries
    assert all(a.day >= b.day for a, b in pairwise(entries))
    for newer, older in pairwise(entries):
        assert older.balance is not None
        assert newer.balance == older.balance + newer.amount


def test_rows_come_by_month_then_by_booking(client: CentralClient) -> None:
    session, token, overview = opened(client, "jinan-long-history")
    assert not isinstance(overview.contributions, Absent)
    pension = next(one for one in overview.contributions if one.insurance == "110")
    year = next(one for one in pension.years if 2 <= len(one.corrected) <= 12 and any(m < 7 for m in one.corrected))
    page = client.contributions(session, token, "110", year.year).value
    assert page is not None
    assert [row.month for row in page.rows] == sorted(row.month for row in page.rows)
    corrected = [row for row in page.rows if row.kind is RowKind.CORRECTION]
    assert [(row.own or 0) < 0 for row in corrected] == [True, False]


def test_a_year_without_rows_is_an_empty_page(client: CentralClient) -> None:
    session, token, _ = opened(client, "jinan-1-0")
    for insurance, year in (("110", 1999), ("999", 2020)):
        page = client.contributions(session, token, insurance, year).value
        assert page is not None
        assert (page.rows, page.pages) == ((), 1)


def test_a_register_that_knows_another_name_gives_that(client: CentralClient) -> None:
    _, _, overview = opened(client, "jinan-mismatch")
    assert overview.holder.name == "试新名"


def test_when_no_source_answers_everything_is_absent(client: CentralClient, simulator: Simulator) -> None:
    simulator.condition(away=("110", "210", "310", "410", "510", "390", "330"))
    _, _, overview = opened(client, "jinan-1-0")
    assert overview.contributions == Absent(AbsentReason.SOURCE_UNAVAILABLE)
    assert not isinstance(overview.accounts, Absent)
    assert all(one.figures == Absent(AbsentReason.SOURCE_UNAVAILABLE) for one in overview.accounts)
