"""What was done at the kiosks can be taken back, so that the next leg of a tour and the next test find the register as it was."""

from dataclasses import dataclass

from kiosk.central.client import CentralClient
from kiosk.central.contract import CardSession
from kiosk.model import CardStatus
from kiosk.sandbox.central.activation import MISMATCHES
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.simulator import Simulator
from kiosk.services import Checked, CodeFor, Confirmed, Identity, IdentityOutcome, Party, SentCode

NEW_PHONE = "13900001357"
KEY = "a-key-of-a-journal-0001"


@dataclass
class Somebody:
    """The holder of a new card, at the counter of the client."""

    client: CentralClient
    simulator: Simulator
    holder: Cardholder

    def __post_init__(self) -> None:
        opened = self.holder.open(self.client).value
        assert opened is not None
        self.session: CardSession = opened

    @property
    def _where(self) -> tuple[str, str]:
        assert self.session.token is not None
        return self.session.session, self.session.token

    def number(self, number: str) -> Identity:
        found = self.client.prove_identity(*self._where, Party.HOLDER, None, number).value
        assert found is not None
        return found

    def code(self, purpose: CodeFor, phone: str | None) -> str:
        """Sent, read from the phone, and typed."""
        sent = self.client.send_code(*self._where, purpose, phone).value
        assert isinstance(sent, SentCode)
        assert sent.code is not None
        text = self.simulator.messages()[-1].text
        checked = self.client.check_code(*self._where, sent.code, text).value
        assert checked is not None
        assert checked.outcome is Checked.MATCHED
        return sent.code

    def activate(self, number: str) -> None:
        """With a new phone."""
        assert self.number(number).outcome is IdentityOutcome.MATCHED
        self.code(CodeFor.IDENTITY, None)
        phone = self.code(CodeFor.PHONE, NEW_PHONE)
        reserved = self.client.reserve(*self._where, Party.HOLDER, None, phone, key=KEY).value
        assert reserved is not None
        assert reserved.reservation is not None
        confirmed = self.client.confirm(reserved.reservation).value
        assert confirmed is not None
        assert confirmed.outcome is Confirmed.ACTIVATED


def test_the_register_is_as_it_was_and_nothing_is_used_up(client: CentralClient, simulator: Simulator) -> None:
    holder = Cardholder.of("jinan-not-activated")
    written = holder.card.holder
    assert written is not None
    simulator.first_day()
    before = simulator.card(holder.card_number)
    assert before.status is CardStatus.NOT_ACTIVATED
    Somebody(client, simulator, holder).activate(written.ssn)
    after = simulator.card(holder.card_number)
    assert (after.status, after.phone, len(after.reservations)) == (CardStatus.NORMAL, NEW_PHONE, 1)

    simulator.first_day()
    assert simulator.card(holder.card_number) == before
    tried = Somebody(client, simulator, holder)
    for _ in range(MISMATCHES):
        tried.number("370101199001011059")
    assert tried.number(written.ssn).outcome is IdentityOutcome.LOCKED

    simulator.first_day()
    Somebody(client, simulator, holder).activate(written.ssn)  # the key of the journal reserves anew, too
    simulator.first_day()
