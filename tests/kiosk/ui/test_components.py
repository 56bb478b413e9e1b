"""Rules that hold for every component in every mode, on the pages of the gallery."""

from datetime import date
from functools import cache
from itertools import combinations, pairwise

import pytest

from kiosk.model import MonthState, Period
from kiosk.ui.components.bars import AccessSpec, access_strip
from kiosk.ui.components.buttons import ButtonKind, ButtonSpec, ChipSpec, TileSpec, button, button_row, chip, tiles
from kiosk.ui.components.dialogs import countdown
from kiosk.ui.components.entitlement import EntitlementSpec, entitlement_bar, stretches
from kiosk.ui.components.keypad import KeypadSpec, keypad, pin_boxes
from kiosk.ui.components.months import draw_month
from kiosk.ui.components.status import Tone, code_strip, status_label
from kiosk.ui.components.tables import ColumnSpec, RowSpec, table
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Sink
from kiosk.ui.nodes import (
    Arc,
    IconGlyph,
    Page,
    Rect,
    RoundRect,
    SecretKey,
    SecretKind,
    TextRun,
    Triangle,
    recoloured,
)
from kiosk.ui.theme import (
    SMALLEST_GAP,
    SMALLEST_TARGET,
    SMALLEST_TEXT,
    Contrast,
    Orientation,
    Role,
    TextSize,
    contrast_ratio,
)
from tests.kiosk.ui.gallery import made, pages
from tests.kiosk.ui.gallery_base import ACCESS
from tests.kiosk.ui.means import Gallery, kit_of, placed

KIT = kit_of()


@cache
def gallery() -> dict[str, Page]:
    return dict(pages(Gallery()))


