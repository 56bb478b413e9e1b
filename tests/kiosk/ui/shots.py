"""Pictures of pages: run as a program on an X display, it draws pages with the real painter and writes PNG files.

    DISPLAY=:99 python -m tests.kiosk.ui.shots module:function build/gallery

`function(surface)` yields (file name, Page). The window is a process-wide singleton in Kivy, hence its own process.
"""

import gc
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.ui.app import prepare, window_class
from kiosk.ui.fonts import Fonts
from kiosk.ui.measure import CachedMeasurer
from kiosk.ui.nodes import Page, Size
from kiosk.ui.port import Surface, WindowSettings
from kiosk.ui.theme import Orientation


class Canvas:
    """A window of one size with a painter in it, without the kiosk's loop."""

    def __init__(self, width: int = 1080, height: int = 1920) -> None:
        prepare(WindowSettings(width, height))
        self.window: Any = window_class()
        from kivy.clock import Clock  # type: ignore[import-untyped]

        from kiosk.ui.painter import Painter

        Clock._max_fps = 0
        self.clock: Any = Clock

        self.fonts = Fonts()
        self.painter = Painter(self.window.canvas, self.fonts, Size(*self.window.system_size), self.ground)
        self.measurer = CachedMeasurer(self.painter.text)

    def surface(self, orientation: Orientation = Orientation.PORTRAIT) -> Surface:
        return Surface(orientation, self.measurer, self.fonts)

    def ground(self, colour: tuple[float, float, float, float]) -> None:
        self.window.clearcolor = colour

    def flip(self) -> None:
        self.window.dispatch("on_draw")
        self.window.dispatch("on_flip")

    def pixels(self, page: Page) -> Any:
        """The page in its own size as an RGB image, drawn into an off-screen buffer of that size."""
        from kivy.graphics import Fbo  # type: ignore[import-untyped]
        from PIL import Image

        from kiosk.ui.painter import Painter, View

        fbo = Fbo(size=tuple(page.size), with_stencilbuffer=False)
        painter = Painter(fbo, self.fonts, page.size, lambda colour: setattr(fbo, "clear_color", colour))
        painter.view = View(page.size, page.size)
        painter.show(page)
        fbo.bind()
        fbo.clear_buffer()
        fbo.release()
        fbo.draw()
        image = Image.frombytes("RGBA", (page.size.w, page.size.h), fbo.pixels).transpose(
            Image.Transpose.FLIP_TOP_BOTTOM
        )
        # A buffer and its canvas know each other, and Kivy frees what OpenGL holds for them on its clock alone, which no
        # loop runs here: 11 MB a page otherwise.
        del painter
        fbo.clear()
        gc.collect()
        self.clock.tick()
        return image.convert("RGB")


def main(where: str, folder: str) -> int:
    module, function = where.split(":")
    canvas = Canvas(200, 200)
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    make: Any = getattr(importlib.import_module(module), function)
    pages: Iterator[tuple[str, Page]] = make(canvas)
    for name, page in pages:
        canvas.pixels(page).save(out / f"{name}.png")
        for overflow in page.overflows:
            print(f"{name}: {overflow} {overflow.text!r}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
