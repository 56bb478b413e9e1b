"""A mobile number: 11 places as people say them."""

from kiosk.ui.components.buttons import ButtonSpec
from kiosk.ui.components.numberpad import DigitBoxes
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.number import keys
from kiosk.ui.screens.service_parts import Step, Typing, activation_frame, typing_page
from kiosk.ui.screens.typed_note import typed_note, wrong
from kiosk.visit.actions import NoPhone
from kiosk.visit.services import Activation, TypePhone
from kiosk.visit.states import Model

GROUPS = (3, 4, 4)


def build(state: Activation, stage: TypePhone, model: Model, env: Env) -> Page:
    frame = activation_frame(state, env, Step.PHONE, back=state.phone is not None)
    none = ButtonSpec(env.t("activation.phone.none"), "no-phone", NoPhone(), Icon.HELP)
    typing = Typing(
        title=env.t("activation.phone.title"),
        lead=env.t("activation.phone.lead"),
        field=DigitBoxes(env.kit, stage.text, GROUPS, wrong=wrong(stage.note) and not stage.text),
        pad=keys(env, can_confirm=len(stage.text) == sum(GROUPS), help=none),
        said=typed_note(env, stage.note, None),
        comfort=note(env.kit, Icon.INFO, env.t("activation.phone.hint")),
    )
    return shell.page(env, model, typing_page(env, frame, typing), frame.session)
