"""SQLite by default, PostgreSQL by URL. Every unit of work is one transaction."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker


def open_database(url: str) -> Engine:
    """`sqlite:///file` or `postgresql://…` (psycopg 3). Raises sqlalchemy.exc.ArgumentError for another kind of URL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=8, pool_pre_ping=True)
    engine = create_engine(parsed, pool_size=8)

    # pysqlite of Python 3.11 begins transactions late and lets two readers both become writers: take them from it.
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def sessions(engine: Engine) -> sessionmaker[Session]:
    """`with sessions(engine).begin() as db:` is one transaction."""
    return sessionmaker(engine, expire_on_commit=False)


def insert_of(db: Session) -> Any:
    """INSERT that knows ON CONFLICT: both databases do, each by its own construct."""
    return postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
