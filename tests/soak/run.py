"""Visits on end with one kiosk in the simulated world, and what that kiosk holds meanwhile."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kiosk.ops.forget import PAUSES
from kiosk.sandbox.display import VirtualDisplay
from kiosk.sandbox.steps import Steps
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from tests.journeys.driver import Kiosk, NotShown
from tests.soak.growth import WARM, Sample
from tests.soak.plan import ATTRACT, FAULTS, plan
from tests.soak.play import SETTINGS, Player
from tests.soak.report import Report

STEPS_KEPT: Final = 500
SETTLE: Final = 2 * sum(PAUSES) + 0.5
"""Seconds of rest before a sample: until what a visit left in memory was overwritten and given back for the last time. That
begins anew only when it is done with the visit before; measured meanwhile, memory goes up and down by 10 MiB."""
_BACK: Final = 40.0
"""Seconds in which a kiosk whose visit went astray becomes idle by itself once its world is well again."""
_NOT_COUNTS: Final = ("pid", "threads_named")


@dataclass(frozen=True, slots=True)
class Options:
    """`seconds` None: as long as the visits take. `only`: this visit alone. `step`: visits between two samples.

    `warm`: as `plan` has it. `settle`: seconds of rest before a sample.
    """

    visits: int = 5_000
    seconds: float | None = None
    seed: int = 1
    faults: float = FAULTS
    only: int | None = None
    step: int = 100
    warm: int = WARM
    settle: float = SETTLE
    stop: threading.Event = field(default_factory=threading.Event)


def soak(
    options: Options,
    folder: Path,
    machine: str,
    step: Callable[[Report], None],
    environment: dict[str, str] | None = None,
) -> Report:
    """Play until the visits are done, the time is up or `stop` is set. `step` is called with every new sample."""
    report = Report(options.seed, 1 if options.only else options.visits, options.faults, machine)
    numbers: Iterable[int] = range(1, options.visits + 1) if options.only is None else (options.only,)
    with VirtualDisplay(1080, 1920) as display, World(folder, seed=options.seed, population=20) as world:
        world.steps = Steps(keep=STEPS_KEPT)
        with Kiosk.start(SETTINGS, world=world, display=display.name, environment=environment) as kiosk:
            one = _Soak(report, world, kiosk, options.settle)
            one.sample()
            step(report)
            report.ended = one.play(numbers, options, step)
            if report.series[-1].visit != report.visits:
                one.sample()
            step(report)
    return report


class _Soak:
    def __init__(self, report: Report, world: World, kiosk: Kiosk, settle: float) -> None:
        self._report = report
        self._settle = settle
        self._world = world
        self._kiosk = kiosk
        self._player = Player(Walk(world, kiosk), kiosk)
        self._began = time.monotonic()
        self._pid = 0

    def play(self, numbers: Iterable[int], options: Options, step: Callable[[Report], None]) -> str:
        report = self._report
        for number in numbers:
            if options.stop.is_set():
                return "stopped"
            if options.seconds is not None and self._elapsed() >= options.seconds:
                return "time"
            visit = plan(options.seed, number, options.faults, options.warm)
            try:
                led_to = self._player.play(visit)
            except Exception as error:
                # Whatever it was: the next person comes. The visit is told with its plan, and the soak does not hold.
                report.miss(visit, f"{type(error).__name__}: {error}"[:300])
                led_to = "astray"
                self._recover()
            report.played(visit, led_to)
            report.seconds = self._elapsed()
            if report.visits % options.step == 0 or report.visits == WARM:
                self.sample()
                step(report)
        return "all"

    def sample(self) -> None:
        """Of the idle kiosk, when what it does after a visit is done.

        The process is looked at from outside before it is asked to count itself.
        """
        report = self._report
        report.seconds = self._elapsed()
        self._kiosk.machine.wait(self._settle)
        if not self._pid:
            self._pid = self._kiosk.census()["pid"]
        outside = of_process(self._pid)
        told = self._kiosk.census()
        held: dict[str, int] = {name: told[name] for name in told if name not in _NOT_COUNTS}
        report.threads = told["threads_named"]
        report.series.append(
            Sample(report.visits, report.seconds, {**outside, **held, "driver_rss": _own_rss()}, report.lives)
        )

    def _recover(self) -> None:
        """The world well again and the kiosk idle; one that does not become idle, or is gone, is started again."""
        self._world.restore()
        try:
            self._kiosk.wait_screen(ATTRACT, _BACK)
        except NotShown:
            self._world.cut_power()
            self._world.power_on()
            self._kiosk.wait_ready()
            self._kiosk.wait_screen(ATTRACT, 30)
            self._report.lives += 1
            self._pid = 0

    def _elapsed(self) -> float:
        return time.monotonic() - self._began


def of_process(pid: int) -> dict[str, int]:
    """What the kernel says of a process (proc(5)): memory in KiB, threads, open handles."""
    proc = Path("/proc") / str(pid)
    status, rollup = (proc / "status").read_text("ascii"), (proc / "smaps_rollup").read_text("ascii")
    return {
        "rss": _field(status, "VmRSS"),
        "pss": _field(rollup, "Pss"),
        "anonymous": _field(rollup, "Anonymous"),
        "threads": _field(status, "Threads"),
        "handles": len(list((proc / "fd").iterdir())),
    }


def _own_rss() -> int:
    """KiB of the soak's own process: it must not grow either."""
    return of_process(os.getpid())["rss"]


def _field(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    assert found is not None, name
    return int(found[1])
