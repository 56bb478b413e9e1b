"""What can go on at once does: nobody waits for something that could have begun before."""

import time
from collections.abc import Callable

from kiosk.sandbox import pki
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.line import Line
from kiosk.visit.failures import Failure
from kiosk.visit.states import Link, Model, Opening, Rules, Screen
from tests.kiosk.engine.machine import AREAS, PIN, Machine


class Onlooker(Machine):
    """Its screen takes as long to draw as central takes to hear what is asked."""

    def __init__(self, central: CentralProcess, certificates: pki.DemoPki) -> None:
        self.heard: list[bool] = []
        self._simulator = central.simulator
        super().__init__(central.base_url, certificates, Rules(areas=AREAS))

    def _published(self, model: Model) -> None:
        if isinstance(model.state, Opening):
            until = time.monotonic() + 5
            while not self._simulator.recording(Operation.OVERVIEW) and time.monotonic() < until:
                time.sleep(0.02)
            self.heard.append(bool(self._simulator.recording(Operation.OVERVIEW)))
        super()._published(model)


def test_what_is_asked_leaves_before_the_page_of_the_wait_is_drawn(
    central: CentralProcess, demo_pki: pki.DemoPki
) -> None:
    central.simulator.reset()
    m = Onlooker(central, demo_pki)
    try:
        m.slot.insert("jinan-2-0")
        m.type_pin(PIN)
        m.screen(Screen.HOME)
        assert m.heard == [True]
    finally:
        m.engine.stop()


def test_a_connection_is_made_while_the_card_is_read(central: CentralProcess, machine: Callable[..., Machine]) -> None:
    """Before there is anything to ask: here nothing ever is."""
    with Line(central.port) as line:
        m = machine(f"https://127.0.0.1:{line.port}")
        m.until(lambda model: model.world.link is Link.ONLINE and line.accepted == 1)
        m.slot.insert("bank-card")
        m.failure(Failure.CARD_NOT_SOCIAL_SECURITY)
        assert line.accepted > 1  # a heartbeat may have one of its own meanwhile
        assert not central.simulator.recording(Operation.OPEN_CARD_SESSION)
