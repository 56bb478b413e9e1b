"""The journeys run in a few xdist groups: each has a world of its own, and as much work as another."""

from pathlib import Path
from typing import Final

import pytest

from tests.journeys.stage import display, kiosk, walk, world

__all__ = ["display", "kiosk", "walk", "world"]

HERE = Path(__file__).parent
APART: Final = {
    "test_demo": "machine",  # these two start what a machine has once
    "test_driver": "machine",
    "test_places": "places",
    "test_idle": "places",
}
"""Files of another group than the rest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group(APART.get(item.path.stem, "pcscd")))
