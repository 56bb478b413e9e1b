"""The routes of the contract that look. Thin: who asks, what is asked, one call into the domain, the envelope back."""

import time
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from kiosk.central import contract as c
from kiosk.central.contract import ProblemType
from kiosk.central.decode import encode
from kiosk.help import Access, QueryPart
from kiosk.model import AccountPage, ContributionPage, Overview
from kiosk.sandbox.central import documents as d
from kiosk.sandbox.central import losses
from kiosk.sandbox.central import sessions as s
from kiosk.sandbox.central.outer import ANOTHER_PERSON
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.query_shown import by_query, must_show, rows_without_payers, shortened
from kiosk.sandbox.central.records import Books
from kiosk.sandbox.central.reports import lift
from kiosk.sandbox.central.staff_lookup import told, views_of
from kiosk.sandbox.central.staff_signin import card_left
from kiosk.sandbox.central.tables import Card, CardSessionRow, Person
from kiosk.sandbox.central.verdict import status_of
from kiosk.sandbox.central.web import (
    JSON_ONLY,
    DeviceDep,
    InsuranceQuery,
    KeyHeader,
    PageQuery,
    Service,
    ServiceDep,
    SessionPath,
    TokenDep,
    as_json,
    done_once,
    strict,
)

router = APIRouter()


@router.post(
    c.CHALLENGES,
    operation_id="challenges",
    status_code=201,
    response_model=c.Challenges,
    dependencies=JSON_ONLY,
    **d.operation("challenges"),
)
def challenges(
    device: DeviceDep,
    service: ServiceDep,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.ChallengeRequest, strict(c.ChallengeRequest)],
) -> Response:
    return done_once(
        service, device, request, key, body, 201, lambda db: c.Challenges(s.hand_out(db, device, body.count))
    )


@router.post(
    c.HEARTBEAT,
    operation_id="heartbeat",
    status_code=200,
    response_model=c.HeartbeatAnswer,
    dependencies=JSON_ONLY,
    **d.operation("heartbeat"),
)
def heartbeat(
    device: DeviceDep,
    service: ServiceDep,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.Heartbeat, strict(c.Heartbeat)],
) -> Response:
    return done_once(service, device, request, key, body, 200, lambda db: s.beat(db, device, body))


@router.post(
    c.CARD_SESSIONS,
    operation_id="open_card_session",
    status_code=201,
    response_model=c.CardSession,
    dependencies=JSON_ONLY,
    **d.operation("open_card_session"),
)
def open_card_session(
    device: DeviceDep,
    service: ServiceDep,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.CardSessionRequest, strict(c.CardSessionRequest)],
) -> Response:
    service.keys.answering = service.world.conditions.keys_answer
    opened: list[str] = []

    def deed(db: Session) -> c.CardSession:
        session = s.open_session(
            db, service.keys, service.areas, device, body, service.session_seconds, service.today()
        )
        opened.append(session.session)
        return session

    answer = done_once(service, device, request, key, body, 201, deed)
    for session in opened:
        service.clerk.submit(service.lay_out, session)
    return answer


@router.get(
    c.CARD_SESSION, operation_id="card_session", response_model=c.CardSession, **d.operation("card_session", token=True)
)
def card_session(device: DeviceDep, service: ServiceDep, token: TokenDep, session: SessionPath) -> Response:
    with service.sessions.begin() as db:
        row = s.authorised(db, device, session, token)
        s.must_have_card(row)
        return as_json(encode(s.describe(db, row, service.today(), None, ())))


@router.delete(
    c.CARD_SESSION,
    operation_id="end_card_session",
    status_code=204,
    response_class=Response,
    **d.operation("end_card_session", token=True),
)
def end_card_session(device: DeviceDep, service: ServiceDep, token: TokenDep, session: SessionPath) -> Response:
    with service.sessions.begin() as db:
        row = s.authorised(db, device, session, token)
        s.end(row)
        told(db, row.id)
        card_left(db, row.id, service.now())
    return Response(status_code=204)


