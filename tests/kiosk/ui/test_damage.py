from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui import damage
from kiosk.ui.glx import in_software
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Arc, IconGlyph, Rect, RoundRect, Stroke, Triangle

RECTS = st.lists(
    st.builds(Rect, st.integers(0, 900), st.integers(0, 900), st.integers(1, 300), st.integers(1, 300)),
    min_size=1,
    max_size=2 * damage.MANY,
)


@given(RECTS)
def test_parts_cover_every_change_are_few_and_do_not_overlap(rects: list[Rect]) -> None:
    parts = damage.parts(rects)
    assert len(parts) <= damage.PARTS
    assert all(any(part.contains(rect) for part in parts) for rect in rects)
    assert not any(a.overlaps(b) for i, a in enumerate(parts) for b in parts[i + 1 :])


def test_changes_far_apart_stay_apart() -> None:
    dot, key = Rect(100, 700, 30, 30), Rect(60, 1400, 220, 150)
    assert set(damage.parts([dot, key])) == {dot, key}


def test_many_changes_are_one_part() -> None:
    row = [Rect(10 * n, 5, 5, 5) for n in range(damage.MANY + 1)]
    assert damage.parts(row) == (Rect(0, 5, 10 * damage.MANY + 5, 5),)


def test_nothing_changed_is_no_part() -> None:
    assert damage.parts([]) == ()


def test_round_and_slanted_nodes_are_inside_their_bounds_with_their_ends() -> None:
    stroke = damage.bounds(Stroke(((10, 50), (90, 20)), 8, 0))
    assert stroke.contains(Rect(6, 16, 89, 39))
    assert damage.bounds(Arc(100, 100, 40, 10, 0, 270, 0)).contains(Rect(55, 55, 90, 90))
    assert damage.bounds(Triangle((10, 90), (50, 10), (90, 90), 0)).contains(Rect(10, 10, 81, 81))
    assert damage.bounds(IconGlyph(Icon.SEARCH, 48, 0, 5, 6)) == Rect(5, 6, 48, 48)
    assert damage.bounds(RoundRect(Rect(1, 2, 3, 4), 0)) == Rect(1, 2, 3, 4)


def test_common_of_rectangles_apart_is_empty() -> None:
    assert damage.common(Rect(0, 0, 10, 10), Rect(20, 0, 10, 10)).w == 0
    assert damage.common(Rect(0, 0, 10, 10), Rect(5, 5, 10, 10)) == Rect(5, 5, 5, 5)


def test_share_of_the_window() -> None:
    assert damage.share([Rect(0, 0, 10, 10), Rect(10, 0, 10, 10)], Rect(0, 0, 20, 20)) == 0.5


def test_only_software_renderers_show_parts() -> None:
    assert in_software("llvmpipe (LLVM 15.0.6, 256 bits)")
    assert not in_software("Mesa Intel(R) UHD Graphics 605 (GLK 3)")
