"""What the engine shall do. Every effect that touches a card or central carries the visit and the insertion."""

from dataclasses import dataclass
from enum import Enum, unique

from kiosk.model import Overview
from kiosk.services import CodeFor, LossReport, Party, Relation, SlipKind, Ticket, TicketReason
from kiosk.visit.help_deeds import HelpEffect
from kiosk.visit.services import PinSlot


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Connect with a cold reset, SELECT, EF05, EF06, INTERNAL AUTHENTICATE, free PIN probe."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class OpenSession:
    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class WarmCentral:
    """Keep a connection ready while the PIN is typed, so that the PIN is followed by one round trip."""

    visit: int


@dataclass(frozen=True, slots=True)
class OpenPinEntry:
    """A fresh, empty buffer for this visit. Whatever was in the old one is wiped."""

    visit: int


@dataclass(frozen=True, slots=True)
class VerifyPin:
    """Send the buffer's digits once. The effect names the buffer (the visit's one), never its content."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class FetchOverview:
    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class OpenRecent:
    """Open the card's sealed row with the card's own answers; only ever after the chip's 9000."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True, repr=False)
class KeepRecent:
    """Seal what central said of this genuine card for outages, with the answers that the card gave while the PIN was typed."""

    visit: int
    insertion: int
    overview: Overview

    def __repr__(self) -> str:
        return f"KeepRecent(visit={self.visit})"


@dataclass(frozen=True, slots=True)
class ForgetRecent:
    """Central says that this card opens nothing any more: neither does the kiosk."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class FetchContributions:
    visit: int
    insertion: int
    request: int
    insurance: str
    year: int
    page: int


@dataclass(frozen=True, slots=True)
class FetchEntries:
    visit: int
    insertion: int
    request: int
    insurance: str
    page: int


@dataclass(frozen=True, slots=True)
class EndVisit:
    """Wipe the PIN buffer, power the card off, abandon every call, drop session and record."""

    visit: int
    insertion: int


@unique
class Sound(Enum):
    """One soft tone each; the loud one is for a card left in the slot."""

    QUESTION = "question"
    TAKE_CARD = "take_card"
    TAKE_CARD_LOUD = "take_card_loud"


@dataclass(frozen=True, slots=True)
class Play:
    sound: Sound


@dataclass(frozen=True, slots=True)
class ReportForgottenCard:
    """A heartbeat at once, with `card_forgotten`; `forgotten` False takes it back."""

    forgotten: bool


# --- activation and card services -------------------------------------------------------------------------------------
# Each that is answered carries `request`, which its answer (or CentralFailed with Ask.SERVICE) brings back.


@dataclass(frozen=True, slots=True)
class CheckActivation:
    """May it be activated, and how far did an earlier transaction come: central and journal together. -> ActivationChecked"""

    visit: int
    insertion: int
    request: int


@dataclass(frozen=True, slots=True, repr=False)
class ProveIdentity:
    """An ID number against central's. `name`: read from the document together with the number, which proves by itself.
    -> IdentityAnswered"""

    visit: int
    insertion: int
    request: int
    party: Party
    relation: Relation | None
    number: str
    name: str | None = None

    def __repr__(self) -> str:
        return f"ProveIdentity(visit={self.visit}, party={self.party.value})"


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """The ID card on the reader. -> DocumentRead"""

    visit: int
    insertion: int
    request: int
    whose: Party


@dataclass(frozen=True, slots=True, repr=False)
class SendCode:
    """`phone` None: to the one on file of who stands there. -> CodeSent"""

    visit: int
    insertion: int
    request: int
    purpose: CodeFor
    phone: str | None

    def __repr__(self) -> str:
        return f"SendCode(visit={self.visit}, purpose={self.purpose.value})"


@dataclass(frozen=True, slots=True, repr=False)
class CheckCode:
    """-> CodeChecked"""

    visit: int
    insertion: int
    request: int
    code: str
    text: str

    def __repr__(self) -> str:
        return f"CheckCode(visit={self.visit})"


@dataclass(frozen=True, slots=True)
class Reserve:
    """The journal begins (or goes on with the open transaction of this card), then central reserves.
    `phone_code`: by which a new phone number was confirmed; None: the one on file is kept.
    -> ReservationAnswered, JournalFailed"""

    visit: int
    insertion: int
    request: int
    party: Party
    relation: Relation | None
    phone_code: str | None


@dataclass(frozen=True, slots=True)
class OpenSecret:
    """The keys go into this slot from now on; it is emptied. The other slots keep what they have."""

    visit: int
    slot: PinSlot


@dataclass(frozen=True, slots=True)
class JudgePin:
    """OLD: only its length, and where a NEW one is kept already, that they differ (`PinRule.OLD`). NEW: all rules, as far as what
    they compare with is there. AGAIN: that it is NEW. The open slot is closed. -> PinJudged"""

    visit: int
    insertion: int
    request: int
    slot: PinSlot


@dataclass(frozen=True, slots=True)
class ChangeCardPin:
    """CHANGE with OLD and NEW, once; OLD is wiped after it, NEW is kept until 9000. `transaction`: the journal says CHANGING
    before it and what the card said after it; False: of an active card, nothing is written.
    -> CardPinAnswered (also where the card left: PinUnknown), JournalFailed (nothing was sent)"""

    visit: int
    insertion: int
    request: int
    transaction: bool


@dataclass(frozen=True, slots=True)
class VerifyNewPin:
    """VERIFY with NEW, once, to find out what a torn CHANGE did; after 9000 the journal says CHANGED. NEW is wiped.
    -> CardPinAnswered"""

    visit: int
    insertion: int
    request: int


@dataclass(frozen=True, slots=True)
class ConfirmActivation:
    """Confirm at central; what is not delivered goes on in the background, after the visit, too. -> ConfirmAnswered; when it was
    not delivered at first, another one once it was."""

    visit: int
    insertion: int
    request: int


@dataclass(frozen=True, slots=True)
class CancelReservation:
    """In the background; only where the journal proves that CHANGE was never sent, else nothing happens."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class ReportLossNow:
    """-> LossReportAnswered"""

    visit: int
    insertion: int
    request: int


