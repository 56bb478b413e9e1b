from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ui.layout import Align, Kit
from kiosk.ui.measure import CachedMeasurer
from kiosk.ui.nodes import Face, TextRun, band
from kiosk.ui.theme import SMALLEST_TEXT, Role, TextSize, Type
from kiosk.ui.typeset import SHRINK, Span, Text, emphasised
from tests.kiosk.ui.means import kit_of, placed

KIT = kit_of()
NAME = "阿卜杜热合曼·买买提依明江阿吉"  # 15 characters
EMPLOYER = "示例市示例区示例街道办事处社会保障综合服务中心一分部"


def runs(text: Text, width: int) -> list[TextRun]:
    return [node for node in placed(text, width).nodes if isinstance(node, TextRun)]


def lines(text: Text, width: int) -> list[str]:
    by_line: dict[int, str] = {}
    for run in runs(text, width):
        by_line[run.y] = by_line.get(run.y, "") + run.text
    return list(by_line.values())


def test_a_text_that_fits_is_one_line_at_its_size() -> None:
    text = Text(KIT, "社会保障卡", Type.BODY)
    assert text.measure(960).w == 200
    assert [run.size for run in runs(text, 960)] == [40]


def test_a_text_a_little_too_wide_shrinks_by_at_most_a_tenth() -> None:
    text = Text(KIT, "社" * 10, Type.BODY)
    drawn = runs(text, 370)
    assert len(drawn) == 1
    assert drawn[0].size == 37
    assert drawn[0].w <= 370


def test_a_text_much_too_wide_wraps_at_its_full_size() -> None:
    text = Text(KIT, "社" * 10, Type.BODY)
    assert lines(text, 350) == ["社" * 8, "社" * 2]
    assert {run.size for run in runs(text, 350)} == {40}


