"""Rules about time, reader, card in and out, clock, and touches."""

from dataclasses import replace
from typing import assert_never

from kiosk.help import Role
from kiosk.visit import (
    offers,
    rules_activation,
    rules_card,
    rules_query,
    rules_record,
    rules_service,
    rules_staff,
)
from kiosk.visit.actions import (
    Action,
    Back,
    End,
    GetTicket,
    OpenPrivacy,
    SetHighContrast,
    SetLanguage,
    SetLargeText,
    ShowPart,
    StayHere,
)
from kiosk.visit.base import (
    Out,
    begin,
    blocking,
    card_taken,
    end,
    ended,
    fail,
    goto,
    has_ended,
    in_visit,
    rest,
    stay,
    without_aids,
)
from kiosk.visit.deadlines import page_idle, pin_idle, question
from kiosk.visit.effects import Play, ReportForgottenCard, Sound
from kiosk.visit.events import CardInserted, CardRemoved, ReaderReported
from kiosk.visit.failures import Failure, of_reader
from kiosk.visit.help import Ended, OpenQuery, OpenStaffSignIn, Query, Staff, WhyEnded
from kiosk.visit.services import Activation, CardService
from kiosk.visit.states import (
    CardPage,
    Idle,
    IdlePrivacy,
    Model,
    Opening,
    OutOfService,
    PinPad,
    Reading,
    Record,
    Reminder,
    Slot,
    TakeCard,
)


def tick(model: Model) -> Out:
    """Only what time alone may change."""
    rules, now = model.rules, model.now
    match model.state:
        case Idle(touched=touched):
            if touched is not None and now >= touched + page_idle(model):
                return goto(without_aids(model), Idle())
            return stay(model)
        case IdlePrivacy(touched=touched):
            return rest(model) if now >= touched + page_idle(model) else stay(model)
        case OutOfService(lifts_at=lifts_at) if lifts_at is not None and now >= lifts_at:
            return rest(model)
        case OutOfService(touched=touched) as out:
            if touched is not None and now >= touched + page_idle(model):
                return goto(without_aids(model), replace(out, touched=None))
            return stay(model)
        case Reading() as reading:
            return rules_card.reading_goes_on(model, reading)
        case CardPage(since=since):
            return end(model) if now >= since + max(rules.failure_page, page_idle(model)) else stay(model)
        case PinPad() as pad:
            if pad.verifying:
                return stay(model)
            if pad.asking_since is None:
                if now >= pad.touched + pin_idle(model):
                    return goto(model, replace(pad, asking_since=now), Play(Sound.QUESTION))
                return stay(model)
            return end(model) if now >= pad.asking_since + question(model) else stay(model)
        case Opening() as opening:
            if not opening.slow and now >= opening.since + rules.name_the_wait:
                opening = replace(opening, slow=True)
            if opening.recent and not opening.unsealing and now >= opening.since + rules.recent_after:
                return rules_card.unseal(model, opening)
            return goto(model, opening)
        case Record() as record:
            return rules_record.tick(model, record)
        case Activation() | CardService() as service:
            return rules_service.tick(model, service)
        case Staff() as staff:
            return rules_staff.tick(model, staff)
        case Query() as query:
            return rules_query.tick(model, query)
        case Ended(since=since):
            return rest(model) if now >= since + rules.help.ended_page else stay(model)
        case TakeCard() as take:
            if take.reminder is Reminder.QUIET and now >= take.since + rules.take_card_louder:
                # Who forgot it is gone: the page speaks to whoever comes next.
                return goto(without_aids(model), replace(take, reminder=Reminder.LOUD), Play(Sound.TAKE_CARD_LOUD))
            if take.reminder is Reminder.LOUD and now >= take.since + rules.take_card_notice:
                return goto(
                    without_aids(model),
                    replace(take, reminder=Reminder.STAFF),
                    ReportForgottenCard(True),
                    Play(Sound.TAKE_CARD_LOUD),
                )
            return stay(model)
        case never:
            assert_never(never)


def reader_reported(model: Model, event: ReaderReported) -> Out:
    """A reader that goes away takes the visit with it; one that comes back lifts its own page. A PIN that is being changed has
    its answer first.

    The card stays in `world.slot` until its removal is reported (the reader does so when it goes away itself): a reader that
    only stalled comes back with the card in it.
    """
    world = replace(model.world, reader=event.state, reader_is_virtual=event.is_virtual)
    model = replace(model, world=world)
    if rules_service.at_card(model.state):
        return stay(model)
    state = in_visit(model.state)
    if state is not None and state.insertion != 0 and of_reader(event.state) is not None:
        return end(model)  # without a card nobody needs the reader, least of all who repairs it
    return _world_changed(model)


