from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from kiosk.ui.fonts import Coverage, FontFileError, Fonts
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Face

FONTS = Fonts()


@pytest.mark.parametrize("face", Face)
def test_the_coverage_read_is_that_of_the_file(face: Face) -> None:
    expected = set(TTFont(FONTS.path(face), lazy=True).getBestCmap())
    coverage = FONTS.coverage(face)
    assert {code for code in range(0x2FFFF) if code in coverage} == {code for code in expected if code < 0x2FFFF}


def test_every_icon_is_in_the_icon_face() -> None:
    coverage = FONTS.coverage(Face.ICONS)
    assert [icon.name for icon in Icon if icon.value not in coverage] == []


def test_rare_characters_come_from_the_rare_face_and_common_ones_do_not() -> None:
    assert FONTS.runs("测𬱖试", bold=True) == [
        (Face.BOLD, "测"),
        (Face.RARE, "𬱖"),
        (Face.BOLD, "试"),
    ] or FONTS.face_of("𬱖", True) in (Face.BOLD, Face.RARE)
    rare = next(chr(code) for code in range(0x20000, 0x2A6D6) if FONTS.face_of(chr(code), False) is Face.RARE)
    assert FONTS.runs(f"李{rare}明", bold=True) == [(Face.BOLD, "李"), (Face.RARE, rare), (Face.BOLD, "明")]


def test_a_character_no_face_has_is_shown_as_its_code() -> None:
    missing = next(chr(code) for code in range(0x30000, 0x31350) if FONTS.face_of(chr(code), False) is None)
    assert FONTS.visible(f"王{missing}") == f"王[U+{ord(missing):X}]"


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200f", "\x07", "\x1b", "\u2028", "\ud800", "\U000f0000"])
def test_controls_and_private_characters_are_made_visible(char: str) -> None:
    shown = FONTS.visible(f"姓{char}名")
    assert shown == f"姓[U+{ord(char):04X}]名"
    assert shown.isprintable()


@pytest.mark.parametrize("char", ["\u200b", "\u200d", "\ufe0f", "\U000e0100", "\u00ad"])
def test_what_has_no_look_of_its_own_is_dropped(char: str) -> None:
    assert FONTS.visible(f"姓{char}名") == "姓名"


def test_other_spaces_become_one_that_breaks() -> None:
    assert FONTS.visible("a\tb\u2003c") == "a b c"


@pytest.mark.parametrize("text", ["[b]粗[/b]", "&amp;&bl;", "<i>", "{name}", "%s"])
def test_markup_is_text(text: str) -> None:
    assert FONTS.visible(text) == text


def test_everything_visible_is_drawn_by_some_face() -> None:
    sample = FONTS.visible("".join(chr(code) for code in range(0x20, 0x3400) if not 0xD800 <= code < 0xE000))
    for bold in (False, True):
        for face, run in FONTS.runs(sample, bold):
            coverage = FONTS.coverage(face)
            assert [c for c in run if ord(c) not in coverage and c != "\n"] == []


def test_a_missing_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(FontFileError, match="NotoSansSC-Regular"):
        Fonts(tmp_path).path(Face.REGULAR)


@pytest.mark.parametrize("content", [b"", b"OTTO", b"\0\1\0\0\0\1" + b"\0" * 6 + b"cmap" + b"\0" * 12, b"x" * 400])
def test_a_broken_file_is_an_error_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "NotoSansSC-Regular.ttf"
    path.write_bytes(content)
    with pytest.raises(FontFileError, match=r"NotoSansSC-Regular\.ttf"):
        Coverage.read(path)


def test_nothing_seen_is_remembered_after_forget() -> None:
    fonts = Fonts()
    fonts.visible("试明")
    assert any("试" in seen for seen in fonts._plain.values())
    fonts.forget()
    assert not any("试" in seen for seen in fonts._plain.values())


@pytest.mark.parametrize("text", ["", "2024-01-31 10:32", "社会保障卡", "请输入密码", "Social security"])
def test_the_kiosks_own_words_are_familiar(text: str) -> None:
    assert FONTS.familiar(text)


@pytest.mark.parametrize("text", ["龘", "社会保障卡 龘", "𬱖"])
def test_a_character_that_is_in_no_catalogue_is_not_familiar(text: str) -> None:
    assert not FONTS.familiar(text)


def test_without_catalogues_only_ascii_is_familiar(tmp_path: Path) -> None:
    bare = Fonts(tmp_path / "fonts")
    assert bare.familiar("abc 123")
    assert not bare.familiar("卡")
