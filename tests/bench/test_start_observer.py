"""The outside observer, with a screen that is only bytes and a program that only sleeps."""

from collections import Counter
from pathlib import Path

import pytest

from tests.bench.start_observer import Box, Known, NotSeen, Running, Subject, learn, living, turns, uniform, watch

BLANK, PAGE, PRESSED, ANSWER = b"\0\0\0\0" * 4, b"page" + b"\1" * 12, b"held" + b"\1" * 12, b"done" + b"\1" * 12


class Screen:
    """Shows pictures one look after the other, the last one for good; a tap lets it go on past `waits_at`."""

    def __init__(self, *pictures: bytes, waits_at: bytes = PAGE) -> None:
        self._pictures = list(pictures)
        self._waits_at = waits_at
        self.taps = 0

    def look(self, box: Box) -> bytes:
        now = self._pictures[0]
        if len(self._pictures) > 1 and (now != self._waits_at or self.taps):
            del self._pictures[0]
        return now

    def tap(self, x: int, y: int, hold: float) -> None:
        self.taps += 1


def subject(folder: Path, seconds: float = 60) -> Subject:
    return Subject("program", ("sleep", str(seconds)), {"PATH": "/usr/bin:/bin"}, (5, 5), Box(0, 0, 2, 2), folder)


def test_a_start_is_seen_when_the_page_stands_and_over_when_a_tap_is_answered(tmp_path: Path) -> None:
    screen = Screen(BLANK, BLANK, PAGE, PRESSED, PRESSED, ANSWER)
    with Running(subject(tmp_path)) as running:
        sighting = watch(running, subject(tmp_path), Known(PAGE, ANSWER), screen)
    assert 0 < sighting.seen < sighting.touchable
    assert sighting.taps == screen.taps >= 1


def test_a_page_that_changes_by_itself_is_no_answer(tmp_path: Path) -> None:
    screen = Screen(BLANK, PAGE, PRESSED, waits_at=b"")
    with Running(subject(tmp_path, 0.3)) as running, pytest.raises(NotSeen, match="answer to a tap"):
        watch(running, subject(tmp_path), Known(PAGE, ANSWER), screen)


def test_a_program_that_ends_is_not_waited_for(tmp_path: Path) -> None:
    with Running(subject(tmp_path, 0)) as running, pytest.raises(NotSeen, match="program ended before its first page"):
        watch(running, subject(tmp_path), Known(PAGE, ANSWER), Screen(BLANK))


def test_both_pictures_are_learned_once_they_stand_still(tmp_path: Path) -> None:
    white = b"\xff" * 16
    screen = Screen(BLANK, white, PAGE, PRESSED, ANSWER)
    with Running(subject(tmp_path)) as running:
        assert learn(running, subject(tmp_path), screen) == Known(PAGE, ANSWER)
    assert uniform(white) == white != uniform(PAGE)


def test_the_whole_group_is_gone_afterwards(tmp_path: Path) -> None:
    program = Subject(
        "group", ("sh", "-c", "sleep 60 & echo $!; wait"), {"PATH": "/bin"}, (0, 0), Box(0, 0, 1, 1), tmp_path
    )
    with Running(program) as running:
        while not running.log.read_text():
            assert not running.ended
        assert len(living(running.group)) == 2
    assert living(running.group) == []


def test_everybody_starts_equally_often_and_after_everybody() -> None:
    order = turns(["a", "b", "c"], 9)
    assert Counter(order) == {"a": 9, "b": 9, "c": 9}
    assert {order[n] for n in range(0, 27, 3)} == {"a", "b", "c"}
