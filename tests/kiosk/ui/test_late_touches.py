"""Every control of every page, touched as the page gives way to another: it acts on what was touched, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.ui.env import Place
from kiosk.ui.nodes import Page, SecretKey
from kiosk.ui.presenter import Look, ScreenPresenter
from kiosk.ui.text import Words
from kiosk.ui.theme import Orientation
from kiosk.visit.actions import Action, End, SetHighContrast, SetLanguage, SetLargeText
from kiosk.visit.base import in_visit, screen_of
from kiosk.visit.effects import EndVisit, VerifyPin
from kiosk.visit.events import Pressed
from kiosk.visit.states import Model, OutOfService, PinPad, Record
from kiosk.visit.step import step
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens.harness import LANGUAGES, PLACE, REGION
from tests.kiosk.ui.screens.samples import NOW
from tests.kiosk.visit.test_totality import MODELS, _events

Fired = Callable[[object], None]


@dataclass
class Port:
    """The engine's side: what came through."""

    came: list[tuple[int, Action]] = field(default_factory=list)

    @property
    def secret(self) -> "Port":
        return self

    def press(self, digit: int) -> None: ...

    def press_sign(self, sign: str) -> None: ...

    def erase(self) -> None: ...

    def clear(self) -> None: ...

    def pressed(self, visit: int, action: Action) -> None:
        self.came.append((visit, action))

    def touched(self) -> None: ...


class Glass:
    """A presenter with a page on the screen, and the state going on behind it."""

    def __init__(self, drawn: Model, locale: Path) -> None:
        place: Place = PLACE
        look = Look(REGION, place, LANGUAGES, lambda code: Words.load(locale, code))
        self.port = Port()
        self.presenter = ScreenPresenter(look, drawn, lambda: NOW, lambda: drawn.now)
        self.presenter.connect(self.port)
        self.drawn = drawn
        self.page: Page = self.presenter.page(surface(Orientation.PORTRAIT))

    @property
    def actions(self) -> list[Action]:
        """Of every control that can be touched; keys of the PIN pad go elsewhere."""
        return [t.action for t in self.page.targets if t.enabled and not isinstance(t.action, SecretKey)]  # type: ignore[misc]

    def touch(self, newest: Model, action: Action) -> tuple[Model, tuple[object, ...]]:
        """The state has gone on to `newest`, the page has not."""
        self.presenter.publish(newest)
        self.port.came.clear()
        self.presenter.pressed(action)
        effects: tuple[object, ...] = ()
        for visit, came in self.port.came:
            newest, effects = step(newest, Pressed(newest.now, visit, came))
        return newest, effects


ANYWHERE = (End, SetLanguage, SetLargeText, SetHighContrast)


@pytest.mark.fault("people", "every control touched in every transition of the page", level="unit")
@pytest.mark.parametrize("name", MODELS)
def test_a_touch_that_comes_after_the_page_s_state_does_no_harm(name: str, locale_folder: Path, fired: Fired) -> None:
    drawn = MODELS[name]
    glass = Glass(drawn, locale_folder)
    slot = drawn.world.slot
    insertion = 1 if slot is None else slot.insertion
    transitions = 0
    for event in _events(drawn.now + 0.01, drawn.visits, insertion):
        newest, _ = step(drawn, event)
        if newest.state == drawn.state:
            continue
        transitions += 1
        gone = screen_of(newest) is not screen_of(drawn)
        for action in glass.actions:
            after, effects = glass.touch(newest, action)
            if gone and not isinstance(action, ANYWHERE):
                assert (after, effects) == (newest, ()), (event, action)
            if newest.visits != drawn.visits:
                assert (after.state, effects) == (newest.state, ()), (event, action)
            if any(isinstance(effect, VerifyPin) for effect in effects):
                assert isinstance(newest.state, PinPad)
                assert newest.state.digits >= newest.rules.pin_min
            assert isinstance(newest.state, Record) or not isinstance(after.state, Record)
            for effect in effects:
                if isinstance(effect, EndVisit):
                    ended = in_visit(newest.state)
                    assert ended is not None
                    assert (effect.visit, effect.insertion) == (ended.visit, ended.insertion)
    assert glass.actions or isinstance(drawn.state, OutOfService)
    fired(transitions)


@pytest.mark.fault("people", "every control of the page touched twice before the next page", level="unit")
@pytest.mark.parametrize("name", MODELS)
def test_a_double_touch_goes_one_page_far(name: str, locale_folder: Path, fired: Fired) -> None:
    """Also `Back`: the second touch was meant for the page that the first one left."""
    drawn = MODELS[name]
    glass = Glass(drawn, locale_folder)
    touched = 0
    for action in glass.actions:
        once, _ = glass.touch(drawn, action)
        twice, effects = glass.touch(once, action)
        assert screen_of(twice) is screen_of(once), action
        assert not [e for e in effects if isinstance(e, VerifyPin | EndVisit)], action
        touched += 1
    fired(touched)
