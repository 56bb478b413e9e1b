"""Tickets taken, slips shown again, identities confirmed by a clerk; a technician's pairs; central's parts."""

import hmac
from dataclasses import dataclass

import pytest

from drivers.card.cardfile import load_keys
from drivers.card.proof import card_key, internal_auth_answer
from kiosk.central.client import CentralClient
from kiosk.central.contract import InternalAuthProof, SignInRequest, StaffConfirmation
from kiosk.help import SignInOutcome, TakenTicket, TicketState
from kiosk.masking import mask_name
from kiosk.model import CardStatus, Verdict
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.simulator import Simulator
from kiosk.services import Identity, IdentityOutcome, Party, Reserved, TicketReason
from tests.kiosk.sandbox.central.staffroom import CARDS, CLERK, COLLEAGUE, TECHNICIAN, number_of, signed_in

NEW = "jinan-not-activated"


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    simulator.first_day()
    return simulator


@pytest.fixture(autouse=True)
def _the_morning(simulator: Simulator) -> None:
    """Nothing was done at the counter yet."""


@dataclass(frozen=True)
class Resident:
    client: CentralClient
    card: str
    session: str
    token: str

    @property
    def where(self) -> tuple[str, str]:
        return self.session, self.token

    @property
    def name(self) -> str:
        holder = Cardholder.of(self.card).card.holder
        assert holder is not None
        return mask_name(holder.name)

    def ticket(self, reason: TicketReason) -> str:
        given = self.client.ticket(*self.where, reason).value
        assert given is not None
        return given.code

    def confirmed_by(
        self, clerk: SignInRequest, number: str | None = None, party: Party = Party.HOLDER
    ) -> StaffConfirmation:
        asked = number_of(self.card) if number is None else number
        got = self.client.confirm_identity(*self.where, clerk, party, None, asked).value
        assert got is not None
        return got


def resident(client: CentralClient, card: str) -> Resident:
    opened = Cardholder.of(card).open(client).value
    assert opened is not None
    assert opened.token is not None
    return Resident(client, card, opened.session, opened.token)


# --- tickets ----------------------------------------------------------------------------------------------------------


def test_a_ticket_is_the_first_ones_and_tells_the_others_nothing(client: CentralClient) -> None:
    person = resident(client, "jinan-2-0")
    code = person.ticket(TicketReason.PIN_LOCKED)
    clerk, colleague = signed_in(client), signed_in(client, COLLEAGUE)
    taken = client.take_ticket(*clerk.where, code).value
    assert taken is not None
    assert (taken.state, taken.reason, taken.holder) == (TicketState.TAKEN, TicketReason.PIN_LOCKED, person.name)
    assert client.take_ticket(*clerk.where, code).value == taken
    assert client.take_ticket(*colleague.where, code).value == TakenTicket(TicketState.TAKEN)


def test_a_ticket_that_never_was_is_unknown_and_one_run_out_expired(
    client: CentralClient, simulator: Simulator
) -> None:
    code = resident(client, "jinan-2-0").ticket(TicketReason.IDENTITY)
    assert client.take_ticket(*signed_in(client).where, "ZZZZ-ZZZZ").value == TakenTicket(TicketState.UNKNOWN)
    simulator.condition(ahead_seconds=8 * 86400.0)
    assert client.take_ticket(*signed_in(client).where, code).value == TakenTicket(TicketState.EXPIRED)


# --- slips ------------------------------------------------------------------------------------------------------------


def test_a_slip_of_a_loss_is_told_again_masked(client: CentralClient, simulator: Simulator) -> None:
    person = resident(client, "jinan-2-0")
    number = Cardholder.of(person.card).card_number
    client.overview(*person.where, card_number=number)
    report = client.report_loss(*person.where).value
    simulator.set_card(number, CardStatus.NORMAL)  # the register is everybody's
    assert report is not None
    got = client.slip_again(*signed_in(client).where, report.reference).value
    assert got is not None
    assert got.slip is not None
    assert (got.slip.kind, got.slip.holder, got.slip.until) == ("loss", person.name, report.until)


