"""Look-ups by staff: on a ground, masked, each on the record; what is revealed, handed over, and told to whose record it is."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, assert_never

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from kiosk.central.contract import LookupRequest, ProblemType
from kiosk.help import (
    Access,
    FoundRecord,
    Ground,
    GroundRule,
    Lookup,
    LookupOutcome,
    LookupRefusal,
    NumberKind,
    PersonSession,
    Revealed,
    RevealField,
    Role,
)
from kiosk.masking import mask_name, mask_number, mask_phone
from kiosk.model import MOST_PARTS, CardStatus, PayerKind, RecordView
from kiosk.region import RegionProfile, load
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.records import Books
from kiosk.sandbox.central.sessions import moment, open_without_card
from kiosk.sandbox.central.staff_signin import end
from kiosk.sandbox.central.staff_tables import (
    AlarmRow,
    AuthorisationRow,
    LookupRow,
    ProtectedRow,
    RevealRow,
    StaffRow,
    StaffSessionRow,
)
from kiosk.sandbox.central.tables import Card, Device, Person, RegistrationRow

LOOKUPS: Final = 20
"""That one member of staff may ask for in `WINDOW_SECONDS`; the next one is an alarm."""
WINDOW_SECONDS: Final = 600.0
REVEAL_SECONDS: Final = 900.0
"""So long a record that was found may be revealed and handed over."""
REGIONS: Final = Path(__file__).resolve().parents[3] / "assets" / "regions"

PostBooks = Callable[[Session, Person], None]


@cache
def region_of(area: str) -> RegionProfile:
    """The settings of a hall's region: the kiosk has the same. Raises ValueError where there are none."""
    found = load(REGIONS, area)
    if not isinstance(found, RegionProfile):
        raise ValueError(f"no region profile of {area}")
    return found


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, where and when."""

    session: StaffSessionRow
    staff: StaffRow
    device: str
    now: float
    today: date


def look_up(db: Session, asking: Asking, asked: LookupRequest, post_books: PostBooks) -> Lookup:
    """Whatever the answer is, it is on the record. Nothing is said of a person before ground and document are in order."""
    db.refresh(
        asking.staff, with_for_update=True
    )  # one at a time: none goes uncounted, and a second sign-in is good once
    db.refresh(asking.session)
    answer, person = _answered(db, asking, asked)
    second = asking.session.second if answer.outcome is LookupOutcome.FOUND else None
    row = LookupRow(
        id=secrets.token_urlsafe(12),
        session=asking.session.id,
        staff=asking.staff.number,
        second=second,
        device=asking.device,
        ground=asked.ground.value,
        document=asked.document.value if asked.document is not None else None,
        reference=asked.reference,
        person_id=person.id if person is not None else None,
        outcome=answer.outcome.value,
        why=answer.why.value if answer.why is not None else None,
        at=asking.now,
    )
    db.add(row)
    db.flush()
    if answer.outcome is not LookupOutcome.FOUND or person is None:
        return answer
    asking.session.second = None
    post_books(db, person)
    return Lookup(
        LookupOutcome.FOUND,
        lookup=row.id,
        record=_masked(db, person, asking),
        may_hand_over=asked.ground is Ground.PRESENT and _card_of(db, person) is not None,
    )


def _answered(db: Session, asking: Asking, asked: LookupRequest) -> tuple[Lookup, Person | None]:
    if _too_many(db, asking):
        return Lookup(LookupOutcome.TOO_MANY), None
    rule = _rule(db, asking.device, asked.ground)
    if rule is None or Role(asking.staff.role) not in rule.roles:
        return _refused(LookupRefusal.GROUND), None
    if not asking.staff.on_duty:
        return _refused(LookupRefusal.NOT_DUTY), None
    document = _document(db, rule, asked, asking.today)
    if (document is None) != (not rule.documents):
        return _refused(LookupRefusal.DOCUMENT), None
    if rule.second and (asking.session.second is None or asking.session.second_until <= asking.now):
        return Lookup(LookupOutcome.SECOND_NEEDED), None
    person = _person(db, asked)
    if document is not None and (person is None or document.person_id != person.id):
        return _refused(LookupRefusal.DOCUMENT), None
    if person is None:
        return Lookup(LookupOutcome.NOT_FOUND), None
    why = _kept_from(db, asking, person)
    return (Lookup(LookupOutcome.FOUND) if why is None else _refused(why)), person


def _refused(why: LookupRefusal) -> Lookup:
    return Lookup(LookupOutcome.REFUSED, why=why)


def _too_many(db: Session, asking: Asking) -> bool:
    """The alarm goes once, however often is asked after it."""
    mine = (LookupRow.staff == asking.staff.number, LookupRow.at > asking.now - WINDOW_SECONDS)
    counted = LookupRow.outcome != LookupOutcome.TOO_MANY.value
    if (db.scalar(select(func.count()).where(*mine, counted)) or 0) < LOOKUPS:
        return False
    alarms = select(func.count()).where(
        AlarmRow.staff == asking.staff.number, AlarmRow.at > asking.now - WINDOW_SECONDS
    )
    if not db.scalar(alarms):
        db.add(AlarmRow(staff=asking.staff.number, device=asking.device, at=asking.now))
    return True


def _rule(db: Session, device: str, ground: Ground) -> GroundRule | None:
    hall = db.get(Device, device)
    assert hall is not None
    return next((rule for rule in region_of(hall.area).grounds if rule.ground is ground), None)


def _document(db: Session, rule: GroundRule, asked: LookupRequest, today: date) -> AuthorisationRow | None:
    if asked.document is None or asked.reference is None or asked.document not in rule.documents:
        return None
    row = db.get(AuthorisationRow, (asked.document.value, asked.reference))
    return row if row is not None and row.until >= today else None


def _person(db: Session, asked: LookupRequest) -> Person | None:
    match asked.kind:
        case NumberKind.ID_NUMBER:
            of = select(Person).where(Person.number == asked.number)
        case NumberKind.CARD_NUMBER:
            cards = select(Card.person_id).where(Card.number == asked.number, _no_staff_card())
            of = select(Person).where(Person.id.in_(cards))
        case never:
            assert_never(never)
    return db.scalars(of.order_by(Person.id)).first()


def _no_staff_card() -> ColumnElement[bool]:
    """A staff card is nobody's social security card: no record hangs on it."""
    return Card.identification.not_in(select(StaffRow.card).where(StaffRow.card.is_not(None)))


