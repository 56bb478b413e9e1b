"""One heap for all threads: what one of them frees the next one uses.

glibc gives threads heaps of their own (up to eight for each processor) and raises the size from which a block is mapped by
itself as such blocks are freed. A kiosk draws on one thread, reads cards on another and talks to central on a third: each heap
keeps its high-water mark, and pages' textures end in the middle of one, where nothing can be given back. With one heap and
fixed sizes memory settles earlier and lower (tests/soak).

Sources: mallopt(3); glibc 2.36 malloc/arena.c: the limit counts from when it is set, so it is set before there are threads.
"""

from __future__ import annotations

import ctypes
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8

MAPPED_FROM: Final = 256 * 1024
"""Bytes from which a block is mapped by itself, and so goes back to the system as a whole: large pieces of text."""
KEPT: Final = 16 * 1024 * 1024
"""Free bytes at the heap's end that are kept while pages are drawn one after the other."""


def one() -> bool:
    """Call it before the first thread is started. False: another C library, nothing changed."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        return False
    settings = ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, MAPPED_FROM), (_M_TRIM_THRESHOLD, KEPT))
    done = [mallopt(name, value) for name, value in settings]
    return done == [1] * len(settings)
