"""The audit chain of this kiosk in its file: durable before anything is shown, and nobody who takes the kiosk over later can
change what was written before. The chain itself: `kiosk.store.audit`.

A file of its own, never thrown away: what cannot be written or read stops the kiosk (`AuditUnwritable`). k0 is in it until
central has it; then, and from each line's key on, only the next key is. Old pages go from the write-ahead log by `settle`.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection, Engine, Row

from kiosk.store.audit import (
    CHECKPOINT,
    FORM,
    GENESIS,
    NO_HEAD,
    Broken,
    Head,
    Line,
    Seen,
    Sound,
    Standing,
    canonical,
    mac_of,
    next_key,
    person_key,
    verify,
)
from kiosk.store.database import FAILURES, SCHEMA, Unusable, checkpoint, failure, open_database, set_aside
from kiosk.store.device_key import KEY_BYTES, DeviceKey, Label

_T = TypeVar("_T")

SCHEMA_VERSION: Final = 1
FILE: Final = "audit.db"
LEAST_DAYS: Final = 180
"""No line younger than this is ever removed, whatever kiosk.ini says."""
DAY_MS: Final = 86_400_000
PRUNED_AT_ONCE: Final = 5000
"""Lines that one transaction removes: nobody waits longer for a line of theirs."""
_FETCHED: Final = 500

_tables = MetaData()
_lines = Table(
    "line",
    _tables,
    Column("number", Integer, primary_key=True),
    Column("text", String, nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
)
_chain = Table(
    "chain",
    _tables,
    Column("one", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("length", Integer, nullable=False),
    Column("head", LargeBinary(32), nullable=False),
    Column("key", LargeBinary(KEY_BYTES), nullable=False),  # of the next line
    Column("person", LargeBinary(32), nullable=False),
    Column("escrow", LargeBinary(KEY_BYTES)),  # k0, until central has it
    Column("base", Integer, nullable=False),
    Column("base_mac", LargeBinary(32), nullable=False),
    Column("held", Integer, nullable=False),  # lines that central has
    Column("seen", Integer),
    Column("seen_mac", LargeBinary(32)),
    Column("seen_signature", LargeBinary(64)),
)
_COLUMNS: Final = "SELECT name FROM pragma_table_info('chain')"


class AuditUnwritable(Exception):
    """Its file cannot be written, or is none of ours (`damaged`: a technician has to act). The text holds no data."""

    def __init__(self, why: str, *, damaged: bool) -> None:
        super().__init__(why)
        self.damaged = damaged


class AuditFile:
    """Any thread. What a method has done is on the disk when it returns; each raises AuditUnwritable otherwise.

    `kiosk`: its number, for line 1. A file that could not be opened is tried again with the next call. `look` True: to read one
    as it is; none is made, and one that was cut is opened too.
    """

    def __init__(
        self,
        folder: Path,
        device: DeviceKey,
        kiosk: str,
        *,
        synchronous: str = "FULL",
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        look: bool = False,
    ) -> None:
        self._path = folder / FILE
        self._key = device.derive(Label.AUDIT)
        self._kiosk = kiosk
        self._synchronous = synchronous
        self._now_ms = now_ms
        self._look = look
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def close_file(self) -> None:
        with self._lock:
            self._leave()

    # ---- writing ----------------------------------------------------------------------------------------------------

    def append(self, lines: Sequence[Mapping[str, str | int]]) -> Head:
        """The lines, at the chain's end, all or none. `at` is put in where it is missing."""
        return self._do(lambda connection: self._append(connection, lines))

    def _append(self, connection: Connection, lines: Sequence[Mapping[str, str | int]]) -> Head:
        row = _standing_row(connection)
        length, head, key = row.length, row.head, row.key
        new = []
        for values in lines:
            text = canonical({"at": self._now_ms(), **values})
            head, length = mac_of(key, head, text), length + 1
            key = next_key(key)
            new.append({"number": length, "text": text, "mac": head})
        if new:
            connection.execute(insert(_lines), new)
            connection.execute(update(_chain).values(length=length, head=head, key=key))
        return Head(row.name, length, head)

    def settle(self) -> None:
        """The write-ahead log into the file and cut to nothing: no old key is left in either."""

        def work(engine: Engine) -> None:
            checkpoint(engine)

        self._with(work)

    # ---- how it stands ----------------------------------------------------------------------------------------------

    def head(self) -> Head:
        return self._do(lambda connection: _head(_standing_row(connection)))

    def person(self) -> bytes:
        """The key by which people are named in it (`kiosk.store.audit.whose`)."""
        return self._do(lambda connection: bytes(_standing_row(connection).person))

    def escrow(self) -> bytes | None:
        """k0, as long as central has not said that it holds it."""

        def read(connection: Connection) -> bytes | None:
            kept: bytes | None = _standing_row(connection).escrow
            return kept

        return self._do(read)

    def escrowed(self) -> None:
        """Central holds k0: it is erased here, from the write-ahead log too."""
        self._do(lambda connection: connection.execute(update(_chain).values(escrow=None)))
        self.settle()

    def held(self) -> int:
        """How many lines central has, as far as it said."""
        return self._do(lambda connection: int(_standing_row(connection).held))

    def uploaded(self, held: int) -> None:
        self._do(lambda connection: connection.execute(update(_chain).values(held=held)))

    def seen(self) -> Seen | None:
        """The highest head that central has countersigned."""
        return self._do(lambda connection: _seen(_standing_row(connection)))

    def countersigned(self, seen: Seen) -> None:
        """To be kept: the caller has checked the signature. A lower one than is kept changes nothing."""

        def write(connection: Connection) -> None:
            row = _standing_row(connection)
            if seen.head.chain == row.name and seen.head.length > (row.seen or 0):
                told = {"seen": seen.head.length, "seen_mac": seen.head.mac, "seen_signature": seen.signature}
                connection.execute(update(_chain).values(told))

        self._do(write)

    def mac_at(self, number: int) -> bytes | None:
        """Of line `number`, also of the last one that was removed. None: it is not there."""

        def read(connection: Connection) -> bytes | None:
            row = _standing_row(connection)
            if number == row.base:
                return bytes(row.base_mac)
            found: Any = connection.execute(select(_lines.c.mac).where(_lines.c.number == number)).scalar()
            return None if found is None else bytes(found)

        return self._do(read)

    def after(self, number: int, most: int) -> list[Line]:
        """At most `most` lines after `number`, in order."""
        wanted = select(_lines).where(_lines.c.number > number).order_by(_lines.c.number).limit(most)
        return self._do(lambda connection: [(r.number, r.text, bytes(r.mac)) for r in connection.execute(wanted)])

    # ---- what is old ------------------------------------------------------------------------------------------------

    def prune(self, days: int) -> int:
        """Removes lines older than `days`, never younger than `LEAST_DAYS`: only from the beginning, only those that central has
        and has countersigned, and leaves a line that says so. Returns how many; call again until 0."""
        limit = self._now_ms() - max(days, LEAST_DAYS) * DAY_MS

        def write(connection: Connection) -> int:
            row = _standing_row(connection)
            most = min(row.held, row.seen or 0, row.base + PRUNED_AT_ONCE)
            at = func.json_extract(_lines.c.text, "$.at")
            young = connection.execute(
                select(_lines.c.number).where(_lines.c.number <= most, at >= limit).order_by(_lines.c.number).limit(1)
            ).scalar()
            upto = most if young is None else young - 1
            if upto <= row.base:
                return 0
            last = connection.execute(select(_lines.c.mac, at.label("at")).where(_lines.c.number == upto)).one()
            told = {"chain": row.name, "upto": upto, "mac": last.mac.hex(), "until": last.at, "seen": row.seen}
            told["signature"] = row.seen_signature.hex()
            self._append(connection, [{"kind": CHECKPOINT, **told}])
            connection.execute(delete(_lines).where(_lines.c.number <= upto))
            connection.execute(update(_chain).values(base=upto, base_mac=last.mac))
            return int(upto - row.base)

        return self._do(write)

    # ---- reading it all ---------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[tuple[Standing, Seen | None, Iterator[Line]]]:
        """The chain as it stands at one moment; writers go on meanwhile, in another process. Memory does not grow with it."""
        with self._lock:
            try:
                engine = self._opened()
                raw = engine.raw_connection()
                try:
                    cursor = raw.cursor()
                    cursor.execute("BEGIN")
                    try:
                        names = ", ".join(_chain.c.keys())
                        found = cursor.execute(f"SELECT {names} FROM chain").fetchone()  # noqa: S608
                        row = dict(zip(_chain.c.keys(), found, strict=True))
                        standing = Standing(
                            Head(row["name"], row["length"], row["head"]), row["key"], row["base"], row["base_mac"]
                        )
                        cursor.execute("SELECT number, text, mac FROM line ORDER BY number")
                        yield standing, _seen_in(row), _fetched(cursor)
                    finally:
                        cursor.execute("ROLLBACK")
                finally:
                    raw.close()
            except FAILURES as error:
                raise self._broken(failure(error, self._path)) from None
            except (OSError, Unusable) as broken:
                raise self._broken(broken) from None

    def verify(self, k0: bytes | None = None, seen: Iterable[Head] = ()) -> Sound | Broken:
        """By `kiosk.store.audit.verify`, with the head that central countersigned, and more (`seen`) where they are known.
        `k0` None: the one in the file, as long as central has not got it; then none."""
        if k0 is None:
            k0 = self.escrow()
        with self.reading() as (standing, countersigned, lines):
            known = [*seen, *([] if countersigned is None else [countersigned.head])]
            return verify(lines, standing, k0, known, least_age_ms=LEAST_DAYS * DAY_MS)

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _do(self, work: Callable[[Connection], _T]) -> _T:
        """One transaction of the file's."""

        def within(engine: Engine) -> _T:
            with engine.begin() as connection:
                return work(connection)

        return self._with(within)

    def _with(self, work: Callable[[Engine], _T]) -> _T:
        with self._lock:
            try:
                engine = self._opened()
                try:
                    return work(engine)
                except FAILURES as error:
                    raise failure(error, self._path) from None
            except (OSError, Unusable) as broken:
                raise self._broken(broken) from None

    def _broken(self, broken: OSError | Unusable) -> AuditUnwritable:
        """Opened anew for the next one: what SQLite holds of a file that failed is worth nothing."""
        self._leave()
        return AuditUnwritable(str(broken), damaged=isinstance(broken, Unusable))

    def _leave(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _opened(self) -> Engine:
        if self._engine is None:
            if self._look and not self._path.exists():
                raise FileNotFoundError(f"{self._path.name}: there is none")
            self._engine = self._ready()
        return self._engine

    def _ready(self) -> Engine:
        """The file with its tables and line 1. Raises OSError, Unusable."""
        engine = open_database(self._path, self._key, SCHEMA_VERSION, synchronous=self._synchronous)
        try:
            with engine.begin() as connection:
                if connection.exec_driver_sql(f"PRAGMA {SCHEMA}").scalar() == 0:
                    self._begin(connection)
                elif [name for (name,) in connection.exec_driver_sql(_COLUMNS)] != list(_chain.c.keys()):
                    raise Unusable(self._path, "has other tables")
                row = connection.execute(select(_chain)).one_or_none()
                if row is None or (not self._look and _last(connection, row) != (row.length, row.head)):
                    # Cut or changed past the kiosk: the next line would hide it from whoever only looks at the end.
                    raise Unusable(self._path, "does not end where its chain does")
        except FAILURES as error:
            engine.dispose()
            raise failure(error, self._path) from None
        except Unusable:
            engine.dispose()
            raise
        return engine

    def _begin(self, connection: Connection) -> None:
        _tables.create_all(connection)
        k0, name = secrets.token_bytes(KEY_BYTES), secrets.token_hex(16)
        empty = {"length": 0, "head": NO_HEAD, "base": 0, "base_mac": NO_HEAD, "held": 0}
        connection.execute(insert(_chain).values(one=1, name=name, key=k0, person=person_key(k0), escrow=k0, **empty))
        self._append(connection, [{"kind": GENESIS, "chain": name, "form": FORM, "kiosk": self._kiosk}])
        connection.exec_driver_sql(f"PRAGMA {SCHEMA} = {SCHEMA_VERSION}")


def set_chain_aside(folder: Path) -> None:
    """A technician's last resort, of a file that is damaged: it is kept beside, and the next start begins another chain, which
    central takes for an alarm. Raises OSError."""
    set_aside(folder / FILE)


def _standing_row(connection: Connection) -> Row[Any]:
    return connection.execute(select(_chain)).one()


def _last(connection: Connection, row: Row[Any]) -> tuple[int, bytes]:
    found = connection.execute(select(_lines.c.number, _lines.c.mac).order_by(_lines.c.number.desc()).limit(1)).first()
    return (row.base, row.base_mac) if found is None else (found.number, found.mac)


def _head(row: Row[Any]) -> Head:
    return Head(row.name, row.length, bytes(row.head))


def _seen(row: Row[Any]) -> Seen | None:
    return _seen_in(row._asdict())


def _seen_in(row: Mapping[str, Any]) -> Seen | None:
    if row["seen"] is None:
        return None
    return Seen(Head(row["name"], row["seen"], bytes(row["seen_mac"])), bytes(row["seen_signature"]))


def _fetched(cursor: Any) -> Iterator[Line]:
    while rows := cursor.fetchmany(_FETCHED):
        yield from rows
