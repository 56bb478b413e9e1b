"""Where something can happen in an activation, and what: the cells of its fault matrix.

Nobody picks the points: `points.json` is what one undisturbed run of each story shows at its three borders (`python -m
tests.faults.activation.record` writes it anew, and `test_points.py` is red when a run shows others).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import Enum, unique
from pathlib import Path
from typing import Final, assert_never

FILE: Final = Path(__file__).with_name("points.json")


@unique
class Story(Enum):
    """What the person comes for."""

    ACTIVATE = "activates"
    LEAVE = "gives up"  # ends at the page of the PIN: the reservation is given back
    RESUME = "resumes"  # the card was torn in an earlier visit


@unique
class Border(Enum):
    """Between the kiosk and another one."""

    APDU = "apdu"  # the card
    MESSAGE = "message"  # central
    WRITE = "write"  # the journal on the disk


@unique
class What(Enum):
    """What happens there. `_AFTER`: once it was done (the command carried out, the request answered, the write durable)."""

    PULLED = "card pulled"
    PULLED_AFTER = "card pulled after"
    TORN = "card pulled inside"  # the PIN's try is counted, nothing is written
    OTHER = "other card"
    OTHER_AFTER = "other card after"
    KILLED = "kill -9"
    KILLED_AFTER = "kill -9 after"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    DUPLICATE = "duplicate"
    LATE = "late"
    ERROR = "5xx"  # of a card: 6F00
    FULL = "database full"


@dataclass(frozen=True, slots=True)
class Point:
    """The `nth` time in the story that this goes over the border: a command's head, an operation, a write."""

    story: Story
    border: Border
    name: str
    nth: int


@dataclass(frozen=True, slots=True)
class Cell:
    point: Point
    what: What

    def __str__(self) -> str:
        p = self.point
        return f"{p.story.value}: {p.border.value} {p.name} {p.nth}: {self.what.value}"


PIN_COMMANDS: Final = ("0020", "805E")
"""VERIFY and CHANGE, as far as their heads tell; one that brings no PIN (a probe) ends in `-`."""


def brings_a_pin(name: str) -> bool:
    return name.startswith(PIN_COMMANDS) and not name.endswith("-")


def possible(point: Point) -> tuple[What, ...]:
    """What can happen at such a border. A card's reader repeats nothing; only a card can be torn, only a disk be full."""
    match point.border:
        case Border.APDU:
            torn = (What.TORN,) if brings_a_pin(point.name) else ()
            return (
                What.PULLED,
                What.PULLED_AFTER,
                *torn,
                What.OTHER,
                What.OTHER_AFTER,
                What.KILLED,
                What.KILLED_AFTER,
                What.REQUEST_LOST,
                What.ANSWER_LOST,
                What.LATE,
                What.ERROR,
            )
        case Border.MESSAGE:
            return (
                What.PULLED,
                What.PULLED_AFTER,
                What.OTHER,
                What.OTHER_AFTER,
                What.KILLED,
                What.KILLED_AFTER,
                What.REQUEST_LOST,
                What.ANSWER_LOST,
                What.DUPLICATE,
                What.LATE,
                What.ERROR,
            )
        case Border.WRITE:
            return (
                What.PULLED,
                What.PULLED_AFTER,
                What.OTHER,
                What.OTHER_AFTER,
                What.KILLED,
                What.KILLED_AFTER,
                What.FULL,
            )
        case never:
            assert_never(never)


def points() -> tuple[Point, ...]:
    return tuple(
        Point(Story(row["story"]), Border(row["border"]), row["name"], row["nth"])
        for row in json.loads(FILE.read_text("utf-8"))
    )


def cells() -> Iterator[Cell]:
    """Every point with everything that can happen there. What two stories have in common is played in the first one: until the
    person gives up, or is asked for the new PIN, they differ in nothing."""
    every = points()
    first = {(p.border, p.name, p.nth) for p in every if p.story is Story.ACTIVATE}
    for point in every:
        match point.story:
            case Story.ACTIVATE:
                own = True
            case Story.LEAVE:
                own = (point.border, point.name, point.nth) not in first or point.name == "end_card_session"
            case Story.RESUME:
                own = point.border is not Border.APDU or brings_a_pin(point.name)
            case never:
                assert_never(never)
        if own:
            yield from (Cell(point, what) for what in possible(point))


def write(found: tuple[Point, ...]) -> None:
    rows = [{**asdict(point), "story": point.story.value, "border": point.border.value} for point in found]
    FILE.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n", "utf-8")
