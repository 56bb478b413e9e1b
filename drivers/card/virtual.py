"""A whole social security card in software: what a real chip answers, byte for byte, with the quirks and faults of its file.

Source: the card side of LD/T 32 parts 5 and 7 and of 人社信息函〔2012〕37号. The virtual card plugs into pcscd by
`drivers.card.vpcd`; unit tests talk to it directly through `VirtualConnection`. Not used by `kiosk run`.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from drivers.card import apdu as iso
from drivers.card.cardfile import CardFile, Fault, Kind, MasterKeys
from drivers.card.layout import SSSE, Algorithm
from drivers.card.proof import card_key, internal_auth_answer
from drivers.card.reader import CardLost, ReaderFault
from drivers.card.tlv import Record

_OK: Final = 0x9000
_EF05, _EF06 = 0xEF05, 0xEF06


class Pulled(Exception):
    """A fault: the card left the slot at this command."""


class Silent(Exception):
    """A fault: the card gives no answer to this command, nor to any other until it is powered on again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One command that reached the card, without its data. `lc` 0: it had none."""

    ins: int
    p1: int
    p2: int
    lc: int
    status_word: int | None  # None: no answer left the card


@dataclass(slots=True)
class _Planned:
    fault: Fault
    done: int = 0


class VirtualCard:
    """One card. What is written to it (PIN, tries) stays over power cycles, as in a chip. One thread at a time."""

    def __init__(self, file: CardFile, keys: MasterKeys, sleep: Callable[[float], None] = time.sleep) -> None:
        self.file = file
        self.seen: deque[Seen] = deque(maxlen=4096)
        self.fired = 0  # how many faults have happened in this card's life
        self._key, self._algorithm = _chip_key(file, keys), file.chip.algorithm
        self._files = {
            _EF05: _image(file, "EF05", file.issuer_records()),
            _EF06: _image(file, "EF06", file.holder_records()),
        }
        self._pin = file.pin.value
        self._tries = file.pin.limit if file.pin.tries_left is None else file.pin.tries_left
        self._answers = 0
        self._faults: list[_Planned] = []
        self._sleep = sleep
        self._torn = threading.Event()
        self._powered = False
        for fault in file.faults:
            self.add_fault(fault)
        self._reset()

    @property
    def atr(self) -> bytes:
        return self.file.chip.atr

    @property
    def powered(self) -> bool:
        return self._powered

    @property
    def tries_left(self) -> int:
        return self._tries

    def has_pin(self, digits: str) -> bool:
        """What an observer outside sees of the chip: no try is spent."""
        return self._pin == digits

    def add_fault(self, fault: Fault) -> None:
        """Let something go wrong from now on."""
        self._faults.append(_Planned(fault))

    def clear_faults(self) -> None:
        self._faults.clear()

    def tear(self) -> None:
        """From any thread: the card leaves the slot now. A command that is being delayed ends at once, not carried out."""
        self._torn.set()

    def power_on(self) -> None:
        """Cold reset: the answer to reset takes its time on the line."""
        self._torn.clear()
        self._reset()
        self._powered = True
        self._line(len(self.atr))

    def power_off(self) -> None:
        """PIN and key states die."""
        self._reset()
        self._powered = False

    def transmit(self, apdu: bytes) -> bytes:
        """One APDU in, one out. Raises Pulled or Silent where a fault says so, or while the card has no power."""
        if not self._powered or self._silent or self.file.kind is Kind.MUTE or len(apdu) < 4:
            raise Silent
        fault = self._due(apdu[1])
        answer = self._faulty(fault, apdu) if fault else self._answer(apdu)
        self._note(apdu, int.from_bytes(answer[-2:]) if len(answer) > 1 else None)
        self._line(len(apdu) + len(answer))
        return answer

    # ---- power, line, faults ----------------------------------------------------------------------------------------

    def _reset(self) -> None:
        self._selected = False
        self._current: int | None = None
        self._verified = False
        self._waiting = b""
        self._silent = False
        self._commands = 0
        self._of_ins: Counter[int] = Counter()

    def _line(self, count: int) -> None:
        if self.file.chip.byte_ms:
            self._sleep(count * self.file.chip.byte_ms / 1000)

    def _due(self, ins: int) -> Fault | None:
        index = self._commands
        self._commands += 1
        self._of_ins[ins] += 1
        for planned in self._faults:
            fault = planned.fault
            here = fault.index == index if fault.ins is None else (fault.ins == ins and fault.nth == self._of_ins[ins])
            if here and (fault.times is None or planned.done < fault.times):
                planned.done += 1
                self.fired += 1
                return fault
        return None

    def _faulty(self, fault: Fault, apdu: bytes) -> bytes:
        match fault.action:
            case "remove":
                self._note(apdu, None)
                raise Pulled
            case "tear":
                self._begin(apdu)
                self._note(apdu, None)
                raise Pulled
            case "remove_after":
                self._answer(apdu)
                self._note(apdu, None)
                raise Pulled
            case "mute":
                self._silent = True
                self._note(apdu, None)
                raise Silent
            case "status":
                return fault.status_word.to_bytes(2)
            case "delay":
                if self._torn.wait(fault.ms / 1000):
                    self._note(apdu, None)
                    raise Pulled
                return self._answer(apdu)
            case "truncate":
                answer = self._answer(apdu)
                return answer[: max(0, len(answer) - 2 - fault.count)] + answer[-2:]
            case "corrupt":
                flipped = bytearray(self._answer(apdu))
                flipped[(len(flipped) - 2) // 2] ^= 0x10
                return bytes(flipped)
            case _:
                assert_never(fault.action)

    def _note(self, apdu: bytes, status_word: int | None) -> None:
        self.seen.append(Seen(apdu[1], apdu[2], apdu[3], apdu[4] if len(apdu) > 5 else 0, status_word))

    # ---- commands ---------------------------------------------------------------------------------------------------

    def _answer(self, apdu: bytes) -> bytes:
        cla, ins, p1, p2 = apdu[:4]
        data, le = _body(apdu)
        if data is None:
            return _sw(0x6700)
        if ins != iso.INS_GET_RESPONSE:
            self._waiting = b""
        match cla, ins:
            case 0x00, iso.INS_GET_RESPONSE:
                return self._give(self._waiting, le, case4=False)
            case 0x00, iso.INS_SELECT:
                return self._select(p1, data, le)
            case 0x00, iso.INS_READ_RECORD:
                return self._read(p1, p2, le)
            case 0x00, iso.INS_INTERNAL_AUTHENTICATE:
                return self._authenticate(data, le)
            case 0x00, iso.INS_VERIFY:
                return self._verify(p1, p2, data)
            case 0x80, iso.INS_CHANGE_PIN:
                return self._change(p1, p2, data)
            case ((0x00 | 0x80), _):
                return _sw(0x6D00)
            case _:
                return _sw(0x6E00)

    def _give(self, data: bytes, le: int | None, *, case4: bool) -> bytes:
        """Data by the rules of T=0: 61xx after a command with data, 6Cxx unless Le is what there is."""
        if not self.file.quirks.t0:
            return data + _sw(_OK)
        if case4:
            self._waiting = data
            return _sw(0x6100 | len(data) & 0xFF)
        if not data:
            return _sw(0x6985)
        if le is None or le % 256 != len(data) % 256:
            return _sw(0x6C00 | len(data) & 0xFF)
        self._waiting = b""
        return data + _sw(_OK)

    def _select(self, p1: int, data: bytes, le: int | None) -> bytes:
        if p1 == 0x04:
            if self.file.kind is not Kind.SOCIAL_SECURITY or data != SSSE:
                return _sw(0x6A82)
            self._selected, self._current = True, None
            return self._give(_fci(self._algorithm), le, case4=True)
        fid = int.from_bytes(data)
        if not self._selected or fid not in self._files:
            return _sw(0x6A82)
        if p1 not in self.file.quirks.select_file_p1:
            return _sw(0x6A86)
        self._current = fid
        return _sw(_OK)

    def _read(self, p1: int, p2: int, le: int | None) -> bytes:
        quirks = self.file.quirks
        fid = 0xEF00 | p2 >> 3 if p2 >> 3 else self._current
        if not self._selected or fid is None:
            return _sw(0x6986)
        if fid not in self._files:
            return _sw(0x6A82)
        if fid == _EF06 and quirks.holder_closed:
            return _sw(0x6982)
        records = self._files[fid]
        match p2 & 0x07:
            case 0x00 if quirks.by_tag:
                found = [image for tag, image in records if tag == p1]
            case 0x04 if quirks.by_number:
                found = [image for _, image in records[p1 - 1 : p1]] if p1 else []
            case 0x05 if quirks.whole_file:
                found = [b"".join(image for _, image in records[p1 - 1 :])] if 0 < p1 <= len(records) else []
            case _:
                return _sw(0x6A86)
        return self._give(found[0], le, case4=False) if found else _sw(0x6A83)

    def _authenticate(self, data: bytes, le: int | None) -> bytes:
        if not self._selected:
            return _sw(0x6985)
        if len(data) not in (16, 17):  # a 17th byte names the key's version
            return _sw(0x6700)
        if self._key is None:
            return _sw(0x6A88)
        answer = internal_auth_answer(self._key, self._algorithm, data[:8], data[8:16])
        if self.file.quirks.unsteady_answer:
            self._answers += 1
            answer = answer[:-1] + bytes((answer[-1] ^ self._answers & 0xFF,))
        return self._give(answer, le, case4=True)

    def _verify(self, p1: int, p2: int, data: bytes) -> bytes:
        quirks = self.file.quirks
        if (p1, p2) != (0, 0):
            return _sw(0x6A86)
        if not self._selected:
            return _sw(0x6985)
        if not data:
            return _sw(_OK) if quirks.probe_says_no_pin or self._verified else self._state_of_pin()
        if quirks.accepts_any_pin or self._pin is None:
            return _sw(_OK)
        return self._compare(data)

    def _change(self, p1: int, p2: int, data: bytes) -> bytes:
        if (p1, p2) != (1, 0):
            return _sw(0x6A86)
        if not self._selected or self._pin is None:
            return _sw(0x6985)
        old, separator, new = data.partition(b"\xff")
        digits = new.hex().upper().removesuffix("F")
        if not separator or not digits.isdigit() or not 4 <= len(digits) <= 12:
            return _sw(0x6A80)
        result = self._compare(old)
        if result == _sw(_OK):
            self._pin = digits
        return result

    def _begin(self, apdu: bytes) -> None:
        """As far as a command comes before it writes: one that brings a PIN has its try counted."""
        takes_pin = apdu[:2] in (bytes((0x00, iso.INS_VERIFY)), bytes((0x80, iso.INS_CHANGE_PIN)))
        if takes_pin and _body(apdu)[0] and self._selected and self._pin is not None and self._tries:
            self._tries, self._verified = self._tries - 1, False

    def _compare(self, packed: bytes) -> bytes:
        if self._tries == 0:
            return _sw(0x6983)
        digits = packed.hex().upper().removesuffix("F")
        if not digits.isdigit() or not 4 <= len(digits) <= 12:
            return _sw(0x6700)
        if digits == self._pin:
            self._tries, self._verified = self.file.pin.limit, True
            return _sw(_OK)
        self._tries, self._verified = self._tries - 1, False
        return self._state_of_pin()

    def _state_of_pin(self) -> bytes:
        if self._pin is None:
            return _sw(_OK)
        return _sw(0x63C0 | self._tries) if self._tries else _sw(0x6983)


class VirtualConnection:
    """A virtual card as a `drivers.card.reader.Connection`, with no PC/SC in between."""

    def __init__(self, card: VirtualCard) -> None:
        self._card = card
        self._gone = False
        card.power_on()

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        if self._gone:
            raise CardLost
        try:
            return self._card.transmit(bytes(apdu))
        except Pulled:
            self._gone = True
            raise CardLost from None
        except Silent:
            raise ReaderFault(0x80100016) from None  # SCARD_E_NOT_TRANSACTED, as PC/SC says it

    def disconnect(self) -> None:
        self._gone = True
        self._card.power_off()


def _sw(status_word: int) -> bytes:
    return status_word.to_bytes(2)


def _body(apdu: bytes) -> tuple[bytes | None, int | None]:
    """Data and Le of a short APDU; data None when Lc does not fit."""
    if len(apdu) <= 4:
        return b"", None
    if len(apdu) == 5:
        return b"", apdu[4]
    lc, rest = apdu[4], apdu[5:]
    if lc == len(rest):
        return rest, None
    return (rest[:-1], rest[-1]) if lc == len(rest) - 1 else (None, None)


def _fci(algorithm: Algorithm) -> bytes:
    name = b"\x84" + bytes((len(SSSE),)) + SSSE
    own = b"\x88\x01\x1e\x9f\x0c\x03\x86\x01" + bytes((algorithm,))
    body = name + b"\xa5" + bytes((len(own),)) + own
    return b"\x6f" + bytes((len(body),)) + body


def _image(file: CardFile, name: str, records: tuple[Record, ...]) -> tuple[tuple[int, bytes], ...]:
    """Each record as it lies in the chip: tag, length, and as much of the value as a damage left."""
    kept = {damage.tag: damage.keep for damage in file.damage if damage.file == name}
    return tuple(
        (record.tag, bytes((record.tag, len(record.value))) + record.value[: kept.get(record.tag, len(record.value))])
        for record in records
    )


def _chip_key(file: CardFile, keys: MasterKeys) -> bytes | None:
    master = keys.of(file.chip.algorithm)
    if file.kind is not Kind.SOCIAL_SECURITY or file.quirks.key == "none" or master is None:
        return None
    key = card_key(master, file.chip.atr, file.key_area, file.chip.algorithm)
    return bytes(byte ^ 0xA5 for byte in key) if file.quirks.key == "foreign" else key
