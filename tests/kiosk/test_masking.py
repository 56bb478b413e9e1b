"""Masks: exact where the field has a form, and never showing more than it allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.masking import mask_card_number, mask_name, mask_number, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("张", "*"),
        ("张三", "张*"),
        ("张小明", "张*明"),
        ("欧阳小明", "欧**明"),
        ("买买提·吐尔逊", "买*****逊"),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("370100199001011235", "370***********1235"),
        ("37010019900101123X", "370***********123X"),
        ("H12345678901", "H12*****8901"),
        ("E12345678", "*******78"),
        ("1234", "**34"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_numbers(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize(("number", "masked"), [("A12345678", "A1*****78"), ("A1234", "*****"), ("", "")])
def test_card_numbers(number: str, masked: str) -> None:
    assert mask_card_number(number) == masked


@pytest.mark.parametrize(("phone", "masked"), [("13812345678", "138****5678"), ("1234567", "*******"), ("", "")])
def test_phones(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@given(st.text("0123456789ABCX", max_size=40))
def test_a_mask_shows_a_few_ends_and_nothing_between(text: str) -> None:
    for mask, first, last in ((mask_name, 1, 1), (mask_number, 3, 4), (mask_phone, 3, 4), (mask_card_number, 2, 2)):
        masked = mask(text)
        shown = len(masked.replace("*", ""))
        assert shown <= first + last
        assert len(text) < 3 or "*" in masked
        assert masked.lstrip("*") == "" or text.startswith(masked.split("*")[0])
        assert text.endswith(masked.rsplit("*", 1)[-1])
