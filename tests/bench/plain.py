"""The kiosk as it is started in a hall, `kiosk run` with nothing beside it, and a person whose finger knows the places.

Nothing looks into this kiosk. Which screen it shows is read in its own log and seen on the glass; where its controls are was
learned from another kiosk, one with an inspector, which played the same visits before and is gone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from kiosk.sandbox.display import Glass
from kiosk.sandbox.machine import SettingsText
from kiosk.sandbox.walk import PIN
from kiosk.sandbox.world import World
from tests.bench import processes
from tests.journeys.driver import GUARD, Kiosk

SIZE: Final = (1080, 1920)
CARDS: Final = ("jinan-2-0", "jinan-3-0-open", "jinan-long-history", "jinan-retiree")
TOUR: Final = (
    ("open-contributions", "contributions"),
    ("back", "home"),
    ("open-registration", "registration"),
    ("back", "home"),
    ("open-accounts", "accounts"),
    ("back", "home"),
)
"""What is touched after the PIN, and the screen that it leads to."""
PATIENCE: Final = 20.0
AGAIN: Final = 3.0
TRIES: Final = 5
LOOK_EVERY: Final = 0.02

Places = Mapping[tuple[str, str], tuple[int, int]]
"""(screen, control) -> the middle of the control, in px of the window."""


class NotReached(AssertionError):
    """The kiosk did not come to a screen. Names the screen and the kiosk's last lines."""


def learn(world: World, display: str, cards: Sequence[str] = CARDS) -> dict[str, Places]:
    """Plays one visit with each card and notes where everything is. Card -> places."""
    found: dict[str, Places] = {}
    with Kiosk.start(world=world, display=display, size=SIZE) as kiosk:
        for card in cards:
            kiosk.wait_screen("attract")
            places: dict[tuple[str, str], tuple[int, int]] = {}
            world.insert(card, fresh=True)
            view = kiosk.wait_screen("pin")
            places |= {("pin", control.name): control.centre for control in view.controls}
            kiosk.type_pin(PIN)
            screen = "home"
            for control, leads_to in TOUR:
                kiosk.wait_screen(screen)
                places[screen, control] = kiosk.control(control).centre
                kiosk.tap(control)
                screen = leads_to
            kiosk.wait_screen(screen)
            world.pull()
            found[card] = places
        kiosk.wait_screen("attract")
    return found


class Plain:
    """`kiosk run` in a world. `with Plain(world, display) as kiosk:`; it stands on its first screen then."""

    def __init__(self, world: World, display: str, glass: Glass, settings: SettingsText | None = None) -> None:
        self._world = world
        self._glass = glass
        self._machine = world.place_kiosk(
            [sys.executable, "-m", "kiosk", "run"],
            {"window": {"size": f"{SIZE[0]}x{SIZE[1]}", "fullscreen": False}, **(settings or {})},
            {"DISPLAY": display},
            name="plain",
        )

    @property
    def pid(self) -> int:
        """Of the kiosk's process itself. Raises processes.NotRunning."""
        return processes.find(self._machine.pid, "-m", "kiosk", "run")

    def until(self, since: int, patience: float = PATIENCE, /, **wanted: str) -> int:
        """Waits for a line of the log with these values after line `since`; returns its number. Raises NotReached."""
        until = time.monotonic() + patience
        while True:
            lines = self._machine.log_lines()
            for number in range(since, len(lines)):
                if all(lines[number].get(key) == value for key, value in wanted.items()):
                    return number + 1
            if time.monotonic() > until or not self._machine.on:
                raise NotReached(f"{wanted} after {[line.get('event') for line in lines[-5:]]}")
            time.sleep(LOOK_EVERY)

    def visit(self, card: str, places: Places) -> None:
        """One whole visit: card in, PIN, every part of the record, card out, attract page. Raises NotReached."""
        at = len(self._machine.log_lines())
        self._world.insert(card, fresh=True)
        at = self.until(at, event="page-shown", screen="pin")
        self._type(places)
        at = self._tap(places["pin", "confirm"], at, "home")
        screen = "home"
        for control, leads_to in TOUR:
            at = self._tap(places[screen, control], at, leads_to)
            screen = leads_to
        self._world.pull()
        self.until(at, event="page-shown", screen="attract")
        self._settle()

    def _type(self, places: Places) -> None:
        """The PIN, once the pad stands; again from the start when a key was touched too early. Raises NotReached."""
        done = places["pin", "confirm"]
        for _ in range(TRIES):
            self._settle()
            disabled = self._key(done)
            for digit in PIN:
                self._glass.tap(*places["pin", f"key-{digit}"])
            self._settle()
            if self._key(done) != disabled:  # the last digit enables it
                return
            self._glass.tap(*places["pin", "key-clear"])
        raise NotReached("the PIN could not be typed")

    def _tap(self, place: tuple[int, int], since: int, leads_to: str) -> int:
        """Touches until the log names the screen: a page on a busy machine may not have stood when it was touched first."""
        for _ in range(TRIES - 1):
            self._settle()
            self._glass.tap(*place)
            with suppress(NotReached):
                return self.until(since, AGAIN, event="page-shown", screen=leads_to)
        self._glass.tap(*place)
        return self.until(since, event="page-shown", screen=leads_to)

    def _settle(self) -> None:
        """Until the screen has stood still for longer than a new page takes no touches, or PATIENCE is over."""
        until = time.monotonic() + PATIENCE
        last = b""
        while (now := self._look()) != last and time.monotonic() < until:
            last = now
            time.sleep(GUARD)

    def _key(self, centre: tuple[int, int]) -> bytes:
        """A strip across a key, above what is written on it."""
        return self._glass.picture(centre[0] - 60, centre[1] - 60, 120, 2).bgrx

    def _look(self) -> bytes:
        """A column of the screen that every page uses."""
        return self._glass.picture(SIZE[0] // 3, SIZE[1] // 10, 2, SIZE[1] * 8 // 10).bgrx

    def __enter__(self) -> Self:
        self._world.power_on()
        self.until(0, event="reader-reported", state="ready")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(Exception):
            self._world.pull()
        self._machine.shut_down()
