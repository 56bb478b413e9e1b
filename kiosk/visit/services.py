"""What can be on the screen while a card is activated, its PIN changed, its loss reported.

The states of `kiosk.visit.states` hold one of these; as there, each belongs to a visit and an insertion. Numbers and codes
that a person types are shown as they are typed, so the state holds them, for no longer than their page; PINs it never does.
"""

from dataclasses import dataclass
from enum import Enum, unique
from typing import assert_never

from kiosk.help import Access
from kiosk.model import MaskedHolder
from kiosk.services import CodeFor as CodeFor
from kiosk.services import Eligibility, IdentityWay, LossReport, Party, Relation, SentCode, Ticket, TicketReason
from kiosk.visit.entry import EntryNote, SignInStep
from kiosk.visit.failures import OUTAGES, Failure


@unique
class Journalled(Enum):
    """How far a transaction of this card came, by this kiosk's journal: its last durable step. The order is the order in time."""

    NOTHING = "nothing"  # none is open
    RESERVING = "reserving"  # the idempotency key is written; central may or may not have it
    RESERVED = "reserved"  # central has it; CHANGE was never sent
    CHANGING = "changing"  # CHANGE may be on its way: which PIN holds is not known
    # The card said no to a CHANGE that was the first one or followed another REFUSED: the old PIN holds. After a tear a no
    # proves nothing (the old PIN that was typed is wrong where the torn CHANGE was done): the step stays CHANGING.
    REFUSED = "refused"
    CHANGED = "changed"  # the card said 9000, or the new PIN was verified: the new one holds
    LOST = "lost"  # central has an open reservation and this kiosk no journal of it: as CHANGING


@unique
class TypedNote(Enum):
    """What a page with typed digits says of the last entry."""

    NONE = "none"
    INCOMPLETE = "incomplete"
    CHECKSUM = "checksum"  # GB 11643: a slip of the finger; nothing was sent
    MISMATCH = "mismatch"
    WRONG = "wrong"  # the code
    EXPIRED = "expired"
    SAME_PERSON = "same_person"
    NOT_A_MOBILE = "not_a_mobile"
    SENT_AGAIN = "sent_again"
    TOO_SOON = "too_soon"  # a code was sent a moment ago


# --- stages of an activation ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Who:
    """This card is new. Who stands there: the holder, somebody for the holder; of a child: a guardian."""


@dataclass(frozen=True, slots=True)
class ChooseRelation:
    """How the guardian is related to the child."""


@dataclass(frozen=True, slots=True, repr=False)
class ChooseWay:
    """How to prove who one is, where there are several ways. `number`: what was typed, for a clerk who compares it."""

    whose: Party
    number: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ClerkConfirms:
    """A clerk compares the ID document of who stands there with the number that was typed, and confirms with name, password (in
    the engine's buffer: `digits`) and one-time code. `locked_until`: monotonic."""

    whose: Party
    number: str
    step: SignInStep = SignInStep.NAME
    name: str = ""
    code: str = ""
    digits: int = 0
    note: EntryNote = EntryNote.NONE
    locked_until: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class TypeNumber:
    """An ID number, of the holder or of who acts for the holder: up to 18 of 0-9 and X."""

    whose: Party
    text: str = ""
    note: TypedNote = TypedNote.NONE
    left: int | None = None  # tries, after a mismatch


@dataclass(frozen=True, slots=True)
class ShowDocument:
    """The ID card of this person is to be laid on the reader; `failed`: it could not be read, or is another one."""

    whose: Party
    failed: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class TypeCode:
    """The code that was sent to a phone: `to` the number that was typed, or (None) the one on file.

    `left`: tries after a wrong one; 0: this code is of no use any more, another one is to be sent.
    """

    purpose: CodeFor
    sent: SentCode
    again_at: float  # monotonic: from when on it may be sent again
    text: str = ""
    note: TypedNote = TypedNote.NONE
    left: int | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class KeepPhone:
    """Is the phone on file (masked) the one to keep, or another one?"""

    phone: str


@dataclass(frozen=True, slots=True, repr=False)
class TypePhone:
    """A mobile number, 11 digits."""

    text: str = ""
    note: TypedNote = TypedNote.NONE


@dataclass(frozen=True, slots=True)
class Explain:
    """What will happen, that the bank's part is at the bank; `part` as on other pages."""

    part: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """The privacy notice over a page of the activation."""

    over: "Stage"
    part: int = 0


