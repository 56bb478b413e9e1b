"""The demo's dock: a developer's panel in a window of its own beside the kiosk, drawn with the kiosk's painter.

    python -m kiosk.sandbox.dock --world <socket> --left 540 --size 540x960

It drives the world over `kiosk.sandbox.remote` and changes nothing inside the kiosk. It looks unlike the product on purpose.
"""

from __future__ import annotations

import argparse
import queue
import signal
import threading
import tomllib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drivers.card.cardfile import CardFile, load_cards
from kiosk.sandbox.central.population.contacts import GUARDIAN
from kiosk.sandbox.desk import PRINTER, UNREADABLE
from kiosk.sandbox.remote import CENTRAL, HOLDER, LINES, Look, RemoteWorld
from kiosk.sandbox.world import NotPossible
from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    Align,
    Column,
    Element,
    Flex,
    Grid,
    IconBox,
    Kit,
    Nothing,
    Pad,
    Panel,
    Placed,
    Row,
    Sink,
    Sized,
    Tap,
)
from kiosk.ui.nodes import Page, Rect, Size
from kiosk.ui.port import Screen, Surface, WindowSettings
from kiosk.ui.theme import Contrast, Role, Type
from kiosk.ui.typeset import Text

GROUND: Final = 0x1B2125
_SIZE: Final = Size(1080, 1920)
_CARD_HEIGHT: Final = 44
_BUTTON_HEIGHT: Final = 56
_STEPS: Final = 2
_LOG: Final = 1
_CLOCKS: Final = (60, 86400, 691200, 0)
_LOOK_SECONDS: Final = 0.4


@dataclass(frozen=True, slots=True)
class Do:
    """What a touched control asks of the world."""

    name: str
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """The other language."""


