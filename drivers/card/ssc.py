"""The social security application over any connection: who issued the card, who holds it, is it genuine, its PIN.

Source: LD/T 32 parts 5 and 7 (commands, PIN), LD/T 33 (flow of a terminal), 人社信息函〔2012〕37号 (files).

Each public method is one step of the one order (design §4): `select`, `issuer_data`, `holder_data`, `internal_authenticate`,
`probe_pin`, `verify_pin`. What a card can do is a value: the result asked for, or a `CardFailure` that names the card's state.
Only the transport's exceptions of `drivers.card.reader` go through as they are, and `Cancelled` when the caller no longer wants
the step: `cancelled` is asked before every command, so nothing is ever stopped in the middle of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final, Literal, assert_never

from drivers.card.apdu import (
    INS_CHANGE_PIN,
    INS_INTERNAL_AUTHENTICATE,
    INS_READ_RECORD,
    INS_SELECT,
    INS_VERIFY,
    Command,
    Response,
    Status,
    exchange,
    wipe,
)
from drivers.card.layout import (
    EF05,
    EF06,
    SSSE,
    Algorithm,
    FileLayout,
    Generation,
    HolderClosed,
    HolderData,
    IssuerData,
    decode_holder,
    decode_issuer,
)
from drivers.card.reader import CardLost, Connection, ReaderFault
from drivers.card.states import (
    CardState,
    PinLocked,
    PinNotSet,
    PinProbe,
    PinRefusedFormat,
    PinTries,
    PinUnknown,
    PinVerdict,
    PinVerified,
    PinWrong,
)
from drivers.card.tlv import Malformed, Record, find_ber, parse_records

FailedState = Literal[
    CardState.NOT_SOCIAL_SECURITY,
    CardState.MALFORMED,
    CardState.FAULTY,
    CardState.APPLICATION_LOCKED,
    CardState.PIN_LOCKED,
]


@unique
class Step(Enum):
    """Where in the order a card failed."""

    SELECT = "select"
    ISSUER_DATA = "issuer_data"
    HOLDER_DATA = "holder_data"
    PROOF = "proof"
    PIN_PROBE = "pin_probe"


@dataclass(frozen=True, slots=True)
class CardFailure:
    """The step gave no result because of the card. `detail` names a status word or a malformed record, never content."""

    state: FailedState
    step: Step
    detail: str


@dataclass(frozen=True, slots=True)
class Application:
    """The selected application. `algorithm` None: the card names one that no table knows."""

    algorithm: Algorithm | None


@dataclass(frozen=True, slots=True)
class NoProof:
    """The card cannot answer INTERNAL AUTHENTICATE (no key, not supported, not allowed): central can prove nothing."""

    status_word: int


@dataclass(frozen=True, slots=True)
class PinProfile:
    """How many digits a card PIN has. LD/T 33 part 8: 4 to 12; the field uses 6."""

    min_digits: int = 6
    max_digits: int = 6

    def __post_init__(self) -> None:
        if not 4 <= self.min_digits <= self.max_digits <= 12:
            raise ValueError("a card PIN has 4 to 12 digits")

    def fits(self, pin: bytearray) -> bool:
        """Whether the typed digits (ASCII) may go to the card at all."""
        return self.min_digits <= len(pin) <= self.max_digits and all(0x30 <= digit <= 0x39 for digit in pin)


class Cancelled(Exception):
    """The caller asked to stop, and the next command was not sent."""


_GONE: Final = (CardLost, ReaderFault)

# Status words that say "not in this way": the next way of reading is tried. Anything else that is not 9000 ends the step.
_OTHER_WAY: Final = frozenset(
    {
        Status.WRONG_LE,
        Status.WRONG_LENGTH,
        Status.FILE_STRUCTURE,
        Status.CONDITIONS_NOT_MET,
        Status.NO_CURRENT_FILE,
        Status.WRONG_DATA,
        Status.LOCKED_OR_UNSUPPORTED,
        Status.FILE_NOT_FOUND,
        Status.RECORD_NOT_FOUND,
        Status.WRONG_P1P2,
        Status.WRONG_OFFSET,
        Status.INS_UNSUPPORTED,
    }
)


class _Refused(Exception):
    """Inside this file: a read ended with this status word. `partly`: the card gave other records in the same way before."""

    def __init__(self, response: Response, *, partly: bool = False) -> None:
        super().__init__(f"{response.status_word:04X}")
        self.response = response
        self.partly = partly


class SocialSecurityCard:
    """One powered card. Not thread-safe: one worker owns it."""

    def __init__(
        self,
        connection: Connection,
        pin_profile: PinProfile | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._connection = connection
        self._profile = pin_profile or PinProfile()
        self._cancelled = cancelled
        self._generation = Generation.OTHER
        self._probe: PinProbe | None = None

    @property
    def atr(self) -> bytes:
        return self._connection.atr

    def select(self) -> Application | CardFailure:
        """SELECT the application by its identifier; the algorithm from its FCI."""
        response = self._send(Command(0x00, INS_SELECT, 0x04, 0x00, SSSE))
        match response.status:
            case Status.OK:
                pass
            case (
                Status.FILE_NOT_FOUND
                | Status.CLA_UNSUPPORTED
                | Status.INS_UNSUPPORTED
                | Status.WRONG_P1P2
                | Status.WRONG_OFFSET
                | Status.WRONG_LENGTH
            ):
                # 6A82 is the answer of a card of another kind; one that does not even know SELECT by name is no other case.
                return CardFailure(CardState.NOT_SOCIAL_SECURITY, Step.SELECT, _word(response))
            case Status.LOCKED_OR_UNSUPPORTED | Status.FILE_INVALIDATED:
                return CardFailure(CardState.APPLICATION_LOCKED, Step.SELECT, _word(response))
            case _:
                return _failure(Step.SELECT, response)
        try:
            name = find_ber("FCI", response.data, 0x6F, 0x84)
            algorithm = find_ber("FCI", response.data, 0x6F, 0xA5, 0x9F0C, 0x86)
        except Malformed as malformed:
            return CardFailure(CardState.MALFORMED, Step.SELECT, str(malformed))
        if name is not None and name != SSSE:  # a partial match of the name: another application answered
            return CardFailure(CardState.NOT_SOCIAL_SECURITY, Step.SELECT, "another application answered")
        if algorithm is None:
            return Application(Algorithm.SSF33 if _issued_in_beijing(self.atr) else Algorithm.DES)
        try:
            return Application(Algorithm(int.from_bytes(algorithm)))
        except ValueError:
            return Application(None)

    def issuer_data(self) -> IssuerData | CardFailure:
        """EF05. Call after `select`."""
        try:
            data = decode_issuer(self._read_file(EF05))
        except Malformed as malformed:
            return CardFailure(CardState.MALFORMED, Step.ISSUER_DATA, str(malformed))
        except _Refused as refused:
            return _failure(Step.ISSUER_DATA, refused.response)
        self._generation = data.generation
        return data

    def holder_data(self) -> HolderData | HolderClosed | CardFailure:
        """EF06, laid out as the generation in EF05 says: call after `issuer_data`."""
        try:
            return decode_holder(self._generation, self._read_file(EF06[self._generation]))
        except Malformed as malformed:
            return CardFailure(CardState.MALFORMED, Step.HOLDER_DATA, str(malformed))
        except _Refused as refused:
            if refused.response.status is Status.SECURITY_NOT_MET:
                return HolderClosed()
            return _failure(Step.HOLDER_DATA, refused.response)

    def internal_authenticate(self, proc8: bytes, orig8: bytes) -> bytes | NoProof | CardFailure:
        """The card's 8-byte answer to a challenge of the verifier's: process factor and original data, 8 bytes each."""
        if len(proc8) != 8 or len(orig8) != 8:
            raise ValueError("a challenge is two values of 8 bytes")
        response = self._send(Command(0x00, INS_INTERNAL_AUTHENTICATE, 0x00, 0x00, proc8 + orig8))
        match response.status:
            case Status.OK if len(response.data) == 8:
                return response.data
            case Status.OK:
                return CardFailure(CardState.MALFORMED, Step.PROOF, "the answer is not 8 bytes long")
            case Status.MEMORY_FAILURE | Status.APPLICATION_LOCKED | Status.UNKNOWN:
                return _failure(Step.PROOF, response)
            case _:
                return NoProof(response.status_word)

    def probe_pin(self) -> PinProbe | CardFailure:
        """Ask with an empty VERIFY how many tries are left: costs none. Comes before the first `verify_pin` of a connection."""
        response = self._send(Command(0x00, INS_VERIFY, 0x00, 0x00, p3=0x00))
        match response.status:
            case Status.OK:
                self._probe = PinNotSet()
            case Status.TRIES_LEFT if response.tries_left > 0:
                self._probe = PinTries(response.tries_left)
            case Status.TRIES_LEFT | Status.PIN_LOCKED:
                self._probe = PinLocked()
            case _:
                self._probe = None
                return _failure(Step.PIN_PROBE, response)
        return self._probe

    def verify_pin(self, pin: bytearray) -> PinVerdict:
        """VERIFY with the typed digits (ASCII). `pin` is wiped whatever happens, so one entry can never be sent twice.

        Nothing is sent, and no try spent, when the digits do not fit the profile or the probe said locked. Raises Cancelled
        before anything is sent; RuntimeError (a bug of the caller) without a probe that said a PIN is asked for.
        """
        try:
            refusal = self._before_pin(pin)
            if refusal is not None:
                return refusal
            return self._present(Command(0x00, INS_VERIFY, 0x00, 0x00, _packed(pin)))
        finally:
            wipe(pin)

    def change_pin(self, old: bytearray, new: bytearray) -> PinVerdict:
        """CHANGE PIN (80 5E 01 00, old, FF, new), typed digits as for `verify_pin`. PinVerified: the card took the new one.

        Both buffers are wiped whatever happens. After PinUnknown only the card knows which PIN holds.
        """
        try:
            refusal = self._before_pin(old, new)
            if refusal is not None:
                return refusal
            old_packed, new_packed = _packed(old), _packed(new)
            data = old_packed + b"\xff" + new_packed
            wipe(old_packed)
            wipe(new_packed)
            return self._present(Command(0x80, INS_CHANGE_PIN, 0x01, 0x00, data))
        finally:
            wipe(old)
            wipe(new)

    # ---- PIN --------------------------------------------------------------------------------------------------------

    def _before_pin(self, *pins: bytearray) -> PinRefusedFormat | PinLocked | None:
        match self._probe:
            case None | PinNotSet():
                raise RuntimeError("a PIN goes to a card only after its probe said that one is asked for")
            case PinLocked():
                return PinLocked()
            case PinTries():
                return None if all(self._profile.fits(pin) for pin in pins) else PinRefusedFormat()
            case _:
                assert_never(self._probe)

    def _present(self, command: Command) -> PinVerdict:
        """Send a PIN once. Until the card has said what came of it, no second PIN goes out without a new probe."""
        probe, self._probe = self._probe, None
        try:
            response = self._send(command)
        except Cancelled:
            self._probe = probe  # nothing was sent
            if isinstance(command.data, bytearray):
                wipe(command.data)
            raise
        except _GONE:
            return PinUnknown(None)
        match response.status:
            case Status.OK:
                self._probe = probe
                return PinVerified()
            case Status.TRIES_LEFT if response.tries_left > 0:
                self._probe = PinTries(response.tries_left)
                return PinWrong(response.tries_left)
            case Status.TRIES_LEFT | Status.PIN_LOCKED:
                self._probe = PinLocked()
                return PinLocked()
            case _:
                return PinUnknown(response.status_word)

    # ---- reading ----------------------------------------------------------------------------------------------------

    def _send(self, command: Command) -> Response:
        if self._cancelled():
            raise Cancelled
        return exchange(self._connection, command)

    def _read_file(self, layout: FileLayout) -> Sequence[Record]:
        """All of a file's records that the card has. Whole file first; what cards of the field refuse, the next way gives.

        Raises _Refused, Malformed.
        """
        self._select_file(layout)
        response = self._send(Command(0x00, INS_READ_RECORD, 0x01, 0x05, p3=layout.whole))
        if not response.ok:
            if response.status not in _OTHER_WAY:
                raise _Refused(response)
            return self._read_by_tag(layout, {})
        try:
            records = parse_records(layout.name, response.data, layout.tags)
        except Malformed:
            if len(response.data) != layout.whole:
                raise
            # Exactly as long as asked for: perhaps a longer file, cut by our Le. The records one by one tell.
            return self._read_by_tag(layout, {})
        known = {record.tag: record for record in records}
        if all(item.tag in known for item in layout.items):
            return records
        # Records are missing: the card has none of them, or one before them is cut and took them for its own value.
        try:
            one_by_one = self._read_by_tag(layout, {})
        except _Refused as refused:
            if refused.response.status in _OTHER_WAY and not refused.partly:
                return records  # a card that can only give whole files
            raise
        return one_by_one

    def _select_file(self, layout: FileLayout) -> None:
        for p1 in (0x02, 0x00):  # LD/T 32 says 02; cards of the field know only 00
            response = self._send(Command(0x00, INS_SELECT, p1, 0x00, layout.fid.to_bytes(2)))
            if response.ok:
                return
            if response.status not in _OTHER_WAY:
                break
        raise _Refused(response)

    def _read_by_tag(self, layout: FileLayout, known: dict[int, Record]) -> Sequence[Record]:
        """The records that are not known yet, each by its identifier; a card that knows no identifiers is asked by number."""
        found = dict(known)
        for item in layout.items:
            if item.tag in found:
                continue
            response = self._send(Command(0x00, INS_READ_RECORD, item.tag, 0x00, p3=item.length + 2))
            if response.ok:
                found[item.tag] = _only_record(layout, item.tag, response.data)
            elif response.status not in _OTHER_WAY:
                raise _Refused(response)
            elif response.status is not Status.RECORD_NOT_FOUND and len(found) > len(known):
                # It does know identifiers: this record is there and cannot be read.
                raise _Refused(response, partly=True)
            elif item.required or response.status is not Status.RECORD_NOT_FOUND:
                return self._read_by_number(layout, found, response)
        return list(found.values())

    def _read_by_number(self, layout: FileLayout, known: dict[int, Record], by_tag: Response) -> Sequence[Record]:
        """Record after record until 6A83. A card that knows no numbers either has said all in `known`, or refused `by_tag`."""
        found = dict(known)
        for number in range(1, 2 * len(layout.items) + 1):
            likely = layout.items[min(number, len(layout.items)) - 1]
            response = self._send(Command(0x00, INS_READ_RECORD, number, 0x04, p3=likely.length + 2))
            if response.ok:
                record = _only_record(layout, None, response.data)
                found.setdefault(record.tag, record)
            elif response.status not in _OTHER_WAY:
                raise _Refused(response)
            elif number == 1 and not known:
                raise _Refused(by_tag)
            else:
                break
        return list(found.values())


def _only_record(layout: FileLayout, tag: int | None, data: bytes) -> Record:
    """One record and nothing beside it; of `tag` where one was asked for. Raises Malformed."""
    records = parse_records(layout.name, data, layout.tags)
    if len(records) != 1 or (tag is not None and records[0].tag != tag):
        raise Malformed(layout.name, tag, "another record than the one asked for")
    return records[0]


def _packed(pin: bytearray) -> bytearray:
    """ASCII digits as packed BCD, an odd number filled up with an F nibble. The caller wipes what it gets."""
    packed = bytearray((len(pin) + 1) // 2)
    for place in range(len(packed)):
        low = pin[2 * place + 1] & 0x0F if 2 * place + 1 < len(pin) else 0x0F
        packed[place] = (pin[2 * place] & 0x0F) << 4 | low
    return packed


def _issued_in_beijing(atr: bytes) -> bool:
    """The historical bytes T8 and T9 are the area's first four digits; the last eight bytes begin with T6 (LD/T 32 part 2)."""
    return len(atr) >= 8 and atr[-6] == 0x11