def _kept_from(db: Session, asking: Asking, person: Person) -> LookupRefusal | None:
    if person.id == asking.staff.person_id:
        return LookupRefusal.OWN_RECORD
    if db.get(ProtectedRow, person.id) is not None:
        return LookupRefusal.PROTECTED
    hall = db.get(Device, asking.device)
    assert hall is not None
    areas = db.scalars(select(Card.area).where(Card.person_id == person.id)).all()
    return None if any(area[:4] == hall.area[:4] for area in areas) else LookupRefusal.ELSEWHERE


def _card_of(db: Session, person: Person) -> Card | None:
    """The one that is in use; else one whose loss was reported: it is looked at, too."""
    statuses = (CardStatus.NORMAL.value, CardStatus.TEMPORARILY_LOST.value, CardStatus.LOST.value)
    return db.scalars(
        select(Card)
        .where(Card.person_id == person.id, Card.status.in_(statuses), _no_staff_card())
        .order_by(case((Card.status == CardStatus.NORMAL.value, 0), else_=1), Card.number)
    ).first()


def _masked(db: Session, person: Person, asking: Asking) -> FoundRecord:
    employer = _employer(db, person)
    registrations = Books(db, person, asking.today).registrations()
    return FoundRecord(
        name=mask_name(person.name),
        number=mask_number(person.number),
        phone=mask_phone(person.phone) if person.phone is not None else None,
        employer=mask_name(employer) if employer is not None else None,
        registrations=tuple(replace(one, payer=None) for one in registrations),
        as_of=moment(asking.now),
    )


