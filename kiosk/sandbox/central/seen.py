"""What the simulator's port tells of the register, past the contract: for tests that ask whether both sides agree, and for
whoever plays the people with their phones."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

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


@unique
class AuditAlarm(StrEnum):
    """What central raises of a kiosk's audit chain."""

    ROLLED_BACK = "rolled_back"  # shorter than it was told before
    FORKED = "forked"  # another line at a place that was told before
    BROKEN_LINE = "broken_line"  # a line that its key does not fit
    OTHER_LINE = "other_line"  # sent again, and not the same
    ANOTHER_KEY = "another_key"  # for a chain that has one in escrow
    ANOTHER_CHAIN = "another_chain"  # of a kiosk that had one before
    FOREIGN_CHAIN = "foreign_chain"  # of another kiosk


@dataclass(frozen=True, slots=True)
class SeenAlarm:
    """The first time of this kind, where in the chain, and how often it was. `device`: who set it off."""

    kind: AuditAlarm
    device: str
    length: int
    at: float
    times: int


@dataclass(frozen=True, slots=True, repr=False)
class SeenChain:
    """What central holds of one chain. `key`: k0 as an auditor gets it, None before it is enrolled; `length`, `head`: the highest
    that was told, hex; `lines`: the texts, of line 1 on."""

    chain: str
    device: str
    key: str | None
    length: int
    head: str
    lines: tuple[str, ...]
    alarms: tuple[SeenAlarm, ...]


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
