"""The loss list at this kiosk: asked for once an hour after a heartbeat, looked into when central is away."""

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, assert_never

from kiosk.central.answers import Answer, Cancel

if TYPE_CHECKING:
    from kiosk.central import contract as c
    from kiosk.central.client import CentralClient
    from kiosk.store.losslist import LossList, LossVerdict, SignedList, Took

log = logging.getLogger("kiosk.losses")

FETCH_SECONDS: Final = 3600.0
RETRY_SECONDS: Final = 300.0
LATE_SECONDS: Final = 300.0
"""Not asked for so long after it was due: central was away, and every kiosk of the hall now has it back."""
SPREAD_SECONDS: Final = 60.0
"""Over which the kiosks then ask."""


class Losses:
    """`opened` gives the list that is kept, None: there is no device key, or none to know central's signature by. It is called
    when the list is first needed, on that thread, and again as long as it gives None. `saw` hears every answer.
    """

    def __init__(
        self,
        client: "CentralClient",
        opened: "Callable[[], LossList | None]",
        saw: Callable[[Answer[object]], None],
        now: Callable[[], float] = time.monotonic,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._client = client
        self._opened = opened
        self._saw = saw
        self._now = now
        self._spread = spread
        self._lock = threading.Lock()
        self._list: LossList | None = None
        self._due: float | None = None  # monotonic seconds; None: never asked
        self._asking: threading.Thread | None = None

    def listed(self, identification: str, at: int) -> "LossVerdict":
        """Of a card, at `at` in seconds since 1970 on central's clock. STALE where there is no list: nobody gets anything."""
        from kiosk.store.losslist import LossVerdict

        losses = self._there()
        return LossVerdict.STALE if losses is None else losses.check(identification, at)

    def after_heartbeat(self, cancel: Cancel) -> None:
        """Central has just answered: ask for a newer list, if it is time. On a thread of its own: neither a slow line nor a disk
        that hangs holds back the next heartbeat."""
        if self._due is not None and self._now() < self._due:
            return
        if self._asking is None or not self._asking.is_alive():
            self._asking = threading.Thread(target=self.ask_if_due, args=(cancel,), name="loss-list", daemon=True)
            self._asking.start()

    def ask_if_due(self, cancel: Cancel) -> "Took | None":
        """Blocks for the call and the disk. None: there is no newer list, or it is not the time."""
        now = self._now()
        if self._due is not None:
            if now < self._due:
                return None
            if now > self._due + LATE_SECONDS:
                self._due = now + self._spread(0.0, SPREAD_SECONDS)
                return None
        self._due = now + RETRY_SECONDS * self._spread(0.85, 1.15)
        losses = self._there()
        if losses is None:
            return None
        answer = self._client.loss_list(losses.number, cancel=cancel)
        self._saw(answer)
        if answer.value is None:
            return None
        self._due = now + FETCH_SECONDS * self._spread(0.85, 1.15)
        return None if answer.value.newer is None else self._take(losses, answer.value.newer)

    def _there(self) -> "LossList | None":
        with self._lock:
            if self._list is None:
                self._list = self._opened()
            return self._list

    def _take(self, losses: "LossList", newer: "c.LossList") -> "Took":
        from kiosk.store.losslist import Took

        took = losses.take(_signed(newer))
        match took:
            case Took.TAKEN | Took.NOT_NEWER:
                level = logging.INFO
            case Took.NOT_STORED:
                level = logging.WARNING
            case Took.BAD_SIGNATURE | Took.MALFORMED:
                level = logging.ERROR
            case never:
                assert_never(never)
        log.log(level, "loss-list", extra={"values": {"took": took.value, "number": newer.number}})
        return took


def _signed(newer: "c.LossList") -> "SignedList":
    from kiosk.store.losslist import SignedList

    key, cards, signature = (bytes.fromhex(text) for text in (newer.key, newer.cards, newer.signature))
    return SignedList(newer.number, int(newer.issued.timestamp()), key, cards, signature)
