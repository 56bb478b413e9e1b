"""The driver with a card process and a central service that are not ours, called from outside the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.pcscd import Pcscd
from kiosk.sandbox.pki import ensure

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.journeys.driver import Kiosk, NotShown

with Kiosk.start(
    url={url!r}, ca=Path({ca!r}), certificate=Path({certificate!r}), key=Path({key!r}),
    list_key=Path({list_key!r}),
    reader="Virtual PCD 00 00", size=(1080, 1920), language="en", times={{"page_idle": 30}},
) as kiosk:
    kiosk.wait_screen("pin")
    kiosk.type_pin("123456")
    kiosk.wait_screen("home")
    assert any(text == "Registration" for text in kiosk.texts()), kiosk.texts()
    assert {{"open-contributions", "end"}} <= {{control.name for control in kiosk.targets()}}
    assert all(0 <= label.x and label.x + label.w <= 1080 for label in kiosk.labels())
    kiosk.screenshot(Path("home.png"))
    try:
        kiosk.wait_screen("reading", 0.3)
    except NotShown as missed:
        assert "home" in str(missed)
    kiosk.tap("end")
    kiosk.wait_screen("take-card")
print("done")
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whatever is made in a temporary folder is made in this one."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_the_driver_works_from_outside_and_leaves_nothing(tmp_path: Path, temporary: Path) -> None:
    pki = ensure(tmp_path / "tls")
    mine = pki.device("kiosk-01")
    with Pcscd.open() as pcscd, CentralProcess(pki, population=1) as central:
        card = subprocess.Popen(
            [sys.executable, "-m", "drivers.card.vpcd", "assets/cards/jinan-2-0.toml", "--port", str(pcscd.port)],
            cwd=ROOT,
        )
        environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "PYTHONPATH")}
        before = set(temporary.iterdir())
        try:
            done = subprocess.run(
                [
                    sys.executable,
                    "-c",
                    SCRIPT.format(
                        root=str(ROOT),
                        url=central.base_url,
                        ca=str(pki.authority),
                        certificate=str(mine.certificate),
                        key=str(mine.key),
                        list_key=str(pki.list_signer.public),
                    ),
                ],
                cwd=tmp_path,
                env={**environment, **pcscd.environment},
                capture_output=True,
                text=True,
                timeout=90,
            )
        finally:
            card.terminate()
            card.wait()
        assert done.stdout == "done\n", done.stderr
        assert set(temporary.iterdir()) == before
    assert (tmp_path / "home.png").read_bytes().startswith(b"\x89PNG")
