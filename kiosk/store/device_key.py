"""The device key and what is derived from it. Everything that is kept on the kiosk hangs on this one secret.

It comes from a systemd credential (`LoadCredentialEncrypted=`, bound to the TPM where there is one), or from a file that only the
kiosk's user can read. HKDF-SHA256 (RFC 5869) gives one subkey for each use, so that none tells anything of another.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from kiosk.store.folder import make_folder, sync_folder

KEY_BYTES: Final = 32
CREDENTIAL: Final = "kiosk-device-key"
"""Name of the systemd credential."""


@unique
class Label(StrEnum):
    """One use of the device key each. The names are part of every key: changing one makes what it opened unreadable."""

    FILE = "file"
    ROW_ID = "row-id"
    SEAL = "seal"
    AUDIT = "audit"
    LOSS_LIST = "loss-list"
    LOCK_OUT = "lock-out"
    JOURNAL = "journal"
    JOURNAL_ROW = "journal-row"
    TECHNICIANS = "technicians"


@unique
class KeyFault(StrEnum):
    """Why there is no device key."""

    UNREADABLE = "unreadable"
    OPEN_TO_OTHERS = "open_to_others"
    """Group or others may read the file: whoever copied it opens everything."""
    WRONG_LENGTH = "wrong_length"
    CANNOT_BE_MADE = "cannot_be_made"


@dataclass(frozen=True, slots=True)
class NoKey:
    """`path` names the file, `fault` what is wrong with it."""

    fault: KeyFault
    path: Path


class DeviceKey:
    """Gives subkeys; the key itself never comes out."""

    __slots__ = ("_expand",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a device key has {KEY_BYTES} bytes")
        self._expand = HKDF.extract(SHA256(), b"social-security-kiosk/1", key)

    def derive(self, label: Label) -> bytes:
        """32 bytes for one use."""
        return HKDFExpand(SHA256(), KEY_BYTES, label.value.encode("ascii")).derive(self._expand)

    def __repr__(self) -> str:
        return "DeviceKey(<secret>)"


def load(path: Path, environ: Mapping[str, str] | None = None, *, make: bool = False) -> DeviceKey | NoKey:
    """The credential of the service manager if it gave one, else the file at `path`; `make`: a missing file is made."""
    folder = (os.environ if environ is None else environ).get("CREDENTIALS_DIRECTORY")
    if folder and (Path(folder) / CREDENTIAL).exists():
        path = Path(folder) / CREDENTIAL
    elif make and not path.exists():
        fault = _made(path)
        if fault is not None:
            return fault
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            key = file.read(KEY_BYTES + 1)
    except OSError:
        return NoKey(KeyFault.UNREADABLE, path)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return NoKey(KeyFault.OPEN_TO_OTHERS, path)
    return DeviceKey(key) if len(key) == KEY_BYTES else NoKey(KeyFault.WRONG_LENGTH, path)


def _made(path: Path) -> NoKey | None:
    """A new random key, complete on the disk before its name is there: a power cut leaves no half key."""
    partial = path.with_name(path.name + ".new")
    try:
        make_folder(path.parent)
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was quicker: its key counts
            os.link(partial, path)
    except OSError:
        return NoKey(KeyFault.CANNOT_BE_MADE, path)
    finally:
        with suppress(OSError):
            partial.unlink()
    sync_folder(path.parent)
    return None
