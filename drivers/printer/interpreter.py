"""A receipt printer's own mind, for the simulated one: takes ESC/POS bytes, in any pieces, and blackens paper.

What it does not know it passes over as printers do: a byte of it at a time. It has the characters that printers sold in China
have (`paper.has_character`); for others it prints a box.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from drivers.printer import paper
from drivers.printer.protocol import Bitmap, Ink, PaperWidth

_LINE: Final = 30
_CELL: Final = 24
_BASELINE: Final = 21
_TO_KNIFE: Final = 72
"""Dots between print head and knife."""
_MOST_ROWS: Final = 20_000
_EM: Final = 23
_BOX: Final = "\ufffd"

_LENGTHS: Final = {
    b"\x1b@": 2, b"\x1bE": 3, b"\x1ba": 3, b"\x1bd": 3, b"\x1bJ": 3, b"\x1b3": 3, b"\x1b2": 2, b"\x1bM": 3, b"\x1b!": 3,
    b"\x1b-": 3, b"\x1bt": 3, b"\x1bR": 3, b"\x1b{": 3, b"\x1bG": 3, b"\x1bV": 3, b"\x1b$": 4, b"\x1b\\": 4, b"\x1bp": 5,
    b"\x1c&": 2, b"\x1c.": 2, b"\x1c!": 3, b"\x1c-": 3, b"\x1cW": 3, b"\x1cS": 4, b"\x1dr": 3, b"\x1d!": 3, b"\x1dB": 3,
    b"\x1da": 3, b"\x1dL": 4, b"\x1dW": 4, b"\x1dP": 4,
}  # fmt: skip
"""Commands of one length, by their first two bytes: that length."""


@dataclass(slots=True)
class _Style:
    strong: bool = False
    wide: int = 1
    high: int = 1
    align: int = 0
    han: bool = True
    feed: int = _LINE


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of paper as it was cut off, and the texts that were printed as text."""

    bitmap: Bitmap
    text: str = field(repr=False)

    def png(self) -> bytes:
        """Black on white, 1 bit a dot, with the paper's margins (RFC 2083)."""
        margin = 24
        width = self.bitmap.width + 2 * margin
        stride = (width + 7) // 8
        full = (1 << stride * 8) - 1
        shift = stride * 8 - margin - self.bitmap.width
        blank = b"\0" + full.to_bytes(stride)
        rows = [blank] * margin
        for row in self.bitmap.rows:
            black = int.from_bytes(row) >> (len(row) * 8 - self.bitmap.width) << shift
            rows.append(b"\0" + (full ^ black).to_bytes(stride))
        rows += [blank] * margin
        head = struct.pack(">IIBBBBB", width, len(rows), 1, 0, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 6)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in parts
        )


