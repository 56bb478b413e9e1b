"""Buttons, chips, tabs and tiles: everything with a word on it that is pressed. Screen language §6."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum, unique

from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    UNBOUNDED,
    Align,
    Column,
    Element,
    Flex,
    Grid,
    IconBox,
    Kit,
    Nothing,
    Pad,
    Panel,
    Placed,
    Row,
    Sink,
    Sized,
    Spread,
    Tap,
)
from kiosk.ui.nodes import Rect, RoundRect, Size
from kiosk.ui.theme import IconSize, Role, Theme, Type
from kiosk.ui.typeset import Text, emphasised

Pairs = tuple[tuple[int, int], ...]


@unique
class ButtonKind(Enum):
    """PRIMARY: the one thing most people want next. EXIT: out of the visit. FRAME: on the frame bar in landscape.

    FRAME_QUIET: beside a chosen one there, as the access buttons that are not on.
    """

    PRIMARY = "primary"
    SECONDARY = "secondary"
    EXIT = "exit"
    FRAME = "frame"
    FRAME_EXIT = "frame_exit"
    FRAME_QUIET = "frame_quiet"


@unique
class ButtonSize(Enum):
    """(type role, least height normal, large)."""

    MAIN = (Type.BUTTON_MAIN, 144, 160)
    NORMAL = (Type.BUTTON, 120, 140)
    CARD = (Type.BUTTON_CARD, 112, 132)
    SMALL = (Type.BUTTON_SMALL, 80, 112)


@dataclass(frozen=True, slots=True)
class ButtonSpec:
    """A button as a screen describes it. `reason`: why it is disabled, in words, on the button."""

    label: str
    name: str
    action: Hashable
    icon: Icon | None = None
    kind: ButtonKind = ButtonKind.SECONDARY
    size: ButtonSize = ButtonSize.NORMAL
    icon_after: bool = False
    enabled: bool = True
    reason: str = ""
    spoken: str = ""


def exchanged(theme: Theme, *pairs: tuple[Role, Role]) -> Pairs:
    """Colour pairs of a pressed look, by roles."""
    return tuple((theme.colour(old), theme.colour(new)) for old, new in pairs)


@dataclass(frozen=True, slots=True)
class _Look:
    fill: Role
    outline: Role | None
    ink: Role
    icon: Role
    pressed: tuple[tuple[Role, Role], ...]


def _look(kind: ButtonKind, enabled: bool) -> _Look:
    if not enabled:
        return _Look(Role.SUNKEN, None, Role.INK2, Role.INK2, ())
    match kind:
        case ButtonKind.PRIMARY:
            return _Look(Role.PRIMARY, None, Role.ON_PRIMARY, Role.ON_PRIMARY, ((Role.PRIMARY, Role.PRESSED),))
        case ButtonKind.SECONDARY:
            return _Look(Role.SURFACE, Role.PRIMARY, Role.PRIMARY, Role.PRIMARY, ((Role.SURFACE, Role.TINT),))
        case ButtonKind.EXIT:
            return _Look(Role.SURFACE, Role.INK, Role.INK, Role.INK, ((Role.SURFACE, Role.TINT),))
        case ButtonKind.FRAME:
            return _Look(Role.SURFACE, Role.SURFACE, Role.PRIMARY, Role.PRIMARY, ((Role.SURFACE, Role.TINT),))
        case ButtonKind.FRAME_EXIT:
            return _Look(Role.SURFACE, Role.SURFACE, Role.INK, Role.INK, ((Role.SURFACE, Role.TINT),))
        case ButtonKind.FRAME_QUIET:
            pressed = ((Role.FRAME_BTN, Role.FRAME_BTN_PRESSED),)
            return _Look(Role.FRAME_BTN, Role.FRAME_BTN_EDGE, Role.ON_FRAME, Role.ON_FRAME, pressed)


class Focused(Element):
    """The double ring outside a control that has the keyboard's focus."""

    def __init__(self, kit: Kit, child: Element, radius: int) -> None:
        self.child = child
        self.radius = radius
        self.inner = kit.theme.colour(Role.FOCUS_INNER)
        self.outer = kit.theme.colour(Role.FOCUS)

    def _measure(self, width: int) -> Size:
        return self.child.measure(width)

    def place(self, box: Rect, sink: Sink) -> None:
        radius = min(self.radius, box.h // 2, box.w // 2)
        sink.add(RoundRect(box.outset(12), None, self.outer, 8, radius + 12))
        sink.add(RoundRect(box.outset(4), None, self.inner, 4, radius + 4))
        sink.put(self.child, box)


def button(kit: Kit, spec: ButtonSpec, *, height: int | None = None, stacked: bool = False) -> Element:
    """A button as wide as its box. `stacked`: the icon above the word, for tall ones."""
    theme = kit.theme
    role, normal, large = spec.size.value
    look = _look(spec.kind, spec.enabled)
    outline = look.outline
    if outline is Role.SURFACE and theme.high:  # on the black frame a fill alone has no edge
        outline = Role.ON_FRAME
    word: Element = Text(kit, spec.label, role, look.ink, lines=2, align=Align.CENTER if stacked else Align.START)
    if spec.reason and not spec.enabled:
        word = Column(word, Text(kit, spec.reason, Type.NOTE, look.ink, lines=2), gap=0, align=Align.CENTER)
    parts: list[Element] = [word]
    small = spec.size is ButtonSize.SMALL
    if spec.icon is not None:
        icon = IconBox(kit, spec.icon, IconSize.CAPTION if small else IconSize.BUTTON, look.icon)
        parts.insert(len(parts) if spec.icon_after else 0, icon)
    gap = 16 if small else 20
    content: Element = Column(*parts, gap=8, align=Align.CENTER) if stacked else Row(*parts, gap=gap)
    face = Panel(
        kit,
        Placed(Pad(content, 12 if stacked else 16 if small else theme.pick(32, 24), 6)),
        fill=look.fill,
        outline=outline,
        width=theme.lines.outline,
        radius=theme.radius.control,
    )
    least = theme.pick(normal, large) if height is None else height
    return Tap(
        Sized(face, h=least),
        spec.name,
        spec.action,
        enabled=spec.enabled,
        pressed=exchanged(theme, *look.pressed),
        radius=theme.radius.control,
        spoken=spec.spoken,
    )


def button_row(kit: Kit, *specs: ButtonSpec, height: int | None = None) -> Element:
    """Buttons side by side with equal shares; in large text stacked when a word has more than four characters."""
    buttons = [button(kit, spec, height=height) for spec in specs]
    if kit.theme.large and len(specs) > 1 and any(len(spec.label) > 4 for spec in specs):
        return Column(*buttons, gap=20)
    return Row(*(Flex(b) for b in buttons), gap=24, align=Align.STRETCH)


@dataclass(frozen=True, slots=True)
class ChipSpec:
    label: str
    name: str
    action: Hashable
    chosen: bool = False
    enabled: bool = True
    icon_after: Icon | None = None


def chip(kit: Kit, spec: ChipSpec, *, tab: bool = False) -> Element:
    """Single choice: filled with a check when chosen. `tab`: with corners, for two or three across the page."""
    theme = kit.theme
    height = theme.pick(112, 140) if tab else theme.pick(88, 120)
    radius = theme.radius.control if tab else height // 2
    ink = Role.ON_PRIMARY if spec.chosen else Role.INK if spec.enabled else Role.INK2
    fill = Role.PRIMARY if spec.chosen else Role.SURFACE if spec.enabled else Role.SUNKEN
    parts: list[Element] = [Text(kit, spec.label, Type.CHIP, ink, lines=1)]
    if spec.chosen:
        parts.insert(0, IconBox(kit, Icon.CHECK, theme.pick(36, 48), ink))
    if spec.icon_after is not None:
        parts.append(IconBox(kit, spec.icon_after, theme.pick(36, 48), ink))
    face = Panel(
        kit,
        Placed(Pad(Row(*parts, gap=12), 24, 4)),
        fill=fill,
        outline=None if spec.chosen or not spec.enabled else Role.BORDER,
        width=theme.lines.outline,
        radius=radius,
    )
    pairs = ((Role.PRIMARY, Role.PRESSED),) if spec.chosen else ((Role.SURFACE, Role.TINT),)
    return Tap(
        Sized(face, h=height),
        spec.name,
        spec.action,
        enabled=spec.enabled,
        pressed=exchanged(theme, *pairs),
        radius=radius,
    )


def chips(kit: Kit, specs: Sequence[ChipSpec], instead: ButtonSpec) -> Element:
    """A row of chips; in large text the one button `instead` ("险种：职工养老"), which opens them as a list."""
    return button(kit, instead, height=120) if kit.theme.large else Spread(*(chip(kit, spec) for spec in specs))


def tabs(kit: Kit, specs: Sequence[ChipSpec]) -> Element:
    """Two or three tabs of equal width."""
    return Row(*(Flex(chip(kit, spec, tab=True)) for spec in specs), gap=24, align=Align.STRETCH)


@dataclass(frozen=True, slots=True)
class TileSpec:
    """`text`: one line of description; a disabled tile says its reason there."""

    label: str
    text: str
    icon: Icon
    name: str
    action: Hashable
    primary: bool = False
    enabled: bool = True


def _tile(kit: Kit, spec: TileSpec, role: Type, height: int) -> Element:
    theme = kit.theme
    if not spec.enabled:
        fill, outline, ink, ink2, icon_ink = Role.SUNKEN, None, Role.INK2, Role.INK2, Role.INK2
        pairs: tuple[tuple[Role, Role], ...] = ()
    elif spec.primary:
        fill, outline, ink, ink2, icon_ink = Role.PRIMARY, None, Role.ON_PRIMARY, Role.ON_PRIMARY, Role.ON_PRIMARY
        pairs = ((Role.PRIMARY, Role.PRESSED),)
    else:
        fill, outline, ink, ink2, icon_ink = Role.SURFACE, Role.PRIMARY, Role.INK, Role.INK2, Role.PRIMARY
        pairs = ((Role.SURFACE, Role.TINT),)
    icon = IconBox(kit, spec.icon, IconSize.TILE, icon_ink)
    name = Text(kit, spec.label, role, ink, lines=2 if theme.large else 1)
    content: Element
    if theme.large:
        # The reason of a disabled tile is a fact and stays; a description goes.
        words: Element = name
        if not spec.enabled:
            words = Column(name, Text(kit, spec.text, Type.NOTE, ink2, lines=2))
        content = Placed(Row(icon, Flex(words), gap=24), Align.STRETCH, Align.CENTER)
        pad = (40, 12, 24, 12)
    else:
        content = Column(
            Row(icon),
            Flex(Nothing()),
            name,
            Text(kit, spec.text, Type.CAPTION, ink2, lines=2),
        )
        side = 36 if role is Type.TILE else 30
        pad = (side, 32 if role is Type.TILE else 26, side - 10, 22 if role is Type.TILE else 16)
    face = Panel(
        kit, content, fill=fill, outline=outline, width=theme.lines.outline, radius=theme.radius.panel, pad=pad
    )
    return Tap(
        Sized(face, h=height),
        spec.name,
        spec.action,
        enabled=spec.enabled,
        pressed=exchanged(theme, *pairs),
        radius=theme.radius.panel,
    )


def tiles(kit: Kit, specs: Sequence[TileSpec], *, columns: int = 3, height: int | None = None) -> Element:
    """A grid of equal tiles; two across with the icon beside the name in large text.

    All names of a group have one size: the smaller when one of them would not fit in the larger.
    """
    theme = kit.theme
    columns = min(columns, 2) if theme.large and not theme.landscape else columns
    least = theme.pick(252, 188) if height is None else height
    return _Tiles(kit, tuple(specs), min(columns, max(1, len(specs))), least)


class _Tiles(Element):
    def __init__(self, kit: Kit, specs: tuple[TileSpec, ...], columns: int, height: int) -> None:
        self.kit = kit
        self.specs = specs
        self.columns = columns
        self.height = height
        self._grids: dict[int, Grid] = {}

    def _grid(self, width: int) -> Grid:
        grid = self._grids.get(width)
        if grid is None:
            inner = (width - 24 * (self.columns - 1)) // self.columns - 62
            if self.kit.theme.large:
                inner -= self.kit.theme.icon(IconSize.TILE) + 26
            style = self.kit.theme.style(Type.TILE)
            widest = max(
                (
                    sum(self.kit.measurer.width(t, f, style.size) for f, t in self.kit.fonts.runs(spec.label, True))
                    for spec in self.specs
                ),
                default=0,
            )
            role = Type.TILE if widest * 9 // 10 <= inner else Type.TILE_COMPACT
            cells = [_tile(self.kit, spec, role, self.height) for spec in self.specs]
            grid = self._grids[width] = Grid(*cells, columns=self.columns, gap=24, row_gap=20, fill=True)
        return grid

    def _measure(self, width: int) -> Size:
        return self._grid(width).measure(width)

    def place(self, box: Rect, sink: Sink) -> None:
        self._grid(box.w).place(box, sink)


def reveal_button(
    kit: Kit, label: str, name: str, action: Hashable, *, open_: bool, spoken: str = "", enabled: bool = True
) -> Element:
    """Eye and word; while the field is open the word counts down and the fill is the tint."""
    theme = kit.theme
    ink = Role.PRIMARY if enabled else Role.INK2
    content = Row(
        IconBox(kit, Icon.VISIBILITY_OFF if open_ else Icon.VISIBILITY, IconSize.CAPTION, ink),
        Text(kit, label, Type.BUTTON_SMALL, ink, lines=1),
        gap=16,
    )
    face = Panel(
        kit,
        Placed(Pad(content, 20, 4)),
        fill=Role.SUNKEN if not enabled else Role.TINT if open_ else Role.SURFACE,
        outline=Role.PRIMARY if enabled else None,
        width=theme.lines.outline,
        radius=theme.radius.control,
    )
    return Tap(
        Sized(face, w=theme.pick(196, 260), h=theme.pick(80, 112)),
        name,
        action,
        enabled=enabled,
        pressed=exchanged(theme, (Role.SURFACE, Role.TINT)),
        radius=theme.radius.control,
        spoken=spoken,
    )


def pager(
    kit: Kit, before: ButtonSpec, text: str, bold: str, after: ButtonSpec, *, height: int | None = None
) -> Element:
    """Two paging buttons and the page's number between them; `bold` is the part of `text` that stands out."""
    role = Type.LEGEND if before.size is ButtonSize.SMALL else Type.BODY
    middle = Text(kit, emphasised(text, bold), role, Role.INK2, align=Align.CENTER)
    return _Pager(button(kit, before, height=height), middle, button(kit, after, height=height))


class _Pager(Element):
    """Equal buttons; the words between them in one line where the buttons leave room for it."""

    GAP = 24

    def __init__(self, before: Element, middle: Element, after: Element) -> None:
        self.before = before
        self.middle = middle
        self.after = after

    def _split(self, width: int) -> tuple[int, int]:
        """(width of a button, width of the middle)."""
        least = max(self.before.measure(UNBOUNDED).w, self.after.measure(UNBOUNDED).w)
        words = self.middle.measure(max(1, width - 2 * least - 2 * self.GAP)).w
        side = (width - words - 2 * self.GAP) // 2
        side = min(side, width * 41 // 100)
        return side, width - 2 * side - 2 * self.GAP

    def _measure(self, width: int) -> Size:
        if width >= UNBOUNDED:
            sides = [self.before.measure(width).w, self.after.measure(width).w]
            width = 2 * max(sides) + self.middle.measure(width).w + 2 * self.GAP
        side, words = self._split(width)
        sizes = (self.before.measure(side), self.after.measure(side))
        middle = self.middle.measure(words)
        needed = max(s.w for s in sizes) * 2 + middle.w + 2 * self.GAP
        return Size(width if needed <= width else needed, max(middle.h, *(s.h for s in sizes)))

    def place(self, box: Rect, sink: Sink) -> None:
        side, words = self._split(box.w)
        middle = self.middle.measure(words).h
        sink.put(self.before, Rect(box.x, box.y, side, box.h))
        sink.put(self.middle, Rect(box.x + side + self.GAP, box.y + (box.h - middle) // 2, words, middle))
        sink.put(self.after, Rect(box.right - side, box.y, side, box.h))
