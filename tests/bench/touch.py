"""From a touch to its first visible answer, as a person at the screen has it, on top of what drawing a page costs at all.

A finger from outside (XTEST) presses; the clock runs from before the press until pixels of the touched control have changed on
the X screen. That includes the X server's part of the way in and of the way out. The first answer is the control's pressed look;
the time from the release until the page that follows it is flipped is told in `raw`. Subtracted is the renderer's own cost in
the same process: the same finished page invalidated and flipped, the median of 50, taken turn about with the touches.
"""

from __future__ import annotations

import json
import random
import socket
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.sandbox.display import Glass, VirtualDisplay
from kiosk.sandbox.walk import PIN
from kiosk.sandbox.world import World
from tests.bench.figures import Figure
from tests.journeys.driver import GUARD, Control, Kiosk

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

FRAME: Final = 1 / 60
UNIT: Final = "frames of 60 Hz above the renderer's own"
GOAL_P95: Final = 2.0
GOAL_WAKE: Final = 6.0
SIZE: Final = (1080, 1920)
CARD: Final = "jinan-long-history"
EACH: Final = 50
"""Touches of each kind: key pad, tile, paging, language."""
WAKES: Final = 12
IDLE: Final = 4.0
"""Seconds without a touch after which the next one is a first touch."""
FLIPS: Final = 50
TURN: Final = 5
"""Touches between two rounds of flips: what disturbs the machine disturbs both alike."""
HOLD: Final = 0.08
LOOK_EVERY: Final = 0.0004
GONE: Final = 2.0
"""A touch without any visible answer within so many seconds is a broken control, not a slow one."""
ENTRY: Final = Path(__file__).with_name("visit_entry.py")


class NoAnswer(AssertionError):
    """A touched control did not change its look."""


@dataclass(frozen=True, slots=True)
class Touch:
    """Seconds: press to first changed pixel; release to the next new page flipped (None: the page stays)."""

    seen: float
    page: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """Touches of one kind, and the renderer's own seconds for the page that they were made on."""

    kind: str
    touches: tuple[Touch, ...]
    own: float


