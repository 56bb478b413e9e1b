"""The matrix of what was broken on purpose: every test marked `fault` is a cell of it.

    @pytest.mark.fault("card", "pulled at an APDU", level="real")
    def test_...(fired):
        ...
        fired(chip.removals)         # proof that the fault happened: a count, a truth, whatever is not empty

A cell is green when its test passed *and* its fault fired; a test whose fault did not fire fails, whatever it asserted.
`--faults build/faults.json` writes the matrix and prints it (`make faults`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import pytest

_CELL: Final = "fault-cell"
_PLACE: Final = "fault-place"
_FIRED: Final = pytest.StashKey[list[object]]()


class Level(StrEnum):
    """Where a fault is produced."""

    REAL = "real"
    """The real thing: pcscd, HTTPS over a socket, the window, the file system."""
    BOUNDARY = "boundary"
    """At the border to it: `scard`'s answers, Kivy's or X's events, a system call's error."""
    UNIT = "unit"
    """Within our own code: one part alone, its surroundings played by the test."""


GROUPS: Final = ("card", "pcsc", "central", "people", "machine", "activation")


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing that was tried. `test` is its node; `red` says why it is not green, empty when it is. `place`: row and column of
    its group's own table, and what came of it."""

    group: str
    name: str
    level: str
    test: str
    red: str
    place: tuple[str, str, str] | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults", type=Path, default=None, help="write the matrix of faults to this file and print it")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(group, name, level): a cell of the fault matrix (tests/cells.py)")
    config.pluginmanager.register(_Matrix(config), "fault-matrix")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        mark = item.get_closest_marker("fault")
        if mark is None:
            continue
        if "fired" not in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(f"{item.nodeid}: a cell of the matrix must show that its fault `fired`")
        item.user_properties.append((_CELL, json.dumps(_told(item, mark))))


def _told(item: pytest.Item, mark: pytest.Mark) -> list[str]:
    group, name = mark.args
    if group not in GROUPS:
        raise pytest.UsageError(f"{item.nodeid}: no group of faults is called {group}")
    callspec = getattr(item, "callspec", None)
    return [group, f"{name} [{callspec.id}]" if callspec is not None else name, Level(mark.kwargs["level"]).value]


def place(item: pytest.Item, row: str, column: str, outcome: str) -> None:
    """Where the cell stands in a table of its group's own (`build/<group>-faults.json`), and what came of it."""
    item.user_properties.append((_PLACE, json.dumps([row, column, outcome])))


@pytest.fixture
def fired(request: pytest.FixtureRequest) -> Iterator[Callable[[object], None]]:
    """To be called with the proof that the fault happened. A test whose fault did not happen proves nothing, and fails."""
    proofs: list[object] = []
    request.node.stash[_FIRED] = proofs
    yield proofs.append
    if not proofs or not all(proofs):
        pytest.fail("the fault did not fire", pytrace=False)


class _Matrix:
    """Collects the cells where the reports come together: in the process that prints, also with workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._cells: dict[str, Cell] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = next((value for name, value in report.user_properties if name == _CELL), None)
        if told is None:
            return
        group, name, level = json.loads(str(told))
        placed = next((value for name, value in report.user_properties if name == _PLACE), None)
        before = self._cells.get(report.nodeid)
        red = before.red if before is not None else ""
        if not report.passed and not red:
            red = f"{report.when}: {_reason(report)}"
        stands = None if placed is None else tuple(json.loads(str(placed)))
        self._cells[report.nodeid] = Cell(group, name, level, report.nodeid, red, stands)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        path = self._config.getoption("--faults")
        if path is None or hasattr(self._config, "workerinput"):
            return
        cells = sorted(self._cells.values(), key=lambda cell: (GROUPS.index(cell.group), cell.name, cell.level))
        write(path, cells)
        terminalreporter.section("what was broken on purpose")
        for group in GROUPS:
            for level in Level:
                those = [cell for cell in cells if (cell.group, cell.level) == (group, level.value)]
                if those:
                    green = sum(not cell.red for cell in those)
                    terminalreporter.write_line(f"{group:8} {level.value:9} {green:5} of {len(those):5} green")
        for cell in cells:
            if cell.place is None:
                terminalreporter.write_line(
                    f"{'RED  ' if cell.red else 'green'} {cell.group:8} {cell.level:9} {cell.name}"
                )
        for group in GROUPS:
            placed = [cell for cell in cells if cell.group == group and cell.place is not None]
            if placed:
                write(path.with_name(f"{group}-faults.json"), [cell for cell in cells if cell.group == group])
                terminalreporter.section(f"{group}: what came of it")
                for line in table(placed):
                    terminalreporter.write_line(line)


def table(cells: list[Cell]) -> list[str]:
    """Rows and columns in the order in which they come; an outcome by its first letter, in capitals where the cell is red."""
    rows: dict[str, dict[str, str]] = {}
    columns: dict[str, None] = {}
    outcomes: dict[str, None] = {}
    for cell in cells:
        if cell.place is not None:
            row, column, outcome = cell.place
            columns[column] = outcomes[outcome] = None
            rows.setdefault(row, {})[column] = outcome[0].upper() + "!" if cell.red else outcome[0]
    width = max(len(row) for row in rows)
    heads = [f"{number:2} {column}" for number, column in enumerate(columns, 1)]
    legend = ", ".join(f"{outcome[0]} {outcome}" for outcome in outcomes)
    lines = [
        *heads,
        f"{legend}; capitals with !: red",
        "",
        " " * width + "".join(f"{n:4}" for n in range(1, len(heads) + 1)),
    ]
    return lines + [
        f"{row:{width}}" + "".join(f"{found.get(c, ''):>4}" for c in columns) for row, found in rows.items()
    ]


def write(path: Path, cells: list[Cell]) -> None:
    """`{"cells": n, "green": n, "red": [...], "matrix": [...]}`; of each cell what was tried, at which level, by which test."""

    def row(cell: Cell) -> dict[str, str]:
        told = {"group": cell.group, "name": cell.name, "level": cell.level, "test": cell.test}
        return {**told, "why": cell.red} if cell.red else told

    red = [row(cell) for cell in cells if cell.red]
    content = {"cells": len(cells), "green": len(cells) - len(red), "red": red, "matrix": [row(cell) for cell in cells]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _reason(report: pytest.TestReport) -> str:
    if report.skipped:
        return "skipped"
    lines = [line for line in report.longreprtext.splitlines() if line.strip()]
    return lines[-1].strip()[:200] if lines else "failed"
