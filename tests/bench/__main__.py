"""`make bench`: measures, prints the table, writes build/bench.json. `ARGS="start touch"` takes only those modules."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, cast

from tests.bench.figures import Figure, table, write

ROOT: Final = Path(__file__).resolve().parents[2]
MODULES: Final = ("visit", "activation", "outage", "cache", "start", "memory", "idle", "touch", "audit", "soak")
"""In the order in which they are taken."""
_PRIORITY: Final = 1
"""The lowest of the real-time ones."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every measurement gets: a folder that is removed afterwards, and the seed of what is left to chance."""

    folder: Path
    seed: int


class Measurement(Protocol):
    def measure(self, bench: Bench) -> Sequence[Figure]: ...


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="what the visit costs")
    parser.add_argument("modules", nargs="*", default=MODULES, help=" ".join(MODULES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench.json")
    options = parser.parse_args()
    unknown = set(options.modules) - set(MODULES)
    if unknown:
        parser.error(f"no such measurement: {' '.join(sorted(unknown))}")
    first = _before_others()
    taken: list[Figure] = []
    for name in options.modules:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix=f"kiosk-bench-{name}-") as folder:
            module = cast(Measurement, importlib.import_module(f"tests.bench.{name}"))
            figures = module.measure(Bench(Path(folder), options.seed))
        write(options.output, figures)
        taken.extend(figures)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"{machine()}{', before other work' if first else ''}\n\n{table(taken)}")
    return 0 if all(figure.holds for figure in taken) else 1


def _before_others() -> bool:
    """Where it is allowed, both sides of every ratio go before the machine's other work: that would disturb the one more that
    computes more. Inherited by every process of the bench."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(_PRIORITY))
    except OSError:
        return False
    return True


def machine() -> str:
    """What was measured on."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    cores = sum(line.startswith("processor") for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines())
    return f"{cores} x {cpu}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


if __name__ == "__main__":
    raise SystemExit(main())
