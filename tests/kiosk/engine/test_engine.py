"""The whole machine without a window: virtual cards, the real engine, the reference service over mutual TLS."""

import time
from collections.abc import Callable

import pytest

from drivers.card.cardfile import load_cards, load_keys
from drivers.card.virtual import VirtualCard
from kiosk.model import AccountPage, ContributionPage
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.visit.actions import End, OpenAccount, OpenContributions
from kiosk.visit.effects import Sound
from kiosk.visit.failures import Failure
from kiosk.visit.services import Activation, Stop, Stopped
from kiosk.visit.states import (
    AccountsPage,
    CardPage,
    ContributionsPage,
    Link,
    Model,
    PinPad,
    Record,
    Screen,
)
from tests.kiosk.engine.machine import Machine


def test_from_the_card_to_the_record_and_back(machine: Callable[..., Machine]) -> None:
    m = machine()
    chip = m.slot.insert("jinan-2-0")
    m.type_pin("123456")
    record = m.screen(Screen.HOME).state
    assert isinstance(record, Record)
    assert record.overview.holder.name == "测试甲"
    m.press(OpenContributions())
    page = m.until(lambda x: isinstance(x.state, Record) and isinstance(x.state.page, ContributionsPage)).state
    m.until(
        lambda x: (
            isinstance(x.state, Record)
            and isinstance(x.state.page, ContributionsPage)
            and isinstance(x.state.page.rows, ContributionPage)
        )
    )
    assert page is not None
    m.press(OpenAccount())
    m.until(
        lambda x: (
            isinstance(x.state, Record)
            and isinstance(x.state.page, AccountsPage)
            and isinstance(x.state.page.entries, AccountPage)
        )
    )
    m.press(End())
    m.screen(Screen.TAKE_CARD)
    assert m.sounds == [Sound.TAKE_CARD]
    m.slot.pull()
    idle = m.screen(Screen.ATTRACT)
    assert "测试" not in repr(idle)
    deadline = time.monotonic() + 5
    while chip.powered and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not chip.powered


def test_a_wrong_pin_and_then_the_right_one(machine: Callable[..., Machine]) -> None:
    m = machine()
    chip = m.slot.insert("jinan-2-0")
    left = chip.tries_left
    m.type_pin("999999")
    pad = m.until(lambda x: isinstance(x.state, PinPad) and x.state.tries.tries_left == left - 1).state
    assert isinstance(pad, PinPad)
    assert pad.digits == 0
    m.type_pin("123456")
    m.screen(Screen.HOME)


@pytest.mark.parametrize(
    ("card", "failure"),
    [
        ("jinan-lost", Failure.STATUS_LOST),
        ("jinan-expired", Failure.STATUS_EXPIRED),
        ("jinan-pin-locked", Failure.PIN_LOCKED),
        ("jinan-no-pin", Failure.NO_PIN_SET),
        ("jinan-counterfeit", Failure.NOT_GENUINE),
        ("jinan-malformed", Failure.CARD_MALFORMED),
        ("jinan-app-locked", Failure.CARD_APPLICATION_LOCKED),
        ("bank-card", Failure.CARD_NOT_SOCIAL_SECURITY),
        ("chengdu-other-place", Failure.OTHER_PLACE),
    ],
)
def test_a_card_that_must_not_get_to_the_pin(machine: Callable[..., Machine], card: str, failure: Failure) -> None:
    m = machine()
    chip = m.slot.insert(card)
    m.failure(failure)
    assert not any(isinstance(model.state, PinPad) for model in m.models)
    assert not [seen for seen in chip.seen if seen.ins == 0x20 and seen.lc]


def test_without_a_journal_nothing_is_activated_and_everything_else_goes_on(
    machine: Callable[..., Machine], central: CentralProcess
) -> None:
    m = machine()
    chip = m.slot.insert("jinan-not-activated")
    stopped = m.screen(Screen.STOPPED).state
    assert isinstance(stopped, Activation)
    assert isinstance(stopped.stage, Stopped)
    assert stopped.stage.stop is Stop.JOURNAL
    assert not [seen for seen in central.simulator.recording() if "/activation" in seen.path]
    m.slot.pull()
    m.at_rest(chip)
    m.next_person(VirtualCard(load_cards()["jinan-2-0"], load_keys()))


def test_a_record_that_disagrees_with_the_card_is_not_shown(machine: Callable[..., Machine]) -> None:
    m = machine()
    m.slot.insert("jinan-mismatch")
    m.until(lambda x: isinstance(x.state, CardPage | PinPad))
    if isinstance(m.models[-1].state, PinPad):
        m.type_pin("123456")
    m.until(lambda x: isinstance(x.state, CardPage))
    assert not any(isinstance(model.state, Record) for model in m.models)


def test_central_away_is_a_page_and_no_pin_is_asked(machine: Callable[..., Machine]) -> None:
    m = machine("https://127.0.0.1:9")  # the discard port: nobody listens
    m.until(lambda x: x.world.link is Link.OFFLINE)
    m.slot.insert("jinan-2-0")
    m.failure(Failure.CENTRAL_UNREACHABLE)
    assert not any(isinstance(model.state, PinPad) for model in m.models)
    m.slot.pull()
    m.screen(Screen.ATTRACT)


def test_a_key_pressed_the_moment_the_pad_is_seen_is_not_lost(
    machine: Callable[..., Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    m = machine()
    publish = m.engine._publish
    pressed: list[int] = []

    def at_once(model: Model) -> None:
        if isinstance(model.state, PinPad) and not pressed:
            pressed.append(1)
            m.engine.secret.press(1)
        publish(model)

    monkeypatch.setattr(m.engine, "_publish", at_once)
    m.slot.insert("jinan-2-0")
    m.until(lambda model: isinstance(model.state, PinPad) and model.state.digits == 1, within=5)


def test_nothing_personal_is_asked_before_the_pin(machine: Callable[..., Machine], central: CentralProcess) -> None:
    m = machine()
    m.slot.insert("jinan-2-0")
    m.screen(Screen.PIN)
    before = [(seen.method, seen.path) for seen in central.simulator.recording()]
    assert not [path for _, path in before if path.endswith(("/overview", "/contributions", "/account-entries"))]
    m.type_pin("123456")
    m.screen(Screen.HOME)
    after = [seen.path for seen in central.simulator.recording()]
    assert any(path.endswith("/overview") for path in after)


def test_pulled_while_the_overview_is_on_its_way_the_next_person_sees_nothing(
    machine: Callable[..., Machine], central: CentralProcess
) -> None:
    m = machine()
    m.slot.insert("jinan-twin-a")
    m.screen(Screen.PIN)
    central.simulator.fault(FaultKind.HOLD, Operation.OVERVIEW)
    m.type_pin("123456")
    m.until(lambda _x: central.simulator.held > 0)
    m.slot.pull()
    m.slot.insert("jinan-twin-b")
    m.screen(Screen.PIN)
    central.simulator.clear()
    central.simulator.release()
    m.type_pin("123456")
    record = m.screen(Screen.HOME).state
    assert isinstance(record, Record)
    shown = {x.state.overview.card_number for x in m.models if isinstance(x.state, Record)}
    assert shown == {record.overview.card_number}
    assert record.visit == 2
