"""Around the API: reads the request whole, records, breaks what is to be broken, stamps the answer.

Answers are small (under the contract's 1 MiB), so each is held whole before anything of it leaves.
"""

import asyncio
import gzip
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Final, assert_never

from kiosk.central import contract as c
from kiosk.sandbox.central import altered
from kiosk.sandbox.central.faults import Fault, FaultKind, Operation, Recorded
from kiosk.sandbox.central.peer import AUDIT_SEEN, DEVICE, TRANSPORT
from kiosk.sandbox.central.problems import problem_response
from kiosk.sandbox.central.world import World

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("kiosk.central")

MAX_REQUEST: Final = 64 * 1024
MAX_UPLOAD: Final = 1 << 20
"""Of lines of an audit chain."""
ANOTHER_PERSON: Final = "another_person"


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{[a-z]+\}", "[^/]+", route))


_ROUTES: Final = (
    ("POST", _pattern(c.CHALLENGES), Operation.CHALLENGES),
    ("POST", _pattern(c.HEARTBEAT), Operation.HEARTBEAT),
    ("POST", _pattern(c.CARD_SESSIONS), Operation.OPEN_CARD_SESSION),
    ("GET", _pattern(c.CARD_SESSION), Operation.CARD_SESSION),
    ("DELETE", _pattern(c.CARD_SESSION), Operation.END_CARD_SESSION),
    ("POST", _pattern(c.OVERVIEW), Operation.OVERVIEW),
    ("GET", _pattern(c.CONTRIBUTIONS), Operation.CONTRIBUTIONS),
    ("GET", _pattern(c.ACCOUNT_ENTRIES), Operation.ACCOUNT_ENTRIES),
    ("GET", _pattern(c.LOSS_LIST), Operation.LOSS_LIST),
    ("POST", _pattern(c.ACTIVATION), Operation.ELIGIBILITY),
    ("POST", _pattern(c.IDENTITY), Operation.PROVE_IDENTITY),
    ("POST", _pattern(c.CODES), Operation.SEND_CODE),
    ("POST", _pattern(c.CODE), Operation.CHECK_CODE),
    ("POST", _pattern(c.RESERVATION), Operation.RESERVE),
    ("POST", _pattern(c.CONFIRM), Operation.CONFIRM),
    ("POST", _pattern(c.CANCEL), Operation.CANCEL),
    ("POST", _pattern(c.CANCEL_KEY), Operation.CANCEL_KEY),
    ("GET", _pattern(c.RESERVATION_STATE), Operation.RESERVATION),
    ("POST", _pattern(c.LOSS_REPORT), Operation.REPORT_LOSS),
    ("POST", _pattern(c.TICKETS), Operation.TICKET),
    ("POST", _pattern(c.STAFF_CARD_SESSION), Operation.SIGN_STAFF_IN_BY_CARD),
    ("POST", _pattern(c.STAFF_SESSIONS), Operation.SIGN_STAFF_IN),
    ("DELETE", _pattern(c.STAFF_SESSION), Operation.END_STAFF_SESSION),
    ("POST", _pattern(c.SECOND), Operation.SIGN_SECOND_IN),
    ("POST", _pattern(c.LOOKUPS), Operation.LOOK_UP),
    ("POST", _pattern(c.REVEAL), Operation.REVEAL),
    ("POST", _pattern(c.HAND_OVER), Operation.HAND_OVER),
    ("POST", _pattern(c.TAKE_TICKET), Operation.TAKE_TICKET),
    ("GET", _pattern(c.SLIP_AGAIN), Operation.SLIP_AGAIN),
    ("POST", _pattern(c.STAFF_CONFIRMATION), Operation.CONFIRM_IDENTITY),
    ("GET", _pattern(c.TECHNICIAN_PAIRS), Operation.TECHNICIAN_PAIRS),
    ("GET", _pattern(c.PARTS), Operation.PARTS),
    ("POST", _pattern(c.QUERY_SESSIONS), Operation.OPEN_QUERY_SESSION),
    ("POST", _pattern(c.AUDIT_ENROLMENT), Operation.ENROL_AUDIT),
    ("POST", _pattern(c.AUDIT), Operation.UPLOAD_AUDIT),
)


