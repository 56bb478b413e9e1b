"""A document reader behind a Unix socket, where a small process with the vendor's library answers.

So a vendor's library cannot take the kiosk with it when it hangs or crashes, and has no part of its memory. The process is run by
the service manager, its socket is open to the kiosk's user alone. A line of JSON each way, at most 2,000 bytes, UTF-8:

    {"do": "status"}                      -> {"state": "online"}          a value of `drivers.device.DeviceState`
    {"do": "read", "seconds": 20.0}       -> {"number": "...", "name": "...", "born": "1990-01-31"}
                                             or {"fault": "noMedia"}      a value of `ReadFault`

Closing the line cancels a read. One line at a time; whoever comes second waits.
"""

import json
import re
import select
import socket
import threading
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

from drivers.device import DeviceState
from drivers.document.protocol import IdDocument, ReadFault

MOST: Final = 2000
"""Bytes of a line."""
_STATUS_SECONDS: Final = 1.0
_GRACE: Final = 1.0
"""Seconds that an answer may come after the limit that the process was given."""
_LOOK: Final = 0.05
_NUMBER: Final = re.compile(r"[0-9]{17}[0-9X]")
_LONGEST_NAME: Final = 60


class AdapterReader:
    """Implements `drivers.document.protocol.DocumentReader`. A connection for each question: nothing of a person stays in one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def status(self) -> DeviceState:
        told = self._ask({"do": "status"}, _STATUS_SECONDS, threading.Event())
        if isinstance(told, ReadFault):
            return DeviceState.OFFLINE if self._path.exists() else DeviceState.NO_DEVICE
        try:
            return DeviceState(told.get("state"))
        except ValueError:
            return DeviceState.HARDWARE_ERROR

    def read(self, limit: float, cancelled: threading.Event) -> IdDocument | ReadFault:
        told = self._ask({"do": "read", "seconds": limit}, limit + _GRACE, cancelled)
        return told if isinstance(told, ReadFault) else document_of(told)

    def close(self) -> None:
        """There is nothing to let go."""

    def _ask(self, question: dict[str, object], limit: float, cancelled: threading.Event) -> dict[str, Any] | ReadFault:
        until = time.monotonic() + limit
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(_STATUS_SECONDS)
            line.connect(str(self._path))
            line.sendall(json.dumps(question).encode() + b"\n")
            answer = bytearray()
            while b"\n" not in answer:
                if cancelled.is_set():
                    return ReadFault.CANCELLED
                if time.monotonic() >= until or len(answer) > MOST:
                    return ReadFault.OFFLINE
                if select.select((line,), (), (), _LOOK)[0]:
                    more = line.recv(MOST)
                    if not more:
                        return ReadFault.OFFLINE
                    answer += more
            told = json.loads(bytes(answer))
            return told if isinstance(told, dict) else ReadFault.INVALID_MEDIA
        except (OSError, ValueError):
            return ReadFault.OFFLINE
        finally:
            with suppress(OSError):
                line.close()


def document_of(told: dict[str, Any]) -> IdDocument | ReadFault:
    """What a process says, looked at: a number that is one, a name that can be shown, a birth date that is the number's."""
    if "fault" in told:
        try:
            return ReadFault(told["fault"])
        except ValueError:
            return ReadFault.INVALID_MEDIA
    number, name, born = told.get("number"), told.get("name"), told.get("born")
    if not (isinstance(number, str) and isinstance(name, str) and isinstance(born, str)):
        return ReadFault.INVALID_MEDIA
    if not _NUMBER.fullmatch(number) or not 0 < len(name.strip()) <= _LONGEST_NAME or not name.isprintable():
        return ReadFault.INVALID_MEDIA
    try:
        day = date.fromisoformat(born)
    except ValueError:
        return ReadFault.INVALID_MEDIA
    if number[6:14] != f"{day:%Y%m%d}" or not check_ok(number):
        return ReadFault.INVALID_MEDIA
    return IdDocument(number, name.strip(), day)


def check_ok(number: str) -> bool:
    """GB 11643: ISO 7064 MOD 11-2 over the first 17 digits."""
    total = 0
    for digit in number[:17]:
        total = (total + int(digit)) * 2 % 11
    return (total + (10 if number[17] == "X" else int(number[17]))) % 11 == 1
