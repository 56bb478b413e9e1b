"""The whole machine without a window: virtual cards, the real engine, the reference service over mutual TLS."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from drivers.card.ssc import PinProfile
from kiosk.central.client import CentralClient
from kiosk.engine.engine import Engine, EngineSettings
from kiosk.model import AccountPage, ContributionPage
from kiosk.sandbox import pki
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.visit.actions import ConfirmPin, End, OpenAccount, OpenContributions
from kiosk.visit.base import screen_of
from kiosk.visit.effects import Sound
from kiosk.visit.failures import Failure
from kiosk.visit.states import (
    AccountsPage,
    CardPage,
    ContributionsPage,
    Link,
    Model,
    PinPad,
    Record,
    Rules,
    Screen,
)
from tests.kiosk.engine.slot import Slot

AREAS = frozenset({"370100", "370101", "370102"})


@pytest.fixture(scope="module")
def demo_pki(tmp_path_factory: pytest.TempPathFactory) -> pki.DemoPki:
    return pki.ensure(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def central(demo_pki: pki.DemoPki) -> Iterator[CentralProcess]:
    with CentralProcess(demo_pki, population=20) as process:
        yield process


class Machine:
    """An engine with a slot, and every model it ever published."""

    def __init__(self, url: str, certificates: pki.DemoPki, rules: Rules) -> None:
        identity = certificates.device("kiosk-01")
        self.slot = Slot()
        self.sounds: list[Sound] = []
        self._changed = threading.Condition()
        client = CentralClient(url, certificates.authority, identity.certificate, identity.key)
        self.engine = Engine(
            rules,
            EngineSettings(PinProfile(4, 12), 30.0, 8.0),
            self.slot,
            client,
            self._published,
            self.sounds.append,
            lambda: None,
        )
        self.models: list[Model] = [self.engine.model]
        self.engine.start()
        self.engine.connect()

    def _published(self, model: Model) -> None:
        with self._changed:
            self.models.append(model)
            self._changed.notify_all()

    def until(self, wanted: Callable[[Model], bool], within: float = 12.0) -> Model:
        with self._changed:
            done = self._changed.wait_for(lambda: wanted(self.models[-1]), within)
            assert done, f"stuck at {screen_of(self.models[-1])} {self.models[-1].state!r}"
            return self.models[-1]

    def screen(self, name: Screen) -> Model:
        return self.until(lambda model: screen_of(model) is name)

    def failure(self, failure: Failure) -> None:
        self.until(lambda model: isinstance(model.state, CardPage) and model.state.failure is failure)

    def type_pin(self, pin: str) -> None:
        self.screen(Screen.PIN)
        for digit in pin:
            self.engine.secret.press(int(digit))
        self.engine.pressed(self.models[-1].visits, ConfirmPin())

    def press(self, action: object) -> None:
        self.engine.pressed(self.models[-1].visits, action)  # type: ignore[arg-type]


@pytest.fixture
def machine(central: CentralProcess, demo_pki: pki.DemoPki) -> Iterator[Callable[..., Machine]]:
    made: list[Machine] = []

    def make(url: str = central.base_url, **rules: object) -> Machine:
        made.append(Machine(url, demo_pki, Rules(areas=AREAS, **rules)))  # type: ignore[arg-type]
        return made[-1]

    central.simulator.reset()
    yield make
    for one in made:
        one.engine.stop()


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
        ("jinan-not-activated", Failure.NOT_ACTIVATED),
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
