"""The power goes at any moment of an activation, or the disk refuses: what the journal held for done is there."""

import json
import random
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.store.transaction import JournalUnusable
from tests.disk import Call, Said, Synced, Tape, Written, rebuild, record
from tests.kiosk.store.journalled import CARDS, State, found, opened, steps, write
from tests.kiosk.store.test_disk_faults import on_small_disk

Fired = Callable[[object], None]
SCRIPT = Path(__file__).with_name("journalled.py")
CRAMPED = Path(__file__).with_name("journal_cramped.py")
ACTIVATIONS = 24
SHORT = 5
CUTS = 200
NEXT = 400
"""An activation that none of the recorded ones is."""


def tape_of(tmp_path: Path, synchronous: str, count: int = ACTIVATIONS, inject: Sequence[str] = ()) -> Tape:
    folder = tmp_path / "recorded"
    folder.mkdir()
    return record([sys.executable, str(SCRIPT), str(folder), synchronous, str(count)], folder, tmp_path, inject=inject)


@dataclass
class Promised:
    """What a reader may find after `calls`: of each card the states that its newest transaction may have."""

    cards: list[list[State]] = field(default_factory=lambda: [[None] for _ in range(CARDS)])

    @classmethod
    def by(cls, calls: Sequence[Call]) -> "Promised":
        it = cls()
        for call in calls:
            if isinstance(call, Said):
                when, card, state = json.loads(call.text)
                it.cards[card] = [state] if when == "done" else [*it.cards[card], state]
        return it

    def broken(self, folder: Path) -> list[str]:
        """Opens what is left in the folder, as a kiosk that starts. What of the promises does not hold."""
        wrong = []
        journal = opened(folder)
        for card, allowed in enumerate(self.cards):
            state = found(journal, card)
            if state not in allowed:
                wrong.append(f"card {card}: {state} instead of {allowed}")
        unfinished = [card for card in range(CARDS) if (state := found(journal, card)) and state[3] is None]
        if len(journal.pending()) != len(unfinished):
            wrong.append("the open ones are others")
        if 0 not in unfinished:
            for what, after in steps(NEXT):
                write(journal, 0, NEXT, what)
                if found(journal, 0) != after:
                    wrong.append("the next activation is not journalled")
        journal.close_file()
        return wrong


def cut(tape: Tape, at: int, folder: Path, seed: int, lose: float | None = None) -> tuple[int, list[str]]:
    """How many calls the cut took, and what it broke."""
    folder.mkdir()
    waiting = rebuild(tape.calls[:at], folder / "left", random.Random(seed), lose=lose)
    return waiting, Promised.by(tape.calls[:at]).broken(folder / "left")


@pytest.mark.fault("machine", "power cut while an activation is journalled", level="boundary")
def test_nothing_acknowledged_is_missing_after_a_power_cut(tmp_path: Path, fired: Fired) -> None:
    tape = tape_of(tmp_path, "FULL")
    assert (tape.code, tape.errors) == (0, "")
    assert tape.count(Synced) > 3 * ACTIVATIONS
    chance = random.Random(20_261_122)
    took, broken = 0, {}
    for number in range(CUTS):
        at = chance.randrange(len(tape.calls) + 1)
        waiting, what = cut(tape, at, tmp_path / f"cut-{number}", number)
        took += waiting
        if what:
            broken[number, at] = what
    assert broken == {}
    fired(took)


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_the_same_cuts_lose_what_was_acknowledged_where_the_file_is_not_synced(
    tmp_path: Path, synchronous: str
) -> None:
    """Proof that the cuts can find something."""
    tape = tape_of(tmp_path, synchronous)
    assert tape.code == 0
    chance = random.Random(20_261_122)
    lost = 0
    for number in range(40):
        folder = tmp_path / f"cut-{number}"
        try:
            lost += bool(cut(tape, chance.randrange(len(tape.calls) + 1), folder, number)[1])
        except JournalUnusable:
            lost += 1
    assert lost > 10


@pytest.mark.fault("machine", "killed after each call to the journal's disk", level="boundary")
def test_killed_after_each_call_it_holds_the_step_before_or_after(tmp_path: Path, fired: Fired) -> None:
    tape = tape_of(tmp_path, "FULL", SHORT)
    broken = {}
    for at in range(len(tape.calls) + 1):
        _, what = cut(tape, at, tmp_path / f"kill-{at}", at, lose=0.0)
        if what:
            broken[at] = what
    assert broken == {}
    fired(tape.count(Written))


@pytest.mark.fault("machine", "killed in a write of the journal", level="real")
@pytest.mark.parametrize("nth", random.Random(5).sample(range(1, 120), 4))
def test_killed_in_a_write_it_starts_again_with_what_was_done(tmp_path: Path, nth: int, fired: Fired) -> None:
    tape = tape_of(tmp_path, "FULL", inject=[f"pwrite64:signal=KILL:when={nth}"])
    assert tape.code in (-signal.SIGKILL, 128 + signal.SIGKILL)
    assert Promised.by(tape.calls).broken(tmp_path / "recorded") == []
    fired(tape.code)


@pytest.mark.fault("machine", "the journal's disk is read-only or fails", level="boundary")
@pytest.mark.parametrize("error", ["EROFS", "EIO", "ENOSPC"])
def test_a_disk_that_refuses_every_write_makes_the_journal_unusable(tmp_path: Path, error: str, fired: Fired) -> None:
    """The program ends at the first one; what it held for done is there."""
    tape = tape_of(tmp_path, "FULL", SHORT, inject=[f"pwrite64:error={error}:when=40+"])
    assert tape.code == 1
    assert "JournalUnusable: journal.db: SQLite error" in tape.errors.splitlines()[-1], tape.errors
    assert cut(tape, len(tape.calls), tmp_path / "left", 1, lose=0.0)[1] == []
    assert cut(tape, len(tape.calls), tmp_path / "cut", 1, lose=1.0)[1] == []
    fired(tape.count(Written))


@pytest.mark.fault("machine", "the journal's disk cannot sync", level="boundary")
@pytest.mark.parametrize("nth", [2, 5, 10, 14])
def test_what_could_not_be_synced_is_not_held_for_done(tmp_path: Path, nth: int, fired: Fired) -> None:
    tape = tape_of(tmp_path, "FULL", SHORT, inject=[f"fsync:error=EIO:when={nth}"])
    assert tape.code == 1
    assert "JournalUnusable: " in tape.errors.splitlines()[-1], tape.errors
    assert cut(tape, len(tape.calls), tmp_path / "cut", nth, lose=1.0)[1] == []
    fired(tape.count(Synced))


@pytest.mark.fault("machine", "the journal's disk is full", level="real")
def test_on_a_full_disk_nothing_is_begun_and_what_was_done_stays(tmp_path: Path, fired: Fired) -> None:
    told = json.loads(on_small_disk(tmp_path, "size=600k", str(CRAMPED), str(tmp_path)))
    assert told["refused"] > 0
    assert told["as it was"], "what was held for done is there, while the disk is full"
    assert told["after"], "and when there is room again"
    assert told["goes on"]
    fired(told["filled"])
