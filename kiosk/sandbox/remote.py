"""The world over a local socket, for the dock: a closed list of actions, and one look at how everything is.

A line of JSON each way. `{"do": "insert", "with": {"card": "jinan-2-0"}}` is answered by `{"ok": true}` or `{"error": "..."}`;
`{"look": 12}` by the state of the world and the steps after the first 12.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

from kiosk.sandbox.central.simulator import SimulatorError
from kiosk.sandbox.line import BlackHole, Cut, Drip, Flaky, Flapping, Reset, Through
from kiosk.sandbox.world import NotPossible, World

LINES: Final = {
    "through": Through(),
    "cut": Cut(),
    "black-hole": BlackHole(),
    "slow": Through(round_trip=3.0),
    "flaky": Flaky(),
    "flapping": Flapping(),
    "drip": Drip(),
    "reset": Reset(),
}
"""The line's modes by the names that the dock shows."""

_MESSAGES: Final = 2

CENTRAL: Final[Mapping[str, Callable[[World], None]]] = {
    "well": lambda world: world.central_well(),
    "unavailable": lambda world: world.central_fault("status", times=None),
    "bad-answer": lambda world: world.central_fault("broken_json", times=None),
    "no-keys": lambda world: world.central_condition(keys_answer=False),
    "medical-away": lambda world: world.central_condition(away=("310", "330", "390")),
    "stopped": lambda world: world.stop_central(),
}
"""How central is, by the names that the dock shows."""


HOLDER: Final = "holder"
"""Whose ID card is laid down: the holder's of the card that is in."""


def _central(world: World, how: str) -> None:
    world.central_well() if world.central_on else world.start_central()
    CENTRAL[how](world)


def _lay(world: World, card: str | None) -> None:
    if card == HOLDER and world.card_in is None:
        raise NotPossible("there is no card in the slot: whose ID card?")
    world.desk.lay(world.card_in if card == HOLDER else card)


