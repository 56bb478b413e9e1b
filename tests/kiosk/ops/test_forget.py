"""What is freed is overwritten, what is in use is not; a process that keeps out of dumps."""

import ctypes
import queue
import re
import subprocess
import sys
import threading

from kiosk.ops import forget
from kiosk.ops.forget import Forgetter

_LIVE = "in use "


def _resting_places(count: int = 4000) -> tuple[list[str], list[tuple[int, bytes]]]:
    """Every second of many strings that are freed, and where each stood with what it said."""
    made = [f"{number:06}" + "of nobody at all" * (number % 24) for number in range(count)]
    freed = [(id(one) + sys.getsizeof("") - 1, one.encode()) for one in made[::2]]
    return made[1::2], freed


def _legible(places: list[tuple[int, bytes]]) -> int:
    return sum(ctypes.string_at(address, len(content)) == content for address, content in places)


def test_pythons_freed_blocks_are_overwritten_and_what_is_in_use_stays() -> None:
    kept, places = _resting_places()
    expected = [f"{number:06}" + "of nobody at all" * (number % 24) for number in range(1, 4000, 2)]
    before = _legible(places)
    assert before > 500  # as Python leaves it
    forget.overwrite_free_memory()
    # A few blocks may have been given out again, to a list that has not filled the place it asked for.
    assert _legible(places) <= before // 100
    assert kept == expected


def test_what_other_threads_keep_meanwhile_takes_no_memory_of_its_own() -> None:
    """Threads that keep a little for a while, and free blocks everywhere: Python's arenas stay as many as they were."""
    program = """
import random, sys, threading, time
from kiosk.ops import forget
sys.setswitchinterval(0.001)
draw = random.Random(1)
mixed = [bytes(draw.randrange(1, 450)) for _ in range(60_000)]
mixed = [block for place, block in enumerate(mixed) if place // 400 % 3]
kept, stop = {}, threading.Event()
def keep(number):
    draw = random.Random(number)
    while not stop.wait(0.0003):
        kept[number, draw.randrange(300)] = [bytes(draw.randrange(1, 450)) for _ in range(3)]
threads = [threading.Thread(target=keep, args=(number,)) for number in range(2)]
for thread in threads:
    thread.start()
for _ in range(20):
    forget.overwrite_free_memory()
    sys._debugmallocstats()
    time.sleep(0.02)
stop.set()
for thread in threads:
    thread.join()
"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stderr
    arenas = [int(count) for count in re.findall(r"# arenas allocated current += +(\d+)", said)]
    assert len(arenas) == 20
    assert max(arenas) - arenas[0] <= 2


def test_glibc_overwrites_what_is_freed_from_then_on() -> None:
    program = """
import ctypes
from kiosk.ops.forget import overwrite_what_is_freed
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
def left() -> int:
    block, wall = libc.malloc(ctypes.c_size_t(20000)), libc.malloc(ctypes.c_size_t(20000))
    ctypes.memset(block, 0x37, 20000)
    libc.free(block)
    found = ctypes.string_at(block, 20000).count(b"7" * 64)
    libc.free(wall)
    return found
before = left()
assert overwrite_what_is_freed()
print(before > 100, left())
"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    assert said.split() == ["True", "0"]


def test_a_process_that_keeps_out_of_dumps_has_no_core_and_is_not_looked_into() -> None:
    """As `kiosk run` does before it reads anything."""
    program = """
import ctypes, resource, sys
import kiosk.cli, kiosk.run
def load(_):
    print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
    raise SystemExit(0)
kiosk.run.load = load
kiosk.cli.main(["run"])
"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    assert said.strip() == "(0, 0) 0"


def test_after_each_visit_memory_is_overwritten_as_often_as_there_are_pauses() -> None:
    times: queue.Queue[int] = queue.Queue()
    forgetter = Forgetter((0.0, 0.01), lambda: times.put(threading.get_ident()))
    forgetter.start()
    try:
        forgetter.visit_ended()
        on = {times.get(timeout=5), times.get(timeout=5)}
        assert len(on) == 1
        assert threading.get_ident() not in on
        assert times.empty()
        forgetter.visit_ended()
        times.get(timeout=5)
        times.get(timeout=5)
    finally:
        forgetter.stop()


def test_stopping_does_not_wait_for_a_pause() -> None:
    forgetter = Forgetter((60.0,), lambda: None)
    forgetter.start()
    forgetter.visit_ended()
    forgetter.stop(timeout=5)
    assert not any(thread.name == "forget" for thread in threading.enumerate())
