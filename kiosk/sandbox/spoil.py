"""Harm to what a kiosk keeps: rows changed behind its back, older files put back, a disk that takes nothing more."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kiosk.store.cache import FILE
from kiosk.store.device_key import DeviceKey, Label, load
from kiosk.store.sealed import Sealer


def tamper_rows(folder: Path, key: Path) -> int:
    """One byte of each sealed row is another, in the file of a kiosk that may be running. How many rows; 0 without a file or key.

    What somebody could do who has the disk and the device key with it.
    """
    device = load(key, {})
    if not isinstance(device, DeviceKey) or not (folder / FILE).exists():
        return 0
    with _opened(folder / FILE, device) as connection:
        changed = connection.execute(
            "UPDATE sealed_row SET box = CAST(substr(box, 1, 20) || "
            "CASE substr(box, 21, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(box, 22) AS BLOB)"
        )
        return int(changed.rowcount)


def move_row(folder: Path, device: DeviceKey, card: str, under: str) -> int:
    """The row of one card stands where another card's is looked for, instead of that one's; both by identification code. 1, or 0
    when the first has none."""
    sealer = Sealer(device)
    with _opened(folder / FILE, device) as connection:
        moved = connection.execute(
            "UPDATE OR REPLACE sealed_row SET row_id = ? WHERE row_id = ?", (sealer.row_id(under), sealer.row_id(card))
        )
        return int(moved.rowcount)


def bring_row(folder: Path, device: DeviceKey, card: str, file: Path, of: DeviceKey) -> int:
    """A card's row of a `file` that another kiosk sealed stands where this kiosk looks for it, instead of its own. 1, or 0 when
    it is not there."""
    with _opened(file, of) as connection:
        found = connection.execute("SELECT * FROM sealed_row WHERE row_id = ?", (Sealer(of).row_id(card),))
        columns = [column for column, *_ in found.description]
        row = found.fetchone()
    if row is None:
        return 0
    theirs = {**dict(zip(columns, row, strict=True)), "row_id": Sealer(device).row_id(card)}
    with _opened(folder / FILE, device) as connection:
        put = f"REPLACE INTO sealed_row ({', '.join(theirs)}) VALUES ({', '.join('?' * len(theirs))})"  # noqa: S608 column names
        return int(connection.execute(put, tuple(theirs.values())).rowcount)


def stored(folder: Path, device: DeviceKey, card: str) -> int | None:
    """When a card's row was written, in seconds since 1970 on central's clock; None: it has none."""
    with _opened(folder / FILE, device) as connection:
        found = connection.execute("SELECT stored FROM sealed_row WHERE row_id = ?", (Sealer(device).row_id(card),))
        row = found.fetchone()
        return None if row is None else int(row[0])


@contextmanager
def _opened(file: Path, device: DeviceKey) -> Iterator[Any]:
    """The file with its key, past the kiosk."""
    from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

    connection = dbapi2.connect(str(file), isolation_level=None, timeout=5.0)
    try:
        connection.execute(f"PRAGMA key = \"x'{device.derive(Label.FILE).hex()}'\"")
        yield connection
    finally:
        connection.close()


def copied(folder: Path, name: str) -> Mapping[str, bytes]:
    """A file and what else begins with its name (a database's journals). Of a kiosk that is off."""
    return {path.name: path.read_bytes() for path in folder.glob(f"{name}*")}


def put_back(folder: Path, name: str, copy: Mapping[str, bytes]) -> None:
    """A copy in the place of what is there now. Of a kiosk that is off."""
    for path in folder.glob(f"{name}*"):
        path.unlink()
    for each, content in copy.items():
        (folder / each).write_bytes(content)
        (folder / each).chmod(0o600)


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
