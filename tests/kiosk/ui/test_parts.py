"""A software renderer draws only what changed: the screen must show the same as if the page had been drawn whole."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.xvfb import xvfb

SIZES = ((1080, 1920), (700, 900))
"""The design's own size, where nothing is scaled; and one where every edge is rounded."""
CONTROL = "forgotten strip"


@pytest.fixture(scope="module", params=SIZES, ids=str)
def changes(request: pytest.FixtureRequest) -> dict[str, dict[str, float]]:
    width, height = request.param
    with xvfb() as display:
        done = subprocess.run(
            [sys.executable, "-m", "tests.kiosk.ui.part_checks", "--width", str(width), "--height", str(height)],
            env={**os.environ, "DISPLAY": display},
            capture_output=True,
            text=True,
            timeout=100,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    found: dict[str, dict[str, float]] = told["changes"]
    return found


def test_what_is_drawn_in_parts_is_what_is_drawn_whole(changes: dict[str, dict[str, float]]) -> None:
    wrong = {name: found for name, found in changes.items() if found["different"] and name != CONTROL}
    assert wrong == {}
    assert len(changes) > 40


def test_a_part_that_is_too_small_would_be_seen(changes: dict[str, dict[str, float]]) -> None:
    assert changes[CONTROL]["different"] > 0


def test_a_held_control_and_a_new_minute_draw_a_small_part(changes: dict[str, dict[str, float]]) -> None:
    small = {name: found["share"] for name, found in changes.items() if name.startswith(("hold ", "clock of "))}
    assert small
    assert {name: share for name, share in small.items() if not 0 < share < 0.15} == {}


def test_another_page_draws_most_of_the_window(changes: dict[str, dict[str, float]]) -> None:
    assert changes["to pin"]["share"] > 0.5  # beside a letterbox; all of it at the design's size
