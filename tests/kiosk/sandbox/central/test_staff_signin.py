"""Staff sign in: by card, by name, password and one-time code; lockout; what a staff session is good for."""

import pytest

from kiosk.central.client import CentralClient
from kiosk.central.contract import HolderKind, Next, SignInRequest, StaffFacts
from kiosk.help import Role, SignInOutcome, StaffSession
from kiosk.model import CentralFailure
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.central.staff_signin import FREE, IDLE_SECONDS
from kiosk.sandbox.pki import DemoPki
from kiosk.services import TicketReason
from tests.kiosk.central.conftest import Connect
from tests.kiosk.sandbox.central.staffroom import CARDS, CLERK, COLLEAGUE, SUPERVISOR, TECHNICIAN, number_of, signed_in


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    simulator.first_day()
    return simulator


@pytest.fixture(autouse=True)
def _the_staff_is_there(simulator: Simulator) -> None:
    """Each test begins with nothing asked."""


def typed(client: CentralClient, asked: SignInRequest) -> StaffSession:
    got = client.sign_staff_in(asked.name, asked.password, asked.code).value
    assert got is not None
    return got


@pytest.mark.parametrize(
    ("number", "role"),
    [(CLERK, Role.CLERK), (COLLEAGUE, Role.CLERK), (SUPERVISOR, Role.SUPERVISOR), (TECHNICIAN, Role.TECHNICIAN)],
)
def test_a_staff_card_says_whose_it_is_and_signs_in_after_the_pin(
    client: CentralClient, number: str, role: Role
) -> None:
    opened = Cardholder.of(CARDS[number]).open(client).value
    assert opened is not None
    assert opened.token is not None
    assert (opened.kind, opened.staff, opened.next) == (HolderKind.STAFF, StaffFacts(role, number), Next.ASK_PIN)
    assert opened.holder is None
    got = client.sign_staff_in_by_card(opened.session, opened.token).value
    assert got is not None
    assert (got.outcome, got.role, got.number) == (SignInOutcome.SIGNED_IN, role, number)
    again = client.sign_staff_in_by_card(opened.session, opened.token)
    assert again.problem == "urn:kiosk:problem:statement-used"


def test_a_staff_card_opens_nobodys_record_not_even_its_holders(client: CentralClient) -> None:
    holder = Cardholder.of(CARDS[CLERK])
    opened = holder.open(client).value
    assert opened is not None
    assert opened.token is not None
    at = (opened.session, opened.token)

    def all_of_it() -> set[str | None]:
        return {
            client.overview(*at, card_number=holder.card_number).problem,
            client.contributions(*at, "110", 2020).problem,
            client.account_entries(*at, "310").problem,
            client.report_loss(*at).problem,
            client.ticket(*at, TicketReason.PIN_LOCKED).problem,
        }

    assert all_of_it() == {"urn:kiosk:problem:not-offered"}
    assert client.sign_staff_in_by_card(*at).value is not None
    assert all_of_it() == {"urn:kiosk:problem:not-offered"}


def test_a_residents_card_and_somebody_who_left_are_not_staff(client: CentralClient, simulator: Simulator) -> None:
    simulator.set_staff(CLERK, active=False)
    for card in ("jinan-1-0", CARDS[CLERK]):
        opened = Cardholder.of(card).open(client).value
        assert opened is not None
        assert opened.token is not None
        got = client.sign_staff_in_by_card(opened.session, opened.token).value
        assert got == StaffSession(SignInOutcome.NOT_STAFF)


def test_name_password_and_code_sign_in_without_a_card(client: CentralClient, simulator: Simulator) -> None:
    got = typed(client, simulator.sign_in_of(CLERK))
    assert (got.outcome, got.role, got.number) == (SignInOutcome.SIGNED_IN, Role.CLERK, CLERK)
    assert got.session is not None
    assert got.token is not None


def test_a_code_that_was_used_is_refused_and_the_next_one_is_taken(client: CentralClient, simulator: Simulator) -> None:
    asked = simulator.sign_in_of(CLERK)
    assert typed(client, asked).outcome is SignInOutcome.SIGNED_IN
    assert typed(client, asked).outcome is SignInOutcome.REFUSED
    assert typed(client, simulator.sign_in_of(CLERK)).outcome is SignInOutcome.SIGNED_IN


def test_what_was_wrong_is_not_told(client: CentralClient, simulator: Simulator) -> None:
    right = simulator.sign_in_of(CLERK)
    wrong = [
        SignInRequest("9999", right.password, right.code),
        SignInRequest(right.name, "Hall-00000000", right.code),
        SignInRequest(right.name, right.password, "000000" if right.code != "000000" else "111111"),
    ]
    assert [typed(client, one) for one in wrong] == [StaffSession(SignInOutcome.REFUSED)] * 3
    simulator.set_staff(CLERK, active=False)
    assert typed(client, right) == StaffSession(SignInOutcome.REFUSED)


