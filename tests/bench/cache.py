"""What the sealed cache costs on this disk: one person written and read, and a full cache of 20,000 people opened.

The content is that of a real visit: the overview of a card with a long history as central gives it, cut to what is kept.
"""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from kiosk.central.client import CentralClient
from kiosk.central.decode import encode
from kiosk.engine.trim import kept_part
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.pki import ensure
from kiosk.store.cache import Limits, SealedCache
from kiosk.store.device_key import DeviceKey
from kiosk.store.sealed import Answers, fresh_challenges
from tests.bench.figures import Figure

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

_T = TypeVar("_T")

CARD: Final = "jinan-long-history"
PEOPLE: Final = 20_000
ROUNDS: Final = 200
OPENINGS: Final = 5
NUMBER: Final = "A00000001"
ANSWERS: Final[Answers] = (b"answer-1", b"answer-2")
SEAL_GOAL: Final = 25.0
"""ms: a frame and a half, on a thread that nobody waits for."""
OPEN_GOAL: Final = 1.0
"""Seconds, on the same thread; visits are served meanwhile."""
SIZE_GOAL: Final = 256.0
"""MiB, next to a disk of tens of gigabytes."""


def measure(bench: Bench) -> Sequence[Figure]:
    content = record_of(bench.folder)
    device = DeviceKey(secrets.token_bytes(32))
    folder = bench.folder / "cache"
    fill(folder, device, content)
    openings = []
    for _ in range(OPENINGS):
        took, cache = timed(lambda: SealedCache(folder, device, Limits(most_rows=PEOPLE)))
        openings.append(took)
        cache.close()
    cache = SealedCache(folder, device, Limits(most_rows=PEOPLE))
    size = cache.status().file_bytes / (1 << 20)
    # In the full cache: it is as slow there as it ever gets.
    writes, reads = zip(*(seal_write(cache, content, person) for person in range(ROUNDS)), strict=True)
    cache.close()
    empty = SealedCache(bench.folder / "empty", device)
    first, _ = zip(*(seal_write(empty, content, person) for person in range(ROUNDS)), strict=True)
    empty.close()
    both = [1000 * (write + read) for write, read in zip(writes, reads, strict=True)]
    return [
        Figure(
            "seal_write",
            statistics.median(both),
            "ms",
            SEAL_GOAL,
            {
                "write_ms": told(writes),
                "read_ms": told(reads),
                "write_in_an_empty_cache_ms": told(first),
                "bytes": len(content),
                "rows": PEOPLE,
            },
        ),
        Figure(
            "cache_20000",
            statistics.median(openings),
            "s",
            OPEN_GOAL,
            {"open_s": [round(took, 3) for took in openings], "rows": PEOPLE, "file_mib": round(size, 1)},
        ),
        Figure("cache_20000_size", size, "MiB", SIZE_GOAL, {"rows": PEOPLE, "bytes_of_one": len(content)}),
    ]


def record_of(folder: Path) -> bytes:
    """What is kept after a visit with `CARD`."""
    pki = ensure(folder / "tls")
    mine = pki.device("kiosk-01")
    with CentralProcess(pki, population=0) as central:
        client = CentralClient(central.base_url, pki.authority, mine.certificate, mine.key)
        try:
            holder = Cardholder.of(CARD)
            session = holder.open(client).value
            if session is None or session.token is None:
                raise RuntimeError("central opens no session")
            overview = client.overview(session.session, session.token, card_number=holder.card_number).value
        finally:
            client.close()
    if overview is None:
        raise RuntimeError("central gives no overview")
    return encode(kept_part(overview, datetime.now(UTC).date()))


def fill(folder: Path, device: DeviceKey, content: bytes) -> None:
    """As after years of visits. Not synced row by row: that is measured elsewhere."""
    cache = SealedCache(folder, device, Limits(most_rows=PEOPLE), synchronous="OFF")
    for person in range(PEOPLE):
        keep(cache, content, person)
    cache.purge(int(time.time()))
    cache.close()


def keep(cache: SealedCache, content: bytes, person: int) -> None:
    now = int(time.time())
    cache.keep(code(person), NUMBER, fresh_challenges(), ANSWERS, content, now=now, as_of=now)


def seal_write(cache: SealedCache, content: bytes, person: int) -> tuple[float, float]:
    """Seconds to write one person's row and to read it back."""

    def read() -> bytes | None:
        row = cache.find(code(person), int(time.time()))
        return None if row is None else cache.open(row, code(person), NUMBER, ANSWERS)

    wrote, _ = timed(lambda: keep(cache, content, person))
    took, found = timed(read)
    if found != content:
        raise RuntimeError("what was kept is not there")
    return wrote, took


def code(person: int) -> str:
    return f"370100D1560000050000{person:012X}"


def timed(do: Callable[[], _T]) -> tuple[float, _T]:
    began = time.perf_counter()
    value = do()
    return time.perf_counter() - began, value


def told(seconds: Sequence[float]) -> dict[str, float]:
    in_order = sorted(seconds)
    return {
        "median": round(1000 * statistics.median(in_order), 3),
        "p95": round(1000 * in_order[int(0.95 * len(in_order))], 3),
    }
