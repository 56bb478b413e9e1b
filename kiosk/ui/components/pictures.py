"""Card and slot: how the card goes in, that it is in, that it is to be taken, and how it must not go in.

The pictures carry no meaning by colour, and nothing on them is the emblem or design of a real card.
"""

from enum import Enum, unique

from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Drawing, Element, Flex, IconBox, Kit, Panel, Placed, Row, Sink, Sized, Spacer
from kiosk.ui.nodes import Rect, RoundRect, Stroke
from kiosk.ui.theme import Role, Theme, Type
from kiosk.ui.typeset import Text


@unique
class CardPicture(Enum):
    INSERT = "insert"
    IN_SLOT = "in_slot"
    TAKE = "take"


class _Pen:
    """Draws in a picture's own units at a scale."""

    def __init__(self, theme: Theme, box: Rect, percent: int, sink: Sink) -> None:
        self.theme = theme
        self.box = box
        self.percent = percent
        self.sink = sink

    def length(self, px: int) -> int:
        return px * self.percent // 100

    def rect(self, x: int, y: int, w: int, h: int) -> Rect:
        left, top = self.box.x + self.length(x), self.box.y + self.length(y)
        return Rect(left, top, self.box.x + self.length(x + w) - left, self.box.y + self.length(y + h) - top)

    def fill(self, x: int, y: int, w: int, h: int, role: Role, radius: int = 0, edge: Role | None = None) -> None:
        colour = self.theme.colour
        outline = None if edge is None or colour(edge) == colour(role) else colour(edge)
        width = self.theme.lines.outline if outline is not None else 0
        self.sink.add(RoundRect(self.rect(x, y, w, h), colour(role), outline, width, self.length(radius)))

    def chevrons(self, x: int, y: int, count: int, *, up: bool) -> None:
        """Chevrons 112 wide, one every 44, in the primary colour."""
        for i in range(count):
            top = y + 44 * i
            ends, tip = (top + 36, top) if up else (top, top + 36)
            points = ((x, ends), (x + 56, tip), (x + 112, ends))
            placed = tuple((self.box.x + self.length(px), self.box.y + self.length(py)) for px, py in points)
            self.sink.add(Stroke(placed, max(4, min(13, self.length(18))), self.theme.colour(Role.PRIMARY)))

    def slot(self, x: int, y: int, w: int) -> None:
        self.fill(x, y, w, 106, Role.SLOT, 26, Role.SLOT_EDGE)
        for cx in (x + 47, x + w - 47):
            self.fill(cx - 14, y + 40, 28, 28, Role.LAMP, 14)
        self.fill(x + 91, y + 46, w - 182, 14, Role.SLIT, 7)

    def card(self, x: int, y: int, w: int, h: int, *, chip: bool = True, in_slot: bool = False) -> None:
        """The front, chip end up; `in_slot`: its upper end is cut off straight by the slit."""
        self.fill(x, y, w, h, Role.CARD, 22, Role.CARD_EDGE)
        if in_slot:
            self.fill(x, y, w, 40, Role.CARD)
            if self.theme.high:
                for side in (x, x + w - 3):
                    self.fill(side, y, 3, 42, Role.CARD_EDGE)
        middle = x + w // 2
        if chip:
            self.fill(middle - 46, y + 48, 92, 70, Role.CARD_CHIP, 12)
            self.fill(middle - 46, y + 81, 92, 4, Role.CARD)
            self.fill(middle - 2, y + 48, 4, 70, Role.CARD)
        bars = y + 168 if h >= 367 else y + 76
        for dx, tall, role in ((0, 96, Role.CARD_PRINT2), (28, 155, Role.CARD_PRINT2), (60, 110, Role.CARD_PRINT)):
            self.fill(middle + dx, bars, 16, tall, role, 8)
        self.fill(
            middle - 88 if w <= 240 else x + 36, y + h - 96 if w <= 240 else y + h - 124, 72, 92, Role.CARD_PHOTO, 10
        )


