"""Codes to phones: sent with limits, checked with limits."""

import hashlib
import hmac
import math
import secrets
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.central.contract import CodeRequest, ProblemType
from kiosk.masking import mask_phone
from kiosk.sandbox.central.activation import acting
from kiosk.sandbox.central.deeds import CodeRow, IdentityRow, SendingRow
from kiosk.sandbox.central.phones import Phones
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.tables import Card, CardSessionRow, Person
from kiosk.services import CODE_SENDINGS, CODE_WAIT_SECONDS, Checked, CheckedCode, CodeFor, Sending, SentCode

HOLDS_SECONDS: Final = 600
CHECKS: Final = 5
WINDOW_SECONDS: Final = 3600
"""The sendings of one card and purpose are counted over so long."""
PHONE_A_DAY: Final = 10
"""Codes that one phone gets in a day, whatever cards they are for."""
DEVICE_AN_HOUR: Final = 240


def send(
    db: Session,
    phones: Phones,
    device: str,
    session: CardSessionRow,
    card: Card,
    holder: Person,
    request: CodeRequest,
    now: float,
) -> SentCode:
    """Raises ProblemError: NOT_OFFERED before the identity that it takes, TOO_MANY_REQUESTS where a kiosk sends without end."""
    db.get(Card, card.identification, with_for_update=True)  # one at a time: no sending is counted twice or not at all
    who = acting(db, session)
    if who is None or (request.phone is None) != (request.purpose is CodeFor.IDENTITY):
        raise ProblemError(ProblemType.NOT_OFFERED)
    match request.purpose:
        case CodeFor.IDENTITY:
            phone = who.phone
        case CodeFor.PHONE:
            phone = request.phone
            if who.proved is None:
                raise ProblemError(ProblemType.NOT_OFFERED)
    used = _count(
        db, now - WINDOW_SECONDS, SendingRow.card == card.identification, SendingRow.purpose == request.purpose.value
    )
    left = max(CODE_SENDINGS - used, 0)
    if phone is None:
        return SentCode(Sending.NO_PHONE, None, None, 0, left)
    if _count(db, now - 3600, SendingRow.device == device) >= DEVICE_AN_HOUR:
        raise ProblemError(ProblemType.TOO_MANY_REQUESTS, retry_after=600)
    last = _last(db, card, request.purpose, phone)
    before = last.id if last is not None else None
    if left == 0 or _count(db, now - 24 * 3600, SendingRow.phone == phone, SendingRow.sent) >= PHONE_A_DAY:
        return SentCode(Sending.USED_UP, before, mask_phone(phone), 0, 0)
    sending = SendingRow(
        card=card.identification, device=device, purpose=request.purpose.value, phone=phone, sent=True, at=now
    )
    if request.purpose is CodeFor.PHONE and _others(db, phone, holder, who):
        sending.sent = False
        db.add(sending)
        return SentCode(Sending.OTHERS_NUMBER, None, None, 0, left - 1)
    wait = _wait(db, card, request.purpose, phone, now) if last is not None else 0
    if wait > 0:
        return SentCode(Sending.TOO_SOON, before, mask_phone(phone), wait, left)
    db.add(sending)
    text = phones.open_text(before) if last is not None and last.checks < CHECKS and last.expires > now else None
    if last is None or text is None:
        text = f"{secrets.randbelow(10**6):06d}"
        last = CodeRow(
            id=secrets.token_urlsafe(12), card=card.identification, purpose=request.purpose.value, phone=phone
        )
        last.digest = _digest(last.id, text)
        last.expires = now + HOLDS_SECONDS
        db.add(last)
    phones.send(phone, last.id, text, now)
    return SentCode(Sending.SENT, last.id, mask_phone(phone), CODE_WAIT_SECONDS, left - 1)


def check(db: Session, session: CardSessionRow, card: Card, code: str, text: str, now: float) -> CheckedCode:
    """A code of another card, or none, is one that holds no more."""
    row = db.get(CodeRow, code, with_for_update=True)
    if row is None or row.card != card.identification or row.expires <= now:
        return CheckedCode(Checked.EXPIRED, 0)
    right = hmac.compare_digest(row.digest, _digest(row.id, text))
    if row.matched is None:
        if row.checks >= CHECKS:
            return CheckedCode(Checked.USED_UP, 0)
        row.checks += 1
    left = CHECKS - row.checks
    if not right:
        return CheckedCode(Checked.WRONG if left else Checked.USED_UP, left)
    row.matched = row.matched if row.matched is not None else now
    if row.purpose == CodeFor.IDENTITY.value:
        who = acting(db, session)
        if who is None or who.phone != row.phone:
            return CheckedCode(Checked.EXPIRED, 0)  # it went to somebody who stands there no more
        who.proved = now
    return CheckedCode(Checked.MATCHED, left)


def confirmed_phone(db: Session, card: Card, code: str, since: float) -> str | None:
    """The number whose code was typed since then."""
    row = db.get(CodeRow, code)
    if row is None or row.card != card.identification or row.purpose != CodeFor.PHONE.value:
        return None
    return row.phone if row.matched is not None and row.matched >= since else None


def _count(db: Session, since: float, *which: object) -> int:
    return db.scalar(select(func.count(SendingRow.id)).where(SendingRow.at > since, *which)) or 0  # type: ignore[arg-type]


def _last(db: Session, card: Card, purpose: CodeFor, phone: str) -> CodeRow | None:
    """The newest one that was not typed yet."""
    return db.scalars(
        select(CodeRow)
        .where(CodeRow.card == card.identification, CodeRow.purpose == purpose.value, CodeRow.phone == phone)
        .where(CodeRow.matched.is_(None))
        .order_by(CodeRow.expires.desc())
        .limit(1)
    ).first()


def _wait(db: Session, card: Card, purpose: CodeFor, phone: str, now: float) -> int:
    at = db.scalar(
        select(func.max(SendingRow.at)).where(
            SendingRow.card == card.identification, SendingRow.purpose == purpose.value, SendingRow.phone == phone
        )
    )
    return 0 if at is None else min(max(math.ceil(at + CODE_WAIT_SECONDS - now), 0), CODE_WAIT_SECONDS)


def _others(db: Session, phone: str, holder: Person, who: IdentityRow) -> bool:
    found = db.scalars(select(Person.id).where(Person.phone == phone)).all()
    return bool(found) and not {holder.id, who.person_id} & set(found)


def _digest(code: str, text: str) -> str:
    return hashlib.sha256(f"{code}:{text}".encode()).hexdigest()
