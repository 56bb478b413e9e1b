"""`kiosk run` has no inspector: nothing of the tests or the simulated world is imported, nothing listens."""

import ast
import os
import sys
import time
from pathlib import Path

from kiosk.sandbox.display import Glass
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World

ROOT = Path(__file__).resolve().parents[2]


def imported(module: str, known: set[str]) -> set[str]:
    """Every module of ours and of the tests that `module` can import, also inside its functions, and those in turn."""
    if module in known or module.split(".")[0] not in ("kiosk", "drivers", "tests"):
        return known
    path = ROOT.joinpath(*module.split("."))
    source = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    if not source.exists():
        return known
    known.add(module)
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.ImportFrom):
            raise AssertionError(f"{module}: a relative import is not followed here")
        else:
            continue
        for name in names:
            imported(name, known)
    return known


def listening(pid: int) -> list[str]:
    """Sockets that a process listens on, by the kernel's own tables."""
    mine = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith("socket:["):
            mine.add(target[8:-1])
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            part = line.split()
            if part[9] in mine and part[3] == "0A":
                found.append(f"{table} {part[1]}")
    for line in Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]:
        part = line.split()
        if part[6] in mine and int(part[3], 16) & 0x10000:  # __SO_ACCEPTCON
            found.append(f"unix {part[7] if len(part) > 7 else ''}")
    return found


def tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in tree(int(child)))]


def test_the_kiosk_can_import_nothing_of_the_tests_or_the_simulated_world() -> None:
    known = imported("kiosk.run", set())
    assert {"kiosk.ui.app", "kiosk.engine.engine", "kiosk.central.transport", "drivers.card.pcsc"} <= known
    assert not {name for name in known if name.startswith(("tests", "kiosk.sandbox"))}
    assert not known & {"drivers.card.virtual", "drivers.card.vpcd", "drivers.card.cardfile"}


def test_the_entry_of_the_driver_can() -> None:
    """The test above can fail."""
    assert "tests.journeys.inspector" in imported("tests.journeys.entry", set())


def test_a_running_kiosk_listens_on_nothing(world: World, display: str) -> None:
    machine = world.place_kiosk([sys.executable, "-m", "kiosk", "run"], environment={"DISPLAY": display})
    machine.power_on()
    try:
        with Glass(display) as glass:
            until = time.monotonic() + 30
            while glass.picture(0, 0, 1, 1).at(0, 0) == (0, 0, 0) and time.monotonic() < until:
                machine.wait(0.1)
        assert machine.on
        world.insert("jinan-2-0", fresh=True)
        while not any(line.get("event") == "pin-asked" for line in machine.log_lines()) and time.monotonic() < until:
            machine.wait(0.1)
        group = [pid for pid in tree(machine.pid) if "kiosk" in Path(f"/proc/{pid}/cmdline").read_text()]
        assert group
        assert [found for pid in group for found in listening(pid)] == []
    finally:
        machine.shut_down()
        world.restore()


def test_the_same_look_finds_the_inspector_where_the_driver_put_one(walk: Walk) -> None:
    """The test above can fail."""
    found = [found for pid in tree(walk.kiosk.machine.pid) for found in listening(pid)]
    assert [one.split()[0] for one in found] == ["unix"]
