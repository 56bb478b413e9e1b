"""One SQLCipher file under SQLAlchemy: encrypted as a whole, and safe against a power cut.

Each file has one connection and one thread that uses it (`kiosk.engine` owns that worker). The raw key goes in by
`creator=`: it never stands in a URL, a repr or a log. SQLite's WAL with `synchronous=FULL`:
what was committed is on the disk. sqlcipher3 brings a SQLite newer than the WAL-reset corruption bug (sqlite.org/wal.html, 3.7.0 to 3.51.2; Debian 12 has 3.40.1).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

SCHEMA: Final = "user_version"


class Unusable(Exception):
    """The file is none of ours: broken, under another key, of another schema. `why` is a fixed word."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name}: {why}")
        self.path = path
        self.why = why


def open_database(path: Path, key: bytes, schema: int, *, synchronous: str = "FULL") -> Engine:
    """An engine on the file, which is made when it is not there. `key`: 32 bytes. Raises Unusable, OSError.

    A new file has `user_version` 0: the caller creates its tables and calls `stamp`.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _private(path)

    def connect() -> Any:
        connection = dbapi2.connect(str(path), check_same_thread=False, isolation_level=None, timeout=5.0)
        try:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            for pragma in (
                "cipher_memory_security = OFF",  # mlock of every page; the kiosk's own memory is guarded as a whole
                "journal_mode = WAL",
                f"synchronous = {synchronous}",
                "secure_delete = ON",
                "temp_store = MEMORY",
                "wal_autocheckpoint = 200",
                "trusted_schema = OFF",
                "foreign_keys = ON",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool, module=dbapi2, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.connect() as connection:
            sound = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
            found = connection.exec_driver_sql(f"PRAGMA {SCHEMA}").scalar()
    except (DatabaseError, dbapi2.DatabaseError) as error:
        engine.dispose()
        if _no_room(error):
            raise OSError(str(error.__class__.__name__)) from None
        raise Unusable(path, "cannot be opened with this key") from None
    if sound != "ok":
        engine.dispose()
        raise Unusable(path, "is damaged")
    if found not in (0, schema):
        engine.dispose()
        raise Unusable(path, "has another schema")
    return engine


def is_new(engine: Engine) -> bool:
    """No tables yet."""
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {SCHEMA}").scalar() == 0


def checkpoint(engine: Engine) -> None:
    """The write-ahead log into the file, so that what was deleted is gone from both. Outside of any transaction."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def set_aside(path: Path) -> None:
    """Out of the way, with its journal: one broken file is kept for the technician, an older one makes room."""
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            os.replace(part, path.with_name(path.name + ".aside" + suffix))


def _private(path: Path) -> None:
    """Readable by the kiosk's user alone, from its first byte on; SQLite gives WAL and shared memory the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def _no_room(error: BaseException) -> bool:
    return any(word in str(error) for word in ("disk is full", "readonly database", "disk I/O error", "unable to open"))
