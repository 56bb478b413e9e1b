"""How passwords are kept: scrypt (RFC 7914) with a salt of their own."""

import hashlib
import secrets
from typing import Final

_COST: Final = 2**14
_BLOCK: Final = 8
"""16 MiB for each: some 50 ms on a small machine."""
SALT_BYTES: Final = 16
DIGEST_BYTES: Final = 32


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def hashed(password: str, salt: bytes) -> bytes:
    """`DIGEST_BYTES`. Without the interpreter's lock: others go on meanwhile."""
    return hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=_BLOCK, p=1, dklen=DIGEST_BYTES)
