"""Two thousand lives: everything that books can hold is in them, and picture, rows and accounts agree for each."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import pytest

from drivers.card.cardfile import load_cards
from kiosk.model import AbsentReason, EntryKind, RowKind
from kiosk.sandbox.central.picture import Booked, Picture, draw
from kiosk.sandbox.central.population.ledger import AccountBook, Ledger, Registered, Row
from kiosk.sandbox.central.population.lives import live, retirement_month
from kiosk.sandbox.central.population.people import LifeKind, Resident, card_check, holders, id_check, residents
from kiosk.sandbox.central.resident_medical import Enrolment, entitlement
from kiosk.sandbox.central.settings import CentralSettings

pytestmark = pytest.mark.xdist_group("population")  # what they all look at is made once

TODAY = date(2026, 11, 20)
SEED = CentralSettings.seed
DAYS = [date(2027, 1, 1), date(2028, 2, 29), date(2027, 3, 9), date(2027, 9, 1), date(2026, 12, 31)]


@dataclass
class Told:
    resident: Resident
    ledger: Ledger

    def picture(self, one: Registered) -> Picture:
        rows = [Booked(r.month, r.kind, r.employer, r.own, r.arrived) for r in self.ledger.rows.get(one.insurance, [])]
        running = one.until is None and one.payment_status != "3" and one.merged_into is None
        return draw(
            rows,
            since=one.since,
            until=one.until,
            current=self.ledger.current,
            yearly=one.yearly,
            running=running,
        )


@dataclass
class Census:
    """One walk over everybody: what was found, and who breaks what holds for all."""

    broken: list[str] = field(default_factory=list)
    insurances: Counter[str] = field(default_factory=Counter)
    lives: Counter[str] = field(default_factory=Counter)
    cities: Counter[str] = field(default_factory=Counter)
    states: set[tuple[str, str]] = field(default_factory=set)
    kinds: set[RowKind] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    rows: Counter[str] = field(default_factory=Counter)
    letters: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)
    unpaid: int = 0
    entries: set[EntryKind] = field(default_factory=set)
    absent: set[AbsentReason | None] = field(default_factory=set)

    def count(self, told: Told) -> None:
        ledger = told.ledger
        self.lives[told.resident.life] += 1
        self.cities[told.resident.area[:4]] += 1
        for one in ledger.registrations:
            self.insurances[one.insurance] += 1
            self.states.add((one.payment_status, one.person_status))
        for rows in ledger.rows.values():
            for row in rows:
                self.kinds.add(row.kind)
                self.codes.add(row.kind_code)
                if row.arrived is None:
                    self.rows["arrival unknown"] += 1
                if row.base is None:
                    self.rows["no base"] += 1
                elif row.base > 10**10:
                    self.rows["huge"] += 1
                if row.own is not None and row.own < 0:
                    self.rows["negative"] += 1
                if row.own == 1:
                    self.rows["tiny"] += 1
        for enrolled in ledger.enrolments:
            born = told.resident.born if enrolled.newborn else None
            facts = Enrolment(enrolled.year, enrolled.paid_on, born, enrolled.registered_on, enrolled.funded)
            self.reasons.add(entitlement(facts).reason)
        if any(one.by_enrolment for one in ledger.registrations):
            self.unpaid += TODAY.year not in {one.year for one in ledger.enrolments}
        for account in ledger.accounts:
            self.absent.add(account.absent)
            self.entries |= {entry.kind for entry in account.entries}


@pytest.fixture(scope="module")
def census() -> Census:
    found = Census()
    for who, _ in residents(SEED, 2000, TODAY):
        told = Told(who, live(who, TODAY))
        found.count(told)
        try:
            found.letters |= check(told)
        except AssertionError as error:
            found.broken.append(f"{who.id}: {error}")
    return found


@pytest.fixture(scope="module")
def demo() -> dict[str, Told]:
    return {who.card or "": Told(who, live(who, TODAY)) for who, _ in holders(load_cards(), SEED)}


def check(told: Told) -> set[str]:
    """What holds for every resident on every day. Returns the letters of the pictures."""
    ledger = told.ledger
    seen: set[str] = set()
    for one in ledger.registrations:
        rows = ledger.rows.get(one.insurance, [])
        assert rows == sorted(rows, key=lambda row: row.month), "rows in order"
        picture = told.picture(one)
        letters = "".join(year.months for year in picture.years)
        seen |= set(letters)
        assert picture.total_months == sum(letters.count(letter) for letter in "PBE"), "total"
        if picture.years:
            first, last = picture.years[0].year, picture.years[-1].year
            assert [year.year for year in picture.years] == list(range(first, last + 1)), "years"
        arrived = [row for row in rows if row.arrived]
        assert sum(year.own for year in picture.years) == sum(row.own or 0 for row in arrived), "own"
        assert sum(year.employer for year in picture.years) == sum(row.employer or 0 for row in arrived), "employer"
        assert all((row.arrived_on is not None) == bool(row.arrived) for row in rows), "arrival without a day"
        assert all(row.arrived_on <= ledger.today for row in arrived if row.arrived_on), "arrival in the future"
        if not one.yearly:
            check_letters(picture, rows)
        assert (one.since is None) or one.since <= ledger.current + 12, "since"
    for account in ledger.accounts:
        check_account(account, ledger.today)
    return seen


def check_account(account: AccountBook, today: date) -> None:
    assert account.entries == sorted(account.entries, key=lambda entry: entry.day), "entries in order"
    assert all(entry.day <= today and entry.amount for entry in account.entries), "entries of the future, or of nothing"
    corrected = any(entry.kind is EntryKind.CORRECTION for entry in account.entries)
    balance = account.start
    for entry in account.entries:
        balance += entry.amount
        assert balance >= 0 or corrected, "overdrawn"


def check_letters(picture: Picture, rows: list[Row]) -> None:
    """Letters against rows, the other way round than the rule reads them."""
    by_month: dict[int, list[Row]] = {}
    for row in rows:
        by_month.setdefault(row.month, []).append(row)
    for year in picture.years:
        for position, letter in enumerate(year.months):
            booked = by_month.get(year.year * 12 + position, [])
            came = sum((row.own or 0) + (row.employer or 0) for row in booked if row.arrived)
            assert (position + 1 in year.corrected) == (len(booked) > 1), "corrected"
            if letter in "PB":
                assert came > 0, f"{letter} without money"
            elif letter == "E":
                assert any(row.kind is RowKind.EXEMPTION for row in booked), "E without exemption"
            elif letter == "W":
                assert booked, "W without a row"
                assert not any(row.arrived for row in booked), "W with an arrival"
            elif letter == "U":
                assert any(row.arrived is None for row in booked), "U with known arrival"
            else:
                assert came <= 0, f"{letter} with money"


def test_picture_rows_and_accounts_agree_for_everybody(census: Census, demo: dict[str, Told]) -> None:
    assert census.broken == []
    for told in demo.values():
        check(told)


@pytest.mark.parametrize("today", DAYS)
def test_they_agree_on_any_day_of_the_year(today: date) -> None:
    everybody = [who for who, _ in holders(load_cards(), SEED)] + [who for who, _ in residents(SEED, 60, today)]
    for who in everybody:
        check(Told(who, live(who, today)))


def test_every_insurance_and_every_kind_of_row_is_there(census: Census) -> None:
    for insurance in ("110", "120", "170", "210", "310", "330", "390", "410", "510"):
        assert census.insurances[insurance] >= 10, insurance
    assert census.kinds == set(RowKind)
    for what in ("arrival unknown", "no base", "huge", "negative", "tiny"):
        assert census.rows[what] > 0, what
    assert {"77", "88"} <= census.codes  # kinds that the kiosk's tables do not know
    assert census.insurances["985"] > 0


def test_every_kind_of_life_is_there(census: Census) -> None:
    assert set(census.lives) == set(LifeKind) - {LifeKind.LONG}
    assert min(census.lives.values()) >= 80
    assert set(census.cities) == {"3701", "1403"}
    assert {("1", "1"), ("2", "2"), ("3", "1"), ("3", "4"), ("7", "9")} <= census.states


def test_every_reason_of_the_residents_rules_is_there(census: Census) -> None:
    assert {
        "paid_in_window",
        "paid_late",
        "newborn_registered",
        "newborn_in_window",
        "funded",
    } <= census.reasons
    assert census.unpaid > 0


def test_gaps_back_payments_and_exempt_months_are_there(census: Census) -> None:
    assert census.letters == set("PBEMWDNU")


def test_accounts_know_spending_interest_corrections_and_absence(census: Census) -> None:
    assert census.entries == set(EntryKind) - {EntryKind.OTHER}
    assert census.absent == {AbsentReason.NOT_PROVIDED, AbsentReason.NOT_RECORDED, None}


def test_numbers_are_valid_unique_and_made_up() -> None:
    everybody = residents(SEED, 2000, TODAY) + holders(load_cards(), SEED)
    assert len({who.number for who, _ in everybody}) == len(everybody)
    assert len({card.number for _, card in everybody}) == len(everybody)
    assert len({card.identification for _, card in everybody}) == len(everybody)
    for who, card in residents(SEED, 2000, TODAY):
        assert id_check(who.number[:17]) == who.number[17]
        assert card_check(card.number[:8]) == card.number[8]
        assert int(who.number[16]) % 2 == (1 if who.male else 0)
        assert who.born <= TODAY
        assert who.name[0] in "试测例样范古阿萨"


def test_check_characters_are_those_of_the_standards() -> None:
    assert [id_check(one) for one in ("37010119900101123", "14030019850615001", "37010119550312002")] == ["5", "9", "X"]
    assert [card_check(one) for one in ("A1234567", "B0000001", "12345678", "D2143569")] == ["4", "9", "8", "X"]


def test_the_same_seed_makes_the_same_lives() -> None:
    first, again, other = (residents(seed, 40, TODAY) for seed in (SEED, SEED, SEED + 1))
    assert first == again
    assert first != other
    assert [live(who, TODAY) for who, _ in first] == [live(who, TODAY) for who, _ in again]


def test_two_thousand_residents_are_quick_to_name() -> None:
    began = time.process_time()
    residents(SEED, 2000, TODAY)
    assert time.process_time() - began < 3.0


# --- the demo cards ---------------------------------------------------------------------------------------------------


def of(told: Told, insurance: str) -> Picture:
    return told.picture(next(one for one in told.ledger.registrations if one.insurance == insurance))


def test_the_main_card_gives_the_record_of_the_sample_screens(demo: dict[str, Told]) -> None:
    picture = of(demo["jinan-1-0"], "110")
    assert (str(picture.first_month), picture.total_months) == ("2004-07", 263)
    letters = Counter("".join(year.months for year in picture.years))
    assert {k: letters[k] for k in "PBEMW"} == {"P": 256, "B": 2, "E": 5, "M": 5, "W": 1}
    by_year = {year.year: year for year in picture.years}
    assert by_year[2019].months == "PPMMMMMBBPPP"
    assert by_year[2020].months == "PEEEEEPPPPPP"
    assert (by_year[2026].months, by_year[2026].own, by_year[2026].employer) == ("PPPPPPPPPPWD", 6270_40, 12540_80)


def test_the_main_card_gives_the_account_of_the_sample_screens(demo: dict[str, Told]) -> None:
    account = next(one for one in demo["jinan-1-0"].ledger.accounts if one.insurance == "310")
    assert account.start + sum(entry.amount for entry in account.entries) == 3482_16
    year = [entry.amount for entry in account.entries if entry.day.year == 2026]
    assert sum(amount for amount in year if amount > 0) == 1567_60
    assert -sum(amount for amount in year if amount < 0) == 1118_45


def test_forty_years_are_more_than_two_thousand_rows(demo: dict[str, Told]) -> None:
    told = demo["jinan-long-history"]
    assert sum(map(len, told.ledger.rows.values())) > 2000
    assert of(told, "110").total_months >= 480


def test_the_late_payer_of_the_sample_screen(demo: dict[str, Told]) -> None:
    told = demo["yangquan-2-0"]
    this_year = next(one for one in told.ledger.enrolments if one.year == 2026)
    assert this_year.paid_on == date(2026, 3, 10)


def test_twins_have_nothing_in_common_but_the_name(demo: dict[str, Told]) -> None:
    first, second = demo["jinan-twin-a"], demo["jinan-twin-b"]
    assert first.resident.name == second.resident.name
    assert of(first, "110") != of(second, "110")


def test_retirement_is_put_off_month_by_month() -> None:
    def at(born: date, male: bool) -> str:
        who = Resident(1, "试", "", born, male, "370102", LifeKind.RETIREE, "s")
        month = retirement_month(who)
        return f"{month // 12}-{month % 12 + 1:02d}"

    assert at(date(1964, 8, 8), True) == "2024-08"
    assert at(date(1965, 1, 1), True) == "2025-02"  # one month later for every four begun
    assert at(date(1965, 5, 1), True) == "2025-07"
    assert at(date(1980, 1, 1), True) == "2043-01"  # three years at most
    assert at(date(1969, 12, 1), False) == "2024-12"
