"""Process start until the first touchable screen: over a bare Kivy window, and over Chromium on one static page.

One observer outside (`start_observer`) sees all three: from exec until the page's marker stands on the X screen and a tap
has changed it. The kiosk is `kiosk run` in the simulated world: pcscd with the virtual reader, central behind its line. After
every measured start a card goes in and must be taken, and in rounds of their own the card is in the slot before the start: the
page that was measured is no splash.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.sandbox.display import Glass, VirtualDisplay
from kiosk.sandbox.world import World
from kiosk.ui.fonts import Fonts
from kiosk.ui.nodes import Face
from tests.bench.figures import Figure, missing, ratio_of_medians
from tests.bench.start_observer import (
    LOOK_EVERY,
    Box,
    Known,
    NotSeen,
    Running,
    Sighting,
    Subject,
    learn,
    tail,
    turns,
    watch,
)
from tests.journeys.driver import Kiosk

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

ROOT: Final = Path(__file__).resolve().parents[2]
SIZE: Final = (1080, 1920)
ROUNDS: Final = 9
CARD_ROUNDS: Final = 3
CARD: Final = "jinan-2-0"
GOAL_BARE: Final = 1.2
GOAL_CHROMIUM: Final = 1.0
MIDDLE: Final = (SIZE[0] // 2, SIZE[1] // 2)
LABEL: Final = Box(SIZE[0] // 2 - 200, SIZE[1] // 2 - 60, 400, 120)
"""Where the bare window and the static page have their one label."""
KIVY: Final = {
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_WINDOW": "sdl2",
    "KIVY_TEXT": "sdl2",
    "KIVY_IMAGE": "sdl2",
    "KIVY_DPI": "96",
    "KIVY_METRICS_DENSITY": "1",
    "SDL_VIDEODRIVER": "x11",
}
"""What the kiosk sets for Kivy: the bare window gets the same."""
PAGE: Final = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>.</title><style>
@font-face {{ font-family: face; src: url("{font}"); }}
body {{ margin: 0; height: 100vh; display: flex; align-items: center; justify-content: center;
background: #000; color: #fff; font: 96px face; }}</style>
<body onclick="this.textContent = '已触摸'">社会保障</body></html>
"""
FLAGS: Final = (
    "--kiosk",
    "--no-sandbox",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-session-crashed-bubble",
    "--password-store=basic",
    "--use-mock-keychain",
    f"--window-size={SIZE[0]},{SIZE[1]}",
    "--window-position=0,0",
)


class Screen:
    """The X screen as the observer wants it."""

    def __init__(self, glass: Glass) -> None:
        self._glass = glass

    def look(self, box: Box) -> bytes:
        return self._glass.picture(box.x, box.y, box.w, box.h).bgrx

    def tap(self, x: int, y: int, hold: float) -> None:
        self._glass.tap(x, y, hold)


def measure(bench: Bench) -> Sequence[Figure]:
    with _scene(bench) as scene:
        subjects = {"kiosk": scene.kiosk(), "bare": _bare(scene)}
        browser = shutil.which("chromium")
        if browser is not None:
            subjects["chromium"] = _chromium(scene, browser)
        known: dict[str, Known] = {}
        for name, subject in subjects.items():
            with Running(subject) as running:
                known[name] = learn(running, subject, scene.screen)
        taken: dict[str, list[Sighting]] = {name: [] for name in subjects}
        cards: list[float] = []
        for name in turns(list(subjects), ROUNDS):
            subject = subjects[name]
            with Running(subject) as running:
                taken[name].append(watch(running, subject, known[name], scene.screen))
                if name == "kiosk":
                    cards.append(scene.card_taken(running, subject))
        inside = [scene.card_before_start(subjects["kiosk"]) for _ in range(CARD_ROUNDS)]
    raw: dict[str, Any] = {
        name: {
            "seen_s": [round(s.seen, 3) for s in series],
            "touchable_s": [round(s.touchable, 3) for s in series],
            "taps": [s.taps for s in series],
            "median_s": round(statistics.median(s.touchable for s in series), 3),
        }
        for name, series in taken.items()
    }
    raw["card_after_touch_s"] = [round(each, 3) for each in cards]
    raw["card_in_before_start"] = inside
    ours = [s.touchable for s in taken["kiosk"]]
    bare = [s.touchable for s in taken["bare"]]
    figures = [Figure("start", ratio_of_medians(ours, bare), "x", GOAL_BARE, raw)]
    if "chromium" in taken:
        theirs = [s.touchable for s in taken["chromium"]]
        told = {"kiosk": raw["kiosk"], "chromium": raw["chromium"]}
        figures.append(Figure("start_vs_chromium", ratio_of_medians(ours, theirs), "x", GOAL_CHROMIUM, told))
    else:
        why = "chromium is not installed: apt install chromium"
        figures.append(missing("start_vs_chromium", "x", GOAL_CHROMIUM, why))
    return figures


