"""Errors as problem details (RFC 9457). Nothing of a request's content goes into one."""

from http import HTTPStatus
from typing import Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kiosk.central.contract import IDEMPOTENCY_KEY, Problem, ProblemType
from kiosk.central.decode import encode

MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final = {
    ProblemType.INVALID_REQUEST: 422,
    ProblemType.UNKNOWN_DEVICE: 403,
    ProblemType.WRONG_DEVICE: 403,
    ProblemType.NO_SUCH_SESSION: 404,
    ProblemType.SESSION_ENDED: 409,
    ProblemType.TOKEN_INVALID: 401,
    ProblemType.PIN_NOT_STATED: 403,
    ProblemType.STATEMENT_USED: 409,
    ProblemType.NOT_OFFERED: 409,
    ProblemType.IDEMPOTENCY_MISSING: 400,
    ProblemType.IDEMPOTENCY_CONFLICT: 409,
    ProblemType.TOO_MANY_REQUESTS: 429,
    ProblemType.UNAVAILABLE: 503,
    ProblemType.AUDIT_CONFLICT: 409,
    ProblemType.INTERNAL: 500,
}

TITLES: Final = {
    ProblemType.INVALID_REQUEST: "The request is not what the contract says",
    ProblemType.UNKNOWN_DEVICE: "The certificate's device is not registered",
    ProblemType.WRONG_DEVICE: "The session belongs to another device",
    ProblemType.NO_SUCH_SESSION: "There is no such session",
    ProblemType.SESSION_ENDED: "The session has ended",
    ProblemType.TOKEN_INVALID: "The token is missing or does not belong to the session",
    ProblemType.PIN_NOT_STATED: "PIN verified has not been stated in this session",
    ProblemType.STATEMENT_USED: "PIN verified has been stated in this session before",
    ProblemType.NOT_OFFERED: "This session is not for that, or not yet",
    ProblemType.IDEMPOTENCY_MISSING: "The Idempotency-Key is missing",
    ProblemType.IDEMPOTENCY_CONFLICT: "The Idempotency-Key was used for another request",
    ProblemType.TOO_MANY_REQUESTS: "Too many requests",
    ProblemType.UNAVAILABLE: "The service is not available now",
    ProblemType.AUDIT_CONFLICT: "The service holds another line or key of this audit chain",
    ProblemType.INTERNAL: "The service failed",
}


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(self, type_: ProblemType, retry_after: int | None = None) -> None:
        super().__init__(type_.value)
        self.type = type_
        self.retry_after = retry_after


def problem_response(
    type_: ProblemType, detail: str | None = None, retry_after: int | None = None, status: int | None = None
) -> Response:
    code = STATUS[type_] if status is None else status
    headers = {}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = encode(Problem(type_.value, TITLES[type_], code, detail))
    return Response(body, code, headers, MEDIA_TYPE)


async def on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(error.type, retry_after=error.retry_after)


async def on_invalid(_request: Request, error: Exception) -> Response:
    """Says where and what kind, never the value."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    for one in found:
        if one["type"] == "missing" and str(one["loc"][-1]).lower() == IDEMPOTENCY_KEY.lower():
            return problem_response(ProblemType.IDEMPOTENCY_MISSING)
    places = sorted({".".join(str(part) for part in one["loc"][:2]) for one in found})
    return problem_response(ProblemType.INVALID_REQUEST, f"not as the contract says: {', '.join(places)}"[:200])


async def on_http(request: Request, error: Exception) -> Response:
    """Unknown path, wrong method, unreadable body: no type of ours (RFC 9457 §4.2.1)."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # The framework names the methods of one of its routes; a path may have several.
        headers["Allow"] = ", ".join(request.app.state.methods_of(request.url.path))
    body = encode(Problem("about:blank", HTTPStatus(error.status_code).phrase, error.status_code, None))
    return Response(body, error.status_code, headers, MEDIA_TYPE)
