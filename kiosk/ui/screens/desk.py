"""What somebody of the staff can do here."""

from typing import Final

from kiosk.ui.components.choices import ChoiceSpec
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens.service_parts import choice_page
from kiosk.ui.screens.staff_parts import staff_frame, staff_page
from kiosk.visit import offers
from kiosk.visit.help import OpenLookup, OpenRemedy, OpenSlip, OpenTicket, Staff
from kiosk.visit.states import Model

_LOOKS: Final = {
    OpenLookup: ("lookup", Icon.SEARCH),
    OpenTicket: ("ticket", Icon.SUPPORT_AGENT),
    OpenSlip: ("slip", Icon.RECEIPT_LONG),
    OpenRemedy: ("remedy", Icon.BUILD),
}


def build(staff: Staff, model: Model, env: Env) -> Page:
    specs: list[ChoiceSpec] = []
    for action in offers.at_desk(model, staff):
        key, icon = _LOOKS[type(action)]
        label, text = env.t(f"desk.{key}"), env.t(f"desk.{key}.text")
        specs.append(ChoiceSpec(label, text, icon, f"open-{key}", action, primary=not specs))
    foot = note(env.kit, Icon.SCHEDULE, env.t("desk.idle", minutes=round(model.rules.help.staff_idle / 60)))
    content = choice_page(
        env, staff_frame(env, staff, back=False), env.t("desk.title"), env.t("desk.lead"), specs, foot
    )
    return staff_page(env, model, staff, content, back=False)
