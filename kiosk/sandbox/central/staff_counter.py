"""What staff do for a resident at the kiosk: take a ticket, show a slip again, confirm who stands there in an activation."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.central.contract import ProblemType, SlipAnswer, StaffConfirmation, StaffConfirmationRequest
from kiosk.help import Role, SignInOutcome, SlipFacts, TakenTicket, TicketState
from kiosk.masking import mask_name
from kiosk.sandbox.central.activation import prove_identity
from kiosk.sandbox.central.deeds import LossReportRow, ReservationRow, TicketRow
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.sessions import moment
from kiosk.sandbox.central.staff_lookup import Asking
from kiosk.sandbox.central.staff_signin import attempt
from kiosk.sandbox.central.staff_tables import CounterRow, StaffRow, TakenRow
from kiosk.sandbox.central.tables import Card, CardSessionRow, Device, Person
from kiosk.services import TicketReason


def at_the_counter(staff: StaffRow) -> None:
    """Technicians see devices, no residents. Raises ProblemError(NOT_OFFERED)."""
    if Role(staff.role) is Role.TECHNICIAN:
        raise ProblemError(ProblemType.NOT_OFFERED)


def take_ticket(db: Session, asking: Asking, code: str) -> TakenTicket:
    """Whoever takes it first has it; to anybody else nothing is told of it. Tickets of other halls are not known."""
    at_the_counter(asking.staff)
    row = db.get(TicketRow, code, with_for_update=True)
    if row is None or not _same_hall(db, row.device, asking.device):
        return TakenTicket(TicketState.UNKNOWN)
    taken = db.get(TakenRow, code)
    if taken is None:
        if row.until <= asking.now:
            return TakenTicket(TicketState.EXPIRED)
        db.add(TakenRow(code=code, staff=asking.staff.number, at=asking.now))
    elif taken.staff != asking.staff.number:
        return TakenTicket(TicketState.TAKEN)
    _, holder = _holder(db, row.card)
    return TakenTicket(TicketState.TAKEN, TicketReason(row.reason), mask_name(holder.name), moment(row.at))


def slip_again(db: Session, asking: Asking, reference: str) -> SlipAnswer:
    """A slip of an activation or of a report of loss, by what is printed on it, of this hall."""
    at_the_counter(asking.staff)
    facts = _activation(db, asking, reference) or _loss(db, asking, reference)
    db.add(
        CounterRow(
            staff=asking.staff.number,
            device=asking.device,
            deed="slip",
            about=reference if facts is not None else "unknown",
            at=asking.now,
        )
    )
    return SlipAnswer(facts)


def _activation(db: Session, asking: Asking, reference: str) -> SlipFacts | None:
    row = db.scalars(select(ReservationRow).where(ReservationRow.reference == reference)).first()
    if row is None or row.cancelled is not None or not _same_hall(db, row.device, asking.device):
        return None
    card, holder = _holder(db, row.card)
    at = row.confirmed if row.confirmed is not None else row.made
    confirmed = row.confirmed is not None
    return SlipFacts(reference, "activation", mask_name(holder.name), moment(at), bank=card.bank, confirmed=confirmed)


def _loss(db: Session, asking: Asking, reference: str) -> SlipFacts | None:
    row = db.get(LossReportRow, reference)
    if row is None or not _same_hall(db, row.device, asking.device):
        return None
    _, holder = _holder(db, row.card)
    return SlipFacts(reference, "loss", mask_name(holder.name), moment(row.at), until=row.until)


def confirm_identity(
    db: Session,
    session: CardSessionRow,
    card: Card,
    holder: Person,
    asked: StaffConfirmationRequest,
    now: float,
    today: date,
) -> StaffConfirmation:
    """The clerk's word in place of a code. Nobody confirms who one is oneself. Raises ProblemError as `prove_identity`."""
    found = attempt(db, asked.clerk, now)
    if found.staff is None:
        return StaffConfirmation(found.outcome, found.wait, None)
    themselves = db.get(Person, found.staff.person_id)
    assert themselves is not None
    if Role(found.staff.role) is Role.TECHNICIAN or themselves.number in (holder.number, asked.identity.number):
        return StaffConfirmation(SignInOutcome.WRONG_ROLE, 0, None)
    identity = prove_identity(db, session, card, holder, asked.identity, now, today, seen_by_staff=True)
    db.add(CounterRow(staff=found.staff.number, device=session.device, deed="identity", about=session.id, at=now))
    return StaffConfirmation(SignInOutcome.SIGNED_IN, 0, identity)


def _same_hall(db: Session, one: str, other: str) -> bool:
    first, second = db.get(Device, one), db.get(Device, other)
    return first is not None and second is not None and first.area == second.area


def _holder(db: Session, identification: str) -> tuple[Card, Person]:
    card = db.get(Card, identification)
    assert card is not None
    holder = db.get(Person, card.person_id)
    assert holder is not None
    return card, holder
