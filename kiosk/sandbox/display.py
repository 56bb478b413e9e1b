"""An X display from outside: a virtual screen of our own, a finger (XTEST), and pictures of what is on the glass.

Talks to libX11 and libXtst directly: a tap is a real X event, a picture is what the X server holds.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import threading
import time
import zlib
from ctypes import POINTER, c_char_p, c_int, c_uint, c_ulong, c_void_p
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from kiosk.sandbox.leash import Leashed

_ALL_PLANES: Final = 0xFFFFFFFF
_Z_PIXMAP: Final = 2
_START_SECONDS: Final = 15.0


class DisplayMissing(Exception):
    """There is no X display and none can be started. The text says what to install."""


class VirtualDisplay:
    """Xvfb on the first free display number. `with VirtualDisplay(1080, 1920) as display:` and `display.name` is ":7"."""

    def __init__(self, width: int, height: int) -> None:
        """Raises DisplayMissing."""
        program = shutil.which("Xvfb")
        if program is None:
            raise DisplayMissing("Xvfb is not installed: apt install xvfb")
        ours, theirs = os.pipe()
        argv = [program, "-displayfd", str(theirs), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
        try:
            self._process = Leashed([*argv, "-noreset"], keep=(theirs,))
        finally:
            os.close(theirs)
        with os.fdopen(ours, "r", encoding="ascii") as told:
            timer = threading.Timer(_START_SECONDS, self._process.stop)
            timer.start()
            number = told.readline().strip()
            timer.cancel()
        if not number:
            self._process.stop()
            raise DisplayMissing("Xvfb does not start")
        self.name = f":{number}"

    def stop(self) -> None:
        """Safe to call twice."""
        self._process.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels of a part of the screen as the X server has them: blue, green, red and a byte without meaning, from the top."""

    width: int
    height: int
    bgrx: bytes

    def at(self, x: int, y: int) -> tuple[int, int, int]:
        """Red, green, blue."""
        place = 4 * (y * self.width + x)
        blue, green, red = self.bgrx[place : place + 3]
        return red, green, blue

    def save(self, path: Path) -> None:
        """As PNG (RFC 2083)."""
        rgb = bytearray(3 * self.width * self.height)
        rgb[0::3], rgb[1::3], rgb[2::3] = self.bgrx[2::4], self.bgrx[1::4], self.bgrx[0::4]
        stride = 3 * self.width
        rows = b"".join(b"\0" + rgb[start : start + stride] for start in range(0, len(rgb), stride))
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 2)), (b"IEND", b""))
        chunks = (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in parts
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


class _Image(ctypes.Structure):
    """The head of Xlib's XImage."""

    _fields_ = (
        ("width", c_int),
        ("height", c_int),
        ("xoffset", c_int),
        ("format", c_int),
        ("data", c_void_p),
        ("byte_order", c_int),
        ("bitmap_unit", c_int),
        ("bitmap_bit_order", c_int),
        ("bitmap_pad", c_int),
        ("depth", c_int),
        ("bytes_per_line", c_int),
        ("bits_per_pixel", c_int),
    )


class Glass:
    """The screen as a person has it: touch it, look at it. Thread-safe."""

    def __init__(self, display: str) -> None:
        """Raises DisplayMissing."""
        self._x, self._test = _library("X11", "libx11-6"), _library("Xtst", "libxtst6")
        _declare(self._x, self._test)
        self._lock = threading.Lock()
        self._display = self._x.XOpenDisplay(display.encode())
        if not self._display:
            raise DisplayMissing(f"the X display {display} cannot be opened")
        self._root = self._x.XDefaultRootWindow(self._display)
        self.size = (self._x.XDisplayWidth(self._display, 0), self._x.XDisplayHeight(self._display, 0))

    def close(self) -> None:
        """Safe to call twice."""
        with self._lock:
            if self._display:
                self._x.XCloseDisplay(self._display)
                self._display = None

    def press(self, x: int, y: int) -> None:
        """The finger comes down at a point of the screen."""
        with self._lock:
            self._test.XTestFakeMotionEvent(self._display, 0, x, y, 0)
            self._test.XTestFakeButtonEvent(self._display, 1, 1, 0)
            self._x.XSync(self._display, 0)

    def move(self, x: int, y: int) -> None:
        with self._lock:
            self._test.XTestFakeMotionEvent(self._display, 0, x, y, 0)
            self._x.XSync(self._display, 0)

    def release(self) -> None:
        with self._lock:
            self._test.XTestFakeButtonEvent(self._display, 1, 0, 0)
            self._x.XSync(self._display, 0)

    def tap(self, x: int, y: int, hold: float = 0.03) -> None:
        """Down, `hold` seconds, up. A touch of no length at all would be no touch."""
        self.press(x, y)
        time.sleep(hold)
        self.release()

    def key(self, symbol: str) -> None:
        """A key of a keyboard that should not be there, by its X name ("F1", "Escape")."""
        with self._lock:
            code = self._x.XKeysymToKeycode(self._display, self._x.XStringToKeysym(symbol.encode()))
            for down in (1, 0):
                self._test.XTestFakeKeyEvent(self._display, code, down, 0)
            self._x.XSync(self._display, 0)

    def picture(self, x: int = 0, y: int = 0, width: int = 0, height: int = 0) -> Picture:
        """What the X server shows in this part of the screen (the whole screen without a size)."""
        width, height = width or self.size[0], height or self.size[1]
        with self._lock:
            image = self._x.XGetImage(self._display, self._root, x, y, width, height, _ALL_PLANES, _Z_PIXMAP)
            if not image:
                raise ValueError("this part is not on the screen")
            head = image.contents
            data = ctypes.string_at(head.data, head.bytes_per_line * height)
            per_line = head.bytes_per_line
            self._x.XDestroyImage(image)
        if per_line != 4 * width:
            data = b"".join(data[row * per_line : row * per_line + 4 * width] for row in range(height))
        return Picture(width, height, data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _library(name: str, package: str) -> Any:
    found = find_library(name)
    if found is None:
        raise DisplayMissing(f"lib{name} is not installed: apt install {package}")
    return ctypes.CDLL(found)


def _declare(x: Any, test: Any) -> None:
    """Argument and result types: pointers are longer than the int that ctypes takes for granted."""
    signatures: tuple[tuple[Any, str, Any, tuple[Any, ...]], ...] = (
        (x, "XOpenDisplay", c_void_p, (c_char_p,)),
        (x, "XCloseDisplay", c_int, (c_void_p,)),
        (x, "XDefaultRootWindow", c_ulong, (c_void_p,)),
        (x, "XDisplayWidth", c_int, (c_void_p, c_int)),
        (x, "XDisplayHeight", c_int, (c_void_p, c_int)),
        (x, "XSync", c_int, (c_void_p, c_int)),
        (x, "XStringToKeysym", c_ulong, (c_char_p,)),
        (x, "XKeysymToKeycode", ctypes.c_ubyte, (c_void_p, c_ulong)),
        (x, "XGetImage", POINTER(_Image), (c_void_p, c_ulong, c_int, c_int, c_uint, c_uint, c_ulong, c_int)),
        (x, "XDestroyImage", c_int, (POINTER(_Image),)),
        (test, "XTestFakeMotionEvent", c_int, (c_void_p, c_int, c_int, c_int, c_ulong)),
        (test, "XTestFakeButtonEvent", c_int, (c_void_p, c_uint, c_int, c_ulong)),
        (test, "XTestFakeKeyEvent", c_int, (c_void_p, c_uint, c_int, c_ulong)),
    )
    for library, name, result, arguments in signatures:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
