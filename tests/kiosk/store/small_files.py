"""The device key is made, then loss lists are taken one after the other: what power cuts are tried on.

    python small_files.py <folder>

Says `["done", "key", <hash>]`, and before and after each list `["begin" | "done", "list", <number>]`.
"""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.store.device_key import DeviceKey, Label, NoKey, load
from kiosk.store.losslist import LossList, SignedList, Took, signed_bytes

CENTRAL: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
MAX_AGE: Final = 48 * 3600
LISTS: Final = 6


def key_of(folder: Path, *, make: bool) -> DeviceKey | NoKey:
    return load(folder / "state" / "device.key", {}, make=make)


def known(key: DeviceKey) -> str:
    """Tells one key from another."""
    return hashlib.sha256(key.derive(Label.FILE)).hexdigest()


def losses(folder: Path, key: DeviceKey) -> LossList:
    return LossList(folder / "state" / "lists", key, CENTRAL.public_key(), MAX_AGE)


def signed(number: int) -> SignedList:
    """Of a length of its own."""
    key = bytes([number]) * 32
    cards = b"".join(n.to_bytes(32, "big") for n in range(40 * number))
    issued = 1_795_000_000 + number
    return SignedList(number, issued, key, cards, CENTRAL.sign(signed_bytes(number, issued, key, cards)))


def say(*what: object) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def main() -> None:
    folder = Path(sys.argv[1])
    key = key_of(folder, make=True)
    if isinstance(key, NoKey):
        raise SystemExit(str(key))
    say("done", "key", known(key))
    held = losses(folder, key)
    for number in range(1, LISTS + 1):
        say("begin", "list", number)
        if held.take(signed(number)) is not Took.TAKEN:
            raise SystemExit("not taken")
        say("done", "list", number)


if __name__ == "__main__":
    main()
