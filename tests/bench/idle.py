"""What an idle kiosk costs: processor time on the attract page with central in reach, and what it draws meanwhile.

`kiosk run` in the simulated world with nothing beside it, looked at from outside: /proc for the time of the process and all below
it, the X server's DAMAGE extension for every drawing request. The header's clock changes once a minute, and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from kiosk.sandbox.display import Glass, VirtualDisplay
from kiosk.sandbox.world import World
from tests.bench import processes
from tests.bench.damage import Damage, DamageMissing
from tests.bench.figures import Figure
from tests.bench.plain import SIZE, Plain

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

GOAL: Final = 1.0
SETTLED: Final = 10.0
"""Seconds after the start: central's libraries are loaded, the first heartbeat is answered."""
SPAN: Final = 60.0


def measure(bench: Bench) -> Sequence[Figure]:
    with ExitStack() as stack:
        display = stack.enter_context(VirtualDisplay(*SIZE))
        glass = stack.enter_context(Glass(display.name))
        world = stack.enter_context(World(bench.folder / "world", seed=bench.seed))
        kiosk = stack.enter_context(Plain(world, display.name, glass))
        time.sleep(SETTLED)
        pid = kiosk.pid
        try:
            damage = stack.enter_context(Damage(display.name))
        except DamageMissing:
            damage = None
        threads = processes.cpu_by_thread(pid)
        minute, began, before = datetime.now().minute, time.monotonic(), processes.cpu_seconds(pid)
        time.sleep(SPAN)
        used, seconds = processes.cpu_seconds(pid) - before, time.monotonic() - began
        by_thread = {
            name: round(spent - threads.get(name, 0.0), 3)
            for name, spent in processes.cpu_by_thread(pid).items()
            if spent > threads.get(name, 0.0)
        }
        raw: dict[str, Any] = {
            "seconds": round(seconds, 2),
            "cpu_s": round(used, 3),
            "threads_s": by_thread,
            "drawing_requests": None if damage is None else damage.count(),
            "minutes_changed": int(datetime.now().minute != minute),
        }
    return [Figure("idle_cpu", 100 * used / seconds, "% of a core", GOAL, raw)]
