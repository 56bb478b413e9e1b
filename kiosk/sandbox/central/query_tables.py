"""The tables of the look-up without a card: query passwords, what was tried, and the record of it.

Typed numbers stand in them as keyed hashes: also of people who do not exist, and what was typed in the wrong box.
"""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.sandbox.central.tables import Base


class QueryPasswordRow(Base):
    """A query password that its owner has set. Initial ones open nothing, so that none is kept."""

    __tablename__ = "query_passwords"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class QueryCountRow(Base):
    """What was tried in vain of one number, or at one kiosk, since `since`. `locked`: until then nothing is taken."""

    __tablename__ = "query_counts"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    since: Mapped[float]
    locked: Mapped[float]


class QueryRow(Base):
    """Central's record of every look-up without a card, also of those in vain. `session` only where one was opened."""

    __tablename__ = "queries"
    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    number: Mapped[str] = mapped_column(String(64), index=True)
    outcome: Mapped[str] = mapped_column(String(10))
    session: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[float]
