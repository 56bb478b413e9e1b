"""Help at the kiosk: staff who sign in, look-ups on the record, look-ups without a card, what a technician sees.

The closed sets and records that contract, visit, audit chain and screens share. Outcomes are values: an answer of central that
says no is no error.
"""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Annotated

from kiosk.model import Day, Instant, Personal, Registration, Rule, Text
from kiosk.model import Ground as Ground
from kiosk.model import RecordView as RecordView
from kiosk.services import Id, Reference, TicketReason

Token = Annotated[str, Rule(pattern="^[A-Za-z0-9_-]{16,128}$")]
StaffNumber = Annotated[str, Rule(pattern="^[A-Z]-[0-9]{4}$")]
"""What stands on a staff card, in the role bar and on slips: W-0231. Pseudonymous: the bureau knows whose it is."""
StaffName = Annotated[str, Rule(pattern="^[0-9]{4,10}$")]
"""What staff type to sign in without a card."""
PASSWORD_MAX = 32
"""Characters of a password; a region may ask for fewer."""
Password = Annotated[str, Rule(min_length=1, max_length=PASSWORD_MAX)]
OneTimeCode = Annotated[str, Rule(pattern="^[0-9]{6}$")]
"""RFC 6238, six digits."""
Seconds = Annotated[int, Rule(ge=0, le=86_400)]


@unique
class Role(StrEnum):
    CLERK = "clerk"  # 窗口员
    SUPERVISOR = "supervisor"  # 值班长
    TECHNICIAN = "technician"  # 技术员


@unique
class SignInOutcome(StrEnum):
    SIGNED_IN = "signed_in"
    REFUSED = "refused"  # no such name, wrong password or wrong code: not told which
    LOCKED = "locked"  # `wait` seconds
    NOT_STAFF = "not_staff"  # the card's holder is none, or no longer
    WRONG_ROLE = "wrong_role"  # signed in as asked for a second one, who must be a supervisor, and another person


@dataclass(frozen=True, slots=True, repr=False)
class StaffSession(Personal):
    """`session` and `token` only where signed in."""

    outcome: SignInOutcome
    session: Id | None = None
    token: Token | None = None
    role: Role | None = None
    number: StaffNumber | None = None
    expires: Instant | None = None
    wait: Seconds = 0


@unique
class AuthorisationKind(StrEnum):
    """The document whose reference is recorded."""

    POWER_OF_ATTORNEY = "power_of_attorney"  # 授权委托书
    GUARDIANSHIP = "guardianship"  # 监护关系证明
    KINSHIP = "kinship"  # 亲属关系证明
    EMPLOYER_LETTER = "employer_letter"  # 单位介绍信
    COURT_ORDER = "court_order"  # 协助查询通知书


DocumentReference = Annotated[str, Rule(pattern="^[A-Z0-9-]{4,24}$")]


@dataclass(frozen=True, slots=True)
class GroundRule:
    """What the region says of a ground."""

    ground: Ground
    documents: tuple[AuthorisationKind, ...] = ()  # () : none is needed
    second: bool = False
    roles: frozenset[Role] = frozenset({Role.CLERK, Role.SUPERVISOR})


@unique
class NumberKind(StrEnum):
    """By which number a person is found. There is no search by name."""

    ID_NUMBER = "id_number"  # GB 11643
    CARD_NUMBER = "card_number"  # AAZ500


PersonNumber = Annotated[str, Rule(pattern="^([0-9]{17}[0-9X]|[A-Z0-9]{9})$")]


@unique
class LookupOutcome(StrEnum):
    FOUND = "found"
    NOT_FOUND = "not_found"
    SECOND_NEEDED = "second_needed"  # a supervisor signs in, and it is asked again
    REFUSED = "refused"  # `why`
    TOO_MANY = "too_many"  # the clerk's rate: an alarm has gone to the supervisors


@unique
class LookupRefusal(StrEnum):
    GROUND = "ground"  # not one of this role's or region's
    DOCUMENT = "document"  # this ground needs one, and the reference is not known or run out
    OWN_RECORD = "own_record"  # staff see their own at the kiosk with their own social security card
    PROTECTED = "protected"  # 重点人员: at the bureau only
    ELSEWHERE = "elsewhere"  # insured in another place
    NOT_DUTY = "not_duty"  # signed in outside the hours on the roster


