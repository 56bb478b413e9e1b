"""PC/SC as a script: what a virtual reader cannot do. `smartcard.scard`'s calls, answered as a test says."""

from __future__ import annotations

import threading
import time

from drivers.card.virtual import Pulled, Silent, VirtualCard
from drivers.card.winscard import NOT_TRANSACTED, PNP, ReaderStates, StateFlag

OK, TIMEOUT = 0, -2146435062
NAME = "ACS ACR39U ICC Reader 00 00"
ATR = list(bytes.fromhex("3B6D000000814A44468660370100A1B2C3"))

EMPTY, PRESENT, MUTE = StateFlag.EMPTY.value, StateFlag.PRESENT.value, StateFlag.PRESENT.value | StateFlag.MUTE.value


class World:
    """A PC/SC that a test moves. Speaks the signatures of `smartcard.scard`. `card`: what answers in the reader; without one
    every command is answered with 9000. `failing`: return codes that calls give from now on, counted in `failed`."""

    def __init__(self) -> None:
        self.service = OK
        self.status = OK
        self.connects: list[int] = []
        self.reconnects: list[int] = []
        self.readers: dict[str, int] = {NAME: EMPTY}
        self.contexts: set[int] = set()
        self.handles: set[int] = set()
        self.calls: list[str] = []
        self.card: VirtualCard | None = None
        self.failing: dict[str, int] = {}
        self.failed = 0
        self._next = 0
        self._changed = threading.Condition()
        self._cancelled = False
        self._count = 0

    def set(self, **changes: object) -> None:
        with self._changed:
            for name, value in changes.items():
                setattr(self, name, value)
            self._changed.notify_all()

    def reader(self, state: int | None, name: str = NAME, counter: int = 0) -> None:
        readers = dict(self.readers)
        if state is None:
            readers.pop(name)
        else:
            readers[name] = state | counter << 16
        self.set(readers=readers)

    def insert(self, card: VirtualCard, state: int = PRESENT) -> None:
        """With a counter that never was before."""
        self.card = card
        self._count += 1
        self.reader(state, counter=self._count)

    def pull(self) -> None:
        card, self.card = self.card, None
        if card is not None:
            card.power_off()
        self._count += 1
        self.reader(EMPTY, counter=self._count)

    def _fails(self, call: str) -> int:
        result = self.failing.get(call, OK)
        self.failed += bool(result)
        return result

    def _new(self) -> int:
        self._next += 1
        return self._next

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:
        if result := self._fails("establish") or self.service:
            return result, 0
        context = self._new()
        self.contexts.add(context)
        return OK, context

    def SCardReleaseContext(self, context: int) -> int:
        self.contexts.remove(context)
        return OK

    def SCardListReaders(self, context: int, groups: list[str]) -> tuple[int, list[str]]:
        if result := self._fails("list") or self.service:
            return result, []
        return (OK, list(self.readers)) if self.readers else (0x8010002E - (1 << 32), [])

    def SCardGetStatusChange(
        self, context: int, timeout_ms: int, states: ReaderStates
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        def now() -> tuple[int, list[tuple[str, int, list[int]]]] | None:
            if self.service or self.status:
                return self.service or self.status, []
            if self._cancelled:
                self._cancelled = False
                return 0x80100002 - (1 << 32), []
            answers: list[tuple[str, int, list[int]]] = []
            changed = False
            for name, known in states:
                if name == PNP:
                    state = len(self.readers) << 16
                    changed |= known >> 16 != len(self.readers)
                else:
                    state = self.readers.get(name, StateFlag.UNKNOWN.value)
                    changed |= state != known
                answers.append((name, state | StateFlag.CHANGED, ATR))
            return (OK, answers) if changed else None

        with self._changed:
            until = time.monotonic() + timeout_ms / 1000
            while (answer := now()) is None:
                if not self._changed.wait(until - time.monotonic()):
                    return TIMEOUT, []
            return answer

    def SCardCancel(self, context: int) -> int:
        self.set(_cancelled=True)
        return OK

    def SCardConnect(self, context: int, reader: str, share: int, protocol: int) -> tuple[int, int, int]:
        self.calls.append(f"connect {share}")
        result = self._fails("connect") or (self.connects.pop(0) if self.connects else OK)
        if result:
            return result, 0, 0
        card = self._new()
        self.handles.add(card)
        return OK, card, 1

    def SCardReconnect(self, card: int, share: int, protocol: int, initialization: int) -> tuple[int, int]:
        self.calls.append(f"reset {initialization}")
        result = self._fails("reset") or (self.reconnects.pop(0) if self.reconnects else OK)
        if not result and self.card is not None:
            self.card.power_on()
        return result, 1

    def SCardStatus(self, card: int) -> tuple[int, str, int, int, list[int]]:
        return self._fails("status"), NAME, 0, 1, ATR if self.card is None else list(self.card.atr)

    def SCardTransmit(self, card: int, protocol: int, apdu: list[int]) -> tuple[int, list[int]]:
        if result := self._fails("transmit") or self.status:
            return result, []
        if self.card is None:
            return OK, [0x90, 0x00]
        try:
            return OK, list(self.card.transmit(bytes(apdu)))
        except (Pulled, Silent):
            return NOT_TRANSACTED - (1 << 32), []

    def SCardBeginTransaction(self, card: int) -> int:
        self.calls.append("begin")
        return OK

    def SCardEndTransaction(self, card: int, disposition: int) -> int:
        self.calls.append("end")
        return OK

    def SCardDisconnect(self, card: int, disposition: int) -> int:
        self.calls.append(f"disconnect {disposition}")
        self.handles.remove(card)
        if self.card is not None:
            self.card.power_off()
        return OK
