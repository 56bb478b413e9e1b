"""The list of lost cards: put together from the register, numbered, signed."""

import secrets
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.central.contract import MOST_LOST_CARDS, LossAnswer, LossList, ProblemType
from kiosk.model import CardStatus
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.sessions import moment
from kiosk.sandbox.central.tables import Card, LossListRow, Seeded
from kiosk.store.losslist import KEY_BYTES, entry_of, signed_bytes

REISSUE_SECONDS: Final = 3600
"""A list that says the same is issued again after this time: its age is what kiosks go by."""

LISTED: Final = (
    CardStatus.LOST,
    CardStatus.TEMPORARILY_LOST,
    CardStatus.REPLACED,
    CardStatus.CANCELLED,
    CardStatus.BLOCKED,
)


def load_signer(path: Path) -> Ed25519PrivateKey:
    """A PEM file (PKCS #8). Raises OSError, also for a file that holds another kind of key."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise OSError(f"{path} holds no Ed25519 key")
    return key


def newer(db: Session, signer: Ed25519PrivateKey, after: int, now: int) -> LossAnswer:
    """The newest list, if its number is higher than `after`; one is issued when it is time, `now` in seconds since 1970.

    Raises ProblemError(UNAVAILABLE) for more cards than the contract holds.
    """
    row = _newest(db, signer, now)
    if row.number <= after:
        return LossAnswer(None)
    key, cards, signature = (part.hex().upper() for part in (row.key, row.cards, row.signature))
    return LossAnswer(LossList(row.number, moment(row.issued), key, cards, signature))


def _newest(db: Session, signer: Ed25519PrivateKey, now: int) -> LossListRow:
    db.execute(select(Seeded.fingerprint).with_for_update())  # one at a time: no number is given twice
    lost = list(db.scalars(select(Card.identification).where(Card.status.in_(LISTED))))
    if len(lost) > MOST_LOST_CARDS:
        raise ProblemError(ProblemType.UNAVAILABLE)
    last = db.scalars(select(LossListRow).order_by(LossListRow.number.desc()).limit(1)).first()
    if last is not None and 0 <= now - last.issued < REISSUE_SECONDS and last.cards == _cards(last.key, lost):
        return last
    # The time as number: it also grows over a database that was made anew, which no kiosk can see.
    number = max(now, last.number + 1) if last is not None else now
    key = secrets.token_bytes(KEY_BYTES)
    cards = _cards(key, lost)
    made = LossListRow(
        number=number, issued=now, key=key, cards=cards, signature=signer.sign(signed_bytes(number, now, key, cards))
    )
    db.execute(delete(LossListRow))
    db.add(made)
    return made


def _cards(key: bytes, identifications: list[str]) -> bytes:
    return b"".join(sorted(entry_of(key, one) for one in identifications))
