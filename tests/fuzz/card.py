"""Cards with rubbish in them: every answer of a good card may be changed, by structure or by byte, on its way to the kiosk.

What must hold, whatever came: the application ends with one of its results, never with an exception of another kind; and what it
gives as a value stands whole in what the card said: nothing shortened, nothing read from elsewhere, nothing made up.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from drivers.card import apdu as iso
from drivers.card.cardfile import CardFile, Kind, load_cards, load_keys
from drivers.card.layout import (
    EF05,
    EF06,
    SSSE,
    Coding,
    FileLayout,
    Generation,
    HolderClosed,
    HolderData,
    IssuerData,
    Item,
)
from drivers.card.reader import CardLost, ReaderFault
from drivers.card.ssc import CardFailure, NoProof, SocialSecurityCard
from drivers.card.states import PinLocked, PinNotSet, PinTries
from drivers.card.virtual import VirtualCard, VirtualConnection

_MOST_COMMANDS: Final = 160
"""More than any card needs, read record by record: a card that answers so that it is asked on and on would hold the visit."""

_WORDS: Final = (
    *(int(s.value, 16) for s in iso.Status if "x" not in s.value and s is not iso.Status.UNKNOWN),
    *(0x63C0 + tries for tries in range(16)),
    *(0x6100, 0x6101, 0x6110, 0x61FF, 0x6C00, 0x6C01, 0x6C20, 0x6CFF, 0x6300, 0x6800, 0x6FFF, 0x0000, 0xFFFF, 0x9001),
)
_TAGS: Final = tuple(item.tag for layout in (EF05, EF06[Generation.SECOND]) for item in layout.items)
_LENGTHS: Final = (0, 1, 2, 3, 4, 8, 9, 16, 18, 19, 20, 29, 30, 31, 127, 128, 129, 130, 254, 255)
_TEXTS: Final = (
    "测试甲",
    "·",
    "㐀",
    "𠀀",
    "欧阳·试",
    "A",
    "\u200e",
    "\u202e",
    "[b]",
    "",
    " ",
    "\x00",
    "\ufffd",
    "\ue816",
    "龴",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that an input broke. `what` holds synthetic content only."""

    what: str


class _Endless(Exception):
    """The card was asked more than it ever should be."""


class Changed:
    """A connection whose answers are changed. Implements `Connection`; keeps what it said."""

    def __init__(self, card: VirtualCard, rng: random.Random, share: float) -> None:
        self._inner = VirtualConnection(card)
        self._rng = rng
        self._share = share
        self._file: int | None = None
        self._left = _MOST_COMMANDS
        self.said: dict[int | None, list[bytes]] = {}
        """Whole answers with 9000 by the file that was selected; parts that came by GET RESPONSE are joined."""
        self.not_found = False
        self._part = b""

    @property
    def atr(self) -> bytes:
        return self._inner.atr

    def transmit(self, command: bytes | bytearray) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise _Endless
        answer = self._inner.transmit(command)
        if self._rng.random() < self._share:
            answer = changed(answer, self._rng)
        self._keep(bytes(command), answer)
        return answer

    def disconnect(self) -> None:
        self._inner.disconnect()

    def _keep(self, command: bytes, answer: bytes) -> None:
        if len(answer) < 2:
            return
        word = int.from_bytes(answer[-2:])
        if command[1] == iso.INS_SELECT and command[2] != 0x04:
            self._file = int.from_bytes(command[5:7])
        self._part += answer[:-2]
        if word >> 8 in (0x61, 0x6C):
            return
        if word == 0x9000:
            self.said.setdefault(self._file, []).append(self._part)
        elif word == 0x6A83:
            self.not_found = True
        self._part = b""


# ---- changing an answer ---------------------------------------------------------------------------------------------


