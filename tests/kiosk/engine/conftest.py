"""The reference service for engines without a window, once for each test file."""

from collections.abc import Callable, Iterator

import pytest

from kiosk.engine.recent import Keeping
from kiosk.sandbox import pki
from kiosk.sandbox.central.process import CentralProcess
from kiosk.visit.states import Rules
from tests.kiosk.engine.machine import AREAS, Machine


@pytest.fixture(scope="session")
def demo_pki(tmp_path_factory: pytest.TempPathFactory) -> pki.DemoPki:
    return pki.ensure(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def central(demo_pki: pki.DemoPki) -> Iterator[CentralProcess]:
    with CentralProcess(demo_pki, population=20) as process:
        yield process


@pytest.fixture
def machine(central: CentralProcess, demo_pki: pki.DemoPki) -> Iterator[Callable[..., Machine]]:
    made: list[Machine] = []

    def make(url: str = central.base_url, keeping: Keeping | None = None, **rules: object) -> Machine:
        made.append(Machine(url, demo_pki, Rules(areas=AREAS, **rules), keeping=keeping))  # type: ignore[arg-type]
        return made[-1]

    central.simulator.reset()
    yield make
    for one in made:
        one.engine.stop()
