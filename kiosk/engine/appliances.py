"""Printer and ID card reader: one thread at a time each, never the loop's. What they say goes back as an event."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.services import Party
from kiosk.visit.effects import Print, ReadDocument
from kiosk.visit.events import DocumentRead, Event, SlipPrinted
from kiosk.visit.help_deeds import PrintAgain, PrintLookup, WriteReport
from kiosk.visit.services import Paper

log = logging.getLogger("kiosk.devices")


Printable = Print | PrintLookup | PrintAgain | WriteReport
"""What comes out of the printer; a report only where it is to be on paper."""


@dataclass(frozen=True, slots=True, repr=False)
class ShownDocument:
    """What stands on an ID card."""

    number: str
    name: str

    def __repr__(self) -> str:
        return "ShownDocument(…)"


@dataclass(frozen=True, slots=True)
class Appliances:
    """What this kiosk has beside its card reader; both block. None: it has none.

    `document` gives up when its second argument says that the visit is over; its None: the card could not be read.
    """

    printed: Callable[[Printable], Paper] | None = None
    document: Callable[[Party, Callable[[], bool]], ShownDocument | None] | None = None


class ApplianceWorker:
    """A slip that was begun is printed to its end: a visit's end does not stop it. A document is of nobody then.

    Each job has a thread of its own: with it ends what the C library kept of a document for that thread's next allocations.
    """

    def __init__(
        self, appliances: Appliances, post: Callable[[Event], None], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._appliances = appliances
        self._post = post
        self._now = now
        self._ended = 0
        self._stopping = False
        self._printing = threading.Lock()
        self._reading = threading.Lock()

    def stop(self) -> None:
        self._stopping = True

    def end(self, visit: int) -> None:
        self._ended = max(self._ended, visit)

    def do(self, effect: Printable | ReadDocument) -> None:
        if isinstance(effect, ReadDocument):
            threading.Thread(target=self._read, args=(effect,), name="document", daemon=True).start()
        else:
            threading.Thread(target=self._print, args=(effect,), name="printer", daemon=True).start()

    def _over(self, visit: int) -> bool:
        return self._stopping or visit <= self._ended

    def _print(self, effect: Printable) -> None:
        try:
            with self._printing:
                if self._over(effect.visit):
                    return
                paper = Paper.NO_PRINTER if self._appliances.printed is None else self._appliances.printed(effect)
        except Exception as bug:
            log.error("kiosk-fault", extra={"visit": effect.visit, "values": {"in": "print"}}, exc_info=bug)
            paper = Paper.FAILED
        self._post(SlipPrinted(self._now(), effect.visit, effect.insertion, effect.request, paper))

    def _read(self, effect: ReadDocument) -> None:
        shown = None
        try:
            with self._reading:
                if self._appliances.document is not None and not self._over(effect.visit):
                    shown = self._appliances.document(effect.whose, lambda: self._over(effect.visit))
        except Exception as bug:
            log.error("kiosk-fault", extra={"visit": effect.visit, "values": {"in": "document"}}, exc_info=bug)
        number, name = (None, None) if shown is None else (shown.number, shown.name)
        self._post(DocumentRead(self._now(), effect.visit, effect.insertion, effect.request, number, name))