def changed(answer: bytes, rng: random.Random) -> bytes:
    """One to three changes of an answer."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        answer = rng.choice(_CHANGES)(answer, rng)
    return answer


def _word(answer: bytes, rng: random.Random) -> bytes:
    word = rng.choice(_WORDS) if rng.random() < 0.8 else rng.randrange(0x10000)
    return (b"" if rng.random() < 0.5 else answer[:-2]) + word.to_bytes(2)


def _cut(answer: bytes, rng: random.Random) -> bytes:
    if rng.random() < 0.05:
        return answer[: rng.randrange(2)]  # not even a status word
    data = answer[:-2]
    return data[: rng.randrange(len(data) + 1)] + answer[-2:]


def _longer(answer: bytes, rng: random.Random) -> bytes:
    return (
        answer[:-2]
        + rng.choice((b"\x00", b"\xff", b"\x20", rng.randbytes(3), answer[:-2])) * rng.randint(1, 3)
        + answer[-2:]
    )


def _bit(answer: bytes, rng: random.Random) -> bytes:
    if not answer:
        return answer
    at = rng.randrange(len(answer))
    return answer[:at] + bytes((answer[at] ^ 1 << rng.randrange(8),)) + answer[at + 1 :]


def _byte(answer: bytes, rng: random.Random) -> bytes:
    if not answer:
        return answer
    at = rng.randrange(len(answer))
    return answer[:at] + bytes((rng.choice((0, 0x20, 0x7F, 0x80, 0xFF, rng.randrange(256))),)) + answer[at + 1 :]


def _records(answer: bytes, rng: random.Random) -> bytes:
    """The simple-TLV records of an answer: one is left out, doubled, moved, renamed, or its length or value is another."""
    records = [(tag, value) for tag, value in simple(answer[:-2])]
    if not records:
        return _bit(answer, rng)
    at = rng.randrange(len(records))
    tag, value = records[at]
    length: int | None = None
    match rng.randrange(8):
        case 0:
            del records[at]
        case 1:
            records.insert(rng.randrange(len(records) + 1), records[at])
        case 2:
            rng.shuffle(records)
        case 3:
            records[at] = (rng.choice((*_TAGS, 0x00, 0xFF, rng.randrange(256))), value)
        case 4:
            length = rng.choice((*_LENGTHS, max(0, len(value) - 1), (len(value) + 1) & 0xFF))
        case 5:
            records.insert(at, (rng.choice((0x4F, 0x5A, 0x10)), rng.randbytes(rng.randrange(12))))
        case _:
            records[at] = (tag, _value(value, rng))
    data = bytearray()
    for n, (name, content) in enumerate(records):
        data += bytes((name, length if length is not None and n == at else len(content) & 0xFF)) + content
    return bytes(data) + answer[-2:]


def _value(value: bytes, rng: random.Random) -> bytes:
    """Another content, mostly of the same length: what a personalisation system of the field might have written."""
    size = len(value)
    match rng.randrange(8):
        case 0:
            return rng.choice((b"\x00", b"\xff", b" ", b"0", b"\x30")) * size
        case 1:
            return rng.randbytes(size)
        case 2:
            day = rng.choice(
                ("20261331", "00010101", "99991231", "20260229", "2026FFFF", "00000000", "FFFFFFFF", "2A261120")
            )
            return bytes.fromhex(day)[:size].ljust(size, b"\xff")
        case 3:
            return (
                rng.choice(_TEXTS).encode("gb18030", "replace")[:size].ljust(size, rng.choice((b"\x00", b"\xff", b" ")))
            )
        case 4:
            return ("".join(rng.choice(_TEXTS) for _ in range(12))).encode("gb18030", "replace")[:size]
        case 5:
            return rng.choice((b"1.00", b"2.00", b"3.00", b"9.99", b"2.0", b"")).ljust(size, b"\x00")[:size]
        case 6:
            return value[: rng.randrange(size + 1)].ljust(size, rng.choice((b"\x00", b"\xff", b" ")))
        case _:
            return value[: rng.randrange(size + 1)]


def _fci(answer: bytes, rng: random.Random) -> bytes:
    """File control information of another kind, nested wrongly, too long, without end."""
    name = rng.choice((SSSE, SSSE[:-1], SSSE + b"\x00", b"1PAY.SYS.DDF01", b"", rng.randbytes(16)))
    algorithm = bytes((rng.choice((0, 1, 2, 3, 4, 0xFF)),)) * rng.choice((0, 1, 1, 1, 2))
    inner = b"\x86" + bytes((len(algorithm),)) + algorithm
    issuer = b"\x9f\x0c" + bytes((rng.choice((len(inner), len(inner), 0, 0x81, 0x82, 0xFF)),)) + inner
    private = b"\xa5" + bytes((len(issuer),)) + issuer
    content = b"\x84" + bytes((len(name),)) + name + private * rng.choice((0, 1, 1, 1, 2))
    return b"\x6f" + rng.choice((b"", b"", b"\x81")) + bytes((len(content) & 0xFF,)) + content + answer[-2:]


_CHANGES: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    _word,
    _cut,
    _longer,
    _bit,
    _byte,
    _records,
    _records,
    _records,
    _fci,
)


def simple(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Simple-TLV records as far as they go. Written apart from the product's own: two readers that agree are the test."""
    while len(data) >= 2 and data[0] not in (0x00, 0xFF) and len(data) >= 2 + data[1]:
        yield data[0], data[2 : 2 + data[1]]
        data = data[2 + data[1] :]


# ---- one input, and what must hold ------------------------------------------------------------------------------------


CARDS: Final[tuple[CardFile, ...]] = tuple(f for f in load_cards().values() if f.kind is not Kind.MUTE)
_KEYS: Final = load_keys()


def tried(rng: random.Random) -> Found | str:
    """One card with some answers changed, through the whole order. How it ended, or what it broke."""
    card = VirtualCard(rng.choice(CARDS), _KEYS, sleep=lambda _seconds: None)
    connection = Changed(card, rng, rng.choice((0.05, 0.15, 0.15, 0.4)))
    application = SocialSecurityCard(connection)
    try:
        return _order(application, connection)
    except (CardLost, ReaderFault) as gone:
        return type(gone).__name__
    except _Endless:
        return Found(f"more than {_MOST_COMMANDS} commands")
    except Exception as bug:
        return Found(f"{type(bug).__name__}: {bug}")


