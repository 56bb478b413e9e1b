"""Who types wrong names, passwords and codes at this kiosk waits: longer with each, and a restart takes nothing off.

Some tries are free, then the wait doubles up to a longest one. A try is written down as a wrong one before it is sent, and taken
back when it was not: who pulls the plug between question and answer has used it up. Time is the boot's own clock
(CLOCK_BOOTTIME), which nobody can set; after a reboot a wait that was under way begins again from its start. A file that is
damaged, or of another kiosk, is one long wait. What cannot be noticed without a counter in hardware: a file taken away or an
older copy put back by somebody with the disk in hand.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.store.device_key import DeviceKey, Label
from kiosk.store.sealedfile import Broken, SealedFile

log = logging.getLogger("kiosk.staff")

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_CONTEXT: Final = b"kiosk lock-out\x001\x00"


@dataclass(frozen=True, slots=True)
class Limits:
    """`free` wrong tries on end cost nothing; after that one the next waits `first` seconds, then twice as long, at most
    `longest`. In each `forgets` seconds without another one, one is forgotten: who tries at that pace is held back for good."""

    free: int = 5
    first: float = 15.0
    longest: float = 900.0
    forgets: float = 900.0

    def wait(self, wrong: int) -> float:
        """Seconds after so many wrong tries on end."""
        over = wrong - self.free
        return 0.0 if over < 0 else min(self.longest, self.first * 2.0 ** min(over, 30))


@dataclass(frozen=True, slots=True)
class _Standing:
    """`wrong` tries on end, the last at `last`; nothing is taken before `until`. Both on the clock of the boot `boot`."""

    boot: str
    wrong: int = 0
    last: float = 0.0
    until: float = 0.0


class Try:
    """One that was let through. Settle it once; left alone it counts as a wrong one."""

    __slots__ = ("_before", "_lockout", "_open")

    def __init__(self, lockout: Lockout, before: _Standing) -> None:
        self._lockout = lockout
        self._before = before
        self._open = True

    def good(self) -> None:
        """Name, password and code were right: all begins anew."""
        self._settle(_Standing(self._before.boot))

    def not_judged(self) -> None:
        """Central did not answer, or not to this: it never was."""
        self._settle(self._before)

    def _settle(self, standing: _Standing) -> None:
        if self._open:
            self._open = False
            self._lockout._put(standing)


class Lockout:
    """`name` is the file's: one for each thing that is guarded. Any thread. Raises nothing: where the disk takes nothing, or
    there is no device key, what is known holds until the process ends."""

    def __init__(
        self,
        folder: Path,
        name: str,
        device: DeviceKey | None,
        limits: Limits = Limits(),
        now: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
        boot: Callable[[], str] = lambda: _boot(),
    ) -> None:
        self._limits = limits
        self._now = now
        self._file: SealedFile | None = None
        if device is not None:
            self._file = SealedFile(folder / name, device.derive(Label.LOCK_OUT), _CONTEXT + name.encode())
        self._lock = threading.Lock()
        self._standing = self._load(boot())

    def wait(self) -> float:
        """Seconds until the next try is taken; 0: now."""
        with self._lock:
            return max(0.0, self._standing.until - self._now())

    def begin(self) -> Try | float:
        """Take one try, or say how many seconds none is taken."""
        with self._lock:
            now = self._now()
            before = self._standing
            if before.until > now:
                return before.until - now
            forgotten = int((now - before.last) // self._limits.forgets)
            wrong = max(0, before.wrong - forgotten) + 1
            self._store(_Standing(before.boot, wrong, now, now + self._limits.wait(wrong)))
            return Try(self, before)

    def _put(self, standing: _Standing) -> None:
        with self._lock:
            self._store(standing)

    # ---- the file ---------------------------------------------------------------------------------------------------

    def _store(self, standing: _Standing) -> None:
        self._standing = standing
        if self._file is None:
            return
        try:
            self._file.write(json.dumps([standing.boot, standing.wrong, standing.last, standing.until]).encode())
        except OSError as error:
            log.error("lock-out-not-stored", extra={"values": {"error": error.errno or 0}})

    def _load(self, boot: str) -> _Standing:
        """What stands in the file, on the clock of this boot."""
        found = None if self._file is None else self._file.read()
        if found is None:
            return _Standing(boot)
        now = self._now()
        held = None if isinstance(found, Broken) else _standing(found)
        if held is None:
            log.error("lock-out-damaged")
            full = self._limits.free
            while self._limits.wait(full) < self._limits.longest:
                full += 1
            self._standing = _Standing(boot, full, now, now + self._limits.longest)
        elif held.boot == boot:
            return held
        else:
            under_way = self._limits.wait(held.wrong) if held.until > held.last else 0.0
            self._standing = _Standing(boot, held.wrong, now, now + under_way)
        self._store(self._standing)
        return self._standing

    def __repr__(self) -> str:
        return f"Lockout(wrong={self._standing.wrong})"


def _standing(content: bytes) -> _Standing | None:
    try:
        match json.loads(content):
            case [str(boot), int(wrong), int() | float() as last, int() | float() as until] if wrong >= 0:
                return _Standing(boot, wrong, float(last), float(until))
    except ValueError:
        pass
    return None


def _boot() -> str:
    """The kernel's name of this boot; where it gives none, none is the same as another."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return f"none {time.time_ns()}"
