"""The planted person's new card: activated with everything typed, and once more with a tear that is resumed."""

from __future__ import annotations

from dataclasses import replace

from drivers.card.apdu import INS_CHANGE_PIN
from kiosk.sandbox.central.population.contacts import phone_of
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from tests.canary.person import CARD, NEW_PIN, NUMBER, PIN, TYPED_PHONE, Told
from tests.canary.visits import empty, said, to_page, until, wait_forgotten
from tests.journeys.driver import Kiosk, View


def play(world: World, kiosk: Kiosk) -> Told:
    """Both visits, each to its end; afterwards the kiosk is idle. Returns what central told of the person."""
    walk = Walk(world, kiosk)
    walk.to_idle()
    until(lambda: bool(world.central.heartbeats()), "central has not heard of the kiosk")
    _all_typed(walk)
    messages = world.central.messages()
    _torn_and_resumed(walk)
    messages += world.central.messages()
    told = Told.of(world.central.recording())
    walk.to_idle()
    wait_forgotten(kiosk)
    phone = phone_of(CARD)
    assert phone is not None
    return replace(told, phones=frozenset({phone, TYPED_PHONE}), codes=frozenset(one.text for one in messages))


def _begun(walk: Walk) -> None:
    """A card as on its first day."""
    walk.to_idle()
    walk.world.first_day()
    walk.insert(CARD)
    walk.kiosk.wait_screen("who", 20)


def _all_typed(walk: Walk) -> None:
    """The ID number, the code to the phone on file, another phone and its code, old and new PIN; the slip is printed."""
    _begun(walk)
    to_page(walk, "party-holder", "number")
    _typed(walk, NUMBER, "way")
    to_page(walk, "way-code", "code")
    _code(walk, "keep-phone")
    to_page(walk, "other-phone", "phone")
    _typed(walk, TYPED_PHONE, "code")
    _code(walk, "explain")
    to_page(walk, "start", "pins")
    _pins(walk, PIN, NEW_PIN, NEW_PIN)
    walk.kiosk.wait_screen("activated", 20)
    walk.kiosk.tap("print-slip")
    until(lambda: bool(said(walk.kiosk, "slip-printed")), "no slip is printed")
    to_page(walk, "end", "take-card")
    walk.to_idle()


def _torn_and_resumed(walk: Walk) -> None:
    """Proved by the ID card on the reader. The card is pulled inside CHANGE, before anything is written; put in again, the
    new PIN is tried and is not the card's, and all three are typed afresh."""
    _begun(walk)
    walk.world.desk.lay(CARD)
    to_page(walk, "party-holder", "number")
    _typed(walk, NUMBER, "way")
    to_page(walk, "way-document", "document")
    to_page(walk, "read-document", "keep-phone")
    to_page(walk, "use-phone", "explain")
    to_page(walk, "start", "pins")
    walk.world.card_fault(action="tear", ins=INS_CHANGE_PIN, times=1)
    _pins(walk, PIN, NEW_PIN, NEW_PIN)
    until(lambda: walk.world.card_in is None, "the card is not torn")
    walk.to_idle()
    walk.world.insert(CARD)
    walk.kiosk.wait_screen("pins", 20)
    _pins(walk, NEW_PIN, PIN, NEW_PIN, NEW_PIN)
    walk.kiosk.wait_screen("activated", 20)
    walk.world.pull()
    walk.world.desk.lay(None)
    walk.to_idle()


def _pins(walk: Walk, *pins: str) -> None:
    """One page of PINs after the other: this inspector reads no titles, but each begins with an empty key pad."""
    for pin in pins:
        look = walk.kiosk.wait(lambda view: view.screen == "pins" and empty(view), 10, "an empty key pad").look
        walk.kiosk.machine.wait(0.3)
        walk.kiosk.type_pin(pin)
        walk.kiosk.wait(lambda view, look=look: _gone_on(view, look), 10, "what follows a PIN")  # type: ignore[misc]


def _gone_on(view: View, look: int) -> bool:
    return view.screen != "pins" or (view.look > look and empty(view))


def _code(walk: Walk, screen: str) -> None:
    """What has come to the phone."""
    _typed(walk, walk.world.central.messages()[-1].text, screen)


def _typed(walk: Walk, text: str, screen: str) -> None:
    """Each key for itself: the page is drawn anew with it."""
    for sign in text:
        look = walk.kiosk.view().look
        walk.kiosk.tap(f"key-{sign.lower()}")
        walk.kiosk.wait(lambda view, look=look: bool(view.look > look), 5, "a key that was typed")  # type: ignore[misc]
    to_page(walk, "confirm", screen)
