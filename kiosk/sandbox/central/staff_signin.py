"""Who of the staff signs in: by card, or by name, password and one-time code; sessions and their tokens.

A name that nobody has costs the same work and locks after the same count: nobody learns which names there are.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from math import ceil
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.central.contract import Next, PinStatement, ProblemType, SignInRequest
from kiosk.help import Role, SignInOutcome, StaffSession
from kiosk.sandbox.central.passwords import SALT_BYTES, hashed
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.sessions import moment, state_pin
from kiosk.sandbox.central.staff_tables import AttemptRow, StaffRow, StaffSessionRow
from kiosk.sandbox.central.tables import CardSessionRow
from kiosk.sandbox.central.totp import fitting_step

IDLE_SECONDS: Final = 1800
"""A session ends so long after its last request; the kiosk ends it sooner."""
FREE: Final = 5
"""Wrong sign-ins on end under one name that cost nothing; then `FIRST_WAIT` seconds, doubling."""
FIRST_WAIT: Final = 15.0
LONGEST_WAIT: Final = 900.0
FORGOTTEN_SECONDS: Final = 3600.0
SECOND_SECONDS: Final = 300.0
"""So long a supervisor's second sign-in waits for its look-up."""

_NOBODY: Final = secrets.token_bytes(SALT_BYTES)


@dataclass(frozen=True, slots=True)
class SignIn:
    """`staff` only where `outcome` is SIGNED_IN."""

    outcome: SignInOutcome
    staff: StaffRow | None = None
    wait: int = 0


def attempt(db: Session, asked: SignInRequest, now: float) -> SignIn:
    """REFUSED for a wrong name, password or code, and for who is no longer of the staff; while LOCKED nothing is looked at."""
    row = db.get(AttemptRow, asked.name, with_for_update=True)
    if row is not None and row.until > now:
        return SignIn(SignInOutcome.LOCKED, wait=ceil(row.until - now))
    staff = db.scalars(select(StaffRow).where(StaffRow.name == asked.name).with_for_update()).one_or_none()
    salt, kept = (staff.salt, staff.password) if staff is not None else (_NOBODY, b"")
    right = hmac.compare_digest(hashed(asked.password, salt), kept)
    secret, used = (staff.secret, staff.used_step) if staff is not None else (_NOBODY, 0)
    step = fitting_step(secret, asked.code, now, used)
    if staff is not None and staff.active and right and step is not None:
        staff.used_step = step
        if row is not None:
            db.delete(row)
        return SignIn(SignInOutcome.SIGNED_IN, staff)
    return _wrong(db, row, asked.name, now)


def _wrong(db: Session, row: AttemptRow | None, name: str, now: float) -> SignIn:
    if row is None:
        row = AttemptRow(name=name, wrong=0, last=now, until=0.0)
        try:
            with db.begin_nested():
                db.add(row)
        except IntegrityError:  # of two at once the second counts on
            row = db.get_one(AttemptRow, name, with_for_update=True)
    if row.last < now - FORGOTTEN_SECONDS:
        row.wrong = 0
    row.wrong += 1
    row.last = now
    if row.wrong >= FREE:
        row.until = now + min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(row.wrong - FREE, 20))
        return SignIn(SignInOutcome.LOCKED, wait=ceil(row.until - now))
    return SignIn(SignInOutcome.REFUSED)


def sign_in(db: Session, device: str, asked: SignInRequest, now: float) -> StaffSession:
    """Without a staff card."""
    found = attempt(db, asked, now)
    if found.staff is None:
        return StaffSession(found.outcome, wait=found.wait)
    return _opened(db, device, found.staff, None, now)


def sign_in_by_card(
    db: Session, device: str, session: CardSessionRow, statement: PinStatement, now: float
) -> StaffSession:
    """A resident's card, and one whose holder is no longer of the staff, is an answer: NOT_STAFF, and nothing is used up.

    Raises ProblemError: NOT_OFFERED for a card that is not in order, STATEMENT_USED.
    """
    if session.offers != Next.ASK_PIN.value:
        raise ProblemError(ProblemType.NOT_OFFERED)
    staff = db.get(StaffRow, session.staff) if session.staff is not None else None
    if staff is None or not staff.active:
        return StaffSession(SignInOutcome.NOT_STAFF)
    state_pin(db, session, statement)
    return _opened(db, device, staff, session.id, now)


def _opened(db: Session, device: str, staff: StaffRow, card_session: str | None, now: float) -> StaffSession:
    token = secrets.token_urlsafe(32)
    row = StaffSessionRow(
        id=secrets.token_urlsafe(12),
        staff=staff.number,
        device=device,
        token_hash=_hash(token),
        card_session=card_session,
        opened=now,
        expires=float(int(now + IDLE_SECONDS)),
    )
    db.add(row)
    return StaffSession(SignInOutcome.SIGNED_IN, row.id, token, Role(staff.role), staff.number, moment(row.expires))


def sign_second_in(db: Session, session: StaffSessionRow, asked: SignInRequest, now: float) -> StaffSession:
    """A supervisor, who is another person than whoever is signed in: good for one look-up."""
    found = attempt(db, asked, now)
    if found.staff is None:
        return StaffSession(found.outcome, wait=found.wait)
    first = db.get(StaffRow, session.staff)
    assert first is not None
    if Role(found.staff.role) is not Role.SUPERVISOR or found.staff.person_id == first.person_id:
        return StaffSession(SignInOutcome.WRONG_ROLE)
    session.second = found.staff.number
    session.second_until = now + SECOND_SECONDS
    return StaffSession(SignInOutcome.SIGNED_IN, role=Role.SUPERVISOR, number=found.staff.number)


def authorised(
    db: Session, device: str, session: str, token: str | None, now: float, *, ended: bool = False
) -> tuple[StaffSessionRow, StaffRow]:
    """The session, if it is this device's, lives, and `token` is its token; it lives on from now. Raises ProblemError.

    `ended`: also one that has ended, for the same request once more.
    """
    row = db.get(StaffSessionRow, session)
    if row is None:
        raise ProblemError(ProblemType.NO_SUCH_SESSION)
    if row.device != device:
        raise ProblemError(ProblemType.WRONG_DEVICE)
    if token is None or not hmac.compare_digest(row.token_hash, _hash(token)):
        raise ProblemError(ProblemType.TOKEN_INVALID)
    staff = db.get(StaffRow, row.staff)
    if not ended and (row.ended is not None or row.expires <= now or staff is None or not staff.active):
        raise ProblemError(ProblemType.SESSION_ENDED)
    assert staff is not None
    if row.ended is None:
        row.expires = float(int(now + IDLE_SECONDS))
    return row, staff


def end(session: StaffSessionRow, now: float) -> None:
    if session.ended is None:
        session.ended = now


def card_left(db: Session, card_session: str, now: float) -> None:
    """The staff card's own session is over: so is what was opened with it."""
    db.execute(
        update(StaffSessionRow)
        .where(StaffSessionRow.card_session == card_session, StaffSessionRow.ended.is_(None))
        .values(ended=now)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
