"""Is this the chip that was issued: design §4. The only place of the service that touches keys."""

import hmac
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from sqlalchemy import update
from sqlalchemy.orm import Session

from drivers.card.layout import Algorithm
from drivers.card.proof import UnsupportedAlgorithm, card_key, internal_auth_answer
from kiosk.central.contract import CardSessionRequest, InternalAuthProof, NoProof
from kiosk.model import CardStatus, Verdict
from kiosk.sandbox.central.tables import Card, ChallengeRow, Person


class KeyModule:
    """Stands for the bureau's hardware security module: holds the master keys, answers with proofs only."""

    def __init__(self, masters: dict[Algorithm, bytes]) -> None:
        self._masters = masters
        self.answering = True

    def __repr__(self) -> str:
        return "KeyModule(…)"

    def expected(self, card: Card, proc8: bytes, orig8: bytes) -> bytes | None:
        """What the genuine card answers. None: it cannot be told (module away, no key, algorithm not known here)."""
        algorithm = Algorithm[card.algorithm]
        master = self._masters.get(algorithm)
        if not self.answering or master is None:
            return None
        try:
            key = card_key(master, bytes.fromhex(card.atr), card.area, algorithm)
            return internal_auth_answer(key, algorithm, proc8, orig8)
        except UnsupportedAlgorithm:
            return None


@dataclass(frozen=True, slots=True)
class Judged:
    """`card` is the register's row, only where it may be spoken of."""

    verdict: Verdict
    status: CardStatus | None
    card: Card | None


def take_challenge(db: Session, device: str, identifier: str, now: float) -> tuple[bytes, bytes] | None:
    """Use up a challenge. None unless it was open: handed to this device, not used, not too old. Atomic."""
    row = db.execute(
        update(ChallengeRow)
        .where(
            ChallengeRow.id == identifier,
            ChallengeRow.device == device,
            ChallengeRow.used.is_(False),
            ChallengeRow.expires > now,
        )
        .values(used=True)
        .returning(ChallengeRow.proc8, ChallengeRow.orig8)
    ).one_or_none()
    return None if row is None else (bytes.fromhex(row.proc8), bytes.fromhex(row.orig8))


def judge(
    db: Session,
    keys: KeyModule,
    areas: frozenset[str],
    device: str,
    request: CardSessionRequest,
    now: float,
    today: date,
) -> Judged:
    """Genuine only if the answer fits, the challenge was open, and the register holds all that was read as one card.

    `areas`: first four digits of the areas whose cards this service holds; of another place nothing can be proved.
    """
    challenge = None
    if isinstance(request.proof, InternalAuthProof):
        challenge = take_challenge(db, device, request.proof.challenge, now)
    if request.issuer.identification[:4] not in areas:
        return Judged(Verdict.CANNOT_BE_PROVED, CardStatus.OTHER_PLACE, None)
    card = db.get(Card, request.issuer.identification)
    if card is None or not _one_card(db, card, request):
        return Judged(Verdict.NOT_GENUINE, None, None)
    match request.proof:
        case NoProof():
            return Judged(Verdict.CANNOT_BE_PROVED, None, None)
        case InternalAuthProof(answer=answer):
            if challenge is None:
                return Judged(Verdict.NOT_GENUINE, None, None)
            expected = keys.expected(card, *challenge)
            if expected is None:
                return Judged(Verdict.CANNOT_BE_PROVED, None, None)
            if not hmac.compare_digest(expected, bytes.fromhex(answer)):
                return Judged(Verdict.NOT_GENUINE, None, None)
            return Judged(Verdict.GENUINE, status_of(card, today), card)
        case never:
            assert_never(never)


def _one_card(db: Session, card: Card, request: CardSessionRequest) -> bool:
    if card.atr != request.atr or card.number != request.issuer.number:
        return False
    if request.holder is None or not request.holder.number:
        return True
    person = db.get(Person, card.person_id)
    return person is not None and person.number == request.holder.number


def status_of(card: Card, today: date) -> CardStatus:
    """A normal card past its last day is expired; whatever else the register says stays."""
    status = CardStatus(card.status)
    if status is CardStatus.NORMAL and card.expires is not None and card.expires < today:
        return CardStatus.EXPIRED
    return status
