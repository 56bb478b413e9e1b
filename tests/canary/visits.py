"""The visits of the planted person, and the line to the kiosk that is searched."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from drivers.card.apdu import INS_READ_RECORD
from drivers.card.cardfile import Fault
from kiosk.ops.forget import PAUSES
from kiosk.sandbox.line import Cut
from kiosk.sandbox.walk import Hands, Walk
from kiosk.sandbox.world import World
from tests.canary.person import CARD, PIN, PINS, WRONG_PIN, Kind, Told, texts
from tests.journeys.driver import Kiosk, NotShown, View
from tests.kiosk.engine.kept import settled

ENTRY: Final = Path(__file__).with_name("entry.py")
TIMES: Final = {
    "page_idle": 10,
    "page_idle_slow": 10,
    "pin_idle": 10,
    "question": 5,
    "question_slow": 5,
}
_FRESH: Final = 4
"""Challenges that a card is asked of which nothing is kept yet."""


@dataclass(frozen=True, slots=True)
class Found:
    """A Python object that holds something of the person. `holders`: who holds it, from the nearest on."""

    kind: Kind
    type: str
    holders: tuple[str, ...]


def _as_objects(fact: str) -> set[str]:
    """The fact as objects hold it; bytes as Latin-1, as the kiosk tells them."""
    encoded = {fact.encode(codec).decode("latin-1") for codec in ("utf-8", "gb18030", "utf-16-le")}
    return {fact, json.dumps(fact)[1:-1]} | encoded


class Inside:
    """Asks the kiosk's process for what Python can reach in it."""

    def __init__(self, path: Path) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._line.settimeout(60)
        self._line.connect(str(path))
        self._both = self._line.makefile("rw", encoding="ascii")
        told = self._ask({"ask": "process"})
        self.pid: int = told["pid"]
        self.group: int = told["group"]
        self.small_ints: tuple[int, int] = (told["zero"], told["one"])

    def close(self) -> None:
        self._both.close()
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def containing(self, leaked: Iterable[str]) -> set[str]:
        """Which of these texts Python can reach in the process, in any form."""
        forms = {text: _as_objects(text) for text in leaked}
        return {
            text
            for _, content in self._texts()
            for text, written in forms.items()
            if any(one in content for one in written)
        }

    def search(self, told: Told) -> tuple[int, tuple[Found, ...]]:
        """How many objects were looked at, and which of them hold something of the person."""
        wanted: list[tuple[Kind, str]] = []
        for kind, facts in texts(told).items():
            for fact in facts:
                wanted += [(kind, one) for one in _as_objects(fact)]
        for pin in PINS:
            wanted.append((Kind.PIN_BLOCK, bytes.fromhex(pin)[:5].decode("latin-1")))
            wanted.append((Kind.PIN, bytes(map(int, pin[:8])).decode("latin-1")))
        hits = []
        looked = 0
        for looked, (type_, content) in enumerate(self._texts(), 1):
            kinds = {kind for kind, text in wanted if text in content} | (
                {Kind.CODE} if content in told.codes else set()
            )
            hits += [(looked - 1, kind, type_) for kind in kinds]
        found = [Found(kind, type_, tuple(self._ask({"ask": "holders", "index": at}))) for at, kind, type_ in hits[:40]]
        return looked, tuple(found)

    def leak(self, place: str, text: str) -> None:
        """Leaves `text` in a place of `tests.canary.leaks`."""
        self._ask({"ask": "leak", "place": place, "text": text})

    def _ask(self, question: dict[str, Any]) -> Any:
        self._both.write(json.dumps(question) + "\n")
        self._both.flush()
        return json.loads(self._both.readline())

    def _texts(self) -> Iterator[tuple[str, str]]:
        self._both.write(json.dumps({"ask": "texts"}) + "\n")
        self._both.flush()
        while (line := self._both.readline()) != "\n":
            type_, content = json.loads(line)
            yield type_, content


def play(world: World, kiosk: Kiosk, helped: Callable[[Walk], Told]) -> Told:
    """The visits, each in its own way to its end; afterwards the kiosk is idle. `helped`: those without the card, and what was
    typed there. Returns what central told of the person, with that."""
    walk = Walk(world, kiosk)
    walk.to_idle()
    until(lambda: bool(world.central.heartbeats()), "central has not heard of the kiosk")
    until(
        lambda: bool(said(kiosk, "loss-list")), "the kiosk has no loss list", 30.0
    )  # without one nothing kept is shown
    _whole(walk)
    _wrong_pin(walk)
    _pulled_in_reading(walk)
    _nobody_there(walk)
    typed = helped(walk)
    told = Told.of(world.central.recording())
    told = replace(told, codes=typed.codes, passwords=typed.passwords)
    world.set_line(Cut())
    _from_recent_data(walk)
    walk.to_idle()
    wait_forgotten(kiosk)
    return told


