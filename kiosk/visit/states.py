"""What can be on the screen. Small frozen types; times are monotonic seconds.

A state that belongs to a person carries the visit's number and the card's insertion number: what comes late, or belongs to
another card, is dropped by comparing these two.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique

from drivers.card.states import PinProbe, PinTries, ReaderState
from kiosk.help import Access, Role
from kiosk.model import (
    AccountPage,
    CardStatus,
    ContributionPage,
    MaskedHolder,
    Notice,
    Overview,
    Verdict,
)
from kiosk.services import IdentityWay
from kiosk.visit.actions import Field
from kiosk.visit.failures import Failure
from kiosk.visit.help import Ended, HelpRules, Query, Staff
from kiosk.visit.services import Activation, CardService


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings a visit is played by; seconds unless named otherwise (kiosk.ini [time], region profile)."""

    default_language: str = "zh_CN"
    languages: tuple[str, ...] = ("zh_CN", "en")
    areas: frozenset[str] = frozenset()  # GB/T 2260 codes whose cards this hall serves
    pin_min: int = 4
    pin_max: int = 12
    page_idle: float = 60.0
    page_idle_slow: float = 120.0  # with large text
    question: float = 20.0
    question_slow: float = 30.0
    pin_idle: float = 60.0
    failure_page: float = 60.0
    reveal: float = 10.0
    take_card_louder: float = 60.0
    take_card_notice: float = 180.0
    reading_minimum: float = 0.7  # before a page that says something is wrong: nothing flashes
    pin_pad_wait: float = 1.0  # for central's answer, so that no PIN is asked in vain
    name_the_wait: float = 1.0
    answer_deadline: float = 8.0  # central's total one, which the named wait promises
    recent_after: float = 1.25  # after the PIN, without an answer: recent data is shown and the call goes on
    recent_days: int = 0  # that a person's record is kept for outages at most; 0: none is
    personal_without_proof: bool = False  # region profile: what "cannot be proved" allows
    identity_ways: tuple[IdentityWay, ...] = (IdentityWay.CODE,)  # the region's, as far as this kiosk has the devices
    printer: bool = False
    help: HelpRules = field(default_factory=HelpRules)


@unique
class Link(Enum):
    """Is central there, as the people see it."""

    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Slot:
    """The card in the slot. `done`: its visit is over, it waits to be taken."""

    insertion: int
    mute: bool
    done: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """What outlives a visit; nothing personal."""

    reader: ReaderState = ReaderState.STARTING
    reader_is_virtual: bool = False
    link: Link = Link.ONLINE
    clock_wrong: bool = False
    config_invalid: bool = False
    slot: Slot | None = None
    notices: tuple[Notice, ...] = ()
    audit_broken: bool = False  # its chain cannot be written: nobody is shown anything


@dataclass(frozen=True, slots=True)
class Prefs:
    """Aids chosen by the person; all reset when the visit ends."""

    language: str = "zh_CN"
    large_text: bool = False
    high_contrast: bool = False


@dataclass(frozen=True, slots=True)
class Idle:
    """The attract page. `touched`: last touch, for the reset of aids that somebody chose and left."""

    touched: float | None = None


@dataclass(frozen=True, slots=True)
class IdlePrivacy:
    """The privacy notice, before any card. `part`: index of the first section shown."""

    touched: float
    part: int = 0


@dataclass(frozen=True, slots=True)
class OutOfService:
    """The kiosk itself cannot serve. Lifts by itself when the reason goes, or at `lifts_at` where nothing would tell of its
    going (a fault of our own). `touched`: as on the attract page. `since`: when it was first seen, for the staff who read the
    page; the same failure reported again keeps it."""

    failure: Failure
    touched: float | None = None
    lifts_at: float | None = None
    since: float | None = field(
        default=None, compare=False
    )  # an annotation: two pages of one failure are the same page


@unique
class ReadStep(Enum):
    """The steps that are really taken, as the reading page lists them."""

    RECOGNISE = "recognise"
    PROVE = "prove"
    PREPARE = "prepare"


