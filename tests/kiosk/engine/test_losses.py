"""The loss list comes from a running central, once an hour, and what it says holds while central is away."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.central.answers import Answer, Cancel
from kiosk.central.client import CentralClient
from kiosk.engine.losses import FETCH_SECONDS, LATE_SECONDS, RETRY_SECONDS, SPREAD_SECONDS, Losses
from kiosk.model import CardStatus
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.pki import DemoPki, ensure
from kiosk.store.device_key import DeviceKey
from kiosk.store.losslist import LossList, LossVerdict, Took, load_signer

DEVICE = DeviceKey(bytes(range(32)))
MAX_AGE = 48 * 3600


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return ensure(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def central(pki: DemoPki) -> Iterator[CentralProcess]:
    with CentralProcess(pki, population=10) as central:
        yield central


@pytest.fixture
def simulator(central: CentralProcess) -> Simulator:
    central.simulator.reset()
    return central.simulator


class Kiosk:
    """The list's keeper with a clock of its own, that nothing is random about."""

    def __init__(self, central: CentralProcess, pki: DemoPki, folder: Path) -> None:
        mine = pki.device("kiosk-01")
        self.client = CentralClient(central.base_url, pki.authority, mine.certificate, mine.key)
        self.folder = folder
        self.signer = pki.list_signer.public
        self.now = 1000.0
        self.seen: list[Answer[object]] = []
        self.asked_for_spread: list[tuple[float, float]] = []
        self.losses = Losses(self.client, self.opened, self.seen.append, lambda: self.now, self.spread)

    def opened(self) -> LossList | None:
        signer = load_signer(self.signer)
        return None if signer is None else LossList(self.folder, DEVICE, signer, MAX_AGE)

    def spread(self, low: float, high: float) -> float:
        self.asked_for_spread.append((low, high))
        return high

    def beat(self, after: float = 0.0) -> Took | None:
        self.now += after
        return self.losses.ask_if_due(Cancel())

    def says(self, card: str) -> LossVerdict:
        return self.losses.listed(Cardholder.of(card).issuer.identification, int(time.time()))


@pytest.fixture
def kiosk(central: CentralProcess, simulator: Simulator, pki: DemoPki, tmp_path: Path) -> Iterator[Kiosk]:
    made = Kiosk(central, pki, tmp_path)
    yield made
    made.client.close()


HOUR = FETCH_SECONDS * 1.15
RETRY = RETRY_SECONDS * 1.15


def asked(simulator: Simulator) -> int:
    return len(simulator.recording(Operation.LOSS_LIST))


def test_the_first_heartbeat_brings_the_list(kiosk: Kiosk) -> None:
    assert kiosk.says("jinan-1-0") is LossVerdict.STALE
    assert kiosk.beat() is Took.TAKEN
    assert kiosk.says("jinan-1-0") is LossVerdict.CLEAR
    assert kiosk.says("jinan-lost") is LossVerdict.LISTED


def test_it_is_asked_for_once_an_hour_and_not_at_every_heartbeat(kiosk: Kiosk, simulator: Simulator) -> None:
    kiosk.beat()
    for _ in range(5):
        assert kiosk.beat(45.0) is None
    assert asked(simulator) == 1
    kiosk.beat(HOUR)
    assert asked(simulator) == 2


def test_a_card_that_is_lost_later_is_on_the_next_list(kiosk: Kiosk, simulator: Simulator) -> None:
    kiosk.beat()
    number = Cardholder.of("jinan-1-0").card_number
    simulator.set_card(number, CardStatus.LOST)
    try:
        assert kiosk.says("jinan-1-0") is LossVerdict.CLEAR
        assert kiosk.beat(HOUR) is Took.TAKEN
        assert kiosk.says("jinan-1-0") is LossVerdict.LISTED
    finally:
        simulator.set_card(number, CardStatus.NORMAL)


