"""Shows parts of what was drawn: GLX_MESA_copy_sub_buffer, asked of the context that is current on the calling thread.

A renderer in software takes 25 to 45 ms for a page of 1080x1920 and 4 ms for a button on it. Swapping buffers leaves the
back buffer undefined, so that each frame has to be drawn whole; copying a part of it to the window leaves it as it is (the
extension's specification says so), and the next frame need only draw what has changed. A window is shown either by swaps or by
copies, never by both.

Graphics processors keep swapping: a whole page costs them little, and a swap waits for the screen's own rhythm.
"""

import ctypes
from typing import Any, Final, Self

_SOFTWARE: Final = ("llvmpipe", "softpipe", "swrast")
_EXTENSION: Final = b"GLX_MESA_copy_sub_buffer"
_COPY: Final = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_ulong, *[ctypes.c_int] * 4)


def in_software(renderer: str) -> bool:
    """GL_RENDERER names one of Mesa's software rasterisers."""
    return renderer.lower().startswith(_SOFTWARE)


class PartCopy:
    """Copies rectangles of the back buffer to the window."""

    def __init__(self, copy: Any, display: int, drawable: int) -> None:
        self._copy = copy
        self._display = display
        self._drawable = drawable

    @classmethod
    def of_current(cls) -> Self | None:
        """For the context that is current on this thread; None when it is not GLX's or cannot copy parts."""
        try:
            gl = ctypes.CDLL("libGL.so.1")
        except OSError:
            return None
        gl.glXGetCurrentDisplay.restype = ctypes.c_void_p
        gl.glXGetCurrentDrawable.restype = ctypes.c_ulong
        gl.glXQueryExtensionsString.restype = ctypes.c_char_p
        gl.glXQueryExtensionsString.argtypes = [ctypes.c_void_p, ctypes.c_int]
        gl.glXGetProcAddressARB.restype = ctypes.c_void_p
        gl.glXGetProcAddressARB.argtypes = [ctypes.c_char_p]
        display, drawable = gl.glXGetCurrentDisplay(), gl.glXGetCurrentDrawable()
        if not display or not drawable:
            return None
        if _EXTENSION not in (gl.glXQueryExtensionsString(display, 0) or b"").split():
            return None
        address = gl.glXGetProcAddressARB(b"glXCopySubBufferMESA")
        return cls(_COPY(address), display, drawable) if address else None

    def show(self, x: int, y: int, w: int, h: int) -> None:
        """px of the window, origin at its lower left, as OpenGL counts. What was drawn before is finished first."""
        self._copy(self._display, self._drawable, x, y, w, h)