def test_a_slip_of_an_activation_says_whether_it_is_confirmed(client: CentralClient, simulator: Simulator) -> None:
    person = resident(client, NEW)
    assert person.confirmed_by(simulator.sign_in_of(CLERK)).identity is not None
    reserved = client.reserve(*person.where, Party.HOLDER, None, None, key="journal-of-the-counter-1").value
    assert reserved is not None
    assert reserved.reference is not None
    assert reserved.reservation is not None
    clerk = signed_in(client)
    before = client.slip_again(*clerk.where, reserved.reference).value
    client.confirm(reserved.reservation)
    after = client.slip_again(*clerk.where, reserved.reference).value
    assert before is not None
    assert after is not None
    assert before.slip is not None
    assert after.slip is not None
    assert (before.slip.confirmed, after.slip.confirmed) == (False, True)
    assert (after.slip.kind, after.slip.holder) == ("activation", person.name)
    assert (after.slip.bank or "").startswith("示例银行")


def test_no_slip_has_a_reference_that_nobody_gave(client: CentralClient) -> None:
    got = client.slip_again(*signed_in(client).where, "261120-ZZZZ-ZZZZ").value
    assert got is not None
    assert got.slip is None


def test_technicians_have_nothing_to_do_with_tickets_and_slips(client: CentralClient) -> None:
    technician = signed_in(client, TECHNICIAN)
    refused = {
        client.take_ticket(*technician.where, "N6PV-2CYA").problem,
        client.slip_again(*technician.where, "261120-R3WD-8HXE").problem,
    }
    assert refused == {"urn:kiosk:problem:not-offered"}


# --- who stands there -------------------------------------------------------------------------------------------------


def test_a_clerks_word_stands_in_for_a_code(client: CentralClient, simulator: Simulator) -> None:
    """And opens no staff session: the resident goes on."""
    person = resident(client, "jinan-new-one-try")
    simulator.forget()
    got = person.confirmed_by(simulator.sign_in_of(CLERK))
    assert got == StaffConfirmation(SignInOutcome.SIGNED_IN, 0, Identity(IdentityOutcome.MATCHED, 5, None))
    reserved = client.reserve(*person.where, Party.HOLDER, None, None, key="journal-of-the-counter-2").value
    assert reserved is not None
    assert reserved.outcome is Reserved.RESERVED
    assert "token" not in simulator.recording()[0].answer


def test_a_clerk_who_is_none_confirms_nothing(client: CentralClient, simulator: Simulator) -> None:
    person = resident(client, NEW)
    right = simulator.sign_in_of(CLERK)
    wrong = SignInRequest(right.name, "Hall-00000000", right.code)
    assert person.confirmed_by(wrong) == StaffConfirmation(SignInOutcome.REFUSED, 0, None)
    assert person.confirmed_by(simulator.sign_in_of(TECHNICIAN)).sign_in is SignInOutcome.WRONG_ROLE
    reserved = client.reserve(*person.where, Party.HOLDER, None, None, key="journal-of-the-counter-3").value
    assert reserved is not None
    assert reserved.outcome is Reserved.NOT_PROVED


def test_nobody_confirms_who_one_is_oneself(client: CentralClient, simulator: Simulator) -> None:
    person = resident(client, NEW)
    assert person.confirmed_by(simulator.sign_in_of(CLERK)).sign_in is SignInOutcome.SIGNED_IN
    themselves = person.confirmed_by(simulator.sign_in_of(COLLEAGUE), number_of(CARDS[COLLEAGUE]), Party.AGENT)
    assert themselves == StaffConfirmation(SignInOutcome.WRONG_ROLE, 0, None)


def test_a_number_that_does_not_match_is_told_and_counted(client: CentralClient, simulator: Simulator) -> None:
    person = resident(client, NEW)
    got = person.confirmed_by(simulator.sign_in_of(CLERK), number_of("jinan-2-0"))
    assert got.identity == Identity(IdentityOutcome.MISMATCH, 4, None)


