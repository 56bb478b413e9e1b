"""What an activation costs beyond card and network: the new PIN confirmed -> "activated" on the screen.

One kiosk in the simulated world, as in `tests/bench/visit.py` (card at 9600 baud, line of 60 ms round trip, 40 ms in the
service), and, turn about, the parts of it bare: CHANGE of the same PINs on the same card file by a script on `scard`, and the
two requests of the transaction, reserve and confirm, of the bytes that the kiosk has just sent, over the same line on a
connection that stands.

The figure is over the sum of the whole transaction: CHANGE and both round trips. This kiosk reserves before it asks for a PIN:
between the last key and the page there is only the confirm. `raw` therefore has the stricter ratio, too (`of_what_runs`): over
CHANGE, one round trip and a flip of the finished page. The journal is synced to the disk three times on the way: before the
card command, after it, and when central has confirmed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from drivers.card.cardfile import CARDS
from drivers.card.layout import SSSE
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.display import VirtualDisplay
from kiosk.sandbox.legs_activation import NEW, NEW_PIN, inserted, number, says, set_pins
from kiosk.sandbox.line import Through
from kiosk.sandbox.stops import tap, together
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import BYTE_MS_9600, World
from tests.bench.__main__ import Bench
from tests.bench.figures import Figure
from tests.bench.visit import FLIPS, READS, ROUND_TRIP, SERVICE, Bare, Clock, Script
from tests.bench.visit_stamps import PIN_TO_ACTIVATED, medians, seconds, since
from tests.journeys.driver import Kiosk

ROUNDS: Final = 11
WARM_UP: Final = 2
GOAL: Final = 1.3
_ENTRY: Final = Path(__file__).with_name("visit_entry.py")

_TO_EXPLAIN: Final = together(
    inserted(NEW, byte_ms=BYTE_MS_9600),
    tap("party-holder", "number"),
    number(NEW, "way"),
    tap("way-document", "document"),
    tap("read-document", "keep-phone"),
    tap("use-phone", "explain"),
)


@dataclass(slots=True)
class Series:
    """Seconds, one for each round."""

    kiosk: list[float] = field(default_factory=list)
    change: list[float] = field(default_factory=list)
    reserve: list[float] = field(default_factory=list)
    confirm: list[float] = field(default_factory=list)
    flip: list[float] = field(default_factory=list)
    path: list[dict[str, float]] = field(default_factory=list)


def measure(bench: Bench) -> Sequence[Figure]:
    series = Series()
    with ExitStack() as stack:
        display = stack.enter_context(VirtualDisplay(1080, 1920))
        world = stack.enter_context(World(bench.folder / "world", seed=bench.seed, population=20))
        world.set_line(Through(round_trip=ROUND_TRIP))
        world.central_condition(service_seconds=SERVICE)
        world.desk.lay(NEW)
        kiosk = stack.enter_context(Kiosk.start(world=world, display=display.name, entry=_ENTRY))
        script = stack.enter_context(Script(CARDS / f"{NEW}.toml", commands(PIN, NEW_PIN)))
        bare = stack.enter_context(Bare(world))
        walk = Walk(world, kiosk)
        for turn in range(WARM_UP + ROUNDS):
            if turn == WARM_UP:
                series = Series()
            activate(walk, kiosk, bare, series)
            series.change.append(script.read()[1])
    return [figure(series)]


def figure(series: Series) -> Figure:
    """Medians against medians."""
    mid = statistics.median
    kiosk, path = mid(series.kiosk), mid(series.change) + mid(series.confirm)
    whole, runs = path + mid(series.reserve), path + mid(series.flip)
    raw = {
        "kiosk_s": _rounded(series.kiosk),
        "change_s": _rounded(series.change),
        "reserve_s": _rounded(series.reserve),
        "confirm_s": _rounded(series.confirm),
        "flip_s": _rounded(series.flip),
        "median_s": {"kiosk": round(kiosk, 4), "bare": round(whole, 4), "bare_of_what_runs": round(runs, 4)},
        "of_what_runs": round(kiosk / runs, 4),
        "path_ms": medians(series.path),
    }
    return Figure("activation", kiosk / whole, "x", GOAL, raw)


def activate(walk: Walk, kiosk: Kiosk, bare: Bare, series: Series) -> None:
    """One person with a new card, from the card going in to the card coming out."""
    world = walk.world
    world.central.forget()
    _TO_EXPLAIN(walk)
    kiosk.tap("start")
    kiosk.wait_screen("pins")
    series.reserve.append(bare.repeat(world, Operation.RESERVE))
    time.sleep(READS)
    with Clock(kiosk) as clock:
        clock.stamps()
        set_pins()(walk)
        kiosk.wait_screen("activated")
        stamps = clock.stamps()
        series.flip.append(statistics.median(clock.flips(FLIPS)))
    says("activation.done.title")(walk)
    series.confirm.append(bare.repeat(world, Operation.CONFIRM))
    walk.to_idle()
    series.kiosk.append(seconds(PIN_TO_ACTIVATED, stamps))
    series.path.append(since(PIN_TO_ACTIVATED.start, stamps, PIN_TO_ACTIVATED.end))


def commands(old: str, new: str) -> list[bytes]:
    """SELECT, and CHANGE as the kiosk sends it."""
    data = bytes.fromhex(old) + b"\xff" + bytes.fromhex(new)
    return [
        b"\x00\xa4\x04\x00" + bytes([len(SSSE)]) + SSSE,
        b"\x80\x5e\x01\x00" + bytes([len(data)]) + data,
    ]


def _rounded(series: Sequence[float]) -> list[float]:
    return [round(value, 4) for value in series]
