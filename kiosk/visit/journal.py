"""The log of a visit, derived from (before, event, after) in one place: no transition is unlogged, nothing personal in it.

Log events are data: `<noun>-<verb>`. Values are enum members, codes, counts and numbers of this process; never texts of
people.
"""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import assert_never

from drivers.card.states import PinUnknown, PinWrong
from kiosk.help import Access
from kiosk.visit.actions import SetReveal
from kiosk.visit.base import in_visit, screen_of
from kiosk.visit.catalogue import of_stop
from kiosk.visit.events import (
    ActivationChecked,
    CardIdentified,
    CardInserted,
    CardPinAnswered,
    CardRemoved,
    CardUnusable,
    CentralFailed,
    ClockChecked,
    CodeChecked,
    CodeSent,
    ConfirmAnswered,
    DocumentRead,
    Event,
    IdentityAnswered,
    JournalFailed,
    LinkChanged,
    LossReportAnswered,
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
    TicketAnswered,
)
from kiosk.visit.help import Ended, SignIn, Staff, StaffStage, StaffWorking
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
from kiosk.visit.services import (
    Activation,
    CardService,
    ClerkConfirms,
    Pins,
    ServiceStage,
    ShowDocument,
    Stage,
    Stopped,
    TypeCode,
    TypeNumber,
    Work,
    Working,
)
from kiosk.visit.states import (
    CardPage,
    Model,
    Opening,
    OutOfService,
    PinPad,
    Reading,
    Record,
    Reminder,
    State,
    TakeCard,
)

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
    | HelpEvent
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
    ACTIVATION_BEGUN = "activation-begun"
    ACTIVATION_CHECKED = "activation-checked"
    IDENTITY_ANSWERED = "identity-answered"
    CODE_SENT = "code-sent"
    CODE_CHECKED = "code-checked"
    RESERVATION_ANSWERED = "reservation-answered"
    PIN_JUDGED = "pin-judged"
    CARD_PIN_SENT = "card-pin-sent"
    CARD_PIN_ANSWERED = "card-pin-answered"
    ACTIVATION_CONFIRMED = "activation-confirmed"
    LOSS_REPORTED = "loss-reported"
    TICKET_GIVEN = "ticket-given"
    SLIP_PRINTED = "slip-printed"
    SERVICE_STOPPED = "service-stopped"
    STAFF_SIGNED_IN = "staff-signed-in"
    TECHNICIAN_LET_IN = "technician-let-in"
    LOOKUP_ANSWERED = "lookup-answered"
    HANDED_OVER = "session-handed-over"
    TICKET_TAKEN = "ticket-taken"
    SLIP_FOUND = "slip-found"
    QUERY_ANSWERED = "query-answered"
    PARTS_DIAGNOSED = "parts-diagnosed"
    REPORT_WRITTEN = "report-written"
    SESSION_ENDED = "session-ended"
    AUDIT_CHECKED = "audit-checked"


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
        case AuditStands(writable=writable) if writable is before.world.audit_broken:
            say(LogName.AUDIT_CHECKED, writable=int(writable))
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
    elif isinstance(event, ServiceEvent) and (answer := _answer(event)) is not None:
        say(answer[0], **answer[1])
    elif isinstance(event, HelpEvent):
        name, values = _help_answer(event)
        say(name, **values)

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
        recent = {} if new.offline is None else {"recent": new.offline.reason.code}
        say(LogName.RECORD_SHOWN, **recent, **({} if new.access is Access.CARD else {"access": new.access.value}))
    if isinstance(new, Record | Opening) and new.access is Access.HANDED_OVER and isinstance(old, Staff):
        say(LogName.HANDED_OVER)
    if isinstance(new, Ended) and not isinstance(old, Ended):
        out.append(LogLine(LogName.SESSION_ENDED, visit, {"why": new.why.value}))
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
    if isinstance(new, Activation) and not isinstance(old, Activation):
        say(LogName.ACTIVATION_BEGUN, tries_left=new.tries)
    out += _service_lines(old, new)
    if isinstance(new, Staff):
        detail = _staff_detail(new.stage)
        same = isinstance(old, Staff) and old.visit == new.visit and _staff_detail(old.stage) == detail
        if detail is not None and not same:
            out.append(LogLine(LogName.PAGE_SHOWN, new.visit, {"screen": detail}))
    # One screen, another picture on it.
    if isinstance(new, Reading) and isinstance(old, Reading) and new.progress is not old.progress:
        say(LogName.PAGE_SHOWN, screen=f"reading/{new.progress.value}")
    if isinstance(new, TakeCard) and isinstance(old, TakeCard) and new.reminder is not old.reminder:
        say(LogName.PAGE_SHOWN, screen=f"take-card/{new.reminder.value}")
    return tuple(out)


