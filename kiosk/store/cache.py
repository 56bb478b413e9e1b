"""The sealed cache: recent data of people who were served at this kiosk, for outages. A broken cache blocks nothing.

What it promises: a row is the old one or the new one, never a mixture; what is past its time is not given; what cannot be
opened is counted and left for the next online visit to replace.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.engine import Connection, Engine, Row

from kiosk.store.database import (
    FAILURES,
    PARTS,
    SCHEMA,
    Unusable,
    checkpoint,
    failure,
    open_database,
    set_aside,
)
from kiosk.store.device_key import DeviceKey, Label
from kiosk.store.sealed import Answers, Challenges, SealedRow, Sealer, SealingChallenge, Times

_T = TypeVar("_T")

SCHEMA_VERSION: Final = 1
FILE: Final = "cache.db"

_tables = MetaData()
_rows = Table(
    "sealed_row",
    _tables,
    Column("row_id", LargeBinary(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("proc_a", LargeBinary(8), nullable=False),
    Column("orig_a", LargeBinary(8), nullable=False),
    Column("proc_b", LargeBinary(8), nullable=False),
    Column("orig_b", LargeBinary(8), nullable=False),
    Column("nonce", LargeBinary(12), nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("stored", Integer, nullable=False, index=True),
    Column("as_of", Integer, nullable=False),
    Column("expires", Integer, nullable=False, index=True),
    sqlite_with_rowid=False,
)
_facts = Table(
    "fact",
    _tables,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
    sqlite_with_rowid=False,
)

_COLUMNS: Final = (
    "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' "
    "AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~'"
)
_CLOCK: Final = "clock-high-water"
_UNOPENED: Final = "rows-not-opened"
_ASIDE: Final = "files-set-aside"


@dataclass(frozen=True, slots=True)
class CacheStatus:
    """For the technician: counts and bytes, nobody's data. Times in seconds since 1970, None in an empty cache."""

    rows: int
    oldest: int | None
    newest: int | None
    file_bytes: int
    not_opened: int
    files_set_aside: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that a row lives; rows that are kept at most."""

    time_to_live: int = 7 * 86400
    most_rows: int = 20_000


class SealedCache:
    """One thread at a time. Raises OSError where the disk is full, fails or is read-only: the visit goes on without.

    A file that is found to be broken, at the start or later, is set aside and counted, and a new one takes its place.
    """

    def __init__(
        self, folder: Path, device: DeviceKey, limits: Limits | None = None, *, synchronous: str = "FULL"
    ) -> None:
        self._path = folder / FILE
        self._limits = limits or Limits()
        self._sealer = Sealer(device)
        self._file_key = device.derive(Label.FILE)
        self._synchronous = synchronous
        self._usable = True
        self._forbidden: set[bytes] = set()  # revoked while the disk could not be written
        try:
            self._engine = self._ready(self._file())
        except Unusable:
            self._engine = self._anew()

    def close(self) -> None:
        self._engine.dispose()

    # ---- a visit ----------------------------------------------------------------------------------------------------

    def find(self, identification: str, now: int) -> SealedRow | None:
        """The row of a card, with the challenges to ask it; None when there is none, or its time is over."""
        row_id = self._sealer.row_id(identification)
        wanted = _rows.select().where(_rows.c.row_id == row_id, _rows.c.expires > now)
        found = self._do(lambda connection: connection.execute(wanted).first())
        if found is None or row_id in self._forbidden:
            return None
        try:
            return _row(found)
        except (ValueError, TypeError):  # not what was written
            self._not_opened()
            return None

    def open(self, row: SealedRow, identification: str, card_number: str, answers: Answers) -> bytes | None:
        """The content, for the chip that it was sealed with; None is counted and the row stays."""
        content = self._sealer.open(row, identification, card_number, answers)
        if content is None:
            self._not_opened()
        return content

    def keep(
        self,
        identification: str,
        card_number: str,
        challenges: Challenges,
        answers: Answers,
        content: bytes,
        *,
        now: int,
        as_of: int,
    ) -> None:
        """Seal and write, in one transaction with what it replaces and with the clock's mark. On the disk when this returns."""
        times = Times(now, as_of, now + self._limits.time_to_live)
        row = self._sealer.seal(identification, card_number, challenges, answers, times, content)
        values = {
            "row_id": row.row_id,
            "version": row.version,
            "proc_a": challenges[0].proc8,
            "orig_a": challenges[0].orig8,
            "proc_b": challenges[1].proc8,
            "orig_b": challenges[1].orig8,
            "nonce": row.nonce,
            "box": row.box,
            "stored": times.stored,
            "as_of": times.as_of,
            "expires": times.expires,
        }

        def write(connection: Connection) -> None:
            connection.execute(
                upsert(_rows).values(values).on_conflict_do_update(index_elements=["row_id"], set_=values)
            )
            _raise_to(connection, _CLOCK, now)
            self._make_room(connection)

        self._do(write)
        self._forbidden.discard(row.row_id)

    def revoke(self, identification: str) -> bool:
        """Throw a card's row away: central says the card is lost or somebody else's. Whether there was one.

        It is not given any more even where this raises: until the cache is opened again, and then the loss list stands before it.
        """
        row_id = self._sealer.row_id(identification)
        self._forbidden.add(row_id)
        gone: int = self._do(
            lambda connection: connection.execute(delete(_rows).where(_rows.c.row_id == row_id)).rowcount
        )
        self._forbidden.discard(row_id)
        return bool(gone)

    # ---- upkeep -----------------------------------------------------------------------------------------------------

    @property
    def clock_mark(self) -> int:
        """The latest time on central's clock that was ever written: a clock before it is wrong."""
        return self._do(lambda connection: _fact(connection, _CLOCK))

    def mark_clock(self, now: int) -> None:
        self._do(lambda connection: _raise_to(connection, _CLOCK, now))

    def purge(self, now: int | None = None) -> int:
        """Remove what is past its time, and what is too many; everything with `now` None. How many rows went."""
        over = delete(_rows) if now is None else delete(_rows).where(_rows.c.expires <= now)
        gone = self._do(lambda connection: connection.execute(over).rowcount + self._make_room(connection))
        self._surely(lambda: checkpoint(self._engine))
        return gone

    def status(self) -> CacheStatus:
        counted = select(func.count(), func.min(_rows.c.stored), func.max(_rows.c.stored)).select_from(_rows)
        (rows, oldest, newest), not_opened, aside = self._do(
            lambda connection: (
                connection.execute(counted).one(),
                _fact(connection, _UNOPENED),
                _fact(connection, _ASIDE),
            )
        )
        parts = [self._path.with_name(self._path.name + suffix) for suffix in PARTS]
        return CacheStatus(rows, oldest, newest, sum(p.stat().st_size for p in parts if p.exists()), not_opened, aside)

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _do(self, work: Callable[[Connection], _T]) -> _T:
        """One transaction. Raises OSError."""

        def transaction() -> _T:
            with self._engine.begin() as connection:
                return work(connection)

        return self._surely(transaction)

    def _surely(self, doing: Callable[[], _T]) -> _T:
        """On a file that turns out to be broken once more, on a new one."""
        if self._usable:
            try:
                return self._once(doing)
            except Unusable:
                self._engine.dispose()
                self._usable = False  # until there is room for a new one
        self._engine = self._anew()
        self._usable = True
        return self._once(doing)

    def _once(self, doing: Callable[[], _T]) -> _T:
        try:
            return doing()
        except FAILURES as error:
            raise failure(error, self._path) from None

    def _not_opened(self) -> None:
        with suppress(OSError):
            self._do(lambda connection: _count(connection, _UNOPENED))

    def _file(self) -> Engine:
        return open_database(self._path, self._file_key, SCHEMA_VERSION, synchronous=self._synchronous)

    def _anew(self) -> Engine:
        """A new file instead of one that cannot be used."""
        set_aside(self._path)
        engine = self._ready(self._file())
        with engine.begin() as connection:
            _count(connection, _ASIDE)
        return engine

    def _ready(self, engine: Engine) -> Engine:
        """With its tables. Closes it when it raises."""
        try:
            with engine.begin() as connection:
                if connection.exec_driver_sql(f"PRAGMA {SCHEMA}").scalar() == 0:
                    _tables.create_all(connection)
                    connection.exec_driver_sql(f"PRAGMA {SCHEMA} = {SCHEMA_VERSION}")
                elif {tuple(column) for column in connection.exec_driver_sql(_COLUMNS)} != {
                    (table.name, column.name) for table in _tables.sorted_tables for column in table.columns
                }:
                    raise Unusable(self._path, "has other tables")
        except FAILURES as error:
            engine.dispose()
            raise failure(error, self._path) from None
        except Unusable:
            engine.dispose()
            raise
        return engine

    def _make_room(self, connection: Connection) -> int:
        """The oldest rows go when there are more than allowed."""
        count: int = connection.execute(select(func.count()).select_from(_rows)).scalar_one()
        if count <= self._limits.most_rows:
            return 0
        oldest = select(_rows.c.row_id).order_by(_rows.c.stored).limit(count - self._limits.most_rows)
        return connection.execute(delete(_rows).where(_rows.c.row_id.in_(oldest))).rowcount


def _row(found: Row[tuple[object, ...]]) -> SealedRow:
    r = found._mapping
    challenges = (SealingChallenge(r["proc_a"], r["orig_a"]), SealingChallenge(r["proc_b"], r["orig_b"]))
    return SealedRow(
        r["row_id"], r["version"], challenges, r["nonce"], r["box"], Times(r["stored"], r["as_of"], r["expires"])
    )


def _fact(connection: Connection, name: str) -> int:
    return connection.execute(select(_facts.c.value).where(_facts.c.name == name)).scalar() or 0


def _count(connection: Connection, name: str) -> None:
    _set(connection, name, _fact(connection, name) + 1)


def _raise_to(connection: Connection, name: str, value: int) -> None:
    """Never lower."""
    if value > _fact(connection, name):
        _set(connection, name, value)


def _set(connection: Connection, name: str, value: int) -> None:
    row = {"name": name, "value": value}
    connection.execute(upsert(_facts).values(row).on_conflict_do_update(index_elements=["name"], set_=row))
