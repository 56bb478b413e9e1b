"""Which document the ground rests on, where it takes several kinds."""

from kiosk.ui.components.choices import ChoiceSpec
from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.ui.screens.staff_parts import DOCUMENT_ICONS, list_page, staff_page
from kiosk.visit import offers
from kiosk.visit.help import ChooseAuthorisation, PickAuthorisation, Staff
from kiosk.visit.states import Model


def build(staff: Staff, stage: ChooseAuthorisation, model: Model, env: Env) -> Page:
    rule = offers.ground_rule(model, staff, stage.ground)
    specs = [
        ChoiceSpec(
            env.t(f"authorisation.{kind.value}"),
            "",
            DOCUMENT_ICONS[kind],
            f"document-{kind.value}",
            PickAuthorisation(kind),
        )
        for kind in (() if rule is None else rule.documents)
    ]
    lead = env.t("lookup.document.lead", ground=env.t(f"ground.{stage.ground.value}"))
    return staff_page(env, model, staff, list_page(env, env.t("lookup.document.title"), lead, specs))
