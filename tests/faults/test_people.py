"""People do what nobody planned for, at the real kiosk: everything at once, too early, too long, with keyboards and mice."""

import os
import random
import subprocess
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from drivers.card.apdu import INS_VERIFY
from drivers.card.virtual import VirtualCard
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.display import VirtualDisplay
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import World
from tests.faults.always import always
from tests.journeys.driver import Kiosk, View
from tests.kiosk.ui.test_window_people import KEYS
from tests.kiosk.ui.window import ask_to_close

Fired = Callable[[object], None]
CARD = "jinan-2-0"
LONG = pytest.mark.long


def people(name: str, level: str = "real") -> pytest.MarkDecorator:
    return pytest.mark.fault("people", name, level=level)


def x(display: str, *actions: object) -> str:
    """X events and questions through xdotool."""
    env = {**os.environ, "DISPLAY": display}
    told = subprocess.run(
        ["xdotool", *map(str, actions)], env=env, check=True, timeout=30, capture_output=True, text=True
    )
    return told.stdout


def tap(walk: Walk, at: tuple[int, int], hold: float) -> None:
    walk.kiosk.glass.tap(at[0], at[1], hold)


def verified(chip: VirtualCard) -> int:
    """PINs that reached the chip; the free probe has no data."""
    return sum(1 for command in chip.seen if command.ins == INS_VERIFY and command.lc)


def asked(walk: Walk, operation: Operation) -> int:
    return sum(1 for row in walk.world.central.recording() if row.operation is operation)


def twice(walk: Walk, name: str, pause: float = 0.05) -> None:
    """Two touches on one place, as a hurried person does."""
    control = walk.kiosk.control(name)
    time.sleep(0.25)
    tap(walk, control.centre, 0.02)
    time.sleep(pause)
    tap(walk, control.centre, 0.02)
    walk.kiosk.steps.say("hand", "tapped", control=name)


