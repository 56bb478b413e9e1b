"""A card that is reported lost opens nothing in an outage, not even what it showed at this kiosk an hour before."""

from collections.abc import Callable, Iterator

import pytest

from drivers.card.apdu import INS_VERIFY
from kiosk.model import CardStatus
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.line import Cut
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from tests.journeys.driver import Kiosk

LOST, SOUND = "jinan-2-0", "jinan-1-0"


@pytest.fixture
def walk(world: World, display: str) -> Iterator[Walk]:
    """A kiosk where both cards were served; one of them is reported lost, and the kiosk starts anew."""
    with Kiosk.start(world=world, display=display) as kiosk:
        walk = Walk(world, kiosk)
        walk.kiosk.wait_screen("attract")
        for card in (LOST, SOUND):
            walk.to_home(card)
        walk.to_idle()
        before = taken(kiosk)
        world.cut_power()
        world.set_card_status(LOST, CardStatus.LOST)
        world.central.forget()
        world.power_on()
        kiosk.wait_ready()
        kiosk.wait_screen("attract")
        kiosk.wait(lambda _: taken(kiosk) > before, 20, "the loss list")
        yield walk
    world.set_card_status(LOST, CardStatus.NORMAL)
    world.restore()


def taken(kiosk: Kiosk) -> int:
    """Lists that the kiosk took so far, as its log tells."""
    return sum((line.get("event"), line.get("took")) == ("loss-list", "taken") for line in kiosk.machine.log_lines())


@pytest.mark.fault("central", "away, and the card was reported lost", level="real")
def test_in_an_outage_a_lost_card_gets_nothing_and_is_asked_for_no_pin(
    walk: Walk, world: World, fired: Callable[[object], None]
) -> None:
    world.set_line(Cut())
    chip = world.insert(LOST, fresh=True)
    walk.kiosk.wait_screen("failure", failure="STATUS-LISTED")
    assert not any(command.ins == INS_VERIFY and command.lc for command in chip.seen)
    walk.to_idle()
    walk.to_home(SOUND)
    fired(not world.central.recording(Operation.OPEN_CARD_SESSION))
