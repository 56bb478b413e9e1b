"""What can be done with an active card: change its PIN, report its loss. Each says what it is and how long it takes."""

from collections.abc import Sequence

from kiosk.ui.components.choices import ChoiceSpec, choices
from kiosk.ui.components.fitting import FirstFit, fitted_picture
from kiosk.ui.components.pictures import CardPicture
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Row, Sized, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import head, service_frame
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
    return shell.page(env, model, _content(env, specs), frame.session)


def _content(env: Env, specs: Sequence[ChoiceSpec]) -> Element:
    """What is chosen stands where hands are: below the picture."""
    kit, theme = env.kit, env.kit.theme
    top = head(env, env.t("services.title"), env.t("services.lead"))
    closed = note(kit, Icon.INFO, env.t("services.record_closed"))
    picture = Flex(fitted_picture(kit, CardPicture.IN_SLOT, most=110))
    answers = Sized(choices(kit, specs), h=theme.pick(560, 680))
    gap = theme.pick(40, 24)
    if theme.landscape:
        left = FirstFit(Column(top, picture, closed, gap=gap), Column(top, Spacer(), closed, gap=gap))
        right = Column(Spacer(), answers, Spacer())
        return Row(Flex(left, 20), Flex(right, 22), gap=60, align=Align.STRETCH)
    return FirstFit(Column(top, picture, answers, closed, gap=gap), Column(top, Spacer(), answers, closed, gap=gap))
