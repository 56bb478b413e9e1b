"""Staff without a card at hand: number, password, one-time code, one page each. Also the second sign-in of a supervisor."""

from kiosk.ui.components.buttons import ButtonSpec
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import typing_page
from kiosk.ui.screens.sign_in_parts import Entry, typing_of
from kiosk.ui.screens.staff_parts import TOP, staff_frame
from kiosk.visit.help import OpenRemedy, SignIn, Staff
from kiosk.visit.states import Model


def build(staff: Staff, stage: SignIn, model: Model, env: Env) -> Page:
    frame = staff_frame(env, staff)
    entry = Entry(stage.step, stage.name, stage.code, stage.digits, stage.note, stage.locked_until)
    typing = typing_of(
        env, model, entry, "second" if stage.second else "sign_in", help=None if stage.second else _help(env)
    )
    return shell.page(env, model, typing_page(env, frame, typing), frame.session, top_gap=TOP)


def _help(env: Env) -> ButtonSpec:
    """What a failure's code means is told without a sign-in: also while central is away."""
    return ButtonSpec(env.t("staff.sign_in.remedy"), "open-remedy", OpenRemedy(), Icon.BUILD)
