"""Figures in columns: text left, money right, the unit in the head. In large text a row becomes two lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, unique

from kiosk.ui.layout import UNBOUNDED, Align, Column, Element, Flex, Kit, Nothing, Pad, Panel, Row, Rule, Sink
from kiosk.ui.nodes import Rect, RoundRect, Size
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text, TextLike


@unique
class Large(Enum):
    """Where a column goes in large text: first line left, first line right, second line with its head, nowhere."""

    LEAD = "lead"
    TRAIL = "trail"
    SECOND = "second"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """`right`: figures. `wraps`: takes what is left and may go over two lines (texts of unknown length)."""

    head: str
    right: bool = False
    bold: bool = False
    wraps: bool = False
    large: Large = Large.SECOND


Cell = TextLike | Element | None
"""None: an empty cell."""


@dataclass(frozen=True, slots=True)
class RowSpec:
    """`tint` only together with the row's status sign. `total`: a stronger line above, all in bold."""

    cells: tuple[Cell, ...] = field(repr=False)
    tint: Role | None = None
    total: bool = False


def table(
    kit: Kit,
    columns: Sequence[ColumnSpec],
    rows: Sequence[RowSpec],
    *,
    row_height: int | None = None,
    panel: bool = True,
) -> Element:
    """A table on a panel."""
    theme = kit.theme
    body: Element
    if theme.large:
        body = _stacked(kit, columns, rows)
    else:
        height = row_height or (47 if theme.landscape else 68)
        body = _Table(kit, tuple(columns), tuple(rows), height)
    if not panel:
        return body
    side = 8 if theme.landscape else 14
    return Panel(kit, body, pad=(side, theme.pick(12, 10), side, theme.pick(12, 10)))


def _text(kit: Kit, cell: TextLike, column: ColumnSpec, *, bold: bool, role: Type = Type.TABLE) -> Element:
    align = Align.END if column.right else Align.START
    return Text(
        kit, cell, role, bold=bold or column.bold, align=align, keep=column.right, lines=None if column.wraps else 1
    )


