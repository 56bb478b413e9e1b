"""Lines fit the paper, break where they may, and each character is one that the printer has or is drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.paper import Laid, broken, can_set, columns, has_character, rows
from drivers.printer.protocol import Align, Gap, Pair, PaperWidth, Rule, TextLine

ROOM = {PaperWidth.MM58: 32, PaperWidth.MM80: 48}


def texts(*lines: TextLine | Pair, width: PaperWidth = PaperWidth.MM58) -> list[str]:
    return [row.text for row in rows(lines, width) if isinstance(row, Laid)]


@pytest.mark.parametrize("char", "Az~ 0社险卡，。·—〇％￥★①ⅧАαé龥")
def test_a_printer_has_the_characters_of_gbk(char: str) -> None:
    assert has_character(char)


@pytest.mark.parametrize("char", ["𣲗", "𠅤", "㛃", "㼆", "䶮", "¥", "\ue000", "\n", "\x1b", "\x7f", "\ud800"])
def test_a_printer_has_no_others(char: str) -> None:
    """Four bytes in GB 18030, a user-defined place (also one that a character was moved to, FE9F), or no character at all."""
    assert not has_character(char)


def test_a_pair_stands_at_both_edges_or_in_two_lines() -> None:
    assert texts(Pair("卡号", "C1*****1X")) == ["卡号" + " " * 19 + "C1*****1X"]
    assert texts(Pair("Issuing bank", "Industrial and Commercial Bank of China")) == [
        "Issuing bank",
        "  Industrial and Commercial Bank",
        "                        of China",
    ]


def test_large_text_has_half_the_columns_and_its_middle() -> None:
    assert texts(TextLine("社保卡启用凭条", large=True, align=Align.CENTER)) == [" 社保卡启用凭条"]
    assert texts(TextLine("社会保障卡启用凭条", large=True)) == ["社会保障卡启用凭", "条"]


def test_words_stay_whole_and_marks_do_not_begin_a_line() -> None:
    assert broken("at a branch of the bank.", 12) == ["at a branch", "of the bank."]
    assert broken("请到银行网点激活。谢谢", 16) == ["请到银行网点激", "活。谢谢"]
    assert broken("ABCDEFGHIJ", 4) == ["ABCD", "EFGH", "IJ"]
    assert broken("a\nb", 10) == ["a", "b"]
    assert broken("", 10) == [""]


@given(
    st.text(max_size=80),
    st.text(max_size=80),
    st.booleans(),
    st.booleans(),
    st.sampled_from(Align),
    st.sampled_from(PaperWidth),
)
def test_nothing_is_lost_nothing_is_wider_than_the_paper(
    first: str, second: str, strong: bool, large: bool, align: Align, width: PaperWidth
) -> None:
    slip = (TextLine(first, strong, large, align), Pair(first, second), Rule(), Gap())
    laid = [row for row in rows(slip, width) if isinstance(row, Laid)]
    for row in laid:
        last = row.pieces[-1]
        assert last.column + columns(last.text) * (2 if row.large else 1) <= ROOM[width]
        assert all(char.isprintable() or not can_set(row) for char in row.text)
        assert not any(ord(char) < 0x20 or ord(char) == 0x7F for char in row.text), (
            "nothing that the printer would obey"
        )
    kept = [char for row in laid for char in row.text if not char.isspace()]
    for text in (first, second):
        for char in text:
            if char.isascii() and char.isprintable() and char != " ":
                assert char in kept
