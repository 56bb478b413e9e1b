#!/usr/bin/env python3
"""Makes the files of assets/fonts from their published sources. Run by hand, never by set-up.

The results are in git, so that nothing is fetched when the kiosk is installed or runs. This script says where each came
from and makes it again, byte for byte. It needs apt-get (Debian 12), npm, and fontTools with cffsubr:

    python3 -m venv build/fonts-venv
    build/fonts-venv/bin/pip install fonttools==4.68.0 cffsubr==0.4.0
    build/fonts-venv/bin/python .ci/make_fonts.py

Takes about ten minutes; eight of them are the rare-character face.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import cffsubr
from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.transform import Transform
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.ttProgram import Program

FONTS = Path(__file__).resolve().parent.parent / "assets" / "fonts"

NOTO_DEB = (
    "fonts-noto-cjk=1:20220127+repack1-1",
    "4a2515eb6db3978b897fef9709ed0d2b1f4c6c4df4d83d6c4ef65f71f1b1f502",
)
HANAZONO_DEB = (
    "fonts-hanazono=20170904-2.1",
    "a6943366b4f5a6cec34221f8b4eb22555a628f0ee6ef4e3d3401cabe9363aeae",
)
SYMBOLS_NPM = (
    "@expo-google-fonts/material-symbols-rounded@0.4.55",
    "a25d0dc7c16c85d47a3e42df118fb8c4319b16ab1d8a65d886a805118a39c1a4",
)

SC_FACE = 2
"""Place of the Simplified Chinese face in the NotoSansCJK collections (0 is Japanese)."""

UNITS, EM_TOP, ASCENT, DESCENT = 1000, 880, 1160, 288
"""Units of Noto Sans SC: the em, the top of the em box above the baseline, the line above and below the baseline."""

CURVE_ERROR = 1.0
"""How far a quadratic curve may lie from the cubic one it stands for, in units: 0.1 px in figures of 100 px."""

HANGUL = (range(0x1100, 0x1200), range(0x3130, 0x3190), range(0xA960, 0xA980), range(0xAC00, 0xD800))
HAN = (
    range(0x2E80, 0x2FE0),  # radicals
    range(0x3400, 0x4DC0),  # extension A
    range(0x4E00, 0xA000),  # unified ideographs
    range(0xF900, 0xFB00),  # compatibility ideographs
    range(0x20000, 0x323B0),  # extensions B to H, compatibility supplement
)

ICONS = """
    eject E8FB, arrow_back E5C4, chevron_left E5CB, chevron_right E5CC, expand_less E5CE, expand_more E5CF, logout E9BA,
    check E668, done_all E877,
    credit_card E8A1, credit_card_off E4F4, credit_card_gear F52D, id_card F4CA, south F1E3, contactless EA71,
    translate E8E2, text_increase EAE2, contrast EB37, volume_up E050,
    check_circle F0BE, warning F083, error F8B6, cancel E888, block F08C, help E8FD, info E88E, link E250, sync E627,
    radio_button_checked E837, radio_button_unchecked E836, task_alt E2E6, more_time EA5D,
    cloud_done E2BF, cloud_off E2C1,
    elderly F21A, medical_services F109, work_history EC09, personal_injury E6DA, child_care EB41,
    family_restroom F1A2,
    fact_check F0C5, calendar_month EBCC, account_balance_wallet E850, print E8AD, menu_book EA19, dialpad E0BC,
    search EF7A, grid_on E3EC, policy EA17, receipt_long EF6E, account_balance E84F,
    lock E899, lock_open E898, back_hand E764, backspace E14A, visibility E8F4, visibility_off E8F5,
    shield_person F650, keyboard_hide E31A, savings E2EB,
    south_west F1E5, north_east F1E1,
    add E145, remove E15B, close E5CD, more_horiz E5D3,
    badge EA67, edit_note E745, build F8CD, settings E8B8, history E8B3, playlist_add_check E065, summarize F071,
    support_agent F0E2, meeting_room EB4F, notifications_active E7F7, verified_user F013, touch_app E913,
    schedule EFD6, hard_drive F80E,
    lan EB2F, dns E875, list_alt E0EE,

    home E9B2, person F0D3, groups F233, refresh E5D5, wifi_off E648, call F0D4, phone_in_talk E61D, qr_code_2 E00A,
    privacy_tip F0DC, hourglass_empty E88B, volume_off E04F, usb_off E4FA, power_off E646, lock_clock EF57,
    swap_horiz E8D4, gpp_bad F012, gpp_maybe F014, event_busy E615, accessibility_new E92C, search_off EA76,
    report F052, flag F0C6, timer E425, health_and_safety E1D5, local_hospital E548, domain E7EE, person_off E510,
    payments EF63, description E873, pause E034, play_arrow E037, first_page E5DC, last_page E5DD, arrow_forward E5C8,
    arrow_upward E5D8, arrow_downward E5DB, arrow_drop_down E5C5, star F09A, circle EF4A
