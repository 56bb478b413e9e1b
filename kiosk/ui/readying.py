"""When the window's thread has nothing to do it makes ready what the next page will need: a little at a time, never while a
finger is near, so that no touch and no card command waits for it."""

import time
from collections.abc import Callable, Iterator
from typing import Final

AFTER_FLIP: Final = 0.05
AFTER_TOUCH: Final = 0.3
"""Seconds of quiet before it begins."""
SLICE: Final = 0.003
REST: Final = 0.002
"""Seconds of work, and of rest in which the other threads have the interpreter."""


class Readying:
    """`begin` with every new page; `due` says when to call `work` next. One thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._steps: Iterator[object] | None = None
        self._from = 0.0

    def begin(self, steps: Iterator[object]) -> None:
        """Steps are taken one by one; those of the page before are given up."""
        self._steps, self._from = steps, self._now() + AFTER_FLIP

    def due(self, touched_at: float) -> float | None:
        """The moment (monotonic) of the next slice; None: nothing is to be done."""
        return None if self._steps is None else max(self._from, touched_at + AFTER_TOUCH)

    def work(self, touched_at: float) -> None:
        """A slice, if it is due. What a step raises is raised once: the steps are given up."""
        due = self.due(touched_at)
        began = self._now()
        if due is None or began < due:
            return
        steps, self._steps = self._steps, None
        for _ in steps or ():
            if self._now() - began >= SLICE:
                self._steps, self._from = steps, self._now() + REST
                return