def operation_of(method: str, path: str) -> Operation | None:
    """None: no route of the contract."""
    return next((op for verb, route, op in _ROUTES if verb == method and route.fullmatch(path)), None)


def methods_of(path: str) -> list[str]:
    """What the contract knows to do with a path; empty: no path of the contract."""
    return sorted({verb for verb, route, _ in _ROUTES if route.fullmatch(path)})


@dataclass(slots=True)
class _Held:
    """An answer, complete, before it leaves."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def replace_body(self, body: bytes) -> None:
        self.body = body
        self.headers = [(name, value) for name, value in self.headers if name != b"content-length"]
        self.headers.append((b"content-length", str(len(body)).encode()))

    def alter(self, how: Callable[[bytes], bytes]) -> None:
        if self.body:
            self.replace_body(how(self.body))

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(bytes(name).lower(), bytes(value)) for name, value in message.get("headers", [])]
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


class Outer:
    """ASGI middleware, outermost."""

    def __init__(self, app: App, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = self._world.next_number()
        at = time.time()
        operation = operation_of(scope["method"], scope["path"])
        body = await _request_body(receive, MAX_UPLOAD if operation is Operation.UPLOAD_AUDIT else MAX_REQUEST)
        fault = self._world.next_fault(operation)
        held = _Held()

        def record(answer: _Held | None) -> None:
            self._world.record(_recorded(number, at, operation, scope, body or b"", answer))

        # Recorded before anything happens and again before anything leaves: who has the answer finds the record.
        record(None)
        if fault is not None and fault.kind in (FaultKind.REQUEST_LOST, FaultKind.LATE):
            await _abort(scope["state"][TRANSPORT])
            if fault.kind is FaultKind.LATE:
                await asyncio.sleep(fault.seconds)
                await self._answer(scope, body or b"", fault, held)
                record(held)
            return
        if fault is not None and fault.kind is FaultKind.HOLD_REQUEST:
            await self._world.hold()
        began = time.monotonic()
        if fault is not None and fault.kind is FaultKind.REPEATED:
            await self._answer(dict(scope), body or b"", fault, _Held())
        if body is None:
            await problem_response(c.ProblemType.INVALID_REQUEST, status=413)(scope, receive, held.send)
        else:
            await self._answer(scope, body, fault, held)
        await asyncio.sleep(max(0.0, self._world.conditions.service_seconds - (time.monotonic() - began)))
        await self._deliver(scope, receive, send, fault, held, record)

    async def _answer(self, scope: Scope, body: bytes, fault: Fault | None, held: _Held) -> None:
        scope["state"][ANOTHER_PERSON] = fault is not None and fault.kind is FaultKind.ANOTHER_PERSON
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                await self._world.stopping.wait()
                return {"type": "http.disconnect"}
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        try:
            await self._app(scope, replay, held.send)
        except Exception as error:
            # A bug. What was asked may be in the error's text: only its kind goes to the log.
            log.error("%s failed: %s", scope["path"].partition("/v1/")[2][:20], type(error).__name__)
            held.headers, held.body = [], b""
            await problem_response(c.ProblemType.INTERNAL)(scope, replay, held.send)

    async def _deliver(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        fault: Fault | None,
        held: _Held,
        record: Callable[[_Held | None], None],
    ) -> None:
        transport: asyncio.Transport = scope["state"][TRANSPORT]
        drip = 0.0
        short = False
        match fault.kind if fault is not None else None:
            case None | FaultKind.ANOTHER_PERSON | FaultKind.REPEATED | FaultKind.HOLD_REQUEST:
                pass
            case FaultKind.REQUEST_LOST | FaultKind.LATE:
                raise AssertionError("was dealt with before")
            case FaultKind.DELAY:
                assert fault is not None
                await asyncio.sleep(fault.seconds)
            case FaultKind.HOLD:
                await self._world.hold()
            case FaultKind.HANG:
                await _gone(receive)
                return
            case FaultKind.RESET:
                await _abort(transport)
                return
            case FaultKind.DRIP_HEAD:
                assert fault is not None
                await self._drip_head(transport, fault.seconds)
                return
            case FaultKind.DRIP_BODY:
                assert fault is not None
                drip = fault.seconds
            case FaultKind.STATUS:
                assert fault is not None
                held.headers, held.body = [], b""
                problem = c.ProblemType.TOO_MANY_REQUESTS if fault.status == 429 else c.ProblemType.UNAVAILABLE
                answer = problem_response(problem, retry_after=fault.retry_after, status=fault.status)
                await answer(scope, receive, held.send)
            case FaultKind.REDIRECT:
                held.status, held.headers = 302, [(b"location", b"https://elsewhere.invalid/")]
                held.replace_body(b"")
            case FaultKind.HTML:
                held.status, held.headers = 200, [(b"content-type", b"text/html; charset=utf-8")]
                held.replace_body(b"<!doctype html><title>Sign in to the network</title>")
            case FaultKind.EMPTY:
                held.status = 200 if held.status >= 400 else held.status
                held.replace_body(b"")
            case FaultKind.BROKEN_JSON:
                held.replace_body(held.body[: len(held.body) // 2])
            case FaultKind.TRUNCATED:
                short = True
            case FaultKind.OVERSIZED:
                held.replace_body(b'{"filling":"' + b"x" * (2 * c.MAX_BODY_BYTES) + b'",' + held.body[1:])
            case FaultKind.GZIP_BOMB:
                held.headers.append((b"content-encoding", b"gzip"))
                held.replace_body(_bomb())
            case FaultKind.CONTRACT:
                held.alter(altered.without_a_member)
            case FaultKind.ANOTHER_PAGE:
                held.alter(altered.of_another_insurance)
            case FaultKind.TWICE:
                held.alter(altered.with_a_member_twice)
            case FaultKind.UNKNOWN_CODES:
                held.alter(altered.with_unknown_codes)
            case FaultKind.NEGATIVE:
                held.alter(altered.below_nothing)
            case FaultKind.MANY_ROWS:
                held.alter(altered.with_many_rows)
            case FaultKind.MANY_PAGES:
                held.alter(altered.with_many_pages)
            case never:
                assert_never(never)
        stamp = formatdate(time.time() + self._world.conditions.date_offset, usegmt=True)
        held.headers += [(b"date", stamp.encode()), (b"cache-control", b"no-store")]
        if (seen := scope["state"].get(AUDIT_SEEN)) is not None:
            held.headers.append((c.AUDIT_SEEN.lower().encode(), seen.encode()))
        record(held)
        await send({"type": "http.response.start", "status": held.status, "headers": held.headers})
        if short:
            transport.write(held.body[: len(held.body) // 2])
            await _abort(transport)
            return
        if drip:
            for position in range(len(held.body)):
                if transport.is_closing() or self._world.stopping.is_set():
                    return
                await send(
                    {"type": "http.response.body", "body": held.body[position : position + 1], "more_body": True}
                )
                await asyncio.sleep(drip)
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.body", "body": held.body})
        return

    async def _drip_head(self, transport: asyncio.Transport, seconds: float) -> None:
        transport.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        while not transport.is_closing() and not self._world.stopping.is_set():
            transport.write(b"x")
            await asyncio.sleep(seconds)
        await _abort(transport)


async def _request_body(receive: Receive, most: int) -> bytes | None:
    """None: too large."""
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            return None
    return body


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _abort(transport: asyncio.Transport) -> None:
    """End the connection and let uvicorn notice, so that it does not send an answer of its own."""
    if isinstance(transport, asyncio.WriteTransport):
        await asyncio.sleep(0.02)  # what was written before leaves first
    transport.abort()
    await asyncio.sleep(0.02)


def _bomb() -> bytes:
    return gzip.compress(b" " * (64 << 20), 1)


def _recorded(
    number: int, at: float, operation: Operation | None, scope: Scope, body: bytes, held: _Held | None
) -> Recorded:
    query = scope.get("query_string", b"").decode("latin-1")
    return Recorded(
        number=number,
        operation=operation,
        method=scope["method"],
        path=scope["path"] + (f"?{query}" if query else ""),
        device=scope["state"].get(DEVICE),
        status=held.status if held is not None else None,
        at=at,
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body.decode("utf-8", "replace"),
        answer_headers={n.decode("latin-1"): v.decode("latin-1") for n, v in held.headers} if held is not None else {},
        answer=held.body[: c.MAX_BODY_BYTES].decode("utf-8", "replace") if held is not None else "",
    )
