"""What the simulator's port does at the counter, and tells, of look-ups without a card."""

from sqlalchemy import select

from kiosk.help import NumberKind, QueryOutcome
from kiosk.sandbox.central.query_desk import set_password, unlock
from kiosk.sandbox.central.query_tables import QueryRow
from kiosk.sandbox.central.seen import SeenQuery
from kiosk.sandbox.central.tables import Card, Person
from kiosk.sandbox.central.web import Service


def reset(service: Service, number: str, password: str | None) -> bool:
    """`number` of the card. False: there is no such card."""
    with service.sessions.begin() as db:
        card = db.scalars(select(Card).where(Card.number == number)).first()
        if card is None:
            return False
        person = db.get_one(Person, card.person_id)
        set_password(db, person.id, password)
        cards = db.scalars(select(Card.number).where(Card.person_id == person.id))
        typed = [(NumberKind.ID_NUMBER, person.number), *((NumberKind.CARD_NUMBER, one) for one in cards)]
        unlock(db, [service.query.number_key(kind, written) for kind, written in typed])
        return True


def recorded(service: Service) -> list[SeenQuery]:
    with service.sessions.begin() as db:
        rows = db.scalars(select(QueryRow).order_by(QueryRow.id))
        return [SeenQuery(row.device, QueryOutcome(row.outcome), row.session, row.at) for row in rows]