@unique
class RevealField(StrEnum):
    """What of a found record can be shown in clear, each by itself."""

    NAME = "name"
    NUMBER = "number"
    PHONE = "phone"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True, repr=False)
class FoundRecord(Personal):
    """Masked at central. Accounts and medical entries need a ground of their own and are not in here."""

    name: Text
    number: Text
    phone: Text | None
    employer: Text | None
    registrations: Annotated[tuple[Registration, ...], Rule(max_length=16)]
    as_of: Instant


@dataclass(frozen=True, slots=True, repr=False)
class Lookup(Personal):
    outcome: LookupOutcome
    lookup: Id | None = None
    why: LookupRefusal | None = None
    record: FoundRecord | None = None
    may_hand_over: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Revealed(Personal):
    field: RevealField
    value: Text | None


@unique
class QueryOutcome(StrEnum):
    """Of a look-up without a card. One answer for "no such number" and "wrong password", and for an initial one."""

    OPENED = "opened"
    REFUSED = "refused"
    LOCKED = "locked"  # also a number that does not exist


@dataclass(frozen=True, slots=True, repr=False)
class PersonSession(Personal):
    """A resident's session without a card: after a query password, or handed over by a clerk. `session` and `token` are good
    for the routes of a card session that only read (contract), and for the report of a loss."""

    outcome: QueryOutcome
    session: Id | None = None
    token: Token | None = None
    expires: Instant | None = None
    wait: Seconds = 0  # of a lock


@unique
class QueryPart(StrEnum):
    """What of a record a region may show without the card; masked by central, without notices and views."""

    REGISTRATIONS = "registrations"
    CONTRIBUTIONS = "contributions"  # the picture of the months, and the rows behind it
    ACCOUNTS = "accounts"  # the year's figures
    ENTRIES = "entries"  # an account's movements


@dataclass(frozen=True, slots=True)
class QueryRules:
    """The region's rules of a look-up without the card."""

    allowed: bool
    password_min: int
    password_max: int
    letters: bool  # False: digits only
    shows: frozenset[QueryPart]
    loss: bool  # a loss may be reported


@unique
class Access(StrEnum):
    """How the person at the screen came to a record: what it shows and offers hangs on it."""

    CARD = "card"  # the own card, and its PIN
    QUERY = "query"  # number and query password
    HANDED_OVER = "handed_over"  # a clerk began, the resident goes on alone


@unique
class TicketState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"  # by this clerk now, or by one before
    UNKNOWN = "unknown"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, repr=False)
class TakenTicket(Personal):
    """What a hand-off ticket stands for, told to the clerk who takes it."""

    state: TicketState
    reason: TicketReason | None = None
    holder: Text | None = None  # masked
    given: Instant | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SlipFacts(Personal):
    """A slip printed before, to print it again by its reference. None where central knows no such reference of this hall."""

    reference: Reference
    kind: Annotated[str, Rule(pattern="^(activation|loss)$")]
    holder: Text  # masked
    at: Instant
    bank: Text | None = None
    confirmed: bool = True
    until: Day | None = None


# --- what a technician sees -----------------------------------------------------------------------------------------------


@unique
class Part(StrEnum):
    """What the kiosk is made of, as the service screen and the doctor list it."""

    READER = "reader"
    PRINTER = "printer"
    DOCUMENT = "document"
    SCREEN = "screen"
    SOUND = "sound"
    CLOCK = "clock"
    DISK = "disk"
    STORE = "store"  # cache, journal and audit chain
    CERTIFICATE = "certificate"
    CENTRAL = "central"
    SETTINGS = "settings"


@unique
class Level(StrEnum):
    """How it is. The order is that of severity."""

    OK = "ok"
    UNUSED = "unused"  # not fitted here: kiosk.ini says so
    NOTICE = "notice"  # serves; somebody should act
    FAULT = "fault"  # does not serve
