"""A QR code on a page: dark on light in every look, as scanners want it, with its quiet zone."""

from collections.abc import Iterator

from kiosk.qr import Modules, modules
from kiosk.ui.layout import Element, Kit, Sink
from kiosk.ui.nodes import Rect, RoundRect, Size
from kiosk.ui.theme import Role

QUIET = 4
"""Modules around the code that stay light (ISO/IEC 18004 §5.3.8)."""


class QrCode(Element):
    """The code of a reference, at most `side` px wide and high with its quiet zone: each module is a whole number of px.

    On a page its `side` should be 28 mm (106 px) and more: a telephone at arm's length reads modules from 0.7 mm.
    """

    def __init__(self, kit: Kit, text: str, side: int) -> None:
        self._modules = modules(text)
        self._module = max(1, side // (len(self._modules) + 2 * QUIET))
        self._side = self._module * (len(self._modules) + 2 * QUIET)
        self._light = kit.theme.colour(Role.CODE_LIGHT)
        self._dark = kit.theme.colour(Role.CODE_DARK)

    def _measure(self, width: int) -> Size:
        return Size(self._side, self._side)

    def place(self, box: Rect, sink: Sink) -> None:
        left, top = box.x + (box.w - self._side) // 2, box.y + (box.h - self._side) // 2
        sink.add(RoundRect(Rect(left, top, self._side, self._side), self._light))
        m = self._module
        for x, y, w, h in _blocks(self._modules):
            sink.add(RoundRect(Rect(left + (QUIET + x) * m, top + (QUIET + y) * m, w * m, h * m), self._dark))


def _blocks(rows: Modules) -> Iterator[tuple[int, int, int, int]]:
    """(x, y, width, height) of rectangles that together are the dark modules, few of them: each costs the painter a drawing."""
    side = len(rows)
    free = [list(row) for row in rows]
    for y in range(side):
        for x in range(side):
            if not free[y][x]:
                continue
            w = 1
            while x + w < side and free[y][x + w]:
                w += 1
            h = 1
            while y + h < side and all(free[y + h][x : x + w]):
                h += 1
            for below in range(y, y + h):
                free[below][x : x + w] = [False] * w
            yield x, y, w, h
