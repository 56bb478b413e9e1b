"""The look-up without a card: number and query password, and nothing to be learnt from a no.

Whoever asks for a number that does not exist, with a wrong password, or with an initial one (the ID number or birth date, which
opens nothing) gets the same bytes after the same work: one password hash, the same statements in the same order, an answer on a
fixed tick. Each typed number is locked after the same count, whether it exists or not; the number counts, not the person, or
two numbers that lock together would tell that they are one's. A right password takes nothing back from the count: a stranger
who tries must not see that the owner was there in between.
"""

import hashlib
import hmac
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Select, case, delete, exists, select, update
from sqlalchemy.orm import Session

from kiosk.central.contract import ProblemType, QueryRequest
from kiosk.help import Access, NumberKind, PersonSession, QueryOutcome, QueryRules
from kiosk.model import CardStatus
from kiosk.sandbox.central import passwords
from kiosk.sandbox.central import sessions as s
from kiosk.sandbox.central.database import insert_of
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.query_tables import QueryCountRow, QueryPasswordRow, QueryRow
from kiosk.sandbox.central.staff_tables import StaffRow
from kiosk.sandbox.central.tables import Card, Person

TICK_SECONDS: Final = 0.25
"""An answer leaves this long after its request came, or a multiple of it: well above the work."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in vain within the window, and it is locked for so long; seconds."""

    tries: int
    window: float
    lock: float


NUMBER_LIMIT: Final = Limit(5, 86_400.0, 86_400.0)
KIOSK_LIMIT: Final = Limit(30, 600.0, 600.0)
"""Above what a hall's residents mistype; whoever goes through numbers with one password meets it."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """One count as it stands now."""

    tries: int
    since: float
    locked: float

    def now(self, limit: Limit, now: float) -> "_Standing":
        """What is over is forgotten."""
        if (self.locked and self.locked <= now) or now - self.since >= limit.window:
            return _Standing(0, now, 0.0)
        return self

    def one_more(self, limit: Limit, now: float) -> "_Standing":
        tries = self.tries + 1
        return _Standing(tries, self.since, now + limit.lock if tries >= limit.tries else 0.0)


class QueryDesk:
    """`secret`: keeps typed numbers from being read out of the database; outside of it. `rules`: of each kiosk's region."""

    def __init__(
        self,
        secret: bytes,
        rules: Mapping[str, QueryRules],
        hashed: Callable[[str, bytes], bytes] = passwords.hashed,
    ) -> None:
        self._secret = secret
        self._rules = dict(rules)
        self.hashed = hashed
        self._decoy = hmac.digest(secret, b"decoy", "sha256")[: passwords.SALT_BYTES]

    def rules(self, device: str) -> QueryRules:
        """Raises ProblemError(NOT_OFFERED) where the kiosk's region has no look-up without a card."""
        rules = self._rules.get(device)
        if rules is None or not rules.allowed:
            raise ProblemError(ProblemType.NOT_OFFERED)
        return rules

    def salt(self, db: Session, request: QueryRequest) -> bytes:
        """That of the number's password, or another one where there is none."""
        found = db.execute(_whose(request)).first()
        return self._decoy if found is None or found.salt is None else found.salt

    def answer(
        self, db: Session, device: str, request: QueryRequest, digest: bytes, now: float, lifetime: float
    ) -> PersonSession:
        """One try. `digest`: of the password under `salt`, hashed before the transaction, so that nobody waits for it there.
        `now`: seconds since 1970."""
        number, kiosk = self._key(f"{request.kind.value}:{request.number}"), self._key(f"kiosk:{device}")
        # Taken with a write, in this order: of two tries at once the second waits, also where no such number was typed before.
        of_number = _taken(db, number, now).now(NUMBER_LIMIT, now)
        of_kiosk = _taken(db, kiosk, now).now(KIOSK_LIMIT, now)
        found = db.execute(_whose(request)).first()
        right = found is not None and found.digest is not None and hmac.compare_digest(found.digest, digest)
        answer = PersonSession(QueryOutcome.REFUSED)
        if of_number.locked or of_kiosk.locked:
            answer = _locked(max(of_number.locked, of_kiosk.locked), now)
        elif right and found is not None:
            card = db.get(Card, found.identification)
            assert card is not None
            answer = s.open_without_card(db, device, card, Access.QUERY, lifetime)
        else:
            of_number, of_kiosk = of_number.one_more(NUMBER_LIMIT, now), of_kiosk.one_more(KIOSK_LIMIT, now)
            if of_number.locked or of_kiosk.locked:
                answer = _locked(max(of_number.locked, of_kiosk.locked), now)
        _put(db, number, of_number)
        _put(db, kiosk, of_kiosk)
        db.add(QueryRow(device=device, number=number, outcome=answer.outcome.value, session=answer.session, at=now))
        db.flush()
        return answer

    def number_key(self, kind: NumberKind, number: str) -> str:
        """How a typed number stands in the tables."""
        return self._key(f"{kind.value}:{number}")

    def _key(self, what: str) -> str:
        return hmac.digest(self._secret, what.encode(), "sha256").hex()