def _word(response: Response) -> str:
    return f"{response.status_word:04X}"


def _failure(step: Step, response: Response) -> CardFailure:
    """What a status word says of the card when no step makes a special case of it. Exhaustive over Status."""
    state: FailedState
    match response.status:
        case Status.APPLICATION_LOCKED:
            state = CardState.APPLICATION_LOCKED
        case Status.PIN_LOCKED:
            state = CardState.PIN_LOCKED
        case (
            Status.OK
            | Status.MORE_DATA
            | Status.WRONG_LE
            | Status.TRIES_LEFT
            | Status.FILE_INVALIDATED
            | Status.MEMORY_FAILURE
            | Status.WRONG_LENGTH
            | Status.INVALID_STATE
            | Status.FILE_STRUCTURE
            | Status.SECURITY_NOT_MET
            | Status.RANDOM_INVALID
            | Status.CONDITIONS_NOT_MET
            | Status.NO_CURRENT_FILE
            | Status.SECURE_MESSAGING_WRONG
            | Status.WRONG_DATA
            | Status.LOCKED_OR_UNSUPPORTED
            | Status.FILE_NOT_FOUND
            | Status.RECORD_NOT_FOUND
            | Status.NO_SPACE
            | Status.WRONG_P1P2
            | Status.KEY_NOT_FOUND
            | Status.WRONG_OFFSET
            | Status.INS_UNSUPPORTED
            | Status.CLA_UNSUPPORTED
            | Status.NO_DIAGNOSIS
            | Status.MAC_WRONG
            | Status.BALANCE
            | Status.COUNTER
            | Status.KEY_INDEX
            | Status.MAC_UNAVAILABLE
            | Status.UNKNOWN
        ):
            state = CardState.FAULTY
        case _:
            assert_never(response.status)
    return CardFailure(state, step, _word(response))
