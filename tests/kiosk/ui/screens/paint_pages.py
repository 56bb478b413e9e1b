"""Every screen with its longest texts drawn by the kiosk's painter in every look: prints what does not fit, as JSON.

A program of its own, because Kivy's window is a process-wide singleton; run by `test_paint_pages.py` on Xvfb.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page, Rect, TextRun
from kiosk.ui.text import Words
from kiosk.ui.theme import Theme
from tests.kiosk.ui.paint_checks import misfits
from tests.kiosk.ui.screens import (
    activation_cases,
    cases,
    failure_cases,
    harness,
    query_cases,
    staff_cases,
    technician_cases,
    visit_cases,
)
from tests.kiosk.ui.shots import Canvas

VISITS = {
    **visit_cases.CASES,
    **activation_cases.CASES,
    **staff_cases.CASES,
    **failure_cases.CASES,
    **query_cases.CASES,
    **technician_cases.CASES,
}
LONGEST = (
    "long-name",
    "rare-name",
    "long-history-0",
    "with-notice",
    "pin.last",
    "MALFORMED",
    "pins.old-last-wrong",
    "others_number-ticket-failed",
    "staff.covered",
)


def chosen() -> Iterator[str]:
    """The cases with the longest texts, and the first of every screen."""
    seen: set[str] = set()
    for name in (*cases.CASES, *VISITS):
        screen = name.partition(".")[0]
        if screen not in seen or any(word in name for word in LONGEST):
            seen.add(screen)
            yield name


def main() -> int:
    canvas = Canvas(1080, 1920)
    words = cache(lambda language: Words.load(harness.ROOT / "assets" / "locale", language, strict=True))

    def kit(look: harness.Look) -> Kit:
        return Kit(Theme(look.contrast, look.text, look.orientation), canvas.measurer, canvas.fonts)

    def page(name: str, look: harness.Look) -> Page:
        if name in cases.CASES:
            return harness.draw(cases.CASES[name](), look, kit, words)
        return visit_cases.draw(VISITS[name](), look, kit, words)

    found: list[str] = []
    drawn: dict[str, int] = {}
    last: Page | None = None
    for name in chosen():
        for look in harness.LOOKS:
            last = page(name, look)
            if canvas.painter.view.window != last.size:  # one design px is one px: what is measured is what is drawn
                canvas.painter.resize(last.size)
            canvas.painter.show(last)
            found += [f"{name} {look}: {one}" for one in misfits(canvas)]
            drawn[last.name] = drawn.get(last.name, 0) + 1
        canvas.painter.forget()
    assert last is not None
    place, run = max(
        ((i, node) for i, node in enumerate(last.nodes) if isinstance(node, TextRun)), key=lambda pair: pair[1].w
    )
    box = Rect(run.box.x, run.box.y, run.x + run.w - run.box.x - 10, run.box.h)
    canvas.painter.show(replace(last, nodes=(*last.nodes[:place], replace(run, box=box), *last.nodes[place + 1 :])))
    json.dump({"misfits": found, "drawn": drawn, "smaller": misfits(canvas)}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
