"""What can be on the screen while staff help, a resident asks without a card, or a technician looks what is wrong.

The states of `kiosk.visit.states` hold one of these. A session without a card in the slot has the insertion 0. Numbers and names
that are typed stand in the state for no longer than their page; passwords never do: as a PIN they go to the engine's buffer.
"""

from dataclasses import dataclass, field
from enum import Enum, unique

from kiosk.health import Report
from kiosk.help import (
    AuthorisationKind,
    FoundRecord,
    Ground,
    LookupRefusal,
    NumberKind,
    Part,
    RevealField,
    Role,
    SlipFacts,
    TakenTicket,
)
from kiosk.help import GroundRule as GroundRule
from kiosk.visit.entry import EntryNote as EntryNote
from kiosk.visit.entry import SignInStep as SignInStep
from kiosk.visit.failures import Failure
from kiosk.visit.services import Paper


@dataclass(frozen=True, slots=True, repr=False)
class SignIn:
    """Staff without a card at hand. `second`: the supervisor's, for the look-up that is under way (its page is in `back`).
    `locked_until`: monotonic. `digits`: of the password, which is in the engine's buffer."""

    step: SignInStep = SignInStep.NAME
    name: str = ""
    code: str = ""
    digits: int = 0
    note: EntryNote = EntryNote.NONE
    second: bool = False
    locked_until: float | None = None
    back: "TypeWhose | None" = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What this role can do here."""


@dataclass(frozen=True, slots=True)
class ChooseGround:
    part: int = 0


@dataclass(frozen=True, slots=True)
class ChooseAuthorisation:
    """Which document; shown where the ground takes several kinds."""

    ground: Ground


@dataclass(frozen=True, slots=True, repr=False)
class TypeReference:
    """The document's reference: A-Z 0-9 and hyphen."""

    ground: Ground
    document: AuthorisationKind
    text: str = ""
    note: EntryNote = EntryNote.NONE


@dataclass(frozen=True, slots=True, repr=False)
class TypeWhose:
    """The number of the person who is looked up; in full while it is typed, masked from the result on."""

    ground: Ground
    document: AuthorisationKind | None = None
    reference: str | None = None
    kind: NumberKind = NumberKind.ID_NUMBER
    text: str = ""
    note: EntryNote = EntryNote.NONE


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """One field in clear, until then (monotonic)."""

    field: RevealField
    value: str | None
    until: float


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """The result, masked. `asked`: a reveal is on its way. `lookup`: central's id of it."""

    lookup: str
    ground: Ground
    document: AuthorisationKind | None
    reference: str | None
    record: FoundRecord
    may_hand_over: bool
    shown: Shown | None = None
    asked: RevealField | None = None
    handing_over: bool = False
    request: int = 0  # of what is asked
    paper: Paper = Paper.NO_PRINTER
    part: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """Central's no with its reason; None: too many look-ups (`too_many`)."""

    why: LookupRefusal | None


@dataclass(frozen=True, slots=True, repr=False)
class TypeTicket:
    """The code on a hand-off ticket."""

    text: str = ""
    note: EntryNote = EntryNote.NONE


@dataclass(frozen=True, slots=True, repr=False)
class TicketTaken:
    ticket: TakenTicket


@dataclass(frozen=True, slots=True, repr=False)
class TypeSlip:
    """The reference on a slip that is to be printed again."""

    text: str = ""
    note: EntryNote = EntryNote.NONE


@dataclass(frozen=True, slots=True, repr=False)
class SlipFound:
    facts: SlipFacts
    paper: Paper = Paper.NO_PRINTER


@dataclass(frozen=True, slots=True)
class TypeFailure:
    """A failure's code, as it stands on its page; also without central. `text`: what was chosen or typed so far."""

    text: str = ""
    note: EntryNote = EntryNote.NONE


@dataclass(frozen=True, slots=True)
class Remedy:
    """Of a code of the failure catalogue, as it stands there. `back`: where it was chosen."""

    code: str
    part: int = 0
    back: "TypeFailure | FailureList" = TypeFailure()


@unique
class StaffWork(Enum):
    """What is waited for."""

    SIGN_IN = "sign_in"
    LOOK_UP = "look_up"
    TAKE_TICKET = "take_ticket"
    FIND_SLIP = "find_slip"


