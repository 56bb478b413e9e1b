"""Where each card of the demo leads its holder at a kiosk in Jinan: the screen `home`, or the code of a failure page."""

from typing import Final

HOME: Final = "home"
ENDS: Final = {
    "bank-card": "CARD-FOREIGN",
    "chengdu-other-place": "CARD-OTHERPLACE",
    "jinan-1-0": HOME,
    "jinan-2-0": HOME,
    "jinan-3-0-closed": HOME,
    "jinan-3-0-open": HOME,
    "jinan-app-locked": "CARD-APPLOCK",
    "jinan-civil-servant": HOME,
    "jinan-counterfeit": "PROOF-REFUSED",
    "jinan-expired": "STATUS-EXPIRED",
    "jinan-field-quirks": HOME,
    "jinan-flexible": HOME,
    "jinan-long-history": HOME,
    "jinan-long-name": HOME,
    "jinan-lost": "STATUS-LOST",
    "jinan-malformed": "CARD-MALFORMED",
    "jinan-minor": HOME,
    "jinan-mismatch": "CARD-DISAGREES",
    "jinan-new-child": "STATUS-INACTIVE",
    "jinan-new-elder": "STATUS-INACTIVE",
    "jinan-new-locked": "STATUS-INACTIVE",
    "jinan-new-one-try": "STATUS-INACTIVE",
    "jinan-no-pin": "PIN-NOTSET",
    "jinan-not-activated": "STATUS-INACTIVE",
    "jinan-pin-locked": "PIN-LOCKED",
    "jinan-pin-one-try": HOME,
    "jinan-retiree": HOME,
    "jinan-twin-a": HOME,
    "jinan-twin-b": HOME,
    "mute-card": "CARD-MUTE",
    "yangquan-2-0": "CARD-OTHERPLACE",
    "yangquan-3-0": "CARD-OTHERPLACE",
    "yangquan-rare-name": "CARD-OTHERPLACE",
}

AFTER_PIN: Final = frozenset({HOME, "CARD-DISAGREES"})
"""Ends that are known only once the record is open; every other one is known before a PIN is asked for."""
