"""How to prove who one is, where this hall has several ways."""

from kiosk.services import IdentityWay
from kiosk.ui.components.choices import ChoiceSpec
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import Step, activation_frame, choice_page
from kiosk.visit.actions import PickWay
from kiosk.visit.rules_identity import ways_of
from kiosk.visit.services import Activation
from kiosk.visit.states import Model

_ICONS = {
    IdentityWay.CODE: Icon.DIALPAD,
    IdentityWay.DOCUMENT: Icon.CONTACTLESS,
    IdentityWay.STAFF: Icon.SUPPORT_AGENT,
}


def build(state: Activation, model: Model, env: Env) -> Page:
    frame = activation_frame(state, env, Step.IDENTITY, back=True)
    specs = [
        ChoiceSpec(
            env.t(f"way.{each.value}"),
            env.t(f"way.{each.value}.text"),
            _ICONS[each],
            f"way-{each.value}",
            PickWay(each),
        )
        for each in ways_of(model, state)
    ]
    content = choice_page(env, frame, env.t("activation.way.title"), env.t("activation.way.lead"), specs)
    return shell.page(env, model, content, frame.session)
