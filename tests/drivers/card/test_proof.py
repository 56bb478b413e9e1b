"""The vectors of the proof of genuineness: session keys, answers, derivation."""

import pytest

from drivers.card.layout import Algorithm
from drivers.card.proof import UnsupportedAlgorithm, card_key, diversify, internal_auth_answer, session_key

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
PROC = bytes.fromhex("1122334455667788")
ORIG = bytes.fromhex("A1A2A3A4A5A6A7A8")
ATR = bytes.fromhex("3B6D000000814A44468660370100A1B2C3")


@pytest.mark.parametrize(
    ("algorithm", "session", "answer"),
    [
        (Algorithm.DES, "3EB3B72576BBBE83", "CDEA4CC9A59F7169"),
        (Algorithm.SM4, "EDC7AC8587C62318A01DCD93A63DB384", "2A73A50994D225D6"),
    ],
)
def test_the_vectors_of_the_session_key_and_the_answer(algorithm: Algorithm, session: str, answer: str) -> None:
    assert session_key(KEY, algorithm, PROC).hex().upper() == session
    assert internal_auth_answer(KEY, algorithm, PROC, ORIG).hex().upper() == answer


def test_the_vector_of_the_sm4_standard() -> None:
    assert session_key(KEY, Algorithm.SM4, KEY[:8]) != session_key(KEY, Algorithm.SM4, KEY[8:])
    # GB/T 32907 annex A: the key encrypts itself; a factor and its inverse are exactly this key's two halves
    assert bytes(byte ^ 0xFF for byte in KEY[:8]) == KEY[8:]
    assert diversify(KEY, KEY[:8], Algorithm.SM4).hex().upper() == "681EDF34D206965E86B3E94F536E4246"


def test_a_3des_key_has_its_right_half_from_the_inverted_factor() -> None:
    inverted = bytes(byte ^ 0xFF for byte in PROC)
    key = diversify(KEY, PROC, Algorithm.DES)
    assert key[:8].hex().upper() == "3EB3B72576BBBE83"
    assert key[8:] == diversify(KEY, inverted, Algorithm.DES)[:8]


@pytest.mark.parametrize("algorithm", [Algorithm.DES, Algorithm.SM4])
def test_a_cards_key_is_derived_by_province_city_and_card(algorithm: Algorithm) -> None:
    by_hand = KEY
    for factor in (b"370000sh", b"370100sx", ATR[-8:]):
        by_hand = diversify(by_hand, factor, algorithm)
    assert card_key(KEY, ATR, "370100", algorithm) == by_hand
    assert card_key(KEY, ATR, "370200", algorithm) != by_hand
    assert card_key(KEY, ATR[:-1] + b"\x00", "370100", algorithm) != by_hand
    assert card_key(KEY, b"\x3b\x6f" + ATR[2:], "370100", algorithm) == by_hand, "only the last eight bytes count"


def test_zhejiang_has_its_own_city_factor() -> None:
    by_hand = diversify(
        diversify(diversify(KEY, b"330000sh", Algorithm.DES), b"330100sx", Algorithm.DES), ATR[-8:], Algorithm.DES
    )
    assert card_key(KEY, ATR, "330106", Algorithm.DES) == by_hand


def test_an_algorithm_that_is_not_published_is_refused() -> None:
    with pytest.raises(UnsupportedAlgorithm):
        card_key(KEY, ATR, "110100", Algorithm.SSF33)
    with pytest.raises(UnsupportedAlgorithm):
        internal_auth_answer(KEY, Algorithm.SSF33, PROC, ORIG)


@pytest.mark.parametrize(
    "call",
    [
        lambda: card_key(KEY, ATR, "3701", Algorithm.DES),
        lambda: card_key(KEY, ATR, "３７０１００", Algorithm.DES),
        lambda: card_key(KEY, ATR[:9], "370100", Algorithm.DES),
        lambda: card_key(KEY[:8], ATR, "370100", Algorithm.SM4),
        lambda: card_key(KEY[:15], ATR, "370100", Algorithm.DES),
        lambda: internal_auth_answer(KEY, Algorithm.DES, PROC[:7], ORIG),
        lambda: internal_auth_answer(KEY, Algorithm.SM4, PROC, ORIG + b"\x00"),
        lambda: diversify(KEY, PROC + PROC, Algorithm.DES),
    ],
)
def test_an_argument_of_the_wrong_form_is_refused(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"digits|bytes"):
        call()
