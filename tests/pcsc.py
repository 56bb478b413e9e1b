"""The real PC/SC stack for tests: a pcscd with a virtual reader of our own, cards to put in, and a sink to wait for events.

The fixtures are imported by one `conftest.py`. Each test process has a pcscd to itself (`kiosk.sandbox.pcscd`, in a private mount
namespace and on ports of its own), so workers run side by side and a test may stop or kill it.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import smartcard.scard as scard  # type: ignore[import-untyped]

from drivers.card.cardfile import CardFile, load_cards, load_keys
from drivers.card.pcsc import PcscReader
from drivers.card.reader import CardInserted, CardReader, CardRemoved, ReaderChanged, ReaderEvent
from drivers.card.virtual import VirtualCard
from drivers.card.vpcd import VirtualSlot
from drivers.card.winscard import Meaning, StateFlag, flags, meaning, taken_note
from kiosk.sandbox.pcscd import SOCKET_VARIABLE, Pcscd, PcscMissing

ROOT = Path(__file__).resolve().parents[1]
READER = "Virtual PCD 00 00"
SECOND_READER = "Virtual PCD 00 01"


class Events:
    """The sink of a card reader, for a test that waits for what must come."""

    def __init__(self) -> None:
        self.all: list[ReaderEvent] = []
        self._queue: queue.Queue[ReaderEvent] = queue.Queue()

    def __call__(self, event: ReaderEvent) -> None:
        self.all.append(event)
        self._queue.put(event)

    def next(self, seconds: float = 10.0) -> ReaderEvent:
        try:
            return self._queue.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"no event within {seconds} s; before: {self.all}") from None

    def inserted(self, seconds: float = 10.0) -> CardInserted:
        event = self.next(seconds)
        assert isinstance(event, CardInserted), self.all
        return event

    def removed(self, seconds: float = 10.0) -> CardRemoved:
        event = self.next(seconds)
        assert isinstance(event, CardRemoved), self.all
        return event

    def changed(self, seconds: float = 10.0) -> ReaderChanged:
        event = self.next(seconds)
        assert isinstance(event, ReaderChanged), self.all
        return event

    def quiet(self, seconds: float) -> bool:
        """Nothing comes for so long."""
        try:
            self._queue.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@contextmanager
def watched(reader: CardReader) -> Iterator[Events]:
    """A started reader and its events."""
    events = Events()
    reader.start(events)
    try:
        yield events
    finally:
        reader.stop()


def virtual_card(card: str | CardFile, **changes: object) -> VirtualCard:
    """A fresh virtual card of the demo's files, by id, with changes to its file (`quirks=Quirks(...)`, `pin=Pin(...)`)."""
    file = load_cards()[card] if isinstance(card, str) else card
    return VirtualCard(file.model_copy(update=changes), load_keys())


@pytest.fixture(scope="session")
def own_pcscd() -> Iterator[Pcscd]:
    """This process's pcscd. Fails, and is never skipped, where the real stack cannot run."""
    before = os.environ.get(SOCKET_VARIABLE)
    try:
        service = Pcscd.open()
    except PcscMissing as missing:
        pytest.fail(f"the real PC/SC stack cannot run here: {missing}")
    with service:
        # libpcsclite reads the name of the socket at its first call and keeps it: the variable need not leak to other tests.
        os.environ.update(service.environment)
        result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        os.environ.pop(SOCKET_VARIABLE)
        if before is not None:
            os.environ[SOCKET_VARIABLE] = before
        assert meaning(result) is Meaning.OK
        scard.SCardReleaseContext(context)
        yield service


@pytest.fixture
def pcscd(own_pcscd: Pcscd) -> Iterator[Pcscd]:
    """A running pcscd with its virtual reader, whatever the test does to it."""
    own_pcscd.start()
    yield own_pcscd
    own_pcscd.plug()
    own_pcscd.start()


@pytest.fixture
def slot(pcscd: Pcscd) -> Iterator[VirtualSlot]:
    """The first slot of the virtual reader, empty, and seen empty by pcscd."""
    _wait_until_empty()
    with VirtualSlot(pcscd.port) as slot:
        yield slot


@pytest.fixture
def make_reader() -> Callable[..., PcscReader]:
    """PcscReader on the virtual reader's first slot, unless an option says otherwise."""
    return partial(PcscReader, allow_virtual=True, patterns=(READER,))


def _wait_until_empty() -> None:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    assert meaning(result) is Meaning.OK
    try:
        state = 0
        until = time.monotonic() + 5
        while time.monotonic() < until:
            result, answers = scard.SCardGetStatusChange(context, 1000, [(READER, state)])
            if meaning(result) is Meaning.OK:
                state = taken_note(answers[0][1])
            if flags(state) & StateFlag.EMPTY:
                return
    finally:
        scard.SCardReleaseContext(context)
    raise AssertionError("a card is left in the virtual reader")
