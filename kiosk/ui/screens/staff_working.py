"""Central is asked for something of staff: what it is; the wait gets its name after a second."""

from kiosk.ui.components.fitting import FirstFit, columns
from kiosk.ui.components.lists import Progress, ProgressSpec, progress_list
from kiosk.ui.env import Env
from kiosk.ui.layout import Align, Column, Element, Placed, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens.service_parts import head
from kiosk.ui.screens.staff_parts import staff_page
from kiosk.visit.help import Staff, StaffWorking
from kiosk.visit.states import Model


def build(staff: Staff, stage: StaffWorking, model: Model, env: Env) -> Page:
    key = f"staff.work.{stage.work.value}"
    lead = env.n("opening.lead", round(model.rules.answer_deadline)) if stage.slow else env.t("opening.soon")
    panel = progress_list(env.kit, [ProgressSpec(env.t(f"{key}.step"), env.t("reading.now"), Progress.NOW)])
    top = Column(head(env, env.t(f"{key}.title"), lead), Spacer())
    right: Element = (
        FirstFit(Placed(panel, Align.STRETCH)) if env.kit.theme.landscape else Column(panel, Spacer(least=24))
    )
    if not env.kit.theme.landscape:
        content: Element = Column(top, panel, Spacer(), gap=40)
    else:
        content = columns(env.kit, top, right, weights=(22, 22))
    return staff_page(env, model, staff, content, back=False)
