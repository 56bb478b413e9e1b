"""What a hand-off ticket stands for, and what became of taking it."""

from typing import assert_never

from kiosk.help import TicketState
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.lists import FactSpec
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.nodes import Page
from kiosk.ui.screens.shell import moment
from kiosk.ui.screens.staff_parts import staff_page
from kiosk.ui.screens.staff_result import result
from kiosk.ui.theme import Role
from kiosk.visit.actions import Back
from kiosk.visit.help import Staff, TicketTaken
from kiosk.visit.states import Model


def build(staff: Staff, stage: TicketTaken, model: Model, env: Env) -> Page:
    ticket = stage.ticket
    match ticket.state:
        case TicketState.WAITING:
            sign = (Icon.CHECK_CIRCLE, Role.OK)
        case TicketState.TAKEN:
            sign = (Icon.INFO, Role.PRIMARY)
        case TicketState.UNKNOWN | TicketState.EXPIRED:
            sign = (Icon.HISTORY, Role.WARN)
        case never:
            assert_never(never)
    facts = []
    if ticket.reason is not None:
        facts.append(FactSpec(env.t("ticket_taken.reason"), env.t(f"ticket_reason.{ticket.reason.value}")))
    if ticket.holder is not None:
        facts.append(FactSpec(env.t("ticket_taken.holder"), ticket.holder))
    if ticket.given is not None:
        facts.append(FactSpec(env.t("ticket_taken.given"), moment(env, ticket.given)))
    done = ButtonSpec(env.t("desk.done"), "done", Back(), Icon.DONE_ALL, ButtonKind.PRIMARY, ButtonSize.MAIN)
    key = f"ticket_taken.{ticket.state.value}"
    content = result(env, sign, env.t(f"{key}.title"), env.t(f"{key}.text"), facts=facts, acts=(button(env.kit, done),))
    return staff_page(env, model, staff, content, back=False)
