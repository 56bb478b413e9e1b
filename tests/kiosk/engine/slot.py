"""A slot for whole virtual cards without PC/SC: what the engine sees of a reader, put in and pulled by a test."""

from collections.abc import Callable

from drivers.card.cardfile import load_cards, load_keys
from drivers.card.reader import CardInserted, CardLost, CardRemoved, Connection, ReaderChanged, ReaderEvent
from drivers.card.states import ReaderState
from drivers.card.virtual import VirtualCard, VirtualConnection


class Slot:
    """Implements `CardReader`."""

    def __init__(self) -> None:
        self._sink: Callable[[ReaderEvent], None] = lambda _event: None
        self._insertion = 0
        self.card: VirtualCard | None = None

    def start(self, sink: Callable[[ReaderEvent], None]) -> None:
        self._sink = sink
        sink(ReaderChanged(ReaderState.READY, "Slot of a test"))

    def stop(self) -> None:
        self._sink = lambda _event: None

    def connect(self, insertion: int) -> Connection:
        if self.card is None or insertion != self._insertion:
            raise CardLost
        return VirtualConnection(self.card)

    def insert(self, card: str | VirtualCard) -> VirtualCard:
        """Put a card in; returns it."""
        self.card = VirtualCard(load_cards()[card], load_keys()) if isinstance(card, str) else card
        self._insertion += 1
        self._sink(CardInserted(self._insertion, mute=False))
        return self.card

    def pull(self) -> None:
        self.card = None
        self._sink(CardRemoved(self._insertion))
