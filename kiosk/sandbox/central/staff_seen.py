"""What the simulator's port tells of staff: what they know by heart, and central's own record of what they looked at."""

from dataclasses import dataclass
from datetime import date

from kiosk.help import AuthorisationKind, Ground, LookupOutcome, LookupRefusal, RevealField, Role
from kiosk.model import Personal


@dataclass(frozen=True, slots=True, repr=False)
class SeenStaff(Personal):
    """`code`: of the token, that central takes next (of the step now, or of the next one where that was used; None: wait).
    `card`, `own`: card number of the staff card, ID number of whose it is."""

    number: str
    name: str
    role: Role
    password: str
    code: str | None
    card: str
    own: str
    active: bool
    on_duty: bool


@dataclass(frozen=True, slots=True)
class StaffStanding:
    """By the bureau's own books: `active` no longer of the staff; `on_duty` by the roster, now."""

    active: bool = True
    on_duty: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class SeenLookup(Personal):
    """A line of central's own record. `person`: ID number, where one was found; `at`: seconds since 1970."""

    at: float
    staff: str
    second: str | None
    device: str
    ground: Ground
    document: AuthorisationKind | None
    reference: str | None
    person: str | None
    outcome: LookupOutcome
    why: LookupRefusal | None
    reveals: tuple[RevealField, ...]
    handed_over: bool
    told: bool


@dataclass(frozen=True, slots=True)
class SeenAlarm:
    staff: str
    device: str
    at: float


@dataclass(frozen=True, slots=True, repr=False)
class SeenAuthorisation(Personal):
    """`person`: ID number of whose record it opens."""

    kind: AuthorisationKind
    reference: str
    person: str
    until: date
