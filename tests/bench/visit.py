"""What a visit costs beyond card and network: insert -> PIN pad, PIN accepted -> overview (DESIGN §8).

One kiosk in the simulated world and, turn about, the least that could do the same: a script on `scard` with its own PC/SC service
and the same card file (`visit_script.py`), and one bare request over the same line, of the same bytes as the kiosk has just sent
(`visit_request.py`; the service answers a repeated Idempotency-Key with the same answer). Card at 9600 baud, line of 60 ms round
trip, 40 ms in the service. The kiosk's moments come from `visit_entry.py`.
"""

from __future__ import annotations

import json
import os
import select
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from drivers.card.cardfile import CARDS, load_card, load_keys
from drivers.card.layout import EF05, EF06, SSSE, Generation, decode_issuer
from drivers.card.virtual import VirtualCard
from drivers.card.vpcd import VirtualSlot
from kiosk.sandbox.central.faults import Operation, Recorded
from kiosk.sandbox.display import VirtualDisplay
from kiosk.sandbox.line import Through
from kiosk.sandbox.pcscd import Pcscd
from kiosk.sandbox.walk import PIN
from kiosk.sandbox.world import BYTE_MS_9600, DEVICE, READER, World
from tests.bench.__main__ import Bench
from tests.bench.figures import Figure
from tests.bench.visit_stamps import INSERT_TO_PIN, PIN_TO_OVERVIEW, Stamp, medians, seconds, since
from tests.journeys.driver import Kiosk

CARD: Final = "jinan-2-0"
ROUNDS: Final = 17
WARM_UP: Final = 2
"""First rounds that do not count: modules are imported, connections made."""
FLIPS: Final = 10
READS: Final = 0.6
"""Seconds that a person looks at the PIN page before the first key: nobody is faster."""
ROUND_TRIP: Final = 0.06
SERVICE: Final = 0.04
ANSWER_SECONDS: Final = 20.0
_HERE: Final = Path(__file__).resolve().parent
_CHALLENGE: Final = bytes(range(16))


@dataclass(slots=True)
class Series:
    """Seconds, one for each round."""

    pin: list[float] = field(default_factory=list)
    home: list[float] = field(default_factory=list)
    script: list[float] = field(default_factory=list)
    session_request: list[float] = field(default_factory=list)
    overview_request: list[float] = field(default_factory=list)
    flip: list[float] = field(default_factory=list)
    to_pin: list[dict[str, float]] = field(default_factory=list)
    to_home: list[dict[str, float]] = field(default_factory=list)


def measure(bench: Bench) -> Sequence[Figure]:
    """Both figures, from the same visits."""
    series = Series()
    with ExitStack() as stack:
        display = stack.enter_context(VirtualDisplay(1080, 1920))
        world = stack.enter_context(World(bench.folder / "world", seed=bench.seed, population=20))
        world.set_line(Through(round_trip=ROUND_TRIP))
        world.central_condition(service_seconds=SERVICE)
        kiosk = stack.enter_context(Kiosk.start(world=world, display=display.name, entry=_HERE / "visit_entry.py"))
        card = CARDS / f"{CARD}.toml"
        script = stack.enter_context(Script(card, commands(card)))
        bare = stack.enter_context(Bare(world))
        for number in range(WARM_UP + ROUNDS):
            if number == WARM_UP:
                series = Series()
            visit(world, kiosk, bare, series)
            series.script.append(script.read()[0])
    return figures(series)


def figures(series: Series) -> tuple[Figure, Figure]:
    """Medians against medians."""
    mid = statistics.median
    bare_pin = mid(series.script) + mid(series.session_request)
    bare_home = mid(series.overview_request) + mid(series.flip)
    return (
        Figure(
            "insert_to_pin",
            mid(series.pin) / bare_pin,
            "x",
            1.15,
            {
                "kiosk_s": _rounded(series.pin),
                "script_s": _rounded(series.script),
                "request_s": _rounded(series.session_request),
                "median_s": {"kiosk": round(mid(series.pin), 4), "bare": round(bare_pin, 4)},
                "path_ms": medians(series.to_pin),
            },
        ),
        Figure(
            "pin_to_overview",
            mid(series.home) / bare_home,
            "x",
            1.3,
            {
                "kiosk_s": _rounded(series.home),
                "request_s": _rounded(series.overview_request),
                "flip_s": _rounded(series.flip),
                "median_s": {"kiosk": round(mid(series.home), 4), "bare": round(bare_home, 4)},
                "path_ms": medians(series.to_home),
            },
        ),
    )


