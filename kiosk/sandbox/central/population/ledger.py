"""The books of one resident while they are written: registrations, rows, accounts, entries, enrolments."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from kiosk.model import AbsentReason, EntryKind, Fen, PayerKind, RowKind
from kiosk.sandbox.central.population.tariffs import arrival, part, rates

KIND_CODES = {
    RowKind.REGULAR: "10",
    RowKind.BACK_PAYMENT: "21",
    RowKind.CORRECTION: "31",
    RowKind.EXEMPTION: "40",
    RowKind.OTHER: "90",
}
"""AAA115 as this sample region writes it."""


class Row(NamedTuple):
    """A booked row, in the order of the table's columns."""

    month: int
    kind: RowKind
    kind_code: str
    base: Fen | None
    employer: Fen | None
    own: Fen | None
    arrived: bool | None
    arrived_on: date | None
    payer: str | None


class Entry(NamedTuple):
    day: date
    kind: EntryKind
    amount: Fen


class Enrolled(NamedTuple):
    year: int
    paid_on: date | None
    registered_on: date | None
    newborn: bool
    funded: bool


@dataclass(slots=True)
class Registered:
    """One insurance as it will stand in the register."""

    insurance: str
    person_status: str
    payment_status: str
    since: int | None
    until: int | None = None
    merged_into: str | None = None
    payer_kind: PayerKind | None = None
    payer: str | None = None
    yearly: bool = False
    pays: bool = True
    entitlement: str | None = None
    by_enrolment: bool = False
    entitlement_absent: AbsentReason | None = None


@dataclass(slots=True)
class AccountBook:
    """`start` is what was there before the first entry. `absent`: why the figures cannot be given."""

    insurance: str
    start: Fen = 0
    entries: list[Entry] = field(default_factory=list)
    absent: AbsentReason | None = None


@dataclass(slots=True)
class Ledger:
    """`current` is the month of `today`, as an ordinal."""

    today: date
    area: str
    registrations: list[Registered] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    accounts: list[AccountBook] = field(default_factory=list)
    enrolments: list[Enrolled] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def current(self) -> int:
        return self.today.year * 12 + self.today.month - 1

    def book(
        self,
        insurance: str,
        month: int,
        base: Fen,
        payer: str | None,
        kind: RowKind = RowKind.REGULAR,
        *,
        delay: int = 0,
        self_paid: bool = False,
        sign: int = 1,
    ) -> None:
        """One row by the rates of its month. This month's is on its way; one that would arrive later than today too."""
        employer, own = rates(insurance, month)
        if self_paid:
            employer, own = 0, {"110": 2000, "310": 1000}.get(insurance, employer + own)
        pays_employer = 0 if kind is RowKind.EXEMPTION else part(base, employer)
        arrives = arrival(month, delay)
        there = arrives <= self.today and month < self.current
        self.rows.setdefault(insurance, []).append(
            Row(
                month,
                kind,
                KIND_CODES[kind],
                base,
                None if self_paid else sign * pays_employer,
                sign * part(base, own),
                there,
                arrives if there else None,
                payer,
            )
        )

    def sort(self) -> None:
        """By month; of one month as they were booked."""
        for rows in self.rows.values():
            rows.sort(key=lambda row: row.month)
        for account in self.accounts:
            account.entries.sort(key=lambda entry: entry.day)

    def own_parts(self, insurance: str) -> Iterable[tuple[date, Fen]]:
        """(day of arrival, own part) of everything that came."""
        for row in self.rows.get(insurance, ()):
            if row.arrived and row.arrived_on is not None and row.own:
                yield row.arrived_on, row.own