class Timed:
    """The kiosk with a clock beside it (`visit_entry`), and the finger."""

    def __init__(self, world: World, display: str, glass: Glass, folder: Path, seed: int) -> None:
        path = folder / "eye"
        window = {"window": {"size": f"{SIZE[0]}x{SIZE[1]}", "fullscreen": False}}
        program = [sys.executable, str(ENTRY), "--inspector", str(path)]
        machine = world.place_kiosk(program, window, {"DISPLAY": display}, name="timed")
        self.kiosk = Kiosk(machine, glass, path, SIZE, [machine.shut_down])
        self._glass = glass
        self._clock = path.with_suffix(".clock")
        self._random = random.Random(seed)

    def start(self) -> None:
        self.kiosk.machine.power_on()
        self.kiosk.wait_ready()

    def ask(self, **question: Any) -> Any:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(self._clock))
            with line.makefile("rw", encoding="utf-8") as both:
                both.write(json.dumps(question) + "\n")
                both.flush()
                return json.loads(both.readline())

    def flips(self, count: int) -> list[float]:
        """Seconds that drawing and flipping the page on the screen takes, by itself."""
        time.sleep(GUARD)
        return [float(seconds) for seconds in self.ask(flips=count)]

    def touch(self, control: Control) -> Touch:
        """One touch of a control that is enabled, at no particular moment. Raises NoAnswer."""
        time.sleep(GUARD + self._random.uniform(0, 0.1))
        box = (control.x, control.y + control.h // 4, control.w, 1)
        before = self._glass.picture(*box).bgrx
        self.ask(stamps=True)
        x, y = control.centre
        pressed = time.monotonic()
        self._glass.press(x, y)
        while self._glass.picture(*box).bgrx == before:
            if time.monotonic() - pressed > GONE:
                self._glass.release()
                raise NoAnswer(control.name)
            time.sleep(LOOK_EVERY)
        seen = time.monotonic() - pressed
        time.sleep(HOLD)
        released = time.monotonic()
        self._glass.release()
        time.sleep(GUARD)
        flipped = [at for name, at in self.ask(stamps=True) if name.startswith("painted:") and at > released]
        return Touch(seen, flipped[0] - released if flipped else None)


def measure(bench: Bench) -> Sequence[Figure]:
    with ExitStack() as stack:
        display = stack.enter_context(VirtualDisplay(*SIZE))
        glass = stack.enter_context(Glass(display.name))
        world = stack.enter_context(World(bench.folder / "world", seed=bench.seed))
        timed = Timed(world, display.name, glass, bench.folder, bench.seed)
        stack.callback(timed.kiosk.stop)
        timed.start()
        timed.kiosk.wait_screen("attract")
        series = [_series("wake", timed, WAKES, _waking(timed)), _series("language", timed, EACH, _language(timed))]
        world.insert(CARD, fresh=True)
        timed.kiosk.wait_screen("pin")
        series.append(_series("key", timed, EACH, _key(timed)))
        timed.kiosk.type_pin(PIN)
        timed.kiosk.wait_screen("home")
        series.append(_series("tile", timed, EACH, _tile(timed)))
        timed.kiosk.tap("open-contributions")
        timed.kiosk.wait_screen("contributions")
        series.append(_series("paging", timed, EACH, _paging(timed)))
        world.pull()
        timed.kiosk.wait_screen("attract")
    return [_figure("touch_p95", GOAL_P95, series[1:]), _figure("touch_wake", GOAL_WAKE, series[:1])]


def _series(kind: str, timed: Timed, count: int, touch: Callable[[int], Touch]) -> Series:
    touches: list[Touch] = []
    flips: list[float] = []
    for number in range(count):
        touches.append(touch(number))
        if number % TURN == TURN - 1:
            flips += timed.flips(-(-FLIPS * TURN // count))
    return Series(kind, tuple(touches), statistics.median(flips))


def _waking(timed: Timed) -> Callable[[int], Touch]:
    def touch(number: int) -> Touch:
        control = _other_language(timed, number)
        time.sleep(IDLE)
        return timed.touch(control)

    return touch


def _language(timed: Timed) -> Callable[[int], Touch]:
    return lambda number: timed.touch(_other_language(timed, number))


def _other_language(timed: Timed, number: int) -> Control:
    return timed.kiosk.control("language-zh-cn" if number % 2 else "language-en")


def _key(timed: Timed) -> Callable[[int], Touch]:
    def touch(number: int) -> Touch:
        return timed.touch(timed.kiosk.control("key-erase" if number % 2 else f"key-{number // 2 % 10}"))

    return touch


def _tile(timed: Timed) -> Callable[[int], Touch]:
    names = ("open-contributions", "open-registration", "open-accounts")

    def touch(number: int) -> Touch:
        name = names[number % len(names)]
        taken = timed.touch(timed.kiosk.control(name))
        timed.kiosk.wait_screen(name.removeprefix("open-"))
        timed.kiosk.tap("back")
        timed.kiosk.wait_screen("home")
        return taken

    return touch


def _paging(timed: Timed) -> Callable[[int], Touch]:
    return lambda number: timed.touch(timed.kiosk.control("next-part" if number % 2 else "prev-part"))


def _figure(name: str, goal: float, series: Sequence[Series]) -> Figure:
    above = [(touch.seen - one.own) / FRAME for one in series for touch in one.touches]
    raw: dict[str, Any] = {"touches": len(above), "median": round(statistics.median(above), 2)}
    for one in series:
        raw[one.kind] = {
            "own_ms": _ms(one.own),
            "seen_ms": _spread([touch.seen for touch in one.touches]),
            "release_to_page_ms": _spread([touch.page for touch in one.touches if touch.page is not None]),
        }
    return Figure(name, p95(above), UNIT, goal, raw)


def p95(values: Sequence[float]) -> float:
    """The value that 95 % do not exceed (nearest rank)."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {"touches": 0}
    found: dict[str, Callable[[Sequence[float]], float]] = {"median": statistics.median, "p95": p95, "max": max}
    return {"touches": len(seconds), **{name: _ms(of(seconds)) for name, of in found.items()}}


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
