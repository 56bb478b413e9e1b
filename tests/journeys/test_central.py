"""Central is away, slow or answers nonsense: a clear page within the deadline, never a wait without end, back to idle."""

import time
from collections.abc import Iterator

import pytest

from kiosk.sandbox.line import BlackHole, Cut, Drip, Reset
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import World
from tests.journeys.driver import Kiosk

TOTAL = 3.0
"""Seconds in all for one look-up; kiosk.ini's default of 8 would only take longer."""
SLACK = 4.0
"""For a busy machine."""

OVERVIEW = {
    "CENTRAL-BUSY": "status",
    "CENTRAL-BADANSWER": "broken_json",
    "CENTRAL-TIMEOUT": "hang",
}


@pytest.fixture(scope="module")
def kiosk(world: World, display: str) -> Iterator[Kiosk]:
    # What is seen by people of whom nothing is kept.
    settings: dict[str, dict[str, object]] = {"central": {"total": TOTAL}, "cache": {"enabled": False}}
    with Kiosk.start(settings, world=world, display=display) as kiosk:
        yield kiosk


def stays_safe(walk: Walk, code: str) -> None:
    view = walk.kiosk.wait_screen("failure", TOTAL + SLACK, failure=code)
    assert not any("测" in text for text in view.texts)
    walk.world.pull()
    walk.kiosk.wait_screen("attract")


@pytest.mark.parametrize("code", OVERVIEW)
def test_a_record_that_cannot_be_had_is_a_page_with_a_code(walk: Walk, code: str) -> None:
    walk.to_pin("jinan-2-0")
    walk.world.central_fault(OVERVIEW[code], "overview", times=None)
    walk.kiosk.type_pin(PIN)
    began = time.monotonic()
    stays_safe(walk, code)
    assert time.monotonic() - began < TOTAL + SLACK


@pytest.mark.parametrize(
    ("mode", "codes"),
    [
        (Cut(), ("CENTRAL-UNREACHABLE",)),
        (BlackHole(), ("CENTRAL-TIMEOUT", "CENTRAL-UNREACHABLE")),
        (Reset(), ("CENTRAL-UNREACHABLE",)),
        (Drip(pause=0.2), ("CENTRAL-TIMEOUT",)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_line_that_breaks_while_the_pin_is_typed(walk: Walk, mode: object, codes: tuple[str, ...]) -> None:
    walk.to_pin("jinan-2-0")
    walk.world.set_line(mode)  # type: ignore[arg-type]
    walk.kiosk.type_pin(PIN)
    began = time.monotonic()
    view = walk.kiosk.wait_screen("failure", TOTAL + SLACK)
    assert any(view.says(code) for code in codes), [text for text in view.texts if "-" in text]
    assert time.monotonic() - began < TOTAL + SLACK


def test_central_away_before_the_card_is_a_page_without_a_pin_try(walk: Walk) -> None:
    walk.world.set_line(Cut())
    chip = walk.insert("jinan-2-0")
    walk.kiosk.wait(
        lambda view: view.screen == "failure" and "CENTRAL" in " ".join(view.texts), TOTAL + SLACK, "a page on central"
    )
    assert chip.tries_left == 6
    walk.world.pull()
    walk.kiosk.wait_screen("attract")


def test_the_wait_for_the_record_has_a_way_out_all_the_time(walk: Walk) -> None:
    walk.to_pin("jinan-2-0")
    walk.world.central_fault("hold", "overview")
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("opening")
    walk.kiosk.tap("end")
    walk.kiosk.wait_screen("take-card")
    walk.world.pull()
    walk.kiosk.wait_screen("attract")


def test_central_started_again_serves_the_next_card(walk: Walk) -> None:
    walk.world.stop_central()
    walk.world.start_central()
    walk.to_home("jinan-2-0")
