"""What can be done with an active card: change its PIN, report its loss. Each says what it is and how long it takes."""

from kiosk.ui.components.choices import ChoiceSpec
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import choice_page, service_frame
from kiosk.visit.actions import ChangePin, ReportLoss
from kiosk.visit.services import CardService
from kiosk.visit.states import Model


def build(state: CardService, model: Model, env: Env) -> Page:
    frame = service_frame(state, env)
    specs = (
        ChoiceSpec(env.t("services.pin"), env.t("services.pin_text"), Icon.DIALPAD, "change-pin", ChangePin()),
        ChoiceSpec(
            env.t("services.loss"), env.t("services.loss_text"), Icon.CREDIT_CARD_OFF, "report-loss", ReportLoss()
        ),
    )
    foot = note(env.kit, Icon.INFO, env.t("services.record_closed"))
    content = choice_page(env, frame, env.t("services.title"), env.t("services.lead"), specs, foot)
    return shell.page(env, model, content, frame.session)
