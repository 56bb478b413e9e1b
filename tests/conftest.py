"""For every test: the message catalogues are compiled from their sources before the first one runs; Hypothesis has a profile."""

import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
from _pytest.nodeid import NodeId

pytest_plugins = ("tests.cells",)

ROOT = Path(__file__).resolve().parents[1]

# A machine that does other things beside says nothing about how fast an example is. A change is judged by the same examples
# every time; others are looked for by hand: ARGS="--hypothesis-profile=explore".
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What stands in one `xdist_group` runs in one worker. pytest-xdist 3.8 says so in a node's `_nodeid`, which pytest 9.2 no
    longer reads."""
    if getattr(config.option, "loadgroup", False):
        for item in items:
            groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
            if groups:
                item._id = NodeId.parse(f"{item.nodeid}@{'_'.join(groups)}")


def pytest_sessionstart(session: pytest.Session) -> None:
    # Workers of xdist begin after the one that starts them is done with this.
    if not hasattr(session.config, "workerinput"):
        subprocess.run([sys.executable, str(ROOT / ".ci" / "catalogues.py")], check=True, stdout=subprocess.DEVNULL)
