"""What every route of the contract shares: the service, who asks, strict bodies, one answer for one Idempotency-Key."""

import json
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, Header, HTTPException, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BeforeValidator
from sqlalchemy.orm import Session, sessionmaker
from starlette.responses import Response

from kiosk.central import contract as c
from kiosk.central.decode import adapter, encode
from kiosk.sandbox.central import documents as d
from kiosk.sandbox.central import sessions as s
from kiosk.sandbox.central import words_audit
from kiosk.sandbox.central.audit_desk import saw
from kiosk.sandbox.central.idempotency import fingerprint, once, secret_fingerprint
from kiosk.sandbox.central.peer import AUDIT_SEEN, DEVICE
from kiosk.sandbox.central.phones import Phones
from kiosk.sandbox.central.population.staff import Member
from kiosk.sandbox.central.query_desk import QueryDesk
from kiosk.sandbox.central.tables import CardSessionRow, Person
from kiosk.sandbox.central.verdict import KeyModule
from kiosk.sandbox.central.world import World


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes work on. `post_books` writes a person's books when they are first opened. `now`: seconds since 1970 as
    codes, reservations and reports count them; `today` goes with it. `first_day` takes back what was done at kiosks. `staff`:
    what the members themselves know, for the simulator's port alone."""

    sessions: sessionmaker[Session]
    keys: KeyModule
    world: World
    areas: frozenset[str]
    today: Callable[[], date]
    session_seconds: float
    post_books: Callable[[Session, Person], None]
    clerk: Executor
    list_signer: Ed25519PrivateKey
    phones: Phones
    now: Callable[[], float]
    first_day: Callable[[Session], None]
    staff: tuple[Member, ...]
    query: QueryDesk

    def lay_out(self, session: str) -> None:
        """Write the holder's books now, if they never were: while the PIN is typed, not while the overview is waited for."""
        with self.sessions.begin() as db:
            row = db.get(CardSessionRow, session)
            if row is not None and row.offers == c.Next.ASK_PIN.value and row.staff is None:
                _, person = s.holder_of(db, row, stated=False)
                self.post_books(db, person)


def strict(kind: Any) -> BeforeValidator:
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


def _device(
    request: Request,
    service: Annotated[Service, Depends(_service)],
    head: Annotated[str | None, Header(alias=c.AUDIT_HEAD, description=words_audit.HEAD)] = None,
) -> str:
    """The kiosk, from the peer certificate of this connection and from nothing else. The head of its audit chain is kept."""
    with service.sessions.begin() as db:
        device = s.known_device(db, request.state._state.get(DEVICE)).id
        if head is not None:
            request.state._state[AUDIT_SEEN] = saw(db, service.list_signer, device, head, service.now())
        return device


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


def as_json(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type="application/json")


def done_once(
    service: Service,
    device: str,
    request: Request,
    key: str,
    body: object,
    status: int,
    deed: Callable[[Session], object],
    *,
    secret: bool = False,
) -> Response:
    """`secret`: a password is in the body."""
    marked = secret_fingerprint if secret else fingerprint
    asked = marked(request.method, request.url.path, encode(body))
    code, answer = once(service.sessions, device, key, asked, status, lambda db: encode(deed(db)))
    return as_json(answer, code)
