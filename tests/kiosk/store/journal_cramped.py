"""The journal on a small disk of its own that is full, then has room again. Says what came of it, as one line of JSON.

unshare --mount ... python journal_cramped.py <folder on the small disk>
"""

import json
import sys
from pathlib import Path

from kiosk.store.transaction import JournalUnusable
from tests.kiosk.store.cramped import fill
from tests.kiosk.store.journalled import CARDS, State, found, opened, steps, write


def main() -> None:
    folder = Path(sys.argv[1])
    told: dict[str, object] = {}
    journal = opened(folder)
    last: dict[int, State] = dict.fromkeys(range(CARDS))
    refused, number = 0, 0
    while number < 400 and not refused:
        if number == CARDS:
            told["filled"] = fill(folder)
        card = number % CARDS
        for what, after in steps(number):
            try:
                write(journal, card, number, what)
            except JournalUnusable:
                refused += 1
                break
            last[card] = after
        number += 1
    told["refused"] = refused
    told["as it was"] = all(found(journal, card) == last[card] for card in last)
    journal.close_file()
    (folder / "ballast").unlink()
    journal = opened(folder)
    told["after"] = all(found(journal, card) == last[card] for card in last)
    card, (what, after) = number % CARDS, next(steps(number))
    write(journal, card, number, what)
    told["goes on"] = found(journal, card) == after
    journal.close_file()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