"""
"""The icons of the visual language, then spare ones for screens to come: name and code point of Material Symbols."""


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checked(path: Path, expected: str) -> Path:
    if sha256(path) != expected:
        sys.exit(f"{path.name}: sha256 {sha256(path)}, expected {expected}")
    return path


def debian(source: tuple[str, str], work: Path) -> Path:
    """Downloads and unpacks a Debian package; returns the folder it was unpacked to."""
    package, expected = source
    folder = work / package.partition("=")[0]
    folder.mkdir()
    subprocess.run(["apt-get", "download", package], cwd=folder, check=True)
    deb = checked(next(folder.glob("*.deb")), expected)
    subprocess.run(["dpkg-deb", "-x", str(deb), str(folder)], check=True)
    return folder


def npm(source: tuple[str, str], work: Path) -> Path:
    """Downloads and unpacks an npm package; returns its folder."""
    package, expected = source
    folder = work / "npm"
    folder.mkdir()
    subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True)
    shutil.unpack_archive(checked(next(folder.glob("*.tgz")), expected), folder)
    return folder / "package"


def inside(code: int, blocks: Iterable[range]) -> bool:
    return any(code in block for block in blocks)


def cut(source: Path, target: Path, codes: set[int] | None, *, face: int = -1, features: list[str]) -> set[int]:
    """Writes the characters `codes` (None: all but Hangul) of one face; returns what was written."""
    options = subset.Options(font_number=face, layout_features=features, notdef_outline=True, name_IDs=["*"])
    options.drop_tables += ["BASE", "GDEF", "GSUB", "STAT", "VORG", "meta", "vhea", "vmtx"]
    font = subset.load_font(str(source), options)
    if codes is None:
        codes = {code for code in font.getBestCmap() if not inside(code, HANGUL)}
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    subset.save_font(font, str(target), options)
    return codes


def truetype(source: Path, target: Path) -> None:
    """A CFF font as TrueType (`glyf`): same characters, glyphs, widths and kerning; only the curves become quadratic.

    SDL_ttf opens the file once for each size. Of a CFF face of this size that takes FreeType more than ten times as
    long and five times the memory.

    The control program switches instructions off and drop-out control on for all sizes. Without a program FreeType
    hints by itself (to 7 bytes it takes one as none), and then widths depend on the size and opening is slow again.
    """
    font = TTFont(source, recalcTimestamp=False)
    outlines = font.getGlyphSet()
    glyf = newTable("glyf")
    glyf.glyphOrder = font.getGlyphOrder()
    glyf.glyphs = {}
    for name in glyf.glyphOrder:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))
        glyf.glyphs[name] = glyph = pen.glyph()
        glyph.recalcBounds(glyf)
        # FreeType moves an outline by what its left edge and this bearing differ.
        font["hmtx"][name] = (font["hmtx"][name][0], glyph.xMin)
    del font["CFF "]
    font["glyf"], font["loca"] = glyf, newTable("loca")
    font["prep"] = newTable("prep")
    font["prep"].program = Program()
    font["prep"].program.fromAssembly("PUSHW[] 511 SCANCTRL[] PUSHB[] 4 SCANTYPE[] PUSHB[] 1 1 INSTCTRL[]")
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    maxp.maxZones = 1
    maxp.maxStackElements = 2
    for unused in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "SizeOfInstructions"):
        setattr(maxp, f"max{unused}", 0)
    font.sfntVersion = "\0\1\0\0"
    font.save(target)


def rare_face(sources: list[Path], have: set[int], target: Path) -> None:
    """Every Han character of `sources` that `have` lacks, as one CFF font: half the size of the TrueType sources.

    Em, line height and baseline are those of Noto Sans SC, so that one rare character stands in its line as the others
    do and a run of it has the same height at every size. The name is our own: the Open Font License forbids a changed
    version to carry the reserved names of Hanazono.
    """
    charstrings = {}
    metrics = {}
    cmap: dict[int, str] = {}
    for source in sources:
        font = TTFont(source, lazy=True)
        glyphs = font.getGlyphSet()
        scale = UNITS / font["head"].unitsPerEm
        onto_em = Transform(scale, 0, 0, scale, 0, EM_TOP - font["OS/2"].sTypoAscender * scale)
        wanted = {
            code: name
            for code, name in sorted(font.getBestCmap().items())
            if inside(code, HAN) and code not in have and code not in cmap
        }
        if not charstrings:
            wanted[-1] = ".notdef"
        for code, name in wanted.items():
            own = name if code < 0 else f"u{code:05X}"
            width = round(glyphs[name].width * scale)
            pen = T2CharStringPen(width, glyphs)
            glyphs[name].draw(TransformPen(Qu2CuPen(pen, max_err=1.0, all_cubic=True), onto_em))
            charstrings[own] = pen.getCharString()
            metrics[own] = (width, 0)
            if code >= 0:
                cmap[code] = own
        stamp = font["head"].modified
    order = [".notdef", *(cmap[code] for code in sorted(cmap))]
    builder = FontBuilder(UNITS, isTTF=False)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(cmap)
    builder.setupCFF("KioskRareHan-Regular", {"FullName": "Kiosk Rare Han"}, charstrings, {})
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader(ascent=ASCENT, descent=-DESCENT)
    builder.setupNameTable(
        {
            "copyright": "Copyright (c) 2008-2017, GlyphWiki Project (kamichi@fonts.jp)",
            "familyName": "Kiosk Rare Han",
            "styleName": "Regular",
            "uniqueFontIdentifier": "KioskRareHan-Regular 2017-09-04",
            "fullName": "Kiosk Rare Han",
            "psName": "KioskRareHan-Regular",
            "version": "2017-09-04",
            "licenseDescription": "SIL Open Font License, Version 1.1. Changed from fonts of the GlyphWiki Project.",
            "licenseInfoURL": "https://openfontlicense.org",
        }
    )
    builder.setupOS2(sTypoAscender=EM_TOP, sTypoDescender=EM_TOP - UNITS, usWinAscent=ASCENT, usWinDescent=DESCENT)
    builder.setupPost(keepGlyphNames=False)
    font = builder.font
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = stamp
    cffsubr.subroutinize(font)
    font.save(target)


def icon_codes(symbols: Path) -> set[int]:
    """The code points of ICONS, each held against the glyph's name in the font."""
    names = TTFont(symbols).getBestCmap()
    codes = set()
    for entry in ICONS.replace("\n", " ").split(","):
        name, code = entry.split()
        if names.get(int(code, 16)) != name:
            sys.exit(f"icon {name}: {code} is {names.get(int(code, 16))}")
        codes.add(int(code, 16))
    return codes


