"""Every fault of the service ends as a named failure within the deadline, and the next call is sound again."""

import time
from datetime import UTC, datetime

import pytest

from kiosk.central.answers import Answer, Cause
from kiosk.central.client import CentralClient
from kiosk.central.contract import CardSession
from kiosk.model import CentralFailure, Overview
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
        (FaultKind.STATUS, CentralFailure.UNAVAILABLE, Cause.BUSY),
    ],
)
def test_a_broken_answer_is_a_named_failure(
    client: CentralClient,
    simulator: Simulator,
    session: CardSession,
    holder: Cardholder,
    kind: FaultKind,
    failure: CentralFailure,
    cause: Cause,
) -> None:
    simulator.fault(kind, Operation.OVERVIEW)
    answer = ask(client, session, holder)
    assert (answer.failure, answer.cause, answer.value) == (failure, cause, None)
    assert answer.clock_offset is not None


@pytest.mark.parametrize("kind", [FaultKind.DRIP_HEAD, FaultKind.DRIP_BODY, FaultKind.HANG, FaultKind.HOLD])
def test_the_total_deadline_holds_whatever_drips_or_hangs(
    client: CentralClient, simulator: Simulator, session: CardSession, holder: Cardholder, kind: FaultKind
) -> None:
    # Each byte comes well within any time limit of a single read: only a total can end this.
    simulator.fault(kind, Operation.OVERVIEW, seconds=0.05)
    began = time.monotonic()
    answer = ask(client, session, holder, within=0.6)
    took = time.monotonic() - began
    assert (answer.failure, answer.cause) == (CentralFailure.TIMEOUT, Cause.DEADLINE)
    assert 0.6 <= took < 0.6 + SLACK


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


def test_a_reset_before_any_byte_is_tried_again_once_with_the_same_key(
    client: CentralClient, simulator: Simulator
) -> None:
    simulator.fault(FaultKind.RESET, Operation.CHALLENGES)
    assert client.challenges(2).value is not None
    tries = simulator.recording(Operation.CHALLENGES)
    assert [one.status for one in tries] == [None, 201]
    assert len({one.headers["idempotency-key"] for one in tries}) == 1


def test_a_second_reset_is_the_end(client: CentralClient, simulator: Simulator) -> None:
    simulator.fault(FaultKind.RESET, Operation.CHALLENGES, times=5)
    answer = client.challenges(2)
    assert (answer.failure, answer.cause) == (CentralFailure.UNREACHABLE, Cause.CONNECTION_LOST)
    assert len(simulator.recording(Operation.CHALLENGES)) == 2


def test_an_overview_that_was_reset_states_the_pin_once(
    client: CentralClient, simulator: Simulator, session: CardSession, holder: Cardholder
) -> None:
    # The service did the deed and lost the answer: the second try gets the first one's answer.
    simulator.fault(FaultKind.RESET, Operation.OVERVIEW)
    assert ask(client, session, holder).value is not None


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


def test_rows_of_another_insurance_are_refused(
    client: CentralClient, simulator: Simulator, session: CardSession, holder: Cardholder
) -> None:
    assert ask(client, session, holder).value is not None
    assert session.token is not None
    simulator.fault(FaultKind.ANOTHER_PAGE, Operation.CONTRIBUTIONS)
    rows = client.contributions(session.session, session.token, "110", 2020)
    assert (rows.failure, rows.cause) == (CentralFailure.BAD_ANSWER, Cause.NOT_WHAT_WAS_ASKED)
    simulator.fault(FaultKind.ANOTHER_PAGE, Operation.ACCOUNT_ENTRIES)
    entries = client.account_entries(session.session, session.token, "310")
    assert (entries.failure, entries.cause) == (CentralFailure.BAD_ANSWER, Cause.NOT_WHAT_WAS_ASKED)


@pytest.mark.parametrize("ahead", [0.0, 3600.0, -86400.0])
def test_every_answer_tells_how_far_the_clocks_are_apart(
    client: CentralClient, simulator: Simulator, ahead: float
) -> None:
    simulator.condition(date_offset=ahead)
    offset = client.challenges(1).clock_offset
    assert offset is not None
    assert abs(offset - ahead) < 1.5


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
