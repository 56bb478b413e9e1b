"""Challenges, card sessions, tokens, the "PIN verified" statement."""

import hashlib
import hmac
import secrets
import time
from datetime import UTC, date, datetime, timedelta, timezone

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.central.contract import (
    CHALLENGE_SECONDS,
    CardSession,
    CardSessionRequest,
    Challenge,
    Heartbeat,
    HeartbeatAnswer,
    HolderKind,
    Next,
    PinStatement,
    ProblemType,
    StaffFacts,
)
from kiosk.help import Access, PersonSession, QueryOutcome, Role
from kiosk.masking import mask_name, mask_number
from kiosk.model import CardStatus, MaskedHolder, Notice, Verdict
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.reports import lift
from kiosk.sandbox.central.staff_tables import StaffRow
from kiosk.sandbox.central.tables import Card, CardSessionRow, ChallengeRow, Device, HeartbeatRow, NoticeRow, Person
from kiosk.sandbox.central.verdict import Judged, KeyModule, judge
from kiosk.services import ADULT_AGE

CHINA = timezone(timedelta(hours=8))
ACTIVATION_TIMES = 2
"""An activation takes so much longer than a look at one's record: codes are waited for."""
HANDED_OUT = 2
"""Challenges that come with a heartbeat or a session's answer."""


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as local time of the hall."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(CHINA).replace(microsecond=0)


def known_device(db: Session, device: str | None) -> Device:
    """The device of the peer certificate. Raises ProblemError(UNKNOWN_DEVICE)."""
    row = db.get(Device, device) if device is not None else None
    if row is None:
        raise ProblemError(ProblemType.UNKNOWN_DEVICE)
    return row


def hand_out(db: Session, device: str, count: int) -> tuple[Challenge, ...]:
    """Fresh challenges, bound to `device`. Old ones of the device are swept out."""
    now = time.time()
    db.execute(
        delete(ChallengeRow).where(ChallengeRow.device == device, ChallengeRow.expires < now - CHALLENGE_SECONDS)
    )
    expires = float(int(now) + CHALLENGE_SECONDS)
    made = []
    for _ in range(count):
        identifier, proc8, orig8 = (
            secrets.token_urlsafe(12),
            secrets.token_hex(8).upper(),
            secrets.token_hex(8).upper(),
        )
        db.add(ChallengeRow(id=identifier, device=device, proc8=proc8, orig8=orig8, expires=expires))
        made.append(Challenge(identifier, proc8, orig8, moment(expires)))
    return tuple(made)


def beat(db: Session, device: str, heartbeat: Heartbeat) -> HeartbeatAnswer:
    """Keep the sign of life; answer with challenges and the hall's notices."""
    db.merge(
        HeartbeatRow(
            device=device,
            at=time.time(),
            version=heartbeat.version,
            reader=heartbeat.reader,
            uptime_s=heartbeat.uptime_s,
            card_forgotten=heartbeat.card_forgotten,
            failures=list(heartbeat.failures),
        )
    )
    return HeartbeatAnswer(hand_out(db, device, HANDED_OUT), notices_of(db, None))


def notices_of(db: Session, person: int | None) -> tuple[Notice, ...]:
    rows = db.query(NoticeRow).filter(NoticeRow.person_id == person).order_by(NoticeRow.id)
    return tuple(Notice(row.id, row.text, row.text_en) for row in rows)


def open_session(
    db: Session,
    keys: KeyModule,
    areas: frozenset[str],
    device: str,
    request: CardSessionRequest,
    lifetime: float,
    today: date,
) -> CardSession:
    """Judge the card, and say what the kiosk may do next."""
    now = time.time()
    lift(db, today)
    judged = judge(db, keys, areas, device, request, now, today)
    offers = _offered(judged)
    token = secrets.token_urlsafe(32) if offers is not Next.NOTHING else None
    row = CardSessionRow(
        id=secrets.token_urlsafe(12),
        device=device,
        card=judged.card.identification if judged.card is not None else None,
        verdict=judged.verdict.value,
        card_status=judged.status.value if judged.status is not None else None,
        offers=offers.value,
        token_hash=_hash(token) if token is not None else None,
        expires=float(int(now + (lifetime if offers is not Next.OFFER_ACTIVATION else ACTIVATION_TIMES * lifetime))),
        staff=_staff_of(db, judged),
    )
    db.add(row)
    return describe(db, row, today, token, hand_out(db, device, HANDED_OUT))


