"""A receipt printer at a device file: a USB printer (/dev/usb/lp0, Linux usblp) or a serial one, ESC/POS in both directions.

A job counts as printed only when the printer has answered the question behind it. One that cannot be finished is dropped in the
printer, too, and what came out of it is cut off: no part of a slip may come later or hang together with the next person's.
Everything has a time limit on the monotonic clock; a printer that takes no more bytes cannot hold anybody up.
"""

import errno
import os
import select
import termios
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drivers.device import DeviceState
from drivers.printer import escpos
from drivers.printer.protocol import (
    MOST_LINES,
    Ink,
    PaperState,
    PaperWidth,
    PrinterStatus,
    PrintResult,
    Slip,
)

_CHUNK: Final = 1024
"""Bytes between two looks at the printer: one that has stopped is noticed while its buffer (4 KiB and more) still has room for
questions."""
_EMPTY: Final = 0.005
"""Seconds until the next look at a device that is readable and has nothing to say, as usblp can be."""
_NOT_THERE: Final = PrinterStatus(DeviceState.NO_DEVICE)
_SILENT: Final = PrinterStatus(DeviceState.OFFLINE)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: for one status byte, for a whole job, and how often a job under way is looked at."""

    answer: float = 0.5
    job: float = 20.0
    look: float = 0.25


class _Gone(Exception):
    """The device file cannot be opened, written or read any more. `missing`: there is none."""

    def __init__(self, *, missing: bool = False) -> None:
        super().__init__()
        self.missing = missing


class DevicePrinter:
    """Implements `drivers.printer.protocol.ReceiptPrinter`. Opened when first asked, and again after it was away."""

    def __init__(
        self,
        path: Path,
        width: PaperWidth,
        ink: Ink,
        limits: Limits = Limits(),
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._width = width
        self._ink = ink
        self._limits = limits
        self._now = now
        self._fd: int | None = None
        self._uncut = False  # a part of a slip may hang in the printer
        self._finished = False  # the answer to the question behind the job has come

    def status(self) -> PrinterStatus:
        was_open = self._fd is not None
        try:
            return self._status()
        except _Gone as gone:
            self.close()
            if was_open:  # it may have been away and be back
                return self.status()
            return _NOT_THERE if gone.missing else _SILENT

    def print(self, slip: Slip) -> PrintResult:
        if len(slip) > MOST_LINES:
            raise ValueError("a slip without end")
        until = self._now() + self._limits.job
        before = self.status()
        if not before.can_print:
            return _why_not(before, PrintResult.OFFLINE)
        job = escpos.encode(slip, self._width, self._ink) + escpos.DONE
        if self._uncut:
            job = escpos.INITIALISE + escpos.CUT + job
        self._finished, self._uncut = False, True
        try:
            hindrance = self._send(job, until) or self._done(until)
        except _Gone:
            self.close()
            return PrintResult.INTERRUPTED
        if hindrance is None:
            self._uncut = False
            return PrintResult.PRINTED
        self._drop()
        return _why_not(hindrance, PrintResult.INTERRUPTED)

    def close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    # ---- a job ------------------------------------------------------------------------------------------------------

    def _send(self, job: bytes, until: float) -> PrinterStatus | None:
        """Give it all the bytes. What hinders it, where something does. Raises _Gone."""
        rest = memoryview(job)
        while rest:
            sent = self._write(rest[:_CHUNK], self._limits.look)
            rest = rest[sent:]
            stopped = not sent or escpos.has_stopped(self._ask(2) or 0)
            if stopped and (status := self._hindrance(until)):
                return status
        return None

    def _done(self, until: float) -> PrinterStatus | None:
        """Wait until it says that it has carried everything out. What hinders it, where something does. Raises _Gone."""
        while not self._finished:
            self._answers(self._limits.look)
            if not self._finished and (status := self._hindrance(until)):
                return status
        return None

    def _hindrance(self, until: float) -> PrinterStatus | None:
        """Why a job does not go on; None: it is only slow. Raises _Gone."""
        status = self._status()
        if self._finished:
            return None
        if status.can_print or status.device is DeviceState.DEVICE_BUSY:
            return status if self._now() >= until else None
        # A printer that is busy may be slow to answer: silence alone is a hindrance once the time is over.
        return None if status == _SILENT and self._now() < until else status

    def _drop(self) -> None:
        """The printer forgets the job, and the device file what it has not passed on; what is on the paper is cut off."""
        end = escpos.DROP + escpos.INITIALISE + escpos.CUT
        try:
            fd = self._opened()
            if os.isatty(fd):
                termios.tcflush(fd, termios.TCOFLUSH)
            self._uncut = self._write(memoryview(end), self._limits.answer) < len(end)
        except (_Gone, termios.error):
            pass
        self.close()

    # ---- status -----------------------------------------------------------------------------------------------------

    def _status(self) -> PrinterStatus:
        """Raises _Gone."""
        answers = []
        for kind in (1, 2, 3, 4):
            self._answers(0)  # what came too late for the question before
            answer = self._ask(kind)
            if answer is None:
                return _SILENT
            answers.append(answer)
        return escpos.status_of(*answers)

    def _ask(self, kind: int) -> int | None:
        question = escpos.ask(kind)
        if self._write(memoryview(question), self._limits.answer) < len(question):
            return None
        until = self._now() + self._limits.answer
        while (left := until - self._now()) > 0:
            for answer in self._answers(left):
                return answer
        return None

    def _answers(self, limit: float) -> list[int]:
        """The status bytes that come within the limit. That a job is done is noted, whenever it is said. Raises _Gone."""
        found = self._read(limit)
        self._finished = self._finished or any(map(escpos.is_done, found))
        return [answer for answer in found if escpos.is_status(answer)]

    # ---- the device file --------------------------------------------------------------------------------------------

    def _opened(self) -> int:
        if self._fd is None:
            try:
                fd = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
            except OSError as error:
                raise _Gone(missing=error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO)) from None
            try:
                if os.isatty(fd):
                    tty.setraw(fd)
            except (OSError, termios.error):
                os.close(fd)
                raise _Gone from None
            self._fd = fd
        return self._fd

    def _write(self, data: memoryview, limit: float) -> int:
        """How many bytes it took within the limit; 0: none. Raises _Gone."""
        fd = self._ready(select.POLLOUT, limit)
        try:
            return os.write(fd, data) if fd is not None else 0
        except BlockingIOError:
            return 0
        except OSError:
            raise _Gone from None

    def _read(self, limit: float) -> bytes:
        """What it says within the limit; nothing when it says nothing. Raises _Gone."""
        fd = self._ready(select.POLLIN, limit)
        try:
            found = os.read(fd, 256) if fd is not None else b""
        except BlockingIOError:
            found = b""
        except OSError:
            raise _Gone from None
        if fd is not None and not found and limit:
            time.sleep(_EMPTY)
        return found

    def _ready(self, what: int, limit: float) -> int | None:
        """The open device once it can be read or written; None: not within the limit. Raises _Gone."""
        fd = self._opened()
        poll = select.poll()
        poll.register(fd, what)
        found = poll.poll(limit * 1000)
        if not found:
            return None
        if found[0][1] & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
            raise _Gone
        return fd


def _why_not(status: PrinterStatus, otherwise: PrintResult) -> PrintResult:
    if status.cover_open:
        return PrintResult.COVER_OPEN
    if status.paper is PaperState.OUT:
        return PrintResult.PAPER_OUT
    return PrintResult.PAPER_JAMMED if status.paper is PaperState.JAMMED else otherwise
