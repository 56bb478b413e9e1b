from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ui.layout import (
    UNBOUNDED,
    Align,
    Column,
    Drawing,
    Element,
    Flex,
    Grid,
    Layer,
    Nothing,
    Pad,
    Panel,
    Placed,
    Row,
    Sink,
    Sized,
    Spacer,
    Spread,
    Tap,
    shares,
)
from kiosk.ui.nodes import Rect, RoundRect, TextRun, ascent
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from tests.kiosk.ui.means import kit_of, placed

KIT = kit_of()


def block(w: int, h: int, colour: int = 1) -> Drawing:
    """A leaf that marks its place."""
    return Drawing(w, h, lambda box, sink: sink.add(RoundRect(box, colour)))


def rects(sink: Sink) -> list[Rect]:
    return [node.rect for node in sink.nodes if isinstance(node, RoundRect)]


def test_a_row_gives_the_rest_to_what_is_flexible() -> None:
    sink = placed(Row(block(100, 50), Flex(Placed(block(10, 10), Align.END)), block(60, 50), gap=20), 500)
    assert rects(sink) == [Rect(0, 0, 100, 50), Rect(410, 20, 10, 10), Rect(440, 0, 60, 50)]


def test_a_row_needs_no_more_than_the_width_in_which_all_of_it_has_room() -> None:
    """Shares are whole px: the second one gets the px that the first one's rounding leaves."""
    row = Row(Flex(block(476, 10), 18), Flex(block(995, 10), 24), gap=60)
    assert row.measure(1800).w <= 1800
    assert not placed(row, 1800).overflows


def test_a_column_stretches_to_its_lower_edge_with_a_spacer() -> None:
    sink = placed(Column(block(10, 30), Spacer(), block(10, 40)), 100, 500)
    assert [rect.y for rect in rects(sink)] == [0, 460]


def test_a_row_can_stand_on_one_baseline() -> None:
    row = Row(Text(KIT, "263", Type.FIGURE, keep=True), Text(KIT, "个月", Type.BODY, keep=True), gap=16, baseline=True)
    first, second = placed(row, 900).nodes
    assert isinstance(first, TextRun)
    assert isinstance(second, TextRun)
    assert first.y + ascent(first.size) == second.y + ascent(second.size)


def test_a_grid_has_equal_cells() -> None:
    cells = [Panel(KIT, Nothing(10, 20 + 10 * i)) for i in range(5)]
    found = rects(placed(Grid(*cells, columns=3, gap=24, row_gap=20, fill=True), 960))
    assert {(rect.w, rect.h) for rect in found} == {(304, 60)}
    assert found[3].x == found[0].x
    assert found[3].y == 80


def test_spread_gives_every_child_its_width_and_an_equal_part_of_the_rest() -> None:
    def tab(w: int) -> Element:
        return Panel(KIT, Nothing(w, 50))

    found = rects(placed(Spread(tab(100), tab(200), tab(50), gap=10), 400))
    assert [rect.w for rect in found] == [110, 210, 60]
    assert found[-1].right == 400


def test_a_box_too_small_is_reported() -> None:
    button = Panel(KIT, Placed(Text(KIT, "结束并取卡", Type.BUTTON, keep=True, shrink=False)))
    needed = button.measure(UNBOUNDED)
    assert placed(button, needed.w, needed.h).overflows == []
    for w, h in ((needed.w - 30, needed.h), (needed.w, needed.h - 10)):
        reported = placed(button, w, h).overflows
        assert reported
        assert reported[0].needed.w >= needed.w - 30
        assert (reported[0].given.w, reported[0].given.h) == (w, h)


def test_a_report_does_not_show_the_text_in_its_repr() -> None:
    overflow = placed(Text(KIT, "试验姓名", Type.H1, keep=True), 10).overflows[0]
    assert overflow.text == "试验姓名"
    assert "试验姓名" not in repr(overflow)


def test_a_tap_covers_its_whole_box_and_knows_its_nodes() -> None:
    face = Panel(KIT, Placed(Text(KIT, "返回", Type.BUTTON)))
    sink = placed(Column(block(10, 10), Tap(Sized(face, h=120), "back", "back")), 300)
    (target,) = sink.targets
    assert target.rect == Rect(0, 10, 300, 120)
    assert [type(node).__name__ for node in sink.nodes[slice(*target.nodes)]] == ["RoundRect", "TextRun"]


def test_a_least_size_grows_and_an_exact_one_does_not() -> None:
    word = Text(KIT, "社会保障号码", Type.BODY)
    assert Sized(word, w=100).measure(900).w == 240
    assert Sized(word, w=100, exact=True).measure(900).w == 100
    assert Sized(word, w=400).measure(900).w == 400


