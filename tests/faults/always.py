"""What holds after every fault: nothing of the last person, no PIN try spent without a finger, the next visit works.

with always(walk, "jinan-2-0", entries=1):
    ...                                     # the fault, up to the named screen that it must lead to
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from kiosk.sandbox.walk import Walk

NEXT: Final = "yangquan-3-0"
"""The card of the person who comes after the fault."""
BACK: Final = 70.0
"""Seconds within which a kiosk whose world is well again is idle: a failure page stays up to 60 s."""


@contextmanager
def always(walk: Walk, card: str | None = None, *, entries: int = 0, back: float = BACK) -> Iterator[None]:
    """The fault happens inside; then the world is made well, the kiosk must become idle by itself and serve the next person.

    `card`: the card of the visit; `entries`: how many wrong PINs a finger confirms in it.
    """
    tries = None if card is None else walk.world.chip(card, fresh=True).tries_left
    log = walk.kiosk.machine.log
    start = log.stat().st_size if log.exists() else 0
    yield
    if card is not None and tries is not None:
        spent = tries - walk.world.chip(card).tries_left
        assert spent <= entries, f"{spent} tries of the card's PIN are spent, a finger confirmed {entries} wrong ones"
    walk.world.restore()
    idle = walk.kiosk.wait_screen("attract", back)
    walk.looked()
    of_person = personal(walk, card)
    assert not any(idle.says(text) for text in of_person), "something of the last person is on the idle screen"
    written = log.read_bytes()[start:].decode("utf-8", "replace")
    assert not any(text in written for text in of_person), "something of a person is in the log"
    walk.to_home(NEXT)
    walk.to_idle()


def personal(walk: Walk, card: str | None) -> tuple[str, ...]:
    """What of a card's holder must never be left anywhere: name, ID number, card number."""
    file = None if card is None else walk.world.cards[card]
    if file is None or file.holder is None or file.issuer is None:
        return ()
    return (file.holder.name, file.holder.ssn, file.issuer.number)
