"""What a line of the audit chain says: who, in which role, what kind of record, whose, on what ground, with what outcome, in
which visit. Closed sets; kept and uploaded as `fields`. Which transition gives which line: `kiosk.visit.audit`.
"""

from dataclasses import dataclass
from enum import StrEnum, unique

from kiosk.help import Ground, NumberKind, Role
from kiosk.model import Personal


@unique
class Kind(StrEnum):
    """What was looked at or done. `genesis` and `checkpoint` are the chain's own (`kiosk.store.audit`)."""

    OVERVIEW = "overview"  # central's, after the card's PIN, a query password or a hand-over
    RECENT = "recent"  # what this kiosk kept of the person
    CONTRIBUTIONS = "contributions"  # `detail`: insurance and year
    ENTRIES = "entries"  # of an account; `detail`: insurance
    LOOK_UP = "look_up"  # by staff, masked
    REVEAL = "reveal"  # one field of it in clear; `detail`: which
    HAND_OVER = "hand_over"
    QUERY = "query"  # number and query password
    SIGN_IN = "sign_in"  # staff; `detail`: how
    STAFF_CONFIRMATION = "staff_confirmation"  # a clerk has seen somebody's ID document
    TICKET = "ticket"  # taken by a clerk
    SLIP = "slip"  # found again by its reference
    PRINT = "print"  # of a look-up or a slip
    CARD_LEFT = "card_left"  # in the slot after its visit, until staff came


@unique
class Who(StrEnum):
    HOLDER = "holder"  # with the card, and its PIN
    QUERY = "query"  # with number and query password
    HANDED_OVER = "handed_over"  # whom a clerk let go on alone
    STAFF = "staff"
    NOBODY = "nobody"  # the kiosk itself


@unique
class Outcome(StrEnum):
    """A line with ASKED stands before what is asked for can be shown; what is shown by then needs no other, what is not gets
    one of those after it."""

    ASKED = "asked"
    NOT_SHOWN = "not_shown"  # it did not come, or the visit ended before it came
    FOUND = "found"
    NOT_FOUND = "not_found"
    SECOND_NEEDED = "second_needed"
    REFUSED = "refused"  # `detail`: why
    TOO_MANY = "too_many"
    LOCKED = "locked"
    DONE = "done"


@dataclass(frozen=True, slots=True, repr=False)
class Subject(Personal):
    """Whose: the engine makes a keyed hash of it. `number` None: of the card in the slot, which the engine knows."""

    kind: NumberKind = NumberKind.CARD_NUMBER
    number: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Entry(Personal):
    """`by`: the staff number, of which a keyed hash is written. `ref`: central's id of the look-up. `whose` None: as the line
    before it in the same visit, where that says."""

    kind: Kind
    visit: int
    who: Who
    outcome: Outcome
    whose: Subject | None = None
    by: str = ""
    role: Role | None = None
    ground: Ground | None = None
    detail: str = ""
    ref: str = ""


FIELDS = ("at", "by", "detail", "ground", "kind", "outcome", "ref", "role", "visit", "who", "whose")
"""Of a line's text: `at` milliseconds since 1970 on central's clock where it is known; `by`, `whose` keyed hashes
(`kiosk.store.audit.whose`), `visit` the process and its number of the visit. What does not apply is not there."""
