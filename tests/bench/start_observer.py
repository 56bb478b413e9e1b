"""The outside observer of a start: one finger and one pair of eyes for every program, from exec until a tap is answered.

It knows two pictures of a part of the screen: how it looks when the program stands, and how it looks after the tap. Both
are learned from a start that is not measured, so the measured ones compare whole pictures and never guess from a colour.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

LOOK_EVERY: Final = 0.004
"""Seconds between two looks at the screen."""
HOLD: Final = 0.010
"""Seconds that the finger stays down: with none at all some programs see no touch."""
AGAIN: Final = 0.040
"""Seconds from one tap to the next, until one is answered."""
STILL: Final = 1.0
"""A picture that did not change for so long is the finished one."""
PATIENCE: Final = 30.0


class Eyes(Protocol):
    """What the observer needs of the screen (`kiosk.sandbox.display.Glass` has it)."""

    def look(self, box: Box) -> bytes: ...

    def tap(self, x: int, y: int, hold: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the screen in px."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Subject:
    """A program to start: `marker` is the part of its screen that a tap at `point` changes."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    point: tuple[int, int]
    marker: Box
    folder: Path


@dataclass(frozen=True, slots=True)
class Known:
    """The marker of a program that stands, before and after the tap."""

    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Sighting:
    """Seconds from exec: until the marker stood, and until a tap had changed it."""

    seen: float
    touchable: float
    taps: int


class NotSeen(Exception):
    """The screen did not come to show what was waited for."""


class Running:
    """A started program in a process group of its own; the whole group is gone after `stop`."""

    def __init__(self, subject: Subject) -> None:
        self.log = subject.folder / f"{subject.name}.log"
        with self.log.open("ab") as log:
            self.began = time.monotonic()
            self._process = subprocess.Popen(
                subject.argv,
                env=dict(subject.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def group(self) -> int:
        """The process group, which is also the number of its first process."""
        return self._process.pid

    @property
    def since(self) -> float:
        """Seconds since exec."""
        return time.monotonic() - self.began

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def stop(self) -> None:
        """SIGTERM first: a browser that is killed tells its next start about it."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        # The next start is measured alone: what is still dying of this one is waited for.
        until = time.monotonic() + 5
        while living(self.group) and time.monotonic() < until:
            time.sleep(LOOK_EVERY)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def living(group: int) -> list[int]:
    """The processes of a group that have not ended (proc(5): after the name, in brackets, come state, parent and group)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, its_group = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                found.append(int(folder.name))
    return found


def watch(running: Running, subject: Subject, known: Known, eyes: Eyes) -> Sighting:
    """Looks until the marker stands, then taps until it has changed. Raises NotSeen."""
    while eyes.look(subject.marker) != known.before:
        _patient(running, subject, "its first page")
        time.sleep(LOOK_EVERY)
    seen = running.since
    taps, next_tap = 0, 0.0
    while True:
        if running.since >= next_tap:
            eyes.tap(*subject.point, HOLD)
            taps, next_tap = taps + 1, running.since + AGAIN
        if eyes.look(subject.marker) == known.after:
            return Sighting(seen, running.since, taps)
        _patient(running, subject, "the answer to a tap")
        time.sleep(LOOK_EVERY)


def learn(running: Running, subject: Subject, eyes: Eyes) -> Known:
    """The two pictures, from a start that nobody measures. Raises NotSeen."""
    blank = eyes.look(subject.marker)
    before = _settled(running, subject, eyes, {blank, uniform(blank)})
    eyes.tap(*subject.point, 3 * HOLD)
    return Known(before, _settled(running, subject, eyes, {before}))


def uniform(picture: bytes) -> bytes:
    """A picture of the same size in one colour: a cleared window is not a page."""
    return picture[:4] * (len(picture) // 4)


def _settled(running: Running, subject: Subject, eyes: Eyes, not_these: set[bytes]) -> bytes:
    """A picture other than these, of more than one colour unless an answer is one, that stood still."""
    last, since = eyes.look(subject.marker), running.since
    while True:
        _patient(running, subject, "a page to learn")
        time.sleep(5 * LOOK_EVERY)
        now = eyes.look(subject.marker)
        if now != last or now in not_these or now == uniform(now):
            last, since = now, running.since
        elif running.since - since >= STILL:
            return now


def _patient(running: Running, subject: Subject, what: str) -> None:
    if running.ended:
        raise NotSeen(f"{subject.name} ended before {what}: {tail(running.log)}")
    if running.since > PATIENCE:
        raise NotSeen(f"{subject.name}: {what} did not come within {PATIENCE:g} s: {tail(running.log)}")


def tail(log: Path) -> str:
    """The end of a program's output."""
    return log.read_text("utf-8", "replace")[-800:]


def turns(names: Sequence[str], rounds: int) -> list[str]:
    """Who starts when: every round has each once, and the order turns, so that nobody always follows the same one."""
    return [names[(n + k) % len(names)] for n in range(rounds) for k in range(len(names))]
