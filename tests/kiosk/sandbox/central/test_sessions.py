"""What a token opens and when; one answer for one key; what the simulator sees."""

import json
import threading
from dataclasses import replace

import pytest

from kiosk.central import contract as c
from kiosk.central.client import CentralClient
from kiosk.central.contract import CardSession, Heartbeat
from kiosk.model import Absent, CardStatus, CentralFailure
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.simulator import Simulator, SimulatorError
from kiosk.sandbox.pki import DemoPki
from tests.kiosk.sandbox.central.plain import Plain

BEAT = Heartbeat("1.2.3", "ready", 61, True, ("READER-MISSING",))


@pytest.fixture
def plain(pki: DemoPki, central: CentralProcess) -> Plain:
    return Plain(pki, central)


def test_before_the_pin_the_token_opens_nothing_personal(client: CentralClient, session: CardSession) -> None:
    assert session.token is not None
    rows = client.contributions(session.session, session.token, "110", 2020)
    entries = client.account_entries(session.session, session.token, "310")
    for got in (rows, entries):
        assert (got.failure, got.problem) == (CentralFailure.REFUSED, "urn:kiosk:problem:pin-not-stated")


def test_the_statement_opens_the_record(client: CentralClient, session: CardSession, holder: Cardholder) -> None:
    assert session.token is not None
    overview = client.overview(session.session, session.token, card_number=holder.card_number).value
    assert overview is not None
    assert holder.card.holder is not None
    assert (overview.holder.name, overview.holder.number) == (holder.card.holder.name, holder.card.holder.ssn)
    assert client.contributions(session.session, session.token, "110", 2020).value is not None


def test_the_statement_is_good_once(client: CentralClient, session: CardSession, holder: Cardholder) -> None:
    assert session.token is not None
    assert client.overview(session.session, session.token, card_number=holder.card_number).value is not None
    again = client.overview(session.session, session.token, card_number=holder.card_number)
    assert (again.failure, again.problem) == (CentralFailure.REFUSED, "urn:kiosk:problem:statement-used")


def test_an_ended_session_opens_nothing(client: CentralClient, session: CardSession, holder: Cardholder) -> None:
    assert session.token is not None
    assert client.end_session(session.session, session.token).status == 204
    got = client.overview(session.session, session.token, card_number=holder.card_number)
    assert got.failure is CentralFailure.SESSION_ENDED


def test_another_sessions_token_opens_nothing(client: CentralClient, session: CardSession, holder: Cardholder) -> None:
    other = Cardholder.of("jinan-2-0").open(client).value
    assert other is not None
    assert other.token is not None
    got = client.overview(session.session, other.token, card_number=holder.card_number)
    assert (got.failure, got.status) == (CentralFailure.REFUSED, 401)


def test_a_session_that_never_was(client: CentralClient, holder: Cardholder) -> None:
    got = client.overview("no-such-session", "t" * 32, card_number=holder.card_number)
    assert (got.failure, got.status) == (CentralFailure.SESSION_ENDED, 404)


def test_the_status_of_a_session_can_be_asked_for_afterwards(plain: Plain, session: CardSession) -> None:
    answer = plain.ask("GET", c.CARD_SESSION.format(session=session.session), token=session.token)
    assert answer.status == 200
    told = json.loads(answer.body)
    assert (told["verdict"], told["card_status"], told["token"]) == ("genuine", "normal", None)


# --- one answer for one key -------------------------------------------------------------------------------------------


def test_the_same_key_and_request_get_the_same_answer(plain: Plain) -> None:
    first = plain.ask("POST", c.CHALLENGES, {"count": 2}, key="k" * 20)
    again = plain.ask("POST", c.CHALLENGES, {"count": 2}, key="k" * 20)
    assert first.status == again.status == 201
    assert first.body == again.body


