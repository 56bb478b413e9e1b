"""What is done at a kiosk beside looking: activation of a card, report of its loss, a ticket for the counter.

The closed sets and records that contract, visit, journal and slip share. Field names in the comments: LD/T 92, 社保卡管理
back-end operations (saveCardActive, 监护关系 jhgx). Outcomes are values: an answer of central that says no is no error.
"""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Annotated

from kiosk.model import Day, Instant, Personal, Rule, Text

Id = Annotated[str, Rule(pattern="^[A-Za-z0-9_-]{8,64}$")]
Reference = Annotated[str, Rule(pattern="^[A-Z0-9-]{4,24}$")]
"""What is told to people and printed on slips: no personal data in it, nothing can be done with it alone."""
MaskedPhone = Annotated[str, Rule(pattern=r"^[0-9*]{11}$")]
Mobile = Annotated[str, Rule(pattern=r"^1[3-9][0-9]{9}$")]
IdNumber = Annotated[str, Rule(pattern=r"^[0-9]{17}[0-9X]$")]
"""GB 11643."""
CodeText = Annotated[str, Rule(pattern="^[0-9]{6}$")]
"""What central sent to a phone."""

CODE_WAIT_SECONDS = 60
"""Until a code may be sent again."""
CODE_SENDINGS = 4
"""The first, and three more."""
JOURNAL_DAYS = 90
"""So long a kiosk keeps a transaction after its end, for whoever asks what became of it."""
GUARDIAN_AGE = 16
"""Who is younger is activated by a guardian (reference social insurance §4.2)."""
ADULT_AGE = 18
"""民法典 art. 17: who acts for somebody is of age."""


@unique
class Party(StrEnum):
    """Who stands there."""

    HOLDER = "holder"
    AGENT = "agent"  # 代办人 of an adult
    GUARDIAN = "guardian"  # 监护人 of a child


@unique
class Relation(StrEnum):
    """监护关系 (jhgx), 民法典 art. 27."""

    PARENT = "parent"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"  # 成年兄、姐
    OTHER = "other"  # 其他愿意担任监护人的个人或者组织


@unique
class IdentityWay(StrEnum):
    """How who stands there is proved; which of these holds is the region's."""

    CODE = "code"  # typed ID number that is central's, and a code to the phone on file
    DOCUMENT = "document"  # the ID card on a reader
    STAFF = "staff"  # a clerk confirms at the kiosk


@unique
class Eligible(StrEnum):
    """May this card be activated here."""

    YES = "yes"
    ACTIVE_ALREADY = "active_already"
    STATUS = "status"  # lost, replaced, cancelled, blocked, expired since
    NOT_ON_FILE = "not_on_file"  # the holder is not in central's register of persons


@dataclass(frozen=True, slots=True, repr=False)
class OpenReservation(Personal):
    """A reservation of this card that is neither confirmed nor cancelled; told to any kiosk."""

    reservation: Id
    reference: Reference
    party: Party
    expires: Instant
    here: bool  # this kiosk made it, and no other one was told of it since: nobody but this kiosk can have sent CHANGE


@dataclass(frozen=True, slots=True, repr=False)
class Eligibility(Personal):
    """Central's answer to "may it be activated"."""

    eligible: Eligible
    minor: bool  # under 16: a guardian acts
    ways: Annotated[tuple[IdentityWay, ...], Rule(max_length=3)]  # that central takes for this card
    phone: MaskedPhone | None  # the holder's on file
    bank: Text | None  # whose account is on the card
    open: OpenReservation | None


@unique
class IdentityOutcome(StrEnum):
    MATCHED = "matched"
    MISMATCH = "mismatch"  # not the number on file; `left` tries
    SAME_PERSON = "same_person"  # guardian or agent is the holder
    UNDER_AGE = "under_age"  # guardian or agent is no adult
    NOT_ON_FILE = "not_on_file"  # central does not know this guardian or agent
    NO_PHONE = "no_phone"  # no phone of this person on file: no code can be sent
    LOCKED = "locked"  # too many mismatches for today