@dataclass(frozen=True, slots=True)
class StaffWorking:
    """`back`: the page that one comes back to. `because`: why central is not asked (a technician's card, by its pairs)."""

    work: StaffWork
    since: float
    back: "StaffStage"
    slow: bool = False
    because: Failure | None = None


@dataclass(frozen=True, slots=True)
class StaffFailed:
    """Central did not answer, or nothing that can be used."""

    because: Failure
    back: "StaffStage"


# --- technician -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServiceScreen:
    """Every part with its state (of `Staff.report`) and a test. `testing`: under way now."""

    testing: frozenset[Part] = frozenset()
    part: int = 0


TOUCH_TARGETS = 5
"""The corners, from the upper left one in the direction of reading, and the middle."""


@dataclass(frozen=True, slots=True)
class TouchTest:
    """A picture to be touched in its corners and middle: which were, of `TOUCH_TARGETS`. All of them: the screen's test is
    passed; left after some: it is not, and how many are missing is found. Left untouched: it was not made."""

    touched: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FailureList:
    """The last failures with code, remedy and count."""

    part: int = 0


@dataclass(frozen=True, slots=True)
class SettingList:
    """Settings as they are, with their source. No secrets in it."""

    part: int = 0


@dataclass(frozen=True, slots=True)
class ReadinessReport:
    """As on paper. `file`: where it was written; None with `saved`: it could not be. `saving`: under way."""

    paper: Paper = Paper.NO_PRINTER
    file: str | None = None
    saved: bool = False
    saving: bool = False
    part: int = 0


StaffStage = (
    SignIn
    | Desk
    | ChooseGround
    | ChooseAuthorisation
    | TypeReference
    | TypeWhose
    | Found
    | Refused
    | TypeTicket
    | TicketTaken
    | TypeSlip
    | SlipFound
    | TypeFailure
    | Remedy
    | StaffWorking
    | StaffFailed
    | ServiceScreen
    | TouchTest
    | FailureList
    | SettingList
    | ReadinessReport
)


@dataclass(frozen=True, slots=True, repr=False)
class Staff:
    """Somebody of the hall is at the kiosk. `role` None: not signed in yet. `insertion` 0: without a card.

    `diagnostics_only`: a technician who was let in while central is away: no record, no look-up. `report`: the newest one.
    `covered`: nobody touched a page that shows something of a person; it comes back, masked, by a touch.
    """

    visit: int
    insertion: int
    stage: StaffStage
    touched: float
    role: Role | None = None
    number: str = ""
    diagnostics_only: bool = False
    report: Report | None = None
    covered: bool = False
    asking_since: float | None = None
    requests: int = 0

    def __repr__(self) -> str:
        return f"Staff(visit={self.visit}, stage={type(self.stage).__name__})"


# --- without a card -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class QueryNumber:
    kind: NumberKind = NumberKind.ID_NUMBER
    text: str = ""
    note: EntryNote = EntryNote.NONE


@dataclass(frozen=True, slots=True, repr=False)
class QueryPassword:
    """`digits` characters are in the engine's buffer. `note` REFUSED: number or password, not told which; the page says how a
    query password is set."""

    number: QueryNumber
    digits: int = 0
    note: EntryNote = EntryNote.NONE


@dataclass(frozen=True, slots=True, repr=False)
class QueryWorking:
    """`number`: for the page that one comes back to."""

    since: float
    number: QueryNumber
    slow: bool = False


@dataclass(frozen=True, slots=True)
class QueryLocked:
    """Also a number that does not exist; the page says the way out. `until`: monotonic, of this kiosk's or central's limit (not
    counted down: a number that is locked is locked for whoever types it)."""

    until: float


@dataclass(frozen=True, slots=True)
class QueryHelp:
    """How a query password is set: with the card and its PIN, or at the counter."""

    part: int = 0


@dataclass(frozen=True, slots=True)
class QueryFailed:
    """Central is away, or the session ended: never from the cache. Back is the way out. `ended`: there is nothing left of it."""

    because: Failure
    ended: bool = False


QueryStage = QueryNumber | QueryPassword | QueryWorking | QueryLocked | QueryHelp | QueryFailed


