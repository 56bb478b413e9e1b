"""`python -m kiosk demo`: the kiosk in its simulated world, with nothing real and nothing set up by hand.

With a display: the kiosk's window and the dock beside it, until one of them is closed. With none: the whole tour on a virtual
display, pictures and their index under `build/tour`, exit code 1 if a screen was not reached. Whatever was started is stopped
at the end, also on Ctrl-C and SIGTERM, and also when this process is killed.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.sandbox.display import DisplayMissing, Glass
from kiosk.sandbox.leash import Leashed
from kiosk.sandbox.machine import ClockMissing
from kiosk.sandbox.pcscd import PcscMissing
from kiosk.sandbox.remote import RemoteServer
from kiosk.sandbox.world import World

ROOT: Final = Path(__file__).resolve().parents[2]
BUILD: Final = ROOT / "build"
_LOOK: Final = 0.5
_FRAME: Final = 80
"""Px of a desk's screen that bars and the like take."""


class Stopped(Exception):
    """SIGTERM or Ctrl-C."""


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code: 0 done, 1 something failed or was not reached, 2 wrong use, 130 stopped from outside."""
    parser = argparse.ArgumentParser(prog="kiosk demo", description=__doc__)
    parser.add_argument(
        "--tour", action="store_true", help="the tour on a virtual display, also where there is a display"
    )
    parser.add_argument("--out", type=Path, default=BUILD / "tour", help="folder for the tour's pictures")
    parser.add_argument("--only", default="", help="only the tour's legs whose name begins so")
    parser.add_argument("--private-reader", action="store_true", help="a virtual reader that no other program sees")
    parser.add_argument(
        "--folder", type=Path, default=BUILD / "demo", help="folder for certificates, settings and logs"
    )
    options = parser.parse_args(list(arguments))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        display = os.environ.get("DISPLAY")
        if display and not options.tour:
            return _beside(display, options.folder, standard_reader=not options.private_reader)
        if not display:
            _say("没有显示器，改为在虚拟屏幕上走完全程并截图。 No display: the tour runs on a virtual one.")
        from kiosk.sandbox import tour

        return tour.run(options.out, _say, only=options.only)
    except Stopped:
        return 130
    except (DisplayMissing, PcscMissing, ClockMissing) as missing:
        _say(str(missing))
        return 1


def _beside(display: str, folder: Path, *, standard_reader: bool) -> int:
    """Kiosk and dock on the screen, until one ends."""
    with Glass(display) as glass:
        width, height = _fitting(*glass.size)
    with World(folder, standard_reader=standard_reader, population=2000) as world:
        size = {"window": {"size": f"{width}x{height}"}}
        kiosk = world.place_kiosk([sys.executable, "-m", "kiosk", "run"], size, movable_clock=_clock_can_move())
        server = RemoteServer(world, world.folder / f"world-{os.getpid()}.sock")
        dock = Leashed(
            [
                *(sys.executable, "-m", "kiosk.sandbox.dock", "--world", str(server.path)),
                *("--left", str(width), "--size", f"{width}x{height}"),
            ],
            log=world.folder / "dock.log",
        )
        try:
            world.power_on()
            _say(
                f"演示已启动，读卡器端口 {world.pcscd.port}。 The demo runs; its virtual reader takes cards on that port."
            )
            pause = threading.Event()
            while dock.alive and (kiosk.on or not world.powered) and world.pcscd_well:
                pause.wait(_LOOK)
            if not kiosk.on and world.powered:
                _say(f"自助机已退出 The kiosk has ended: {kiosk.code}, {kiosk.log}")
                return 1
            return 0 if dock.code in (0, None) else 1
        finally:
            dock.stop()
            server.stop()


def _fitting(width: int, height: int) -> tuple[int, int]:
    """The largest portrait window of which two stand side by side on this screen."""
    high = min(1920, height - _FRAME, width // 2 * 16 // 9)
    return max(480, high * 9 // 16), max(480, high)


def _clock_can_move() -> bool:
    from kiosk.sandbox.machine import faketime

    try:
        faketime()
    except ClockMissing:
        return False
    return True


def _stop(_number: int, _frame: object) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # stopping takes a moment: a second Ctrl-C does not interrupt it
    raise Stopped


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
