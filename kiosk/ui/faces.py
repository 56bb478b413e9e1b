"""Opened faces and the widths and bitmaps of texts in them: SDL_ttf, as Kivy's text provider calls it, with an end.

Kivy keeps every face in every size open (up to 64, the first opened goes first, however much it is used) and never closes one
by itself; SDL_ttf keeps the bitmaps of up to 256 characters for each. That is memory that grows for thousands of visits (a face
0.25 MiB, the one of rare characters 3.5 MiB, its bitmaps up to 2 MiB), and it tells which characters were drawn. Here the
longest unused goes first, and a visit's end can close what drew a person's characters.

Source: SDL_ttf 2.22, SDL_ttf.h; SDL 2.30, SDL_surface.h. Of one thread: FreeType's library is shared by all faces.
"""

from __future__ import annotations

import ctypes
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

MOST: Final = 10_000
"""KiB that open faces may come to: those of every page in one look, and of some in the next."""
_KIB: Final = 250
"""What an open face takes, roughly: its tables are read into memory."""
_SMALL_FILE: Final = 1_000_000
_SMALL_KIB: Final = 50
"""That of the icons."""
_LARGE_FILE: Final = 16_000_000
_LARGE_KIB: Final = 3_500
"""That of rare characters."""

_RGBA: Final = (0x000000FF, 0x0000FF00, 0x00FF0000, 0xFF000000)
"""Masks of red, green, blue and alpha for bytes in this order, on a little-endian machine."""
_BLEND_NONE: Final = 0
_DEPTH: Final = 32


class _Colour(ctypes.Structure):
    _fields_ = (("r", ctypes.c_uint8), ("g", ctypes.c_uint8), ("b", ctypes.c_uint8), ("a", ctypes.c_uint8))


class _Rect(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_int), ("w", ctypes.c_int), ("h", ctypes.c_int))


class _Surface(ctypes.Structure):
    """SDL_Surface as far as it is read."""

    _fields_ = (
        ("flags", ctypes.c_uint32),
        ("format", ctypes.c_void_p),
        ("w", ctypes.c_int),
        ("h", ctypes.c_int),
        ("pitch", ctypes.c_int),
        ("pixels", ctypes.c_void_p),
    )


_SurfaceAt = ctypes.POINTER(_Surface)
_WHITE: Final = _Colour(255, 255, 255, 255)


class FaceUnreadable(Exception):
    """SDL_ttf could not open a face. Names the file."""


class Faces:
    """The faces that are open, each in one size, the longest unused first to go."""

    def __init__(self, library: str, most: int = MOST) -> None:
        """`library`: a file that is linked with SDL2 and SDL2_ttf. Their functions are called without letting another thread
        have the interpreter: they are short."""
        self._sdl: Any = _declared(ctypes.PyDLL(library))
        if not self._sdl.TTF_WasInit():
            self._sdl.TTF_Init()
        self._most = most
        self._kib = 0
        self._open: OrderedDict[tuple[str, int], tuple[int, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def _face(self, path: Path, size: int) -> int:
        key = (str(path), size)
        known = self._open.get(key)
        if known is not None:
            self._open.move_to_end(key)
            return known[0]
        face = self._sdl.TTF_OpenFont(key[0].encode(), size)
        if not face:
            raise FaceUnreadable(path.name)
        kib = _kib(path.stat().st_size)
        self._open[key] = face, kib
        self._kib += kib
        while self._kib > self._most and len(self._open) > 1:
            self._close(next(iter(self._open)))
        return int(face)

    def _close(self, key: tuple[str, int]) -> None:
        face, kib = self._open.pop(key)
        self._kib -= kib
        self._sdl.TTF_CloseFont(face)

    def close(self) -> None:
        """Closes them all. What is asked for next is opened again (0.3 ms; the face of rare characters 3 ms)."""
        while self._open:
            self._close(next(iter(self._open)))

    def width(self, text: str, path: Path, size: int) -> int:
        """Px. Raises FaceUnreadable."""
        width = ctypes.c_int()
        self._sdl.TTF_SizeUTF8(self._face(path, size), text.encode(), ctypes.byref(width), None)
        return width.value

    def drawn(self, text: str, path: Path, size: int, canvas: tuple[int, int], top: int) -> bytes:
        """White text on nothing: RGBA rows from the top of a canvas (width, height) whose upper edge is `top` px above the
        baseline. What does not fit is cut. Raises FaceUnreadable."""
        sdl = self._sdl
        face = self._face(path, size)
        width, height = canvas
        ground = sdl.SDL_CreateRGBSurface(0, width, height, _DEPTH, *_RGBA)
        if not ground:
            raise MemoryError
        try:
            ink = sdl.TTF_RenderUTF8_Blended(face, text.encode(), _WHITE)
            if ink:  # nothing is drawn of an empty text
                place = _Rect(0, top - sdl.TTF_FontAscent(face), 0, 0)
                sdl.SDL_SetSurfaceBlendMode(ink, _BLEND_NONE)
                sdl.SDL_UpperBlit(ink, None, ground, ctypes.byref(place))
                sdl.SDL_FreeSurface(ink)
            return ctypes.string_at(ground.contents.pixels, width * height * 4)
        finally:
            sdl.SDL_FreeSurface(ground)


def _kib(file: int) -> int:
    """Of an open face, by the bytes of its file."""
    if file >= _LARGE_FILE:
        return _LARGE_KIB
    return _KIB if file >= _SMALL_FILE else _SMALL_KIB


def _declared(sdl: ctypes.PyDLL) -> ctypes.PyDLL:
    pointer, number, mask = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32
    for name, result, takes in (
        ("TTF_WasInit", number, ()),
        ("TTF_Init", number, ()),
        ("TTF_OpenFont", pointer, (ctypes.c_char_p, number)),
        ("TTF_CloseFont", None, (pointer,)),
        ("TTF_FontAscent", number, (pointer,)),
        ("TTF_SizeUTF8", number, (pointer, ctypes.c_char_p, pointer, pointer)),
        ("TTF_RenderUTF8_Blended", _SurfaceAt, (pointer, ctypes.c_char_p, _Colour)),
        ("SDL_CreateRGBSurface", _SurfaceAt, (mask, number, number, number, mask, mask, mask, mask)),
        ("SDL_SetSurfaceBlendMode", number, (_SurfaceAt, number)),
        ("SDL_UpperBlit", number, (_SurfaceAt, pointer, _SurfaceAt, pointer)),
        ("SDL_FreeSurface", None, (_SurfaceAt,)),
    ):
        call = getattr(sdl, name)
        call.restype, call.argtypes = result, takes
    return sdl
