"""The log of a visit, derived from (before, event, after) in one place: no transition is unlogged, nothing personal in it.

Log events are data: `<noun>-<verb>`. Values are enum members, codes, counts and numbers of this process; never texts of
people.
"""

from dataclasses import dataclass, field
from enum import StrEnum, unique

from kiosk.visit.actions import SetReveal
from kiosk.visit.base import in_visit, screen_of
from kiosk.visit.events import (
    CardIdentified,
    CardInserted,
    CardRemoved,
    CardUnusable,
    CentralFailed,
    ClockChecked,
    Event,
    LinkChanged,
    OverviewArrived,
    PinAnswered,
    PinProbed,
    Pressed,
    ReaderReported,
    RecentOpened,
    RowsArrived,
    ServiceEvent,
    SessionOpened,
)
from kiosk.visit.states import CardPage, Model, OutOfService, PinPad, Reading, Record, Reminder, TakeCard

Result = (
    CardIdentified
    | CardUnusable
    | PinProbed
    | PinAnswered
    | SessionOpened
    | OverviewArrived
    | RecentOpened
    | RowsArrived
    | CentralFailed
    | ServiceEvent
)
"""Answers to an effect: one that changes nothing came late, or for another card, visit or page."""


@unique
class LogName(StrEnum):
    READER_REPORTED = "reader-reported"
    CARD_INSERTED = "card-inserted"
    CARD_REMOVED = "card-removed"
    LINK_CHANGED = "link-changed"
    CLOCK_CHECKED = "clock-checked"
    VISIT_BEGUN = "visit-begun"
    VISIT_ENDED = "visit-ended"
    PIN_ASKED = "pin-asked"
    PIN_SENT = "pin-sent"
    PIN_ANSWERED = "pin-answered"
    RECORD_SHOWN = "record-shown"
    RECORD_REFRESHED = "record-refreshed"
    PAGE_SHOWN = "page-shown"
    FIELD_REVEALED = "field-revealed"
    FAILURE_SHOWN = "failure-shown"
    OUT_OF_SERVICE = "kiosk-out-of-service"
    SERVICE_RESTORED = "kiosk-in-service"
    CENTRAL_FAILED = "central-failed"
    RESULT_DROPPED = "result-dropped"
    CARD_FORGOTTEN = "card-forgotten"


@dataclass(frozen=True, slots=True)
class LogLine:
    """`visit` is 0 outside a visit."""

    name: LogName
    visit: int
    values: dict[str, str | int] = field(default_factory=dict)


def lines(before: Model, event: Event, after: Model) -> tuple[LogLine, ...]:
    """All that is worth a line in this transition, in order."""
    old, new = before.state, after.state
    old_visit, new_visit = in_visit(old), in_visit(new)
    visit = (new_visit or old_visit).visit if (new_visit or old_visit) is not None else 0  # type: ignore[union-attr]
    out: list[LogLine] = []

    def say(name: LogName, **values: str | int) -> None:
        out.append(LogLine(name, visit, values))

    match event:
        case ReaderReported(state=state):
            say(LogName.READER_REPORTED, state=state.value)
        case CardInserted(insertion=insertion, mute=mute):
            say(LogName.CARD_INSERTED, insertion=insertion, mute=int(mute))
        case CardRemoved(insertion=insertion):
            say(LogName.CARD_REMOVED, insertion=insertion)
        case LinkChanged(link=link) if link is not before.world.link:
            say(LogName.LINK_CHANGED, link=link.value)
        case ClockChecked(wrong=wrong) if wrong != before.world.clock_wrong:
            say(LogName.CLOCK_CHECKED, wrong=int(wrong))
        case PinAnswered(verdict=verdict) if isinstance(old, PinPad) and old.verifying:
            say(LogName.PIN_ANSWERED, verdict=type(verdict).__name__)
        case CentralFailed(ask=ask, failure=failure):
            say(LogName.CENTRAL_FAILED, ask=ask.value, failure=failure.value)
        case Pressed(action=SetReveal(field=revealed)) if (
            revealed is not None and isinstance(new, Record) and new is not old
        ):
            say(LogName.FIELD_REVEALED, field=revealed.value)
        case _:
            pass
    if isinstance(event, Result) and new is old:
        say(LogName.RESULT_DROPPED, event=type(event).__name__, meant=event.visit)

    if old_visit is not None and (new_visit is None or new_visit.visit != old_visit.visit):
        out.append(LogLine(LogName.VISIT_ENDED, old_visit.visit, {"screen": screen_of(before).value}))
    if new_visit is not None and (old_visit is None or new_visit.visit != old_visit.visit):
        say(LogName.VISIT_BEGUN, insertion=new_visit.insertion)
    if isinstance(new, PinPad) and not isinstance(old, PinPad):
        say(LogName.PIN_ASKED, tries_left=new.tries.tries_left)
    if isinstance(new, PinPad) and new.verifying and isinstance(old, PinPad) and not old.verifying:
        say(LogName.PIN_SENT)
    if isinstance(new, CardPage) and not (isinstance(old, CardPage) and old.failure is new.failure):
        say(LogName.FAILURE_SHOWN, code=new.failure.code)
    if isinstance(new, OutOfService) and not (isinstance(old, OutOfService) and old.failure is new.failure):
        say(LogName.OUT_OF_SERVICE, code=new.failure.code)
    if isinstance(old, OutOfService) and not isinstance(new, OutOfService):
        say(LogName.SERVICE_RESTORED, code=old.failure.code)
    if isinstance(new, Record) and not isinstance(old, Record):
        say(LogName.RECORD_SHOWN, **({} if new.offline is None else {"recent": new.offline.reason.code}))
    if isinstance(new, Record) and isinstance(old, Record) and new.refreshed and not old.refreshed:
        say(LogName.RECORD_REFRESHED)
    if screen_of(before) is not screen_of(after):
        say(LogName.PAGE_SHOWN, screen=screen_of(after).value)
    if (
        isinstance(new, TakeCard)
        and new.reminder is Reminder.STAFF
        and not (isinstance(old, TakeCard) and old.reminder is Reminder.STAFF)
    ):
        say(LogName.CARD_FORGOTTEN, insertion=new.insertion)
    # One screen, another picture on it.
    if isinstance(new, Reading) and isinstance(old, Reading) and new.progress is not old.progress:
        say(LogName.PAGE_SHOWN, screen=f"reading/{new.progress.value}")
    if isinstance(new, TakeCard) and isinstance(old, TakeCard) and new.reminder is not old.reminder:
        say(LogName.PAGE_SHOWN, screen=f"take-card/{new.reminder.value}")
    return tuple(out)
