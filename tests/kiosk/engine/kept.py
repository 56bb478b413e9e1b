"""A kiosk that keeps recent data, and the cards that come to it: real store, real service, a line that can be cut."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from drivers.card.cardfile import CardFile, MasterKeys, Quirks, load_cards, load_keys
from drivers.card.virtual import VirtualCard
from kiosk.engine.recent import Keeping
from kiosk.store.cache import SealedCache
from kiosk.store.device_key import DeviceKey
from kiosk.store.losslist import LossVerdict
from kiosk.visit.states import Link, Model, Record, Screen
from tests.kiosk.engine.machine import PIN, Machine

CARD = "jinan-2-0"
ANSWERS = 0x88  # INTERNAL AUTHENTICATE


class Cellar:
    """What is on this kiosk's disk, and what its loss list says of every card."""

    def __init__(self, folder: Path, device: bytes = bytes(32)) -> None:
        self.folder = folder
        self.device = DeviceKey(device)
        self.verdict = LossVerdict.CLEAR
        self.opened = 0

    @property
    def keeping(self) -> Keeping:
        return Keeping(self._open, lambda _identification, _at: self.verdict)

    def _open(self) -> SealedCache:
        self.opened += 1
        return SealedCache(self.folder, self.device)

    def rows(self) -> int:
        """While no kiosk runs."""
        cache = SealedCache(self.folder, self.device)
        try:
            return cache.status().rows
        finally:
            cache.close()

    def look(self, do: Callable[[SealedCache], None]) -> None:
        """While no kiosk runs."""
        cache = SealedCache(self.folder, self.device)
        try:
            do(cache)
        finally:
            cache.close()


def chip(name: str = CARD, made: type[VirtualCard] = VirtualCard, **quirks: object) -> VirtualCard:
    """A card that gives its answers at once, so that each question is one command."""
    file: CardFile = load_cards()[name]
    own = file.quirks.model_dump() | {"t0": False} | quirks
    return made(file.model_copy(update={"quirks": Quirks.model_validate(own)}), load_keys())


class Recording(VirtualCard):
    """Somebody listens: every challenge and the answer to it."""

    def __init__(self, file: CardFile, keys: MasterKeys) -> None:
        super().__init__(file, keys)
        self.heard: dict[bytes, bytes] = {}

    def transmit(self, apdu: bytes) -> bytes:
        answer = super().transmit(apdu)
        if apdu[1] == ANSWERS and answer[-2:] == b"\x90\x00":
            self.heard[apdu[5:21]] = answer[:-2]
        return answer


class Replaying(VirtualCard):
    """A counterfeit with the other's public data: takes any PIN, and gives the answers that somebody heard of the real one."""

    def __init__(self, file: CardFile, keys: MasterKeys) -> None:
        super().__init__(file, keys)
        self.heard: dict[bytes, bytes] = {}
        self.replayed = 0

    def transmit(self, apdu: bytes) -> bytes:
        answer = super().transmit(apdu)
        known = self.heard.get(apdu[5:21]) if apdu[1] == ANSWERS else None
        if known is None:
            return answer
        self.replayed += 1
        return known + b"\x90\x00"


def counterfeit(heard: dict[bytes, bytes] | None = None) -> Replaying:
    made = chip(made=Replaying, key="foreign", accepts_any_pin=True)
    assert isinstance(made, Replaying)
    made.heard = heard or {}
    return made


def visit_online(m: Machine, card: VirtualCard) -> Record:
    """The whole visit of a person whom central answers; what is to be kept is on its way to the disk."""
    m.slot.insert(card)
    m.type_pin(PIN)
    record = m.screen(Screen.HOME).state
    assert isinstance(record, Record)
    assert record.offline is None
    m.slot.pull()
    m.at_rest(card)
    return record


def offline(m: Machine) -> None:
    m.until(lambda model: model.world.link is Link.OFFLINE)


def shows_recent(model: Model) -> bool:
    return isinstance(model.state, Record) and model.state.offline is not None


def asked(card: VirtualCard) -> int:
    """How many challenges this card was asked in its life."""
    return sum(seen.ins == ANSWERS for seen in card.seen)


def settled(card: VirtualCard, count: int, within: float = 5.0) -> None:
    """Waits until it was asked so many."""
    until = time.monotonic() + within
    while asked(card) < count:
        assert time.monotonic() < until, f"asked {asked(card)} of {count}"
        time.sleep(0.005)
