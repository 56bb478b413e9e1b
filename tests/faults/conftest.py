"""Journeys through a misbehaving world. Each file is an xdist group with a world of its own, beside the other journeys."""

from pathlib import Path

import pytest

from tests.journeys.stage import display, kiosk, walk, world

__all__ = ["display", "kiosk", "walk", "world"]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group(f"faults-{item.path.stem}"))
