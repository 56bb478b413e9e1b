"""Where each resident's card of the demo leads its holder at a kiosk in Jinan: the screen `home`, for a new card the first page
of its activation or what speaks against it, or the code of a failure page."""

from typing import Final

HOME: Final = "home"
WHO: Final = "who"
"""The activation begins: who stands there?"""
STOPPED: Final = "stopped"
"""The activation is not for this kiosk: what to do."""
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
    "jinan-new-child": WHO,
    "jinan-new-elder": WHO,
    "jinan-new-locked": STOPPED,
    "jinan-new-not-on-file": STOPPED,
    "jinan-new-one-try": WHO,
    "jinan-no-pin": "PIN-NOTSET",
    "jinan-not-activated": WHO,
    "jinan-pin-locked": "PIN-LOCKED",
    "jinan-pin-one-try": HOME,
    "jinan-retiree": HOME,
    "jinan-twin-a": HOME,
    "jinan-twin-b": HOME,
    "mute-card": "CARD-MUTE",
    "yangquan-2-0": "CARD-OTHERPLACE",
    "yangquan-3-0": "CARD-OTHERPLACE",
    "yangquan-not-activated": "CARD-OTHERPLACE",
    "yangquan-rare-name": "CARD-OTHERPLACE",
}

NEW: Final = frozenset({WHO, STOPPED})
"""Ends of cards that are not active yet."""
AFTER_PIN: Final = frozenset({HOME, "CARD-DISAGREES"})
"""Ends that are known only once the record is open; every other one is known before a PIN is asked for."""
