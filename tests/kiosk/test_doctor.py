"""`python -m kiosk doctor`: a whole kiosk's parts, with a central that answers and one that does not."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.doctor import ReaderLook, examined
from kiosk.health import Finding, Report
from kiosk.help import Level, Part
from kiosk.run import Kiosk, client_of, load, place_of
from kiosk.sandbox import pki
from kiosk.sandbox.central.process import CentralProcess
from tests.kiosk.engine.slot import Slot


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pki.DemoPki:
    return pki.ensure(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def central(made: pki.DemoPki) -> Iterator[CentralProcess]:
    with CentralProcess(made, population=20) as process:
        yield process


def ini(folder: Path, made: pki.DemoPki, url: str) -> Path:
    own = made.device("kiosk-01")
    path = folder / "kiosk.ini"
    path.write_text(
        f"[central]\nurl = {url}\nca = {made.authority}\ncertificate = {own.certificate}\nkey = {own.key}\n"
        f"list_key = {made.list_signer.public}\ntotal = 2\n[cache]\nfolder = cache\nkey = device.key\n"
        "[journal]\nfolder = journal\n[audit]\nfolder = audit\n[staff]\nfolder = staff\n",
        "utf-8",
    )
    (folder / "device.key").write_bytes(bytes(range(32)))
    (folder / "device.key").chmod(0o400)
    return path


def looked(path: Path, slot: Slot) -> Report:
    loaded = load(path, {})
    assert not loaded.errors
    return examined(path, loaded.settings, loaded.errors, place_of(loaded), client_of(loaded.settings), slot)


def of(report: Report, part: Part) -> Finding:
    return next(finding for finding in report.findings if finding.part is part)


def test_every_part_is_told_and_a_card_in_the_slot_is_timed(
    central: CentralProcess, made: pki.DemoPki, tmp_path: Path
) -> None:
    path = ini(tmp_path, made, central.base_url)
    slot = Slot()

    class WithCard(Slot):
        def start(self, sink: object) -> None:
            super().start(sink)  # type: ignore[arg-type]
            self.insert("jinan-1-0")

    report = looked(path, WithCard())
    assert [finding.part for finding in report.findings] == list(Part)
    assert of(report, Part.READER).key == "timed"
    assert of(report, Part.CENTRAL).key == "answered"
    assert of(report, Part.CLOCK).key == "right"
    assert of(report, Part.CERTIFICATE).level is Level.OK
    assert of(report, Part.PRINTER).level is Level.UNUSED
    # A kiosk that has never run has no list of lost cards: worth a notice, and nothing is made by looking.
    assert of(report, Part.STORE).level is Level.NOTICE
    assert report.exit_code == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["device.key", "kiosk.ini"]
    assert ReaderLook(slot).timed() is None


def test_a_central_that_is_away_is_a_fault_and_the_rest_is_told(made: pki.DemoPki, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        path = ini(tmp_path, made, f"https://127.0.0.1:{free.getsockname()[1]}")
        report = looked(path, Slot())
    assert of(report, Part.CENTRAL).code == "CENTRAL-UNREACHABLE"
    assert of(report, Part.CLOCK).code == "CLOCK-UNCHECKED"
    assert of(report, Part.READER).key == "no_card"
    assert report.exit_code == 2


def test_the_command_prints_text_or_json_and_ends_by_severity(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kiosk.ini"
    path.write_text("[reeder]\nnames = *\n", "utf-8")
    assert main(["doctor", "--config", str(path), "--language", "en"]) == 2
    told = capsys.readouterr().out
    assert "KIOSK-CONFIG" in told
    assert "[kiosk] number = 1  (default)" in told
    assert main(["doctor", "--config", str(path), "--json"]) == 2
    parts = {one["part"]: one for one in json.loads(capsys.readouterr().out)["findings"]}
    assert parts["settings"]["code"] == "KIOSK-CONFIG"
    assert set(parts) == {part.value for part in Part}


def test_the_service_screen_of_a_running_kiosk_knows_the_same_parts(
    central: CentralProcess, made: pki.DemoPki, tmp_path: Path
) -> None:
    kiosk = Kiosk(load(ini(tmp_path, made, central.base_url), {}))
    try:
        doctor = kiosk._doctor()
        doctor.look()
        assert doctor.test(Part.CENTRAL).key == "answered"
        report = doctor.report()
        assert [finding.part for finding in report.findings] == list(Part)
        assert of(report, Part.READER).key == "starting", "the engine was not started"
        assert of(report, Part.CLOCK).code == "CLOCK-UNCHECKED", "when it was looked at, nobody had been asked yet"
        file = kiosk._written(report, "en")
        assert file is not None
        assert "Readiness report" in Path(file).read_text("utf-8")
    finally:
        kiosk.engine.stop()


def test_a_kiosk_with_wrong_settings_still_has_its_service_screen(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.ini"
    path.write_text("[reeder]\nnames = *\n", "utf-8")
    kiosk = Kiosk(load(path, {}))
    try:
        doctor = kiosk._doctor()
        doctor.look()
        assert of(doctor.report(), Part.SETTINGS).code == "KIOSK-CONFIG"
    finally:
        kiosk.engine.stop()
