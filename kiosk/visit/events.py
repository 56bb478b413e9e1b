"""What can happen. `at` is monotonic seconds on every one: the visit has no clock of its own."""

from dataclasses import dataclass
from enum import Enum, unique

from drivers.card.states import PinProbe, PinVerdict, ReaderState
from kiosk.model import AccountPage, CentralFailure, ContributionPage, Notice, Overview
from kiosk.services import CheckedCode, Confirmation, Eligibility, Identity, LossReport, Reservation, SentCode, Ticket
from kiosk.visit.actions import Action
from kiosk.visit.failures import Failure
from kiosk.visit.help_deeds import AuditStands, HelpEvent
from kiosk.visit.services import Journalled, Paper, PinRule, PinSlot
from kiosk.visit.states import CardFacts, Link, ReadStep, Recent, SessionReply


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing but time."""

    at: float


# --- the world --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReaderReported:
    at: float
    state: ReaderState
    is_virtual: bool = False


@dataclass(frozen=True, slots=True)
class CardInserted:
    at: float
    insertion: int
    mute: bool = False


@dataclass(frozen=True, slots=True)
class CardRemoved:
    at: float
    insertion: int


@dataclass(frozen=True, slots=True)
class LinkChanged:
    at: float
    link: Link


@dataclass(frozen=True, slots=True)
class ClockChecked:
    """The kiosk's clock against the server's time of an answer."""

    at: float
    wrong: bool


@dataclass(frozen=True, slots=True)
class NoticesArrived:
    at: float
    notices: tuple[Notice, ...]


# --- people -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pressed:
    """A control was touched that was drawn for visit `visit`: a touch on a page of the last person does nothing."""

    at: float
    visit: int
    action: Action


@dataclass(frozen=True, slots=True)
class Touched:
    """The screen was touched, wherever: somebody is there."""

    at: float


@dataclass(frozen=True, slots=True)
class DigitsEntered:
    at: float
    visit: int
    count: int


# --- the card ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardProgressed:
    at: float
    visit: int
    insertion: int
    step: ReadStep


@dataclass(frozen=True, slots=True)
class CardIdentified:
    """SELECT, EF05, EF06 and the proof are done."""

    at: float
    visit: int
    insertion: int
    facts: CardFacts


@dataclass(frozen=True, slots=True)
class CardUnusable:
    at: float
    visit: int
    insertion: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class PinProbed:
    at: float
    visit: int
    insertion: int
    probe: PinProbe


@dataclass(frozen=True, slots=True)
class PinAnswered:
    at: float
    visit: int
    insertion: int
    verdict: PinVerdict


# --- central ----------------------------------------------------------------------------------------------------------


@unique
class Ask(Enum):
    """Which question to central."""

    SESSION = "session"
    OVERVIEW = "overview"
    ROWS = "rows"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class SessionOpened:
    at: float
    visit: int
    insertion: int
    reply: SessionReply


@dataclass(frozen=True, slots=True)
class OverviewArrived:
    """`agrees`: the record's name and number are those of the card (True where EF06 is closed)."""

    at: float
    visit: int
    insertion: int
    overview: Overview
    agrees: bool


@dataclass(frozen=True, slots=True)
class RecentOpened:
    """The sealed row of this card was opened; `recent` None: it cannot be (another chip, a changed row, past its time)."""

    at: float
    visit: int
    insertion: int
    recent: Recent | None


@dataclass(frozen=True, slots=True)
class RowsArrived:
    at: float
    visit: int
    insertion: int
    request: int
    rows: ContributionPage | AccountPage


@dataclass(frozen=True, slots=True)
class CentralFailed:
    """`request` is that of ROWS and SERVICE, 0 otherwise."""

    at: float
    visit: int
    insertion: int
    ask: Ask
    request: int
    failure: CentralFailure


# --- activation and card services: answers to the effects, with their `request` ---------------------------------------


@dataclass(frozen=True, slots=True)
class ActivationChecked:
    """`reference`: of the journal's open transaction."""

    at: float
    visit: int
    insertion: int
    request: int
    eligibility: Eligibility
    journalled: Journalled
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class IdentityAnswered:
    at: float
    visit: int
    insertion: int
    request: int
    identity: Identity


@dataclass(frozen=True, slots=True, repr=False)
class DocumentRead:
    """What stands on it; None: it could not be read."""

    at: float
    visit: int
    insertion: int
    request: int
    number: str | None
    name: str | None

    def __repr__(self) -> str:
        return f"DocumentRead(visit={self.visit}, read={self.number is not None})"


@dataclass(frozen=True, slots=True)
class CodeSent:
    at: float
    visit: int
    insertion: int
    request: int
    sent: SentCode


@dataclass(frozen=True, slots=True)
class CodeChecked:
    at: float
    visit: int
    insertion: int
    request: int
    checked: CheckedCode


@dataclass(frozen=True, slots=True)
class ReservationAnswered:
    at: float
    visit: int
    insertion: int
    request: int
    reservation: Reservation


@dataclass(frozen=True, slots=True)
class JournalFailed:
    """It cannot be written: neither central nor the card was asked anything."""

    at: float
    visit: int
    insertion: int
    request: int


@dataclass(frozen=True, slots=True)
class PinJudged:
    at: float
    visit: int
    insertion: int
    request: int
    slot: PinSlot
    rule: PinRule | None


@dataclass(frozen=True, slots=True)
class CardPinAnswered:
    """To CHANGE or VERIFY."""

    at: float
    visit: int
    insertion: int
    request: int
    verdict: PinVerdict


@dataclass(frozen=True, slots=True)
class ConfirmAnswered:
    """None: not delivered yet."""

    at: float
    visit: int
    insertion: int
    request: int
    confirmation: Confirmation | None


@dataclass(frozen=True, slots=True)
class LossReportAnswered:
    at: float
    visit: int
    insertion: int
    request: int
    report: LossReport


@dataclass(frozen=True, slots=True)
class TicketAnswered:
    at: float
    visit: int
    insertion: int
    request: int
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class SlipPrinted:
    """`paper`: PRINTED, FAILED or NO_PRINTER."""

    at: float
    visit: int
    insertion: int
    request: int
    paper: Paper


ServiceEvent = (
    ActivationChecked
    | IdentityAnswered
    | DocumentRead
    | CodeSent
    | CodeChecked
    | ReservationAnswered
    | JournalFailed
    | PinJudged
    | CardPinAnswered
    | ConfirmAnswered
    | LossReportAnswered
    | TicketAnswered
    | SlipPrinted
)

Event = (
    Tick
    | ReaderReported
    | CardInserted
    | CardRemoved
    | LinkChanged
    | ClockChecked
    | NoticesArrived
    | Pressed
    | Touched
    | DigitsEntered
    | CardProgressed
    | CardIdentified
    | CardUnusable
    | PinProbed
    | PinAnswered
    | SessionOpened
    | OverviewArrived
    | RecentOpened
    | RowsArrived
    | CentralFailed
    | ServiceEvent
    | AuditStands
    | HelpEvent
)
