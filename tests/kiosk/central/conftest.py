"""One running service with the demo certificates, and a small TLS server that does what no service should."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.central.client import CentralClient
from kiosk.central.contract import CardSession
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.pki import DemoPki, Identity, ensure


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return ensure(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def running(pki: DemoPki) -> Iterator[CentralProcess]:
    with CentralProcess(pki, population=50) as central:
        yield central


@pytest.fixture
def central(running: CentralProcess) -> Iterator[CentralProcess]:
    running.simulator.reset()
    yield running
    running.simulator.clear()


@pytest.fixture
def simulator(central: CentralProcess) -> Simulator:
    return central.simulator


Connect = Callable[..., CentralClient]


@pytest.fixture
def connect(pki: DemoPki) -> Iterator[Connect]:
    """connect(base_url, identity=kiosk-01's, **arguments of CentralClient)."""
    made: list[CentralClient] = []

    def client(base_url: str, identity: Identity | None = None, ca: Path | None = None, **more: float) -> CentralClient:
        shown = identity if identity is not None else pki.device("kiosk-01")
        made.append(CentralClient(base_url, ca or pki.authority, shown.certificate, shown.key, **more))
        return made[-1]

    yield client
    for one in made:
        one.close()


@pytest.fixture
def client(central: CentralProcess, connect: Connect) -> CentralClient:
    return connect(central.base_url)


@pytest.fixture
def holder() -> Cardholder:
    return Cardholder.of("jinan-1-0")


@pytest.fixture
def session(client: CentralClient, holder: Cardholder, simulator: Simulator) -> CardSession:
    """A genuine card's session before the PIN; the recording begins after it."""
    opened = holder.open(client).value
    assert opened is not None
    assert opened.token is not None
    simulator.forget()
    return opened
