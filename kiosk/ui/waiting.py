"""How the window's thread waits: asleep until the X server has something for it, or another thread calls, or time is up.

Kivy's window can only be asked whether there is an event, so a loop on it alone has to ask all the time: an idle kiosk would
wake thirty times a second, and a touch would wait for the next time. The X protocol comes over one socket, and a socket can be
waited for. Only two things are asked of the connection that SDL made (its address is Kivy's `get_window_info().display`): the
number of its socket, and how many events have been read from it already but were not taken.
"""

import ctypes
import os
import select
from contextlib import suppress
from typing import Final, Self

POLLED: Final = 1 / 120
"""Where the connection is not known (no libX11, another window system), the loop asks so often, in seconds."""

_READ_ALREADY: Final = 0
"""Xlib's QueuedAlready: count what has been read, without reading or flushing."""


class Connection:
    """The X connection of the window, on which nothing is ever sent or read here."""

    def __init__(self, x11: ctypes.CDLL, display: int) -> None:
        x11.XConnectionNumber.argtypes = [ctypes.c_void_p]
        x11.XEventsQueued.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self._x11 = x11
        self._display = display
        self.fileno: Final = int(x11.XConnectionNumber(display))

    @classmethod
    def of(cls, display: int | None) -> Self | None:
        """For the address of an Xlib Display; None where there is none or libX11 is not to be found."""
        if not display:
            return None
        try:
            return cls(ctypes.CDLL("libX11.so.6"), display)
        except OSError:
            return None

    def waiting(self) -> bool:
        """Events were read, while something was drawn, that nobody has taken: the socket will not tell of them again."""
        return bool(self._x11.XEventsQueued(self._display, _READ_ALREADY))


class Waker:
    """One thread waits, any other calls `set`; a call while nobody waits is not lost."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection
        self._called = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._poll = select.poll()
        self._poll.register(self._called, select.POLLIN)
        if connection is not None:
            self._poll.register(connection.fileno, select.POLLIN)

    def set(self) -> None:
        """From any thread, and from a signal handler: one write, no lock."""
        os.eventfd_write(self._called, 1)

    def wait(self, seconds: float) -> None:
        """Until there is an event, a call, a signal that was handled, or `seconds` are over."""
        if self._connection is None:
            seconds = min(seconds, POLLED)
        elif self._connection.waiting():
            return
        if self._poll.poll(max(0.0, 1000 * seconds)):
            with suppress(BlockingIOError):  # it was the window
                os.eventfd_read(self._called)
