"""A real window with a small presenter, as a program: tests drive it with X events and read what happened from its lines.

    DISPLAY=:99 python -m tests.kiosk.ui.window_program [--width N --height N] [--fault page|action] [--sleep SECONDS]

Prints one JSON object a line: `{"event": "painted", "page": ...}`, `pressed`, `secret`, `touched`, `log`. Commands come
on stdin, one a line: `page NAME`, `clock TEXT`, `forget`, `drawn`, `remembered`, `modules`, `cpu SECONDS`, `block SECONDS`
(the window's thread, in the next page it is asked for), `keys` and `buttons` (how many came that are no touches),
`sdl [EVENT, ...]` (`sdl_events.py`), `close CODE`.
"""

import argparse
import json
import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Hashable
from typing import Any

from kiosk.ui import app
from kiosk.ui.app import Loop, NoDisplay, run_app
from kiosk.ui.components.bars import SessionSpec
from kiosk.ui.components.buttons import ButtonKind, ButtonSpec, button, button_row
from kiosk.ui.components.keypad import KeypadSpec, keypad, pin_boxes
from kiosk.ui.frame import PageSpec, compose
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.port import Screen, SecretEntry, Surface, WindowSettings
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from tests.kiosk.ui.gallery_base import ACCESS, EXIT, HEADER, INSIDE
from tests.kiosk.ui.sdl_events import push

_SAYING = threading.Lock()
_SEEN: Counter[str] = Counter()
"""What the window's loop was given of what it does not listen to."""


def say(event: str, **more: Any) -> None:
    line = json.dumps({"event": event, "at": time.monotonic(), **more}, ensure_ascii=False)
    with _SAYING:  # the window's thread and that of the commands both speak
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class Entry:
    """Counts digits and says nothing about which."""

    def __init__(self, changed: Any) -> None:
        self.count = 0
        self._changed = changed

    def press(self, digit: int) -> None:
        self.count += 1
        say("secret", kind="press", count=self.count)
        self._changed()

    def press_sign(self, sign: str) -> None:
        self.count += 1
        say("secret", kind="press_sign", count=self.count)
        self._changed()

    def erase(self) -> None:
        self.count = max(0, self.count - 1)
        say("secret", kind="erase", count=self.count)
        self._changed()

    def clear(self) -> None:
        self.count = 0
        say("secret", kind="clear", count=0)
        self._changed()


class CountingLoop(Loop):
    """Counts what reaches it, and does what it always does."""

    def _event(self, kind: str, args: tuple[Any, ...]) -> None:
        _SEEN["other button" if kind == "mousebuttondown" and args[2] != 1 else kind] += 1
        super()._event(kind, args)


