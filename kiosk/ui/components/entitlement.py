"""From when to when one is entitled in a year, as a bar over twelve months."""

import itertools
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.model import Period
from kiosk.ui.layout import Align, Element, Kit, Sink
from kiosk.ui.nodes import Rect, RoundRect, Size, Triangle
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text


@dataclass(frozen=True, slots=True)
class EntitlementSpec:
    """Periods of the year, the day of payment, and the words.

    `start_labels` has one text a period ("4月9日起"), empty for one that began before the year.
    """

    year: int
    periods: tuple[Period, ...]
    entitled: str
    not_entitled: str
    start_labels: tuple[str, ...] = ()
    paid_on: date | None = None
    paid_label: str = ""


def share(day: date, year: int) -> float:
    """Where a day's beginning lies in the year of twelve equal months, 0..1."""
    if day.year != year:
        return 0.0 if day.year < year else 1.0
    return (day.month - 1 + (day.day - 1) / monthrange(day.year, day.month)[1]) / 12


def stretches(year: int, periods: Sequence[Period]) -> list[tuple[float, float, bool]]:
    """The year as (from, to, entitled) without holes. Periods may begin before and end after it."""
    result: list[tuple[float, float, bool]] = []
    at = 0.0
    for period in sorted(periods, key=lambda p: p.since):
        start = max(at, share(period.since, year))
        until = period.until
        if until is None or until.year > year or (until.month, until.day) == (12, 31):
            end = 1.0
        elif until.year < year:
            continue
        else:
            end = share(date.fromordinal(until.toordinal() + 1), year)
        if end <= start:
            continue
        if start > at:
            result.append((at, start, False))
        result.append((start, end, True))
        at = end
    if at < 1.0:
        result.append((at, 1.0, False))
    return result


class EntitlementBar(Element):
    """Month numbers, the bar, and markers with their dates below it. Labels never overlap: the second goes a line down."""

    def __init__(self, kit: Kit, spec: EntitlementSpec) -> None:
        self.kit = kit
        self.spec = spec
        self.bar = kit.theme.pick(64, 88)
        self.head = Text(kit, "12", Type.CAPTION, keep=True).measure(200).h
        self.label_height = Text(kit, "0", Type.CAPTION, keep=True).measure(200).h

    def _labels(self, width: int) -> list[tuple[Text, int, int, int, Role, float]]:
        """(text, x, width, line, colour, marker) of the labels below the bar, relative to its left end."""
        spec = self.spec
        wanted: list[tuple[str, float, bool, Role]] = []
        if spec.paid_on is not None and spec.paid_label and spec.paid_on.year == spec.year:
            wanted.append((spec.paid_label, share(spec.paid_on, spec.year), True, Role.INK))
        for period, label in zip(spec.periods, spec.start_labels, strict=False):
            if label and period.since.year == spec.year:
                wanted.append((label, share(period.since, spec.year), False, Role.OK))
        placed: list[tuple[Text, int, int, int, Role, float]] = []
        for label, at, ends, colour in wanted:
            text = Text(self.kit, label, Type.CAPTION, colour, bold=True, keep=True)
            w = text.measure(width).w
            x = round(at * width) + (20 - w if ends else -6)
            x = max(0, min(x, width - w))
            line = 0
            while any(line == other[3] and x < other[1] + other[2] + 16 and other[1] < x + w + 16 for other in placed):
                line += 1
            placed.append((text, x, w, line, colour, at))
        return placed

    def _measure(self, width: int) -> Size:
        width = min(width, 4000)
        lines = max((label[3] + 1 for label in self._labels(width)), default=0)
        return Size(width, self.head + 4 + self.bar + (22 + lines * self.label_height if lines else 0))

    def place(self, box: Rect, sink: Sink) -> None:
        kit, theme, spec = self.kit, self.kit.theme, self.spec
        for i in range(12):
            left, right = box.x + box.w * i // 12, box.x + box.w * (i + 1) // 12
            number = Text(kit, str(i + 1), Type.CAPTION, Role.INK2, align=Align.CENTER, keep=True)
            sink.put(number, Rect(left, box.y, right - left, self.head))
        top = box.y + self.head + 4
        labels = self._labels(box.w)
        marks = [round(label[5] * box.w) for label in labels if label[4] is Role.INK]
        for start, end, entitled in stretches(spec.year, spec.periods):
            left = box.x + round(start * box.w) + (2 if start > 0 else 0)
            right = box.x + round(end * box.w) - (2 if end < 1 else 0)
            cell = Rect(left, top, max(4, right - left), self.bar)
            if entitled:
                sink.add(RoundRect(cell, theme.colour(Role.OK), radius=10))
            else:
                sink.add(
                    RoundRect(cell, theme.colour(Role.SURFACE), theme.colour(Role.BORDER), theme.lines.outline, 10)
                )
            self._word(cell, entitled, [box.x + m for m in marks], sink)
        under = top + self.bar
        for text, x, w, line, colour, at in labels:
            mark = box.x + round(at * box.w)
            pen = theme.colour(colour)
            if colour is Role.INK:
                sink.add(
                    RoundRect(Rect(mark - 2, top - 6, 4, self.bar + 24), pen),
                    Triangle((mark, under + 1), (mark - 12, under + 14), (mark + 12, under + 14), pen),
                )
            else:
                sink.add(RoundRect(Rect(mark, under + 2, 4, 16), pen))
            sink.put(text, Rect(box.x + x, under + 20 + line * self.label_height, w, self.label_height))

    def _word(self, cell: Rect, entitled: bool, marks: list[int], sink: Sink) -> None:
        """The state as a word in its stretch, beside a marker that crosses it, where there is room for it."""
        word, colour = (self.spec.entitled, Role.SURFACE) if entitled else (self.spec.not_entitled, Role.INK2)
        text = Text(self.kit, word, Type.CAPTION, colour, bold=entitled, align=Align.CENTER, keep=True)
        size = text.measure(1 << 20)
        edges = [cell.x, *(m for m in marks if cell.x < m < cell.right), cell.right]
        widest = max(itertools.pairwise(edges), key=lambda pair: pair[1] - pair[0])
        room = widest[1] - widest[0] - 16
        if size.w <= room:
            sink.put(text, Rect(widest[0] + 8, cell.y + (cell.h - size.h) // 2, room, size.h))


def entitlement_bar(kit: Kit, spec: EntitlementSpec) -> Element:
    return EntitlementBar(kit, spec)
