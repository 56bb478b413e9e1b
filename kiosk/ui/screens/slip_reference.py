"""The reference on a slip that is to be printed again."""

from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.ui.screens.typed_reference import reference_page
from kiosk.visit.help import Staff, TypeSlip
from kiosk.visit.states import Model


def build(staff: Staff, stage: TypeSlip, model: Model, env: Env) -> Page:
    return reference_page(
        staff,
        model,
        env,
        title=env.t("desk.slip.title"),
        lead=env.t("desk.slip.lead"),
        text=stage.text,
        said=stage.note,
        hint=env.t("desk.slip.hint"),
        unknown="desk.slip.unknown",
    )