def test_the_same_key_with_another_request_is_refused(plain: Plain) -> None:
    plain.ask("POST", c.CHALLENGES, {"count": 2}, key="c" * 20)
    other = plain.ask("POST", c.CHALLENGES, {"count": 3}, key="c" * 20)
    assert (other.status, other.problem) == (409, "urn:kiosk:problem:idempotency-conflict")


def test_the_same_key_of_another_kiosk_is_another_key(pki: DemoPki, central: CentralProcess, plain: Plain) -> None:
    mine = plain.ask("POST", c.CHALLENGES, {"count": 1}, key="d" * 20)
    theirs = Plain(pki, central, "kiosk-02").ask("POST", c.CHALLENGES, {"count": 1}, key="d" * 20)
    assert (mine.status, theirs.status) == (201, 201)
    assert mine.body != theirs.body


def test_two_at_once_with_one_key_do_the_deed_once(plain: Plain, session: CardSession) -> None:
    path, answers = c.OVERVIEW.format(session=session.session), []
    statement = {"statement": "pin_verified"}

    def state() -> None:
        answers.append(plain.ask("POST", path, statement, key="e" * 20, token=session.token))

    threads = [threading.Thread(target=state) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert [one.status for one in answers] == [200] * 4
    assert len({one.body for one in answers}) == 1


def test_a_key_is_needed_and_has_a_form(plain: Plain) -> None:
    assert plain.ask("POST", c.CHALLENGES, {"count": 1}).problem == "urn:kiosk:problem:idempotency-key-missing"
    assert plain.ask("POST", c.CHALLENGES, {"count": 1}, key="short").status == 422


def test_what_was_refused_can_be_tried_again_with_the_same_key(plain: Plain) -> None:
    wrong = plain.ask("POST", c.CHALLENGES, {"count": 99}, key="f" * 20)
    assert wrong.status == 422
    assert plain.ask("POST", c.CHALLENGES, {"count": 1}, key="f" * 20).status == 201


# --- problems -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/v1/nothing", 404), ("PUT", c.CHALLENGES, 405), ("GET", c.HEARTBEAT, 405)],
)
def test_every_error_is_a_problem(plain: Plain, method: str, path: str, status: int) -> None:
    answer = plain.ask(method, path)
    assert answer.status == status
    assert answer.head["content-type"] == "application/problem+json"
    assert json.loads(answer.body)["status"] == status


def test_a_wrong_body_is_told_by_place_never_by_content(plain: Plain, holder: Cardholder) -> None:
    secret = "370101199001011059"
    body = {"atr": secret, "issuer": secret, "holder": {"number": secret}, "proof": None}
    answer = plain.ask("POST", c.CARD_SESSIONS, body, key="g" * 20)
    assert (answer.status, answer.problem) == (422, "urn:kiosk:problem:invalid-request")
    assert secret.encode() not in answer.body


def test_a_body_that_is_too_large_is_refused(plain: Plain) -> None:
    answer = plain.ask("POST", c.CHALLENGES, {"count": 1, "filling": "x" * 100_000}, key="h" * 20)
    assert answer.status == 413
    assert answer.head["content-type"] == "application/problem+json"


def test_every_answer_has_a_date_and_is_not_to_be_kept(plain: Plain) -> None:
    for answer in (plain.ask("GET", "/"), plain.ask("POST", c.CHALLENGES, {"count": 1}, key="i" * 20)):
        assert "date" in answer.head
        assert answer.head["cache-control"] == "no-store"
        assert "server" not in answer.head


def test_a_string_does_not_pass_for_a_number(plain: Plain) -> None:
    assert plain.ask("POST", c.CHALLENGES, {"count": "2"}, key="j" * 20).status == 422


# --- the simulator's side -----------------------------------------------------------------------------------------------


