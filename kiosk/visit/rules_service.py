"""What an activation and the services for an active card share (time, PIN slots, ticket, slip), and the rules of the latter.

Questions are numbered: only the newest one's answer is taken, whatever comes late or twice.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from drivers.card.states import (
    PinLocked,
    PinRefusedFormat,
    PinUnknown,
    PinVerdict,
    PinVerified,
    PinWrong,
)
from kiosk.help import Access
from kiosk.services import SlipKind, TicketReason
from kiosk.visit import offers
from kiosk.visit.actions import (
    Action,
    Back,
    ChangePin,
    ConfirmLoss,
    ConfirmPin,
    GetTicket,
    PrintSlip,
    ReportLoss,
    ShowPart,
    StayHere,
    TryAgain,
)
from kiosk.visit.base import Out, end, fail, goto, left_alone, stay
from kiosk.visit.deadlines import leaves_at, question
from kiosk.visit.effects import (
    AskTicket,
    ChangeCardPin,
    Effect,
    FetchOverview,
    ForgetRecent,
    JudgePin,
    OpenSecret,
    Play,
    Print,
    ReportLossNow,
    Sound,
)
from kiosk.visit.entries import sign_in_counted
from kiosk.visit.entry import EntryNote
from kiosk.visit.events import (
    CardPinAnswered,
    CentralFailed,
    JournalFailed,
    LossReportAnswered,
    PinJudged,
    ServiceEvent,
    SlipPrinted,
    TicketAnswered,
)
from kiosk.visit.failures import Failure, of_central, of_reader
from kiosk.visit.help_deeds import HelpEvent
from kiosk.visit.services import (
    Activation,
    CardService,
    ClerkConfirms,
    Finished,
    LossAsked,
    LossReported,
    Paper,
    PinChanged,
    PinRule,
    Pins,
    PinSlot,
    ServicesMenu,
    ServiceStage,
    Stage,
    Stop,
    Stopped,
    Work,
    Working,
    may_try_again,
    ticket_reason,
)
from kiosk.visit.states import CardPage, Link, Model, Opening, Record, State

Service = Activation | CardService
Answer = ServiceEvent | CentralFailed | HelpEvent


# --- both -------------------------------------------------------------------------------------------------------------


def at_card(state: State) -> bool:
    """A PIN command is at the card: nothing can be pressed, and nothing but the card's leaving ends the visit."""
    return (
        isinstance(state, Activation | CardService)
        and isinstance(state.stage, Working)
        and state.stage.work in (Work.CHANGE, Work.VERIFY)
    )


def may_break_off(service: CardService) -> bool:
    """Is there anything to break off: nothing is at the card, and nothing that was done is told."""
    return not at_card(service) and not isinstance(service.stage, Stopped | PinChanged | LossReported)


def turn(model: Model, service: Service, stage: Pins | Working | Stopped, *effects: Effect) -> Out:
    return goto(model, replace(service, stage=stage, touched=model.now, asking_since=None), *effects)


def ask(model: Model, service: Service, stage: Pins | Working | Stopped, make: Callable[[int], Effect]) -> Out:
    """A page that waits for the answer to a numbered question."""
    number = service.requests + 1
    return turn(model, replace(service, requests=number), stage, make(number))


def tick(model: Model, service: Service) -> Out:
    now = model.now
    if service.asking_since is not None:
        return left_alone(model) if now >= service.asking_since + question(model) else stay(model)
    stage = service.stage
    if isinstance(stage, ClerkConfirms) and stage.locked_until is not None and now >= stage.locked_until:
        assert isinstance(service, Activation)
        stage = replace(stage, locked_until=None, note=EntryNote.NONE)
        service = replace(service, stage=stage)
        model = replace(model, state=service)
    if isinstance(stage, Working):
        if stage.slow or now < stage.since + model.rules.name_the_wait:
            return stay(model)
        return goto(model, replace(service, stage=replace(stage, slow=True)))
    leaves = leaves_at(model, service)
    if leaves is None or now < leaves:
        return stay(model)
    if isinstance(stage, Stopped | Finished | PinChanged | LossReported):
        return end(model)  # nothing can be lost
    return goto(model, replace(service, asking_since=now), Play(Sound.QUESTION))


