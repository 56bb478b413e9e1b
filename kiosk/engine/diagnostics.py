"""The service screen's questions: how every part is, tests of single ones, the readiness report as a file or on paper.

Needs neither central nor a record; what is asked is done on a thread of its own, and answered by one event each.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from kiosk.health import Finding, LastFailure, Occasion, Report
from kiosk.help import Part
from kiosk.visit.events import Event
from kiosk.visit.help_deeds import Diagnose, Diagnosed, ReportWritten, WriteReport
from kiosk.visit.states import World

log = logging.getLogger("kiosk.doctor")

MOST_FAILURES: Final = 30


class Diagnostician(Protocol):
    """`kiosk.ops.diagnostics.Diagnostics`. Any thread; both block."""

    @property
    def parts(self) -> tuple[Part, ...]: ...

    def look(self) -> None: ...

    def test(self, part: Part, occasion: Occasion | None = None) -> Finding: ...

    def report(self, failures: Sequence[LastFailure] = (), uptime: float | None = None) -> Report: ...


class FailureLog:
    """The last codes that somebody was shown, each once with how often and when last. Any thread."""

    def __init__(self, now: Callable[[], datetime] = datetime.now) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, LastFailure] = OrderedDict()

    def saw(self, code: str) -> None:
        with self._lock:
            before = self._seen.pop(code, None)
            self._seen[code] = LastFailure(code, self._now(), 1 if before is None else before.count + 1)
            while len(self._seen) > MOST_FAILURES:
                self._seen.popitem(last=False)

    def last(self) -> tuple[LastFailure, ...]:
        """The newest first."""
        with self._lock:
            return tuple(reversed(self._seen.values()))


class WorldSince:
    """Since when reader, central, clock and audit chain are as the visits find them. Any thread."""

    def __init__(self, now: Callable[[], datetime] = datetime.now) -> None:
        self._now = now
        self._since: dict[Part, datetime] = {}

    def saw(self, before: World, after: World) -> None:
        for part, was, now in (
            (Part.READER, before.reader, after.reader),
            (Part.CENTRAL, before.link, after.link),
            (Part.CLOCK, before.clock_wrong, after.clock_wrong),
            (Part.STORE, before.audit_broken, after.audit_broken),
        ):
            if was is not now:
                self._since[part] = self._now()

    def of(self, part: Part) -> datetime | None:
        """None: since the start."""
        return self._since.get(part)


class ServiceDesk:
    """Executes `Diagnose`, and `WriteReport` of a file (on paper it is the printer's). `doctor` gives who knows all parts, and is
    called when that is first needed; `written`: a report as a file in a language, None where it cannot be."""

    def __init__(
        self,
        doctor: Callable[[], Diagnostician],
        written: Callable[[Report, str], str | None],
        failures: FailureLog,
        post: Callable[[Event], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._made = doctor
        self._making = threading.Lock()
        self._doctor: Diagnostician | None = None
        self._written = written
        self._failures = failures
        self._post = post
        self._now = now
        self._began = now()
        self._ended = 0

    def end(self, visit: int) -> None:
        """Nothing of it is answered any more. What was begun ends by itself."""
        self._ended = max(self._ended, visit)

    def do(self, effect: Diagnose | WriteReport) -> None:
        """Returns at once. Each part that is to be tested has a thread of its own."""
        if isinstance(effect, WriteReport):
            self._start(lambda: self._write(effect))
        elif effect.parts is None:
            self._start(lambda: self._look(effect))
        else:
            for part in effect.parts:
                self._start(partial(self._test, effect, part))

    @staticmethod
    def _start(do: Callable[[], None]) -> None:
        threading.Thread(target=do, name="service", daemon=True).start()

    def _there(self) -> Diagnostician:
        with self._making:
            if self._doctor is None:
                self._doctor = self._made()
            return self._doctor

    def _look(self, effect: Diagnose) -> None:
        doctor = self._there()
        doctor.look()
        self._diagnosed(effect, doctor, ())

    def _test(self, effect: Diagnose, part: Part) -> None:
        doctor = self._there()
        if part in doctor.parts:
            doctor.test(part, Occasion(effect.visit, effect.insertion, effect.untouched))
        self._diagnosed(effect, doctor, (part,))

    def _diagnosed(self, effect: Diagnose, doctor: Diagnostician, done: tuple[Part, ...]) -> None:
        report = doctor.report(self._failures.last(), self._now() - self._began)
        at, visit, insertion = self._now(), effect.visit, effect.insertion
        self._say(effect.visit, Diagnosed(at, visit, insertion, effect.request, report, done))

    def _write(self, effect: WriteReport) -> None:
        """A bug in it must not leave a person before a page that says "under way" for good."""
        file = None
        try:
            file = self._written(effect.report, effect.language)
        except Exception as bug:
            log.error("kiosk-fault", extra={"visit": effect.visit, "values": {"in": "report"}}, exc_info=bug)
        self._say(effect.visit, ReportWritten(self._now(), effect.visit, effect.insertion, effect.request, file))

    def _say(self, visit: int, event: Event) -> None:
        if visit > self._ended:
            self._post(event)