def describe(
    db: Session, row: CardSessionRow, today: date, token: str | None, challenges: tuple[Challenge, ...]
) -> CardSession:
    """The session as the kiosk sees it. Who the holder is, masked, only of a genuine card; of a staff card the number on it."""
    card = db.get(Card, row.card) if row.card is not None else None
    person = db.get(Person, card.person_id) if card is not None else None
    holder = None
    staff = db.get(StaffRow, row.staff) if row.staff is not None else None
    if person is not None and staff is None:
        holder = MaskedHolder(mask_name(person.name), mask_number(person.number), is_minor(person.born, today))
    return CardSession(
        session=row.id,
        token=token,
        expires=moment(row.expires),
        verdict=Verdict(row.verdict),
        card_status=CardStatus(row.card_status) if row.card_status is not None else None,
        holder=holder,
        next=Next(row.offers),
        challenges=challenges,
        kind=HolderKind.RESIDENT if staff is None else HolderKind.STAFF,
        staff=None if staff is None else StaffFacts(Role(staff.role), staff.number),
    )


def _staff_of(db: Session, judged: Judged) -> str | None:
    """Whose staff card it is; a staff card is never activated here, nor its holder's record opened with it."""
    if judged.card is None:
        return None
    return db.scalars(select(StaffRow.number).where(StaffRow.card == judged.card.identification)).one_or_none()


def open_without_card(db: Session, device: str, card: Card, access: Access, lifetime: float) -> PersonSession:
    """A session of somebody who has no card in a slot. `card`: the one whose record is opened."""
    token = secrets.token_urlsafe(32)
    row = CardSessionRow(
        id=secrets.token_urlsafe(12),
        device=device,
        card=card.identification,
        verdict=Verdict.CANNOT_BE_PROVED.value,
        card_status=card.status,
        offers=Next.ASK_PIN.value,
        token_hash=_hash(token),
        expires=float(int(time.time() + lifetime)),
        access=access.value,
    )
    db.add(row)
    return PersonSession(QueryOutcome.OPENED, row.id, token, moment(row.expires))


def _offered(judged: Judged) -> Next:
    if judged.verdict is not Verdict.GENUINE:
        return Next.NOTHING
    match judged.status:
        case CardStatus.NORMAL:
            return Next.ASK_PIN
        case CardStatus.NOT_ACTIVATED:
            return Next.OFFER_ACTIVATION
        case _:
            return Next.NOTHING


def age(born: date, today: date) -> int:
    """Whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def is_minor(born: date, today: date) -> bool:
    """Under 18 on `today` (Civil Code art. 17)."""
    return age(born, today) < ADULT_AGE


def authorised(db: Session, device: str, session: str, token: str | None) -> CardSessionRow:
    """The session, if it is this device's, lives, and `token` is its token. Raises ProblemError."""
    row = db.get(CardSessionRow, session)
    if row is None:
        raise ProblemError(ProblemType.NO_SUCH_SESSION)
    if row.device != device:
        raise ProblemError(ProblemType.WRONG_DEVICE)
    if token is None or row.token_hash is None or not hmac.compare_digest(row.token_hash, _hash(token)):
        raise ProblemError(ProblemType.TOKEN_INVALID)
    if row.ended or row.expires <= time.time():
        raise ProblemError(ProblemType.SESSION_ENDED)
    return row


def must_have_card(session: CardSessionRow) -> None:
    """Raises ProblemError(NOT_OFFERED) in a session without a card: it changes nothing but by a report of loss."""
    if Access(session.access) is not Access.CARD:
        raise ProblemError(ProblemType.NOT_OFFERED)


def state_pin(db: Session, session: CardSessionRow, statement: PinStatement) -> None:
    """Take the statement "PIN verified", once. Raises ProblemError(STATEMENT_USED, NOT_OFFERED).

    In the session of a card that is not active nothing is opened, whatever PIN it took; without a card no PIN is stated.
    """
    with_card = Access(session.access) is Access.CARD
    if session.offers != Next.ASK_PIN.value or (statement.statement == "pin_verified") != with_card:
        raise ProblemError(ProblemType.NOT_OFFERED)
    changed = db.execute(
        update(CardSessionRow)
        .where(CardSessionRow.id == session.id, CardSessionRow.pin_stated.is_(False))
        .values(pin_stated=True)
        .returning(CardSessionRow.id)
    ).one_or_none()
    if changed is None:
        raise ProblemError(ProblemType.STATEMENT_USED)


def holder_of(db: Session, session: CardSessionRow, *, stated: bool) -> tuple[Card, Person]:
    """Whose records the session opens. `stated`: the PIN must have been stated before. Raises ProblemError.

    A staff card opens no record, its holder's neither (NOT_OFFERED).
    """
    if session.staff is not None:
        raise ProblemError(ProblemType.NOT_OFFERED)
    if stated and not session.pin_stated:
        raise ProblemError(ProblemType.PIN_NOT_STATED)
    card = db.get(Card, session.card) if session.card is not None else None
    person = db.get(Person, card.person_id) if card is not None else None
    if card is None or person is None:
        raise ProblemError(ProblemType.TOKEN_INVALID)
    return card, person


def end(session: CardSessionRow) -> None:
    session.ended = True


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
