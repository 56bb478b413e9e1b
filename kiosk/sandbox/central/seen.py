"""What the simulator's port tells of the register, past the contract: for tests that ask whether both sides agree, and for
whoever plays the people with their phones."""

from dataclasses import dataclass
from datetime import date

from kiosk.help import QueryOutcome
from kiosk.model import CardStatus, Personal
from kiosk.services import Party, Relation, Standing, TicketReason


@dataclass(frozen=True, slots=True, repr=False)
class Message(Personal):
    """A code on a phone. `at`: seconds since 1970."""

    phone: str
    text: str
    at: float


@dataclass(frozen=True, slots=True, repr=False)
class SeenReservation(Personal):
    """`told`: every kiosk that knows it."""

    reservation: str
    reference: str
    device: str
    told: tuple[str, ...]
    standing: Standing
    party: Party
    relation: Relation | None
    agent_name: str | None
    agent_number: str | None
    agent_phone: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class SeenReport:
    reference: str
    until: date | None
    lifted: bool


@dataclass(frozen=True, slots=True)
class SeenTicket:
    code: str
    reason: TicketReason


@dataclass(frozen=True, slots=True)
class SeenQuery:
    """A look-up without a card, as central recorded it. `session` only where one was opened."""

    device: str
    outcome: QueryOutcome
    session: str | None
    at: float


@dataclass(frozen=True, slots=True, repr=False)
class SeenCard(Personal):
    """A card of the register; `phone` is its holder's on file. Everything oldest first."""

    number: str
    status: CardStatus
    phone: str | None
    reservations: tuple[SeenReservation, ...]
    reports: tuple[SeenReport, ...]
    tickets: tuple[SeenTicket, ...]

    @property
    def open(self) -> tuple[SeenReservation, ...]:
        """Neither confirmed nor cancelled."""
        return tuple(r for r in self.reservations if r.standing in (Standing.OPEN, Standing.EXPIRED))
