"""Every screen of a visit: the card pulled there, and the aids touched there."""

import re
import time
from collections.abc import Callable, Iterator

import pytest

from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import World
from tests.journeys.driver import Kiosk, View

CARD = "jinan-2-0"


@pytest.fixture(scope="module")
def kiosk(world: World, display: str) -> Iterator[Kiosk]:
    """Nothing is kept: a record that is waited for is waited for, whoever was here before."""
    with Kiosk.start({"cache": {"enabled": False}}, world=world, display=display) as kiosk:
        yield kiosk


def reading(walk: Walk) -> None:
    walk.insert(CARD, byte_ms=20.0)
    walk.kiosk.wait_screen("reading")


def failure(walk: Walk) -> None:
    walk.to_failure("jinan-lost", "STATUS-LOST")


def pin(walk: Walk) -> None:
    walk.to_pin(CARD)
    walk.kiosk.type_pin("12", confirm=False)


def pin_help(walk: Walk) -> None:
    walk.to_pin(CARD)
    walk.kiosk.tap("forgot-pin")


def opening(walk: Walk) -> None:
    walk.to_pin(CARD)
    walk.world.central_fault("hold", "overview")
    walk.kiosk.type_pin(PIN)


def home(walk: Walk) -> None:
    walk.to_home(CARD)


def page(*steps: tuple[str, str]) -> Callable[[Walk], None]:
    """From home on: each step is a control and the screen it leads to."""

    def reach(walk: Walk) -> None:
        walk.to_home(CARD)
        for control, screen in steps:
            walk.kiosk.tap(control)
            walk.kiosk.wait_screen(screen)

    return reach


PLACES: dict[str, Callable[[Walk], None]] = {
    "reading": reading,
    "failure": failure,
    "pin": pin,
    "pin-help": pin_help,
    "opening": opening,
    "home": home,
    "registration": page(("insurance-310", "registration")),
    "contributions": page(("open-contributions", "contributions")),
    "contributions-year": page(("open-contributions", "contributions"), ("open-year", "contributions-year")),
    "accounts": page(("open-accounts", "accounts")),
    "wrong": page(("insurance-310", "registration"), ("wrong", "wrong")),
    "privacy": page(("open-privacy", "privacy")),
}


def personal(walk: Walk) -> tuple[str, ...]:
    holder = walk.world.cards[CARD].holder
    assert holder is not None
    return holder.name, holder.ssn, holder.ssn[-4:], "测*甲"


@pytest.mark.parametrize("place", PLACES)
def test_the_card_pulled_there_leaves_nothing(walk: Walk, place: str) -> None:
    PLACES[place](walk)
    walk.kiosk.wait_screen(place)
    walk.world.pull()
    idle = walk.kiosk.wait_screen("attract", 5)
    assert not any(one in text for one in personal(walk) for text in idle.texts)


def words(walk: Walk) -> list[str]:
    """What stands there, without what goes with the time."""
    return [text for text in walk.kiosk.view().texts if not re.search(r"\d\d:\d\d", text)]


def settle(walk: Walk) -> None:
    """Until nothing changes by itself any more: rows have come, a wait has its name (after one second)."""
    look, since = walk.kiosk.view().look, time.monotonic()

    def still(view: View) -> bool:
        nonlocal look, since
        if view.look != look:
            look, since = view.look, time.monotonic()
        return time.monotonic() - since > 1.4

    walk.kiosk.wait(still, what="a page that stays as it is")


@pytest.mark.parametrize("place", [place for place in PLACES if place != "reading"])
def test_language_size_and_contrast_are_switched_there_without_losing_the_place(walk: Walk, place: str) -> None:
    PLACES[place](walk)
    walk.kiosk.wait_screen(place)
    settle(walk)
    before = words(walk)
    for look in ({"language": "en"}, {"large": True}, {"contrast": True}):
        walk.turn(**look)
        assert walk.kiosk.view().screen == place
    assert walk.says("access.large") in walk.kiosk.view().texts
    for look in ({"contrast": False}, {"large": False}, {"language": "zh_CN"}):
        walk.turn(**look)
    assert walk.kiosk.view().screen == place
    assert words(walk) == before
