"""Nobody touched a page of staff that shows something of a person: it is hidden until somebody does, and masked then."""

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, IconBox, Placed, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens.staff_parts import staff_page
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.actions import StayHere
from kiosk.visit.help import Staff
from kiosk.visit.states import Model


def build(staff: Staff, model: Model, env: Env) -> Page:
    kit = env.kit
    show = ButtonSpec(env.t("covered.show"), "stay", StayHere(), Icon.VISIBILITY, ButtonKind.PRIMARY, ButtonSize.MAIN)
    words: list[Element] = [
        Placed(IconBox(kit, Icon.VISIBILITY_OFF, IconSize.STATUS, Role.INK2)),
        Text(kit, env.t("covered.title"), Type.H1, align=Align.CENTER),
        Text(kit, env.t("covered.lead"), Type.BODY, Role.INK2, align=Align.CENTER),
    ]
    content = Column(Spacer(), *words, Spacer(), button(kit, show), Spacer(), gap=kit.theme.pick(24, 14))
    return staff_page(env, model, staff, content, back=False)
