"""The audit lines of a visit, derived from (before, event, after) in one place: no transition that shows a record is without its
line.

Two sorts. What a state shows or has asked for (`accesses`): an ASKED line when it appears there, NOT_SHOWN when it goes away
without having come. It is written with the question, not with the answer, so that the disk's time passes while central's does;
so an ASKED line with nothing after it counts as shown. And what was answered to staff and to who has no card (`_answered`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from kiosk.audit import Entry, Kind, Outcome, Subject, Who
from kiosk.help import Access, LookupOutcome, QueryOutcome, Role, SignInOutcome, TicketState
from kiosk.model import AccountPage, ContributionPage
from kiosk.services import IdentityOutcome
from kiosk.visit.events import Event, IdentityAnswered
from kiosk.visit.help import (
    Ended,
    Found,
    Query,
    QueryPassword,
    QueryWorking,
    SignIn,
    SlipFound,
    Staff,
    StaffFailed,
    StaffStage,
    StaffWork,
    StaffWorking,
    TicketTaken,
    TypeWhose,
)
from kiosk.visit.help_deeds import (
    LookupAnswered,
    PersonSessionOpened,
    SlipAnswered,
    StaffSignedIn,
    TechnicianLetIn,
    TicketTakenAnswered,
)
from kiosk.visit.services import Activation, CardService, ClerkConfirms, Paper, Working
from kiosk.visit.states import (
    AccountsPage,
    CardPage,
    ChooserPage,
    ContributionsPage,
    HomePage,
    Idle,
    IdlePrivacy,
    Model,
    Opening,
    OutOfService,
    PinPad,
    PrivacyPage,
    Reading,
    Record,
    RegistrationPage,
    Reminder,
    State,
    TakeCard,
    Waiting,
    WrongPage,
)

Key = tuple[int, Kind, str]
"""Visit, kind and detail: one access."""


@dataclass(frozen=True, slots=True, repr=False)
class Reach:
    """One access of a state: its line, and whether it is shown already or only asked for."""

    line: Entry
    shown: bool


def lines(before: Model, event: Event, after: Model) -> tuple[Entry, ...]:
    """What is to be written of a transition, in order."""
    if before.state is after.state:
        return ()
    old, new = accesses(before.state), accesses(after.state)
    out = list(_answered(before.state, event, after.state))
    told = {entry.kind for entry in out}
    out += [
        replace(reach.line, outcome=Outcome.NOT_SHOWN)
        for key, reach in old.items()
        if not reach.shown and key not in new and reach.line.kind not in told
    ]
    out += [_named(reach.line, before.state) for key, reach in new.items() if key not in old]
    out += _deeds(before.state, after.state, after.visits)
    return tuple(out)


def shows(model: Model) -> bool:
    """Is anything of a person's record on the screen? Then its line stands on the disk, or it may not be painted."""
    return any(reach.shown for reach in accesses(model.state).values())


def accesses(state: State) -> Mapping[Key, Reach]:
    """All that a state shows or has asked for."""
    match state:
        case Opening():
            return _by_key(_of_opening(state))
        case Record():
            return _by_key(_of_record(state))
        case Staff():
            return _by_key(_of_staff(state, state.stage))
        case Query(stage=QueryWorking()):
            return _by_key([_reach(Kind.QUERY, state.visit, Who.QUERY, shown=False)])
        case (
            Idle()
            | IdlePrivacy()
            | OutOfService()
            | Reading()
            | CardPage()
            | PinPad()
            | Activation()
            | CardService()
            | Query()
            | Ended()
            | TakeCard()
        ):
            return {}
        case never:
            assert_never(never)


def _named(line: Entry, old: State) -> Entry:
    """The number that a question without a card was asked with stands on the page before it, and nowhere after."""
    match old:
        case Query(stage=QueryPassword(number=number)) if line.kind is Kind.QUERY:
            return replace(line, whose=Subject(number.kind, number.text))
        case _:
            return line


def _by_key(reaches: list[Reach]) -> Mapping[Key, Reach]:
    return {(reach.line.visit, reach.line.kind, reach.line.detail): reach for reach in reaches}


def _who(access: Access) -> Who:
    match access:
        case Access.CARD:
            return Who.HOLDER
        case Access.QUERY:
            return Who.QUERY
        case Access.HANDED_OVER:
            return Who.HANDED_OVER
        case never:
            assert_never(never)


def _reach(kind: Kind, visit: int, who: Who, *, shown: bool, whose: Subject | None = None, detail: str = "") -> Reach:
    return Reach(Entry(kind, visit, who, Outcome.ASKED, whose, detail=detail), shown)


def _of_opening(opening: Opening) -> list[Reach]:
    who, whose = _who(opening.access), _card(opening.access)
    out = []
    if opening.offline is None:
        out.append(_reach(Kind.OVERVIEW, opening.visit, who, shown=False, whose=whose))
    if opening.unsealing:
        out.append(_reach(Kind.RECENT, opening.visit, who, shown=False, whose=whose))
    return out


