"""`soak_200`: two hundred visits on end with faults mixed in. From visit 50, when caches are warm, to the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from tests.bench.__main__ import Bench, machine
from tests.bench.figures import Figure
from tests.soak.growth import MEMORY, MEMORY_PERCENT
from tests.soak.report import Report
from tests.soak.run import Options, soak

VISITS: Final = 200
STEP: Final = 10
UNIT: Final = "% growth of memory from visit 50 to 200; threads, handles and widgets: 0 growth"
NEVER: Final = 1000.0
"""A value that holds under no goal; JSON has no infinity."""
NONE_MORE: Final = frozenset({"threads", "handles", "widgets"})


def measure(bench: Bench) -> Sequence[Figure]:
    report = soak(Options(visits=VISITS, seed=bench.seed, step=STEP), bench.folder, machine(), lambda _: None)
    return (figure(report),)


def figure(report: Report) -> Figure:
    """`NEVER` when something other than memory grew, or visits went astray: `raw["why"]` says what."""
    why = [
        f"{growth.name} grew by {growth.by:g}" for growth in report.growth if growth.name in NONE_MORE and growth.by > 0
    ]
    if report.missed_in_all:
        why.append(f"{report.missed_in_all} visits went astray")
    if report.lives > 1:
        why.append("the kiosk ended and was started again")
    if report.visits < VISITS or not all(growth.judged for growth in report.growth):
        why.append(f"only {report.visits} visits")
    memory = next(growth for growth in report.growth if growth.name in MEMORY)
    raw = {**report.told(), "judged": [asdict(growth) for growth in report.growth], "why": "; ".join(why)}
    return Figure("soak_200", NEVER if why else memory.by, UNIT, MEMORY_PERCENT, raw)
