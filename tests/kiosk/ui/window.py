"""A running `window_program` and its fixtures: the real window, driven by X events, told on by its own lines."""

import ctypes
import json
import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.xvfb import Display, xvfb

PATIENCE = 30.0


class Window:
    """A running `window_program` on a display of its own."""

    def __init__(self, display: Display, *options: str) -> None:
        self.display = display
        self.env = {**os.environ, "DISPLAY": display}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.kiosk.ui.window_program", *options],
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self.seen: list[dict[str, Any]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def wait(self, event: str, **wanted: Any) -> dict[str, Any]:
        """The next event of a kind; what came before it is in `seen`."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError(f"no {event} {wanted} after {self.seen}") from None
            self.seen.append(line)
            if line["event"] == event and all(line.get(key) == value for key, value in wanted.items()):
                return line

    def tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def ask(self, command: str, event: str) -> dict[str, Any]:
        self.tell(command)
        return self.wait(event)

    def drawn(self) -> dict[str, Any]:
        return self.ask("drawn", "drawn")

    def x(self, *actions: object) -> None:
        """X events through XTEST."""
        subprocess.run(["xdotool", *map(str, actions)], env=self.env, check=True, timeout=PATIENCE)

    def centre(self, target: str) -> tuple[int, int]:
        x, y, w, h = self.drawn()["targets"][target]
        return x + w // 2, y + h // 2

    def tap(self, target: str) -> None:
        x, y = self.centre(target)
        self.x("mousemove", x, y, "mousedown", 1, "mouseup", 1)

    def settled(self) -> None:
        """The guard after a page change is over: a dot of time later than it, on the program's own clock."""
        self.ask("cpu 0.25", "cpu")

    def sdl(self, *events: dict[str, Any]) -> None:
        """Events put into SDL's own queue, all at once: what no X server without the device can send."""
        self.ask("sdl " + json.dumps(events), "pushed")

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.seen if line["event"] == kind]

    def close(self) -> int:
        if self.process.poll() is None:
            self.tell("close 0")
        return self.process.wait(PATIENCE)


def ask_to_close(display: str) -> int:
    """What a window manager sends for Alt+F4: WM_DELETE_WINDOW (ICCCM 4.2.8.1). Returns how many windows were asked."""
    found = subprocess.run(
        ["xdotool", "search", "--class", "kiosk"],
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        check=True,
    )
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    connection = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
    protocols, delete = (x11.XInternAtom(connection, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
    for identity in found.stdout.split():
        # XClientMessageEvent: type, serial, send_event, display, window, message_type, format, data.l[5]
        event = struct.pack("@iLiPLLi5l", 33, 0, 1, 0, int(identity), protocols, 32, delete, 0, 0, 0, 0)
        buffer = ctypes.create_string_buffer(event, 192)
        assert x11.XSendEvent(connection, ctypes.c_ulong(int(identity)), 0, 0, buffer)
    x11.XCloseDisplay(connection)
    return len(found.stdout.split())


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    with xvfb() as name:
        yield name


@pytest.fixture(scope="module")
def started(display: Display) -> Iterator[Window]:
    shown = Window(display)
    shown.wait("painted", page="first")
    yield shown
    assert shown.close() == 0


@pytest.fixture
def window(started: Window) -> Window:
    """The same window for all tests that leave it as they find it: on its first page, with nothing typed."""
    started.tell("clock 10:32")
    started.tell("page first")
    started.settled()
    # The test before may have ended with a page still to be drawn: what is drawn counts, not what was said of it.
    while started.drawn()["page"] != "first":
        started.settled()
    started.seen.clear()
    return started