class Words:
    """The dock's own small catalogue."""

    def __init__(self) -> None:
        self._words: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("dock.toml").read_text("utf-8"))
        self.english = False

    def t(self, key: str, **gaps: object) -> str:
        return self._words[key][self.english].format(**gaps)


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the panel shows."""

    look: Look
    steps: tuple[str, ...] = ()
    said: str = ""  # why the last action was not possible


def build(kit: Kit, words: Words, cards: Sequence[CardFile], shown: Shown) -> Page:
    """The panel as a page."""
    look, sink = shown.look, Sink()
    sink.put(Pad(_panel(kit, words, cards, shown, look), 36, 28), Rect(0, 0, *_SIZE))
    return Page(
        "dock",
        _SIZE,
        GROUND,
        tuple(sink.nodes),
        tuple(sink.targets),
        tuple(sink.texts),
        tuple(sink.overflows),
        guarded=False,
    )


def _panel(kit: Kit, words: Words, cards: Sequence[CardFile], shown: Shown, look: Look) -> Element:
    t = words.t
    state = t("state", card=look.card or t("empty"), reader=t(look.reader), kiosk=t(look.kiosk))
    head = Row(
        Text(kit, t("title"), Type.H2, Role.INK, keep=True),
        Panel(
            kit,
            Placed(Pad(Text(kit, t("label"), Type.SMALL, Role.FOCUS_INNER, bold=True, keep=True), 14, 2)),
            fill=Role.FOCUS,
            outline=None,
            radius=10,
        ),
        Flex(Nothing()),
        Sized(_button(kit, t("language"), "language", Turn()), w=150, h=52),
        gap=20,
    )
    verb = "insert" if look.card is None else "swap"
    rows = [
        _button(
            kit,
            card.id if words.english else card.zh,
            f"card-{card.id}",
            Do(verb, (("card", card.id),)),
            chosen=card.id == look.card,
            align=Align.START,
        )
        for card in cards
    ]
    plugged = look.reader == "plugged"
    reader = [("pull", Do("pull")), ("kill-reader", Do("kill-reader"))]
    reader.insert(1, ("unplug", Do("unplug")) if look.reader != "unplugged" else ("plug", Do("plug")))
    name = "start-reader" if look.reader == "stopped" else "stop-reader"
    reader.insert(2, (name, Do(name)))
    machine = "cut-power" if look.kiosk == "on" else "power-on"
    disk = "free-disk" if look.disk == "full" else "fill-disk"
    return Column(
        head,
        Text(
            kit,
            shown.said or state,
            Type.SMALL,
            Role.WARN if shown.said or not plugged else Role.INK2,
            lines=1,
            line=120,
        ),
        _title(kit, Icon.CREDIT_CARD, t("cards")),
        Grid(*(Sized(row, h=_CARD_HEIGHT) for row in rows), columns=4, gap=8, row_gap=4),
        _buttons(kit, [(t(key), key, do, False) for key, do in reader]),
        _title(kit, Icon.LINK, t("line")),
        _buttons(kit, [(t(f"line-{m}"), f"line-{m}", Do("line", (("mode", m),)), m == look.line) for m in LINES]),
        _title(kit, Icon.CLOUD_DONE, t("central")),
        _buttons(
            kit, [(t(f"central-{h}"), f"central-{h}", Do("central", (("how", h),)), h == look.central) for h in CENTRAL]
        ),
        _title(kit, Icon.SCHEDULE, t("clock", ahead=f"{look.ahead:+.0f}")),
        _buttons(
            kit,
            [
                *((t(f"clock-{s}"), f"clock-{s}", Do("clock", (("ahead", s),)), s == look.ahead) for s in _CLOCKS),
                (t("restore"), "restore", Do("restore"), False),
            ],
        ),
        _title(kit, Icon.PRINT, t("printer", slips=look.slips)),
        _buttons(
            kit, [(t(f"printer-{h}"), f"printer-{h}", Do("printer", (("how", h),)), h == look.printer) for h in PRINTER]
        ),
        _beside(
            _title(kit, Icon.BADGE, t("document")),
            _buttons(
                kit,
                [
                    (t(f"lay-{name}"), f"lay-{name}", Do("lay", (("card", card),)), card == look.document)
                    for name, card in _documents(look)
                ],
            ),
        ),
        _beside(
            _title(kit, Icon.HARD_DRIVE, t("machine")),
            _buttons(kit, [(t(key), key, Do(key), False) for key in (machine, disk, "tamper")]),
        ),
        _title(kit, Icon.HISTORY, t("steps")),
        _line(kit, t("messages", messages=" / ".join(look.messages) or "-")),
        _line(kit, t("staff", staff=" / ".join(look.staff) or "-")),
        *(_line(kit, line) for line in shown.steps[-_STEPS:]),
        *(_line(kit, line) for line in look.log[-_LOG:]),
        gap=3,
    )


def _beside(title: Element, buttons: Element) -> Element:
    return Row(Sized(title, w=190), Flex(buttons), gap=10)


def _documents(look: Look) -> list[tuple[str, str | None]]:
    """Name of the button, and what is laid down: the holder's is that of the card that is in."""
    holder = HOLDER if look.card is None or look.document != look.card else look.card
    return [("holder", holder), ("other", GUARDIAN), ("unreadable", UNREADABLE), ("none", None)]


def _title(kit: Kit, icon: Icon, text: str) -> Element:
    words = Text(kit, text, Type.SMALL, Role.INK, bold=True, lines=1, line=120)
    return Pad(Row(IconBox(kit, icon, 32, Role.INK2), Flex(words), gap=12), 0, 6, 0, 0)


def _line(kit: Kit, text: str) -> Element:
    return Text(kit, text, Type.SMALL, Role.INK2, lines=1, line=115)


def _buttons(kit: Kit, specs: Sequence[tuple[str, str, Hashable, bool]]) -> Element:
    buttons = (Flex(_button(kit, text, name, action, chosen=chosen)) for text, name, action, chosen in specs)
    return Sized(Row(*buttons, gap=10, align=Align.STRETCH), h=_BUTTON_HEIGHT)


