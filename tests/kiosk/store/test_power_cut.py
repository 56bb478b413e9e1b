"""The power goes at any moment, and the disk keeps of what was not synced what it likes: nothing acknowledged is missing."""

import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.disk import Call, Said, Synced, Tape, rebuild, record
from tests.kiosk.store.served import CARDS, content, keep, opened, read, time

SCRIPT = Path(__file__).with_name("served.py")
VISITS = 50
CUTS = 200


def tape_of(tmp_path: Path, synchronous: str, visits: int = VISITS, inject: Sequence[str] = ()) -> Tape:
    folder = tmp_path / "recorded"
    folder.mkdir()
    argv = [sys.executable, str(SCRIPT), str(folder), synchronous, str(visits)]
    return record(argv, folder, tmp_path, inject=inject)


@dataclass
class Promised:
    """What a reader may find after `calls`: of each card the visits whose content it may hold, None for no row."""

    cards: list[set[int | None]] = field(default_factory=lambda: [{None} for _ in range(CARDS)])
    clock: int = 0
    done: int = 0
    spoilt: bool = False

    @classmethod
    def by(cls, calls: Sequence[Call]) -> "Promised":
        it = cls()
        for call in calls:
            if isinstance(call, Said):
                it._hear(*json.loads(call.text))
        return it

    def _hear(self, when: str, what: str, card: int, visit: int) -> None:
        if what == "spoil":
            self.spoilt, self.clock = True, 0
        touched = self.cards if what in ("purge", "spoil") else [self.cards[card]] if what in ("keep", "revoke") else []
        after = visit if what == "keep" else None
        for one in touched:
            if when == "done":
                one.clear()
            one.add(after)
        if when == "done":
            self.done += 1
            if what in ("keep", "clock"):
                self.clock = time(visit)

    def broken(self, folder: Path) -> list[str]:
        """Opens what is left in the folder, as a kiosk that starts. What of the promises does not hold."""
        found = []
        cache = opened(folder)
        try:
            now = time(VISITS)
            for card, allowed in enumerate(self.cards):
                got = read(cache, card, now)
                if got not in [None if visit is None else content(visit) for visit in allowed]:
                    found.append(f"card {card}: {'nothing' if got is None else got[:9]!r} instead of {allowed}")
            if cache.clock_mark < self.clock:
                found.append("the clock's mark is lower")
            status = cache.status()
            if self.done and (status.not_opened or (status.files_set_aside and not self.spoilt)):
                found.append("the file was broken")
            keep(cache, 0, VISITS)
            if read(cache, 0, now) != content(VISITS):
                found.append("the next visit is not kept")
        finally:
            cache.close()
        return found


def cut(tape: Tape, at: int, folder: Path, seed: int, lose: float | None = None) -> tuple[int, list[str]]:
    """How many calls the cut took, and what it broke."""
    folder.mkdir()
    waiting = rebuild(tape.calls[:at], folder / "left", random.Random(seed), lose=lose)
    return waiting, Promised.by(tape.calls[:at]).broken(folder / "left")


@pytest.mark.fault("machine", "power cut while recent data is written", level="boundary")
def test_nothing_acknowledged_is_missing_after_a_power_cut(tmp_path: Path, fired: object) -> None:
    tape = tape_of(tmp_path, "FULL")
    assert (tape.code, tape.errors) == (0, "")
    assert tape.count(Synced) > VISITS
    chance = random.Random(20_251_122)
    points = [chance.randrange(len(tape.calls) + 1) for _ in range(CUTS)]
    took, broken = 0, {}
    for number, at in enumerate(points):
        waiting, what = cut(tape, at, tmp_path / f"cut-{number}", number)
        took += waiting
        if what:
            broken[number, at] = what
    assert broken == {}
    fired(took)  # type: ignore[operator]


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_the_same_cuts_lose_what_was_acknowledged_where_the_file_is_not_synced(
    tmp_path: Path, synchronous: str
) -> None:
    """Proof that the cuts can find something: SQLite's weaker settings promise less, and these points show it."""
    tape = tape_of(tmp_path, synchronous)
    assert tape.code == 0
    chance = random.Random(20_251_122)
    lost = sum(bool(cut(tape, chance.randrange(len(tape.calls) + 1), tmp_path / f"cut-{n}", n)[1]) for n in range(40))
    assert lost > 10
