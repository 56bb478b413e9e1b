"""Hands and eyes of somebody without the card: number and query password on the screen."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from drivers.card.cardfile import CardFile
from kiosk.help import QueryOutcome
from kiosk.sandbox.central.population.queries import SET
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from tests.journeys.driver import Kiosk, View

MINE: Final = "jinan-1-0"
WRONG: Final = "wrong1Pass"
BOUNCE: Final = 0.05
"""Seconds between two keys, beside what it takes until the first is seen."""


def started(world: World, display: str, folder: Path, **sections: dict[str, object]) -> Kiosk:
    """A kiosk that keeps what was typed wrong in `folder`."""
    return Kiosk.start({"staff": {"folder": folder}, **sections}, world=world, display=display)


def leave(walk: Walk) -> None:
    """Whatever was left open."""
    view = walk.kiosk.view()
    if view.screen != "attract":
        walk.kiosk.tap("end" if any(control.name == "end" for control in view.controls) else "back")
    walk.kiosk.wait_screen("attract")


def card_of(walk: Walk, card: str) -> CardFile:
    return walk.world.cards[card]


def id_number(walk: Walk, card: str) -> str:
    holder = card_of(walk, card).holder
    assert holder is not None
    return holder.ssn


def card_number(walk: Walk, card: str) -> str:
    issuer = card_of(walk, card).issuer
    assert issuer is not None
    return issuer.number


def press(walk: Walk, control: str) -> None:
    """And the page is drawn anew with it. A busy kiosk may have taken the last touch late: the same key again is no bounce."""
    walk.kiosk.machine.wait(BOUNCE)
    look = walk.kiosk.view().look
    walk.kiosk.tap(control)
    walk.kiosk.wait(lambda view: view.look > look, 5, "a key that was typed")


def typed(walk: Walk, number: str, kind: str = "id_number") -> None:
    """From the attract page to that of the password."""
    walk.kiosk.tap("open-query")
    walk.kiosk.wait_screen("query-number")
    if kind == "card_number":
        press(walk, "kind-card_number")
    for sign in number:
        press(walk, f"key-{sign.lower()}")
    walk.kiosk.tap("confirm")
    walk.kiosk.wait_screen("query-password")


def password(walk: Walk, text: str) -> None:
    upper = False
    for sign in text:
        if sign.isalpha() and sign.isupper() is not upper:
            press(walk, "key-shift")
            upper = not upper
        press(walk, f"key-{sign.lower()}")
    walk.kiosk.tap("confirm")


def to_record(walk: Walk, card: str = MINE) -> View:
    typed(walk, id_number(walk, card))
    password(walk, SET[card])
    view: View = walk.kiosk.wait_screen("home")
    return view


def refused(walk: Walk) -> View:
    said = walk.says("query.refused")
    told: View = walk.kiosk.wait(lambda v: v.screen == "query-password" and v.says(said), 10, "the refusal")
    return told


def outcomes(world: World, since: int) -> Sequence[QueryOutcome]:
    """Of what central was asked."""
    return [one.outcome for one in world.central.queries()[since:]]


def asked(world: World) -> int:
    return len(world.central.queries())


def enabled(view: View, control: str) -> bool:
    return any(one.name == control and one.enabled for one in view.controls)
