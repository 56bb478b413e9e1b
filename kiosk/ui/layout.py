"""A small box layout: elements that say how large they are for a width, and put nodes into a rectangle. Pure.

Nothing is cut and nothing is hidden: an element that gets less room than it needs is laid out all the same and the page
records an `Overflow`. Sizes are whole px.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from math import ceil
from typing import ClassVar

from kiosk.ui.fonts import Fonts
from kiosk.ui.icons import Icon
from kiosk.ui.measure import Measurer
from kiosk.ui.nodes import (
    IconGlyph,
    Node,
    Overflow,
    PlacedText,
    Rect,
    RoundRect,
    Size,
    Target,
)
from kiosk.ui.theme import IconSize, Role, Theme

UNBOUNDED = 1 << 20
"""A width to measure an element at its natural one."""


@unique
class Align(Enum):
    START = "start"
    CENTER = "center"
    END = "end"
    STRETCH = "stretch"


@dataclass(frozen=True, slots=True)
class Kit:
    """What every component needs: the tokens, the widths of texts, the faces."""

    theme: Theme
    measurer: Measurer
    fonts: Fonts


class Sink:
    """Collects what elements put down, in drawing order."""

    __slots__ = ("nodes", "overflows", "targets", "texts")

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.targets: list[Target] = []
        self.texts: list[PlacedText] = []
        self.overflows: list[Overflow] = []

    def add(self, *nodes: Node) -> None:
        self.nodes.extend(nodes)

    def put(self, element: "Element", box: Rect) -> None:
        """Places an element and records when the box is smaller than what it needs."""
        needed = element.measure(box.w)
        if needed.w > box.w or needed.h > box.h:
            self.overflows.append(Overflow(type(element).__name__, needed, box, element.hint))
        element.place(box, self)


class Element:
    """`measure(width)` -> the size needed within a width (asked once per width); `place(box, sink)` puts nodes."""

    hint: ClassVar[str] = ""
    _memo: dict[int, Size]

    def measure(self, width: int) -> Size:
        try:
            memo = self._memo
        except AttributeError:
            memo = self._memo = {}
        size = memo.get(width)
        if size is None:
            size = memo[width] = self._measure(width)
        return size

    def baseline(self, width: int) -> int:
        """Distance of the first line's baseline from the top; the lower edge where there is no text."""
        return self.measure(width).h

    def _measure(self, width: int) -> Size:
        raise NotImplementedError

    def place(self, box: Rect, sink: Sink) -> None:
        raise NotImplementedError


class Flex(Element):
    """Takes a share of what is left over in a row or column."""

    def __init__(self, child: Element, weight: int = 1) -> None:
        self.child = child
        self.weight = weight

    def _measure(self, width: int) -> Size:
        return self.child.measure(width)

    def baseline(self, width: int) -> int:
        return self.child.baseline(width)

    def place(self, box: Rect, sink: Sink) -> None:
        self.child.place(box, sink)


class Nothing(Element):
    """Empty room of a least size."""

    def __init__(self, w: int = 0, h: int = 0) -> None:
        self.size = Size(w, h)

    def _measure(self, width: int) -> Size:
        return self.size

    def place(self, box: Rect, sink: Sink) -> None:
        pass


class Spacer(Flex):
    """Room that grows; `least` px in both directions."""

    def __init__(self, weight: int = 1, least: int = 0) -> None:
        super().__init__(Nothing(least, least), weight)


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """`total` px by weight in whole px that add up to it."""
    result: list[int] = []
    left, weight_left = max(0, total), sum(weights)
    for weight in weights:
        part = left * weight // weight_left if weight_left else 0
        result.append(part)
        left -= part
        weight_left -= weight
    return result


