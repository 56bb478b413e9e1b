"""The PIN's buffer: digits in, one way out, nothing left."""

import gc
from collections.abc import Callable

import pytest

from kiosk.engine.secret import SecretEntry
from kiosk.help import PASSWORD_MAX
from kiosk.pinrules import PinBearer, PinLimits
from kiosk.visit.services import PinRule, PinSlot

LIMITS = PinLimits(6, 6, ("123456",))
NOBODY = PinBearer()
OLD, NEW, AGAIN = PinSlot.OLD, PinSlot.NEW, PinSlot.AGAIN


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


def buffers(secret: SecretEntry) -> list[bytearray]:
    """All that it holds."""
    held = [o for value in vars(secret).values() for o in (value, *gc.get_referents(value)) if isinstance(o, bytearray)]
    assert len(held) >= len(PinSlot)
    return held


def type_in(secret: SecretEntry, slot: PinSlot, digits: str, visit: int = 1) -> None:
    secret.open_slot(visit, slot)
    for digit in digits:
        secret.press(int(digit))


@pytest.mark.parametrize("leave", ["open", "close", "clear", "erase", "press"])
def test_what_is_left_is_wiped_in_place(leave: str) -> None:
    secret = entry([])
    secret.open(1)
    for digit in (8, 8, 8):
        secret.press(digit)
    held = next(each for each in buffers(secret) if each)
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


# --- a password -------------------------------------------------------------------------------------------------------


def test_a_password_takes_signs_and_digits_and_is_handed_over_once() -> None:
    heard: list[tuple[int, int]] = []
    secret = entry(heard)
    secret.open_password(3)
    for sign in "Ab-":
        secret.press_sign(sign)
    secret.press(7)
    assert heard == [(3, 1), (3, 2), (3, 3), (3, 4)]
    assert secret.take_password(4) == bytearray()
    assert secret.take_password(3) == bytearray(b"Ab-7")
    assert secret.take_password(3) == bytearray()
    secret.press_sign("x")
    assert secret.take_password(3) == bytearray(), "nothing is taken after it was handed over"


def test_a_pin_takes_no_letters_and_is_wiped_when_a_password_is_opened() -> None:
    secret = entry([])
    secret.open(1)
    secret.press(8)
    secret.press_sign("a")
    held = next(each for each in buffers(secret) if each)
    assert held == bytearray(b"8")
    secret.open_password(1)
    assert held == bytearray(1)
    secret.press_sign("a")
    assert secret.take(1) == bytearray(), "a password is no PIN"


@pytest.mark.parametrize("leave", ["close", "clear", "erase", "forget", "open", "again"])
def test_a_password_that_is_left_is_wiped_in_place(leave: str) -> None:
    secret = entry([])
    secret.open_password(1)
    for sign in "pass":
        secret.press_sign(sign)
    held = next(each for each in buffers(secret) if each)
    leaves: dict[str, Callable[[], object]] = {
        "close": secret.close,
        "clear": secret.clear,
        "erase": secret.erase,
        "forget": lambda: secret.forget(1),
        "open": lambda: secret.open(1),
        "again": lambda: secret.open_password(1),
    }
    leaves[leave]()
    assert held == bytearray(4)


def test_a_password_has_a_longest_and_takes_only_single_printable_characters() -> None:
    secret = entry([])
    secret.open_password(1)
    for _ in range(40):
        secret.press_sign("a")
    assert len(secret.take_password(1)) == PASSWORD_MAX
    secret.open_password(1, 6)
    for digit in range(9):
        secret.press(digit)
    assert secret.take_password(1) == bytearray(b"012345"), "a region whose passwords have six digits"
    secret.open_password(1)
    for _ in range(40):
        secret.press_sign("a")
    assert len(secret.take_password(1)) == PASSWORD_MAX
    for wrong in ("", "ab", "\n", "é"):
        with pytest.raises(ValueError, match="character"):
            secret.press_sign(wrong)


# --- old, new, and new again ------------------------------------------------------------------------------------------