@unique
class Kept(Enum):
    """What this kiosk keeps of a card for outages, as far as is known before its PIN."""

    NOTHING = "nothing"  # never served here, or past its time
    RECENT = "recent"  # a sealed row that this chip may open
    TECHNICIAN = "technician"  # a technician's card with single-use pairs that are good: they open diagnostics only
    LISTED = "listed"  # on the list of cards reported lost or blocked: gets nothing
    CLOSED = "closed"  # nobody gets anything: the loss list is too old, or no clock to trust


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the visit may know of a card before its PIN: nothing of the holder."""

    area: str  # GB/T 2260, six digits
    minor: bool  # EF05 卡的类别 1 or 2
    kept: Kept = Kept.NOTHING


@dataclass(frozen=True, slots=True)
class SessionReply:
    """Central's answer to "open a card session"."""

    verdict: Verdict
    card_status: CardStatus | None
    holder: MaskedHolder | None
    may_ask_pin: bool
    may_activate: bool = False
    staff: Role | None = None  # it is a staff card: no record follows its PIN
    staff_number: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The card is being recognised and proved. `found`: a failure that waits for the page's minimum time or for
    a higher one that may still come."""

    visit: int
    insertion: int
    since: float
    progress: ReadStep = ReadStep.RECOGNISE
    facts: CardFacts | None = None
    asked_at: float | None = None  # when the session request left
    answered: bool = False  # central answered, or its answer failed
    reply: SessionReply | None = None
    probe: PinProbe | None = None
    found: Failure | None = None
    final: bool = False  # nothing higher than `found` can still come
    offline: Failure | None = None  # why central is not waited for: recent data follows the PIN


@dataclass(frozen=True, slots=True)
class CardPage:
    """A page about this card or about central in this visit: what is, what it means, what to do.

    `ticket`: one for the counter can be had (GetTicket): the session at central is kept open for it.
    """

    visit: int
    insertion: int
    failure: Failure
    since: float
    ticket: bool = False


@unique
class PinNote(Enum):
    """What the PIN page says about the last entry."""

    NONE = "none"
    WRONG = "wrong"
    FORMAT = "format"


@dataclass(frozen=True, slots=True)
class PinPad:
    """The state holds how many digits were typed, never which."""

    visit: int
    insertion: int
    tries: PinTries
    touched: float
    reply: SessionReply | None
    minor: bool
    digits: int = 0
    verifying: bool = False
    note: PinNote = PinNote.NONE
    helping: bool = False  # "forgot PIN" is open
    refused: Failure | None = None  # what central said while the PIN was at the chip: decides after the chip's answer
    asking_since: float | None = None  # the still-there question
    recent: bool = False  # a sealed row is there for this card
    technician: bool = False  # pairs are there that open diagnostics
    offline: Failure | None = None  # as in Reading


@dataclass(frozen=True, slots=True)
class Opening:
    """The chip said 9000; the record is on its way. `slow`: the wait has a name by now.

    `recent`: a sealed row is there and may be opened; `unsealing`: it is being opened. `offline`: why central does not answer;
    None while it still may.
    """

    visit: int
    insertion: int
    since: float
    reply: SessionReply | None
    slow: bool = False
    recent: bool = False
    unsealing: bool = False
    offline: Failure | None = None
    tries: int | None = None  # the card's, before the PIN was right
    technician: bool = False  # as on the PIN page
    access: Access = Access.CARD  # else the insertion is 0: there is no session to wait for, only the overview


# --- pages of an open record -------------------------------------------------------------------------------------
# `part` is the index of the first item shown, so that another text size keeps the place.


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows are on their way since `since`."""

    request: int
    since: float
    slow: bool = False


@dataclass(frozen=True, slots=True)
class NotCome:
    """Rows did not come; the page offers to try again."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class NotKept:
    """Rows that the kiosk does not keep for outages: available again when the service is back, never empty or 0."""


@dataclass(frozen=True, slots=True)
class NotShown:
    """Rows that this region shows to a person with the card only; they are not asked for."""


@dataclass(frozen=True, slots=True)
class HomePage:
    part: int = 0


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    insurance: str
    part: int = 0


@dataclass(frozen=True, slots=True)
class ContributionsPage:
    """The months picture of one insurance and the chosen year's rows (landscape shows both, portrait on two pages).

    `part`: how many of the newest years are turned away. `table`: the year's own page is open; `table_part`: its part.
    """

    insurance: str
    year: int | None
    rows: ContributionPage | Waiting | NotCome | NotKept | None
    part: int = 0
    table: bool = False
    table_part: int = 0


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """`part` counts over all entries; `entries` is the page of central that covers it (`kiosk.model.PAGE_ROWS` each)."""

    insurance: str
    entries: AccountPage | Waiting | NotCome | NotKept | NotShown | None
    part: int = 0


@dataclass(frozen=True, slots=True)
class ChooserPage:
    """All insurances in a list; `to` is the page to come back to with the chosen one."""

    to: "RegistrationPage | ContributionsPage | AccountsPage"
    part: int = 0


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    part: int = 0


@dataclass(frozen=True, slots=True)
class WrongPage:
    """ "This is wrong" about the page one comes from. `reference` is told to the body: no personal data in it."""

    about: "RegistrationPage | ContributionsPage | AccountsPage | HomePage"
    reference: str
    part: int = 0


RecordPage = HomePage | RegistrationPage | ContributionsPage | AccountsPage | ChooserPage | PrivacyPage | WrongPage


@dataclass(frozen=True, slots=True)
class Reveal:
    field: Field
    until: float


@dataclass(frozen=True, slots=True)
class Recent:
    """What the kiosk kept of a person: the overview of `stored`, on central's clock. Each figure has its own date in it."""

    overview: Overview
    stored: datetime


