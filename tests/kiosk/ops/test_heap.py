"""One heap for all threads, seen by glibc's own account of itself (malloc_info(3))."""

import subprocess
import sys

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
