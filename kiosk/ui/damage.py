"""Which part of the window has to be drawn again: the bounds of nodes that came or went. Pure, in whole px."""

from collections.abc import Iterable
from functools import reduce
from math import ceil
from typing import Final, assert_never

from kiosk.ui.nodes import Arc, IconGlyph, Node, Rect, RoundRect, Stroke, TextRun, Triangle

PARTS: Final = 3
"""More parts than so many are joined: each is a walk through all instructions of the page."""
MANY: Final = 24
"""Of more rectangles than so many only the one around all is found: finding parts must not cost more than they save."""


def bounds(node: Node) -> Rect:
    """A rectangle of design px outside which the node draws nothing."""
    match node:
        case RoundRect() | TextRun() | IconGlyph():
            return node.rect
        case Stroke():
            return _around(node.points).outset(_half(node.width))
        case Arc():
            return Rect(node.cx, node.cy, 0, 0).outset(node.radius + _half(node.width))
        case Triangle():
            return _around((node.a, node.b, node.c)).outset(1)
        case _:
            assert_never(node)


def union(a: Rect, b: Rect) -> Rect:
    x, y = min(a.x, b.x), min(a.y, b.y)
    return Rect(x, y, max(a.right, b.right) - x, max(a.bottom, b.bottom) - y)


def common(a: Rect, b: Rect) -> Rect:
    """What both cover; without width or height when they are apart."""
    x, y = max(a.x, b.x), max(a.y, b.y)
    return Rect(x, y, max(0, min(a.right, b.right) - x), max(0, min(a.bottom, b.bottom) - y))


def parts(rects: Iterable[Rect]) -> tuple[Rect, ...]:
    """At most PARTS rectangles that cover all given ones and do not overlap."""
    given = list(rects)
    if len(given) > MANY:
        return (reduce(union, given),)
    found: list[Rect] = []
    for rect in given:
        grown = rect
        while touched := [other for other in found if other.overlaps(grown)]:
            for other in touched:
                found.remove(other)
                grown = union(grown, other)
        found.append(grown)
    while len(found) > PARTS:
        # The two whose common rectangle adds the least.
        pairs = [(a, b) for i, a in enumerate(found) for b in found[i + 1 :]]
        a, b = min(pairs, key=lambda pair: _area(union(*pair)) - _area(pair[0]) - _area(pair[1]))
        found = list(parts([*(r for r in found if r not in (a, b)), union(a, b)]))
    return tuple(found)


def share(rects: Iterable[Rect], whole: Rect) -> float:
    """How much of `whole` the rectangles cover, 0 to 1, when they do not overlap."""
    return sum(_area(rect) for rect in rects) / max(1, _area(whole))


def _area(rect: Rect) -> int:
    return rect.w * rect.h


def _half(width: int) -> int:
    """Half a line and its soft edge."""
    return ceil(width / 2) + 2


def _around(points: Iterable[tuple[int, int]]) -> Rect:
    xs, ys = zip(*points, strict=True)
    return Rect(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)