class Row(Element):
    """Side by side. Rigid children take what they need in order, `Flex` children share the rest."""

    def __init__(self, *children: Element, gap: int = 0, align: Align = Align.CENTER, baseline: bool = False) -> None:
        self.children = children
        self.gap = gap
        self.align = align
        self.on_baseline = baseline
        self._gaps = gap * max(0, len(children) - 1)

    def _widths(self, width: int) -> list[int]:
        left = width - self._gaps
        widths = [0] * len(self.children)
        for i, child in enumerate(self.children):
            if not isinstance(child, Flex):
                widths[i] = child.measure(max(0, left)).w
                left -= widths[i]
        flexible = [(i, child) for i, child in enumerate(self.children) if isinstance(child, Flex)]
        if width >= UNBOUNDED:
            for i, child in flexible:
                widths[i] = child.measure(UNBOUNDED).w
        else:
            for (i, _), part in zip(flexible, shares(left, [child.weight for _, child in flexible]), strict=True):
                widths[i] = part
        return widths

    def _measure(self, width: int) -> Size:
        widths = self._widths(width)
        if self.on_baseline:
            above = max((c.baseline(w) for c, w in zip(self.children, widths, strict=True)), default=0)
            height = max(
                (above - c.baseline(w) + c.measure(w).h for c, w in zip(self.children, widths, strict=True)), default=0
            )
        else:
            height = max((c.measure(w).h for c, w in zip(self.children, widths, strict=True)), default=0)
        rigid = self._gaps
        excess = weights = 0
        enough, wrapped = 0.0, False
        for child, w in zip(self.children, widths, strict=True):
            if not isinstance(child, Flex):
                rigid += w
                continue
            natural = child.measure(UNBOUNDED).w
            weights += child.weight
            enough = max(enough, natural / child.weight)
            wrapped = wrapped or natural > w
            excess += max(0, child.measure(w).w - w)
        # As narrow as every flexible child still gets its natural width; the whole width when one has to wrap.
        needed = rigid + ceil(enough * weights)
        if wrapped and width < UNBOUNDED:
            needed = max(rigid, width) + excess
        elif width < UNBOUNDED:  # each has it at this width, in whole px
            needed = min(needed, max(rigid, width))
        return Size(needed, height)

    def baseline(self, width: int) -> int:
        widths = self._widths(width)
        return max((c.baseline(w) for c, w in zip(self.children, widths, strict=True)), default=0)

    def place(self, box: Rect, sink: Sink) -> None:
        widths = self._widths(box.w)
        x = box.x
        above = self.baseline(box.w) if self.on_baseline else 0
        for child, w in zip(self.children, widths, strict=True):
            h = child.measure(w).h
            if self.on_baseline:
                y = box.y + above - child.baseline(w)
            elif self.align is Align.STRETCH:
                y, h = box.y, box.h
            elif self.align is Align.START:
                y = box.y
            elif self.align is Align.END:
                y = box.bottom - h
            else:
                y = box.y + (box.h - h) // 2
            sink.put(child, Rect(x, y, w, h))
            x += w + self.gap


class Spread(Element):
    """Side by side over the whole width: each has its natural width and an equal part of what is left."""

    def __init__(self, *children: Element, gap: int = 16) -> None:
        self.children = children
        self.gap = gap

    def _widths(self, width: int) -> list[int]:
        natural = [child.measure(UNBOUNDED).w for child in self.children]
        spare = width - sum(natural) - self.gap * max(0, len(natural) - 1)
        if spare >= 0 and width < UNBOUNDED:
            return [w + part for w, part in zip(natural, shares(spare, [1] * len(natural)), strict=True)]
        # Too little room: every child gives way in proportion.
        room = max(0, width - self.gap * max(0, len(natural) - 1))
        return natural if width >= UNBOUNDED else shares(room, natural)

    def _measure(self, width: int) -> Size:
        widths = self._widths(width)
        sizes = [child.measure(w) for child, w in zip(self.children, widths, strict=True)]
        excess = sum(max(0, s.w - w) for s, w in zip(sizes, widths, strict=True))
        return Size(sum(widths) + self.gap * max(0, len(widths) - 1) + excess, max((s.h for s in sizes), default=0))

    def place(self, box: Rect, sink: Sink) -> None:
        x = box.x
        for child, w in zip(self.children, self._widths(box.w), strict=True):
            sink.put(child, Rect(x, box.y, w, box.h))
            x += w + self.gap


class Column(Element):
    """One below the other. Rigid children take their height, `Flex` children share the rest."""

    def __init__(self, *children: Element, gap: int = 0, align: Align = Align.STRETCH) -> None:
        self.children = children
        self.gap = gap
        self.align = align
        self._gaps = gap * max(0, len(children) - 1)

    def _measure(self, width: int) -> Size:
        sizes = [child.measure(width) for child in self.children]
        return Size(max((s.w for s in sizes), default=0), sum(s.h for s in sizes) + self._gaps)

    def baseline(self, width: int) -> int:
        return self.children[0].baseline(width) if self.children else 0

    def place(self, box: Rect, sink: Sink) -> None:
        sizes = [child.measure(box.w) for child in self.children]
        flexible = [child for child in self.children if isinstance(child, Flex)]
        left = box.h - self._gaps - sum(s.h for s in sizes)
        extra = iter(shares(left, [child.weight for child in flexible]))
        y = box.y
        for child, size in zip(self.children, sizes, strict=True):
            h = size.h + (next(extra) if isinstance(child, Flex) else 0)
            x, w = box.x, box.w
            if self.align is not Align.STRETCH:
                w = min(size.w, box.w)
                if self.align is Align.CENTER:
                    x += (box.w - w) // 2
                elif self.align is Align.END:
                    x += box.w - w
            sink.put(child, Rect(x, y, w, h))
            y += h + self.gap


