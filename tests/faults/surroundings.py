"""What a kiosk lives in, made worse: files over files, full disks, limits, signals. All of it is gone with its process."""

from __future__ import annotations

import os
import shlex
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.sandbox.walk import Hands
from tests.journeys.driver import ROOT, NotShown
from tests.journeys.test_no_way_in import tree

ENTRY: Final = Path(__file__).with_name("entry.py")
ASSETS: Final = ROOT / "assets"


def hardship(*lines: str, mounts: bool = False, out: str = "") -> Mapping[str, str]:
    """The environment for `Kiosk.start(entry=ENTRY, environment=...)`: shell lines that run before the kiosk becomes of them.

    `mounts`: in a mount namespace of its own. `out`: redirections of the kiosk itself, as `2>&-`. In the lines `$6` is kiosk.ini.
    """
    script = "\n".join((*lines, f'exec "$@" {out}'))
    return {"HARDSHIP": script, **({"HARDSHIP_MOUNTS": "1"} if mounts else {})}


def tmpfs(folder: Path, size: str) -> str:
    """A line that mounts a small disk."""
    return f"mount -t tmpfs -o size={size} small {shlex.quote(str(folder))}"


def gone(path: Path) -> str:
    """A line after which the file, or all that is in the folder, is not there."""
    quoted = shlex.quote(str(path))
    return f"mount -t tmpfs none {quoted}" if path.is_dir() else f"mount --bind /dev/null {quoted}"


def instead(path: Path, other: Path) -> str:
    """A line after which another file stands there."""
    return f"mount --bind {shlex.quote(str(other))} {shlex.quote(str(path))}"


def process(kiosk: Hands) -> int:
    """The kiosk's own process, below the shell that holds it."""
    for pid in tree(kiosk.machine.pid):
        with suppress(OSError):
            argv = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if any(part.endswith(b"journeys/entry.py") for part in argv[1:2]):
                return pid
    raise NotShown("the kiosk has no process")


def state(pid: int) -> str:
    """R, S, D, T (stopped), Z: as the kernel says."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


class Stopped:
    """`with Stopped(pid) as stopped:` the process stands still, as when its machine swaps or its disk hangs."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def __enter__(self) -> Stopped:
        os.kill(self._pid, signal.SIGSTOP)
        until = time.monotonic() + 2
        while self.state != "T" and time.monotonic() < until:  # a signal arrives when the process is next looked at
            time.sleep(0.005)
        return self

    @property
    def state(self) -> str:
        return state(self._pid)

    def __exit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGCONT)


def supervised(kiosk: Hands) -> bool:
    """What a service manager does: starts a kiosk that has ended. Whether it had."""
    if kiosk.machine.on:
        return False
    kiosk.machine.power_on()
    kiosk.wait_ready()
    return True


def standing(kiosk: Hands, within: float = 15.0) -> bool:
    """True: it shows a page. False: it has ended. Raises NotShown for one that does neither."""
    until = time.monotonic() + within
    while kiosk.machine.on:
        with suppress(NotShown, OSError):
            kiosk.view()
            return True
        if time.monotonic() > until:
            raise NotShown("the kiosk neither shows a page nor ends")
        kiosk.machine.wait(0.1)
    return False