@unique
class PinSlot(Enum):
    """The engine's buffers: keys go into the open one."""

    OLD = "old"
    NEW = "new"
    AGAIN = "again"


@unique
class PinRule(Enum):
    """What a new PIN must not be."""

    LENGTH = "length"
    INITIAL = "initial"
    OLD = "old"
    ONE_DIGIT = "one_digit"
    STRAIGHT = "straight"  # 123456, 987654
    BIRTH = "birth"  # of the birth date
    NUMBER = "number"  # of the ID number
    DIFFER = "differ"  # the second entry is another one


@dataclass(frozen=True, slots=True)
class Pins:
    """Old and new PIN. `rule`: why the last new one was not taken; `wrong`: the card did not take the old one;
    `judging`: the engine looks at what was typed.

    `after_tear`: nobody knows which PIN the card has. NEW asks for the one that was to be set: it is verified (costs a try when
    wrong); then OLD for the one before: CHANGE again.
    """

    slot: PinSlot = PinSlot.OLD
    digits: int = 0
    rule: PinRule | None = None
    wrong: bool = False
    judging: bool = False
    after_tear: bool = False


@unique
class Work(Enum):
    """What the kiosk is at while nobody can do anything. The first ones are questions to central that come back with a page."""

    CHECK = "check"  # may it be activated
    IDENTITY = "identity"
    SEND_CODE = "send_code"
    CHECK_CODE = "check_code"
    RESERVE = "reserve"
    CHANGE = "change"  # the card; a pull now leaves a torn one
    VERIFY = "verify"  # the card, after a tear
    CONFIRM = "confirm"
    REPORT_LOSS = "report_loss"


@dataclass(frozen=True, slots=True)
class Working:
    """`back`: the page that one comes back to where the answer says "once more". `slow`: the wait has a name by now."""

    work: Work
    since: float
    back: "Stage | None" = None
    slow: bool = False


@unique
class Stop(Enum):
    """Why an activation does not go on here: named outcomes, each with its words (`activation.stop.<value>.*`) and who acts."""

    ACTIVE_ALREADY = "active_already"
    STATUS = "status"
    NOT_ON_FILE = "not_on_file"
    NO_WAY = "no_way"  # no way to prove who stands there at this kiosk
    NO_MOBILE = "no_mobile"
    OTHERS_NUMBER = "others_number"
    CODE_USED_UP = "code_used_up"
    IDENTITY_LOCKED = "identity_locked"
    SAME_PERSON = "same_person"
    UNDER_AGE = "under_age"
    PARTY_NOT_ON_FILE = "party_not_on_file"
    NOT_PROVED = "not_proved"  # it took too long: from the beginning
    LOST = "lost"  # after the PIN was changed
    REPLACED = "replaced"
    ACTIVE_OTHERWISE = "active_otherwise"
    CANCELLED = "cancelled"
    UNKNOWN_RESERVATION = "unknown_reservation"
    PIN_LOCKED = "pin_locked"  # resumable at the counter
    ONE_TRY_LEFT = "one_try_left"  # after a tear: not risked here
    CARD_FAILED = "card_failed"  # does not answer as it must
    TORN = "torn"  # the card was pulled or failed inside the change: put it in again
    JOURNAL = "journal"  # cannot be written: nothing was begun
    CENTRAL = "central"  # away: `because`


@unique
class Paper(Enum):
    """The slip. Printing never decides the outcome."""

    NO_PRINTER = "no_printer"
    OFFERED = "offered"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"  # out of paper, cover open, offline: the QR code stands instead


