"""Harm to what a kiosk keeps, seen from the kiosk that keeps it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.sandbox.spoil import let_write, tamper_rows
from kiosk.store.cache import SealedCache
from kiosk.store.device_key import DeviceKey, load
from tests.kiosk.store.served import NOW, content, keep, read

WRITER = """
import sys
for line in sys.stdin:
    try:
        with open(sys.argv[1], "a") as file:
            file.write("more")
        print("written", flush=True)
    except OSError as error:
        print(error.errno, flush=True)
"""


def test_tampered_rows_open_for_nobody_while_the_kiosk_runs(tmp_path: Path) -> None:
    device = load(tmp_path / "device.key", {}, make=True)
    assert isinstance(device, DeviceKey)
    cache = SealedCache(tmp_path, device)
    for card in range(3):
        keep(cache, card, card)
    assert read(cache, 1, NOW) == content(1)
    assert tamper_rows(tmp_path, tmp_path / "device.key") == 3
    assert [read(cache, card, NOW) for card in range(3)] == [None] * 3
    assert cache.status().not_opened == 3
    assert cache.status().files_set_aside == 0
    cache.close()


def test_where_nothing_is_kept_nothing_is_tampered_with(tmp_path: Path) -> None:
    assert tamper_rows(tmp_path, tmp_path / "device.key") == 0
    load(tmp_path / "device.key", {}, make=True)
    assert tamper_rows(tmp_path, tmp_path / "device.key") == 0


@pytest.fixture
def writer(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    argv = [sys.executable, "-c", WRITER, str(tmp_path / "file")]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        yield child
        assert child.stdin is not None
        child.stdin.close()


def test_a_group_of_processes_can_write_no_file_until_it_may_again(writer: "subprocess.Popen[str]") -> None:
    def says() -> str:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write("now\n")
        writer.stdin.flush()
        return writer.stdout.readline().strip()

    assert says() == "written"
    assert let_write(os.getpgid(writer.pid), allowed=False) == 1
    assert says() == "27", "EFBIG"
    assert let_write(os.getpgid(writer.pid), allowed=True) == 1
    assert says() == "written"