def said(kiosk: Hands, event: str) -> list[dict[str, Any]]:
    """The lines of the kiosk's log of this event, from its start on."""
    return [line for line in kiosk.machine.log_lines() if line.get("event") == event]


def until(true: Callable[[], bool], otherwise: str, timeout: float = 20.0) -> None:
    until = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)


def wait_forgotten(kiosk: Kiosk, timeout: float = 30.0) -> None:
    """Until the kiosk has overwritten its free memory as often as it does after a visit. Raises AssertionError."""

    def overwritten() -> bool:
        events = [line.get("event") for line in kiosk.machine.log_lines()]
        last = len(events) - 1 - events[::-1].index("visit-ended")
        return events[last:].count("memory-overwritten") >= len(PAUSES)

    until(overwritten, "the kiosk's free memory is not overwritten", timeout)


def _whole(walk: Walk) -> None:
    """All pages, everything revealed, another language, large text; it is kept; ended by hand."""
    settled(walk.to_pin(CARD), 1 + _FRESH)
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("home")
    to_page(walk, "open-registration", "registration")
    _reveal(walk, "number")
    _reveal(walk, "name")
    to_page(walk, "back", "home")
    to_page(walk, "open-accounts", "accounts")
    _turn(walk, language="en")
    _turn(walk, large=True)
    to_page(walk, "back", "home")
    _turn(walk, language="zh_CN")
    to_page(walk, "open-contributions", "contributions")
    to_page(walk, "open-year", "contributions-year")
    until(lambda: bool(said(walk.kiosk, "recent-kept")), "nothing is kept")
    to_page(walk, "end", "take-card")
    walk.to_idle()


def _from_recent_data(walk: Walk) -> None:
    """Central is out of reach: all pages of what was kept, everything revealed, another language; the card pulled."""
    walk.to_home(CARD, PIN)
    to_page(walk, "open-registration", "registration")
    _reveal(walk, "number")
    _reveal(walk, "name")
    _turn(walk, language="en")
    to_page(walk, "back", "home")
    to_page(walk, "open-contributions", "contributions")
    to_page(walk, "back", "home")
    to_page(walk, "open-accounts", "accounts")


def to_page(walk: Walk, control: str, screen: str) -> None:
    """Touch until it works, as a person does: the page may be drawn anew under the finger."""
    for _ in range(4):
        walk.kiosk.tap(control)
        with suppress(NotShown):
            walk.kiosk.wait_screen(screen, 3)
            return
    raise AssertionError(f"{control} does not lead to {screen}")


def _turn(walk: Walk, **aids: Any) -> None:
    with suppress(NotShown):
        walk.turn(**aids)
        return
    walk.turn(**aids)


def _reveal(walk: Walk, field: str) -> None:
    """Until the log says so: the page counts the seconds of what is open, and may be drawn anew under the finger."""

    visit = said(walk.kiosk, "visit-begun")[-1]["visit"]

    def revealed() -> bool:
        return any(line["field"] == field and line["visit"] == visit for line in said(walk.kiosk, "field-revealed"))

    for _ in range(5):
        walk.kiosk.tap(f"reveal-{field}")
        until = time.monotonic() + 2
        while time.monotonic() < until:
            if revealed():
                return
            time.sleep(0.05)
    raise AssertionError(f"{field} is not revealed")


def _wrong_pin(walk: Walk) -> None:
    chip = walk.to_pin(CARD)
    full = chip.tries_left
    walk.kiosk.type_pin(WRONG_PIN)
    walk.kiosk.wait(lambda view: chip.tries_left < full and empty(view), what="the PIN asked for again")
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("home")
    walk.to_idle()


def empty(view: View) -> bool:
    """A key pad that takes digits and holds none."""
    enabled = {control.name: control.enabled for control in view.controls}
    return enabled.get("key-0", False) and not enabled.get("confirm", True)


def _pulled_in_reading(walk: Walk) -> None:
    """With EF06 on its way."""
    walk.insert(CARD, byte_ms=2.0, faults=[Fault(action="remove_after", ins=INS_READ_RECORD, nth=2, times=1)])
    until(lambda: walk.world.card_in is None, "the card was not read")
    walk.to_idle()


def _nobody_there(walk: Walk) -> None:
    """An open record that nobody touches any more."""
    walk.to_home(CARD, PIN)
    walk.kiosk.wait_screen("still-there", 20)
    walk.kiosk.wait_screen("take-card", 15)
    walk.to_idle()
