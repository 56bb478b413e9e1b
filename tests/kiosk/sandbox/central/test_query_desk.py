"""The look-up without a card: what a stranger who tries can learn from the answers, the work behind them, the locks. Nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from kiosk.central.contract import ProblemType, QueryRequest
from kiosk.central.decode import encode
from kiosk.help import NumberKind, PersonSession, QueryOutcome, QueryRules
from kiosk.sandbox.central import passwords
from kiosk.sandbox.central.app import query_rules
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.query_desk import (
    KIOSK_LIMIT,
    NUMBER_LIMIT,
    TICK_SECONDS,
    QueryDesk,
    set_password,
    unlock,
    wait_until_tick,
)
from kiosk.sandbox.central.query_tables import QueryCountRow, QueryPasswordRow, QueryRow
from kiosk.sandbox.central.staff_tables import StaffRow
from kiosk.sandbox.central.tables import Card, CardSessionRow, Device, Person
from tests.kiosk.sandbox.central.hall import CHILD, ELDER, HOLDER, STRANGER, A, B, Hall

RIGHT = "shi4Li7"
WRONG = "shi4Li8"
DAY = 86_400.0
SECRET = bytes(range(32))
KIOSKS = [f"kiosk-{number:02}" for number in range(3, 23)]

PASSWORD = {HOLDER: RIGHT}
"""Of all who have set one; the others of the hall's register have an initial one: of their ID number or birth date."""


class Asking:
    """The desk over the hall's register; what it does is counted."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.hashes = 0
        self.statements: list[str] = []
        both = query_rules(((A, "370100"), (B, "370100")))
        self.desk = QueryDesk(SECRET, both | dict.fromkeys(KIOSKS, both[A]), self._hashed)

        @event.listens_for(hall.engine, "before_cursor_execute")
        def executed(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            self.statements.append(statement)

    def _hashed(self, password: str, salt: bytes) -> bytes:
        self.hashes += 1
        return passwords.hashed(password, salt)

    def ask(
        self, number: str, password: str, device: str = A, kind: NumberKind = NumberKind.ID_NUMBER
    ) -> PersonSession:
        """As the route does."""
        request = QueryRequest(kind, number, password)
        with self.hall.db() as db:
            salt = self.desk.salt(db, request)
        digest = self.desk.hashed(password, salt)
        with self.hall.db() as db:
            return self.desk.answer(db, device, request, digest, self.hall.now, 900)

    def in_vain(self, number: str, device: str = A) -> PersonSession:
        """A password whose hash is no one's: the work of the hash is saved."""
        request = QueryRequest(NumberKind.ID_NUMBER, number, WRONG)
        with self.hall.db() as db:
            return self.desk.answer(db, device, request, bytes(passwords.DIGEST_BYTES), self.hall.now, 900)

    @contextmanager
    def counted(self) -> Iterator[list[object]]:
        """Of what is asked within: the hashes, then each statement without its values."""
        self.hashes, self.statements = 0, []
        found: list[object] = []
        yield found
        found += [self.hashes, *self.statements]


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Asking]:
    hall = Hall(tmp_path)
    with hall.db() as db:
        db.add_all(Device(id=device, area="370100") for device in KIOSKS)
        for number, password in PASSWORD.items():
            set_password(db, db.query(Person).filter(Person.number == number).one().id, password)
    yield Asking(hall)
    hall.close()


def test_the_query_password_opens_a_session_by_either_number(asking: Asking) -> None:
    for kind, number in ((NumberKind.ID_NUMBER, HOLDER), (NumberKind.CARD_NUMBER, "A00000001")):
        answer = asking.ask(number, RIGHT, kind=kind)
        assert (answer.outcome, answer.wait) == (QueryOutcome.OPENED, 0)
        with asking.hall.db() as db:
            row = db.get(CardSessionRow, answer.session)
            assert row is not None
            assert (row.device, row.access, row.card) == (A, "query", f"{1:032X}")


