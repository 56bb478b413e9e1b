"""The kiosk starts into a world that is already there, and after its power was cut."""

import time
from collections.abc import Callable, Iterator

import pytest

from drivers.card.apdu import INS_VERIFY
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from tests.journeys.driver import Kiosk


@pytest.fixture
def start(world: World, display: str) -> Iterator[Callable[..., Walk]]:
    kiosks: list[Kiosk] = []

    def start(**options: object) -> Walk:
        kiosks.append(Kiosk.start(world=world, display=display, **options))  # type: ignore[arg-type]
        return Walk(world, kiosks[-1])

    yield start
    for kiosk in kiosks:
        kiosk.stop()
    world.restore()


def test_a_card_that_is_in_already_begins_a_visit(start: Callable[..., Walk], world: World) -> None:
    world.insert("jinan-2-0", fresh=True)
    walk = start()
    walk.kiosk.wait_screen("pin")


def test_a_service_that_starts_later_is_found(start: Callable[..., Walk], world: World) -> None:
    world.stop_reader_service()
    walk = start()
    walk.kiosk.wait_screen("out-of-service", failure="READER-SERVICE")
    world.start_reader_service()
    walk.kiosk.wait_screen("attract")


@pytest.mark.fault("machine", "the power is cut with a record open", level="real")
def test_after_a_power_cut_nothing_of_the_visit_is_left(
    start: Callable[..., Walk], world: World, fired: Callable[[object], None]
) -> None:
    walk = start()
    walk.to_home("jinan-2-0")
    world.cut_power()
    fired(walk.kiosk.machine.code in (137, -9))
    world.power_on()
    walk.kiosk.wait_ready()
    view = walk.kiosk.wait_screen("pin")
    assert not any("测*甲" in text for text in view.texts)
    world.pull()
    walk.kiosk.wait_screen("attract")


def test_a_virtual_reader_is_refused_unless_the_settings_allow_it(start: Callable[..., Walk], world: World) -> None:
    walk = start(settings={"reader": {"allow_virtual": False}})
    world.insert("jinan-2-0", fresh=True)
    walk.kiosk.wait_screen("out-of-service", failure="READER-VIRTUAL")


def test_wrong_settings_show_a_page_with_the_code(start: Callable[..., Walk]) -> None:
    walk = start(settings={"kiosk": {"number": 0}})
    walk.kiosk.wait_screen("out-of-service", failure="KIOSK-CONFIG")


def test_a_kiosk_in_yangquan_serves_its_own_cards_and_the_rare_characters_are_drawn(
    start: Callable[..., Walk], world: World
) -> None:
    mine = world.pki.device("kiosk-02")
    walk = start(settings={"kiosk": {"region": 140300}, "central": {"certificate": mine.certificate, "key": mine.key}})
    for card in ("yangquan-2-0", "yangquan-3-0", "yangquan-rare-name"):
        walk.to_home(card)
    assert not any("[U+" in text for text in walk.kiosk.view().texts)
    walk.to_failure("jinan-2-0", "CARD-OTHERPLACE")


def heard_central(walk: Walk) -> None:
    """It has started wholly: on a busy machine a card can come before that, and then waits in vain for a challenge."""
    until = time.monotonic() + 60
    while not any(line.get("event") == "loss-list" for line in walk.kiosk.machine.log_lines()):
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.fault("machine", "the clock is an hour ahead when a card comes", level="real")
def test_a_wrong_clock_is_named_before_anybody_types_a_pin(
    start: Callable[..., Walk], world: World, fired: Callable[[object], None]
) -> None:
    walk = start(movable_clock=True)
    walk.kiosk.wait_screen("attract")
    heard_central(walk)
    world.set_clock(3600)
    chip = world.insert("jinan-2-0", fresh=True)
    walk.kiosk.wait(lambda view: view.says("KIOSK-CLOCK"), 20, "KIOSK-CLOCK")
    assert not any(command.ins == INS_VERIFY and command.lc for command in chip.seen)
    world.pull()
    walk.kiosk.wait_screen("out-of-service", failure="KIOSK-CLOCK")
    fired(world.ahead == 3600)
