"""Pictures of the screens outside an open record, as `tests.kiosk.ui.screens.shots` draws those of the record.

.venv/bin/python -m tests.kiosk.ui.screens.visit_shots 'pin*' [look ...]        (looks: zh, en, zh-large, ..., all)
"""

import os
import sys
from fnmatch import fnmatch
from functools import cache

from kiosk.ui.layout import Kit
from kiosk.ui.text import Words
from kiosk.ui.theme import Theme
from tests.kiosk.ui.screens import (
    activation_cases,
    failure_cases,
    query_cases,
    staff_cases,
    technician_cases,
    visit_cases,
)
from tests.kiosk.ui.screens.harness import ROOT, Look
from tests.kiosk.ui.screens.shots import ALL_LOOKS, compiled, look_of
from tests.kiosk.ui.screens.visit_cases import MORE_LANGUAGES, draw
from tests.xvfb import xvfb

CASES = {
    **visit_cases.CASES,
    **activation_cases.CASES,
    **staff_cases.CASES,
    **failure_cases.CASES,
    **query_cases.CASES,
    **technician_cases.CASES,
}


def main(pattern: str, *looks: str) -> int:
    out = ROOT / "build" / "shots"
    out.mkdir(parents=True, exist_ok=True)
    locale = compiled()
    with xvfb(200, 200) as display:
        os.environ["DISPLAY"] = display
        from tests.kiosk.ui.shots import Canvas

        canvas = Canvas(200, 200)
        words = cache(lambda language: Words.load(locale, language, strict=True))

        def kit(look: Look) -> Kit:
            return Kit(Theme(look.contrast, look.text, look.orientation), canvas.measurer, canvas.fonts)

        for name in (name for name in (*CASES, "languages") if fnmatch(name, pattern)):
            for text in ALL_LOOKS if looks == ("all",) else looks or ("zh",):
                if name == "languages":
                    page = draw(CASES["attract.all"](), look_of(text), kit, words, languages=MORE_LANGUAGES)
                else:
                    page = draw(CASES[name](), look_of(text), kit, words)
                canvas.pixels(page).save(out / f"{name}.{text}.png")
                for overflow in page.overflows:
                    print(f"{name}.{text}: {overflow} {overflow.text!r}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
