"""The measures themselves: they see a child that takes memory and time, and a request that draws."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from kiosk.sandbox.display import VirtualDisplay
from tests.bench import processes
from tests.bench.damage import Damage
from tests.bench.touch import p95

MEGABYTES = 40
HOG = f"""
import subprocess, sys
inner = "held = bytearray({MEGABYTES} << 20); [None for _ in range(4_000_000)]; print('ready', flush=True); input()"
subprocess.run([sys.executable, "-c", inner])
"""


@pytest.fixture(scope="module")
def hog() -> Iterator[int]:
    """A process whose child holds memory and has used time."""
    process = subprocess.Popen([sys.executable, "-c", HOG], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process.pid
    process.communicate("\n", timeout=20)


def test_memory_and_time_of_a_child_are_those_of_its_tree(hog: int) -> None:
    found = processes.memory(hog)
    assert found.processes == 2
    assert found.anonymous > MEGABYTES * 1024
    assert found.pss >= found.anonymous
    assert processes.cpu_seconds(hog) > 0


def test_a_program_is_found_by_its_arguments_below_another(hog: int) -> None:
    assert processes.find(hog, "-c", HOG) == hog
    with pytest.raises(processes.NotRunning):
        processes.find(hog, "-m", "kiosk", "run")


def test_95_percent_do_not_exceed_it() -> None:
    assert p95(range(1, 201)) == 190
    assert p95([3.0, 1.0, 2.0]) == 3.0


def test_every_drawing_request_counts_and_a_screen_at_rest_counts_none() -> None:
    with VirtualDisplay(200, 200) as display, Damage(display.name) as damage:
        damage.count()
        assert damage.count() == 0
        subprocess.run(["xdotool", "mousemove", "50", "50"], env={"DISPLAY": display.name}, check=True, timeout=20)
        program = "import ctypes as c; x = c.CDLL('libX11.so.6'); x.XOpenDisplay.restype = c.c_void_p; " + (
            "d = c.c_void_p(x.XOpenDisplay(None)); r = x.XDefaultRootWindow(d); g = c.c_void_p; "
            "x.XDefaultGC.restype = g; gc = c.c_void_p(x.XDefaultGC(d, 0)); "
            "x.XFillRectangle(d, r, gc, 10, 10, 50, 50); x.XSync(d, 0)"
        )
        subprocess.run([sys.executable, "-c", program], env={"DISPLAY": display.name}, check=True, timeout=20)
        assert damage.count() > 0
