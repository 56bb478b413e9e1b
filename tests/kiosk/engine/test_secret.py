"""The PIN's buffer: digits in, one way out, nothing left."""

import gc
from collections.abc import Callable

import pytest

from kiosk.engine.secret import SecretEntry


def entry(heard: list[tuple[int, int]]) -> SecretEntry:
    return SecretEntry(lambda visit, count: heard.append((visit, count)), longest=6)


def test_it_tells_how_many_and_never_which() -> None:
    heard: list[tuple[int, int]] = []
    secret = entry(heard)
    secret.open(7)
    for digit in (4, 9, 2):
        secret.press(digit)
    secret.erase()
    assert heard == [(7, 1), (7, 2), (7, 3), (7, 2)]
    assert "4" not in repr(secret)
    assert "9" not in repr(secret)


def test_digits_are_handed_over_once() -> None:
    secret = entry([])
    secret.open(1)
    for digit in (1, 2, 3, 4):
        secret.press(digit)
    assert secret.take(1) == bytearray(b"1234")
    assert secret.take(1) == bytearray()


def test_another_visit_gets_nothing() -> None:
    secret = entry([])
    secret.open(1)
    secret.press(5)
    assert secret.take(2) == bytearray()
    secret.open(2)
    assert secret.take(2) == bytearray()


@pytest.mark.parametrize("leave", ["open", "close", "clear", "erase", "press"])
def test_what_is_left_is_wiped_in_place(leave: str) -> None:
    secret = entry([])
    secret.open(1)
    for digit in (8, 8, 8):
        secret.press(digit)
    held = next(o for o in gc.get_referents(secret) + list(vars(secret).values()) if isinstance(o, bytearray))
    assert held == bytearray(b"888")
    leaves: dict[str, Callable[[], object]] = {
        "open": lambda: secret.open(2),
        "close": secret.close,
        "clear": secret.clear,
        "erase": secret.erase,
        "press": lambda: secret.press(8),
    }
    leaves[leave]()
    assert held == bytearray(3), "the old buffer still holds digits"


def test_a_digit_beyond_the_longest_pin_is_not_taken() -> None:
    heard: list[tuple[int, int]] = []
    secret = entry(heard)
    secret.open(1)
    for _ in range(9):
        secret.press(1)
    assert heard[-1] == (1, 6)
    assert len(heard) == 6
    assert len(secret.take(1)) == 6


def test_nothing_is_taken_while_no_entry_is_open() -> None:
    heard: list[tuple[int, int]] = []
    secret = entry(heard)
    secret.press(1)
    secret.erase()
    secret.clear()
    assert heard == []


def test_only_digits_are_keys() -> None:
    secret = entry([])
    secret.open(1)
    with pytest.raises(ValueError, match="digit"):
        secret.press(10)
