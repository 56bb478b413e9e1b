"""Writes the population into the database: people and cards at the start, each one's books when they are first opened.

A thousand visits open a thousand books; two thousand residents have some 800,000 rows that nobody asks for.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Engine, insert, update
from sqlalchemy.orm import Session

from drivers.card.cardfile import CardFile
from kiosk.sandbox.central.audit_tables import KEPT
from kiosk.sandbox.central.population import queries
from kiosk.sandbox.central.population.bodies import BODIES, body_of
from kiosk.sandbox.central.population.first_day import first_day
from kiosk.sandbox.central.population.ledger import AccountBook, Ledger
from kiosk.sandbox.central.population.lives import live
from kiosk.sandbox.central.population.people import FIRST_ID, RegisteredCard, Resident, holders, residents
from kiosk.sandbox.central.population.staff import Member, authorisation_rows, members, protected_rows, staff_rows
from kiosk.sandbox.central.query_tables import QueryPasswordRow
from kiosk.sandbox.central.staff_tables import AuthorisationRow, ProtectedRow, StaffRow
from kiosk.sandbox.central.tables import (
    AccountRow,
    Base,
    BodyRow,
    Card,
    ContributionRowRow,
    Device,
    EnrolmentRow,
    EntryRow,
    NoticeRow,
    Person,
    RegistrationRow,
    Seeded,
)

AREAS: Final = frozenset({"3701", "1403"})
"""First four digits of the areas whose cards and records this service holds."""

VERSION: Final = 3
"""Raised whenever the same seed gives other people or lives."""

HALL_NOTICE: Final = (
    "城乡居民医疗保险集中缴费期为每年9月至12月。",
    "Resident medical insurance is paid for from September to December of the year before.",
)


class Known:
    """Who is in the database, by id, and as of which day their lives are told. `first_day` makes the register as it was."""

    def __init__(
        self, everybody: Sequence[tuple[Resident, RegisteredCard]], staff: Sequence[Member], today: date
    ) -> None:
        self.today = today
        self.staff = tuple(staff)
        self.first_day = first_day(everybody)
        self._people = {resident.id: resident for resident, _ in everybody}

    def __getitem__(self, person: int) -> Resident:
        return self._people[person]


def seed(
    engine: Engine,
    cards: dict[str, CardFile],
    devices: Sequence[tuple[str, str]],
    seed_number: int,
    count: int,
    today: date,
) -> Known:
    """Make the tables and fill them, unless they hold this very population already."""
    everybody = [*holders(cards, seed_number), *residents(seed_number, count, today)]
    known = Known(everybody, members(cards, everybody, seed_number), today)
    fingerprint = _fingerprint(everybody, devices, seed_number, today)
    Base.metadata.create_all(engine)
    with Session(engine) as db, db.begin():
        if db.get(Seeded, fingerprint) is not None:
            return known
    Base.metadata.drop_all(engine, [table for table in Base.metadata.sorted_tables if table not in KEPT])
    Base.metadata.create_all(engine)
    with Session(engine) as db, db.begin():
        db.execute(insert(Device), [{"id": name, "area": area} for name, area in devices])
        db.execute(insert(BodyRow), [body.row() for body in BODIES])
        db.execute(insert(Person), [_person(resident) for resident, _ in everybody])
        db.execute(insert(Card), [_card(resident, card) for resident, card in everybody])
        people = {resident.card: resident.id for resident, _ in everybody if resident.card is not None}
        for table, rows in (
            (StaffRow, staff_rows(known.staff)),
            (AuthorisationRow, authorisation_rows(people, today)),
            (ProtectedRow, protected_rows(people)),
        ):
            if rows:
                db.execute(insert(table), rows)
        if passwords := queries.rows(resident for resident, _ in everybody):
            db.execute(insert(QueryPasswordRow), passwords)
        db.add(NoticeRow(id="hall-1", person_id=None, text=HALL_NOTICE[0], text_en=HALL_NOTICE[1]))
        db.add(Seeded(fingerprint=fingerprint))
    return known


def _fingerprint(
    everybody: Sequence[tuple[Resident, RegisteredCard]],
    devices: Sequence[tuple[str, str]],
    seed_number: int,
    today: date,
) -> str:
    told = [str(VERSION), str(seed_number), today.isoformat(), str(len(everybody)), *map(repr, devices)]
    told += [
        f"{resident.card}{resident.name}{resident.number}{resident.life}{card.identification}{card.atr}{card.status}{resident.phone}{resident.on_file}"
        for resident, card in everybody
        if resident.id < FIRST_ID
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _person(resident: Resident) -> dict[str, Any]:
    return {
        "id": resident.id,
        "name": resident.name,
        "number": resident.number,
        "born": resident.born,
        "phone": resident.phone,
        "on_file": resident.on_file,
        "posted": False,
    }


def _card(resident: Resident, card: RegisteredCard) -> dict[str, Any]:
    return {
        "identification": card.identification,
        "atr": card.atr,
        "number": card.number,
        "area": card.area,
        "algorithm": card.algorithm.name,
        "status": card.status.value,
        "expires": card.expires,
        "bank": card.bank,
        "person_id": resident.id,
    }


def post_books(db: Session, person: Person, known: Known) -> None:
    """Write a person's books when they are opened for the first time. Of two at once one writes, the other waits."""
    if person.posted:
        return
    mine = db.execute(
        update(Person).where(Person.id == person.id, Person.posted.is_(False)).values(posted=True).returning(Person.id)
    ).one_or_none()
    if mine is None:
        return
    resident = known[person.id]
    ledger = live(resident, known.today)
    for table, rows in tables_of(resident, ledger).items():
        if rows:
            db.execute(insert(table), rows)


