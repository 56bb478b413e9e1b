"""What a tour is made of: stops and legs, and the ways between screens that many of them share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from drivers.card.cardfile import Fault
from kiosk.sandbox.machine import SettingsText
from kiosk.sandbox.pki import Flaw
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import DEVICE
from kiosk.visit.failures import Failure

Go = Callable[[Walk], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """One picture. `go` leads to it from the stop before and returns when it is there."""

    name: str
    go: Go
    screen: str = ""  # name of the screen where it is not the stop's own
    failure: Failure | None = None
    away: Go | None = None  # where it has no aids: to a page that has them
    again: Go | None = (
        None  # where the aids are touched elsewhere, or lead away from it: how it is reached in the next look
    )
    passing: bool = False  # gone by itself, or by any touch, and the aids with it: there is its first look only


@dataclass(frozen=True, slots=True)
class Leg:
    name: str
    stops: tuple[Stop, ...]
    settings: SettingsText = field(default_factory=dict)
    movable_clock: bool = False
    device: str = DEVICE
    device_flaw: Flaw | None = None  # of the certificate that the kiosk shows


def tap(control: str, screen: str) -> Go:
    def go(walk: Walk) -> None:
        walk.kiosk.tap(control)
        walk.kiosk.wait_screen(screen)

    return go


def together(*steps: Go) -> Go:
    def go(walk: Walk) -> None:
        for step in steps:
            step(walk)

    return go


def idle(walk: Walk) -> None:
    walk.to_idle()


def home(card: str) -> Go:
    return lambda walk: done(walk.to_home(card))


def pin(card: str) -> Go:
    return lambda walk: done(walk.to_pin(card))


def done(_: object) -> None:
    """What a step gives is not needed here."""


def to_home_page(walk: Walk) -> None:
    """Back to home; a new visit where the last one has ended."""
    if walk.kiosk.view().screen == "attract":
        walk.to_home("jinan-2-0")
    while walk.kiosk.view().screen != "home":
        back(walk)


def back(walk: Walk) -> None:
    screen = walk.kiosk.view().screen
    walk.kiosk.tap("back")
    # Another screen, not another look: rows that arrive just now change that, too.
    walk.kiosk.wait(lambda view: bool(view.screen != screen), what=f"the page before {screen}")


def turn_page(walk: Walk, control: str) -> None:
    look = walk.kiosk.view().look
    walk.kiosk.tap(control)
    walk.kiosk.wait(lambda view: bool(view.look > look), what=f"the page behind {control}")


def from_home(control: str, screen: str) -> Go:
    return together(to_home_page, tap(control, screen))


def offered(walk: Walk, control: str) -> bool:
    return any(one.name == control and one.enabled for one in walk.kiosk.view().controls)


def registration(insurance: str) -> Go:
    """From any page of the record, over home; the list may go on on a next page."""

    def go(walk: Walk) -> None:
        to_home_page(walk)
        while not offered(walk, f"insurance-{insurance}") and offered(walk, "next-part"):
            turn_page(walk, "next-part")
        walk.kiosk.tap(f"insurance-{insurance}")
        walk.kiosk.wait_screen("registration")

    return go


def open_year(walk: Walk) -> None:
    """In landscape the year stands beside the picture and has a page of its own in large text only."""
    beside = not offered(walk, "open-year")
    walk.turn(large=beside)
    walk.kiosk.tap("open-year")
    walk.kiosk.wait_screen("contributions-year")
    walk.turn(large=False)


def card_failure(failure: Failure, card: str, faults: Sequence[Fault] = (), name: str = "") -> Stop:
    return Stop(
        name or failure.key.replace(".", "-").replace("_", "-"),
        lambda walk: walk.to_failure(card, failure.code, faults=faults),
        "failure",
        failure,
    )
