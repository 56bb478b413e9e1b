"""The dock under a virtual display: what it shows fits, and a touch does what it says to the world."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path

import pytest
from PIL import ImageFont

from drivers.card.cardfile import load_cards
from kiosk.sandbox.central.population.contacts import GUARDIAN
from kiosk.sandbox.desk import PRINTER
from kiosk.sandbox.display import Glass, VirtualDisplay
from kiosk.sandbox.dock import Do, Shown, Words, build
from kiosk.sandbox.leash import Leashed
from kiosk.sandbox.remote import ACTIONS, CENTRAL, LINES, Look, RemoteServer
from kiosk.sandbox.world import World
from kiosk.ui.fonts import Fonts
from kiosk.ui.layout import Kit
from kiosk.ui.measure import CachedMeasurer
from kiosk.ui.nodes import Face, Page
from kiosk.ui.theme import Contrast, Theme

WELL = Look("jinan-2-0", "plugged", "on", "through", "well", 0.0, "well", 3, ("1.0 started",), ("10:31 pin-asked",))


class Drawn:
    """Widths as FreeType has them, and `spare` px for another renderer."""

    def __init__(self, spare: int) -> None:
        self._spare = spare
        self._fonts = Fonts()
        self._faces: dict[tuple[Face, int], ImageFont.FreeTypeFont] = {}

    def width(self, text: str, face: Face, size: int) -> int:
        font = self._faces.get((face, size))
        if font is None:
            font = self._faces[face, size] = ImageFont.truetype(str(self._fonts.path(face)), size)
        return ceil(font.getlength(text)) + self._spare

    def forget(self) -> None: ...


def page(look: Look = WELL, *, english: bool = False, spare: int = 1) -> Page:
    words = Words()
    words.english = english
    steps = ("   1.000 card-inserted card=jinan-2-0",) * 3
    return build(
        Kit(Theme(Contrast.HIGH), CachedMeasurer(Drawn(spare)), Fonts()),
        words,
        tuple(load_cards().values()),
        Shown(look, steps),
    )


@pytest.mark.parametrize("english", [False, True])
def test_everything_fits(english: bool) -> None:
    look = Look(
        *(
            "jinan-3-0-closed",
            "stopped",
            "off",
            "cut",
            "well",
            691200.0,
            "full",
            9,
            (),
            ("10:31:52.410 pin-asked",) * 8,
        ),
        printer="cover",
        document="jinan-3-0-closed",
        slips=12,
        messages=("13800000011  482913", "13800000021  019283"),
        staff=("0231 Hall-5a6b7c8d 482913",) * 4,
    )
    made = page(look, english=english)
    assert made.overflows == ()
    for one, other in zip(made.targets, made.targets[1:], strict=False):
        assert not one.rect.overlaps(other.rect)


def test_every_card_and_every_fault_has_a_control_and_every_control_an_action() -> None:
    names = {target.name for target in page().targets}
    assert {f"card-{card}" for card in load_cards()} <= names
    assert {f"line-{mode}" for mode in LINES} | {f"central-{how}" for how in CENTRAL} <= names
    assert {f"printer-{how}" for how in PRINTER} <= names
    done = {target.action.name for target in page().targets if isinstance(target.action, Do)}
    other = Look(None, "stopped", "off", "through", "well", 0.0, "full", 0, (), ())
    done |= {target.action.name for target in page(other).targets if isinstance(target.action, Do)}
    unplugged = Look(None, "unplugged", "off", "through", "well", 0.0, "well", 0, (), ())
    done |= {target.action.name for target in page(unplugged).targets if isinstance(target.action, Do)}
    assert done == set(ACTIONS)


@pytest.fixture(scope="module")
def dock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Glass, Leashed]]:
    folder = tmp_path_factory.mktemp("dock")
    with VirtualDisplay(540, 960) as display, World(folder, population=1) as world, Glass(display.name) as glass:
        server = RemoteServer(world, folder / "world.sock")
        child = Leashed(
            [sys.executable, "-m", "kiosk.sandbox.dock", "--world", str(server.path), "--size", "540x960"],
            env={**os.environ, "DISPLAY": display.name},
            log=folder / "log",
        )
        until(lambda: glass.picture(5, 5, 1, 1).at(0, 0) == (0x1B, 0x21, 0x25))
        yield world, glass, child
        server.stop()
        assert child.stop() == 0


def until(wanted: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.05)


def tap(glass: Glass, name: str, look: Look) -> None:
    """At half the design's size."""
    target = next(target for target in page(look, spare=0).targets if target.name == name)
    glass.tap(target.rect.cx // 2, target.rect.cy // 2)


def test_a_touched_card_goes_in_and_a_second_one_takes_its_place(dock: tuple[World, Glass, Leashed]) -> None:
    world, glass, _ = dock
    tap(glass, "card-bank-card", WELL)
    until(lambda: world.card_in == "bank-card")
    tap(glass, "card-jinan-2-0", WELL)
    until(lambda: world.card_in == "jinan-2-0")
    tap(glass, "pull", WELL)
    until(lambda: world.card_in is None)


def test_network_central_and_reader_are_broken_and_restored(dock: tuple[World, Glass, Leashed]) -> None:
    world, glass, _ = dock
    tap(glass, "line-cut", WELL)
    until(lambda: world.line.mode == LINES["cut"])
    tap(glass, "stop-reader", WELL)
    until(lambda: not world.pcscd.alive)
    tap(glass, "restore", WELL)
    until(lambda: world.pcscd.alive and world.line.mode == LINES["through"])


def test_the_printer_runs_out_of_paper_and_an_id_card_is_laid_down(dock: tuple[World, Glass, Leashed]) -> None:
    world, glass, _ = dock
    tap(glass, "printer-out", WELL)
    until(lambda: world.desk.how == "out")
    tap(glass, "lay-other", WELL)
    until(lambda: world.desk.laid == GUARDIAN)
    tap(glass, "lay-none", WELL)
    until(lambda: world.desk.laid is None)
    tap(glass, "printer-well", WELL)
    until(lambda: world.desk.how == "well")


def test_the_picture_of_the_panel_can_be_told_from_the_product(
    dock: tuple[World, Glass, Leashed], tmp_path: Path
) -> None:
    _, glass, _ = dock
    assert glass.picture(5, 5, 1, 1).at(0, 0) == (0x1B, 0x21, 0x25)