class Shown:
    """Implements `Presenter`: two pages with buttons, one with a key pad."""

    def __init__(self, fault: str) -> None:
        self.name = "first"
        self.clock = "10:32"
        self.fault = fault
        self.block = 0.0
        self.screen: Screen | None = None
        self._secret = Entry(self.changed)

    @property
    def secret(self) -> SecretEntry:
        return self._secret

    def changed(self) -> None:
        if self.screen is not None:
            self.screen.invalidate()

    def attached(self, screen: Screen) -> None:
        self.screen = screen
        threading.Thread(target=self.commands, daemon=True).start()

    def page(self, surface: Surface) -> Page:
        if self.fault == "page" and self.name == "broken":
            raise ValueError("姓名 测试人 must not be logged")
        if self.block:
            block, self.block = self.block, 0.0
            say("blocked")
            time.sleep(block)
            say("unblocked")
        kit = surface.kit()
        header = type(HEADER)(
            HEADER.hall, HEADER.machine, HEADER.short, HEADER.online, HEADER.online_word, self.clock, HEADER.date
        )
        content: Element
        if self.name == "pin":
            spec = KeypadSpec("清除", "删除一位", "确认", "confirm", self._secret.count >= 4, "忘记密码", "help")
            content = Column(pin_boxes(kit, 6, self._secret.count), Spacer(), keypad(kit, spec))
        else:
            content = Column(
                Text(kit, f"测试页 {self.name}", Type.H1),
                Text(kit, f"秘密姓名 {self.name}", Type.BODY, Role.INK2),
                Spacer(),
                button_row(
                    kit,
                    ButtonSpec("去", "go", "go", Icon.SEARCH, ButtonKind.PRIMARY),
                    ButtonSpec("不可用", "off", "off", enabled=False),
                ),
                button(kit, ButtonSpec("停留", "stay", "stay")),
                gap=24,
            )
        return compose(kit, PageSpec(self.name, header, content, SessionSpec(None, INSIDE, EXIT), ACCESS))

    def ahead(self, surface: Surface) -> None:
        """Its pages are quick enough."""

    def fault_page(self, surface: Surface) -> Page:
        kit = surface.kit()
        return compose(kit, PageSpec("fault", HEADER, Text(kit, "暂停服务", Type.H1)))

    def touched(self) -> None:
        say("touched")

    def pressed(self, action: Hashable) -> None:
        if action == "go":
            self.name = "second" if self.name == "first" else "first"
        # Said when it is done: who reads it may send `page` at once, on another thread.
        say("pressed", action=str(action))
        if self.fault == "action":
            raise ValueError("姓名 测试人 must not be logged")
        if action == "go":
            self.changed()

    def painted(self, page: Page) -> None:
        say("painted", page=page.name)

    def commands(self) -> None:
        assert isinstance(self.screen, Loop)
        for line in sys.stdin:
            command, _, argument = line.strip().partition(" ")
            match command:
                case "page":
                    self.name = argument
                    self.changed()
                case "clock":
                    self.clock = argument
                    self.changed()
                case "forget":
                    self.screen.forget()
                case "drawn":
                    drawn = self.screen.drawn()
                    say(
                        "drawn",
                        page=drawn.page,
                        frame=drawn.frame,
                        texts=drawn.texts,
                        targets={t.name: list(t.rect) for t in drawn.targets},
                    )
                case "remembered":
                    say("remembered", textures=self.screen._painter.remembered(), widths=len(self.screen._measurer))
                case "modules":
                    say("modules", widgets=[name for name in sys.modules if name.startswith("kivy.uix")])
                case "block":
                    self.block = float(argument)
                    self.clock += " "
                    self.changed()
                case "sdl":
                    say("pushed", count=push(json.loads(argument)))
                case "keys":
                    say("keys", count=_SEEN["keydown"])
                case "buttons":
                    say("buttons", count=_SEEN["other button"])
                case "cpu":
                    before, wall = time.process_time(), time.monotonic()
                    time.sleep(float(argument))
                    share = (time.process_time() - before) / (time.monotonic() - wall)
                    say("cpu", share=share, frame=self.screen.drawn().frame)
                case "close":
                    self.screen.close(int(argument or 0))
                    return
                case _:
                    print(f"no such command: {command}", file=sys.stderr)
                    self.screen.close(2)
                    return
        self.screen.close(0)


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("kiosk"):
            say("log", level=record.levelname, text=record.getMessage())


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--width", type=int, default=1080)
    parser.add_argument("--height", type=int, default=1920)
    parser.add_argument("--fault", default="")
    parser.add_argument("--sleep", type=float, default=app.SLEEP, help="longest sleep of the loop, seconds")
    options = parser.parse_args()
    app.SLEEP = options.sleep  # type: ignore[misc]
    logging.getLogger().addHandler(_Lines())
    app.Loop = CountingLoop  # type: ignore[misc]
    try:
        return run_app(WindowSettings(options.width, options.height), Shown(options.fault))
    except NoDisplay as error:
        print(error, file=sys.stderr)
        return 3


if __name__ == "__main__":
    raise SystemExit(main())
