"""`kiosk demo`: on a display and without one; whatever it started is gone afterwards, however it ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.sandbox.display import Glass, VirtualDisplay
from tests.journeys.test_no_way_in import tree

ROOT = Path(__file__).resolve().parents[2]
DOCK_GROUND = (0x1B, 0x21, 0x25)
FRAME = (0x0A, 0x38, 0x44)


@pytest.fixture(scope="module")
def desk() -> Iterator[str]:
    with VirtualDisplay(1920, 1080) as display:
        yield display.name


def until(wanted: Callable[[], bool], seconds: float = 40) -> bool:
    end = time.monotonic() + seconds
    while not wanted():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def gone(pids: list[int]) -> bool:
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                return False
        except OSError:
            continue
    return True


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: pcscd's socket lies below it, and the address of a Unix socket has 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="kiosk-demo-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def demo(desk: str, folder: Path) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """A demo whose two windows stand side by side: kiosk left, dock right."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "kiosk", "demo", "--private-reader", "--folder", str(folder / "demo")],
                cwd=ROOT,
                env={**os.environ, "DISPLAY": desk, "TMPDIR": str(folder)},
                stderr=said,
            )
        started.append(process)
        with Glass(desk) as glass:
            both = until(
                lambda: (
                    glass.picture(2, 2, 1, 1).at(0, 0) == FRAME
                    and glass.picture(562 + 8, 8, 1, 1).at(0, 0) == DOCK_GROUND
                )
            )
        assert both, (folder / "said").read_text("utf-8")
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_stopped_by_ctrl_c_it_takes_everything_along(
    demo: Callable[[], "subprocess.Popen[bytes]"], folder: Path
) -> None:
    process = demo()
    parts = tree(process.pid)
    assert len(parts) > 5
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert until(lambda: gone(parts), 5)
    assert {path.name for path in folder.iterdir()} == {"demo", "said"}
    assert not list((folder / "demo").glob("*.sock"))


def test_killed_it_takes_everything_along(demo: Callable[[], "subprocess.Popen[bytes]"]) -> None:
    process = demo()
    parts = tree(process.pid)
    process.kill()
    process.wait()
    assert until(lambda: gone(parts), 15)


def test_it_ends_when_the_kiosk_dies(demo: Callable[[], "subprocess.Popen[bytes]"]) -> None:
    process = demo()
    parts = tree(process.pid)
    kiosk = next(
        pid for pid in parts if Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[1:4] == [b"-m", b"kiosk", b"run"]
    )
    os.kill(kiosk, signal.SIGKILL)
    assert process.wait(30) == 1
    assert until(lambda: gone(parts), 5)


def test_without_a_display_it_says_so_and_walks_the_tour(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "demo", "--only", "reader-refused", "--out", str(tmp_path / "tour")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    assert "No display" in done.stderr
    pictures = {str(path.relative_to(tmp_path / "tour").parent) for path in (tmp_path / "tour").glob("**/*.png")}
    assert len(pictures) == 16
    assert (tmp_path / "tour" / "index.html").exists()
    assert "reader-virtual-refused" in (tmp_path / "tour" / "steps.json").read_text("utf-8")
