"""Elements that go over to another line where one has no room for them: facts in large text and in long languages."""

from collections.abc import Sequence

from kiosk.ui.layout import UNBOUNDED, Element, Sink
from kiosk.ui.nodes import Rect, Size


class Flow(Element):
    """Side by side at their natural widths, over as many lines as it takes."""

    def __init__(self, *children: Element, gap: int = 24, row_gap: int = 0) -> None:
        self.children = children
        self.gap = gap
        self.row_gap = row_gap

    def _lines(self, width: int) -> list[list[tuple[Element, int]]]:
        lines: list[list[tuple[Element, int]]] = []
        used = 0
        for child in self.children:
            wide = min(child.measure(UNBOUNDED).w, width)
            if lines and used + self.gap + wide <= width:
                lines[-1].append((child, wide))
                used += self.gap + wide
            else:
                lines.append([(child, wide)])
                used = wide
        return lines

    def _measure(self, width: int) -> Size:
        lines = self._lines(width)
        widest = max((sum(w for _, w in line) + self.gap * (len(line) - 1) for line in lines), default=0)
        heights = [max(child.measure(w).h for child, w in line) for line in lines]
        return Size(widest, sum(heights) + self.row_gap * max(0, len(lines) - 1))

    def place(self, box: Rect, sink: Sink) -> None:
        y = box.y
        for line in self._lines(box.w):
            height = max(child.measure(w).h for child, w in line)
            x = box.x
            for child, w in line:
                h = child.measure(w).h
                sink.put(child, Rect(x, y + (height - h) // 2, w, h))
                x += w + self.gap
            y += height + self.row_gap


class Ends(Element):
    """One at the left, one at the right end of a line; the second a line below where both have no room on one."""

    def __init__(self, left: Element, right: Element, *, gap: int = 24) -> None:
        self.left = left
        self.right = right
        self.gap = gap

    def _together(self, width: int) -> bool:
        return self.left.measure(UNBOUNDED).w + self.gap + self.right.measure(UNBOUNDED).w <= width

    def _sizes(self, width: int) -> Sequence[Size]:
        return [child.measure(min(width, child.measure(UNBOUNDED).w)) for child in (self.left, self.right)]

    def _measure(self, width: int) -> Size:
        left, right = self._sizes(width)
        if self._together(width):
            return Size(left.w + self.gap + right.w, max(left.h, right.h))
        return Size(max(left.w, right.w), left.h + right.h)

    def place(self, box: Rect, sink: Sink) -> None:
        left, right = self._sizes(box.w)
        together = self._together(box.w)
        height = max(left.h, right.h) if together else left.h
        sink.put(self.left, Rect(box.x, box.y + (height - left.h) // 2, left.w, left.h))
        y = box.y + (height - right.h) // 2 if together else box.y + left.h
        sink.put(self.right, Rect(box.right - right.w, y, right.w, right.h))
