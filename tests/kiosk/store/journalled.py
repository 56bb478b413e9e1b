"""A kiosk's journal through some activations: what a power cut, a kill or a full disk is tried on.

    python journalled.py <folder> <synchronous> [activations]

Before and after each thing it writes it says so: a line of JSON, `[when, card, state]`, the state being what a reader must find.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kiosk.store.device_key import DeviceKey
from kiosk.store.journal import TransactionJournal
from kiosk.store.transaction import Closed, Step, Transaction

DEVICE: Final = DeviceKey(bytes(range(32)))
CARDS: Final = 4
NOW: Final = 1_795_000_000

State = list[str | int | None] | None
"""Of a card's newest transaction: step, key, reservation, how it closed. None: there was none."""


def code(card: int) -> str:
    """The card's identification code."""
    return f"370100D1560000050000{card:012X}"


def key(number: int) -> str:
    return f"key-{number:020d}"


def reservation(number: int) -> str:
    return f"reservation-{number:06d}"


def opened(folder: Path, synchronous: str = "FULL") -> TransactionJournal:
    return TransactionJournal(folder / "state", DEVICE, synchronous=synchronous, now=lambda: NOW)


def found(journal: TransactionJournal, card: int) -> State:
    return state((journal.history(code(card)) or (None,))[-1])


def state(row: Transaction | None) -> State:
    if row is None:
        return None
    return [row.step.value, row.key, row.reservation, None if row.closed is None else row.closed.value]


def ways(number: int) -> tuple[Step | Closed, ...]:
    """What becomes of an activation once it is begun; the next one of its card needs it closed."""
    return (
        (Step.RESERVED, Step.CHANGING, Step.CHANGED, Closed.ACTIVATED),
        (Step.RESERVED, Step.CHANGING, Step.REFUSED, Step.CHANGING, Step.CHANGING, Step.CHANGED, Closed.REPLACED),
        (Step.RESERVED, Step.CANCELLING, Closed.NEVER_SENT),
        (Closed.NEVER_SENT,),
    )[number % 4]


def steps(number: int) -> Iterator[tuple[Step | Closed, State]]:
    """Each thing written, with what a reader then finds."""
    made = None
    step = Step.RESERVING
    yield step, [step.value, key(number), None, None]
    for what in ways(number):
        if isinstance(what, Closed):
            yield what, [step.value, key(number), made, what.value]
        else:
            step, made = what, reservation(number)
            yield what, [step.value, key(number), made, None]


def write(journal: TransactionJournal, card: int, number: int, what: Step | Closed) -> None:
    if what is Step.RESERVING:
        journal.begin(code(card), key(number))
        return
    row = journal.open_of(code(card))
    assert row is not None
    if isinstance(what, Closed):
        journal.close(row.id, what)
    else:
        journal.advance(row.id, what, reservation=reservation(number), reference=f"R-{number}")


def say(when: str, card: int, what: State) -> None:
    os.write(1, json.dumps([when, card, what]).encode() + b"\n")


def main() -> None:
    folder, synchronous, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    journal = opened(folder, synchronous)
    for number in range(count):
        card = number * 3 % CARDS
        if number % 7 == 6:
            journal.close_file()  # a restart of the kiosk
            journal = opened(folder, synchronous)
        for what, after in steps(number):
            say("begin", card, after)
            write(journal, card, number, what)
            say("done", card, after)
    journal.close_file()


if __name__ == "__main__":
    main()
