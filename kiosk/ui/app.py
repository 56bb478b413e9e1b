"""The window and its loop: one touch at a time, a page when asked for, no frame when nothing changed.

Kivy gives the window, OpenGL and text. Its event loop, input providers, widgets and settings panel are not used: this
loop reads SDL's events itself, so F1, Esc, right clicks, the virtual multi-touch dots and typed keys have nothing to
reach, and it sleeps until the X server or another thread has something for it. The environment is set before the first
import of Kivy, because Kivy reads it, the command line and its configuration while it is imported.
"""

import ctypes
import gc
import logging
import os
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from typing import Any, Final

from kiosk.ui import prelude
from kiosk.ui.damage import share
from kiosk.ui.fonts import Fonts
from kiosk.ui.glx import PartCopy, in_software
from kiosk.ui.measure import CachedMeasurer
from kiosk.ui.nodes import Page, Rect, SecretKey, Size, Target, recoloured
from kiosk.ui.port import Drawn, Presenter, Surface, WindowSettings, enter_secret
from kiosk.ui.readying import Readying
from kiosk.ui.waiting import Connection, Waker

log = logging.getLogger("kiosk.ui")

PRESS_OUT: Final = 0.080
"""Seconds a control keeps its pressed look after the release."""
GUARD: Final = 0.200
"""Seconds after a page change in which touches on the new page do nothing, except on key pads."""
BOUNCE: Final = 0.060
"""Seconds after a control acted in which a new touch at the same place does nothing, except on key pads: glass that bounces under
one touch. A touch elsewhere is meant: on a busy machine two touches that a person made apart are taken in one breath."""
SAME_PLACE: Final = 60.0
"""Pixels of the design, each way: far less than from one control to the next."""
PALM: Final = 3.0
"""A touch that has lasted longer gives way to the next one: a palm on the glass, or a finger whose end was never told."""
FROZEN: Final = 2.0
"""Touches that were made while this thread stood still for longer are dropped: who made them saw none of what they met."""
SLEEP: Final = 1.0
"""Seconds after which the loop turns once without being woken: well below FROZEN."""
WHOLE: Final = 0.6
"""When more than this share of the window has changed it is drawn whole."""
STORM: Final = 5
"""More than so many faults within STORM_SPAN seconds: the process ends with code 1 and is started again from outside."""
STORM_SPAN: Final = 60.0
COLLECT_EVERY: Final = 1.0

NOT_LOADED: Final[dict[str, dict[str, Any]]] = {
    "shutil": {},  # copies a configuration folder that we do not have
    "subprocess": {},  # asks a screen reader that no kiosk has
    "tempfile": {},
    "asyncio": {"wait_for": None},  # the asynchronous loop
    "ctypes.util": {"find_library": {"c": "libc.so.6"}.get},  # runs ldconfig to find libc
    "kivy.lang": {"Builder": None},  # the rules of all widgets
    "kivy.input.postproc": {"kivy_postproc_modules": {}},  # calibration of input providers that are never started
    "kivy.input.providers": {},
    "filetype": {"guess_extension": lambda _file: None},  # a file is what its name says
    "kivy.atlas": {"Atlas": None},
    "zipfile": {},
}
"""What Kivy imports on the way to a window and this loop, without widgets, pictures and its event loop, never calls. Of each
the names that are asked for while it is imported."""

_LEFT_BUTTON: Final = 1


class NoDisplay(Exception):
    """There is no X display to draw on. The text says what to do."""


def prepare(settings: WindowSettings) -> None:
    """Sets Kivy's environment and configuration. Must run before anything imports Kivy. Raises NoDisplay."""
    if not os.environ.get("DISPLAY"):
        # SDL would fall back to its offscreen driver and draw for nobody, with exit code 0.
        raise NoDisplay("no X display: DISPLAY is not set")
    environment()
    prelude.environment()
    if settings.fullscreen:
        # Asked for before the window opens: without a window manager nobody makes it larger afterwards.
        width, height = screen_size() or (settings.width, settings.height)
        settings = replace(settings, width=width, height=height, left=0, top=0)
    with prelude.stand_ins(NOT_LOADED):
        from kivy.config import Config  # type: ignore[import-untyped]

    for section, key, value in (
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "pause_on_minimize", "0"),
        ("kivy", "desktop", "1"),
        ("kivy", "keyboard_mode", ""),
        ("graphics", "width", str(settings.width)),
        ("graphics", "height", str(settings.height)),
        ("graphics", "fullscreen", "auto" if settings.fullscreen else "0"),
        ("graphics", "borderless", "1"),
        ("graphics", "resizable", "0"),
        ("graphics", "position", "custom"),
        ("graphics", "left", str(settings.left)),
        ("graphics", "top", str(settings.top)),
        ("graphics", "show_cursor", "1" if settings.cursor else "0"),
        ("graphics", "allow_screensaver", "0"),
        ("graphics", "multisamples", "0"),
        ("graphics", "verify_gl_main_thread", "1"),
    ):
        Config.set(section, key, value)
    Config.remove_section("input")
    Config.add_section("input")


