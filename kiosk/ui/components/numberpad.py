"""A pad for what is no secret: an ID number, a phone number, a code that was sent. And the boxes that show what was typed.

The keys have the places of the PIN pad's; what they do are actions of the visit, one for each key.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.keypad import Proportioned, confirm_key, height_of_keys, key_face
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Grid, IconBox, Kit, Row, Sink, Sized, Spacer
from kiosk.ui.nodes import Rect, RoundRect, Size
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text

CHECK_DIGIT = "X"
"""The eleventh value of GB 11643's last place."""
NARROW = 56
"""Px below which a digit has no box of its own."""


@dataclass(frozen=True, slots=True)
class NumberPadSpec:
    """`key` makes the action of a key from its sign. `letter`: with X, left of 0, which can be pressed where X can stand
    (None: no X); clear moves to the right column then.
    `help`: two rows high above confirm, where clear is not. `wide`: three columns of keys, and below them, over the whole
    width, what confirms in more words than one, with clear at its left."""

    key: Callable[[str], Hashable]
    clear: str
    clear_action: Hashable
    erase_spoken: str
    erase_action: Hashable
    confirm: str
    confirm_action: Hashable
    can_confirm: bool
    letter: bool | None = None
    help: ButtonSpec | None = None
    wide: bool = False
    confirm_icon: Icon = Icon.CHECK


def number_pad(kit: Kit, spec: NumberPadSpec, *, key_height: int | None = None) -> Element:
    """As large as the PIN pad."""
    theme = kit.theme
    gap, row_gap = theme.bands.gutter, 20
    high = height_of_keys(kit) if key_height is None else key_height
    if spec.wide:
        row_gap, high = 16, _low(kit)
    tall = 2 * high + row_gap

    role = Type.H2 if spec.wide and theme.large and theme.landscape else Type.KEY

    def key(sign: str, *, enabled: bool = True) -> Element:
        figure = Text(kit, sign, role, Role.INK if enabled else Role.INK2, keep=True)
        return Sized(key_face(kit, figure, f"key-{sign.lower()}", spec.key(sign), enabled=enabled, word=False), h=high)

    erase = key_face(
        kit,
        IconBox(kit, Icon.BACKSPACE, IconSize.ROW, Role.PRIMARY),
        "key-erase",
        spec.erase_action,
        enabled=True,
        word=True,
        spoken=spec.erase_spoken,
    )
    clear = key_face(
        kit,
        Text(kit, spec.clear, Type.KEY_LABEL, Role.PRIMARY, lines=1),
        "key-clear",
        spec.clear_action,
        enabled=True,
        word=True,
    )
    left, above = (
        (key(CHECK_DIGIT, enabled=spec.letter), clear if spec.wide else Sized(clear, h=tall))
        if spec.letter is not None
        else (Sized(clear, h=high), _help(kit, spec, tall))
    )
    pad = Grid(
        *(key(str(value)) for value in range(1, 10)),
        left,
        key("0"),
        Sized(erase, h=high),
        columns=3,
        gap=gap,
        row_gap=row_gap,
        fill=True,
    )
    if spec.wide:
        return Column(pad, _wide_confirm(kit, spec, above), gap=row_gap)
    confirm = confirm_key(kit, spec.confirm, spec.confirm_action, tall, enabled=spec.can_confirm)
    return Proportioned(pad, Column(above, confirm, gap=row_gap), gap)


def _low(kit: Kit) -> int:
    """Height of a key where what confirms stands below the pad."""
    theme = kit.theme
    return theme.pick(92, 88) if theme.landscape else theme.pick(110, 96)


def _wide_confirm(kit: Kit, spec: NumberPadSpec, clear: Element) -> Element:
    size = ButtonSize.CARD if kit.theme.large or kit.theme.landscape else ButtonSize.MAIN
    confirm = button(
        kit,
        ButtonSpec(
            spec.confirm,
            "confirm",
            spec.confirm_action,
            spec.confirm_icon,
            ButtonKind.PRIMARY,
            size,
            enabled=spec.can_confirm,
        ),
        height=kit.theme.pick(132, 120) if not kit.theme.landscape else 104,
    )
    if spec.letter is None:
        return confirm
    return Row(Flex(clear, 2), Flex(confirm, 5), gap=kit.theme.bands.gutter, align=Align.STRETCH)


