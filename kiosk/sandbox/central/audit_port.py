"""What the simulator's port tells of the audit chains that central holds: an auditor's view."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.sandbox.central.audit_desk import highest_of
from kiosk.sandbox.central.audit_tables import AuditAlarmRow, AuditChainRow, AuditLineRow
from kiosk.sandbox.central.seen import AuditAlarm, SeenAlarm, SeenChain
from kiosk.sandbox.central.web import Service


def chains(service: Service) -> list[SeenChain]:
    with service.sessions.begin() as db:
        rows = db.scalars(select(AuditChainRow).order_by(AuditChainRow.at, AuditChainRow.chain)).all()
        return [_chain(db, row) for row in rows]


def _chain(db: Session, row: AuditChainRow) -> SeenChain:
    lines = db.scalars(
        select(AuditLineRow.text).where(AuditLineRow.chain == row.chain).order_by(AuditLineRow.number)
    ).all()
    alarms = db.scalars(
        select(AuditAlarmRow).where(AuditAlarmRow.chain == row.chain).order_by(AuditAlarmRow.at, AuditAlarmRow.kind)
    )
    highest = highest_of(db, row)
    return SeenChain(
        row.chain,
        row.device,
        None if row.key is None else row.key.hex(),
        highest.length,
        highest.mac.hex(),
        tuple(lines),
        tuple(SeenAlarm(AuditAlarm(one.kind), one.device, one.length, one.at, one.times) for one in alarms),
    )