@dataclass(frozen=True, slots=True)
class Offline:
    """The record is recent data of `stored`, because of `reason`. `asking`: a call still goes on, a good answer replaces it.
    `reply`: central's to the session, once it came."""

    reason: Failure
    stored: datetime
    asking: bool
    reply: SessionReply | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """An open record. The only state that holds a person's data. `offline` None: it is central's own of this visit;
    `refreshed`: it took the place of recent data on this very page."""

    visit: int
    insertion: int
    overview: Overview
    page: RecordPage
    touched: float
    requests: int = 0  # numbers the requests for rows, so that only the newest is taken
    reveal: Reveal | None = None
    asking_since: float | None = None
    offline: Offline | None = None
    refreshed: bool = False
    access: Access = Access.CARD  # without a card the insertion is 0

    def __repr__(self) -> str:
        return f"Record(visit={self.visit}, page={type(self.page).__name__})"


@unique
class Reminder(Enum):
    QUIET = "quiet"
    LOUD = "loud"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class TakeCard:
    """The visit is over, the card is still in the slot."""

    insertion: int
    since: float
    reminder: Reminder = Reminder.QUIET


State = (
    Idle
    | IdlePrivacy
    | OutOfService
    | Reading
    | CardPage
    | PinPad
    | Opening
    | Record
    | Activation
    | CardService
    | Staff
    | Query
    | Ended
    | TakeCard
)


@dataclass(frozen=True, slots=True)
class Model:
    """The whole: rules, world, aids, and what is on the screen. `visits` numbers the visits of this process."""

    rules: Rules = field(default_factory=Rules)
    world: World = field(default_factory=World)
    prefs: Prefs = field(default_factory=Prefs)
    state: State = field(default_factory=Idle)
    visits: int = 0
    now: float = 0.0


@unique
class Screen(Enum):
    """Every screen by name: what a journey waits for and the tour photographs."""

    ATTRACT = "attract"
    PRIVACY = "privacy"
    OUT_OF_SERVICE = "out-of-service"
    READING = "reading"
    FAILURE = "failure"
    PIN = "pin"
    PIN_HELP = "pin-help"
    OPENING = "opening"
    HOME = "home"
    REGISTRATION = "registration"
    CONTRIBUTIONS = "contributions"
    YEAR = "contributions-year"
    ACCOUNTS = "accounts"
    CHOOSER = "chooser"
    WRONG = "wrong"
    STILL_THERE = "still-there"
    TAKE_CARD = "take-card"
    WHO = "who"
    RELATION = "relation"
    WAY = "way"
    NUMBER = "number"
    DOCUMENT = "document"
    CODE = "code"
    KEEP_PHONE = "keep-phone"
    PHONE = "phone"
    EXPLAIN = "explain"
    PINS = "pins"
    WORKING = "working"
    STOPPED = "stopped"
    ACTIVATED = "activated"
    SERVICES = "services"
    PIN_CHANGED = "pin-changed"
    LOSS = "loss"
    LOSS_REPORTED = "loss-reported"
    QUERY_NUMBER = "query-number"
    QUERY_PASSWORD = "query-password"  # noqa: S105 a name, not a secret
    QUERY_WORKING = "query-working"
    QUERY_LOCKED = "query-locked"
    QUERY_HELP = "query-help"
    QUERY_FAILED = "query-failed"
    SIGN_IN = "sign-in"
    DESK = "desk"
    GROUND = "ground"
    AUTHORISATION = "authorisation"
    REFERENCE = "reference"
    WHOSE = "whose"
    FOUND = "found"
    REFUSED = "refused"
    TICKET_CODE = "ticket-code"
    TICKET_TAKEN = "ticket-taken"
    SLIP_REFERENCE = "slip-reference"
    SLIP_FOUND = "slip-found"
    FAILURE_CODE = "failure-code"
    REMEDY = "remedy"
    STAFF_WORKING = "staff-working"
    STAFF_FAILED = "staff-failed"
    COVERED = "covered"
    CLERK = "clerk"
    SERVICE = "service"
    TOUCH_TEST = "touch-test"
    FAILURES = "failures"
    SETTINGS = "settings"
    REPORT = "report"
    ENDED = "ended"
