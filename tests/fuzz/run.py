"""Inputs from a seed, one after the other, to a reader."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from tests.fuzz import card, central
from tests.fuzz.card import Found

READERS: Final[Mapping[str, Callable[[random.Random], Found | str]]] = {"card": card.tried, "central": central.tried}


class Broken(AssertionError):
    """An input broke a rule. Says which input, to play it again."""


def feed(reader: str, seed: str, first: int, inputs: int) -> Counter[str]:
    """How many inputs ended how. Raises Broken."""
    tried = READERS[reader]
    ends: Counter[str] = Counter()
    for number in range(first, first + inputs):
        end = tried(random.Random(f"{seed}/{number}"))
        if isinstance(end, Found):
            raise Broken(f"{end.what}: input {number} of seed {seed}")
        ends[end] += 1
    return ends