def _help(kit: Kit, spec: NumberPadSpec, tall: int) -> Element:
    if spec.help is None:
        return Spacer()
    size = ButtonSize.SMALL if kit.theme.large else ButtonSize.CARD
    return button(kit, replace(spec.help, size=size), height=tall, stacked=True)


class DigitBoxes(Element):
    """What was typed, a box a digit, in groups as people say them (6-8-4, 3-4-4); where the boxes would be too narrow, a box a
    group with a line for each digit. The next place is marked; all are marked bad with `wrong`. Each digit is a text of its
    own: nothing here or in a memory of texts holds the whole number."""

    GROUP = 5  # times the gap, between groups

    def __init__(self, kit: Kit, text: str, groups: Sequence[int], *, wrong: bool = False) -> None:
        self.kit = kit
        self.text = text
        self.groups = tuple(groups)
        self.wrong = wrong

    def _metrics(self, width: int) -> tuple[int, int, int]:
        """(box width, height, gap). A gap is left at both ends, for the boxes of groups."""
        theme = self.kit.theme
        count = sum(self.groups)
        gap = 24 if count <= 6 else 8 if count <= 12 else 6
        room = width - gap * (count + 1) - self._wide_gaps(gap)
        wide = min(theme.pick(112, 124), room // count)
        return wide, theme.pick(124, 132) if wide >= NARROW else theme.pick(104, 116), gap

    def _wide_gaps(self, gap: int) -> int:
        return (len(self.groups) - 1) * gap * (self.GROUP - 1)

    def _measure(self, width: int) -> Size:
        wide, high, gap = self._metrics(width)
        count = sum(self.groups)
        return Size(wide * count + gap * (count + 1) + self._wide_gaps(gap), high)

    def place(self, box: Rect, sink: Sink) -> None:
        wide, high, gap = self._metrics(box.w)
        x = box.x + (box.w - self._measure(box.w).w) // 2 + gap
        role = self._role(wide)
        at = 0
        for group in self.groups:
            cells = [Rect(x + i * (wide + gap), box.y, wide, high) for i in range(group)]
            if wide < NARROW:
                across = cells[-1].right - cells[0].x
                self._frame(Rect(x - gap, box.y, across + 2 * gap, high), None, sink)
            for cell in cells:
                if wide >= NARROW:
                    self._frame(cell, at, sink)
                else:
                    self._line(cell, at, sink)
                if at < len(self.text):
                    sign = self.text[at]
                    digit = Text(self.kit, sign, role, bold=True, align=Align.CENTER, down=Align.CENTER, keep=True)
                    sink.put(digit, cell)
                at += 1
            x = cells[-1].right + self.GROUP * gap

    def _frame(self, box: Rect, at: int | None, sink: Sink) -> None:
        theme = self.kit.theme
        outline, width = Role.BORDER, theme.lines.outline
        if self.wrong:
            outline, width = Role.BAD, theme.lines.strong
        elif at == len(self.text):
            outline, width = Role.PRIMARY, theme.lines.strong
        sink.add(RoundRect(box, theme.colour(Role.SURFACE), theme.colour(outline), width, theme.radius.control))

    def _line(self, cell: Rect, at: int, sink: Sink) -> None:
        """Under a place that is still to be typed: strong under the next one."""
        theme = self.kit.theme
        if at < len(self.text):
            return
        now = at == len(self.text)
        height = 8 if now else 4
        bar = Rect(cell.x + 4, cell.bottom - 26 - height // 2, cell.w - 8, height)
        sink.add(RoundRect(bar, theme.colour(Role.PRIMARY if now else Role.BORDER)))

    def _role(self, wide: int) -> Type:
        """The largest in which the widest sign has air in its box."""
        for role in (Type.KEY, Type.H1_COMPACT, Type.CODE, Type.BODY):
            if Text(self.kit, CHECK_DIGIT, role, bold=True, keep=True).measure(1000).w <= wide - 8:
                return role
        return Type.BODY