@dataclass(frozen=True, slots=True, repr=False)
class Query:
    """A resident without a card, until the record is open (a `Record` with `Access.QUERY` and the insertion 0)."""

    visit: int
    stage: QueryStage
    touched: float
    insertion: int = 0
    asking_since: float | None = None
    requests: int = 0

    def __repr__(self) -> str:
        return f"Query(visit={self.visit}, stage={type(self.stage).__name__})"


@unique
class WhyEnded(Enum):
    """Why a session without a resident's card ended by itself: said on a page before the next thing begins."""

    CARD_CAME = "card_came"  # a card was put in
    STAFF_CARD_LEFT = "staff_card_left"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing of the session is left. Stands for some seconds, or until it is touched."""

    why: WhyEnded
    since: float


HelpState = Staff | Query


# --- what a person can touch ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenQuery:
    """From the attract page: without a card."""


@dataclass(frozen=True, slots=True)
class OpenStaffSignIn:
    """From the attract page where the hall has no staff cards, and from a page that says the kiosk cannot serve."""


@dataclass(frozen=True, slots=True)
class PickNumberKind:
    kind: NumberKind


@dataclass(frozen=True, slots=True)
class OpenQueryHelp:
    pass


@dataclass(frozen=True, slots=True)
class OpenLookup:
    pass


@dataclass(frozen=True, slots=True)
class PickGround:
    ground: Ground


@dataclass(frozen=True, slots=True)
class PickAuthorisation:
    document: AuthorisationKind


@dataclass(frozen=True, slots=True)
class RevealRecord:
    """None: hide."""

    field: RevealField | None


@dataclass(frozen=True, slots=True)
class HandOver:
    """The resident goes on alone; the clerk takes the own card."""


@dataclass(frozen=True, slots=True)
class EndLookup:
    pass


@dataclass(frozen=True, slots=True)
class OpenTicket:
    pass


@dataclass(frozen=True, slots=True)
class OpenSlip:
    pass


@dataclass(frozen=True, slots=True)
class OpenRemedy:
    pass


@dataclass(frozen=True, slots=True)
class PickFailure:
    """From the list of codes."""

    code: str


@dataclass(frozen=True, slots=True)
class OpenServiceScreen:
    pass


@dataclass(frozen=True, slots=True)
class TestPart:
    __test__ = False  # not a test of pytest's

    part: Part


@dataclass(frozen=True, slots=True)
class TestAll:
    __test__ = False


@dataclass(frozen=True, slots=True)
class TouchedTarget:
    target: int


@dataclass(frozen=True, slots=True)
class OpenFailures:
    pass


@dataclass(frozen=True, slots=True)
class OpenSettings:
    pass


@dataclass(frozen=True, slots=True)
class OpenReport:
    pass


@dataclass(frozen=True, slots=True)
class SaveReport:
    """As a file."""


HelpAction = (
    OpenQuery
    | OpenStaffSignIn
    | PickNumberKind
    | OpenQueryHelp
    | OpenLookup
    | PickGround
    | PickAuthorisation
    | RevealRecord
    | HandOver
    | EndLookup
    | OpenTicket
    | OpenSlip
    | OpenRemedy
    | PickFailure
    | OpenServiceScreen
    | TestPart
    | TestAll
    | TouchedTarget
    | OpenFailures
    | OpenSettings
    | OpenReport
    | SaveReport
)


@dataclass(frozen=True, slots=True)
class HelpRules:
    """The settings by which help is played; seconds (kiosk.ini [staff] [query] [time], region profile)."""

    staff_idle: float = 600.0
    staff_question: float = 30.0
    staff_screen_off: float = 60.0  # a found record is covered when nobody touches it
    sign_in_without_card: bool = False  # the hall has no staff cards: an entry on the attract page
    staff_sign_in_when_broken: bool = True  # an entry on the page that says the kiosk cannot serve
    query: bool = False  # an entry on the attract page; the region's
    query_password_min: int = 6
    query_password_max: int = 20
    query_letters: bool = True  # a keyboard with letters; False: digits only
    query_loss: bool = True  # without the card its loss may be reported
    query_entries: bool = False  # without the card the movements of an account are shown
    ended_page: float = 6.0
    grounds: tuple[GroundRule, ...] = field(default_factory=tuple)
