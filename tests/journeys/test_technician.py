"""A technician at the kiosk: the service screen, the doctor beside it, and what there is without central."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.central.client import CentralClient
from kiosk.engine.technicians import pairs_of
from kiosk.sandbox.line import Cut
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.ways_help import TECHNICIAN, by_card, type_text
from kiosk.sandbox.world import World
from kiosk.store.device_key import DeviceKey, load
from kiosk.store.technicians import Technicians, TookPairs
from tests.journeys.driver import Kiosk

FORBIDDEN = {"open-lookup", "open-ticket", "open-slip", "open-query"}
"""What diagnostics alone never reach."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("technician")


@pytest.fixture(scope="module")
def kiosk(world: World, display: str, folder: Path) -> Iterator[Kiosk]:
    settings = {
        "cache": {"folder": folder / "cache", "key": folder / "device.key"},
        "staff": {"folder": folder / "staff"},
        "audit": {"folder": folder / "audit"},
    }
    with Kiosk.start(settings, world=world, display=display) as kiosk:
        yield kiosk


def kept(folder: Path) -> Technicians:
    device = load(folder / "device.key", {})
    assert isinstance(device, DeviceKey)
    return Technicians(folder / "staff", device)


def pairs_left(folder: Path) -> int:
    status = kept(folder).status
    assert status is not None
    return status.pairs


def test_the_service_screen_is_the_technicians_and_says_what_the_doctor_beside_it_says(
    walk: Walk, kiosk: Kiosk
) -> None:
    by_card(TECHNICIAN, "service")(walk)
    kiosk.control("test-reader")
    kiosk.tap("test-reader")
    kiosk.wait(lambda view: any(" ms" in text or "毫秒" in text for text in view.texts), 20, "the reader's timing")
    walk.to_idle()
    code, said = kiosk.machine.command("doctor", "--json")
    report = json.loads(said[said.index("{") : said.rindex("}") + 1])
    levels = {finding["level"] for finding in report["findings"]}
    assert code == (2 if "fault" in levels else 1 if "notice" in levels else 0)
    walk.world.set_line(Cut())
    without, _ = kiosk.machine.command("doctor", "--json")
    assert without == 2


def test_a_technician_is_let_in_without_central_by_a_pair_that_is_used_up_for_diagnostics_only(
    walk: Walk, kiosk: Kiosk, folder: Path
) -> None:
    world = walk.world
    walk.world.cut_power()
    mine = world.pki.device("kiosk-01")
    client = CentralClient(world.url, world.pki.authority, mine.certificate, mine.key)
    answer = client.technician_pairs()  # as the kiosk itself does, once a day
    client.close()
    assert answer.value is not None
    assert kept(folder).take(pairs_of(answer.value)) is TookPairs.TAKEN
    left = pairs_left(folder)
    world.set_line(Cut())
    for used in (1, 2):  # and again after a restart
        world.power_on()
        kiosk.wait_ready()
        kiosk.wait_text(walk.says("staff.open"), 40)  # what an outage adds to the attract page
        walk.to_pin(TECHNICIAN)
        kiosk.type_pin(PIN)
        view = kiosk.wait_screen("service", 20)
        assert not FORBIDDEN & {control.name for control in view.controls}
        assert pairs_left(folder) == left - used
        world.cut_power()
        world.pull()
    world.power_on()
    kiosk.wait_ready()


def test_a_code_of_a_failure_page_has_its_remedy_without_central(walk: Walk, kiosk: Kiosk) -> None:
    walk.world.set_line(Cut())
    kiosk.wait_text(walk.says("staff.open"), 60)
    kiosk.tap("open-staff")
    kiosk.wait_screen("sign-in")
    kiosk.tap("open-remedy")
    kiosk.wait_screen("failure-code")
    type_text(walk, "KIOSK-AUDIT")
    view = kiosk.wait_screen("remedy")
    assert view.says("KIOSK-AUDIT")
    assert view.says(walk.says("kiosk.audit_unwritable.technician"))
    kiosk.tap("end")
