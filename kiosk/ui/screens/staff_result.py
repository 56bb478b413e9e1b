"""A page of staff that tells one thing: a sign, what is, what to do, facts, and at most two buttons."""

from collections.abc import Sequence

from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.lists import FactSpec
from kiosk.ui.components.lists import facts as fact_list
from kiosk.ui.components.status import heading, status_heading
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Row, Spacer
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
    panel = [fact_list(kit, facts, panel=True, label_width=theme.pick(240, 260))] if facts else []
    gap = theme.pick(32, 20)
    if theme.landscape:
        left = FirstFit(*(Column(top, *said, Spacer(), *below, gap=gap) for top in tops))
        right = Column(*panel, Spacer(), *acts, gap=gap)
        return Row(Flex(left, 20), Flex(right, 20), gap=60, align=Align.STRETCH)
    return FirstFit(
        *(Column(top, *said, *panel, *below, Spacer(), *acts, gap=room) for top in tops for room in (gap, 14))
    )
