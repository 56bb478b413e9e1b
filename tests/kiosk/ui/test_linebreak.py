import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.linebreak import _NOT_FIRST, _NOT_LAST, pieces


def cut(text: str) -> list[str]:
    return [piece.text for piece in pieces(text)]


def test_chinese_may_be_broken_after_every_character() -> None:
    assert cut("社会保障") == ["社", "会", "保", "障"]


def test_latin_words_stay_whole() -> None:
    assert cut("Social security card") == ["Social", " ", "security", " ", "card"]


@pytest.mark.parametrize("mark", "，。、：；？！）”》」·％")
def test_a_closing_mark_never_begins_a_line(mark: str) -> None:
    assert cut(f"密码{mark}不") == ["密", f"码{mark}", "不"]


@pytest.mark.parametrize("mark", "（“《「¥")
def test_an_opening_mark_never_ends_a_line(mark: str) -> None:
    assert cut(f"点{mark}继续") == ["点", f"{mark}继", "续"]


@pytest.mark.parametrize(
    "whole",
    [
        "2026年4月9日",
        "11月20日",
        "2004年7月",
        "2019年",
        "20 Nov 2026",
        "Jul 2004",
        "12,540.80",
        "¥1,234.56",
        "−¥1,118.45",
        "370***********5671",
        "CARD-MUTE",
        "QY-1120-0387",
        "10:32",
        "16%",
        "11-20",
    ],
)
def test_dates_amounts_and_codes_are_never_broken(whole: str) -> None:
    assert whole in cut(f"截至 {whole} 的") or f"{whole} 的" in cut(f"截至 {whole} 的")


def test_a_number_keeps_its_measure_word() -> None:
    assert cut("还可以输入 3 次") == ["还", "可", "以", "输", "入", " ", "3 次"]


def test_a_line_feed_is_a_break_that_must_be() -> None:
    assert [piece.hard for piece in pieces("一\n二")] == [False, True, False]


TEXTS = st.text(
    st.sampled_from("社保卡密码，。、（）“”·0123456789 abcXYZ年月日-:,.¥%\n") | st.characters(codec="utf-8"),
    max_size=60,
)


@given(TEXTS)
def test_nothing_is_lost(text: str) -> None:
    assert "".join(cut(text)) == text.replace("\n", "")


@given(TEXTS)
def test_no_piece_after_another_begins_with_a_closing_mark(text: str) -> None:
    parts = pieces(text)
    for before, piece in itertools.pairwise(parts):
        if before.hard or before.space or piece.hard or piece.space:
            continue
        assert piece.text[0] not in _NOT_FIRST
        assert before.text[-1] not in _NOT_LAST