@pytest.mark.parametrize("name", ["0231", "8888"])
def test_a_name_locks_after_five_whether_there_is_one_or_not(
    client: CentralClient, simulator: Simulator, name: str
) -> None:
    wrong = SignInRequest(name, "Hall-00000000", "000000")
    answers = [typed(client, wrong) for _ in range(FREE + 1)]
    assert [one.outcome for one in answers] == [SignInOutcome.REFUSED] * (FREE - 1) + [SignInOutcome.LOCKED] * 2
    assert answers[FREE - 1].wait == 15
    waits = []
    for ahead in (20, 60, 200):
        simulator.condition(ahead_seconds=float(ahead))
        waits.append(typed(client, wrong).wait)
    assert waits == [30, 60, 120]


def test_while_a_name_is_locked_the_right_password_is_not_looked_at(
    client: CentralClient, simulator: Simulator
) -> None:
    for _ in range(FREE):
        typed(client, SignInRequest("0231", "Hall-00000000", "000000"))
    assert typed(client, simulator.sign_in_of(CLERK)).outcome is SignInOutcome.LOCKED
    assert typed(client, simulator.sign_in_of(COLLEAGUE)).outcome is SignInOutcome.SIGNED_IN
    simulator.condition(ahead_seconds=20.0)
    assert typed(client, simulator.sign_in_of(CLERK)).outcome is SignInOutcome.SIGNED_IN
    assert typed(client, SignInRequest("0231", "Hall-00000000", "000000")).outcome is SignInOutcome.REFUSED


def test_the_pulled_staff_card_ends_what_was_opened_with_it(client: CentralClient) -> None:
    opened = Cardholder.of(CARDS[CLERK]).open(client).value
    assert opened is not None
    assert opened.token is not None
    got = client.sign_staff_in_by_card(opened.session, opened.token).value
    assert got is not None
    assert got.session is not None
    assert got.token is not None
    assert client.end_session(opened.session, opened.token).status == 204
    ticket = client.take_ticket(got.session, got.token, "N6PV-2CYA")
    assert ticket.failure is CentralFailure.SESSION_ENDED


def test_a_session_ends_when_told_when_nothing_is_asked_and_when_the_clerk_leaves_the_staff(
    client: CentralClient, simulator: Simulator
) -> None:
    told, idle, left = (signed_in(client) for _ in range(3))
    assert client.end_staff_session(*told.where).status == 204
    simulator.condition(ahead_seconds=IDLE_SECONDS - 60.0)
    assert client.slip_again(*left.where, "261120-R3WD-8HXE").value is not None
    simulator.condition(ahead_seconds=IDLE_SECONDS + 60.0)
    ended = [client.slip_again(*one.where, "261120-R3WD-8HXE").failure for one in (told, idle)]
    assert ended == [CentralFailure.SESSION_ENDED] * 2
    assert client.slip_again(*left.where, "261120-R3WD-8HXE").value is not None
    simulator.set_staff(CLERK, active=False)
    assert client.slip_again(*left.where, "261120-R3WD-8HXE").failure is CentralFailure.SESSION_ENDED


def test_a_staff_session_is_one_kiosks_and_one_tokens(client: CentralClient, connect: Connect, pki: DemoPki) -> None:
    clerk, colleague = signed_in(client), signed_in(client, COLLEAGUE)
    other = connect(client._base_url, pki.device("kiosk-02"))
    asked = "261120-R3WD-8HXE"
    assert other.slip_again(*clerk.where, asked).problem == "urn:kiosk:problem:wrong-device"
    assert client.slip_again(clerk.session, colleague.token, asked).problem == "urn:kiosk:problem:token-invalid"
    assert client.slip_again("no-such-session", clerk.token, asked).status == 404


def test_a_persons_token_is_none_of_staff_and_the_other_way_round(client: CentralClient) -> None:
    clerk = signed_in(client)
    person = Cardholder.of("jinan-1-0").open(client).value
    assert person is not None
    assert person.token is not None
    assert client.slip_again(person.session, person.token, "261120-R3WD-8HXE").status == 404
    assert client.overview(*clerk.where, card_number=None).status == 404


def test_no_password_stands_in_the_database(client: CentralClient, simulator: Simulator) -> None:
    """The note of the request is under a key of the process; the rest is scrypt."""
    from kiosk.sandbox.central.idempotency import fingerprint, secret_fingerprint

    asked = simulator.sign_in_of(CLERK)
    body = f"{asked.name}{asked.password}{asked.code}".encode()
    assert secret_fingerprint("POST", "/", body) == secret_fingerprint("POST", "/", body)
    assert secret_fingerprint("POST", "/", body) != fingerprint("POST", "/", body)
    assert asked.password not in repr(asked)
    assert number_of(CARDS[CLERK]) not in repr(simulator.member(CLERK))
