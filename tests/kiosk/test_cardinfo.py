"""`python -m kiosk card`: what an integrator sees of a card, masked unless asked for."""

import json
import time

import pytest

from kiosk.cardinfo import Facts, describe, wait_for_card
from tests.kiosk.engine.slot import Slot


def facts(card: str, *, reveal: bool = False) -> Facts:
    slot = Slot()
    slot.start(lambda _event: None)
    slot.insert(card)
    return describe(slot, 1, reveal=reveal)


def test_an_open_card_is_described_masked() -> None:
    found = facts("jinan-2-0")
    text = json.dumps(found, ensure_ascii=False)
    assert found["state"] == "usable"
    assert (found["generation"], found["area"], found["holder"]) == ("SECOND", "370100", "open")
    assert found["pin_tries_left"] == 6
    assert found["name"] == "测*甲"
    for personal in ("测试甲", "370101199001011059", "A10022222", "A1B2C30E", "A1B202"):
        assert personal not in text


def test_reveal_shows_what_was_masked() -> None:
    found = facts("jinan-2-0", reveal=True)
    assert (found["name"], found["number"], found["card_number"]) == ("测试甲", "370101199001011059", "A10022222")


def test_a_closed_third_generation_card_is_no_error() -> None:
    found = facts("jinan-3-0-closed")
    assert (found["state"], found["holder"]) == ("usable", "closed")
    assert "name" not in found


@pytest.mark.parametrize(
    ("card", "state"),
    [
        ("bank-card", "not_social_security"),
        ("jinan-malformed", "malformed"),
        ("jinan-app-locked", "application_locked"),
        ("jinan-pin-locked", "pin_locked"),
        ("jinan-no-pin", "no_pin_set"),
    ],
)
def test_a_card_that_cannot_be_used_has_its_state(card: str, state: str) -> None:
    assert facts(card)["state"] == state


def test_the_probe_costs_no_try_and_the_card_is_powered_off() -> None:
    slot = Slot()
    slot.start(lambda _event: None)
    chip = slot.insert("jinan-2-0")
    before = chip.tries_left
    describe(slot, 1, reveal=False)
    assert chip.tries_left == before
    assert not chip.powered


def test_a_card_that_left_is_named() -> None:
    slot = Slot()
    slot.start(lambda _event: None)
    slot.insert("jinan-2-0")
    slot.pull()
    assert describe(slot, 1, reveal=False)["state"] == "faulty"


def test_waiting_ends_with_why_there_is_no_card() -> None:
    assert wait_for_card(Slot(), time.monotonic() + 0.05) == "absent"
