"""Tokens of the visual language: colours by role, type by role, space, radius, line widths, bands of a page.

Every size is in design px of a page of 1080 x 1920 (portrait) or 1920 x 1080 (landscape); 96 px = 25.4 mm, so 76 px = 20 mm.
High contrast and large text are other values of the same roles: no screen has code of its own for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

Colour = int
"""0xRRGGBB."""


@unique
class Contrast(StrEnum):
    NORMAL = "normal"
    HIGH = "high"


@unique
class TextSize(StrEnum):
    NORMAL = "normal"
    LARGE = "large"


@unique
class Orientation(StrEnum):
    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


@unique
class Role(StrEnum):
    """What a colour is for. Green, brown and red appear only as status."""

    BG = "bg"
    SURFACE = "surface"
    SUNKEN = "sunken"
    TINT = "tint"
    FRAME = "frame"
    FRAME_BTN = "frame_btn"
    FRAME_BTN_PRESSED = "frame_btn_pressed"
    ON_FRAME = "on_frame"
    INK = "ink"
    INK2 = "ink2"
    LINE = "line"
    BORDER = "border"
    PRIMARY = "primary"
    ON_PRIMARY = "on_primary"
    PRESSED = "pressed"
    OK = "ok"
    OK_TINT = "ok_tint"
    WARN = "warn"
    WARN_TINT = "warn_tint"
    BAD = "bad"
    BAD_TINT = "bad_tint"
    FOCUS = "focus"
    FOCUS_INNER = "focus_inner"
    # Edges that exist in one theme only: a hairline under the frame, the outline of buttons on it.
    FRAME_EDGE = "frame_edge"
    FRAME_BTN_EDGE = "frame_btn_edge"
    # Illustrations. They carry no meaning by colour.
    CARD = "card"
    CARD_EDGE = "card_edge"
    CARD_CHIP = "card_chip"
    CARD_PRINT = "card_print"
    CARD_PRINT2 = "card_print2"
    CARD_PHOTO = "card_photo"
    CARD_WRONG = "card_wrong"
    CARD_STRIPE = "card_stripe"
    SLOT = "slot"
    SLOT_EDGE = "slot_edge"
    SLIT = "slit"
    LAMP = "lamp"
    # A QR code: dark on light in every theme.
    CODE_LIGHT = "code_light"
    CODE_DARK = "code_dark"


_NORMAL: Final[Mapping[Role, Colour]] = MappingProxyType(
    {
        Role.BG: 0xF3F6F7,
        Role.SURFACE: 0xFFFFFF,
        Role.SUNKEN: 0xE6EDEF,
        Role.TINT: 0xDDEDF1,
        Role.FRAME: 0x0A3844,
        Role.FRAME_BTN: 0x124C5A,
        Role.FRAME_BTN_PRESSED: 0x185E6F,
        Role.ON_FRAME: 0xFFFFFF,
        Role.INK: 0x10242B,
        Role.INK2: 0x3A4E56,
        Role.LINE: 0xCBD6D9,
        Role.BORDER: 0x5C727B,
        Role.PRIMARY: 0x0A5063,
        Role.ON_PRIMARY: 0xFFFFFF,
        Role.PRESSED: 0x073A49,
        Role.OK: 0x0E5A36,
        Role.OK_TINT: 0xE0F2E8,
        Role.WARN: 0x6B3F00,
        Role.WARN_TINT: 0xFFF0D0,
        Role.BAD: 0x8F1D1D,
        Role.BAD_TINT: 0xFBE9E7,
        Role.FOCUS: 0xFFC53D,
        Role.FOCUS_INNER: 0x10242B,
        Role.FRAME_EDGE: 0x124C5A,
        Role.FRAME_BTN_EDGE: 0x124C5A,
        Role.CARD: 0x0A5063,
        Role.CARD_EDGE: 0x0A5063,
        Role.CARD_CHIP: 0xD9B45A,
        Role.CARD_PRINT: 0xFFFFFF,
        Role.CARD_PRINT2: 0xB5C9CE,
        Role.CARD_PHOTO: 0xD9E5E8,
        Role.CARD_WRONG: 0x5C727B,
        Role.CARD_STRIPE: 0x10242B,
        Role.SLOT: 0x0A3844,
        Role.SLOT_EDGE: 0x5C727B,
        Role.SLIT: 0x000000,
        Role.LAMP: 0x7BE0A6,
        Role.CODE_LIGHT: 0xFFFFFF,
        Role.CODE_DARK: 0x000000,
    }
)

_HIGH: Final[Mapping[Role, Colour]] = MappingProxyType(
    {
        Role.BG: 0x000000,
        Role.SURFACE: 0x0C1518,
        Role.SUNKEN: 0x1B282D,
        Role.TINT: 0x0F3740,
        Role.FRAME: 0x000000,
        Role.FRAME_BTN: 0x000000,
        Role.FRAME_BTN_PRESSED: 0x1B282D,
        Role.ON_FRAME: 0xFFFFFF,
        Role.INK: 0xFFFFFF,
        Role.INK2: 0xDCE7EA,
        Role.LINE: 0x5F747C,
        Role.BORDER: 0xFFFFFF,
        Role.PRIMARY: 0x8CE4F5,
        Role.ON_PRIMARY: 0x00171D,
        Role.PRESSED: 0xC9F4FC,
        Role.OK: 0x86EBB0,
        Role.OK_TINT: 0x0B2818,
        Role.WARN: 0xFFD36B,
        Role.WARN_TINT: 0x2E2000,
        Role.BAD: 0xFFB3AB,
        Role.BAD_TINT: 0x360C0A,
        Role.FOCUS: 0xFFC53D,
        Role.FOCUS_INNER: 0x000000,
        Role.FRAME_EDGE: 0xFFFFFF,
        Role.FRAME_BTN_EDGE: 0xFFFFFF,
        Role.CARD: 0x0A5063,
        Role.CARD_EDGE: 0xFFFFFF,
        Role.CARD_CHIP: 0xD9B45A,
        Role.CARD_PRINT: 0xFFFFFF,
        Role.CARD_PRINT2: 0xB5C9CE,
        Role.CARD_PHOTO: 0xD9E5E8,
        Role.CARD_WRONG: 0x3A4E56,
        Role.CARD_STRIPE: 0x000000,
        Role.SLOT: 0x0C1518,
        Role.SLOT_EDGE: 0xFFFFFF,
        Role.SLIT: 0x000000,
        Role.LAMP: 0x7BE0A6,
        Role.CODE_LIGHT: 0xFFFFFF,
        Role.CODE_DARK: 0x000000,
    }
)

PALETTES: Final[Mapping[Contrast, Mapping[Role, Colour]]] = MappingProxyType(
    {Contrast.NORMAL: _NORMAL, Contrast.HIGH: _HIGH}
)

TEXT_CONTRAST: Final = 7.0
"""WCAG 2 ratio that text must reach (AAA)."""
SHAPE_CONTRAST: Final = 3.0
"""WCAG 2 ratio for outlines and icons that carry meaning."""

PAIRS: Final[tuple[tuple[Role, Role, float], ...]] = (
    *(
        (fg, bg, TEXT_CONTRAST)
        for fg in (Role.INK, Role.INK2)
        for bg in (Role.BG, Role.SURFACE, Role.SUNKEN, Role.TINT)
    ),
    (Role.CODE_DARK, Role.CODE_LIGHT, TEXT_CONTRAST),
    (Role.INK, Role.WARN_TINT, TEXT_CONTRAST),
    (Role.INK, Role.BAD_TINT, TEXT_CONTRAST),
    (Role.ON_FRAME, Role.FRAME, TEXT_CONTRAST),
    (Role.ON_FRAME, Role.FRAME_BTN, TEXT_CONTRAST),
    (Role.PRIMARY, Role.SURFACE, TEXT_CONTRAST),
    (Role.PRIMARY, Role.BG, TEXT_CONTRAST),
    (Role.PRIMARY, Role.TINT, TEXT_CONTRAST),
    (Role.ON_PRIMARY, Role.PRIMARY, TEXT_CONTRAST),
    (Role.ON_PRIMARY, Role.PRESSED, TEXT_CONTRAST),
    (Role.OK, Role.SURFACE, TEXT_CONTRAST),
    (Role.OK, Role.BG, TEXT_CONTRAST),
    (Role.OK, Role.OK_TINT, TEXT_CONTRAST),
    (Role.WARN, Role.SURFACE, TEXT_CONTRAST),
    (Role.WARN, Role.WARN_TINT, TEXT_CONTRAST),
    (Role.BAD, Role.SURFACE, TEXT_CONTRAST),
    (Role.BAD, Role.BG, TEXT_CONTRAST),
    (Role.BAD, Role.BAD_TINT, TEXT_CONTRAST),
    (Role.SURFACE, Role.OK, TEXT_CONTRAST),
    (Role.BORDER, Role.BG, SHAPE_CONTRAST),
    (Role.BORDER, Role.SURFACE, SHAPE_CONTRAST),
    (Role.FOCUS, Role.FOCUS_INNER, SHAPE_CONTRAST),
)
"""Foreground, background and the ratio needed: the pairs the components use."""


def luminance(colour: Colour) -> float:
    """Relative luminance 0..1 (WCAG 2.2, definition "relative luminance")."""

    def linear(channel: int) -> float:
        c = channel / 255
        return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour >> 16) + 0.7152 * linear(colour >> 8 & 255) + 0.0722 * linear(colour & 255)


def contrast_ratio(one: Colour, other: Colour) -> float:
    """WCAG 2 contrast ratio, 1..21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """`size` in px, `line` the line height in percent of it."""

    size: int
    bold: bool
    line: int


