"""Phones and banks of the synthetic people: who can be reached, and how not.

Of the holders of card files: `phone_of`. So that every outcome of an activation can be met with a card or person by name.
"""

import zlib
from typing import Final

NO_PHONE: Final = frozenset({"jinan-new-elder", "jinan-retiree"})
"""Grown-ups of whom central has no phone. The elder's card is activated by an agent; the retiree, as an agent, gets no code."""
CHILDREN: Final = frozenset({"jinan-new-child", "jinan-minor"})
NOT_ON_FILE: Final = frozenset({"jinan-new-not-on-file"})
"""Central has the card, and its holder is missing from the register of persons."""

GUARDIAN: Final = "jinan-flexible"
"""Grown up, on file, with a phone: fits as guardian of the children and as agent."""

_NAMED: Final = {
    "jinan-not-activated": "13800000011",
    "jinan-new-one-try": "13800000012",
    "jinan-new-locked": "13800000013",
    GUARDIAN: "13800000021",
}

_BANKS: Final = {"3701": "示例银行济南分行", "1403": "示例银行阳泉分行"}


def phone_of(card: str) -> str | None:
    """The phone of a card file's holder, by the file's id; it does not change when files are added."""
    if card in NO_PHONE or card in CHILDREN:
        return None
    return _NAMED.get(card, f"137{zlib.crc32(card.encode()) % 10**8:08d}")


def phone_of_resident(index: int) -> str | None:
    """Nine of ten have one."""
    return None if index % 10 == 9 else f"199{index:08d}"


def bank_of(city: str, minor: bool) -> str | None:
    """Whose account is on a card; children's have none. `city`: the first four digits of the area."""
    return None if minor else _BANKS.get(city)
