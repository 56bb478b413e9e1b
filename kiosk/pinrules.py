"""What a new PIN must not be. Pure: buffers of ASCII digits in, a rule out; no copy of a PIN is made that cannot be wiped.

Source: GB 11643 (the ID number), initial PINs of the region profile, and the guesses that everybody tries first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, permutations, product

from kiosk.visit.services import PinRule

_LONG_FORM = 6
"""A form of the birth date with so many digits must not be part of a longer PIN either."""
_NUMBER_PART = 4
"""So many digits in a row of the ID number are already telling; shorter PINs there are none."""


@dataclass(frozen=True, slots=True, repr=False)
class PinBearer:
    """What others may know of the person whose PIN it is. None: not known here."""

    numbers: tuple[str, ...] = ()  # ID numbers, GB 11643: on the card, or typed and confirmed by central
    born: date | None = None

    def __repr__(self) -> str:
        return "PinBearer(…)"


@dataclass(frozen=True, slots=True, repr=False)
class PinLimits:
    """Digits of a card PIN, and what cards of the region are issued with."""

    shortest: int
    longest: int
    initial: tuple[str, ...]

    def __repr__(self) -> str:
        return f"PinLimits({self.shortest}, {self.longest})"


def judged(new: bytearray, limits: PinLimits, bearer: PinBearer, old: bytearray | None = None) -> PinRule | None:
    """Why `new` is not taken; None: it is. `old` None: not known, as after a torn change."""
    if not limits.shortest <= len(new) <= limits.longest or any(not 0x30 <= digit <= 0x39 for digit in new):
        return PinRule.LENGTH
    if any(new == initial.encode("ascii") for initial in limits.initial):
        return PinRule.INITIAL
    if old is not None and new == old:
        return PinRule.OLD
    if all(digit == new[0] for digit in new):
        return PinRule.ONE_DIGIT
    if _straight(new):
        return PinRule.STRAIGHT
    if any(_holds(new, form) for day in _births(bearer) for form in birth_forms(day)):
        return PinRule.BIRTH
    if any(_within(new, number) for number in bearer.numbers):
        return PinRule.NUMBER
    return None


def birth_forms(day: date) -> frozenset[bytes]:
    """A date as people write it: two or three of year, month and day in any order, the year with four or two digits, month and
    day with or without a leading zero; and the year alone."""
    year = (f"{day.year:04d}", f"{day.year % 100:02d}")
    month = (f"{day.month:02d}", f"{day.month}")
    of_month = (f"{day.day:02d}", f"{day.day}")
    forms = {year[0]}
    for count in (2, 3):
        for parts in permutations((year, month, of_month), count):
            forms.update("".join(written) for written in product(*parts))
    return frozenset(form.encode("ascii") for form in forms)


def _births(bearer: PinBearer) -> Iterator[date]:
    if bearer.born is not None:
        yield bearer.born
    for number in bearer.numbers:
        try:
            yield date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        except ValueError:
            continue


def _holds(new: bytearray, form: bytes) -> bool:
    return new == form or (len(form) >= _LONG_FORM and form in new)


def _straight(new: bytearray) -> bool:
    """All digits one up or one down; 0 follows 9, as on a key pad's way round."""
    steps = {(after - before) % 10 for before, after in pairwise(new)}
    return steps in ({1}, {9})


def _within(new: bytearray, number: str) -> bool:
    """A run of the number's digits; an X at its end counts as left out, as 0, or as 1, and as 10."""
    digits = number.removesuffix("X")
    written = (digits,) if digits == number else (digits + "0", digits + "1", digits + "10")
    return len(new) >= _NUMBER_PART and any(each.encode("ascii").find(new) >= 0 for each in written)
