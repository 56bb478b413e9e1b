"""The code on a hand-off ticket."""

from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.ui.screens.typed_reference import reference_page
from kiosk.visit.help import Staff, TypeTicket
from kiosk.visit.states import Model


def build(staff: Staff, stage: TypeTicket, model: Model, env: Env) -> Page:
    return reference_page(
        staff,
        model,
        env,
        title=env.t("desk.ticket.title"),
        lead=env.t("desk.ticket.lead"),
        text=stage.text,
        said=stage.note,
        hint=env.t("desk.ticket.hint"),
        unknown="desk.ticket.unknown",
    )
