"""The power goes while the device key is made or a loss list is taken: the old one or the new one, never a part of one."""

import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kiosk.store.device_key import DeviceKey, KeyFault, NoKey
from tests.disk import Call, Said, Synced, Tape, rebuild, record
from tests.kiosk.store.small_files import LISTS, key_of, known, losses

SCRIPT = Path(__file__).with_name("small_files.py")


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Tape:
    scratch = tmp_path_factory.mktemp("tape")
    folder = scratch / "recorded"
    folder.mkdir()
    tape = record([sys.executable, str(SCRIPT), str(folder)], folder, scratch)
    assert (tape.code, tape.errors) == (0, "")
    return tape


def broken(calls: Sequence[Call], folder: Path) -> str:
    """What does not hold when a kiosk starts with what is left in the folder; empty when all does."""
    said = [json.loads(call.text) for call in calls if isinstance(call, Said)]
    key = key_of(folder, make=False)
    if not said:
        return "" if isinstance(key, DeviceKey) or key.fault is KeyFault.UNREADABLE else f"half a key: {key.fault}"
    if isinstance(key, NoKey):
        return f"the key is gone: {key.fault}"
    if known(key) != said[0][2]:
        return "another key"
    done = max((number for when, what, number in said if (when, what) == ("done", "list")), default=0)
    begun = max((number for when, what, number in said if what == "list"), default=0)
    number = losses(folder, key).number
    return "" if done <= number <= begun else f"list {number} instead of {done} to {begun}"


@pytest.mark.fault("machine", "power cut while the device key is made or a loss list is taken", level="boundary")
def test_a_key_and_a_list_are_there_as_a_whole(tape: Tape, tmp_path: Path, fired: Callable[[object], None]) -> None:
    found, took = {}, 0
    for number in range(4 * len(tape.calls)):
        at = number % (len(tape.calls) + 1)
        folder = tmp_path / f"cut-{number}"
        took += rebuild(tape.calls[:at], folder, random.Random(number))
        why = broken(tape.calls[:at], folder)
        if why:
            found[number, at] = why
    assert found == {}
    assert sum(isinstance(call, Said) for call in tape.calls) == 1 + 2 * LISTS
    fired(took)


def test_the_same_cuts_find_a_list_that_is_not_synced(tape: Tape, tmp_path: Path) -> None:
    """Proof that they can: the same calls without those that sync."""
    calls = [call for call in tape.calls if not isinstance(call, Synced)]
    found = []
    for number in range(100):
        folder = tmp_path / f"cut-{number}"
        rebuild(calls, folder, random.Random(number))
        found.append(broken(calls, folder))
    assert sum(map(bool, found)) > 50