class Scene:
    """Screen and world that all starts share."""

    def __init__(self, folder: Path, display: str, glass: Glass, world: World) -> None:
        self.folder = folder
        self.glass = glass
        self.screen = Screen(glass)
        self.world = world
        # Compiled modules stand ready for both Python programs, whoever runs this: written by the start that is not measured.
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
            "DISPLAY": display,
            "HOME": str(folder / "home"),
        }
        (folder / "home").mkdir()

    def kiosk(self) -> Subject:
        """`kiosk run`, and the place of a control and of a text that it changes, read from the real page."""
        told = Kiosk.start(world=self.world, display=self.environment["DISPLAY"], size=SIZE, ready=60.0)
        try:
            told.wait_screen("attract")
            english = told.control("language-en").centre
            title = max(told.labels(), key=lambda label: label.h)  # the page's headline
        finally:
            told.stop()
        settings = {"window": {"size": f"{SIZE[0]}x{SIZE[1]}", "fullscreen": False}}
        machine = self.world.place_kiosk([sys.executable], settings, name="measured")
        argv = (sys.executable, "-m", "kiosk", "run", "--config", str(machine.config))
        environment = {**self.environment, **self.world.pcscd.environment}
        marker = Box(title.x, title.y, title.w, title.h)
        return Subject("kiosk", argv, environment, english, marker, self.folder)

    def card_taken(self, running: Running, subject: Subject) -> float:
        """Puts the card in: seconds until another page stands on the screen (pcscd looks every 0.4 s). Raises NotSeen."""
        page = self.screen.look(subject.marker)
        began = running.since
        self.world.insert(CARD, fresh=True)
        try:
            self._until(running, lambda: self.screen.look(subject.marker) != page, "the card's page")
            return running.since - began
        finally:
            self.world.pull()

    def card_before_start(self, subject: Subject) -> dict[str, float]:
        """A start with the card in the slot: seconds from exec until the log has each step up to the PIN pad. Raises NotSeen."""
        wanted = ("card-inserted", "visit-begun", "pin-asked")
        found: dict[str, float] = {}
        self.world.insert(CARD, fresh=True)
        try:
            with Running(subject) as running:
                start = running.log.stat().st_size

                def all_there() -> bool:
                    text = running.log.read_bytes()[start:].decode("utf-8", "replace")
                    for event in wanted:
                        if f'"{event}"' in text:
                            found.setdefault(event, round(running.since, 3))
                    return len(found) == len(wanted)

                self._until(running, all_there, "the PIN pad for the card in the slot")
        finally:
            self.world.pull()
        return found

    def _until(self, running: Running, done: Callable[[], bool], what: str) -> None:
        until = running.since + 15.0
        while not done():
            if running.ended or running.since > until:
                raise NotSeen(f"{what} did not come: {tail(running.log)}")
            time.sleep(LOOK_EVERY)


def _bare(scene: Scene) -> Subject:
    program = str(ROOT / "tests" / "bench" / "start_bare.py")
    argv = (sys.executable, program, str(Fonts().path(Face.REGULAR)), str(SIZE[0]), str(SIZE[1]))
    return Subject("bare", argv, {**scene.environment, **KIVY}, MIDDLE, LABEL, scene.folder)


def _chromium(scene: Scene, browser: str) -> Subject:
    page = scene.folder / "page.html"
    page.write_text(PAGE.format(font=Fonts().path(Face.REGULAR).as_uri()), "utf-8")
    argv = (browser, *FLAGS, f"--user-data-dir={scene.folder / 'profile'}", page.as_uri())
    return Subject("chromium", argv, scene.environment, MIDDLE, LABEL, scene.folder)


@contextmanager
def _scene(bench: Bench) -> Iterator[Scene]:
    with ExitStack() as stack:
        display = stack.enter_context(VirtualDisplay(*SIZE))
        glass = stack.enter_context(Glass(display.name))
        world = stack.enter_context(World(bench.folder / "world", seed=bench.seed))
        yield Scene(bench.folder, display.name, glass, world)
