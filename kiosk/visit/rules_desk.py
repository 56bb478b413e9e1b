"""Rules of the desk's smaller things: a hand-off ticket that is taken, a slip that is printed again."""

from dataclasses import replace
from typing import assert_never

from kiosk.help import SlipFacts, TakenTicket, TicketState
from kiosk.visit.actions import Action, Back, ClearKeys, ConfirmTyped, EraseKey, PrintSlip, TypeKey
from kiosk.visit.base import Out, goto, stay
from kiosk.visit.entries import keyed, of_reference
from kiosk.visit.entry import EntryNote
from kiosk.visit.events import SlipPrinted
from kiosk.visit.help import Desk, SlipFound, Staff, StaffWork, TicketTaken, TypeSlip, TypeTicket
from kiosk.visit.help_deeds import FindSlip, PrintAgain, TakeTicket
from kiosk.visit.rules_help import ask_central, turn
from kiosk.visit.rules_service import paper
from kiosk.visit.services import Paper
from kiosk.visit.states import Model


def pressed(model: Model, staff: Staff, stage: TypeTicket | TypeSlip | SlipFound, action: Action) -> Out:
    if isinstance(action, Back):
        return turn(model, staff, Desk())
    match stage:
        case TypeTicket() if isinstance(action, TypeKey | EraseKey | ClearKeys):
            return turn(model, staff, keyed(stage, action))
        case TypeSlip() if isinstance(action, TypeKey | EraseKey | ClearKeys):
            return turn(model, staff, keyed(stage, action))
        case TypeTicket() | TypeSlip():
            return _confirmed(model, staff, stage) if isinstance(action, ConfirmTyped) else stay(model)
        case SlipFound():
            if not isinstance(action, PrintSlip) or stage.paper in (Paper.NO_PRINTER, Paper.PRINTING):
                return stay(model)
            number = staff.requests + 1
            again = PrintAgain(staff.visit, staff.insertion, number, model.prefs.language, stage.facts)
            return turn(model, replace(staff, requests=number), replace(stage, paper=Paper.PRINTING), again)
        case never:
            assert_never(never)


def _confirmed(model: Model, staff: Staff, stage: TypeTicket | TypeSlip) -> Out:
    note = of_reference(stage)
    if note is not EntryNote.NONE:
        return turn(model, staff, replace(stage, note=note))
    visit, insertion, text = staff.visit, staff.insertion, stage.text
    match stage:
        case TypeTicket():
            return ask_central(
                model, staff, StaffWork.TAKE_TICKET, stage, lambda n: TakeTicket(visit, insertion, n, text)
            )
        case TypeSlip():
            return ask_central(model, staff, StaffWork.FIND_SLIP, stage, lambda n: FindSlip(visit, insertion, n, text))
        case never:
            assert_never(never)


def ticket_taken(model: Model, staff: Staff, typed: TypeTicket, ticket: TakenTicket) -> Out:
    match ticket.state:
        case TicketState.TAKEN | TicketState.WAITING:
            return turn(model, staff, TicketTaken(ticket))
        case TicketState.UNKNOWN:
            return turn(model, staff, replace(typed, note=EntryNote.UNKNOWN))
        case TicketState.EXPIRED:
            return turn(model, staff, replace(typed, note=EntryNote.EXPIRED))
        case never:
            assert_never(never)


def slip_found(model: Model, staff: Staff, typed: TypeSlip, facts: SlipFacts | None) -> Out:
    if facts is None:
        return turn(model, staff, replace(typed, note=EntryNote.UNKNOWN))
    return turn(model, staff, SlipFound(facts, paper(model)))


def printed(model: Model, staff: Staff, stage: SlipFound, event: SlipPrinted) -> Out:
    if stage.paper is not Paper.PRINTING:
        return stay(model)
    return goto(model, replace(staff, stage=replace(stage, paper=event.paper)))
