"""The counts of hits in the process's memory that are allowed: image.toml beside this. They may only fall."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("image.toml")


def load() -> dict[str, int]:
    """Most hits by kind."""
    kept: dict[str, int] = tomllib.loads(FILE.read_text("utf-8"))["hits"]
    return kept


def risen(kept: Mapping[str, int], counted: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Kinds of which there are more than allowed, or that nobody has counted yet: (allowed, counted)."""
    return {kind: (kept.get(kind, 0), n) for kind, n in counted.items() if n > kept.get(kind, 0)}


def could_fall(kept: Mapping[str, int], counted: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Kinds of which fewer are left than allowed: (allowed, counted)."""
    return {kind: (n, counted.get(kind, 0)) for kind, n in kept.items() if counted.get(kind, 0) < n}