def digits_entered(model: Model, service: Service, count: int) -> Out:
    pins = service.stage
    if isinstance(service, Activation) and isinstance(pins, ClerkConfirms):
        service = replace(service, stage=sign_in_counted(pins, count))
        return goto(model, service if service.asking_since is not None else replace(service, touched=model.now))
    if not isinstance(pins, Pins) or pins.judging:
        return stay(model)
    if service.asking_since is not None:
        # As on the PIN page: a key that was under way is in the buffer, so it is counted, and extends nothing.
        return goto(model, replace(service, stage=replace(pins, digits=count)))
    rule = None if count else pins.rule
    return goto(model, replace(service, stage=replace(pins, digits=count, rule=rule), touched=model.now))


def card_unusable(model: Model, service: Service, failure: Failure) -> Out:
    """A card that no longer answers as itself: it may be another one by now. What is at the card has its own answer, and where
    the card has done its part nothing is taken from the page."""
    stage = service.stage
    done = isinstance(stage, Stopped | Finished | PinChanged | LossReported)
    if done or at_card(service) or (isinstance(stage, Working) and stage.work is Work.CONFIRM):
        return stay(model)
    return fail(model, failure)


def open_slot(model: Model, service: Service, pins: Pins) -> Out:
    return turn(model, service, pins, OpenSecret(service.visit, pins.slot))


def pins_pressed(model: Model, service: Service, pins: Pins, action: Action) -> Out:
    if isinstance(action, ConfirmPin) and not pins.judging and pins.digits >= model.rules.pin_min:
        judging = replace(pins, judging=True, rule=None)
        return ask(model, service, judging, lambda n: JudgePin(service.visit, service.insertion, n, pins.slot))
    return stay(model)


def change(model: Model, service: Service) -> Out:
    """The one command that sets the PIN."""
    transaction = isinstance(service, Activation)
    if isinstance(service, Activation):
        service = replace(service, sent=True)
    working = Working(Work.CHANGE, model.now)
    return ask(model, service, working, lambda n: ChangeCardPin(service.visit, service.insertion, n, transaction))


def judged(model: Model, service: Service, pins: Pins, event: PinJudged) -> Out:
    """Old, new, again, then the card. An old one typed anew goes with the new one that is kept. Of a NEW after a tear see
    `rules_activation`."""
    if not pins.judging or event.slot is not pins.slot:
        return stay(model)
    match pins.slot, event.rule:
        case PinSlot.OLD, None:
            return change(model, service) if pins.wrong else open_slot(model, service, Pins(PinSlot.NEW))
        case PinSlot.OLD, PinRule.OLD:
            # What was typed as new is the old one: old is right, new is not.
            return open_slot(model, service, Pins(PinSlot.NEW, rule=PinRule.OLD))
        case PinSlot.NEW, None:
            return open_slot(model, service, Pins(PinSlot.AGAIN))
        case PinSlot.AGAIN, None:
            return change(model, service)
        case PinSlot.AGAIN, rule:
            return open_slot(model, service, Pins(PinSlot.NEW, rule=rule))
        case _, rule:
            return open_slot(model, service, replace(pins, digits=0, judging=False, rule=rule))


def refused(model: Model, service: Service, verdict: PinVerdict, *, torn: bool) -> Out:
    """CHANGE was not done, or nobody knows. `torn`: it was not known before, either."""
    if of_reader(model.world.reader) is not None:
        return end(model)  # the reader went meanwhile
    if model.world.clock_wrong and isinstance(service, Activation):
        return fail(model, Failure.CLOCK_WRONG)
    match verdict:
        case PinWrong(tries_left=1) if torn:
            return stop(model, _with_tries(service, 1), Stop.ONE_TRY_LEFT)
        case PinWrong(tries_left=left):
            return open_slot(model, _with_tries(service, left), Pins(PinSlot.OLD, wrong=True, after_tear=torn))
        case PinLocked():
            return stop(model, _with_tries(service, 0), Stop.PIN_LOCKED)
        case PinRefusedFormat():
            return open_slot(model, service, Pins(PinSlot.OLD, rule=PinRule.LENGTH, wrong=True, after_tear=torn))
        case PinUnknown(status_word=None):
            return stop(model, service, Stop.TORN)
        case PinUnknown():
            return stop(model, service, Stop.CARD_FAILED)
        case PinVerified():
            raise AssertionError("it was done")
        case never:
            assert_never(never)


