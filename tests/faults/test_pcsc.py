"""The reader and its service break under the real kiosk: stopped, killed, frozen, absent, renamed, doubled, held by another."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import READER, SECOND_READER
from tests.faults.always import always, personal

Fired = Callable[[object], None]

CARD: Final = "jinan-2-0"
BACK: Final = 20.0
"""Seconds within which the kiosk finds the service again, on a busy machine."""
NAMED: Final = 10.0
"""Seconds within which a service that is gone or hangs has its page."""


def out(walk: Walk, code: str, within: float = NAMED) -> Any:
    return walk.kiosk.wait_screen("out-of-service", within, failure=code)


def at_reading(walk: Walk) -> None:
    walk.insert(CARD, byte_ms=8.0)
    walk.kiosk.wait_screen("reading")


def at_pin(walk: Walk) -> None:
    walk.to_pin(CARD)
    walk.kiosk.type_pin("999", confirm=False)


def at_verify(walk: Walk) -> None:
    chip = walk.to_pin(CARD)
    walk.world.card_fault(action="delay", ins=0x20, nth=2, ms=3000, times=1)
    walk.kiosk.type_pin(PIN)
    until(lambda: chip.fired > 0)


def at_opening(walk: Walk) -> None:
    walk.to_pin(CARD)
    walk.world.central_fault("hold", "overview")
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("opening")


def at_home(walk: Walk) -> None:
    walk.to_home(CARD)


def at_failure(walk: Walk) -> None:
    walk.to_failure("jinan-malformed", "CARD-MALFORMED")


def at_take_card(walk: Walk) -> None:
    walk.to_home(CARD)
    walk.kiosk.tap("end")
    walk.kiosk.wait_screen("take-card")


def at_idle(walk: Walk) -> None:
    walk.kiosk.wait_screen("attract")


POINTS: Final = (at_idle, at_reading, at_pin, at_verify, at_opening, at_home, at_failure, at_take_card)
Point = Callable[[Walk], None]


def points(*usual: Point) -> list[Any]:
    """Every point of a visit; those that are not `usual` are left to `make faults`."""
    return [
        pytest.param(point, id=point.__name__[3:], marks=[] if point in usual else [pytest.mark.long])
        for point in POINTS
    ]


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        threading.Event().wait(0.01)


def last_visit(walk: Walk) -> int:
    """The number of the last visit that the log tells of."""
    return max((int(str(line["visit"])) for line in walk.kiosk.machine.log_lines() if "visit" in line), default=0)


def nothing_personal(walk: Walk) -> None:
    assert not any(walk.kiosk.view().says(text) for text in personal(walk, CARD))
    assert "1235" not in " ".join(walk.kiosk.view().texts)


@contextmanager
def with_settings(walk: Walk, **reader: object) -> Iterator[None]:
    """The same kiosk, started again with other settings of [reader]; afterwards as before."""
    machine = walk.kiosk.machine
    before = machine.config.read_text("utf-8")
    lines = before.splitlines()
    at = lines.index("[reader]") + 1
    kept = [line for line in lines if line.partition(" = ")[0] not in reader]
    kept[at:at] = [f"{key} = {value}" for key, value in reader.items()]
    try:
        restarted(walk, lambda: machine.config.write_text("\n".join(kept) + "\n", "utf-8"))
        yield
    finally:
        walk.world.restore()
        restarted(walk, lambda: machine.config.write_text(before, "utf-8"))


def restarted(walk: Walk, between: Callable[[], object]) -> None:
    walk.kiosk.machine.shut_down()
    between()
    walk.kiosk.machine.power_on()
    walk.kiosk.wait_ready()


# ---- the service -----------------------------------------------------------------------------------------------------


@pytest.mark.fault("pcsc", "service killed and started again, at every point of a visit", level="real")
@pytest.mark.parametrize("point", points(at_home))
def test_a_service_that_is_killed_ends_the_visit_and_comes_back(walk: Walk, fired: Fired, point: Point) -> None:
    with always(walk, CARD):
        point(walk)
        walk.world.kill_reader_service()
        out(walk, "READER-SERVICE")
        fired(not walk.world.pcscd.alive)
        nothing_personal(walk)
        walk.world.start_reader_service()
        # A card that is in is a new insertion: its visit begins anew, with nothing typed.
        again = {"idle": "attract", "failure": "failure"}.get(point.__name__[3:], "pin")
        walk.kiosk.wait_screen(again, BACK)


@pytest.mark.long
@pytest.mark.fault("pcsc", "service stopped, at every point of a visit", level="real")
@pytest.mark.parametrize("point", points()[:-2])
def test_a_service_that_is_stopped_ends_the_visit(walk: Walk, fired: Fired, point: Point) -> None:
    with always(walk, CARD):
        point(walk)
        walk.world.stop_reader_service()
        out(walk, "READER-SERVICE")
        fired(not walk.world.pcscd.alive)
        nothing_personal(walk)


@pytest.mark.long
@pytest.mark.fault("pcsc", "service restarted at once, at every point of a visit", level="real")
@pytest.mark.parametrize("point", points()[1:-2])
def test_a_service_that_is_restarted_at_once_is_a_new_visit(walk: Walk, fired: Fired, point: Point) -> None:
    with always(walk, CARD):
        point(walk)
        visit = last_visit(walk)
        before = walk.world.pcscd.process
        walk.world.kill_reader_service()
        walk.world.start_reader_service()
        fired(walk.world.pcscd.process != before)
        until(lambda: last_visit(walk) > visit, BACK)
        walk.kiosk.wait_screen("pin", BACK)
        nothing_personal(walk)


@pytest.mark.fault("pcsc", "service frozen (SIGSTOP), at every point of a visit", level="real")
@pytest.mark.parametrize("point", points(at_home))
def test_a_service_that_hangs_ends_the_visit_and_comes_back(walk: Walk, fired: Fired, point: Point) -> None:
    with always(walk, CARD):
        point(walk)
        walk.world.freeze_reader_service()
        out(walk, "READER-SERVICE")
        fired(walk.world.pcscd.alive)
        nothing_personal(walk)
        walk.world.thaw_reader_service()
        walk.kiosk.wait(lambda view: view.screen != "out-of-service", BACK, "the kiosk serves again")


@pytest.mark.long
@pytest.mark.fault("pcsc", "service frozen (SIGSTOP), and killed in the end", level="real")
def test_a_service_that_hung_is_found_again_after_its_end(walk: Walk, fired: Fired) -> None:
    with always(walk, CARD):
        at_home(walk)
        walk.world.freeze_reader_service()
        out(walk, "READER-SERVICE")
        fired(walk.world.pcscd.alive)
        walk.world.kill_reader_service()
        walk.world.start_reader_service()
        walk.kiosk.wait_screen("pin", BACK)


@pytest.mark.long
@pytest.mark.fault("pcsc", "service frozen (SIGSTOP), the kiosk is ended", level="real")
@pytest.mark.parametrize("point", [at_idle, at_home])
def test_a_kiosk_before_a_hanging_service_can_be_ended(walk: Walk, fired: Fired, point: Point) -> None:
    with always(walk, CARD):
        point(walk)
        walk.world.freeze_reader_service()
        fired(walk.world.pcscd.alive)
        began = time.monotonic()
        assert walk.kiosk.machine.shut_down(15) == 0
        assert time.monotonic() - began < 12
        walk.world.thaw_reader_service()
        walk.kiosk.machine.power_on()
        walk.kiosk.wait_ready()


@pytest.mark.long
@pytest.mark.fault("pcsc", "service absent at start", level="real")
def test_a_kiosk_that_starts_without_the_service_says_so_and_finds_it(walk: Walk, fired: Fired) -> None:
    with always(walk):
        restarted(walk, walk.world.stop_reader_service)
        out(walk, "READER-SERVICE")
        fired(not walk.world.pcscd.alive)
        walk.world.start_reader_service()
        walk.kiosk.wait_screen("attract", BACK)


@pytest.mark.long
@pytest.mark.fault("pcsc", "service frozen (SIGSTOP) at start", level="real")
def test_a_kiosk_that_starts_before_a_hanging_service_says_so_and_finds_it(walk: Walk, fired: Fired) -> None:
    with always(walk):
        restarted(walk, walk.world.freeze_reader_service)
        out(walk, "READER-SERVICE")
        fired(walk.world.pcscd.alive)
        walk.world.thaw_reader_service()
        walk.kiosk.wait_screen("attract", BACK)


# ---- the reader ------------------------------------------------------------------------------------------------------


@pytest.mark.fault("pcsc", "reader unplugged and back, at every point of a visit", level="real")
@pytest.mark.parametrize("point", points(at_home))
def test_an_unplugged_reader_ends_the_visit_and_comes_back(walk: Walk, fired: Fired, point: Point) -> None:
    with always(walk, CARD):
        point(walk)
        walk.world.unplug_reader()
        out(walk, "READER-MISSING")
        fired(not walk.world.pcscd.plugged)
        nothing_personal(walk)
        walk.world.plug_reader()
        again = {"idle": "attract", "failure": "failure"}.get(point.__name__[3:], "pin")
        walk.kiosk.wait_screen(again, BACK)


@pytest.mark.fault("pcsc", "reader back under another name, that no pattern fits", level="real")
def test_a_reader_back_under_a_name_that_is_not_ours_is_missing(walk: Walk, fired: Fired) -> None:
    with always(walk):
        walk.world.unplug_reader()
        out(walk, "READER-MISSING")
        walk.world.plug_reader("Virtual PCD Other")
        fired(walk.world.pcscd.reader != READER)
        # The service is new: its going is told first, then that no reader of ours is there.
        walk.kiosk.wait(lambda view: view.says("READER-MISSING"), BACK, "READER-MISSING")


@pytest.mark.long
@pytest.mark.fault("pcsc", "reader back under another name, that the pattern fits", level="real")
@pytest.mark.parametrize("point", [at_idle, at_home])
def test_a_reader_back_under_another_name_serves_on(walk: Walk, fired: Fired, point: Point) -> None:
    with with_settings(walk, names="Virtual PCD*"), always(walk, CARD):
        point(walk)
        walk.world.unplug_reader()
        out(walk, "READER-MISSING")
        walk.world.plug_reader("Virtual PCD Other")
        fired(walk.world.pcscd.reader != READER)
        walk.kiosk.wait_screen("attract" if point is at_idle else "pin", BACK)
        if point is at_idle:
            walk.to_home(CARD)


@pytest.mark.long
@pytest.mark.fault("pcsc", "two readers, the second is the configured one", level="real")
def test_the_configured_reader_of_two_is_used(walk: Walk, fired: Fired) -> None:
    with with_settings(walk, names=SECOND_READER):
        walk.kiosk.wait_screen("attract")
        walk.world.insert(CARD, fresh=True)  # into the one that is not ours
        chip = walk.world.insert_second("jinan-3-0-open")
        walk.kiosk.wait_screen("pin")
        walk.kiosk.type_pin(PIN)
        shown = " ".join(walk.kiosk.wait_screen("home").texts)
        first, second = walk.world.cards[CARD].holder, walk.world.cards["jinan-3-0-open"].holder
        assert first is not None
        assert second is not None
        assert second.ssn[-4:] in shown
        assert first.ssn[-4:] not in shown
        assert not walk.world.chip(CARD).seen, "a card in another reader was spoken to"
        fired(chip.seen)
        walk.world.pull_second()
        walk.kiosk.wait_screen("attract")


@pytest.mark.long
@pytest.mark.fault("pcsc", "two readers, both match, a card comes and goes in the other", level="real")
def test_a_card_in_the_other_reader_disturbs_nobody(walk: Walk, fired: Fired) -> None:
    with with_settings(walk, names="Virtual PCD*"), always(walk, CARD):
        walk.to_home(CARD)
        other = walk.world.insert_second("jinan-3-0-open")
        until(lambda: other.powered)
        look = walk.kiosk.view()
        assert look.screen == "home"
        walk.world.pull_second()
        walk.kiosk.tap("open-contributions")
        walk.kiosk.wait_screen("contributions")
        assert not other.seen
        fired(walk.world.card_in == CARD)


@pytest.mark.long
@pytest.mark.fault("pcsc", "another program holds the card", level="real")
def test_a_card_that_another_program_holds_has_its_page(walk: Walk, fired: Fired) -> None:
    with always(walk, CARD):
        at_take_card(walk)
        walk.world.hold_reader()
        walk.world.pull()
        walk.kiosk.wait_screen("attract")
        walk.world.insert(CARD, fresh=True)
        view = walk.kiosk.wait(lambda view: view.says("READER-HELD"), BACK, "READER-HELD")
        fired(view.says("READER-HELD"))


def kiosk_process(walk: Walk) -> int:
    """The kiosk itself: the child of the shell that holds it on its leash."""
    shell = walk.kiosk.machine.pid
    for child in Path(f"/proc/{shell}/task/{shell}/children").read_text("ascii").split():
        if b"entry.py" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise AssertionError("the kiosk does not run")


def handles(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


@pytest.mark.long
@pytest.mark.fault("pcsc", "failed connects, many in a row", level="real")
@pytest.mark.parametrize("card", ["mute-card", "bank-card"])
def test_failed_connects_leave_nothing_in_kiosk_or_service(walk: Walk, fired: Fired, card: str) -> None:
    """500 in a row: `tests/drivers/card/test_pcscd_lifecycle.py`; here as often as people put a wrong card in."""
    code = {"mute-card": "CARD-MUTE", "bank-card": "CARD-FOREIGN"}[card]
    shown = 0
    with always(walk, card):
        walk.to_failure(card, code)
        walk.to_idle()
        mine, theirs = kiosk_process(walk), walk.world.pcscd.process
        before = handles(mine), handles(theirs)
        for _ in range(20):
            walk.to_failure(card, code)
            shown += 1
            walk.to_idle()
        until(lambda: handles(theirs) <= before[1])
        until(lambda: handles(mine) <= before[0])
        fired(shown == 20)


@pytest.mark.long
@pytest.mark.fault("pcsc", "service killed 20 times", level="real")
def test_a_service_that_keeps_dying_leaves_nothing_in_the_kiosk(walk: Walk, fired: Fired) -> None:
    with always(walk, CARD):
        mine = kiosk_process(walk)
        before = handles(mine)
        killed = 0
        for _ in range(20):
            os.kill(walk.world.pcscd.process, signal.SIGKILL)
            until(lambda: not walk.world.pcscd.alive)
            killed += 1
            walk.world.start_reader_service()
            threading.Event().wait(0.2)
        walk.kiosk.wait_screen("attract", BACK)
        until(lambda: handles(mine) <= before)
        fired(killed == 20)
