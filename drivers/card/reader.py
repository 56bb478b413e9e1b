"""What the kiosk knows of a card reader: a protocol, so that card logic never sees pyscard.

`drivers/card/pcsc.py` is the real one. Events come from the reader's own thread and must only be put into a queue by the
receiver: no card work inside the callback (pyscard #220).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from drivers.card.states import ReaderState


@dataclass(frozen=True, slots=True)
class ReaderChanged:
    """The reader went into `state`. `reader` is the PC/SC name, or None where no reader is meant."""

    state: ReaderState
    reader: str | None


@dataclass(frozen=True, slots=True)
class CardInserted:
    """A card is in the slot. `insertion` never repeats in a process: it changes whenever PC/SC's event counter
    (upper 16 bits of dwEventState), the reader or the service's life changes, so a swap between two looks is seen."""

    insertion: int
    mute: bool  # SCARD_STATE_MUTE: there is a card, but no ATR


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card of `insertion` left the slot, or its reader or service went away."""

    insertion: int


ReaderEvent = ReaderChanged | CardInserted | CardRemoved


class CardLost(Exception):
    """The card of this connection is gone, was reset by another program, or never was the one asked for."""


class CardMute(Exception):
    """The card gives no usable answer to reset, also not to a warm one."""


class ReaderHeld(Exception):
    """Another program holds the card (SCARD_E_SHARING_VIOLATION)."""


class ReaderDenied(Exception):
    """polkit refuses access_card (SCARD_W_SECURITY_VIOLATION)."""


class ReaderFault(Exception):
    """PC/SC failed in another way. `code` is the unsigned 32-bit return code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"PC/SC 0x{code:08X}")
        self.code = code


class Connection(Protocol):
    """One powered card. Anything that sends an APDU is a card: a real one, a virtual one, a script in a test."""

    @property
    def atr(self) -> bytes:
        """Answer to the cold reset."""

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        """One command APDU out, one response APDU (data and two bytes of status word) back. No 61xx/6Cxx handling.

        Raises CardLost or ReaderFault.
        """

    def disconnect(self) -> None:
        """Power the card off (SCARD_UNPOWER_CARD): PIN and key states die. Safe to call twice; raises nothing."""


class CardReader(Protocol):
    """One slot, chosen by name pattern."""

    def start(self, sink: Callable[[ReaderEvent], None]) -> None:
        """Begin to watch. The first event is a ReaderChanged; a card already in is reported right after it."""

    def stop(self) -> None:
        """End the watch and release every PC/SC context."""

    def connect(self, insertion: int) -> Connection:
        """Connect with a cold reset to the card of `insertion`.

        Raises CardLost when that card is no longer the one in the slot, CardMute, ReaderHeld, ReaderDenied, ReaderFault.
        """
