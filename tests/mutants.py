"""Named rules, broken one at a time: each must make a test fail.

`python -m tests.mutants [part of a name …]` copies the tree to a temporary directory (the work tree is never touched), shows
that the chosen tests pass there, then breaks one rule after another by exact replacement and runs the smallest set of tests that
must notice. It prints a table and ends with 1 when a mutant survives, a replacement no longer fits, or the tests fail unbroken.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, unique
from importlib.util import cache_from_source
from pathlib import Path

from tests.mutant_rules import MUTANTS, Edit, Mutant

ROOT = Path(__file__).resolve().parents[1]

HANG_SECONDS = 20
"""A test that takes so long in a broken tree has noticed."""

LIMIT_SECONDS = 240
"""For the worst: tests that cannot even be stopped."""

WORKERS = 2


@unique
class Outcome(Enum):
    KILLED = "killed"
    SURVIVED = "SURVIVED"
    NO_FIT = "NO LONGER FITS"
    NO_TEST = "NO SUCH TEST"


@dataclass(frozen=True, slots=True)
class Result:
    mutant: Mutant
    outcome: Outcome
    seconds: float


def broken(source: str, edits: Sequence[Edit]) -> str | None:
    """The source with every edit made; None when one does not fit exactly once."""
    for old, new in edits:
        if source.count(old) != 1:
            return None
        source = source.replace(old, new)
    return source


def copy_tree(root: Path, to: Path) -> None:
    """What git knows or would add, without what is made. Fonts are large and only read: linked."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source, target = root / name, to / name
        if not name or not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.startswith("assets/fonts/"):
            target.symlink_to(source)
        else:
            shutil.copy2(source, target)


def run_tests(tree: Path, tests: Sequence[str], *, stop: bool = True) -> int:
    """pytest's exit code in `tree`: 0 all passed, 1 some failed, 4 or 5 no such test. A hang counts as failed.

    Only what these tests need is loaded: a run is mostly pytest's own start.
    """
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider"]
    if (tree / "tests" / "cells.py").exists():  # the mark of the fault matrix
        command += ["-p", "tests.cells"]
    command += ["-p", "xdist", "-p", "pytest_timeout", "-o", f"timeout={HANG_SECONDS}"]
    command += ["--confcutdir=tests/kiosk", *(["-x"] if stop else []), *tests]
    process = subprocess.Popen(
        command,
        cwd=tree,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(tree)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return 1
    if not stop and process.returncode:
        print(said)
    return process.returncode


def write(path: Path, source: str) -> None:
    """And forget what was compiled of it: Python would take a file of the same size and second for the same."""
    path.write_text(source, encoding="utf-8")
    Path(cache_from_source(path)).unlink(missing_ok=True)


def play(mutant: Mutant, tree: Path) -> Result:
    """Break the rule in `tree`, run its tests, mend it again."""
    began = time.monotonic()
    path = tree / mutant.file
    source = path.read_text(encoding="utf-8") if path.is_file() else ""
    changed = broken(source, mutant.edits)
    if changed is None:
        return Result(mutant, Outcome.NO_FIT, 0.0)
    write(path, changed)
    try:
        code = run_tests(tree, mutant.tests)
    finally:
        write(path, source)
    outcome = {0: Outcome.SURVIVED, 1: Outcome.KILLED}.get(code, Outcome.NO_TEST)
    return Result(mutant, outcome, time.monotonic() - began)


def play_all(mutants: Sequence[Mutant], tree: Path) -> list[Result]:
    """In `tree` and a copy of it, side by side. Results in the order of `mutants`."""
    free = [tree]
    for number in range(1, WORKERS):
        free.append(shutil.copytree(tree, tree.with_name(f"{tree.name}-{number}"), symlinks=True))

    def one(mutant: Mutant) -> Result:
        mine = free.pop()
        try:
            return play(mutant, mine)
        finally:
            free.append(mine)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, mutants))


def main(arguments: Sequence[str], mutants: Sequence[Mutant] = MUTANTS, root: Path = ROOT) -> int:
    chosen = [m for m in mutants if not arguments or any(part in m.rule for part in arguments)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder) / "tree"
        copy_tree(root, tree)
        # A test that fails anyway, or is not there, notices nothing.
        tests = sorted({test for m in chosen for test in m.tests})
        if not tests or run_tests(tree, tests, stop=False) != 0:
            print("nothing to break, or its tests do not pass unbroken")
            return 1
        results = play_all(chosen, tree)
    width = max(len(r.mutant.rule) for r in results)
    for r in results:
        print(f"{r.mutant.rule:<{width}}  {r.outcome.value:<14}  {r.seconds:5.1f} s  {r.mutant.file}")
    killed = sum(r.outcome is Outcome.KILLED for r in results)
    print(f"{killed} of {len(results)} noticed, {time.monotonic() - began:.0f} s")
    return 0 if killed == len(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
