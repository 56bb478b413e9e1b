"""Content that takes the room there is: the richest of several forms that fits, pictures as large as their box."""

from collections.abc import Callable, Sequence

from kiosk.ui.components.pictures import CardPicture, card_picture
from kiosk.ui.layout import UNBOUNDED, Align, Column, Drawing, Element, Flex, Kit, Placed, Row, Sink
from kiosk.ui.nodes import Rect, Size, Stroke
from kiosk.ui.theme import Role

STEPS = tuple(range(150, 39, -5))
"""Percents a picture is tried at, the largest first."""


class FirstFit(Element):
    """The first of its candidates that fits the box; it asks for the room of the last, the leanest.

    What only repeats or decorates is in the richer ones; a fact is in all.
    """

    def __init__(self, *candidates: Element) -> None:
        self.candidates = candidates

    def _measure(self, width: int) -> Size:
        return self.candidates[-1].measure(width)

    def place(self, box: Rect, sink: Sink) -> None:
        for candidate in self.candidates:
            size = candidate.measure(box.w)
            if size.w <= box.w and size.h <= box.h:
                sink.put(candidate, box)
                return
        sink.put(self.candidates[-1], box)


class Beside(Element):
    """Parts side by side where all of them get their natural width, one below the other where not."""

    def __init__(self, beside: Element, below: Element) -> None:
        self.beside = beside
        self.below = below

    def _chosen(self, width: int) -> Element:
        return self.beside if self.beside.measure(UNBOUNDED).w <= width else self.below

    def _measure(self, width: int) -> Size:
        return self._chosen(width).measure(width)

    def place(self, box: Rect, sink: Sink) -> None:
        sink.put(self._chosen(box.w), box)


def fitted_picture(kit: Kit, picture: CardPicture, *, least: int = 40, most: int = 140) -> Element:
    """Card and slot as large as the box allows, between two percents."""
    percents = [percent for percent in STEPS if least < percent <= most]
    return FirstFit(*(Placed(card_picture(kit, picture, percent=p)) for p in [*percents, least]))


def columns(kit: Kit, left: Element, right: Element, *, gap: int = 40, weights: tuple[int, int] = (26, 18)) -> Element:
    """One below the other in portrait, the second at the right of the first in landscape (1040 and 720 of the page).

    In portrait the first takes the room that is left.
    """
    if kit.theme.landscape:
        return Row(Flex(left, weights[0]), Flex(right, weights[1]), gap=60, align=Align.STRETCH)
    return Column(Flex(left), right, gap=gap)


_TURN: dict[str, Callable[[int, int], tuple[int, int]]] = {
    "below": lambda x, y: (x, y),
    "above": lambda x, y: (x, 100 - y),
    "left": lambda x, y: (100 - y, x),
    "right": lambda x, y: (y, x),
}


def pointer(kit: Kit, where: str, size: int, colour: Role) -> Element:
    """An arrow to where the slot is, seen from the screen: below, above, left, right."""
    turn = _TURN[where]
    lines: Sequence[Sequence[tuple[int, int]]] = (((50, 12), (50, 86)), ((22, 58), (50, 86), (78, 58)))

    def draw(box: Rect, sink: Sink) -> None:
        for line in lines:
            points = tuple(
                (box.x + px * size // 100, box.y + py * size // 100) for px, py in (turn(x, y) for x, y in line)
            )
            sink.add(Stroke(points, max(4, size * 9 // 100), kit.theme.colour(colour)))

    return Drawing(size, size, draw)
