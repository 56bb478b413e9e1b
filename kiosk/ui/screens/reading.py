"""The card is being recognised and proved: work goes on, the card must stay, with the steps that are really taken."""

from kiosk.ui.components.fitting import columns, fitted_picture
from kiosk.ui.components.lists import Progress, ProgressSpec, progress_list
from kiosk.ui.components.pictures import CardPicture
from kiosk.ui.components.status import heading
from kiosk.ui.env import Env
from kiosk.ui.layout import Column, Element, Flex, Placed, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.visit_bar import card_in
from kiosk.visit.states import Model, Reading, ReadStep


def build(state: Reading, model: Model, env: Env) -> Page:
    kit = env.kit
    top: Element = heading(kit, env.t("reading.title"), env.t("reading.lead"))
    steps = progress_list(kit, _steps(state, env), env.t("reading.nothing_read"))
    left = Column(top, Flex(fitted_picture(kit, CardPicture.IN_SLOT)), gap=24)
    right = Placed(steps) if kit.theme.landscape else Column(steps, Spacer(least=48))
    return shell.page(env, model, columns(kit, left, right), card_in(env, "bar.reading"))


def _steps(state: Reading, env: Env) -> list[ProgressSpec]:
    order = list(ReadStep)
    now = order.index(state.progress)
    words = {
        Progress.DONE: env.t("reading.done"),
        Progress.NOW: env.t("reading.now"),
        Progress.WAITING: env.t("reading.waiting"),
    }
    specs = []
    for at, step in enumerate(order):
        progress = Progress.DONE if at < now else Progress.NOW if at == now else Progress.WAITING
        specs.append(ProgressSpec(env.t(f"reading.step.{step.value}"), words[progress], progress))
    return specs
