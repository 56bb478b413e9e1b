"""What a status code and a problem type mean for the kiosk."""

from typing import assert_never

from kiosk.central.answers import Cause
from kiosk.central.contract import ProblemType


def cause_of_status(status: int, problem: str | None) -> Cause:
    """`problem` is the `type` of an RFC 9457 body, None where the answer has none. An unknown type counts by its status."""
    if 300 <= status < 400:
        return Cause.REDIRECT
    if status in (429, 503):
        return Cause.BUSY
    if 500 <= status < 600:
        return Cause.SERVER_ERROR
    if not 400 <= status < 500 or problem is None:
        return Cause.STATUS
    try:
        known = ProblemType(problem)
    except ValueError:
        return Cause.REFUSED
    match known:
        case ProblemType.NO_SUCH_SESSION | ProblemType.SESSION_ENDED:
            return Cause.SESSION_ENDED
        case ProblemType.TOO_MANY_REQUESTS | ProblemType.UNAVAILABLE:
            return Cause.BUSY
        case ProblemType.INTERNAL:
            return Cause.SERVER_ERROR
        case (
            ProblemType.INVALID_REQUEST
            | ProblemType.UNKNOWN_DEVICE
            | ProblemType.WRONG_DEVICE
            | ProblemType.TOKEN_INVALID
            | ProblemType.PIN_NOT_STATED
            | ProblemType.STATEMENT_USED
            | ProblemType.NOT_OFFERED
            | ProblemType.IDEMPOTENCY_MISSING
            | ProblemType.IDEMPOTENCY_CONFLICT
            | ProblemType.AUDIT_CONFLICT
        ):
            return Cause.REFUSED
        case never:
            assert_never(never)
