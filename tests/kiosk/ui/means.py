"""What layout tests measure with: the shipped faces and the real text provider, in this process and without a window."""

from functools import cache

from kiosk.ui.app import environment
from kiosk.ui.fonts import Fonts
from kiosk.ui.layout import Element, Kit, Sink
from kiosk.ui.measure import CachedMeasurer
from kiosk.ui.nodes import Rect
from kiosk.ui.port import Surface
from kiosk.ui.theme import Contrast, Orientation, TextSize


@cache
def surface(orientation: Orientation = Orientation.PORTRAIT) -> Surface:
    environment()
    from kiosk.ui.painter import SdlText

    fonts = Fonts()
    return Surface(orientation, CachedMeasurer(SdlText(fonts)), fonts)


def kit_of(
    contrast: Contrast = Contrast.NORMAL,
    text: TextSize = TextSize.NORMAL,
    orientation: Orientation = Orientation.PORTRAIT,
) -> Kit:
    return surface(orientation).kit(contrast, text)


def placed(element: Element, w: int, h: int | None = None) -> Sink:
    """What an element puts into a box at (0, 0); as high as it needs unless a height is given."""
    sink = Sink()
    sink.put(element, Rect(0, 0, w, element.measure(w).h if h is None else h))
    return sink


class Gallery:
    """Stands for the canvas of `shots` where pages are only laid out."""

    def surface(self, orientation: Orientation) -> Surface:
        return surface(orientation)