@dataclass(frozen=True, slots=True)
class Stopped:
    """`because`: of CENTRAL. `ticket`: for the counter, once central gave one; `asking`: it is on its way; `paper`: its slip.

    A ticket can be had (GetTicket) where `ticket_reason` names one and `ticket` is None; where the card is stuck it is asked for
    by itself. `back`: the page that it stopped at: TryAgain leads there where `may_try_again`, Back from NO_MOBILE and
    OTHERS_NUMBER.
    """

    stop: Stop
    because: Failure | None = None
    ticket: Ticket | None = None
    asking: bool = False
    paper: Paper = Paper.NO_PRINTER
    back: "Stage | None" = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The card is activated; `confirmed` False: the PIN is set, and central has not said yes yet: it is asked until it does."""

    confirmed: bool
    paper: Paper = Paper.NO_PRINTER


Stage = (
    Who
    | ChooseRelation
    | ChooseWay
    | ClerkConfirms
    | TypeNumber
    | ShowDocument
    | TypeCode
    | KeepPhone
    | TypePhone
    | Explain
    | Notice
    | Pins
    | Working
    | Stopped
    | Finished
)


@dataclass(frozen=True, slots=True, repr=False)
class Activation:
    """A new card on its way to be active.

    `tries`: of its PIN, as far as the card told. `phone`: of who stands there, on file or confirmed (masked).
    `phone_code`: the code by which a typed number was confirmed; None: the number on file is kept.
    `sent`: CHANGE may have been sent, now or before: nothing is cancelled any more. `requests`: numbers the questions; only the
    newest one's answer is taken.
    """

    visit: int
    insertion: int
    stage: Stage
    touched: float
    tries: int
    minor: bool
    holder: MaskedHolder | None
    eligibility: Eligibility | None = None
    journalled: Journalled = Journalled.NOTHING
    party: Party = Party.HOLDER
    relation: Relation | None = None
    way: IdentityWay | None = None
    phone: str | None = None
    reference: str | None = None
    phone_code: str | None = None
    sent: bool = False
    asking_since: float | None = None  # the still-there question
    requests: int = 0

    def __repr__(self) -> str:
        return f"Activation(visit={self.visit}, stage={type(self.stage).__name__})"


# --- services for an active card ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServicesMenu:
    """Change the PIN, report the loss."""


@dataclass(frozen=True, slots=True)
class PinChanged:
    """Done."""


@dataclass(frozen=True, slots=True)
class LossAsked:
    """How long it lasts, what it stops, that the bank is told separately: sure?"""

    part: int = 0


@dataclass(frozen=True, slots=True)
class LossReported:
    report: LossReport
    paper: Paper = Paper.NO_PRINTER


ServiceStage = ServicesMenu | Pins | PinChanged | LossAsked | LossReported | Working | Stopped


@dataclass(frozen=True, slots=True, repr=False)
class CardService:
    """Something done to an active card by its holder, after the PIN. The record that was open is closed: nothing of it is here.

    Also the ticket for a locked PIN, from that failure's page. `tries`: of the PIN, once the card said how many.
    """

    visit: int
    insertion: int
    stage: ServiceStage
    touched: float
    tries: int | None = None
    asking_since: float | None = None
    requests: int = 0
    access: Access = Access.CARD  # without a card the insertion is 0, and a loss can be reported, nothing else

    def __repr__(self) -> str:
        return f"CardService(visit={self.visit}, stage={type(self.stage).__name__})"


def ticket_reason(service: Activation | CardService, stop: Stop) -> TicketReason | None:
    """What a ticket for the counter is given for; None where it would not help."""
    activation = isinstance(service, Activation)
    match stop:
        case Stop.PIN_LOCKED:
            begun = isinstance(service, Activation) and (service.sent or service.reference is not None)
            return TicketReason.ACTIVATION_STUCK if begun else TicketReason.PIN_LOCKED
        case Stop.ONE_TRY_LEFT | Stop.CARD_FAILED:
            return TicketReason.ACTIVATION_STUCK if activation else None
        case (
            Stop.NO_WAY
            | Stop.NO_MOBILE
            | Stop.OTHERS_NUMBER
            | Stop.CODE_USED_UP
            | Stop.IDENTITY_LOCKED
            | Stop.SAME_PERSON
            | Stop.PARTY_NOT_ON_FILE
        ):
            return TicketReason.IDENTITY
        case (
            Stop.ACTIVE_ALREADY
            | Stop.STATUS
            | Stop.NOT_ON_FILE
            | Stop.UNDER_AGE
            | Stop.NOT_PROVED
            | Stop.LOST
            | Stop.REPLACED
            | Stop.ACTIVE_OTHERWISE
            | Stop.CANCELLED
            | Stop.UNKNOWN_RESERVATION
            | Stop.TORN
            | Stop.JOURNAL
            | Stop.CENTRAL
        ):
            return None
        case never:
            assert_never(never)


def may_try_again(stopped: Stopped) -> bool:
    """Central did not answer: it may by now."""
    return stopped.stop is Stop.CENTRAL and stopped.because in OUTAGES