def clock_checked(model: Model, wrong: bool) -> Out:
    """A visit whose record is open goes on: its figures came from central. Nobody else is let in.

    A reading page is not torn away before its minimum, nor a PIN that is at the chip, nor what an activation came to.
    """
    if wrong == model.world.clock_wrong:
        return stay(model)
    model = replace(model, world=replace(model.world, clock_wrong=wrong))
    state = model.state
    if wrong and isinstance(state, Reading | PinPad | Opening):
        return rules_card.stop(model, state, Failure.CLOCK_WRONG)
    if wrong and isinstance(state, Activation) and rules_activation.may_break_off(state):
        return fail(model, Failure.CLOCK_WRONG)
    if wrong and isinstance(state, Query) and not has_ended(state):
        return fail(model, Failure.CLOCK_WRONG)
    return _world_changed(model)


def audit_stands(model: Model, writable: bool) -> Out:
    """Where the audit chain cannot be written nobody is shown anything: every visit that shows or could show a record ends.

    What is at the card has its answer, and what the card has done stays to be read; who repairs the kiosk goes on.
    """
    if writable is not model.world.audit_broken:
        return stay(model)
    model = replace(model, world=replace(model.world, audit_broken=not writable))
    if writable:
        return _world_changed(model)
    state = model.state
    match state:
        case Reading() | PinPad() | Opening():
            return rules_card.stop(model, state, Failure.AUDIT_UNWRITABLE)
        case Record():
            return fail(model, Failure.AUDIT_UNWRITABLE)
        case Query():
            return stay(model) if has_ended(state) else fail(model, Failure.AUDIT_UNWRITABLE)
        case Activation():
            return fail(model, Failure.AUDIT_UNWRITABLE) if rules_activation.may_break_off(state) else stay(model)
        case CardService():
            return fail(model, Failure.AUDIT_UNWRITABLE) if rules_service.may_break_off(state) else stay(model)
        case Staff():
            if state.role not in (Role.CLERK, Role.SUPERVISOR):
                return stay(model)
            # With a card in the slot the next page asks for it, and would not say why.
            return end(model) if state.insertion == 0 else fail(model, Failure.AUDIT_UNWRITABLE)
        case Idle() | IdlePrivacy() | OutOfService() | CardPage() | Ended() | TakeCard():
            return _world_changed(model)
        case never:
            assert_never(never)


def _world_changed(model: Model) -> Out:
    failure = blocking(model.world)
    match model.state:
        case (
            Reading()
            | CardPage()
            | PinPad()
            | Opening()
            | Record()
            | Activation()
            | CardService()
            | Staff()
            | Query()
            | Ended()
            | TakeCard()
        ):
            return stay(model)
        case Idle() | IdlePrivacy():
            return stay(model) if failure is None else rest(model)
        case OutOfService(failure=shown, lifts_at=lifts_at):
            # The same page again keeps what somebody chose on it; a fault of our own is not lifted by the world's news.
            if shown is failure or (failure is None and lifts_at is not None):
                return stay(model)
            return rest(model)
        case never:
            assert_never(never)


def card_inserted(model: Model, event: CardInserted) -> Out:
    """A new insertion is a new card, whatever was there before: nothing of it may stay."""
    known = model.world.slot
    if known is not None and known.insertion == event.insertion:
        return stay(model)
    left = card_taken(model)
    model = replace(model, world=replace(model.world, slot=Slot(event.insertion, event.mute)))
    state = in_visit(model.state)
    if state is not None and (state.insertion == 0 or isinstance(state, Staff)):
        # Whose session it was is told before the card's visit begins.
        why = WhyEnded.CARD_CAME if state.insertion == 0 else WhyEnded.STAFF_CARD_LEFT
        model, effects = ended(model, why)
        return model, left + effects
    if state is not None:
        model, effects = end(model)
        return model, left + effects
    if isinstance(model.state, Ended):
        return model, left
    if isinstance(model.state, Idle | IdlePrivacy) and blocking(model.world) is None:
        return begin(model)
    if isinstance(model.state, OutOfService) and blocking(model.world) is not None:
        return stay(model)  # it is read when the kiosk serves again
    model, effects = rest(model)
    return model, left + effects


