"""The tour as data: every screen and every failure has its stop or a reason, and the order of looks needs one touch each."""

from itertools import pairwise
from pathlib import Path

from kiosk.sandbox.legs import LEGS, UNREACHABLE
from kiosk.sandbox.tour import LANGUAGES, LOOKS, index, numbers, variant
from kiosk.visit.failures import Failure
from kiosk.visit.states import Screen

STOPS = [stop for leg in LEGS for stop in leg.stops]


def test_every_screen_is_a_stop() -> None:
    shown = {stop.screen or stop.name for stop in STOPS}
    assert shown == {screen.value for screen in Screen}


def test_every_failure_is_a_stop_or_has_a_reason_why_not() -> None:
    shown = {stop.failure for stop in STOPS if stop.failure is not None}
    assert shown | UNREACHABLE.keys() == set(Failure)
    assert not shown & UNREACHABLE.keys()


def test_names_of_stops_are_file_names_and_stand_once() -> None:
    names = [stop.name for stop in STOPS]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalnum() and name.islower() for name in names)
    assert next(iter(numbers().values())) == "01-attract"


def test_all_looks_are_taken_and_each_is_one_touch_from_the_last() -> None:
    assert len(set(LOOKS)) == len(LANGUAGES) * 2 * 2
    assert all(sum(a != b for a, b in zip(*pair, strict=True)) == 1 for pair in pairwise((*LOOKS, LOOKS[0])))
    assert LOOKS[0] == ("zh_CN", False, False)


def test_each_look_has_a_folder_of_its_own() -> None:
    folders = {
        variant(landscape=landscape, large=large, contrast=contrast)
        for landscape in (False, True)
        for large in (False, True)
        for contrast in (False, True)
    }
    assert len(folders) == 8
    assert {".", "large", "landscape-large-contrast"} <= folders


def test_the_index_shows_what_is_there_and_names_what_is_missing(tmp_path: Path) -> None:
    there = tmp_path / "zh_CN" / "01-attract.png"
    there.parent.mkdir()
    there.write_bytes(b"")
    page = index(tmp_path, LEGS[:1])
    assert 'src="zh_CN/01-attract.png"' in page
    assert page.count("not reached") == 16 * len(LEGS[0].stops) - 1
