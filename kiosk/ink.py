"""Text as black dots, in the shipped faces: for the receipt printer, where it has no such characters.

Nothing is kept of a text: its faces are closed again (some milliseconds a line).
"""

from __future__ import annotations

import threading
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from drivers.printer.protocol import Bitmap
from kiosk.ui.faces import Faces
from kiosk.ui.fonts import Fonts

_BLACK: Final = 110
"""Coverage of a dot from which on it is black: thermal dots are a little larger than their place, thin strokes must stay."""
_TO_BITS: Final = bytes(0x31 if cover >= _BLACK else 0x30 for cover in range(256))
"""Coverage -> the digit 0 or 1."""


@lru_cache(maxsize=1)
def _library() -> str:
    """SDL_ttf as Kivy brings it, without importing Kivy. Raises FileNotFoundError."""
    kivy = find_spec("kivy")
    folder = Path(kivy.origin).parent if kivy is not None and kivy.origin is not None else Path()
    for found in (folder / "core" / "text").glob("_text_sdl2*.so"):
        return str(found)
    raise FileNotFoundError("kivy/core/text/_text_sdl2")


class FaceInk:
    """Implements `drivers.printer.protocol.Ink`."""

    def __init__(self, fonts: Fonts | None = None) -> None:
        self._fonts = fonts or Fonts()
        self._lock = threading.Lock()

    def draw(self, text: str, em: int, height: int, baseline: int, *, strong: bool) -> Bitmap:
        """Raises FontFileError, FaceUnreadable, FileNotFoundError: the installation is broken."""
        with self._lock:
            faces = Faces(_library())
            try:
                return self._drawn(faces, self._fonts.visible(text), em, height, baseline, strong)
            finally:
                faces.close()

    def _drawn(self, faces: Faces, text: str, em: int, height: int, baseline: int, strong: bool) -> Bitmap:
        rows, width = [0] * height, 0
        for face, piece in self._fonts.runs(text, strong):
            path = self._fonts.path(face)
            wide = faces.width(piece, path, em)
            if wide == 0:
                continue
            cover = faces.drawn(piece, path, em, (wide, height), baseline)[3::4].translate(_TO_BITS)
            rows = [row << wide | int(cover[y * wide : (y + 1) * wide], 2) for y, row in enumerate(rows)]
            width += wide
        stride = (width + 7) // 8
        return Bitmap(width, tuple((row << stride * 8 - width).to_bytes(stride) for row in rows))
