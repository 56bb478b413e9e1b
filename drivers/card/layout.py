"""Files, records, encodings and decoders of the social security application, per generation, as data.

Source: 人社信息函〔2012〕37号 (card file structure and data items V2.0: EF05 and EF06, Annex A for the check character)
and LD/T 32 part 5. A value comes out whole or not at all: what is truncated, of the wrong length or not decodable is
`Malformed`, with no content in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum, unique
from typing import Final, assert_never

from drivers.card.tlv import Malformed, Record

SSSE: Final = b"sx1.sh." + "社会保障".encode("gb2312")
"""The application identifier (DF name) of 社会保障系统环境."""


@unique
class Algorithm(IntEnum):
    """Algorithm id in the application's FCI (6F / A5 / 9F0C / 86)."""

    DES = 0x01  # DES and 3DES
    SSF33 = 0x02
    SM4 = 0x03


@unique
class Generation(Enum):
    """The card's generation, by the first three characters of 规范版本 (EF05 record 03)."""

    FIRST = "1.0"
    SECOND = "2.0"
    THIRD = "3.0"
    OTHER = "other"  # a version that no table knows: read as the newest one, shown as it stands


def generation_of(version: str) -> Generation:
    """Empty is the first generation: its oldest cards leave the record empty."""
    match version[:3]:
        case "" | "1.0":
            return Generation.FIRST
        case "2.0":
            return Generation.SECOND
        case "3.0":
            return Generation.THIRD
        case _:
            return Generation.OTHER


@unique
class Coding(Enum):
    """How a record's value is written."""

    HEX = "hex"  # cn that holds hexadecimal letters too (it embeds an RID): every nibble counts
    CN = "cn"  # packed BCD, left-aligned, right-padded with F nibbles; all F is empty
    DATE = "date"  # cn YYYYMMDD; all F or all 0 is empty
    AN = "an"  # ASCII, right-padded with 00 (seen: FF, space)
    TEXT = "text"  # GB 18030, right-padded like AN


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a file. `length` is its exact number of bytes."""

    tag: int
    name: str
    coding: Coding
    length: int
    required: bool = False


@dataclass(frozen=True, slots=True)
class FileLayout:
    """One record file: `fid` to SELECT it by, `whole` the bytes of all its records with their tags and lengths."""

    fid: int
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        return f"EF{self.fid & 0xFF:02X}"

    @property
    def whole(self) -> int:
        return sum(item.length + 2 for item in self.items)

    @property
    def tags(self) -> frozenset[int]:
        return frozenset(item.tag for item in self.items)

    def item(self, tag: int) -> Item | None:
        return next((item for item in self.items if item.tag == tag), None)


EF05: Final = FileLayout(
    0xEF05,
    (
        Item(0x01, "identification", Coding.HEX, 16, required=True),
        Item(0x02, "category", Coding.AN, 1),
        Item(0x03, "version", Coding.AN, 4),
        Item(0x04, "initialising_org", Coding.HEX, 12),
        Item(0x05, "issued", Coding.DATE, 4),
        Item(0x06, "expires", Coding.DATE, 4),
        Item(0x07, "number", Coding.AN, 9, required=True),
    ),
)
"""发卡机构数据: the same in every generation, because its record 03 is what tells the generation."""

_NAME_EXTENSION: Final = Item(0x4E, "name_extension", Coding.TEXT, 20)

_EF06_SECOND: Final = FileLayout(
    0xEF06,
    (
        Item(0x08, "ssn", Coding.AN, 18, required=True),
        Item(0x09, "name", Coding.TEXT, 30, required=True),
        _NAME_EXTENSION,
        Item(0x0A, "sex", Coding.AN, 1),
        Item(0x0B, "ethnicity", Coding.CN, 1),
        Item(0x0C, "birthplace", Coding.CN, 3),
        Item(0x0D, "born", Coding.DATE, 4),
    ),
)
_EF06_FIRST: Final = FileLayout(0xEF06, tuple(item for item in _EF06_SECOND.items if item is not _NAME_EXTENSION))

EF06: Final[Mapping[Generation, FileLayout]] = {
    Generation.FIRST: _EF06_FIRST,
    Generation.SECOND: _EF06_SECOND,
    Generation.THIRD: _EF06_SECOND,
    Generation.OTHER: _EF06_SECOND,
}
"""持卡人基本信息 per generation: the first has no name extension."""


@dataclass(frozen=True, slots=True, repr=False)
class IssuerData:
    """EF05. `identification` is 卡的识别码 (32 hexadecimal digits, upper case), `number` 卡号.

    `area` is the issuing area's six digits (GB/T 2260). `expires` None: the issuer wrote none. `number_check_ok` is advice
    for typing, never a ground to refuse a card: genuine first-generation cards fail it.
    """

    identification: str
    category: str | None
    version: str
    generation: Generation
    initialising_org: str | None
    issued: date | None
    expires: date | None
    number: str
    area: str
    number_check_ok: bool

    def __repr__(self) -> str:
        return f"IssuerData(generation={self.generation.name}, area={self.area})"


@dataclass(frozen=True, slots=True, repr=False)
class HolderData:
    """EF06. `ssn` is 社会保障号码 (most often, not always, a GB 11643 number); `name` is records 09 and 4E together.

    None: empty on the card. `sex`, `ethnicity` (GB/T 3304), `birthplace` (GB/T 2260) are the codes as they stand.
    """

    ssn: str | None
    name: str | None
    sex: str | None
    ethnicity: str | None
    birthplace: str | None
    born: date | None

    def __repr__(self) -> str:
        return "HolderData(<personal>)"


@dataclass(frozen=True, slots=True)
class HolderClosed:
    """EF06 asks for EXTERNAL AUTHENTICATE (6982): usual for 3.0 cards. Who the holder is says the central service."""


def number_check_ok(number: str) -> bool:
    """Whether a card number's ninth character fits (Annex A: weights 3 7 9 10 5 8 4 2, 11 minus the sum modulo 11)."""
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", number):
        return False
    weighted = sum(int(char, 36) * weight for char, weight in zip(number, (3, 7, 9, 10, 5, 8, 4, 2), strict=False))
    check = 11 - weighted % 11
    return number[8] == {10: "X", 11: "0"}.get(check, str(check))