@router.post(
    c.OVERVIEW,
    operation_id="overview",
    response_model=Overview,
    dependencies=JSON_ONLY,
    **d.operation("overview", token=True),
)
def overview(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    request: Request,
    key: KeyHeader,
    body: Annotated[c.PinStatement, strict(c.PinStatement)],
) -> Response:
    def deed(db: Session) -> Overview:
        row = s.authorised(db, device, session, token)
        card, person = s.holder_of(db, row, stated=False)
        s.state_pin(db, row, body)
        if request.state._state.get(ANOTHER_PERSON):
            card, person = _somebody_else(db, card)
        service.post_books(db, person)
        books = Books(db, person, service.today(), frozenset(service.world.conditions.away))
        whole = books.overview(card, status_of(card, service.today()))
        match Access(row.access):
            case Access.CARD:
                return replace(whole, views=views_of(db, person, row.id))
            case Access.HANDED_OVER:
                return whole
            case Access.QUERY:
                return shortened(whole, service.query.rules(device))

    with service.sessions.begin() as db:
        s.authorised(db, device, session, token)
    return done_once(service, device, request, key, body, 200, deed)


def _somebody_else(db: Session, card: Card) -> tuple[Card, Person]:
    """For the fault of that name: a service that mixes people up."""
    other = db.scalars(select(Card).where(Card.person_id != card.person_id).order_by(Card.identification)).first()
    person = db.get(Person, other.person_id) if other is not None else None
    if other is None or person is None:
        raise ProblemError(ProblemType.UNAVAILABLE)
    return other, person


def _books(db: Session, service: Service, row: CardSessionRow, insurance: str, part: QueryPart) -> Books:
    """Raises ProblemError: NOT_OFFERED for a part that is not shown without the card, PIN_NOT_STATED, UNAVAILABLE."""
    if by_query(row):
        must_show(service.query.rules(row.device), part)
    if insurance in service.world.conditions.away:
        raise ProblemError(ProblemType.UNAVAILABLE, retry_after=60)
    _, person = s.holder_of(db, row, stated=True)
    service.post_books(db, person)
    return Books(db, person, service.today())


@router.get(
    c.CONTRIBUTIONS,
    operation_id="contributions",
    response_model=ContributionPage,
    **d.operation("contributions", token=True),
)
def contributions(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    insurance: InsuranceQuery,
    year: Annotated[int, Query(ge=1900, le=2200, description="Calendar year of the months (AAE003).")],
    page: PageQuery = 1,
) -> Response:
    with service.sessions.begin() as db:
        row = s.authorised(db, device, session, token)
        rows = _books(db, service, row, insurance, QueryPart.CONTRIBUTIONS).contributions(insurance, year, page)
        return as_json(encode(rows_without_payers(rows) if by_query(row) else rows))


@router.get(
    c.ACCOUNT_ENTRIES,
    operation_id="account_entries",
    response_model=AccountPage,
    **d.operation("account_entries", token=True),
)
def account_entries(
    device: DeviceDep,
    service: ServiceDep,
    token: TokenDep,
    session: SessionPath,
    insurance: InsuranceQuery,
    page: PageQuery = 1,
) -> Response:
    with service.sessions.begin() as db:
        row = s.authorised(db, device, session, token)
        return as_json(encode(_books(db, service, row, insurance, QueryPart.ENTRIES).entries(insurance, page)))


@router.get(c.LOSS_LIST, operation_id="loss_list", response_model=c.LossAnswer, **d.operation("loss_list"))
def loss_list(
    device: DeviceDep,
    service: ServiceDep,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="Number of the list that the kiosk holds; 0: none.")],
) -> Response:
    with service.sessions.begin() as db:
        lift(db, service.today())
        return as_json(encode(losses.newer(db, service.list_signer, after, int(time.time()))))
