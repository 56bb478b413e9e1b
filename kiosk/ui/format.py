"""How numbers, money, months and dates are written (screen language §8). Pure; patterns come from the catalogues.

Money is integer fen with two decimals always. The minus is U+2212 and stands before `¥`; a hyphen is narrower and breaks
columns. Ranges are words in Chinese (至), never a dash. A date of this year goes without its year.
"""

from collections.abc import Iterable
from datetime import date, datetime

from kiosk.model import Fen, Month, Phone
from kiosk.ui.text import Words

MINUS = "\u2212"
YUAN = "¥"


def _digits(fen: Fen) -> str:
    yuan, rest = divmod(abs(fen), 100)
    return f"{yuan:,}.{rest:02d}"


def _sign(fen: Fen, *, plus: bool) -> str:
    if fen < 0:
        return MINUS
    return "+" if plus and fen > 0 else ""


def money(fen: Fen) -> str:
    """`¥1,234.56`, `−¥1,118.45`: in running text."""
    return _sign(fen, plus=False) + YUAN + _digits(fen)


def money_signed(fen: Fen) -> str:
    """`+¥1,567.60`, `−¥1,118.45`, `¥0.00`: money in and out."""
    return _sign(fen, plus=True) + YUAN + _digits(fen)


def amount(fen: Fen) -> str:
    """`1,234.56`: in a column whose head names the unit."""
    return _sign(fen, plus=False) + _digits(fen)


def amount_signed(fen: Fen) -> str:
    """`+162.40`, `−86.50`: in a column of money in and out."""
    return _sign(fen, plus=True) + _digits(fen)


def percent(whole: int) -> str:
    """`16%`."""
    return f"{whole}%"


def months(words: Words, count: int) -> str:
    """`263 个月`."""
    return words.n("unit.months", count)


def as_years(words: Words, count: int) -> str | None:
    """`合 21 年 11 个月`, `合 21 年`; None below a year, where it says nothing new."""
    years, rest = divmod(count, 12)
    if years == 0:
        return None
    span = words.n("unit.years", years)
    if rest:
        span = words.t("format.years_and_months", years=span, months=months(words, rest))
    return words.t("format.as_years", span=span)


def _parts(words: Words, day: date) -> dict[str, str | int]:
    return {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "month_name": words.t(f"month_name.{day.month}"),
        "weekday": words.t(f"weekday.{day.isoweekday()}"),
    }


def day(words: Words, on: date, today: date) -> str:
    """`11月20日` in this year, else with the year."""
    return words.t("format.date" if on.year == today.year else "format.date_full", **_parts(words, on))


def day_full(words: Words, on: date) -> str:
    """`2026年4月9日`."""
    return words.t("format.date_full", **_parts(words, on))


def day_cell(on: date) -> str:
    """`11-20`: in a column under a year."""
    return f"{on.month:02d}-{on.day:02d}"


def day_cell_full(on: date) -> str:
    """`2025-11-20`: in a column where years meet."""
    return f"{on.year}-{day_cell(on)}"


def clock(at: datetime) -> str:
    """`10:32`, 24 hours."""
    return f"{at.hour:02d}:{at.minute:02d}"


def moment(words: Words, at: datetime, now: datetime) -> str:
    """`11月20日 10:32`, with the year when it is not this one. Shown in the time zone of `now` (the hall's)."""
    if at.tzinfo is not None and now.tzinfo is not None:
        at = at.astimezone(now.tzinfo)
    key = "format.moment" if at.year == now.year else "format.moment_full"
    return words.t(key, time=clock(at), **_parts(words, at))


def header_date(words: Words, today: date) -> str:
    """`11月20日 星期五`."""
    return words.t("format.header_date", **_parts(words, today))


def year(words: Words, number: int) -> str:
    """`2026年`."""
    return words.t("format.year", year=number)


def years_range(words: Words, first: int, last: int) -> str:
    """`2019 至 2026年`."""
    return year(words, first) if first == last else words.t("format.years", first=first, last=last)


def month(words: Words, which: Month) -> str:
    """`2004年7月`."""
    return words.t("format.month", **_parts(words, date(which.year, which.month, 1)))


def month_only(words: Words, number: int) -> str:
    """`7月`: a row under its year."""
    return words.t("format.month_only", month=number, month_name=words.t(f"month_name.{number}"))


def _range(words: Words, since: date, until: date) -> dict[str, str | int]:
    return _parts(words, since) | {f"until_{name}": value for name, value in _parts(words, until).items()}


def days_range(words: Words, since: date, until: date | None) -> str:
    """`2026年4月9日至 12月31日`; without an end `2026年4月9日起`."""
    if until is None:
        return words.t("format.days_open", since=day_full(words, since))
    if since == until:
        return day_full(words, since)
    key = "format.days_range_in_year" if since.year == until.year else "format.days_range"
    return words.t(key, **_range(words, since, until))


def months_range(words: Words, since: Month, until: Month | None) -> str:
    """`2019年1月至 12月`; without an end `2004年7月起`."""
    if until is None:
        return words.t("format.months_open", since=month(words, since))
    if since == until:
        return month(words, since)
    key = "format.months_range_in_year" if since.year == until.year else "format.months_range"
    return words.t(key, **_range(words, date(since.year, since.month, 1), date(until.year, until.month, 1)))


def month_list(words: Words, numbers: Iterable[int]) -> str:
    """Months of one year, runs drawn together: `3月至 7月、9月`. Empty for none."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return in_list(words, [_month_run(words, first, last) for first, last in runs])


def _month_run(words: Words, first: int, last: int) -> str:
    if first == last:
        return month_only(words, first)
    if last == first + 1:
        return in_list(words, [month_only(words, first), month_only(words, last)])
    return words.t(
        "format.month_run",
        month=first,
        until_month=last,
        month_name=words.t(f"month_name.{first}"),
        until_month_name=words.t(f"month_name.{last}"),
    )


def in_list(words: Words, items: Iterable[str]) -> str:
    """`A、B、C`. Empty for none."""
    *rest, last = list(items) or [""]
    for item in reversed(rest):
        last = words.t("format.list", first=item, rest=last)
    return last


def phone(words: Words, number: Phone) -> str:
    """As published; a number the source gives incompletely says so."""
    return number.number if number.confirmed else words.t("format.phone_unconfirmed", number=number.number)
