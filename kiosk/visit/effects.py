"""What the engine shall do. Every effect that touches a card or central carries the visit and the insertion."""

from dataclasses import dataclass
from enum import Enum, unique

from kiosk.model import Overview


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Connect with a cold reset, SELECT, EF05, EF06, INTERNAL AUTHENTICATE, free PIN probe."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class OpenSession:
    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class WarmCentral:
    """Keep a connection ready while the PIN is typed, so that the PIN is followed by one round trip."""

    visit: int


@dataclass(frozen=True, slots=True)
class OpenPinEntry:
    """A fresh, empty buffer for this visit. Whatever was in the old one is wiped."""

    visit: int


@dataclass(frozen=True, slots=True)
class VerifyPin:
    """Send the buffer's digits once. The effect names the buffer (the visit's one), never its content."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class FetchOverview:
    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class OpenRecent:
    """Open the card's sealed row with the card's own answers; only ever after the chip's 9000."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True, repr=False)
class KeepRecent:
    """Seal what central said of this genuine card for outages, with the answers that the card gave while the PIN was typed."""

    visit: int
    insertion: int
    overview: Overview

    def __repr__(self) -> str:
        return f"KeepRecent(visit={self.visit})"


@dataclass(frozen=True, slots=True)
class ForgetRecent:
    """Central says that this card opens nothing any more: neither does the kiosk."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class FetchContributions:
    visit: int
    insertion: int
    request: int
    insurance: str
    year: int
    page: int


@dataclass(frozen=True, slots=True)
class FetchEntries:
    visit: int
    insertion: int
    request: int
    insurance: str
    page: int


@dataclass(frozen=True, slots=True)
class EndVisit:
    """Wipe the PIN buffer, power the card off, abandon every call, drop session and record."""

    visit: int
    insertion: int


@unique
class Sound(Enum):
    """One soft tone each; the loud one is for a card left in the slot."""

    QUESTION = "question"
    TAKE_CARD = "take_card"
    TAKE_CARD_LOUD = "take_card_loud"


@dataclass(frozen=True, slots=True)
class Play:
    sound: Sound


@dataclass(frozen=True, slots=True)
class ReportForgottenCard:
    """A heartbeat at once, with `card_forgotten`; `forgotten` False takes it back."""

    forgotten: bool


Effect = (
    ReadCard
    | OpenSession
    | WarmCentral
    | OpenPinEntry
    | VerifyPin
    | FetchOverview
    | OpenRecent
    | KeepRecent
    | ForgetRecent
    | FetchContributions
    | FetchEntries
    | EndVisit
    | Play
    | ReportForgottenCard
)
