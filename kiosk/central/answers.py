"""What a call to central gives back: a value or a named failure, never an exception. No imports that cost time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Generic, TypeVar

from kiosk.model import CentralFailure

T_co = TypeVar("T_co", covariant=True)


@unique
class Cause(StrEnum):
    """Why exactly, for the technician and the log. Each belongs to one `CentralFailure` (`failure_of`)."""

    NAME_NOT_FOUND = "name_not_found"
    CONNECTION_REFUSED = "connection_refused"  # or no route, network down
    CONNECT_TIMEOUT = "connect_timeout"  # TCP and TLS together did not stand within the connect limit
    CONNECTION_LOST = "connection_lost"  # closed or reset under way
    CANCELLED = "cancelled"  # whoever asked does not want to know any more
    DEADLINE = "deadline"  # the action's total deadline passed
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"  # not signed by our CA
    CERTIFICATE_NAME = "certificate_name"
    CERTIFICATE_DATES = "certificate_dates"  # expired or not valid yet: a wrong clock of the kiosk looks the same
    HANDSHAKE = "handshake"  # any other refusal in TLS, the kiosk's own certificate refused by central included
    OWN_CERTIFICATE = "own_certificate"  # CA, certificate or key file missing, unreadable or not fitting
    BUSY = "busy"  # 429, 503
    SERVER_ERROR = "server_error"  # other 5xx
    REDIRECT = "redirect"
    CONTENT_TYPE = "content_type"
    CONTENT_ENCODING = "content_encoding"  # the kiosk asks for none, so that no body can be larger than it looks
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    CONTRACT = "contract"  # not JSON, or not what the contract says
    NOT_WHAT_WAS_ASKED = "not_what_was_asked"  # another person's, insurance's, year's or page's answer
    STATUS = "status"  # a status code that the contract does not know here
    REFUSED = "refused"
    SESSION_ENDED = "session_ended"


_FAILURES = {
    Cause.NAME_NOT_FOUND: CentralFailure.UNREACHABLE,
    Cause.CONNECTION_REFUSED: CentralFailure.UNREACHABLE,
    Cause.CONNECT_TIMEOUT: CentralFailure.UNREACHABLE,
    Cause.CONNECTION_LOST: CentralFailure.UNREACHABLE,
    Cause.CANCELLED: CentralFailure.UNREACHABLE,
    Cause.DEADLINE: CentralFailure.TIMEOUT,
    Cause.CERTIFICATE_UNTRUSTED: CentralFailure.TLS,
    Cause.CERTIFICATE_NAME: CentralFailure.TLS,
    Cause.CERTIFICATE_DATES: CentralFailure.TLS,
    Cause.HANDSHAKE: CentralFailure.TLS,
    Cause.OWN_CERTIFICATE: CentralFailure.TLS,
    Cause.BUSY: CentralFailure.UNAVAILABLE,
    Cause.SERVER_ERROR: CentralFailure.UNAVAILABLE,
    Cause.REDIRECT: CentralFailure.BAD_ANSWER,
    Cause.CONTENT_TYPE: CentralFailure.BAD_ANSWER,
    Cause.CONTENT_ENCODING: CentralFailure.BAD_ANSWER,
    Cause.TOO_LARGE: CentralFailure.BAD_ANSWER,
    Cause.TRUNCATED: CentralFailure.BAD_ANSWER,
    Cause.CONTRACT: CentralFailure.BAD_ANSWER,
    Cause.NOT_WHAT_WAS_ASKED: CentralFailure.BAD_ANSWER,
    Cause.STATUS: CentralFailure.BAD_ANSWER,
    Cause.REFUSED: CentralFailure.REFUSED,
    Cause.SESSION_ENDED: CentralFailure.SESSION_ENDED,
}


def failure_of(cause: Cause) -> CentralFailure:
    """The words on the screen for a cause."""
    return _FAILURES[cause]


@dataclass(frozen=True, slots=True, repr=False)
class Answer(Generic[T_co]):
    """`result` is the value or why there is none.

    `clock_offset`: seconds that central's clock is ahead of this machine's (from `Date`, half a second exact at best; None
    where no answer came). `retry_after`: seconds central asks to wait. `problem`: the RFC 9457 `type`. `seconds`: how long
    the call took. A call that was cancelled has `cause` CANCELLED; its result is to be dropped.
    """

    result: T_co | CentralFailure
    cause: Cause | None = None
    clock_offset: float | None = None
    retry_after: float | None = None
    status: int | None = None
    problem: str | None = None
    seconds: float = 0.0

    @property
    def value(self) -> T_co | None:
        """The value, None on failure."""
        return None if isinstance(self.result, CentralFailure) else self.result

    @property
    def failure(self) -> CentralFailure | None:
        """Why there is no value, None on success."""
        return self.result if isinstance(self.result, CentralFailure) else None

    @property
    def cancelled(self) -> bool:
        return self.cause is Cause.CANCELLED

    def __repr__(self) -> str:  # the value may be a person's record
        what = self.result.value if isinstance(self.result, CentralFailure) else type(self.result).__name__
        return f"Answer({what}, cause={self.cause}, status={self.status}, {self.seconds:.3f} s)"


class Cancel:
    """Abandons the calls that were started with it: a visit has one and cancels it when it ends.

    Thread-safe. A call started after `cancel()` returns at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._aborts: dict[int, Callable[[], None]] = {}
        self._next = 0
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        """End every call under way; safe to call twice."""
        with self._lock:
            self._cancelled = True
            aborts = list(self._aborts.values())
            self._aborts.clear()
        for abort in aborts:
            abort()

    def bind(self, abort: Callable[[], None]) -> int:
        """Called by the client: `abort` is run on `cancel()`, at once if that has happened. Returns a handle."""
        with self._lock:
            self._next += 1
            handle = self._next
            if not self._cancelled:
                self._aborts[handle] = abort
                return handle
        abort()
        return handle

    def release(self, handle: int) -> None:
        """The call is over."""
        with self._lock:
            self._aborts.pop(handle, None)
