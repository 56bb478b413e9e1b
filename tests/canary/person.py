"""The planted person: a card, a PIN and a record that occur nowhere else, and what they look like in memory.

Everything about the person is made up, and unmistakable: none of it is in a font, a catalogue, another card or a library.
"""

from __future__ import annotations

import base64
import json
import shutil
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from drivers.card.cardfile import CARDS, KEYS_FILE
from kiosk.masking import mask_phone
from kiosk.model import CardStatus
from kiosk.sandbox.central.faults import BY_ITSELF, Recorded
from kiosk.sandbox.central.population.people import card_check, id_check
from kiosk.ui import format as shown

CARD: Final = "canary"
NAME: Final = "试金丝雀鹂鸲"
NUMBER: Final = "37010219870605" + "739" + id_check("37010219870605" + "739")
CARD_NUMBER: Final = "K7351946" + card_check("K7351946")
IDENTIFICATION: Final = "370100D156000005" + "C5A9E371" + "9B4E27D6"
PIN: Final = "730915826470"
WRONG_PIN: Final = "618273940561"
NEW_PIN: Final = "418205937164"
"""Set when the card is activated."""
PINS: Final = (PIN, WRONG_PIN, NEW_PIN)
QUERY_PASSWORD: Final = "kq7zv3xwj9"
"""Typed on the keyboard where the person has no card along."""
TYPED_PHONE: Final = "13970528164"
"""On nobody's file."""
ATR: Final = "3B6D000000814A44468660370100C5A9E3"
"""Ends in the area and serial that the standard puts there."""

_CARD_FILE: Final = f"""\
id = "{CARD}"
zh = "金丝雀"
en = "The canary"

[chip]
atr = "{ATR}"
algorithm = "SM4"

[issuer]
identification = "{IDENTIFICATION}"
category = "3"
version = "3.00"
initialising_org = "915600000237010037010001"
issued = 2022-06-01
expires = 2032-06-01
number = "{CARD_NUMBER}"

[holder]
ssn = "{NUMBER}"
name = "{NAME}"
sex = "1"

[pin]
value = "{PIN}"

[person]
life = "employee"

[central]
status = "{{status}}"
"""

LEAST_AMOUNT: Final = 1_000_000
"""Fen. A sum with fewer digits may be anything."""
AMOUNTS: Final = 3
"""So many of the largest sums are searched for."""


def cards(folder: Path, status: CardStatus = CardStatus.NORMAL) -> Path:
    """A folder with this one card, that central knows so, and the simulated world's keys."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{CARD}.toml").write_text(_CARD_FILE.format(status=status.value), "utf-8")
    shutil.copy(CARDS / KEYS_FILE, folder)
    return folder


@unique
class Kind(StrEnum):
    """What is searched for."""

    NAME = "name"
    NUMBER = "id_number"
    CARD_NUMBER = "card_number"
    IDENTIFICATION = "identification"  # 卡识别码
    PIN = "pin"  # as digits
    PIN_BLOCK = "pin_block"  # packed BCD, as VERIFY carries it
    AMOUNT = "amount"  # balances, as drawn and as sent
    TOKEN = "token"  # what opened the record at central
    PHONE = "phone"  # on file, and typed
    CODE = "code"  # what came to them, and a clerk's one-time code
    PASSWORD = "password"  # a clerk's, and for the look-up without a card


@dataclass(frozen=True, slots=True)
class Needle:
    """Bytes to look for. `form`: how the fact is written."""

    kind: Kind
    form: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What central told of the person in the visits: sums in fen, session tokens."""

    amounts: frozenset[int]
    tokens: frozenset[str]
    phones: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    passwords: frozenset[str] = frozenset()

    @classmethod
    def of(cls, recording: Iterable[Recorded]) -> Told:
        amounts: set[int] = set()
        tokens: set[str] = set()
        for one in recording:
            if one.operation is None or not one.answer.startswith("{"):
                continue
            if one.operation in BY_ITSELF:
                continue  # their numbers are nobody's
            for key, value in _leaves(json.loads(one.answer)):
                if key == "token" and isinstance(value, str):
                    tokens.add(value)
                elif isinstance(value, int) and not isinstance(value, bool) and value >= LEAST_AMOUNT:
                    amounts.add(value)
        return cls(frozenset(sorted(amounts)[-AMOUNTS:]), frozenset(tokens))


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _leaves(inner, name)
        case list():
            for inner in value:
                yield from _leaves(inner, key)
        case _:
            yield key, value


def masked() -> str:
    """The ID number as central masks it."""
    return NUMBER[:3] + "*" * 11 + NUMBER[-4:]