def still(walk: Walk, screen: str, seconds: float = 0.6) -> View:
    """The screen stays what it is."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        view: View = walk.kiosk.view()
        assert view.screen == screen
        time.sleep(0.05)
    return view


@people("every step of a visit touched twice")
@pytest.mark.parametrize("pause", [0.0, pytest.param(0.05, marks=LONG), pytest.param(0.15, marks=LONG)])
def test_a_visit_of_double_touches(walk: Walk, fired: Fired, pause: float) -> None:
    with always(walk, CARD):
        chip = walk.to_pin(CARD)
        walk.kiosk.type_pin(PIN, confirm=False)
        twice(walk, "confirm", pause)
        walk.kiosk.wait_screen("home")
        assert verified(chip) == 1
        before = asked(walk, Operation.CONTRIBUTIONS)
        twice(walk, "open-contributions", pause)
        walk.kiosk.wait_screen("contributions")
        still(walk, "contributions")
        assert asked(walk, Operation.CONTRIBUTIONS) == before + 1
        twice(walk, "back", pause)
        walk.kiosk.wait_screen("home")
        still(walk, "home")
        twice(walk, "end", pause)
        walk.kiosk.wait_screen("take-card")
        still(walk, "take-card")
        fired(asked(walk, Operation.END_CARD_SESSION) == 1)


@people("touches all over the screen, all the time, while pages change")
@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=LONG) for seed in range(2, 7))])
def test_hands_all_over_the_screen(walk: Walk, fired: Fired, seed: int) -> None:
    """Whatever they open or confirm, the kiosk goes on, and a PIN is tried no more often than Confirm was touched."""
    rng, over, taps = random.Random(seed), threading.Event(), 0
    written = walk.kiosk.machine.log.stat().st_size  # by other tests in the same world
    walk.to_pin(CARD)
    confirm = next(control for control in walk.kiosk.view().controls if control.name == "confirm")
    walk.to_idle()

    def hands() -> None:
        nonlocal taps
        while not over.is_set():
            at = rng.randrange(1080), rng.randrange(1920)
            tap(walk, at, rng.uniform(0.0, 0.04))
            taps += 1
            if confirm.x <= at[0] < confirm.x + confirm.w and confirm.y <= at[1] < confirm.y + confirm.h:
                walk.kiosk.steps.say("hand", "tapped", control="confirm")

    with always(walk, CARD, entries=3):
        thread = threading.Thread(target=hands)
        thread.start()
        try:
            for _ in range(3):
                chip = walk.world.insert(CARD, fresh=True)
                walk.kiosk.wait(lambda view: view.screen not in ("attract", "privacy"), 15)
                time.sleep(rng.uniform(0.3, 1.2))
                assert verified(chip) <= 1 or chip.tries_left >= 3
                walk.world.pull()
                walk.kiosk.wait(lambda view: view.screen in ("attract", "privacy", "out-of-service"), 15)
        finally:
            over.set()
            thread.join()
        walk.world.insert(CARD, fresh=True)  # its visit takes back what the hands chose
        walk.kiosk.wait_screen("pin")
        fired(taps > 50)
    assert b"ui.fault" not in walk.kiosk.machine.log.read_bytes()[written:]


@people("every key of a keyboard, a request to close, other buttons: at the PIN pad and in an open record")
@pytest.mark.long
def test_keyboards_and_mice_are_not_there(walk: Walk, display: str, fired: Fired) -> None:
    with always(walk, CARD):
        chip = walk.to_pin(CARD)
        for at in ("pin", "home"):
            before = walk.kiosk.view()
            for key in KEYS:
                x(display, "key", key)
            windows = ask_to_close(display)
            places = [control.centre for control in before.controls if control.enabled]
            for place in places[:: max(1, len(places) // 4)]:
                for button in (2, 3, 4, 5, 8, 9):
                    x(display, "mousemove", *place, "mousedown", button, "mouseup", button)
            after = still(walk, at)
            assert after.texts == before.texts
            assert walk.kiosk.machine.on
            fired(windows)
            if at == "pin":
                assert verified(chip) == 0
                walk.kiosk.type_pin(PIN)
                walk.kiosk.wait_screen("home")


@people("a control held while the card is pulled, and let go on the next page")
@pytest.mark.long
def test_a_held_control_does_not_leak_into_the_next_page(walk: Walk, fired: Fired) -> None:
    with always(walk, CARD):
        walk.to_home(CARD)
        for name in ("open-contributions", "end"):
            if walk.kiosk.view().screen != "home":
                walk.to_home(CARD)
            control = walk.kiosk.control(name)
            time.sleep(0.25)
            walk.kiosk.glass.press(*control.centre)
            try:
                still(walk, "home", 1.5)  # it does not act, and does not repeat
                walk.world.pull()
                walk.kiosk.wait_screen("attract")
                time.sleep(0.3)
            finally:
                walk.kiosk.glass.release()
            idle = still(walk, "attract")
            assert any(each.name == "language-en" for each in idle.controls)
    fired("visit-ended" in walk.kiosk.machine.log.read_text("utf-8"))


@LONG
@people("a drag from one control to another")
def test_a_drag_acts_on_neither(walk: Walk, fired: Fired) -> None:
    with always(walk, CARD):
        walk.to_home(CARD)
        there = {control.name: control.centre for control in walk.kiosk.view().controls if control.enabled}
        time.sleep(0.25)
        drags = 0
        for one, other in (("open-contributions", "end"), ("end", "open-contributions"), ("large-text", "end")):
            walk.kiosk.glass.press(*there[one])
            for step in range(1, 6):
                (ax, ay), (bx, by) = there[one], there[other]
                walk.kiosk.glass.move(ax + (bx - ax) * step // 5, ay + (by - ay) * step // 5)
            walk.kiosk.glass.release()
            drags += 1
        after = still(walk, "home")
        assert any(control.name == "large-text" for control in after.controls)
        fired(drags == 3)


@people("a PIN typed as fast as fingers never are")
def test_a_pin_typed_too_fast_is_counted_digit_by_digit(walk: Walk, fired: Fired) -> None:
    with always(walk, CARD):
        chip = walk.to_pin(CARD)
        where = {control.name: control.centre for control in walk.kiosk.view().controls}
        begun = time.monotonic()
        for digit in PIN:
            tap(walk, where[f"key-{digit}"], 0.0)
        fired(time.monotonic() - begun < 0.5)
        walk.kiosk.tap("confirm")
        walk.kiosk.wait_screen("home")
        assert verified(chip) == 1


@LONG
@people("the PIN pad mashed: 200 touches on random keys")
def test_a_mashed_pad_costs_no_try(walk: Walk, fired: Fired) -> None:
    rng = random.Random(7)
    with always(walk, CARD):
        chip = walk.to_pin(CARD)
        keys = [control for control in walk.kiosk.view().controls if control.name.startswith("key-")]
        for _ in range(200):
            tap(walk, rng.choice(keys).centre, 0.0)
        fired(len(keys) >= 11)
        still(walk, "pin")
        assert verified(chip) == 0
        walk.kiosk.tap("key-clear")
        walk.kiosk.type_pin(PIN)
        walk.kiosk.wait_screen("home")
        assert verified(chip) == 1


# --- screens ----------------------------------------------------------------------------------------------------------

PICTURES = os.environ.get("FAULT_PICTURES")
"""A folder for what the pages of another size look like."""


def picture(walk: Walk, name: str) -> None:
    if PICTURES:
        walk.kiosk.glass.picture(0, 0, *walk.kiosk.size).save(Path(PICTURES) / f"{name}.png")


def inside(view: View, width: int, height: int) -> bool:
    return all(
        control.x >= 0 and control.y >= 0 and control.x + control.w <= width and control.y + control.h <= height
        for control in view.controls
    )


def at_home(view: View, width: int, height: int) -> bool:
    return view.screen == "home" and inside(view, width, height)


@people("the window is turned and made smaller while a record is open")
@pytest.mark.long
def test_a_window_that_changes_its_size_in_a_visit(walk: Walk, display: str, fired: Fired) -> None:
    window = x(display, "search", "--class", "kiosk").split()[-1]
    with always(walk, CARD):
        walk.to_home(CARD)
        portrait = walk.kiosk.view()
        try:
            for width, height in ((1000, 700), (540, 960), (1080, 600)):
                x(display, "windowsize", window, width, height)
                turned = walk.kiosk.wait(partial(at_home, width=width, height=height), 8)
                picture(walk, f"resized-{width}x{height}")
                walk.kiosk.tap("open-contributions")
                walk.kiosk.wait_screen("contributions")
                walk.kiosk.tap("back")
                walk.kiosk.wait_screen("home")
                fired(turned.controls != portrait.controls)
        finally:
            x(display, "windowsize", window, 1080, 1920)
        walk.kiosk.wait(lambda view: view.controls == portrait.controls, 8)


@people("a screen of another size")
@pytest.mark.parametrize(
    ("width", "height"),
    [(800, 600), *(pytest.param(w, h, marks=LONG) for w, h in ((1280, 1024), (600, 800), (3840, 2160), (2160, 3840)))],
)
def test_a_visit_on_a_screen_of_another_size(world: World, fired: Fired, width: int, height: int) -> None:
    with (
        VirtualDisplay(width, height) as screen,
        Kiosk.start(
            world=world, display=screen.name, size=(width, height), settings={"window": {"fullscreen": True}}
        ) as kiosk,
    ):
        walk = Walk(world, kiosk)
        with always(walk, CARD):
            walk.kiosk.wait_screen("attract")
            picture(walk, f"{width}x{height}-attract")
            walk.to_home(CARD)
            walk.kiosk.tap("open-contributions")
            view = walk.kiosk.wait_screen("contributions")
            picture(walk, f"{width}x{height}-contributions")
            assert inside(view, width, height)
            walk.kiosk.tap("end")
            walk.kiosk.wait_screen("take-card")
            fired(kiosk.glass.size == (width, height))
