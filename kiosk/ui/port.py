"""What the window and the rest of the kiosk ask of each other. No graphics library here."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Protocol

from kiosk.ui.fonts import Fonts
from kiosk.ui.layout import Kit
from kiosk.ui.measure import Measurer
from kiosk.ui.nodes import Page, Rect, SecretKey, SecretKind
from kiosk.ui.theme import Contrast, Orientation, TextSize, Theme


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """The window. `fullscreen` takes the size of the screen; else `width` x `height` px without a border.

    `left`, `top`: its place on a shared screen. `cursor`: shown on a desk, hidden on a kiosk.
    """

    width: int = 1080
    height: int = 1920
    fullscreen: bool = False
    left: int = 0
    top: int = 0
    cursor: bool = False
    title: str = "kiosk"


@dataclass(frozen=True, slots=True)
class Surface:
    """What a page is laid out for: the orientation of the window and the means to measure text."""

    orientation: Orientation
    measurer: Measurer
    fonts: Fonts

    def kit(self, contrast: Contrast = Contrast.NORMAL, text: TextSize = TextSize.NORMAL) -> Kit:
        return Kit(Theme(contrast, text, self.orientation), self.measurer, self.fonts)


class SecretEntry(Protocol):
    """Takes the keys of a PIN pad and of a password's keyboard. What was typed never comes back out here."""

    def press(self, digit: int) -> None: ...

    def press_sign(self, sign: str) -> None:
        """One printable character of ASCII, for a password."""

    def erase(self) -> None: ...

    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True)
class DrawnText:
    """One run of text as it is on the screen, in design px: its box and the size of its texture."""

    text: str
    box: Rect
    x: int
    y: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class DrawnTarget:
    """What can be touched, in px of the window (origin top left)."""

    name: str
    rect: Rect
    enabled: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is on the screen now: for tests and tools that look at the window from outside. `frame` counts flips."""

    frame: int
    page: str
    texts: tuple[str, ...]
    runs: tuple[DrawnText, ...]
    targets: tuple[DrawnTarget, ...]


class Screen(Protocol):
    """The window as the presenter sees it. All methods may be called from any thread."""

    def invalidate(self) -> None:
        """Ask for the page again; any number of calls before the next frame make one."""

    def forget(self) -> None:
        """Drops every text that was drawn or measured, once the next page is on the screen: a visit has ended."""

    def close(self, code: int = 0) -> None:
        """Ends `run_app`, which returns `code`."""

    def drawn(self) -> Drawn: ...


class Presenter(Protocol):
    """Decides what is seen. All methods are called on the window's thread and return at once."""

    @property
    def secret(self) -> SecretEntry: ...

    def attached(self, screen: Screen) -> None:
        """The window exists; the first page is asked for right after this returns."""

    def page(self, surface: Surface) -> Page: ...

    def ahead(self, surface: Surface) -> Iterator[Page] | None:
        """Asked after `painted`: pages that may come next, without anything personal. They are taken one by one while nothing
        else is to do, so that their words are measured and drawn before they are needed; they are never shown.

        None: nothing new, those given before still hold.
        """
        ...

    def fault_page(self, surface: Surface) -> Page:
        """What is shown when `page` or an action raised: out of service, without any personal data."""

    def touched(self) -> None:
        """Somebody touched the screen, anywhere: the visit is not idle."""

    def pressed(self, action: Hashable) -> None:
        """A control was released inside itself."""

    def painted(self, page: Page) -> None:
        """A page is on the screen for the first time: flipped."""


def enter_secret(entry: SecretEntry, key: SecretKey) -> None:
    """A key of pad or keyboard to its port."""
    match key.kind:
        case SecretKind.DIGIT:
            entry.press(key.digit)
        case SecretKind.SIGN:
            entry.press_sign(key.sign)
        case SecretKind.ERASE:
            entry.erase()
        case SecretKind.CLEAR:
            entry.clear()
