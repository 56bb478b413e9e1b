"""A kiosk's store through some days of visits: what a power cut, a kill or a full disk is tried on.

    python served.py <folder> <synchronous> [visits]

Before and after each thing it does to the cache it says so: a line of JSON, `[when, what, card, visit]`.
"""

import json
import os
import sys
from pathlib import Path
from typing import Final

from kiosk.store.cache import FILE, Limits, SealedCache
from kiosk.store.device_key import DeviceKey
from kiosk.store.sealed import Answers, fresh_challenges

DEVICE: Final = DeviceKey(bytes(range(32)))
ANSWERS: Final[Answers] = (b"answer-1", b"answer-2")
CARDS: Final = 5
NOW: Final = 1_795_000_000
DAY: Final = 86_400


def code(card: int) -> str:
    """The card's identification code."""
    return f"370100D1560000050000{card:012X}"


def number(card: int) -> str:
    return f"A{card:08d}"


def content(visit: int) -> bytes:
    """What central told in this visit: each one's own, and of a length of its own."""
    return f"visit {visit} ".encode() * (300 + 40 * (visit % 7))


def time(visit: int) -> int:
    return NOW + 60 * visit


def opened(folder: Path, synchronous: str = "FULL") -> SealedCache:
    return SealedCache(folder / "state" / "cache", DEVICE, Limits(time_to_live=7 * DAY), synchronous=synchronous)


def say(when: str, what: str, card: int, visit: int) -> None:
    os.write(1, json.dumps([when, what, card, visit]).encode() + b"\n")


def keep(cache: SealedCache, card: int, visit: int) -> None:
    now = time(visit)
    cache.keep(code(card), number(card), fresh_challenges(), ANSWERS, content(visit), now=now, as_of=now - 30)


def read(cache: SealedCache, card: int, now: int) -> bytes | None:
    row = cache.find(code(card), now)
    return None if row is None else cache.open(row, code(card), number(card), ANSWERS)


def spoil(folder: Path) -> None:
    """The file is broken, for good."""
    path = folder / "state" / "cache" / FILE
    handle = os.open(path, os.O_WRONLY)
    os.pwrite(handle, b"rubbish" * 100, 0)
    os.fsync(handle)
    os.close(handle)


def main() -> None:
    folder, synchronous, visits = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    cache = opened(folder, synchronous)
    for visit in range(visits):
        card = visit * 3 % CARDS
        if visit % 20 == 13:
            cache.close()  # a restart of the kiosk
            cache = opened(folder, synchronous)
        what = {9: "revoke", 11: "spoil", 17: "purge", 18: "clock"}.get(visit % 20, "keep")
        say("begin", what, card, visit)
        match what:
            case "keep":
                keep(cache, card, visit)
            case "revoke":
                cache.revoke(code(card))
            case "purge":
                cache.purge()
            case "spoil":
                cache.close()
                spoil(folder)
                cache = opened(folder, synchronous)
            case _:
                cache.mark_clock(time(visit))
        say("done", what, card, visit)
    cache.close()


if __name__ == "__main__":
    main()