NAMES = [name for name, *_ in made()]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_given_less_room_than_it_needs(name: str) -> None:
    assert [(overflow, overflow.text) for overflow in gallery()[name].overflows] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_inside_its_box_and_the_page(name: str) -> None:
    page = gallery()[name]
    whole = Rect(0, 0, *page.size)
    for node in page.nodes:
        if isinstance(node, TextRun):
            assert node.box.contains(node.rect), node.text
            assert whole.contains(node.rect), node.text
        if isinstance(node, TextRun):
            assert node.size >= (SMALLEST_TEXT if "-large-" not in name else SMALLEST_TEXT * 3 // 2 * 9 // 10)


@pytest.mark.parametrize("name", NAMES)
def test_no_two_texts_overlap(name: str) -> None:
    runs = [node for node in gallery()[name].nodes if isinstance(node, TextRun)]
    # A band is taller than its ink: lines of one paragraph may touch, their ink may not.
    ink = [Rect(run.x, run.y + run.size * 13 // 100, run.w, run.size * 105 // 100) for run in runs]
    for (a, run_a), (b, run_b) in combinations(zip(ink, runs, strict=True), 2):
        assert not a.overlaps(b), (run_a.text, run_b.text)


@pytest.mark.parametrize("name", NAMES)
def test_targets_are_large_enough_and_apart(name: str) -> None:
    page = gallery()[name]
    # The year rows are a shortcut with a full-size twin (screen language §3).
    targets = [target for target in page.targets if not target.name.startswith("year.2")]
    for target in targets:
        assert min(target.rect.w, target.rect.h) >= SMALLEST_TARGET, target.name
        assert Rect(0, 0, *page.size).contains(target.rect), target.name
    rows = [target for target in targets if target.name.startswith("row.")]
    apart = [target for target in targets if target not in rows]
    for a, b in combinations(apart, 2):
        assert not a.rect.outset(SMALLEST_GAP - 1).overlaps(b.rect), (a.name, b.name)
    for a, b in combinations(rows, 2):
        assert not a.rect.overlaps(b.rect)
    assert len({target.name for target in page.targets}) == len(page.targets)


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_alone_has_a_spoken_name(name: str) -> None:
    page = gallery()[name]
    for target in page.targets:
        nodes = page.nodes[slice(*target.nodes)]
        if any(isinstance(node, IconGlyph) for node in nodes) and not any(isinstance(node, TextRun) for node in nodes):
            assert target.spoken, target.name


def grey(colour: int) -> int:
    """Brightness as a grey printer sees it, 0..255."""
    return (299 * (colour >> 16) + 587 * (colour >> 8 & 255) + 114 * (colour & 255)) // 1000


@pytest.mark.parametrize("contrast", Contrast)
@pytest.mark.parametrize("size", [(50, 44), (68, 60), (34, 30)])
def test_month_states_differ_in_shape_without_any_colour(contrast: Contrast, size: tuple[int, int]) -> None:
    kit = kit_of(contrast)
    seen: dict[object, MonthState] = {}
    for state in MonthState:
        sink = Sink()
        draw_month(kit, state, False, Rect(0, 0, *size), sink)
        # What is left of a node when it has no colour: its form, and whether it is filled, outlined or both.
        forms: list[tuple[object, ...]] = []
        for node in sink.nodes:
            if isinstance(node, RoundRect):
                forms.append(("rect", node.rect, node.fill is None, node.width, node.radius))
            else:
                black = tuple((colour, 0) for colour in _colours(node))
                forms.append(("other", recoloured([node], black)))
        key = tuple(forms)
        assert key not in seen, (state, seen.get(key))
        seen[key] = state


def _colours(node: object) -> list[int]:
    return [getattr(node, "colour")]  # noqa: B009 - every node but a rectangle has one


@pytest.mark.parametrize("contrast", Contrast)
def test_a_sign_in_a_month_stands_out_in_grey(contrast: Contrast) -> None:
    for state in (MonthState.BACK_PAID, MonthState.EXEMPT, MonthState.MISSING, MonthState.ON_THE_WAY):
        sink = Sink()
        draw_month(kit_of(contrast), state, False, Rect(0, 0, 50, 44), sink)
        cell, *signs = sink.nodes
        assert isinstance(cell, RoundRect)
        assert cell.fill is not None
        for sign in signs:
            colour = sign.fill if isinstance(sign, RoundRect) else _colours(sign)[0]
            assert colour is not None
            assert abs(grey(colour) - grey(cell.fill)) > 90
            assert contrast_ratio(colour, cell.fill) >= 4.5


def test_a_corrected_month_has_a_triangle_in_its_corner() -> None:
    for state in MonthState:
        plain, corrected = Sink(), Sink()
        draw_month(KIT, state, False, Rect(0, 0, 50, 44), plain)
        draw_month(KIT, state, True, Rect(0, 0, 50, 44), corrected)
        added = corrected.nodes[len(plain.nodes) :]
        assert [type(node) for node in added] == ([] if state is MonthState.NONE else [Triangle])


def test_keys_of_the_pad_go_past_the_presenter_and_hold_nothing_typed() -> None:
    spec = KeypadSpec("清除", "删除一位", "确认", "confirm", True, "忘记密码", "help")
    sink = placed(keypad(KIT, spec), 960)
    by_name = {target.name: target for target in sink.targets}
    for digit in range(10):
        action = by_name[f"key-{digit}"].action
        assert action == SecretKey(SecretKind.DIGIT, digit)
        assert str(digit) not in repr(action).replace("SecretKind", "")
    assert by_name["key-erase"].action == SecretKey(SecretKind.ERASE)
    assert by_name["key-clear"].action == SecretKey(SecretKind.CLEAR)
    assert (by_name["confirm"].action, by_name["forgot-pin"].action) == ("confirm", "help")
    order = [by_name[f"key-{d}"].rect for d in (1, 2, 3)]
    assert order[0].x < order[1].x < order[2].x
    assert {(rect.w, rect.h) for rect in order} == {(222, 148)}
    assert by_name["key-0"].rect.x == by_name["key-2"].rect.x


def test_confirm_waits_for_the_shortest_pin() -> None:
    for ready in (False, True):
        spec = KeypadSpec("清除", "删除一位", "确认", "confirm", ready)
        targets = {t.name: t for t in placed(keypad(KIT, spec), 960).targets}
        assert targets["confirm"].enabled is ready
        assert "forgot-pin" not in targets


def test_in_large_text_the_whole_pad_still_fits_with_its_words_complete() -> None:
    spec = KeypadSpec("清除", "删除一位", "确认", "confirm", True, "忘记密码", "help")
    sink = placed(keypad(kit_of(text=TextSize.LARGE), spec), 1000)
    assert sink.overflows == []
    assert {"忘记密码", "确认", "清除"} <= {text.text for text in sink.texts}
    assert {f"key-{digit}" for digit in range(10)} <= {target.name for target in sink.targets}


@pytest.mark.parametrize("count", [4, 6, 8, 12])
def test_there_is_a_dot_for_each_digit_and_a_box_for_each_place(count: int) -> None:
    for filled in (0, count - 1, count):
        sink = placed(pin_boxes(KIT, count, filled), 960)
        dots = [n for n in sink.nodes if isinstance(n, RoundRect) and n.fill == KIT.theme.colour(Role.INK)]
        boxes = [n for n in sink.nodes if isinstance(n, RoundRect) and n.outline is not None]
        marked = [n for n in boxes if n.outline == KIT.theme.colour(Role.PRIMARY)]
        assert (len(dots), len(boxes), len(marked)) == (filled, count, 0 if filled == count else 1)
        assert all(box.rect.x >= 0 and box.rect.right <= 960 for box in boxes)


def test_a_disabled_control_has_no_outline_and_says_why() -> None:
    spec = ButtonSpec("打印", "print", "print", Icon.PRINT, enabled=False, reason="恢复后可办")
    sink = placed(button(KIT, spec), 400)
    face = sink.nodes[0]
    assert isinstance(face, RoundRect)
    assert (face.outline, face.fill) == (None, KIT.theme.colour(Role.SUNKEN))
    assert [text.text for text in sink.texts] == ["打印", "恢复后可办"]
    assert sink.targets[0].enabled is False
    assert sink.targets[0].pressed == ()


@pytest.mark.parametrize("kind", ButtonKind)
@pytest.mark.parametrize("contrast", Contrast)
def test_a_held_button_looks_different_and_stays_readable(kind: ButtonKind, contrast: Contrast) -> None:
    kit = kit_of(contrast)
    sink = placed(button(kit, ButtonSpec("打印", "print", "print", Icon.PRINT, kind)), 400)
    target = sink.targets[0]
    nodes = sink.nodes[slice(*target.nodes)]
    held = recoloured(nodes, target.pressed)
    assert list(held) != nodes
    face, run = held[0], held[-1]
    assert isinstance(face, RoundRect)
    assert face.fill is not None
    assert isinstance(run, TextRun)
    assert contrast_ratio(run.colour, face.fill) >= 7


@pytest.mark.parametrize("contrast", Contrast)
def test_a_held_key_stays_readable(contrast: Contrast) -> None:
    kit = kit_of(contrast)
    sink = placed(keypad(kit, KeypadSpec("清除", "删除一位", "确认", "confirm", True)), 960)
    target = next(t for t in sink.targets if t.name == "key-5")
    face, run = recoloured(sink.nodes[slice(*target.nodes)], target.pressed)
    assert isinstance(face, RoundRect)
    assert isinstance(run, TextRun)
    assert face.fill is not None
    assert contrast_ratio(run.colour, face.fill) >= 7


def test_a_chosen_chip_has_a_check() -> None:
    def icons(chosen: bool) -> list[Icon]:
        nodes = placed(chip(KIT, ChipSpec("职工养老", "chip", 1, chosen)), 300).nodes
        return [node.icon for node in nodes if isinstance(node, IconGlyph)]

    assert (icons(True), icons(False)) == ([Icon.CHECK], [])


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("contrast", Contrast)
def test_a_status_has_an_icon_and_a_word_and_contrast(tone: Tone, contrast: Contrast) -> None:
    sink = placed(status_label(kit_of(contrast), "状态", tone), 400)
    face, icon, run = sink.nodes
    assert isinstance(face, RoundRect)
    assert isinstance(icon, IconGlyph)
    assert isinstance(run, TextRun)
    assert face.fill is not None
    assert contrast_ratio(run.colour, face.fill) >= 7
    assert (face.outline is not None) is (contrast is Contrast.HIGH)


def test_tiles_are_two_across_in_large_text_and_keep_their_reason() -> None:
    specs = [TileSpec(f"名称{i}", "说明", Icon.PRINT, f"t{i}", i) for i in range(3)]
    specs.append(TileSpec("打印", "恢复后可办", Icon.PRINT, "t3", 3, enabled=False))
    normal = placed(tiles(KIT, specs), 960)
    large = placed(tiles(kit_of(text=TextSize.LARGE), specs), 1000)
    assert len({t.rect.x for t in normal.targets}) == 3
    assert len({t.rect.x for t in large.targets}) == 2
    assert "说明" in [text.text for text in normal.texts]
    assert "说明" not in [text.text for text in large.texts]
    assert "恢复后可办" in [text.text for text in large.texts]


def test_names_of_a_group_of_tiles_have_one_size() -> None:
    specs = [
        TileSpec("Contributions", "Paid month by month", Icon.CALENDAR_MONTH, "a", 1, True),
        TileSpec("Print", "Certificates and receipts", Icon.PRINT, "b", 2),
        TileSpec("Accounts", "Balance and entries", Icon.WALLET, "c", 3),
    ]
    sink = placed(tiles(KIT, specs), 960)
    names = {spec.label for spec in specs}
    sizes = {n.size for n in sink.nodes if isinstance(n, TextRun) and n.text in names}
    assert sizes == {37}
    assert sink.overflows == []


def test_long_buttons_are_stacked_in_large_text_only() -> None:
    specs = (ButtonSpec("结束本次查询", "a", 1), ButtonSpec("打印", "b", 2))
    normal = placed(button_row(KIT, *specs), 960).targets
    large = placed(button_row(kit_of(text=TextSize.LARGE), *specs), 1000).targets
    assert normal[0].rect.y == normal[1].rect.y
    assert large[0].rect.bottom <= large[1].rect.y


def test_the_access_strip_closes_up_over_the_aids_that_exist() -> None:
    for count in (1, 3, 5):
        specs = tuple(AccessSpec(Icon.CONTRAST, "高对比", f"aid.{i}", i) for i in range(count))
        targets = placed(access_strip(KIT, specs), 1080, 120).targets
        assert targets[0].rect.x == 60
        assert targets[-1].rect.right == 1020
        assert len(targets) == count


def test_an_aid_that_is_on_shows_a_check() -> None:
    spec = ACCESS[1]
    on = AccessSpec(spec.icon, spec.label, spec.name, spec.action, on=True)
    icons = [n.icon for n in placed(access_strip(KIT, (on,)), 1080, 120).nodes if isinstance(n, IconGlyph)]
    assert icons == [Icon.CHECK]


def test_money_is_right_aligned_in_its_column() -> None:
    columns = [ColumnSpec("月份", bold=True), ColumnSpec("单位缴", right=True), ColumnSpec("个人缴", right=True)]
    rows = [RowSpec(("1月", "1,224.00", "612.00")), RowSpec(("10月", "−12,540.80", "6,270.40"))]
    rows.append(RowSpec(("合计", "100,000.00", "9.00"), total=True))
    sink = placed(table(KIT, columns, rows), 960)
    ends: dict[str, int] = {n.text: n.x + n.w for n in sink.nodes if isinstance(n, TextRun)}
    assert len({ends[t] for t in ("1,224.00", "−12,540.80", "100,000.00", "单位缴")}) == 1
    assert len({ends[t] for t in ("612.00", "6,270.40", "9.00", "个人缴")}) == 1
    assert sink.overflows == []


@pytest.mark.parametrize(("left", "sweep"), [(20, 360), (16, 288), (1, 18)])
def test_the_ring_shows_the_share_of_time_left(left: int, sweep: int) -> None:
    arcs = [n for n in placed(countdown(KIT, left, 20), 300).nodes if isinstance(n, Arc)]
    assert [arc.sweep for arc in arcs] == [360, sweep]


def test_the_ring_is_empty_at_the_end() -> None:
    assert len([n for n in placed(countdown(KIT, 0, 20), 300).nodes if isinstance(n, Arc)]) == 1


def test_a_year_with_a_late_payment_is_cut_at_the_day_of_entitlement() -> None:
    parts = stretches(2026, [Period(date(2026, 4, 9), date(2026, 12, 31))])
    assert [entitled for _, _, entitled in parts] == [False, True]
    assert parts[0][1] == pytest.approx((3 + 8 / 30) / 12)
    assert (parts[0][0], parts[-1][1]) == (0.0, 1.0)


@pytest.mark.parametrize(
    "periods",
    [
        [],
        [Period(date(2020, 1, 1), None)],
        [Period(date(2026, 1, 1), date(2026, 12, 31))],
        [Period(date(2026, 2, 1), date(2026, 3, 31)), Period(date(2026, 6, 15), date(2026, 8, 1))],
        [Period(date(2026, 5, 1), date(2026, 9, 1)), Period(date(2026, 7, 1), None)],
        [Period(date(2024, 1, 1), date(2025, 12, 31))],
    ],
)
def test_the_year_has_no_holes_whatever_the_periods(periods: list[Period]) -> None:
    parts = stretches(2026, periods)
    assert parts[0][0] == 0.0
    assert parts[-1][1] == 1.0
    assert all(a[1] == b[0] for a, b in pairwise(parts))


@pytest.mark.parametrize("paid", [date(2026, 1, 1), date(2026, 3, 10), date(2026, 4, 2), date(2026, 12, 31)])
@pytest.mark.parametrize("start", [date(2026, 1, 20), date(2026, 4, 9), date(2026, 12, 30)])
@pytest.mark.parametrize("size", TextSize)
def test_labels_below_the_bar_never_overlap(paid: date, start: date, size: TextSize) -> None:
    spec = EntitlementSpec(
        2026,
        (Period(start, None),),
        "可以享受",
        "不享受",
        (f"{start.month}月{start.day}日起",),
        paid,
        f"{paid.month}月{paid.day}日缴费",
    )
    sink = placed(entitlement_bar(kit_of(text=size), spec), 860)
    boxes = [n.rect for n in sink.nodes if isinstance(n, TextRun)]
    assert not [(a, b) for a, b in combinations(boxes, 2) if a.overlaps(b)]
    assert all(box.x >= 0 and box.right <= 860 for box in boxes)
    assert sink.overflows == []


def test_a_code_is_never_broken() -> None:
    for text, widths in ((TextSize.NORMAL, (960, 700)), (TextSize.LARGE, (1000, 860))):
        for width in widths:
            sink = placed(code_strip(kit_of(text=text), "请把代码告诉工作人员", "CENTRAL-UNREACHABLE"), width)
            assert "CENTRAL-UNREACHABLE" in [n.text for n in sink.nodes if isinstance(n, TextRun)]
            assert sink.overflows == []


@pytest.mark.parametrize("orientation", Orientation)
def test_the_way_out_is_on_every_page_of_a_visit(orientation: Orientation) -> None:
    for name, page in gallery().items():
        if name.startswith(("home", "pin", "contributions", "year", "registration")) and orientation.value in name:
            exits = [t for t in page.targets if t.name == "session.exit"]
            assert len(exits) == 1
            assert exits[0].rect.y > page.size.h * 2 // 3