# ---- decoding ------------------------------------------------------------


def decode_value(file: str, item: Item, value: bytes) -> str | date | None:
    """One record's value, or None when it is empty. Raises Malformed."""
    if len(value) != item.length:
        raise Malformed(file, item.tag, "wrong length")
    match item.coding:
        case Coding.HEX:
            return None if set(value) <= {0xFF} or set(value) <= {0x00} else value.hex().upper()
        case Coding.CN:
            return _cn(file, item.tag, value) or None
        case Coding.DATE:
            return _date(file, item.tag, value)
        case Coding.AN:
            return _an(file, item.tag, value) or None
        case Coding.TEXT:
            return _text(file, item.tag, _unpadded(value)) or None
        case _:
            assert_never(item.coding)


def _cn(file: str, tag: int, value: bytes) -> str:
    digits = value.hex().upper().rstrip("F")
    if digits and not digits.isdigit():
        raise Malformed(file, tag, "not packed BCD")
    return digits


def _date(file: str, tag: int, value: bytes) -> date | None:
    digits = _cn(file, tag, value)
    if not digits or digits == "00000000":
        return None
    if len(digits) != 8:
        raise Malformed(file, tag, "not a date")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise Malformed(file, tag, "not a date") from None


def _unpadded(value: bytes) -> bytes:
    return value.rstrip(b"\x00\xff ")


def _an(file: str, tag: int, value: bytes) -> str:
    body = _unpadded(value)
    if not all(0x20 < byte < 0x7F for byte in body):
        raise Malformed(file, tag, "not printable ASCII")
    return body.decode("ascii")


_STANDARD_HAN: Final = str.maketrans(
    dict(
        zip(
            "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864",
            "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u9fbb",
            strict=True,
        )
    )
)
"""Han characters that Python's codec, as GB 18030-2000, decodes to private-use code points; GB 18030-2022 has their own."""


def _text(file: str, tag: int, value: bytes) -> str:
    try:
        text = value.decode("gb18030").translate(_STANDARD_HAN)
    except UnicodeDecodeError:
        raise Malformed(file, tag, "not GB 18030") from None
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise Malformed(file, tag, "holds a character that cannot be written")
    return text.strip()


