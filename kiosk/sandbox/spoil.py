"""Harm to what a kiosk keeps: rows changed behind its back, a disk that takes nothing more."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path

from kiosk.store.cache import FILE
from kiosk.store.device_key import DeviceKey, Label, load


def tamper_rows(folder: Path, key: Path) -> int:
    """One byte of each sealed row is another, in the file of a kiosk that may be running. How many rows; 0 without a file or key.

    What somebody could do who has the disk and the device key with it.
    """
    from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

    device = load(key, {})
    if not isinstance(device, DeviceKey) or not (folder / FILE).exists():
        return 0
    connection = dbapi2.connect(str(folder / FILE), isolation_level=None, timeout=5.0)
    try:
        connection.execute(f"PRAGMA key = \"x'{device.derive(Label.FILE).hex()}'\"")
        changed = connection.execute(
            "UPDATE sealed_row SET box = CAST(substr(box, 1, 20) || "
            "CASE substr(box, 21, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(box, 22) AS BLOB)"
        )
        return int(changed.rowcount)
    finally:
        connection.close()


def let_write(group: int, *, allowed: bool) -> int:
    """No process of this group can make a file longer or write to one from now on (EFBIG, its log included), or all can again.

    How many processes. It needs no rights and no file system of its own, and SQLite takes it for a disk that fails.
    """
    reached = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        with suppress(OSError, ValueError):
            stat = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            if int(stat[2]) == group and int(entry.name) != os.getpid():
                _, most = resource.prlimit(int(entry.name), resource.RLIMIT_FSIZE)
                resource.prlimit(int(entry.name), resource.RLIMIT_FSIZE, (most if allowed else 0, most))
                reached += 1
    return reached
