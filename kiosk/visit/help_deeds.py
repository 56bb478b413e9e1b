"""Effects and events of `kiosk.visit.help`: what the engine shall do for it, and what it answers.

Each question carries `request`, which its answer (or CentralFailed with Ask.SERVICE) brings back.
"""

from dataclasses import dataclass

from kiosk.health import Report
from kiosk.help import (
    PASSWORD_MAX,
    AuthorisationKind,
    FoundRecord,
    Ground,
    Lookup,
    NumberKind,
    Part,
    PersonSession,
    Revealed,
    RevealField,
    SlipFacts,
    StaffSession,
    TakenTicket,
)
from kiosk.services import Party, Relation


@dataclass(frozen=True, slots=True)
class OpenPassword:
    """A fresh buffer for a password; the keys go there from now on (`DigitsEntered` counts characters), `longest` at most."""

    visit: int
    longest: int = PASSWORD_MAX


@dataclass(frozen=True, slots=True, repr=False)
class SignStaffIn:
    """With the password of the buffer, which is wiped after it. `second`: a supervisor's, for the open session.
    `with_card`: the staff card in the slot, whose PIN the chip has taken. -> StaffSignedIn"""

    visit: int
    insertion: int
    request: int
    name: str = ""
    code: str = ""
    second: bool = False
    with_card: bool = False

    def __repr__(self) -> str:
        return f"SignStaffIn(visit={self.visit}, with_card={self.with_card}, second={self.second})"


@dataclass(frozen=True, slots=True, repr=False)
class ConfirmIdentity:
    """A clerk has seen the ID document of who stands there: with the clerk's name, the password of the buffer (wiped after it)
    and the one-time code, for the activation that is under way. -> IdentityAnswered; StaffSignedIn, never signed in,
    where the clerk was refused."""

    visit: int
    insertion: int
    request: int
    party: Party
    relation: Relation | None
    number: str
    clerk: str
    code: str

    def __repr__(self) -> str:
        return f"ConfirmIdentity(visit={self.visit}, party={self.party.value})"


@dataclass(frozen=True, slots=True, repr=False)
class PrintLookup:
    """A slip of a look-up, masked as on the screen. -> SlipPrinted"""

    visit: int
    insertion: int
    request: int
    language: str
    lookup: str
    ground: Ground
    staff: str
    record: FoundRecord

    def __repr__(self) -> str:
        return f"PrintLookup(visit={self.visit}, ground={self.ground.value})"


@dataclass(frozen=True, slots=True, repr=False)
class PrintAgain:
    """A slip that was printed before. -> SlipPrinted"""

    visit: int
    insertion: int
    request: int
    language: str
    facts: SlipFacts

    def __repr__(self) -> str:
        return f"PrintAgain(visit={self.visit}, kind={self.facts.kind})"


@dataclass(frozen=True, slots=True)
class SignTechnicianIn:
    """A technician's card while central is away: one single-use pair, struck off durably before it is asked. Only after the chip
    took the PIN. -> TechnicianLetIn"""

    visit: int
    insertion: int
    request: int


@dataclass(frozen=True, slots=True, repr=False)
class LookUp:
    """-> LookupAnswered"""

    visit: int
    insertion: int
    request: int
    ground: Ground
    document: AuthorisationKind | None
    reference: str | None
    kind: NumberKind
    number: str

    def __repr__(self) -> str:
        return f"LookUp(visit={self.visit}, ground={self.ground.value})"


@dataclass(frozen=True, slots=True)
class RevealNow:
    """-> FieldRevealed"""

    visit: int
    insertion: int
    request: int
    lookup: str
    field: RevealField


@dataclass(frozen=True, slots=True)
class HandOverNow:
    """Ends the staff session at central and here, and powers the staff card off; what is opened is the resident's own, of the
    same visit, without a card. -> PersonSessionOpened"""

    visit: int
    insertion: int
    request: int
    lookup: str


