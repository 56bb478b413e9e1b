"""A cell from its start to the facts that it leaves."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from drivers.card.apdu import INS_CHANGE_PIN
from drivers.card.cardfile import Fault
from tests.faults.activation.facts import End, Facts, end_of
from tests.faults.activation.points import Cell, Story
from tests.faults.activation.stand import LATE_SECONDS, Stand

VISITS: Final = 4
SETTLES_SECONDS: Final = 8.0
DISK_SECONDS: Final = 75.0
"""Until a journal that could not be written is looked at again (`kiosk.engine.delivery.JOURNAL_AGAIN`)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was right after the fault, and what in the end; `wrong`: all that makes the cell red."""

    after: Facts
    facts: Facts
    end: End | None
    visits: int
    wrong: tuple[str, ...]


def before(stand: Stand, story: Story) -> None:
    """What a story begins with."""
    if story is Story.RESUME:
        stand.chip.add_fault(Fault(action="tear", ins=INS_CHANGE_PIN, times=1))
        stand.record()
        stand.visit(Story.ACTIVATE)
        stand.aside()
        stand.quiet()


def settle(stand: Stand, story: Story) -> Facts:
    """Until both sides agree that it is over, or nothing changes any more."""
    over = End.UNTOUCHED if story is Story.LEAVE else End.ACTIVATED
    stand.aside()
    stand.come_back()
    began = time.monotonic()
    while True:
        facts = stand.facts()
        end, waited = end_of(facts, settled=True), time.monotonic() - began
        if (end is over and stand.answered()) or waited > (SETTLES_SECONDS if end is not None else DISK_SECONDS):
            return facts
        time.sleep(0.05)


def play(stand: Stand, cell: Cell) -> Outcome:
    """The fault, the restart, the card in again, until the card is active, or nothing more is to be had."""
    story = cell.point.story
    wrong: list[str] = []
    stand.begin("cell")
    before(stand, story)
    stand.arm(cell)
    stand.visit(story)
    stand.till_it_happened()
    stand.aside()
    after = stand.facts()
    if end_of(after, settled=False) is None:
        wrong.append(f"after the fault no end of the table: {after}")
    visits = 1
    if story is not Story.LEAVE:
        while end_of(stand.facts(), settled=False) is not End.ACTIVATED and visits < VISITS:
            stand.come_back()
            stand.visit(Story.ACTIVATE)
            stand.aside()
            visits += 1
    facts = settle(stand, story)
    if not stand.answered():
        time.sleep(LATE_SECONDS)
        facts = settle(stand, story)
    end = end_of(facts, settled=True)
    if end is None:
        wrong.append(f"no end of the table: {facts}")
    elif story is not Story.LEAVE and end is not End.ACTIVATED:
        wrong.append(f"not activated after {visits} visits: {facts}")
    if stand.without:
        wrong.append("a PIN went to the card without a finger")
    if not stand.other_untouched():
        wrong.append("the other card was touched")
    if stand.cancelled_after_change():
        wrong.append("a cancel went out although CHANGE may have been sent")
    wrong += stand.faults
    stand.cell = None
    log = stand.world.kiosk.log.read_text("utf-8", "replace") if stand.world.kiosk else ""
    if "kiosk-fault" in log:
        wrong.append("a bug came to light")
    return Outcome(after, facts, end, visits, tuple(wrong))
