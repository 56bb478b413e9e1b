"""A person with a finger, eyes and cards in the simulated world: what tour and journeys are made of."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from drivers.card.cardfile import Fault
from drivers.card.virtual import VirtualCard
from kiosk.sandbox.display import Glass, Picture
from kiosk.sandbox.machine import Machine
from kiosk.sandbox.steps import Steps
from kiosk.sandbox.world import World
from kiosk.ui.text import Words

LOCALE: Final = Path(__file__).resolve().parents[2] / "assets" / "locale"
PIN: Final = "123456"
"""The PIN of every card file, unless it says otherwise."""
_GONE: Final = 3.0
"""Seconds in which a visit whose card is out has ended."""
_PRESS_SHOWN: Final = 0.1
"""A control keeps its pressed look for 80 ms: pictures further apart show that it is over."""


class Hands(Protocol):
    """The part of `tests.journeys.driver.Kiosk` that a walk needs; that one can look into the kiosk, this package cannot."""

    machine: Machine
    glass: Glass
    size: tuple[int, int]
    steps: Steps

    def view(self) -> Any: ...

    def wait(self, wanted: Callable[[Any], bool], timeout: float = ..., what: str = ...) -> Any: ...

    def wait_screen(self, name: str, timeout: float = ..., failure: str | None = None) -> Any: ...

    def wait_text(self, text: str, timeout: float = ...) -> Any: ...

    def wait_ready(self, timeout: float = ...) -> Any: ...

    def control(self, name: str, timeout: float = ...) -> Any: ...

    def tap(self, name: str, timeout: float = ...) -> None: ...

    def touch(self, x: int, y: int) -> None: ...

    def type_pin(self, pin: str, *, confirm: bool = True) -> None: ...

    def stop(self) -> None: ...


class Walk:
    """One person in front of one kiosk. Raises what the driver raises when something does not come."""

    def __init__(self, world: World, kiosk: Hands, languages: Sequence[str] = ("zh_CN", "en")) -> None:
        self.world = world
        self.kiosk = kiosk
        self.words = {language: Words.load(LOCALE, language) for language in languages}
        self.language = "zh_CN"
        self.large = False
        self.contrast = False

    def says(self, key: str, **gaps: Any) -> str:
        """The text of a catalogue key as the kiosk shows it in the language now on."""
        return self.words[self.language].t(key, **gaps)

    # ---- a visit ----------------------------------------------------------------------------------------------------

    def to_idle(self) -> None:
        """Card out, and out of a session without one; attract page, aids as at first."""
        self.world.pull()
        until = time.monotonic() + _GONE
        view = self.kiosk.view()
        while view.screen != "attract" and time.monotonic() < until:
            self.kiosk.machine.wait(0.1)
            view = self.kiosk.view()
        # A card's visit ends with the card: where it does not, that is not mended here.
        without_card = not view.says(self.says("bar.exit")) and any(one.name == "end" for one in view.controls)
        if view.screen != "attract" and without_card:
            self.kiosk.tap("end")
        self.kiosk.wait_screen("attract")
        self.looked()

    def insert(self, card: str, *, byte_ms: float | None = None, faults: Iterable[Fault] = ()) -> VirtualCard:
        """A fresh card into the empty slot of an idle kiosk."""
        if self.world.card_in is not None:
            self.to_idle()
        return self.world.insert(card, fresh=True, byte_ms=byte_ms, faults=faults)

    def to_pin(self, card: str) -> VirtualCard:
        chip = self.insert(card)
        self.kiosk.wait_screen("pin")
        return chip

    def to_home(self, card: str, pin: str = PIN) -> VirtualCard:
        chip = self.to_pin(card)
        self.kiosk.type_pin(pin)
        self.kiosk.wait_screen("home")
        return chip

    def to_failure(self, card: str, code: str, *, faults: Iterable[Fault] = (), timeout: float = 15) -> None:
        self.insert(card, faults=faults)
        self.kiosk.wait_screen("failure", timeout, failure=code)

    # ---- the aids ---------------------------------------------------------------------------------------------------

    def looked(self) -> None:
        """A visit has ended: the kiosk is back in its first language and size."""
        self.language, self.large, self.contrast = "zh_CN", False, False

    def turn(self, language: str | None = None, large: bool | None = None, contrast: bool | None = None) -> None:
        """Touch the access strip until the page looks so; what is None stays."""
        if language is not None and language != self.language:
            back = _language_control(self.language)
            self._press(
                _language_control(language), lambda view: any(control.name == back for control in view.controls)
            )
            self.language = language
        if large is not None and large != self.large:
            before = self._heights(self.kiosk.view())
            self._press("large-text", lambda view: self._heights(view) != before)
            self.large = large
        if contrast is not None and contrast != self.contrast:
            self._press("high-contrast", lambda _: self._dark() is contrast)
            self.contrast = contrast

    def _press(self, name: str, done: Callable[[Any], bool]) -> None:
        self.kiosk.tap(name)
        self.kiosk.wait(done, 8, f"the effect of {name}")

    def _dark(self) -> bool:
        """The frame at the lower edge of the window is black in high contrast only."""
        width, height = self.kiosk.size
        return self.kiosk.glass.picture(width - 4, height - 4, 1, 1).at(0, 0) == (0, 0, 0)

    @staticmethod
    def _heights(view: Any) -> set[int]:
        """How high the drawn texts' boxes are: every type role has another size in large text."""
        return {label.h for label in view.labels}

    # ---- pictures ---------------------------------------------------------------------------------------------------

    def steady(self, timeout: float = 5.0) -> Picture:
        """The window once it has stopped changing: no pressed look, nothing half painted."""
        until = time.monotonic() + timeout
        last = self._picture()
        while True:
            time.sleep(_PRESS_SHOWN)
            now = self._picture()
            if now == last or time.monotonic() > until:
                return now
            last = now

    def _picture(self) -> Picture:
        return self.kiosk.glass.picture(0, 0, *self.kiosk.size)


def _language_control(code: str) -> str:
    return "language-" + code.lower().replace("_", "-")
