"""Text as an element: broken into lines, spans of weight and colour, faces by character.

What may be long gets one line that shrinks by at most 10 %, then more lines, and then the row grows; nothing is ever cut
or ended with an ellipsis.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.ui.layout import Align, Element, Kit, Sink
from kiosk.ui.linebreak import Piece, is_single, pieces
from kiosk.ui.nodes import PlacedText, Rect, Size, TextRun, ascent, band
from kiosk.ui.theme import SMALLEST_TEXT, Role, Type

SHRINK = 90
"""Percent of its size that a text may go down to, to stay on one line."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one weight and colour. None: as the element says."""

    text: str = field(repr=False)
    bold: bool | None = None
    colour: Role | None = None


TextLike = str | Sequence[Span]
"""What a component takes where a person reads: a text, or one whose parts differ in weight or colour."""


class Weighted(Protocol):
    """A stretch of text of one weight, as the catalogues give it."""

    @property
    def text(self) -> str: ...

    @property
    def strong(self) -> bool: ...


def weighted(runs: Iterable[Weighted], strong: Role | None = Role.INK) -> tuple[Span, ...]:
    """A text of the catalogue in stretches of weight as spans; the strong ones in the colour `strong`."""
    return tuple(Span(run.text, True, strong) if run.strong else Span(run.text) for run in runs)


def emphasised(text: str, *parts: str, colour: Role | None = Role.INK) -> tuple[Span, ...]:
    """A whole sentence with some of its parts in Bold: `text` is never put together from pieces.

    A part that does not occur is ignored; each part is emphasised where it first occurs after the one before.
    """
    spans: list[Span] = []
    rest = text
    for part in parts:
        before, found, after = rest.partition(part) if part else (rest, "", "")
        if not found:
            continue
        if before:
            spans.append(Span(before))
        spans.append(Span(part, bold=True, colour=colour))
        rest = after
    if rest:
        spans.append(Span(rest))
    return tuple(spans)


@dataclass(frozen=True, slots=True)
class _Bit:
    """Consecutive text of one span on one line."""

    text: str
    span: int