class Interpreter:
    """`feed` bytes, then `step` through them: one command or character each. `answer` takes what it sends back by itself."""

    def __init__(
        self, width: PaperWidth, ink: Ink, answer: Callable[[bytes], None], paper_low: Callable[[], bool]
    ) -> None:
        self.strips: list[Strip] = []
        self._width = width.value
        self._ink = ink
        self._answer = answer
        self._paper_low = paper_low
        self._waiting = bytearray()
        self._cells: dict[tuple[str, bool], Bitmap] = {}
        self._style = _Style()
        self._rows: list[int] = []
        self._line: list[tuple[str, _Style]] = []
        self._texts: list[str] = []

    @property
    def rows(self) -> int:
        """Dots of paper that have come out since the last cut."""
        return len(self._rows)

    @property
    def waiting(self) -> int:
        """Bytes in the buffer."""
        return len(self._waiting)

    def feed(self, data: bytes) -> None:
        self._waiting += data

    def drop(self) -> None:
        """Forget what is in the buffer and in the line; what is on the paper stays."""
        self._waiting.clear()
        self._line.clear()

    def power_on(self) -> None:
        self.drop()
        self._style = _Style()

    def torn_off(self) -> Strip | None:
        """What somebody takes out who opens the cover: the paper that was printed and never cut."""
        return self._cut() if self._rows else None

    def step(self) -> bool:
        """Carry out one command. False: there is none, or only a part of one."""
        used = self._one(bytes(self._waiting[:8]))
        if used == 0:
            return False
        del self._waiting[:used]
        return True

    # ---- commands ---------------------------------------------------------------------------------------------------

    def _one(self, head: bytes) -> int:
        """Bytes used; 0: more are needed."""
        if not head:
            return 0
        first = head[0]
        if first in (0x1B, 0x1C, 0x1D):
            return self._command(head) if len(head) > 1 else 0
        if first == 0x10:
            return 1  # real-time commands were heard before they came here
        if first == 0x0A:
            self._new_line()
            return 1
        if first < 0x20 or first == 0x7F:
            return 1
        if first < 0x80 or not self._style.han:
            self._put(chr(first) if first < 0x80 else _BOX)
            return 1
        return self._han(head)

    def _han(self, head: bytes) -> int:
        if len(head) < 2:
            return 0
        size = 4 if 0x30 <= head[1] <= 0x39 else 2
        if len(head) < size:
            return 0
        try:
            char = head[:size].decode("gb18030")
        except UnicodeDecodeError:
            char = _BOX
        self._put(char if len(char) == 1 and paper.has_character(char) else _BOX)
        return size

    def _command(self, head: bytes) -> int:
        name = head[:2]
        if name in (b"\x1dv", b"\x1d(", b"\x1c(", b"\x1dV", b"\x1b*", b"\x1dk"):
            return self._long(name, head)
        length = _LENGTHS.get(name)
        if length is None:
            return 1
        if len(head) < length:
            return 0
        self._short(name, head[2:length])
        return length

    def _short(self, name: bytes, values: bytes) -> None:
        style = self._style
        n = values[0] if values else 0
        match name:
            case b"\x1b@":
                self._line.clear()
                self._style = _Style()
            case b"\x1bE" | b"\x1bG":
                style.strong = bool(n & 1)
            case b"\x1ba":
                style.align = n % 48 if n % 48 < 3 else style.align
            case b"\x1d!":
                style.wide, style.high = min(n >> 4, 7) + 1, min(n & 0x0F, 7) + 1
            case b"\x1bd":
                self._new_line()
                self._blank(style.feed * max(0, n - 1))
            case b"\x1bJ":
                self._print_line(n)
            case b"\x1b3":
                style.feed = n
            case b"\x1b2":
                style.feed = _LINE
            case b"\x1c&":
                style.han = True
            case b"\x1c.":
                style.han = False
            case b"\x1dr" if n in (1, 49):
                self._answer(b"\x03" if self._paper_low() else b"\x00")
            case b"\x1dr" if n in (2, 50):
                self._answer(b"\x00")
            case _:
                pass

    def _long(self, name: bytes, head: bytes) -> int:
        waiting = self._waiting
        if name == b"\x1dV":
            return self._knife(head)
        if name in (b"\x1d(", b"\x1c("):
            if len(head) < 5:
                return 0
            size = 5 + head[3] + 256 * head[4]
        elif name == b"\x1b*":
            if len(head) < 5:
                return 0
            size = 5 + (head[3] + 256 * head[4]) * (3 if head[2] in (32, 33) else 1)
        elif name == b"\x1dk":
            if len(head) < 4:
                return 0
            end = waiting.find(b"\0", 3)
            size = 4 + head[3] if head[2] >= 65 else (end + 1 if end >= 0 else 0)
        else:
            return self._raster(head)
        return size if 0 < size <= len(waiting) else 0

    def _raster(self, head: bytes) -> int:
        if len(head) < 8:
            return 0
        stride, height = head[4] + 256 * head[5], head[6] + 256 * head[7]
        size = 8 + stride * height
        if head[2] != 0x30 or not stride or not height or stride > 1024:
            return 1
        if len(self._waiting) < size:
            return 0
        self._new_line(feed=False)
        high, wide = 1 + (head[3] >> 1 & 1), 1 + (head[3] & 1)
        for y in range(height):
            row = bytes(self._waiting[8 + y * stride : 8 + (y + 1) * stride])
            for _ in range(high):
                self._blacken(_stretched(int.from_bytes(row), stride * 8, wide), stride * 8 * wide)
        return size

    def _knife(self, head: bytes) -> int:
        if len(head) < 3:
            return 0
        feeds = head[2] in (65, 66)
        if feeds and len(head) < 4:
            return 0
        self._new_line(feed=False)
        self._blank(_TO_KNIFE + (head[3] if feeds else 0))
        self.strips.append(self._cut())
        return 4 if feeds else 3

    # ---- paper ------------------------------------------------------------------------------------------------------

    def _put(self, char: str) -> None:
        style = self._style
        cell = paper.columns(char) * paper.COLUMN * style.wide
        if self._used() + cell > self._width:
            self._new_line()
        self._line.append((char, _Style(style.strong, style.wide, style.high)))

    def _used(self) -> int:
        return sum(paper.columns(char) * paper.COLUMN * style.wide for char, style in self._line)

    def _new_line(self, *, feed: bool = True) -> None:
        if feed or self._line:
            self._print_line(self._style.feed)

    def _print_line(self, feed: int) -> None:
        height = max([_CELL * style.high for _, style in self._line], default=0)
        canvas = [0] * height
        left = (self._width - self._used()) * self._style.align // 2
        for char, style in self._line:
            cell = self._cell(char, style.strong)
            top = height - _CELL * style.high
            for y in range(_CELL * style.high):
                row = cell.rows[y // style.high]
                dots = _stretched(int.from_bytes(row) >> (len(row) * 8 - cell.width), cell.width, style.wide)
                canvas[top + y] |= dots << (self._width - left - cell.width * style.wide)
            left += cell.width * style.wide
        for row_dots in canvas:
            self._blacken(row_dots, self._width)
        self._blank(feed - height if height else feed)
        if self._line:
            self._texts.append("".join(char for char, _ in self._line))
        self._line.clear()

    def _cell(self, char: str, strong: bool) -> Bitmap:
        """A character in its own cell, narrowed where the face is wider than that."""
        key = (char, strong)
        if key not in self._cells:
            width = paper.columns(char) * paper.COLUMN
            self._cells[key] = _box() if char == _BOX else _fitted(self._ink, char, width, strong)
        return self._cells[key]

    def _blacken(self, dots: int, width: int) -> None:
        if len(self._rows) < _MOST_ROWS:
            self._rows.append(dots >> width - self._width if width > self._width else dots << self._width - width)

    def _blank(self, rows: int) -> None:
        for _ in range(rows):
            self._blacken(0, self._width)

    def _cut(self) -> Strip:
        stride = (self._width + 7) // 8
        strip = Strip(Bitmap(self._width, tuple(row.to_bytes(stride) for row in self._rows)), "\n".join(self._texts))
        self._rows, self._texts = [], []
        return strip


def _stretched(dots: int, width: int, times: int) -> int:
    if times == 1:
        return dots
    found = 0
    for x in range(width):
        if dots >> x & 1:
            found |= ((1 << times) - 1) << x * times
    return found


def _fitted(ink: Ink, char: str, width: int, strong: bool) -> Bitmap:
    drawn = ink.draw(char, _EM, _CELL, _BASELINE, strong=strong)
    rows = []
    for y in range(_CELL):
        dots = 0
        for x in range(width):
            # Wider than its cell: every dot of the cell is black where one that falls on it is; narrower: in the middle.
            if drawn.width > width:
                first, last = (
                    x * drawn.width // width,
                    max(x * drawn.width // width + 1, (x + 1) * drawn.width // width),
                )
            else:
                first = x - (width - drawn.width) // 2
                last = first + 1
            if any(0 <= at < drawn.width and drawn.at(at, y) for at in range(first, last)):
                dots |= 1 << width - 1 - x
        rows.append((dots << -width % 8).to_bytes((width + 7) // 8))
    return Bitmap(width, tuple(rows))


def _box() -> Bitmap:
    """What is printed for a character that the printer has not."""
    edge, side, empty = b"\x3f\xff\xfc", b"\x20\x00\x04", bytes(3)
    return Bitmap(_CELL, (empty, empty, edge, *(side,) * 17, edge, empty, empty, empty))
