"""The phone on file, masked: the one to keep, another one, or none."""

from kiosk.ui.components.choices import ChoiceSpec
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import Step, activation_frame, choice_page
from kiosk.visit.actions import NoPhone, OtherPhone, UseThisPhone
from kiosk.visit.services import Activation, KeepPhone
from kiosk.visit.states import Model


def build(state: Activation, stage: KeepPhone, model: Model, env: Env) -> Page:
    frame = activation_frame(state, env, Step.PHONE)
    specs = [
        ChoiceSpec(
            env.t("activation.keep_phone.use", phone=stage.phone),
            env.t("activation.keep_phone.use_text"),
            Icon.CHECK_CIRCLE,
            "use-phone",
            UseThisPhone(),
            primary=True,
        ),
        ChoiceSpec(
            env.t("activation.keep_phone.other"),
            env.t("activation.keep_phone.other_text"),
            Icon.EDIT_NOTE,
            "other-phone",
            OtherPhone(),
        ),
        ChoiceSpec(
            env.t("activation.keep_phone.none"),
            env.t("activation.keep_phone.none_text"),
            Icon.HELP,
            "no-phone",
            NoPhone(),
        ),
    ]
    content = choice_page(env, frame, env.t("activation.keep_phone.title"), env.t("activation.keep_phone.lead"), specs)
    return shell.page(env, model, content, frame.session)