_Line = tuple[_Bit, ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Fit:
    """A text within a width: in which size, in which lines, how wide the widest of them is."""

    size: int
    lines: tuple[_Line, ...]
    widest: int


class Text(Element):
    """A paragraph.

    `lines`: at most so many (more only when a smaller size does not help; then the height shows it). `keep`: never broken
    (codes, amounts). `shrink` False: wraps without trying a smaller size first, for sentences that go over several lines.
    """

    def __init__(
        self,
        kit: Kit,
        text: TextLike,
        role: Type = Type.BODY,
        colour: Role = Role.INK,
        *,
        bold: bool | None = None,
        align: Align = Align.START,
        down: Align = Align.START,
        lines: int | None = None,
        shrink: bool = True,
        keep: bool = False,
        line: int | None = None,
    ) -> None:
        spans = (Span(text),) if isinstance(text, str) else tuple(text)
        style = kit.theme.style(role)
        self.kit = kit
        self.given = "".join(span.text for span in spans)
        self.size = style.size
        self.line_percent = style.line if line is None else line
        self.align = align
        self.down = down
        self.lines = 1 if keep else lines
        self.shrink = shrink
        self.keep = keep
        weight = style.bold if bold is None else bold
        self._bold = [weight if span.bold is None else span.bold for span in spans]
        self._colour = [kit.theme.colour(colour if span.colour is None else span.colour) for span in spans]
        visible = [kit.fonts.visible(span.text) for span in spans]
        if keep:
            visible = [text.replace("\n", " ") for text in visible]
        self._visible = visible
        self._key = (tuple(visible), tuple(self._bold), self.size, self.lines, shrink, keep)
        self._fits: dict[int, _Fit] = {}
        self._pieces: list[list[_Bit] | None] | None = None
        self._spaces: list[bool] = []

    @property
    def hint(self) -> str:  # type: ignore[override]
        return self.given

    # -- measuring

    def _bit_width(self, bit: _Bit, size: int) -> int:
        measurer = self.kit.measurer
        return sum(measurer.width(run, face, size) for face, run in self.kit.fonts.runs(bit.text, self._bold[bit.span]))

    def _width(self, line: _Line, size: int) -> int:
        return sum(self._bit_width(bit, size) for bit in line)

    def _cut(self) -> tuple[list[list[_Bit] | None], list[bool]]:
        """Unbreakable pieces as bits (None: a hard break), and which of them are spaces. A piece may cross spans."""
        if self._pieces is None:
            whole = "".join(self._visible)
            owner = [i for i, text in enumerate(self._visible) for _ in text]
            result: list[list[_Bit] | None] = []
            spaces: list[bool] = []
            at = 0
            for piece in [Piece(whole)] if self.keep else pieces(whole):
                spaces.append(piece.space)
                if piece.hard:
                    result.append(None)
                    at += 1
                    continue
                result.append(_bits(piece.text, owner[at : at + len(piece.text)]))
                at += len(piece.text)
            self._pieces, self._spaces = result, spaces
        return self._pieces, self._spaces

    def _broken(self, width: int, size: int) -> tuple[_Line, ...]:
        cut, spaces = self._cut()
        lines: list[_Line] = []
        current: list[_Bit] = []
        used = 0
        gap: list[_Bit] = []
        gap_width = 0
        for bits, space in zip(cut, spaces, strict=True):
            if bits is None:
                lines.append(_merged(current))
                current, used, gap, gap_width = [], 0, [], 0
                continue
            piece_width = self._width(tuple(bits), size)
            if space:
                if current:
                    gap, gap_width = bits, piece_width
                continue
            if current and used + gap_width + piece_width > width:
                lines.append(_merged(current))
                current, used, gap, gap_width = [], 0, [], 0
            if piece_width > width and not self.keep and not current:
                # Longer than a line, and no place to break it: by character, rather than out of the box.
                for char in [_Bit(c, bit.span) for bit in bits for c in bit.text]:
                    w = self._bit_width(char, size)
                    if current and used + w > width:
                        lines.append(_merged(current))
                        current, used = [], 0
                    current.append(char)
                    used += w
                continue
            current += gap + bits
            used += gap_width + piece_width
            gap, gap_width = [], 0
        lines.append(_merged(current))
        return tuple(lines)

    def _fit(self, width: int) -> "_Fit":
        """How the text stands within a width: found once for all pages that say it, until texts are forgotten."""
        known = self._fits.get(width)
        if known is None:
            key = (*self._key, width)
            known = self._fits[width] = self.kit.measurer.remembered(key, lambda: self._found(width))
        return known

    def _found(self, width: int) -> "_Fit":
        size, lines = self._fitted(width)
        widest = max(self._width(line, size) for line in lines)
        # Pieces measured one by one may be a pixel wider than the line they make: it must stand in the width that is told.
        while widest < width and len(self._broken(widest, size)) > len(lines):
            widest += 1
        return _Fit(size, lines, widest)

    def _fitted(self, width: int) -> tuple[int, tuple[_Line, ...]]:
        lines = self._broken(width, self.size)
        breaks = sum(bits is None for bits in self._cut()[0])
        single = 1 + breaks  # a text with line feeds of its own has at least so many lines
        allowed = max(single, 1 if self.keep else self.lines or 1 << 20)
        if len(lines) <= single and self._whole(lines, width, self.size):
            return self.size, lines
        least = max(SMALLEST_TEXT, self.size * SHRINK // 100)
        wanted = [single] if self.shrink else []
        if len(lines) > allowed or not self._whole(lines, width, self.size):
            wanted.append(allowed)
        for most in wanted:
            # A smaller size is worth trying only when it can save a line. By the smallest one's own widths, which are not in
            # proportion: what was found for a width must be found again for the width that it then has.
            if sum(self._width(line, least) for line in lines) > width * most:
                continue
            for size in range(self.size - 1, least - 1, -1):
                smaller = self._broken(width, size)
                if len(smaller) <= most and self._whole(smaller, width, size):
                    return size, smaller
        return self.size, self._rebalanced(lines, width)

    def _whole(self, lines: tuple[_Line, ...], width: int, size: int) -> bool:
        """Every line fits, and no piece had to be broken inside."""
        return all(self._width(line, size) <= width for line in lines) and all(
            bits is None or self._width(tuple(bits), size) <= width for bits in self._cut()[0]
        )

    def _rebalanced(self, lines: tuple[_Line, ...], width: int) -> tuple[_Line, ...]:
        """No last line of a single character: one em less for all lines often moves a second one down to it."""
        if len(lines) < 2 or self.keep or not is_single("".join(bit.text for bit in lines[-1])):
            return lines
        tighter = self._broken(width - self.size, self.size)
        alone = is_single("".join(bit.text for bit in tighter[-1]))
        return lines if alone or len(tighter) != len(lines) else tighter

    @property
    def _line_height(self) -> int:
        return max(band(self.size), self.size * self.line_percent // 100)

    def _measure(self, width: int) -> Size:
        fit = self._fit(width)
        return Size(fit.widest, len(fit.lines) * self._line_height)

    def baseline(self, width: int) -> int:
        size = self._fit(width).size
        return (self._line_height - band(size)) // 2 + ascent(size)

    # -- placing

    def place(self, box: Rect, sink: Sink) -> None:
        fit = self._fit(box.w)
        size, lines = fit.size, fit.lines
        height = self._line_height
        top = box.y
        spare = box.h - len(lines) * height
        if spare > 0 and self.down is not Align.START:
            top += spare if self.down is Align.END else spare // 2
        first = len(sink.nodes)
        fonts, measurer = self.kit.fonts, self.kit.measurer
        for i, line in enumerate(lines):
            line_box = Rect(box.x, top + i * height, box.w, height)
            runs = [
                (face, text, measurer.width(text, face, size), self._colour[bit.span])
                for bit in line
                for face, text in fonts.runs(bit.text, self._bold[bit.span])
            ]
            total = sum(run[2] for run in runs)
            x = box.x
            if self.align is Align.CENTER:
                x += (box.w - total) // 2
            elif self.align is Align.END:
                x += box.w - total
            y = line_box.y + (height - band(size)) // 2
            for face, text, w, colour in runs:
                sink.add(TextRun(text, face, size, colour, x, y, w, line_box))
                x += w
        if self.given:
            sink.texts.append(PlacedText(self.given, box, (first, len(sink.nodes))))


def _bits(text: str, owner: Sequence[int]) -> list[_Bit]:
    bits: list[_Bit] = []
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or owner[i] != owner[start]:
            bits.append(_Bit(text[start:i], owner[start]))
            start = i
    return bits


def _merged(bits: Sequence[_Bit]) -> _Line:
    merged: list[_Bit] = []
    for bit in bits:
        if merged and merged[-1].span == bit.span:
            merged[-1] = _Bit(merged[-1].text + bit.text, bit.span)
        else:
            merged.append(bit)
    return tuple(merged)