class Counted:
    """Widths of ten px a character, and how often they were asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def width(self, text: str, face: Face, size: int) -> int:
        self.asked += 1
        return 10 * len(text)

    def forget(self) -> None: ...


def test_a_text_is_broken_once_for_all_pages_that_say_it_until_texts_are_forgotten() -> None:
    counted = Counted()
    kit = Kit(KIT.theme, CachedMeasurer(counted, limit=1), KIT.fonts)  # hardly a width is remembered
    said = Text(kit, EMPLOYER, Type.BODY).measure(120)
    once = counted.asked
    assert once > 0
    assert Text(kit, EMPLOYER, Type.BODY).measure(120) == said
    assert counted.asked == once
    assert Text(kit, EMPLOYER, Type.BODY, keep=True).measure(120) != said
    kit.measurer.forget()
    assert Text(kit, EMPLOYER, Type.BODY).measure(120) == said
    assert counted.asked > 2 * once


def test_a_button_with_two_lines_allowed_still_shrinks_first() -> None:
    drawn = runs(Text(KIT, "社" * 10, Type.BODY, lines=2), 370)
    assert [run.size for run in drawn] == [37]


def test_the_smallest_text_never_shrinks() -> None:
    text = Text(KIT, "社" * 10, Type.SMALL)
    assert {run.size for run in runs(text, 270)} == {SMALLEST_TEXT}
    assert len(lines(text, 270)) == 2


def test_a_last_line_of_one_character_gets_company() -> None:
    assert [len(line) for line in lines(Text(KIT, "社" * 21, Type.BODY, shrink=False), 400)] == [9, 9, 3]


def test_a_long_word_is_broken_rather_than_drawn_outside() -> None:
    text = Text(KIT, "Donaudampfschifffahrt" * 3, Type.BODY)
    assert "".join(lines(text, 300)) == "Donaudampfschifffahrt" * 3
    assert text.measure(300).w <= 300


def test_a_kept_text_asks_for_its_width_instead_of_breaking() -> None:
    text = Text(KIT, "READER-ABSENT", Type.CODE, keep=True)
    assert text.measure(50).w > 50
    assert len(lines(text, 50)) == 1
    assert placed(text, 50).overflows


@pytest.mark.parametrize("content", [NAME, EMPLOYER, "Contributions and entitlement", "试" * 60])
@pytest.mark.parametrize("size", TextSize)
@pytest.mark.parametrize("width", [180, 300, 480])
def test_long_texts_are_complete_and_inside(content: str, size: TextSize, width: int) -> None:
    text = Text(kit_of(text=size), content, Type.VALUE)
    drawn = runs(text, width)
    assert "".join(run.text for run in drawn).replace(" ", "") == content.replace(" ", "")
    assert all(run.x >= 0 and run.x + run.w <= width for run in drawn)
    assert "…" not in "".join(run.text for run in drawn)


def test_a_part_of_a_sentence_stands_out() -> None:
    spans = emphasised("是社保卡的 6 位密码，不是银行卡密码。", "不是银行卡密码")
    assert spans == (
        Span("是社保卡的 6 位密码，"),
        Span("不是银行卡密码", bold=True, colour=Role.INK),
        Span("。"),
    )
    sink = placed(Text(KIT, spans, Type.BODY, Role.INK2), 960)
    assert [text.text for text in sink.texts] == ["是社保卡的 6 位密码，不是银行卡密码。"]
    assert len({run.colour for run in sink.nodes if isinstance(run, TextRun)}) == 2


def test_a_mark_in_another_span_still_does_not_begin_a_line() -> None:
    text = Text(KIT, (Span("社" * 10, True), Span("。后")), Type.BODY, shrink=False)
    assert all(not line.startswith("。") for line in lines(text, 400))


def test_figures_of_equal_length_stand_in_columns() -> None:
    widths = {Text(KIT, text, Type.TABLE, keep=True).measure(400).w for text in ("1,111.11", "9,876.54", "0,000.00")}
    assert len(widths) == 1


@pytest.mark.parametrize("align", [Align.START, Align.CENTER, Align.END])
def test_lines_are_aligned_in_their_box(align: Align) -> None:
    (run,) = runs(Text(KIT, "社保", Type.BODY, align=align), 400)
    assert run.x == {Align.START: 0, Align.CENTER: 160, Align.END: 320}[align]


MIXED = st.text(
    st.sampled_from("社会保障卡密码，。（）“”·0123456789 abcdefgXYZ年月日-:,.¥%𠀀\u202e")
    | st.characters(codec="utf-8"),
    min_size=1,
    max_size=80,
)


@settings(max_examples=150, deadline=None)
@given(MIXED, st.integers(120, 900), st.sampled_from(list(Type)))
def test_no_run_leaves_its_box_and_lines_do_not_overlap(content: str, width: int, role: Type) -> None:
    text = Text(KIT, content, role)
    drawn = runs(text, width)
    height = text.measure(width).h
    rows: dict[int, list[TextRun]] = {}
    for run in drawn:
        assert run.box.y <= run.y
        assert run.y + band(run.size) <= run.box.bottom <= height
        rows.setdefault(run.y, []).append(run)
    for row in rows.values():
        edge = 0
        for run in row:
            assert run.x >= edge
            edge = run.x + run.w
        # A single character may be wider than a very narrow box; nothing else may.
        assert edge <= width or sum(len(run.text) for run in row) == 1
    tops = sorted(rows)
    assert all(after - before >= band(rows[before][0].size) for before, after in pairwise(tops))


@settings(max_examples=100, deadline=None)
@given(MIXED, st.integers(120, 900))
def test_every_visible_character_is_drawn(content: str, width: int) -> None:
    drawn = "".join(run.text for run in runs(Text(KIT, content, Type.BODY), width))
    expected = KIT.fonts.visible(content).replace("\n", "")
    assert sorted(drawn.replace(" ", "").replace("\u3000", "")) == sorted(
        expected.replace(" ", "").replace("\u3000", "")
    )


def test_shrinking_is_a_tenth() -> None:
    assert SHRINK == 90
