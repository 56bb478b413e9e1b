"""What is drawn fits: the texture of every text against its box, on every screen, in every look, with the longest texts."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from kiosk.visit.states import Screen
from tests.kiosk.ui.screens.harness import LOOKS
from tests.xvfb import xvfb

# What they all look at is made once.
pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("paint-pages")]


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    with xvfb() as display:
        done = subprocess.run(
            [sys.executable, "-m", "tests.kiosk.ui.screens.paint_pages"],
            env={**os.environ, "DISPLAY": display},
            capture_output=True,
            text=True,
            timeout=280,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_every_texture_fits_its_box(found: dict[str, Any]) -> None:
    assert found["misfits"] == []


def test_every_screen_was_drawn_in_every_look(found: dict[str, Any]) -> None:
    assert set(found["drawn"]) == {screen.value for screen in Screen}
    assert all(count >= len(LOOKS) for count in found["drawn"].values())


def test_a_box_made_ten_px_smaller_is_found(found: dict[str, Any]) -> None:
    assert len(found["smaller"]) == 1