def test_a_kiosk_that_starts_in_an_outage_has_the_list_of_before(
    kiosk: Kiosk, central: CentralProcess, pki: DemoPki
) -> None:
    kiosk.beat()
    again = Kiosk(central, pki, kiosk.folder)
    assert again.says("jinan-lost") is LossVerdict.LISTED
    assert again.says("jinan-1-0") is LossVerdict.CLEAR
    again.client.close()


def test_a_failure_is_tried_again_soon_and_leaves_the_list_as_it_is(kiosk: Kiosk, simulator: Simulator) -> None:
    kiosk.beat()
    simulator.fault(FaultKind.STATUS, Operation.LOSS_LIST)
    assert kiosk.beat(HOUR) is None
    assert kiosk.says("jinan-lost") is LossVerdict.LISTED
    assert kiosk.beat(45.0) is None
    assert asked(simulator) == 2
    kiosk.beat(RETRY)
    assert asked(simulator) == 3


@pytest.mark.fault("central", "broken loss list", level="real")
@pytest.mark.parametrize("kind", [FaultKind.BROKEN_JSON, FaultKind.TRUNCATED, FaultKind.RESET, FaultKind.EMPTY])
def test_half_an_answer_is_no_list(
    kiosk: Kiosk, simulator: Simulator, fired: Callable[[object], None], kind: FaultKind
) -> None:
    simulator.fault(kind, Operation.LOSS_LIST, times=2)
    assert kiosk.beat() is None
    assert kiosk.says("jinan-1-0") is LossVerdict.STALE
    fired(asked(simulator))


def test_after_an_outage_the_kiosks_of_a_hall_do_not_ask_all_at_once(kiosk: Kiosk, simulator: Simulator) -> None:
    kiosk.beat()
    assert kiosk.beat(HOUR + LATE_SECONDS + 1) is None
    assert kiosk.asked_for_spread[-1] == (0.0, SPREAD_SECONDS)
    assert asked(simulator) == 1
    kiosk.beat(SPREAD_SECONDS)
    assert asked(simulator) == 2


@pytest.mark.fault("central", "loss list of another signer", level="real")
def test_a_list_that_another_key_has_signed_is_not_taken(
    kiosk: Kiosk, simulator: Simulator, tmp_path_factory: pytest.TempPathFactory, fired: Callable[[object], None]
) -> None:
    kiosk.signer = ensure(tmp_path_factory.mktemp("other"), ()).list_signer.public
    assert kiosk.beat() is Took.BAD_SIGNATURE
    fired(asked(simulator))
    assert kiosk.says("jinan-1-0") is LossVerdict.STALE


def test_without_the_signers_key_nothing_is_asked_and_nobody_gets_anything(
    kiosk: Kiosk, simulator: Simulator, pki: DemoPki
) -> None:
    kiosk.signer = kiosk.folder / "missing.pem"
    assert kiosk.beat() is None
    assert asked(simulator) == 0
    assert kiosk.says("jinan-1-0") is LossVerdict.STALE
    kiosk.signer = pki.list_signer.public
    assert kiosk.beat(RETRY) is Took.TAKEN


def test_every_answer_tells_of_link_and_clock(kiosk: Kiosk) -> None:
    kiosk.beat()
    (answer,) = kiosk.seen
    assert answer.status == 200
    assert answer.clock_offset is not None


def test_a_list_that_is_long_on_its_way_holds_up_no_heartbeat_and_is_asked_for_once(
    kiosk: Kiosk, simulator: Simulator
) -> None:
    simulator.fault(FaultKind.HOLD, Operation.LOSS_LIST)
    kiosk.losses.after_heartbeat(Cancel())
    (asking,) = [thread for thread in threading.enumerate() if thread.name == "loss-list"]
    until = time.monotonic() + 10
    while not simulator.held and time.monotonic() < until:
        time.sleep(0.01)
    kiosk.now += HOUR
    kiosk.losses.after_heartbeat(Cancel())
    assert kiosk.says("jinan-1-0") is LossVerdict.STALE
    simulator.release()
    asking.join(10)
    assert kiosk.says("jinan-1-0") is LossVerdict.CLEAR
    assert asked(simulator) == 1