@dataclass(frozen=True, slots=True, repr=False)
class TakeTicket:
    """-> TicketTakenAnswered"""

    visit: int
    insertion: int
    request: int
    code: str


@dataclass(frozen=True, slots=True, repr=False)
class FindSlip:
    """-> SlipAnswered"""

    visit: int
    insertion: int
    request: int
    reference: str


@dataclass(frozen=True, slots=True, repr=False)
class AskPersonSession:
    """Number and the query password of the buffer, which is wiped after it. -> PersonSessionOpened"""

    visit: int
    insertion: int
    request: int
    kind: NumberKind
    number: str

    def __repr__(self) -> str:
        return f"AskPersonSession(visit={self.visit})"


@dataclass(frozen=True, slots=True)
class Diagnose:
    """Tests of these parts; None: only look. SCREEN: its picture was touched (`TouchTest`), but for so many of its targets.
    -> Diagnosed, once for each part that is done"""

    visit: int
    insertion: int
    request: int
    parts: tuple[Part, ...] | None = None
    untouched: int = 0


@dataclass(frozen=True, slots=True)
class WriteReport:
    """The readiness report as a file (`file`), or on paper. -> ReportWritten, SlipPrinted"""

    visit: int
    insertion: int
    request: int
    report: Report
    language: str
    file: bool


HelpEffect = (
    OpenPassword
    | SignStaffIn
    | ConfirmIdentity
    | SignTechnicianIn
    | LookUp
    | RevealNow
    | HandOverNow
    | TakeTicket
    | FindSlip
    | AskPersonSession
    | PrintLookup
    | PrintAgain
    | Diagnose
    | WriteReport
)


# --- events ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StaffSignedIn:
    """`locked`: seconds that this kiosk itself takes nothing (its own lockout, kept across restarts); 0: it does."""

    at: float
    visit: int
    insertion: int
    request: int
    session: StaffSession
    locked: float = 0.0


@dataclass(frozen=True, slots=True)
class TechnicianLetIn:
    """`number` None: the card is none of a technician's, its pairs are used up or too old, or its answer is wrong."""

    at: float
    visit: int
    insertion: int
    request: int
    number: str | None


@dataclass(frozen=True, slots=True)
class LookupAnswered:
    at: float
    visit: int
    insertion: int
    request: int
    lookup: Lookup


@dataclass(frozen=True, slots=True)
class FieldRevealed:
    at: float
    visit: int
    insertion: int
    request: int
    revealed: Revealed


@dataclass(frozen=True, slots=True)
class TicketTakenAnswered:
    at: float
    visit: int
    insertion: int
    request: int
    ticket: TakenTicket


@dataclass(frozen=True, slots=True)
class SlipAnswered:
    """None: central knows no such reference of this hall."""

    at: float
    visit: int
    insertion: int
    request: int
    facts: SlipFacts | None


@dataclass(frozen=True, slots=True)
class PersonSessionOpened:
    """`locked`: seconds of this kiosk's own limit; nothing was sent then."""

    at: float
    visit: int
    insertion: int
    request: int
    session: PersonSession
    locked: float = 0.0


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """The whole report, with the newest of each part. `done`: whose test this is the answer to."""

    at: float
    visit: int
    insertion: int
    request: int
    report: Report
    done: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportWritten:
    """The file; None: it could not be written."""

    at: float
    visit: int
    insertion: int
    request: int
    file: str | None


@dataclass(frozen=True, slots=True)
class AuditStands:
    """Can the audit chain be written? Where it cannot, no record is shown and the kiosk does not serve. `visit`: whose lines
    could not be written; 0: found outside a visit."""

    at: float
    visit: int
    writable: bool


HelpEvent = (
    StaffSignedIn
    | TechnicianLetIn
    | LookupAnswered
    | FieldRevealed
    | TicketTakenAnswered
    | SlipAnswered
    | PersonSessionOpened
    | Diagnosed
    | ReportWritten
)
"""Answers. `AuditStands` is the world's."""
