"""The display list: what a page is once it is laid out. Plain values in design px, origin top left, y downwards.

A node says where and what; it holds text already broken into lines and split into faces, and colours already resolved.
Equal nodes draw equal pixels: the painter keeps what it drew for a node as long as an equal one is on the page.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum, unique
from typing import NamedTuple

from kiosk.ui.icons import Icon
from kiosk.ui.theme import Colour


class Size(NamedTuple):
    w: int
    h: int


class Rect(NamedTuple):
    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    @property
    def cx(self) -> int:
        return self.x + self.w // 2

    @property
    def cy(self) -> int:
        return self.y + self.h // 2

    def inset(self, left: int, top: int | None = None, right: int | None = None, bottom: int | None = None) -> "Rect":
        """Smaller by `left` on all sides, or by each side's own amount; never below nothing."""
        top = left if top is None else top
        right = left if right is None else right
        bottom = top if bottom is None else bottom
        return Rect(self.x + left, self.y + top, max(0, self.w - left - right), max(0, self.h - top - bottom))

    def outset(self, by: int) -> "Rect":
        return Rect(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def contains(self, other: "Rect") -> bool:
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def overlaps(self, other: "Rect") -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


@unique
class Face(StrEnum):
    """A font file. The value is its file name in assets/fonts."""

    REGULAR = "NotoSansSC-Regular"
    BOLD = "NotoSansSC-Bold"
    RARE = "RareHan"
    ICONS = "MaterialSymbolsRounded"


BAND_ASCENT = 101
BAND_DESCENT = 29
"""The band of a line of text above and below the baseline in percent of its size: all ink of the text faces is inside."""


def ascent(size: int) -> int:
    """Rows of a band above the baseline, px."""
    return -(-size * BAND_ASCENT // 100)


def band(size: int) -> int:
    """Height of a line's band in px: what is drawn for a run of text is this high."""
    return ascent(size) + -(-size * BAND_DESCENT // 100)


@dataclass(frozen=True, slots=True)
class RoundRect:
    """Filled and/or outlined inside `rect`; a circle or pill when the radius is half a side, square corners when 0."""

    rect: Rect
    fill: Colour | None
    outline: Colour | None = None
    width: int = 0
    radius: int = 0


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through `points` with round ends and joints."""

    points: tuple[tuple[int, int], ...]
    width: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class Arc:
    """Part of a ring with round ends: degrees clockwise from twelve o'clock; `radius` is that of the line's middle."""

    cx: int
    cy: int
    radius: int
    width: int
    start: int
    sweep: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class Triangle:
    a: tuple[int, int]
    b: tuple[int, int]
    c: tuple[int, int]
    colour: Colour


@dataclass(frozen=True, slots=True)
class TextRun:
    """A piece of one line in one face. (x, y) is the top left of its band, `w` its measured width; it must fit in `box`."""

    text: str = field(repr=False)  # may be personal: a page in an exception's text must not show it
    face: Face
    size: int
    colour: Colour
    x: int
    y: int
    w: int
    box: Rect

    @property
    def rect(self) -> Rect:
        return Rect(self.x, self.y, self.w, band(self.size))


@dataclass(frozen=True, slots=True)
class IconGlyph:
    """An icon in the square of `size` at (x, y)."""

    icon: Icon
    size: int
    colour: Colour
    x: int
    y: int

    @property
    def rect(self) -> Rect:
        return Rect(self.x, self.y, self.size, self.size)


Node = RoundRect | Stroke | Arc | Triangle | TextRun | IconGlyph


@unique
class SecretKind(Enum):
    DIGIT = "digit"
    SIGN = "sign"
    ERASE = "erase"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class SecretKey:
    """Action of a key of a PIN pad, or of a keyboard for a password. It goes from the touch straight to the `SecretEntry`: no
    state, event or log sees it. `sign`: one character, where the kind is SIGN."""

    kind: SecretKind
    digit: int = field(default=0, repr=False)
    sign: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ShiftKeys:
    """Action of the keyboard's key for capitals: the page alone knows of it, so that nobody learns where a password has them."""

    on: bool


@dataclass(frozen=True, slots=True)
class Target:
    """What reacts to touch: `rect`, what it looks like while held, and what a release inside it means.

    `nodes` is the range of the page's nodes that draw it. While it is held, they are drawn once more on top with their
    colours exchanged by `pressed` (pairs of old and new). `spoken` is the name of a control that shows an icon alone.
    """

    name: str
    rect: Rect
    action: Hashable
    enabled: bool = True
    nodes: tuple[int, int] = (0, 0)
    pressed: tuple[tuple[Colour, Colour], ...] = ()
    radius: int = 0
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A whole text as it was given, however many lines, spans and faces it was drawn in. `nodes` is the range of its runs."""

    text: str = field(repr=False)
    box: Rect
    nodes: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Overflow:
    """Something was given less room than it needs. A page with one is a bug that tests find."""

    what: str
    needed: Size
    given: Rect
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """One finished picture. `name` is the screen's; `guarded` pages ignore touches for a moment after they appear."""

    name: str
    size: Size
    ground: Colour
    nodes: tuple[Node, ...]
    targets: tuple[Target, ...]
    texts: tuple[PlacedText, ...]
    overflows: tuple[Overflow, ...] = ()
    guarded: bool = True

    def at(self, x: float, y: float) -> Target | None:
        """The target at a point, also when it is disabled."""
        for target in reversed(self.targets):
            if target.rect.holds(x, y):
                return target
        return None


def recoloured(nodes: Iterable[Node], pairs: tuple[tuple[Colour, Colour], ...]) -> tuple[Node, ...]:
    """The same nodes in other colours: the look of a control while it is held."""
    to = dict(pairs)

    def one(node: Node) -> Node:
        if isinstance(node, RoundRect):
            fill = node.fill if node.fill is None else to.get(node.fill, node.fill)
            outline = node.outline if node.outline is None else to.get(node.outline, node.outline)
            return replace(node, fill=fill, outline=outline)
        return replace(node, colour=to.get(node.colour, node.colour))

    return tuple(one(node) for node in nodes)
