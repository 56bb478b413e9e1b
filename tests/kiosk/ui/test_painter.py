"""The painter on a real window. Kivy's window is a process-wide singleton, so the checks run in a process of their own."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.xvfb import xvfb


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    with xvfb() as display:
        done = subprocess.run(
            [sys.executable, "-m", "tests.kiosk.ui.paint_checks"],
            env={**os.environ, "DISPLAY": display},
            capture_output=True,
            text=True,
            timeout=100,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_a_first_page_is_drawn_whole(found: dict[str, Any]) -> None:
    assert found["diffs"]["first"] == found["diffs"]["nodes"] > 50


def test_the_same_page_again_draws_nothing(found: dict[str, Any]) -> None:
    assert found["diffs"]["same"] == 0


def test_a_new_minute_draws_the_clock_alone(found: dict[str, Any]) -> None:
    assert found["diffs"]["clock"] == 1


def test_a_typed_digit_draws_its_dot_alone(found: dict[str, Any]) -> None:
    assert (found["diffs"]["erased"], found["diffs"]["typed"]) == (0, 1)


def test_kept_and_new_nodes_are_drawn_in_the_order_of_the_page(found: dict[str, Any]) -> None:
    assert found["diffs"]["order"]
    assert found["diffs"]["in_order"]


def test_every_texture_fits_its_box_in_every_mode(found: dict[str, Any]) -> None:
    assert found["misfits"] == {}


def test_a_box_made_ten_px_smaller_is_found(found: dict[str, Any]) -> None:
    assert len(found["box_made_smaller"]) == 1


def test_nothing_of_a_visit_is_left_after_forget(found: dict[str, Any]) -> None:
    left = found["forgetting"]
    assert left["kept_before"] > 0
    assert (left["textures"], left["widths"], left["texture_alive"], left["held"]) == (0, 0, False, 0)


def test_no_face_that_drew_a_visits_characters_stays_open(found: dict[str, Any]) -> None:
    words, others = found["forgetting"]["faces_open"]
    assert words > 0
    assert others > 0
    assert found["forgetting"]["faces_closed"] == [words, 0]


def test_textures_of_a_visit_are_gone_without_waiting_for_garbage_to_be_collected(found: dict[str, Any]) -> None:
    assert found["forgetting"]["gone_at_once"]


def test_no_glyph_is_cut_by_the_band_of_its_line(found: dict[str, Any]) -> None:
    assert found["ink"] == []


def test_a_window_of_another_size_scales_the_page(found: dict[str, Any]) -> None:
    assert found["scaled"] == []
    assert found["orientation"]
