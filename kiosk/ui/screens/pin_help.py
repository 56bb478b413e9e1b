""" "Forgot PIN": what to do instead. Reading it uses no try, and what was typed is gone."""

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.fitting import FirstFit, columns
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.components.status import heading
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.visit_bar import card_in, proof_note
from kiosk.visit.actions import Back
from kiosk.visit.states import Model, PinPad


def build(state: PinPad, model: Model, env: Env) -> Page:
    content = FirstFit(*(_content(env, noted=noted) for noted in (True, False)))
    return shell.page(
        env, model, content, card_in(env, proof_note(state)), bottom_gap=24 if env.kit.theme.landscape else 48
    )


def _content(env: Env, *, noted: bool) -> Element:
    """`noted`: with the line about children's cards, which the window says too."""
    kit = env.kit
    panel = list_panel(
        kit,
        (
            fact_row(kit, Icon.MEETING_ROOM, env.t("forgot.where"), env.t("forgot.where_note")),
            fact_row(kit, Icon.ID_CARD, env.t("forgot.bring"), env.t("forgot.bring_note") if noted else None),
            fact_row(kit, Icon.CREDIT_CARD_OFF, env.t("forgot.not_bank")),
        ),
    )
    spec = ButtonSpec(
        env.t("forgot.back"), "back", Back(), Icon.ARROW_BACK, kind=ButtonKind.PRIMARY, size=ButtonSize.MAIN
    )
    top = heading(kit, env.t("forgot.title"), env.t("forgot.lead"))
    if kit.theme.landscape:
        return columns(
            kit, Column(top, Spacer(), button(kit, spec)), Column(Spacer(), panel, Spacer()), weights=(20, 24)
        )
    return Column(top, Spacer(), panel, Spacer(), button(kit, spec), gap=kit.theme.pick(40, 20))