ACTIONS: Final[Mapping[str, Callable[..., object]]] = {
    "insert": lambda world, card: world.insert(card),
    "pull": lambda world: world.pull(),
    "swap": lambda world, card: world.swap(card),
    "stop-reader": lambda world: world.stop_reader_service(),
    "kill-reader": lambda world: world.kill_reader_service(),
    "start-reader": lambda world: world.start_reader_service(),
    "unplug": lambda world: world.unplug_reader(),
    "plug": lambda world: world.plug_reader(),
    "line": lambda world, mode: world.set_line(LINES[mode]),
    "central": _central,
    "clock": lambda world, ahead: world.set_clock(ahead),
    "cut-power": lambda world: world.cut_power(),
    "power-on": lambda world: world.power_on(),
    "tamper": lambda world: world.tamper_rows(),
    "printer": lambda world, how: world.desk.set_printer(how),
    "lay": lambda world, card: _lay(world, card),
    "fill-disk": lambda world: world.fill_disk(),
    "free-disk": lambda world: world.free_disk(),
    "restore": lambda world: world.restore(),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How the world is. `steps` and `log` are what was added since the last look, as lines to show."""

    card: str | None
    reader: str  # plugged, unplugged, stopped, foreign
    kiosk: str  # on, off
    line: str
    central: str
    ahead: float
    disk: str  # well, full
    seen: int
    steps: tuple[str, ...]
    log: tuple[str, ...]
    printer: str = "well"  # of `kiosk.sandbox.desk.PRINTER`
    document: str | None = None
    slips: int = 0  # printed so far
    messages: tuple[str, ...] = ()  # the newest codes that central sent, with the phone
    staff: tuple[str, ...] = ()  # name, password and one-time code of each, as they type them


class RemoteServer:
    """Serves one world on a Unix socket that only this user can reach. `stop` is safe to call twice."""

    def __init__(self, world: World, path: Path) -> None:
        self.path = path
        self._world = world
        self._central = "well"
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        before = os.umask(0o177)
        try:
            self._listener.bind(str(path))
        finally:
            os.umask(before)
        self._listener.listen()
        self._thread = threading.Thread(target=self._accept, name="remote", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(2)
        self.path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), name="remote", daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, line.makefile("rw", encoding="utf-8") as both, suppress(OSError):
            for asked in both:
                both.write(json.dumps(self._answer(json.loads(asked)), ensure_ascii=False) + "\n")
                both.flush()

    def _answer(self, asked: dict[str, Any]) -> dict[str, object]:
        if "look" in asked:
            return self._look(int(asked["look"]))
        name, values = asked.get("do"), asked.get("with", {})
        action = ACTIONS.get(str(name))
        if action is None:
            return {"error": f"no such action: {name}"}
        try:
            with self._lock:
                action(self._world, **values)
                if name == "central":
                    self._central = values["how"]
                elif name == "restore":
                    self._central = "well"
        except (NotPossible, KeyError, TypeError, OSError) as error:
            return {"error": str(error)}
        return {"ok": True}

    def _look(self, seen: int) -> dict[str, object]:
        world = self._world
        pcscd, kiosk = world.pcscd, world.kiosk
        if not pcscd.ours:
            reader = "foreign"
        elif not pcscd.alive:
            reader = "stopped"
        else:
            reader = "plugged" if pcscd.plugged else "unplugged"
        mode = next((name for name, mode in LINES.items() if mode == world.line.mode), "other")
        steps = world.steps.since(seen)
        log = [] if kiosk is None else kiosk.log_lines()[-8:]
        return {
            "card": world.card_in,
            "reader": reader,
            "kiosk": "on" if kiosk is not None and kiosk.on else "off",
            "line": mode,
            "central": self._central if world.central_on else "stopped",
            "ahead": world.ahead,
            "disk": "full" if world.disk_full else "well",
            "printer": world.desk.how,
            "document": world.desk.laid,
            "slips": len(world.desk.printer.strips),
            "messages": self._messages(),
            "staff": self._staff(),
            "seen": seen + len(steps),
            "steps": [f"{step.at:8.3f} {step.name} {_values(step.values)}".rstrip() for step in steps],
            "log": [_log_line(line) for line in log],
        }

    def _messages(self) -> list[str]:
        if not self._world.central_on:
            return []
        try:
            return [f"{one.phone}  {one.text}" for one in self._world.central.messages()[-_MESSAGES:]]
        except (OSError, HTTPException, SimulatorError):
            return []  # it is going down

    def _staff(self) -> list[str]:
        if not self._world.central_on:
            return []
        try:
            return [f"{one.name} {one.password} {one.code or '......'}" for one in self._world.central.staff()]
        except (OSError, HTTPException, SimulatorError):
            return []


class RemoteWorld:
    """The other end. Raises NotPossible with what the world says, OSError when it is gone. One thread at a time."""

    def __init__(self, path: Path) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._line.settimeout(90)
        self._line.connect(str(path))
        self._answers = self._line.makefile("r", encoding="utf-8")

    def do(self, name: str, **values: object) -> None:
        told = self._ask({"do": name, "with": values})
        if "error" in told:
            raise NotPossible(str(told["error"]))

    def look(self, seen: int = 0) -> Look:
        told = self._ask({"look": seen})
        values: dict[str, Any] = {key: tuple(it) if isinstance(it, list) else it for key, it in told.items()}
        return Look(**values)

    def close(self) -> None:
        self._answers.close()
        self._line.close()

    def _ask(self, asked: dict[str, object]) -> dict[str, Any]:
        self._line.sendall(json.dumps(asked).encode() + b"\n")
        answer = self._answers.readline()
        if not answer:
            raise ConnectionError("the world has ended")
        told: dict[str, Any] = json.loads(answer)
        return told


def _values(values: Mapping[str, object]) -> str:
    return " ".join(f"{key}={value}" for key, value in values.items())


def _log_line(line: Mapping[str, object]) -> str:
    """`10:31:52.410 pin-asked tries_left=6`: a line of the kiosk's log, which holds nothing personal."""
    rest = {key: value for key, value in line.items() if key not in ("at", "level", "event")}
    return f"{str(line.get('at', ''))[11:23]} {line.get('event', '')} {_values(rest)}".rstrip()
