"""One SQLCipher file under SQLAlchemy: encrypted as a whole, and safe against a power cut.

Each file has one connection and one thread that uses it (`kiosk.engine` owns that worker). The raw key goes in by
`creator=`: it never stands in a URL, a repr or a log. SQLite's WAL with `synchronous=FULL`: what was committed is on the disk.
sqlcipher3 brings a SQLite newer than the WAL-reset corruption bug (sqlite.org/wal.html, 3.7.0 to 3.51.2; Debian 12 has 3.40.1).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

from kiosk.store.folder import make_folder, sync_folder

SCHEMA: Final = "user_version"
PARTS: Final = ("-journal", "-wal", "-shm", "")
"""What SQLite adds to the file's name; the file itself comes last."""


FAILURES: Final = (DatabaseError, dbapi2.DatabaseError)
"""What a statement raises, through SQLAlchemy or past it."""


class Unusable(Exception):
    """The file is none of ours: broken, under another key, of another schema. `why` is a fixed word."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name}: {why}")
        self.path = path
        self.why = why


def open_database(path: Path, key: bytes, schema: int, *, synchronous: str = "FULL") -> Engine:
    """An engine on the file, which is made when it is not there. `key`: 32 bytes. Raises Unusable, OSError.

    A new file has `user_version` 0: the caller creates its tables and sets it, in one transaction.
    """
    make_folder(path.parent)
    _private(path)

    def connect() -> Any:
        connection = dbapi2.connect(str(path), check_same_thread=False, isolation_level=None, timeout=5.0)
        try:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            for pragma in (
                "cipher_log_level = NONE",  # it would write to standard error, into the kiosk's own log
                "cipher_memory_security = OFF",  # mlock of every page; the kiosk's own memory is guarded as a whole
                f"synchronous = {synchronous}",
                "secure_delete = ON",
                "temp_store = MEMORY",
                "cache_size = -1000",  # KiB: a person's row is read once, and what lies decrypted in memory is not much
                "wal_autocheckpoint = 200",
                "trusted_schema = OFF",
                "foreign_keys = ON",
            ):
                connection.execute(f"PRAGMA {pragma}")
            # A disk that refuses leaves SQLite in another mode without an error, and there a commit can be undone by a power cut.
            if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
                raise OSError(f"{path.name}: no write-ahead log")
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
    except FAILURES as error:
        engine.dispose()
        raise failure(error, path) from None
    if sound != "ok":
        engine.dispose()
        raise Unusable(path, "is damaged")
    if found not in (0, schema):
        engine.dispose()
        raise Unusable(path, "has another schema")
    return engine


def checkpoint(engine: Engine) -> None:
    """The write-ahead log into the file, so that what was deleted is gone from both. Outside of any transaction."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def set_aside(path: Path) -> None:
    """Out of the way, with its journals: one broken file is kept for the technician, an older one makes room.

    The journals go first, and all of it is on the disk before this returns: no old journal is ever played into a new file.
    """
    for suffix in PARTS:
        with suppress(FileNotFoundError):
            path.with_name(f"{path.name}.aside{suffix}").unlink()
    for suffix in PARTS:
        with suppress(FileNotFoundError):
            os.replace(path.with_name(path.name + suffix), path.with_name(f"{path.name}.aside{suffix}"))
    sync_folder(path.parent)


def _private(path: Path) -> None:
    """Readable by the kiosk's user alone, from its first byte on; SQLite gives WAL and shared memory the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def failure(error: BaseException, path: Path) -> OSError | Unusable:
    """What an error of SQLite's means. Raises any that is none of the disk's doing again: a bug. The text holds no statement
    and no value."""
    cause = error.orig if isinstance(error, DatabaseError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    match None if code is None else code & 0xFF:
        case dbapi2.SQLITE_CORRUPT | dbapi2.SQLITE_NOTADB | dbapi2.SQLITE_SCHEMA:
            return Unusable(path, "is damaged, or has another key")
        case (
            dbapi2.SQLITE_FULL
            | dbapi2.SQLITE_IOERR
            | dbapi2.SQLITE_READONLY
            | dbapi2.SQLITE_CANTOPEN
            | dbapi2.SQLITE_BUSY
            | dbapi2.SQLITE_LOCKED
            | dbapi2.SQLITE_PERM
            | dbapi2.SQLITE_PROTOCOL
        ):
            return OSError(f"{path.name}: SQLite error {code}")
        case _:
            raise error
