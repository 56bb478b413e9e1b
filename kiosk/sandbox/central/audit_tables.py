"""The tables of the kiosks' audit chains: escrowed keys, lines, heads that were seen, alarms. None of it is ever taken back: they
stay when the population is built anew.
"""

from typing import Final

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.sandbox.central.tables import Base


class AuditChainRow(Base):
    """A chain by its name. `key`: k0, None until it is enrolled (a bureau's own service keeps it where only auditors come);
    `next_key`: of line `held` + 1; `head`: MAC of line `held`."""

    __tablename__ = "audit_chains"
    chain: Mapped[str] = mapped_column(String(32), primary_key=True)
    device: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[float]
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    held: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[bytes] = mapped_column(LargeBinary)


class AuditLineRow(Base):
    """A line as the kiosk wrote it."""

    __tablename__ = "audit_lines"
    chain: Mapped[str] = mapped_column(ForeignKey("audit_chains.chain"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(2000))
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHeadRow(Base):
    """A head that came with a request, when it came first. Gone once its line is held and a longer one is old enough."""

    __tablename__ = "audit_heads"
    chain: Mapped[str] = mapped_column(ForeignKey("audit_chains.chain"), primary_key=True)
    length: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    mac: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[float]


class AuditAlarmRow(Base):
    """What must not be, of one chain: the first time, and how often since."""

    __tablename__ = "audit_alarms"
    chain: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    length: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[float]
    times: Mapped[int]


KEPT: Final = (AuditChainRow.__table__, AuditLineRow.__table__, AuditHeadRow.__table__, AuditAlarmRow.__table__)
