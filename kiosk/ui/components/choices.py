"""One decision: answers in words, one below the other, each as wide as its column, with what it means."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from kiosk.ui.components.buttons import exchanged
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Kit, Pad, Panel, Placed, Row, Sized, Spacer, Tap
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    """`text` says what the answer means or needs; it goes where large text leaves no room for it."""

    label: str
    text: str
    icon: Icon
    name: str
    action: Hashable
    primary: bool = False


def _choice(kit: Kit, spec: ChoiceSpec, height: int, *, told: bool) -> Element:
    theme = kit.theme
    ink, ink2 = (Role.ON_PRIMARY, Role.ON_PRIMARY) if spec.primary else (Role.INK, Role.INK2)
    sign = Role.ON_PRIMARY if spec.primary else Role.PRIMARY
    words: list[Element] = [Text(kit, spec.label, Type.BUTTON_MAIN if told else Type.BUTTON, ink, lines=2)]
    if told and spec.text:
        words.append(Text(kit, spec.text, Type.LEGEND, ink2, line=135))
    row = Row(
        IconBox(kit, spec.icon, IconSize.TILE, sign),
        Flex(Column(*words, gap=6)),
        IconBox(kit, Icon.CHEVRON_RIGHT, IconSize.BUTTON, sign),
        gap=theme.pick(36, 24),
    )
    face = Panel(
        kit,
        Placed(Pad(row, theme.pick(44, 28), theme.pick(20, 12), theme.pick(28, 20)), Align.STRETCH),
        fill=Role.PRIMARY if spec.primary else Role.SURFACE,
        outline=None if spec.primary else Role.PRIMARY,
        width=theme.lines.outline,
        radius=theme.radius.panel,
    )
    held = (Role.PRIMARY, Role.PRESSED) if spec.primary else (Role.SURFACE, Role.TINT)
    return Tap(Sized(face, h=height), spec.name, spec.action, pressed=exchanged(theme, held), radius=theme.radius.panel)


def choices(kit: Kit, specs: Sequence[ChoiceSpec]) -> Element:
    """As high as there is room for, the lowest without what the answers mean."""
    theme = kit.theme
    forms = (
        (theme.pick(260, 230), True),
        (theme.pick(200, 180), True),
        (150, True),
        (theme.pick(132, 120), False),
        (100, False),
    )
    return FirstFit(
        *(
            Column(
                Spacer(2),
                *(_choice(kit, spec, high, told=told) for spec in specs),
                Spacer(3),
                gap=24 if high > 120 else 18,
            )
            for high, told in forms
        )
    )
