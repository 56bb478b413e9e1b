"""The store on a small disk of its own that is full, then has room again. Says what came of each thing, as one line of JSON.

unshare --mount ... python cramped.py <folder on the small disk>
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from kiosk.store.sealed import Answers
from tests.kiosk.store.served import CARDS, NOW, code, content, keep, number, opened, read, time

OTHERS: Answers = (b"another!", b"chips-an")


def outcome(do: Callable[[], object]) -> str:
    try:
        return repr(do())
    except OSError as error:
        return type(error).__name__


def fill(folder: Path) -> int:
    """Takes what room there is. How many bytes."""
    handle = os.open(folder / "ballast", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    taken = 0
    for piece in (4096, 1):
        try:
            while True:
                taken += os.write(handle, bytes(piece))
        except OSError:
            continue
    os.close(handle)
    return taken


def main() -> None:
    folder = Path(sys.argv[1])
    told: dict[str, object] = {}
    cache = opened(folder)
    for card in range(CARDS):
        keep(cache, card, card)
    told["filled"] = fill(folder)
    refused, visit = 0, CARDS
    last = list(range(CARDS))
    while refused < 5 and visit < 500:
        card = visit % CARDS
        try:
            keep(cache, card, visit)
            last[card] = visit
        except OSError:
            refused += 1
        visit += 1
    now = time(visit)
    told["refused"] = refused
    told["found"] = [read(cache, card, now) == content(last[card]) for card in range(CARDS)]
    row = cache.find(code(1), now)
    assert row is not None
    told["another chip"] = outcome(lambda: cache.open(row, code(1), number(1), OTHERS))
    told["revoked"] = outcome(lambda: cache.revoke(code(1)))
    told["given after it"] = cache.find(code(1), now) is not None
    told["purged"] = outcome(lambda: cache.purge(NOW))
    cache.close()
    fill(folder)  # also what SQLite gave back
    told["started on the full disk"] = outcome(lambda: opened(folder).close())
    (folder / "ballast").unlink()
    cache = opened(folder)
    told["aside"] = cache.status().files_set_aside
    told["after"] = [read(cache, card, now) == content(last[card]) for card in range(CARDS) if card != 1]
    keep(cache, 1, visit)
    told["kept again"] = read(cache, 1, now) == content(visit)
    cache.close()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
