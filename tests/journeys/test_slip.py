"""A person gets a number for the counter, on paper: through pcscd, HTTPS, the window and the printer's own bytes."""

import re

import pytest

from kiosk.sandbox.walk import Walk
from tests.journeys.driver import Kiosk

pytestmark = pytest.mark.journey


def test_the_ticket_of_a_locked_card_without_paper_and_then_on_paper(walk: Walk, kiosk: Kiosk) -> None:
    """Without paper the page says so and keeps the number; with paper again the same number is printed; the log has both."""
    world = walk.world
    earlier = len(kiosk.machine.log_lines())  # of the kiosks before this one
    printed = len(world.desk.printer.strips)
    world.desk.set_printer("out")
    world.insert("jinan-pin-locked")
    kiosk.tap("get-ticket", 15)
    kiosk.tap("print-slip", 15)
    kiosk.wait_text(walk.says("slip.no_paper"))
    codes = [text for text in kiosk.texts() if re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", text)]
    assert len(codes) == 1
    assert len(world.desk.printer.strips) == printed
    world.desk.set_printer("well")
    kiosk.tap("print-slip")
    kiosk.wait_text(walk.says("slip.again"))
    (strip,) = world.desk.printer.strips[printed:]
    assert codes[0] in strip.text
    holder = world.cards["jinan-pin-locked"].holder
    assert holder is not None
    for personal in (holder.name, holder.ssn, holder.name[0] + "*"):
        assert personal not in strip.text
    said = [line.get("event") for line in kiosk.machine.log_lines()[earlier:]]
    assert said.index("slip-not-printed") < said.index("slip-printed")
