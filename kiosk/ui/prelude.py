"""What the window needs of the X server and of OpenGL, begun before anything else is imported.

Opening the first OpenGL window is mostly loading libraries (Mesa's software renderer alone brings a compiler of 100 MB)
and waiting for the X server. Kivy does it while it holds the lock of Python; through ctypes the same steps run beside imports.
A hidden window with a context is opened and closed again: what it loaded stays, and Kivy opens the real one in less than
half the time. Everything here may fail: then Kivy meets the same obstacle later and says so.

`stand_ins` is the other half: what Kivy imports and a kiosk never calls is not loaded.

No Kivy is imported here: its SDL library is found where its wheel keeps it (`Kivy.libs`). Another build of Kivy: no prelude.
"""

import ctypes
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final

_INIT_VIDEO_JOYSTICK: Final = 0x20 | 0x200  # what Kivy asks for
_WINDOW_OPENGL_HIDDEN: Final = 0x2 | 0x8
_SDL2: Final = "libSDL2-2*.so*"
_under_way: list[threading.Thread] = []


def environment() -> None:
    """What SDL reads when its video starts."""
    os.environ["SDL_VIDEODRIVER"] = "x11"
    os.environ["SDL_VIDEO_X11_WMCLASS"] = "kiosk"
    # Where no session bus is named SDL would start one of its own (dbus-launch) to ask it for nothing we need.
    os.environ.setdefault("DBUS_SESSION_BUS_ADDRESS", "disabled:")


def begin() -> None:
    """Start it on a thread of its own; does nothing without a display."""
    if not os.environ.get("DISPLAY") or _under_way:
        return
    library = sdl_library()
    if library is None:
        return
    environment()
    thread = threading.Thread(target=_open_and_close, args=(library,), name="prelude", daemon=True)
    _under_way.append(thread)
    thread.start()


def finish() -> None:
    """Wait for it: SDL's video belongs to one thread at a time."""
    for thread in _under_way:
        thread.join()


def sdl_library(path: list[str] | None = None) -> Path | None:
    """The SDL library that Kivy's wheel is linked with; None when Kivy is not from a wheel. `path`: as sys.path."""
    for folder in sys.path if path is None else path:
        if os.path.isdir(os.path.join(folder, "kivy")):
            found = [file for name in ("Kivy.libs", "kivy.libs") for file in Path(folder, name).glob(_SDL2)]
            return found[0] if len(found) == 1 else None
    return None


def _open_and_close(library: Path) -> None:
    """Each call lets go of Python's lock while it runs."""
    try:
        sdl = ctypes.CDLL(str(library))
        window_type, context_type = ctypes.c_void_p, ctypes.c_void_p
        sdl.SDL_InitSubSystem.argtypes = [ctypes.c_uint32]
        sdl.SDL_CreateWindow.restype = window_type
        sdl.SDL_CreateWindow.argtypes = [ctypes.c_char_p, *[ctypes.c_int] * 4, ctypes.c_uint32]
        sdl.SDL_GL_CreateContext.restype = context_type
        sdl.SDL_GL_CreateContext.argtypes = [window_type]
        sdl.SDL_GL_DeleteContext.argtypes = [context_type]
        sdl.SDL_DestroyWindow.argtypes = [window_type]
        if sdl.SDL_InitSubSystem(_INIT_VIDEO_JOYSTICK) != 0:
            return
        window = sdl.SDL_CreateWindow(b"", 0, 0, 16, 16, _WINDOW_OPENGL_HIDDEN)
        if not window:
            return
        context = sdl.SDL_GL_CreateContext(window)
        if context:
            sdl.SDL_GL_DeleteContext(context)
        sdl.SDL_DestroyWindow(window)
    except (OSError, AttributeError):
        return  # not a library that can be used like this


@contextmanager
def stand_ins(modules: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """While this lasts each of these modules, by name, is one that holds the given names and nothing else; afterwards an import
    loads the real one. What is loaded already is left as it is."""
    put = {name: ModuleType(name) for name in modules if name not in sys.modules}
    for name, module in put.items():
        vars(module).update(modules[name])
    sys.modules.update(put)
    try:
        yield
    finally:
        for name, module in put.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
