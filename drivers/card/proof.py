"""Proof of genuineness: the answer to INTERNAL AUTHENTICATE and the derivation of a card's key.

The kiosk holds no key and does not import this file: the central service does, and the virtual card. One definition for both.

Source: LD/T 32 parts 4 and 7 (session key, authentication, diversification). DES here is two-key 3DES for keys and single DES
under the 8-byte session key; SM4 is GB/T 32907.
"""

from collections.abc import Callable
from typing import Final, assert_never

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB

from drivers.card.layout import Algorithm

KEY_LENGTH: Final = 16


class UnsupportedAlgorithm(ValueError):
    """SSF33 has no published definition: a card that uses it can only be proved by a security module that knows it."""

    def __init__(self) -> None:
        super().__init__("SSF33 is not published")


def card_key(master: bytes, atr: bytes, area: str, algorithm: Algorithm) -> bytes:
    """The card's own key from the 16-byte national master key: diversified by province, by city, then by the card.

    `area` is the issuing area's six digits, `atr` the answer to reset whose last eight bytes are the card's factor.
    Raises UnsupportedAlgorithm; ValueError when an argument has the wrong form.
    """
    if len(area) != 6 or not (area.isascii() and area.isdigit()):
        raise ValueError("an area has six digits")
    if len(atr) < 10:
        raise ValueError("the ATR has no eight bytes of card factor")
    province = area[:2].encode("ascii") + b"0000sh"
    city = area[:4].encode("ascii") + b"00sx" if area.startswith("33") else area.encode("ascii") + b"sx"
    key = master
    for factor in (province, city, atr[-8:]):
        key = diversify(key, factor, algorithm)
    return key


def diversify(key: bytes, factor: bytes, algorithm: Algorithm) -> bytes:
    """One step of derivation: 16 bytes from a 16-byte key and an 8-byte factor."""
    inverted = bytes(byte ^ 0xFF for byte in factor)
    if len(factor) != 8:
        raise ValueError("a factor has 8 bytes")
    return _block_cipher(key, algorithm)(factor + inverted)


def session_key(key: bytes, algorithm: Algorithm, proc8: bytes) -> bytes:
    """SES from the process factor: 8 bytes for DES, 16 for SM4."""
    return _block_cipher(key, algorithm)(proc8 if algorithm is Algorithm.DES else proc8 + bytes(8))


def internal_auth_answer(key: bytes, algorithm: Algorithm, proc8: bytes, orig8: bytes) -> bytes:
    """The 8 bytes a genuine card answers: `orig8` under the session key; a 16-byte block is folded (left XOR right).

    Raises UnsupportedAlgorithm; ValueError when an argument has the wrong length.
    """
    if len(proc8) != 8 or len(orig8) != 8:
        raise ValueError("process factor and original data have 8 bytes each")
    session = session_key(key, algorithm, proc8)
    match algorithm:
        case Algorithm.DES:
            return _block_cipher(session, algorithm)(orig8)
        case Algorithm.SM4:
            block = _block_cipher(session, algorithm)(orig8 + bytes(8))
            return bytes(left ^ right for left, right in zip(block[:8], block[8:], strict=True))
        case Algorithm.SSF33:
            raise UnsupportedAlgorithm
        case _:
            assert_never(algorithm)


def _block_cipher(key: bytes, algorithm: Algorithm) -> Callable[[bytes], bytes]:
    """Encryption of whole blocks, each by itself, as the card does it."""
    cipher: Cipher[ECB]
    mode = ECB()  # noqa: S305 - one block at a time is what the card standard defines
    match algorithm:
        case Algorithm.DES if len(key) == 8:
            cipher = Cipher(TripleDES(key * 3), mode)  # K, K, K is single DES
        case Algorithm.DES if len(key) == KEY_LENGTH:
            cipher = Cipher(TripleDES(key + key[:8]), mode)
        case Algorithm.SM4 if len(key) == KEY_LENGTH:
            cipher = Cipher(SM4(key), mode)
        case Algorithm.DES | Algorithm.SM4:
            raise ValueError("a key has 16 bytes")
        case Algorithm.SSF33:
            raise UnsupportedAlgorithm
        case _:
            assert_never(algorithm)

    def encrypt(data: bytes) -> bytes:
        encryptor = cipher.encryptor()
        return encryptor.update(data) + encryptor.finalize()

    return encrypt
