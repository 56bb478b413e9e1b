"""A slip that was printed before, to print it again: masked, to be compared with who asks for it."""

from kiosk.help import SlipFacts
from kiosk.ui import format as fmt
from kiosk.ui.components.buttons import ButtonKind
from kiosk.ui.components.lists import FactSpec
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens.service_parts import paper_button
from kiosk.ui.screens.shell import moment
from kiosk.ui.screens.staff_parts import staff_page, staff_paper_note
from kiosk.ui.screens.staff_result import result
from kiosk.ui.theme import Role
from kiosk.visit.help import SlipFound, Staff
from kiosk.visit.states import Model


def build(staff: Staff, stage: SlipFound, model: Model, env: Env) -> Page:
    printed = paper_button(env, stage.paper, ButtonKind.PRIMARY)
    content = result(
        env,
        (Icon.RECEIPT_LONG, Role.PRIMARY),
        env.t("slip_found.title"),
        env.t("slip_found.lead" if printed is not None else "slip_found.no_printer"),
        facts=_facts(env, stage.facts),
        below=staff_paper_note(env, stage.paper),
        acts=() if printed is None else (printed,),
    )
    return staff_page(env, model, staff, content)


def _facts(env: Env, facts: SlipFacts) -> list[FactSpec]:
    kind = env.t(f"slip_found.{facts.kind}")
    rows = [
        FactSpec(env.t("slip_found.kind"), kind, None if facts.confirmed else env.t("slip_found.not_confirmed")),
        FactSpec(env.t("slip_found.reference"), facts.reference, keep=True),
        FactSpec(env.t("slip_found.holder"), facts.holder),
        FactSpec(env.t("slip_found.at"), moment(env, facts.at)),
    ]
    if facts.bank is not None:
        rows.append(FactSpec(env.t("slip_found.bank"), facts.bank))
    if facts.until is not None:
        rows.append(FactSpec(env.t("slip_found.until"), fmt.day(env.words, facts.until, env.now.date())))
    return rows