class _Table(Element):
    """Columns as wide as their widest cell; what is left over goes between them in equal parts."""

    SIDE = 6
    GAP = 10

    def __init__(self, kit: Kit, columns: tuple[ColumnSpec, ...], rows: tuple[RowSpec, ...], height: int) -> None:
        self.kit = kit
        self.columns = columns
        self.rows = rows
        self.height = height
        self.heads = [
            Text(kit, c.head, Type.TABLE_HEAD, Role.INK2, align=Align.END if c.right else Align.START, lines=1)
            for c in columns
        ]
        self.cells: list[list[Element]] = [
            [
                Nothing()
                if cell is None
                else cell
                if isinstance(cell, Element)
                else _text(kit, cell, c, bold=row.total)
                for c, cell in zip(columns, row.cells, strict=True)
            ]
            for row in rows
        ]
        self._split: dict[int, tuple[list[int], int]] = {}

    def _widths(self, width: int) -> tuple[list[int], int]:
        """Widths of the columns and the gap between them."""
        known = self._split.get(width)
        if known is not None:
            return known
        natural = []
        for i, head in enumerate(self.heads):
            widths = [
                row[i].measure(UNBOUNDED).w for row, spec in zip(self.cells, self.rows, strict=True) if not spec.total
            ]
            widths += [self._total_width(row, i) for row, spec in zip(self.cells, self.rows, strict=True) if spec.total]
            natural.append(max([head.measure(UNBOUNDED).w, *widths]))
        gaps = len(natural) - 1
        spare = width - 2 * self.SIDE - sum(natural) - gaps * self.GAP
        wrapping = [i for i, c in enumerate(self.columns) if c.wraps]
        if wrapping:
            # Columns keep a clear distance before the text that may wrap takes what is left.
            gap = self.GAP + max(0, min(26, spare // (gaps + 1))) if gaps else self.GAP
            spare -= (gap - self.GAP) * gaps
            for i in wrapping:
                natural[i] = max(80, natural[i] + spare // len(wrapping))
            result = (natural, gap)
        else:
            result = (natural, self.GAP + max(0, spare) // gaps if gaps else self.GAP)
        self._split[width] = result
        return result

    def _total_width(self, row: list[Element], i: int) -> int:
        """Room a total needs in its column: its label runs into the empty cells beside it, a sum into those before it."""
        if i == 0 or isinstance(row[i], Nothing):
            return 0
        own = row[i].measure(UNBOUNDED).w
        return own - self.GAP + 8 if not isinstance(row[i - 1], Nothing) else 0

    def _line_heights(self, widths: list[int]) -> list[int]:
        return [
            max(
                [self.height, *(c.measure(w).h for c, w in zip(row, widths, strict=True) if not isinstance(c, Nothing))]
            )
            if not spec.total
            else self.height
            for row, spec in zip(self.cells, self.rows, strict=True)
        ]

    def _measure(self, width: int) -> Size:
        if width >= UNBOUNDED:
            width = sum(max([h.measure(UNBOUNDED).w]) for h in self.heads) * 2
        widths, gap = self._widths(width)
        needed = sum(widths) + gap * (len(widths) - 1) + 2 * self.SIDE
        lines = self.kit.theme.lines
        heights = sum(self._line_heights(widths)) + lines.hairline * len(self.rows)
        return Size(max(0, needed), self._head_height() + lines.outline + heights)

    def _head_height(self) -> int:
        return max([self.height * 9 // 10, *(h.measure(UNBOUNDED).h for h in self.heads)])

    def place(self, box: Rect, sink: Sink) -> None:
        theme = self.kit.theme
        lines = theme.lines
        widths, gap = self._widths(box.w)
        lefts = []
        x = box.x + self.SIDE
        for w in widths:
            lefts.append(x)
            x += w + gap
        y = box.y
        head = self._head_height()
        for element, left, w in zip(self.heads, lefts, widths, strict=True):
            h = element.measure(w).h
            sink.put(element, Rect(left, y + (head - h) // 2, w, h))
        y += head
        sink.add(RoundRect(Rect(box.x, y, box.w, lines.outline), theme.colour(Role.BORDER)))
        y += lines.outline
        for i, (row, spec, high) in enumerate(zip(self.cells, self.rows, self._line_heights(widths), strict=True)):
            if spec.tint is not None:
                sink.add(RoundRect(Rect(box.x, y, box.w, high), theme.colour(spec.tint)))
            for k, (cell, left, w) in enumerate(zip(row, lefts, widths, strict=True)):
                room = w
                if spec.total and self.columns[k].right:
                    room = max(w, cell.measure(UNBOUNDED).w)
                    left -= room - w
                elif spec.total and k == 0:
                    # The label ends where the first sum begins.
                    sums = [j for j in range(1, len(row)) if not isinstance(row[j], Nothing)]
                    end = lefts[sums[0]] + widths[sums[0]] - row[sums[0]].measure(UNBOUNDED).w if sums else box.right
                    room = end - left - self.GAP
                h = cell.measure(room).h
                sink.put(cell, Rect(left, y + (high - h) // 2, room, h))
            y += high
            if i + 1 < len(self.rows):
                strong = self.rows[i + 1].total
                colour = Role.BORDER if strong else Role.LINE
                line = Rect(box.x, y, box.w, lines.outline if strong else lines.hairline)
                sink.add(RoundRect(line, theme.colour(colour)))
            y += lines.hairline


def _stacked(kit: Kit, columns: Sequence[ColumnSpec], rows: Sequence[RowSpec]) -> Element:
    """One row in two lines: its name and state, then the figures that matter with their heads."""
    lines: list[Element] = []
    for i, row in enumerate(rows):
        first: list[Element] = []
        trail: list[Element] = []
        second: list[Element] = []
        for column, cell in zip(columns, row.cells, strict=True):
            if cell is None or column.large is Large.HIDDEN:
                continue
            bold = row.total or column.bold or column.large is Large.LEAD
            element = cell if isinstance(cell, Element) else _text(kit, cell, column, bold=bold)
            match column.large:
                case Large.LEAD:
                    first.append(Flex(element))
                case Large.TRAIL:
                    trail.append(element)
                case Large.SECOND:
                    second.append(Row(Flex(Text(kit, column.head, Type.CAPTION, Role.INK2, lines=1)), element, gap=16))
        body: list[Element] = [Row(*first, *trail, gap=20)] if first or trail else []
        body += second
        block: Element = Pad(Column(*body, gap=2), 22, 14)
        if row.tint is not None:
            block = Panel(kit, block, fill=row.tint, outline=None, radius=0)
        if i:
            lines.append(Rule(kit, Role.BORDER if row.total else Role.LINE))
        lines.append(block)
    return Column(*lines)
