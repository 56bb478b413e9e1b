"""The mutants fit the code as it is, and the runner tells one that is noticed from one that is not."""

import subprocess
from pathlib import Path

import pytest

from tests.mutant_rules import MUTANTS, Mutant
from tests.mutants import ROOT, Outcome, broken, main, play_all


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.rule)
def test_the_replacement_fits_its_file_once_and_leaves_python(mutant: Mutant) -> None:
    changed = broken((ROOT / mutant.file).read_text(encoding="utf-8"), mutant.edits)
    assert changed is not None
    compile(changed, mutant.file, "exec")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.rule)
def test_the_tests_that_must_notice_are_there(mutant: Mutant) -> None:
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8") or not name


def test_there_are_enough_rules_and_each_has_its_name() -> None:
    assert len({mutant.rule for mutant in MUTANTS}) == len(MUTANTS) >= 25


TEST = "tests/kiosk/test_rules.py"
RULE = "def twice(n: int) -> int:\n    return 2 * n\n"
WATCHED = "from rules import twice\n\n\ndef test_it() -> None:\n    assert twice(2) == 4\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree with one rule and one test, known to git."""
    (tmp_path / "rules.py").write_text(RULE)
    (tmp_path / TEST).parent.mkdir(parents=True)
    (tmp_path / TEST).write_text(WATCHED)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def small(old: str, new: str, test: str = TEST) -> Mutant:
    return Mutant("small", "rules.py", ((old, new),), (test,))


def test_the_runner_tells_what_became_of_a_mutant(tree: Path) -> None:
    mutants = (
        small("2 * n", "3 * n"),
        small("2 * n", "n + n"),  # the same in other words: nothing can notice
        small("4 * n", "3 * n"),
        small("2 * n", "3 * n", f"{TEST}::test_that_is_gone"),
    )
    outcomes = [result.outcome for result in play_all(mutants, tree)]
    assert outcomes == [Outcome.KILLED, Outcome.SURVIVED, Outcome.NO_FIT, Outcome.NO_TEST]
    assert (tree / "rules.py").read_text() == RULE


@pytest.mark.parametrize(
    ("mutant", "code", "said"),
    [
        (small("2 * n", "3 * n"), 0, "1 of 1 noticed"),
        (small("2 * n", "n + n"), 1, "SURVIVED"),
        (small("4 * n", "n"), 1, "NO LONGER FITS"),
        (small("2 * n", "3 * n", f"{TEST}::test_that_is_gone"), 1, "do not pass unbroken"),
    ],
)
def test_the_run_fails_unless_every_mutant_is_noticed(
    tree: Path, capsys: pytest.CaptureFixture[str], mutant: Mutant, code: int, said: str
) -> None:
    assert main([], (mutant,), tree) == code
    assert said in capsys.readouterr().out
    assert (tree / "rules.py").read_text() == RULE
