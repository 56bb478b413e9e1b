"""The routes of the contract. Thin: who asks, what is asked, one call into the domain, the envelope back."""

import json
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BeforeValidator
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.responses import Response

from kiosk.central import contract as c
from kiosk.central.contract import ProblemType
from kiosk.central.decode import adapter, encode
from kiosk.model import AccountPage, ContributionPage, Overview
from kiosk.sandbox.central import documents as d
from kiosk.sandbox.central import losses
from kiosk.sandbox.central import sessions as s
from kiosk.sandbox.central.idempotency import fingerprint, once
from kiosk.sandbox.central.outer import ANOTHER_PERSON
from kiosk.sandbox.central.peer import DEVICE
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.records import Books
from kiosk.sandbox.central.tables import Card, CardSessionRow, Person
from kiosk.sandbox.central.verdict import KeyModule, status_of
from kiosk.sandbox.central.world import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes work on. `post_books` writes a person's books when they are first opened."""

    sessions: sessionmaker[Session]
    keys: KeyModule
    world: World
    areas: frozenset[str]
    today: Callable[[], date]
    session_seconds: float
    post_books: Callable[[Session, Person], None]
    clerk: Executor
    list_signer: Ed25519PrivateKey

    def lay_out(self, session: str) -> None:
        """Write the holder's books now, if they never were: while the PIN is typed, not while the overview is waited for."""
        with self.sessions.begin() as db:
            row = db.get(CardSessionRow, session)
            if row is not None and row.token_hash is not None:
                _, person = s.holder_of(db, row, stated=False)
                self.post_books(db, person)


def _strict(kind: Any) -> BeforeValidator:
    """FastAPI validates leniently (a string passes for a number): the contract does not."""

    def read(value: Any) -> Any:
        return adapter(kind).validate_json(json.dumps(_whole(value)), strict=True)

    return BeforeValidator(read)


def _whole(value: Any) -> Any:
    """For JSON Schema 7.0 is an integer."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {key: _whole(one) for key, one in value.items()}
        case list():
            return [_whole(one) for one in value]
        case _:
            return value


def _json_only(request: Request) -> None:
    """A body of another media type is not guessed at."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _device(request: Request, service: Annotated[Service, Depends(_service)]) -> str:
    """The kiosk, from the peer certificate of this connection and from nothing else."""
    with service.sessions.begin() as db:
        return s.known_device(db, request.state._state.get(DEVICE)).id


_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="personToken",
    description="The token of a card session. Opens status; after the statement PIN verified also the person's records.",
)


def _token(found: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str | None:
    return found.credentials if found is not None else None


ServiceDep = Annotated[Service, Depends(_service)]
DeviceDep = Annotated[str, Depends(_device)]
TokenDep = Annotated[str | None, Depends(_token)]
KeyHeader = Annotated[
    str, Header(alias=c.IDEMPOTENCY_KEY, pattern=r"^[A-Za-z0-9_-]{16,64}$", description=d.IDEMPOTENCY_KEY)
]
SessionPath = Annotated[
    str, Path(alias="session", pattern=r"^[A-Za-z0-9_-]{8,64}$", description="The card session, as it was opened.")
]
InsuranceQuery = Annotated[
    str, Query(alias="insurance", pattern=r"^[0-9A-Za-z]{1,6}$", description="AAE140 险种类型, for example `110`.")
]
PageQuery = Annotated[int, Query(ge=1, le=10_000, description="Number of the page, from 1.")]

JSON_ONLY = [Depends(_json_only)]

router = APIRouter()


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type="application/json")


def _once(
    service: Service,
    device: str,
    request: Request,
    key: str,
    body: object,
    status: int,
    deed: Callable[[Session], object],
) -> Response:
    asked = fingerprint(request.method, request.url.path, encode(body))
    code, answer = once(service.sessions, device, key, asked, status, lambda db: encode(deed(db)))
    return _json(answer, code)


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
    body: Annotated[c.ChallengeRequest, _strict(c.ChallengeRequest)],
) -> Response:
    return _once(service, device, request, key, body, 201, lambda db: c.Challenges(s.hand_out(db, device, body.count)))


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
    body: Annotated[c.Heartbeat, _strict(c.Heartbeat)],
) -> Response:
    return _once(service, device, request, key, body, 200, lambda db: s.beat(db, device, body))


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
    body: Annotated[c.CardSessionRequest, _strict(c.CardSessionRequest)],
) -> Response:
    service.keys.answering = service.world.conditions.keys_answer
    opened: list[str] = []

    def deed(db: Session) -> c.CardSession:
        session = s.open_session(
            db, service.keys, service.areas, device, body, service.session_seconds, service.today()
        )
        opened.append(session.session)
        return session

    answer = _once(service, device, request, key, body, 201, deed)
    for session in opened:
        service.clerk.submit(service.lay_out, session)
    return answer


@router.get(
    c.CARD_SESSION, operation_id="card_session", response_model=c.CardSession, **d.operation("card_session", token=True)
)
def card_session(device: DeviceDep, service: ServiceDep, token: TokenDep, session: SessionPath) -> Response:
    with service.sessions.begin() as db:
        row = s.authorised(db, device, session, token)
        return _json(encode(s.describe(db, row, service.today(), None, ())))


@router.delete(
    c.CARD_SESSION,
    operation_id="end_card_session",
    status_code=204,
    response_class=Response,
    **d.operation("end_card_session", token=True),
)
def end_card_session(device: DeviceDep, service: ServiceDep, token: TokenDep, session: SessionPath) -> Response:
    with service.sessions.begin() as db:
        s.end(s.authorised(db, device, session, token))
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
    body: Annotated[c.PinStatement, _strict(c.PinStatement)],
) -> Response:
    def deed(db: Session) -> Overview:
        row = s.authorised(db, device, session, token)
        s.state_pin(db, row)
        card, person = s.holder_of(db, row, stated=False)
        if request.state._state.get(ANOTHER_PERSON):
            card, person = _somebody_else(db, card)
        service.post_books(db, person)
        books = Books(db, person, service.today(), frozenset(service.world.conditions.away))
        return books.overview(card, status_of(card, service.today()))

    with service.sessions.begin() as db:
        s.authorised(db, device, session, token)
    return _once(service, device, request, key, body, 200, deed)


def _somebody_else(db: Session, card: Card) -> tuple[Card, Person]:
    """For the fault of that name: a service that mixes people up."""
    other = db.scalars(select(Card).where(Card.person_id != card.person_id).order_by(Card.identification)).first()
    person = db.get(Person, other.person_id) if other is not None else None
    if other is None or person is None:
        raise ProblemError(ProblemType.UNAVAILABLE)
    return other, person


def _books(db: Session, service: Service, row: CardSessionRow, insurance: str) -> Books:
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
        return _json(encode(_books(db, service, row, insurance).contributions(insurance, year, page)))


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
        return _json(encode(_books(db, service, row, insurance).entries(insurance, page)))


@router.get(c.LOSS_LIST, operation_id="loss_list", response_model=c.LossAnswer, **d.operation("loss_list"))
def loss_list(
    device: DeviceDep,
    service: ServiceDep,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="Number of the list that the kiosk holds; 0: none.")],
) -> Response:
    with service.sessions.begin() as db:
        return _json(encode(losses.newer(db, service.list_signer, after, int(time.time()))))