def _button(
    kit: Kit, text: str, name: str, action: Hashable, *, chosen: bool = False, align: Align = Align.CENTER
) -> Element:
    theme = kit.theme
    ink, fill = (Role.ON_PRIMARY, Role.PRIMARY) if chosen else (Role.INK, Role.SURFACE)
    label = Text(kit, text, Type.SMALL, ink, bold=chosen, align=align, down=Align.CENTER, lines=2, line=100)
    face = Panel(kit, label, fill=fill, outline=Role.LINE, width=2, radius=10, pad=(12, 0, 12, 0))
    held = (theme.colour(fill), theme.colour(Role.SUNKEN))
    return Tap(face, name, action, pressed=(held,), radius=10)


class NoSecret:
    """The dock has no PIN pad."""

    def press(self, digit: int) -> None: ...

    def press_sign(self, sign: str) -> None: ...

    def erase(self) -> None: ...

    def clear(self) -> None: ...


class Dock:
    """Implements `kiosk.ui.port.Presenter`. What is asked of the world is done on a thread of its own."""

    def __init__(self, world: Path) -> None:
        self.secret = NoSecret()
        self._path = world
        self._cards = tuple(load_cards().values())
        self.words = Words()
        self._asked: queue.SimpleQueue[Do | None] = queue.SimpleQueue()
        self._screen: Screen | None = None
        self._shown = Shown(Look(None, "plugged", "off", "through", "well", 0.0, "well", 0, (), ()))

    def attached(self, screen: Screen) -> None:
        self._screen = screen
        threading.Thread(target=self._run, name="world", daemon=True).start()

    def page(self, surface: Surface) -> Page:
        return build(surface.kit(Contrast.HIGH), self.words, self._cards, self._shown)

    def ahead(self, surface: Surface) -> None:
        """Its pages are quick enough."""

    def fault_page(self, surface: Surface) -> Page:
        return build(surface.kit(Contrast.HIGH), self.words, (), self._shown)

    def touched(self) -> None:
        pass

    def pressed(self, action: Hashable) -> None:
        match action:
            case Do():
                self._asked.put(action)
            case Turn():
                self.words.english = not self.words.english
                self._draw()
            case _:
                pass

    def painted(self, page: Page) -> None:
        pass

    def close(self) -> None:
        if self._screen is not None:
            self._screen.close(0)

    def _run(self) -> None:
        said = ""
        steps: tuple[str, ...] = ()
        try:
            world = RemoteWorld(self._path)
            seen = 0
            while True:
                try:
                    asked = self._asked.get(timeout=_LOOK_SECONDS)
                except queue.Empty:
                    asked = None
                if asked is not None:
                    said = ""
                    try:
                        world.do(asked.name, **dict(asked.values))
                    except NotPossible as refused:
                        said = str(refused)
                look = world.look(seen)
                seen = look.seen
                steps = (*steps, *look.steps)[-_STEPS:]
                self._show(Shown(look, steps, said))
        except OSError:
            self.close()  # the demo has ended

    def _show(self, shown: Shown) -> None:
        if shown != self._shown:
            self._shown = shown
            self._draw()

    def _draw(self) -> None:
        if self._screen is not None:
            self._screen.invalidate()


def main() -> int:
    from kiosk.ui.app import run_app

    parser = argparse.ArgumentParser(description="the demo's dock")
    parser.add_argument("--world", type=Path, required=True, help="the world's socket")
    parser.add_argument("--left", type=int, default=0, help="place of the window on the screen, px")
    parser.add_argument("--top", type=int, default=0, help="px")
    parser.add_argument("--size", default="540x960", help="width x height, px")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    dock = Dock(options.world)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: dock.close())
    return run_app(WindowSettings(width, height, False, options.left, options.top, True, dock.words.t("title")), dock)


if __name__ == "__main__":
    raise SystemExit(main())