@dataclass(frozen=True, slots=True)
class AskTicket:
    """-> TicketAnswered"""

    visit: int
    insertion: int
    request: int
    reason: TicketReason


@dataclass(frozen=True, slots=True, repr=False)
class Print:
    """A slip, in the language of the person. `reference`, `confirmed`, `bank`, `holder` (masked): of an activation; the engine
    adds `card`, masked, which the visit does not know. -> SlipPrinted"""

    visit: int
    insertion: int
    request: int
    kind: SlipKind
    language: str
    reference: str | None = None
    confirmed: bool = True
    bank: str | None = None
    holder: str | None = None
    card: str | None = None
    ticket: Ticket | None = None
    report: LossReport | None = None

    def __repr__(self) -> str:
        return f"Print(visit={self.visit}, kind={self.kind.value})"


ServiceEffect = (
    CheckActivation
    | ProveIdentity
    | ReadDocument
    | SendCode
    | CheckCode
    | Reserve
    | OpenSecret
    | JudgePin
    | ChangeCardPin
    | VerifyNewPin
    | ConfirmActivation
    | CancelReservation
    | ReportLossNow
    | AskTicket
    | Print
)

Effect = (
    ReadCard
    | OpenSession
    | WarmCentral
    | OpenPinEntry
    | VerifyPin
    | FetchOverview
    | OpenRecent
    | KeepRecent
    | ForgetRecent
    | FetchContributions
    | FetchEntries
    | EndVisit
    | Play
    | ReportForgottenCard
    | ServiceEffect
    | HelpEffect
)
