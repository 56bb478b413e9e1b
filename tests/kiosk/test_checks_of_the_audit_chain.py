"""What the test of what is kept finds of the audit chain: a real file, as the kiosk writes it."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from drivers.card.states import ReaderState
from kiosk import config
from kiosk.checks import UPLOAD_SECONDS, Checks, Senses
from kiosk.config import Settings
from kiosk.devices import Devices
from kiosk.failures import DeviceFailure
from kiosk.health import Finding, Occasion
from kiosk.help import Level, Part
from kiosk.store.auditfile import FILE, AuditFile
from kiosk.store.database import open_database
from kiosk.store.device_key import DeviceKey, Label
from kiosk.visit.failures import Failure

DEVICE_KEY: Final = bytes(range(32))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The defaults, with all files below `tmp_path`."""
    told = config.defaults()
    key = tmp_path / "device.key"
    key.write_bytes(DEVICE_KEY)
    key.chmod(0o400)
    return replace(
        told,
        cache=replace(told.cache, folder=tmp_path / "cache", key=key, enabled=False),
        journal=replace(told.journal, folder=tmp_path / "journal"),
        audit=replace(told.audit, folder=tmp_path / "audit"),
        staff=replace(told.staff, folder=tmp_path / "staff"),
    )


def found(settings: Settings, audit: bool | None = None, *, thorough: bool = True) -> Finding:
    """Of what is kept: looked at, or tested."""
    senses = Senses(
        lambda: ReaderState.READY,
        lambda _v, _i: None,
        lambda: 0.0,
        lambda: None,
        lambda _p: None,
        lambda _a: None,
        lambda: audit,
        str,
    )
    no_place: Callable[[str], object] = str
    checks = Checks(settings, (), tuple, Devices(settings, no_place), no_place, None, senses)  # type: ignore[arg-type]
    check = next(each for each in checks.all() if each.part is Part.STORE)
    return check.test(Occasion()) if thorough else check.look()


def write(settings: Settings, lines: int = 5, *, ago: int = 0) -> AuditFile:
    """A chain of so many lines beside the first, written so many seconds ago."""
    settings.audit.folder.mkdir(exist_ok=True)
    chain = AuditFile(settings.audit.folder, DeviceKey(DEVICE_KEY), "3", now_ms=lambda: (int(time.time()) - ago) * 1000)
    chain.append([{"kind": "overview", "visit": str(number)} for number in range(lines)])
    return chain


def change(settings: Settings, statement: str) -> None:
    """By somebody who has the kiosk and its device key."""
    engine = open_database(settings.audit.folder / FILE, DeviceKey(DEVICE_KEY).derive(Label.AUDIT), 1)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_a_whole_chain_that_central_takes_is_no_finding(settings: Settings) -> None:
    nothing_yet = found(settings)
    write(settings).close_file()
    assert found(settings) == nothing_yet
    assert nothing_yet.code == DeviceFailure.PAIRS_OLD.code  # no technician's card was ever given any


@pytest.mark.parametrize(
    "statement", ["DELETE FROM line WHERE number = 3", "UPDATE line SET text = text || ' ' WHERE number = 2"]
)
def test_a_chain_that_was_changed_is_the_centres(settings: Settings, statement: str) -> None:
    write(settings).close_file()
    change(settings, statement)
    finding = found(settings)
    assert (finding.level, finding.code) == (Level.FAULT, DeviceFailure.AUDIT_BROKEN.code)
    assert found(settings, thorough=False).code != finding.code  # a look opens no file


def test_lines_that_central_has_not_taken_for_days_are_a_notice(settings: Settings) -> None:
    chain = write(settings, ago=UPLOAD_SECONDS + 60)
    finding = found(settings)
    assert (finding.level, finding.code) == (Level.NOTICE, DeviceFailure.AUDIT_BEHIND.code)
    chain.uploaded(chain.head().length)
    chain.close_file()
    assert found(settings).code != finding.code


def test_lines_of_today_may_wait(settings: Settings) -> None:
    write(settings, ago=UPLOAD_SECONDS - 60).close_file()
    assert found(settings).code != DeviceFailure.AUDIT_BEHIND.code


@pytest.mark.parametrize("thorough", [True, False])
def test_a_chain_that_cannot_be_written_has_the_code_that_is_on_the_screen(settings: Settings, thorough: bool) -> None:
    finding = found(settings, audit=False, thorough=thorough)
    assert (finding.level, finding.code) == (Level.FAULT, Failure.AUDIT_UNWRITABLE.code)


def test_a_file_that_is_no_chain_cannot_be_written(settings: Settings) -> None:
    settings.audit.folder.mkdir()
    (settings.audit.folder / FILE).write_bytes(b"nothing" * 1000)
    assert found(settings).code == Failure.AUDIT_UNWRITABLE.code
