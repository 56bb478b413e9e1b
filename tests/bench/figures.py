"""What a measurement comes to: figures with their goals, a table for people, a file for programs.

A module of this package measures some figures: `FIGURES` names them in their order, `measure(bench)` takes them. Each figure is a
ratio of two things measured in the same run, turn about, so that a noisy machine disturbs both alike.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `value` None: could not be measured here, `raw["why"]` says why. Lower is better for all."""

    name: str
    value: float | None
    unit: str
    goal: float
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.value is not None and self.value <= self.goal

    def told(self) -> dict[str, Any]:
        value = None if self.value is None else round(self.value, 4)
        return {"value": value, "unit": self.unit, "goal": self.goal, "holds": self.holds, "raw": dict(self.raw)}


def missing(name: str, unit: str, goal: float, why: str) -> Figure:
    """A figure that could not be measured here."""
    return Figure(name, None, unit, goal, {"why": why})


def ratio_of_medians(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times longer ours takes; the median is not moved by one noisy round."""
    return statistics.median(ours) / statistics.median(theirs)


def write(path: Path, figures: Sequence[Figure]) -> None:
    """Adds to what a file of figures holds; each figure is replaced by its newest measurement."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**before, **{f.name: f.told() for f in figures}}, indent=1) + "\n", "utf-8")


def table(figures: Sequence[Figure]) -> str:
    rows = [("figure", "value", "goal", "unit", "")]
    for f in figures:
        rows.append((f.name, "-" if f.value is None else f"{f.value:.3g}", f"{f.goal:g}", f.unit, _verdict(f)))
    widths = [max(len(row[n]) for row in rows) for n in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _verdict(figure: Figure) -> str:
    if figure.value is None:
        return f"not measured: {figure.raw.get('why', '')}"
    return "holds" if figure.holds else "MISSED"
