"""Central's clock, as far as this kiosk knows it: by it recent data and the loss list run out, not by the wall clock here."""

import time
from collections.abc import Callable
from typing import Final

BEHIND_SECONDS: Final = 5.0
"""`Date` counts whole seconds and answers take their time: so far behind the mark a clock is right."""


def _steady() -> float:
    """Seconds that nobody can set, and that go on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class ServerClock:
    """The last server time plus the steady clock; before any answer of this process, the machine's own clock.

    `raise_mark` tells the latest server time that this kiosk ever wrote down. A clock that is before it is wrong, and
    gives no time at all. Any thread.
    """

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = _steady) -> None:
        self._wall = wall
        self._steady = steady
        self._behind: float | None = None  # server time less steady time, once heard
        self._mark = 0

    @property
    def heard(self) -> bool:
        """Central has told the time since this process began."""
        return self._behind is not None

    @property
    def offset(self) -> float | None:
        """Seconds that central's clock is ahead of the machine's, as it is set now; None: not heard yet."""
        behind = self._behind
        return None if behind is None else self._steady() + behind - self._wall()

    def saw(self, offset: float) -> None:
        """Central's clock is `offset` seconds ahead of the machine's, by an answer that came this moment."""
        self._behind = self._wall() + offset - self._steady()

    def raise_mark(self, mark: int) -> None:
        self._mark = max(self._mark, mark)

    def now(self) -> int | None:
        """Seconds since 1970 on central's clock, never before the mark; None: there is no clock to trust."""
        behind = self._behind
        at = self._wall() if behind is None else self._steady() + behind
        return None if at < self._mark - BEHIND_SECONDS else max(int(at), self._mark)

    def now_ms(self) -> int:
        """Milliseconds since 1970: central's clock once it was heard, else the machine's, right or wrong. For what is
        written down in its order anyway."""
        behind = self._behind
        return round(1000 * (self._wall() if behind is None else self._steady() + behind))
