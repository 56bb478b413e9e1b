"""Takes back what was done at the kiosks: the register is as the seed wrote it."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.sandbox.central.deeds import (
    CodeRow,
    IdentityRow,
    LossReportRow,
    MismatchRow,
    ReservationKeyRow,
    ReservationRow,
    SendingRow,
    TicketRow,
    ToldRow,
)
from kiosk.sandbox.central.population import queries
from kiosk.sandbox.central.population.people import RegisteredCard, Resident
from kiosk.sandbox.central.query_tables import QueryCountRow, QueryRow
from kiosk.sandbox.central.staff_tables import (
    AlarmRow,
    AttemptRow,
    CounterRow,
    LookupRow,
    RevealRow,
    StaffRow,
    StaffSessionRow,
    TakenRow,
)
from kiosk.sandbox.central.tables import Base, Card, Person

DEEDS: Final[tuple[type[Base], ...]] = (
    RevealRow,
    LookupRow,
    AlarmRow,
    StaffSessionRow,
    AttemptRow,
    TakenRow,
    CounterRow,
    ToldRow,
    ReservationKeyRow,
    ReservationRow,
    IdentityRow,
    MismatchRow,
    SendingRow,
    CodeRow,
    LossReportRow,
    TicketRow,
    QueryRow,
    QueryCountRow,
)
"""What names another comes before it."""


def first_day(everybody: Sequence[tuple[Resident, RegisteredCard]]) -> Callable[[Session], None]:
    """What makes the register anew: statuses and phones as the seed has them, no deed of anybody, the staff all there. Books and
    card sessions stay."""
    phones = {resident.id: resident.phone for resident, _ in everybody}
    statuses = {card.identification: card.status.value for _, card in everybody}

    def make(db: Session) -> None:
        for deeds in DEEDS:
            db.execute(delete(deeds))
        db.execute(update(StaffRow).values(active=True, on_duty=True, used_step=0))
        queries.restore(db, [resident for resident, _ in everybody])
        for person, phone in db.execute(select(Person.id, Person.phone)).all():
            if phone != phones[person]:
                db.execute(update(Person).where(Person.id == person).values(phone=phones[person]))
        for card, status in db.execute(select(Card.identification, Card.status)).all():
            if status != statuses[card]:
                db.execute(update(Card).where(Card.identification == card).values(status=statuses[card]))

    return make
