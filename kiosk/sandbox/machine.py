"""The computer that a kiosk runs on: its settings file, its power, its wall clock, its log.

The clock is moved by libfaketime from outside: the wall clock jumps, the monotonic clock does not, as when somebody sets a real
machine's clock. (Measured with 0.9.10 on CPython 3.11: waits keep their length, time.time() costs 6 µs.)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from kiosk.sandbox.leash import Leashed

SettingsText = Mapping[str, Mapping[str, object]]
"""Section -> key -> value, as kiosk.ini has them; yes and no may be given as bool."""


class ClockMissing(Exception):
    """libfaketime is not installed: the clock cannot be moved."""


class Machine:
    """One kiosk process that can be switched on and off any number of times. `folder` holds kiosk.ini, clock and log."""

    def __init__(
        self,
        program: Sequence[str],
        folder: Path,
        settings: SettingsText,
        environment: Mapping[str, str] | None = None,
        *,
        movable_clock: bool = False,
    ) -> None:
        """`program` gets `--config <folder>/kiosk.ini` appended. Raises ClockMissing."""
        self.config = folder / "kiosk.ini"
        self.log = folder / "kiosk.log"
        self._program = [*program, "--config", str(self.config)]
        self._clock = folder / "clock"
        self._environment = {**os.environ, **(environment or {})}
        self._process: Leashed | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.write_settings(settings)
        if movable_clock:
            self._environment |= {**_faked(), "FAKETIME_TIMESTAMP_FILE": str(self._clock), "FAKETIME_NO_CACHE": "1"}
            self.set_clock(0)

    def write_settings(self, settings: SettingsText) -> None:
        """A new kiosk.ini; holds from the next start."""
        self.config.write_text(ini(settings), "utf-8")

    @property
    def on(self) -> bool:
        return self._process is not None and self._process.alive

    @property
    def code(self) -> int | None:
        """Exit code of the last run; None while it runs or before the first."""
        return None if self._process is None else self._process.code

    @property
    def pid(self) -> int:
        """Of the shell that holds the kiosk's process."""
        assert self._process is not None
        return self._process.group

    def power_on(self) -> None:
        """Start the kiosk. Nothing happens when it runs."""
        if not self.on:
            self._process = Leashed(self._program, env=self._environment, log=self.log)

    def shut_down(self, timeout: float = 8.0) -> int | None:
        """SIGTERM, and wait for the end. Returns the exit code."""
        return None if self._process is None else self._process.stop(timeout)

    def cut_power(self) -> None:
        """SIGKILL at once."""
        if self._process is not None:
            self._process.kill()

    def wait(self, timeout: float) -> int | None:
        """Exit code once it has ended by itself; None when it still runs after `timeout` seconds."""
        return None if self._process is None else self._process.wait(timeout)

    def set_clock(self, ahead: float) -> None:
        """The wall clock from now on, in seconds ahead of the true time. Needs `movable_clock`."""
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(f"{ahead:+.0f}\n", "ascii")
        fresh.replace(self._clock)

    def command(self, *words: str) -> tuple[int, str]:
        """`python -m kiosk <words>` on this machine, by its settings and its clock. Exit code, and what it printed."""
        done = subprocess.run(  # noqa: S603 our own arguments
            [sys.executable, "-m", "kiosk", *words, "--config", str(self.config)],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def log_lines(self) -> list[dict[str, object]]:
        """The kiosk's own log so far; lines that are not JSON are left out."""
        try:
            text = self.log.read_text("utf-8", "replace")
        except OSError:
            return []
        lines = []
        for line in text.splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                lines.append(entry)
        return lines


def ini(settings: SettingsText) -> str:
    """Settings as the text of a kiosk.ini."""
    lines: list[str] = []
    for section, keys in settings.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {_said(value)}" for key, value in keys.items()]
        lines.append("")
    return "\n".join(lines)


def merged(*many: SettingsText) -> dict[str, dict[str, object]]:
    """Settings over settings: the later ones win, key by key."""
    out: dict[str, dict[str, object]] = {}
    for settings in many:
        for section, keys in settings.items():
            out.setdefault(section, {}).update(keys)
    return out


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


_FAKETIME: Final = ("lib/*/faketime", "lib64/faketime", "lib/faketime", "local/lib/faketime")


def clock_ahead(seconds: int) -> Mapping[str, str]:
    """Environment of a machine whose wall clock is so far ahead of the true time in all its life. Raises ClockMissing."""
    return {**_faked(), "FAKETIME": f"{seconds:+d}"} if seconds else {}


def _faked() -> dict[str, str]:
    """The wall clock alone."""
    return {
        "LD_PRELOAD": str(faketime()),
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # its name since 0.9.11
    }


def faketime() -> Path:
    """The library that moves the clock. Raises ClockMissing."""
    for pattern in _FAKETIME:
        for found in Path("/usr").glob(f"{pattern}/libfaketimeMT.so.1"):
            return found
    raise ClockMissing("libfaketime is not installed: apt install faketime")
