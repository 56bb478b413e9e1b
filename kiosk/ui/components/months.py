"""Contributions as a picture: a cell a month, told apart by shape first and colour second. Screen language §6."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import assert_never

from kiosk.model import MonthState
from kiosk.ui.components.buttons import exchanged
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Drawing, Element, Flex, Grid, IconBox, Kit, Placed, Row, Sink, Sized, Tap
from kiosk.ui.nodes import Rect, RoundRect, Size, Stroke, Triangle
from kiosk.ui.theme import Role, Theme, Type
from kiosk.ui.typeset import Text


@unique
class Elsewhere(Enum):
    """A month whose state is not on the kiosk."""

    NOT_KEPT = "not_kept"


MonthSign = MonthState | Elsewhere


def draw_month(kit: Kit, state: MonthSign, corrected: bool, cell: Rect, sink: Sink) -> None:
    """The shape of one month in `cell`. A corrected month has a small triangle in its upper right corner."""
    theme = kit.theme
    c = theme.colour
    radius = min(theme.radius.cell, cell.h // 4)
    arm = min(cell.w, cell.h) // 4  # half the length of a sign
    pen = 5 if cell.h >= 40 else 4
    x, y = cell.cx, cell.cy
    match state:
        case MonthState.PAID:
            sink.add(RoundRect(cell, c(Role.PRIMARY), radius=radius))
        case MonthState.BACK_PAID:
            sink.add(
                RoundRect(cell, c(Role.TINT), c(Role.PRIMARY), 4, radius),
                Stroke(((x - arm, y), (x + arm, y)), pen, c(Role.PRIMARY)),
                Stroke(((x, y - arm), (x, y + arm)), pen, c(Role.PRIMARY)),
            )
        case MonthState.EXEMPT:
            sink.add(
                RoundRect(cell, c(Role.SUNKEN), c(Role.BORDER), 3, radius),
                Stroke(((x - arm, y), (x + arm, y)), pen, c(Role.INK)),
            )
        case MonthState.MISSING:
            sink.add(
                RoundRect(cell, c(Role.SURFACE), c(Role.BAD), 4, radius),
                Stroke(((x - arm + 1, y - arm + 1), (x + arm - 1, y + arm - 1)), pen, c(Role.BAD)),
                Stroke(((x - arm + 1, y + arm - 1), (x + arm - 1, y - arm + 1)), pen, c(Role.BAD)),
            )
        case MonthState.ON_THE_WAY:
            sink.add(RoundRect(cell, c(Role.WARN_TINT), c(Role.WARN), 4, radius))
            for dx in (-10, 0, 10):
                _dot(sink, x + dx * cell.h // 44, y, max(3, cell.h * 3 // 44), c(Role.WARN))
        case MonthState.NOT_DUE:
            _dot(sink, x, y, 5, c(Role.BORDER))
        case MonthState.UNKNOWN:
            mark = Text(kit, "?", Type.TABLE_HEAD, Role.INK2, bold=True, align=Align.CENTER, keep=True, line=100)
            h = mark.measure(cell.w).h
            # A sign of the picture, not a sentence: it is drawn, but not read out as a text of the page.
            before = len(sink.texts)
            mark.place(Rect(cell.x, y - h // 2, cell.w, h), sink)
            del sink.texts[before:]
        case Elsewhere.NOT_KEPT:
            side = min(cell.w, cell.h) * 3 // 4
            IconBox(kit, Icon.HISTORY, side, Role.INK2).place(Rect(x - side // 2, y - side // 2, side, side), sink)
        case MonthState.NONE:
            pass
        case _:
            assert_never(state)
    if corrected and state is not MonthState.NONE:
        colour = c(Role.ON_PRIMARY if state is MonthState.PAID else Role.INK)
        side = max(12, cell.h // 3)
        right, top = cell.right - 5, cell.y + 5
        sink.add(Triangle((right - side, top), (right, top), (right, top + side), colour))


def _dot(sink: Sink, x: int, y: int, radius: int, colour: int) -> None:
    sink.add(RoundRect(Rect(x - radius, y - radius, 2 * radius, 2 * radius), colour, radius=radius))


def month_sign(kit: Kit, state: MonthSign, *, corrected: bool = False, w: int = 50, h: int = 44) -> Element:
    """A month's shape alone: in legends and table cells."""
    return Drawing(w, h, lambda box, sink: draw_month(kit, state, corrected, box, sink))