def tables_of(resident: Resident, ledger: Ledger) -> dict[type[Base], list[dict[str, Any]]]:
    """A life as rows of the tables."""
    person = resident.id
    return {
        RegistrationRow: [
            {
                "person_id": person,
                "position": position,
                "insurance": one.insurance,
                "person_status": one.person_status,
                "payment_status": one.payment_status,
                "since": one.since,
                "until": one.until,
                "merged_into": one.merged_into,
                "payer_kind": one.payer_kind.value if one.payer_kind is not None else None,
                "payer": one.payer,
                "body": body_of(resident.area, one.insurance),
                "yearly": one.yearly,
                "pays": one.pays,
                "entitlement": one.entitlement,
                "by_enrolment": one.by_enrolment,
                "entitlement_absent": one.entitlement_absent.value if one.entitlement_absent is not None else None,
            }
            for position, one in enumerate(ledger.registrations)
        ],
        ContributionRowRow: [
            {"person_id": person, "insurance": insurance, "position": position, **row._asdict(), "kind": row.kind.value}
            for insurance, rows in ledger.rows.items()
            for position, row in enumerate(rows)
        ],
        AccountRow: [_account(resident, ledger, account) for account in ledger.accounts],
        EntryRow: [row for account in ledger.accounts for row in _entries(person, account)],
        EnrolmentRow: [{"person_id": person, **one._asdict()} for one in ledger.enrolments],
        NoticeRow: [
            {"id": f"p{person}-{position}", "person_id": person, "text": text, "text_en": text_en}
            for position, (text, text_en) in enumerate(ledger.notices)
        ],
    }


def _account(resident: Resident, ledger: Ledger, account: AccountBook) -> dict[str, Any]:
    """The year's figures follow from the entries: what came and went since 1 January."""
    year = ledger.today.year
    return {
        "person_id": resident.id,
        "insurance": account.insurance,
        "body": body_of(resident.area, account.insurance),
        "absent": account.absent.value if account.absent is not None else None,
        "year": year,
        "opening": account.start + sum(entry.amount for entry in account.entries if entry.day.year < year),
        "income": sum(e.amount for e in account.entries if e.day.year == year and e.amount > 0),
        "outgo": -sum(e.amount for e in account.entries if e.day.year == year and e.amount < 0),
    }


def _entries(person: int, account: AccountBook) -> list[dict[str, Any]]:
    balance = account.start
    rows = []
    for position, entry in enumerate(account.entries):
        balance += entry.amount
        rows.append(
            {
                "person_id": person,
                "insurance": account.insurance,
                "position": position,
                "day": entry.day,
                "kind": entry.kind.value,
                "amount": entry.amount,
                "balance": balance if account.absent is None else None,
            }
        )
    return rows
