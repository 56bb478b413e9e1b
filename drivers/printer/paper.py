"""Breaks a slip into lines of the printer's own columns, and says which characters a printer has.

A column is 12 dots: one ASCII character of font A; a Han character takes two (ESC/POS, FS & mode), and large text twice as many.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never

from drivers.printer.protocol import Align, Code, Gap, Pair, PaperWidth, Rule, Slip, TextLine

COLUMN: Final = 12
"""Dots."""
_NO_START: Final = frozenset("，。、；：？！）》」』】％,.;:?!)%”’…")
"""A line does not begin with these: they hang on the one before, which is broken one character earlier."""
_ACTS: Final = frozenset(["Cc", "Cf", "Cs"])
_BREAKS_AFTER: Final = frozenset(" -")


@dataclass(frozen=True, slots=True)
class Set:
    """A piece of a line and the column that it begins in."""

    column: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Laid:
    """One line of text: its pieces from left to right. Columns are those of the paper, also for large text."""

    pieces: tuple[Set, ...]
    strong: bool
    large: bool

    @property
    def text(self) -> str:
        """As a printer without other means sets it: columns in between filled with spaces."""
        unit = 2 if self.large else 1
        line, column = "", 0
        for piece in self.pieces:
            gap = max(0, piece.column - column) // unit
            line += " " * gap + piece.text
            column += (gap + columns(piece.text)) * unit
        return line


Row = Laid | Rule | Gap | Code


def columns(text: str) -> int:
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    return 1 if char.isascii() else 2


def has_character(char: str) -> bool:
    """Printers sold in China have ASCII and the characters of GBK in two bytes; of the rest of GB 18030 most have none: its four
    bytes, its user-defined areas, and what it moved from there (FE50-FEA0)."""
    if char.isascii():
        return char.isprintable()
    coded = char.encode("gb18030", errors="ignore")
    if len(coded) != 2:
        return False
    lead, trail = coded
    if unicodedata.category(char) == "Co":
        return False
    if 0xA1 <= lead <= 0xA7:
        return trail >= 0xA1
    if lead == 0xFE:
        return trail < 0x50
    return trail <= 0xA0 if 0xAA <= lead <= 0xAF or lead >= 0xF8 else True


def can_set(line: Laid) -> bool:
    """The printer has every character of it."""
    return all(has_character(char) for piece in line.pieces for char in piece.text)


def rows(slip: Slip, width: PaperWidth) -> tuple[Row, ...]:
    """The slip as lines of this paper."""
    return tuple(_rows(slip, width.value // COLUMN))


def _rows(slip: Slip, room: int) -> Iterator[Row]:
    for line in slip:
        match line:
            case TextLine():
                unit = 2 if line.large else 1
                for text in broken(line.text, room // unit):
                    left = room - columns(text) * unit
                    column = 0 if line.align is Align.LEFT else left // 2 // unit * unit
                    yield Laid((Set(column, text),), line.strong, line.large)
            case Pair():
                yield from _pair(line, room)
            case Rule() | Gap() | Code():
                yield line
            case _:
                assert_never(line)


def _pair(pair: Pair, room: int) -> Iterator[Row]:
    label, value = _clean(pair.label), _clean(pair.value)
    if columns(label) + 1 + columns(value) <= room:
        yield Laid((Set(0, label), Set(room - columns(value), value)), pair.strong, False)
        return
    for text in broken(label, room):
        yield Laid((Set(0, text),), False, False)
    for text in broken(value, room - 2):
        yield Laid((Set(room - columns(text), text),), pair.strong, False)


def _clean(text: str) -> str:
    """Nothing in it moves the paper or the printer's mind."""
    kept = (" " if char.isspace() else char for char in text)
    return "".join(char for char in kept if unicodedata.category(char) not in _ACTS)


def broken(text: str, room: int) -> list[str]:
    """Lines of at most `room` columns: between words and anywhere between Han characters. A word that is longer is cut."""
    return [line for paragraph in text.split("\n") for line in _broken(_clean(paragraph), room)]


def _broken(text: str, room: int) -> list[str]:
    lines: list[str] = []
    start = 0
    while start < len(text):
        end, used = start, 0
        while end < len(text) and used + _columns(text[end]) <= room:
            used += _columns(text[end])
            end += 1
        if end < len(text):
            end = _break(text, start, max(end, start + 1))
        lines.append(text[start:end].rstrip())
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
    return lines or [""]


def _break(text: str, start: int, end: int) -> int:
    """The last good place to break in (start, end]."""
    at = end
    while at > start + 1:
        before, after = text[at - 1], text[at]
        inside_word = before.isascii() and after.isascii() and before not in _BREAKS_AFTER and after != " "
        if not inside_word and after not in _NO_START:
            return at
        at -= 1
    return end
