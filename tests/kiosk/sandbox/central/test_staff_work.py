"""What a sign-in costs central, and that two at once are counted as two: without HTTP, on a clock that the test moves."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from kiosk.central.contract import LookupRequest, SignInRequest
from kiosk.help import Ground, LookupOutcome, NumberKind, Role, SignInOutcome
from kiosk.sandbox.central import passwords, staff_signin
from kiosk.sandbox.central.database import open_database, sessions
from kiosk.sandbox.central.staff_lookup import LOOKUPS, Asking, look_up
from kiosk.sandbox.central.staff_signin import FREE, attempt, sign_in
from kiosk.sandbox.central.staff_tables import StaffRow, StaffSessionRow
from kiosk.sandbox.central.tables import Base, Device, Person
from kiosk.sandbox.central.totp import code_at, step_of

NOW = 1_800_000_000.0
SECRET = b"12345678901234567890"
PASSWORD = "Hall-5c01d2aa"
NOBODY = LookupRequest(Ground.PRESENT, None, None, NumberKind.ID_NUMBER, "37010119000101001X")


def quick(password: str, salt: bytes) -> bytes:
    """In place of scrypt, whose time is no matter here: the running service is asked elsewhere."""
    return hashlib.sha256(salt + password.encode()).digest()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_signin, "hashed", quick)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_database(f"sqlite:///{tmp_path}/central.sqlite")
    Base.metadata.create_all(made)
    salt = b"s" * passwords.SALT_BYTES
    with sessions(made).begin() as db:
        db.add(Device(id="kiosk-01", area="370100"))
        db.add(Person(id=1, name="试帮办", number="370101198803151411", born=date(1988, 3, 15), phone=None))
        db.flush()
        db.add(
            StaffRow(
                number="W-0231",
                name="0231",
                role=Role.CLERK.value,
                salt=salt,
                password=quick(PASSWORD, salt),
                secret=SECRET,
                card=None,
                person_id=1,
            )
        )
    yield made
    made.dispose()


def code(step: int = 0) -> str:
    return code_at(SECRET, step_of(NOW) + step)


@pytest.mark.parametrize("before", [0, 1, FREE - 1])
def test_a_name_that_nobody_has_costs_what_a_wrong_password_costs(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """Statements and password hashes are counted for each, also for a wrong code."""
    spent: list[str] = []

    def hashed(password: str, salt: bytes) -> bytes:
        spent.append("scrypt")
        return quick(password, salt)

    monkeypatch.setattr(staff_signin, "hashed", hashed)
    event.listen(engine, "before_cursor_execute", lambda *given: spent.append(str(given[2]).partition(" ")[0]))
    bills = []
    for asked in (
        SignInRequest("9999", PASSWORD, code()),
        SignInRequest("0231", "Hall-00000000", code()),
        SignInRequest("0231", PASSWORD, "000000" if code() != "000000" else "111111"),
    ):
        with sessions(engine).begin() as db:
            db.execute(staff_signin.AttemptRow.__table__.delete())  # type: ignore[attr-defined]
        for _ in range(before):
            with sessions(engine).begin() as db:
                attempt(db, asked, NOW)
        spent.clear()
        with sessions(engine).begin() as db:
            found = attempt(db, asked, NOW)
        bills.append((found.outcome, found.wait, tuple(spent)))
    assert len(set(bills)) == 1, bills
    assert bills[0][2].count("scrypt") == 1


def test_while_a_name_is_locked_no_password_is_hashed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = SignInRequest("0231", "Hall-00000000", "000000")
    for _ in range(FREE):
        with sessions(engine).begin() as db:
            attempt(db, wrong, NOW)
    monkeypatch.setattr(staff_signin, "hashed", lambda *_: pytest.fail("a password was hashed"))
    with sessions(engine).begin() as db:
        assert attempt(db, SignInRequest("0231", PASSWORD, code()), NOW).outcome is SignInOutcome.LOCKED


def test_an_hour_without_a_wrong_one_and_all_begins_anew(engine: Engine) -> None:
    wrong = SignInRequest("0231", "Hall-00000000", "000000")

    def asked(at: float) -> SignInOutcome:
        with sessions(engine).begin() as db:
            return attempt(db, wrong, at).outcome

    assert [asked(NOW) for _ in range(FREE - 1)] == [SignInOutcome.REFUSED] * (FREE - 1)
    assert asked(NOW + 3700) is SignInOutcome.REFUSED
    assert [asked(NOW + 3700) for _ in range(FREE - 1)][-1] is SignInOutcome.LOCKED


def test_of_many_at_once_each_is_counted(engine: Engine) -> None:
    wrong = SignInRequest("0231", "Hall-00000000", "000000")

    def asked(_: int) -> SignInOutcome:
        with sessions(engine).begin() as db:
            return attempt(db, wrong, NOW).outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(asked, range(FREE + 3)))
    assert outcomes.count(SignInOutcome.REFUSED) == FREE - 1


def test_one_code_at_two_kiosks_at_once_signs_in_once(engine: Engine) -> None:
    asked = SignInRequest("0231", PASSWORD, code())

    def typed(_: int) -> SignInOutcome:
        with sessions(engine).begin() as db:
            return sign_in(db, "kiosk-01", asked, NOW).outcome

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(typed, range(2))) == [SignInOutcome.REFUSED, SignInOutcome.SIGNED_IN]


def test_of_many_look_ups_at_once_none_goes_over_the_rate(engine: Engine) -> None:
    with sessions(engine).begin() as db:
        opened = sign_in(db, "kiosk-01", SignInRequest("0231", PASSWORD, code()), NOW)

    def asked(_: int) -> LookupOutcome:
        with sessions(engine).begin() as db:
            session, staff = db.get_one(StaffSessionRow, opened.session), db.get_one(StaffRow, "W-0231")
            asking = Asking(session, staff, "kiosk-01", NOW, date(2027, 1, 15))
            return look_up(db, asking, NOBODY, lambda _db, _person: None).outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(asked, range(LOOKUPS + 6)))
    assert outcomes.count(LookupOutcome.NOT_FOUND) == LOOKUPS
    assert outcomes.count(LookupOutcome.TOO_MANY) == 6
