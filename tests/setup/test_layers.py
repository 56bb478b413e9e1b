"""The import contracts of pyproject.toml hold, and each of them turns red when the arrow it forbids is drawn."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.setup.load import ROOT

LINT = Path(sys.executable).with_name("lint-imports")
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}
FORBIDDEN = [
    ("layers", "kiosk.model", "kiosk.masking"),
    ("layers", "kiosk.visit.step", "kiosk.central.contract"),
    ("layers", "kiosk.engine.engine", "kiosk.ui.text"),
    ("layers", "kiosk.ui.presenter", "kiosk.engine.card"),
    ("layers", "kiosk.run", "kiosk.sandbox"),
    ("drivers", "drivers.card.ssc", "kiosk.model"),
    ("visit", "kiosk.visit.step", "drivers.card.reader"),
    ("visit", "kiosk.visit.step", "time"),
    ("visit", "kiosk.visit.events", "threading"),
    ("visit", "kiosk.visit.events", "kivy"),
    ("records", "kiosk.central.contract", "drivers.device"),
    ("ui", "kiosk.ui.presenter", "kiosk.central.client"),
    ("ui", "kiosk.ui.presenter", "drivers.card.ssc"),
    ("pyscard", "drivers.card.watcher", "smartcard"),
    ("pyscard", "kiosk.engine.card", "smartcard"),
    ("kivy", "kiosk.ui.text", "kivy"),
    ("http", "kiosk.engine.central", "requests"),
    ("service", "kiosk.central.contract", "fastapi"),
    ("sql", "kiosk.engine.engine", "sqlalchemy"),
    ("sql", "kiosk.central.client", "sqlite3"),
    ("simulated", "kiosk.engine.card", "drivers.card.virtual"),
    ("simulated", "kiosk.ui.app", "tests"),
]
"""(contract, importing module, what it may not import)"""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINT), "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def copy(folder: Path) -> Path:
    for name in ("kiosk", "drivers"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def draw(folder: Path, module: str, line: str) -> None:
    with (folder / (module.replace(".", "/") + ".py")).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")


def broken(answer: str) -> dict[str, str]:
    """What is said of each broken contract, by its id."""
    _, _, details = answer.partition("Broken contracts\n")
    flat = re.sub(r"\s+", " ", details)
    found: dict[str, str] = {}
    starts = sorted((flat.find(name), contract) for contract, name in CONTRACTS.items() if name in flat)
    for (start, contract), (end, _) in zip(starts, [*starts[1:], (len(flat), "")], strict=True):
        found[contract] = flat[start:end]
    return found


@pytest.fixture(scope="module")
def all_drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = copy(tmp_path_factory.mktemp("drawn"))
    for _, module, forbidden in FORBIDDEN:
        draw(folder, module, f"import {forbidden}")
    return broken(lint(folder).stdout)


def test_every_contract_is_kept() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(("contract", "module", "forbidden"), FORBIDDEN)
def test_a_forbidden_arrow_is_seen(all_drawn: dict[str, str], contract: str, module: str, forbidden: str) -> None:
    assert f"{module} -> {forbidden} (l." in all_drawn[contract]


def test_every_contract_has_an_arrow_here() -> None:
    assert {contract for contract, _, _ in FORBIDDEN} == CONTRACTS.keys()


def test_an_arrow_that_is_hidden_in_a_function_is_seen(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    draw(folder, "kiosk.ui.app", "\ndef _later() -> None:\n    import kiosk.engine.engine")
    answer = lint(folder)
    assert answer.returncode == 1
    assert broken(answer.stdout).keys() == {"layers", "ui"}


def test_a_new_module_has_to_take_its_place_in_the_layers(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / "kiosk" / "newcomer.py").write_text("", encoding="utf-8")
    answer = lint(folder)
    assert answer.returncode == 1
    assert "kiosk.newcomer" in broken(answer.stdout)["layers"]


def test_the_kiosk_loads_nothing_of_the_simulated_world() -> None:
    program = "import sys, kiosk.cli, kiosk.run, kiosk.ui.app, kiosk.engine.engine; print(*sys.modules, sep='\\n')"
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    loaded = set(answer.stdout.split())
    assert {"kiosk.cli", "kiosk.run"} <= loaded
    simulated = re.compile(r"(kiosk\.sandbox|tests|fastapi|uvicorn|drivers\.card\.(virtual|vpcd|cardfile))(\.|$)")
    assert sorted(name for name in loaded if simulated.match(name)) == []
