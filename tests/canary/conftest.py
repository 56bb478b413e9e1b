"""Each canary's kiosk stands in a world with one card: an xdist group of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from kiosk.model import CardStatus
from kiosk.sandbox.display import VirtualDisplay
from kiosk.sandbox.world import World
from tests.canary import activating, helped, person, visits
from tests.canary.visits import Inside
from tests.journeys.driver import Kiosk

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group(item.path.stem.replace("test_", "canary-")))


@dataclass(frozen=True, slots=True)
class After:
    """The kiosk, idle after the planted person's visits. `folders`: everything that is its own on the disk."""

    kiosk: Kiosk
    told: person.Told
    inside: Inside
    folders: tuple[Path, ...]
    since: float
    display: str


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[After]:
    """A holder who looks at the record."""
    yield from _after(tmp_path_factory.mktemp("canary"), CardStatus.NORMAL, partial(visits.play, helped=helped.played))


@pytest.fixture(scope="module")
def activated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[After]:
    """A holder whose card is new."""
    yield from _after(tmp_path_factory.mktemp("canary"), CardStatus.NOT_ACTIVATED, activating.play)


def _after(folder: Path, status: CardStatus, play: Callable[[World, Kiosk], person.Told]) -> Iterator[After]:
    since = time.time()
    home, temporary = folder / "home", folder / "tmp"
    home.mkdir()
    temporary.mkdir()
    environment = {"CANARY_SOCKET": str(folder / "inside"), "HOME": str(home), "TMPDIR": str(temporary)}
    environment |= {f"XDG_{name}_HOME": str(home / name) for name in ("CONFIG", "CACHE", "DATA", "STATE")}
    cards = person.cards(folder / "cards", status)
    helped.add_clerk(cards)
    with (
        VirtualDisplay(1080, 1920) as display,
        World(folder / "world", population=0, cards=cards) as world,
        Kiosk.start(
            helped.SETTINGS,
            world=world,
            display=display.name,
            times=visits.TIMES,
            entry=visits.ENTRY,
            environment=environment,
        ) as kiosk,
    ):
        told = play(world, kiosk)
        with Inside(folder / "inside") as inside:
            own = (folder / "world" / "kiosk", home, temporary)
            yield After(kiosk, told, inside, own, since, display.name)
