"""The power goes at any moment of a chain, or the disk refuses: no line that was held for written is missing, and what is there
is sound from the first key on."""

import json
import random
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.store.audit import Sound
from kiosk.store.auditfile import AuditUnwritable
from tests.disk import Call, Said, Synced, Tape, Written, rebuild, record
from tests.kiosk.store.audited import entry, opened
from tests.kiosk.store.test_disk_faults import on_small_disk

Fired = Callable[[object], None]
SCRIPT = Path(__file__).with_name("audited.py")
CRAMPED = Path(__file__).with_name("audit_cramped.py")
WRITES = 34
SHORT = 9
CUTS = 50


def tape_of(tmp_path: Path, synchronous: str, count: int = WRITES, inject: Sequence[str] = ()) -> Tape:
    folder = tmp_path / "recorded"
    folder.mkdir()
    return record([sys.executable, str(SCRIPT), str(folder), synchronous, str(count)], folder, tmp_path, inject=inject)


@dataclass
class Promised:
    """What a reader may find after `calls`: at least `done` lines, at most `begun`, and the last that is done is this one."""

    key: bytes | None = None
    done: int = 0
    mac: str = ""
    begun: int = 1

    @classmethod
    def by(cls, calls: Sequence[Call]) -> "Promised":
        it = cls()
        for call in calls:
            if isinstance(call, Said):
                match json.loads(call.text):
                    case ["key", key]:
                        it.key = bytes.fromhex(key)
                    case ["begin", number]:
                        it.begun = number
                    case ["done", number, mac]:
                        it.done = it.begun = number
                        it.mac = mac
                    case other:
                        raise AssertionError(other)
        return it

    def broken(self, folder: Path) -> list[str]:
        """Opens what is left in the folder, as a kiosk that starts. What of the promises does not hold."""
        wrong = []
        chain = opened(folder)
        try:
            said = chain.verify(self.key)
            if not isinstance(said, Sound) or not (said.macs or self.key is None):
                return [f"{said}"]
            if not max(1, self.done) <= said.last <= max(1, self.begun):
                wrong.append(f"{said.last} lines, not {self.done} to {self.begun}")
            found = chain.mac_at(self.done) if self.done else None
            if self.done and (found is None or found.hex() != self.mac):
                wrong.append(f"line {self.done} is another")
            if chain.append([entry(900)]).length != said.last + 1 or not isinstance(chain.verify(self.key), Sound):
                wrong.append("the next line is not written")
        finally:
            chain.close_file()
        return wrong


def cut(tape: Tape, at: int, folder: Path, seed: int, lose: float | None = None) -> tuple[int, list[str]]:
    """How many calls the cut took, and what it broke."""
    folder.mkdir()
    waiting = rebuild(tape.calls[:at], folder / "left", random.Random(seed), lose=lose)
    return waiting, Promised.by(tape.calls[:at]).broken(folder / "left")


def cut_at_random(tmp_path: Path, cuts: int) -> tuple[int, dict[tuple[int, int], list[str]]]:
    tape = tape_of(tmp_path, "FULL")
    assert (tape.code, tape.errors) == (0, "")
    assert tape.count(Synced) > WRITES
    chance = random.Random(20_271_122)
    took, broken = 0, {}
    for number in range(cuts):
        at = chance.randrange(len(tape.calls) + 1)
        waiting, what = cut(tape, at, tmp_path / f"cut-{number}", number)
        took += waiting
        if what:
            broken[number, at] = what
    return took, broken


@pytest.mark.fault("machine", "power cut while an audit line is written", level="boundary")
def test_no_line_that_was_written_is_missing_after_a_power_cut(tmp_path: Path, fired: Fired) -> None:
    took, broken = cut_at_random(tmp_path, CUTS)
    assert broken == {}
    fired(took)


@pytest.mark.long
@pytest.mark.fault("machine", "power cut while an audit line is written, at many moments", level="boundary")
def test_no_line_is_missing_after_a_power_cut_at_many_moments(tmp_path: Path, fired: Fired) -> None:
    took, broken = cut_at_random(tmp_path, 600)
    assert broken == {}
    fired(took)


