"""A keyboard on the screen: digits, letters in their usual places, hyphen; and the fields that show what was typed.

For what is shown while it is typed each key is an action of the visit, in capitals. For a password the keys go past every
state, as those of the PIN pad do, and the field knows how many characters there are.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button, exchanged
from kiosk.ui.components.keypad import key_face
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Element, IconBox, Kit, Panel, Placed, Sink, Tap
from kiosk.ui.nodes import Rect, RoundRect, ShiftKeys, Size
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text

ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
HYPHEN: Final = "-"
GAP: Final = 16
ACROSS: Final = 10


@dataclass(frozen=True, slots=True)
class KeyboardSpec:
    """`key` makes the action of a key from its sign. `shift`: are capitals on; None: there are capitals only.
    `letters`: can be pressed. `confirm` stands in the last row, as wide as there is room."""

    key: Callable[[str], Hashable]
    shift: bool | None
    shift_label: str
    clear: str
    clear_action: Hashable
    erase_spoken: str
    erase_action: Hashable
    hyphen_spoken: str
    confirm: str
    confirm_action: Hashable
    can_confirm: bool
    confirm_icon: Icon = Icon.CHECK
    enabled: bool = True


def keyboard(kit: Kit, spec: KeyboardSpec) -> Element:
    def key(sign: str) -> Element:
        shown = sign if spec.shift is False else sign.upper()
        name = "key-hyphen" if sign == HYPHEN else f"key-{sign}"
        ink = Role.INK if spec.enabled else Role.INK2
        figure = Text(kit, shown, Type.H2, ink, keep=True, line=110)
        spoken = spec.hyphen_spoken if sign == HYPHEN else ""
        return key_face(kit, figure, name, spec.key(shown), enabled=spec.enabled, word=False, spoken=spoken)

    ink = Role.PRIMARY if spec.enabled else Role.INK2
    sign = IconBox(kit, Icon.BACKSPACE, IconSize.BUTTON, ink)
    erase = key_face(
        kit, sign, "key-erase", spec.erase_action, enabled=spec.enabled, word=True, spoken=spec.erase_spoken
    )
    label = Text(kit, spec.clear, _word(kit), ink, lines=1)
    clear = key_face(kit, label, "key-clear", spec.clear_action, enabled=spec.enabled, word=True)
    confirm = button(
        kit,
        ButtonSpec(
            spec.confirm,
            "confirm",
            spec.confirm_action,
            spec.confirm_icon,
            ButtonKind.PRIMARY,
            ButtonSize.SMALL if kit.theme.large else ButtonSize.CARD,
            enabled=spec.can_confirm and spec.enabled,
        ),
        height=_height(kit),
    )
    rows: list[list[tuple[Element, int]]] = [[(key(each), 10) for each in row] for row in ROWS]
    rows[-1] = [(clear if spec.shift is None else _shift(kit, spec), 15), *rows[-1], (erase, 15)]
    below = [] if spec.shift is None else [(clear, 20)]
    rows.append([*below, (key(HYPHEN), 15), (confirm, 100 - 15 - 20 * len(below))])
    return _Keys(rows, _height(kit))


def _height(kit: Kit) -> int:
    theme = kit.theme
    if theme.landscape:
        return theme.pick(84, 88) if theme.strip else theme.pick(100, 92)
    return theme.pick(112, 100)


def _word(kit: Kit) -> Type:
    return Type.ACCESS if kit.theme.large else Type.BUTTON_SMALL


def _shift(kit: Kit, spec: KeyboardSpec) -> Element:
    """Capitals stay on until it is pressed again; the letters on the keys say so, too."""
    theme = kit.theme
    on = bool(spec.shift)
    fill, ink = (Role.PRIMARY, Role.ON_PRIMARY) if on else (Role.SURFACE, Role.PRIMARY)
    if not spec.enabled:
        fill, ink = Role.SUNKEN, Role.INK2
    face = Panel(
        kit,
        Placed(Text(kit, spec.shift_label, _word(kit), ink, lines=1)),
        fill=fill,
        outline=Role.PRIMARY if spec.enabled else None,
        width=theme.lines.outline,
        radius=theme.radius.control,
    )
    held = exchanged(theme, (Role.PRIMARY, Role.PRESSED) if on else (Role.SURFACE, Role.TINT))
    return Tap(face, "key-shift", ShiftKeys(not on), enabled=spec.enabled, pressed=held, radius=theme.radius.control)


class _Keys(Element):
    """Rows of keys in tenths of a key's width, ten keys and their gaps across; a shorter row stands in the middle."""

    def __init__(self, rows: Sequence[Sequence[tuple[Element, int]]], height: int) -> None:
        self.rows = rows
        self.height = height

    def _measure(self, width: int) -> Size:
        return Size(width, self.height * len(self.rows) + GAP * (len(self.rows) - 1))

    def place(self, box: Rect, sink: Sink) -> None:
        step = (box.w + GAP) / (10 * ACROSS)
        high = min(self.height, (box.h - GAP * (len(self.rows) - 1)) // len(self.rows))
        for i, row in enumerate(self.rows):
            at = (10 * ACROSS - sum(tenths for _, tenths in row)) / 2
            for element, tenths in row:
                left, right = round(at * step), round((at + tenths) * step) - GAP
                sink.put(element, Rect(box.x + left, box.y + i * (high + GAP), right - left, high))
                at += tenths


class TypedField(Element):
    """What was typed, on one line, each character a text of its own, with a mark for the next; `longest` of them fit."""

    def __init__(self, kit: Kit, text: str, longest: int, *, wrong: bool = False) -> None:
        self.kit = kit
        self.text = text
        self.longest = longest
        self.wrong = wrong

    def _measure(self, width: int) -> Size:
        return Size(width, _field_height(self.kit))

    def place(self, box: Rect, sink: Sink) -> None:
        _frame(self.kit, box, sink, wrong=self.wrong)
        inner = box.inset(self.kit.theme.pick(36, 28), 0)
        roles = (Type.DIALOG, Type.CODE, Type.LABEL)
        role = next((role for role in roles if self._width(role) <= inner.w), Type.NOTE)
        x = inner.x
        for sign in self.text:
            one = Text(self.kit, sign, role, bold=True, down=Align.CENTER, keep=True, line=110)
            wide = one.measure(inner.w).w
            sink.put(one, Rect(x, box.y, wide, box.h))
            x += wide + 2
        if len(self.text) < self.longest:
            _mark(self.kit, x + 4, box, sink)

    def _width(self, role: Type) -> int:
        """Of the longest text there can be, or the one that is there."""
        widths = [Text(self.kit, sign, role, bold=True, keep=True).measure(1000).w + 2 for sign in self.text]
        usual = Text(self.kit, "8", role, bold=True, keep=True).measure(1000).w + 4
        return sum(widths) + usual * max(0, self.longest - len(self.text))


class SecretField(Element):
    """A dot for each character of a password, and no more is known of it here."""

    def __init__(self, kit: Kit, count: int, *, wrong: bool = False, active: bool = True) -> None:
        self.kit = kit
        self.count = count
        self.wrong = wrong
        self.active = active

    def _measure(self, width: int) -> Size:
        return Size(width, _field_height(self.kit))

    def place(self, box: Rect, sink: Sink) -> None:
        theme = self.kit.theme
        _frame(self.kit, box, sink, wrong=self.wrong)
        inner = box.inset(theme.pick(36, 28), 0)
        step = min(theme.pick(52, 60), (inner.w - 12) // max(1, self.count))
        dot = min(theme.pick(32, 36), step - 4) // 2 * 2
        x = inner.x
        for _ in range(self.count):
            place = Rect(x, box.cy - dot // 2, dot, dot)
            sink.add(RoundRect(place, theme.colour(Role.INK), radius=dot // 2))
            x += step
        if self.active:
            _mark(self.kit, x + 4, box, sink)


def _field_height(kit: Kit) -> int:
    return kit.theme.pick(100, 112) if kit.theme.landscape else kit.theme.pick(116, 120)


def _frame(kit: Kit, box: Rect, sink: Sink, *, wrong: bool) -> None:
    theme = kit.theme
    outline = theme.colour(Role.BAD if wrong else Role.PRIMARY)
    sink.add(RoundRect(box, theme.colour(Role.SURFACE), outline, theme.lines.strong, theme.radius.control))


def _mark(kit: Kit, x: int, box: Rect, sink: Sink) -> None:
    """Where the next character comes."""
    sink.add(RoundRect(Rect(x, box.y + 28, 6, box.h - 56), kit.theme.colour(Role.PRIMARY)))
