"""Pairs that let a technician's card into the service screen while central is away: a challenge, and what the answer hashes to.

Central hands out a list; each pair is good once. It is struck off on the disk before the card is asked: whoever pulls the plug in
between has used it up, and an answer that somebody overheard opens nothing. Pairs that were used stay used when central hands
out the same ones again. Nothing in the file answers a challenge: it has HMAC-SHA256 (RFC 2104), under the list's key, of the
card's eight bytes and of its identification code. What cannot be noticed without a counter in hardware: an older copy of the
file put back by somebody with the disk in hand; it ends with its list.
"""

from __future__ import annotations

import hmac
import json
import threading
from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path
from typing import Any, Final

from kiosk.store.device_key import DeviceKey, Label
from kiosk.store.sealedfile import SealedFile

FILE: Final = "technicians"
CLOCK_SLACK_SECONDS: Final = 300
"""A list that is issued later than this after now means that one of the two clocks is wrong."""
_CONTEXT: Final = b"kiosk technician pairs\x001"
_BYTES: Final = 8


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """What the card is asked, 8 bytes each, and the HMAC of its answer, 32 bytes."""

    proc8: bytes
    orig8: bytes
    digest: bytes


@dataclass(frozen=True, slots=True, repr=False)
class TechnicianCard:
    """`card`: HMAC of the identification code, 32 bytes. `number`: of staff, T-0007."""

    card: bytes
    number: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, repr=False)
class PairList:
    """`issued`, `expires`: seconds since 1970 on central's clock. `key`: 32 bytes."""

    key: bytes
    issued: int
    expires: int
    cards: tuple[TechnicianCard, ...]


@unique
class TookPairs(Enum):
    TAKEN = "taken"
    NOT_NEWER = "not_newer"
    MALFORMED = "malformed"
    NOT_STORED = "not_stored"  # the disk took nothing: the old list stands


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """One pair that is struck off: it may be asked now, once."""

    number: str
    proc8: bytes
    orig8: bytes
    _key: bytes
    _digest: bytes

    def fits(self, answer: bytes) -> bool:
        """The card's eight bytes are those that central knew."""
        return len(answer) == _BYTES and hmac.compare_digest(digest_of(self._key, answer), self._digest)


@dataclass(frozen=True, slots=True)
class PairStatus:
    """For the technician."""

    cards: int
    pairs: int  # that are left
    expires: int


class Technicians:
    """The list that holds at this kiosk, kept in `folder`. Any thread; raises nothing."""

    def __init__(self, folder: Path, device: DeviceKey) -> None:
        self._file = SealedFile(folder / FILE, device.derive(Label.TECHNICIANS), _CONTEXT)
        self._lock = threading.Lock()
        self._held, self._used = self._load()

    @property
    def issued(self) -> int:
        """Of the list that is held; 0 without one."""
        return 0 if self._held is None else self._held.issued

    @property
    def status(self) -> PairStatus | None:
        """None: there is no list."""
        held = self._held
        if held is None:
            return None
        left = sum(_name(pair) not in self._used for card in held.cards for pair in card.pairs)
        return PairStatus(len(held.cards), left, held.expires)

    def take(self, offered: PairList) -> TookPairs:
        """Hold this list from now on, if it is newer than the one that is held."""
        if not _well_formed(offered):
            return TookPairs.MALFORMED
        with self._lock:
            if offered.issued <= self.issued:
                return TookPairs.NOT_NEWER
            offers = {_name(pair) for card in offered.cards for pair in card.pairs}
            used = self._used & offers
            try:
                self._store(offered, used)
            except OSError:
                return TookPairs.NOT_STORED
            self._held, self._used = offered, used
            return TookPairs.TAKEN

    def knows(self, identification: str, now: int) -> bool:
        """Is it a technician's card with a pair left, at `now` on central's clock?"""
        with self._lock:
            return self._next(identification, now) is not None

    def strike(self, identification: str, now: int) -> Asked | None:
        """The next pair of this card, struck off on the disk. None: it is no technician's, there is none left, the list is out of
        its time, or the disk takes nothing."""
        with self._lock:
            found = self._next(identification, now)
            if found is None or self._held is None:
                return None
            card, pair = found
            used = self._used | {_name(pair)}
            try:
                self._store(self._held, used)
            except OSError:
                return None
            self._used = used
            return Asked(card.number, pair.proc8, pair.orig8, self._held.key, pair.digest)

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _next(self, identification: str, now: int) -> tuple[TechnicianCard, Pair] | None:
        held = self._held
        if held is None or not held.issued - CLOCK_SLACK_SECONDS <= now < held.expires:
            return None
        code = digest_of(held.key, identification.encode("ascii"))
        for card in held.cards:
            if hmac.compare_digest(card.card, code):
                return next(((card, pair) for pair in card.pairs if _name(pair) not in self._used), None)
        return None

    def _store(self, held: PairList, used: frozenset[bytes]) -> None:
        """Raises OSError."""
        self._file.write(
            json.dumps(
                {
                    "key": held.key.hex(),
                    "issued": held.issued,
                    "expires": held.expires,
                    "cards": [
                        [
                            card.card.hex(),
                            card.number,
                            [[p.proc8.hex(), p.orig8.hex(), p.digest.hex()] for p in card.pairs],
                        ]
                        for card in held.cards
                    ],
                    "used": sorted(name.hex() for name in used),
                }
            ).encode()
        )

    def _load(self) -> tuple[PairList | None, frozenset[bytes]]:
        plain = self._file.read()
        if not isinstance(plain, bytes):
            return None, frozenset()
        told: dict[str, Any] = json.loads(plain)  # sealed by this kiosk: it is what `_store` wrote
        held = PairList(
            bytes.fromhex(told["key"]),
            told["issued"],
            told["expires"],
            tuple(
                TechnicianCard(bytes.fromhex(card), number, tuple(Pair(*map(bytes.fromhex, pair)) for pair in pairs))
                for card, number, pairs in told["cards"]
            ),
        )
        return held, frozenset(map(bytes.fromhex, told["used"]))

    def __repr__(self) -> str:
        return f"Technicians({self.status})"


def digest_of(key: bytes, value: bytes) -> bytes:
    """How an answer, or an identification code in ASCII, stands in a list."""
    return hmac.digest(key, value, "sha256")


def _name(pair: Pair) -> bytes:
    """Which challenge it is, in whichever list."""
    return pair.proc8 + pair.orig8


def _well_formed(offered: PairList) -> bool:
    values = [(offered.key, 32)]
    for card in offered.cards:
        values.append((card.card, 32))
        for pair in card.pairs:
            values += [(pair.proc8, _BYTES), (pair.orig8, _BYTES), (pair.digest, 32)]
    return 0 < offered.issued < offered.expires and all(len(value) == size for value, size in values)
