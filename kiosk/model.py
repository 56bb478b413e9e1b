"""What a record is: money in fen, months, insurances, status. One definition for client, service, store and screen.

Field names follow LD/T 92-2013 / GB/T 31594-2015 where a code exists (given in the comments); code *values* stay strings,
because their tables belong to the region profile and an unknown one is shown as such, never an exception.
Frozen dataclasses without any library: `kiosk/central/contract.py` validates them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, unique
from functools import total_ordering
from typing import Annotated, Any


class Rule:
    """A limit on a value that travels (pattern, ge, le, min_length, max_length, tz_constraint), as an `Annotated` mark.

    Read by pydantic in client and service and written into the OpenAPI document; costs nothing where pydantic is not loaded.
    """

    __slots__ = ("limits",)

    def __init__(self, **limits: Any) -> None:
        self.limits = limits

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return {**handler(source), **self.limits}


class Written:
    """How a date or time is written, as an `Annotated` mark: pydantic alone also takes a string of seconds since 1970."""

    __slots__ = ("form", "parse")

    def __init__(self, form: str, parse: Callable[[str], date]) -> None:
        self.form = re.compile(form)
        self.parse = parse

    def read(self, value: Any) -> Any:
        if isinstance(value, str):
            if self.form.fullmatch(value) is None:
                raise ValueError("not written as the contract says")
            return self.parse(value.upper())
        return value  # a date already, or what the inner schema refuses

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema as cs

        return cs.no_info_before_validator_function(self.read, handler(source))


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if not 1900 <= at.year <= 2200:
        raise ValueError("a year that is not of our time")
    return at


Fen = Annotated[int, Rule(ge=-(10**15), le=10**15)]
"""Money in integer fen (0.01 yuan). Never a float."""

Instant = Annotated[
    datetime,
    Rule(tz_constraint="aware"),
    Written(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", _instant),
]
"""A moment with its offset (RFC 3339), in the years 1900 to 2200: at the ends of the calendar it has no local time."""

Day = Annotated[date, Written(r"\d{4}-\d\d-\d\d", date.fromisoformat)]
"""A calendar day, `YYYY-MM-DD`."""

Code = Annotated[str, Rule(min_length=1, max_length=20)]
"""A code of a national or regional table; a value that the kiosk does not know is shown as such."""

Text = Annotated[str, Rule(max_length=200)]
"""A name or title that is drawn on one or two lines."""

Year = Annotated[int, Rule(ge=1900, le=2200)]
Ordinal = Annotated[int, Rule(ge=1, le=10_000)]
"""Number of a page, from 1."""

PAGE_ROWS = 50
"""Rows of a page that central sends: every page but the last is full."""

MOST_PARTS = 50
"""Registrations, histories, accounts or notices in one answer: far above any true one, and what a screen still bears."""
MOST_YEARS = 120


class Personal:
    """Of a person: it has no repr, so that no log, exception text or failing test can show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


