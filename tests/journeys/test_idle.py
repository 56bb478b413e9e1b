"""Nobody is there any more: the question, the countdown, the end, and the card that was left in."""

import time
from collections.abc import Callable, Iterator

import pytest

from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from tests.journeys.driver import Kiosk

TIMES = {
    "page_idle": 10,
    "page_idle_slow": 10,
    "pin_idle": 10,
    "question": 6,
    "question_slow": 6,
    "failure_page": 10,
    "take_card_louder": 5,
    "take_card_notice": 10,
}


@pytest.fixture(scope="module")
def kiosk(world: World, display: str) -> Iterator[Kiosk]:
    with Kiosk.start(world=world, display=display, times=TIMES) as kiosk:
        yield kiosk


@pytest.mark.fault("people", "the visitor leaves in the middle and forgets the card", level="real")
def test_an_open_record_asks_hides_ends_and_reminds_of_the_card(walk: Walk, fired: Callable[[object], None]) -> None:
    walk.to_home("jinan-2-0")
    question = walk.kiosk.wait_screen("still-there", 14)
    assert not any("测*甲" in text or "1059" in text for text in question.texts)
    walk.kiosk.tap("stay")
    home = walk.kiosk.wait_screen("home")
    assert any("测*甲" in text for text in home.texts)
    walk.kiosk.wait_screen("still-there", 14)
    asked = time.monotonic()
    walk.kiosk.wait_screen("take-card", 10)
    assert time.monotonic() - asked > TIMES["question"] - 1.5
    fired(walk.world.card_in)
    walk.kiosk.wait_text(walk.says("takecard.loud.title"), 8)
    walk.kiosk.wait_text(walk.says("takecard.staff.title"), 8)
    walk.world.pull()
    walk.kiosk.wait_screen("attract")
    signs = walk.world.central.heartbeats()
    assert [sign.device for sign in signs] == ["kiosk-01"]


def test_a_page_about_a_card_ends_by_itself(walk: Walk) -> None:
    walk.to_failure("bank-card", "CARD-FOREIGN")
    walk.kiosk.wait_screen("take-card", 14)