@given(st.integers(0, 5000), st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_shares_add_up(total: int, weights: list[int]) -> None:
    parts = shares(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)


WORDS = st.text(st.sampled_from("社会保障卡密码，。 abcdefg0123456789"), min_size=1, max_size=24)


@st.composite
def leaves(draw: st.DrawFn) -> Element:
    if draw(st.booleans()):
        return block(draw(st.integers(1, 120)), draw(st.integers(1, 90)))
    return Text(KIT, draw(WORDS), draw(st.sampled_from([Type.BODY, Type.NOTE, Type.BUTTON])))


def boxes(children: st.SearchStrategy[Element]) -> st.SearchStrategy[Element]:
    several = st.lists(children, min_size=1, max_size=4)
    gap = st.integers(0, 24)
    flexed = st.lists(
        st.tuples(children, st.booleans()).map(lambda pair: Flex(pair[0]) if pair[1] else pair[0]),
        min_size=1,
        max_size=4,
    )
    return st.one_of(
        st.builds(lambda c, g, a: Column(*c, gap=g, align=a), several, gap, st.sampled_from(Align)),
        st.builds(lambda c, g, a: Row(*c, gap=g, align=a), flexed, gap, st.sampled_from(Align)),
        st.builds(lambda c, g, n: Grid(*c, columns=n, gap=g), several, gap, st.integers(1, 3)),
        st.builds(lambda c, g: Spread(*c, gap=g), several, gap),
        st.builds(lambda c, p: Panel(KIT, c, pad=(p, p, p, p)), children, gap),
        st.builds(Pad, children, gap),
        st.builds(Placed, children, st.sampled_from(Align), st.sampled_from(Align)),
        st.builds(lambda c: Layer(c), children),
    )


TREES = st.recursive(leaves(), boxes, max_leaves=10)


class Watch(Sink):
    """Remembers every box an element was given, with the box it was inside of."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[Rect] = []
        self.outside: list[tuple[Rect, Rect]] = []
        self.siblings: dict[int, list[Rect]] = {}
        self.overlapping: list[tuple[Rect, Rect]] = []

    def put(self, element: Element, box: Rect) -> None:
        if self.stack and not self.stack[-1].contains(box):
            self.outside.append((self.stack[-1], box))
        beside = self.siblings.setdefault(len(self.stack), [])
        beside.append(box)
        self.stack.append(box)
        self.siblings[len(self.stack)] = []
        super().put(element, box)
        children = self.siblings[len(self.stack)]
        if not isinstance(element, Layer):
            self.overlapping += [(a, b) for a, b in combinations(children, 2) if a.overlaps(b)]
        self.stack.pop()


@settings(max_examples=200, deadline=None)
@given(TREES, st.integers(500, 1080))
def test_nothing_leaves_its_box_and_nothing_overlaps_unless_it_is_reported(tree: Element, width: int) -> None:
    watch = Watch()
    watch.put(tree, Rect(0, 0, width, tree.measure(width).h))
    if watch.overflows:
        return  # reported: a page with one fails its own test
    assert watch.outside == []
    assert watch.overlapping == []


@pytest.mark.parametrize("words", ["0000b。。。。。。。会", "f会", "To be, or not 会"])
@pytest.mark.parametrize("type_", [Type.BODY, Type.NOTE])
def test_a_text_stands_in_the_width_that_it_has_in_a_wider_one(words: str, type_: Type) -> None:
    text = Text(KIT, words, type_)
    for width in range(30, 600):
        found = text.measure(width)
        again = text.measure(found.w)
        assert again.w <= found.w
        assert again.h <= found.h


@settings(max_examples=100, deadline=None)
@given(TREES, st.integers(500, 1080))
def test_an_element_that_gets_what_it_measured_reports_nothing_below_it(tree: Element, width: int) -> None:
    needed = tree.measure(width)
    sink = Sink()
    sink.put(tree, Rect(0, 0, width, needed.h))
    if needed.w <= width:
        inside = Rect(0, 0, width, needed.h)
        assert [
            node.rect for node in sink.nodes if isinstance(node, RoundRect) and not inside.contains(node.rect)
        ] == []
        assert sink.overflows == []


@pytest.mark.parametrize("role", [Role.SURFACE, Role.TINT])
def test_a_panel_is_drawn_below_its_content(role: Role) -> None:
    sink = placed(Panel(KIT, Text(KIT, "卡", Type.BODY), fill=role), 200)
    assert isinstance(sink.nodes[0], RoundRect)
    assert sink.nodes[0].fill == KIT.theme.colour(role)
