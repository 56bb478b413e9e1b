"""The power goes at each step of taking a loss list: the old list or the new one, and never an older than was acknowledged."""

import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kiosk.store.losslist import LossVerdict, Took
from tests.disk import Call, Said, Synced, Tape, rebuild, record
from tests.kiosk.store.listed import NOW, code, made, opened

SCRIPT = Path(__file__).with_name("listed.py")
LISTS = 8


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Tape:
    scratch = tmp_path_factory.mktemp("tape")
    folder = scratch / "recorded"
    folder.mkdir()
    made_of = record([sys.executable, str(SCRIPT), str(folder), str(LISTS)], folder, scratch)
    assert (made_of.code, made_of.errors) == (0, "")
    return made_of


def broken(calls: Sequence[Call], left: Path, chance: random.Random) -> tuple[int, str]:
    """How many calls the cut took, and what does not hold after it."""
    waiting = rebuild(calls, left, chance)
    said = [json.loads(call.text) for call in calls if isinstance(call, Said)]
    begun = max((number for when, number in said if when == "begin"), default=0)
    done = max((number for when, number in said if when == "done"), default=0)
    losses = opened(left)
    number = losses.number
    if not done <= number <= begun:
        return waiting, f"list {number}, after {done} was acknowledged and {begun} begun"
    if number and losses.check(code(number), NOW) is not LossVerdict.LISTED:
        return waiting, "the list does not say what it said"
    if losses.take(made(LISTS + 1)) is not Took.TAKEN or opened(left).number != LISTS + 1:
        return waiting, "the next list is not taken"
    return waiting, ""


@pytest.mark.fault("machine", "power cut while a loss list is taken", level="boundary")
def test_no_acknowledged_list_is_missing_after_a_power_cut(
    tape: Tape, tmp_path: Path, fired: Callable[[object], None]
) -> None:
    took = 0
    for at in range(len(tape.calls) + 1):
        for seed in (1, 2):
            waiting, what = broken(tape.calls[:at], tmp_path / f"cut-{at}-{seed}", random.Random(1000 * at + seed))
            took += waiting
            assert what == "", (at, seed)
    fired(took)


def test_the_same_cuts_find_a_list_that_was_not_synced(tape: Tape, tmp_path: Path) -> None:
    """Proof that the cuts can find something."""
    calls = [call for call in tape.calls if not isinstance(call, Synced)]
    found = [broken(calls[:at], tmp_path / f"cut-{at}", random.Random(at))[1] for at in range(len(calls) + 1)]
    assert sum(bool(what) for what in found) > len(calls) / 4
