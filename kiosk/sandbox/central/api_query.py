"""The route of the look-up without a card."""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from kiosk.central import contract as c
from kiosk.help import PersonSession
from kiosk.sandbox.central import documents as d
from kiosk.sandbox.central.query_desk import wait_until_tick
from kiosk.sandbox.central.web import (
    JSON_ONLY,
    DeviceDep,
    KeyHeader,
    Service,
    ServiceDep,
    done_once,
    strict,
)

router = APIRouter()


@router.post(
    c.QUERY_SESSIONS,
    operation_id="open_query_session",
    status_code=200,
    response_model=PersonSession,
    dependencies=JSON_ONLY,
    **d.operation("open_query_session"),
)
async def open_query_session(
    device: DeviceDep,
    service: ServiceDep,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.QueryRequest, strict(c.QueryRequest)],
) -> Response:
    """Nobody is kept from working by the wait: no thread waits."""
    began = time.monotonic()
    answer = await run_in_threadpool(_answered, service, device, request, key, body)
    await asyncio.sleep(wait_until_tick(time.monotonic() - began))
    return answer


def _answered(service: Service, device: str, request: Request, key: str, body: c.QueryRequest) -> Response:
    desk = service.query
    desk.rules(device)
    with service.sessions.begin() as db:
        salted = desk.salt(db, body)
    digest = desk.hashed(body.password, salted)
    opened: list[str] = []

    def deed(db: Session) -> PersonSession:
        answer = desk.answer(db, device, body, digest, service.now(), service.session_seconds)
        if answer.session is not None:
            opened.append(answer.session)
        return answer

    response = done_once(service, device, request, key, body, 200, deed, secret=True)
    for session in opened:
        service.clerk.submit(service.lay_out, session)
    return response
