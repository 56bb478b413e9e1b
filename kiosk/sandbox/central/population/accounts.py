"""Personal accounts: pension (110, 120, 170) and medical (310). Figures follow from entries, entries from rows."""

from datetime import date, timedelta
from random import Random
from typing import Final

from kiosk.model import AbsentReason, EntryKind, Fen
from kiosk.sandbox.central.population.ledger import AccountBook, Entry, Ledger

INTEREST: Final = 300
"""Of the pension account, in 1/10000 a year. A sample."""

SAMPLE_BALANCE: Final[Fen] = 3_482_16
"""Balance of the medical account in the sample screens, and what was spent before today: (days ago, fen)."""
SAMPLE_SPENDING: Final = (
    (2, 86_50),
    (17, 142_80),
    (39, 63_20),
    (72, 215_75),
    (104, 187_40),
    (139, 92_30),
    (188, 330_50),
)


def pension_account(
    ledger: Ledger, insurance: str, *, paid_out_from: int | None = None, absent: AbsentReason | None = None
) -> None:
    """Own parts month by month as they came, interest at the year's end; after retirement the account pays out."""
    book = AccountBook(insurance, absent=absent)
    ledger.accounts.append(book)
    if absent is not None:
        return
    movements = sorted(ledger.own_parts(insurance))
    if not movements:
        return
    balance = 0
    position = 0
    for year in range(movements[0][0].year, ledger.today.year + 1):
        opening = balance
        while position < len(movements) and movements[position][0].year == year:
            day, amount = movements[position]
            kind = EntryKind.CONTRIBUTION if amount > 0 else EntryKind.CORRECTION
            book.entries.append(Entry(day, kind, amount))
            balance += amount
            position += 1
        if paid_out_from is not None:
            balance += _pay_out(book, ledger, year, paid_out_from, balance)
        interest = opening * INTEREST // 10000
        if interest > 0 and date(year, 12, 31) < ledger.today:
            book.entries.append(Entry(date(year, 12, 31), EntryKind.INTEREST, interest))
            balance += interest


def _pay_out(book: AccountBook, ledger: Ledger, year: int, first: int, balance: Fen) -> Fen:
    """A 139th a month until nothing is left (retired at 60)."""
    monthly = max(balance // 139, 20_00)
    taken = 0
    for month in range(max(year * 12, first), year * 12 + 12):
        day = date(month // 12, month % 12 + 1, 10)
        amount = min(monthly, balance + taken)
        if day > ledger.today or amount <= 0:
            break
        book.entries.append(Entry(day, EntryKind.SPENDING, -amount))
        taken -= amount
    return taken


def medical_account(ledger: Ledger, rng: Random, *, pension_from: int | None = None) -> None:
    """The last three years: what came in month by month, and now and then a doctor or a pharmacy."""
    book = AccountBook("310", start=rng.randint(0, 400_000))
    begins = date(ledger.today.year - 2, 1, 1)
    for day, amount in ledger.own_parts("310"):
        if day >= begins:
            paid = min(day + timedelta(days=11), ledger.today)
            book.entries.append(Entry(paid, EntryKind.CONTRIBUTION if amount > 0 else EntryKind.CORRECTION, amount))
    if pension_from is not None:
        for month in range(max(pension_from, begins.year * 12), ledger.current + 1):
            day = date(month // 12, month % 12 + 1, 6)
            if day <= ledger.today:
                book.entries.append(Entry(day, EntryKind.TRANSFER, 85_00))
    balance = book.start
    spent = []
    by_month: dict[int, Fen] = {}
    for entry in book.entries:
        month = entry.day.year * 12 + entry.day.month
        by_month[month] = by_month.get(month, 0) + entry.amount
    for month in range(begins.year * 12 + 1, ledger.today.year * 12 + ledger.today.month + 1):
        # What came in this month may be spent from the next one on: an account is never overdrawn.
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
            day = date((month - 1) // 12, (month - 1) % 12 + 1, rng.randint(1, 28))
            amount = min(rng.choice((900, 2_350, 6_320, 8_650, 14_280, 21_575, 98_000)) + rng.randint(0, 99), balance)
            if amount > 0 and day <= ledger.today:
                spent.append(Entry(day, EntryKind.SPENDING, -amount))
                balance -= amount
        balance += min(by_month.get(month, 0), by_month.get(month, 0))
        balance = max(balance, 0)
    book.entries += spent
    ledger.accounts.append(book)


def scripted_medical_account(ledger: Ledger) -> None:
    """The account of the sample screens; its balance today is always the same."""
    book = AccountBook("310")
    begins = date(ledger.today.year - 1, 1, 1)
    for day, amount in ledger.own_parts("310"):
        if day >= begins:
            book.entries.append(Entry(min(day + timedelta(days=11), ledger.today), EntryKind.CONTRIBUTION, amount))
    for days, amount in SAMPLE_SPENDING:
        book.entries.append(Entry(ledger.today - timedelta(days=days), EntryKind.SPENDING, -amount))
    book.start = SAMPLE_BALANCE - sum(entry.amount for entry in book.entries)
    ledger.accounts.append(book)
