"""What can be broken at central, and what it remembers: shared by the service and by those who drive it.

A fault is scripted for an operation and a number of requests; conditions hold until they are changed.
"""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Annotated, Final

from annotated_types import Ge, Le


@unique
class Operation(StrEnum):
    """The routes by name: the `operationId`s of the contract."""

    CHALLENGES = "challenges"
    HEARTBEAT = "heartbeat"
    OPEN_CARD_SESSION = "open_card_session"
    CARD_SESSION = "card_session"
    END_CARD_SESSION = "end_card_session"
    OVERVIEW = "overview"
    CONTRIBUTIONS = "contributions"
    ACCOUNT_ENTRIES = "account_entries"
    LOSS_LIST = "loss_list"
    ELIGIBILITY = "eligibility"
    PROVE_IDENTITY = "prove_identity"
    SEND_CODE = "send_code"
    CHECK_CODE = "check_code"
    RESERVE = "reserve"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    CANCEL_KEY = "cancel_key"
    RESERVATION = "reservation"
    REPORT_LOSS = "report_loss"
    TICKET = "ticket"
    SIGN_STAFF_IN_BY_CARD = "sign_staff_in_by_card"
    SIGN_STAFF_IN = "sign_staff_in"
    END_STAFF_SESSION = "end_staff_session"
    SIGN_SECOND_IN = "sign_second_in"
    LOOK_UP = "look_up"
    REVEAL = "reveal"
    HAND_OVER = "hand_over"
    TAKE_TICKET = "take_ticket"
    SLIP_AGAIN = "slip_again"
    CONFIRM_IDENTITY = "confirm_identity"
    TECHNICIAN_PAIRS = "technician_pairs"
    PARTS = "parts"
    OPEN_QUERY_SESSION = "open_query_session"
    ENROL_AUDIT = "enrol_audit"
    UPLOAD_AUDIT = "upload_audit"


BY_ITSELF: Final = frozenset(
    {
        Operation.HEARTBEAT,
        Operation.LOSS_LIST,
        Operation.TECHNICIAN_PAIRS,
        Operation.PARTS,
        Operation.ENROL_AUDIT,
        Operation.UPLOAD_AUDIT,
    }
)
"""What a device asks of its own accord, whoever stands there, and when nobody does."""


@unique
class FaultKind(StrEnum):
    DELAY = "delay"  # `seconds` longer
    HANG = "hang"  # takes the request, never answers
    HOLD = "hold"  # the answer is ready but leaves only when released
    HOLD_REQUEST = "hold_request"  # nothing of it is done until released
    REQUEST_LOST = "request_lost"  # the connection is closed and nothing was done
    LATE = "late"  # the connection is closed, and it is done `seconds` later
    REPEATED = "repeated"  # it is done twice, as if it had come twice
    RESET = "reset"  # the connection is closed before any byte of the answer
    DRIP_HEAD = "drip_head"  # a byte of the head every `seconds`, without end
    DRIP_BODY = "drip_body"  # the head at once, a byte of the body every `seconds`
    STATUS = "status"  # `status` with a problem body, `retry_after` where given
    REDIRECT = "redirect"  # 302 to another host
    HTML = "html"  # 200 with a page, as captive portals and proxies do
    EMPTY = "empty"  # 200 with no body
    BROKEN_JSON = "broken_json"  # the JSON ends in the middle, the length fits
    TRUNCATED = "truncated"  # the connection ends before the promised length
    OVERSIZED = "oversized"  # valid JSON, larger than the contract's limit
    GZIP_BOMB = "gzip_bomb"  # small on the wire, 64 MiB when unpacked
    CONTRACT = "contract"  # a required member is missing
    ANOTHER_PERSON = "another_person"  # somebody else's record
    ANOTHER_PAGE = "another_page"  # of another insurance
    TWICE = "twice"  # a member stands twice
    UNKNOWN_CODES = "unknown_codes"  # codes that no table has
    NEGATIVE = "negative"  # every amount is below nothing
    MANY_ROWS = "many_rows"  # 10,000 rows on one page
    MANY_PAGES = "many_pages"  # 10,000 rows on pages of the contract's size


@dataclass(frozen=True, slots=True)
class Fault:
    """`operation` None: any. `times` None: until the faults are cleared. `skip`: requests that still go well before."""

    kind: FaultKind
    operation: Operation | None = None
    times: Annotated[int, Ge(1)] | None = 1
    skip: Annotated[int, Ge(0)] = 0
    seconds: Annotated[float, Ge(0), Le(3600)] = 0.3
    status: Annotated[int, Ge(400), Le(599)] = 503
    retry_after: Annotated[int, Ge(0)] | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """How the service is as a whole. `away`: insurances (AAE140) whose source does not answer now."""

    service_seconds: Annotated[float, Ge(0), Le(60)] = 0.0  # at least so long in the service
    date_offset: float = 0.0  # seconds that the Date header is ahead of the true time
    keys_answer: bool = True  # the key module; False: nothing can be proved
    away: tuple[str, ...] = ()
    ahead_seconds: Annotated[float, Ge(0), Le(10**8)] = (
        0.0  # that the time has gone on for codes, reservations, reports of loss
    )
    phones_reached: bool = True  # False: codes are sent and do not arrive


@dataclass(frozen=True, slots=True, repr=False)
class Recorded:
    """One request and its answer as they went over the wire. Bodies as text; for tests in the simulated world only."""

    number: int
    operation: Operation | None
    method: str
    path: str  # with the query
    device: str | None
    status: int | None  # None: no answer was sent
    at: float  # seconds since 1970
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: str = ""

    def __repr__(self) -> str:
        return f"Recorded({self.method} {self.operation} {self.status})"


@dataclass(frozen=True, slots=True)
class SignOfLife:
    """The last heartbeat of a device."""

    device: str
    at: float
    version: str
    reader: str
    uptime_s: int
    card_forgotten: bool
    failures: tuple[str, ...]
