"""May a card be activated, and who stands there: eligibility and identity checks.

Nothing is said of anybody but the card's holder and those whose whole ID number was given; numbers that do not match are few
a day.
"""

from datetime import date
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.central.contract import IdentityRequest, Next, ProblemType
from kiosk.masking import mask_phone
from kiosk.model import CardStatus
from kiosk.sandbox.central.deeds import IdentityRow, MismatchRow
from kiosk.sandbox.central.population.people import id_check
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.reservations import open_of, tell
from kiosk.sandbox.central.sessions import age, moment
from kiosk.sandbox.central.tables import Card, CardSessionRow, Person
from kiosk.sandbox.central.verdict import status_of
from kiosk.services import (
    ADULT_AGE,
    GUARDIAN_AGE,
    Eligibility,
    Eligible,
    Identity,
    IdentityOutcome,
    IdentityWay,
    OpenReservation,
    Party,
)

MISMATCHES: Final = 5
"""Of one card in `DAY_SECONDS`."""
DAY_SECONDS: Final = 24 * 3600

WAYS: Final = (IdentityWay.CODE, IdentityWay.DOCUMENT, IdentityWay.STAFF)


def offered(session: CardSessionRow, what: Next) -> None:
    """Raises ProblemError(NOT_OFFERED) unless the session is for that."""
    if session.offers != what.value:
        raise ProblemError(ProblemType.NOT_OFFERED)


def eligible(card: Card, person: Person, today: date) -> Eligible:
    match status_of(card, today):
        case CardStatus.NOT_ACTIVATED:
            if card.expires is not None and card.expires < today:
                return Eligible.STATUS
            return Eligible.YES if person.on_file else Eligible.NOT_ON_FILE
        case CardStatus.NORMAL:
            return Eligible.ACTIVE_ALREADY
        case _:
            return Eligible.STATUS


def eligibility(db: Session, device: str, card: Card, person: Person, today: date) -> Eligibility:
    """An open reservation is told to whatever kiosk has the card: from then on it is not any single kiosk's to cancel."""
    found = eligible(card, person, today)
    told = None
    if found is Eligible.YES and (row := open_of(db, card)) is not None:
        tell(db, row, device)
        told = OpenReservation(row.id, row.reference, Party(row.party), moment(row.expires), row.device == device)
    return Eligibility(
        eligible=found,
        minor=age(person.born, today) < GUARDIAN_AGE,
        ways=WAYS,
        phone=_masked(person.phone),
        bank=card.bank,
        open=told,
    )


def prove_identity(
    db: Session,
    session: CardSessionRow,
    card: Card,
    person: Person,
    request: IdentityRequest,
    now: float,
    today: date,
    *,
    seen_by_staff: bool = False,
) -> Identity:
    """Compare one person's number with the register, or take the document's. `seen_by_staff`: a clerk saw the document.

    Raises ProblemError(NOT_OFFERED) for what no kiosk asks: a guardian of a grown-up, an agent for a child, a relation of anybody
    but a guardian, an agent before the holder, a holder whom the register of persons does not have.
    """
    minor = age(person.born, today) < GUARDIAN_AGE
    _in_order(db, session, request, minor)
    used = db.scalar(
        select(func.count()).where(MismatchRow.card == card.identification, MismatchRow.at > now - DAY_SECONDS)
    )
    left = max(MISMATCHES - (used or 0), 0)
    if not person.on_file:
        raise ProblemError(ProblemType.NOT_OFFERED)
    if left == 0:
        return Identity(IdentityOutcome.LOCKED, 0, None)
    known = person if request.whose is Party.HOLDER else _on_file(db, request.number)
    outcome = _compared(person, known, request, today)
    if outcome is not None:
        if outcome is not IdentityOutcome.SAME_PERSON:
            db.add(MismatchRow(card=card.identification, at=now))
            left -= 1
        return Identity(outcome if left else IdentityOutcome.LOCKED, left, None)
    db.execute(
        delete(IdentityRow).where(
            IdentityRow.session == session.id,
            *(() if request.whose is Party.HOLDER else (IdentityRow.whose != Party.HOLDER.value,)),
        )
    )
    phone = known.phone if known is not None else None
    document = request.document
    seen = document is not None or seen_by_staff
    way = IdentityWay.STAFF if seen_by_staff else IdentityWay.CODE if document is None else IdentityWay.DOCUMENT
    name = document.name if document is not None else known.name if known is not None else ""
    row = IdentityRow(
        session=session.id,
        whose=request.whose.value,
        number=request.number,
        name=name[:64],
        phone=phone,
        person_id=known.id if known is not None else None,
        relation=request.relation.value if request.relation is not None else None,
        way=way.value,
        proved=now if seen else None,
    )
    db.add(row)
    if seen or (minor and request.whose is Party.HOLDER):
        return Identity(IdentityOutcome.MATCHED, left, None)
    if phone is None:
        return Identity(IdentityOutcome.NO_PHONE, left, None)
    return Identity(IdentityOutcome.MATCHED, left, _masked(phone))


def acting(db: Session, session: CardSessionRow) -> IdentityRow | None:
    """Who stands there: the agent or guardian where one's number matched in this session, else the holder."""
    rows = {row.whose: row for row in db.scalars(select(IdentityRow).where(IdentityRow.session == session.id))}
    others = [row for whose, row in rows.items() if whose != Party.HOLDER.value]
    return others[0] if others else rows.get(Party.HOLDER.value)


def _in_order(db: Session, session: CardSessionRow, request: IdentityRequest, minor: bool) -> None:
    """The holder's number first: nobody else's can be tried with a card whose holder one does not know."""
    fits = (request.relation is not None) == (request.whose is Party.GUARDIAN)
    match request.whose:
        case Party.HOLDER:
            first = True
        case Party.AGENT | Party.GUARDIAN:
            fits = fits and (request.whose is Party.GUARDIAN) == minor
            first = db.get(IdentityRow, (session.id, Party.HOLDER.value)) is not None
    if not (fits and first):
        raise ProblemError(ProblemType.NOT_OFFERED)


def _compared(holder: Person, known: Person | None, request: IdentityRequest, today: date) -> IdentityOutcome | None:
    """None: it matches."""
    if request.whose is Party.HOLDER:
        same = request.number == holder.number and _named(holder, request)
        return None if same else IdentityOutcome.MISMATCH
    if request.number == holder.number:
        return IdentityOutcome.SAME_PERSON
    born = known.born if known is not None else _born(request.number)
    if known is None and request.document is None:
        return IdentityOutcome.NOT_ON_FILE
    if born is None or (known is not None and not _named(known, request)):
        return IdentityOutcome.MISMATCH
    return IdentityOutcome.UNDER_AGE if age(born, today) < ADULT_AGE else None


def _named(person: Person, request: IdentityRequest) -> bool:
    return request.document is None or request.document.name == person.name


def _on_file(db: Session, number: str) -> Person | None:
    return db.scalars(select(Person).where(Person.number == number, Person.on_file).order_by(Person.id)).first()


def _born(number: str) -> date | None:
    """None: no number of GB 11643."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if id_check(number[:17]) == number[17] else None


def _masked(phone: str | None) -> str | None:
    return None if phone is None else mask_phone(phone)
