"""An X server of its own for tests that open the real window: Xvfb on a free display number."""

import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


class XvfbMissing(RuntimeError):
    """The program Xvfb is not installed."""


@contextmanager
def xvfb(width: int = 1080, height: int = 1920) -> Iterator[str]:
    """Starts Xvfb and yields the value for DISPLAY; stops it afterwards.

    Xvfb chooses a free number itself (`-displayfd`), so that tests running side by side never share a screen.
    """
    program = shutil.which("Xvfb")
    if program is None:
        raise XvfbMissing("Xvfb is not installed: apt-get install xvfb")
    read, write = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
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
        yield f":{number}"
    finally:
        os.close(read)
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)