def month_cell(kit: Kit, state: MonthState, word: str, *, corrected: bool = False) -> Element:
    """A month's shape and its word in a table."""
    theme = kit.theme
    w, h = (48, 42) if theme.large else (34, 30) if theme.landscape else (40, 34)
    sign = month_sign(kit, state, corrected=corrected, w=w, h=h)
    return Row(sign, Text(kit, word, Type.TABLE, lines=1), gap=8 if theme.landscape else 14)


@dataclass(frozen=True, slots=True)
class LegendSpec:
    """`count` and `unit` make the legend the sum at the same time; empty in a plain legend."""

    state: MonthSign
    label: str
    count: str = ""
    unit: str = ""


def legend_column(kit: Kit, specs: Sequence[LegendSpec]) -> Element:
    """One state a line: shape, word, count at the right, unit."""
    theme = kit.theme
    counts = max((kit_width(kit, spec.count, Type.BUTTON) for spec in specs), default=0)
    rows = []
    for spec in specs:
        parts: list[Element] = [
            month_sign(kit, spec.state, w=theme.pick(50, 68), h=theme.pick(44, 60)),
            Flex(Text(kit, spec.label, Type.LEGEND, lines=1)),
        ]
        if spec.count:
            parts.append(Sized(Text(kit, spec.count, Type.BUTTON, align=Align.END, keep=True), w=counts, exact=True))
        if spec.unit:
            parts.append(Text(kit, spec.unit, Type.NOTE, Role.INK2, lines=1))
        rows.append(Sized(Row(*parts, gap=16), h=theme.pick(60, 84)))
    return Column(*rows)


def legend_line(kit: Kit, specs: Sequence[LegendSpec], *, columns: int | None = None, gap: int = 28) -> Element:
    """The legend in one line, in large text on two: three across."""
    theme = kit.theme
    items: list[Element] = []
    for spec in specs:
        parts: list[Element] = [
            month_sign(kit, spec.state, w=theme.pick(44, 60), h=theme.pick(36, 52)),
            Text(kit, spec.label, Type.NOTE, lines=1),
        ]
        if spec.count:
            parts.append(Text(kit, spec.count, Type.NOTE, bold=True, keep=True))
        items.append(Row(*parts, gap=12))
    if columns is None and theme.large:
        columns = 3
    if columns is not None:
        return Grid(*(Placed(item, Align.START) for item in items), columns=columns, gap=12, row_gap=8)
    return Row(*items, gap=gap)


def kit_width(kit: Kit, text: str, role: Type) -> int:
    """Natural width of a text in a type role."""
    return Text(kit, text, role, keep=True).measure(1 << 20).w


@dataclass(frozen=True, slots=True)
class YearSpec:
    """One row of the grid: twelve states, January first, and the months (1..12) with a correction."""

    label: str
    months: tuple[MonthSign, ...]
    count: str
    corrected: tuple[int, ...] = ()
    chosen: bool = False
    name: str = ""
    action: Hashable = None
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class GridWords:
    year: str
    count: str


class _Columns:
    """Where a year's label, its twelve months and its count stand: in one line, in large text months below the label."""

    def __init__(self, theme: Theme, box: Rect, row_height: int) -> None:
        self.large = theme.large
        self.year = theme.pick(122, 300)
        self.count = theme.pick(58, 300)
        self.side = theme.pick(18, 14)
        self.label_height = row_height - 76 if self.large else row_height
        if self.large:
            self.left, room = box.x + self.side, box.w - 2 * self.side
        else:
            self.left = box.x + self.year
            room = box.w - self.year - self.count - 2 * self.side
        self.pitch = room // 12
        self.w = min(theme.pick(50, 68), self.pitch - 8)
        self.h = theme.pick(44, 60)

    def cells(self, row: Rect) -> list[Rect]:
        y = row.y + self.label_height if self.large else row.y + (row.h - self.h) // 2
        indent = (self.pitch - self.w) // 2
        return [Rect(self.left + i * self.pitch + indent, y, self.w, self.h) for i in range(12)]


