"""A document reader in software: serves the socket of `adapter.py`, with documents that somebody lays on it. Not used by
`kiosk run`."""

import json
import os
import select
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from drivers.device import DeviceState
from drivers.document.adapter import MOST
from drivers.document.protocol import IdDocument, ReadFault

_LOOK: Final = 0.02
_READS: Final = 0.3
"""Seconds that a document has to lie still."""


class SimulatedDocumentReader:
    """`lay` a document on it and `take` it away; `unreadable` is a document that it cannot make out."""

    def __init__(self, path: Path, seconds: float = _READS) -> None:
        self._path = path
        self._seconds = seconds
        self._lies: IdDocument | ReadFault | None = None
        self._broken = False
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._listener: socket.socket | None = None
        self.plug()

    # ---- what a person can do to it ---------------------------------------------------------------------------------

    @property
    def laid(self) -> bool:
        return self._lies is not None

    @property
    def plugged(self) -> bool:
        return self._listener is not None

    def lay(self, document: IdDocument) -> None:
        self._lay(document)

    def lay_unreadable(self) -> None:
        self._lay(ReadFault.INVALID_MEDIA)

    def take(self) -> None:
        self._lay(None)

    def hold(self, seconds: float) -> None:
        """How long a document has to lie still from now on."""
        self._seconds = seconds

    def set_broken(self, *, broken: bool) -> None:
        """It answers that it has a fault."""
        with self._changed:
            self._broken = broken

    def plug(self) -> None:
        if self._listener is not None:
            return
        listener = socket.socket(socket.AF_UNIX)
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            listener.bind(str(self._path))
        finally:
            os.umask(before)
        listener.listen()
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="document-reader", daemon=True).start()

    def unplug(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            self._path.unlink(missing_ok=True)
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def stop(self) -> None:
        """Safe to call twice."""
        self._stopping.set()
        self.unplug()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _lay(self, what: IdDocument | ReadFault | None) -> None:
        with self._changed:
            self._lies = what
            self._changed.notify_all()

    # ---- the socket -------------------------------------------------------------------------------------------------

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line, suppress(OSError, ValueError):
                line.settimeout(1.0)
                asked = bytearray()
                while not asked.endswith(b"\n") and len(asked) < MOST:
                    more = line.recv(MOST)
                    if not more:
                        break
                    asked += more
                line.sendall(
                    json.dumps(self._answer(json.loads(bytes(asked)), line), ensure_ascii=False).encode() + b"\n"
                )

    def _answer(self, asked: dict[str, object], line: socket.socket) -> dict[str, str]:
        if asked.get("do") == "status":
            return {"state": (DeviceState.HARDWARE_ERROR if self._broken else DeviceState.ONLINE).value}
        seconds = asked.get("seconds")
        found = self._read(float(seconds) if isinstance(seconds, int | float) else 0.0, line)
        if isinstance(found, ReadFault):
            return {"fault": found.value}
        return {"number": found.number, "name": found.name, "born": found.born.isoformat()}

    def _read(self, limit: float, line: socket.socket) -> IdDocument | ReadFault:
        """What has lain there long enough within the limit, while somebody waits for it."""
        until = time.monotonic() + limit
        since, lay = 0.0, None
        with self._changed:
            while time.monotonic() < until and not self._stopping.is_set():
                if self._broken:
                    return ReadFault.OFFLINE
                if self._lies is not lay:
                    since, lay = time.monotonic(), self._lies
                if lay is not None and time.monotonic() - since >= self._seconds:
                    return lay
                if _left(line):
                    return ReadFault.CANCELLED
                self._changed.wait(_LOOK)
        return ReadFault.NO_MEDIA


def _left(line: socket.socket) -> bool:
    return bool(select.select((line,), (), (), 0)[0]) and line.recv(1, socket.MSG_PEEK) == b""