def _answer(event: ServiceEvent) -> tuple[LogName, dict[str, str | int]] | None:
    """What an answer that was taken says; no number, name, code or reference."""
    match event:
        case ActivationChecked(eligibility=eligibility, journalled=journalled):
            values: dict[str, str | int] = {"eligible": eligibility.eligible.value, "journalled": journalled.value}
            return LogName.ACTIVATION_CHECKED, values
        case IdentityAnswered(identity=identity):
            return LogName.IDENTITY_ANSWERED, {"outcome": identity.outcome.value, "left": identity.left}
        case DocumentRead(number=number):
            return LogName.IDENTITY_ANSWERED, {"document": int(number is not None)}
        case CodeSent(sent=sent):
            return LogName.CODE_SENT, {"outcome": sent.outcome.value, "left": sent.left}
        case CodeChecked(checked=checked):
            return LogName.CODE_CHECKED, {"outcome": checked.outcome.value, "left": checked.left}
        case ReservationAnswered(reservation=reservation):
            return LogName.RESERVATION_ANSWERED, {"outcome": reservation.outcome.value}
        case PinJudged(slot=slot, rule=rule):
            # Which rule it breaks would tell of a PIN that somebody wanted.
            return LogName.PIN_JUDGED, {"slot": slot.value, "taken": int(rule is None)}
        case CardPinAnswered(verdict=verdict):
            said: dict[str, str | int] = {"verdict": type(verdict).__name__}
            if isinstance(verdict, PinWrong):
                said["tries_left"] = verdict.tries_left
            elif isinstance(verdict, PinUnknown) and verdict.status_word is not None:
                said["status_word"] = f"{verdict.status_word:04X}"
            return LogName.CARD_PIN_ANSWERED, said
        case ConfirmAnswered(confirmation=confirmation):
            outcome = "not-delivered" if confirmation is None else confirmation.outcome.value
            return LogName.ACTIVATION_CONFIRMED, {"outcome": outcome}
        case LossReportAnswered():
            return LogName.LOSS_REPORTED, {}
        case TicketAnswered():
            return LogName.TICKET_GIVEN, {}
        case SlipPrinted(paper=paper):
            return LogName.SLIP_PRINTED, {"paper": paper.value}
        case JournalFailed():
            return None  # the page it leads to is a line
        case never:
            assert_never(never)


def _help_answer(event: HelpEvent) -> tuple[LogName, dict[str, str | int]]:
    """As `_answer`. Whose session and whose record is in the audit chain, not here."""
    match event:
        case StaffSignedIn(session=session, locked=locked):
            role = {} if session.role is None else {"role": session.role.value}
            outcome = "locked-here" if locked > 0 else session.outcome.value
            return LogName.STAFF_SIGNED_IN, {"outcome": outcome, **role}
        case TechnicianLetIn(number=number):
            return LogName.TECHNICIAN_LET_IN, {"let_in": int(number is not None)}
        case LookupAnswered(lookup=lookup):
            why = {} if lookup.why is None else {"why": lookup.why.value}
            return LogName.LOOKUP_ANSWERED, {"outcome": lookup.outcome.value, **why}
        case FieldRevealed(revealed=revealed):
            return LogName.FIELD_REVEALED, {"field": revealed.field.value}
        case TicketTakenAnswered(ticket=ticket):
            return LogName.TICKET_TAKEN, {"state": ticket.state.value}
        case SlipAnswered(facts=facts):
            return LogName.SLIP_FOUND, {"found": int(facts is not None)}
        case PersonSessionOpened(session=person, locked=locked):
            return LogName.QUERY_ANSWERED, {"outcome": "locked-here" if locked > 0 else person.outcome.value}
        case Diagnosed(report=report, done=done):
            return LogName.PARTS_DIAGNOSED, {"level": report.level.value, "done": ",".join(part.value for part in done)}
        case ReportWritten(file=file):
            return LogName.REPORT_WRITTEN, {"written": int(file is not None)}
        case never:
            assert_never(never)


def _service_lines(old: State, new: State) -> list[LogLine]:
    """Of the stage that is on the screen now, when it is another one."""
    if not isinstance(new, Activation | CardService):
        return []
    stage, visit = new.stage, new.visit
    before = old.stage if isinstance(old, Activation | CardService) and old.visit == visit else None
    out: list[LogLine] = []
    detail = _detail(stage)
    if detail is not None and (before is None or _detail(before) != detail):
        out.append(LogLine(LogName.PAGE_SHOWN, visit, {"screen": detail}))
        if isinstance(stage, Working) and stage.work in (Work.CHANGE, Work.VERIFY):
            out.append(LogLine(LogName.CARD_PIN_SENT, visit, {"command": stage.work.value}))
    if isinstance(stage, Stopped) and not (isinstance(before, Stopped) and before.stop is stage.stop):
        entry = of_stop(stage.stop, stage.because, service=isinstance(new, CardService))
        out.append(LogLine(LogName.SERVICE_STOPPED, visit, {"stop": stage.stop.value, "code": entry.code}))
    return out


def _staff_detail(stage: StaffStage) -> str | None:
    match stage:
        case SignIn(step=step, second=second):
            return f"sign-in/{'second/' if second else ''}{step.value}"
        case StaffWorking(work=work):
            return f"staff-working/{work.value}"
        case _:
            return None


def _detail(stage: Stage | ServiceStage) -> str | None:
    """One screen, another picture on it."""
    match stage:
        case TypeNumber(whose=whose) | ShowDocument(whose=whose):
            return f"{'number' if isinstance(stage, TypeNumber) else 'document'}/{whose.value}"
        case TypeCode(purpose=purpose):
            return f"code/{purpose.value}"
        case ClerkConfirms(step=step):
            return f"clerk/{step.value}"
        case Pins(slot=slot, after_tear=after_tear):
            return f"pins/{slot.value}{'/after-tear' if after_tear else ''}"
        case Working(work=work):
            return f"working/{work.value}"
        case _:
            return None
