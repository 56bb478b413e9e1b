"""Between the visit and the window: keeps the newest model, builds its page, passes touches on. Pure of any toolkit."""

import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, get_args

from kiosk.region import RegionProfile
from kiosk.ui import pages
from kiosk.ui.env import Env, Place
from kiosk.ui.nodes import Page, ShiftKeys
from kiosk.ui.port import Screen, SecretEntry, Surface
from kiosk.ui.text import Language, Words
from kiosk.ui.theme import Contrast, TextSize
from kiosk.visit import ahead
from kiosk.visit.actions import Action, End, SetHighContrast, SetLanguage, SetLargeText
from kiosk.visit.base import in_visit, screen_of
from kiosk.visit.failures import Failure
from kiosk.visit.states import Model, OutOfService

_ON_EVERY_PAGE = (End, SetLanguage, SetLargeText, SetHighContrast)


class VisitPort(Protocol):
    """What the presenter needs of the engine."""

    @property
    def secret(self) -> SecretEntry: ...

    def pressed(self, visit: int, action: Action) -> None: ...

    def touched(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What does not change while the kiosk runs."""

    region: RegionProfile
    place: Place
    languages: tuple[Language, ...]
    words: Callable[[str], Words]


class ScreenPresenter:
    """Implements `kiosk.ui.port.Presenter`. `publish` may be called from any thread; the rest on the window's."""

    def __init__(
        self,
        look: Look,
        first: Model,
        now: Callable[[], datetime] = datetime.now,
        monotonic: Callable[[], float] = time.monotonic,
        painted: Sequence[Callable[[Page], None]] = (),
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """`ended` is called, on the publisher's thread, when a visit has ended."""
        self._look = look
        self._now = now
        self._monotonic = monotonic
        self._model = first
        self._drawn = first
        self._visit: VisitPort | None = None
        self._screen: Screen | None = None
        self._words: dict[str, Words] = {}
        self._painted = tuple(painted)
        self._ended = ended
        self._looked_ahead: object = None
        self._shift: object = None  # the page whose keyboard has capitals on
        self._lock = threading.Lock()

    def connect(self, visit: VisitPort) -> None:
        """Where touches go."""
        self._visit = visit

    @property
    def screen(self) -> Screen | None:
        return self._screen

    def publish(self, model: Model) -> None:
        """A new model. When a visit ended, what was drawn of it is forgotten with the next page."""
        with self._lock:
            before, self._model = self._model, model
            screen = self._screen
        if screen is None:
            return
        was, now_in = in_visit(before.state), in_visit(model.state)
        if was is not None and (now_in is None or now_in.visit != was.visit):
            screen.forget()
            self._ended()
        screen.invalidate()

    def minute(self) -> None:
        """The clock in the header has changed."""
        if self._screen is not None:
            self._screen.invalidate()

    # --- Presenter ----------------------------------------------------------------------------------------------------

    @property
    def secret(self) -> SecretEntry:
        assert self._visit is not None
        return self._visit.secret

    def attached(self, screen: Screen) -> None:
        self._screen = screen

    def page(self, surface: Surface) -> Page:
        with self._lock:
            model = self._model
        page = pages.build(model, self._env(model, surface))
        self._drawn = model
        return page

    def ahead(self, surface: Surface) -> Iterator[Page] | None:
        """Once for each screen in each look: a key pad that is painted with every key needs it no second time."""
        drawn = self._drawn
        look = (screen_of(drawn), drawn.prefs)
        if look == self._looked_ahead:
            return None
        self._looked_ahead = look
        return (pages.build(model, self._env(model, surface)) for model in ahead.after(drawn, self._now().astimezone()))

    def fault_page(self, surface: Surface) -> Page:
        """Drawn from nothing but the fact that there was a fault: a blank model cannot bring the bug back."""
        with self._lock:
            rules = self._model.rules
        blank = Model(rules, state=OutOfService(Failure.SCREEN_FAULT))
        return pages.build(blank, self._env(blank, surface))

    def touched(self) -> None:
        if self._visit is not None:
            self._visit.touched()

    def pressed(self, action: Hashable) -> None:
        """Belongs to the visit whose page was on the screen, not to whichever is under way by now; and to that page: when
        another is about to be painted, only the way out and the aids still mean what was touched."""
        if isinstance(action, ShiftKeys):
            self._shift = _keyboard(self._drawn) if action.on else None
            if self._screen is not None:
                self._screen.invalidate()
            return
        if self._visit is None or not isinstance(action, get_args(Action)):
            return
        with self._lock:
            newest = self._model
        if screen_of(newest) is screen_of(self._drawn) or isinstance(action, _ON_EVERY_PAGE):
            self._visit.pressed(self._drawn.visits, action)

    def painted(self, page: Page) -> None:
        for told in self._painted:
            told(page)

    # ------------------------------------------------------------------------------------------------------------------

    def _env(self, model: Model, surface: Surface) -> Env:
        prefs = model.prefs
        kit = surface.kit(
            Contrast.HIGH if prefs.high_contrast else Contrast.NORMAL,
            TextSize.LARGE if prefs.large_text else TextSize.NORMAL,
        )
        language = prefs.language
        if language not in self._words:
            self._words[language] = self._look.words(language)
        look = self._look
        return Env(
            kit,
            self._words[language],
            look.languages,
            look.region,
            look.place,
            self._now(),
            self._monotonic(),
            shift=self._shift == _keyboard(model),
        )


def _keyboard(model: Model) -> object:
    """Which keyboard a model's page has: capitals stay on for as long as it is there."""
    return (model.visits, screen_of(model))