@unique
class Type(StrEnum):
    """Type roles. A role used in a tighter place has a name of its own."""

    DISPLAY = "display"
    FIGURE = "figure"
    FIGURE2 = "figure2"  # a balance: more digits than a count of months
    COUNT = "count"  # the number in the countdown ring
    TITLE = "title"  # of a page that is seen from the hall and has a sign beside its title
    H1 = "h1"
    H1_COMPACT = "h1_compact"  # under a stepper, a role bar, a strip, or beside a picture
    H2 = "h2"
    BODY = "body"
    VALUE = "value"
    HERO = "hero"  # lead sentence on the frame: 01 and 11
    BUTTON_MAIN = "button_main"
    BUTTON = "button"
    BUTTON_CARD = "button_card"
    BUTTON_SMALL = "button_small"
    TILE = "tile"
    KEY = "key"
    TABLE = "table"
    LABEL = "label"
    CHIP = "chip"
    LEGEND = "legend"
    CAPTION = "caption"
    NOTE = "note"
    SMALL = "small"
    HALL = "hall"
    CLOCK = "clock"
    CODE = "code"
    CODE_BIG = "code_big"
    TILE_COMPACT = "tile_compact"  # a group of tiles with a name too long for TILE
    PILL = "pill"  # the online label
    DIALOG = "dialog"
    TABLE_HEAD = "table_head"
    GRID_HEAD = "grid_head"
    KEY_LABEL = "key_label"  # words on a key pad
    ACCESS = "access"


