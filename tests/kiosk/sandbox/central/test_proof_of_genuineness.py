"""Central believes a card only when its own challenge, answered by this chip for this kiosk, fits one card of its register."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from drivers.card.cardfile import load_cards, load_keys
from drivers.card.layout import Algorithm
from kiosk.central.contract import CardSessionRequest, Challenge, PinStatement, ProblemType
from kiosk.model import CardStatus, Verdict
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.database import open_database, sessions
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.sessions import authorised, hand_out, holder_of, open_session, state_pin
from kiosk.sandbox.central.tables import Base, Card, Device, Person
from kiosk.sandbox.central.verdict import Judged, KeyModule, judge

TODAY = date(2026, 11, 20)
AREAS = frozenset({"3701"})
HERE, ELSEWHERE = "kiosk-01", "kiosk-02"
NAMES = ("jinan-2-0", "jinan-twin-a", "jinan-twin-b")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Session]:
    engine = open_database(f"sqlite:///{tmp_path}/central.sqlite")
    Base.metadata.create_all(engine)
    with sessions(engine).begin() as session:
        for device in (HERE, ELSEWHERE):
            session.add(Device(id=device, area="370100"))
        for number, name in enumerate(NAMES, 1):
            file = load_cards()[name]
            assert file.issuer is not None
            assert file.holder is not None
            ssn = file.holder.ssn or ""
            session.add(Person(id=number, name=file.holder.name or "", number=ssn, born=date(1980, 1, 1)))
            session.flush()
            session.add(
                Card(
                    identification=file.issuer.identification,
                    atr=file.chip.atr.hex().upper(),
                    number=file.issuer.number,
                    area=file.key_area,
                    algorithm=file.chip.algorithm.name,
                    status=CardStatus.NORMAL.value,
                    expires=None,
                    person_id=number,
                )
            )
        session.flush()
        yield session
    engine.dispose()


@pytest.fixture
def keys() -> KeyModule:
    found = {algorithm: load_keys().of(algorithm) for algorithm in Algorithm}
    return KeyModule({algorithm: key for algorithm, key in found.items() if key is not None})


def challenge(db: Session, device: str = HERE) -> Challenge:
    return hand_out(db, device, 1)[0]


def judged(db: Session, keys: KeyModule, request: CardSessionRequest, later: float = 0.0) -> Judged:
    return judge(db, keys, AREAS, HERE, request, time.time() + later, TODAY)


def test_a_card_that_answers_central_s_challenge_is_genuine(db: Session, keys: KeyModule) -> None:
    found = judged(db, keys, Cardholder.of("jinan-2-0").request(challenge(db)))
    assert (found.verdict, found.status) == (Verdict.GENUINE, CardStatus.NORMAL)


def test_a_challenge_is_good_once(db: Session, keys: KeyModule) -> None:
    request = Cardholder.of("jinan-2-0").request(challenge(db))
    assert judged(db, keys, request).verdict is Verdict.GENUINE
    assert judged(db, keys, request) == Judged(Verdict.NOT_GENUINE, None, None)


def test_another_kiosk_s_challenge_is_refused(db: Session, keys: KeyModule) -> None:
    request = Cardholder.of("jinan-2-0").request(challenge(db, ELSEWHERE))
    assert judged(db, keys, request).verdict is Verdict.NOT_GENUINE


def test_a_challenge_that_is_too_old_is_refused(db: Session, keys: KeyModule) -> None:
    request = Cardholder.of("jinan-2-0").request(challenge(db))
    assert judged(db, keys, request, later=121.0).verdict is Verdict.NOT_GENUINE


def test_an_answer_recorded_from_another_challenge_is_refused(db: Session, keys: KeyModule) -> None:
    holder = Cardholder.of("jinan-2-0")
    old, fresh = holder.answer(challenge(db)), challenge(db)
    request = replace(holder.request(fresh), proof=replace(old, challenge=fresh.id))
    assert judged(db, keys, request).verdict is Verdict.NOT_GENUINE


@pytest.mark.parametrize("part", ["issuer", "atr"])
def test_a_genuine_card_with_another_card_s_data_is_refused(db: Session, keys: KeyModule, part: str) -> None:
    mine, other = Cardholder.of("jinan-2-0"), Cardholder.of("jinan-twin-a")
    request = mine.request(challenge(db))
    mixed = replace(request, issuer=other.issuer) if part == "issuer" else replace(request, atr=other.atr)
    assert judged(db, keys, mixed).verdict is Verdict.NOT_GENUINE


@pytest.mark.parametrize("closed", [True, False])
def test_another_card_s_number_in_ef05_is_refused_even_where_its_chip_would_answer_alike(
    db: Session, keys: KeyModule, closed: bool
) -> None:
    """Twins have the same ATR and so the same key: only the register tells their data apart."""
    mine, other = Cardholder.of("jinan-twin-a"), Cardholder.of("jinan-twin-b")
    assert mine.atr == other.atr
    request = mine.request(challenge(db))
    mixed = replace(request, issuer=replace(request.issuer, number=other.issuer.number))
    assert judged(db, keys, replace(mixed, holder=None if closed else mixed.holder)).verdict is Verdict.NOT_GENUINE


def test_another_person_in_ef06_is_refused(db: Session, keys: KeyModule) -> None:
    mine, other = Cardholder.of("jinan-twin-a"), Cardholder.of("jinan-twin-b")
    request = replace(mine.request(challenge(db)), holder=other.holder)
    assert judged(db, keys, request).verdict is Verdict.NOT_GENUINE


def test_without_a_proof_or_without_keys_nothing_can_be_proved(db: Session, keys: KeyModule) -> None:
    holder = Cardholder.of("jinan-2-0")
    assert judged(db, keys, holder.request(None)).verdict is Verdict.CANNOT_BE_PROVED
    keys.answering = False
    assert judged(db, keys, holder.request(challenge(db))).verdict is Verdict.CANNOT_BE_PROVED


def _open(db: Session, keys: KeyModule, device: str = HERE) -> tuple[str, str]:
    request = Cardholder.of("jinan-2-0").request(challenge(db, device))
    opened = open_session(db, keys, AREAS, device, request, 300.0, TODAY)
    db.flush()
    assert opened.token is not None
    return opened.session, opened.token


def test_a_session_is_its_own_kiosk_s_only(db: Session, keys: KeyModule) -> None:
    session, token = _open(db, keys)
    assert authorised(db, HERE, session, token).id == session
    with pytest.raises(ProblemError) as refused:
        authorised(db, ELSEWHERE, session, token)
    assert refused.value.type is ProblemType.WRONG_DEVICE


def test_nothing_personal_opens_before_the_pin_was_stated_and_it_is_stated_once(db: Session, keys: KeyModule) -> None:
    session, token = _open(db, keys)
    row = authorised(db, HERE, session, token)
    with pytest.raises(ProblemError) as early:
        holder_of(db, row, stated=True)
    assert early.value.type is ProblemType.PIN_NOT_STATED
    state_pin(db, row, PinStatement("pin_verified"))
    db.refresh(row)
    assert holder_of(db, row, stated=True)[1].id == 1
    with pytest.raises(ProblemError) as twice:
        state_pin(db, row, PinStatement("pin_verified"))
    assert twice.value.type is ProblemType.STATEMENT_USED
