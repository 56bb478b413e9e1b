"""Help through the real engine and the reference service: staff by name and by card, a look-up handed over, a resident without a
card, who types wrong things and waits, a technician's card while central is away."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from drivers.card.cardfile import CardFile, load_cards
from kiosk.central.answers import Cancel
from kiosk.engine.central import VisitCalls
from kiosk.engine.engine import Engine
from kiosk.engine.help import Lockouts
from kiosk.engine.helping import Helping
from kiosk.engine.technicians import TechnicianCards
from kiosk.health import Finding, Occasion, Report
from kiosk.help import Access, Ground, GroundRule, NumberKind, Part, RevealField, Role
from kiosk.ops import parts
from kiosk.ops.diagnostics import Check, Diagnostics
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.staff_seen import SeenStaff
from kiosk.store.device_key import DeviceKey
from kiosk.store.lockout import Limits, Lockout
from kiosk.store.technicians import Technicians
from kiosk.visit.actions import Action, Back, ConfirmTyped, End, TypeKey
from kiosk.visit.entry import EntryNote
from kiosk.visit.failures import Failure
from kiosk.visit.help import (
    EndLookup,
    HandOver,
    HelpRules,
    OpenLookup,
    OpenQuery,
    OpenReport,
    OpenStaffSignIn,
    PickGround,
    PickNumberKind,
    Query,
    QueryFailed,
    QueryLocked,
    QueryPassword,
    ReadinessReport,
    RevealRecord,
    SaveReport,
    ServiceScreen,
    SignIn,
    Staff,
    TestPart,
)
from kiosk.visit.states import Idle, Link, Model, Record, Screen
from tests.kiosk.engine.machine import PIN, Machine, texts_of

DEVICE = DeviceKey(bytes(range(32)))
HOLDER = load_cards()["jinan-1-0"]
ANOTHER = load_cards()["jinan-2-0"]
RULES = HelpRules(sign_in_without_card=True, query=True, grounds=(GroundRule(Ground.PRESENT),))


@dataclass
class Hall:
    """A kiosk with help, what it keeps in `folder`, and who works there."""

    central: CentralProcess
    make: Callable[..., Machine]
    folder: Path

    def kiosk(self, url: str | None = None) -> Machine:
        """Started anew on the same folder."""
        kept = Technicians(self.folder, DEVICE)

        def written(report: Report, language: str) -> str | None:
            path = self.folder / f"report-{language}"
            path.write_text(report.version, "utf-8")
            return str(path)

        helping = Helping(
            Lockouts(
                lambda: Lockout(self.folder, "lockout-staff", DEVICE),
                lambda: Lockout(self.folder, "lockout-query", DEVICE, Limits(free=3, first=20.0)),
            ),
            lambda: kept,
            self.doctor,
            written,
        )
        machine = self.make(url or self.central.base_url, helping=helping, help=RULES)
        if url is None:
            machine.until(lambda model: model.world.link is Link.ONLINE)
        self.machine = machine
        return machine

    def doctor(self) -> Diagnostics:
        engine = self.machine.engine

        def timed(of: Occasion) -> Finding:
            return parts.reader_timed(engine.model.world.reader, engine.timed_card(of.visit, of.insertion))

        checks = (
            Check(Part.READER, lambda: parts.reader(engine.model.world.reader), timed),
            Check(Part.CENTRAL, lambda: parts.central(engine.model.world.link), lambda _of: parts.unused(Part.CENTRAL)),
        )
        return Diagnostics(checks, lambda: (), "1.2.3", lambda: datetime(2026, 11, 22))

    def member(self, role: Role) -> SeenStaff:
        """With a one-time code that central takes now."""
        until = time.monotonic() + 60
        while True:
            found = next(one for one in self.central.simulator.staff() if one.role is role)
            if found.code is not None:
                return found
            assert time.monotonic() < until
            time.sleep(0.2)


@pytest.fixture
def hall(central: CentralProcess, machine: Callable[..., Machine], tmp_path: Path) -> Hall:
    return Hall(central, machine, tmp_path)


def typed(m: Machine, text: str) -> None:
    for key in text:
        m.press(TypeKey(key))
    m.press(ConfirmTyped())


def password(m: Machine, text: str) -> None:
    for sign in text:
        m.engine.secret.press_sign(sign)
    m.press(ConfirmTyped())


def do(m: Machine, *actions: Action) -> None:
    for action in actions:
        m.press(action)


def sign_in(m: Machine, who: SeenStaff, secret: str | None = None) -> None:
    """On the sign-in page, from its beginning."""
    m.until(lambda model: step(model) == "name")
    typed(m, who.name)
    m.until(lambda model: step(model) == "password")
    password(m, who.password if secret is None else secret)
    m.until(lambda model: step(model) == "code")
    typed(m, who.code or "000000")


def step(model: Model) -> str:
    state = model.state
    return state.stage.step.value if isinstance(state, Staff) and isinstance(state.stage, SignIn) else ""


def from_idle(m: Machine, action: Action) -> None:
    m.until(lambda model: isinstance(model.state, Idle))
    m.press(action)


def number_of(card: CardFile) -> str:
    assert card.holder is not None
    return card.holder.ssn


def find(m: Machine, number: str) -> None:
    m.screen(Screen.DESK)
    m.press(OpenLookup())
    m.screen(Screen.GROUND)
    m.press(PickGround(Ground.PRESENT))
    m.screen(Screen.WHOSE)
    typed(m, number)
    m.screen(Screen.FOUND)


def calls_of(engine: Engine) -> VisitCalls | None:
    """Where sessions and tokens are."""
    assert engine._central is not None
    return engine._central._visit


def test_a_clerk_by_name_looks_up_reveals_a_field_and_hands_over_with_nothing_left(hall: Hall) -> None:
    m, clerk = hall.kiosk(), hall.member(Role.CLERK)
    from_idle(m, OpenStaffSignIn())
    sign_in(m, clerk)
    number = number_of(HOLDER)
    find(m, number)
    assert number not in set(texts_of(m.models[-1])), "what was found is masked"
    assert m.engine.secret.take_password(m.models[-1].visits) == bytearray()
    m.press(RevealRecord(RevealField.NUMBER))
    m.until(lambda model: number in set(texts_of(model)))
    calls = calls_of(m.engine)
    assert calls is not None
    assert calls.staff is not None
    token = calls.staff.token
    assert token is not None
    m.press(HandOver())
    state = m.until(lambda model: isinstance(model.state, Record)).state
    assert isinstance(state, Record)
    assert (state.access, state.insertion) == (Access.HANDED_OVER, 0)
    calls = calls_of(m.engine)
    assert calls is not None
    assert calls.staff is None
    assert calls.session is None
    assert calls.person is not None
    assert clerk.number not in set(texts_of(m.models[-1]))
    gc.collect()
    assert not [one for one in gc.get_objects() if type(one).__name__ == "StaffSession" and one.token == token]
    assert not [text for model in m.models for text in texts_of(model) if token in text], "no token is ever in a model"
    seen = hall.central.simulator.lookups()
    assert [(one.staff, one.reveals, one.handed_over) for one in seen] == [(clerk.number, (RevealField.NUMBER,), True)]
    m.press(End())
    m.at_rest()
    assert calls_of(m.engine) is None


def test_a_staff_card_opens_the_desk_after_its_pin_and_its_removal_ends_it(hall: Hall) -> None:
    m = hall.kiosk()
    m.slot.insert("staff-clerk")
    m.type_pin(PIN)
    state = m.screen(Screen.DESK).state
    assert isinstance(state, Staff)
    assert state.role is Role.CLERK
    calls = calls_of(m.engine)
    assert calls is not None
    assert calls.staff is not None
    del calls
    m.slot.pull()
    m.screen(Screen.ENDED)
    assert calls_of(m.engine) is None
    assert not [seen for seen in hall.central.simulator.recording() if seen.path.endswith("/overview")]


def test_a_clerks_card_is_powered_off_at_the_hand_over_and_may_be_taken(hall: Hall) -> None:
    m = hall.kiosk()
    chip = m.slot.insert("staff-clerk")
    m.type_pin(PIN)
    find(m, number_of(HOLDER))
    m.press(HandOver())
    m.until(lambda model: isinstance(model.state, Record))
    until = time.monotonic() + 5
    while chip.powered:
        assert time.monotonic() < until, "the clerk's card still has power"
        time.sleep(0.005)
    m.slot.pull()
    m.until(lambda model: model.world.slot is None)
    assert isinstance(m.models[-1].state, Record), "the resident goes on"


def ask(m: Machine, number: str, secret: str) -> None:
    from_idle(m, OpenQuery())
    m.screen(Screen.QUERY_NUMBER)
    m.press(PickNumberKind(NumberKind.ID_NUMBER))
    typed(m, number)
    m.screen(Screen.QUERY_PASSWORD)
    password(m, secret)


def test_a_resident_without_a_card_sees_a_record_and_nothing_of_the_password_is_kept(hall: Hall) -> None:
    assert ANOTHER.issuer is not None
    hall.central.simulator.set_query_password(ANOTHER.issuer.number, "neu5Pass")
    m = hall.kiosk()
    ask(m, number_of(ANOTHER), "neu5Pass")
    state = m.until(lambda model: isinstance(model.state, Record)).state
    assert isinstance(state, Record)
    assert (state.access, state.insertion) == (Access.QUERY, 0)
    assert number_of(ANOTHER) not in set(texts_of(m.models[-1]))
    assert not [text for model in m.models for text in texts_of(model) if "neu5Pass" in text]
    m.press(End())
    m.at_rest()
    assert calls_of(m.engine) is None


def test_queries_are_limited_at_this_kiosk_and_a_right_one_in_between_takes_nothing_off(hall: Hall) -> None:
    assert ANOTHER.issuer is not None
    hall.central.simulator.set_query_password(ANOTHER.issuer.number, "neu5Pass")
    m = hall.kiosk()
    for number in (HOLDER, HOLDER):
        ask(m, number_of(number), "wrong-one")
        m.until(lambda model: refused(model))
        do(m, Back(), Back())
    ask(m, number_of(ANOTHER), "neu5Pass")
    m.until(lambda model: isinstance(model.state, Record))
    m.press(End())
    ask(m, number_of(HOLDER), "wrong-one")
    m.until(lambda model: refused(model))
    do(m, Back(), Back())
    asked = len(sessions_asked(hall))
    ask(m, number_of(ANOTHER), "neu5Pass")
    m.until(lambda model: isinstance(model.state, Query) and isinstance(model.state.stage, QueryLocked))
    assert len(sessions_asked(hall)) == asked, "nothing was sent"


def refused(model: Model) -> bool:
    state = model.state
    return isinstance(state, Query) and isinstance(state.stage, QueryPassword) and state.stage.note is EntryNote.REFUSED


def sessions_asked(hall: Hall) -> list[object]:
    return [one for one in hall.central.simulator.recording() if one.path.endswith("/query-sessions")]


def test_without_central_nobody_is_asked_and_a_query_says_so(hall: Hall) -> None:
    m = hall.kiosk("https://127.0.0.1:9")
    m.until(lambda model: model.world.link is Link.OFFLINE)
    from_idle(m, OpenQuery())
    state = m.screen(Screen.QUERY_FAILED).state
    assert isinstance(state, Query)
    assert state.stage == QueryFailed(Failure.CENTRAL_UNREACHABLE)


def test_a_technicians_card_opens_diagnostics_while_central_is_away_once_with_each_pair(hall: Hall) -> None:
    m = hall.kiosk()
    cards = m.engine._technicians
    assert isinstance(cards, TechnicianCards)
    cards.ask(Cancel())
    kept = Technicians(hall.folder, DEVICE)
    assert kept.status is not None
    left = kept.status.pairs
    assert left >= 50
    m.engine.stop()

    away = hall.kiosk("https://127.0.0.1:9")
    away.until(lambda model: model.world.link is Link.OFFLINE)
    chip = away.slot.insert("staff-technician")
    away.type_pin(PIN)
    state = away.screen(Screen.SERVICE).state
    assert isinstance(state, Staff)
    assert state.diagnostics_only
    assert chip.powered
    after = Technicians(hall.folder, DEVICE).status
    assert after is not None
    assert after.pairs == left - 1
    away.slot.pull()
    away.screen(Screen.ENDED)

    # A clerk's card opens nothing, and uses nothing up.
    away.slot.insert("staff-clerk")
    away.until(lambda model: not isinstance(model.state, Staff) and model.world.slot is not None)
    spent = Technicians(hall.folder, DEVICE).status
    assert spent is not None
    assert spent.pairs == left - 1


def test_a_technician_sees_every_part_tests_the_reader_and_keeps_a_report(hall: Hall) -> None:
    m = hall.kiosk()
    m.slot.insert("staff-technician")
    m.type_pin(PIN)
    m.screen(Screen.SERVICE)
    m.until(lambda model: isinstance(model.state, Staff) and model.state.report is not None)
    m.press(TestPart(Part.READER))

    def timed(model: Model) -> bool:
        state = model.state
        if not isinstance(state, Staff) or state.report is None or not isinstance(state.stage, ServiceScreen):
            return False
        return state.report.findings[0].key == "timed" and not state.stage.testing

    m.until(timed)
    m.press(OpenReport())
    m.screen(Screen.REPORT)
    m.press(SaveReport())
    state = m.until(
        lambda model: (
            isinstance(model.state, Staff)
            and isinstance(model.state.stage, ReadinessReport)
            and model.state.stage.saved
        )
    ).state
    assert isinstance(state, Staff)
    assert isinstance(state.stage, ReadinessReport)
    assert state.stage.file is not None
    assert Path(state.stage.file).read_text("utf-8") == "1.2.3"


def test_a_look_up_left_halfway_ends_the_session_at_central(hall: Hall) -> None:
    m, clerk = hall.kiosk(), hall.member(Role.CLERK)
    from_idle(m, OpenStaffSignIn())
    sign_in(m, clerk)
    find(m, number_of(HOLDER))
    do(m, EndLookup())
    m.screen(Screen.DESK)
    m.press(End())
    m.until(lambda model: isinstance(model.state, Idle))
    until = time.monotonic() + 5
    while not [
        one for one in hall.central.simulator.recording() if one.method == "DELETE" and "/staff-sessions/" in one.path
    ]:
        assert time.monotonic() < until, "central was not told"
        time.sleep(0.02)


def test_wrong_passwords_lock_this_kiosk_and_a_restart_takes_nothing_off(hall: Hall) -> None:
    """Last: central holds it against this kiosk, too."""
    m, clerk = hall.kiosk(), hall.central.simulator.member("W-0232")
    from_idle(m, OpenStaffSignIn())
    wrong = replace(clerk, code="000000")
    for tries in range(1, 6):
        sign_in(m, wrong, "wrong")
        model = m.until(
            lambda model: step(model) == "name" and model.state.stage.note is EntryNote.REFUSED,  # type: ignore[union-attr]
        )
        assert isinstance(model.state, Staff)
        assert isinstance(model.state.stage, SignIn)
        assert (model.state.stage.locked_until is not None) == (tries == 5), tries
        if tries < 5:
            m.press(Back())
            from_idle(m, OpenStaffSignIn())
    m.engine.stop()
    asked = len(hall.central.simulator.recording())
    again = hall.kiosk()
    from_idle(again, OpenStaffSignIn())
    sign_in(again, clerk)
    again.until(
        lambda model: isinstance(model.state, Staff) and getattr(model.state.stage, "locked_until", None) is not None
    )
    assert not [one for one in hall.central.simulator.recording()[asked:] if one.path.endswith("/staff-sessions")]