def card_removed(model: Model, event: CardRemoved) -> Out:
    """Card out ends the visit at once."""
    slot = model.world.slot
    if slot is None or slot.insertion != event.insertion:
        return stay(model)
    left = card_taken(model)
    model = replace(model, world=replace(model.world, slot=None))
    state = in_visit(model.state)
    if state is not None and state.insertion == event.insertion:
        return ended(model, WhyEnded.STAFF_CARD_LEFT) if isinstance(state, Staff) else end(model)
    if isinstance(model.state, TakeCard):
        model, effects = rest(model)
        return model, left + effects
    if isinstance(model.state, OutOfService) and blocking(model.world) is None:
        return rest(model)  # a fault of our own ends with the visit it broke
    return stay(model)


def touched(model: Model) -> Out:
    """Somebody is there. The question is answered by its button only: a sleeve on the glass extends nothing."""
    now = model.now
    match model.state:
        case Idle() as idle:
            return goto(model, replace(idle, touched=now))
        case IdlePrivacy() as privacy:
            return goto(model, replace(privacy, touched=now))
        case OutOfService() as out:
            return goto(model, replace(out, touched=now))
        case PinPad() as pad if pad.asking_since is None:
            return goto(model, replace(pad, touched=now))
        case Record() as record if record.asking_since is None:
            return goto(model, replace(record, touched=now))
        case CardPage() as page:
            return goto(model, replace(page, since=now))
        case Staff(asking_since=None) as staff:
            return goto(model, replace(staff, touched=now, covered=False))
        case Query(asking_since=None) as query:
            return goto(model, replace(query, touched=now))
        case Ended():
            return _after_ended(model)
        case Activation(asking_since=None) | CardService(asking_since=None) as service:
            return goto(model, replace(service, touched=now))
        case _:
            return stay(model)


def _after_ended(model: Model) -> Out:
    """Whoever touched that page is the next person: the aids that were chosen on it go along."""
    prefs = model.prefs
    model, effects = rest(model)
    match model.state:
        case Idle():
            return goto(replace(model, prefs=prefs), Idle(model.now), *effects)
        case OutOfService() as out:
            return goto(replace(model, prefs=prefs), replace(out, touched=model.now), *effects)
        case _:
            return replace(model, prefs=prefs), effects


def pressed(model: Model, action: Action) -> Out:
    """Aids and the way out work everywhere but while a PIN is being changed; the rest belongs to a stage."""
    if rules_service.at_card(model.state):
        return stay(model)
    match action:
        case SetLanguage(language=language):
            if language not in model.rules.languages:
                return stay(model)
            return touched(replace(model, prefs=replace(model.prefs, language=language)))
        case SetLargeText(on=on):
            return touched(replace(model, prefs=replace(model.prefs, large_text=on)))
        case SetHighContrast(on=on):
            return touched(replace(model, prefs=replace(model.prefs, high_contrast=on)))
        case End() if isinstance(model.state, Activation):
            return rules_activation.left(model, model.state)
        case End():
            return end(model) if in_visit(model.state) is not None else _leave_idle_page(model)
        case _:
            pass
    if isinstance(action, OpenQuery | OpenStaffSignIn):
        if action not in offers.from_attract(model):
            return stay(model)
        return rules_query.opened(model) if isinstance(action, OpenQuery) else rules_staff.opened(model)
    match model.state:
        case Idle() if isinstance(action, OpenPrivacy):
            return goto(model, IdlePrivacy(model.now))
        case IdlePrivacy() if isinstance(action, Back):
            return _leave_idle_page(model)
        case IdlePrivacy() as notice if isinstance(action, ShowPart):
            return goto(model, replace(notice, touched=model.now, part=max(0, action.part)))
        case PinPad() as pad:
            if isinstance(action, StayHere):
                return goto(model, replace(pad, asking_since=None, touched=model.now))
            return rules_card.pin_pressed(model, pad, action)
        case Record() as record:
            return rules_record.pressed(model, record, action)
        case Activation() as activation:
            return rules_activation.pressed(model, activation, action)
        case CardService() as service:
            return rules_service.pressed(model, service, action)
        case Staff() as staff:
            return rules_staff.pressed(model, staff, action)
        case Query() as query:
            return rules_query.pressed(model, query, action)
        case CardPage() as page if isinstance(action, GetTicket):
            return rules_service.ticket_asked(model, page)
        case _:
            return stay(model)


def _leave_idle_page(model: Model) -> Out:
    """Back to the attract page; the language just chosen stays."""
    return goto(model, Idle(model.now)) if isinstance(model.state, IdlePrivacy) else stay(model)
