"""Who types wrong things waits: how long, over restarts and reboots, and what does not count."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.store.device_key import DeviceKey
from kiosk.store.lockout import Limits, Lockout, Try

DEVICE = DeviceKey(bytes(range(32)))


class Machine:
    """Its boot, and the seconds since then."""

    def __init__(self) -> None:
        self.boot = "first"
        self.seconds = 1000.0

    def reboots(self) -> None:
        self.boot, self.seconds = self.boot + "+", 20.0

    def starts(self, folder: Path, device: DeviceKey = DEVICE, name: str = "lockout-staff") -> Lockout:
        return Lockout(folder, name, device, Limits(), lambda: self.seconds, lambda: self.boot)


def wrong(lockout: Lockout) -> None:
    assert isinstance(lockout.begin(), Try)


def test_five_wrong_ones_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour(tmp_path: Path) -> None:
    machine = Machine()
    lockout = machine.starts(tmp_path)
    waits = []
    for _ in range(14):
        wrong(lockout)
        waits.append(lockout.wait())
        machine.seconds += lockout.wait()
    assert waits == [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900, 900]


def test_while_it_waits_nothing_is_taken_and_the_seconds_are_told(tmp_path: Path) -> None:
    machine = Machine()
    lockout = machine.starts(tmp_path)
    for _ in range(5):
        wrong(lockout)
    machine.seconds += 5
    assert lockout.begin() == 10.0
    machine.seconds += 10
    wrong(lockout)
    assert lockout.wait() == 30


def test_a_restart_takes_nothing_off(tmp_path: Path) -> None:
    machine = Machine()
    lockout = machine.starts(tmp_path)
    for _ in range(5):
        wrong(lockout)
    machine.seconds += 5
    assert machine.starts(tmp_path).wait() == 10
    machine.seconds += 11
    again = machine.starts(tmp_path)
    wrong(again)
    assert machine.starts(tmp_path).wait() == 30


def test_after_a_reboot_a_wait_begins_again_and_only_once(tmp_path: Path) -> None:
    machine = Machine()
    lockout = machine.starts(tmp_path)
    for _ in range(6):
        machine.seconds += lockout.wait()
        wrong(lockout)
    machine.reboots()
    assert machine.starts(tmp_path).wait() == 30
    machine.seconds += 20
    assert machine.starts(tmp_path).wait() == 10


def test_the_wall_clock_has_no_part_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 4e9)
    real = Lockout(tmp_path, "lockout-staff", DEVICE)
    for _ in range(5):
        wrong(real)
    assert 14 < real.wait() <= 15
    monkeypatch.setattr("time.time", lambda: 9e9)
    assert 14 < Lockout(tmp_path, "lockout-staff", DEVICE).wait() <= 15


def test_a_try_that_was_never_settled_is_a_wrong_one_also_for_who_pulls_the_plug(tmp_path: Path) -> None:
    machine = Machine()
    for _ in range(5):
        wrong(machine.starts(tmp_path))  # each time the process is killed before central answers
    assert machine.starts(tmp_path).wait() == 15


def test_a_good_one_begins_anew_and_one_that_central_never_judged_does_not_count(tmp_path: Path) -> None:
    machine = Machine()
    lockout = machine.starts(tmp_path)
    for _ in range(4):
        wrong(lockout)
    for _ in range(10):
        taken = lockout.begin()
        assert isinstance(taken, Try)
        taken.not_judged()
    assert machine.starts(tmp_path).wait() == 0
    taken = lockout.begin()
    assert isinstance(taken, Try)
    taken.good()
    taken.not_judged()  # said already
    for _ in range(4):
        wrong(lockout)
    assert machine.starts(tmp_path).wait() == 0


def test_wrong_ones_are_forgotten_one_by_one_and_who_keeps_to_that_pace_is_held_back(tmp_path: Path) -> None:
    machine = Machine()
    lockout = machine.starts(tmp_path)
    for _ in range(4):
        wrong(lockout)
    machine.seconds += 2 * 900
    for _ in range(2):
        wrong(lockout)
    assert lockout.wait() == 0
    wrong(lockout)
    assert lockout.wait() == 15
    for _ in range(20):
        machine.seconds += lockout.wait()
        wrong(lockout)
    assert lockout.wait() == 900
    tries = 0
    began = machine.seconds
    while machine.seconds < began + 86_400:
        machine.seconds += lockout.wait()
        wrong(lockout)
        tries += 1
    assert tries <= 24 * 4 + 1, "so many passwords a day, whatever is done in between"


def test_without_a_device_key_it_holds_as_long_as_the_process(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, "lockout-staff", None)
    for _ in range(5):
        wrong(lockout)
    assert lockout.wait() > 14
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_guarded_does_not_lock_another(tmp_path: Path) -> None:
    machine = Machine()
    staff, query = machine.starts(tmp_path), machine.starts(tmp_path, name="lockout-query")
    for _ in range(5):
        wrong(staff)
    assert query.wait() == 0
    os.replace(tmp_path / "lockout-staff", tmp_path / "lockout-query")
    assert machine.starts(tmp_path, name="lockout-query").wait() == 900, "another one's file is no file of its own"


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:7])


@pytest.mark.parametrize("spoil", [flipped, cut])
def test_a_file_that_was_tampered_with_is_one_long_wait_and_then_goes_on(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    machine = Machine()
    wrong(machine.starts(tmp_path))
    spoil(tmp_path / "lockout-staff")
    lockout = machine.starts(tmp_path)
    assert lockout.wait() == 900
    machine.seconds += 900
    taken = lockout.begin()
    assert isinstance(taken, Try)
    taken.good()
    assert machine.starts(tmp_path).wait() == 0


def test_a_disk_that_takes_nothing_does_not_open_the_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine()
    lockout = machine.starts(tmp_path)

    def full(_handle: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    for _ in range(5):
        wrong(lockout)
    assert lockout.wait() == 15


def test_nothing_of_who_tried_is_in_the_file(tmp_path: Path) -> None:
    machine = Machine()
    wrong(machine.starts(tmp_path))
    assert b"first" not in (tmp_path / "lockout-staff").read_bytes()
    assert (tmp_path / "lockout-staff").stat().st_mode & 0o777 == 0o600
