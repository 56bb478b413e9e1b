"""A session without a resident's card has ended by itself: why, and that nothing of it is left."""

from typing import assert_never

from kiosk.ui.components.bars import SessionSpec
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.status import status_heading
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import head
from kiosk.ui.theme import Role
from kiosk.visit.help import Ended, WhyEnded
from kiosk.visit.states import Model


def build(state: Ended, model: Model, env: Env) -> Page:
    key = f"ended.{state.why.value}"
    title, lead = env.t(f"{key}.title"), env.t(f"{key}.lead")
    rich = status_heading(env.kit, _icon(state.why), Role.PRIMARY, title, lead)
    content = FirstFit(*(Column(Spacer(), top, Spacer(2)) for top in (rich, head(env, title, lead))))
    return shell.page(env, model, content, SessionSpec())


def _icon(why: WhyEnded) -> Icon:
    match why:
        case WhyEnded.CARD_CAME:
            return Icon.CREDIT_CARD
        case WhyEnded.STAFF_CARD_LEFT:
            return Icon.LOGOUT
        case WhyEnded.IDLE:
            return Icon.HISTORY
        case never:
            assert_never(never)
