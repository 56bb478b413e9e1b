"""The one that plays real visits is an xdist group of its own: it takes as long as a group of journeys."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.xdist_group("soak"))
