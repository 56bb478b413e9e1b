"""Residents' schemes as lives: medical insurance (390) by its rule set, pension (170) once a year."""

from datetime import date, timedelta
from random import Random
from typing import Final

from kiosk.model import EntryKind, PayerKind, RowKind
from kiosk.sandbox.central.population.ledger import KIND_CODES, AccountBook, Enrolled, Entry, Ledger, Registered, Row
from kiosk.sandbox.central.population.people import FIRST_ID, LifeKind, Resident
from kiosk.sandbox.central.resident_medical import Enrolment, cost, window_opens

FIRST_YEAR: Final = 2012
"""First year with books of the residents' schemes."""

_COMMUNITIES: Final = {
    "3701": ("历下区 示例街道 示例社区", "章丘区 示例镇 样例村"),
    "1403": ("平定县 示例镇 样例村", "城区 示例街道 示例社区"),
}
_SCHOOLS: Final = ("示例小学", "样例中学")


def add_resident_medical(ledger: Ledger, resident: Resident, rng: Random) -> None:
    """Every year from 2012 or birth on: paid in the window, late, not at all, or funded; newborns by their own rule."""
    today, born = ledger.today, resident.born
    first = max(FIRST_YEAR, born.year)
    if resident.life is not LifeKind.MINOR:
        first = max(first, born.year + 19, FIRST_YEAR + rng.randint(0, 4))
    first = min(first, today.year)
    funded = rng.random() < 0.06
    habit = 0.9 if resident.id % 4 else 0.7
    for year in range(first, today.year + 2):
        enrolled = _enrol(ledger, resident, rng, year, funded, habit, newborn=born.year == year)
        if enrolled is not None:
            ledger.enrolments.append(enrolled)
    age = today.year - born.year
    school = resident.life is LifeKind.MINOR and age >= 7
    insured = any(one.year == today.year and _counts(one) for one in ledger.enrolments)
    since = max(first * 12, born.year * 12 + born.month - 1)
    ledger.registrations.append(
        Registered(
            "390",
            "1" if insured else "2",
            "1" if insured else "2",
            since,
            payer_kind=PayerKind.SCHOOL if school else PayerKind.COMMUNITY,
            payer=rng.choice(_SCHOOLS if school else _COMMUNITIES[resident.area[:4]]),
            yearly=True,
            by_enrolment=True,
        )
    )
    ledger.rows["390"] = [row for one in ledger.enrolments if (row := _booked(ledger, resident, one)) is not None]


def _counts(one: Enrolled) -> bool:
    return one.paid_on is not None or one.funded or one.newborn


def _enrol(
    ledger: Ledger, resident: Resident, rng: Random, year: int, funded: bool, habit: float, *, newborn: bool
) -> Enrolled | None:
    """The facts of one insurance year, as far as they have happened. None: nothing to write down yet."""
    today, born = ledger.today, resident.born
    opens = window_opens(year)
    luck, wait, late = rng.random(), rng.randint(0, 100), rng.randint(20, 250)
    if opens > today:
        return None
    if newborn:
        registered = born + timedelta(days=10 + wait % 40)
        if registered > today or registered.year != year:
            return None
        return Enrolled(year, registered, registered, True, False)
    if born.year == year - 1 and born >= opens:
        # Born in the window: most parents pay for the next year at once.
        paid = born + timedelta(days=16)
        if luck < 0.8 and paid <= today and paid.year == year - 1:
            return Enrolled(year, paid, paid, True, False)
    if funded:
        return Enrolled(year, None, None, False, True) if year <= today.year else None
    if resident.id < FIRST_ID and resident.life is LifeKind.RESIDENT and year == today.year:
        # The sample screen: missed the window, paid on 10 March, entitled from 9 April.
        paid = date(year, 3, 10)
        return Enrolled(year, paid if paid <= today else opens + timedelta(days=40), None, False, False)
    if luck < habit:
        paid = opens + timedelta(days=wait)
        return Enrolled(year, paid, None, False, False) if paid <= today else None
    if luck < habit + 0.06:
        paid = date(year, 1, 1) + timedelta(days=late)
        return Enrolled(year, paid, None, False, False) if paid <= today else None
    return None


def _booked(ledger: Ledger, resident: Resident, one: Enrolled) -> Row | None:
    born = resident.born if one.newborn else None
    own, subsidy = cost(resident.area, Enrolment(one.year, one.paid_on, born, one.registered_on, one.funded))
    if own == 0 and subsidy == 0:
        return None
    arrived = one.paid_on if one.paid_on is not None else date(one.year, 1, 31)
    if arrived > ledger.today:
        arrived = ledger.today
    return Row(
        one.year * 12,
        RowKind.REGULAR,
        KIND_CODES[RowKind.REGULAR],
        None,
        subsidy,
        own,
        True,
        arrived,
        None,
    )


def add_resident_pension(ledger: Ledger, resident: Resident, rng: Random) -> None:
    """170: one payment a year with a subsidy until 60, a pension after it."""
    today = ledger.today
    turns_60 = resident.born.year + 60
    first = max(FIRST_YEAR, resident.born.year + 18 + rng.randint(0, 5))
    tier = rng.choice((100_00, 300_00, 300_00, 500_00, 1000_00, 5000_00))
    subsidy = {100_00: 30_00, 300_00: 40_00, 500_00: 60_00, 1000_00: 80_00}.get(tier, 160_00)
    receiving = turns_60 <= today.year
    community = _COMMUNITIES[resident.area[:4]][0]
    if first > today.year:
        return
    rows = []
    for year in range(first, min(turns_60, today.year + 1)):
        paid = date(year, 1, 15) + timedelta(days=rng.randint(0, 20))
        if rng.random() < 0.93 and paid <= today:
            rows.append(
                Row(year * 12, RowKind.REGULAR, KIND_CODES[RowKind.REGULAR], None, subsidy, tier, True, paid, community)
            )
    ledger.registrations.append(
        Registered(
            "170",
            "1",
            "3" if receiving else "1",
            first * 12,
            payer_kind=PayerKind.COMMUNITY,
            payer=community,
            yearly=True,
            pays=bool(rows) or not receiving,
        )
    )
    if rows:
        ledger.rows["170"] = rows
    book = AccountBook("170")
    balance = 0
    for year in range(first, today.year + 1):
        interest = balance * 250 // 10000
        for row in rows:
            if row.month // 12 == year and row.arrived_on is not None:
                amount = (row.own or 0) + (row.employer or 0)
                book.entries.append(Entry(row.arrived_on, EntryKind.CONTRIBUTION, amount))
                balance += amount
        if interest and date(year, 12, 31) < today:
            book.entries.append(Entry(date(year, 12, 31), EntryKind.INTEREST, interest))
            balance += interest
    ledger.accounts.append(book)
