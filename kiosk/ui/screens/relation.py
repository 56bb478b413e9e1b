"""How the guardian is related to the child (监护关系)."""

from kiosk.services import Relation
from kiosk.ui.components.choices import ChoiceSpec
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import Step, activation_frame, choice_page
from kiosk.visit.actions import PickRelation
from kiosk.visit.services import Activation
from kiosk.visit.states import Model

_ICONS = {
    Relation.PARENT: Icon.FAMILY_RESTROOM,
    Relation.GRANDPARENT: Icon.ELDERLY,
    Relation.SIBLING: Icon.CHILD_CARE,
    Relation.OTHER: Icon.BADGE,
}


def build(state: Activation, model: Model, env: Env) -> Page:
    frame = activation_frame(state, env, Step.IDENTITY, back=True)
    specs = [
        ChoiceSpec(
            env.t(f"relation.{each.value}"),
            "",
            _ICONS[each],
            f"relation-{each.value}",
            PickRelation(each),
        )
        for each in Relation
    ]
    content = choice_page(env, frame, env.t("activation.relation.title"), env.t("activation.relation.lead"), specs)
    return shell.page(env, model, content, frame.session)
