"""Counts what a program draws, from outside: the X server's DAMAGE extension reports every change of the screen."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_char_p, c_int, c_ulong, c_void_p
from ctypes.util import find_library
from types import TracebackType
from typing import Any, Final, Self

_RAW: Final = 0
"""XDamageReportRawRectangles: every drawing request is an event, not only what was not yet damaged."""
_EVENT_BYTES: Final = 192
"""sizeof(XEvent) on 64-bit machines: 24 longs."""


class DamageMissing(Exception):
    """Drawing cannot be counted here: libXdamage or the extension is not there."""


class Damage:
    """Counts drawing requests that reach the screen while it is open."""

    def __init__(self, display: str) -> None:
        """Raises DamageMissing."""
        self._x, self._damage = _library("X11"), _library("Xdamage")
        for library, name, result, arguments in (
            (self._x, "XOpenDisplay", c_void_p, (c_char_p,)),
            (self._x, "XCloseDisplay", c_int, (c_void_p,)),
            (self._x, "XDefaultRootWindow", c_ulong, (c_void_p,)),
            (self._x, "XSync", c_int, (c_void_p, c_int)),
            (self._x, "XPending", c_int, (c_void_p,)),
            (self._x, "XNextEvent", c_int, (c_void_p, c_void_p)),
            (self._damage, "XDamageQueryExtension", c_int, (c_void_p, c_void_p, c_void_p)),
            (self._damage, "XDamageCreate", c_ulong, (c_void_p, c_ulong, c_int)),
        ):
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
        self._display = self._x.XOpenDisplay(display.encode())
        if not self._display:
            raise DamageMissing(f"the X display {display} cannot be opened")
        self._first = c_int()
        if not self._damage.XDamageQueryExtension(self._display, byref(self._first), byref(c_int())):
            self.close()
            raise DamageMissing("the X server has no DAMAGE extension")
        self._damage.XDamageCreate(self._display, self._x.XDefaultRootWindow(self._display), _RAW)
        self._x.XSync(self._display, 0)

    def count(self) -> int:
        """Drawing requests since the last call."""
        event = ctypes.create_string_buffer(_EVENT_BYTES)
        found = 0
        self._x.XSync(self._display, 0)
        while self._x.XPending(self._display):
            self._x.XNextEvent(self._display, event)
            found += ctypes.cast(event, ctypes.POINTER(c_int))[0] == self._first.value
        return found

    def close(self) -> None:
        """Safe to call twice."""
        if self._display:
            self._x.XCloseDisplay(self._display)
            self._display = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _library(name: str) -> Any:
    found = find_library(name)
    if found is None:
        raise DamageMissing(f"lib{name} is not installed")
    return ctypes.CDLL(found)
