"""Central does not give this record: the reason, and what the clerk can do."""

from kiosk.help import LookupRefusal
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens.staff_parts import staff_page
from kiosk.ui.screens.staff_result import result
from kiosk.ui.theme import Role
from kiosk.visit.actions import Back
from kiosk.visit.help import Refused, Staff
from kiosk.visit.states import Model

_ICONS = {
    LookupRefusal.GROUND: Icon.POLICY,
    LookupRefusal.DOCUMENT: Icon.EDIT_NOTE,
    LookupRefusal.OWN_RECORD: Icon.SHIELD_PERSON,
    LookupRefusal.PROTECTED: Icon.LOCK,
    LookupRefusal.ELSEWHERE: Icon.ACCOUNT_BALANCE,
    LookupRefusal.NOT_DUTY: Icon.SCHEDULE,
}


def build(staff: Staff, stage: Refused, model: Model, env: Env) -> Page:
    if stage.why is None:
        key, icon = "lookup.too_many", Icon.NOTIFICATIONS_ACTIVE
    else:
        key, icon = f"lookup.refusal.{stage.why.value}", _ICONS[stage.why]
    end = ButtonSpec(env.t("lookup.end"), "done", Back(), Icon.DONE_ALL, ButtonKind.PRIMARY, ButtonSize.MAIN)
    content = result(
        env,
        (icon, Role.WARN),
        env.t("lookup.too_many.title" if stage.why is None else "lookup.refused.title"),
        env.t(key),
        advice=env.t(f"{key}.advice"),
        acts=(button(env.kit, end),),
    )
    return staff_page(env, model, staff, content, back=False)
