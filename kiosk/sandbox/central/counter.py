"""What leads to the counter or spares it: temporary reports of loss, tickets."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.central.contract import Next, ProblemType
from kiosk.model import CardStatus
from kiosk.sandbox.central.activation import offered
from kiosk.sandbox.central.deeds import LossReportRow, TicketRow
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.reservations import letters, reference
from kiosk.sandbox.central.sessions import moment
from kiosk.sandbox.central.tables import Card, CardSessionRow
from kiosk.services import LossReport, Ticket, TicketReason

LOSS_DAYS: Final = {"3701": 15, "1403": 7}
"""How long a temporary report lasts, by the first four digits of the card's area: as in the region profiles."""
TICKET_DAYS: Final = 7


def report_loss(db: Session, device: str, session: CardSessionRow, card: Card, now: float, today: date) -> LossReport:
    """Once a card: a second report gives the first one's reference and day. Raises ProblemError: NOT_OFFERED, PIN_NOT_STATED."""
    offered(session, Next.ASK_PIN)
    if not session.pin_stated:
        raise ProblemError(ProblemType.PIN_NOT_STATED)
    held = db.get(Card, card.identification, with_for_update=True)
    assert held is not None
    before = db.scalars(
        select(LossReportRow).where(LossReportRow.card == card.identification, LossReportRow.lifted.is_(False))
    ).first()
    if before is not None:
        return LossReport(before.reference, before.until)
    until = None
    if CardStatus(held.status) is CardStatus.NORMAL:
        held.status = CardStatus.TEMPORARILY_LOST.value
        until = today + timedelta(days=LOSS_DAYS[held.area[:4]])
    row = LossReportRow(reference=reference(now), card=card.identification, device=device, at=now, until=until)
    db.add(row)
    return LossReport(row.reference, until)


def ticket(db: Session, device: str, card: Card, reason: TicketReason, now: float) -> Ticket:
    """One that is good and says the same is given back: no kiosk fills the counter's list."""
    row = db.scalars(
        select(TicketRow).where(
            TicketRow.card == card.identification, TicketRow.reason == reason.value, TicketRow.until > now
        )
    ).first()
    if row is None:
        row = TicketRow(
            code=f"{letters(4)}-{letters(4)}",
            card=card.identification,
            device=device,
            reason=reason.value,
            at=now,
            until=float(int(now + TICKET_DAYS * 24 * 3600)),
        )
        db.add(row)
    return Ticket(row.code, moment(row.until))
