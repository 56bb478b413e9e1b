"""The worker that owns the card alone, its events in a queue."""

from __future__ import annotations

import queue
from collections.abc import Callable

from drivers.card.reader import CardReader, Connection, ReaderEvent
from drivers.card.ssc import PinProfile
from drivers.card.virtual import VirtualCard, VirtualConnection
from kiosk.engine.card import CardRead, CardWorker, HeldChallenge
from kiosk.visit.events import Event

CHALLENGE = HeldChallenge("challenge-1", bytes(range(8)), bytes(range(8, 16)))


class OneSlot(CardReader):
    """A reader with one card in it, without PC/SC. `connect_to` makes the connection."""

    def __init__(
        self, card: VirtualCard | Exception, connect_to: Callable[[VirtualCard], Connection] = VirtualConnection
    ) -> None:
        self.card = card
        self.connections: list[Connection] = []
        self._connect_to = connect_to

    def start(self, sink: Callable[[ReaderEvent], None]) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def connect(self, insertion: int) -> Connection:
        if isinstance(self.card, Exception):
            raise self.card
        connection = self._connect_to(self.card)
        self.connections.append(connection)
        return connection


class Bench:
    """A worker with its events in a queue."""

    def __init__(
        self,
        card: VirtualCard | Exception,
        challenge: HeldChallenge | None = CHALLENGE,
        connect_to: Callable[[VirtualCard], Connection] = VirtualConnection,
    ) -> None:
        self.reader = OneSlot(card, connect_to)
        self.events: queue.Queue[Event] = queue.Queue()
        self.kept: dict[int, CardRead] = {}
        self.worker = CardWorker(
            self.reader, PinProfile(4, 12), self.events.put, lambda _over, _kept: challenge, self.kept.__setitem__
        )
        self.worker.start()

    def next(self) -> Event:
        return self.events.get(timeout=5)

    def until(self, kind: type[Event]) -> Event:
        while not isinstance(event := self.next(), kind):
            pass
        return event
