"""A slot for whole virtual cards without PC/SC: what the engine sees of a reader, moved by a test or a card's fault."""

from __future__ import annotations

import threading
from collections.abc import Callable

from drivers.card.cardfile import Kind, load_cards, load_keys
from drivers.card.reader import CardInserted, CardLost, CardMute, CardRemoved, Connection, ReaderChanged, ReaderEvent
from drivers.card.states import ReaderState
from drivers.card.virtual import VirtualCard, VirtualConnection


class Slot:
    """Implements `CardReader`. `next_card` goes in where a fault of the card that is in pulls it. `watched` False: nothing is
    reported any more, as when PC/SC's polling misses a swap."""

    def __init__(self) -> None:
        self._sink: Callable[[ReaderEvent], None] = lambda _event: None
        self._insertion = 0
        self._lock = threading.RLock()
        self.card: VirtualCard | None = None
        self.next_card: VirtualCard | None = None
        self.watched = True
        self.removals = 0

    @property
    def insertion(self) -> int:
        """The number of the last insertion."""
        return self._insertion

    def start(self, sink: Callable[[ReaderEvent], None]) -> None:
        self._sink = sink
        sink(ReaderChanged(ReaderState.READY, "Slot of a test"))

    def stop(self) -> None:
        self._sink = lambda _event: None

    def connect(self, insertion: int) -> Connection:
        with self._lock:
            card = self.card
            if card is None or insertion != self._insertion:
                raise CardLost
        if card.file.kind is Kind.MUTE:
            raise CardMute
        return _Slotted(self, card)

    def insert(self, card: str | VirtualCard, *, mute: bool = False) -> VirtualCard:
        """Put a card in; returns it. `mute`: with SCARD_STATE_MUTE."""
        with self._lock:
            self.card = VirtualCard(load_cards()[card], load_keys()) if isinstance(card, str) else card
            self.watched = True
            self._insertion += 1
            self._sink(CardInserted(self._insertion, mute=mute))
            return self.card

    def pull(self) -> None:
        """The card leaves, in the middle of a command if need be. Nothing happens when there is none."""
        with self._lock:
            card, self.card = self.card, None
            if card is None:
                return
            self.removals += 1
            card.tear()
            if self.watched:
                self._sink(CardRemoved(self._insertion))

    def swap(self, card: VirtualCard) -> VirtualCard:
        """Out and another in, between two commands."""
        with self._lock:
            self.pull()
            return self.insert(card)

    def swap_unseen(self, card: VirtualCard) -> VirtualCard:
        """The same, and nobody reports anything: the new card has no power, so every command fails."""
        with self._lock:
            self.watched = False
            self.pull()
            self.card = card
        return card

    def report(self, state: ReaderState) -> None:
        self._sink(ReaderChanged(state, "Slot of a test"))

    def torn_out(self, card: VirtualCard) -> None:
        """A fault of `card` pulled it in the middle of a command."""
        with self._lock:
            if self.card is not card:
                return
            following, self.next_card = self.next_card, None
            if following is not None and not self.watched:
                self.swap_unseen(following)
            elif following is not None:
                self.swap(following)
            else:
                self.pull()


class _Slotted:
    """A connection to the card in the slot: it ends for good when the card leaves."""

    def __init__(self, slot: Slot, card: VirtualCard) -> None:
        self._slot = slot
        self._card = card
        self._connection = VirtualConnection(card)

    @property
    def atr(self) -> bytes:
        return self._connection.atr

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        if self._slot.card is not self._card:
            raise CardLost
        try:
            return self._connection.transmit(apdu)
        except CardLost:
            self._slot.torn_out(self._card)
            raise

    def disconnect(self) -> None:
        self._connection.disconnect()
