"""Memory of the kiosk over that of a browser with one static page: after a minute of idleness, and after visits.

PSS over the whole process tree, read from outside. The kiosk is `kiosk run` in the simulated world with nothing beside it.
Chromium gets the same virtual screen after the kiosk has left it, so that neither shares a library with the other. Another
kiosk on the machine would share its libraries with the measured one and lower the figure: `at_most` in `raw` is the figure with
everything that could be shared counted in full on our side.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.sandbox.display import Glass, VirtualDisplay
from kiosk.sandbox.leash import Leashed
from kiosk.sandbox.world import World
from tests.bench import processes
from tests.bench.figures import Figure, missing
from tests.bench.plain import CARDS, SIZE, Plain, learn

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

GOAL: Final = 0.5
UNIT: Final = "x of Chromium"
IDLE: Final = 60.0
"""Seconds that either program stands still before it is measured."""
VISITS: Final = 20
SETTLED: Final = 5.0
"""Seconds after the last visit."""
PAGE: Final = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>.</title>
<style>body { margin: 0; height: 100vh; background: #fff; font: 96px sans-serif; text-align: center }</style>
<body>请插入社会保障卡</body></html>
"""


def measure(bench: Bench) -> Sequence[Figure]:
    with ExitStack() as stack:
        display = stack.enter_context(VirtualDisplay(*SIZE))
        glass = stack.enter_context(Glass(display.name))
        with World(bench.folder / "world", seed=bench.seed) as world:
            places = learn(world, display.name)
            with Plain(world, display.name, glass) as kiosk:
                time.sleep(IDLE)
                idle = processes.memory(kiosk.pid)
                series = [idle.pss]
                for number in range(VISITS):
                    card = CARDS[number % len(CARDS)]
                    kiosk.visit(card, places[card])
                    series.append(processes.memory(kiosk.pid).pss)
                time.sleep(SETTLED)
                after = processes.memory(kiosk.pid)
        theirs = _chromium(bench.folder, display.name)
    raw: dict[str, Any] = {"kiosk_idle": idle.told(), "kiosk_after": after.told(), "visits_pss_kib": series}
    if theirs is None:
        why = "chromium is not installed: apt install chromium"
        return [missing("memory_idle", UNIT, GOAL, why), missing("memory_after_visit", UNIT, GOAL, why)]
    raw["chromium_idle"] = theirs.told()
    return [
        Figure(name, ours.pss / theirs.pss, UNIT, GOAL, {**raw, "at_most": round(ours.rss / theirs.pss, 3)})
        for name, ours in (("memory_idle", idle), ("memory_after_visit", after))
    ]


def _chromium(folder: Path, display: str) -> processes.Memory | None:
    """A browser on one page, after its minute of idleness; None when it is not installed."""
    program = shutil.which("chromium")
    if program is None:
        return None
    page = folder / "page.html"
    page.write_text(PAGE, "utf-8")
    argv = (
        "env",
        f"DISPLAY={display}",
        program,
        "--kiosk",
        "--no-sandbox",
        "--no-first-run",
        "--window-position=0,0",
        f"--window-size={SIZE[0]},{SIZE[1]}",
        f"--user-data-dir={folder / 'profile'}",
        page.as_uri(),
    )
    with Leashed(argv, log=folder / "chromium.log") as browser:
        time.sleep(IDLE)
        # The shell of the leash stands above the browser and is no part of it.
        roots = [pid for pid in processes.tree(browser.group) if processes.executable(pid).startswith("chrom")]
        return processes.memory(roots[0])
