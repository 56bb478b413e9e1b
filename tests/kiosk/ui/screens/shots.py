"""Pictures of the record's screens to look at: every state of `cases` in the looks asked for, as PNG.

    .venv/bin/python -m tests.kiosk.ui.screens.shots 'home*' [look ...]        (looks: zh, en, zh-large, en-land-high, ...)

Writes to build/record. Draws with the kiosk's own painter on a virtual display of its own.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from kiosk.ui.layout import Kit
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast, Orientation, TextSize, Theme
from tests.kiosk.ui.screens.cases import CASES
from tests.kiosk.ui.screens.harness import ROOT, Look, draw
from tests.xvfb import xvfb

ALL_LOOKS = [
    f"{lang}{size}{land}{high}"
    for lang in ("zh", "en")
    for size in ("", "-large")
    for land in ("", "-land")
    for high in ("", "-high")
]


def look_of(text: str) -> Look:
    parts = text.split("-")
    return Look(
        "en" if "en" in parts else "zh_CN",
        TextSize.LARGE if "large" in parts else TextSize.NORMAL,
        Contrast.HIGH if "high" in parts else Contrast.NORMAL,
        Orientation.LANDSCAPE if "land" in parts else Orientation.PORTRAIT,
    )


def compiled() -> Path:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    folder = Path(tempfile.mkdtemp(prefix="locale"))
    locale = ROOT / "assets" / "locale"
    for source in locale.glob("*/LC_MESSAGES/kiosk.po"):
        target = folder / source.relative_to(locale).with_suffix(".mo")
        target.parent.mkdir(parents=True)
        with source.open("rb") as po, target.open("wb") as mo:
            write_mo(mo, read_po(po))
    return folder


def main(pattern: str, *looks: str) -> int:
    out = ROOT / "build" / "record"
    out.mkdir(parents=True, exist_ok=True)
    locale = compiled()
    with xvfb(200, 200) as display:
        os.environ["DISPLAY"] = display
        from tests.kiosk.ui.shots import Canvas

        canvas = Canvas(200, 200)
        words = cache(lambda language: Words.load(locale, language, strict=True))

        def kit(look: Look) -> Kit:
            return Kit(Theme(look.contrast, look.text, look.orientation), canvas.measurer, canvas.fonts)

        for name, look in wanted(pattern, looks or ("zh",)):
            page = draw(CASES[name](), look_of(look), kit, words)
            canvas.pixels(page).save(out / f"{name}.{look}.png")
            for overflow in page.overflows:
                print(f"{name}.{look}: {overflow} {overflow.text!r}")
    return 0


def wanted(pattern: str, looks: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if looks == ("all",):
        looks = tuple(ALL_LOOKS)
    for name in CASES:
        if fnmatch(name, pattern):
            yield from ((name, look) for look in looks)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
