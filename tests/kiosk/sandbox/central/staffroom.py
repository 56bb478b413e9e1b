"""The staff of the simulated hall at a kiosk's client: signed in, looking people up."""

from dataclasses import dataclass

from kiosk.central.client import CentralClient
from kiosk.help import (
    AuthorisationKind,
    Ground,
    Lookup,
    NumberKind,
    PersonSession,
    Revealed,
    RevealField,
    SignInOutcome,
    StaffSession,
)
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.simulator import Simulator

CLERK, COLLEAGUE, SUPERVISOR, TECHNICIAN = "W-0231", "W-0232", "S-0007", "T-0007"
CARDS = {
    CLERK: "staff-clerk",
    COLLEAGUE: "staff-clerk-two",
    SUPERVISOR: "staff-supervisor",
    TECHNICIAN: "staff-technician",
}


def number_of(card: str) -> str:
    """ID number of a card file's holder."""
    holder = Cardholder.of(card).card.holder
    assert holder is not None
    return holder.ssn


@dataclass
class AtTheKiosk:
    """Somebody of the staff who is signed in."""

    client: CentralClient
    session: str
    token: str

    @property
    def where(self) -> tuple[str, str]:
        return self.session, self.token

    def look_up(
        self,
        whose: str,
        ground: Ground = Ground.PRESENT,
        document: AuthorisationKind | None = None,
        reference: str | None = None,
        kind: NumberKind = NumberKind.ID_NUMBER,
    ) -> Lookup:
        got = self.client.look_up(
            *self.where, ground=ground, document=document, reference=reference, kind=kind, number=whose
        )
        assert got.value is not None, (got.cause, got.problem)
        return got.value

    def found(self, whose: str) -> str:
        """The look-up's id."""
        lookup = self.look_up(whose).lookup
        assert lookup is not None
        return lookup

    def reveal(self, lookup: str, field: RevealField) -> Revealed:
        got = self.client.reveal(*self.where, lookup, field).value
        assert got is not None
        return got

    def hand_over(self, lookup: str) -> PersonSession:
        got = self.client.hand_over(*self.where, lookup).value
        assert got is not None
        return got

    def second(self, simulator: Simulator, number: str) -> StaffSession:
        asked = simulator.sign_in_of(number)
        got = self.client.sign_second_in(*self.where, asked.name, asked.password, asked.code).value
        assert got is not None
        return got


def signed_in(client: CentralClient, number: str = CLERK) -> AtTheKiosk:
    """With the staff card."""
    opened = Cardholder.of(CARDS[number]).open(client).value
    assert opened is not None
    assert opened.token is not None
    got = client.sign_staff_in_by_card(opened.session, opened.token).value
    assert got is not None
    assert got.outcome is SignInOutcome.SIGNED_IN
    assert got.session is not None
    assert got.token is not None
    return AtTheKiosk(client, got.session, got.token)
