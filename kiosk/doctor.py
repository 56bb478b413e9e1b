"""`python -m kiosk doctor`: what the service screen says, on a terminal. Also while the kiosk runs, as its user.

It tests what disturbs nobody: no slip comes out, no tone is played, a card in the slot is read only where no program holds it.
"""

import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drivers.card.reader import (
    CardInserted,
    CardLost,
    CardMute,
    CardReader,
    ReaderChanged,
    ReaderDenied,
    ReaderEvent,
    ReaderHeld,
)
from drivers.card.reader import ReaderFault as ReaderBroken
from drivers.card.ssc import CardFailure, SocialSecurityCard
from drivers.card.states import ReaderState
from kiosk import __version__
from kiosk.central.answers import Answer
from kiosk.checks import Checks, Senses, settings_of
from kiosk.devices import Devices
from kiosk.health import Report
from kiosk.help import Part
from kiosk.ops.diagnostics import Diagnostics

if TYPE_CHECKING:
    from kiosk.central.client import CentralClient
    from kiosk.config import Settings
    from kiosk.slip import Place

READER_SECONDS: Final = 3.0
QUIET: Final = (Part.READER, Part.CLOCK, Part.DISK, Part.STORE, Part.CENTRAL)
"""What is tested beyond a look."""


def examined(
    path: Path,
    settings: "Settings",
    errors: tuple[str, ...],
    place: "Callable[[str], Place]",
    client: "CentralClient | None",
    reader: CardReader,
) -> Report:
    """Blocks until every part was looked at. The reader is started and stopped."""
    look = ReaderLook(reader)
    offset: list[float] = []

    def saw(answer: Answer[object]) -> None:
        if answer.clock_offset is not None:
            offset[:] = [answer.clock_offset]

    senses = Senses(
        reader=look.state,
        timed=lambda _visit, _insertion: look.timed(),
        offset=lambda: offset[0] if offset else None,
        link=lambda: None,
        since=lambda _part: None,
        saw=saw,
        audit=lambda: None,
        language=lambda: settings.kiosk.language,
    )
    told = settings_of(path)
    checks = Checks(settings, errors, told, Devices(settings, place), place, client, senses)
    diagnostics = Diagnostics(checks.all(), told, __version__)
    try:
        diagnostics.look()
        for part in QUIET:
            diagnostics.test(part)
        return diagnostics.report()
    finally:
        reader.stop()
        if client is not None:
            client.close()


class ReaderLook:
    """The reader, seen for as long as it takes to say how it is."""

    def __init__(self, reader: CardReader, seconds: float = READER_SECONDS) -> None:
        self._reader = reader
        self._seconds = seconds
        self._events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
        self._state = ReaderState.STARTING
        self._insertion = 0
        self._started = False

    def state(self) -> ReaderState:
        """Waits for the reader's first word."""
        if not self._started:
            self._started = True
            self._reader.start(self._events.put)
        until = time.monotonic() + (self._seconds if self._state is ReaderState.STARTING else 0.0)
        while True:
            try:
                event = self._events.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return self._state
            if isinstance(event, ReaderChanged):
                self._state = event.state
                until = min(until, time.monotonic() + 0.2)  # a card that is in follows at once
            else:
                self._insertion = event.insertion if isinstance(event, CardInserted) and not event.mute else 0

    def timed(self) -> float | None:
        """Seconds of reading EF05 of the card in the slot; None: there is none that can be read, or another program has it."""
        if not self._insertion:
            return None
        try:
            connection = self._reader.connect(self._insertion)
        except (CardLost, CardMute, ReaderHeld, ReaderDenied, ReaderBroken):
            return None
        try:
            card = SocialSecurityCard(connection)
            if isinstance(card.select(), CardFailure):
                return None
            began = time.monotonic()
            read = card.issuer_data()
            return None if isinstance(read, CardFailure) else time.monotonic() - began
        except (CardLost, ReaderBroken):
            return None
        finally:
            connection.disconnect()
