"""The matrix of faults is honest: green only when the test passed and the fault fired."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CASES = """
import pytest

@pytest.mark.fault("card", "fires and holds", level="real")
@pytest.mark.parametrize("n", [1, 2])
def test_holds(fired, n):
    fired(n)

@pytest.mark.fault("pcsc", "does not fire", level="boundary")
def test_silent(fired):
    pass

@pytest.mark.fault("pcsc", "fires not once", level="boundary")
def test_never(fired):
    fired(0)

@pytest.mark.fault("machine", "fires and breaks", level="unit")
def test_breaks(fired):
    fired(True)
    assert 1 == 2

def test_is_no_cell():
    pass
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_cell_whose_fault_did_not_fire_is_red(tmp_path: Path, workers: tuple[str, ...]) -> None:
    code, told = _played(tmp_path, CASES, *workers)
    assert code == pytest.ExitCode.TESTS_FAILED
    assert (told["cells"], told["green"]) == (5, 2)
    assert {(cell["group"], cell["name"]) for cell in told["red"]} == {
        ("pcsc", "does not fire"),
        ("pcsc", "fires not once"),
        ("machine", "fires and breaks"),
    }
    assert {cell["name"] for cell in told["matrix"] if cell["level"] == "real"} == {
        "fires and holds [1]",
        "fires and holds [2]",
    }


def test_a_cell_that_shows_no_proof_is_not_even_run(tmp_path: Path) -> None:
    case = 'import pytest\n@pytest.mark.fault("card", "no proof", level="real")\ndef test_a(): pass\n'
    code, _ = _played(tmp_path, case)
    assert code == pytest.ExitCode.USAGE_ERROR


def _played(folder: Path, text: str, *options: str) -> tuple[int, dict[str, Any]]:
    root = Path(__file__).resolve().parents[1]
    (folder / "test_case.py").write_text(text, "utf-8")
    told = folder / "faults.json"
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.cells", "-p", "xdist", "-p", "no:cacheprovider"),
            *(
                "-c",
                "/dev/null",
                "--rootdir",
                str(folder),
                "--faults",
                str(told),
                *options,
                str(folder / "test_case.py"),
            ),
        ],
        cwd=root,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return ended.returncode, json.loads(told.read_text("utf-8")) if told.exists() else {}