def desk_secret(signer: Ed25519PrivateKey) -> bytes:
    """From the key that the service has in a file anyway: it is not in the database, and stays over a restart."""
    return hashlib.sha256(b"kiosk query desk\0" + signer.private_bytes_raw()).digest()


def set_password(db: Session, person: int, password: str | None) -> None:
    """As at the counter. None: it is the initial one again."""
    db.execute(delete(QueryPasswordRow).where(QueryPasswordRow.person_id == person))
    if password is not None:
        salt = passwords.new_salt()
        db.add(QueryPasswordRow(person_id=person, salt=salt, digest=passwords.hashed(password, salt)))
        db.flush()


def unlock(db: Session, keys: list[str]) -> None:
    """As at the counter."""
    db.execute(delete(QueryCountRow).where(QueryCountRow.key.in_(keys)))


def wait_until_tick(taken: float) -> float:
    """Seconds from now until the answer leaves, when the work took `taken`."""
    return max(math.ceil(taken / TICK_SECONDS), 1) * TICK_SECONDS - taken


def _whose(request: QueryRequest) -> Select[str, bytes, bytes]:
    """The card whose record it is (the normal one first), and the password. A staff card opens no record."""
    column = Person.number if request.kind is NumberKind.ID_NUMBER else Card.number
    return (
        select(Card.identification, QueryPasswordRow.salt, QueryPasswordRow.digest)
        .join(Person, Person.id == Card.person_id)
        .outerjoin(QueryPasswordRow, QueryPasswordRow.person_id == Person.id)
        .where(column == request.number, ~exists().where(StaffRow.card == Card.identification))
        .order_by(case((Card.status == CardStatus.NORMAL.value, 0), else_=1), Card.identification)
        .limit(1)
    )


def _taken(db: Session, key: str, now: float) -> _Standing:
    tries, since, locked = db.execute(
        insert_of(db)(QueryCountRow)
        .values(key=key, tries=0, since=now, locked=0.0)
        .on_conflict_do_update(index_elements=[QueryCountRow.key], set_={"tries": QueryCountRow.tries})
        .returning(QueryCountRow.tries, QueryCountRow.since, QueryCountRow.locked)
    ).one()
    return _Standing(tries, since, locked)


def _put(db: Session, key: str, standing: _Standing) -> None:
    db.execute(
        update(QueryCountRow)
        .where(QueryCountRow.key == key)
        .values(tries=standing.tries, since=standing.since, locked=standing.locked)
        .execution_options(synchronize_session=False)
    )


def _locked(until: float, now: float) -> PersonSession:
    """In whole minutes: nobody reads another one's try out of the seconds."""
    return PersonSession(QueryOutcome.LOCKED, wait=min(math.ceil((until - now) / 60) * 60, 86_400))
