"""What stamps of one visit say: the pure part of `tests.bench.visit`."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Stamp = tuple[str, float]
"""Name and CLOCK_MONOTONIC seconds; in the order in which they were taken, by any thread."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the last `start` before the first `end` that follows one."""

    start: str
    end: str

    def of(self, stamps: Iterable[Stamp]) -> float | None:
        """Seconds; None when the two are not there in this order."""
        began: float | None = None
        for name, at in sorted(stamps, key=lambda stamp: stamp[1]):
            if name == self.start:
                began = at
            elif name == self.end and began is not None:
                return at - began
        return None


INSERT_TO_PIN = Span("present", "painted:pin")
PIN_TO_OVERVIEW = Span("verified", "painted:home")
PIN_TO_ACTIVATED = Span("confirmed", "painted:activated")


class NotSeen(Exception):
    """A visit without the stamps that it must have: names only."""


def seconds(span: Span, stamps: Sequence[Stamp]) -> float:
    """Raises NotSeen."""
    found = span.of(stamps)
    if found is None:
        raise NotSeen(f"{span.start} to {span.end} in {' '.join(name for name, _ in stamps)}")
    return found


def since(start: str, stamps: Sequence[Stamp], until: str) -> dict[str, float]:
    """Milliseconds of each stamp from the last `start` before the first `until` to that; names that come again are numbered."""
    ordered = sorted(stamps, key=lambda stamp: stamp[1])
    path: dict[str, float] | None = None
    zero = 0.0
    for name, at in ordered:
        if name == start:
            path, zero = {}, at
        if path is None:
            continue
        count = sum(known.partition("#")[0] == name for known in path)
        path[f"{name}#{count + 1}" if count else name] = (at - zero) * 1000
        if name == until:
            return path
    return {}


def medians(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of each name over the rounds that have it, rounded to a hundredth, in the order of the values."""
    names = {name for one in rounds for name in one}
    found = {name: statistics.median(one[name] for one in rounds if name in one) for name in names}
    return {name: round(value, 2) for name, value in sorted(found.items(), key=lambda item: item[1])}
