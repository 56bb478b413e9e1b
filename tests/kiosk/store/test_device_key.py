"""The device key: one secret, a subkey for each use, and a clear word where there is none."""

import os
from pathlib import Path

import pytest

from kiosk.store.device_key import KEY_BYTES, DeviceKey, KeyFault, Label, NoKey, load

KEY = bytes(range(KEY_BYTES))


def test_every_use_has_a_key_of_its_own_and_always_the_same() -> None:
    keys = {label: DeviceKey(KEY).derive(label) for label in Label}
    assert len(set(keys.values())) == len(Label)
    assert all(len(key) == 32 and key != KEY for key in keys.values())
    assert keys == {label: DeviceKey(KEY).derive(label) for label in Label}
    assert keys[Label.SEAL] != DeviceKey(KEY[::-1]).derive(Label.SEAL)


def test_a_key_is_made_once_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "device.key"
    first, second = load(path, {}, make=True), load(path, {}, make=True)
    assert isinstance(first, DeviceKey)
    assert isinstance(second, DeviceKey)
    assert first.derive(Label.SEAL) == second.derive(Label.SEAL)
    assert path.stat().st_mode & 0o777 == 0o400
    assert [entry.name for entry in path.parent.iterdir()] == ["device.key"]


def test_without_being_asked_no_key_is_made(tmp_path: Path) -> None:
    assert load(tmp_path / "device.key", {}) == NoKey(KeyFault.UNREADABLE, tmp_path / "device.key")


def test_the_credential_of_the_service_manager_comes_first(tmp_path: Path) -> None:
    credential = tmp_path / "credentials" / "kiosk-device-key"
    credential.parent.mkdir()
    credential.write_bytes(KEY)
    credential.chmod(0o400)
    found = load(tmp_path / "device.key", {"CREDENTIALS_DIRECTORY": str(credential.parent)}, make=True)
    assert isinstance(found, DeviceKey)
    assert found.derive(Label.FILE) == DeviceKey(KEY).derive(Label.FILE)
    assert not (tmp_path / "device.key").exists()


@pytest.mark.parametrize(
    ("content", "mode", "fault"),
    [
        (KEY, 0o440, KeyFault.OPEN_TO_OTHERS),
        (KEY, 0o404, KeyFault.OPEN_TO_OTHERS),
        (KEY[:-1], 0o400, KeyFault.WRONG_LENGTH),
        (KEY + b"x", 0o400, KeyFault.WRONG_LENGTH),
        (b"", 0o400, KeyFault.WRONG_LENGTH),
    ],
)
def test_a_key_file_that_is_none_is_named(tmp_path: Path, content: bytes, mode: int, fault: KeyFault) -> None:
    path = tmp_path / "device.key"
    path.write_bytes(content)
    path.chmod(mode)
    assert load(path, {}) == NoKey(fault, path)


def test_where_no_key_can_be_made_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be", "utf-8")
    assert load(tmp_path / "state" / "device.key", {}, make=True) == NoKey(
        KeyFault.CANNOT_BE_MADE, tmp_path / "state" / "device.key"
    )


def test_a_half_written_key_of_a_power_cut_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "device.key.new").write_bytes(KEY[:7])
    made = load(tmp_path / "device.key", {}, make=True)
    assert isinstance(made, DeviceKey)
    assert os.listdir(tmp_path) == ["device.key"]


def test_the_key_is_in_no_repr() -> None:
    assert KEY.hex() not in repr(DeviceKey(KEY))