def _order(application: SocialSecurityCard, connection: Changed) -> Found | str:
    selected = application.select()
    if isinstance(selected, CardFailure):
        return f"{selected.step.value} {selected.state.value}"
    issuer = application.issuer_data()
    if isinstance(issuer, CardFailure):
        return f"{issuer.step.value} {issuer.state.value}"
    wrong = _of_issuer(issuer, connection)
    if wrong is not None:
        return wrong
    holder = application.holder_data()
    if isinstance(holder, CardFailure):
        return f"{holder.step.value} {holder.state.value}"
    if isinstance(holder, HolderData):
        wrong = _of_holder(issuer.generation, holder, connection)
        if wrong is not None:
            return wrong
    else:
        assert isinstance(holder, HolderClosed)
    proof = application.internal_authenticate(bytes(8), bytes(range(8)))
    if isinstance(proof, CardFailure):
        return f"{proof.step.value} {proof.state.value}"
    if not isinstance(proof, NoProof) and not any(proof in said for said in connection.said.values()):
        return Found("a proof that the card did not give")
    match application.probe_pin():
        case CardFailure(step=step, state=state):
            return f"{step.value} {state.value}"
        case PinTries(tries_left=left) if not 1 <= left <= 15:
            return Found("tries that no card has")
        case PinTries() | PinLocked() | PinNotSet():
            return "read to the end"


def _of_issuer(issuer: IssuerData, connection: Changed) -> Found | None:
    if issuer.area != issuer.identification[:6]:
        return Found("EF05: an area that is not the card's")
    for item in EF05.items:
        value = getattr(issuer, item.name)
        wrong = _stands(EF05, item, value if value != "" else None, connection)
        if wrong is not None:
            return wrong
    return None


def _of_holder(generation: Generation, holder: HolderData, connection: Changed) -> Found | None:
    layout = EF06[generation]
    for item in layout.items:
        if item.name not in ("name", "name_extension"):
            wrong = _stands(layout, item, getattr(holder, item.name), connection)
            if wrong is not None:
                return wrong
    return _name(layout, holder.name, connection)


def _stands(layout: FileLayout, item: Item, value: str | date | None, connection: Changed) -> Found | None:
    """A value is the whole of a record that the card gave; no value: the card gave none, or padding only."""
    given = _given(layout, item.tag, connection)
    whole = [raw for raw in given if len(raw) == item.length]
    if value is None:
        if connection.not_found or any(not _bare(raw, item.coding) for raw in whole) or not given:
            return None
        return Found(f"{layout.name} {item.name}: the card gave a value, none was read")
    if any(_written(item.coding, value, raw) for raw in whole):
        return None
    return Found(f"{layout.name} {item.name}: not what any whole record says")


def _name(layout: FileLayout, name: str | None, connection: Changed) -> Found | None:
    """Records 09 and 4E together; a name is read whole, never up to where it stops being readable."""
    extended = layout.item(0x4E) is not None
    firsts = [raw for raw in _given(layout, 0x09, connection) if len(raw) == 30]
    seconds = [raw for raw in _given(layout, 0x4E, connection) if len(raw) == 20] if extended else []
    if not firsts:
        return Found("EF06 name: no whole record of it")
    shown = "" if name is None else name
    for first in firsts:
        for second in [*seconds, b""]:
            try:
                text = (_bare(first, Coding.TEXT) + _bare(second, Coding.TEXT)).decode("gb18030").strip()
            except UnicodeDecodeError:
                continue
            if len(text) == len(shown) and all(
                a == b or 0xE000 <= ord(a) <= 0xF8FF for a, b in zip(text, shown, strict=True)
            ):
                return None
    return Found("EF06 name: not what the records say")


def _given(layout: FileLayout, tag: int, connection: Changed) -> list[bytes]:
    return [value for data in connection.said.get(layout.fid, ()) for name, value in simple(data) if name == tag]


def _bare(raw: bytes, coding: Coding) -> bytes:
    """Without padding."""
    match coding:
        case Coding.HEX:
            return b"" if raw.strip(b"\xff") == b"" or raw.strip(b"\x00") == b"" else raw
        case Coding.CN:
            return raw.rstrip(b"\xff")
        case Coding.DATE:
            return b"" if raw.strip(b"\xff") == b"" or raw.strip(b"\x00") == b"" else raw
        case Coding.AN | Coding.TEXT:
            return raw.rstrip(b"\x00\xff ")


def _written(coding: Coding, value: str | date, raw: bytes) -> bool:
    """Whether these bytes are how this value is written."""
    match coding:
        case Coding.HEX:
            return bytes.fromhex(str(value)) == raw
        case Coding.CN:
            return raw.hex().upper().rstrip("F") == value
        case Coding.DATE:
            return isinstance(value, date) and value.strftime("%Y%m%d").zfill(8) == raw.hex()
        case Coding.AN:
            return str(value).encode("ascii") == _bare(raw, coding)
        case Coding.TEXT:
            return str(value).encode("gb18030") == _bare(raw, coding)