# Normal px, large px, bold, line height in percent.
_TYPES: Final[Mapping[Type, tuple[int, int, bool, int]]] = MappingProxyType(
    {
        Type.DISPLAY: (104, 112, True, 130),
        Type.FIGURE: (140, 150, True, 130),
        Type.FIGURE2: (108, 132, True, 130),
        Type.COUNT: (112, 132, True, 130),
        Type.TITLE: (84, 100, True, 125),
        Type.H1: (68, 92, True, 130),
        Type.H1_COMPACT: (60, 84, True, 130),
        Type.H2: (44, 66, True, 130),
        Type.BODY: (40, 60, False, 145),
        Type.VALUE: (40, 60, True, 140),
        Type.HERO: (44, 60, False, 140),
        Type.BUTTON_MAIN: (48, 66, True, 130),
        Type.BUTTON: (44, 60, True, 130),
        Type.BUTTON_CARD: (40, 60, True, 130),
        Type.BUTTON_SMALL: (36, 54, True, 130),
        Type.TILE: (46, 62, True, 130),
        Type.KEY: (68, 84, True, 130),
        Type.TABLE: (36, 54, False, 140),
        Type.LABEL: (34, 51, True, 130),
        Type.CHIP: (36, 51, True, 130),
        Type.LEGEND: (36, 51, False, 130),
        Type.CAPTION: (32, 48, False, 140),
        Type.NOTE: (30, 45, False, 135),
        Type.SMALL: (28, 42, False, 130),
        Type.HALL: (34, 46, True, 130),
        Type.CLOCK: (44, 60, True, 130),
        Type.CODE: (48, 60, True, 130),
        Type.CODE_BIG: (64, 76, True, 130),
        Type.TILE_COMPACT: (37, 56, True, 130),
        Type.PILL: (30, 45, True, 130),
        Type.DIALOG: (64, 84, True, 130),
        Type.TABLE_HEAD: (32, 45, True, 130),
        Type.GRID_HEAD: (30, 42, True, 130),
        Type.KEY_LABEL: (40, 54, True, 130),
        Type.ACCESS: (30, 45, True, 130),
    }
)


@unique
class IconSize(StrEnum):
    """Where an icon stands."""

    CAPTION = "caption"
    BUTTON = "button"
    ROW = "row"
    TILE = "tile"
    STATUS = "status"
    HERO = "hero"
    LABEL = "label"


