"""The two tag-length-value codings of the card: simple TLV of its records, BER-TLV of its file control information.

Sources: ISO/IEC 7816-4 (simple TLV, BER-TLV, FCI), 人社信息函〔2012〕37号 (records of the social security card).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass


class Malformed(Exception):
    """Something on the card is truncated, of the wrong length or not decodable. Never carries what was read.

    `file` is the file's identifier ("EF05", "FCI"), `tag` the record's or None where none could be told, `why` a fixed
    phrase.
    """

    def __init__(self, file: str, tag: int | None, why: str) -> None:
        super().__init__(f"{file} {'--' if tag is None else f'{tag:02X}'}: {why}")
        self.file = file
        self.tag = tag
        self.why = why


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """One simple-TLV record."""

    tag: int
    value: bytes

    def __repr__(self) -> str:
        return f"Record({self.tag:02X} <{len(self.value)} bytes>)"


def parse_records(file: str, data: bytes, tags: Collection[int]) -> tuple[Record, ...]:
    """Split concatenated simple-TLV records (tag, one length byte, value). Raises Malformed unless the last ends with the data.

    A tag that comes twice is malformed as well: which of the two is meant cannot be told. `tags` are those the file is known to
    have: where a record before was cut, what stands in a tag's place is content, and an error never names that.
    """
    records: dict[int, Record] = {}
    position = 0
    while position < len(data):
        tag = data[position]
        named = tag if tag in tags else None
        if tag in (0x00, 0xFF):
            raise Malformed(file, None, "not a record tag")
        if position + 1 == len(data):
            raise Malformed(file, named, "ends before its length")
        start, end = position + 2, position + 2 + data[position + 1]
        if end > len(data):
            raise Malformed(file, named, "ends before its value does")
        if tag in records:
            raise Malformed(file, named, "stands twice")
        records[tag] = Record(tag, data[start:end])
        position = end
    return tuple(records.values())


def find_ber(file: str, data: bytes, *path: int) -> bytes | None:
    """The value under nested BER-TLV tags, or None when one is absent. Raises Malformed when the coding does not close."""
    value = data
    for wanted in path:
        for tag, inner in list(_ber(file, value)):
            if tag == wanted:
                value = inner
                break
        else:
            return None
    return value


def _ber(file: str, data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(data):
        tag = data[position]
        position += 1
        if tag & 0x1F == 0x1F:  # the tag goes on; two bytes are all that ISO/IEC 7816-4 uses here
            if position == len(data):
                raise Malformed(file, tag, "ends inside its tag")
            tag = tag << 8 | data[position]
            position += 1
        if position == len(data):
            raise Malformed(file, tag, "ends before its length")
        length = data[position]
        position += 1
        if length == 0x81 and position < len(data):
            length = data[position]
            position += 1
        elif length > 0x7F:
            raise Malformed(file, tag, "has a length form that the card never uses")
        if position + length > len(data):
            raise Malformed(file, tag, "ends before its value does")
        yield tag, data[position : position + length]
        position += length