@dataclass(frozen=True, slots=True, repr=False)
class Identity(Personal):
    outcome: IdentityOutcome
    left: Annotated[int, Rule(ge=0, le=10)]
    phone: MaskedPhone | None  # where the code goes; None: no code is needed or none can be sent


@unique
class CodeFor(StrEnum):
    """What a code proves."""

    IDENTITY = "identity"  # who stands there: it goes to the phone on file
    PHONE = "phone"  # that a number just typed is theirs: it goes there


@unique
class Sending(StrEnum):
    SENT = "sent"
    NO_PHONE = "no_phone"
    OTHERS_NUMBER = "others_number"  # another person's on file
    TOO_SOON = "too_soon"
    USED_UP = "used_up"


@dataclass(frozen=True, slots=True, repr=False)
class SentCode(Personal):
    outcome: Sending
    code: Id | None  # which one to check; where it is too soon or used up, the one sent before, while it holds
    phone: MaskedPhone | None
    wait: Annotated[int, Rule(ge=0, le=3600)]  # seconds until it may be sent again
    left: Annotated[int, Rule(ge=0, le=10)]  # sendings


@unique
class Checked(StrEnum):
    MATCHED = "matched"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED_UP = "used_up"


@dataclass(frozen=True, slots=True)
class CheckedCode:
    outcome: Checked
    left: Annotated[int, Rule(ge=0, le=10)]


@unique
class Reserved(StrEnum):
    RESERVED = "reserved"  # also where one was open already: the same
    NOT_PROVED = "not_proved"  # the identity check is too old, or was never done
    ACTIVE_ALREADY = "active_already"
    STATUS = "status"
    CANCELLED = "cancelled"  # what this key had reserved was cancelled: once more with a new key


@dataclass(frozen=True, slots=True, repr=False)
class Reservation(Personal):
    outcome: Reserved
    reservation: Id | None
    reference: Reference | None
    expires: Instant | None


@unique
class Confirmed(StrEnum):
    """What became of a reservation when its confirm came."""

    ACTIVATED = "activated"  # also by an earlier delivery of the same confirm
    LOST = "lost"  # reported lost since
    REPLACED = "replaced"
    STATUS = "status"  # cancelled or blocked since
    ACTIVE_OTHERWISE = "active_otherwise"  # by another reservation or at the counter
    CANCELLED = "cancelled"  # by its own cancel
    UNKNOWN = "unknown"  # central knows no such reservation that this kiosk was told of


@dataclass(frozen=True, slots=True)
class Confirmation:
    outcome: Confirmed
    at: Instant | None  # of the activation


@unique
class Cancelled(StrEnum):
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"  # too late: it is active
    ELSEWHERE = "elsewhere"  # another kiosk was told of it and may have sent CHANGE: it stays open
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cancellation:
    outcome: Cancelled


@unique
class Standing(StrEnum):
    OPEN = "open"
    EXPIRED = "expired"  # still takes its confirm
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ReservationState:
    """A reservation, asked for afterwards."""

    standing: Standing
    expires: Instant | None  # None: not known
    at: Instant | None  # of its confirm or cancel


@unique
class SlipKind(StrEnum):
    """What can be printed."""

    ACTIVATION = "activation"
    LOSS = "loss"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class LossReport:
    """A temporary report of loss (预挂失)."""

    reference: Reference
    until: Day | None  # it ends by itself after this day; None: it stays until it is lifted


@unique
class TicketReason(StrEnum):
    """Why a person is sent to the counter with a ticket."""

    PIN_LOCKED = "pin_locked"
    ACTIVATION_STUCK = "activation_stuck"  # a reservation is open, the card is locked, broken or has one try left
    IDENTITY = "identity"  # no way here to prove who stands there


@dataclass(frozen=True, slots=True)
class Ticket:
    """For the clerk: central knows what it stands for."""

    code: Reference
    until: Instant