def test_a_staff_card_is_no_card_of_its_holders_record(asking: Asking) -> None:
    with asking.hall.db() as db:
        db.add(
            StaffRow(
                number="W-0231",
                name="0231",
                role="clerk",
                salt=b"",
                password=b"",
                secret=b"",
                card=f"{1:032X}",
                person_id=1,
            )
        )
    assert asking.ask("A00000001", RIGHT, kind=NumberKind.CARD_NUMBER).outcome is QueryOutcome.REFUSED
    assert asking.ask(HOLDER, RIGHT).outcome is QueryOutcome.REFUSED  # has no other card in this register
    with asking.hall.db() as db:
        own = {"atr": "3B00", "area": "370100", "algorithm": "DES", "status": "normal", "expires": None, "bank": None}
        db.add(Card(identification="F" * 32, number="A00000099", person_id=1, **own))
    answer = asking.ask(HOLDER, RIGHT)
    with asking.hall.db() as db:
        row = db.get(CardSessionRow, answer.session)
        assert row is not None
        assert row.card == "F" * 32


REFUSED = {
    "no such number": (STRANGER, RIGHT),
    "a wrong password": (HOLDER, WRONG),
    "an initial one: end of the ID number": (ELDER, ELDER[-6:]),
    "an initial one: birth date": (ELDER, ELDER[6:14]),
    "an initial one of who has set another": (HOLDER, HOLDER[-6:]),
    "an ID number that is a card's": ("A00000001", RIGHT),
}


def test_every_no_is_the_same_bytes_after_the_same_work(asking: Asking) -> None:
    answers, work = {}, {}
    for name, (number, password) in REFUSED.items():
        with asking.counted() as counted:
            answers[name] = encode(asking.ask(number, password))
        work[name] = counted
    assert set(answers.values()) == {b'{"outcome":"refused","session":null,"token":null,"expires":null,"wait":0}'}
    first = next(iter(work.values()))
    assert first[0] == 1
    assert len(first) > 6
    assert [name for name, counted in work.items() if counted != first] == []


def test_a_locked_number_costs_the_same_work_and_a_right_password_opens_it_no_more(asking: Asking) -> None:
    with asking.counted() as refused:
        asking.ask(STRANGER, WRONG)
    for number in (HOLDER, STRANGER):
        for _ in range(NUMBER_LIMIT.tries):
            asking.in_vain(number)
    answers = []
    for number, password in ((HOLDER, RIGHT), (HOLDER, WRONG), (STRANGER, RIGHT), (STRANGER, WRONG)):
        with asking.counted() as locked:
            answers.append(encode(asking.ask(number, password)))
        assert locked == refused
    assert answers == [encode(PersonSession(QueryOutcome.LOCKED, wait=86_400))] * 4


def outcomes(asking: Asking, number: str, passwords_: list[str], devices: list[str]) -> list[bytes]:
    return [encode(asking.ask(number, password, devices[at % len(devices)])) for at, password in enumerate(passwords_)]


@pytest.mark.parametrize("devices", [[A], KIOSKS], ids=["from one kiosk", "from twenty"])
def test_brute_force_learns_nothing_about_a_number(asking: Asking, devices: list[str]) -> None:
    """Twelve passwords on a number that exists, the right one among them, on one with an initial password, and on none."""
    tried = [f"{guess:06}" for guess in range(8)] + [RIGHT, *(f"{guess:06}" for guess in range(8, 11))]
    heard = []
    for number in (HOLDER, CHILD, STRANGER):
        heard.append(outcomes(asking, number, tried, devices))
        asking.hall.later(days=2)
    assert heard[0] == heard[1] == heard[2]
    kinds = [b'"refused"' in one for one in heard[0]]
    assert kinds == [True] * (NUMBER_LIMIT.tries - 1) + [False] * (len(tried) - NUMBER_LIMIT.tries + 1)
    assert all(b'"locked"' in one for one in heard[0][NUMBER_LIMIT.tries - 1 :])


def test_going_through_numbers_with_one_password_locks_the_kiosk_for_everybody_alike(asking: Asking) -> None:
    for serial in range(KIOSK_LIMIT.tries - 1):
        assert asking.in_vain(f"37010119900101{serial:04}").outcome is QueryOutcome.REFUSED
    assert asking.in_vain("370101199001019999").outcome is QueryOutcome.LOCKED
    answers = {encode(asking.ask(number, RIGHT)) for number in (HOLDER, STRANGER, CHILD)}
    assert answers == {encode(PersonSession(QueryOutcome.LOCKED, wait=int(KIOSK_LIMIT.lock)))}
    assert asking.ask(HOLDER, RIGHT, B).outcome is QueryOutcome.OPENED
    asking.hall.later(seconds=KIOSK_LIMIT.lock)
    assert asking.ask(HOLDER, RIGHT).outcome is QueryOutcome.OPENED


