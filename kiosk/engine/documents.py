"""An ID card that the visit asks for: waited for and read, while the visit lasts."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from drivers.document.protocol import DocumentReader, ReadFault
from kiosk.engine.appliances import ShownDocument
from kiosk.failures import of_document
from kiosk.services import Party

log = logging.getLogger("kiosk.devices")

WAIT_SECONDS: Final = 10.0
"""For a document that does not lie there yet: the person has said that it does."""
_LOOK: Final = 0.1


class DocumentDesk:
    """`kiosk.engine.appliances.Appliances.document`."""

    def __init__(self, reader: DocumentReader, wait: float = WAIT_SECONDS) -> None:
        self._reader = reader
        self._wait = wait

    def __call__(self, whose: Party, over: Callable[[], bool]) -> ShownDocument | None:
        """Blocks until it is read, its time is over, or the visit is."""
        cancelled, done = threading.Event(), threading.Event()

        def watch() -> None:
            while not done.wait(_LOOK):
                if over():
                    cancelled.set()
                    return

        watcher = threading.Thread(target=watch, name="document-over", daemon=True)
        watcher.start()
        try:
            found = self._reader.read(self._wait, cancelled)
        finally:
            done.set()
            watcher.join()
        if isinstance(found, ReadFault):
            values = {"whose": whose.value, "fault": found.value}
            if failure := of_document(found):
                values["code"] = failure.code
            log.info("document-not-read", extra={"values": values})
            return None
        log.info("document-read", extra={"values": {"whose": whose.value}})
        return ShownDocument(found.number, found.name)

    def close(self) -> None:
        self._reader.close()
