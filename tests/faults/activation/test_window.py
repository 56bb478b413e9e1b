"""Some cells of the matrix with the real window: what a person sees of it, touched and read from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from drivers.card.apdu import INS_CHANGE_PIN
from drivers.card.virtual import VirtualCard
from kiosk.model import CardStatus
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.legs_activation import (
    ELDER,
    NEW,
    NEW_PIN,
    activated,
    again,
    code,
    inserted,
    number,
    set_pins,
    type_pin,
)
from kiosk.sandbox.stops import tap, together
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import World
from tests.faults.activation.stand import number_of

Fired = Callable[[object], None]
pytestmark = pytest.mark.long

TO_PINS: Final = together(
    inserted(NEW),
    tap("party-holder", "number"),
    number(NEW, "way"),
    tap("way-code", "code"),
    code("keep-phone"),
    tap("use-phone", "explain"),
    tap("start", "pins"),
)


def is_active(world: World, chip: VirtualCard) -> bool:
    """Both sides: the card has the new PIN, central has it active, and nothing is open."""
    seen = world.central.card(number_of(chip))
    return chip.has_pin(NEW_PIN) and seen.status is CardStatus.NORMAL and not seen.open


@pytest.mark.fault("activation", "window: card pulled inside CHANGE", level="real")
def test_a_torn_card_is_asked_for_the_new_pin_and_then_for_the_old_one(walk: Walk, fired: Fired) -> None:
    TO_PINS(walk)
    chip = walk.world.chip(NEW)
    walk.world.card_fault(action="tear", ins=INS_CHANGE_PIN, times=1)
    set_pins()(walk)
    walk.kiosk.wait_screen("attract", 20)
    fired(chip.fired)
    again(NEW, "pins")(walk)
    type_pin(NEW_PIN, "pins.torn_old.title")(walk)
    assert chip.has_pin(PIN)
    set_pins()(walk)
    activated(walk)
    assert is_active(walk.world, chip)
    walk.to_idle()


@pytest.mark.fault("activation", "window: kill -9 while central confirms", level="real")
def test_a_kiosk_that_died_while_central_confirmed_goes_on_by_itself(walk: Walk, fired: Fired) -> None:
    TO_PINS(walk)
    chip = walk.world.chip(NEW)
    walk.world.central_fault("hold_request", "confirm")
    set_pins()(walk)
    walk.kiosk.wait(lambda _: walk.world.central.held > 0, 20, "a confirm at central")
    walk.kiosk.machine.cut_power()
    fired(not walk.kiosk.machine.on)
    walk.world.pull()
    walk.world.central_release()
    walk.kiosk.machine.power_on()
    walk.kiosk.wait_ready()
    walk.to_idle()
    walk.world.insert_chip(chip)
    walk.kiosk.wait_screen("pin", 20)
    walk.kiosk.type_pin(NEW_PIN)
    walk.kiosk.wait_screen("home", 20)
    assert is_active(walk.world, chip)
    walk.to_idle()


@pytest.mark.fault("activation", "window: other card while central confirms", level="real")
def test_who_puts_another_new_card_in_begins_at_its_beginning(walk: Walk, fired: Fired) -> None:
    TO_PINS(walk)
    chip = walk.world.chip(NEW)
    walk.world.central_fault("hold_request", "confirm")
    set_pins()(walk)
    walk.kiosk.wait(lambda _: walk.world.central.held > 0, 20, "a confirm at central")
    other = walk.world.swap(ELDER, fresh=True)
    walk.kiosk.wait_screen("who", 20)
    fired(walk.world.central.held)
    walk.world.central_release()
    walk.kiosk.wait(lambda _: is_active(walk.world, chip), 10, "what the first card's confirm does")
    assert walk.kiosk.view().screen == "who"
    walk.to_idle()
    assert other.has_pin(PIN)
    assert not walk.world.central.card(number_of(other)).reservations
    assert len({one.path for one in walk.world.central.recording(Operation.CONFIRM)}) == 1
    assert is_active(walk.world, chip)
