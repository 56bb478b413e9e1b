"""What a new PIN must not be: the guesses that everybody tries first. All people synthetic."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.pinrules import PinBearer, PinLimits, birth_forms, judged
from kiosk.visit.services import PinRule

SIX = PinLimits(6, 6, ("123456", "888888"))
NUMBER = "370102199003055246"
WITH_X = "37010219781124901X"
SOMEBODY = PinBearer((NUMBER,), date(1990, 3, 5))


def judge(pin: str, old: str | None = None, limits: PinLimits = SIX, bearer: PinBearer = SOMEBODY) -> PinRule | None:
    return judged(bytearray(pin, "ascii"), limits, bearer, None if old is None else bytearray(old, "ascii"))


@pytest.mark.parametrize("pin", ["294817", "700351", "112233", "135790"])
def test_a_pin_that_nobody_would_guess_is_taken(pin: str) -> None:
    assert judge(pin, old="123456") is None


@pytest.mark.parametrize("pin", ["", "1", "29481", "2948173", "29481a", "29481 "])
def test_six_digits_by_profile(pin: str) -> None:
    assert judge(pin) is PinRule.LENGTH


def test_the_length_is_the_profiles() -> None:
    limits = PinLimits(4, 12, ())
    assert judge("2948", limits=limits) is None
    assert judge("294", limits=limits) is PinRule.LENGTH
    assert judge("294817350264", limits=limits) is None
    assert judge("2948173502641", limits=limits) is PinRule.LENGTH


@pytest.mark.parametrize("pin", ["123456", "888888"])
def test_not_what_cards_are_issued_with(pin: str) -> None:
    assert judge(pin) is PinRule.INITIAL


def test_not_the_old_one_again() -> None:
    assert judge("294817", old="294817") is PinRule.OLD
    assert judge("294817", old=None) is None


@pytest.mark.parametrize("pin", ["000000", "777777"])
def test_not_one_digit(pin: str) -> None:
    assert judge(pin) is PinRule.ONE_DIGIT


@pytest.mark.parametrize("pin", ["234567", "987654", "012345", "543210", "567890", "098765", "210987"])
def test_not_a_straight_run_up_or_down(pin: str) -> None:
    assert judge(pin) is PinRule.STRAIGHT


@pytest.mark.parametrize(
    "pin",
    [
        *("900305", "050390", "030590", "199003", "031990", "900503"),
        *("199035", "519903"),  # without leading zeros
    ],
)
def test_not_of_the_birth_date(pin: str) -> None:
    assert judge(pin) is PinRule.BIRTH
    assert judge(pin, bearer=PinBearer((), date(1990, 3, 5))) is PinRule.BIRTH
    assert judge(pin, bearer=PinBearer((NUMBER,), None)) is PinRule.BIRTH, "the number tells it, too"
    assert judge(pin, bearer=PinBearer((), date(1981, 12, 30))) is None


@pytest.mark.parametrize(
    ("pin", "rule"),
    [
        ("1990", PinRule.BIRTH),
        ("0305", PinRule.BIRTH),
        ("19900305", PinRule.BIRTH),
        ("05031990", PinRule.BIRTH),
        ("7199003052", PinRule.BIRTH),
        ("70305294", None),
    ],
)
def test_of_a_longer_pin_a_whole_date_is_no_part(pin: str, rule: PinRule | None) -> None:
    assert judge(pin, limits=PinLimits(4, 12, ())) is rule


@pytest.mark.parametrize("pin", ["055246", "370102", "701021", "305524"])
def test_not_of_the_id_number(pin: str) -> None:
    assert judge(pin) is PinRule.NUMBER
    assert judge(pin, bearer=PinBearer()) is None


@pytest.mark.parametrize("pin", ["124901", "249010", "249011", "490110", "901101"])
def test_the_x_at_the_end_is_left_out_or_a_digit(pin: str) -> None:
    assert judge(pin, bearer=PinBearer((WITH_X,))) is (None if pin == "901101" else PinRule.NUMBER)


def test_of_a_guardian_and_child_both_numbers_count() -> None:
    both = PinBearer((NUMBER, WITH_X))
    assert judge("055246", bearer=both) is PinRule.NUMBER
    assert judge("781124", bearer=both) is PinRule.BIRTH


def test_a_number_that_holds_no_date_is_still_a_number() -> None:
    assert judge("023045", bearer=PinBearer(("370102199002304512",))) is PinRule.NUMBER


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_the_usual_forms_are_among_the_forms(day: date) -> None:
    usual = ("%y%m%d", "%d%m%y", "%m%d%y", "%Y%m", "%m%Y", "%m%d", "%d%m", "%Y%m%d", "%d%m%Y", "%m%d%Y", "%Y")
    assert {day.strftime(form).encode() for form in usual} <= birth_forms(day)
    assert len([form for form in birth_forms(day) if len(form) == 6]) < 60


def test_the_buffers_are_left_as_they_are_and_nothing_is_told() -> None:
    new, old = bytearray(b"294817"), bytearray(b"700351")
    judged(new, SIX, SOMEBODY, old)
    assert (new, old) == (bytearray(b"294817"), bytearray(b"700351"))
    assert NUMBER not in repr(SOMEBODY)
    assert "123456" not in repr(SIX)