def load(settings: WindowSettings) -> None:
    """Imports what the window needs of Kivy, and not what it does not need (`NOT_LOADED`): that costs half a bare window's start.

    To be called while no other thread imports anything: meanwhile stand-ins are in the place of real modules. Does nothing
    the second time. Raises NoDisplay.
    """
    if "kivy.base" in sys.modules:
        return
    prepare(settings)
    with prelude.stand_ins(NOT_LOADED):
        import kivy.base  # type: ignore[import-untyped]
        import kivy.core.text  # type: ignore[import-untyped]
        import kivy.graphics.cgl  # type: ignore[import-untyped]
        import kivy.input.provider  # type: ignore[import-untyped]
        import kivy.modules  # type: ignore[import-untyped]  # noqa: F401


def window_class() -> Any:
    """Imports Kivy's window, which opens it. It takes a class of the widgets for a call on touches that this loop, which reads
    SDL's events itself, never makes."""
    prelude.finish()
    gc.freeze()  # Kivy collects garbage when it makes an OpenGL context: there is none, and much to walk
    with prelude.stand_ins({"kivy.uix.behaviors": {"FocusBehavior": type("FocusBehavior", (), {})}}):
        from kivy.core.window import Window  # type: ignore[import-untyped]
    return Window


def screen_size() -> tuple[int, int] | None:
    """Pixels of the X screen of DISPLAY; None when libX11 cannot tell."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return None
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    x11.XDefaultScreen.argtypes = x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    x11.XDisplayWidth.argtypes = x11.XDisplayHeight.argtypes = [ctypes.c_void_p, ctypes.c_int]
    number = x11.XDefaultScreen(display)
    size = x11.XDisplayWidth(display, number), x11.XDisplayHeight(display, number)
    x11.XCloseDisplay(display)
    return size


def environment() -> None:
    """The part of the set-up that measuring text without a window needs, too."""
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="sdl2",
        KIVY_IMAGE="sdl2",
        KIVY_DPI="96",
        KIVY_METRICS_DENSITY="1",
        KIVY_METRICS_FONTSCALE="1",
    )
    logging.getLogger("kivy").setLevel(logging.WARNING)


def run_app(settings: WindowSettings, presenter: Presenter, fonts: Fonts | None = None) -> int:
    """Opens the window and runs until `Screen.close`. Returns the exit code.

    Raises NoDisplay when there is no display; any other failure to open the window ends the process with Kivy's code 1.
    """
    # What is imported and built until the first page stays for good: collecting garbage meanwhile finds none, and a full
    # collection later would walk all of it between a touch and its answer.
    gc.disable()
    load(settings)
    prepare(settings)
    return Loop(settings, presenter, fonts or Fonts()).run()


class Loop:
    """The window's thread. Implements `Screen`."""

    def __init__(self, settings: WindowSettings, presenter: Presenter, fonts: Fonts) -> None:
        from kivy.clock import Clock  # type: ignore[import-untyped]

        window = window_class()
        from kiosk.ui.painter import Painter, only, renderer

        if window is None:
            raise NoDisplay("the window could not be opened on DISPLAY " + os.environ.get("DISPLAY", ""))
        window.set_title(settings.title)
        Clock._max_fps = 0  # this loop sleeps itself; a tick only lets Kivy free OpenGL objects
        self._window: Any = window
        self._clock: Any = Clock
        self._presenter = presenter
        self._painter = Painter(window.canvas, fonts, Size(*window.system_size), self._ground)
        self._measurer = CachedMeasurer(self._painter.text)
        self._fonts = fonts
        information = window._win.get_window_info()
        self._waker = Waker(Connection.of(getattr(information, "display", None)))
        self._parts = PartCopy.of_current() if in_software(renderer()) else None
        self._only = only
        self._dirty = True
        self._forget = False
        self._code: int | None = None
        self._frame = 0
        self._touch: _Touch | None = None
        self._held_until = 0.0
        self._changed_at = float("-inf")
        self._touched_at = float("-inf")
        self._acted_at = float("-inf")
        self._acted_where = (0.0, 0.0)
        self._turned_at = float("inf")
        self._collected_at = 0.0
        self._faults: deque[float] = deque()
        self._new_page = False
        self._readying = Readying()
        self._reading = threading.Lock()

    def _ground(self, colour: tuple[float, float, float, float]) -> None:
        self._window.clearcolor = colour

    # -- Screen: any thread

    def invalidate(self) -> None:
        self._dirty = True
        self._waker.set()

    def forget(self) -> None:
        self._forget = True
        self.invalidate()

    def close(self, code: int = 0) -> None:
        self._code = code
        self._waker.set()

    def drawn(self) -> Drawn:
        with self._reading:
            page = self._painter.page
            return Drawn(
                self._frame,
                page.name if page else "",
                tuple(text.text for text in page.texts) if page else (),
                self._painter.drawn_texts(),
                self._painter.drawn_targets(),
            )

    # -- the loop

    def run(self) -> int:
        self._guarded(lambda: self._presenter.attached(self))
        while self._code is None:
            drawn = self._frame
            self._guarded(self._turn)
            began = time.monotonic()
            # Look again before sleeping: drawing may have read events, and touches made during a long turn are dropped now.
            if self._frame == drawn and began - self._turned_at < FROZEN and self._code is None:
                patience = self._patience()
                self._waker.wait(patience)
                self._turned_at += min(patience, time.monotonic() - began)  # asleep is not frozen
        self._window.close()
        return self._code

    def _patience(self) -> float:
        """Seconds until the loop has something to do of itself."""
        if self._dirty:
            return 0.0
        now = time.monotonic()
        waits = [SLEEP]
        if self._held_until:
            waits.append(self._held_until - now)
        due = self._readying.due(self._touched_at)
        if due is not None and self._touch is None:
            waits.append(max(0.0, due - now))
        return min(waits)

    def _turn(self) -> None:
        frozen = time.monotonic() - self._turned_at > FROZEN
        if frozen:
            self._touch = None
            self._painter.hold(())
        while (event := self._window._win.poll()) is not False:
            if event is not None and not (frozen and event[0].startswith(("mouse", "finger"))):
                self._event(event[0], event[1:])
        self._turned_at = now = time.monotonic()
        if self._held_until and now >= self._held_until:
            self._held_until = 0.0
            self._painter.hold(())
        # The look of a touched control first: a page takes longer to build than a control to draw.
        self._paint()
        if self._dirty:
            self._dirty = False
            self._show(self._presenter.page(self._surface()))
            self._paint()
        elif self._touch is None:
            self._readying.work(self._touched_at)
        if now - self._collected_at >= COLLECT_EVERY:
            self._collected_at = now
            self._clock.tick()

    def _paint(self) -> None:
        if not self._window.canvas.needs_redraw:
            return
        changed = self._painter.changed()
        whole = Rect(0, 0, *self._painter.view.window)
        if self._parts is None:
            self._window.dispatch("on_draw")
            self._window.dispatch("on_flip")
        elif not changed or share(changed, whole) > WHOLE:
            # No known change: the window was uncovered or resized.
            self._window.dispatch("on_draw")
            self._parts.show(0, 0, whole.w, whole.h)
        else:
            for part in changed:
                bottom = whole.h - part.bottom
                with self._only(part.x, bottom, part.w, part.h):
                    self._window.dispatch("on_draw")
                self._parts.show(part.x, bottom, part.w, part.h)
        self._frame += 1
        if self._frame == 1:
            gc.freeze()
            gc.enable()
        if self._new_page and self._painter.page is not None:
            self._new_page = False
            self._presenter.painted(self._painter.page)
            ahead = self._presenter.ahead(self._surface())
            if ahead is not None:
                self._readying.begin(self._made_ready(ahead))
        self._collected_at = 0.0

    def _made_ready(self, pages: Iterator[Page]) -> Iterator[None]:
        """Pages that may come: their words measured, their textures made."""
        for page in pages:
            yield
            for node in page.nodes:
                self._painter.prepare(node)
                yield

    def _surface(self) -> Surface:
        return Surface(self._painter.orientation, self._measurer, self._fonts)

    def _show(self, page: Page) -> None:
        before = self._painter.page
        if before is not None and page == before:
            self._forgotten()
            return
        with self._reading:
            self._painter.show(page)
        self._new_page = True
        if before is None or before.name != page.name:
            if before is not None:  # nobody aimed at something else before the first page
                self._changed_at = time.monotonic()
            self._touch = None
            self._held_until = 0.0
            self._painter.hold(())
        elif self._touch is not None:
            self._look(self._touch.inside)
        self._forgotten()

    def _forgotten(self) -> None:
        if self._forget:
            self._forget = False
            self._painter.forget()
            self._measurer.forget()
            self._fonts.forget()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Runs a part of the loop; a bug in it shows the fault page instead of ending the kiosk."""
        try:
            work()
        except Exception as error:
            now = time.monotonic()
            self._faults.append(now)
            while self._faults and now - self._faults[0] > STORM_SPAN:
                self._faults.popleft()
            log.error("ui.fault %s at %s", type(error).__name__, places(error))
            self._touch = None
            if len(self._faults) > STORM:
                log.critical("ui.storm more than %d faults in %d s", STORM, STORM_SPAN)
                self._code = 1
                return
            try:
                self._show(self._presenter.fault_page(self._surface()))
            except Exception as second:
                log.critical("ui.fault_page %s at %s", type(second).__name__, places(second))
                self._code = 1

    # -- touch

    def _event(self, kind: str, args: tuple[Any, ...]) -> None:
        match kind:
            case "mousebuttondown" if args[2] == _LEFT_BUTTON:
                self._down("mouse", args[0], args[1])
            case "mousemotion":
                self._move("mouse", args[0], args[1])
            case "mousebuttonup" if args[2] == _LEFT_BUTTON:
                self._up("mouse", args[0], args[1])
            case "fingerdown":
                self._down(("finger", args[0]), args[1] * self._painter.view.window.w, self._from_top(args[2]))
            case "fingermotion":
                self._move(("finger", args[0]), args[1] * self._painter.view.window.w, self._from_top(args[2]))
            case "fingerup":
                self._up(("finger", args[0]), args[1] * self._painter.view.window.w, self._from_top(args[2]))
            case "windowresized" | "windowsizechanged":
                self._resized()
            case "windowexposed" | "windowrestored" | "windowshown":
                self._window.canvas.ask_update()
            case _:
                pass  # a request to close, keys, text, drops, joysticks: a kiosk does not listen to them

    def _from_top(self, share: float) -> float:
        return share * self._painter.view.window.h

    def _resized(self) -> None:
        size = Size(*self._window._win.window_size)
        if size != self._painter.view.window:
            self._window._size = tuple(size)
            self._window.update_viewport()
            with self._reading:
                self._painter.resize(size)
            self._dirty = True

    def _down(self, source: Hashable, x: float, y: float) -> None:
        self._touched_at = time.monotonic()
        under_way = self._touch
        if under_way is not None and under_way.source != source and self._touched_at - under_way.began < PALM:
            return  # one touch at a time: a second finger changes nothing
        self._presenter.touched()
        page = self._painter.page
        if page is None:
            return
        where = self._painter.view.design_point(x, y)
        target = page.at(*where)
        early = page.guarded and self._touched_at - self._changed_at < GUARD
        near = all(abs(a - b) < SAME_PLACE for a, b in zip(where, self._acted_where, strict=True))
        early = early or (near and self._touched_at - self._acted_at < BOUNCE)
        if target is not None and early and not isinstance(target.action, SecretKey):
            target = None
        if target is not None and not target.enabled:
            target = None
        self._touch = _Touch(source, target, self._touched_at)
        self._look(True)

    def _move(self, source: Hashable, x: float, y: float) -> None:
        touch = self._touch
        if touch is None or touch.source != source or touch.target is None:
            return
        inside = touch.target.rect.holds(*self._painter.view.design_point(x, y))
        if inside != touch.inside:
            touch.inside = inside
            self._look(inside)

    def _up(self, source: Hashable, x: float, y: float) -> None:
        touch = self._touch
        if touch is None or touch.source != source:
            return
        self._touch = None
        self._touched_at = time.monotonic()
        began = touch.target
        if began is None:
            return
        self._held_until = self._touched_at + PRESS_OUT
        page = self._painter.page
        now = page.at(*self._painter.view.design_point(x, y)) if page else None
        # The page may have been drawn anew under the finger: what counts is the same control, still enabled.
        if now is None or not now.enabled or (now.name, now.action) != (began.name, began.action):
            self._held_until = 0.0
            self._painter.hold(())
            return
        if isinstance(now.action, SecretKey):
            enter_secret(self._presenter.secret, now.action)
        else:
            self._acted_at = self._touched_at
            self._acted_where = self._painter.view.design_point(x, y)
            self._presenter.pressed(now.action)

    def _look(self, inside: bool) -> None:
        """Draws the held control in its pressed look, or takes the look away."""
        page, touch = self._painter.page, self._touch
        if page is None or touch is None or touch.target is None or not inside:
            self._painter.hold(())
            return
        target = next((t for t in page.targets if t.name == touch.target.name and t.enabled), None)
        if target is None or not target.pressed:
            self._painter.hold(())
            return
        self._held_until = 0.0
        first, last = target.nodes
        self._painter.hold(recoloured(page.nodes[first:last], target.pressed))


class _Touch:
    """The one touch under way."""

    __slots__ = ("began", "inside", "source", "target")

    def __init__(self, source: Hashable, target: Target | None, began: float) -> None:
        self.source = source
        self.target = target
        self.began = began
        self.inside = True


def places(error: BaseException) -> str:
    """Where an exception was raised, without its text: that may hold what was being drawn."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{os.path.basename(f.filename)}:{f.lineno} {f.name}" for f in reversed(frames[-6:]))
