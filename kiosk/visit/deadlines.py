"""When time itself is the next event: the engine sends a Tick at `next_deadline`, which is each second while a countdown shows.

A deadline that has passed already is returned as it is: the Tick is due now, and it changes the state.
"""

import math
from dataclasses import replace
from typing import assert_never

from drivers.card.states import PinTries
from kiosk.visit.help import (
    Ended,
    Found,
    Query,
    QueryPassword,
    QueryWorking,
    SignIn,
    SlipFound,
    Staff,
    StaffWorking,
    TicketTaken,
    TypeReference,
    TypeWhose,
)
from kiosk.visit.services import (
    Activation,
    CardService,
    ClerkConfirms,
    Finished,
    LossReported,
    PinChanged,
    Stopped,
    TypeCode,
    Working,
)
from kiosk.visit.states import (
    AccountsPage,
    CardPage,
    ContributionsPage,
    Idle,
    IdlePrivacy,
    Model,
    Opening,
    OutOfService,
    PinPad,
    Reading,
    Record,
    Reminder,
    TakeCard,
    Waiting,
)


def slow_person(model: Model) -> bool:
    """Who needs an aid gets more time."""
    return model.prefs.large_text


def page_idle(model: Model) -> float:
    return model.rules.page_idle_slow if slow_person(model) else model.rules.page_idle


def whole(until: float, now: float) -> int:
    """Seconds that are left, as they are shown. A sum of times is a little more than itself: a day is not 86,401 seconds."""
    return max(0, math.ceil(until - now - 1e-6))


def pin_idle(model: Model) -> float:
    """The PIN page's own limit, never shorter for who needs an aid than the pages' one."""
    return max(model.rules.pin_idle, model.rules.page_idle_slow) if slow_person(model) else model.rules.pin_idle


def question(model: Model) -> float:
    state = model.state
    if isinstance(state, Staff) and state.role is not None:
        return model.rules.help.staff_question
    return model.rules.question_slow if slow_person(model) else model.rules.question


def seconds_left(model: Model) -> int | None:
    """Of the still-there question, as the ring shows it; None when it is not asked."""
    state = model.state
    if isinstance(state, PinPad | Record | Activation | CardService | Staff | Query) and state.asking_since is not None:
        return whole(state.asking_since + question(model), model.now)
    return None


def reveal_left(model: Model) -> int | None:
    """Seconds until a revealed value hides again."""
    state = model.state
    if isinstance(state, Record) and state.reveal is not None:
        return whole(state.reveal.until, model.now)
    if isinstance(state, Staff) and isinstance(state.stage, Found) and state.stage.shown is not None:
        return whole(state.stage.shown.until, model.now)
    return None


def lock_left(model: Model) -> int | None:
    """Seconds until a sign-in is taken again; None where none is locked."""
    until = _locked_until(model)
    return None if until is None else whole(until, model.now)


def _locked_until(model: Model) -> float | None:
    state = model.state
    if isinstance(state, Staff | Activation) and isinstance(state.stage, SignIn | ClerkConfirms):
        return state.stage.locked_until
    return None


def again_left(model: Model) -> int | None:
    """Seconds until a code may be sent again; 0: it may be. None where no code is waited for."""
    state = model.state
    if isinstance(state, Activation) and isinstance(state.stage, TypeCode):
        return whole(state.stage.again_at, model.now)
    return None


def visible_seconds(model: Model) -> tuple[int | None, int | None, int | None, int | None]:
    """All of the model's time that a person can see: a screen whose state is the same changes only when this does."""
    return seconds_left(model), reveal_left(model), again_left(model), lock_left(model)


def leaves_at(model: Model, service: Activation | CardService) -> float | None:
    """When somebody at this page is asked whether they are still there, or, where nothing can be lost, the visit ends; None
    while the kiosk itself is working."""
    match service.stage:
        case Working():
            return None
        case Stopped() | Finished() | PinChanged() | LossReported():
            return service.touched + max(model.rules.failure_page, page_idle(model))
        case TypeCode(again_at=again_at):
            return max(service.touched, again_at) + page_idle(model)  # a code takes its time
        case _:
            return service.touched + page_idle(model)


def staff_leaves_at(model: Model, staff: Staff) -> float:
    """When staff are asked whether they are still there; who has not signed in yet as soon as anybody."""
    rules = model.rules.help
    if staff.role is None:
        return staff.touched + pin_idle(model)
    return staff.touched + max(0.0, rules.staff_idle - rules.staff_question)


def covers_at(model: Model, staff: Staff) -> float | None:
    """When a page that shows something of a person is covered; None: it is, or shows nothing."""
    stage = staff.stage
    shows = isinstance(stage, Found | TicketTaken | SlipFound) or (
        isinstance(stage, TypeReference | TypeWhose) and stage.text != ""
    )
    return staff.touched + model.rules.help.staff_screen_off if shows and not staff.covered else None


def query_leaves_at(model: Model, query: Query) -> float:
    """As on the pages with a card."""
    typing = isinstance(query.stage, QueryPassword)
    return query.touched + (pin_idle(model) if typing else page_idle(model))