def _with_tries(service: Service, tries: int) -> Service:
    return replace(service, tries=tries)


def stop(
    model: Model, service: Service, why: Stop, *, because: Failure | None = None, back: Stage | None = None
) -> Out:
    """A named outcome. Where the card is stuck the ticket for the counter is asked for at once."""
    stopped = Stopped(why, because, back=back)
    reason = ticket_reason(service, why)
    stuck = why in (Stop.PIN_LOCKED, Stop.ONE_TRY_LEFT, Stop.CARD_FAILED)
    if reason is None or not stuck or model.world.link is Link.OFFLINE:
        return turn(model, service, stopped)
    return _ask_ticket(model, service, stopped, reason)


def _ask_ticket(model: Model, service: Service, stopped: Stopped, reason: TicketReason) -> Out:
    asking = replace(stopped, asking=True)
    return ask(model, service, asking, lambda n: AskTicket(service.visit, service.insertion, n, reason))


def stopped_pressed(model: Model, service: Service, stopped: Stopped, action: Action) -> Out:
    match action:
        case GetTicket() if stopped.ticket is None and not stopped.asking:
            reason = ticket_reason(service, stopped.stop)
            return stay(model) if reason is None else _ask_ticket(model, service, stopped, reason)
        case PrintSlip() if stopped.ticket is not None:
            return print_slip(model, service, stopped)
        case _:
            return stay(model)


def stopped_answered(model: Model, service: Service, stopped: Stopped, event: Answer) -> Out:
    match event:
        case TicketAnswered(ticket=ticket) if stopped.asking:
            given = replace(stopped, ticket=ticket, asking=False, paper=paper(model))
            return turn(model, service, given)
        case CentralFailed() if stopped.asking:
            return goto(model, replace(service, stage=replace(stopped, asking=False)))
        case SlipPrinted(paper=printed) if stopped.paper is Paper.PRINTING:
            return goto(model, replace(service, stage=replace(stopped, paper=printed)))
        case _:
            return stay(model)


def paper(model: Model) -> Paper:
    return Paper.OFFERED if model.rules.printer else Paper.NO_PRINTER


def print_slip(model: Model, service: Service, stage: Stopped | Finished | LossReported) -> Out:
    """Also once more, also after a failure. One at a time."""
    if stage.paper in (Paper.NO_PRINTER, Paper.PRINTING):
        return stay(model)
    number = service.requests + 1
    made = Print(service.visit, service.insertion, number, SlipKind.TICKET, model.prefs.language)
    changes = {"stage": replace(stage, paper=Paper.PRINTING), "requests": number, "touched": model.now}
    match stage:
        case Stopped(ticket=ticket):
            made = replace(made, ticket=ticket)
        case LossReported(report=report):
            made = replace(made, kind=SlipKind.LOSS, reference=report.reference, report=report)
        case Finished(confirmed=confirmed):
            assert isinstance(service, Activation)
            bank = service.eligibility.bank if service.eligibility is not None else None
            holder = service.holder.name if service.holder is not None else None
            made = replace(
                made,
                kind=SlipKind.ACTIVATION,
                reference=service.reference,
                confirmed=confirmed,
                bank=bank,
                holder=holder,
            )
        case never:
            assert_never(never)
    return goto(model, replace(service, **changes), made)  # type: ignore[arg-type]


# --- services for an active card --------------------------------------------------------------------------------------


def opened(model: Model, record: Record) -> Out:
    """From an open record, which is closed. In an outage nothing that changes anything is offered."""
    if not offers.services(model, record):
        return stay(model)
    # Without a card there is nothing to choose from: what can be done is the report of a loss.
    stage = ServicesMenu() if record.access is Access.CARD else LossAsked()
    return goto(model, CardService(record.visit, record.insertion, stage, model.now, access=record.access))


