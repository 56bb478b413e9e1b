"""Query passwords of the holders of card files. Everybody else has an initial one, which opens nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kiosk.sandbox.central.passwords import SALT_BYTES, hashed
from kiosk.sandbox.central.population.people import Resident
from kiosk.sandbox.central.query_tables import QueryPasswordRow

SET: Final = {"jinan-1-0": "shi4Li7", "jinan-long-name": "chang2Ming", "yangquan-2-0": "264819"}
"""By the card file's id: who has set one."""


def rows(everybody: Iterable[Resident]) -> list[dict[str, Any]]:
    """As the seed writes them."""
    return [
        {"person_id": one.id, "salt": _salt(one.card), "digest": hashed(SET[one.card], _salt(one.card))}
        for one in everybody
        if one.card in SET
    ]


def restore(db: Session, everybody: Sequence[Resident]) -> None:
    """Who had set one has it again, and nobody else. Hashed only where it was changed."""
    salts = {one.id: _salt(one.card) for one in everybody if one.card in SET}
    there = dict(db.execute(select(QueryPasswordRow.person_id, QueryPasswordRow.salt)).all())
    if there == salts:
        return
    db.execute(delete(QueryPasswordRow))
    if salts:
        db.execute(insert(QueryPasswordRow), rows(everybody))


def _salt(card: str | None) -> bytes:
    """Repeatable: it tells whether a password is the seed's."""
    return hashlib.sha256(f"query password of {card}".encode()).digest()[:SALT_BYTES]
