"""What was done to the world, in order: the log that lies beside a tour's pictures and that the dock shows."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """`at` is seconds since the log began; `values` are names and numbers, never texts of people and never a PIN."""

    at: float
    by: str  # world, hand, eye
    name: str
    values: dict[str, str | int | float] = field(default_factory=dict)


class Steps:
    """Append-only. Thread-safe. `keep`: only the last so many are remembered, for a world that runs for days."""

    def __init__(self, now: Callable[[], float] = time.monotonic, keep: int | None = None) -> None:
        self._now = now
        self._began = now()
        self._steps: deque[Step] = deque(maxlen=keep)
        self._said = 0
        self._lock = threading.Lock()

    def say(self, by: str, name: str, **values: str | int | float) -> None:
        with self._lock:
            self._steps.append(Step(round(self._now() - self._began, 3), by, name, values))
            self._said += 1

    def since(self, count: int = 0) -> tuple[Step, ...]:
        """All after the first `count`, as far as they are remembered."""
        with self._lock:
            forgotten = self._said - len(self._steps)
            return tuple(islice(self._steps, max(0, count - forgotten), None))

    def save(self, path: Path) -> None:
        """As a JSON list."""
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [{"at": step.at, "by": step.by, "step": step.name, **step.values} for step in self.since()]
        path.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n", "utf-8")