def card_picture(kit: Kit, picture: CardPicture, *, percent: int = 100) -> Element:
    """The slot with the card before, in, or coming out of it. 644 px wide at 100 %."""
    height = {CardPicture.INSERT: 518, CardPicture.IN_SLOT: 390, CardPicture.TAKE: 508}[picture]

    def draw(box: Rect, sink: Sink) -> None:
        pen = _Pen(kit.theme, box, percent, sink)
        pen.slot(0, 0, 644)
        match picture:
            case CardPicture.INSERT:
                pen.card(206, 150, 232, 367)
                pen.chevrons(36, 254, 3, up=True)
                pen.chevrons(496, 254, 3, up=True)
            case CardPicture.IN_SLOT:
                pen.card(172, 54, 300, 334, chip=False, in_slot=True)
            case CardPicture.TAKE:
                pen.card(172, 54, 300, 452, in_slot=True)
                pen.chevrons(6, 230, 3, up=False)
                pen.chevrons(526, 230, 3, up=False)

    return Drawing(644 * percent // 100, height * percent // 100, draw)


def _way(kit: Kit, picture: Element, icon: Icon, word: str, colour: Role, outline: Role, width: int) -> Element:
    label = Row(
        IconBox(kit, icon, kit.theme.pick(48, 60), colour), Text(kit, word, Type.BUTTON_CARD, colour, lines=2), gap=16
    )
    return Panel(
        kit,
        Column(picture, Spacer(), Placed(label), gap=20),
        fill=Role.SURFACE,
        outline=outline,
        width=width,
        pad=(24, 28, 24, 24),
    )


def right_way(kit: Kit, word: str) -> Element:
    """The card as it must go in, in a panel with an outline of its own and a check."""

    def draw(box: Rect, sink: Sink) -> None:
        pen = _Pen(kit.theme, box, 100, sink)
        pen.slot(0, 0, 380)
        card = _Pen(kit.theme, Rect(box.x + 111, box.y + 142, 158, 250), 68, sink)
        card.card(0, 0, 232, 367)
        small = _Pen(kit.theme, Rect(box.x, box.y + 206, 90, 90), 74, sink)
        small.chevrons(0, 0, 2, up=True)
        other = _Pen(kit.theme, Rect(box.x + 296, box.y + 206, 90, 90), 74, sink)
        other.chevrons(0, 0, 2, up=True)

    return _way(kit, Placed(Drawing(380, 394, draw)), Icon.CHECK_CIRCLE, word, Role.OK, Role.OK, 5)


def wrong_ways(kit: Kit, word: str, chip_behind: str, back_up: str) -> Element:
    """Two cards as they must not go in, each with its name."""

    def slot(box: Rect, sink: Sink) -> None:
        _Pen(kit.theme, box, 100, sink).slot(0, 0, 380)

    def behind(box: Rect, sink: Sink) -> None:
        pen = _Pen(kit.theme, box, 100, sink)
        pen.fill(0, 0, 140, 220, Role.CARD_WRONG, 14, Role.CARD_EDGE if kit.theme.high else None)
        pen.fill(24, 27, 12, 88, Role.CARD_PRINT, 6)
        pen.fill(50, 27, 12, 58, Role.CARD_PRINT, 6)
        pen.fill(40, 141, 60, 48, Role.CARD_CHIP, 10)

    def back(box: Rect, sink: Sink) -> None:
        pen = _Pen(kit.theme, box, 100, sink)
        pen.fill(0, 0, 140, 220, Role.CARD_WRONG, 14, Role.CARD_EDGE if kit.theme.high else None)
        pen.fill(26, 40, 12, 118, Role.CARD_PRINT, 6)
        pen.fill(52, 40, 12, 78, Role.CARD_PRINT, 6)
        pen.fill(92, 0, 26, 220, Role.CARD_STRIPE)

    def named(draw: Element, name: str) -> Element:
        return Column(Placed(draw), Text(kit, name, Type.NOTE, Role.INK2, align=Align.CENTER), gap=4)

    pictures = Column(
        Placed(Drawing(380, 106, slot)),
        Row(
            Flex(named(Drawing(140, 220, behind), chip_behind)),
            Flex(named(Drawing(140, 220, back), back_up)),
            gap=16,
            align=Align.START,
        ),
        gap=34,
    )
    return _way(kit, pictures, Icon.CANCEL, word, Role.BAD, Role.BORDER, kit.theme.lines.outline)


def other_cards(kit: Kit, word: str) -> Element:
    """Cards of another kind: with chip, stripe and rows of numbers, without a photo."""
    theme = kit.theme

    def draw(box: Rect, sink: Sink) -> None:
        edge = Role.CARD_EDGE if theme.high else None
        for x, y, chip in ((0, 62, False), (104, 0, True)):
            pen = _Pen(theme, Rect(box.x + x, box.y + y, 276, 330), 100, sink)
            pen.fill(0, 0, 180, 284, Role.SURFACE, 18)
            pen.fill(4, 4, 172, 276, Role.CARD_WRONG, 16, edge)
            if chip:
                pen.fill(58, 36, 64, 50, Role.CARD_CHIP, 10)
            else:
                pen.fill(24, 4, 30, 276, Role.CARD_STRIPE)
            for at in range(4):
                pen.fill(112 if not chip else 82, 122 + 36 * at, 14, 24, Role.CARD_PRINT, 6)

    return _way(
        kit,
        Placed(Drawing(284, 394, draw)),
        Icon.CANCEL,
        word,
        Role.BAD,
        Role.BORDER,
        theme.lines.outline,
    )


def ways(kit: Kit, right: Element, wrong: Element, *, height: int | None = None) -> Element:
    """The right way beside the wrong ones."""
    return Sized(Row(Flex(right), Flex(wrong), gap=24, align=Align.STRETCH), h=height)
