"""What a visit leaves in memory that is free again: overwritten, as far as a Python program can.

Python and the C libraries free memory without wiping it: what a person's record was decoded from, and texts that were drawn,
stand there until something else needs the place. Three things are done about it:

- from the start, glibc overwrites what is freed (`M_PERTURB`): answers, TLS and driver buffers, strings above 512 bytes. Its
  threads' caches of free blocks would be passed over: there are none (`kiosk.ops.heap`);
- after a visit the garbage is collected, and Python's own small free blocks (pymalloc, up to 512 bytes) are all allocated
  once, zeroed and freed;
- free pages go back to the system, which gives them out zeroed (`malloc_trim`).

Nothing that is in use is ever written to. Where the C library is another one, only the second is done. The stacks of the
threads that a record goes through are overwritten by those threads (`kiosk.engine.stack`). What can stay: registers and other
stacks, the last eight bytes of a block, and what the X server, pcscd and the kernel hold. tests/canary counts what is left.

Sources: glibc manual, "Malloc Tunable Parameters", mallopt(3), malloc_trim(3); CPython 3.11 Objects/obmalloc.c: size classes of
16 bytes up to 512, pools of 16 KiB with a head of 48 bytes, arenas of 1 MiB.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

log = logging.getLogger("kiosk.forget")

PAUSES: Final = (0.6, 3.4)
"""Seconds after a visit's end, and after the first time. At first the page without its texts is drawn and calls under way have
noticed; at last also the call that tells central of the end is over, however late its answer."""

_PR_SET_DUMPABLE: Final = 4
_M_PERTURB: Final = -6
_PERTURB: Final = 0xA5

_CLASS: Final = 16
_LARGEST: Final = 512
_POOL_BITS: Final = 14
_POOL: Final = (1 << _POOL_BITS) - 48
_FILLER: Final = 480
"""The class that leaves the fewest bytes of a pool unused: 34 blocks, and 16 bytes."""
_BATCH: Final = 64 * (_POOL // _FILLER)
"""Blocks in an arena's worth of pools."""
_FRESH_FAULTS: Final = 200
"""Page faults in a batch of 256 pages by which fresh memory shows."""
_MOST_BATCHES: Final = 32
_MOST_BLOCKS: Final = 200_000
_WHOLE_POOLS: Final = 2
_ALONE: Final = 0.1
"""Seconds for which no other thread gets the interpreter: far more than is needed (below 1 ms a class, 5 ms the pools)."""
_BETWEEN: Final = 0.0002
"""Seconds in which the others have it."""
_INT_CLASS: Final = 32
_COUNTERS: Final = 8
"""The loop's own integers stand among the blocks of their class."""
_INT_POOLS: Final = 8


_pause: Final = threading.Event()
"""Never set, only waited for: time.sleep is not to be relied on while the wall clock is moved (seen with libfaketime)."""


def keep_out_of_dumps() -> None:
    """No core file of this process, and no other program of the same user may look into it (prctl(2), setrlimit(2))."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        prctl = ctypes.CDLL(None).prctl
    except AttributeError:
        return
    prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def overwrite_what_is_freed() -> bool:
    """From now on glibc overwrites every block that is freed. False: another C library, nothing changed."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        return False
    return bool(mallopt(_M_PERTURB, _PERTURB))


def overwrite_free_memory() -> None:
    """Collect the garbage, overwrite Python's free blocks, give free pages back. Some 10 ms; other threads run meanwhile."""
    gc.collect()
    _overwrite_blocks()
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except AttributeError:
        return
    trim(ctypes.c_size_t(0))


def _overwrite_blocks() -> None:
    """Take every free block of every size class, and every free pool, in memory that Python holds already.

    One class at a time, and while its blocks are taken no other thread runs: what it allocated meanwhile would come to stand in
    pools and arenas that it would not have needed, and an arena, a MiB, with a single lasting block in it is never given back
    (seen: 5 MiB in 200 visits, tests/soak).
    """
    for size in range(_CLASS, _LARGEST + 1, _CLASS):
        with _alone():
            _take_class(size)
        _pause.wait(_BETWEEN)
    with _alone():
        _take_pools()


@contextmanager
def _alone() -> Iterator[None]:
    """No other thread takes the interpreter from this one."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(_ALONE)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)


def _take_pools() -> None:
    """Every free pool."""
    taken: list[object] = []
    fresh = 0
    for _ in range(_MOST_BATCHES):
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        taken += [bytes(_FILLER - 33) for _ in range(_BATCH)]
        # Pages that were never touched have nothing to forget; two arenas of them on end, and the free pools are used up.
        fresh = fresh + 1 if resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before >= _FRESH_FAULTS else 0
        if fresh == 2:
            break


def _take_class(size: int) -> None:
    """Blocks of one class until pools come that are wholly ours: those that others use, too, give theirs first."""
    make = _maker(size)
    taken: list[object] = []
    whole = _POOL // size - (_COUNTERS if size == _INT_CLASS else 0)
    last, run, pools = 0, 0, 0
    for _ in range(_MOST_BLOCKS):
        block = make()
        taken.append(block)
        pool = id(block) >> _POOL_BITS
        run = run + 1 if pool == last else 1
        last = pool
        if run == whole:
            pools += 1
            if pools == (_INT_POOLS if size == _INT_CLASS else _WHOLE_POOLS):
                return


def _maker(size: int) -> Callable[[], object]:
    """Makes objects that fill a block of a class from its first byte to its last."""
    match size:
        case 16:
            return object
        case 32:
            return lambda: 1 << 59 | len(gc.callbacks)  # two digits of 30 bits; computed, else it is a constant
        case _:
            return lambda: bytes(size - 33)


class Forgetter:
    """Overwrites free memory after each visit, on a thread of its own."""

    def __init__(self, pauses: Sequence[float] = PAUSES, overwrite: Callable[[], None] = overwrite_free_memory) -> None:
        self._pauses = tuple(pauses)
        self._overwrite = overwrite
        self._ended = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="forget", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        self._stopping.set()
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def visit_ended(self) -> None:
        """From any thread; returns at once."""
        self._ended.set()

    def _run(self) -> None:
        while True:
            self._ended.wait()
            self._ended.clear()
            for pause in self._pauses:
                if self._stopping.wait(pause):
                    return
                began = time.thread_time()
                self._overwrite()
                took = round((time.thread_time() - began) * 1000)
                log.info("memory-overwritten", extra={"values": {"cpu_ms": took}})
