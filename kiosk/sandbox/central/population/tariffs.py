"""Rates and bases. Rates are those in force by rule of thumb; wages are a sample curve, not a statistic."""

from datetime import date, timedelta
from functools import cache
from typing import Final

from kiosk.model import Fen

# Insurance -> (first ordinal, [(from ordinal, employer, own)] newest first), rates in 1/10000 of the base.


def _o(year: int, month: int) -> int:
    return year * 12 + month - 1


RATES: Final[dict[str, tuple[tuple[int, int, int], ...]]] = {
    "110": ((_o(2019, 5), 1600, 800), (_o(2006, 1), 2000, 800), (_o(1998, 1), 2000, 500), (0, 1800, 300)),
    "120": ((_o(2019, 5), 1600, 800), (0, 2000, 800)),
    "210": ((_o(2017, 5), 70, 30), (_o(2015, 3), 150, 50), (0, 200, 100)),
    "310": ((_o(2018, 1), 800, 200), (0, 700, 200)),
    "410": ((0, 40, 0),),
    "510": ((0, 100, 0),),
}

BEGINNINGS: Final[dict[str, int]] = {
    "110": _o(1992, 1),
    "120": _o(2014, 10),
    "210": _o(1999, 1),
    "310": _o(2001, 9),
    "410": _o(2004, 1),
    "510": _o(2004, 1),
}
"""First month for which rows are booked."""

MERGED_510: Final = _o(2020, 1)
"""From here on 510 is collected with 310 and has no rows of its own."""

EXEMPT: Final = range(_o(2020, 2), _o(2020, 7))
"""February to June 2020: small employers' parts of 110, 210 and 410 were waived."""


def part(base: Fen, rate: int) -> Fen:
    """`rate` in 1/10000, rounded half up to the fen."""
    return (base * rate + 5000) // 10000


@cache
def rates(insurance: str, month: int) -> tuple[int, int]:
    """(employer, own) in 1/10000."""
    for begins, employer, own in RATES[insurance]:
        if month >= begins:
            return employer, own
    raise ValueError("no rate")


def base_index(month: int) -> int:
    """Bases change in July."""
    return month // 12 if month % 12 >= 6 else month // 12 - 1


@cache
def average_wage(index: int) -> Fen:
    """Sample curve of a city's average monthly wage."""
    return int(18_000 * 1.12 ** (min(index, 2012) - 1990) * 1.065 ** max(0, index - 2012))


def base(index: int, factor: float) -> Fen:
    """The base of somebody who earns `factor` of the average: within 60 % and 300 %, in tens of yuan."""
    average = average_wage(index)
    return round(average * min(max(factor, 0.6), 3.0) / 1000) * 1000


@cache
def arrival(month: int, delay: int = 0) -> date:
    """The 15th, or the Friday before; `delay` months later."""
    ordinal = month + delay
    day = date(ordinal // 12, ordinal % 12 + 1, 15)
    return day - timedelta(days=max(0, day.weekday() - 4))
