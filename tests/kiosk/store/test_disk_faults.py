"""The disk is full, read-only or failing, or the kiosk is killed in a write: old row or new row, an OSError, and it goes on."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.disk import ROOT, Synced, Tape, Written
from tests.kiosk.store.served import CARDS
from tests.kiosk.store.test_power_cut import Promised, cut, tape_of

Fired = Callable[[object], None]
CRAMPED = Path(__file__).with_name("cramped.py")
SHORT = 13
"""Visits, among them a revocation and a broken file."""
LONGER = 24
"""Visits, among them a broken file, a restart, a purge and what comes after each."""


def on_small_disk(folder: Path, options: str, *argv: str) -> str:
    """What a program says that runs where `folder` is a file system of its own, which nobody else sees."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    mount = f'mount -t tmpfs -o {options} small "$1" && shift && exec "$@"'
    done = subprocess.run(
        ["unshare", "--mount", *user, "sh", "-ec", mount, "sh", str(folder), sys.executable, *argv],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.fault("machine", "the disk of recent data is full", level="real")
def test_a_full_disk_takes_nothing_away_and_is_survived(tmp_path: Path, fired: Fired) -> None:
    told = json.loads(on_small_disk(tmp_path, "size=600k", str(CRAMPED), str(tmp_path)))
    assert told["found"] == [True] * CARDS, "each card's last row that was kept"
    assert told["another chip"] == "None", "what cannot be counted is refused all the same"
    assert (told["revoked"], told["given after it"]) == ("OSError", False), "a card that is lost gets nothing"
    assert told["purged"] == "OSError"
    assert told["started on the full disk"] in ("None", "OSError")
    assert told["aside"] == 0, "a full disk is no broken file"
    assert told["after"] == [True] * (CARDS - 1)
    assert told["kept again"]
    fired(told["refused"] and told["filled"])


@pytest.mark.fault("machine", "the disk of recent data is read-only", level="boundary")
@pytest.mark.parametrize("error", ["EROFS", "EIO"])
def test_a_disk_that_refuses_every_write_from_some_moment_on_is_an_oserror(
    tmp_path: Path, error: str, fired: Fired
) -> None:
    """The program ends at the first one; what it held for done is there."""
    tape = tape_of(tmp_path, "FULL", SHORT, inject=[f"pwrite64:error={error}:when=60+"])
    assert tape.code == 1
    assert tape.errors.splitlines()[-1].startswith("OSError: cache.db: SQLite error"), tape.errors
    assert cut(tape, len(tape.calls), tmp_path / "left", 1, lose=0.0)[1] == []
    assert cut(tape, len(tape.calls), tmp_path / "cut", 1, lose=1.0)[1] == []
    fired(tape.count(Written))


@pytest.mark.fault("machine", "the disk of recent data cannot sync", level="boundary")
@pytest.mark.parametrize("nth", [2, 5, 10, 14])
def test_what_could_not_be_synced_is_not_held_for_done(tmp_path: Path, nth: int, fired: Fired) -> None:
    tape = tape_of(tmp_path, "FULL", SHORT, inject=[f"fsync:error=EIO:when={nth}"])
    assert tape.code == 1
    assert tape.errors.splitlines()[-1].startswith("OSError: "), tape.errors
    assert cut(tape, len(tape.calls), tmp_path / "cut", nth, lose=1.0)[1] == []
    fired(tape.count(Synced))


# --- kill -9 ----------------------------------------------------------------------------------------------------------


def everywhere(tape: Tape, tmp_path: Path) -> dict[int, list[str]]:
    """A kill -9 after each call: what was written is in the kernel's hands and stays."""
    broken = {}
    for at in range(len(tape.calls) + 1):
        _, what = cut(tape, at, tmp_path / f"kill-{at}", at, lose=0.0)
        if what:
            broken[at] = what
    return broken


@pytest.mark.fault("machine", "killed after each call to the disk of recent data", level="boundary")
def test_killed_after_each_call_it_holds_the_old_row_or_the_new(tmp_path: Path, fired: Fired) -> None:
    tape = tape_of(tmp_path, "FULL", SHORT)
    assert everywhere(tape, tmp_path) == {}
    fired(tape.count(Written) > 10 * SHORT)


def killed(tmp_path: Path, nth: int, visits: int) -> Tape:
    return tape_of(tmp_path, "FULL", visits, inject=[f"pwrite64:signal=KILL:when={nth}"])


def stands(tape: Tape, tmp_path: Path) -> None:
    """The files themselves, as the killed program left them."""
    assert tape.code in (-signal.SIGKILL, 128 + signal.SIGKILL)
    assert Promised.by(tape.calls).broken(tmp_path / "recorded") == []


@pytest.mark.fault("machine", "killed in a write of recent data", level="real")
@pytest.mark.parametrize("nth", random.Random(4).sample(range(1, 300), 5))
def test_killed_in_a_write_it_starts_again_with_what_was_done(tmp_path: Path, nth: int, fired: Fired) -> None:
    tape = killed(tmp_path, nth, LONGER)
    stands(tape, tmp_path)
    fired(tape.code)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.fault("machine", "killed in every fifth write of recent data", level="real")
def test_killed_in_every_fifth_write_it_starts_again_with_what_was_done(tmp_path: Path, fired: Fired) -> None:
    nth = 3
    runs = 0
    while True:
        folder = tmp_path / str(nth)
        folder.mkdir()
        tape = killed(folder, nth, SHORT)
        if tape.code == 0:
            break
        stands(tape, folder)
        nth, runs = nth + 5, runs + 1  # odd: a frame of the journal is two writes
    fired(runs > 2 * SHORT)
