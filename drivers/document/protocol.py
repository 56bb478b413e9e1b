"""What the kiosk knows of a reader of ID documents (居民身份证, GA 490 and its successors): a protocol.

The chip of an ID card answers only to a reader's security module and the vendor's library for it, which we do not ship: such a
library runs in a process of its own, behind the socket of `adapter.py`. What is read: number, name, birth date, nothing else.
"""

import threading
from dataclasses import dataclass
from datetime import date
from enum import Enum, unique
from typing import Protocol

from drivers.device import DeviceState


@dataclass(frozen=True, slots=True, repr=False)
class IdDocument:
    """`number`: GB 11643, 18 characters."""

    number: str
    name: str
    born: date

    def __repr__(self) -> str:
        return "IdDocument(<personal>)"


@unique
class ReadFault(Enum):
    """Why nothing was read. The words of XFS4IoT, CardReader (`ReadRawData`), for a document."""

    NO_MEDIA = "noMedia"  # nothing was laid on it within the limit
    INVALID_MEDIA = "invalidMedia"  # something was, and it cannot be read: another kind of document, moved away, broken
    OFFLINE = "offline"  # the reader, or the process in front of it, is not there or does not answer
    CANCELLED = "cancelled"


class DocumentReader(Protocol):
    """One reader. Of one thread, but for `cancelled`; raises nothing."""

    def status(self) -> DeviceState:
        """How it is now."""

    def read(self, limit: float, cancelled: threading.Event) -> IdDocument | ReadFault:
        """Wait at most `limit` seconds for a document and read it. `cancelled` ends it at once, from any thread."""

    def close(self) -> None:
        """Let it go. Safe to call twice."""