class Grid(Element):
    """Equal columns; all cells of a row are as high as its highest, or as the box allows (`fill`)."""

    def __init__(
        self, *children: Element, columns: int, gap: int = 24, row_gap: int | None = None, fill: bool = False
    ) -> None:
        self.rows = [children[i : i + columns] for i in range(0, len(children), columns)]
        self.columns = columns
        self.gap = gap
        self.row_gap = gap if row_gap is None else row_gap
        self.fill = fill

    def _widths(self, width: int) -> list[int]:
        return shares(width - self.gap * (self.columns - 1), [1] * self.columns)

    def _heights(self, width: int) -> list[int]:
        widths = self._widths(width)
        heights = [max(c.measure(w).h for c, w in zip(row, widths, strict=False)) for row in self.rows]
        return [max(heights)] * len(heights) if heights and self.fill else heights

    def _measure(self, width: int) -> Size:
        if width >= UNBOUNDED:
            cell = max((c.measure(width).w for row in self.rows for c in row), default=0)
            width = cell * self.columns + self.gap * (self.columns - 1)
        heights = self._heights(width)
        widest = max(
            (c.measure(w).w - w for row in self.rows for c, w in zip(row, self._widths(width), strict=False)), default=0
        )
        return Size(width + max(0, widest) * self.columns, sum(heights) + self.row_gap * max(0, len(heights) - 1))

    def place(self, box: Rect, sink: Sink) -> None:
        widths, heights = self._widths(box.w), self._heights(box.w)
        if self.fill and heights:
            heights = shares(box.h - self.row_gap * (len(heights) - 1), [1] * len(heights))
        y = box.y
        for row, h in zip(self.rows, heights, strict=True):
            x = box.x
            for child, w in zip(row, widths, strict=False):
                sink.put(child, Rect(x, y, w, h))
                x += w + self.gap
            y += h + self.row_gap


class Layer(Element):
    """All children in the same box, the first at the bottom."""

    def __init__(self, *children: Element) -> None:
        self.children = children

    def _measure(self, width: int) -> Size:
        sizes = [child.measure(width) for child in self.children]
        return Size(max((s.w for s in sizes), default=0), max((s.h for s in sizes), default=0))

    def place(self, box: Rect, sink: Sink) -> None:
        for child in self.children:
            sink.put(child, box)


class Placed(Element):
    """A child at its own size somewhere in a larger box."""

    def __init__(self, child: Element, across: Align = Align.CENTER, down: Align = Align.CENTER) -> None:
        self.child = child
        self.across = across
        self.down = down

    def _measure(self, width: int) -> Size:
        return self.child.measure(width)

    def baseline(self, width: int) -> int:
        return self.child.baseline(width)

    def place(self, box: Rect, sink: Sink) -> None:
        size = self.child.measure(box.w)
        x, w = _within(box.x, box.w, size.w, self.across)
        y, h = _within(box.y, box.h, size.h, self.down)
        sink.put(self.child, Rect(x, y, w, h))


