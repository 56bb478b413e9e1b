"""Overview and pages, read from the books. "I don't know" is `Absent`, never 0."""

import time
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.central.contract import PAGE_ROWS
from kiosk.model import (
    Absent,
    AbsentReason,
    Account,
    AccountEntry,
    AccountFigures,
    AccountPage,
    Body,
    CardStatus,
    ContributionHistory,
    ContributionPage,
    ContributionRow,
    Entitlement,
    EntitlementReason,
    EntryKind,
    Holder,
    Month,
    Origin,
    Overview,
    Payer,
    PayerKind,
    Period,
    Phone,
    Registration,
    RowKind,
)
from kiosk.sandbox.central.picture import Booked, draw
from kiosk.sandbox.central.resident_medical import Enrolment, entitlement
from kiosk.sandbox.central.sessions import is_minor, moment, notices_of
from kiosk.sandbox.central.tables import (
    AccountRow,
    BodyRow,
    Card,
    ContributionRowRow,
    EnrolmentRow,
    EntryRow,
    Person,
    RegistrationRow,
)

RETIRED = "3"
"""AAC031 3 with AAC008 1: contributions have ended, benefits run."""


class Books:
    """The records of one person as of `today`. `away`: insurances whose source does not answer now."""

    def __init__(self, db: Session, person: Person, today: date, away: frozenset[str] = frozenset()) -> None:
        self._db = db
        self._person = person
        self._today = today
        self._away = away
        self._bodies: dict[str, BodyRow] = {row.code: row for row in db.scalars(select(BodyRow))}
        self._registrations = db.scalars(
            select(RegistrationRow).where(RegistrationRow.person_id == person.id).order_by(RegistrationRow.position)
        ).all()

    def overview(self, card: Card, status: CardStatus) -> Overview:
        """All that one visit opens with."""
        person = self._person
        return Overview(
            holder=Holder(person.name, person.number, is_minor(person.born, self._today)),
            card_number=card.number,
            card_status=status,
            registrations=self.registrations(),
            contributions=self._histories(),
            accounts=self._accounts(),
            notices=notices_of(self._db, person.id),
            as_of=moment(time.time()),
        )

    def registrations(self) -> tuple[Registration, ...]:
        """Every insurance of the person."""
        return tuple(self._registration(row) for row in self._registrations)

    def insured(self, insurance: str) -> RegistrationRow | None:
        return next((row for row in self._registrations if row.insurance == insurance), None)

    def contributions(self, insurance: str, year: int, page: int) -> ContributionPage:
        """Rows of one insurance and year. No rows: one empty page. A page past the last is empty."""
        rows = (
            ContributionRowRow.person_id == self._person.id,
            ContributionRowRow.insurance == insurance,
            ContributionRowRow.month >= year * 12,
            ContributionRowRow.month < year * 12 + 12,
        )
        count = self._db.scalar(select(func.count()).select_from(ContributionRowRow).where(*rows)) or 0
        pages = max(1, -(-count // PAGE_ROWS))
        found = self._db.scalars(
            select(ContributionRowRow)
            .where(*rows)
            .order_by(ContributionRowRow.month, ContributionRowRow.position)
            .offset((page - 1) * PAGE_ROWS)
            .limit(PAGE_ROWS)
        )
        return ContributionPage(
            insurance=insurance,
            year=year,
            page=page,
            pages=max(pages, page),
            rows=tuple(_row(row) for row in found),
            origin=self._origin(self._body_of(insurance)),
        )

    def entries(self, insurance: str, page: int) -> AccountPage:
        """Entries of one account, newest first."""
        rows = (EntryRow.person_id == self._person.id, EntryRow.insurance == insurance)
        count = self._db.scalar(select(func.count()).select_from(EntryRow).where(*rows)) or 0
        pages = max(1, -(-count // PAGE_ROWS))
        found = self._db.scalars(
            select(EntryRow)
            .where(*rows)
            .order_by(EntryRow.position.desc())
            .offset((page - 1) * PAGE_ROWS)
            .limit(PAGE_ROWS)
        )
        return AccountPage(
            insurance=insurance,
            page=page,
            pages=max(pages, page),
            entries=tuple(AccountEntry(row.day, EntryKind(row.kind), row.amount, row.balance) for row in found),
            origin=self._origin(self._body_of(insurance)),
        )

    # --- parts --------------------------------------------------------------------------------------------------------

    def _body_of(self, insurance: str) -> str:
        row = self.insured(insurance)
        return row.body if row is not None else next(iter(self._bodies))

    def _origin(self, code: str) -> Origin:
        row = self._bodies[code]
        phone = Phone(row.phone, row.phone_confirmed) if row.phone is not None else None
        return Origin(Body(row.code, row.name, row.name_en, phone, row.address), self._as_of(row.lag_hours))

    def _as_of(self, lag_hours: int) -> datetime:
        """Live sources: the last half hour. Others: 18:00 of the day that lies `lag_hours` back."""
        now = moment(time.time())
        if lag_hours == 0:
            return now.replace(minute=now.minute // 30 * 30, second=0)
        return (now - timedelta(hours=lag_hours)).replace(hour=18, minute=0, second=0)

    def _registration(self, row: RegistrationRow) -> Registration:
        payer = None
        if row.payer_kind is not None and row.payer is not None:
            payer = Payer(PayerKind(row.payer_kind), row.payer)
        return Registration(
            insurance=row.insurance,
            person_status=row.person_status,
            payment_status=row.payment_status,
            since=_month(row.since),
            until=_month(row.until),
            merged_into=row.merged_into,
            payer=payer,
            entitlement=self._entitlement(row),
            origin=self._origin(row.body),
        )

    def _entitlement(self, row: RegistrationRow) -> Entitlement | Absent | None:
        if row.insurance in self._away:
            return Absent(AbsentReason.SOURCE_UNAVAILABLE)
        if row.entitlement_absent is not None:
            return Absent(AbsentReason(row.entitlement_absent))
        year = self._today.year
        if row.by_enrolment:
            found = self._db.get(EnrolmentRow, (self._person.id, year))
            if found is None:
                return entitlement(Enrolment(year, None))
            born = self._person.born if found.newborn else None
            return entitlement(Enrolment(year, found.paid_on, born, found.registered_on, found.funded))
        if row.entitlement is None:
            return None
        reason = row.entitlement
        if reason in (EntitlementReason.ARREARS, EntitlementReason.ENDED, EntitlementReason.NOT_PAID):
            return Entitlement(year, reason, (), None)
        begin = date(year, 1, 1)
        if row.since is not None and row.since // 12 == year:
            begin = date(year, row.since % 12 + 1, 1)
        end = None if reason == EntitlementReason.RETIRED else date(year, 12, 31)
        return Entitlement(year, reason, (Period(begin, end),), None)

    def _histories(self) -> tuple[ContributionHistory, ...] | Absent:
        """An insurance whose source is away is left out; when that is every one, the whole is absent."""
        columns = (
            ContributionRowRow.insurance,
            ContributionRowRow.month,
            ContributionRowRow.kind,
            ContributionRowRow.employer,
            ContributionRowRow.own,
            ContributionRowRow.arrived,
        )
        booked: dict[str, list[Booked]] = {}
        for insurance, month, kind, employer, own, arrived in self._db.execute(
            select(*columns)
            .where(ContributionRowRow.person_id == self._person.id)
            .order_by(ContributionRowRow.insurance, ContributionRowRow.month, ContributionRowRow.position)
        ):
            booked.setdefault(insurance, []).append(Booked(month, RowKind(kind), employer, own, arrived))
        current = Month.of(self._today).ordinal
        histories = []
        left_out = False
        for row in self._registrations:
            if not row.pays:
                continue
            if row.insurance in self._away:
                left_out = True
                continue
            picture = draw(
                booked.get(row.insurance, []),
                since=row.since,
                until=row.until,
                current=current,
                yearly=row.yearly,
                running=row.until is None and row.payment_status != RETIRED and row.merged_into is None,
            )
            histories.append(
                ContributionHistory(
                    row.insurance, picture.first_month, picture.total_months, picture.years, self._origin(row.body)
                )
            )
        if left_out and not histories:
            return Absent(AbsentReason.SOURCE_UNAVAILABLE)
        return tuple(histories)

    def _accounts(self) -> tuple[Account, ...]:
        found = self._db.scalars(
            select(AccountRow).where(AccountRow.person_id == self._person.id).order_by(AccountRow.insurance)
        )
        accounts = []
        for row in found:
            figures: AccountFigures | Absent
            if row.insurance in self._away:
                figures = Absent(AbsentReason.SOURCE_UNAVAILABLE)
            elif row.absent is not None:
                figures = Absent(AbsentReason(row.absent))
            else:
                balance = row.opening + row.income - row.outgo
                figures = AccountFigures(row.year, row.opening, row.income, row.outgo, balance)
            accounts.append(Account(row.insurance, figures, self._origin(row.body)))
        return tuple(accounts)


def _month(ordinal: int | None) -> Month | None:
    return None if ordinal is None else Month(ordinal // 12, ordinal % 12 + 1)


def _row(row: ContributionRowRow) -> ContributionRow:
    return ContributionRow(
        month=Month(row.month // 12, row.month % 12 + 1),
        kind=RowKind(row.kind),
        kind_code=row.kind_code,
        base=row.base,
        employer=row.employer,
        own=row.own,
        arrived=row.arrived,
        arrived_on=row.arrived_on,
        payer=row.payer,
    )
