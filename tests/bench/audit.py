"""Checking an audit chain of a million lines: against the least that any check must do, over the same file.

The bare side reads each line with the same SELECT and makes one HMAC-SHA256 over it, with one key, comparing nothing. Turn about,
each in a process of its own; memory is the whole process's highest, interpreter and libraries too.
"""

from __future__ import annotations

import hmac
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.store.audit import Sound
from kiosk.store.auditfile import AuditFile
from kiosk.store.device_key import DeviceKey
from tests.bench.figures import Figure, ratio_of_medians

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

LINES: Final = 1_000_000
AT_ONCE: Final = 20_000
ROUNDS: Final = 3
RATIO_GOAL: Final = 2.0
MEMORY_GOAL: Final = 64.0
DEVICE: Final = DeviceKey(bytes(range(32)))


def measure(bench: Bench) -> Sequence[Figure]:
    key = _written(bench.folder)
    ours: list[float] = []
    bare: list[float] = []
    peaks: list[float] = []
    for _ in range(ROUNDS):
        for way, taken in (("bare", bare), ("verify", ours)):
            told = _in_process(way, bench.folder, key)
            taken.append(told["seconds"])
            if way == "verify":
                peaks.append(told["mib"])
    raw = {"lines": LINES, "verify_s": ours, "bare_s": bare}
    return (
        Figure("audit_verify", ratio_of_medians(ours, bare), "x bare HMAC + SELECT", RATIO_GOAL, raw),
        Figure("audit_verify_memory", max(peaks), "MiB", MEMORY_GOAL, {"lines": LINES, "peaks": peaks}),
    )


def _written(folder: Path) -> bytes:
    chain = AuditFile(folder, DEVICE, "K-01", synchronous="OFF")
    key = chain.escrow()
    assert key is not None
    line = {"kind": "overview", "outcome": "asked", "who": "holder", "whose": "5" * 32}
    made = 1
    while made < LINES:
        count = min(AT_ONCE, LINES - made)
        made = chain.append([{**line, "visit": f"a1b2c3d4-{made + n}"} for n in range(count)]).length
    chain.close_file()
    return key


def _in_process(way: str, folder: Path, key: bytes) -> dict[str, float]:
    argv = [sys.executable, "-m", "tests.bench.audit", way, str(folder)]
    done = subprocess.run(argv, input=key.hex(), capture_output=True, text=True, check=True, timeout=600)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _bare(chain: AuditFile, key: bytes) -> None:
    digest, count = hmac.digest, 0
    with chain.reading() as (_, _, lines):
        for _, text, mac in lines:
            digest(key, mac + text.encode("utf-8"), "sha256")
            count += 1
    assert count == LINES


def _status() -> Sequence[str]:
    """Of this program alone: getrusage's peak may be that of who started it."""
    return Path("/proc/self/status").read_text("ascii").splitlines()


def main() -> None:
    way, folder, key = sys.argv[1], Path(sys.argv[2]), bytes.fromhex(sys.stdin.read())
    chain = AuditFile(folder, DEVICE, "K-01", look=True)
    chain.head()
    began = time.perf_counter()
    if way == "bare":
        _bare(chain, key)
    else:
        said = chain.verify(key)
        assert isinstance(said, Sound), said
        assert (said.last, said.macs) == (LINES, True)
    seconds = time.perf_counter() - began
    peak = next(int(line.split()[1]) / 1024 for line in _status() if line.startswith("VmHWM"))
    chain.close_file()
    os.write(1, json.dumps({"seconds": seconds, "mib": peak}).encode())


if __name__ == "__main__":
    main()