class _Year(Element):
    """One year's row; the whole row is a shortcut to the year."""

    def __init__(self, kit: Kit, spec: YearSpec, columns: _Columns, height: int) -> None:
        self.kit = kit
        self.spec = spec
        self.columns = columns
        self.height = height

    def _measure(self, width: int) -> Size:
        return Size(width, self.height)

    def place(self, box: Rect, sink: Sink) -> None:
        theme, spec, columns = self.kit.theme, self.spec, self.columns
        if spec.chosen:
            frame = RoundRect(box, theme.colour(Role.TINT), theme.colour(Role.PRIMARY), theme.lines.outline, 12)
            sink.add(frame)
        room = columns.label_height
        label = Text(self.kit, spec.label, Type.TABLE, bold=True, keep=True)
        h = label.measure(columns.year).h
        sink.put(label, Rect(box.x + columns.side, box.y + (room - h) // 2, columns.year - columns.side, h))
        count = Text(self.kit, spec.count, Type.TABLE, bold=True, align=Align.END, keep=True)
        right = box.right - columns.side
        sink.put(count, Rect(right - columns.count, box.y + (room - h) // 2, columns.count, h))
        for i, (state, cell) in enumerate(zip(spec.months, columns.cells(box), strict=True), 1):
            draw_month(self.kit, state, i in spec.corrected, cell, sink)


class MonthGrid(Element):
    """Years as rows, months as columns, the months that count at the right."""

    def __init__(self, kit: Kit, words: GridWords, years: Sequence[YearSpec], *, row_height: int | None = None) -> None:
        self.kit = kit
        self.words = words
        self.years = tuple(years)
        self.row_height = row_height or (148 if kit.theme.large else 56 if kit.theme.landscape else 64)
        self.head_height = kit.theme.pick(48, 56)

    def _measure(self, width: int) -> Size:
        return Size(min(width, 1 << 14), self.head_height + self.row_height * len(self.years))

    def place(self, box: Rect, sink: Sink) -> None:
        kit, theme = self.kit, self.kit.theme
        columns = _Columns(theme, box, self.row_height)
        head = Rect(box.x, box.y, box.w, self.head_height)

        def put(text: str, x: int, w: int, align: Align) -> None:
            element = Text(kit, text, Type.GRID_HEAD, Role.INK2, align=align, lines=1)
            h = element.measure(w).h
            sink.put(element, Rect(x, head.y + (head.h - h) // 2, w, h))

        # In large text the months' numbers take the whole line; what the year's line holds is plain from itself.
        for i, cell in enumerate(columns.cells(head), 1):
            put(str(i), cell.x - 4, cell.w + 8, Align.CENTER)
        if not theme.large:
            put(self.words.year, box.x + columns.side, columns.year - columns.side - 6, Align.START)
            wide = max(columns.count, kit_width(kit, self.words.count, Type.GRID_HEAD))
            put(self.words.count, box.right - 14 - wide, wide, Align.END)
        y = box.y + self.head_height
        for k, spec in enumerate(self.years):
            if theme.large and k and not (spec.chosen or self.years[k - 1].chosen):
                sink.add(RoundRect(Rect(box.x, y, box.w, theme.lines.hairline), theme.colour(Role.LINE)))
            row: Element = _Year(kit, spec, columns, self.row_height)
            if spec.action is not None:
                row = Tap(
                    row,
                    spec.name,
                    spec.action,
                    pressed=exchanged(theme, (Role.TINT, Role.SUNKEN)) if spec.chosen else (),
                    radius=12,
                    spoken=spec.spoken,
                )
            sink.put(row, Rect(box.x, y, box.w, self.row_height))
            y += self.row_height


def month_grid(kit: Kit, words: GridWords, years: Sequence[YearSpec], *, row_height: int | None = None) -> Element:
    """Eight years a page (four in large text) is the caller's choice; here are the rows it gives."""
    return MonthGrid(kit, words, years, row_height=row_height)
