"""Why a record is looked at: the region's grounds for this role, each with what it needs."""

from kiosk.help import GroundRule
from kiosk.ui.components.choices import ChoiceSpec
from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.ui.screens.staff_parts import GROUND_ICONS, list_page, staff_page
from kiosk.visit import offers
from kiosk.visit.help import ChooseGround, PickGround, Staff
from kiosk.visit.states import Model


def build(staff: Staff, stage: ChooseGround, model: Model, env: Env) -> Page:
    specs = [
        ChoiceSpec(
            env.t(f"ground.{rule.ground.value}"),
            _needs(env, rule),
            GROUND_ICONS[rule.ground],
            f"ground-{rule.ground.value}",
            PickGround(rule.ground),
        )
        for rule in offers.grounds(model, staff)
    ]
    content = list_page(env, env.t("lookup.ground.title"), env.t("lookup.ground.lead"), specs, stage.part)
    return staff_page(env, model, staff, content)


def _needs(env: Env, rule: GroundRule) -> str:
    match bool(rule.documents), rule.second:
        case True, True:
            return env.t("lookup.needs.both")
        case True, False:
            return env.t("lookup.needs.document")
        case False, True:
            return env.t("lookup.needs.second")
        case _:
            return env.t("lookup.needs.nothing")
