"""The routes of the contract that do: activation, reports of loss, tickets. Thin as those that look."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.responses import Response

from kiosk.central import contract as c
from kiosk.central.contract import ProblemType
from kiosk.central.decode import encode
from kiosk.sandbox.central import activation as a
from kiosk.sandbox.central import codes, counter
from kiosk.sandbox.central import documents as d
from kiosk.sandbox.central import reservations as r
from kiosk.sandbox.central import sessions as s
from kiosk.sandbox.central.idempotency import key_of
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.query_shown import by_query
from kiosk.sandbox.central.tables import Card, CardSessionRow, Person
from kiosk.sandbox.central.web import (
    JSON_ONLY,
    DeviceDep,
    KeyHeader,
    Service,
    ServiceDep,
    SessionPath,
    TokenDep,
    as_json,
    done_once,
    strict,
)
from kiosk.services import (
    GUARDIAN_AGE,
    Cancellation,
    CheckedCode,
    Confirmation,
    Eligibility,
    Identity,
    LossReport,
    Reservation,
    ReservationState,
    SentCode,
    Ticket,
)

ReservationPath = Annotated[
    str, Path(alias="reservation", pattern=r"^[A-Za-z0-9_-]{8,64}$", description="As it was told to this kiosk.")
]
CodePath = Annotated[
    str, Path(alias="code", pattern=r"^[A-Za-z0-9_-]{8,64}$", description="Which code, as it was answered when sent.")
]
KeyPath = Annotated[
    str, Path(alias="name", pattern=r"^[A-Za-z0-9_-]{16,64}$", description="The Idempotency-Key of the reservation.")
]

router = APIRouter()


def _activating(db: Session, device: str, session: str, token: str | None) -> tuple[CardSessionRow, Card, Person]:
    """The session of a card that is offered activation, and whose card it is. Raises ProblemError."""
    row = s.authorised(db, device, session, token)
    a.offered(row, c.Next.OFFER_ACTIVATION)
    return (row, *s.holder_of(db, row, stated=False))


@router.post(
    c.ACTIVATION,
    operation_id="eligibility",
    response_model=Eligibility,
    **d.operation("eligibility", token=True),
)
def eligibility(
    device: DeviceDep, service: ServiceDep, token: TokenDep, session: SessionPath, request: Request, key: KeyHeader
) -> Response:
    def deed(db: Session) -> Eligibility:
        _, card, person = _activating(db, device, session, token)
        return a.eligibility(db, device, card, person, service.today())

    with service.sessions.begin() as db:
        s.authorised(db, device, session, token)
    return done_once(service, device, request, key, None, 200, deed)


@router.post(
    c.IDENTITY,
    operation_id="prove_identity",
    response_model=Identity,
    dependencies=JSON_ONLY,
    **d.operation("prove_identity", token=True),
)
def prove_identity(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.IdentityRequest, strict(c.IdentityRequest)],
) -> Response:
    def deed(db: Session) -> Identity:
        row, card, person = _activating(db, device, session, token)
        return a.prove_identity(db, row, card, person, body, service.now(), service.today())

    with service.sessions.begin() as db:
        s.authorised(db, device, session, token)
    return done_once(service, device, request, key, body, 200, deed)


@router.post(
    c.CODES,
    operation_id="send_code",
    response_model=SentCode,
    dependencies=JSON_ONLY,
    **d.operation("send_code", token=True),
)
def send_code(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.CodeRequest, strict(c.CodeRequest)],
) -> Response:
    def deed(db: Session) -> SentCode:
        row, card, person = _activating(db, device, session, token)
        service.phones.reached = service.world.conditions.phones_reached
        return codes.send(db, service.phones, device, row, card, person, body, service.now())

    with service.sessions.begin() as db:
        s.authorised(db, device, session, token)
    return done_once(service, device, request, key, body, 200, deed)


@router.post(
    c.CODE,
    operation_id="check_code",
    response_model=CheckedCode,
    dependencies=JSON_ONLY,
    **d.operation("check_code", token=True),
)
def check_code(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    code: CodePath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.CodeCheck, strict(c.CodeCheck)],
) -> Response:
    def deed(db: Session) -> CheckedCode:
        row, card, _ = _activating(db, device, session, token)
        return codes.check(db, row, card, code, body.text, service.now())

    with service.sessions.begin() as db:
        s.authorised(db, device, session, token)
    return done_once(service, device, request, key, body, 200, deed)


@router.post(
    c.RESERVATION,
    operation_id="reserve",
    response_model=Reservation,
    dependencies=JSON_ONLY,
    **d.operation("reserve", token=True),
)
def reserve(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    key: KeyHeader,
    body: Annotated[c.ReservationRequest, strict(c.ReservationRequest)],
) -> Response:
    """The key outlives the session: it belongs to the reservation, not to one request (`reservations.reserve`)."""
    try:
        answer = _reserved(service, device, session, token, key, body)
    except IntegrityError:  # of two at once the second begins anew, when the first is through
        answer = _reserved(service, device, session, token, key, body)
    return as_json(encode(answer))


def _reserved(
    service: Service, device: str, session: str, token: str | None, key: str, body: c.ReservationRequest
) -> Reservation:
    now, today = service.now(), service.today()
    with service.sessions.begin() as db:
        row, card, person = _activating(db, device, session, token)
        key_of(db, device, key, card.identification)
        phone = None
        if body.phone is not None:
            phone = codes.confirmed_phone(db, card, body.phone, now - r.IDENTITY_SECONDS)
        minor = s.age(person.born, today) < GUARDIAN_AGE
        asking = r.Asking(device, key, row, card, person, body, a.acting(db, row), phone, minor)
        return r.reserve(db, asking, now, today)


@router.post(
    c.CONFIRM,
    operation_id="confirm",
    response_model=Confirmation,
    dependencies=JSON_ONLY,
    **d.operation("confirm"),
)
def confirm(
    device: DeviceDep,
    service: ServiceDep,
    reservation: ReservationPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.ChangeStatement, strict(c.ChangeStatement)],
) -> Response:
    return done_once(
        service, device, request, key, body, 200, lambda db: r.confirm(db, device, reservation, service.now())
    )


@router.post(
    c.CANCEL,
    operation_id="cancel",
    response_model=Cancellation,
    dependencies=JSON_ONLY,
    **d.operation("cancel"),
)
def cancel(
    device: DeviceDep,
    service: ServiceDep,
    reservation: ReservationPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.NoChangeStatement, strict(c.NoChangeStatement)],
) -> Response:
    return done_once(
        service, device, request, key, body, 200, lambda db: r.cancel(db, device, reservation, service.now())
    )


@router.post(
    c.CANCEL_KEY,
    operation_id="cancel_key",
    response_model=Cancellation,
    dependencies=JSON_ONLY,
    **d.operation("cancel_key"),
)
def cancel_key(
    device: DeviceDep,
    service: ServiceDep,
    named: KeyPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.NoChangeStatement, strict(c.NoChangeStatement)],
) -> Response:
    return done_once(
        service, device, request, key, body, 200, lambda db: r.cancel_key(db, device, named, service.now())
    )


@router.get(
    c.RESERVATION_STATE,
    operation_id="reservation",
    response_model=ReservationState,
    **d.operation("reservation"),
)
def reservation_state(device: DeviceDep, service: ServiceDep, reservation: ReservationPath) -> Response:
    with service.sessions.begin() as db:
        return as_json(encode(r.state(db, device, reservation, service.now())))


@router.post(
    c.LOSS_REPORT,
    operation_id="report_loss",
    response_model=LossReport,
    dependencies=JSON_ONLY,
    **d.operation("report_loss", token=True),
)
def report_loss(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.LossRequest, strict(c.LossRequest)],
) -> Response:
    def deed(db: Session) -> LossReport:
        row = s.authorised(db, device, session, token)
        card, _ = s.holder_of(db, row, stated=False)
        if by_query(row) and not service.query.rules(device).loss:
            raise ProblemError(ProblemType.NOT_OFFERED)
        return counter.report_loss(db, device, row, card, service.now(), service.today())

    with service.sessions.begin() as db:
        s.authorised(db, device, session, token)
    return done_once(service, device, request, key, body, 200, deed)


@router.post(
    c.TICKETS,
    operation_id="ticket",
    response_model=Ticket,
    dependencies=JSON_ONLY,
    **d.operation("ticket", token=True),
)
def ticket(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.TicketRequest, strict(c.TicketRequest)],
) -> Response:
    def deed(db: Session) -> Ticket:
        row = s.authorised(db, device, session, token)
        s.must_have_card(row)
        card, _ = s.holder_of(db, row, stated=False)
        return counter.ticket(db, device, card, body.reason, service.now())

    with service.sessions.begin() as db:
        s.authorised(db, device, session, token)
    return done_once(service, device, request, key, body, 200, deed)
