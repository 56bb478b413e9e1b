"""Swaps and removals: nothing of one card reaches another, and a card that is out ends the visit."""

# mypy: disable-error-code="comparison-overlap, unreachable"
# A scene's state changes between two looks; mypy takes the first look for the second.

from dataclasses import replace

import pytest

from drivers.card.states import (
    PinTries,
    PinVerified,
)
from kiosk.visit.effects import (
    EndVisit,
    ReadCard,
)
from kiosk.visit.events import CardIdentified, Event, OverviewArrived, PinAnswered, PinProbed, SessionOpened
from kiosk.visit.failures import Failure
from kiosk.visit.states import (
    CardFacts,
    Idle,
    Reading,
    Record,
    Screen,
)
from tests.kiosk.visit.samples import AREA, Scene, overview, reply


def _stages() -> dict[str, Scene]:
    def read() -> Scene:
        scene = Scene()
        scene.insert()
        scene.identified()
        return scene

    def failed() -> Scene:
        scene = read()
        scene.wait(1.0)
        scene.unusable(Failure.CARD_FAULTY)
        return scene

    return {
        "reading": read(),
        "failure": failed(),
        "pin": Scene().to_pin_pad(),
        "verifying": Scene().to_verifying(),
        "opening": Scene().to_opening(),
        "record": Scene().to_record(),
    }


@pytest.mark.parametrize("stage", list(_stages()))
def test_a_swapped_card_starts_anew_and_gets_nothing_of_the_first(stage: str) -> None:
    scene = _stages()[stage]
    late: list[Event] = [
        CardIdentified(scene.now, 1, 1, CardFacts(AREA, False)),
        PinProbed(scene.now, 1, 1, PinTries(3)),
        SessionOpened(scene.now, 1, 1, reply(0)),
        PinAnswered(scene.now, 1, 1, PinVerified()),
        OverviewArrived(scene.now, 1, 1, overview(0), True),
    ]
    effects = scene.insert()
    assert effects == (ReadCard(2, 2),) if stage == "failure" else (EndVisit(1, 1), ReadCard(2, 2))
    for event in late:
        assert scene.send(event) == ()
    assert scene.state == Reading(2, 2, scene.now)


@pytest.mark.parametrize("stage", list(_stages()))
def test_the_card_s_removal_ends_the_visit_at_once(stage: str) -> None:
    scene = _stages()[stage]
    effects = scene.remove()
    assert effects == (() if stage == "failure" else (EndVisit(1, 1),))
    assert scene.state == Idle()
    assert scene.model.world.slot is None


def test_the_same_card_in_again_is_a_new_visit() -> None:
    scene = Scene().to_record()
    scene.remove()
    assert scene.insert() == (ReadCard(2, 2),)
    scene.send(OverviewArrived(scene.now, 1, 1, overview(0), True))
    assert scene.screen is Screen.READING


def test_the_first_resident_s_overview_never_opens_for_the_second() -> None:
    """Same name, same answers to reset: only visit and insertion tell them apart."""
    scene = Scene().to_opening()
    scene.remove()
    scene.person = 1
    scene.to_opening()
    first = OverviewArrived(scene.now, 1, 1, overview(0), True)
    assert scene.send(first) == ()
    assert scene.send(replace(first, visit=2)) == ()
    assert scene.send(replace(first, insertion=2)) == ()
    assert scene.screen is Screen.OPENING
    scene.overview(overview(1))
    assert isinstance(scene.state, Record)
    assert scene.state.overview == overview(1)


def test_a_card_told_twice_is_one_visit() -> None:
    scene = Scene()
    scene.insert()
    scene.insertion -= 1
    assert scene.insert() == ()
    assert scene.model.visits == 1


def test_a_removal_of_an_older_card_ends_nothing() -> None:
    scene = Scene().to_record()
    scene.insertion -= 1
    assert scene.remove() == ()
    assert isinstance(scene.state, Record)


def test_a_card_that_stops_answering_ends_the_pin_page_and_the_record() -> None:
    scene = Scene().to_pin_pad()
    assert scene.unusable(Failure.CARD_FAULTY) == (EndVisit(1, 1),)
    assert scene.failure() is Failure.CARD_FAULTY
    record = Scene().to_record()
    assert record.unusable(Failure.CARD_FAULTY) == (EndVisit(1, 1),)
    assert record.failure() is Failure.CARD_FAULTY