def test_an_active_cards_session_takes_no_confirmation(client: CentralClient, simulator: Simulator) -> None:
    person = resident(client, "jinan-2-0")
    asked = simulator.sign_in_of(CLERK)
    got = client.confirm_identity(*person.where, asked, Party.HOLDER, None, number_of("jinan-2-0"))
    assert got.problem == "urn:kiosk:problem:not-offered"


# --- technicians ------------------------------------------------------------------------------------------------------


def test_every_pair_is_the_technicians_cards_own_answer_and_nobody_elses(client: CentralClient) -> None:
    pairs = client.technician_pairs().value
    assert pairs is not None
    assert (pairs.expires - pairs.issued).days == 30
    (card,) = pairs.cards
    key = bytes.fromhex(pairs.key)
    file = Cardholder.of(CARDS[TECHNICIAN]).card
    other = Cardholder.of(CARDS[CLERK]).card
    assert file.issuer is not None
    assert card.number == TECHNICIAN
    assert card.card == hmac.digest(key, file.issuer.identification.encode(), "sha256").hex().upper()
    assert len(card.pairs) == len({one.proc8 + one.orig8 for one in card.pairs}) == 50
    for chip, fits in ((file, True), (other, False)):
        algorithm = chip.chip.algorithm
        master = load_keys().of(algorithm)
        assert master is not None
        own = card_key(master, chip.chip.atr, chip.key_area, algorithm)
        answers = [
            internal_auth_answer(own, algorithm, bytes.fromhex(one.proc8), bytes.fromhex(one.orig8))
            for one in card.pairs
        ]
        digests = [hmac.digest(key, answer, "sha256").hex().upper() for answer in answers]
        assert (digests == [one.digest for one in card.pairs]) is fits


def test_no_pair_opens_a_card_session(client: CentralClient) -> None:
    """The service screen's challenges are none of central's for a proof."""
    pairs = client.technician_pairs().value
    assert pairs is not None
    pair = pairs.cards[0].pairs[0]
    technician = Cardholder.of(CARDS[TECHNICIAN])
    master = technician.keys.of(technician.card.chip.algorithm)
    assert master is not None
    algorithm = technician.card.chip.algorithm
    own = card_key(master, technician.card.chip.atr, technician.card.key_area, algorithm)
    answer = internal_auth_answer(own, algorithm, bytes.fromhex(pair.proc8), bytes.fromhex(pair.orig8))
    request = technician.request(None)
    proof = InternalAuthProof("not-a-challenge", answer.hex().upper())
    got = client.open_card_session(type(request)(request.atr, request.issuer, request.holder, proof)).value
    assert got is not None
    assert (got.verdict, got.staff) == (Verdict.NOT_GENUINE, None)


def test_each_list_is_fresh_and_without_the_keys_there_are_no_pairs(
    client: CentralClient, simulator: Simulator
) -> None:
    first, second = client.technician_pairs().value, client.technician_pairs().value
    assert first is not None
    assert second is not None
    assert first.key != second.key
    assert not set(first.cards[0].pairs) & set(second.cards[0].pairs)
    simulator.condition(keys_answer=False)
    without = client.technician_pairs().value
    assert without is not None
    assert [one.pairs for one in without.cards] == [()]


def test_who_left_the_staff_is_on_no_list(client: CentralClient, simulator: Simulator) -> None:
    simulator.set_staff(TECHNICIAN, active=False)
    pairs = client.technician_pairs().value
    assert pairs is not None
    assert pairs.cards == ()


def test_central_says_which_of_its_parts_are_there(client: CentralClient, simulator: Simulator) -> None:
    def away() -> set[str]:
        got = client.parts().value
        assert got is not None
        return {one.name for one in got.parts if not one.there}

    assert away() == set()
    simulator.condition(keys_answer=False, phones_reached=False, away=("310",))
    assert away() == {"keys", "codes", "contributions", "accounts"}