def visible(model: Model) -> tuple[object, ...]:
    """All of a model that a person can see: its page is drawn anew only when this changes.

    When somebody last touched the screen is no part of it: a page built for the touch alone would stand between the touch and
    its answer.
    """
    state = model.state
    match state:
        case (
            Idle()
            | IdlePrivacy()
            | OutOfService()
            | PinPad()
            | Record()
            | Activation()
            | CardService()
            | Staff()
            | Query()
        ):
            state = replace(state, touched=0.0)
        case Reading() | CardPage() | Opening() | Ended() | TakeCard():
            pass
        case never:
            assert_never(never)
    return state, model.prefs, model.world, visible_seconds(model)


def _next_second(end: float, now: float) -> float:
    """The next moment at which the whole seconds left until `end` change."""
    after = max(0, whole(end, now) - 1)
    moment = end - after
    # By rounding the moment may be now: then the one after it is next.
    return moment if moment > now or after == 0 else moment + 1.0


def next_deadline(model: Model) -> float | None:
    """Monotonic seconds of the next Tick that can change something; None: never by itself."""
    rules, now = model.rules, model.now
    match model.state:
        case Idle() as idle:
            return idle.touched + page_idle(model) if idle.touched is not None else None
        case IdlePrivacy() as privacy:
            return privacy.touched + page_idle(model)
        case OutOfService() as out:
            times = [] if out.lifts_at is None else [out.lifts_at]
            if out.touched is not None:
                times.append(out.touched + page_idle(model))
            return min(times, default=None)
        case Reading() as reading:
            if reading.found is not None:
                return reading.since + rules.reading_minimum if reading.final else None
            if reading.asked_at is not None and not reading.answered and isinstance(reading.probe, PinTries):
                return reading.asked_at + rules.pin_pad_wait
            return None
        case CardPage() as page:
            return page.since + max(rules.failure_page, page_idle(model))
        case PinPad() as pad:
            if pad.verifying:
                return None  # no time limit runs while the kiosk itself is working
            if pad.asking_since is not None:
                return _next_second(pad.asking_since + question(model), now)
            return pad.touched + pin_idle(model)
        case Opening() as opening:
            times = [] if opening.slow else [opening.since + rules.name_the_wait]
            if opening.recent and not opening.unsealing:
                times.append(opening.since + rules.recent_after)
            return min(times, default=None)
        case Record() as record:
            if record.asking_since is not None:
                return _next_second(record.asking_since + question(model), now)
            times = [] if _waiting(record) else [record.touched + page_idle(model)]
            if record.reveal is not None:
                times.append(_next_second(record.reveal.until, now))
            wait = _waiting(record)
            if wait is not None and not wait.slow:
                times.append(wait.since + rules.name_the_wait)
            return min(times, default=None)
        case Activation() | CardService() as service:
            if service.asking_since is not None:
                return _next_second(service.asking_since + question(model), now)
            stage = service.stage
            if isinstance(stage, Working):
                return None if stage.slow else stage.since + rules.name_the_wait
            leaves = leaves_at(model, service)
            times = [] if leaves is None else [leaves]
            if isinstance(stage, TypeCode) and stage.again_at > now:
                times.append(_next_second(stage.again_at, now))
            if isinstance(stage, ClerkConfirms) and stage.locked_until is not None:
                times.append(_next_second(stage.locked_until, now))
            return min(times, default=None)
        case Staff() as staff:
            return _of_staff(model, staff)
        case Query() as query:
            if query.asking_since is not None:
                return _next_second(query.asking_since + question(model), now)
            if isinstance(query.stage, QueryWorking):
                return None if query.stage.slow else query.stage.since + rules.name_the_wait
            return query_leaves_at(model, query)
        case Ended(since=since):
            return since + rules.help.ended_page
        case TakeCard() as take:
            match take.reminder:
                case Reminder.QUIET:
                    return take.since + rules.take_card_louder
                case Reminder.LOUD:
                    return take.since + rules.take_card_notice
                case Reminder.STAFF:
                    return None
                case never_reminder:
                    assert_never(never_reminder)
        case never:
            assert_never(never)


def _of_staff(model: Model, staff: Staff) -> float | None:
    stage, now = staff.stage, model.now
    if staff.asking_since is not None:
        return _next_second(staff.asking_since + question(model), now)
    if isinstance(stage, StaffWorking):
        return None if stage.slow else stage.since + model.rules.name_the_wait
    times = [staff_leaves_at(model, staff)]
    covers = covers_at(model, staff)
    if covers is not None:
        times.append(covers)
    if isinstance(stage, Found) and stage.shown is not None:
        times.append(_next_second(stage.shown.until, now))
    if isinstance(stage, SignIn) and stage.locked_until is not None:
        times.append(_next_second(stage.locked_until, now))
    return min(times)


def _waiting(record: Record) -> Waiting | None:
    page = record.page
    if isinstance(page, ContributionsPage) and isinstance(page.rows, Waiting):
        return page.rows
    if isinstance(page, AccountsPage) and isinstance(page.entries, Waiting):
        return page.entries
    return None
