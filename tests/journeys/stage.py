"""One world and one kiosk for many visits: the fixtures of every folder whose tests play journeys."""

from collections.abc import Iterator

import pytest

from kiosk.sandbox.display import VirtualDisplay
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from tests.journeys.driver import Kiosk


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A screen of its own for every kiosk of this run, also on a desk with a display."""
    with VirtualDisplay(1080, 1920) as display:
        yield display.name


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world"), population=20) as world:
        yield world


@pytest.fixture(scope="module")
def kiosk(world: World, display: str) -> Iterator[Kiosk]:
    """A kiosk on the defaults, for all visits of one test file."""
    with Kiosk.start(world=world, display=display) as kiosk:
        yield kiosk


@pytest.fixture
def walk(world: World, kiosk: Kiosk) -> Iterator[Walk]:
    """A person in front of an idle kiosk; afterwards the world is well again and the kiosk idle."""
    walk = Walk(world, kiosk)
    walk.to_idle()
    yield walk
    world.restore()
    walk.to_idle()
