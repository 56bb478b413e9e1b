"""The closed sets of reader and card states. Types only: the visit imports this file and nothing else of `drivers.card`.

Every member has its screen, its words in every language and its log event; `tests/kiosk/test_states_are_complete.py` holds
the sets equal.
"""

from dataclasses import dataclass
from enum import Enum, unique


@unique
class ReaderState(Enum):
    """How the card reader is, as PC/SC tells it. The comment names the PC/SC return codes behind a member."""

    STARTING = "starting"  # not asked yet
    SERVICE_STOPPED = "service_stopped"  # SCARD_E_NO_SERVICE, SCARD_E_SERVICE_STOPPED, SCARD_F_COMM_ERROR
    ACCESS_DENIED = "access_denied"  # SCARD_W_SECURITY_VIOLATION: polkit refuses access_pcsc or access_card
    NO_READER = "no_reader"  # SCARD_E_NO_READERS_AVAILABLE, or no name fits the pattern of kiosk.ini
    VIRTUAL_REFUSED = "virtual_refused"  # the only fitting reader is a `Virtual PCD*` and kiosk.ini does not allow it
    HELD = "held"  # SCARD_E_SHARING_VIOLATION: another program holds the reader
    FAULTY = "faulty"  # the reader does not answer: SCARD_E_READER_UNAVAILABLE over and over, or an APDU past its limit
    READY = "ready"


@unique
class CardState(Enum):
    """How the card in the slot is. `ABSENT`..`READING` need no failure page; each other member has one."""

    ABSENT = "absent"
    READING = "reading"
    USABLE = "usable"  # application selected, EF05 read, proof taken, PIN probed
    MUTE = "mute"  # no ATR: turned the wrong way round, dirty or broken (SCARD_W_UNRESPONSIVE_CARD, PROTO_MISMATCH)
    NOT_SOCIAL_SECURITY = "not_social_security"  # 6A82 on SELECT SSSE (or no SELECT by name at all: 6D00, 6E00 ...)
    MALFORMED = "malformed"  # a record is truncated, of the wrong length or not decodable
    FAULTY = "faulty"  # 6581 or another status word that the flow does not know
    APPLICATION_LOCKED = "application_locked"  # 6A81 or 6283 on SELECT, 9303: card or application locked for good
    NO_PIN_SET = "no_pin_set"  # probe answers 9000 right after the cold reset: the card asks for no PIN
    PIN_LOCKED = "pin_locked"  # 6983


@dataclass(frozen=True, slots=True)
class PinVerified:
    """VERIFY answered 9000."""


@dataclass(frozen=True, slots=True)
class PinWrong:
    """VERIFY answered 63Cx, x > 0."""

    tries_left: int


@dataclass(frozen=True, slots=True)
class PinLocked:
    """6983, or 63C0."""


@dataclass(frozen=True, slots=True)
class PinRefusedFormat:
    """The typed PIN breaks the profile's length rule. Nothing was sent: no try was spent."""


@dataclass(frozen=True, slots=True)
class PinNotSet:
    """The free probe answered 9000: this card asks for no PIN."""


@dataclass(frozen=True, slots=True)
class PinUnknown:
    """The card left or failed while VERIFY was under way, or answered a status word that the flow does not know.

    The PIN is not sent again; whether a try was spent is not known (`status_word` is None when no answer came).
    """

    status_word: int | None


@dataclass(frozen=True, slots=True)
class PinTries:
    """The free probe answered 63Cx: the card asks for a PIN and `tries_left` are left. No try was spent."""

    tries_left: int


PinVerdict = PinVerified | PinWrong | PinLocked | PinRefusedFormat | PinUnknown
PinProbe = PinTries | PinLocked | PinNotSet
