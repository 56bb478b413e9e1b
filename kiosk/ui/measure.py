"""How wide a piece of text is: the port that layout asks, and a bounded memory in front of it."""

from collections import OrderedDict
from typing import Protocol

from kiosk.ui.nodes import Face


class Measurer(Protocol):
    """Width in px of `text` drawn in one face at `size` px. Exact: the texture drawn later has this width."""

    def width(self, text: str, face: Face, size: int) -> int: ...

    def forget(self) -> None:
        """Drops everything remembered about texts."""


class CachedMeasurer:
    """Least recently used widths in front of a measurer. Texts may be personal: `forget` when a visit ends."""

    __slots__ = ("_inner", "_limit", "_widths")

    def __init__(self, inner: Measurer, limit: int = 4000) -> None:
        self._inner = inner
        self._limit = limit
        self._widths: OrderedDict[tuple[str, Face, int], int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._widths)

    def width(self, text: str, face: Face, size: int) -> int:
        key = (text, face, size)
        known = self._widths.get(key)
        if known is not None:
            self._widths.move_to_end(key)
            return known
        width = self._inner.width(text, face, size)
        self._widths[key] = width
        if len(self._widths) > self._limit:
            self._widths.popitem(last=False)
        return width

    def forget(self) -> None:
        self._widths.clear()
        self._inner.forget()
