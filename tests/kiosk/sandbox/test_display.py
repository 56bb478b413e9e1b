"""A virtual screen: what is drawn on it is seen, and a tap arrives as an X event."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.sandbox.display import DisplayMissing, Glass, VirtualDisplay

WINDOW = """
import ctypes, sys
x = ctypes.CDLL("libX11.so.6")
x.XOpenDisplay.restype = ctypes.c_void_p
for name in ("XDefaultRootWindow", "XCreateSimpleWindow"):
    getattr(x, name).restype = ctypes.c_ulong
d = ctypes.c_void_p(x.XOpenDisplay(None))
root = ctypes.c_ulong(x.XDefaultRootWindow(d))
w = ctypes.c_ulong(x.XCreateSimpleWindow(d, root, 10, 20, 30, 40, 0, 0, 0x3366CC))
x.XSelectInput(d, w, ctypes.c_long(4 | 8 | 0x8000))
x.XMapWindow(d, w)
x.XSync(d, 0)
event = (ctypes.c_long * 24)()
while True:
    x.XNextEvent(d, event)
    kind = ctypes.cast(event, ctypes.POINTER(ctypes.c_int))[0]
    place = ctypes.cast(event, ctypes.POINTER(ctypes.c_int))
    print(kind, place[16], place[17], flush=True)
"""
"""A window of one colour that says which events it gets: type, x, y (Xlib's XButtonEvent)."""


@pytest.fixture(scope="module")
def display() -> Iterator[VirtualDisplay]:
    with VirtualDisplay(200, 100) as display:
        yield display


def test_a_tap_arrives_and_the_window_is_seen(display: VirtualDisplay, tmp_path: Path) -> None:
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW], env={"DISPLAY": display.name}, stdout=subprocess.PIPE, text=True
    )
    assert window.stdout is not None
    try:
        assert window.stdout.readline().startswith("12 ")  # Expose
        with Glass(display.name) as glass:
            glass.tap(15, 27)
            assert window.stdout.readline().split() == ["4", "5", "7"]
            assert window.stdout.readline().split() == ["5", "5", "7"]
            picture = glass.picture()
            assert picture.at(11, 21) == (0x33, 0x66, 0xCC)
            assert picture.at(5, 5) != (0x33, 0x66, 0xCC)
            part = glass.picture(10, 20, 30, 40)
    finally:
        window.kill()
        window.wait()
    assert (part.width, part.height) == (30, 40)
    assert {part.at(x, y) for x in range(30) for y in range(40)} == {(0x33, 0x66, 0xCC)}
    part.save(tmp_path / "deep" / "window.png")
    from PIL import Image

    with Image.open(tmp_path / "deep" / "window.png") as image:
        assert image.size == (30, 40)
        assert image.convert("RGB").getpixel((29, 39)) == (0x33, 0x66, 0xCC)


def test_a_display_that_is_not_there_is_an_error_with_a_name() -> None:
    with pytest.raises(DisplayMissing):
        Glass(":4711")


def test_a_stopped_display_is_gone(display: VirtualDisplay) -> None:
    other = VirtualDisplay(64, 64)
    assert other.name != display.name
    other.stop()
    other.stop()
    with pytest.raises(DisplayMissing):
        Glass(other.name)
