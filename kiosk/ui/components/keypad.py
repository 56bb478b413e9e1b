"""The key pad and the boxes of a PIN. No element here ever holds a digit that was typed.

What is no secret (an ID number, a code) has the same pad over actions: `kiosk.ui.components.numberpad`.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button, exchanged
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Grid, IconBox, Kit, Panel, Placed, Sink, Sized, Spacer, Tap
from kiosk.ui.nodes import Rect, RoundRect, SecretKey, SecretKind, Size
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text


@dataclass(frozen=True, slots=True)
class KeypadSpec:
    """Words and actions of a PIN pad. The keys themselves are `SecretKey`s and go past every state."""

    clear: str
    erase_spoken: str
    confirm: str
    confirm_action: Hashable
    can_confirm: bool
    help: str = ""
    help_action: Hashable = None
    enabled: bool = True  # False while a PIN is being checked


def key_face(
    kit: Kit, content: Element, name: str, action: Hashable, *, enabled: bool, word: bool, spoken: str = ""
) -> Tap:
    """A digit has the border of a field; a key with a word or sign that of a button."""
    theme = kit.theme
    outline = None if not enabled else Role.PRIMARY if word else Role.BORDER
    face = Panel(
        kit,
        Placed(content),
        fill=Role.SURFACE if enabled else Role.SUNKEN,
        outline=outline,
        width=theme.lines.outline,
        radius=theme.radius.control,
    )
    # In high contrast ink and border are one colour: the later pair, for the ink, wins.
    held = (
        ((Role.SURFACE, Role.TINT),)
        if word
        else ((Role.SURFACE, Role.PRIMARY), (Role.BORDER, Role.PRIMARY), (Role.INK, Role.ON_PRIMARY))
    )
    return Tap(
        face,
        name,
        action,
        enabled=enabled,
        pressed=exchanged(theme, *held),
        radius=theme.radius.control,
        spoken=spoken,
    )


def height_of_keys(kit: Kit) -> int:
    theme = kit.theme
    if theme.landscape and theme.strip:
        return 100
    return 112 if theme.large else 120 if theme.landscape else 148


def confirm_key(kit: Kit, label: str, action: Hashable, height: int, *, enabled: bool) -> Element:
    """Two rows high, at the right of a pad."""
    size = ButtonSize.SMALL if kit.theme.large else ButtonSize.MAIN
    spec = ButtonSpec(label, "confirm", action, Icon.CHECK, ButtonKind.PRIMARY, size, enabled=enabled)
    return button(kit, spec, height=height, stacked=True)


def keypad(kit: Kit, spec: KeypadSpec, *, key_height: int | None = None) -> Element:
    """Telephone order; clear and erase left and right of 0; help and confirm, two rows high, at the right.

    In large text only the digits grow: the words of the right column go over two lines, and the pad needs no row above it.
    """
    theme = kit.theme
    gap, row_gap = theme.bands.gutter, 20
    if key_height is None:
        key_height = height_of_keys(kit)
    ink = Role.INK if spec.enabled else Role.INK2
    word_ink = Role.PRIMARY if spec.enabled else Role.INK2

    def digit(value: int) -> Element:
        figure = Text(kit, str(value), Type.KEY, ink, keep=True)
        action = SecretKey(SecretKind.DIGIT, value)
        return Sized(key_face(kit, figure, f"key-{value}", action, enabled=spec.enabled, word=False), h=key_height)

    clear = key_face(
        kit,
        Text(kit, spec.clear, Type.KEY_LABEL, word_ink, lines=1),
        "key-clear",
        SecretKey(SecretKind.CLEAR),
        enabled=spec.enabled,
        word=True,
    )
    erase = key_face(
        kit,
        IconBox(kit, Icon.BACKSPACE, IconSize.ROW, word_ink),
        "key-erase",
        SecretKey(SecretKind.ERASE),
        enabled=spec.enabled,
        word=True,
        spoken=spec.erase_spoken,
    )
    pad = Grid(
        *(digit(value) for value in range(1, 10)),
        Sized(clear, h=key_height),
        digit(0),
        Sized(erase, h=key_height),
        columns=3,
        gap=gap,
        row_gap=row_gap,
        fill=True,
    )
    tall = 2 * key_height + row_gap
    confirm = confirm_key(kit, spec.confirm, spec.confirm_action, tall, enabled=spec.can_confirm and spec.enabled)
    right: Element = Column(Spacer(), confirm)
    if spec.help:
        help_size = ButtonSize.SMALL if theme.large else ButtonSize.CARD
        help_spec = ButtonSpec(
            spec.help, "forgot-pin", spec.help_action, Icon.HELP, size=help_size, enabled=spec.enabled
        )
        right = Column(button(kit, help_spec, height=tall, stacked=True), confirm, gap=row_gap)
    return Proportioned(pad, right, gap)


class Proportioned(Element):
    """Three columns of keys and a fourth as wide as one of them."""

    def __init__(self, pad: Element, right: Element, gap: int) -> None:
        self.pad = pad
        self.right = right
        self.gap = gap

    def _split(self, width: int) -> tuple[int, int]:
        key = (width - 3 * self.gap) // 4
        return width - self.gap - key, key

    def _measure(self, width: int) -> Size:
        left, key = self._split(width)
        pad, right = self.pad.measure(left), self.right.measure(key)
        return Size(pad.w + self.gap + right.w, max(pad.h, right.h))

    def place(self, box: Rect, sink: Sink) -> None:
        left, key = self._split(box.w)
        sink.put(self.pad, Rect(box.x, box.y, left, box.h))
        sink.put(self.right, Rect(box.right - key, box.y, key, box.h))


class PinBoxes(Element):
    """`count` boxes, `filled` of them with a dot, the next one marked; all marked bad after a wrong PIN."""

    def __init__(self, kit: Kit, count: int, filled: int, *, wrong: bool = False, active: bool = True) -> None:
        self.theme = kit.theme
        self.count = max(1, count, filled)
        self.filled = filled
        self.wrong = wrong
        self.active = active

    def _metrics(self, width: int) -> tuple[int, int, int]:
        """(box width, height, gap): up to twelve boxes stay side by side."""
        wide, high = self.theme.pick(112, 124), self.theme.pick(124, 140)
        gap = 24 if self.count <= 7 else 12
        fits = (width - gap * (self.count - 1)) // self.count
        return min(wide, fits), high, gap

    def _measure(self, width: int) -> Size:
        wide, high, gap = self._metrics(width)
        return Size(wide * self.count + gap * (self.count - 1), high)

    def place(self, box: Rect, sink: Sink) -> None:
        theme = self.theme
        wide, high, gap = self._metrics(box.w)
        x = box.x + (box.w - wide * self.count - gap * (self.count - 1)) // 2
        surface, radius = theme.colour(Role.SURFACE), theme.radius.control
        for i in range(self.count):
            if self.wrong:
                outline, width = Role.BAD, theme.lines.strong
            elif i == self.filled and self.active:
                outline, width = Role.PRIMARY, theme.lines.strong
            else:
                outline, width = Role.BORDER, theme.lines.outline
            cell = Rect(x, box.y, wide, high)
            sink.add(RoundRect(cell, surface, theme.colour(outline), width, radius))
            if i < self.filled:
                dot = 40 if wide >= 80 else 28
                place = Rect(cell.cx - dot // 2, cell.cy - dot // 2, dot, dot)
                sink.add(RoundRect(place, theme.colour(Role.INK), radius=dot // 2))
            x += wide + gap


def pin_boxes(kit: Kit, count: int, filled: int, *, wrong: bool = False, active: bool = True) -> Element:
    return PinBoxes(kit, count, filled, wrong=wrong, active=active)
