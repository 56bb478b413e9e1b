"""A kiosk's audit chain through some days: what a power cut, a kill or a full disk is tried on.

    python audited.py <folder> <synchronous> [writes]

Before and after each thing it writes it says so: a line of JSON. ["key", k0] once the chain is there; ["begin", n]: there may be
n lines from now on; ["done", n, mac]: there are, and line n has this MAC.
"""

import json
import os
import sys
from pathlib import Path
from typing import Final

from kiosk.store.audit import Seen
from kiosk.store.auditfile import DAY_MS, LEAST_DAYS, AuditFile
from kiosk.store.device_key import DeviceKey

DEVICE: Final = DeviceKey(bytes(range(32)))
ESCROWED: Final = 5
"""After so many writes central has k0; every eighth the lines, and the days pass."""


class Calendar:
    now = 1_763_700_000_000

    def __call__(self) -> int:
        return self.now


def opened(folder: Path, synchronous: str = "FULL", now: Calendar | None = None) -> AuditFile:
    return AuditFile(folder / "state", DEVICE, "K-01", synchronous=synchronous, now_ms=now or Calendar())


def entry(number: int) -> dict[str, str | int]:
    return {"kind": "overview", "outcome": "asked", "visit": f"aa-{number}", "who": "holder", "whose": "0" * 32}


def say(*what: object) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def main() -> None:
    folder, synchronous, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    calendar = Calendar()
    chain = opened(folder, synchronous, calendar)
    key = chain.escrow()
    assert key is not None
    say("key", key.hex())
    length = chain.head().length
    for number in range(count):
        lines = 1 + number % 3
        say("begin", length + lines)
        head = chain.append([entry(number)] * lines)
        length = head.length
        say("done", length, head.mac.hex())
        if number == ESCROWED:
            chain.escrowed()
        if number % 8 == 7:
            chain.uploaded(length)
            chain.countersigned(Seen(head, bytes(64)))
            chain.settle()
            calendar.now += (LEAST_DAYS // 2 + 1) * DAY_MS
            say("begin", length + 1)
            chain.prune(LEAST_DAYS)
            head = chain.head()
            length = head.length
            say("done", length, head.mac.hex())
        if number % 11 == 10:
            chain.close_file()  # a restart of the kiosk
            chain = opened(folder, synchronous, calendar)
    chain.close_file()


if __name__ == "__main__":
    main()