def visit(world: World, kiosk: Kiosk, bare: Bare, series: Series) -> None:
    """One person, from the card going in to the card coming out."""
    world.central.forget()
    with Clock(kiosk) as clock:
        clock.stamps()
        world.insert(CARD, fresh=True, byte_ms=BYTE_MS_9600)
        kiosk.wait_screen("pin")
        series.session_request.append(bare.repeat(world, Operation.OPEN_CARD_SESSION))
        time.sleep(READS)
        kiosk.type_pin(PIN)
        kiosk.wait_screen("home")
        series.overview_request.append(bare.repeat(world, Operation.OVERVIEW))
        stamps = clock.stamps()
        series.flip.append(statistics.median(clock.flips(FLIPS)))
    world.pull()
    kiosk.wait_screen("attract")
    series.pin.append(seconds(INSERT_TO_PIN, stamps))
    series.home.append(seconds(PIN_TO_OVERVIEW, stamps))
    series.to_pin.append(since(INSERT_TO_PIN.start, stamps, INSERT_TO_PIN.end))
    series.to_home.append(since(PIN_TO_OVERVIEW.start, stamps, PIN_TO_OVERVIEW.end))


class Clock:
    """The kiosk's clock socket (`visit_entry.py`)."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._line.settimeout(ANSWER_SECONDS)
        self._line.connect(str(kiosk.inspector.with_suffix(".clock")))
        self._both = self._line.makefile("rw", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._both.close()
        self._line.close()

    def stamps(self) -> list[Stamp]:
        """Since the last time."""
        return [(name, at) for name, at in self._ask({"stamps": True})]

    def flips(self, count: int) -> list[float]:
        found: list[float] = self._ask({"flips": count})
        return found

    def _ask(self, question: Mapping[str, object]) -> Any:
        self._both.write(json.dumps(question) + "\n")
        self._both.flush()
        return json.loads(self._both.readline())


class Child:
    """A program that answers a line with a line."""

    def __init__(self, *argv: str, env: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        """Raises RuntimeError when nothing comes."""
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], ANSWER_SECONDS)
        line = self._process.stdout.readline().decode() if ready else ""
        if not line:
            raise RuntimeError(f"{self._process.args!r} says nothing (exit code {self._process.poll()})")
        return line.strip()

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class Script:
    """The bare script before a reader of its own: what it sends to which card."""

    def __init__(self, card: Path, commands: Sequence[bytes]) -> None:
        self._card = card
        self._commands = commands

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            service = Pcscd.open()
            stack.callback(service.close)
            self._slot = VirtualSlot(service.port)
            stack.callback(self._slot.remove)
            self._child = Child(
                str(_HERE / "visit_script.py"),
                READER,
                *(command.hex() for command in self._commands),
                env=service.environment,
            )
            stack.callback(self._child.stop)
            self._ends = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()

    def read(self) -> tuple[float, float]:
        """Seconds for the list, from "present"; and for its last command alone."""
        chip = _chip(self._card)
        self._child.say("read")
        assert self._child.hear() == "ready"
        self._slot.insert(chip)
        try:
            whole, last = map(float, self._child.hear().split())
            return whole, last
        finally:
            self._slot.remove()


class Bare:
    """The bare request, on a connection that stands, with the kiosk's own certificate."""

    def __init__(self, world: World) -> None:
        mine = world.pki.device(DEVICE)
        files = (world.pki.authority, mine.certificate, mine.key)
        self._child = Child(
            str(_HERE / "visit_request.py"), "127.0.0.1", str(world.line.port), *(str(path) for path in files)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.stop()

    def repeat(self, world: World, operation: Operation) -> float:
        """What the kiosk sent last, sent again. Seconds. Raises RuntimeError when another answer comes."""
        asked = world.central.recording(operation)[-1]
        self._child.say(json.dumps(request_of(asked)))
        took, status, size = json.loads(self._child.hear())
        if (status, size) != (asked.status, len(asked.answer.encode())):
            raise RuntimeError(f"{operation}: {status} with {size} bytes, not {asked.status}")
        return float(took)


def request_of(asked: Recorded) -> dict[str, object]:
    return {"method": asked.method, "path": asked.path, "headers": asked.headers, "body": asked.body}


def commands(card: Path) -> list[bytes]:
    """SELECT, EF05 and EF06 as whole files, INTERNAL AUTHENTICATE, PIN probe, with the lengths that this card's files have."""
    file = load_card(card)
    generation = decode_issuer(file.issuer_records()).generation
    found = [b"\x00\xa4\x04\x00" + bytes([len(SSSE)]) + SSSE]
    for layout in (EF05, EF06[Generation(generation)]):
        found.append(b"\x00\xa4\x02\x00\x02" + layout.fid.to_bytes(2))
        found.append(bytes((0x00, 0xB2, 0x01, 0x05, layout.whole)))
    found.append(b"\x00\x88\x00\x00\x10" + _CHALLENGE)
    found.append(b"\x00\x20\x00\x00\x00")
    return found


def _chip(card: Path) -> VirtualCard:
    file = load_card(card)
    slow = file.chip.model_copy(update={"byte_ms": BYTE_MS_9600})
    return VirtualCard(file.model_copy(update={"chip": slow}), load_keys(CARDS / "keys.toml"))


def _rounded(series: Sequence[float]) -> list[float]:
    return [round(value, 4) for value in series]
