"""The loss list: cards that get nothing in an outage, because they were reported lost or blocked.

Central signs and numbers each list; a newer one replaces an older one, never the other way round. A card stands in it as
HMAC-SHA256 (RFC 2104) of its identification code under a key that is fresh with every list: neither of two lists tells which card
is in both, and without the key none tells a card at all. List and key lie on the disk together in one box, AES-256-GCM
under the device's key for it (a salt beside the list would protect nothing). A list that is missing, broken or too old opens
for nobody: taking the file away gains nothing. An older copy put back has its own older date and ends with it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum, unique
from itertools import pairwise
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kiosk.store.device_key import DeviceKey, Label
from kiosk.store.sealedfile import SealedFile

FILE: Final = "loss-list"
KEY_BYTES: Final = 32
ENTRY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
CLOCK_SLACK_SECONDS: Final = 300
"""A list that is issued later than this after now means that one of the two clocks is wrong."""

_SIGNED: Final = b"kiosk loss list\x00"
_SEALED: Final = b"kiosk sealed loss list\x001"
_HEAD: Final = struct.Struct(f">QQ{KEY_BYTES}sL")


@unique
class LossVerdict(Enum):
    """What the list says of one card in an outage."""

    CLEAR = "clear"
    LISTED = "listed"
    STALE = "stale"
    """There is no list young enough: nobody gets anything."""


@unique
class Took(Enum):
    """What became of a list that central gave."""

    TAKEN = "taken"
    """It is on the disk, and what it says holds."""
    NOT_STORED = "not_stored"
    """What it says holds until the kiosk ends; the disk is full or cannot be written."""
    NOT_NEWER = "not_newer"
    """The one that is held has this number or a higher one: it stays."""
    BAD_SIGNATURE = "bad_signature"
    """Not signed by the key that the kiosk was given. The one that is held stays."""
    MALFORMED = "malformed"
    """Signed or not: not in the form that the contract says. The one that is held stays."""


@dataclass(frozen=True, slots=True, repr=False)
class SignedList:
    """`number` from 1 up, `issued` seconds since 1970 on central's clock, `key` 32 bytes; `cards` 32 bytes each, ascending,
    none twice."""

    number: int
    issued: int
    key: bytes
    cards: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"SignedList(number={self.number}, <{len(self.cards) // ENTRY_BYTES} cards>)"


@dataclass(frozen=True, slots=True)
class ListStatus:
    """For the technician. `issued` in seconds since 1970 on central's clock."""

    number: int
    issued: int
    cards: int


def entry_of(key: bytes, identification: str) -> bytes:
    """How a card stands in a list: HMAC-SHA256 under the list's key of its identification code, 32 upper-case hex digits."""
    mac = HMAC(key, SHA256())
    mac.update(identification.encode("ascii"))
    return mac.finalize()


def signed_bytes(number: int, issued: int, key: bytes, cards: bytes) -> bytes:
    """What central signs with Ed25519 (RFC 8032), in a coding with one reading only. All numbers are big-endian.

    The ASCII text `kiosk loss list` and a zero byte; number and issued, 8 bytes each; the key, 32 bytes; how many cards, 4
    bytes; the cards.
    """
    return _SIGNED + _HEAD.pack(number, issued, key, len(cards) // ENTRY_BYTES) + cards


def load_signer(path: Path) -> Ed25519PublicKey | None:
    """Central's public key, a PEM file (SubjectPublicKeyInfo); None where there is none: then no list can be taken."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


class LossList:
    """The list that holds at this kiosk, kept at `folder`. `check` and `take` may be called on different threads."""

    def __init__(self, folder: Path, device: DeviceKey, signer: Ed25519PublicKey, max_age_seconds: int) -> None:
        self._file = SealedFile(folder / FILE, device.derive(Label.LOSS_LIST), _SEALED)
        self._signer = signer
        self._max_age = max_age_seconds
        self._held = self._load()  # replaced as a whole, never changed

    @property
    def number(self) -> int:
        """Of the list that is held; 0 without one."""
        return 0 if self._held is None else self._held.number

    @property
    def status(self) -> ListStatus | None:
        """None: there is no list."""
        held = self._held
        return None if held is None else ListStatus(held.number, held.issued, len(held.cards) // ENTRY_BYTES)

    def check(self, identification: str, now: int) -> LossVerdict:
        """Of a card, at `now` in seconds since 1970 on central's clock."""
        held = self._held
        if held is None or not held.issued - CLOCK_SLACK_SECONDS <= now <= held.issued + self._max_age:
            return LossVerdict.STALE
        return LossVerdict.LISTED if _contains(held.cards, entry_of(held.key, identification)) else LossVerdict.CLEAR

    def take(self, offered: SignedList) -> Took:
        """Hold this list from now on, if it is central's and newer than the one that is held."""
        if not _well_formed(offered):
            return Took.MALFORMED
        if not self._is_signed(offered):
            return Took.BAD_SIGNATURE
        if offered.number <= self.number:
            return Took.NOT_NEWER
        self._held = offered
        try:
            self._store(offered)
        except OSError:
            return Took.NOT_STORED
        return Took.TAKEN

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _is_signed(self, offered: SignedList) -> bool:
        try:
            self._signer.verify(
                offered.signature, signed_bytes(offered.number, offered.issued, offered.key, offered.cards)
            )
        except InvalidSignature:
            return False
        return True

    def _load(self) -> SignedList | None:
        """What lies on the disk, as long as this kiosk sealed it and the signer that is set now signed it."""
        plain = self._file.read()
        if not isinstance(plain, bytes) or len(plain) < SIGNATURE_BYTES + _HEAD.size:
            return None
        signature, rest = plain[:SIGNATURE_BYTES], plain[SIGNATURE_BYTES:]
        number, issued, key, _ = _HEAD.unpack_from(rest)
        found = SignedList(number, issued, key, rest[_HEAD.size :], signature)
        return found if _well_formed(found) and self._is_signed(found) else None

    def _store(self, held: SignedList) -> None:
        """The old list or the new one, whenever the power goes."""
        head = _HEAD.pack(held.number, held.issued, held.key, len(held.cards) // ENTRY_BYTES)
        self._file.write(held.signature + head + held.cards)

    def __repr__(self) -> str:
        return f"LossList(number={self.number})"


def _well_formed(offered: SignedList) -> bool:
    cards = offered.cards
    if len(cards) % ENTRY_BYTES or not 1 <= offered.number < 1 << 63 or not 0 <= offered.issued < 1 << 63:
        return False
    if len(offered.key) != KEY_BYTES or len(offered.signature) != SIGNATURE_BYTES:
        return False
    entries = [cards[at : at + ENTRY_BYTES] for at in range(0, len(cards), ENTRY_BYTES)]
    return all(a < b for a, b in pairwise(entries))


def _contains(cards: bytes, entry: bytes) -> bool:
    """Binary search."""
    low, high = 0, len(cards) // ENTRY_BYTES
    while low < high:
        middle = (low + high) // 2
        found = cards[middle * ENTRY_BYTES : (middle + 1) * ENTRY_BYTES]
        if found == entry:
            return True
        if found < entry:
            low = middle + 1
        else:
            high = middle
    return False
