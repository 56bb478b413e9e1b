from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.printer.device import DevicePrinter, Limits
from drivers.printer.protocol import PaperWidth
from drivers.printer.simulated import SimulatedPrinter
from kiosk.ink import FaceInk


@pytest.fixture(scope="session")
def ink() -> FaceInk:
    return FaceInk()


@pytest.fixture(params=list(PaperWidth), ids=lambda width: width.name)
def width(request: pytest.FixtureRequest) -> PaperWidth:
    found: PaperWidth = request.param
    return found


@pytest.fixture
def printer(tmp_path: Path, ink: FaceInk) -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(tmp_path / "lp", PaperWidth.MM58, ink, tmp_path / "paper") as made:
        yield made


@pytest.fixture
def device(printer: SimulatedPrinter, tmp_path: Path, ink: FaceInk) -> Iterator[DevicePrinter]:
    made = DevicePrinter(tmp_path / "lp", PaperWidth.MM58, ink, Limits(answer=0.3, job=1.5, look=0.05))
    yield made
    made.close()
