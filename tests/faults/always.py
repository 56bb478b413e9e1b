"""What holds after every fault: a page that says what is and what to do, nothing of the last person, no PIN sent without a
finger, no bug in the log, the next visit works.

with always(walk, "jinan-2-0", entries=1):
    ...                                     # the fault, up to the named screen that it must lead to
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from kiosk.masking import mask_name
from kiosk.region import RegionProfile, load
from kiosk.sandbox.walk import Walk
from kiosk.visit.failures import Failure
from tests.journeys.driver import ROOT, View

NEXT: Final = "jinan-3-0-closed"
"""The card of the person who comes after the fault."""
BACK: Final = 70.0
"""Seconds within which a kiosk whose world is well again is idle: a failure page stays up to 60 s."""


@contextmanager
def always(
    walk: Walk, card: str | None = None, *, entries: int = 0, back: float = BACK, bugs: bool = False
) -> Iterator[None]:
    """The fault happens inside; then the world is made well, the kiosk must become idle by itself and serve the next person.

    `card`: the card of the visit; `entries`: how many wrong PINs a finger confirms in it; `bugs`: the fault is one of our own
    code, which the log then names.
    """
    tries = None if card is None else walk.world.chip(card, fresh=True).tries_left
    log = walk.kiosk.machine.log
    start = log.stat().st_size if log.exists() else 0
    done = len(walk.kiosk.steps.since())
    yield
    explained(walk, walk.kiosk.view())
    if card is not None:
        sent = sum(1 for seen in walk.world.chip(card).seen if seen.ins == 0x20 and seen.lc)
        assert sent <= confirmed(walk, done), "a PIN went to the card without a finger"
    if card is not None and tries is not None:
        spent = tries - walk.world.chip(card).tries_left
        assert spent <= entries, f"{spent} tries of the card's PIN are spent, a finger confirmed {entries} wrong ones"
    walk.world.restore()
    idle = walk.kiosk.wait_screen("attract", back)
    walk.looked()
    of_person = personal(walk, card)
    masked = tuple(mask_name(name) for name in of_person[:1])
    assert not any(idle.says(text) for text in of_person + masked), "something of the last person is on the idle screen"
    written = log.read_bytes()[start:].decode("utf-8", "replace")
    assert not any(text in written for text in of_person), "something of a person is in the log"
    assert bugs or "kiosk-fault" not in written, "a bug came to light"
    walk.to_home(NEXT)
    walk.to_idle()


def explained(walk: Walk, view: View) -> None:
    """A page that stops somebody names itself: a code for staff, what is, what to do; and nobody is asked for a PIN on it."""
    if view.screen not in ("failure", "out-of-service"):
        return
    shown = [failure for failure in Failure if failure.code in view.texts]
    assert len(shown) == 1, f"{view.screen}: a page of one failure shows its one code"
    key = shown[0].key
    profile = load(ROOT / "assets" / "regions", "370100")
    assert isinstance(profile, RegionProfile)
    gaps = profile.gaps(walk.language)
    assert walk.says(f"{key}.title", **gaps) in view.texts, f"{shown[0].code}: its title is missing"
    todo = {walk.says(f"{key}.advice", **gaps)}
    if shown[0] is Failure.CARD_MUTE:
        todo |= {walk.says(f"{key}.step{number}", **gaps) for number in (1, 2, 3)}
    assert todo & set(view.texts), f"{shown[0].code}: nothing to do is said"
    assert not any(control.name.startswith("key-") for control in view.controls)


def confirmed(walk: Walk, since: int) -> int:
    """How often a finger confirmed a PIN, after the first `since` steps."""
    steps = walk.kiosk.steps.since(since)
    return sum(step.name == "tapped" and step.values.get("control") == "confirm" for step in steps)


def personal(walk: Walk, card: str | None) -> tuple[str, ...]:
    """What of a card's holder must never be left anywhere: name, ID number, card number."""
    file = None if card is None else walk.world.cards[card]
    if file is None or file.holder is None or file.issuer is None:
        return ()
    return (file.holder.name, file.holder.ssn, file.issuer.number)
