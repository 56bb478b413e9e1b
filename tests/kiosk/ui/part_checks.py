"""Draws changes of pages part by part in the real loop, and the same pages whole: a program, because Kivy has one window.

    DISPLAY=:99 python -m tests.kiosk.ui.part_checks [--width N --height N]

Prints one JSON object: for each change the share of the window that was shown anew, and how many pixels on the X screen differ
from those of the page drawn whole afterwards.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from kiosk.sandbox.display import Glass
from kiosk.ui.app import Loop, prepare
from kiosk.ui.fonts import Fonts
from kiosk.ui.glx import PartCopy
from kiosk.ui.nodes import Page, Rect, RoundRect, recoloured
from kiosk.ui.port import Screen, SecretEntry, Surface, WindowSettings
from kiosk.ui.theme import Contrast, TextSize
from tests.kiosk.ui import gallery, gallery_more

PAGES = (gallery.home, gallery.pin, gallery.contributions, gallery.year, gallery_more.attract, gallery_more.reading)


class Nobody:
    """Implements `Presenter` for a loop that is never run."""

    @property
    def secret(self) -> SecretEntry:
        raise NotImplementedError

    def attached(self, screen: Screen) -> None:
        raise NotImplementedError

    def page(self, surface: Surface) -> Page:
        raise NotImplementedError

    def fault_page(self, surface: Surface) -> Page:
        raise NotImplementedError

    def ahead(self, surface: Surface) -> None:
        """Nothing comes after."""

    def touched(self) -> None:
        raise NotImplementedError

    def pressed(self, action: Hashable) -> None:
        raise NotImplementedError

    def painted(self, page: Page) -> None:
        """Nobody looks."""


class Checks:
    def __init__(self, width: int, height: int) -> None:
        settings = WindowSettings(width, height)
        prepare(settings)
        self.loop = Loop(settings, Nobody(), Fonts())
        self.size = (width, height)
        self.glass = Glass(os.environ["DISPLAY"])
        self.shown: list[tuple[int, int]] = []
        self.found: dict[str, dict[str, float]] = {}
        copy = self.loop._parts
        assert copy is not None, "this display cannot copy parts"
        show: Callable[[int, int, int, int], None] = copy.show

        def counted(x: int, y: int, w: int, h: int) -> None:
            self.shown.append((w, h))
            show(x, y, w, h)

        setattr(copy, "show", counted)  # noqa: B010 mypy: methods are not assigned to

    def check(self, name: str, change: Callable[[], object]) -> None:
        """Draws what `change` changes, then all of it; compares what the X server shows."""
        self.shown.clear()
        change()
        self.loop._paint()
        share = sum(w * h for w, h in self.shown) / (self.size[0] * self.size[1])
        parts = self.pixels()
        self.loop._window.canvas.ask_update()
        self.loop._paint()
        whole = self.pixels()
        different = 0 if parts == whole else sum(parts[i : i + 3] != whole[i : i + 3] for i in range(0, len(whole), 4))
        self.found[name] = {"share": round(share, 4), "different": different}

    def pixels(self) -> bytes:
        return self.glass.picture(0, 0, *self.size).bgrx

    def run(self) -> None:
        from tests.kiosk.ui.paint_checks import with_clock  # imports Kivy, which must find its environment set

        loop, painter = self.loop, self.loop._painter
        kit = loop._surface().kit()
        pages = [make(kit) for make in PAGES]
        self.check("first", lambda: loop._show(pages[0]))
        for page in pages:
            self.check(f"to {page.name}", lambda page=page: loop._show(page))  # type: ignore[misc]
            self.check(f"clock of {page.name}", lambda page=page: loop._show(with_clock(page, "11:59")))  # type: ignore[misc]
            for target in self.held(page):
                first, last = target.nodes
                look = recoloured(page.nodes[first:last], target.pressed)
                self.check(f"hold {target.name} of {page.name}", lambda look=look: painter.hold(look))  # type: ignore[misc]
            self.check(f"let go of {page.name}", lambda: painter.hold(()))
        large = gallery.home(loop._surface().kit(Contrast.HIGH, TextSize.LARGE))
        self.check("large", lambda: loop._show(large))
        self.order()
        self.too_small(pages[1])

    @staticmethod
    def held(page: Page) -> Iterator[Any]:
        return (target for target in page.targets[:6] if target.enabled and target.pressed)

    def order(self) -> None:
        """Two rectangles that overlap change places: the one that lies below is the other now."""
        size = self.loop._painter.view.design
        back, front = RoundRect(Rect(100, 100, 300, 300), 0x0A5063), RoundRect(Rect(200, 200, 300, 300), 0xC03030)
        edge = RoundRect(Rect(0, 0, 20, 20), 0x101010)
        pages = [Page("order", size, 0xFFFFFF, (edge, *pair, edge), (), ()) for pair in ((back, front), (front, back))]
        self.check("in order", lambda: self.loop._show(pages[0]))
        self.check("other order", lambda: self.loop._show(pages[1]))

    def too_small(self, page: Page) -> None:
        """What a forgotten strip at the edge of a change looks like: the comparison itself is tried."""
        painter = self.loop._painter
        self.loop._show(page)
        self.loop._paint()
        first, last = page.targets[0].nodes
        painter.hold(recoloured(page.nodes[first:last], page.targets[0].pressed))
        changed = painter.changed()
        assert changed
        told = [(changed[0].inset(0, 0, 0, 20),), ()]
        setattr(painter, "changed", lambda: told.pop(0))  # noqa: B010 see above
        self.check("forgotten strip", lambda: None)
        delattr(painter, "changed")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--width", type=int, default=1080)
    parser.add_argument("--height", type=int, default=1920)
    options = parser.parse_args()
    checks = Checks(options.width, options.height)
    checks.run()
    told = {"copies": isinstance(checks.loop._parts, PartCopy), "changes": checks.found}
    json.dump(told, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
