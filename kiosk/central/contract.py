"""The contract with the bureau's central service: routes, envelopes and problem types over the records of `kiosk.model`.

One definition: the client decodes with it, the reference service serves with it, and the OpenAPI 3.1 document generated from
it (`assets/contract/openapi.json`) is what an integrator builds against. HTTPS with mutual TLS; the kiosk is known by its peer
certificate, never by a header. Errors are RFC 9457 problem details. Every answer carries `Date` (RFC 9110 §6.6.1): the kiosk
compares its clock with it. Money is integer fen, months are `YYYY-MM`, times RFC 3339 with offset.
"""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Annotated, Literal

from annotated_types import Ge, Le, Len
from pydantic import Discriminator, StringConstraints

from kiosk.help import (
    AuthorisationKind,
    DocumentReference,
    NumberKind,
    OneTimeCode,
    Password,
    PersonNumber,
    RevealField,
    Role,
    Seconds,
    SignInOutcome,
    SlipFacts,
    StaffName,
    StaffNumber,
)
from kiosk.model import MOST_PARTS, CardStatus, Day, Ground, Instant, MaskedHolder, Notice, Personal, Text, Verdict
from kiosk.model import PAGE_ROWS as PAGE_ROWS
from kiosk.services import CodeFor, CodeText, Identity, IdNumber, Mobile, Party, Relation, TicketReason

API = "/v1"
CHALLENGES = f"{API}/challenges"
HEARTBEAT = f"{API}/heartbeat"
CARD_SESSIONS = f"{API}/card-sessions"
CARD_SESSION = CARD_SESSIONS + "/{session}"
OVERVIEW = CARD_SESSION + "/overview"
CONTRIBUTIONS = CARD_SESSION + "/contributions"
ACCOUNT_ENTRIES = CARD_SESSION + "/account-entries"
ACTIVATION = CARD_SESSION + "/activation"
IDENTITY = CARD_SESSION + "/identity"
CODES = CARD_SESSION + "/codes"
CODE = CODES + "/{code}"
RESERVATION = CARD_SESSION + "/reservation"
LOSS_REPORT = CARD_SESSION + "/loss-report"
TICKETS = CARD_SESSION + "/tickets"
RESERVATION_STATE = f"{API}/reservations/{{reservation}}"
CONFIRM = RESERVATION_STATE + "/confirm"
CANCEL = RESERVATION_STATE + "/cancel"
CANCEL_KEY = f"{API}/reservation-keys/{{name}}/cancel"
LOSS_LIST = f"{API}/loss-list"
STAFF_CONFIRMATION = CARD_SESSION + "/staff-confirmation"
STAFF_CARD_SESSION = CARD_SESSION + "/staff-session"
STAFF_SESSIONS = f"{API}/staff-sessions"
STAFF_SESSION = STAFF_SESSIONS + "/{session}"
SECOND = STAFF_SESSION + "/second"
LOOKUPS = STAFF_SESSION + "/lookups"
LOOKUP = LOOKUPS + "/{lookup}"
REVEAL = LOOKUP + "/reveal"
HAND_OVER = LOOKUP + "/hand-over"
TAKE_TICKET = STAFF_SESSION + "/tickets/{code}"
SLIP_AGAIN = STAFF_SESSION + "/slips/{reference}"
QUERY_SESSIONS = f"{API}/query-sessions"
AUDIT = f"{API}/audit"
AUDIT_ENROLMENT = AUDIT + "/enrolment"
TECHNICIAN_PAIRS = f"{API}/technician-pairs"
PARTS = f"{API}/parts"

IDEMPOTENCY_KEY = "Idempotency-Key"
"""Header on everything that changes something: 16 to 64 of [A-Za-z0-9_-]. Same key, same body: same answer."""

AUDIT_HEAD = "Audit-Head"
"""Header on every request of a kiosk with an audit chain: `<chain>;<length>;<head>`, its name, the lines written so far and the
MAC of the last one (32 and 64 lower-case hex digits). What contradicts what central has seen is an alarm there, and no reason to
refuse; how requests that overtake each other are told from it: `kiosk.store.audit.LATE_SECONDS`."""
AUDIT_SEEN = "Audit-Seen"
"""Header on every answer to such a request: `<chain>;<length>;<head>;<Ed25519 signature, 128 hex digits>`, the highest that
central has seen of this chain, signed over `kiosk.store.audit.seen_bytes` with the key that signs loss lists."""

