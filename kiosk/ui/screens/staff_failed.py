"""Central did not answer a question of staff: which failure it is, what a clerk does, the code."""

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.status import code_strip
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens.staff_parts import staff_page
from kiosk.ui.screens.staff_result import result
from kiosk.ui.theme import Role
from kiosk.visit.actions import TryAgain
from kiosk.visit.help import Staff, StaffFailed
from kiosk.visit.states import Model


def build(staff: Staff, stage: StaffFailed, model: Model, env: Env) -> Page:
    again = ButtonSpec(env.t("common.retry"), "try-again", TryAgain(), Icon.SYNC, ButtonKind.PRIMARY, ButtonSize.MAIN)
    content = result(
        env,
        (Icon.CLOUD_OFF, Role.WARN),
        env.t("staff.failed.title"),
        env.t("staff.failed.lead"),
        advice=env.t(f"{stage.because.key}.staff"),
        below=(code_strip(env.kit, env.t("failure.code_note"), stage.because.code),),
        acts=(button(env.kit, again),),
    )
    return staff_page(env, model, staff, content)
