"""The kiosk with a clock beside it: `python tests/bench/visit_entry.py --inspector <socket> --config <kiosk.ini>`.

As `tests/journeys/entry.py`, and stamps of CLOCK_MONOTONIC, which all processes share: what PC/SC answers (at the `scard`
functions themselves, before any code of ours has seen it), when a PIN is confirmed, when calls to central begin and end, and
when each page is flipped.
Asked on the Unix socket `<inspector>.clock`, one JSON object a line:

    {"stamps": true}   ->  [[name, seconds], ...] since the last time
    {"flips": 20}      ->  seconds of so many redraws with flips of the page that is on the screen, and nothing else
"""

import argparse
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Hashable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from smartcard import scard  # type: ignore[import-untyped]

from kiosk.central.client import CentralClient
from kiosk.ops import logs
from kiosk.run import Kiosk, load
from kiosk.ui.nodes import Page
from kiosk.ui.port import Screen, Surface
from kiosk.visit.actions import ConfirmPin
from tests.journeys.inspector import Inspector

P = ParamSpec("P")
T = TypeVar("T")

VERIFY = 0x20
CHANGE = 0x5E
DONE = {VERIFY: "verified", CHANGE: "changed"}


class Clock:
    """Collects stamps. Thread-safe: list.append is."""

    def __init__(self) -> None:
        self._stamps: list[tuple[str, float]] = []

    def stamp(self, name: str, at: float | None = None) -> None:
        self._stamps.append((name, time.monotonic() if at is None else at))

    def take(self) -> list[tuple[str, float]]:
        taken, self._stamps = self._stamps, []
        return taken

    def around(self, name: str, call: Callable[P, T]) -> Callable[P, T]:
        """`call` with stamps `<name>` before and `<name>-done` after it."""

        @wraps(call)
        def stamped(*args: P.args, **kwargs: P.kwargs) -> T:
            self.stamp(name)
            try:
                return call(*args, **kwargs)
            finally:
                self.stamp(f"{name}-done")

        return stamped


def stamp_card(clock: Clock) -> None:
    """`present`: the watcher's look returns and a card is there that was not; `verified`: 9000 to VERIFY with a PIN; `changed`:
    9000 to CHANGE."""
    look, transmit, connect = scard.SCardGetStatusChange, scard.SCardTransmit, scard.SCardConnect
    there: dict[str, bool] = {}

    def stamped_look(context: int, timeout: int, states: list[Any]) -> Any:
        result, answers = look(context, timeout, states)
        at = time.monotonic()
        if timeout and result == 0:
            for name, state, *_ in answers:
                present = bool(state & scard.SCARD_STATE_PRESENT)
                if present and not there.get(name):
                    clock.stamp("present", at)
                there[name] = present
        return result, answers

    def stamped_transmit(card: int, protocol: int, apdu: list[int]) -> Any:
        ins, data = apdu[1], len(apdu) > 5
        result, answer = transmit(card, protocol, apdu)
        at = time.monotonic()
        done = data and result == 0 and answer[-2:] == [0x90, 0x00]
        clock.stamp(DONE.get(ins, f"apdu-{ins:02X}") if done else f"apdu-{ins:02X}", at)
        return result, answer

    scard.SCardGetStatusChange = stamped_look
    scard.SCardTransmit = stamped_transmit
    scard.SCardConnect = clock.around("connect", connect)


def stamp_window(clock: Clock, screen: Any) -> None:
    """`show`: a page becomes drawing instructions; `on_draw`, `on_flip`: they are carried out."""
    screen._painter.show = clock.around("show", screen._painter.show)
    dispatch = screen._window.dispatch

    def stamped(event: str, *args: Any) -> Any:
        try:
            return dispatch(event, *args)
        finally:
            clock.stamp(f"{event}-done")

    screen._window.dispatch = stamped


class Flips:
    """Measures redraws of the finished page, on the window's thread: inside the presenter's answer to "which page?"."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk
        self._page = kiosk.presenter.page
        self._wanted = 0
        self._taken: list[float] = []
        self._done = threading.Event()

    def page(self, surface: Surface) -> Page:
        wanted, self._wanted = self._wanted, 0
        if wanted:
            window = self._kiosk.presenter.screen._window  # type: ignore[union-attr]
            for _ in range(wanted):
                began = time.monotonic()
                window.canvas.ask_update()
                window.dispatch("on_draw")
                window.dispatch("on_flip")
                self._taken.append(time.monotonic() - began)
            self._done.set()
        return self._page(surface)

    def measure(self, count: int) -> list[float]:
        screen = self._kiosk.presenter.screen
        assert screen is not None
        self._taken = []
        self._done.clear()
        self._wanted = count
        screen.invalidate()
        self._done.wait(20)
        return self._taken


def serve(path: Path, clock: Clock, flips: Flips) -> None:
    """Answer on the socket until the process ends."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def run() -> None:
        while True:
            line, _ = listener.accept()
            with line, line.makefile("rw", encoding="utf-8") as both:
                for question in both:
                    asked = json.loads(question)
                    answer: object = flips.measure(asked["flips"]) if "flips" in asked else clock.take()
                    both.write(json.dumps(answer) + "\n")
                    both.flush()

    threading.Thread(target=run, name="clock", daemon=True).start()


def main() -> int:
    parser = argparse.ArgumentParser(description="the kiosk, timed")
    parser.add_argument(
        "--inspector", type=Path, required=True, help="Unix socket to listen on; the clock's is beside it"
    )
    parser.add_argument("--config", type=Path, required=True, help="kiosk.ini")
    options = parser.parse_args()
    logs.set_up()
    clock = Clock()
    stamp_card(clock)
    for name in ("open_card_session", "overview", "reserve", "confirm"):
        setattr(CentralClient, name, clock.around(name, getattr(CentralClient, name)))
    kiosk: Kiosk | None = None
    inspector = Inspector(
        options.inspector, lambda: kiosk.presenter.screen.drawn() if kiosk and kiosk.presenter.screen else None
    )

    def painted(page: Page) -> None:
        clock.stamp(f"painted:{page.name}")
        inspector.painted(page)

    kiosk = Kiosk(load(options.config), painted=(painted,))
    flips = Flips(kiosk)
    kiosk.presenter.page = clock.around("page", flips.page)  # type: ignore[method-assign]
    pressed, attached = kiosk.presenter.pressed, kiosk.presenter.attached

    def press(action: Hashable) -> None:
        """`confirmed`: the last key of a PIN has been let go."""
        if isinstance(action, ConfirmPin):
            clock.stamp("confirmed")
        pressed(action)

    kiosk.presenter.pressed = press  # type: ignore[method-assign]

    def attach(screen: Screen) -> None:
        stamp_window(clock, screen)
        attached(screen)

    kiosk.presenter.attached = attach  # type: ignore[method-assign]
    serve(options.inspector.with_suffix(".clock"), clock, flips)
    return kiosk.run()


if __name__ == "__main__":
    raise SystemExit(main())