@total_ordering
@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month; travels as `YYYY-MM`."""

    year: Year
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.month <= 12):
            raise ValueError("not a month")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """`YYYY-MM` -> Month. Raises ValueError."""
        if (
            len(text) != 7
            or text[4] != "-"
            or not (text[:4] + text[5:]).isascii()
            or not (text[:4] + text[5:]).isdigit()
        ):
            raise ValueError("not YYYY-MM")
        return cls(int(text[:4]), int(text[5:]))

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __lt__(self, other: "Month") -> bool:
        return self.ordinal < other.ordinal

    @property
    def ordinal(self) -> int:
        """Months since year 0: differences and steps are plain integers."""
        return self.year * 12 + self.month - 1

    def plus(self, months: int) -> "Month":
        year, month = divmod(self.ordinal + months, 12)
        return Month(year, month + 1)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        # Imported here: the visit and the screens use Month without paying for pydantic at start-up.
        from pydantic_core import core_schema as cs

        def check(value: str) -> Month:
            return cls.parse(value)

        from_text = cs.no_info_after_validator_function(
            check, cs.str_schema(pattern=r"^(19|20|21)\d{2}-(0[1-9]|1[0-2])$")
        )
        return cs.json_or_python_schema(
            json_schema=from_text,
            python_schema=cs.union_schema([cs.is_instance_schema(cls), from_text]),
            serialization=cs.to_string_ser_schema(),
        )


@unique
class AbsentReason(StrEnum):
    """Why central cannot give a part. "I don't know" is never a number."""

    SOURCE_UNAVAILABLE = "source_unavailable"  # the body that answers for it does not answer now
    NOT_PROVIDED = "not_provided"  # that body does not give this figure to the hall
    NOT_RECORDED = "not_recorded"  # nobody has it
    NOT_SHOWN = "not_shown"  # not without the card: the region's rule


@dataclass(frozen=True, slots=True)
class Absent:
    """Stands where a part would be."""

    absent: AbsentReason


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as published. `confirmed` is False where the source is visibly incomplete: shown so, never completed."""

    number: Annotated[str, Rule(min_length=1, max_length=40)]
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """The body that answers for a fact (AAE034 and the medical security bureau)."""

    code: Code
    name: Text
    name_en: Text
    phone: Phone | None
    address: Text | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact comes from and as of when. On every fact."""

    body: Body
    as_of: Instant


@unique
class CardStatus(StrEnum):
    """What central's register says of a card. AAZ502's values differ by region; central maps them to this closed set."""

    NOT_ACTIVATED = "not_activated"
    NORMAL = "normal"
    LOST = "lost"
    TEMPORARILY_LOST = "temporarily_lost"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    OTHER_PLACE = "other_place"  # central does not know the card's issuing area


@unique
class Verdict(StrEnum):
    """Is the chip the one that was issued (design §4)."""

    GENUINE = "genuine"
    NOT_GENUINE = "not_genuine"
    CANNOT_BE_PROVED = "cannot_be_proved"


@dataclass(frozen=True, slots=True, repr=False)
class MaskedHolder(Personal):
    """Who the card belongs to, masked by central: all that is known before the PIN."""

    name: Text
    number: Text
    minor: bool


@unique
class PayerKind(StrEnum):
    EMPLOYER = "employer"
    COMMUNITY = "community"
    SCHOOL = "school"
    SELF = "self"


@dataclass(frozen=True, slots=True, repr=False)
class Payer(Personal):
    """AAB004: the unit, community or school that reports the person."""

    kind: PayerKind
    name: Text


@unique
class EntitlementReason(StrEnum):
    """Why one is entitled from when to when. A service may send a reason that is not in here: shown as unknown code."""

    EMPLOYED = "employed"  # contributions of the employer run
    RETIRED = "retired"  # for life, years fulfilled
    PAID_IN_WINDOW = "paid_in_window"
    PAID_LATE = "paid_late"  # benefit starts 30 days after the payment
    NEWBORN_REGISTERED = "newborn_registered"
    NEWBORN_IN_WINDOW = "newborn_in_window"
    FUNDED = "funded"  # medical assistance pays
    NOT_PAID = "not_paid"
    ARREARS = "arrears"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included; `until` None: no end known."""

    since: Day
    until: Day | None


@dataclass(frozen=True, slots=True, repr=False)
class Entitlement(Personal):
    """From when to when one is entitled in `year`, and why."""

    year: Year
    reason: Code  # EntitlementReason, or a code the kiosk does not know
    periods: Annotated[tuple[Period, ...], Rule(max_length=12)]
    paid_on: Day | None


@dataclass(frozen=True, slots=True, repr=False)
class Registration(Personal):
    """One insurance of one person."""

    insurance: Code  # AAE140
    person_status: Code  # AAC008
    payment_status: Code  # AAC031
    since: Month | None  # AAC049
    until: Month | None
    merged_into: Code | None  # AAE140 of the insurance it is collected with (510 -> 310)
    payer: Payer | None
    entitlement: Entitlement | Absent | None  # None: the insurance has no such notion (pensions)
    origin: Origin


@unique
class MonthState(StrEnum):
    """One letter a month, so that forty years are one short string each."""

    PAID = "P"
    BACK_PAID = "B"
    EXEMPT = "E"
    MISSING = "M"
    ON_THE_WAY = "W"  # paid by the unit, AAE078 = 0
    NOT_DUE = "D"
    NONE = "N"  # before the first month, after retirement
    UNKNOWN = "U"  # central gave no answer


@dataclass(frozen=True, slots=True, repr=False)
class ContributionYear(Personal):
    """One year of one insurance: `months` has twelve letters of MonthState, January first."""

    year: Year
    months: Annotated[str, Rule(pattern="^[PBEMWDNU]{12}$")]
    corrected: Annotated[tuple[Annotated[int, Rule(ge=1, le=12)], ...], Rule(max_length=12)]  # months with several rows
    own: Fen  # arrived only
    employer: Fen  # arrived only


@dataclass(frozen=True, slots=True, repr=False)
class ContributionHistory(Personal):
    """The picture of one insurance over the years, oldest first."""

    insurance: Code
    first_month: Month | None
    total_months: Annotated[int, Rule(ge=0, le=2400)]  # as the responsible body counts them
    years: Annotated[tuple[ContributionYear, ...], Rule(max_length=MOST_YEARS)]
    origin: Origin


@unique
class RowKind(StrEnum):
    """AAA115 应缴类型, as a closed set with the raw code beside it in the row."""

    REGULAR = "regular"
    BACK_PAYMENT = "back_payment"
    CORRECTION = "correction"  # may be negative
    EXEMPTION = "exemption"
    OTHER = "other"


