"""A kiosk that takes one loss list after the other: what a power cut is tried on.

    python listed.py <folder> <lists>

Before and after each it says its number: a line of JSON, `[when, number]`.
"""

import json
import os
import sys
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.store.device_key import DeviceKey
from kiosk.store.losslist import LossList, SignedList, Took, entry_of, signed_bytes

DEVICE: Final = DeviceKey(bytes(range(32)))
CENTRAL: Final = Ed25519PrivateKey.from_private_bytes(bytes(32))
NOW: Final = 1_795_000_000


def code(card: int) -> str:
    """The card's identification code."""
    return f"370100D1560000050000{card:012X}"


def made(number: int) -> SignedList:
    """On list n stands card n, among others that are on all."""
    key = bytes([number]) * 32
    cards = b"".join(sorted(entry_of(key, code(card)) for card in (number, *range(1000, 1200))))
    return SignedList(number, NOW, key, cards, CENTRAL.sign(signed_bytes(number, NOW, key, cards)))


def opened(folder: Path) -> LossList:
    return LossList(folder / "state" / "cache", DEVICE, CENTRAL.public_key(), 86_400)


def say(when: str, number: int) -> None:
    os.write(1, json.dumps([when, number]).encode() + b"\n")


def main() -> None:
    folder, lists = Path(sys.argv[1]), int(sys.argv[2])
    losses = opened(folder)
    for number in range(1, lists + 1):
        say("begin", number)
        if losses.take(made(number)) is not Took.TAKEN:
            raise SystemExit(1)
        say("done", number)


if __name__ == "__main__":
    main()
