"""Does it grow? Pure: what was measured at visits, and the rules that judge it.

From the visit on at which caches are warm (`WARM`), the first quarter of the samples is held against the last quarter. Memory is
allowed `MEMORY_PERCENT` between the medians of the two. A count of things (threads, handles …) is allowed nothing: it has grown
when the median of the last quarter is above the highest of the first, so that one that goes up and down is no growth and one
that is lost every now and then is. A cache of a closed set (the tiles and icons of every page in every look) may fill for
longer, but never above its bound.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WARM: Final = 50
"""Visits until every cache has what it will hold."""
MEMORY_PERCENT: Final = 2.0
MEMORY: Final = ("anonymous",)
"""Judged as memory: the pages that are the process's own. RSS and PSS are reported, too; they count pages of files, which the
kernel takes away and other processes share as it happens (seen: 60 MiB less from one sample to the next)."""
COUNTS: Final = ("threads", "handles", "widgets", "textures", "contexts", "connections")
"""Judged as counts."""
CACHES: Final = {"shape_textures": 600, "faces": 64}
"""Name -> bound. Twice what all pages in all looks come to."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the kiosk held after `visit` visits, idle. `held`: name -> count; memory in KiB. `life`: of which process, from 1."""

    visit: int
    seconds: float
    held: Mapping[str, int]
    life: int = 1


@dataclass(frozen=True, slots=True)
class Growth:
    """Of one thing. `by`: percent for memory, how many for a count, how many above its bound for a cache.

    `judged` False: there are too few samples to say anything.
    """

    name: str
    first: float
    last: float
    by: float
    allowed: float
    judged: bool = True

    @property
    def holds(self) -> bool:
        return not self.judged or self.by <= self.allowed


def judge(series: Sequence[Sample], warm: int = WARM) -> tuple[Growth, ...]:
    """One for each thing that is judged. A kiosk that was started again is judged by its last life alone."""
    life = max((sample.life for sample in series), default=1)
    began = min((sample.visit for sample in series if sample.life == life), default=0)
    after = began + warm if life > 1 else warm
    settled = [sample for sample in series if sample.life == life and sample.visit >= after]
    quarter = max(1, len(settled) // 4)
    first, last = settled[:quarter], settled[-quarter:]
    judged = len(settled) >= 2
    found = []
    for name in MEMORY:
        early, late = _median(first, name), _median(last, name)
        found.append(Growth(name, early, late, 100 * (late / early - 1) if early else 0.0, MEMORY_PERCENT, judged))
    for name in COUNTS:
        most = float(max((sample.held[name] for sample in first), default=0))
        late = _median(last, name)
        found.append(Growth(name, most, late, max(0.0, late - most), 0.0, judged))
    for name, bound in CACHES.items():
        early, late = _median(first, name), _median(last, name)
        found.append(Growth(name, early, late, max(0.0, late - bound), 0.0, judged))
    return tuple(found)


def _median(samples: Sequence[Sample], name: str) -> float:
    return float(statistics.median(sample.held[name] for sample in samples)) if samples else 0.0