class _Values:
    """The decoded records of one file."""

    def __init__(self, layout: FileLayout, records: Iterable[Record]) -> None:
        self._layout = layout
        self._raw = {record.tag: record.value for record in records}
        for item in layout.items:
            if item.required and item.tag not in self._raw:
                raise Malformed(layout.name, item.tag, "is missing")

    def text(self, tag: int) -> str | None:
        value = self._decode(tag)
        return value if isinstance(value, str) else None

    def day(self, tag: int) -> date | None:
        value = self._decode(tag)
        return value if isinstance(value, date) else None

    def raw(self, tag: int) -> bytes:
        item = self._layout.item(tag)
        value = self._raw.get(tag, b"")
        if item is not None and tag in self._raw and len(value) != item.length:
            raise Malformed(self._layout.name, tag, "wrong length")
        return value

    def _decode(self, tag: int) -> str | date | None:
        item = self._layout.item(tag)
        if item is None or tag not in self._raw:
            return None
        return decode_value(self._layout.name, item, self._raw[tag])


def decode_issuer(records: Iterable[Record]) -> IssuerData:
    """EF05's records as IssuerData. Raises Malformed; the identification code and the card number must be there."""
    values = _Values(EF05, records)
    identification, number = values.text(0x01), values.text(0x07)
    if identification is None or not identification[:6].isdigit():
        raise Malformed(EF05.name, 0x01, "names no issuing area")
    if number is None or not re.fullmatch(r"[0-9A-Za-z]{1,9}", number):
        raise Malformed(EF05.name, 0x07, "not a card number")
    version = values.text(0x03) or ""
    return IssuerData(
        identification=identification,
        category=values.text(0x02),
        version=version,
        generation=generation_of(version),
        initialising_org=values.text(0x04),
        issued=values.day(0x05),
        expires=values.day(0x06),
        number=number,
        area=identification[:6],
        number_check_ok=number_check_ok(number),
    )


def decode_holder(generation: Generation, records: Iterable[Record]) -> HolderData:
    """EF06's records as HolderData. Raises Malformed.

    Record 4E continues 09 byte by byte: a four-byte character may begin in one and end in the other, so they are
    decoded together.
    """
    layout = EF06[generation]
    values = _Values(layout, records)
    name, extension = values.raw(0x09), _unpadded(values.raw(0x4E)) if layout.item(0x4E) else b""
    return HolderData(
        ssn=values.text(0x08),
        name=_text(layout.name, 0x09, _unpadded(name) + extension) or None,
        sex=values.text(0x0A),
        ethnicity=values.text(0x0B),
        birthplace=values.text(0x0C),
        born=values.day(0x0D),
    )


# ---- encoding: what a personalisation system does; the virtual card is written with it --------------------


def encode_value(item: Item, value: str | date | None) -> bytes:
    """The record's bytes. Raises ValueError for what does not fit."""
    match item.coding:
        case Coding.HEX:
            body, pad = bytes.fromhex(str(value or "")), b"\xff"
        case Coding.CN | Coding.DATE:
            digits = value.strftime("%Y%m%d") if isinstance(value, date) else (value or "")
            if digits and not digits.isdigit():
                raise ValueError(f"{item.name}: digits only")
            body, pad = bytes.fromhex(digits + "F" * (len(digits) % 2)), b"\xff"
        case Coding.AN:
            body, pad = str(value or "").encode("ascii"), b"\x00"
        case Coding.TEXT:
            body, pad = str(value or "").encode("gb18030"), b"\x00"
        case _:
            assert_never(item.coding)
    if len(body) > item.length:
        raise ValueError(f"{item.name}: longer than {item.length} bytes")
    return body + pad * (item.length - len(body))


def encode_issuer(values: Mapping[str, str | date | None]) -> tuple[Record, ...]:
    """EF05's records from values by item name."""
    return tuple(Record(item.tag, encode_value(item, values.get(item.name))) for item in EF05.items)


def encode_holder(generation: Generation, values: Mapping[str, str | date | None]) -> tuple[Record, ...]:
    """EF06's records from values by item name; a name that does not fit into 09 goes on in 4E.

    Raises ValueError for what does not fit.
    """
    layout = EF06[generation]
    name_item, extension_item = layout.item(0x09), layout.item(0x4E)
    name = str(values.get("name") or "").encode("gb18030")
    room = name_item.length if name_item else 0
    parts = {0x09: name[:room], 0x4E: name[room:]}
    if len(name) > room + (extension_item.length if extension_item else 0):
        raise ValueError("name: longer than the card's records")
    return tuple(
        Record(
            item.tag,
            parts[item.tag].ljust(item.length, b"\x00")
            if item.tag in parts
            else encode_value(item, values.get(item.name)),
        )
        for item in layout.items
    )


def encode_records(records: Iterable[Record]) -> bytes:
    """The records one after the other, as a whole-file read gives them."""
    return b"".join(bytes((record.tag, len(record.value))) + record.value for record in records)
