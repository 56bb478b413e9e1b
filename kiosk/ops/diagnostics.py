"""What is wrong with this kiosk, and who must act: every part is looked at, and tested when somebody asks for it.

A look asks what is known and disturbs nobody; a test moves something (prints, writes, plays, asks central). Each runs on a
thread of its own: a part that hangs is a finding, and holds up no other.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from drivers.device import Who
from kiosk.health import Finding, LastFailure, Occasion, Report, Setting
from kiosk.help import Level, Part

log = logging.getLogger("kiosk.doctor")

LOOK_SECONDS: Final = 5.0
TEST_SECONDS: Final = 30.0
"""A slip takes some seconds, a card reader that fails ten."""
SILENT: Final = "silent"
"""The sentence of a part that did not answer."""


@dataclass(frozen=True, slots=True)
class Check:
    """How one part is looked at and tested. Both block and give the finding."""

    part: Part
    look: Callable[[], Finding]
    test: Callable[[Occasion], Finding]


@dataclass(slots=True)
class _Known:
    """`since`: when it came to be as it is; None: it has been so since the first look. `busy`: looks and tests that never
    came back are not started again."""

    finding: Finding | None = None
    since: datetime | None = None
    busy: threading.Thread | None = None


class Diagnostics:
    """One finding for each part that has a check, the newest there is. Any thread; `look` and `test` block."""

    def __init__(
        self,
        checks: Sequence[Check],
        settings: Callable[[], tuple[Setting, ...]],
        version: str,
        now: Callable[[], datetime] = datetime.now,
        look_seconds: float = LOOK_SECONDS,
        test_seconds: float = TEST_SECONDS,
    ) -> None:
        self._checks = {check.part: check for check in checks}
        self._settings = settings
        self._version = version
        self._now = now
        self._look_seconds = look_seconds
        self._test_seconds = test_seconds
        self._lock = threading.Lock()
        self._known = {part: _Known() for part in self._checks}
        self._began = time.monotonic()

    @property
    def parts(self) -> tuple[Part, ...]:
        """In the order of the service screen."""
        return tuple(part for part in Part if part in self._checks)

    def look(self) -> None:
        """At all parts, at once; takes no longer than the slowest of them, or the limit."""
        until = time.monotonic() + self._look_seconds
        started = [(part, self._start(part, self._checks[part].look)) for part in self.parts]
        for part, thread in started:
            self._wait(part, thread, until)

    def test(self, part: Part, occasion: Occasion | None = None) -> Finding:
        """One part; SILENT where it does not come to an end in its time."""
        check = self._checks[part]
        until = time.monotonic() + self._test_seconds
        self._wait(part, self._start(part, lambda: check.test(occasion or Occasion())), until)
        finding = self._known[part].finding
        assert finding is not None  # `_wait` left one
        return finding

    def report(self, failures: Sequence[LastFailure] = (), uptime: float | None = None) -> Report:
        """What is known now. `uptime`: seconds; None: of this object."""
        with self._lock:
            findings = tuple(found for part in self.parts if (found := self._known[part].finding) is not None)
        lasted = time.monotonic() - self._began if uptime is None else uptime
        return Report(self._now(), self._version, lasted, findings, tuple(failures), self._settings())

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _start(self, part: Part, do: Callable[[], Finding]) -> threading.Thread | None:
        """None: what was started before still hangs."""
        known = self._known[part]
        with self._lock:
            if known.busy is not None and known.busy.is_alive():
                return known.busy if known.finding is None or known.finding.key != SILENT else None

            def run() -> None:
                try:
                    finding = do()
                except Exception as bug:
                    log.error("kiosk-fault", extra={"values": {"in": f"doctor-{part.value}"}}, exc_info=bug)
                    finding = _silent(part)
                self._found(part, finding)

            known.busy = threading.Thread(target=run, name=f"doctor-{part.value}", daemon=True)
            known.busy.start()
            return known.busy

    def _wait(self, part: Part, thread: threading.Thread | None, until: float) -> None:
        if thread is None:
            return
        thread.join(max(0.0, until - time.monotonic()))
        if thread.is_alive():
            self._found(part, _silent(part))

    def _found(self, part: Part, finding: Finding) -> None:
        with self._lock:
            known = self._known[part]
            before = known.finding
            # Another sentence for the same state, looked at and then tested, is no change.
            if before is not None and (before.level, before.code) != (finding.level, finding.code):
                known.since = self._now()
            known.finding = replace(finding, since=finding.since or known.since)


def _silent(part: Part) -> Finding:
    return Finding(part, Level.FAULT, SILENT, who=Who.TECHNICIAN)
