"""What goes between the kiosk without a window (`entry.py`) and the person who stands before it."""

from dataclasses import dataclass
from typing import Final

from kiosk.visit.actions import Action

PERSON: Final = "person"
JOURNAL: Final = "journal"
"""The two lines; each names itself first."""


@dataclass(frozen=True, slots=True)
class Touch:
    visit: int
    action: Action


@dataclass(frozen=True, slots=True, repr=False)
class Digits:
    """On the PIN pad."""

    digits: str

    def __repr__(self) -> str:
        return "Digits()"


@dataclass(frozen=True, slots=True)
class Journalled:
    """A write of the journal that is about to begin, or (`durable`) that is on the disk."""

    write: str
    durable: bool
