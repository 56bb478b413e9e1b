"""One-time codes against the vectors of RFC 6238, and what central takes of them."""

import pytest

from kiosk.sandbox.central.totp import STEP_SECONDS, code_at, fitting_step, step_of

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(now: int, code: str) -> None:
    """Appendix B, SHA-1; the last six of its eight digits."""
    assert code_at(SECRET, step_of(now)) == code


def test_a_token_may_be_one_step_off_and_no_more() -> None:
    now = 1_800_000_000.0
    taken = [
        off
        for off in range(-3, 4)
        if fitting_step(SECRET, code_at(SECRET, step_of(now + off * STEP_SECONDS)), now, 0) is not None
    ]
    assert taken == [-1, 0, 1]


def test_a_code_is_good_once_and_so_is_none_before_it() -> None:
    now = 1_800_000_000.0
    step = step_of(now)
    assert fitting_step(SECRET, code_at(SECRET, step), now, used=step) is None
    assert fitting_step(SECRET, code_at(SECRET, step - 1), now, used=step) is None
    assert fitting_step(SECRET, code_at(SECRET, step + 1), now, used=step) == step + 1
