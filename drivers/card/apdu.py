"""Command and response APDUs of T=0 cards, their status words, and one logical exchange.

Sources: ISO/IEC 7816-3 (T=0: 61xx and 6Cxx), ISO/IEC 7816-4 (coding of commands and status words), LD/T 32 part 5 (the
commands of the social security card), LD/T 33 (status words a terminal must know).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

from drivers.card.reader import Connection, ReaderFault

INS_VERIFY: Final = 0x20
INS_CHANGE_PIN: Final = 0x5E
INS_INTERNAL_AUTHENTICATE: Final = 0x88
INS_SELECT: Final = 0xA4
INS_READ_RECORD: Final = 0xB2
INS_GET_RESPONSE: Final = 0xC0

SECRET_INS: Final = frozenset({INS_VERIFY, INS_CHANGE_PIN, 0x24, 0x2C})
"""Commands whose data is a PIN or a PUK: VERIFY, CHANGE PIN, PIN CHANGE/UNBLOCK and CHANGE REFERENCE DATA, RESET RETRY COUNTER.

Their data is a bytearray, wiped after one transmission, and the command is never sent a second time."""

_SHOWN_INS: Final = frozenset(
    {INS_SELECT}
)  # the only data that is never personal nor secret: names of files and applications

MAX_TURNS: Final = 64
"""Transmissions one logical command may take: a card that answers 61xx or 6Cxx for ever is given up."""

_NOT_TRANSACTED: Final = 0x80100016  # SCARD_E_NOT_TRANSACTED


@unique
class Status(Enum):
    """What a status word means. Closed: a word that stands in no table is UNKNOWN."""

    OK = "9000"
    MORE_DATA = "61xx"
    WRONG_LE = "6Cxx"
    TRIES_LEFT = "63Cx"
    FILE_INVALIDATED = "6283"
    MEMORY_FAILURE = "6581"
    WRONG_LENGTH = "6700"
    INVALID_STATE = "6901"
    FILE_STRUCTURE = "6981"
    SECURITY_NOT_MET = "6982"
    PIN_LOCKED = "6983"
    RANDOM_INVALID = "6984"
    CONDITIONS_NOT_MET = "6985"
    NO_CURRENT_FILE = "6986"
    SECURE_MESSAGING_WRONG = "6988"
    WRONG_DATA = "6A80"
    LOCKED_OR_UNSUPPORTED = "6A81"
    FILE_NOT_FOUND = "6A82"
    RECORD_NOT_FOUND = "6A83"
    NO_SPACE = "6A84"
    WRONG_P1P2 = "6A86"
    KEY_NOT_FOUND = "6A88"
    WRONG_OFFSET = "6B00"
    INS_UNSUPPORTED = "6D00"
    CLA_UNSUPPORTED = "6E00"
    NO_DIAGNOSIS = "6F00"
    MAC_WRONG = "9302"
    APPLICATION_LOCKED = "9303"
    BALANCE = "9401"
    COUNTER = "9402"
    KEY_INDEX = "9403"
    MAC_UNAVAILABLE = "9406"
    UNKNOWN = "unknown"


_EXACT: Final = {int(s.value, 16): s for s in Status if "x" not in s.value and s is not Status.UNKNOWN}


def parse_status(status_word: int) -> Status:
    """The meaning of a two-byte status word."""
    if status_word & 0xFF00 == 0x6100:
        return Status.MORE_DATA
    if status_word & 0xFF00 == 0x6C00:
        return Status.WRONG_LE
    if status_word & 0xFFF0 == 0x63C0:
        return Status.TRIES_LEFT
    return _EXACT.get(status_word, Status.UNKNOWN)


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """A short command APDU as T=0 sends it.

    `data` with 1..255 bytes makes it a case 3 or 4 command (Lc and data, never an Le: T=0 gives a case-4 answer by 61xx).
    Without data `p3` is the fifth byte as it stands: Le of a case-2 command (0 means 256), or the Lc=00 of the PIN probe.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes | bytearray = b""
    p3: int | None = None

    def __post_init__(self) -> None:
        if self.data and self.p3 is not None:
            raise ValueError("a command has data or P3, never both")
        if len(self.data) > 255:
            raise ValueError("a short APDU carries at most 255 bytes")
        if self.secret and self.data and not isinstance(self.data, bytearray):
            raise TypeError("the data of a secret command is a bytearray, so that it can be wiped")

    @property
    def secret(self) -> bool:
        """Its data is a PIN or a PUK."""
        return self.ins in SECRET_INS

    def encode(self) -> bytearray:
        """The bytes to transmit. The caller wipes them when the command is secret."""
        head = bytearray((self.cla, self.ins, self.p1, self.p2))
        if self.data:
            head.append(len(self.data))
            head += self.data
        elif self.p3 is not None:
            head.append(self.p3)
        return head

    def __repr__(self) -> str:
        """Header and length; data only of SELECT. Whoever logs a command logs this."""
        head = f"{self.cla:02X}{self.ins:02X}{self.p1:02X}{self.p2:02X}"
        if not self.data:
            return f"Command({head}{'' if self.p3 is None else f'{self.p3:02X}'})"
        shown = bytes(self.data).hex().upper() if self.ins in _SHOWN_INS else f"<{len(self.data)} bytes>"
        return f"Command({head}{len(self.data):02X} {shown})"


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """The answer to a logical command: all data, and the last status word."""

    data: bytes
    status_word: int

    @property
    def status(self) -> Status:
        return parse_status(self.status_word)

    @property
    def ok(self) -> bool:
        return self.status_word == 0x9000

    @property
    def tries_left(self) -> int:
        """The x of 63Cx; only meaningful with Status.TRIES_LEFT."""
        return self.status_word & 0x000F

    def __repr__(self) -> str:
        """Length and status word: what a card says is personal."""
        return f"Response(<{len(self.data)} bytes> {self.status_word:04X})"


