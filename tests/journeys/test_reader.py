"""The reader and its service come and go; every state has its page and lifts by itself."""

from collections.abc import Callable

import pytest

from kiosk.sandbox.walk import Walk

Fired = Callable[[object], None]
BACK = 20
"""Seconds within which the kiosk finds the service again, on a busy machine."""


def out(walk: Walk, code: str) -> None:
    walk.kiosk.wait_screen("out-of-service", BACK, failure=code)


@pytest.mark.fault("pcsc", "service stopped or killed while nobody is there", level="real")
@pytest.mark.parametrize("how", ["stop_reader_service", "kill_reader_service"])
def test_the_service_goes_and_comes_back(walk: Walk, how: str, fired: Fired) -> None:
    getattr(walk.world, how)()
    fired(not walk.world.pcscd.alive)
    out(walk, "READER-SERVICE")
    walk.world.start_reader_service()
    walk.kiosk.wait_screen("attract", BACK)
    walk.to_home("jinan-2-0")


def test_a_service_that_goes_in_a_visit_takes_the_record_off_the_screen(walk: Walk) -> None:
    walk.to_home("jinan-2-0")
    walk.world.stop_reader_service()
    out(walk, "READER-SERVICE")
    assert not any("测*甲" in text for text in walk.kiosk.view().texts)
    walk.world.start_reader_service()
    walk.kiosk.wait_screen("pin", BACK)  # the card is still in: a new visit


def test_an_unplugged_reader_is_missing_until_it_is_back(walk: Walk) -> None:
    walk.world.unplug_reader()
    out(walk, "READER-MISSING")
    walk.world.plug_reader()
    walk.kiosk.wait_screen("attract", BACK)


@pytest.mark.fault("pcsc", "another program holds the card, and lets go", level="real")
def test_a_reader_that_another_program_holds_says_so_and_comes_back(walk: Walk, fired: Fired) -> None:
    walk.to_home("jinan-2-0")
    walk.kiosk.tap("end")
    walk.kiosk.wait_screen("take-card")
    walk.world.hold_reader()
    walk.world.pull()
    walk.kiosk.wait_screen("attract")
    walk.world.insert("jinan-2-0", fresh=True)
    walk.kiosk.wait(lambda view: view.says("READER-HELD"), BACK, "READER-HELD")
    fired(walk.kiosk.view().says("READER-HELD"))
    walk.world.let_reader_go()
    walk.world.pull()
    walk.kiosk.wait_screen("attract", BACK)
    walk.to_home("jinan-2-0")
