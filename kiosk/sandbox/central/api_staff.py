"""The routes of the contract for staff: sign-in, look-ups, tickets and slips, a technician's pairs. Thin as the others."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from kiosk.central import contract as c
from kiosk.central.decode import encode
from kiosk.help import Lookup, PersonSession, Revealed, StaffSession, TakenTicket
from kiosk.sandbox.central import activation as a
from kiosk.sandbox.central import documents as d
from kiosk.sandbox.central import sessions as s
from kiosk.sandbox.central import staff_counter as counter
from kiosk.sandbox.central import staff_lookup as looking
from kiosk.sandbox.central import staff_pairs as pairs
from kiosk.sandbox.central import staff_signin as signin
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

StaffPath = Annotated[
    str, Path(alias="session", pattern=r"^[A-Za-z0-9_-]{8,64}$", description="The staff session, as it was opened.")
]
LookupPath = Annotated[
    str, Path(alias="lookup", pattern=r"^[A-Za-z0-9_-]{8,64}$", description="The look-up, as it was answered.")
]
TicketPath = Annotated[
    str, Path(alias="code", pattern=r"^[A-Z0-9-]{4,24}$", description="What stands on the hand-off ticket.")
]
SlipPath = Annotated[str, Path(alias="reference", pattern=r"^[A-Z0-9-]{4,24}$", description="What stands on the slip.")]

router = APIRouter()


def _known(service: Service, device: str, session: str, token: str | None, *, ended: bool = False) -> None:
    """Before an answer is given a second time: whose it is. Raises ProblemError."""
    with service.sessions.begin() as db:
        signin.authorised(db, device, session, token, service.now(), ended=ended)


def _asking(db: Session, service: Service, device: str, session: str, token: str | None) -> looking.Asking:
    row, staff = signin.authorised(db, device, session, token, service.now())
    return looking.Asking(row, staff, device, service.now(), service.today())


@router.post(
    c.STAFF_CARD_SESSION,
    operation_id="sign_staff_in_by_card",
    response_model=StaffSession,
    dependencies=JSON_ONLY,
    **d.operation("sign_staff_in_by_card", token=True),
)
def sign_staff_in_by_card(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.PinStatement, strict(c.PinStatement)],
) -> Response:
    def deed(db: Session) -> StaffSession:
        row = s.authorised(db, device, session, token)
        return signin.sign_in_by_card(db, device, row, body, service.now())

    with service.sessions.begin() as db:
        s.authorised(db, device, session, token)
    return done_once(service, device, request, key, body, 200, deed)


@router.post(
    c.STAFF_SESSIONS,
    operation_id="sign_staff_in",
    response_model=StaffSession,
    dependencies=JSON_ONLY,
    **d.operation("sign_staff_in"),
)
def sign_staff_in(
    device: DeviceDep,
    service: ServiceDep,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.SignInRequest, strict(c.SignInRequest)],
) -> Response:
    def deed(db: Session) -> StaffSession:
        return signin.sign_in(db, device, body, service.now())

    return done_once(service, device, request, key, body, 200, deed, secret=True)


@router.delete(
    c.STAFF_SESSION,
    operation_id="end_staff_session",
    status_code=204,
    response_class=Response,
    **d.operation("end_staff_session", token=True),
)
def end_staff_session(device: DeviceDep, service: ServiceDep, token: TokenDep, session: StaffPath) -> Response:
    with service.sessions.begin() as db:
        row, _ = signin.authorised(db, device, session, token, service.now())
        signin.end(row, service.now())
    return Response(status_code=204)


@router.post(
    c.SECOND,
    operation_id="sign_second_in",
    response_model=StaffSession,
    dependencies=JSON_ONLY,
    **d.operation("sign_second_in", token=True),
)
def sign_second_in(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: StaffPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.SignInRequest, strict(c.SignInRequest)],
) -> Response:
    def deed(db: Session) -> StaffSession:
        row, _ = signin.authorised(db, device, session, token, service.now())
        return signin.sign_second_in(db, row, body, service.now())

    _known(service, device, session, token)
    return done_once(service, device, request, key, body, 200, deed, secret=True)


@router.post(
    c.LOOKUPS,
    operation_id="look_up",
    response_model=Lookup,
    dependencies=JSON_ONLY,
    **d.operation("look_up", token=True),
)
def look_up(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: StaffPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.LookupRequest, strict(c.LookupRequest)],
) -> Response:
    def deed(db: Session) -> Lookup:
        asking = _asking(db, service, device, session, token)
        return looking.look_up(db, asking, body, service.post_books)

    _known(service, device, session, token)
    return done_once(service, device, request, key, body, 200, deed)


@router.post(
    c.REVEAL,
    operation_id="reveal",
    response_model=Revealed,
    dependencies=JSON_ONLY,
    **d.operation("reveal", token=True),
)
def reveal(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: StaffPath,
    lookup: LookupPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.RevealRequest, strict(c.RevealRequest)],
) -> Response:
    def deed(db: Session) -> Revealed:
        return looking.reveal(db, _asking(db, service, device, session, token), lookup, body.field)

    _known(service, device, session, token)
    return done_once(service, device, request, key, body, 200, deed)


@router.post(
    c.HAND_OVER,
    operation_id="hand_over",
    response_model=PersonSession,
    **d.operation("hand_over", token=True),
)
def hand_over(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: StaffPath,
    lookup: LookupPath,
    request: Request,
    key: KeyHeader,
) -> Response:
    """The staff session ends by it: the same request once more still gets its answer."""

    def deed(db: Session) -> PersonSession:
        asking = _asking(db, service, device, session, token)
        return looking.hand_over(db, asking, lookup, service.session_seconds)

    _known(service, device, session, token, ended=True)
    return done_once(service, device, request, key, None, 200, deed)


@router.post(
    c.TAKE_TICKET,
    operation_id="take_ticket",
    response_model=TakenTicket,
    **d.operation("take_ticket", token=True),
)
def take_ticket(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: StaffPath,
    code: TicketPath,
    request: Request,
    key: KeyHeader,
) -> Response:
    def deed(db: Session) -> TakenTicket:
        return counter.take_ticket(db, _asking(db, service, device, session, token), code)

    _known(service, device, session, token)
    return done_once(service, device, request, key, None, 200, deed)


@router.get(
    c.SLIP_AGAIN,
    operation_id="slip_again",
    response_model=c.SlipAnswer,
    **d.operation("slip_again", token=True),
)
def slip_again(
    device: DeviceDep, service: ServiceDep, token: TokenDep, session: StaffPath, reference: SlipPath
) -> Response:
    with service.sessions.begin() as db:
        return as_json(encode(counter.slip_again(db, _asking(db, service, device, session, token), reference)))


@router.post(
    c.STAFF_CONFIRMATION,
    operation_id="confirm_identity",
    response_model=c.StaffConfirmation,
    dependencies=JSON_ONLY,
    **d.operation("confirm_identity", token=True),
)
def confirm_identity(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.StaffConfirmationRequest, strict(c.StaffConfirmationRequest)],
) -> Response:
    def deed(db: Session) -> c.StaffConfirmation:
        row = s.authorised(db, device, session, token)
        a.offered(row, c.Next.OFFER_ACTIVATION)
        card, person = s.holder_of(db, row, stated=False)
        return counter.confirm_identity(db, row, card, person, body, service.now(), service.today())

    with service.sessions.begin() as db:
        s.authorised(db, device, session, token)
    return done_once(service, device, request, key, body, 200, deed, secret=True)


@router.get(
    c.TECHNICIAN_PAIRS,
    operation_id="technician_pairs",
    response_model=c.TechnicianPairs,
    **d.operation("technician_pairs"),
)
def technician_pairs(device: DeviceDep, service: ServiceDep) -> Response:
    service.keys.answering = service.world.conditions.keys_answer
    with service.sessions.begin() as db:
        return as_json(encode(pairs.technician_pairs(db, service.keys, service.now())))


@router.get(c.PARTS, operation_id="parts", response_model=c.Parts, **d.operation("parts"))
def parts(device: DeviceDep, service: ServiceDep) -> Response:
    return as_json(encode(pairs.parts(service.world.conditions)))