def test_what_a_locked_kiosk_asks_is_not_counted_against_the_number(asking: Asking) -> None:
    for serial in range(KIOSK_LIMIT.tries):
        asking.in_vain(f"37010119900101{serial:04}")
    for _ in range(2 * NUMBER_LIMIT.tries):
        asking.in_vain(HOLDER)
    assert asking.ask(HOLDER, RIGHT, B).outcome is QueryOutcome.OPENED


def test_the_owner_in_between_is_not_to_be_seen(asking: Asking) -> None:
    """A right password takes nothing back: the stranger's count goes on."""

    def heard(number: str, *, owner: bool) -> list[bytes]:
        told = []
        for _ in range(NUMBER_LIMIT.tries + 1):
            told.append(encode(asking.ask(number, WRONG, B)))
            if owner:
                asking.ask(number, RIGHT)
        return told

    assert heard(HOLDER, owner=True) == heard(STRANGER, owner=False)


def test_a_lock_ends_after_a_day_and_tries_are_forgotten_after_one(asking: Asking) -> None:
    for _ in range(NUMBER_LIMIT.tries):
        asking.in_vain(HOLDER)
    asking.hall.later(seconds=DAY - 60)
    assert asking.ask(HOLDER, RIGHT) == PersonSession(QueryOutcome.LOCKED, wait=60)
    asking.hall.later(seconds=60)
    for _ in range(NUMBER_LIMIT.tries - 1):
        assert asking.ask(HOLDER, WRONG).outcome is QueryOutcome.REFUSED
    asking.hall.later(seconds=DAY)
    assert asking.ask(HOLDER, WRONG).outcome is QueryOutcome.REFUSED
    assert asking.ask(HOLDER, RIGHT).outcome is QueryOutcome.OPENED


def test_the_counter_sets_a_password_and_takes_the_lock_away(asking: Asking) -> None:
    for _ in range(NUMBER_LIMIT.tries):
        asking.in_vain(ELDER)
    with asking.hall.db() as db:
        set_password(db, 4, "neu5Pa")
        unlock(db, [asking.desk.number_key(NumberKind.ID_NUMBER, ELDER)])
    assert asking.ask(ELDER, "neu5Pa").outcome is QueryOutcome.OPENED
    with asking.hall.db() as db:
        set_password(db, 4, None)
    assert asking.ask(ELDER, "neu5Pa").outcome is QueryOutcome.REFUSED


def test_central_records_every_look_up_and_keeps_neither_number_nor_password_readable(asking: Asking) -> None:
    asking.ask(STRANGER, "geheim1")
    opened = asking.ask(HOLDER, RIGHT, B)
    with asking.hall.db() as db:
        rows = db.query(QueryRow).order_by(QueryRow.id).all()
        told = [(row.device, row.outcome, row.session, row.at) for row in rows]
        assert told == [(A, "refused", None, asking.hall.now), (B, "opened", opened.session, asking.hall.now)]
        assert len({row.number for row in rows}) == 2
        kept = repr([vars(row) for kind in (QueryRow, QueryCountRow, QueryPasswordRow) for row in db.query(kind)])
    assert not [one for one in (STRANGER, "geheim1", HOLDER, RIGHT) if one in kept]


def test_where_the_region_has_no_such_look_up_nobody_is_looked_up(asking: Asking) -> None:
    never = QueryRules(False, 6, 20, True, frozenset(), False)
    desk = QueryDesk(SECRET, {A: never})
    for device in (A, "kiosk-of-no-region"):
        with pytest.raises(ProblemError) as refused:
            desk.rules(device)
        assert refused.value.type is ProblemType.NOT_OFFERED


@pytest.mark.parametrize(
    ("taken", "ticks"), [(0.0, 1), (0.001, 1), (TICK_SECONDS, 1), (TICK_SECONDS * 1.01, 2), (1.1, 5)]
)
def test_an_answer_leaves_on_a_tick(taken: float, ticks: int) -> None:
    assert wait_until_tick(taken) + taken == pytest.approx(ticks * TICK_SECONDS)
