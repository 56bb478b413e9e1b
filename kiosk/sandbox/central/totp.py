"""One-time codes of a token: RFC 6238 (TOTP) over RFC 4226 (HOTP), HMAC-SHA-1, six digits, steps of 30 seconds."""

import hmac
from typing import Final

STEP_SECONDS: Final = 30
DRIFT: Final = 1
"""Steps that a token's clock may be off, either way (RFC 6238 §5.2)."""


def step_of(now: float) -> int:
    return int(now) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """RFC 4226 §5.3."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def fitting_step(secret: bytes, code: str, now: float, used: int) -> int | None:
    """Which step's code it is, of those that are good now; each is good once (RFC 6238 §5.2), so none up to `used`."""
    here = step_of(now)
    found = None
    for step in range(here - DRIFT, here + DRIFT + 1):
        fits = hmac.compare_digest(code_at(secret, step), code)
        if fits and step > used and found is None:
            found = step
    return found