def test_each_slot_keeps_its_digits_until_they_are_taken() -> None:
    secret = entry([])
    type_in(secret, OLD, "123456")
    type_in(secret, NEW, "294817")
    type_in(secret, AGAIN, "294817")
    assert secret.copy(1, NEW) == bytearray(b"294817")
    assert secret.take(1, OLD) == bytearray(b"123456")
    assert secret.take(1, OLD) == bytearray()
    assert secret.copy(1, NEW) == bytearray(b"294817"), "the new one stays until the card took it"
    assert secret.copy(2, NEW) == bytearray()
    assert secret.take(2, NEW) == bytearray()


def test_old_again_leaves_the_new_one_and_new_again_leaves_no_second_entry() -> None:
    secret = entry([])
    type_in(secret, OLD, "111222")
    type_in(secret, NEW, "294817")
    type_in(secret, AGAIN, "294817")
    secret.open_slot(1, OLD)
    assert secret.copy(1, OLD) == bytearray()
    assert secret.copy(1, AGAIN) == bytearray(b"294817")
    secret.open_slot(1, NEW)
    assert secret.copy(1, AGAIN) == bytearray(), "a second entry of another new one"


def test_a_slot_of_another_visit_finds_nothing_of_the_last_one() -> None:
    secret = entry([])
    type_in(secret, NEW, "294817", visit=1)
    held = [each for each in buffers(secret) if each]
    secret.open_slot(2, OLD)
    assert [bytes(each) for each in held] == [bytes(6)]
    assert secret.copy(2, NEW) == bytearray()


@pytest.mark.parametrize("leave", ["open", "close", "forget"])
def test_all_slots_are_wiped_in_place(leave: str) -> None:
    secret = entry([])
    for slot in PinSlot:
        type_in(secret, slot, "888777")
    held = buffers(secret)
    assert held.count(bytearray(b"888777")) == 3
    leaves: dict[str, Callable[[], None]] = {
        "open": lambda: secret.open(2),
        "close": secret.close,
        "forget": lambda: secret.forget(1),
    }
    leaves[leave]()
    assert all(each == bytearray(len(each)) for each in held)
    assert all(not secret.copy(1, slot) for slot in PinSlot)


def test_forgetting_another_visit_forgets_nothing() -> None:
    secret = entry([])
    type_in(secret, NEW, "294817")
    secret.forget(2)
    assert secret.copy(1, NEW) == bytearray(b"294817")


@pytest.mark.parametrize(
    ("old", "new", "again", "slot", "rule"),
    [
        ("123456", "", "", OLD, None),
        ("12345", "", "", OLD, PinRule.LENGTH),
        ("294817", "294817", "", OLD, PinRule.OLD),
        ("123456", "294817", "", NEW, None),
        ("294817", "294817", "", NEW, PinRule.OLD),
        ("111222", "123456", "", NEW, PinRule.INITIAL),
        ("", "294817", "", NEW, None),
        ("", "777777", "", NEW, PinRule.ONE_DIGIT),
        ("123456", "294817", "294817", AGAIN, None),
        ("123456", "294817", "294818", AGAIN, PinRule.DIFFER),
        ("123456", "294817", "", AGAIN, PinRule.DIFFER),
    ],
)
def test_what_is_in_a_slot_is_judged(old: str, new: str, again: str, slot: PinSlot, rule: PinRule | None) -> None:
    secret = entry([])
    for each, digits in ((OLD, old), (NEW, new), (AGAIN, again)):
        if digits:
            type_in(secret, each, digits)
    assert secret.judge(1, slot, LIMITS, NOBODY) is rule


def test_what_is_judged_takes_no_more_keys() -> None:
    """What is sent is what was judged."""
    heard: list[tuple[int, int]] = []
    secret = entry(heard)
    type_in(secret, NEW, "29481")
    assert secret.judge(1, NEW, LIMITS, NOBODY) is PinRule.LENGTH
    del heard[:]
    secret.press(7)
    secret.erase()
    secret.clear()
    assert heard == []
    assert secret.copy(1, NEW) == bytearray(b"29481")


def test_an_entry_of_another_visit_is_judged_too_short() -> None:
    secret = entry([])
    type_in(secret, NEW, "294817")
    assert secret.judge(2, NEW, LIMITS, NOBODY) is PinRule.LENGTH
