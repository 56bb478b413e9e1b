"""Stands for the bureau's short message service: keeps what would be on the phones, for whoever plays their owners."""

import threading
from collections import deque
from typing import Final

from kiosk.sandbox.central.seen import Message

KEPT: Final = 1_000


class Phones:
    """Thread-safe. `reached` False: what is sent does not arrive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: deque[Message] = deque(maxlen=KEPT)
        self._open: dict[str, str] = {}
        self.reached = True

    def send(self, phone: str, code: str, text: str, at: float) -> None:
        with self._lock:
            self._open[code] = text
            while len(self._open) > KEPT:
                del self._open[next(iter(self._open))]
            if self.reached:
                self._messages.append(Message(phone, text, at))

    def open_text(self, code: str | None) -> str | None:
        """What a code was, for sending it again. None: nobody knows any more."""
        with self._lock:
            return self._open.get(code) if code is not None else None

    def messages(self) -> list[Message]:
        """Oldest first."""
        with self._lock:
            return list(self._messages)
