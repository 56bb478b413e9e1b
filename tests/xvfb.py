"""An X server of its own for tests that open the real window: Xvfb on a free display number."""

import os
import select
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


class XvfbMissing(RuntimeError):
    """The program Xvfb is not installed."""


class Display(str):
    """The value for DISPLAY, and what is on the screen: Xvfb keeps its frame buffer in a file."""

    __slots__ = ("framebuffer",)
    framebuffer: Path

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """RGB at a point of the screen."""
        with self.framebuffer.open("rb") as file:
            # X11/XWDFile.h: header size, …, bits per pixel, bytes a line, …, number of colours, all of 32 bits big endian.
            head = struct.unpack(">25I", file.read(100))
            size, stride, colours = head[0], head[12], head[19]
            file.seek(size + colours * 12 + y * stride + x * 4)
            blue, green, red = file.read(3)
        return red, green, blue


@contextmanager
def xvfb(width: int = 1080, height: int = 1920) -> Iterator[Display]:
    """Starts Xvfb and yields its display; stops it afterwards.

    Xvfb chooses a free number itself (`-displayfd`), so that tests running side by side never share a screen.
    """
    program = shutil.which("Xvfb")
    if program is None:
        raise XvfbMissing("Xvfb is not installed: apt-get install xvfb")
    folder = TemporaryDirectory(prefix="xvfb-")
    read, write = os.pipe()
    screen = ["-screen", "0", f"{width}x{height}x24", "-fbdir", folder.name]
    server = subprocess.Popen(
        [program, "-displayfd", str(write), *screen, "-nolisten", "tcp", "-noreset"],
        pass_fds=(write,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        ready, _, _ = select.select([read], [], [], 20)
        number = os.read(read, 16).decode().strip() if ready else ""
        if not number:
            raise RuntimeError(f"Xvfb did not start (exit code {server.poll()})")
        display = Display(f":{number}")
        display.framebuffer = Path(folder.name) / "Xvfb_screen0"
        yield display
    finally:
        os.close(read)
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)
        folder.cleanup()
