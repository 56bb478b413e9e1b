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

    def until(self, since: int, **wanted: str) -> int:
        """Waits for a line of the log with these values after line `since`; returns its number. Raises NotReached."""
        until = time.monotonic() + PATIENCE
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
        before = self._look()
        self._world.insert(card, fresh=True)
        at, before = self._shown(at, "pin", before)
        for digit in PIN:
            self._glass.tap(*places["pin", f"key-{digit}"])
        self._still(before)  # the key for "done" is enabled by the last digit's page
        at, before = self._tap(places["pin", "confirm"], at, "home")
        screen = "home"
        for control, leads_to in TOUR:
            at, before = self._tap(places[screen, control], at, leads_to)
            screen = leads_to
        self._world.pull()
        self._shown(at, "attract", before)

    def _tap(self, place: tuple[int, int], since: int, leads_to: str) -> tuple[int, bytes]:
        before = self._look()
        self._glass.tap(*place)
        return self._shown(since, leads_to, before)

    def _shown(self, since: int, screen: str, before: bytes) -> tuple[int, bytes]:
        """Until the log names the screen and the glass shows it. The log's next line, and what is seen."""
        at = self.until(since, event="page-shown", screen=screen)
        return at, self._still(before)

    def _still(self, before: bytes) -> bytes:
        """Until what is seen differs from `before` and has not changed for longer than a new page takes no touches."""
        until = time.monotonic() + PATIENCE
        last = self._look()
        while True:
            time.sleep(GUARD)
            now = self._look()
            if now == last != before:
                return now
            if time.monotonic() > until:
                raise NotReached("the screen does not change, or does not stand still")
            last = now

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