def _of_record(record: Record) -> list[Reach]:
    who, whose, visit = _who(record.access), _card(record.access), record.visit
    offline = record.offline
    out = []
    if offline is None or offline.asking:
        out.append(_reach(Kind.OVERVIEW, visit, who, shown=offline is None, whose=whose))
    if offline is not None:
        out.append(_reach(Kind.RECENT, visit, who, shown=True, whose=whose))
    page = record.page
    match page:
        case ContributionsPage(rows=ContributionPage() | Waiting()):
            detail = page.insurance if page.year is None else f"{page.insurance}/{page.year}"
            shown = not isinstance(page.rows, Waiting)
            out.append(_reach(Kind.CONTRIBUTIONS, visit, who, shown=shown, whose=whose, detail=detail))
        case AccountsPage(entries=AccountPage() | Waiting()):
            shown = not isinstance(page.entries, Waiting)
            out.append(_reach(Kind.ENTRIES, visit, who, shown=shown, whose=whose, detail=page.insurance))
        case (
            ContributionsPage()
            | AccountsPage()
            | HomePage()
            | RegistrationPage()
            | ChooserPage()
            | PrivacyPage()
            | WrongPage()
        ):
            pass
        case never:
            assert_never(never)
    return out


def _card(access: Access) -> Subject | None:
    """The card's own number; without a card it is whose the line before it in the visit says."""
    return Subject() if access is Access.CARD else None


def _of_staff(staff: Staff, stage: StaffStage) -> list[Reach]:
    match stage:
        case StaffWorking(work=StaffWork.LOOK_UP, back=TypeWhose() as asked):
            line = _by_staff(staff, Kind.LOOK_UP)
            whose = Subject(asked.kind, asked.text)
            return [Reach(replace(line, whose=whose, ground=asked.ground), shown=False)]
        case StaffWorking(work=StaffWork.TAKE_TICKET):
            return [Reach(_by_staff(staff, Kind.TICKET), shown=False)]
        case StaffWorking(work=StaffWork.FIND_SLIP):
            return [Reach(_by_staff(staff, Kind.SLIP), shown=False)]
        case Found() as found:
            ground = found.ground
            out = [Reach(replace(_by_staff(staff, Kind.LOOK_UP), ground=ground), shown=True)]
            # One that is shown stays what it is while the next is asked for.
            if found.asked is not None:
                line = replace(_by_staff(staff, Kind.REVEAL, found.asked.value), ground=ground, ref=found.lookup)
                out.append(Reach(line, shown=False))
            if found.shown is not None:
                line = replace(_by_staff(staff, Kind.REVEAL, found.shown.field.value), ground=ground, ref=found.lookup)
                out.append(Reach(line, shown=True))
            if found.handing_over:
                line = replace(_by_staff(staff, Kind.HAND_OVER), ground=ground, ref=found.lookup)
                out.append(Reach(line, shown=False))
            return out
        case StaffFailed(back=back) | StaffWorking(back=back):
            return _of_staff(staff, back)  # one comes back to it
        case TicketTaken(ticket=ticket):
            return [Reach(_by_staff(staff, Kind.TICKET), shown=ticket.holder is not None)]
        case SlipFound():
            return [Reach(_by_staff(staff, Kind.SLIP), shown=True)]
        case _:
            return []


def _by_staff(staff: Staff, kind: Kind, detail: str = "") -> Entry:
    return Entry(kind, staff.visit, Who.STAFF, Outcome.ASKED, by=staff.number, role=staff.role, detail=detail)


# --- what was answered ------------------------------------------------------------------------------------------------


def _answered(old: State, event: Event, new: State) -> tuple[Entry, ...]:
    """Only of an answer that was taken: it changed the state of its visit."""
    match event:
        case LookupAnswered(lookup=lookup) if isinstance(old, Staff) and event.visit == old.visit:
            line = _looked_up(old)
            if line is None:
                return ()
            detail = "" if lookup.why is None else lookup.why.value
            return (replace(line, outcome=_of_lookup(lookup.outcome), detail=detail, ref=lookup.lookup or ""),)
        case StaffSignedIn(session=session) if event.visit == _visit(old):
            by, role = session.number or "", session.role
            if isinstance(old, Activation):
                return _confirmed(old, Outcome.REFUSED)
            outcome = _of_sign_in(session.outcome) if event.locked == 0 else Outcome.LOCKED
            return (Entry(Kind.SIGN_IN, event.visit, Who.STAFF, outcome, by=by, role=role, detail=_how(old)),)
        case IdentityAnswered(identity=identity) if isinstance(old, Activation) and event.visit == old.visit:
            matched = identity.outcome is IdentityOutcome.MATCHED
            return _confirmed(old, Outcome.DONE if matched else Outcome.REFUSED)
        case TechnicianLetIn(number=number) if event.visit == _visit(old):
            outcome = Outcome.REFUSED if number is None else Outcome.DONE
            role = None if number is None else Role.TECHNICIAN
            line = Entry(Kind.SIGN_IN, event.visit, Who.STAFF, outcome, by=number or "", role=role, detail="pair")
            return (line,)
        case PersonSessionOpened(session=session) if event.visit == _visit(old):
            outcome = _of_query(session.outcome) if event.locked == 0 else Outcome.LOCKED
            match old:
                case Staff(stage=Found(handing_over=True) as found):
                    line = replace(_by_staff(old, Kind.HAND_OVER), ground=found.ground, ref=found.lookup)
                    return (replace(line, outcome=outcome),)
                case Query(stage=QueryWorking()):
                    return (Entry(Kind.QUERY, event.visit, Who.QUERY, outcome),)
                case _:
                    return ()
        case TicketTakenAnswered(ticket=ticket) if isinstance(old, Staff) and event.visit == old.visit:
            there = ticket.state in (TicketState.TAKEN, TicketState.WAITING)
            if there and isinstance(new, Staff) and isinstance(new.stage, TicketTaken):
                return ()  # shown: the line of the question stands for it
            return (replace(_by_staff(old, Kind.TICKET), outcome=Outcome.NOT_FOUND),)
        case SlipAnswered(facts=None) if isinstance(old, Staff) and event.visit == old.visit:
            return (replace(_by_staff(old, Kind.SLIP), outcome=Outcome.NOT_FOUND),)
        case _:
            return ()


