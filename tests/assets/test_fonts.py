"""The shipped faces: small enough, free, complete for names, and even in their figures."""

import codecs
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"
WEIGHTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
FIGURES = "0123456789¥+\u2212"
HAN_OF_GB18030_2022 = (
    range(0x4E00, 0x9FF0),
    range(0x3400, 0x4DB6),
    range(0x20000, 0x2A6D7),
    range(0x2A700, 0x2B735),
    range(0x2B740, 0x2B81E),
    range(0x2B820, 0x2CEA2),
    range(0x2CEB0, 0x2EBE1),
)
"""GB 18030-2022, implementation level 3: the unified ideographs and extensions A to F."""


def face(name: str) -> TTFont:
    return TTFont(FONTS / name, lazy=True)


def characters(name: str) -> set[int]:
    return set(face(name).getBestCmap())


def test_all_of_it_is_at_most_40_megabytes() -> None:
    assert sum(path.stat().st_size for path in FONTS.rglob("*") if path.is_file()) <= 40_000_000


def test_every_face_has_its_licence_beside_it_and_none_keeps_a_reserved_name() -> None:
    assert {path.name for path in FONTS.glob("*.?tf")} == {*WEIGHTS, "RareHan.otf", "MaterialSymbolsRounded.ttf"}
    for name, licence in (("NotoSansSC", "OFL"), ("RareHan", "OFL"), ("MaterialSymbols", "Apache-2.0")):
        text = (FONTS / "licenses" / f"{licence}-{name}.txt").read_text(encoding="utf-8")
        assert ("SIL OPEN FONT LICENSE Version 1.1" in text) or ("Apache License" in text)
    names = [record.toUnicode() for record in face("RareHan.otf")["name"].names if record.nameID in (1, 4, 6)]
    assert names
    assert not [name for name in names if "hana" in name.lower() or "花園" in name]


@pytest.mark.parametrize("weight", WEIGHTS)
def test_figures_have_one_width(weight: str) -> None:
    font = face(weight)
    drawn, widths = font.getBestCmap(), font["hmtx"]
    assert len({widths[drawn[ord(char)]][0] for char in FIGURES}) == 1
    assert widths[drawn[ord("-")]][0] < widths[drawn[0x2212]][0]  # why the hyphen is never a minus


@pytest.mark.parametrize("weight", WEIGHTS)
def test_kerning_leaves_figures_alone(weight: str) -> None:
    font = face(weight)
    drawn = font.getBestCmap()
    figures = {drawn[ord(char)] for char in FIGURES}
    assert "GSUB" not in font
    assert {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord} == {"kern"}
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            pairs = getattr(subtable, "ExtSubTable", subtable)
            assert not figures & set(pairs.Coverage.glyphs)
            if pairs.Format == 2:
                assert not figures & set(pairs.ClassDef2.classDefs)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_weight_is_quick_to_open_and_unhinted_at_every_size(weight: str) -> None:
    font = face(weight)
    assert "glyf" in font
    assert "CFF " not in font
    assert font["maxp"].maxSizeOfInstructions == 0
    program = font["prep"].program
    # FreeType hints by itself when the program is no longer than the customary "drop-out control only" one.
    assert len(program.getBytecode()) > 7
    assert program.getAssembly()[-1].startswith("INSTCTRL[ ]")


@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_outline_begins_where_its_bearing_says(weight: str) -> None:
    font = face(weight)
    outlines, bearings = font["glyf"], font["hmtx"]
    drawn = {name for code, name in font.getBestCmap().items() if code < 0x3000}
    moved = [name for name in sorted(drawn) if bearings[name][1] != getattr(outlines[name], "xMin", 0)]
    assert moved == []


def test_both_weights_draw_the_same_characters() -> None:
    assert characters(WEIGHTS[0]) == characters(WEIGHTS[1])


def test_every_han_character_of_gb_18030_is_drawn_by_one_face() -> None:
    first, rare = characters(WEIGHTS[0]), characters("RareHan.otf")
    assert first & rare == set()
    drawn = first | rare
    assert [f"U+{code:X}" for block in HAN_OF_GB18030_2022 for code in block if code not in drawn] == []


def test_every_han_character_of_gbk_is_drawn_in_the_first_face() -> None:
    drawn = characters(WEIGHTS[0])
    decode = codecs.getdecoder("gbk")
    missing = []
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            char, _ = decode(bytes((lead, trail)), "ignore")
            if len(char) == 1 and ord(char) >= 0x3400 and char.isprintable() and ord(char) not in drawn:
                missing.append(f"U+{ord(char):04X}")
    assert missing == []


def test_a_rare_character_stands_in_its_line_as_the_others_do() -> None:
    first, rare = face(WEIGHTS[0]), face("RareHan.otf")
    assert rare["head"].unitsPerEm == first["head"].unitsPerEm
    for field in ("ascent", "descent", "lineGap"):
        assert getattr(rare["hhea"], field) == getattr(first["hhea"], field)
    assert {width for width, _ in rare["hmtx"].metrics.values()} == {1000}


def test_icons_are_one_static_weight_on_one_square() -> None:
    font = face("MaterialSymbolsRounded.ttf")
    assert "fvar" not in font
    units = font["head"].unitsPerEm
    assert {font["hmtx"][name][0] for name in font.getBestCmap().values()} == {units}
