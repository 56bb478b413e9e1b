"""A pcscd of our own: seen by its clients, stopped, killed, unplugged, and nothing left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.sandbox.pcscd import SOCKET_VARIABLE, Pcscd, Where

READERS = (
    "import smartcard.scard as s; r, c = s.SCardEstablishContext(s.SCARD_SCOPE_SYSTEM); "
    "print(f'{r & 0xffffffff:08X}', *(s.SCardListReaders(c, [])[1] if r == 0 else []), sep='|')"
)


def ask(service: Pcscd) -> str:
    """What another program sees."""
    env = {**os.environ, **service.environment}
    done = subprocess.run([sys.executable, "-c", READERS], env=env, capture_output=True, text=True, timeout=30)
    return done.stdout.strip()


def test_two_services_of_our_own_run_side_by_side_and_leave_nothing() -> None:
    with Pcscd.open() as first, Pcscd.open() as second:
        assert first.where is second.where is Where.PRIVATE
        assert first.port != second.port
        assert ask(first) == ask(second) == "00000000|Virtual PCD 00 00|Virtual PCD 00 01"
        folder = Path(first.environment[SOCKET_VARIABLE]).parent.parent
        assert folder.exists()
    assert not first.alive
    assert not folder.exists()


def test_stopped_and_killed_the_service_is_gone_for_its_clients_and_comes_back() -> None:
    with Pcscd.open() as service:
        service.stop()
        assert ask(service) == "8010001D"
        service.start()
        service.kill()
        assert ask(service) == "8010001D"
        service.start()
        assert ask(service).startswith("00000000|Virtual PCD")


def test_an_unplugged_reader_is_missing_from_a_service_that_answers() -> None:
    with Pcscd.open() as service:
        service.unplug()
        assert ask(service) == "00000000"
        service.plug()
        assert ask(service).startswith("00000000|Virtual PCD")


def test_somebody_elses_service_is_never_touched(tmp_path: Path) -> None:
    other = Pcscd(Where.RUNNING, tmp_path, 35963)
    for touch in (other.stop, other.kill, other.start, other.unplug):
        with pytest.raises(RuntimeError):
            touch()
    other.close()
    assert other.alive
