"""An active card has a new PIN: that it holds now, what it is not, and what else can be done."""

from kiosk.ui.components.fitting import FirstFit, fitted_picture
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.components.pictures import CardPicture
from kiosk.ui.components.status import status_heading
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import head, service_frame
from kiosk.ui.theme import Role
from kiosk.visit.services import CardService
from kiosk.visit.states import Model


def build(state: CardService, model: Model, env: Env) -> Page:
    kit, theme = env.kit, env.kit.theme
    frame = service_frame(state, env, back=True)
    title, lead = env.t("services.pin_changed.title"), env.t("services.pin_changed.lead")
    if theme.large:
        top = head(env, title, lead, compact=theme.landscape)
    else:
        top = status_heading(kit, Icon.CHECK_CIRCLE, Role.OK, title, lead)
    rows = [
        fact_row(kit, icon, env.t(f"services.pin_changed.{key}"), env.t(f"services.pin_changed.{key}_text"))
        for key, icon in (("keep", Icon.LOCK), ("bank", Icon.ACCOUNT_BALANCE), ("kept", Icon.SHIELD_PERSON))
    ]
    panel, short = list_panel(kit, rows), list_panel(kit, rows[:2])
    picture = Flex(fitted_picture(kit, CardPicture.TAKE, most=110))
    gap = theme.pick(48, 24)
    content: Element
    if theme.landscape:
        left = FirstFit(Column(top, picture, gap=gap), Column(top, Spacer()))
        right = FirstFit(*(Column(Spacer(), said, Spacer()) for said in (panel, short)))
        content = Row(Flex(left, 22), Flex(right, 20), gap=60, align=Align.STRETCH)
    else:
        content = FirstFit(Column(top, picture, panel, gap=gap), Column(top, Spacer(), panel, Spacer(), gap=gap))
    return shell.page(env, model, content, frame.session, bottom_gap=theme.pick(48, 24))
