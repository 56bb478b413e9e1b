"""The one transition function. It dispatches; the rules are in `rules_*.py`."""

from dataclasses import replace
from typing import assert_never

from kiosk.visit import (
    rules_activation,
    rules_card,
    rules_query,
    rules_record,
    rules_service,
    rules_staff,
    rules_world,
)
from kiosk.visit.base import Out, in_visit, stay
from kiosk.visit.events import (
    ActivationChecked,
    Ask,
    CardIdentified,
    CardInserted,
    CardPinAnswered,
    CardProgressed,
    CardRemoved,
    CardUnusable,
    CentralFailed,
    ClockChecked,
    CodeChecked,
    CodeSent,
    ConfirmAnswered,
    DigitsEntered,
    DocumentRead,
    Event,
    IdentityAnswered,
    JournalFailed,
    LinkChanged,
    LossReportAnswered,
    NoticesArrived,
    OverviewArrived,
    PinAnswered,
    PinJudged,
    PinProbed,
    Pressed,
    ReaderReported,
    RecentOpened,
    ReservationAnswered,
    RowsArrived,
    ServiceEvent,
    SessionOpened,
    SlipPrinted,
    Tick,
    TicketAnswered,
    Touched,
)
from kiosk.visit.help import Query, Staff
from kiosk.visit.help_deeds import (
    AuditStands,
    Diagnosed,
    FieldRevealed,
    HelpEvent,
    LookupAnswered,
    PersonSessionOpened,
    ReportWritten,
    SlipAnswered,
    StaffSignedIn,
    TechnicianLetIn,
    TicketTakenAnswered,
)
from kiosk.visit.services import Activation, CardService
from kiosk.visit.states import Model


def step(model: Model, event: Event) -> Out:
    """(model, event) -> (model, effects). Total: any event in any state, in any order, gives an answer.

    Time never runs backwards in a model: an event with an older `at` happens "now".
    """
    if event.at > model.now:
        model = replace(model, now=event.at)
    match event:
        case Tick():
            return rules_world.tick(model)
        case ReaderReported():
            return rules_world.reader_reported(model, event)
        case CardInserted():
            return rules_world.card_inserted(model, event)
        case CardRemoved():
            return rules_world.card_removed(model, event)
        case LinkChanged(link=link):
            return stay(replace(model, world=replace(model.world, link=link)))
        case ClockChecked(wrong=wrong):
            return rules_world.clock_checked(model, wrong)
        case NoticesArrived(notices=notices):
            return stay(replace(model, world=replace(model.world, notices=notices)))
        case Touched():
            return rules_world.touched(model)
        case Pressed(visit=visit, action=action):
            # Drawn for another visit: the person who touches it means a page that is gone.
            return rules_world.pressed(model, action) if visit == model.visits else stay(model)
        case DigitsEntered(visit=visit, count=count):
            if not _current(model, visit):
                return stay(model)
            if isinstance(model.state, Activation | CardService):
                return rules_service.digits_entered(model, model.state, count)
            if isinstance(model.state, Staff):
                return rules_staff.digits_entered(model, model.state, count)
            if isinstance(model.state, Query):
                return rules_query.digits_entered(model, model.state, count)
            return rules_card.digits_entered(model, count)
        case CardProgressed() | CardIdentified() | CardUnusable() | PinProbed() | PinAnswered() | SessionOpened():
            return rules_card.card_event(model, event) if _meant(model, event.visit, event.insertion) else stay(model)
        case CentralFailed(ask=Ask.SERVICE):
            return _service_event(model, event)
        case (
            ActivationChecked()
            | IdentityAnswered()
            | DocumentRead()
            | CodeSent()
            | CodeChecked()
            | ReservationAnswered()
            | JournalFailed()
            | PinJudged()
            | CardPinAnswered()
            | ConfirmAnswered()
            | LossReportAnswered()
            | TicketAnswered()
            | SlipPrinted()
        ):
            return _service_event(model, event)
        case (
            StaffSignedIn()
            | TechnicianLetIn()
            | LookupAnswered()
            | FieldRevealed()
            | TicketTakenAnswered()
            | SlipAnswered()
            | PersonSessionOpened()
            | Diagnosed()
            | ReportWritten()
        ):
            return _service_event(model, event)
        case AuditStands(writable=writable):
            return rules_world.audit_stands(model, writable)
        case OverviewArrived() | CentralFailed() | RecentOpened():
            return (
                rules_card.central_event(model, event) if _meant(model, event.visit, event.insertion) else stay(model)
            )
        case RowsArrived():
            return (
                rules_record.rows_arrived(model, event) if _meant(model, event.visit, event.insertion) else stay(model)
            )
        case never:
            assert_never(never)


def _service_event(model: Model, event: ServiceEvent | CentralFailed | HelpEvent) -> Out:
    """Only the newest question's answer is taken."""
    state = model.state
    if not _meant(model, event.visit, event.insertion):
        return stay(model)
    match state:
        case Activation():
            return rules_activation.answered(model, state, event)
        case CardService():
            return rules_service.answered(model, state, event)
        case Staff() if isinstance(event, HelpEvent | CentralFailed | SlipPrinted):
            return rules_staff.answered(model, state, event)
        case Query() if isinstance(event, HelpEvent | CentralFailed):
            return rules_query.answered(model, state, event)
        case _:
            return stay(model)


def _current(model: Model, visit: int) -> bool:
    state = in_visit(model.state)
    return state is not None and state.visit == visit


def _meant(model: Model, visit: int, insertion: int) -> bool:
    """Is the result for the visit under way and the card that is in the slot right now?"""
    state = in_visit(model.state)
    return state is not None and (state.visit, state.insertion) == (visit, insertion)
