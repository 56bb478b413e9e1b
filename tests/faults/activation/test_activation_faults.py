"""The fault matrix of an activation: at every command of the card, message to central and write of the journal all that can
happen there. The real stack: pcscd, HTTPS with certificates of both sides, the journal on a disk, a process that is killed.

Whatever happened, when the kiosk runs again and the card is in again, card, central and journal agree on one end of the table.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pytest

from tests.cells import place
from tests.faults.activation.points import Border, Cell, Story, cells, points
from tests.faults.activation.record import recorded
from tests.faults.activation.stand import Stand
from tests.faults.activation.stories import play

GROUPS: Final = 3
"""Worlds side by side; most of a cell is waiting."""
SEED: Final = 707
ALWAYS: Final = 7
"""Cells of every run; the others are `make faults`'."""


def _cells() -> Iterator[object]:
    every = tuple(cells())
    always = set(random.Random(SEED).sample(range(len(every)), ALWAYS))
    for position, cell in enumerate(every):
        if position in always:
            marks = [pytest.mark.xdist_group("always")]
        else:
            marks = [pytest.mark.long, pytest.mark.xdist_group(str(position % GROUPS))]
        yield pytest.param(cell, id=str(cell), marks=marks)


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with Stand(tmp_path_factory.mktemp("activation")) as stand:
        yield stand


@pytest.mark.xdist_group("always")
@pytest.mark.parametrize("story", list(Story), ids=lambda story: story.value)
def test_the_points_are_those_of_an_undisturbed_run(stand: Stand, story: Story) -> None:
    """Else `python -m tests.faults.activation.record` writes them anew. A message may go out once more than it did then, or once
    less: what is delivered in the background, by whoever comes first. What is gone for good is missing in a second run, too."""
    known = {point for point in points() if point.story is story}
    found = set(recorded(stand, story))
    if known - found:
        found |= set(recorded(stand, story))
    assert not (missing := known - found), f"not crossed any more: {missing}"
    more = {point for point in found - known if point.border is Border.APDU or replace(point, nth=1) not in known}
    assert not more, f"crossed now: {more}"


@pytest.mark.fault("activation", "transaction", level="real")
@pytest.mark.parametrize("cell", tuple(_cells()))
def test_both_sides_agree_afterwards(
    stand: Stand, cell: Cell, fired: Callable[[object], None], request: pytest.FixtureRequest
) -> None:
    outcome = play(stand, cell)
    fired(stand.fired)
    point = cell.point
    end = "no end" if outcome.end is None else outcome.end.value
    place(request.node, f"{point.story.value}: {point.border.value} {point.name} {point.nth}", cell.what.value, end)
    assert not outcome.wrong, f"{'; '.join(outcome.wrong)} (after the fault: {outcome.after}; {outcome.visits} visits)"
