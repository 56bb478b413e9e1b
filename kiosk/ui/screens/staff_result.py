"""A page of staff that tells one thing: a sign, what is, what to do, facts, and at most two buttons."""

from collections.abc import Sequence

from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.lists import FactSpec
from kiosk.ui.components.lists import facts as fact_list
from kiosk.ui.components.status import heading, status_heading
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Panel, Row, Spacer
from kiosk.ui.screens.service_parts import head
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text


def result(
    env: Env,
    sign: tuple[Icon, Role],
    title: str,
    lead: str,
    *,
    advice: str = "",
    facts: Sequence[FactSpec] = (),
    below: Sequence[Element] = (),
    acts: Sequence[Element] = (),
) -> Element:
    kit, theme = env.kit, env.kit.theme
    icon, colour = sign
    rich = (
        heading(kit, title, lead)
        if theme.large and not theme.landscape
        else status_heading(kit, icon, colour, title, lead)
    )
    tops = (rich, head(env, title, lead, compact=True))
    said: list[Element] = [Text(kit, advice, Type.VALUE)] if advice else []
    panels: list[list[Element]] = [[]]
    if facts:
        panels = [[fact_list(kit, facts, panel=True, label_width=theme.pick(240, 260))], [_small(env, facts)]]
    gap = theme.pick(32, 20)
    if theme.landscape:
        left = FirstFit(*(Column(top, Spacer(), *below, gap=gap) for top in tops))
        right = FirstFit(*(Column(*said, *panel, Spacer(), *acts, gap=room) for panel in panels for room in (gap, 16)))
        return Row(Flex(left, 20), Flex(right, 20), gap=60, align=Align.STRETCH)
    return FirstFit(
        *(
            Column(top, *said, *panel, *below, Spacer(), *acts, gap=room)
            for panel in panels
            for top in tops
            for room in (gap, 16)
        )
    )


def _small(env: Env, facts: Sequence[FactSpec]) -> Element:
    """Label and value on a line each, without hairlines: for large text."""
    kit = env.kit
    rows: list[Element] = []
    for spec in facts:
        value: Element = Text(kit, spec.value, Type.NOTE, spec.colour, bold=True, line=120)
        if spec.note is not None:
            value = Column(value, Text(kit, spec.note, Type.SMALL, Role.INK2))
        label = Text(kit, spec.label, Type.NOTE, Role.INK2, line=120)
        rows.append(Row(Flex(label, 2), Flex(value, 4), gap=16, align=Align.START))
    return Panel(kit, Column(*rows, gap=6), pad=(28, 12, 28, 12))
