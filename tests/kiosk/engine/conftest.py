"""The reference service for engines without a window, once for each test file."""

from collections.abc import Callable, Iterator

import pytest

from kiosk.engine.appliances import Appliances
from kiosk.engine.audit import Chain
from kiosk.engine.helping import Helping
from kiosk.engine.recent import Keeping
from kiosk.sandbox import pki
from kiosk.sandbox.central.process import CentralProcess
from kiosk.store.journal import TransactionJournal
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

    def make(
        url: str = central.base_url,
        keeping: Keeping | None = None,
        journal: Callable[[], TransactionJournal | None] = lambda: None,
        appliances: Appliances | None = None,
        audit: Chain | None = None,
        helping: Helping | None = None,
        **rules: object,
    ) -> Machine:
        played_by = Rules(areas=AREAS, **rules)  # type: ignore[arg-type]
        made.append(
            Machine(
                url,
                demo_pki,
                played_by,
                keeping=keeping,
                journal=journal,
                appliances=appliances,
                audit=audit,
                helping=helping,
            )
        )
        return made[-1]

    central.simulator.reset()
    yield make
    for one in made:
        one.engine.stop()
