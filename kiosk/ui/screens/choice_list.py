"""A list of answers, one of which is chosen: rows with what each needs, in pages where they do not fit."""

from collections.abc import Sequence

from kiosk.ui.components.buttons import exchanged
from kiosk.ui.components.choices import ChoiceSpec
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Kit, Pad, Panel, Placed, Row, Sized, Spacer, Tap
from kiosk.ui.screens.paging import even, part_pager
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text

GAP = 16


def choice_list(env: Env, specs: Sequence[ChoiceSpec], width: int, room: int, part: int = 0) -> Element:
    """As many rows as `room` px hold, each with its second line where all have room for it."""
    kit, theme = env.kit, env.kit.theme
    forms = ((theme.pick(150, 170), True), (theme.pick(128, 150), True), (theme.pick(112, 120), False), (92, False))
    for high, told in forms:
        rows = [_row(kit, spec, high, told=told) for spec in specs]
        column = Column(*rows, gap=GAP)
        if column.measure(width).h <= room:
            return Column(column, Spacer())
    foot = theme.pick(84, 112)
    high, told = theme.pick(128, 120), not theme.large
    rows = [_row(kit, spec, high, told=told) for spec in specs]
    tallest = max(row.measure(width).h for row in rows)
    turned = even(len(rows), max(1, (room - foot - GAP) // (tallest + GAP)), part)
    return Column(
        Column(*rows[turned.first : turned.end], gap=GAP), Spacer(1, GAP), part_pager(env, turned, height=foot)
    )


def _row(kit: Kit, spec: ChoiceSpec, height: int, *, told: bool) -> Element:
    theme = kit.theme
    words: list[Element] = [Text(kit, spec.label, Type.BUTTON_CARD, Role.INK, lines=2, line=120)]
    if told and spec.text:
        words.append(Text(kit, spec.text, Type.NOTE, Role.INK2, line=125))
    row = Row(
        IconBox(kit, spec.icon, IconSize.ROW, Role.PRIMARY),
        Flex(Column(*words)),
        IconBox(kit, Icon.CHEVRON_RIGHT, IconSize.BUTTON, Role.PRIMARY),
        gap=theme.pick(28, 20),
    )
    face = Panel(
        kit,
        Placed(Pad(row, theme.pick(32, 24), 4), Align.STRETCH),
        fill=Role.SURFACE,
        outline=Role.PRIMARY,
        width=theme.lines.outline,
        radius=theme.radius.control,
    )
    held = exchanged(theme, (Role.SURFACE, Role.TINT))
    return Tap(Sized(face, h=height), spec.name, spec.action, pressed=held, radius=theme.radius.control)
