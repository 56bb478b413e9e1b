"""Events put into SDL's queue in this process, as its drivers do: fingers, and files that are dropped on the window.

An event is `{"kind": "fingerdown", "finger": 1, "x": 0.5, "y": 0.5}` (shares of the window) or
`{"kind": "dropfile", "path": ...}`.
Layouts are those of SDL 2's `SDL_events.h`; what Kivy makes of them is the real thing.
"""

import ctypes
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

_FINGERS: Final = {"fingerdown": 0x700, "fingerup": 0x701, "fingermotion": 0x702}
_DROPS: Final = {"dropfile": 0x1000, "droptext": 0x1001, "dropbegin": 0x1002, "dropend": 0x1003}
_PLAIN: Final = {"quit": 0x100, "lowmemory": 0x102}


class _Finger(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_uint32),
        ("timestamp", ctypes.c_uint32),
        ("touch", ctypes.c_int64),
        ("finger", ctypes.c_int64),
        ("x", ctypes.c_float),
        ("y", ctypes.c_float),
        ("dx", ctypes.c_float),
        ("dy", ctypes.c_float),
        ("pressure", ctypes.c_float),
        ("window", ctypes.c_uint32),
    )


class _Drop(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_uint32),
        ("timestamp", ctypes.c_uint32),
        ("file", ctypes.c_void_p),
        ("window", ctypes.c_uint32),
    )


class _Event(ctypes.Union):
    _fields_ = (("type", ctypes.c_uint32), ("finger", _Finger), ("drop", _Drop), ("padding", ctypes.c_uint8 * 64))


@cache
def _sdl() -> ctypes.CDLL:
    """The very library that the window uses."""
    paths = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "libSDL2-2" in line}
    sdl = ctypes.CDLL(paths.pop())
    sdl.SDL_strdup.restype = ctypes.c_void_p
    return sdl


def push(events: Sequence[dict[str, Any]]) -> int:
    """How many the queue took."""
    return sum(_sdl().SDL_PushEvent(ctypes.byref(_made(event))) == 1 for event in events)


def _made(event: dict[str, Any]) -> _Event:
    made, kind = _Event(), event["kind"]
    if kind in _FINGERS:
        finger = made.finger
        finger.type, finger.touch, finger.finger = _FINGERS[kind], 1, event["finger"]
        finger.x, finger.y, finger.pressure, finger.window = event["x"], event["y"], 1.0, 1
    elif kind in _DROPS:
        made.drop.type, made.drop.window = _DROPS[kind], 1
        if "path" in event:
            made.drop.file = _sdl().SDL_strdup(event["path"].encode())  # whoever takes the event frees it
    else:
        made.type = _PLAIN[kind]
    return made
