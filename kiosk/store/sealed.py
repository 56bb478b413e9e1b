"""Sealing one person's recent data so that only the same chip at the same kiosk opens it. Pure: bytes in, bytes out.

The key of a row is HKDF-SHA256 over the device's seal key and the card's own answers to INTERNAL AUTHENTICATE on two stored
challenges (design §5). The four 8-byte values are independent random: a DES card's answer has 56 bits of session key each,
so two answers carry at most 112 bits; an SM4 card's 128. The content is AES-256-GCM (NIST SP 800-38D), and everything the row
stands beside is authenticated with it: a row moved, aged or renumbered does not open.
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.store.device_key import DeviceKey, Label

VERSION: Final = 1
"""Of the row's format. A row of another version is not opened: it is rebuilt at the next online visit."""
_ANSWER: Final = 8
_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class SealingChallenge:
    """What the card is asked: process factor and original data, 8 bytes each. Never one of central's."""

    proc8: bytes
    orig8: bytes

    def __post_init__(self) -> None:
        if len(self.proc8) != _ANSWER or len(self.orig8) != _ANSWER:
            raise ValueError("a challenge is two values of 8 bytes")


Challenges = tuple[SealingChallenge, SealingChallenge]
Answers = tuple[bytes, bytes]
"""The card's, 8 bytes each, in the order of the challenges."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds since 1970 on central's clock: when the row was written, what its figures are as of, from when on it is nothing."""

    stored: int
    as_of: int
    expires: int


@dataclass(frozen=True, slots=True, repr=False)
class SealedRow:
    """What is on the disk of one person. Nothing in it says who."""

    row_id: bytes
    version: int
    challenges: Challenges
    nonce: bytes
    box: bytes
    times: Times

    def __repr__(self) -> str:
        return f"SealedRow(version={self.version}, <{len(self.box)} bytes>)"


def fresh_challenges() -> Challenges:
    """Four independent random values."""

    def one() -> SealingChallenge:
        return SealingChallenge(secrets.token_bytes(_ANSWER), secrets.token_bytes(_ANSWER))

    return one(), one()


class Sealer:
    """The seal of this kiosk."""

    def __init__(self, device: DeviceKey) -> None:
        self._seal = device.derive(Label.SEAL)
        self._row = device.derive(Label.ROW_ID)

    def row_id(self, identification: str) -> bytes:
        """Where a card's row stands: HMAC-SHA256 of its identification code, 32 bytes. It tells nothing without the key."""
        mac = HMAC(self._row, SHA256())
        mac.update(identification.encode("ascii"))
        return mac.finalize()

    def seal(
        self,
        identification: str,
        card_number: str,
        challenges: Challenges,
        answers: Answers,
        times: Times,
        content: bytes,
    ) -> SealedRow:
        """Raises ValueError for answers that are none."""
        row_id = self.row_id(identification)
        nonce = secrets.token_bytes(_NONCE)
        box = AESGCM(self._key(row_id, challenges, answers)).encrypt(
            nonce, content, _context(row_id, VERSION, card_number, challenges, times)
        )
        return SealedRow(row_id, VERSION, challenges, nonce, box, times)

    def open(self, row: SealedRow, identification: str, card_number: str, answers: Answers) -> bytes | None:
        """The content; None when this is not the chip, the card, the kiosk or the row that was sealed."""
        if row.version != VERSION or row.row_id != self.row_id(identification):
            return None
        try:
            return AESGCM(self._key(row.row_id, row.challenges, answers)).decrypt(
                row.nonce, row.box, _context(row.row_id, row.version, card_number, row.challenges, row.times)
            )
        except (InvalidTag, ValueError):
            return None

    def _key(self, row_id: bytes, challenges: Challenges, answers: Answers) -> bytes:
        if any(len(answer) != _ANSWER for answer in answers):
            raise ValueError("a card's answer has 8 bytes")
        salt = b"".join(challenge.proc8 + challenge.orig8 for challenge in challenges)
        return HKDF(SHA256(), 32, salt, b"kiosk sealed row\x00" + row_id).derive(self._seal + b"".join(answers))

    def __repr__(self) -> str:
        return "Sealer(<secret>)"


def _context(row_id: bytes, version: int, card_number: str, challenges: Challenges, times: Times) -> bytes:
    """All that the row stands beside, in a coding with one reading only."""
    number = card_number.encode("ascii")
    return struct.pack(
        f">32sHB{len(number)}s8s8s8s8sqqq",
        row_id,
        version,
        len(number),
        number,
        challenges[0].proc8,
        challenges[0].orig8,
        challenges[1].proc8,
        challenges[1].orig8,
        times.stored,
        times.as_of,
        times.expires,
    )