def test_heartbeats_are_kept_and_answered_with_notices(client: CentralClient, simulator: Simulator) -> None:
    answer = client.heartbeat(BEAT).value
    assert answer is not None
    assert [notice.id for notice in answer.notices] == ["hall-1"]
    assert len(answer.challenges) == 2
    seen = {one.device: one for one in simulator.heartbeats()}["kiosk-01"]
    assert (seen.version, seen.reader, seen.card_forgotten, seen.failures) == ("1.2.3", "ready", True, BEAT.failures)
    client.heartbeat(replace(BEAT, card_forgotten=False))
    assert not {one.device: one for one in simulator.heartbeats()}["kiosk-01"].card_forgotten


def test_the_recording_tells_what_was_asked_and_answered(
    client: CentralClient, simulator: Simulator, session: CardSession, holder: Cardholder
) -> None:
    assert session.token is not None
    client.overview(session.session, session.token, card_number=holder.card_number)
    one = simulator.recording()[-1]
    assert (one.operation, one.method, one.device, one.status) == (Operation.OVERVIEW, "POST", "kiosk-01", 200)
    assert one.path == f"/v1/card-sessions/{session.session}/overview"
    assert json.loads(one.body) == {"statement": "pin_verified"}
    assert json.loads(one.answer)["card_number"] == holder.card_number
    assert "content-type" in one.answer_headers


def test_an_answer_can_be_held_and_let_go(
    client: CentralClient, simulator: Simulator, session: CardSession, holder: Cardholder
) -> None:
    assert session.token is not None
    token = session.token
    simulator.fault(FaultKind.HOLD, Operation.OVERVIEW)
    got = []
    thread = threading.Thread(
        target=lambda: got.append(client.overview(session.session, token, card_number=holder.card_number))
    )
    thread.start()
    while simulator.held == 0:
        assert thread.is_alive()
    assert got == []
    simulator.release()
    thread.join(5)
    assert got[0].value is not None


def test_a_fault_may_wait_and_then_count(client: CentralClient, simulator: Simulator) -> None:
    simulator.fault(FaultKind.STATUS, Operation.CHALLENGES, skip=1, times=2)
    failures = [client.challenges(1).failure for _ in range(4)]
    assert failures == [None, CentralFailure.UNAVAILABLE, CentralFailure.UNAVAILABLE, None]


def test_a_fault_of_one_route_leaves_the_others_alone(client: CentralClient, simulator: Simulator) -> None:
    simulator.fault(FaultKind.STATUS, Operation.OVERVIEW, times=None)
    assert client.challenges(1).value is not None


def test_a_source_that_does_not_answer_is_absent_and_its_pages_unavailable(
    client: CentralClient, simulator: Simulator, session: CardSession, holder: Cardholder
) -> None:
    simulator.condition(away=("310",))
    assert session.token is not None
    overview = client.overview(session.session, session.token, card_number=holder.card_number).value
    assert overview is not None
    assert not isinstance(overview.registrations, Absent)
    assert not isinstance(overview.accounts, Absent)
    assert not isinstance(overview.contributions, Absent)
    medical = next(one for one in overview.registrations if one.insurance == "310")
    assert isinstance(medical.entitlement, Absent)
    assert isinstance(next(one for one in overview.accounts if one.insurance == "310").figures, Absent)
    assert "310" not in {one.insurance for one in overview.contributions}
    assert not isinstance(next(one for one in overview.accounts if one.insurance == "110").figures, Absent)
    rows = client.contributions(session.session, session.token, "310", 2020)
    assert (rows.failure, rows.retry_after) == (CentralFailure.UNAVAILABLE, 60.0)


def test_the_service_takes_its_time_when_told_to(client: CentralClient, simulator: Simulator) -> None:
    client.challenges(1)
    simulator.condition(service_seconds=0.2)
    assert client.challenges(1).seconds >= 0.2


def test_a_card_that_nobody_registered_cannot_be_changed(simulator: Simulator) -> None:
    with pytest.raises(SimulatorError):
        simulator.set_card("Z00000000", CardStatus.LOST)
