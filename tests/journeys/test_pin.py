"""The PIN: tries are spent by a finger only, and never by us."""

from collections.abc import Callable

import pytest

from drivers.card.apdu import INS_VERIFY
from drivers.card.virtual import VirtualCard
from kiosk.sandbox.walk import PIN, Walk


def verified(chip: VirtualCard) -> int:
    """PINs that reached the chip; the free probe has no data."""
    return sum(1 for command in chip.seen if command.ins == INS_VERIFY and command.lc)


def test_a_wrong_pin_says_how_many_tries_are_left_and_the_right_one_opens(walk: Walk) -> None:
    chip = walk.to_pin("jinan-2-0")
    walk.kiosk.type_pin("000000")
    view = walk.kiosk.wait_text(walk.says("pin.again.title"))
    assert view.says(walk.words["zh_CN"].n("pin.tries", 5))
    assert chip.tries_left == 5
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("home")
    assert verified(chip) == 2
    assert chip.tries_left == 6


def test_the_last_wrong_pin_locks_the_card(walk: Walk) -> None:
    chip = walk.to_pin("jinan-pin-one-try")
    walk.kiosk.wait_text(walk.says("pin.last.title"))
    walk.kiosk.type_pin("000000")
    walk.kiosk.wait_screen("failure", failure="PIN-LOCKED")
    assert chip.tries_left == 0
    assert verified(chip) == 1


def test_forgotten_costs_no_try(walk: Walk) -> None:
    chip = walk.to_pin("jinan-2-0")
    walk.kiosk.type_pin("12", confirm=False)
    walk.kiosk.tap("forgot-pin")
    walk.kiosk.wait_screen("pin-help")
    walk.kiosk.tap("back")
    walk.kiosk.wait_screen("pin")
    assert verified(chip) == 0
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("home")


def test_a_card_that_goes_silent_while_its_pin_is_checked_gets_it_once_only(walk: Walk) -> None:
    chip = walk.to_pin("jinan-2-0")
    walk.world.card_fault(action="mute", ins=INS_VERIFY, nth=2, times=1)
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("failure", failure="PIN-UNKNOWN")
    assert verified(chip) == 1


def test_a_card_pulled_while_its_pin_is_checked_gets_it_once_only(walk: Walk) -> None:
    chip = walk.to_pin("jinan-2-0")
    walk.world.card_fault(action="remove_after", ins=INS_VERIFY, nth=2, times=1)
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("attract")
    walk.world.pull()
    walk.world.insert("jinan-2-0")
    walk.kiosk.wait_screen("pin")
    assert verified(chip) == 1


@pytest.mark.fault("people", "Confirm with too few digits", level="real")
@pytest.mark.parametrize("typed", ["1", "123"])
def test_too_few_digits_cannot_be_sent(walk: Walk, typed: str, fired: Callable[[object], None]) -> None:
    chip = walk.to_pin("jinan-2-0")
    walk.kiosk.type_pin(typed, confirm=False)
    view = walk.kiosk.view()
    confirm = next(control for control in view.controls if control.name == "confirm")
    fired(not confirm.enabled)
    walk.kiosk.touch(*confirm.centre)
    walk.kiosk.touch(*confirm.centre)
    assert walk.kiosk.view().screen == "pin"
    assert verified(chip) == 0


def test_no_pin_is_in_log_steps_or_answers_of_the_inspector(walk: Walk) -> None:
    walk.to_pin("jinan-2-0")
    walk.kiosk.type_pin("918273")
    view = walk.kiosk.wait_text(walk.says("pin.again.title"))
    assert "918273" not in " ".join((*view.texts, *(label.text for label in view.labels)))
    assert "918273" not in walk.kiosk.machine.log.read_text("utf-8")
    assert "918273" not in str(walk.world.steps.since())
