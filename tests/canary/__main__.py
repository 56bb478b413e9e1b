"""`python -m tests.canary`: plays the visits and prints where the planted person is still found."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kiosk.sandbox.display import VirtualDisplay
from kiosk.sandbox.world import World
from tests.canary import helped, image, kept, person, visits
from tests.canary.visits import Inside
from tests.journeys.driver import Kiosk


def main() -> int:
    """Exit code 1: more is found than is allowed."""
    with tempfile.TemporaryDirectory(prefix="kiosk-canary-") as made:
        folder = Path(made)
        cards = person.cards(folder / "cards")
        helped.add_clerk(cards)
        with (
            VirtualDisplay(1080, 1920) as display,
            World(folder / "world", population=0, cards=cards) as world,
            Kiosk.start(
                helped.SETTINGS,
                world=world,
                display=display.name,
                times=visits.TIMES,
                entry=visits.ENTRY,
                environment={"CANARY_SOCKET": str(folder / "inside")},
            ) as kiosk,
        ):
            told = visits.play(world, kiosk, helped.played)
            costs = [line["cpu_ms"] for line in kiosk.machine.log_lines() if line.get("event") == "memory-overwritten"]
            with Inside(folder / "inside") as inside:
                found = image.search(inside.pid, person.needles(told, inside.small_ints))
                looked, reached = inside.search(told)
    counted, allowed = found.counts(), kept.load()
    print(f"memory image, {found.searched >> 20} MiB searched")
    for kind, count in counted.items():
        print(f"  {kind:16} {count:3} of at most {allowed[kind]}")
    print(found.table())
    print(f"reachable by Python, {looked} texts: {len(reached)}")
    for one in reached:
        print(f"  {one.kind.value:16} {one.type} <- {' <- '.join(one.holders)}")
    print(f"overwriting took, each time, ms of processor: {costs}")
    return 1 if reached or kept.risen(allowed, counted) else 0


if __name__ == "__main__":
    raise SystemExit(main())