def ticket_asked(model: Model, page: CardPage) -> Out:
    """The page of a locked PIN, of a card whose session is still open at central."""
    if not page.ticket:
        return stay(model)
    service = CardService(page.visit, page.insertion, ServicesMenu(), model.now, tries=0)
    return _ask_ticket(model, service, Stopped(Stop.PIN_LOCKED), TicketReason.PIN_LOCKED)


def pressed(model: Model, service: CardService, action: Action) -> Out:
    if isinstance(action, StayHere):
        return goto(model, replace(service, asking_since=None, touched=model.now))
    if service.asking_since is not None:
        return stay(model)
    service = replace(service, touched=model.now)
    model = replace(model, state=service)
    match service.stage, action:
        case ServicesMenu(), ChangePin():
            return open_slot(model, service, Pins())
        case ServicesMenu(), ReportLoss():
            return _turn(model, service, LossAsked())
        case LossAsked() as asked, ShowPart(part=part):
            return _turn(model, service, replace(asked, part=max(0, part)))
        case LossAsked(), ConfirmLoss():
            return _report_loss(model, service)
        case LossAsked() | Stopped(stop=Stop.CENTRAL), Back() if service.access is not Access.CARD:
            # There is no menu without a card: back to the record, which was closed.
            opening = Opening(service.visit, service.insertion, model.now, None, access=service.access)
            return goto(model, opening, FetchOverview(opening.visit, opening.insertion))
        case Pins(judging=False) | LossAsked() | PinChanged(), Back():
            # Nothing that was typed is kept.
            wiped = (OpenSecret(service.visit, PinSlot.OLD),) if isinstance(service.stage, Pins) else ()
            return _turn(model, service, ServicesMenu(), *wiped)
        case Pins() as pins, _:
            return pins_pressed(model, service, pins, action)
        case Stopped(stop=Stop.CENTRAL), Back():
            return _turn(model, service, ServicesMenu())
        case Stopped() as stopped, TryAgain() if may_try_again(stopped):
            return _report_loss(model, service)
        case Stopped() as stopped, _:
            return stopped_pressed(model, service, stopped, action)
        case LossReported() as reported, PrintSlip():
            return print_slip(model, service, reported)
        case _:
            return stay(model)


def _turn(model: Model, service: CardService, stage: ServiceStage, *effects: Effect) -> Out:
    return goto(model, replace(service, stage=stage, touched=model.now), *effects)


def _report_loss(model: Model, service: CardService) -> Out:
    if model.world.link is Link.OFFLINE:
        return stop(model, service, Stop.CENTRAL, because=Failure.CENTRAL_UNREACHABLE)
    working = Working(Work.REPORT_LOSS, model.now)
    return ask(model, service, working, lambda n: ReportLossNow(service.visit, service.insertion, n))


def answered(model: Model, service: CardService, event: Answer) -> Out:
    if event.request != service.requests:
        return stay(model)
    match service.stage, event:
        case Pins() as pins, PinJudged():
            return judged(model, service, pins, event)
        case Working(work=Work.CHANGE), CardPinAnswered(verdict=PinVerified()):
            return _turn(model, service, PinChanged())
        case Working(work=Work.CHANGE), CardPinAnswered(verdict=verdict):
            return refused(model, service, verdict, torn=False)
        case Working(work=Work.CHANGE), JournalFailed():
            return stop(model, service, Stop.JOURNAL)
        case Working(work=Work.REPORT_LOSS), LossReportAnswered(report=report):
            # It opens nothing any more, here neither.
            forget = (ForgetRecent(service.visit, service.insertion),) if service.access is Access.CARD else ()
            return _turn(model, service, LossReported(report, paper(model)), *forget)
        case Working(work=Work.REPORT_LOSS), CentralFailed(failure=failure):
            return stop(model, service, Stop.CENTRAL, because=of_central(failure))
        case Stopped() as stopped, _:
            return stopped_answered(model, service, stopped, event)
        case LossReported(paper=Paper.PRINTING) as reported, SlipPrinted(paper=printed):
            return goto(model, replace(service, stage=replace(reported, paper=printed)))
        case _:
            return stay(model)