def main() -> None:
    FONTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        symbols = npm(SYMBOLS_NPM, work) / "500Medium" / "MaterialSymbolsRounded_500Medium.ttf"
        cut(symbols, FONTS / "MaterialSymbolsRounded.ttf", icon_codes(symbols), features=[])
        noto = debian(NOTO_DEB, work) / "usr/share/fonts/opentype/noto"
        have: set[int] = set()
        for weight in ("Regular", "Bold"):
            # Kerning only: it moves Latin letters and leaves digits, "¥", "+" and "−" at one width.
            cubic = work / f"NotoSansSC-{weight}.otf"
            have = cut(noto / f"NotoSansCJK-{weight}.ttc", cubic, None, face=SC_FACE, features=["kern"])
            truetype(cubic, FONTS / f"NotoSansSC-{weight}.ttf")
        if have != set(TTFont(FONTS / "NotoSansSC-Regular.ttf").getBestCmap()):
            sys.exit("the two weights do not cover the same characters")
        hanazono = debian(HANAZONO_DEB, work) / "usr/share/fonts/truetype/hanazono"
        rare_face([hanazono / "HanaMinB.ttf", hanazono / "HanaMinA.ttf"], have, FONTS / "RareHan.otf")
    for path in sorted(FONTS.glob("*.[ot]tf")):
        sys.stdout.write(f"{sha256(path)}  {path.name}  {path.stat().st_size}\n")


if __name__ == "__main__":
    main()
