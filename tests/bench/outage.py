"""What an outage costs the person: recent data in a known one against the online visit, and on a line that has just gone
silent (DESIGN §8).

One kiosk in the simulated world, as in `tests/bench/visit.py`: card at 9600 baud, line of 60 ms round trip, 40 ms in the
service. From the chip's 9000 to the overview's flip. Online and offline visits take turns in short blocks. The black hole comes
unannounced: before the card goes in, or while the PIN page stands there; the worst of them counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from kiosk.sandbox.display import VirtualDisplay
from kiosk.sandbox.line import BlackHole, Cut, Mode, Through
from kiosk.sandbox.walk import PIN
from kiosk.sandbox.world import BYTE_MS_9600, World
from tests.bench.__main__ import Bench
from tests.bench.figures import Figure, ratio_of_medians
from tests.bench.visit import CARD, READS, ROUND_TRIP, SERVICE, Clock
from tests.bench.visit_stamps import PIN_TO_OVERVIEW, Stamp, medians, seconds, since
from tests.journeys.driver import Kiosk

BLOCKS: Final = 3
VISITS: Final = 4
"""In a block, online and then offline."""
WARM_UP: Final = 2
HOLES: Final = 2
"""Of either kind."""
PATIENCE: Final = 60.0
WELL: Final = Through(round_trip=ROUND_TRIP)
_ENTRY: Final = Path(__file__).with_name("visit_entry.py")


def measure(bench: Bench) -> Sequence[Figure]:
    with ExitStack() as stack:
        display = stack.enter_context(VirtualDisplay(1080, 1920))
        world = stack.enter_context(World(bench.folder / "world", seed=bench.seed, population=20))
        world.set_line(WELL)
        world.central_condition(service_seconds=SERVICE)
        kept = {"folder": bench.folder / "cache", "key": bench.folder / "device.key"}
        kiosk = Kiosk.start({"cache": kept}, world=world, display=display.name, entry=_ENTRY)
        hall = Hall(world, stack.enter_context(kiosk))
        hall.until("loss-list")
        for _ in range(WARM_UP):
            hall.online()
        return [hall.known(), hall.black_hole()]


class Hall:
    """The kiosk, and one person who comes again and again."""

    def __init__(self, world: World, kiosk: Kiosk) -> None:
        self._world = world
        self._kiosk = kiosk

    def known(self) -> Figure:
        online: list[list[Stamp]] = []
        offline: list[list[Stamp]] = []
        for _ in range(BLOCKS):
            online += [self.online() for _ in range(VISITS)]
            self._world.set_line(Cut())
            self.until("link-changed", link="offline")
            offline += [self.visit(recent=True) for _ in range(VISITS)]
            self.well()
        theirs, ours = ([seconds(PIN_TO_OVERVIEW, stamps) for stamps in each] for each in (online, offline))
        raw = {
            "offline_s": rounded(ours),
            "online_s": rounded(theirs),
            "median_s": {"offline": round(statistics.median(ours), 4), "online": round(statistics.median(theirs), 4)},
            "path_ms": medians([since(PIN_TO_OVERVIEW.start, stamps, PIN_TO_OVERVIEW.end) for stamps in offline]),
        }
        return Figure("offline_known", ratio_of_medians(ours, theirs), "x", 1.0, raw)

    def black_hole(self) -> Figure:
        before: list[float] = []
        after: list[float] = []
        for took, at_pin in ((before, False), (after, True)) * HOLES:
            self.online()
            stamps = self.visit(recent=True, **{"at_pin" if at_pin else "first": BlackHole()})
            took.append(seconds(PIN_TO_OVERVIEW, stamps))
            self.well()
        raw = {"before_the_card_s": rounded(before), "at_the_pin_page_s": rounded(after)}
        return Figure("offline_black_hole", max(before + after), "s", 2.0, raw)

    def online(self) -> list[Stamp]:
        """It is on the disk when this returns."""
        count = len(self.said("recent-kept"))
        stamps = self.visit(recent=False)
        self.until("recent-kept", count + 1)
        return stamps

    def visit(self, *, recent: bool, first: Mode | None = None, at_pin: Mode | None = None) -> list[Stamp]:
        """One person, from the card going in to the card coming out. `first`, `at_pin`: what becomes of the line just then."""
        if first is not None:
            self._world.set_line(first)
        with Clock(self._kiosk) as clock:
            clock.stamps()
            self._world.insert(CARD, fresh=True, byte_ms=BYTE_MS_9600)
            self._kiosk.wait_screen("pin")
            time.sleep(READS)
            if at_pin is not None:
                self._world.set_line(at_pin)
            self._kiosk.type_pin(PIN)
            self._kiosk.wait_screen("home")
            stamps = clock.stamps()
        self._world.pull()
        self._kiosk.wait_screen("attract")
        if ("recent" in self.said("record-shown")[-1]) is not recent:
            raise RuntimeError(f"the record shown is {'not ' * recent}recent data")
        return stamps

    def well(self) -> None:
        self._world.set_line(WELL)
        self.until("link-changed", link="online")

    def said(self, event: str) -> list[dict[str, object]]:
        return [line for line in self._kiosk.machine.log_lines() if line.get("event") == event]

    def until(self, event: str, count: int = 1, **last: object) -> None:
        """The log has so many of it, the last one with these values. Raises RuntimeError."""
        until = time.monotonic() + PATIENCE
        while True:
            found = self.said(event)
            if len(found) >= count and last.items() <= found[-1].items():
                return
            if time.monotonic() > until:
                raise RuntimeError(f"{event}: {found[-1:]}")
            self._kiosk.machine.wait(0.05)


def rounded(series: Sequence[float]) -> list[float]:
    return [round(value, 4) for value in series]
