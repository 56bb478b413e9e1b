"""Reservations: the second party of the transaction whose first is the card.

A card has at most one that is neither confirmed nor cancelled. It is confirmed by any kiosk that was told of it, expired or not;
cancelled only by the one that made it, and only while no other transaction can have changed the PIN under it.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.central.contract import ProblemType, ReservationRequest
from kiosk.model import CardStatus
from kiosk.sandbox.central.deeds import IdentityRow, ReservationKeyRow, ReservationRow, ToldRow
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.sessions import moment
from kiosk.sandbox.central.tables import Card, CardSessionRow, Person
from kiosk.sandbox.central.verdict import status_of
from kiosk.services import (
    Cancellation,
    Cancelled,
    Confirmation,
    Confirmed,
    Party,
    Reservation,
    ReservationState,
    Reserved,
    Standing,
)

HOLDS_SECONDS: Final = 30 * 60
IDENTITY_SECONDS: Final = 15 * 60
"""So long after the identity check a reservation can be made."""

_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are read for one another."""


def reference(now: float) -> str:
    """Day and eight letters: told on the phone without mistakes."""
    return f"{moment(now):%y%m%d}-{letters(4)}-{letters(4)}"


def letters(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def open_of(db: Session, card: Card) -> ReservationRow | None:
    """Also an expired one: its confirm may still come."""
    return db.scalars(
        select(ReservationRow).where(
            ReservationRow.card == card.identification,
            ReservationRow.confirmed.is_(None),
            ReservationRow.cancelled.is_(None),
        )
    ).first()


def tell(db: Session, row: ReservationRow, device: str) -> None:
    if db.get(ToldRow, (row.id, device)) is None:
        db.add(ToldRow(reservation=row.id, device=device))
        db.flush()


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a reservation. `identity`: who stands there, with the holder's own check before it; `phone`: confirmed."""

    device: str
    key: str
    session: CardSessionRow
    card: Card
    holder: Person
    request: ReservationRequest
    identity: IdentityRow | None
    phone: str | None
    minor: bool


def reserve(db: Session, asking: Asking, now: float, today: date) -> Reservation:
    """The open reservation of the card, its time begun anew; a new one where there is none.

    The key names one reservation of one card for good: asked again it gives the same while that is open, and CANCELLED after it
    was cancelled, however late the request comes. Raises ProblemError(IDEMPOTENCY_CONFLICT) for a key of another card.
    """
    card = db.get(Card, asking.card.identification, with_for_update=True)
    assert card is not None
    noted = db.get(ReservationKeyRow, (asking.device, asking.key))
    mine = None
    if noted is not None:
        mine = db.get(ReservationRow, noted.reservation) if noted.reservation is not None else None
        if mine is not None and mine.card != card.identification:
            raise ProblemError(ProblemType.IDEMPOTENCY_CONFLICT)
    match status_of(card, today):
        case CardStatus.NOT_ACTIVATED:
            pass
        case CardStatus.NORMAL:
            return _refused(Reserved.ACTIVE_ALREADY)
        case _:
            return _refused(Reserved.STATUS)
    if noted is not None and (mine is None or mine.cancelled is not None):
        return _refused(Reserved.CANCELLED)
    found = open_of(db, card)
    if found is not None and found is mine and found.session == asking.session.id:
        return _given(found, now)
    if not _proved(asking, now):
        return _refused(Reserved.NOT_PROVED)
    if found is None:
        found = ReservationRow(
            id=secrets.token_urlsafe(16),
            reference=reference(now),
            card=card.identification,
            device=asking.device,
            made=now,
        )
        db.add(found)
    _describe(found, asking)
    db.flush()
    tell(db, found, asking.device)
    if noted is None:
        db.add(ReservationKeyRow(device=asking.device, key=asking.key, reservation=found.id))
    elif mine is not found:
        noted.reservation = found.id
    return _given(found, now)


def _proved(asking: Asking, now: float) -> bool:
    who, request = asking.identity, asking.request
    if who is None or who.whose != request.party.value or who.proved is None or now - who.proved > IDENTITY_SECONDS:
        return False
    fits = (request.party is Party.GUARDIAN) == asking.minor
    same = who.relation == (request.relation.value if request.relation is not None else None)
    return fits and same and (request.phone is None or asking.phone is not None)


def _describe(row: ReservationRow, asking: Asking) -> None:
    """Who acts now: it may be another than when it was begun."""
    who = asking.identity
    assert who is not None
    by_another = asking.request.party is not Party.HOLDER
    row.session = asking.session.id
    row.party, row.relation = asking.request.party.value, who.relation
    row.agent_name = who.name if by_another else None
    row.agent_number = who.number if by_another else None
    row.agent_phone = (who.phone or asking.phone) if by_another else None
    row.phone = asking.phone
    row.expires = 0.0


def _given(row: ReservationRow, now: float) -> Reservation:
    row.expires = float(int(now + HOLDS_SECONDS))
    return Reservation(Reserved.RESERVED, row.id, row.reference, moment(row.expires))


def _refused(outcome: Reserved) -> Reservation:
    return Reservation(outcome, None, None, None)


def confirm(db: Session, device: str, reservation: str, now: float) -> Confirmation:
    """The PIN was changed: the card is active, unless it became something else in between."""
    row = _known(db, device, reservation)
    if row is None:
        return Confirmation(Confirmed.UNKNOWN, None)
    card = db.get(Card, row.card, with_for_update=True)
    assert card is not None
    db.refresh(row)
    if row.confirmed is not None:
        return Confirmation(Confirmed.ACTIVATED, moment(row.confirmed))
    if row.cancelled is not None:
        return Confirmation(Confirmed.CANCELLED, None)
    match CardStatus(card.status):
        case CardStatus.NOT_ACTIVATED:
            card.status = CardStatus.NORMAL.value
            row.confirmed = now
            _keep_phone(db, card, row)
            return Confirmation(Confirmed.ACTIVATED, moment(now))
        case CardStatus.NORMAL:
            return Confirmation(Confirmed.ACTIVE_OTHERWISE, None)
        case CardStatus.LOST | CardStatus.TEMPORARILY_LOST:
            # It stays open: found again, the card has its new PIN, and whoever has it is told.
            return Confirmation(Confirmed.LOST, None)
        case CardStatus.REPLACED:
            return Confirmation(Confirmed.REPLACED, None)
        case _:
            return Confirmation(Confirmed.STATUS, None)


def _keep_phone(db: Session, card: Card, row: ReservationRow) -> None:
    if row.party == Party.HOLDER.value and row.phone is not None:
        person = db.get(Person, card.person_id)
        assert person is not None
        person.phone = row.phone


def cancel(db: Session, device: str, reservation: str, now: float) -> Cancellation:
    """The kiosk never sent CHANGE. Somebody else may have: then it stays open."""
    row = _known(db, device, reservation)
    if row is None:
        return Cancellation(Cancelled.UNKNOWN)
    db.get(Card, row.card, with_for_update=True)
    db.refresh(row)
    if row.confirmed is not None:
        return Cancellation(Cancelled.CONFIRMED)
    if row.cancelled is not None:
        return Cancellation(Cancelled.CANCELLED)
    told = db.scalars(select(ToldRow.device).where(ToldRow.reservation == row.id)).all()
    keys = db.scalar(select(func.count()).where(ReservationKeyRow.reservation == row.id)) or 0
    if list(told) != [row.device] or row.device != device or keys > 1:
        return Cancellation(Cancelled.ELSEWHERE)
    row.cancelled = now
    return Cancellation(Cancelled.CANCELLED)


def cancel_key(db: Session, device: str, key: str, now: float) -> Cancellation:
    """What the key reserved; where its request has not come, it reserves nothing when it does."""
    noted = db.get(ReservationKeyRow, (device, key))
    if noted is None:
        db.add(ReservationKeyRow(device=device, key=key, reservation=None))
        return Cancellation(Cancelled.CANCELLED)
    if noted.reservation is None:
        return Cancellation(Cancelled.CANCELLED)
    return cancel(db, device, noted.reservation, now)


def state(db: Session, device: str, reservation: str, now: float) -> ReservationState:
    row = _known(db, device, reservation)
    if row is None:
        return ReservationState(Standing.UNKNOWN, None, None)
    at = row.confirmed if row.confirmed is not None else row.cancelled
    return ReservationState(standing(row, now), moment(row.expires), None if at is None else moment(at))


def standing(row: ReservationRow, now: float) -> Standing:
    if row.confirmed is not None:
        return Standing.CONFIRMED
    if row.cancelled is not None:
        return Standing.CANCELLED
    return Standing.EXPIRED if row.expires <= now else Standing.OPEN


def _known(db: Session, device: str, reservation: str) -> ReservationRow | None:
    """None also for one that this kiosk was never told of: no kiosk learns of another's."""
    if db.get(ToldRow, (reservation, device)) is None:
        return None
    return db.get(ReservationRow, reservation)
