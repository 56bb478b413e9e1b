"""The routes of the audit chains. A chain's head comes with every request: `web.DeviceDep`."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from kiosk.central import contract as c
from kiosk.sandbox.central import audit_desk
from kiosk.sandbox.central import documents as d
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.web import JSON_ONLY, DeviceDep, KeyHeader, Service, ServiceDep, done_once, strict

router = APIRouter()


@router.post(
    c.AUDIT_ENROLMENT,
    operation_id="enrol_audit",
    status_code=200,
    response_model=c.AuditStanding,
    dependencies=JSON_ONLY,
    **d.operation("enrol_audit"),
)
def enrol_audit(
    device: DeviceDep,
    service: ServiceDep,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.AuditEnrolment, strict(c.AuditEnrolment)],
) -> Response:
    """The key is in the body: what is kept of the request tells nothing of it."""
    return _done(
        service, device, request, key, body, lambda db: audit_desk.enrol(db, device, body, service.now()), secret=True
    )


@router.post(
    c.AUDIT,
    operation_id="upload_audit",
    status_code=200,
    response_model=c.AuditStanding,
    dependencies=JSON_ONLY,
    **d.operation("upload_audit"),
)
def upload_audit(
    device: DeviceDep,
    service: ServiceDep,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.AuditUpload, strict(c.AuditUpload)],
) -> Response:
    return _done(service, device, request, key, body, lambda db: audit_desk.upload(db, device, body, service.now()))


def _done(
    service: Service,
    device: str,
    request: Request,
    key: str,
    body: object,
    deed: Callable[[Session], c.AuditStanding],
    *,
    secret: bool = False,
) -> Response:
    """An alarm stays, whatever becomes of the request that set it off."""
    try:
        return done_once(service, device, request, key, body, 200, deed, secret=secret)
    except audit_desk.Contradiction as found:
        with service.sessions.begin() as db:
            audit_desk.alarm(db, device, found.chain, found.kind, found.length, service.now())
        raise ProblemError(found.problem) from None