CHALLENGE_SECONDS = 120
MAX_BODY_BYTES = 1 << 20
MOST_LOST_CARDS = 16_000
"""What a loss list within `MAX_BODY_BYTES` holds; more than a kiosk keeps of anybody."""
LOST_CARD_DAYS = 90
"""Whoever was served at a kiosk so long ago is kept there no more: the most that its `[cache] days` can be."""

Hex8 = Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{16}$")]
Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{64}$")]
Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{128}$")]
LostCards = Annotated[str, StringConstraints(pattern=r"^([0-9A-F]{64})*$")]
ChainName = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
ListNumber = Annotated[int, Ge(1), Le(2**53 - 1)]
Identification = Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{32}$")]
Area = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,128}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
InsuranceCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,6}$")]


@dataclass(frozen=True, slots=True)
class Challenge:
    """Central's own challenge for INTERNAL AUTHENTICATE: random, single use, bound to this kiosk, valid 120 s."""

    id: Id
    proc8: Hex8
    orig8: Hex8
    expires: Instant


Stock = Annotated[tuple[Challenge, ...], Len(0, 8)]
"""What a kiosk keeps: more than a hall needs between two heartbeats."""


@dataclass(frozen=True, slots=True)
class ChallengeRequest:
    count: Annotated[int, Ge(1), Le(8)] = 2


@dataclass(frozen=True, slots=True)
class Challenges:
    challenges: Stock


@dataclass(frozen=True, slots=True)
class IssuerFile:
    """EF05 as read."""

    identification: Identification  # tag 01, 卡的识别码, hex
    category: str | None  # tag 02
    version: str  # tag 03, "" on the oldest cards
    initialising_org: str | None  # tag 04, hex
    issued: Day | None  # tag 05
    expires: Day | None  # tag 06
    number: Annotated[str, Len(1, 9)]  # tag 07

    def __repr__(self) -> str:
        return "IssuerFile(…)"


@dataclass(frozen=True, slots=True)
class HolderFile:
    """EF06 as read: only what central compares."""

    number: Annotated[str, Len(0, 18)]  # tag 08
    name: Annotated[str, Len(0, 60)]  # tags 09 and 4E

    def __repr__(self) -> str:
        return "HolderFile(…)"


@dataclass(frozen=True, slots=True)
class InternalAuthProof:
    """The card's answer to one of central's challenges (reference card §1.8)."""

    challenge: Id
    answer: Hex8
    kind: Literal["internal_auth"] = "internal_auth"


@unique
class NoProofReason(StrEnum):
    CARD_REFUSED = "card_refused"  # the card has no INTERNAL AUTHENTICATE or answered an error


@dataclass(frozen=True, slots=True)
class NoProof:
    reason: NoProofReason
    kind: Literal["none"] = "none"


@dataclass(frozen=True, slots=True)
class CardSessionRequest:
    atr: Annotated[str, StringConstraints(pattern=r"^([0-9A-F]{2}){2,33}$")]
    issuer: IssuerFile
    holder: HolderFile | None  # None: EF06 is closed on this card (6982)
    proof: Annotated[InternalAuthProof | NoProof, Discriminator("kind")]


@unique
class Next(StrEnum):
    """What the kiosk may do next."""

    ASK_PIN = "ask_pin"
    OFFER_ACTIVATION = "offer_activation"
    NOTHING = "nothing"


@unique
class HolderKind(StrEnum):
    """Whose card it is."""

    RESIDENT = "resident"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What a staff card's page says before the PIN."""

    role: Role
    number: StaffNumber


@dataclass(frozen=True, slots=True)
class CardSession:
    """Verdict and status are values: a card that is not genuine is an answer, not an error."""

    session: Id
    token: Token | None  # opens status only until "PIN verified"; None where nothing more may be done
    expires: Instant
    verdict: Verdict
    card_status: CardStatus | None  # None unless genuine: nobody learns the state of somebody else's card
    holder: MaskedHolder | None
    next: Next
    challenges: Stock = ()
    kind: HolderKind = HolderKind.RESIDENT
    staff: StaffFacts | None = None  # of a staff card

    def __repr__(self) -> str:
        return "CardSession(…)"


@dataclass(frozen=True, slots=True)
class PinStatement:
    """The device states that the chip accepted the PIN in this session; of a session without a card (`PersonSession`), that no
    card is in it. Good once."""

    statement: Literal["pin_verified", "without_card"]


