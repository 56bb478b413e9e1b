"""Drives the real kiosk from outside, as a person would: taps on the glass, eyes on the screen. Importable from anywhere.

    import sys; sys.path.insert(0, "<repository>")
    from tests.journeys.driver import Kiosk

    files = {"ca": ..., "certificate": ..., "key": ..., "list_key": ...}
    with Kiosk.start(url="https://127.0.0.1:8443", **files, reader="Virtual PCD 00 00") as kiosk:
        kiosk.wait_screen("attract")
        ...                                   # put a card into the reader, by whatever means
        kiosk.wait_screen("pin")
        kiosk.type_pin("123456")
        kiosk.wait_screen("home")
        kiosk.texts(); kiosk.targets(); kiosk.tap("open-contributions"); kiosk.screenshot(Path("home.png"))

The card reader is whatever pcscd of the machine has (or the one that `PCSCLITE_CSOCK_NAME` names); `pcscd=True` starts one
with the virtual reader (cards connect to port 35963) unless one runs. Central is whatever answers at `url`. Without a DISPLAY
the kiosk gets a virtual one of its own. A tap is an X event at the middle of what is drawn; nothing is ever called inside the
kiosk. Screen names are those of `kiosk.visit.states.Screen`; names of controls are what `targets()` gives.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from kiosk.sandbox.display import Glass, VirtualDisplay  # noqa: E402
from kiosk.sandbox.machine import Machine, SettingsText, merged  # noqa: E402
from kiosk.sandbox.pcscd import Pcscd  # noqa: E402
from kiosk.sandbox.steps import Steps  # noqa: E402
from kiosk.sandbox.world import World  # noqa: E402

ENTRY: Final = ROOT / "tests" / "journeys" / "entry.py"
WAIT: Final = 15.0
"""Seconds that a journey waits for a screen unless it says otherwise."""
GUARD: Final = 0.25
"""A new page does nothing with touches in its first moment (kiosk.ui.app.GUARD): nobody reads and aims faster."""
BETWEEN: Final = 0.1
"""The same control touched again sooner is glass that bounces (kiosk.ui.app.BOUNCE): no finger is so quick."""
KEYS: Final = tuple(f"key-{digit}" for digit in range(10))


@dataclass(frozen=True, slots=True)
class Label:
    """A piece of text as it is drawn, and the box that it must stay in; pixels of the design."""

    text: str
    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Control:
    """What can be touched; pixels of the window. `spoken` names one that shows an icon alone."""

    name: str
    x: int
    y: int
    w: int
    h: int
    enabled: bool
    spoken: str

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.w // 2, self.y + self.h // 2


@dataclass(frozen=True, slots=True)
class View:
    """What is on the screen. `look` counts the pages painted so far; `passed` are the last of them, (look, screen)."""

    look: int
    screen: str
    texts: tuple[str, ...]
    labels: tuple[Label, ...]
    controls: tuple[Control, ...]
    passed: tuple[tuple[int, str], ...] = ()

    def says(self, text: str) -> bool:
        return any(text in shown for shown in self.texts)


class NotShown(AssertionError):
    """What was waited for did not come to the screen. The text names the screen that is there; it quotes no personal text."""


class Kiosk:
    """One kiosk, its screen and its finger. Made by `start`; everything it made is gone after `stop`."""

    def __init__(
        self,
        machine: Machine,
        glass: Glass,
        socket_path: Path,
        size: tuple[int, int],
        ends: Sequence[Callable[[], object]],
    ) -> None:
        self.machine = machine
        self.glass = glass
        self.size = size
        self.steps = Steps()
        self.inspector = socket_path
        self._ends = list(ends)
        self._line: socket.socket | None = None
        self._answers: Any = None
        self._seen_at = 0.0
        self._tapped = ""
        self._tapped_at = 0.0
        self._seen_screen = ""

    @classmethod
    def start(
        cls,
        settings: SettingsText | None = None,
        *,
        url: str | None = None,
        ca: Path | None = None,
        certificate: Path | None = None,
        key: Path | None = None,
        list_key: Path | None = None,
        reader: str | None = None,
        size: tuple[int, int] = (1080, 1920),
        language: str | None = None,
        times: Mapping[str, float] | None = None,
        pcscd: bool = False,
        world: World | None = None,
        display: str | None = None,
        environment: Mapping[str, str] | None = None,
        movable_clock: bool = False,
        entry: Path = ENTRY,
        ready: float = 30.0,
    ) -> Kiosk:
        """Start the kiosk and wait for its first page.

        `settings`: sections of kiosk.ini over everything else. `reader`: a name pattern; virtual readers are allowed.
        `times`: keys of [time], seconds. `world`: put it into a simulated world instead. `entry`: another program
        that takes `--inspector` and `--config`. Raises NotShown, PcscMissing, DisplayMissing.
        """
        given: dict[str, dict[str, object]] = {"window": {"size": f"{size[0]}x{size[1]}", "fullscreen": False}}
        given["reader"] = {"allow_virtual": True} if reader is None else {"allow_virtual": True, "names": reader}
        given["central"] = {
            name: value
            for name, value in {
                "url": url,
                "ca": ca,
                "certificate": certificate,
                "key": key,
                "list_key": list_key,
            }.items()
            if value is not None
        }
        given["kiosk"] = {} if language is None else {"language": language}
        given["time"] = dict(times or {})
        ends: list[Callable[[], object]] = []
        try:
            folder = Path(tempfile.mkdtemp(prefix="kiosk-journey-"))
            ends.append(lambda: shutil.rmtree(folder, ignore_errors=True))
            display = display or os.environ.get("DISPLAY")
            if not display:
                screen = VirtualDisplay(*size)
                ends.append(screen.stop)
                display = screen.name
            glass = Glass(display)
            ends.append(glass.close)
            env = {"DISPLAY": display, **(environment or {})}
            if pcscd:
                service = Pcscd.open(standard=True)
                ends.append(service.close)
                env |= service.environment
            path = folder / "eye"
            program = [_python(), str(entry), "--inspector", str(path)]
            if world is not None:
                if reader is None:
                    del given["reader"]
                machine = world.place_kiosk(program, merged(given, settings or {}), env, movable_clock=movable_clock)
            else:
                machine = Machine(program, folder, merged(given, settings or {}), env, movable_clock=movable_clock)
            ends.append(machine.shut_down)
            kiosk = cls(machine, glass, path, size, ends)
            if world is not None:
                kiosk.steps = world.steps
            machine.power_on()
            kiosk.wait_ready(ready)
        except BaseException:
            for end in reversed(ends):
                end()
            raise
        return kiosk

    def stop(self) -> None:
        """End the kiosk and remove everything that was made for it. Safe to call twice."""
        self._hang_up()
        while self._ends:
            self._ends.pop()()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # ---- eyes -------------------------------------------------------------------------------------------------------

    def view(self) -> View:
        """What is on the screen now."""
        return self._ask(-1, 0.0)

    def texts(self) -> tuple[str, ...]:
        """The visible texts, each whole."""
        return self.view().texts

    def labels(self) -> tuple[Label, ...]:
        """The drawn pieces of text with their boxes."""
        return self.view().labels

    def targets(self) -> tuple[Control, ...]:
        return self.view().controls

    @property
    def screen(self) -> str:
        return self.view().screen

    def wait(self, wanted: Callable[[View], bool], timeout: float = WAIT, what: str = "what was waited for") -> View:
        """The first view that is as wanted. Raises NotShown."""
        until = time.monotonic() + timeout
        view = self.view()
        while not wanted(view):
            left = until - time.monotonic()
            if left <= 0 or not self.machine.on:
                raise NotShown(f"{what}: the screen shows {self._described(view)} after {timeout:g} s")
            view = self._ask(view.look, min(left, 1.0))
        return view

    def wait_screen(self, name: str, timeout: float = WAIT, failure: str | None = None) -> View:
        """Until the screen of this name is there; `failure`: and shows this code (`CARD-MUTE`). Raises NotShown."""
        what = name if failure is None else f"{name} with {failure}"
        view = self.wait(lambda v: v.screen == name and (failure is None or v.says(failure)), timeout, what)
        self.steps.say("eye", "screen", screen=name, **({} if failure is None else {"code": failure}))
        return view

    def wait_text(self, text: str, timeout: float = WAIT) -> View:
        """Until a visible text contains this one. Raises NotShown."""
        return self.wait(lambda v: v.says(text), timeout, "a text")

    def wait_ready(self, timeout: float = 30.0) -> View:
        """Until the first page is painted, after a start. Raises NotShown, with the end of the log when the kiosk has ended."""
        self._hang_up()
        until = time.monotonic() + timeout
        while True:
            if not self.machine.on:
                log = self.machine.log.read_text("utf-8", "replace") if self.machine.log.exists() else ""
                raise NotShown(f"the kiosk ended with {self.machine.code}: {log[-1500:]}")
            try:
                self._dial()
                break
            except OSError:
                if time.monotonic() > until:
                    raise NotShown("the kiosk does not start") from None
                self.machine.wait(0.02)
        return self.wait(lambda v: bool(v.screen), until - time.monotonic(), "a first page")

    def changed(self, view: View, timeout: float) -> View:
        """The first view painted after this one, or the same when nothing is painted in `timeout` seconds."""
        return self._ask(view.look, timeout)

    def census(self) -> dict[str, Any]:
        """Counts of what the kiosk's process holds: `tests.journeys.census`."""
        return self._question({"census": True}, 10.0)

    def screenshot(self, path: Path) -> None:
        """What the X server shows in the kiosk's window, as PNG."""
        self.glass.picture(0, 0, *self.size).save(path)

    # ---- the finger --------------------------------------------------------------------------------------------------

    def control(self, name: str, timeout: float = 5.0) -> Control:
        """The enabled control of this name. Raises NotShown."""
        view = self.wait(
            lambda v: any(c.name == name and c.enabled for c in v.controls), timeout, f"a control named {name}"
        )
        return next(c for c in view.controls if c.name == name and c.enabled)

    def tap(self, name: str, timeout: float = 5.0) -> None:
        """Touch the control of this name in its middle. Raises NotShown when there is none."""
        control = self.control(name, timeout)
        self._not_too_early()
        self._not_a_bounce(name)
        self.glass.tap(*control.centre)
        self._tapped, self._tapped_at = name, time.monotonic()
        self.steps.say("hand", "tapped", control="key" if name in KEYS else name)

    def touch(self, x: int, y: int) -> None:
        """Touch a point of the window."""
        self._not_too_early()
        self.glass.tap(x, y)

    def type_pin(self, pin: str, *, confirm: bool = True) -> None:
        """Type digits on the key pad, and confirm."""
        self.control("key-0")
        where = {c.name: c.centre for c in self.targets()}
        for digit in pin:
            self.glass.tap(*where[f"key-{digit}"])
        self.steps.say("hand", "pin-typed", digits=len(pin))
        if confirm:
            self.tap("confirm")

    def _not_too_early(self) -> None:
        """Touches in a page's first moment do nothing: wait it out, as a person's eye and hand do."""
        left = self._seen_at + GUARD - time.monotonic()
        if left > 0:
            time.sleep(left)

    def _not_a_bounce(self, name: str) -> None:
        """A finger leaves the glass for a moment before it touches the same place again."""
        left = self._tapped_at + BETWEEN - time.monotonic()
        if name == self._tapped and left > 0:
            time.sleep(left)

    # ---- the inspector -----------------------------------------------------------------------------------------------

    def _dial(self) -> None:
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(str(self.inspector))
        except OSError:
            line.close()
            raise
        self._line, self._answers = line, line.makefile("r", encoding="utf-8")

    def _hang_up(self) -> None:
        if self._line is not None:
            self._answers.close()
            self._line.close()
            self._line = None

    def _question(self, question: Mapping[str, object], wait: float) -> dict[str, Any]:
        if self._line is None:
            self._dial()
        assert self._line is not None
        self._line.settimeout(wait + 20)
        try:
            self._line.sendall(json.dumps(question).encode() + b"\n")
            answer = self._answers.readline()
        except OSError:
            answer = ""
        if not answer:
            self._hang_up()
            raise NotShown(f"the kiosk is gone (exit code {self.machine.code})")
        told: dict[str, Any] = json.loads(answer)
        return told

    def _ask(self, after: int, wait: float) -> View:
        told = self._question({"after": after, "wait": wait}, wait)
        view = View(
            told["look"],
            told["screen"],
            tuple(told["texts"]),
            tuple(Label(*label) for label in told["labels"]),
            tuple(Control(*control) for control in told["targets"]),
            tuple((look, screen) for look, screen in told["passed"]),
        )
        if view.screen != self._seen_screen:
            self._seen_screen, self._seen_at = view.screen, time.monotonic()
        return view

    def _described(self, view: View) -> str:
        codes = [text for text in view.texts if text.isupper() and "-" in text]
        return " ".join([view.screen or "nothing", *codes])


def _python() -> str:
    """The repository's own interpreter, so that a driver under another one starts the same kiosk."""
    ours = ROOT / ".venv" / "bin" / "python"
    return str(ours) if ours.exists() else sys.executable
