"""What a soak has come to so far: written at every step, whole or not at all, so that one that is cut short has its file."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.soak.growth import MEMORY, Growth, Sample, judge
from tests.soak.plan import Visit


@dataclass(frozen=True, slots=True)
class Missed:
    """A visit that went elsewhere than planned. `python -m tests.soak --seed <seed> --only <visit>` plays it again."""

    visit: int
    why: str
    plan: str


@dataclass(slots=True)
class Report:
    """`ended`: running, all (of the visits), time, stopped (SIGTERM or SIGINT). Of what grows with the visits only counts."""

    seed: int
    asked: int
    faults: float
    machine: str
    visits: int = 0
    seconds: float = 0.0
    ended: str = "running"
    lives: int = 1  # of the kiosk's process
    missed: list[Missed] = field(default_factory=list)
    missed_in_all: int = 0
    series: list[Sample] = field(default_factory=list)
    cards: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    led_to: Counter[str] = field(default_factory=Counter)
    threads: dict[str, int] = field(default_factory=dict)

    def played(self, visit: Visit, led_to: str) -> None:
        self.visits += 1
        self.cards[visit.card] += 1
        self.troubles["none" if visit.trouble is None else type(visit.trouble).__name__] += 1
        self.led_to[led_to] += 1

    def miss(self, visit: Visit, why: str, keep: int = 200) -> None:
        self.missed_in_all += 1
        if len(self.missed) < keep:
            self.missed.append(Missed(visit.number, why, repr(visit)))

    @property
    def growth(self) -> tuple[Growth, ...]:
        return judge(self.series)

    @property
    def holds(self) -> bool:
        return not self.missed_in_all and self.lives == 1 and all(growth.holds for growth in self.growth)

    def told(self) -> dict[str, Any]:
        return {
            "holds": self.holds,
            "ended": self.ended,
            "visits": self.visits,
            "asked": self.asked,
            "seed": self.seed,
            "faults": self.faults,
            "machine": self.machine,
            "seconds": round(self.seconds, 1),
            "visits_a_second": round(self.visits / self.seconds, 3) if self.seconds else None,
            "lives": self.lives,
            "missed": self.missed_in_all,
            "missed_visits": [asdict(missed) for missed in self.missed],
            "growth": {
                growth.name: {**asdict(growth), "holds": growth.holds, "name": growth.name} for growth in self.growth
            },
            "cards": dict(sorted(self.cards.items())),
            "troubles": dict(self.troubles.most_common()),
            "led_to": dict(self.led_to.most_common()),
            "threads": self.threads,
            "series": [
                {"visit": s.visit, "seconds": round(s.seconds, 1), "life": s.life, **s.held} for s in self.series
            ],
        }

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_text(json.dumps(self.told(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        fresh.replace(path)


_COLUMNS = (
    "visit",
    "rss",
    "pss",
    "anonymous",
    "threads",
    "handles",
    "widgets",
    "textures",
    "contexts",
    "connections",
    "objects",
)


def table(series: Sequence[Sample]) -> str:
    """The series for people; memory in KiB."""
    rows = [_COLUMNS, *((str(s.visit), *(str(s.held.get(name, "-")) for name in _COLUMNS[1:])) for s in series)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_COLUMNS))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def verdict(report: Report) -> str:
    lines = []
    for growth in report.growth:
        how = "%" if growth.name in MEMORY else ""
        said = "too few samples" if not growth.judged else "holds" if growth.holds else "GROWS"
        lines.append(f"{growth.name:12} {growth.first:10.0f} -> {growth.last:10.0f}  {growth.by:+.2f}{how}  {said}")
    lines += [f"visit {missed.visit}: {missed.why}" for missed in report.missed[:20]]
    rate = report.visits / report.seconds if report.seconds else 0.0
    lines.append(
        f"{report.visits} of {report.asked} visits ({report.ended}), {rate:.2f} a second, {report.missed_in_all} went astray, "
        f"{'holds' if report.holds else 'DOES NOT HOLD'}"
    )
    return "\n".join(lines)
