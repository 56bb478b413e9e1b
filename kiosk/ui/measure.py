"""How wide a piece of text is: the port that layout asks, and a bounded memory in front of it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar, cast

from kiosk.ui.nodes import Face

T = TypeVar("T")


class Widths(Protocol):
    """Width in px of `text` drawn in one face at `size` px. Exact: the texture drawn later has this width."""

    def width(self, text: str, face: Face, size: int) -> int: ...

    def forget(self) -> None:
        """Drops everything remembered about texts."""


class Measurer(Widths, Protocol):
    """What layout asks: widths, and what it has found out about a text before."""

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gave for this key. The key says all that the value depends on besides the widths."""


class CachedMeasurer:
    """Least recently used widths and lines in front of a measurer. Texts may be personal: `forget` when a visit ends."""

    __slots__ = ("_found", "_inner", "_limit", "_widths")

    def __init__(self, inner: Widths, limit: int = 4000) -> None:
        self._inner = inner
        self._limit = limit
        self._widths: OrderedDict[tuple[str, Face, int], int] = OrderedDict()
        self._found: OrderedDict[Hashable, object] = OrderedDict()

    def __len__(self) -> int:
        return len(self._widths) + len(self._found)

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

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        known = self._found.get(key)
        if known is not None:
            self._found.move_to_end(key)
            return cast(T, known)
        found = self._found[key] = make()
        if len(self._found) > self._limit:
            self._found.popitem(last=False)
        return found

    def forget(self) -> None:
        self._widths.clear()
        self._found.clear()
        self._inner.forget()