def _looked_up(staff: Staff) -> Entry | None:
    match staff.stage:
        case StaffWorking(work=StaffWork.LOOK_UP, back=TypeWhose(ground=ground)):
            return replace(_by_staff(staff, Kind.LOOK_UP), ground=ground)
        case _:
            return None


def _visit(state: State) -> int | None:
    match state:
        case Idle() | IdlePrivacy() | OutOfService() | Ended() | TakeCard():
            return None
        case _:
            return state.visit


def _how(state: State) -> str:
    match state:
        case Staff(insertion=insertion, stage=StaffWorking(back=SignIn(second=second))):
            return "second" if second else "card" if insertion else "name"
        case Staff(insertion=0):
            return "name"
        case _:
            return "card"


def _confirmed(activation: Activation, outcome: Outcome) -> tuple[Entry, ...]:
    """What came of a clerk's confirmation; nothing of another way to prove who one is."""
    match activation.stage:
        case Working(back=ClerkConfirms(name=name)):
            line = Entry(Kind.STAFF_CONFIRMATION, activation.visit, Who.STAFF, outcome, Subject(), by=name)
            return (line,)
        case _:
            return ()


def _of_lookup(outcome: LookupOutcome) -> Outcome:
    match outcome:
        case LookupOutcome.FOUND:
            return Outcome.FOUND
        case LookupOutcome.NOT_FOUND:
            return Outcome.NOT_FOUND
        case LookupOutcome.SECOND_NEEDED:
            return Outcome.SECOND_NEEDED
        case LookupOutcome.REFUSED:
            return Outcome.REFUSED
        case LookupOutcome.TOO_MANY:
            return Outcome.TOO_MANY
        case never:
            assert_never(never)


def _of_sign_in(outcome: SignInOutcome) -> Outcome:
    match outcome:
        case SignInOutcome.SIGNED_IN:
            return Outcome.DONE
        case SignInOutcome.LOCKED:
            return Outcome.LOCKED
        case SignInOutcome.REFUSED | SignInOutcome.NOT_STAFF | SignInOutcome.WRONG_ROLE:
            return Outcome.REFUSED
        case never:
            assert_never(never)


def _of_query(outcome: QueryOutcome) -> Outcome:
    match outcome:
        case QueryOutcome.OPENED:
            return Outcome.DONE
        case QueryOutcome.REFUSED:
            return Outcome.REFUSED
        case QueryOutcome.LOCKED:
            return Outcome.LOCKED
        case never:
            assert_never(never)


# --- what was done ----------------------------------------------------------------------------------------------------


def _deeds(old: State, new: State, visits: int) -> list[Entry]:
    """That shows nothing by itself."""
    match new:
        case Activation(stage=Working()) if isinstance(old, Activation) and isinstance(old.stage, ClerkConfirms):
            line = Entry(Kind.STAFF_CONFIRMATION, new.visit, Who.STAFF, Outcome.ASKED, Subject(), by=old.stage.name)
            return [line]
        case Staff(stage=Found(paper=Paper.PRINTING) | SlipFound(paper=Paper.PRINTING)) if not _printing(old):
            ref = new.stage.lookup if isinstance(new.stage, Found) else ""
            return [replace(_by_staff(new, Kind.PRINT), outcome=Outcome.DONE, ref=ref)]
        case TakeCard(reminder=Reminder.STAFF) if not (isinstance(old, TakeCard) and old.reminder is Reminder.STAFF):
            return [Entry(Kind.CARD_LEFT, visits, Who.NOBODY, Outcome.DONE)]
        case _:
            return []


def _printing(state: State) -> bool:
    match state:
        case Staff(stage=Found(paper=Paper.PRINTING) | SlipFound(paper=Paper.PRINTING)):
            return True
        case _:
            return False
