"""Temporary reports of loss end by themselves."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.model import CardStatus
from kiosk.sandbox.central.deeds import LossReportRow
from kiosk.sandbox.central.tables import Card


def lift(db: Session, today: date) -> None:
    """Cards whose report's last day is over are normal again, unless their status became another one since."""
    ended = db.scalars(
        update(LossReportRow)
        .where(LossReportRow.lifted.is_(False), LossReportRow.until < today)
        .values(lifted=True)
        .returning(LossReportRow.card)
    ).all()
    if ended:
        db.execute(
            update(Card)
            .where(Card.identification.in_(ended), Card.status == CardStatus.TEMPORARILY_LOST.value)
            .values(status=CardStatus.NORMAL.value)
        )
