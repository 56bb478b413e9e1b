"""What technicians need: pairs that open the service screen while central is away, and which of its parts are there."""

import hmac
import secrets
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.central.contract import Parts, PartState, TechnicianCard, TechnicianPair, TechnicianPairs
from kiosk.help import Role
from kiosk.model import CardStatus
from kiosk.sandbox.central.faults import Conditions
from kiosk.sandbox.central.sessions import moment
from kiosk.sandbox.central.staff_tables import StaffRow
from kiosk.sandbox.central.tables import Card
from kiosk.sandbox.central.verdict import KeyModule

PAIRS: Final = 50
PAIR_DAYS: Final = 30


def technician_pairs(db: Session, keys: KeyModule, now: float) -> TechnicianPairs:
    """Fresh challenges for every technician's card in order: none of them is one that opens a card session. A card whose answer
    cannot be told (key module away) has no pairs."""
    key = secrets.token_bytes(32)
    rows = db.scalars(
        select(Card)
        .join(StaffRow, StaffRow.card == Card.identification)
        .where(StaffRow.role == Role.TECHNICIAN.value, StaffRow.active, Card.status == CardStatus.NORMAL.value)
        .order_by(StaffRow.number)
    ).all()
    cards = []
    for card in rows:
        staff = db.scalars(select(StaffRow).where(StaffRow.card == card.identification)).one()
        digest = hmac.digest(key, card.identification.encode("ascii"), "sha256").hex().upper()
        cards.append(TechnicianCard(digest, staff.number, _pairs(keys, card, key)))
    return TechnicianPairs(key.hex().upper(), moment(now), moment(now + PAIR_DAYS * 86400), tuple(cards))


def _pairs(keys: KeyModule, card: Card, key: bytes) -> tuple[TechnicianPair, ...]:
    made = []
    for _ in range(PAIRS):
        proc8, orig8 = secrets.token_bytes(8), secrets.token_bytes(8)
        answer = keys.expected(card, proc8, orig8)
        if answer is None:
            return ()
        digest = hmac.digest(key, answer, "sha256").hex().upper()
        made.append(TechnicianPair(proc8.hex().upper(), orig8.hex().upper(), digest))
    return tuple(made)


def parts(conditions: Conditions) -> Parts:
    """The register answers, or nothing here would."""
    books = not conditions.away
    return Parts(
        (
            PartState("register", True),
            PartState("keys", conditions.keys_answer),
            PartState("contributions", books),
            PartState("accounts", books),
            PartState("cards", True),
            PartState("codes", conditions.phones_reached),
            PartState("staff", True),
            PartState("audit", True),
        )
    )
