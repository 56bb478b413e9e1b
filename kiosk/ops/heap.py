"""One heap for all threads: what one of them frees the next one uses.

glibc gives threads heaps of their own (up to eight for each processor) and raises the size from which a block is mapped by
itself as such blocks are freed. A kiosk draws on one thread, reads cards on another and talks to central on a third: each heap
keeps its high-water mark, and pages' textures end in the middle of one, where nothing can be given back. With one heap and
fixed sizes memory settles earlier and lower (tests/soak).

Sources: mallopt(3); glibc 2.36 malloc/arena.c: the limit counts from when it is set, so it is set before there are threads.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8

MAPPED_FROM: Final = 256 * 1024
"""Bytes from which a block is mapped by itself, and so goes back to the system as a whole: large pieces of text."""
KEPT: Final = 16 * 1024 * 1024
"""Free bytes at the heap's end that are kept while pages are drawn one after the other."""

NO_THREAD_CACHES: Final = "glibc.malloc.tcache_count=0"
"""glibc's name for it (manual, "Memory Allocation Tunables"). A program cannot say so of itself: it is read before it begins."""


def no_thread_caches() -> None:
    """Start this very process again without glibc's caches of freed blocks for each thread, unless it has none: call it first.

    What goes into them is not overwritten (malloc/malloc.c, `_int_free`: the cache comes before `free_perturb`), whatever
    `kiosk.ops.forget` asks for: pieces of a request stood in blocks that were in use again (tests/canary). Some 15 ms; a service
    manager that sets GLIBC_TUNABLES spares them.
    """
    said = os.environ.get("GLIBC_TUNABLES", "")
    if "tcache_count" in said or "CS_GNU_LIBC_VERSION" not in os.confstr_names:
        return
    os.environ["GLIBC_TUNABLES"] = f"{said}:{NO_THREAD_CACHES}" if said else NO_THREAD_CACHES
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 itself


def one() -> bool:
    """Call it before the first thread is started. False: another C library, nothing changed."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        return False
    settings = ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, MAPPED_FROM), (_M_TRIM_THRESHOLD, KEPT))
    done = [mallopt(name, value) for name, value in settings]
    return done == [1] * len(settings)