def wipe(secret: bytearray) -> None:
    """Overwrite with zeros in place, then empty it."""
    secret[:] = bytes(len(secret))
    secret.clear()


def exchange(connection: Connection, command: Command) -> Response:
    """Send one logical command: follow 61xx with GET RESPONSE, repeat after 6Cxx with the length that the card names.

    A secret command is transmitted at most once whatever the card answers, and its data is wiped before this returns or raises.
    After MAX_TURNS transmissions the last 61xx or 6Cxx is the answer.

    Raises what `Connection.transmit` raises; an answer without a whole status word is ReaderFault(SCARD_E_NOT_TRANSACTED).
    """
    first = command.encode()
    apdu = first if command.secret else bytes(first)
    received = bytearray()
    status_word = 0
    try:
        for _ in range(MAX_TURNS):
            answer = connection.transmit(apdu)
            if len(answer) < 2:
                raise ReaderFault(_NOT_TRANSACTED)
            status_word = answer[-2] << 8 | answer[-1]
            received += answer[:-2]
            length = bytes((status_word & 0xFF,))
            match parse_status(status_word):
                case Status.MORE_DATA:
                    # The same logical channel; a proprietary class (80) has none, so GET RESPONSE goes out as 00.
                    cla = command.cla & 0x03 if command.cla & 0x80 == 0 else 0x00
                    apdu = bytes((cla, INS_GET_RESPONSE, 0x00, 0x00)) + length
                case Status.WRONG_LE if apdu is not first:
                    has_data = apdu[1] == command.ins and len(command.data) > 0
                    apdu = bytes(first) + length if has_data else apdu[:4] + length
                case _:
                    break
    finally:
        if command.secret:
            wipe(first)
            if isinstance(command.data, bytearray):
                wipe(command.data)
    return Response(bytes(received), status_word)