def _within(start: int, room: int, need: int, align: Align) -> tuple[int, int]:
    if align is Align.STRETCH or need >= room:
        return start, room
    if align is Align.START:
        return start, need
    return (start + room - need, need) if align is Align.END else (start + (room - need) // 2, need)


class Pad(Element):
    """Room around a child: all sides, or left, top, right, bottom."""

    def __init__(
        self, child: Element, left: int, top: int | None = None, right: int | None = None, bottom: int | None = None
    ) -> None:
        self.child = child
        self.left = left
        self.top = left if top is None else top
        self.right = left if right is None else right
        self.bottom = self.top if bottom is None else bottom

    def _measure(self, width: int) -> Size:
        inner = self.child.measure(max(0, width - self.left - self.right))
        return Size(inner.w + self.left + self.right, inner.h + self.top + self.bottom)

    def baseline(self, width: int) -> int:
        return self.top + self.child.baseline(max(0, width - self.left - self.right))

    def place(self, box: Rect, sink: Sink) -> None:
        sink.put(self.child, box.inset(self.left, self.top, self.right, self.bottom))


class Sized(Element):
    """A child in a box of at least the given size, larger where the child's natural size is.

    `w` / `h` None: as the child says. `exact`: not larger; the child wraps, and what does not fit is reported.
    """

    def __init__(self, child: Element, w: int | None = None, h: int | None = None, *, exact: bool = False) -> None:
        self.child = child
        self.w = w
        self.h = h
        self.exact = exact

    def _measure(self, width: int) -> Size:
        if self.w is None:
            inner = self.child.measure(width)
        elif self.exact:
            inner = self.child.measure(self.w)
        else:
            inner = self.child.measure(min(width, max(self.w, self.child.measure(UNBOUNDED).w)))
        w = inner.w if self.w is None else self.w if self.exact else max(self.w, inner.w)
        h = inner.h if self.h is None else self.h if self.exact else max(self.h, inner.h)
        return Size(w, h)

    def place(self, box: Rect, sink: Sink) -> None:
        sink.put(self.child, box)


class Panel(Element):
    """A child on a filled and outlined rounded rectangle."""

    def __init__(
        self,
        kit: Kit,
        child: Element,
        *,
        fill: Role | None = Role.SURFACE,
        outline: Role | None = Role.LINE,
        width: int | None = None,
        radius: int | None = None,
        pad: tuple[int, int, int, int] = (0, 0, 0, 0),
    ) -> None:
        theme = kit.theme
        self.child = Pad(child, *pad)
        self.fill = None if fill is None else theme.colour(fill)
        self.outline = None if outline is None else theme.colour(outline)
        self.width = (theme.lines.hairline if width is None else width) if outline is not None else 0
        self.radius = theme.radius.panel if radius is None else radius

    def _measure(self, width: int) -> Size:
        return self.child.measure(width)

    def place(self, box: Rect, sink: Sink) -> None:
        sink.add(RoundRect(box, self.fill, self.outline, self.width, min(self.radius, box.w // 2, box.h // 2)))
        sink.put(self.child, box)


class Tap(Element):
    """Makes a child react to touch: its whole box is the target."""

    def __init__(
        self,
        child: Element,
        name: str,
        action: Hashable,
        *,
        enabled: bool = True,
        pressed: tuple[tuple[int, int], ...] = (),
        radius: int = 0,
        spoken: str = "",
    ) -> None:
        self.child = child
        self.name = name
        self.action = action
        self.enabled = enabled
        self.pressed = pressed
        self.radius = radius
        self.spoken = spoken

    def _measure(self, width: int) -> Size:
        return self.child.measure(width)

    def place(self, box: Rect, sink: Sink) -> None:
        first = len(sink.nodes)
        sink.put(self.child, box)
        sink.targets.append(
            Target(
                self.name,
                box,
                self.action,
                self.enabled,
                (first, len(sink.nodes)),
                self.pressed,
                self.radius,
                self.spoken,
            )
        )


class IconBox(Element):
    """An icon in a square of its size."""

    def __init__(self, kit: Kit, icon: Icon, size: IconSize | int, colour: Role = Role.INK2) -> None:
        self.icon = icon
        self.size = size if isinstance(size, int) else kit.theme.icon(size)
        self.colour = kit.theme.colour(colour)

    def _measure(self, width: int) -> Size:
        return Size(self.size, self.size)

    def place(self, box: Rect, sink: Sink) -> None:
        x, y = box.x + (box.w - self.size) // 2, box.y + (box.h - self.size) // 2
        sink.add(IconGlyph(self.icon, self.size, self.colour, x, y))


class Rule(Element):
    """A horizontal line across its box."""

    def __init__(self, kit: Kit, colour: Role = Role.LINE, width: int | None = None) -> None:
        self.colour = kit.theme.colour(colour)
        self.width = kit.theme.lines.hairline if width is None else width

    def _measure(self, width: int) -> Size:
        return Size(0, self.width)

    def place(self, box: Rect, sink: Sink) -> None:
        sink.add(RoundRect(Rect(box.x, box.y, box.w, self.width), self.colour))


class Upright(Element):
    """A vertical line along its box."""

    def __init__(self, kit: Kit, colour: Role = Role.LINE) -> None:
        self.colour = kit.theme.colour(colour)
        self.width = kit.theme.lines.hairline

    def _measure(self, width: int) -> Size:
        return Size(self.width, 0)

    def place(self, box: Rect, sink: Sink) -> None:
        sink.add(RoundRect(Rect(box.x, box.y, self.width, box.h), self.colour))


class Drawing(Element):
    """A picture of a fixed size drawn by a function of its box."""

    def __init__(self, w: int, h: int, draw: Callable[[Rect, Sink], None]) -> None:
        self.size = Size(w, h)
        self.draw = draw

    def _measure(self, width: int) -> Size:
        return self.size

    def place(self, box: Rect, sink: Sink) -> None:
        x, y = box.x + (box.w - self.size.w) // 2, box.y + (box.h - self.size.h) // 2
        self.draw(Rect(x, y, self.size.w, self.size.h), sink)
