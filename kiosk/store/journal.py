"""The journal of activations: how far each two-party transaction came, durable before and after each step that cannot be undone.

Only its last step tells which PIN a card has after a crash, and whether central's reservation may be cancelled. So a broken
journal is never thrown away, as the cache is: it blocks activation (`JournalUnusable`) until a technician has looked, and
nothing else. No PIN, no name, no number is in it: a card stands there as an HMAC of its identification code.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection, Engine, Row

from kiosk.services import JOURNAL_DAYS
from kiosk.store.database import FAILURES, SCHEMA, Unusable, failure, open_database
from kiosk.store.device_key import DeviceKey, Label
from kiosk.store.transaction import FOLLOWS, UNSENT, Closed, JournalUnusable, Step, Transaction

_T = TypeVar("_T")

SCHEMA_VERSION: Final = 1
FILE: Final = "journal.db"
KEPT_SECONDS: Final = JOURNAL_DAYS * 86_400


_tables = MetaData()
_rows = Table(
    "activation",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("row_id", LargeBinary(32), nullable=False),
    Column("key", String, nullable=False),
    Column("reservation", String),
    Column("reference", String),
    Column("step", String, nullable=False),
    Column("begun", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("closed", String),
    sqlite_autoincrement=True,
)
Index("one_open", _rows.c.row_id, unique=True, sqlite_where=_rows.c.closed.is_(None))
_COLUMNS: Final = "SELECT name FROM pragma_table_info('activation')"


class TransactionJournal:
    """Any thread. What a method has done is on the disk when it returns; each raises JournalUnusable otherwise.

    A file that could not be opened is tried again with the next call: a disk that is mended goes on.
    """

    def __init__(
        self,
        folder: Path,
        device: DeviceKey,
        *,
        synchronous: str = "FULL",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._path = folder / FILE
        self._key = device.derive(Label.JOURNAL)
        self._row = device.derive(Label.JOURNAL_ROW)
        self._synchronous = synchronous
        self._now = now
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def close_file(self) -> None:
        with self._lock:
            self._leave()

    # ---- a transaction ----------------------------------------------------------------------------------------------

    def open_of(self, identification: str) -> Transaction | None:
        """The open transaction of a card, by its identification code."""
        wanted = select(_rows).where(_rows.c.row_id == self._row_id(identification), _rows.c.closed.is_(None))
        return self._do(lambda connection: _one(connection, wanted))

    def get(self, id: int) -> Transaction | None:
        """An open or closed one."""
        return self._do(lambda connection: _one(connection, select(_rows).where(_rows.c.id == id)))

    def begin(self, identification: str, key: str) -> Transaction:
        """RESERVING. Raises ValueError where the card has an open transaction."""
        return self._new(identification, key, None, None, Step.RESERVING)

    def adopt(self, identification: str, reservation: str, reference: str) -> Transaction:
        """CHANGING, of a reservation that central has open and this journal does not know."""
        return self._new(identification, "", reservation, reference, Step.CHANGING)

    def advance(
        self,
        id: int,
        step: Step,
        *,
        reservation: str | None = None,
        reference: str | None = None,
        key: str | None = None,
    ) -> Transaction:
        """The next step of an open transaction; None leaves what is there. Raises ValueError for a step that cannot follow."""
        given = {"reservation": reservation, "reference": reference, "key": key}
        values: dict[str, object] = {name: value for name, value in given.items() if value is not None}

        def write(connection: Connection) -> Transaction:
            before = self._open(connection, id)
            if step not in FOLLOWS[before.step]:
                raise ValueError(f"{step.value} cannot follow {before.step.value}")
            values.update(step=step.value, changed=self._time())
            connection.execute(update(_rows).where(_rows.c.id == id).values(values))
            return self._open(connection, id)

        return self._do(write)

    def close(self, id: int, how: Closed) -> None:
        """The end of it. Again: nothing. Raises ValueError for NEVER_SENT of one whose CHANGE may have been sent."""

        def write(connection: Connection) -> None:
            before = _one(connection, select(_rows).where(_rows.c.id == id))
            if before is None or before.closed is not None:
                return
            if how is Closed.NEVER_SENT and before.step not in UNSENT:
                raise ValueError(f"CHANGE may have been sent: {before.step.value}")
            now = self._time()
            connection.execute(update(_rows).where(_rows.c.id == id).values(closed=how.value, changed=now))
            connection.execute(delete(_rows).where(_rows.c.closed.is_not(None), _rows.c.changed < now - KEPT_SECONDS))

        self._do(write)

    # ---- all of them ------------------------------------------------------------------------------------------------

    def pending(self) -> tuple[Transaction, ...]:
        """The open ones, oldest first."""
        wanted = select(_rows).where(_rows.c.closed.is_(None)).order_by(_rows.c.id)
        return self._do(lambda connection: tuple(_transaction(row) for row in connection.execute(wanted)))

    def history(self, identification: str) -> tuple[Transaction, ...]:
        """All of a card that are still there, closed ones too, oldest first."""
        wanted = select(_rows).where(_rows.c.row_id == self._row_id(identification)).order_by(_rows.c.id)
        return self._do(lambda connection: tuple(_transaction(row) for row in connection.execute(wanted)))

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _time(self) -> int:
        return int(self._now())

    def _row_id(self, identification: str) -> bytes:
        mac = HMAC(self._row, SHA256())
        mac.update(identification.encode("ascii"))
        return mac.finalize()

    def _new(
        self, identification: str, key: str, reservation: str | None, reference: str | None, step: Step
    ) -> Transaction:
        now = self._time()
        values = {
            "row_id": self._row_id(identification),
            "key": key,
            "reservation": reservation,
            "reference": reference,
            "step": step.value,
            "begun": now,
            "changed": now,
        }

        open_one = select(_rows).where(_rows.c.row_id == values["row_id"], _rows.c.closed.is_(None))

        def write(connection: Connection) -> Transaction:
            if _one(connection, open_one) is not None:
                raise ValueError("the card has an open transaction")
            made = connection.execute(insert(_rows).values(values)).inserted_primary_key
            assert made is not None
            return self._open(connection, made[0])

        return self._do(write)

    def _open(self, connection: Connection, id: int) -> Transaction:
        found = _one(connection, select(_rows).where(_rows.c.id == id, _rows.c.closed.is_(None)))
        if found is None:
            raise ValueError("no open transaction")
        return found

    def _do(self, work: Callable[[Connection], _T]) -> _T:
        """One transaction of the file's."""
        with self._lock:
            try:
                if self._engine is None:
                    self._engine = self._ready()
                try:
                    with self._engine.begin() as connection:
                        return work(connection)
                except FAILURES as error:
                    raise failure(error, self._path) from None
            except (OSError, Unusable) as broken:
                # Opened anew for the next one: what SQLite holds of a file that failed is worth nothing.
                self._leave()
                raise JournalUnusable(str(broken)) from None

    def _leave(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _ready(self) -> Engine:
        """The file with its table. Raises OSError, Unusable."""
        engine = open_database(self._path, self._key, SCHEMA_VERSION, synchronous=self._synchronous)
        try:
            with engine.begin() as connection:
                if connection.exec_driver_sql(f"PRAGMA {SCHEMA}").scalar() == 0:
                    _tables.create_all(connection)
                    connection.exec_driver_sql(f"PRAGMA {SCHEMA} = {SCHEMA_VERSION}")
                elif [name for (name,) in connection.exec_driver_sql(_COLUMNS)] != list(_rows.c.keys()):
                    raise Unusable(self._path, "has other tables")
        except FAILURES as error:
            engine.dispose()
            raise failure(error, self._path) from None
        except Unusable:
            engine.dispose()
            raise
        return engine


def _one(connection: Connection, wanted: Select[tuple[object, ...]]) -> Transaction | None:
    found = connection.execute(wanted).first()
    return None if found is None else _transaction(found)


def _transaction(found: Row[tuple[object, ...]]) -> Transaction:
    r = found._mapping
    closed = None if r["closed"] is None else Closed(r["closed"])
    return Transaction(
        r["id"], r["key"], r["reservation"], r["reference"], Step(r["step"]), r["begun"], r["changed"], closed
    )
