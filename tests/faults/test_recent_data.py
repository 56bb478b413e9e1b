"""The disk of recent data is tampered with, full or gone while people are served, and central comes and goes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.card.virtual import VirtualCard
from kiosk.sandbox.line import Cut, Flapping, Through
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from kiosk.visit.failures import Failure
from tests.journeys.driver import Kiosk
from tests.journeys.test_outage import Hall
from tests.kiosk.engine.kept import chip

Fired = Callable[[object], None]


@pytest.fixture
def hall(world: World, display: str, tmp_path: Path) -> Iterator[Hall]:
    """A new kiosk, at which somebody was served with jinan-2-0."""
    settings = {
        "cache": {"folder": tmp_path / "cache", "key": tmp_path / "device.key"},
        "audit": {"folder": tmp_path / "audit"},  # a chain is written under one device key
    }
    (world.folder / "kiosk" / "kiosk.log").unlink(missing_ok=True)  # of the kiosks before this one
    with Kiosk.start(settings, world=world, display=display) as kiosk:
        hall = Hall(Walk(world, kiosk), kiosk)
        kiosk.wait_screen("attract")
        hall.until_said("loss-list", 1, 30)
        hall.served(chip(), 4)
        yield hall
    world.restore()


def begun(hall: Hall) -> VirtualCard:
    card = chip()
    hall.begin(card)
    return card


@pytest.mark.fault("machine", "rows of recent data are tampered with", level="real")
def test_a_tampered_row_opens_nothing_and_the_next_online_visit_makes_it_well(hall: Hall, fired: Fired) -> None:
    fired(hall.world.tamper_rows())
    hall.world.set_line(Cut())
    card = begun(hall)
    hall.away()
    assert card.tries_left == 6
    assert len(hall.said("record-shown")) == 1, "the online visit before"
    hall.idle()
    hall.world.set_line(Through())
    hall.until_link("online")
    hall.served(chip(), 6)
    hall.world.set_line(Cut())
    begun(hall)
    hall.home()
    assert hall.recent()


@pytest.mark.fault("machine", "the kiosk's disk is full during a visit", level="real")
def test_on_a_full_disk_nobody_is_shown_a_record_and_what_was_kept_stays(
    hall: Hall, tmp_path: Path, fired: Fired
) -> None:
    """What is looked at must be in the audit chain; recent data that cannot be written would keep nobody from it."""
    journal = tmp_path / "cache" / "cache.db-wal"
    before = journal.read_bytes()
    kept, shown = len(hall.said("recent-kept")), len(hall.said("record-shown"))
    hall.world.fill_disk()
    begun(hall)
    hall.kiosk.wait_screen("failure", failure=Failure.AUDIT_UNWRITABLE.code)
    hall.world.pull()
    hall.kiosk.wait_screen("out-of-service", failure=Failure.AUDIT_UNWRITABLE.code)
    unwritten = journal.read_bytes() == before
    hall.world.free_disk()
    hall.kiosk.wait_screen("attract", 20)
    assert (len(hall.said("recent-kept")), len(hall.said("record-shown"))) == (kept, shown)
    hall.world.set_line(Cut())
    begun(hall)
    hall.home()
    assert hall.recent()
    assert not hall.said("kiosk-fault")
    fired(unwritten)


@pytest.mark.fault("central", "the line flaps", level="real")
def test_on_a_line_that_flaps_everybody_is_served_and_the_pill_does_not_flicker(hall: Hall, fired: Fired) -> None:
    hall.world.set_line(Flapping(up=1.5, down=1.5))
    before = hall.world.line.broken
    changes = len(hall.said("link-changed"))
    for _ in range(4):
        begun(hall)
        hall.home(6)
        hall.idle()
    assert len(hall.said("link-changed")) - changes <= 4
    hall.world.set_line(Through())
    hall.until_link("online")
    fired(hall.world.line.broken - before)
