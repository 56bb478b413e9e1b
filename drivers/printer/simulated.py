"""A receipt printer in software behind a pseudo-terminal: the kiosk opens its path as it would /dev/usb/lp0.

It understands ESC/POS (`interpreter`), answers status questions as a printer does, keeps what it printed as pictures, and can run
low or out of paper, have its cover open, jam, be offline, be slow, fall silent, or die half-way. Not used by `kiosk run`.
"""

import os
import select
import threading
import time
import tty
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from drivers.printer.interpreter import Interpreter, Strip
from drivers.printer.protocol import Ink, PaperState, PaperWidth

_LOOK: Final = 0.01
_IDLE: Final = 0.1
_REAL_TIME: Final = {4: 3, 5: 3, 0x14: 3}
"""Second byte of a real-time command -> its length; DLE DC4 8 is longer."""
_CLEAR: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


class SimulatedPrinter:
    """`path` becomes a link to the terminal while the printer is plugged in. `folder` takes `slip-001.png` and so on."""

    def __init__(self, path: Path, width: PaperWidth, ink: Ink, folder: Path | None = None) -> None:
        self.strips: list[Strip] = []
        self._path = path
        self._folder = folder
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._paper = PaperState.FULL
        self._cover_open = False
        self._online = True
        self._silent = False
        self._hears: int | None = None
        self._pace = 0.0  # seconds for a dot row
        self._moving_until = 0.0
        self._left: int | None = None  # dot rows until it dies
        self._roll: int | None = None  # dot rows until the roll ends
        self._heard = b""
        self._mind = Interpreter(width, ink, self._say, lambda: self._paper is PaperState.LOW)
        self._answers: deque[bytes] = deque()
        self._ends: tuple[int, int] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self.plug()
        self._thread.start()

    # ---- what a person can do to it ---------------------------------------------------------------------------------

    @property
    def paper(self) -> PaperState:
        return self._paper

    @property
    def cover_open(self) -> bool:
        return self._cover_open

    @property
    def plugged(self) -> bool:
        return self._ends is not None

    @property
    def waiting(self) -> int:
        """Bytes that it holds and has not carried out."""
        with self._lock:
            return self._mind.waiting

    def set_paper(self, state: PaperState) -> None:
        """JAMMED: the knife is stuck; anything else frees it."""
        with self._lock:
            self._paper = state

    def set_cover(self, *, opened: bool) -> None:
        with self._lock:
            self._cover_open = opened

    def set_online(self, *, online: bool) -> None:
        """The key that stops it: it answers and does nothing."""
        with self._lock:
            self._online = online

    def set_silent(self, *, silent: bool) -> None:
        """It takes bytes and neither prints nor answers."""
        with self._lock:
            self._silent = silent

    def deaf_after(self, count: int | None) -> None:
        """So many bytes from now on it takes no more, questions among them: a full buffer, a stuck line. None: it hears."""
        with self._lock:
            self._hears = count

    def set_pace(self, seconds: float) -> None:
        """For a dot row; a quick one needs 0.0006."""
        with self._lock:
            self._pace = seconds

    def die_after(self, rows: int) -> None:
        """It loses its power when so many dot rows have come out from now on."""
        with self._lock:
            self._left = rows

    def run_out_after(self, rows: int) -> None:
        """Its roll ends when so many dot rows have come out from now on."""
        with self._lock:
            self._roll = rows

    def plug(self) -> None:
        with self._lock:
            if self._ends is not None:
                return
            ours, theirs = os.openpty()
            tty.setraw(theirs)
            os.set_blocking(ours, False)
            self._ends = ours, theirs
            self._left = None
            self._mind.power_on()
            self._heard = b""
            self._answers.clear()
            link = self._path.with_name(self._path.name + ".new")
            link.unlink(missing_ok=True)
            link.symlink_to(os.ttyname(theirs))
            link.replace(self._path)

    def unplug(self) -> None:
        """Who has it open sees it go."""
        with self._lock:
            ends, self._ends = self._ends, None
            self._path.unlink(missing_ok=True)
            for end in ends or ():
                with suppress(OSError):
                    os.close(end)

    def tear_off(self) -> Strip | None:
        """Take out by hand what was printed and not cut."""
        with self._lock:
            return self._mind.torn_off()

    def is_empty(self, timeout: float) -> bool:
        """Nothing waits in its buffer, or within the timeout nothing does any more."""
        until = time.monotonic() + timeout
        while self.waiting and time.monotonic() < until:
            self._stopping.wait(_LOOK)
        return not self.waiting

    def wait_for(self, count: int, timeout: float) -> bool:
        """Until so many slips were cut in its life."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.strips) >= count, timeout)

    def stop(self) -> None:
        """Safe to call twice."""
        self._stopping.set()
        self._thread.join(5)
        self.unplug()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # ---- its own thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                ends = self._ends
                waiting = self._mind.waiting > 0
                deaf = self._hears is not None and self._hears <= 0
            if ends is None:
                self._stopping.wait(_IDLE)
                continue
            busy = self._print()
            reads = [] if deaf else [ends[0]]
            try:
                ready = select.select(reads, (), (), 0 if busy else _LOOK if waiting else _IDLE)[0]
            except (OSError, ValueError):
                continue  # unplugged at this moment
            with self._lock:
                if ready and self._ends == ends:
                    with suppress(OSError):
                        data = os.read(ends[0], 256)
                        self._hears = None if self._hears is None else self._hears - len(data)
                        self._hear(data)
                self._answer()

    def _hear(self, data: bytes) -> None:
        """Real-time commands are taken out at once, wherever they stand; the rest goes into the buffer."""
        if self._silent:
            return
        data, self._heard = self._heard + data, b""
        kept, start = bytearray(), 0
        while (at := data.find(b"\x10", start)) >= 0:
            kept += data[start:at]
            rest = data[at:]
            length = len(_CLEAR) if _CLEAR.startswith(rest[: len(_CLEAR)]) and rest[:3] == _CLEAR[:3] else 3
            second = rest[1] if len(rest) > 1 else None
            if second is None or (second in _REAL_TIME and len(rest) < length):
                self._heard = rest  # the other bytes are on their way
                start = len(data)
                break
            if second not in _REAL_TIME:
                kept.append(0x10)
                start = at + 1
                continue
            start = at + length
            self._mind.feed(bytes(kept))
            kept.clear()
            self._at_once(rest[:length])
        kept += data[start:]
        self._mind.feed(bytes(kept))

    def _at_once(self, command: bytes) -> None:
        if command[1] == 4:
            found = self._status(command[2])
            if found is not None:
                self._say(bytes((found,)))
        elif command == _CLEAR or (command[1] == 5 and command[2] == 2 and self._paper is PaperState.JAMMED):
            self._mind.drop()

    def _status(self, kind: int) -> int | None:
        out, jammed = self._paper is PaperState.OUT, self._paper is PaperState.JAMMED
        match kind:
            case 1:
                return 0x12 | (0 if self._ready() else 0x08)
            case 2:
                return 0x12 | (0x04 if self._cover_open else 0) | (0x20 if out else 0) | (0x40 if jammed else 0)
            case 3:
                return 0x12 | (0x08 if jammed else 0)
            case 4:
                return 0x12 | (0x6C if out else 0x0C if self._paper is PaperState.LOW else 0)
            case _:
                return None

    def _ready(self) -> bool:
        return self._online and not self._cover_open and self._paper in (PaperState.FULL, PaperState.LOW)

    def _print(self) -> bool:
        """One command. False: there was nothing to do, or its paper is still moving."""
        with self._lock:
            if self._silent or not self._ready() or time.monotonic() < self._moving_until:
                return False
            before = self._mind.rows
            cut = len(self._mind.strips)
            if not self._mind.step():
                return False
            rows = abs(self._mind.rows - before)
            self._moving_until = time.monotonic() + self._pace * rows
            for strip in self._mind.strips[cut:]:
                self._put_away(strip)
            self._mind.strips.clear()
            self._use(rows)
        return True

    def _use(self, rows: int) -> None:
        if self._roll is not None:
            self._roll -= rows
            if self._roll <= 0:
                self._roll, self._paper = None, PaperState.OUT
        if self._left is not None:
            self._left -= rows
            if self._left <= 0:
                self._mind.power_on()
                self.unplug()

    def _put_away(self, strip: Strip) -> None:
        with self._changed:
            self.strips.append(strip)
            if self._folder is not None:
                self._folder.mkdir(parents=True, exist_ok=True)
                (self._folder / f"slip-{len(self.strips):03d}.png").write_bytes(strip.png())
            self._changed.notify_all()

    def _say(self, answer: bytes) -> None:
        if not self._silent:
            self._answers.append(answer)

    def _answer(self) -> None:
        while self._answers and self._ends is not None:
            try:
                os.write(self._ends[0], self._answers[0])
            except BlockingIOError:
                return
            except OSError:
                self._answers.clear()
                return
            self._answers.popleft()