# Normal px, large px.
_ICONS: Final[Mapping[IconSize, tuple[int, int]]] = MappingProxyType(
    {
        IconSize.CAPTION: (40, 52),
        IconSize.BUTTON: (52, 60),
        IconSize.ROW: (56, 72),
        IconSize.TILE: (72, 80),
        IconSize.STATUS: (132, 132),
        IconSize.HERO: (168, 168),
        IconSize.LABEL: (38, 52),
    }
)


SMALLEST_TEXT: Final = 28
SMALLEST_TARGET: Final = 76
SMALLEST_GAP: Final = 16


@dataclass(frozen=True, slots=True)
class Radius:
    cell: int = 9
    control: int = 16
    panel: int = 20
    dialog: int = 28


@dataclass(frozen=True, slots=True)
class Lines:
    hairline: int
    outline: int
    strong: int
    banner: int


@dataclass(frozen=True, slots=True)
class Bands:
    """Heights of the frame, the margin of the page, and where the work zone and the key pad begin (y of the page)."""

    width: int
    height: int
    margin: int
    header: int
    session: int  # 0 in landscape: merged into the frame bar
    access: int  # in landscape: the frame bar
    work: int
    keypad: int
    gutter: int = 24
    role_bar: int = 88
    strip: int = 0  # below the header: what is said of the whole record

    @property
    def top(self) -> int:
        """y where the page begins."""
        return self.header + self.strip

    @property
    def bottom(self) -> int:
        """y where the session bar (portrait) or the frame bar (landscape) begins."""
        return self.height - self.session - self.access


_BANDS: Final[Mapping[tuple[Orientation, TextSize], Bands]] = MappingProxyType(
    {
        (Orientation.PORTRAIT, TextSize.NORMAL): Bands(1080, 1920, 60, 120, 160, 120, 640, 928),
        (Orientation.PORTRAIT, TextSize.LARGE): Bands(1080, 1920, 40, 136, 180, 168, 640, 928),
        (Orientation.LANDSCAPE, TextSize.NORMAL): Bands(1920, 1080, 60, 104, 0, 144, 360, 360),
        (Orientation.LANDSCAPE, TextSize.LARGE): Bands(1920, 1080, 40, 120, 0, 160, 360, 300),
    }
)

# Table cells and titles give way in landscape, where two columns stand side by side.
_LANDSCAPE: Final[Mapping[Type, tuple[int, int]]] = MappingProxyType(
    {
        Type.DISPLAY: (96, 104),
        Type.TITLE: (80, 92),
        Type.H1: (60, 80),
        Type.H1_COMPACT: (56, 72),
        Type.TABLE: (34, 48),
        Type.FIGURE: (88, 112),
        Type.FIGURE2: (88, 112),
        Type.HERO: (44, 56),
    }
)


@dataclass(frozen=True, slots=True)
class Theme:
    """The tokens of one combination of modes. Equal combinations are equal themes. `strip`: px that a page gives to a strip
    below the header."""

    contrast: Contrast = Contrast.NORMAL
    text: TextSize = TextSize.NORMAL
    orientation: Orientation = Orientation.PORTRAIT
    strip: int = 0

    @property
    def high(self) -> bool:
        return self.contrast is Contrast.HIGH

    @property
    def large(self) -> bool:
        return self.text is TextSize.LARGE

    @property
    def landscape(self) -> bool:
        return self.orientation is Orientation.LANDSCAPE

    def colour(self, role: Role) -> Colour:
        return PALETTES[self.contrast][role]

    def style(self, role: Type) -> TypeStyle:
        """A page under a strip has a smaller title."""
        if self.strip and role is Type.H1:
            role = Type.H1_COMPACT
        normal, large, bold, line = _TYPES[role]
        if self.landscape and role in _LANDSCAPE:
            normal, large = _LANDSCAPE[role]
        return TypeStyle(large if self.large else normal, bold, line)

    def icon(self, size: IconSize) -> int:
        normal, large = _ICONS[size]
        return large if self.large else normal

    def pick(self, normal: int, large: int) -> int:
        """One of two sizes, by the text mode."""
        return large if self.large else normal

    @property
    def tight(self) -> bool:
        """Large text in landscape under a strip: what may give way does."""
        return self.large and self.landscape and self.strip > 0

    @property
    def radius(self) -> Radius:
        return Radius()

    @property
    def lines(self) -> Lines:
        return Lines(hairline=3 if self.high else 2, outline=3, strong=6, banner=3)

    @property
    def bands(self) -> Bands:
        bands = _BANDS[self.orientation, self.text]
        return replace(bands, strip=self.strip) if self.strip else bands
