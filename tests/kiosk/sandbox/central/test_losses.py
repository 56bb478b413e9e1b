"""The list of lost cards that central gives: who stands on it, when it is issued, and that a kiosk takes it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session, sessionmaker

from kiosk.central.answers import Answer
from kiosk.central.client import CentralClient
from kiosk.central.contract import MAX_BODY_BYTES, MOST_LOST_CARDS, LossAnswer, LossList
from kiosk.central.decode import encode
from kiosk.model import CardStatus, CentralFailure
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.database import open_database, sessions
from kiosk.sandbox.central.losses import LISTED, REISSUE_SECONDS, load_signer, newer
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.sessions import moment
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.central.tables import Base, Card, LossListRow, Person, Seeded
from kiosk.sandbox.pki import DemoPki, Flaw
from kiosk.store.losslist import entry_of
from tests.kiosk.central.conftest import Connect

NOW = 1_795_141_800
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.fixture
def register(tmp_path: Path) -> Iterator[sessionmaker[Session]]:
    """One card for each status; identification codes are numbered by it."""
    engine = open_database(f"sqlite:///{tmp_path}/central.sqlite")
    Base.metadata.create_all(engine)
    made = sessions(engine)
    with made.begin() as db:
        db.add(Seeded(fingerprint="test"))
        db.add(Person(id=1, name="测试", number="370101199001011059", born=date(1990, 1, 1)))
        db.flush()
        db.add_all(card(number, status) for number, status in enumerate(CardStatus))
    yield made
    engine.dispose()


def card(number: int, status: CardStatus) -> Card:
    return Card(
        identification=f"{number:032X}",
        atr="3B00",
        number=f"A{number:08}",
        area="370100",
        algorithm="DES",
        status=status.value,
        expires=None,
        person_id=1,
    )


def identification(status: CardStatus) -> str:
    return f"{list(CardStatus).index(status):032X}"


def asked(register: sessionmaker[Session], after: int = 0, now: int = NOW) -> LossList | None:
    with register.begin() as db:
        return newer(db, SIGNER, after, now).newer


def given(register: sessionmaker[Session], after: int = 0, now: int = NOW) -> LossList:
    found = asked(register, after, now)
    assert found is not None
    return found


def on_it(found: LossList) -> set[CardStatus]:
    digests = {found.cards[at : at + 64] for at in range(0, len(found.cards), 64)}
    assert len(digests) == len(found.cards) // 64
    key = bytes.fromhex(found.key)
    return {status for status in CardStatus if entry_of(key, identification(status)).hex().upper() in digests}


def test_cards_that_open_nothing_at_central_open_nothing_offline(register: sessionmaker[Session]) -> None:
    found = given(register)
    assert on_it(found) == set(LISTED)
    assert len(found.cards) == 64 * len(LISTED)


def test_the_same_list_is_given_until_something_changes(register: sessionmaker[Session]) -> None:
    first = given(register)
    assert given(register, now=NOW + REISSUE_SECONDS - 1) == first
    assert asked(register, first.number, NOW + 5) is None


def test_a_loss_is_on_a_new_list_at_once_and_a_card_that_was_found_is_off_it(register: sessionmaker[Session]) -> None:
    first = given(register)
    with register.begin() as db:
        lost, found = db.get(Card, identification(CardStatus.NORMAL)), db.get(Card, identification(CardStatus.LOST))
        assert lost is not None
        assert found is not None
        lost.status, found.status = CardStatus.LOST.value, CardStatus.NORMAL.value
    second = given(register, first.number)
    assert second.number > first.number
    assert on_it(second) == {*LISTED, CardStatus.NORMAL} - {CardStatus.LOST}
    assert second.key != first.key


def test_an_unchanged_list_is_issued_again_so_that_it_does_not_grow_too_old(register: sessionmaker[Session]) -> None:
    first = given(register)
    again = given(register, first.number, NOW + REISSUE_SECONDS)
    assert (again.number > first.number, again.issued) == (True, moment(NOW + REISSUE_SECONDS))
    assert on_it(again) == on_it(first)
    assert again.cards != first.cards  # under another key, so that nobody can compare the two


def test_a_new_database_goes_on_with_higher_numbers(register: sessionmaker[Session]) -> None:
    before = given(register)
    with register.begin() as db:
        db.query(LossListRow).delete()
    assert given(register, before.number, NOW + 1).number > before.number


def test_a_clock_that_is_put_back_gives_no_number_twice(register: sessionmaker[Session]) -> None:
    before = given(register)
    after = given(register, before.number, NOW - 1000)
    assert after.number > before.number
    assert after.issued == moment(NOW - 1000)


def test_two_kiosks_that_ask_at_once_get_the_same_list(register: sessionmaker[Session]) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: given(register), range(32)))
    assert len({one.number for one in found}) == 1
    assert len({one.cards for one in found}) == 1


def test_the_longest_list_fits_into_an_answer_and_a_longer_one_is_refused(register: sessionmaker[Session]) -> None:
    with register.begin() as db:
        db.add_all(card(100 + n, CardStatus.LOST) for n in range(MOST_LOST_CARDS - len(LISTED)))
    found = given(register)
    assert len(found.cards) == 64 * MOST_LOST_CARDS
    assert len(encode(LossAnswer(found))) < MAX_BODY_BYTES
    with register.begin() as db:
        db.add(card(99, CardStatus.LOST))
    with pytest.raises(ProblemError):
        asked(register, found.number)


def test_the_signing_key_is_an_ed25519_key_or_the_service_does_not_start(pki: DemoPki, tmp_path: Path) -> None:
    assert isinstance(load_signer(pki.list_signer.private), Ed25519PrivateKey)
    (tmp_path / "no.key").write_text("no key")
    for path in (pki.server.key, tmp_path / "no.key", tmp_path / "missing.key"):
        with pytest.raises(OSError, match="key"):
            load_signer(path)


# --- through the service ---------------------------------------------------------------------------------------------


def listed(answer: Answer[LossAnswer], holder: Cardholder) -> bool:
    assert answer.value is not None
    assert answer.value.newer is not None
    found = answer.value.newer
    entry = entry_of(bytes.fromhex(found.key), holder.issuer.identification).hex().upper()
    return entry in {found.cards[at : at + 64] for at in range(0, len(found.cards), 64)}


def test_a_card_that_is_reported_lost_appears_on_the_list(
    client: CentralClient, simulator: Simulator, holder: Cardholder
) -> None:
    first = client.loss_list(0)
    assert not listed(first, holder)
    assert listed(first, Cardholder.of("jinan-lost"))
    assert first.value is not None
    assert first.value.newer is not None
    held = first.value.newer.number
    assert client.loss_list(held).value == LossAnswer(None)
    simulator.set_card(holder.card_number, CardStatus.TEMPORARILY_LOST)
    try:
        assert listed(client.loss_list(held), holder)
    finally:
        simulator.set_card(holder.card_number, CardStatus.NORMAL)


def test_a_kiosk_that_is_not_registered_gets_no_list(pki: DemoPki, central: CentralProcess, connect: Connect) -> None:
    stranger = connect(central.base_url, pki.flawed_device(Flaw.OTHER_NAME))
    assert stranger.loss_list(0).failure is CentralFailure.REFUSED
