"""PC/SC as the kiosk sees it: the calls it makes, and what every return code and state flag means. Imports no pyscard.

Source: pcsc-lite `pcsclite.h` and `winscard.h` (return codes, state flags; the upper 16 bits of dwEventState are the
reader's event counter), PC/SC part 5.
"""

from __future__ import annotations

from enum import Enum, IntFlag, unique
from typing import Final, Protocol

PNP: Final = "\\\\?PnP?\\Notification"
"""A reader name that stands for the list of readers: its state's upper 16 bits are how many there are."""

SCOPE_SYSTEM: Final = 2
PROTOCOL_T0: Final = 1
PROTOCOL_T1: Final = 2
LEAVE_CARD: Final = 0
RESET_CARD: Final = 1
UNPOWER_CARD: Final = 2

NOT_TRANSACTED: Final = 0x80100016
COMM_ERROR: Final = 0x80100013

ReaderStates = list[tuple[str, int]]


@unique
class ShareMode(Enum):
    """SCARD_SHARE_*."""

    EXCLUSIVE = 1
    SHARED = 2
    DIRECT = 3


class StateFlag(IntFlag):
    """SCARD_STATE_* of SCardGetStatusChange, without the counter."""

    IGNORE = 0x0001
    CHANGED = 0x0002
    UNKNOWN = 0x0004
    UNAVAILABLE = 0x0008
    EMPTY = 0x0010
    PRESENT = 0x0020
    ATRMATCH = 0x0040
    EXCLUSIVE = 0x0080
    INUSE = 0x0100
    MUTE = 0x0200
    UNPOWERED = 0x0400


def counter(state: int) -> int:
    """The reader's event counter in a dwEventState: it goes up with each insertion and removal."""
    return state >> 16


def flags(state: int) -> StateFlag:
    """The state flags of a dwEventState, without its counter."""
    return StateFlag(state & 0xFFFF)


def taken_note(state: int) -> int:
    """What to pass as the known state after this dwEventState: all of it but CHANGED, the counter above all."""
    return state & ~StateFlag.CHANGED.value


@unique
class Meaning(Enum):
    """What a PC/SC return code means to the kiosk. Closed."""

    OK = "ok"
    TIMEOUT = "timeout"  # nothing changed within the wait
    CANCELLED = "cancelled"  # SCardCancel: somebody wants the watcher to look up
    SERVICE_GONE = "service_gone"  # pcscd is not there, or went away
    DENIED = "denied"  # polkit
    NO_READERS = "no_readers"
    READER_GONE = "reader_gone"  # this reader's name is not known any more
    READER_UNAVAILABLE = "reader_unavailable"
    HELD = "held"  # another program has the card
    CARD_GONE = "card_gone"  # removed, reset or unpowered by somebody else
    CARD_MUTE = "card_mute"
    NOT_TRANSACTED = "not_transacted"  # pulled in mid-command, or it stopped answering
    FAULT = "fault"  # anything else: a bug, or a card service in trouble


_MEANINGS: Final = {
    0x00000000: Meaning.OK,  # SCARD_S_SUCCESS
    0x8010000A: Meaning.TIMEOUT,  # SCARD_E_TIMEOUT
    0x80100002: Meaning.CANCELLED,  # SCARD_E_CANCELLED
    0x80100012: Meaning.CANCELLED,  # SCARD_E_SYSTEM_CANCELLED
    0x8010001D: Meaning.SERVICE_GONE,  # SCARD_E_NO_SERVICE
    0x8010001E: Meaning.SERVICE_GONE,  # SCARD_E_SERVICE_STOPPED
    COMM_ERROR: Meaning.SERVICE_GONE,  # SCARD_F_COMM_ERROR
    0x80100018: Meaning.SERVICE_GONE,  # SCARD_P_SHUTDOWN
    0x80100003: Meaning.SERVICE_GONE,  # SCARD_E_INVALID_HANDLE: the context died with the service it came from
    0x8010006A: Meaning.DENIED,  # SCARD_W_SECURITY_VIOLATION
    0x80100027: Meaning.DENIED,  # SCARD_E_NO_ACCESS
    0x8010002E: Meaning.NO_READERS,  # SCARD_E_NO_READERS_AVAILABLE
    0x80100009: Meaning.READER_GONE,  # SCARD_E_UNKNOWN_READER
    0x80100017: Meaning.READER_UNAVAILABLE,  # SCARD_E_READER_UNAVAILABLE
    0x80100010: Meaning.READER_UNAVAILABLE,  # SCARD_E_NOT_READY
    0x8010001A: Meaning.READER_UNAVAILABLE,  # SCARD_E_READER_UNSUPPORTED
    0x8010000B: Meaning.HELD,  # SCARD_E_SHARING_VIOLATION
    0x8010000C: Meaning.CARD_GONE,  # SCARD_E_NO_SMARTCARD
    0x80100069: Meaning.CARD_GONE,  # SCARD_W_REMOVED_CARD
    0x80100068: Meaning.CARD_GONE,  # SCARD_W_RESET_CARD
    0x80100067: Meaning.CARD_GONE,  # SCARD_W_UNPOWERED_CARD
    0x80100066: Meaning.CARD_MUTE,  # SCARD_W_UNRESPONSIVE_CARD
    0x80100065: Meaning.CARD_MUTE,  # SCARD_W_UNSUPPORTED_CARD
    0x8010000D: Meaning.CARD_MUTE,  # SCARD_E_UNKNOWN_CARD
    0x8010000F: Meaning.CARD_MUTE,  # SCARD_E_PROTO_MISMATCH: what a nonsense ATR comes to
    0x80100015: Meaning.CARD_MUTE,  # SCARD_E_INVALID_ATR
    0x8010001C: Meaning.CARD_MUTE,  # SCARD_E_CARD_UNSUPPORTED
    NOT_TRANSACTED: Meaning.NOT_TRANSACTED,  # SCARD_E_NOT_TRANSACTED
    0x8010002F: Meaning.NOT_TRANSACTED,  # SCARD_E_COMM_DATA_LOST
    0x80100007: Meaning.FAULT,  # SCARD_F_WAITED_TOO_LONG
}