@dataclass(frozen=True, slots=True, repr=False)
class Document(Personal):
    """An ID card as the kiosk's reader read it: its number stands in the request."""

    name: Text


@dataclass(frozen=True, slots=True, repr=False)
class IdentityRequest(Personal):
    """One person's number, typed, or read from the ID card that was laid on the reader. The holder's comes first."""

    whose: Party
    relation: Relation | None  # of a guardian, else null
    number: IdNumber
    document: Document | None


@dataclass(frozen=True, slots=True, repr=False)
class CodeRequest(Personal):
    purpose: CodeFor
    phone: Mobile | None  # null for an identity: central knows where it goes


@dataclass(frozen=True, slots=True, repr=False)
class CodeCheck(Personal):
    text: CodeText


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """Who acts; numbers and names central has from the identity checks of this session."""

    party: Party
    relation: Relation | None  # of a guardian, else null
    phone: Id | None  # the code by which a new phone was confirmed; null: what is on file stays


@dataclass(frozen=True, slots=True)
class ChangeStatement:
    """The device states that the card's PIN was changed under this reservation: the card said so, or took the new one."""

    statement: Literal["pin_changed"]


@dataclass(frozen=True, slots=True)
class NoChangeStatement:
    """The device states that it never sent the card the command that changes its PIN, and never will under this reservation."""

    statement: Literal["pin_not_changed"]


@dataclass(frozen=True, slots=True)
class LossRequest:
    """The holder, whose PIN was verified in this session, wants the card reported lost for the time being."""

    statement: Literal["report_lost"]


@dataclass(frozen=True, slots=True)
class TicketRequest:
    reason: TicketReason


@dataclass(frozen=True, slots=True, repr=False)
class SignInRequest(Personal):
    """Staff without a card at hand. Also a supervisor's second sign-in for a look-up that central asked it for."""

    name: StaffName
    password: Password
    code: OneTimeCode


@dataclass(frozen=True, slots=True, repr=False)
class StaffConfirmationRequest(Personal):
    """A clerk has seen the ID document of who stands there: an `IdentityRequest` that needs no code."""

    clerk: SignInRequest
    identity: IdentityRequest


@dataclass(frozen=True, slots=True, repr=False)
class StaffConfirmation(Personal):
    """`identity`: only where the clerk's sign-in was taken; it opens no staff session."""

    sign_in: SignInOutcome
    wait: Seconds
    identity: Identity | None


@dataclass(frozen=True, slots=True, repr=False)
class SlipAnswer(Personal):
    """None: no slip of this hall has such a reference."""

    slip: SlipFacts | None


@dataclass(frozen=True, slots=True, repr=False)
class LookupRequest(Personal):
    ground: Ground
    document: AuthorisationKind | None
    reference: DocumentReference | None
    kind: NumberKind
    number: PersonNumber


@dataclass(frozen=True, slots=True)
class RevealRequest:
    field: RevealField


@dataclass(frozen=True, slots=True, repr=False)
class QueryRequest(Personal):
    """Number and query password (查询密码)."""

    kind: NumberKind
    number: PersonNumber
    password: Password


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of a kiosk's audit chain, as it is kept there; what stands in it: `kiosk.store.audit`."""

    number: ListNumber
    text: Annotated[str, StringConstraints(pattern=r"^\{[ -~]{0,1998}\}$")]  # canonical JSON
    mac: Hex32

    def __repr__(self) -> str:
        return f"AuditLine(number={self.number})"


@dataclass(frozen=True, slots=True)
class AuditUpload:
    """The lines after those that central has, in order; () asks how many it has. Sent again, the same lines change nothing;
    another line than the one held, or a gap before the first, is AUDIT_CONFLICT. A chain that was never enrolled: NOT_OFFERED."""

    chain: ChainName
    lines: Annotated[tuple[AuditLine, ...], Len(0, 500)]


@dataclass(frozen=True, slots=True)
class AuditStanding:
    """How many lines of this kiosk's chain central holds: the upload goes on after them."""

    held: Annotated[int, Ge(0), Le(2**53 - 1)]


@dataclass(frozen=True, slots=True)
class AuditEnrolment:
    """k0 of a chain that begins, for escrow. The first key of a chain stays; another one is refused (409, AUDIT_CONFLICT), the
    same one again changes nothing. Another chain of the same kiosk is an alarm (its disk was renewed, or somebody removed the
    old one), and taken. Answered with `AuditStanding`."""

    chain: ChainName
    key: Hex32

    def __repr__(self) -> str:
        return "AuditEnrolment(…)"


