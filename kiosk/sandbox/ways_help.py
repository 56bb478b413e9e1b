"""Hands for the pages of help: typing on the keyboard, signing in as a member of staff, a look-up, a question without a card."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any, Final

from kiosk.help import Ground
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.central.staff_seen import SeenStaff
from kiosk.sandbox.legs_activation import BOUNCE, number_of, says
from kiosk.sandbox.stops import Go, offered, tap, together, turn_page
from kiosk.sandbox.walk import PIN, Walk

CLERK: Final = "staff-clerk"
OTHER_CLERK: Final = "staff-clerk-two"
SUPERVISOR: Final = "staff-supervisor"
TECHNICIAN: Final = "staff-technician"
_TOUCHES: Final = 3
TURN: Final = 40.0
"""Seconds until a token shows a code that was not used yet."""


# --- typing ---------------------------------------------------------------------------------------------------------------


def type_text(walk: Walk, text: str, *, confirm: bool = True) -> None:
    """On a pad or the keyboard, key by key: each draws the page anew. Capitals by the shift key where the page has one."""
    shifts = offered(walk, "key-shift")
    capitals, last = False, ""
    for sign in text:
        if shifts and sign.isalpha() and sign.isupper() is not capitals:
            _key(walk, "key-shift")
            capitals = not capitals
        name = "key-hyphen" if sign == "-" else f"key-{sign.lower()}"
        if name == last:
            walk.kiosk.machine.wait(BOUNCE)
        _key(walk, name)
        last = name
    if capitals:
        _key(walk, "key-shift")
    if confirm:
        walk.kiosk.tap("confirm")


def _key(walk: Walk, name: str) -> None:
    """Again where nothing came of it: a touch in a page's first moment, or on a busy machine's standing picture, is none."""
    look = walk.kiosk.view().look
    for _ in range(_TOUCHES):
        walk.kiosk.tap(name)
        until = time.monotonic() + 5 / _TOUCHES
        while time.monotonic() < until:
            if walk.kiosk.view().look > look:
                return
            walk.kiosk.machine.wait(0.02)
    raise TimeoutError(f"{name} was touched, and nothing was drawn")


def typing(text: str, screen: str = "") -> Go:
    """Typed and confirmed, until the screen is there; without one only typed."""

    def go(walk: Walk) -> None:
        type_text(walk, text, confirm=bool(screen))
        if screen:
            walk.kiosk.wait_screen(screen, 20)

    return go


def whose(card: str, screen: str = "found") -> Go:
    """The ID number of a card's holder."""
    return lambda walk: typing(number_of(walk, card), screen)(walk)


# --- staff ----------------------------------------------------------------------------------------------------------------


def by_card(card: str, screen: str = "desk") -> Go:
    """A fresh staff card and its PIN."""

    def go(walk: Walk) -> None:
        walk.to_pin(card)
        walk.kiosk.type_pin(PIN)
        walk.kiosk.wait_screen(screen, 20)

    return go


def member(walk: Walk, card: str) -> SeenStaff:
    """Whose staff card it is, with password and a code that central takes next; waits for one that was not used yet."""
    staff = walk.world.cards[card].staff
    assert staff is not None
    until = time.monotonic() + TURN
    while True:
        found = walk.world.central.member(staff.number)
        if found.code is not None or time.monotonic() > until:
            return found
        walk.kiosk.machine.wait(0.5)


def name(card: str) -> Go:
    return together(lambda walk: type_text(walk, member(walk, card).name), _asked("password"))


def password(card: str) -> Go:
    return together(lambda walk: type_text(walk, member(walk, card).password), _asked("code"))


def _asked(step: str) -> Go:
    """Until the next one is asked for: in the resident's words these pages are the same screen."""

    def go(walk: Walk) -> None:
        titles = [walk.says(f"staff.{who}.{step}.title") for who in ("sign_in", "second", "clerk")]
        walk.kiosk.wait(lambda view: any(view.says(title) for title in titles), 10, f"the page of the {step}")
        walk.kiosk.machine.wait(0.3)

    return go


def code(card: str, screen: str = "desk") -> Go:
    """The one-time code of now. Each is taken once: where another walk was quicker it begins anew, from the name on."""

    def go(walk: Walk) -> None:
        refused = walk.says("entry.refused")
        for _ in range(3):
            found = member(walk, card).code
            assert found is not None
            type_text(walk, found)
            view = walk.kiosk.wait(lambda view: view.screen == screen or view.says(refused), 20, screen)
            if view.screen == screen:
                return
            together(name(card), password(card))(walk)
        raise TimeoutError(f"no code opened {screen}")

    return go


def signed_in(card: str, screen: str = "desk") -> Go:
    """From the page of the name on."""
    return together(name(card), password(card), code(card, screen))


def wrong_sign_in(walk: Walk, name: str = "9999") -> None:
    """A name that nobody has, from the page of the name to what central says of it."""
    type_text(walk, name)
    _asked("password")(walk)
    type_text(walk, "x")
    _asked("code")(walk)
    type_text(walk, "000000")
    walk.kiosk.wait(
        lambda view: view.screen == "sign-in" and any(view.says(walk.says(key)) for key in _NO), 20, "a sign-in refused"
    )


_NO: Final = ("entry.refused", "staff.locked.title")


def at_desk(walk: Walk) -> None:
    """Back to the desk from any page of staff; a clerk's card again where the session has ended."""
    if walk.kiosk.view().screen in ("attract", "ended"):
        by_card(CLERK)(walk)
    while walk.kiosk.view().screen != "desk":
        screen = walk.kiosk.view().screen
        walk.kiosk.tap(next(one for one in ("end-lookup", "done", "back") if offered(walk, one)))
        walk.kiosk.wait(partial(_other, screen), 10, f"the page before {screen}")


def _other(screen: str, view: Any) -> bool:
    return bool(view.screen != screen)


def listed(control: str, screen: str) -> Go:
    """A choice of a list that may go on on a next page."""

    def go(walk: Walk) -> None:
        while not offered(walk, control) and offered(walk, "next-part"):
            turn_page(walk, "next-part")
        tap(control, screen)(walk)

    return go


def ground(of: Ground, screen: str = "whose") -> Go:
    """From any page of staff to what this ground asks first."""
    return together(at_desk, tap("open-lookup", "ground"), listed(f"ground-{of.value}", screen))


def answer(walk: Walk, operation: Operation) -> dict[str, Any]:
    """What central answered last, since its recording was emptied."""
    told: dict[str, Any] = json.loads(walk.world.central.recording(operation)[-1].answer)
    return told


# --- without a card -------------------------------------------------------------------------------------------------------


def set_query_password(card: str, word: str) -> Go:
    """At the counter, for the card's holder."""

    def go(walk: Walk) -> None:
        issuer = walk.world.cards[card].issuer
        assert issuer is not None
        walk.world.central.set_query_password(issuer.number, word)

    return go


def query_number(card: str) -> Go:
    """From the attract page to the page of the password."""
    return together(tap("open-query", "query-number"), whose(card, "query-password"))


def query_refused(walk: Walk) -> None:
    """A password that is not it."""
    type_text(walk, "wrong1")
    says("query.refused", 20)(walk)