_FAULTS: Final = frozenset(
    {
        0x80100001,  # SCARD_F_INTERNAL_ERROR
        0x80100004,  # SCARD_E_INVALID_PARAMETER
        0x80100005,  # SCARD_E_INVALID_TARGET
        0x80100006,  # SCARD_E_NO_MEMORY
        0x80100008,  # SCARD_E_INSUFFICIENT_BUFFER
        0x8010000E,  # SCARD_E_CANT_DISPOSE
        0x80100011,  # SCARD_E_INVALID_VALUE
        0x80100014,  # SCARD_F_UNKNOWN_ERROR
        0x80100019,  # SCARD_E_PCI_TOO_SMALL
        0x8010001B,  # SCARD_E_DUPLICATE_READER
        0x8010001F,  # SCARD_E_UNEXPECTED, SCARD_E_UNSUPPORTED_FEATURE of pcsc-lite
        0x80100020,  # SCARD_E_ICC_INSTALLATION
        0x80100021,  # SCARD_E_ICC_CREATEORDER
        0x80100022,  # SCARD_E_UNSUPPORTED_FEATURE
        0x80100023,  # SCARD_E_DIR_NOT_FOUND
        0x80100024,  # SCARD_E_FILE_NOT_FOUND
        0x80100025,  # SCARD_E_NO_DIR
        0x80100026,  # SCARD_E_NO_FILE
        0x80100028,  # SCARD_E_WRITE_TOO_MANY
        0x80100029,  # SCARD_E_BAD_SEEK
        0x8010002A,  # SCARD_E_INVALID_CHV
        0x8010002B,  # SCARD_E_UNKNOWN_RES_MNG
        0x8010002C,  # SCARD_E_NO_SUCH_CERTIFICATE
        0x8010002D,  # SCARD_E_CERTIFICATE_UNAVAILABLE
        0x80100030,  # SCARD_E_NO_KEY_CONTAINER
        0x80100031,  # SCARD_E_SERVER_TOO_BUSY
        0x8010006B,  # SCARD_W_WRONG_CHV
        0x8010006C,  # SCARD_W_CHV_BLOCKED
        0x8010006D,  # SCARD_W_EOF
        0x8010006E,  # SCARD_W_CANCELLED_BY_USER
        0x8010006F,  # SCARD_W_CARD_NOT_AUTHENTICATED
    }
)

KNOWN_CODES: Final = frozenset(_MEANINGS) | _FAULTS
"""Every return code that PC/SC defines; a test holds it against pyscard's own list."""


def code(result: int) -> int:
    """The unsigned 32-bit return code: pyscard gives it signed."""
    return result & 0xFFFFFFFF


def meaning(result: int) -> Meaning:
    """What a return code, signed or not, means. Exhaustive: an unknown code is a FAULT."""
    return _MEANINGS.get(code(result), Meaning.FAULT)


class Scard(Protocol):
    """The part of `smartcard.scard` that the kiosk calls. Every call returns its return code first and raises nothing."""

    def SCardEstablishContext(self, scope: int, /) -> tuple[int, int]: ...
    def SCardReleaseContext(self, context: int, /) -> int: ...
    def SCardListReaders(self, context: int, groups: list[str], /) -> tuple[int, list[str]]: ...
    def SCardGetStatusChange(
        self, context: int, timeout_ms: int, states: ReaderStates, /
    ) -> tuple[int, list[tuple[str, int, list[int]]]]: ...
    def SCardCancel(self, context: int, /) -> int: ...
    def SCardConnect(self, context: int, reader: str, share: int, protocol: int, /) -> tuple[int, int, int]: ...
    def SCardReconnect(self, card: int, share: int, protocol: int, initialization: int, /) -> tuple[int, int]: ...
    def SCardStatus(self, card: int, /) -> tuple[int, str, int, int, list[int]]: ...
    def SCardTransmit(self, card: int, protocol: int, apdu: list[int], /) -> tuple[int, list[int]]: ...
    def SCardBeginTransaction(self, card: int, /) -> int: ...
    def SCardEndTransaction(self, card: int, disposition: int, /) -> int: ...
    def SCardDisconnect(self, card: int, disposition: int, /) -> int: ...