@dataclass(frozen=True, slots=True, repr=False)
class ContributionRow(Personal):
    """One booked row; a month may have several."""

    month: Month  # AAE003
    kind: RowKind
    kind_code: Code  # AAA115
    base: Fen | None  # AAE180, null when nothing is due
    employer: Fen | None  # AAE080
    own: Fen | None  # AAE082
    arrived: bool | None  # AAE078; None: not known
    arrived_on: Day | None  # AAE079
    payer: Text | None  # AAB004


@dataclass(frozen=True, slots=True, repr=False)
class ContributionPage(Personal):
    """Rows of one insurance and year, by month, then by booking."""

    insurance: Code
    year: Year
    page: Ordinal  # from 1
    pages: Ordinal  # 1 also where there are no rows
    rows: Annotated[tuple[ContributionRow, ...], Rule(max_length=PAGE_ROWS)]
    origin: Origin


@dataclass(frozen=True, slots=True, repr=False)
class AccountFigures(Personal):
    """The year's figures: opening + income - outgo = balance."""

    year: Year
    opening: Fen
    income: Fen
    outgo: Fen
    balance: Fen


@dataclass(frozen=True, slots=True, repr=False)
class Account(Personal):
    """A personal account: of 110, 120, 170 (pension) or 310 (medical)."""

    insurance: Code
    figures: AccountFigures | Absent
    origin: Origin


@unique
class EntryKind(StrEnum):
    CONTRIBUTION = "contribution"
    INTEREST = "interest"
    SPENDING = "spending"
    TRANSFER = "transfer"
    CORRECTION = "correction"
    OTHER = "other"


@dataclass(frozen=True, slots=True, repr=False)
class AccountEntry(Personal):
    """One movement, `amount` signed."""

    day: Day
    kind: EntryKind
    amount: Fen
    balance: Fen | None


@dataclass(frozen=True, slots=True, repr=False)
class AccountPage(Personal):
    """Entries of one account, newest first."""

    insurance: Code
    page: Ordinal
    pages: Ordinal
    entries: Annotated[tuple[AccountEntry, ...], Rule(max_length=PAGE_ROWS)]
    origin: Origin


@dataclass(frozen=True, slots=True, repr=False)
class Holder(Personal):
    """Whose record it is. `number` is AAC002 (not always a mainland ID number), `name` AAC003."""

    name: Text
    number: Text
    minor: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of the bureau, to one person or to the hall."""

    id: Code
    text: Annotated[str, Rule(max_length=500)]
    text_en: Annotated[str, Rule(max_length=500)]


@unique
class Ground(StrEnum):
    """Why a record is looked at (查询依据). Which of these hold, need a document or a second sign-in is the region's."""

    PRESENT = "present"  # 本人到场: the holder stands here; only this one can be handed over
    ENTRUSTED = "entrusted"  # 受托代办, with the authorisation document
    GUARDIAN = "guardian"  # 监护人代办, with proof of guardianship
    HEIR = "heir"  # 继承人, after a death
    EMPLOYER = "employer"  # 单位经办: what the employer declared
    COURT = "court"  # 司法协助: marked for a second sign-in
    CORRECTION = "correction"  # 数据更正: marked for a second sign-in


@dataclass(frozen=True, slots=True, repr=False)
class RecordView(Personal):
    """ "Your record was viewed on … at … on the ground of …", told on the next own visit."""

    at: Instant
    hall: Text
    hall_en: Text
    ground: Ground


@dataclass(frozen=True, slots=True, repr=False)
class Overview(Personal):
    """All that one visit opens with, in one answer."""

    holder: Holder
    card_number: Annotated[str, Rule(min_length=1, max_length=9)]  # AAZ500
    card_status: CardStatus
    registrations: Annotated[tuple[Registration, ...], Rule(max_length=MOST_PARTS)] | Absent
    contributions: Annotated[tuple[ContributionHistory, ...], Rule(max_length=MOST_PARTS)] | Absent
    accounts: Annotated[tuple[Account, ...], Rule(max_length=MOST_PARTS)] | Absent
    notices: Annotated[tuple[Notice, ...], Rule(max_length=MOST_PARTS)]
    as_of: Instant
    views: Annotated[tuple[RecordView, ...], Rule(max_length=MOST_PARTS)] = ()  # by staff, newest first


@unique
class CentralFailure(StrEnum):
    """Why central gave no answer that could be used. Closed: each has its words on the screen."""

    UNREACHABLE = "unreachable"  # refused, no route, name not found
    TIMEOUT = "timeout"  # the action's total deadline passed
    TLS = "tls"  # certificate or handshake refused, either side
    UNAVAILABLE = "unavailable"  # 429, 5xx: central says so itself
    BAD_ANSWER = "bad_answer"  # breaks the contract, HTML, too large, another person's
    REFUSED = "refused"  # a problem type: this kiosk or session may not
    SESSION_ENDED = "session_ended"  # the session's time is up at central