def _employer(db: Session, person: Person) -> str | None:
    return db.scalars(
        select(RegistrationRow.payer)
        .where(RegistrationRow.person_id == person.id, RegistrationRow.payer_kind == PayerKind.EMPLOYER.value)
        .order_by(RegistrationRow.position)
    ).first()


def _found(db: Session, asking: Asking, lookup: str) -> tuple[LookupRow, Person]:
    """The session's newest look-up, while it is open. Raises ProblemError(NOT_OFFERED)."""
    row = db.get(LookupRow, lookup)
    newest = db.scalars(
        select(LookupRow).where(LookupRow.session == asking.session.id).order_by(LookupRow.at.desc()).limit(1)
    ).first()
    if row is None or row.session != asking.session.id or row.outcome != LookupOutcome.FOUND.value:
        raise ProblemError(ProblemType.NOT_OFFERED)
    assert newest is not None
    if newest.at > row.at or row.handed_over is not None or row.at <= asking.now - REVEAL_SECONDS:
        raise ProblemError(ProblemType.NOT_OFFERED)
    person = db.get(Person, row.person_id)
    assert person is not None
    return row, person


def reveal(db: Session, asking: Asking, lookup: str, field: RevealField) -> Revealed:
    """One field, on the record. Raises ProblemError(NOT_OFFERED) of a look-up that is not open in this session."""
    row, person = _found(db, asking, lookup)
    db.add(RevealRow(lookup=row.id, field=field.value, at=asking.now))
    match field:
        case RevealField.NAME:
            value: str | None = person.name
        case RevealField.NUMBER:
            value = person.number
        case RevealField.PHONE:
            value = person.phone
        case RevealField.EMPLOYER:
            value = _employer(db, person)
        case never:
            assert_never(never)
    return Revealed(field, value)


def hand_over(db: Session, asking: Asking, lookup: str, lifetime: float) -> PersonSession:
    """Raises ProblemError(NOT_OFFERED) unless the holder is present and has a card whose record is opened."""
    row, person = _found(db, asking, lookup)
    card = _card_of(db, person)
    if row.ground != Ground.PRESENT.value or card is None:
        raise ProblemError(ProblemType.NOT_OFFERED)
    row.handed_over = asking.now
    end(asking.session, asking.now)
    return open_without_card(db, asking.device, card, Access.HANDED_OVER, lifetime)


# --- told to whose record it is --------------------------------------------------------------------------------------------


def views_of(db: Session, person: Person, session: str) -> tuple[RecordView, ...]:
    """What staff saw of the record since the last own visit that came to its end, newest first; `session` is this visit's."""
    rows = db.scalars(
        select(LookupRow)
        .where(
            LookupRow.person_id == person.id,
            LookupRow.outcome == LookupOutcome.FOUND.value,
            or_(LookupRow.told.is_(False), LookupRow.told_in == session),
        )
        .order_by(LookupRow.at.desc())
        .limit(MOST_PARTS)
    ).all()
    for row in rows:
        row.told_in = session
    return tuple(RecordView(moment(row.at), *_hall(db, row.device), Ground(row.ground)) for row in rows)


def told(db: Session, session: str) -> None:
    """The visit is over: who was told in it is not told again. One that broke off is told at the next."""
    for row in db.scalars(select(LookupRow).where(LookupRow.told_in == session)):
        row.told = True


def _hall(db: Session, device: str) -> tuple[str, str]:
    """Its name in Chinese and in English."""
    hall = db.get(Device, device)
    assert hall is not None
    name = region_of(hall.area).hall
    return name.of("zh_CN"), name.of("en")
