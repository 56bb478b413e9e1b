"""A kiosk that keeps recent data, and the cards that come to it: real store, real service, a line that can be cut."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.card.cardfile import CardFile, MasterKeys, Quirks, load_cards, load_keys
from drivers.card.virtual import VirtualCard
from kiosk.engine.recent import Keeping
from kiosk.store.cache import SealedCache
from kiosk.store.device_key import DeviceKey
from kiosk.store.losslist import KEY_BYTES, LossList, SignedList, Took, entry_of, signed_bytes
from kiosk.visit.states import Link, Model, Record, Screen
from tests.kiosk.engine.machine import PIN, Machine

CARD = "jinan-2-0"
ANSWERS = 0x88  # INTERNAL AUTHENTICATE


FIRST_LIST = 1_000_000
"""Newer than any of the reference service's."""


class Cellar:
    """What is on this kiosk's disk: its cache, and a loss list that a test may replace."""

    def __init__(self, folder: Path, device: bytes = bytes(32), made: type[SealedCache] = SealedCache) -> None:
        self.folder = folder
        self.device = DeviceKey(device)
        self._made = made
        self._signer = Ed25519PrivateKey.generate()
        self._losses = LossList(folder, self.device, self._signer.public_key(), 48 * 3600)
        self._number = FIRST_LIST
        self.list_of()

    @property
    def keeping(self) -> Keeping:
        return Keeping(lambda: self._made(self.folder, self.device), lambda: self._losses)

    def list_of(self, *cards: VirtualCard, age: float = 0.0) -> None:
        """Central's newest list holds these cards and is `age` seconds old."""
        self._number += 1
        key = bytes([7]) * KEY_BYTES
        issuers = [card.file.issuer for card in cards]
        entries = b"".join(sorted(entry_of(key, each.identification) for each in issuers if each is not None))
        issued = int(time.time() - age)
        signature = self._signer.sign(signed_bytes(self._number, issued, key, entries))
        assert self._losses.take(SignedList(self._number, issued, key, entries, signature)) is Took.TAKEN

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


def visit_online(m: Machine, card: VirtualCard, questions: int = 4) -> Record:
    """The whole visit of a person whom central answers; what is to be kept is on its way to the disk.

    Nobody types so fast that the card has not answered yet: it is asked so many `questions` for its recent data.
    """
    m.slot.insert(card)
    m.screen(Screen.PIN)
    settled(card, 1 + questions)
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
