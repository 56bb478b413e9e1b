"""Every fault of the service ends as a named failure within the deadline, and the next call is sound again."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kiosk.central.answers import Answer, Cause
from kiosk.central.client import CentralClient
from kiosk.central.contract import CardSession
from kiosk.model import PAGE_ROWS, Absent, CentralFailure, Overview
from kiosk.sandbox.central.altered import PAGES, UNKNOWN
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.simulator import Simulator

SLACK = 0.5
"""Seconds for a loaded machine, above what the deadline allows."""


def ask(client: CentralClient, session: CardSession, holder: Cardholder, within: float = 3.0) -> Answer[Overview]:
    assert session.token is not None
    return client.overview(session.session, session.token, card_number=holder.card_number, within=within)


@pytest.mark.parametrize(
    ("kind", "failure", "cause"),
    [
        (FaultKind.REDIRECT, CentralFailure.BAD_ANSWER, Cause.REDIRECT),
        (FaultKind.HTML, CentralFailure.BAD_ANSWER, Cause.CONTENT_TYPE),
        (FaultKind.EMPTY, CentralFailure.BAD_ANSWER, Cause.CONTRACT),
        (FaultKind.BROKEN_JSON, CentralFailure.BAD_ANSWER, Cause.CONTRACT),
        (FaultKind.TRUNCATED, CentralFailure.BAD_ANSWER, Cause.TRUNCATED),
        (FaultKind.OVERSIZED, CentralFailure.BAD_ANSWER, Cause.TOO_LARGE),
        (FaultKind.GZIP_BOMB, CentralFailure.BAD_ANSWER, Cause.CONTENT_ENCODING),
        (FaultKind.CONTRACT, CentralFailure.BAD_ANSWER, Cause.CONTRACT),
        (FaultKind.ANOTHER_PERSON, CentralFailure.BAD_ANSWER, Cause.NOT_WHAT_WAS_ASKED),
        (FaultKind.TWICE, CentralFailure.BAD_ANSWER, Cause.CONTRACT),
        (FaultKind.STATUS, CentralFailure.UNAVAILABLE, Cause.BUSY),
    ],
)
@pytest.mark.fault("central", "broken answer of the service", level="real")
def test_a_broken_answer_is_a_named_failure(
    client: CentralClient,
    simulator: Simulator,
    session: CardSession,
    holder: Cardholder,
    fired: Callable[[object], None],
    kind: FaultKind,
    failure: CentralFailure,
    cause: Cause,
) -> None:
    simulator.fault(kind, Operation.OVERVIEW)
    answer = ask(client, session, holder)
    assert (answer.failure, answer.cause, answer.value) == (failure, cause, None)
    assert answer.clock_offset is not None
    fired(simulator.recording(Operation.OVERVIEW))


@pytest.mark.fault("central", "10,000 rows on one page", level="real")
def test_ten_thousand_rows_on_one_page_are_refused_as_a_whole(
    client: CentralClient,
    simulator: Simulator,
    session: CardSession,
    holder: Cardholder,
    fired: Callable[[object], None],
) -> None:
    assert ask(client, session, holder).value is not None
    assert session.token is not None
    simulator.fault(FaultKind.MANY_ROWS, times=None)
    for answer in (
        client.contributions(session.session, session.token, "110", 2020),
        client.account_entries(session.session, session.token, "310"),
    ):
        assert answer.failure is CentralFailure.BAD_ANSWER
        assert answer.cause in (Cause.TOO_LARGE, Cause.CONTRACT)
    fired(simulator.recording(Operation.CONTRIBUTIONS) and simulator.recording(Operation.ACCOUNT_ENTRIES))


@pytest.mark.fault("central", "10,000 rows on 200 pages", level="real")
def test_ten_thousand_rows_come_whole_page_by_page(
    client: CentralClient,
    simulator: Simulator,
    session: CardSession,
    holder: Cardholder,
    fired: Callable[[object], None],
) -> None:
    assert ask(client, session, holder).value is not None
    assert session.token is not None
    simulator.fault(FaultKind.MANY_PAGES, times=None)
    amounts = []
    for page in (1, 2, PAGES):
        found = client.account_entries(session.session, session.token, "310", page).value
        assert found is not None
        assert (found.page, found.pages, len(found.entries)) == (page, PAGES, PAGE_ROWS)
        amounts += [found.entries[0].amount, found.entries[-1].amount]
    assert amounts == [100, 5_000, 5_100, 10_000, 995_100, 1_000_000]
    fired(simulator.recording(Operation.ACCOUNT_ENTRIES))


@pytest.mark.fault("central", "unknown codes and negative amounts", level="real")
def test_codes_and_amounts_that_nobody_expects_come_as_they_are(
    client: CentralClient,
    simulator: Simulator,
    session: CardSession,
    holder: Cardholder,
    fired: Callable[[object], None],
) -> None:
    simulator.fault(FaultKind.UNKNOWN_CODES, Operation.OVERVIEW)
    found = ask(client, session, holder).value
    assert found is not None
    assert not isinstance(found.registrations, Absent)
    assert {one.payment_status for one in found.registrations} == {UNKNOWN["payment_status"]}
    simulator.fault(FaultKind.NEGATIVE, Operation.CONTRIBUTIONS)
    assert session.token is not None
    rows = client.contributions(session.session, session.token, "110", 2020).value
    assert rows is not None
    assert rows.rows
    assert all(row.own is None or row.own < 0 for row in rows.rows)
    fired(simulator.recording(Operation.CONTRIBUTIONS))


@pytest.mark.fault("central", "wait for the service", level="real")
@pytest.mark.parametrize("kind", [FaultKind.DRIP_HEAD, FaultKind.DRIP_BODY, FaultKind.HANG, FaultKind.HOLD])
def test_the_total_deadline_holds_whatever_drips_or_hangs(
    client: CentralClient,
    simulator: Simulator,
    session: CardSession,
    holder: Cardholder,
    fired: Callable[[object], None],
    kind: FaultKind,
) -> None:
    # Each byte comes well within any time limit of a single read: only a total can end this.
    simulator.fault(kind, Operation.OVERVIEW, seconds=0.05)
    began = time.monotonic()
    answer = ask(client, session, holder, within=0.6)
    took = time.monotonic() - began
    assert (answer.failure, answer.cause) == (CentralFailure.TIMEOUT, Cause.DEADLINE)
    assert 0.6 <= took < 0.6 + SLACK
    fired(simulator.recording(Operation.OVERVIEW))


def test_a_500_is_unavailable(client: CentralClient, simulator: Simulator) -> None:
    simulator.fault(FaultKind.STATUS, Operation.CHALLENGES, status=500)
    answer = client.challenges(1)
    assert (answer.failure, answer.cause, answer.status) == (CentralFailure.UNAVAILABLE, Cause.SERVER_ERROR, 500)


@pytest.mark.parametrize("status", [429, 503])
def test_how_long_central_asks_to_wait_is_handed_on(client: CentralClient, simulator: Simulator, status: int) -> None:
    simulator.fault(FaultKind.STATUS, Operation.CHALLENGES, status=status, retry_after=17)
    answer = client.challenges(1)
    assert answer.failure is CentralFailure.UNAVAILABLE
    assert answer.retry_after == 17.0


@pytest.mark.fault("central", "reset before any byte", level="real")
def test_a_reset_before_any_byte_is_tried_again_once_with_the_same_key(
    client: CentralClient, simulator: Simulator, fired: Callable[[object], None]
) -> None:
    simulator.fault(FaultKind.RESET, Operation.CHALLENGES)
    assert client.challenges(2).value is not None
    tries = simulator.recording(Operation.CHALLENGES)
    assert [one.status for one in tries] == [None, 201]
    assert len({one.headers["idempotency-key"] for one in tries}) == 1
    fired([one for one in tries if one.status is None])


@pytest.mark.fault("central", "reset twice", level="real")
def test_a_second_reset_is_the_end(
    client: CentralClient, simulator: Simulator, fired: Callable[[object], None]
) -> None:
    simulator.fault(FaultKind.RESET, Operation.CHALLENGES, times=5)
    answer = client.challenges(2)
    assert (answer.failure, answer.cause) == (CentralFailure.UNREACHABLE, Cause.CONNECTION_LOST)
    tries = simulator.recording(Operation.CHALLENGES)
    assert [one.status for one in tries] == [None, None]
    fired(tries)


@pytest.mark.fault("central", "overview lost on its way", level="real")
def test_an_overview_that_was_reset_states_the_pin_once(
    client: CentralClient,
    simulator: Simulator,
    session: CardSession,
    holder: Cardholder,
    fired: Callable[[object], None],
) -> None:
    # The service did the deed and lost the answer: the second try gets the first one's answer.
    simulator.fault(FaultKind.RESET, Operation.OVERVIEW)
    assert ask(client, session, holder).value is not None
    fired([one for one in simulator.recording(Operation.OVERVIEW) if one.status is None])


@pytest.mark.parametrize(
    "kind", [FaultKind.DRIP_HEAD, FaultKind.DRIP_BODY, FaultKind.TRUNCATED, FaultKind.OVERSIZED, FaultKind.HTML]
)
def test_nothing_of_a_broken_answer_reaches_the_next_call(
    client: CentralClient, simulator: Simulator, session: CardSession, holder: Cardholder, kind: FaultKind
) -> None:
    simulator.fault(kind, Operation.OVERVIEW, seconds=0.05)
    assert ask(client, session, holder, within=0.4).value is None
    assert session.token is not None
    page = client.contributions(session.session, session.token, "110", 2020)
    assert page.value is not None
    assert page.value.year == 2020


@pytest.mark.fault("central", "rows of another insurance", level="real")
def test_rows_of_another_insurance_are_refused(
    client: CentralClient,
    simulator: Simulator,
    session: CardSession,
    holder: Cardholder,
    fired: Callable[[object], None],
) -> None:
    assert ask(client, session, holder).value is not None
    assert session.token is not None
    simulator.fault(FaultKind.ANOTHER_PAGE, Operation.CONTRIBUTIONS)
    rows = client.contributions(session.session, session.token, "110", 2020)
    assert (rows.failure, rows.cause) == (CentralFailure.BAD_ANSWER, Cause.NOT_WHAT_WAS_ASKED)
    simulator.fault(FaultKind.ANOTHER_PAGE, Operation.ACCOUNT_ENTRIES)
    entries = client.account_entries(session.session, session.token, "310")
    assert (entries.failure, entries.cause) == (CentralFailure.BAD_ANSWER, Cause.NOT_WHAT_WAS_ASKED)
    fired(simulator.recording(Operation.CONTRIBUTIONS) and simulator.recording(Operation.ACCOUNT_ENTRIES))


@pytest.mark.fault("central", "clock of central far off", level="real")
@pytest.mark.parametrize("ahead", [3600.0, -86400.0, 40 * 365 * 86400.0])
def test_every_answer_tells_how_far_the_clocks_are_apart(
    client: CentralClient, simulator: Simulator, fired: Callable[[object], None], ahead: float
) -> None:
    simulator.condition(date_offset=ahead)
    offset = client.challenges(1).clock_offset
    assert offset is not None
    assert abs(offset - ahead) < 1.5
    fired(simulator.recording(Operation.CHALLENGES))


def test_a_session_whose_time_is_up_says_so(
    client: CentralClient, simulator: Simulator, session: CardSession, holder: Cardholder
) -> None:
    simulator.expire_sessions()
    answer = ask(client, session, holder)
    assert (answer.failure, answer.cause) == (CentralFailure.SESSION_ENDED, Cause.SESSION_ENDED)
    assert answer.problem == "urn:kiosk:problem:session-ended"


def test_the_times_of_an_overview_are_of_today(client: CentralClient, session: CardSession, holder: Cardholder) -> None:
    overview = ask(client, session, holder).value
    assert overview is not None
    assert abs((overview.as_of - datetime.now(UTC)).total_seconds()) < 60
