"""Rules about time, reader, card in and out, clock, and touches."""

from dataclasses import replace
from typing import assert_never

from kiosk.visit import rules_card, rules_record
from kiosk.visit.actions import (
    Action,
    Back,
    End,
    OpenPrivacy,
    SetHighContrast,
    SetLanguage,
    SetLargeText,
    StayHere,
)
from kiosk.visit.base import Out, begin, blocking, card_taken, end, goto, in_visit, rest, stay
from kiosk.visit.deadlines import page_idle, pin_idle, question
from kiosk.visit.effects import Play, ReportForgottenCard, Sound
from kiosk.visit.events import CardInserted, CardRemoved, ReaderReported
from kiosk.visit.failures import Failure
from kiosk.visit.states import (
    CardPage,
    Idle,
    IdlePrivacy,
    Model,
    Opening,
    OutOfService,
    PinPad,
    Prefs,
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
                return goto(replace(model, prefs=Prefs(language=rules.default_language)), Idle())
            return stay(model)
        case IdlePrivacy(touched=touched):
            return rest(model) if now >= touched + page_idle(model) else stay(model)
        case OutOfService():
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
                return goto(model, replace(opening, slow=True))
            return stay(model)
        case Record() as record:
            return rules_record.tick(model, record)
        case TakeCard() as take:
            if take.reminder is Reminder.QUIET and now >= take.since + rules.take_card_louder:
                return goto(model, replace(take, reminder=Reminder.LOUD), Play(Sound.TAKE_CARD_LOUD))
            if take.reminder is Reminder.LOUD and now >= take.since + rules.take_card_notice:
                return goto(
                    model,
                    replace(take, reminder=Reminder.STAFF),
                    ReportForgottenCard(True),
                    Play(Sound.TAKE_CARD_LOUD),
                )
            return stay(model)
        case never:
            assert_never(never)


def reader_reported(model: Model, event: ReaderReported) -> Out:
    """A reader that goes away takes the visit with it; one that comes back lifts its own page."""
    world = replace(model.world, reader=event.state, reader_is_virtual=event.is_virtual)
    return _world_changed(replace(model, world=world))


def clock_checked(model: Model, wrong: bool) -> Out:
    """A visit whose record is open goes on: its figures came from central. Nobody else is let in."""
    if wrong == model.world.clock_wrong:
        return stay(model)
    model = replace(model, world=replace(model.world, clock_wrong=wrong))
    state = model.state
    if wrong and isinstance(state, Reading | PinPad | Opening) and not (isinstance(state, PinPad) and state.verifying):
        return rules_card.fail(model, Failure.CLOCK_WRONG)
    if in_visit(state) is not None:
        return stay(model)
    return _world_changed(model)


def _world_changed(model: Model) -> Out:
    failure = blocking(model.world)
    if failure is not None and failure is not Failure.CLOCK_WRONG and in_visit(model.state) is not None:
        # A card that left with its reader is reported removed by itself; one behind a reader that hangs is to be taken.
        return end(model)
    if in_visit(model.state) is not None or isinstance(model.state, TakeCard):
        return stay(model)
    if failure is None and isinstance(model.state, Idle | IdlePrivacy):
        return stay(model)
    return rest(model)


def card_inserted(model: Model, event: CardInserted) -> Out:
    """A new insertion is a new card, whatever was there before: nothing of it may stay."""
    known = model.world.slot
    if known is not None and known.insertion == event.insertion:
        return stay(model)
    left = card_taken(model)
    model = replace(model, world=replace(model.world, slot=Slot(event.insertion, event.mute)))
    if in_visit(model.state) is not None:
        model, effects = end(model)
        return model, left + effects
    if isinstance(model.state, Idle | IdlePrivacy) and blocking(model.world) is None:
        return begin(model)
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
    if state is not None:
        return end(model)
    if isinstance(model.state, TakeCard):
        model, effects = rest(model)
        return model, left + effects
    return stay(model)


def touched(model: Model) -> Out:
    """Somebody is there. The question is answered by its button only: a sleeve on the glass extends nothing."""
    now = model.now
    match model.state:
        case Idle() as idle:
            return goto(model, replace(idle, touched=now))
        case IdlePrivacy() as privacy:
            return goto(model, replace(privacy, touched=now))
        case PinPad() as pad if pad.asking_since is None:
            return goto(model, replace(pad, touched=now))
        case Record() as record if record.asking_since is None:
            return goto(model, replace(record, touched=now))
        case CardPage() as page:
            return goto(model, replace(page, since=now))
        case _:
            return stay(model)


def pressed(model: Model, action: Action) -> Out:
    """Aids and the way out work everywhere; the rest belongs to a stage."""
    match action:
        case SetLanguage(language=language):
            if language not in model.rules.languages:
                return stay(model)
            return touched(replace(model, prefs=replace(model.prefs, language=language)))
        case SetLargeText(on=on):
            return touched(replace(model, prefs=replace(model.prefs, large_text=on)))
        case SetHighContrast(on=on):
            return touched(replace(model, prefs=replace(model.prefs, high_contrast=on)))
        case End():
            return end(model) if in_visit(model.state) is not None else _leave_idle_page(model)
        case _:
            pass
    match model.state:
        case Idle() if isinstance(action, OpenPrivacy):
            return goto(model, IdlePrivacy(model.now))
        case IdlePrivacy() if isinstance(action, Back):
            return _leave_idle_page(model)
        case PinPad() as pad:
            if isinstance(action, StayHere):
                return goto(model, replace(pad, asking_since=None, touched=model.now))
            return rules_card.pin_pressed(model, pad, action)
        case Record() as record:
            return rules_record.pressed(model, record, action)
        case _:
            return stay(model)


def _leave_idle_page(model: Model) -> Out:
    """Back to the attract page; the language just chosen stays."""
    return goto(model, Idle(model.now)) if isinstance(model.state, IdlePrivacy) else stay(model)
