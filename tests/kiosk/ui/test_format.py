"""How numbers and dates are written, in both languages (screen language §8)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kiosk.model import Month, Phone
from kiosk.ui import format as fmt
from kiosk.ui.text import Words

TODAY = date(2026, 11, 20)
CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 20, 10, 32, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("fen", "money", "signed", "amount", "amount_signed"),
    [
        (0, "¥0.00", "¥0.00", "0.00", "0.00"),
        (5, "¥0.05", "+¥0.05", "0.05", "+0.05"),
        (123456, "¥1,234.56", "+¥1,234.56", "1,234.56", "+1,234.56"),
        (-111845, "−¥1,118.45", "−¥1,118.45", "−1,118.45", "−1,118.45"),
        (-1, "−¥0.01", "−¥0.01", "−0.01", "−0.01"),
        (123456789012, "¥1,234,567,890.12", "+¥1,234,567,890.12", "1,234,567,890.12", "+1,234,567,890.12"),
    ],
)
def test_money(fen: int, money: str, signed: str, amount: str, amount_signed: str) -> None:
    assert fmt.money(fen) == money
    assert fmt.money_signed(fen) == signed
    assert fmt.amount(fen) == amount
    assert fmt.amount_signed(fen) == amount_signed


def test_the_minus_is_never_a_hyphen() -> None:
    written = fmt.money(-1) + fmt.money_signed(-1) + fmt.amount(-1) + fmt.amount_signed(-1)
    assert "-" not in written
    assert written.count("\u2212") == 4


def test_percent() -> None:
    assert fmt.percent(16) == "16%"


@pytest.mark.parametrize(
    ("count", "zh_months", "zh_years", "en_months", "en_years"),
    [
        (0, "0 个月", None, "0 months", None),
        (1, "1 个月", None, "1 month", None),
        (11, "11 个月", None, "11 months", None),
        (12, "12 个月", "合 1 年", "12 months", "That is 1 year"),
        (13, "13 个月", "合 1 年 1 个月", "13 months", "That is 1 year 1 month"),
        (252, "252 个月", "合 21 年", "252 months", "That is 21 years"),
        (263, "263 个月", "合 21 年 11 个月", "263 months", "That is 21 years 11 months"),
    ],
)
def test_months_and_years(
    zh: Words, en: Words, count: int, zh_months: str, zh_years: str | None, en_months: str, en_years: str | None
) -> None:
    assert (fmt.months(zh, count), fmt.as_years(zh, count)) == (zh_months, zh_years)
    assert (fmt.months(en, count), fmt.as_years(en, count)) == (en_months, en_years)


def test_days(zh: Words, en: Words) -> None:
    this_year, earlier = date(2026, 4, 9), date(2025, 10, 20)
    assert fmt.day(zh, this_year, TODAY) == "4月9日"
    assert fmt.day(en, this_year, TODAY) == "9 Apr"
    assert fmt.day(zh, earlier, TODAY) == "2025年10月20日"
    assert fmt.day(en, earlier, TODAY) == "20 Oct 2025"
    assert fmt.day_full(zh, this_year) == "2026年4月9日"
    assert fmt.day_full(en, TODAY) == "20 Nov 2026"
    assert fmt.day_cell(this_year) == "04-09"
    assert fmt.day_cell_full(this_year) == "2026-04-09"


def test_moments_are_told_in_the_halls_time_zone(zh: Words, en: Words) -> None:
    at = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
    assert fmt.moment(zh, at, NOW) == "11月19日 18:00"
    assert fmt.moment(en, at, NOW) == "19 Nov, 18:00"
    # New Year's Eve in UTC is this year's first morning in the hall
    new_year = datetime(2025, 12, 31, 16, 5, tzinfo=UTC)
    assert fmt.moment(zh, new_year, NOW) == "1月1日 00:05"
    assert fmt.moment(zh, new_year - timedelta(hours=1), NOW) == "2025年12月31日 23:05"
    assert fmt.moment(en, new_year - timedelta(hours=1), NOW) == "31 Dec 2025, 23:05"


def test_the_clock_of_the_header(zh: Words, en: Words) -> None:
    assert fmt.clock(NOW) == "10:32"
    assert fmt.clock(NOW.replace(hour=9, minute=5)) == "09:05"
    assert fmt.header_date(zh, TODAY) == "11月20日 星期五"
    assert fmt.header_date(en, TODAY) == "Fri 20 Nov"


def test_months_of_the_year(zh: Words, en: Words) -> None:
    assert fmt.month(zh, Month(2004, 7)) == "2004年7月"
    assert fmt.month(en, Month(2004, 7)) == "Jul 2004"
    assert fmt.month_only(zh, 12) == "12月"
    assert fmt.month_only(en, 12) == "Dec"
    assert fmt.year(zh, 2026) == "2026年"
    assert fmt.year(en, 2026) == "2026"


@pytest.mark.parametrize(
    ("since", "until", "in_zh", "in_en"),
    [
        (date(2026, 4, 9), date(2026, 12, 31), "2026年4月9日至 12月31日", "9 Apr to 31 Dec 2026"),
        (date(2025, 10, 20), date(2026, 12, 31), "2025年10月20日至 2026年12月31日", "20 Oct 2025 to 31 Dec 2026"),
        (date(2026, 4, 9), date(2026, 4, 9), "2026年4月9日", "9 Apr 2026"),
        (date(2026, 4, 9), None, "2026年4月9日起", "From 9 Apr 2026"),
    ],
)
def test_ranges_of_days(zh: Words, en: Words, since: date, until: date | None, in_zh: str, in_en: str) -> None:
    assert fmt.days_range(zh, since, until) == in_zh
    assert fmt.days_range(en, since, until) == in_en


@pytest.mark.parametrize(
    ("since", "until", "in_zh", "in_en"),
    [
        (Month(2019, 1), Month(2019, 12), "2019年1月至 12月", "Jan–Dec 2019"),
        (Month(2012, 1), Month(2019, 12), "2012年1月至 2019年12月", "Jan 2012 to Dec 2019"),
        (Month(2019, 1), Month(2019, 1), "2019年1月", "Jan 2019"),
        (Month(2004, 7), None, "2004年7月起", "Since Jul 2004"),
    ],
)
def test_ranges_of_months(zh: Words, en: Words, since: Month, until: Month | None, in_zh: str, in_en: str) -> None:
    assert fmt.months_range(zh, since, until) == in_zh
    assert fmt.months_range(en, since, until) == in_en


def test_ranges_of_years(zh: Words, en: Words) -> None:
    assert fmt.years_range(zh, 2019, 2026) == "2019 至 2026年"
    assert fmt.years_range(en, 2019, 2026) == "2019 to 2026"
    assert fmt.years_range(zh, 2026, 2026) == "2026年"


@pytest.mark.parametrize(
    ("numbers", "in_zh", "in_en"),
    [
        ([], "", ""),
        ([9], "9月", "Sep"),
        ([7, 3, 4, 5, 6, 9], "3月至 7月、9月", "Mar–Jul, Sep"),
        ([1, 2], "1月、2月", "Jan, Feb"),
        ([2, 2, 4], "2月、4月", "Feb, Apr"),
        (range(1, 13), "1月至 12月", "Jan–Dec"),
    ],
)
def test_lists_of_months(zh: Words, en: Words, numbers: list[int], in_zh: str, in_en: str) -> None:
    assert fmt.month_list(zh, numbers) == in_zh
    assert fmt.month_list(en, numbers) == in_en


def test_an_incomplete_phone_number_says_so_and_keeps_its_digits(zh: Words, en: Words) -> None:
    assert fmt.phone(zh, Phone("12393")) == "12393"
    assert fmt.phone(zh, Phone("832190", confirmed=False)) == "832190（号码待确认）"
    assert fmt.phone(en, Phone("832190", confirmed=False)) == "832190 (to be confirmed)"


def test_a_masked_value_goes_through_every_list_untouched(zh: Words) -> None:
    assert fmt.in_list(zh, ["试*明", "370***********5671"]) == "试*明、370***********5671"
