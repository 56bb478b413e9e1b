"""Work as contribution rows: jobs with gaps between them, paid by employer and employee or by oneself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from kiosk.model import EntitlementReason, Fen, PayerKind, RowKind
from kiosk.sandbox.central.population.ledger import KIND_CODES, Ledger, Registered, Row
from kiosk.sandbox.central.population.tariffs import BEGINNINGS, MERGED_510, arrival, base_index, part, rates

WAIVED: Final = frozenset({"110", "210", "410"})
SUPPLEMENT: Final = 0.04
"""What a half year's supplement adds to the base."""


@dataclass(frozen=True, slots=True)
class Job:
    """Months from `first` to `last`, both included, as ordinals. `payer` None: oneself."""

    first: int
    last: int
    payer: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """A working life. Month sets are ordinals.

    `missing`: not paid (and not `back_paid`); `wrong_base`: booked, taken back, booked rightly; `taken_back`: booked and
    taken back; `supplements`: insurances with a row more in the second half of each year.
    """

    jobs: tuple[Job, ...]
    base: Callable[[int], Fen]
    insurances: tuple[str, ...]
    beginnings: Mapping[str, int] = field(default_factory=lambda: BEGINNINGS)
    exempt: range = range(0)
    back_paid: frozenset[int] = frozenset()
    missing: frozenset[int] = frozenset()
    wrong_base: frozenset[int] = frozenset()
    taken_back: frozenset[int] = frozenset()
    supplements: frozenset[str] = frozenset()
    self_paid: bool = False
    retired: bool = False

    def months(self, insurance: str) -> "list[tuple[int, Job]]":
        begins = self.beginnings.get(insurance, 0)
        ends = MERGED_510 if insurance == "510" else 10**6
        return [
            (month, job) for job in self.jobs for month in range(max(job.first, begins), job.last + 1) if month < ends
        ]


def work(ledger: Ledger, did: Work) -> None:
    """Book every month of every insurance."""
    bases = {month: did.base(month) for job in did.jobs for month in range(job.first, job.last + 1)}
    for insurance in did.insurances:
        for month, job in did.months(insurance):
            base = bases[month]
            if month in did.back_paid:
                ledger.book(insurance, month, base, job.payer, RowKind.BACK_PAYMENT, delay=3, self_paid=did.self_paid)
            elif month in did.missing:
                continue
            elif month in did.exempt and insurance in WAIVED:
                ledger.book(insurance, month, base, job.payer, RowKind.EXEMPTION)
            else:
                ledger.book(insurance, month, base, job.payer, self_paid=did.self_paid)
                _correct(ledger, did, insurance, month, base, job)


def _correct(ledger: Ledger, did: Work, insurance: str, month: int, base: Fen, job: Job) -> None:
    """Corrections come two months later, when they have had time to."""
    if month > ledger.current - 4:
        return
    if month in did.wrong_base or month in did.taken_back:
        ledger.book(insurance, month, base, job.payer, RowKind.CORRECTION, delay=2, self_paid=did.self_paid, sign=-1)
    if month in did.wrong_base:
        right = base + 300_00
        ledger.book(insurance, month, right, job.payer, RowKind.CORRECTION, delay=2, self_paid=did.self_paid)
    if insurance in did.supplements and month % 12 >= 6:
        more = round(base * SUPPLEMENT / 1000) * 1000
        employer, own = rates(insurance, month)
        ledger.rows[insurance].append(
            Row(
                month,
                RowKind.OTHER,
                "32",
                more,
                part(more, employer),
                part(more, own),
                True,
                arrival(month, 3),
                job.payer,
            )
        )


def register_work(ledger: Ledger, did: Work) -> None:
    """Status as of today: at work, paused, or retired."""
    last = did.jobs[-1]
    working = last.last >= ledger.current
    for insurance in did.insurances:
        months = did.months(insurance)
        if not months and insurance != "510":
            continue
        since = months[0][0] if months else max(did.jobs[0].first, BEGINNINGS["510"])
        kind = PayerKind.SELF if did.self_paid else PayerKind.EMPLOYER
        entry = Registered(
            insurance,
            "1",
            "1",
            since,
            payer_kind=kind,
            payer=last.payer if last.payer is not None else "灵活就业",
        )
        if insurance == "310":
            entry.entitlement = EntitlementReason.EMPLOYED.value
        if did.retired:
            entry.payment_status = "3"
            if insurance in ("210", "410", "510"):
                entry.person_status = "4"
                entry.until = months[-1][0] if months else since
            if insurance == "310":
                entry.entitlement = EntitlementReason.RETIRED.value
        elif insurance == "510":
            entry.merged_into = "310"
            if not working:
                entry.person_status = entry.payment_status = "2"
            if not months:
                entry.pays = False
        elif not working:
            entry.person_status = entry.payment_status = "2"
            if insurance == "310":
                entry.entitlement = EntitlementReason.ARREARS.value
        ledger.registrations.append(entry)


LARGE_EXPENSE: Final = ((2024, 120_00), (2016, 96_00), (0, 60_00))
"""Yearly aid for large medical expenses (330): from year, fen. Samples."""


def pay_large_expense(ledger: Ledger, start: int, payer: str | None, kind: PayerKind) -> None:
    """330: once a year in January, by the insured."""
    first = max(start // 12 + (1 if start % 12 else 0), 2012)
    if first > ledger.today.year:
        return
    ledger.registrations.append(
        Registered(
            "330", "1", "1", first * 12, payer_kind=kind, payer=payer if payer is not None else "本人", yearly=True
        )
    )
    ledger.rows["330"] = [
        Row(
            year * 12,
            RowKind.REGULAR,
            KIND_CODES[RowKind.REGULAR],
            None,
            None,
            next(amount for begins, amount in LARGE_EXPENSE if year >= begins),
            True,
            date(year, 1, 8),
            None,
        )
        for year in range(first, ledger.today.year + 1)
        if date(year, 1, 8) <= ledger.today
    ]


__all__ = ["Job", "Work", "base_index", "pay_large_expense", "register_work", "work"]
