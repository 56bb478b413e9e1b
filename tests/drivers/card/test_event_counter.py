"""The swap that nobody saw: between two looks of the watcher a card went out and another came in, and only PC/SC's event counter
(upper 16 bits of dwEventState) tells. pcscd itself tells each half when the watcher is quick enough, so PC/SC's answers are
scripted here."""

import queue
from collections.abc import Iterator

import pytest

from drivers.card.pcsc import PcscReader
from drivers.card.reader import CardInserted, CardLost, CardRemoved, ReaderChanged, ReaderEvent
from drivers.card.states import ReaderState
from drivers.card.winscard import StateFlag

READER = "Slot 00"
OK, TIMEOUT = 0, 0x8010000A


class Looks:
    """PC/SC with one reader whose states are told one look after another. `state`: what a look at this moment sees."""

    def __init__(self) -> None:
        self.told: queue.Queue[int] = queue.Queue()
        self.state = 0

    def tell(self, counter: int, *, present: bool) -> None:
        self.state = counter << 16 | (StateFlag.PRESENT if present else StateFlag.EMPTY).value
        self.told.put(self.state | StateFlag.CHANGED.value)

    def SCardEstablishContext(self, scope: int, /) -> tuple[int, int]:
        return OK, 1

    def SCardReleaseContext(self, context: int, /) -> int:
        return OK

    def SCardListReaders(self, context: int, groups: list[str], /) -> tuple[int, list[str]]:
        return OK, [READER]

    def SCardGetStatusChange(
        self, context: int, timeout_ms: int, states: list[tuple[str, int]], /
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        if timeout_ms == 0:
            return OK, [(READER, self.state, [])]
        try:
            return OK, [(READER, self.told.get(timeout=0.02), [])]
        except queue.Empty:
            return TIMEOUT, []

    def SCardCancel(self, context: int, /) -> int:
        return OK

    def SCardConnect(self, context: int, reader: str, share: int, protocol: int, /) -> tuple[int, int, int]:
        return OK, 2, 1

    def SCardReconnect(self, card: int, share: int, protocol: int, initialization: int, /) -> tuple[int, int]:
        return OK, 1

    def SCardStatus(self, card: int, /) -> tuple[int, str, int, int, list[int]]:
        return OK, READER, 0, 1, [0x3B, 0x00]

    def SCardTransmit(self, card: int, protocol: int, apdu: list[int], /) -> tuple[int, list[int]]:
        return OK, [0x90, 0x00]

    def SCardBeginTransaction(self, card: int, /) -> int:
        return OK

    def SCardEndTransaction(self, card: int, disposition: int, /) -> int:
        return OK

    def SCardDisconnect(self, card: int, disposition: int, /) -> int:
        return OK


class Watch:
    def __init__(self) -> None:
        self.looks = Looks()
        self.reader = PcscReader(scard=self.looks)
        self.events: queue.Queue[ReaderEvent] = queue.Queue()
        self.looks.tell(1, present=True)
        self.reader.start(self.events.put)

    def next(self) -> ReaderEvent:
        return self.events.get(timeout=5)


@pytest.fixture
def watch() -> Iterator[Watch]:
    made = Watch()
    yield made
    made.reader.stop()


def test_another_counter_with_a_card_in_both_looks_is_another_card(watch: Watch) -> None:
    assert watch.next() == ReaderChanged(ReaderState.READY, READER)
    first = watch.next()
    assert isinstance(first, CardInserted)
    watch.looks.tell(3, present=True)
    assert watch.next() == CardRemoved(first.insertion)
    second = watch.next()
    assert isinstance(second, CardInserted)
    assert second.insertion != first.insertion
    with pytest.raises(CardLost):
        watch.reader.connect(first.insertion)


def test_the_same_counter_is_the_same_card(watch: Watch) -> None:
    watch.next()
    first = watch.next()
    watch.looks.tell(1, present=True)
    watch.looks.tell(2, present=False)
    assert isinstance(first, CardInserted)
    assert watch.next() == CardRemoved(first.insertion)


def test_a_card_that_was_swapped_before_the_watcher_looked_is_not_connected(watch: Watch) -> None:
    watch.next()
    first = watch.next()
    assert isinstance(first, CardInserted)
    watch.looks.state = 3 << 16 | StateFlag.PRESENT.value  # there already, not told yet
    with pytest.raises(CardLost):
        watch.reader.connect(first.insertion)
