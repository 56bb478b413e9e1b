"""Elements that go over to another line where one has no room for them."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.components.flow import Ends, Flow
from kiosk.ui.layout import Drawing, Element
from kiosk.ui.nodes import Rect, RoundRect
from tests.kiosk.ui.means import placed


def block(w: int, h: int = 20) -> Element:
    return Drawing(w, h, lambda box, sink: sink.add(RoundRect(box, 0)))


def rects(element: Element, width: int) -> list[Rect]:
    sink = placed(element, width)
    assert sink.overflows == []
    return [node.rect for node in sink.nodes if isinstance(node, RoundRect)]


def test_what_fits_stays_on_one_line() -> None:
    assert rects(Flow(block(30), block(40), gap=10), 80) == [Rect(0, 0, 30, 20), Rect(40, 0, 40, 20)]


def test_what_does_not_fit_goes_a_line_down() -> None:
    flow = Flow(block(30), block(40), block(29, 30), gap=10, row_gap=4)
    assert rects(flow, 79) == [Rect(0, 0, 30, 20), Rect(0, 29, 40, 20), Rect(50, 24, 29, 30)]
    assert flow.measure(79).h == 54


def test_two_ends_of_a_line_and_of_two_lines() -> None:
    ends = Ends(block(30), block(40, 30), gap=10)
    assert rects(ends, 100) == [Rect(0, 5, 30, 20), Rect(60, 0, 40, 30)]
    assert rects(ends, 79) == [Rect(0, 0, 30, 20), Rect(39, 20, 40, 30)]


@given(st.lists(st.integers(1, 90), min_size=1, max_size=8), st.integers(90, 300))
def test_nothing_lies_over_anything_else_or_outside(widths: list[int], width: int) -> None:
    flow = Flow(*(block(w) for w in widths), gap=6, row_gap=2)
    found = rects(flow, width)
    size = flow.measure(width)
    assert [rect.w for rect in found] == widths
    assert all(Rect(0, 0, width, size.h).contains(rect) for rect in found)
    assert not any(a.overlaps(b) for i, a in enumerate(found) for b in found[i + 1 :])