@dataclass(frozen=True, slots=True)
class TechnicianPair:
    """A challenge and what the answer to it must hash to: HMAC-SHA256 under the list's key of the card's eight bytes."""

    proc8: Hex8
    orig8: Hex8
    digest: Hex32


@dataclass(frozen=True, slots=True)
class TechnicianCard:
    """`card`: HMAC-SHA256 under the list's key of the identification code."""

    card: Hex32
    number: StaffNumber
    pairs: Annotated[tuple[TechnicianPair, ...], Len(0, 50)]

    def __repr__(self) -> str:
        return f"TechnicianCard({self.number})"


@dataclass(frozen=True, slots=True)
class TechnicianPairs:
    """What opens the service screen, and nothing else, while central is away. Each pair is good once at this kiosk."""

    key: Hex32
    issued: Instant
    expires: Instant  # 30 days
    cards: Annotated[tuple[TechnicianCard, ...], Len(0, 20)]

    def __repr__(self) -> str:
        return f"TechnicianPairs({len(self.cards)})"


@dataclass(frozen=True, slots=True)
class PartState:
    name: Annotated[str, Len(1, 40)]  # register, contributions, accounts, cards, codes, audit …
    there: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """Central's own parts, for the service screen."""

    parts: Annotated[tuple[PartState, ...], Len(0, MOST_PARTS)]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Once a minute, and at once when `card_forgotten` begins."""

    version: Annotated[str, Len(1, 40)]
    reader: Annotated[str, Len(1, 40)]  # ReaderState
    uptime_s: Annotated[int, Ge(0), Le(10**10)]
    card_forgotten: bool
    failures: Annotated[tuple[Annotated[str, Len(1, 60)], ...], Len(0, 50)] = field(
        default=()
    )  # failure codes since the last


@dataclass(frozen=True, slots=True)
class HeartbeatAnswer:
    challenges: Stock
    notices: Annotated[tuple[Notice, ...], Len(0, MOST_PARTS)]  # to the hall


@dataclass(frozen=True, slots=True)
class LossList:
    """Cards that get nothing while central is away. The signature is over `kiosk.store.losslist.signed_bytes`."""

    number: ListNumber
    issued: Instant  # a whole second
    key: Hex32
    cards: LostCards  # HMAC-SHA256 under `key` of each identification code, ascending, one after the other
    signature: Hex64  # Ed25519

    def __repr__(self) -> str:
        return f"LossList(number={self.number})"


@dataclass(frozen=True, slots=True)
class LossAnswer:
    newer: LossList | None  # None: the kiosk has the newest


@unique
class ProblemType(StrEnum):
    """Stable `type` of a problem (RFC 9457). A service may add others: the kiosk treats those by their HTTP status."""

    INVALID_REQUEST = "urn:kiosk:problem:invalid-request"
    UNKNOWN_DEVICE = "urn:kiosk:problem:unknown-device"
    WRONG_DEVICE = "urn:kiosk:problem:wrong-device"  # another kiosk's session
    NO_SUCH_SESSION = "urn:kiosk:problem:no-such-session"
    SESSION_ENDED = "urn:kiosk:problem:session-ended"
    TOKEN_INVALID = "urn:kiosk:problem:token-invalid"  # noqa: S105 a name, not a secret
    PIN_NOT_STATED = "urn:kiosk:problem:pin-not-stated"
    STATEMENT_USED = "urn:kiosk:problem:statement-used"
    NOT_OFFERED = "urn:kiosk:problem:not-offered"  # not what this session is for, or not in this order
    IDEMPOTENCY_MISSING = "urn:kiosk:problem:idempotency-key-missing"
    IDEMPOTENCY_CONFLICT = "urn:kiosk:problem:idempotency-conflict"
    TOO_MANY_REQUESTS = "urn:kiosk:problem:too-many-requests"
    UNAVAILABLE = "urn:kiosk:problem:unavailable"
    AUDIT_CONFLICT = "urn:kiosk:problem:audit-conflict"  # another line or key than the one central holds
    INTERNAL = "urn:kiosk:problem:internal"


@dataclass(frozen=True, slots=True)
class Problem:
    """RFC 9457. `detail` is for the technician: no personal data in it."""

    type: str
    title: str
    status: Annotated[int, Ge(400), Le(599)]
    detail: str | None = None