def texts(told: Told) -> dict[Kind, tuple[str, ...]]:
    """Every fact as text, as Python objects hold it: any string that contains one is a hit."""
    return {
        Kind.NAME: (NAME, NAME[1:]),
        Kind.NUMBER: (NUMBER, masked(), f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}"),
        Kind.CARD_NUMBER: (CARD_NUMBER,),
        Kind.IDENTIFICATION: (IDENTIFICATION,),
        Kind.PIN: tuple(pin[:8] for pin in PINS),
        Kind.PIN_BLOCK: (),
        Kind.AMOUNT: tuple(
            text for fen in sorted(told.amounts) for text in {shown.money(fen), shown.amount(fen), str(fen)}
        ),
        Kind.TOKEN: tuple(sorted(told.tokens)),
        Kind.PHONE: tuple(form for phone in sorted(told.phones) for form in _phone_forms(phone)),
        Kind.CODE: tuple(f'"{code}"' for code in sorted(told.codes)),
        Kind.PASSWORD: tuple(sorted(told.passwords)),
    }


def _phone_forms(phone: str) -> Iterator[str]:
    """As sent, as masked by central, as the page writes it in groups."""
    yield phone
    yield mask_phone(phone)
    yield f"{phone[:3]} {phone[3:7]} {phone[7:]}"


def blobs(told: Told) -> dict[Kind, tuple[tuple[str, bytes], ...]]:
    """Every fact as bytes, with the name of its form."""
    found: dict[Kind, dict[bytes, str]] = {kind: {} for kind in Kind}
    facts = [(Kind.NAME, NAME[1:]), (Kind.NUMBER, NUMBER), *((Kind.PIN, pin[:8]) for pin in PINS)]
    facts += [(Kind.PHONE, phone) for phone in sorted(told.phones)]
    facts += [(Kind.PASSWORD, word) for word in sorted(told.passwords)]
    for one, fact in facts:
        found[one] |= {content: form for form, content in _encodings(fact)}
    # Six digits occur by chance: what ends there and what is quoted counts.
    found[Kind.CODE] |= {f"{code}\0".encode("utf-16-le"): "utf-16-le" for code in told.codes}
    found[Kind.CODE] |= {f"\0{code}\0".encode(): "C string" for code in told.codes}
    for few in (Kind.CARD_NUMBER, Kind.IDENTIFICATION, Kind.AMOUNT, Kind.TOKEN, Kind.PHONE, Kind.CODE):
        found[few] |= {fact.encode(codec): codec for fact in texts(told)[few] for codec in ("utf-8", "utf-16-le")}
    found[Kind.NUMBER][masked().encode()] = "masked"
    found[Kind.IDENTIFICATION][bytes.fromhex(IDENTIFICATION)] = "packed"
    for pin in PINS:
        found[Kind.PIN][bytes(map(int, pin[:8]))] = "digits 0..9"
        found[Kind.PIN_BLOCK][bytes.fromhex(pin)[:5]] = "packed"
    found[Kind.AMOUNT] |= {_int_object(fen): "int object" for fen in sorted(told.amounts)}
    return {kind: tuple((form, content) for content, form in forms.items()) for kind, forms in found.items()}


def needles(told: Told, small_ints: tuple[int, int]) -> tuple[Needle, ...]:
    """All that the memory is searched for.

    `small_ints`: the addresses of the integers 0 and 1: a PIN block as a list of integers is a row of such addresses.
    """
    zero, one = small_ints
    found = [Needle(kind, form, content) for kind, forms in blobs(told).items() for form, content in forms]
    for pin in PINS:
        row = b"".join(struct.pack("<Q", zero + byte * (one - zero)) for byte in bytes.fromhex(pin))
        found.append(Needle(Kind.PIN_BLOCK, "list of integers", row))
    assert all(len(needle.content) >= 5 for needle in found)
    return tuple(found)


def _encodings(fact: str) -> Iterator[tuple[str, bytes]]:
    """The ways in which a text is written: CPython's own (PEP 393), the card's, C libraries', JSON's, hex and base64."""
    codecs = ("utf-8",) if fact.isascii() else ("utf-8", "gb18030")
    for codec in (*codecs, "utf-16-le", "utf-16-be", "utf-32-le"):
        yield codec, fact.encode(codec)
    if not fact.isascii():
        yield "JSON escaped", json.dumps(fact)[1:-1].encode()
    for codec in codecs:
        raw = fact.encode(codec)
        yield f"hex of {codec}", raw.hex().encode()
        yield f"hex of {codec}", raw.hex().upper().encode()
        for shift in range(3):
            yield f"base64 of {codec}", _base64(raw, shift)


def _base64(raw: bytes, shift: int) -> bytes:
    """What base64 makes of `raw` when `shift` bytes stand before it and any after it: the part that depends on `raw` alone."""
    whole = base64.b64encode(bytes(shift) + raw)
    first = (0, 2, 3)[shift]
    last = (shift + len(raw)) * 8 // 6
    return whole[first:last]


def _int_object(value: int) -> bytes:
    """A CPython int: the count of its 30-bit digits, and the digits."""
    digits = []
    rest = value
    while rest:
        digits.append(rest & (1 << 30) - 1)
        rest >>= 30
    return struct.pack("<q", len(digits)) + b"".join(struct.pack("<I", digit) for digit in digits)


assert all(a != b for a, b in pairwise(PIN))
