"""One heap for all threads, seen by glibc's own account of itself (malloc_info(3))."""

import os
import subprocess
import sys

from kiosk.ops import heap

COUNT = """
import ctypes, os, sys, threading
from kiosk.ops import heap

if sys.argv[1] == "one":
    assert heap.one()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
libc.fflush.argtypes = [ctypes.c_void_p]
together = threading.Barrier(4)

def work():
    together.wait()
    for _ in range(200):
        libc.malloc(5000)
    together.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
out = libc.fdopen(1, b"w")
libc.malloc_info(0, out)
libc.fflush(out)
"""


def heaps(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", COUNT, how], capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.count("<heap ")


def test_threads_share_one_heap_and_without_it_would_not() -> None:
    assert heaps("one") == 1
    assert heaps("many") > 1


def test_a_process_starts_itself_again_without_thread_caches_and_only_once() -> None:
    """The second time it is itself: the same process, its arguments kept, and what was set before stays."""
    program = "import os, sys; print(os.getpid(), *sys.argv[1:]); from kiosk.ops import heap; heap.no_thread_caches(); "
    program += "print(os.environ['GLIBC_TUNABLES'], flush=True)"
    environ = {**os.environ, "GLIBC_TUNABLES": "glibc.malloc.perturb=0"}
    said = subprocess.run(
        [sys.executable, "-u", "-c", program, "an argument"],
        env=environ, capture_output=True, text=True, check=True, timeout=30,
    ).stdout.splitlines()  # fmt: skip
    assert len(said) == 3
    assert said[0] == said[1]
    assert said[0].endswith(" an argument")
    assert said[2] == f"glibc.malloc.perturb=0:{heap.NO_THREAD_CACHES}"


def test_without_thread_caches_a_small_block_that_is_freed_is_overwritten() -> None:
    """With them it is not: that is why."""
    program = """if True:
        import ctypes, os, sys
        from kiosk.ops import forget, heap
        if sys.argv[1] == "none":
            heap.no_thread_caches()
        forget.overwrite_what_is_freed()
        libc = ctypes.CDLL(None)
        libc.malloc.restype = ctypes.c_void_p
        block = libc.malloc(700)
        ctypes.memset(block, 0x50, 700)
        libc.free(ctypes.c_void_p(block))
        print(ctypes.string_at(block + 64, 64).count(0x50))
    """

    def left(which: str) -> int:
        environ = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"}
        run = subprocess.run(
            [sys.executable, "-c", program, which],
            env=environ, capture_output=True, text=True, check=True, timeout=30,
        )  # fmt: skip
        return int(run.stdout)

    assert left("none") == 0
    assert left("as they are") == 64