def test_the_same_cuts_lose_lines_where_the_file_is_not_synced(tmp_path: Path) -> None:
    """Proof that the cuts can find something."""
    tape = tape_of(tmp_path, "OFF")
    assert tape.code == 0
    chance = random.Random(20_271_122)
    lost = 0
    for number in range(20):
        try:
            lost += bool(cut(tape, chance.randrange(len(tape.calls) + 1), tmp_path / f"cut-{number}", number)[1])
        except AuditUnwritable:
            lost += 1
    assert lost > 5


def killed_after(tmp_path: Path, every: int) -> Tape:
    tape = tape_of(tmp_path, "FULL", SHORT)
    broken = {}
    for at in range(0, len(tape.calls) + 1, every):
        _, what = cut(tape, at, tmp_path / f"kill-{at}", at, lose=0.0)
        if what:
            broken[at] = what
    assert broken == {}
    return tape


@pytest.mark.fault("machine", "killed between calls to the audit chain's disk", level="boundary")
def test_killed_between_two_calls_the_chain_is_sound(tmp_path: Path, fired: Fired) -> None:
    fired(killed_after(tmp_path, 5).count(Written))


@pytest.mark.long
@pytest.mark.fault("machine", "killed after each call to the audit chain's disk", level="boundary")
def test_killed_after_each_call_the_chain_is_sound(tmp_path: Path, fired: Fired) -> None:
    fired(killed_after(tmp_path, 1).count(Written))


@pytest.mark.fault("machine", "killed in a write of the audit chain", level="real")
@pytest.mark.parametrize("nth", random.Random(5).sample(range(1, 90), 2))
def test_killed_in_a_write_it_starts_again_with_what_was_written(tmp_path: Path, nth: int, fired: Fired) -> None:
    tape = tape_of(tmp_path, "FULL", inject=[f"pwrite64:signal=KILL:when={nth}"])
    assert tape.code in (-signal.SIGKILL, 128 + signal.SIGKILL)
    assert Promised.by(tape.calls).broken(tmp_path / "recorded") == []
    fired(tape.code)


@pytest.mark.fault("machine", "the audit chain's disk is read-only or fails", level="boundary")
@pytest.mark.parametrize("error", ["EROFS", "EIO", "ENOSPC"])
def test_a_disk_that_refuses_every_write_makes_the_chain_unwritable(tmp_path: Path, error: str, fired: Fired) -> None:
    """The program ends at the first one; what it held for written is there."""
    tape = tape_of(tmp_path, "FULL", SHORT, inject=[f"pwrite64:error={error}:when=30+"])
    assert tape.code == 1
    assert "AuditUnwritable: audit.db: SQLite error" in tape.errors.splitlines()[-1], tape.errors
    assert cut(tape, len(tape.calls), tmp_path / "left", 1, lose=0.0)[1] == []
    assert cut(tape, len(tape.calls), tmp_path / "cut", 1, lose=1.0)[1] == []
    fired(tape.count(Written))


@pytest.mark.fault("machine", "the audit chain's disk cannot sync", level="boundary")
@pytest.mark.parametrize("nth", [5, 12])
def test_what_could_not_be_synced_is_not_held_for_written(tmp_path: Path, nth: int, fired: Fired) -> None:
    tape = tape_of(tmp_path, "FULL", SHORT, inject=[f"fsync:error=EIO:when={nth}"])
    assert tape.code == 1
    assert "AuditUnwritable: " in tape.errors.splitlines()[-1], tape.errors
    assert cut(tape, len(tape.calls), tmp_path / "cut", nth, lose=1.0)[1] == []
    fired(tape.count(Synced))


@pytest.mark.fault("machine", "the audit chain's disk is full", level="real")
def test_on_a_full_disk_no_line_is_held_for_written_and_none_is_lost(tmp_path: Path, fired: Fired) -> None:
    told = json.loads(on_small_disk(tmp_path, "size=600k", str(CRAMPED), str(tmp_path)))
    assert told["refused"] > 0
    assert told["as it was"], "all that was held for written is there, while the disk is full"
    assert told["sound"], "and when there is room again"
    assert told["goes on"]
    fired(told["filled"])
