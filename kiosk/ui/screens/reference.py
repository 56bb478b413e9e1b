"""The reference of the authorisation document."""

from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.ui.screens.typed_reference import reference_page
from kiosk.visit.help import Staff, TypeReference
from kiosk.visit.states import Model


def build(staff: Staff, stage: TypeReference, model: Model, env: Env) -> Page:
    document = env.t(f"authorisation.{stage.document.value}")
    return reference_page(
        staff,
        model,
        env,
        title=env.t("lookup.reference.title"),
        lead=env.t("lookup.reference.lead", document=document, ground=env.t(f"ground.{stage.ground.value}")),
        text=stage.text,
        said=stage.note,
        hint=env.t("lookup.reference.hint"),
    )
