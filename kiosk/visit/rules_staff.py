"""Rules of staff at the kiosk: signing in, the desk, look-ups with ground and document, reveal, hand-over, idle time.

Questions are numbered: only the newest one's answer is taken. A record that was found is masked, and gone with its page.
"""

from dataclasses import replace
from typing import assert_never

from kiosk.help import (
    Role,
    SignInOutcome,
    StaffSession,
)
from kiosk.model import CentralFailure
from kiosk.visit import offers, rules_desk, rules_lookup, rules_technician
from kiosk.visit.actions import (
    Action,
    Back,
    ClearKeys,
    ConfirmTyped,
    EraseKey,
    StayHere,
    TryAgain,
    TypeKey,
)
from kiosk.visit.base import Out, end, ended, fail, goto, stay
from kiosk.visit.deadlines import covers_at, question, staff_leaves_at
from kiosk.visit.effects import Play, Sound
from kiosk.visit.entries import (
    Next,
    sign_in_again,
    sign_in_back,
    sign_in_confirmed,
    sign_in_counted,
    sign_in_keyed,
)
from kiosk.visit.entry import EntryNote
from kiosk.visit.events import CentralFailed, SlipPrinted
from kiosk.visit.failures import Failure, is_outage, of_central
from kiosk.visit.help import (
    ChooseAuthorisation,
    ChooseGround,
    Desk,
    FailureList,
    Found,
    OpenLookup,
    OpenRemedy,
    OpenSlip,
    OpenTicket,
    ReadinessReport,
    Refused,
    Remedy,
    ServiceScreen,
    SettingList,
    SignIn,
    SlipFound,
    Staff,
    StaffFailed,
    StaffStage,
    StaffWork,
    StaffWorking,
    TicketTaken,
    TouchTest,
    TypeFailure,
    TypeReference,
    TypeSlip,
    TypeTicket,
    TypeWhose,
    WhyEnded,
)
from kiosk.visit.help_deeds import (
    Diagnosed,
    FieldRevealed,
    HelpEvent,
    LookupAnswered,
    OpenPassword,
    PersonSessionOpened,
    ReportWritten,
    SignStaffIn,
    SignTechnicianIn,
    SlipAnswered,
    StaffSignedIn,
    TechnicianLetIn,
    TicketTakenAnswered,
)
from kiosk.visit.rules_help import ask_central, home, signed_out, turn
from kiosk.visit.services import Paper
from kiosk.visit.states import Model

Answer = HelpEvent | CentralFailed | SlipPrinted


# --- beginning ------------------------------------------------------------------------------------------------------------


def opened(model: Model) -> Out:
    """From the attract page, or the one that says the kiosk cannot serve: without a card."""
    visit = model.visits + 1
    return goto(replace(model, visits=visit), Staff(visit, 0, SignIn(), model.now))


def card_accepted(model: Model, visit: int, insertion: int) -> Out:
    """The chip of a staff card took its PIN: central says whose session it is. No record follows."""
    staff = Staff(visit, insertion, StaffWorking(StaffWork.SIGN_IN, model.now, Desk()), model.now, requests=1)
    return goto(model, staff, SignStaffIn(visit, insertion, 1, with_card=True))


def technician_accepted(model: Model, visit: int, insertion: int, because: Failure, requests: int = 0) -> Out:
    """As above while central is away: by a pair of the card's, to diagnostics only."""
    working = StaffWorking(StaffWork.SIGN_IN, model.now, ServiceScreen(), because=because)
    staff = Staff(visit, insertion, working, model.now, diagnostics_only=True, requests=requests + 1)
    return goto(model, staff, SignTechnicianIn(visit, insertion, requests + 1))


# --- time -----------------------------------------------------------------------------------------------------------------


def tick(model: Model, staff: Staff) -> Out:
    now = model.now
    if staff.asking_since is not None:
        return ended(model, WhyEnded.IDLE) if now >= staff.asking_since + question(model) else stay(model)
    stage = staff.stage
    if isinstance(stage, StaffWorking):
        if stage.slow or now < stage.since + model.rules.name_the_wait:
            return stay(model)
        return goto(model, replace(staff, stage=replace(stage, slow=True)))
    if isinstance(stage, Found) and stage.shown is not None and now >= stage.shown.until:
        stage = replace(stage, shown=None)
    if isinstance(stage, SignIn) and stage.locked_until is not None and now >= stage.locked_until:
        stage = replace(stage, locked_until=None, note=EntryNote.NONE)
    covers = covers_at(model, staff)
    if covers is not None and now >= covers:
        staff = replace(staff, covered=True)
        stage = replace(stage, shown=None) if isinstance(stage, Found) else stage
    if now >= staff_leaves_at(model, staff):
        stage = replace(stage, shown=None) if isinstance(stage, Found) else stage
        return goto(model, replace(staff, stage=stage, asking_since=now), Play(Sound.QUESTION))
    return goto(model, replace(staff, stage=stage))


def digits_entered(model: Model, staff: Staff, count: int) -> Out:
    stage = staff.stage
    if not isinstance(stage, SignIn):
        return stay(model)
    counted = replace(staff, stage=sign_in_counted(stage, count))
    # As on the PIN page: a key that was under way when the question came is counted, and extends nothing.
    return goto(model, counted if staff.asking_since is not None else replace(counted, touched=model.now))


# --- what is pressed ------------------------------------------------------------------------------------------------------


def pressed(model: Model, staff: Staff, action: Action) -> Out:
    if isinstance(action, StayHere):
        return goto(model, replace(staff, asking_since=None, touched=model.now))
    if staff.asking_since is not None:
        return stay(model)
    staff = replace(staff, touched=model.now)
    if staff.covered:
        return goto(model, replace(staff, covered=False))  # what was drawn under the cover cannot be meant
    model = replace(model, state=staff)
    stage = staff.stage
    match stage:
        case SignIn():
            return _sign_in_pressed(model, staff, stage, action)
        case Desk():
            return _desk_pressed(model, staff, action)
        case ChooseGround() | ChooseAuthorisation() | TypeReference() | TypeWhose() | Found():
            return rules_lookup.pressed(model, staff, stage, action)
        case StaffFailed(back=back):
            if isinstance(action, TryAgain | Back):
                return turn(model, staff, back)
        case StaffWorking():
            return stay(model)
        case TypeTicket() | TypeSlip() | SlipFound():
            return rules_desk.pressed(model, staff, stage, action)
        case (
            TypeFailure() | Remedy() | ServiceScreen() | TouchTest() | FailureList() | SettingList() | ReadinessReport()
        ):
            return rules_technician.pressed(model, staff, stage, action)
        case Refused() | TicketTaken():
            pass
        case never:
            assert_never(never)
    return turn(model, staff, home(staff)) if isinstance(action, Back) else stay(model)


def _sign_in_pressed(model: Model, staff: Staff, stage: SignIn, action: Action) -> Out:
    match action:
        case TypeKey() | EraseKey() | ClearKeys():
            return turn(model, staff, sign_in_keyed(stage, action, model.now))
        case ConfirmTyped():
            stage, follows = sign_in_confirmed(stage, model.now)
            match follows:
                case Next.STAY | Next.CODE:
                    return turn(model, staff, stage)
                case Next.PASSWORD:
                    return turn(model, staff, stage, OpenPassword(staff.visit))
                case Next.SEND:
                    return _sign_in(model, staff, stage)
                case never:
                    assert_never(never)
        case Back():
            before = sign_in_back(stage)
            if before is not None:
                return turn(model, staff, before, OpenPassword(staff.visit))
            if stage.back is not None:
                return turn(model, staff, stage.back)
            return end(model)
        case OpenRemedy() if not stage.second:
            return turn(model, staff, TypeFailure(), OpenPassword(staff.visit))
        case _:
            return stay(model)


def _sign_in(model: Model, staff: Staff, stage: SignIn) -> Out:
    visit, insertion, name, code, second = staff.visit, staff.insertion, stage.name, stage.code, stage.second
    again = sign_in_again(stage, EntryNote.NONE)
    model, effects = ask_central(
        model,
        staff,
        StaffWork.SIGN_IN,
        again,
        lambda n: SignStaffIn(visit, insertion, n, name, code, second=second),
    )
    # What is not sent is wiped.
    return model, effects or (OpenPassword(visit),)


def _desk_pressed(model: Model, staff: Staff, action: Action) -> Out:
    if action not in offers.at_desk(model, staff):
        return stay(model)
    match action:
        case OpenLookup():
            return turn(model, staff, ChooseGround())
        case OpenTicket():
            return turn(model, staff, TypeTicket())
        case OpenSlip():
            return turn(model, staff, TypeSlip())
        case OpenRemedy():
            return turn(model, staff, TypeFailure())
        case _:
            return stay(model)


# --- answers --------------------------------------------------------------------------------------------------------------


def answered(model: Model, staff: Staff, event: Answer) -> Out:
    stage = staff.stage
    if isinstance(event, Diagnosed):
        return rules_technician.diagnosed(model, staff, event)
    match stage, event:
        case Found(paper=Paper.PRINTING), SlipPrinted(paper=printed):
            return goto(model, replace(staff, stage=replace(stage, paper=printed)))
        case Found(), FieldRevealed() | PersonSessionOpened() | CentralFailed():
            return rules_lookup.found_answered(model, staff, stage, event)
        case SlipFound(), SlipPrinted():
            return rules_desk.printed(model, staff, stage, event)
        case ReadinessReport(), SlipPrinted() | ReportWritten():
            return rules_technician.report_answered(model, staff, stage, event)
        case _:
            pass
    if not isinstance(stage, StaffWorking) or event.request != staff.requests:
        return stay(model)
    match stage.work, stage.back, event:
        case StaffWork.SIGN_IN, back, StaffSignedIn(session=session, locked=locked):
            if isinstance(back, SignIn):
                return _signed_in(model, staff, back, session, locked)
            return _card_signed_in(model, staff, session)
        case StaffWork.SIGN_IN, ServiceScreen(), TechnicianLetIn(number=number):
            if number is None or stage.because is None:
                return fail(model, stage.because or Failure.CENTRAL_UNREACHABLE)
            return rules_technician.entered(model, replace(staff, role=Role.TECHNICIAN, number=number))
        case StaffWork.LOOK_UP, TypeWhose() as of, LookupAnswered(lookup=lookup):
            return rules_lookup.looked_up(model, staff, of, lookup)
        case StaffWork.TAKE_TICKET, TypeTicket() as typed, TicketTakenAnswered(ticket=ticket):
            return rules_desk.ticket_taken(model, staff, typed, ticket)
        case StaffWork.FIND_SLIP, TypeSlip() as typed_slip, SlipAnswered(facts=facts):
            return rules_desk.slip_found(model, staff, typed_slip, facts)
        case _, back, CentralFailed(failure=failure):
            return _failed(model, staff, stage, back, failure)
        case _:
            return stay(model)


def _failed(model: Model, staff: Staff, stage: StaffWorking, back: StaffStage, failure: CentralFailure) -> Out:
    if stage.work is StaffWork.SIGN_IN and not isinstance(back, SignIn):
        if is_outage(failure) and stage.because is None:
            # Perhaps a technician's card: where it has no pairs, nothing comes of it.
            because = of_central(failure)
            return technician_accepted(model, staff.visit, staff.insertion, because, staff.requests)
        return fail(model, stage.because or of_central(failure))
    if failure is CentralFailure.SESSION_ENDED and staff.role is not None:
        return signed_out(model, staff)
    return turn(model, staff, StaffFailed(of_central(failure), back))


def _signed_in(model: Model, staff: Staff, stage: SignIn, session: StaffSession, locked: float) -> Out:
    """Whoever typed a name: told only that it was not taken, never why."""
    wait = max(locked, float(session.wait))
    match session.outcome:
        case SignInOutcome.SIGNED_IN if stage.second:
            assert stage.back is not None
            return rules_lookup.look_up(model, staff, stage.back)
        case SignInOutcome.SIGNED_IN if session.role is not None and session.number is not None:
            return _entered(model, replace(staff, role=session.role, number=session.number))
        case SignInOutcome.SIGNED_IN:
            return turn(model, staff, StaffFailed(Failure.CENTRAL_BAD_ANSWER, stage))
        case SignInOutcome.WRONG_ROLE if stage.second:
            return turn(model, staff, sign_in_again(stage, EntryNote.WRONG_ROLE))
        case SignInOutcome.REFUSED | SignInOutcome.LOCKED | SignInOutcome.NOT_STAFF | SignInOutcome.WRONG_ROLE:
            until = model.now + wait if wait > 0 else None
            return turn(model, staff, sign_in_again(stage, EntryNote.REFUSED, until))
        case never:
            assert_never(never)


def _card_signed_in(model: Model, staff: Staff, session: StaffSession) -> Out:
    signed_in = session.outcome is SignInOutcome.SIGNED_IN
    if not signed_in or staff.diagnostics_only:
        return fail(model, Failure.CENTRAL_REFUSED)
    if session.role is None or session.number is None:
        return fail(model, Failure.CENTRAL_BAD_ANSWER)
    return _entered(model, replace(staff, role=session.role, number=session.number))


def _entered(model: Model, staff: Staff) -> Out:
    if staff.role is Role.TECHNICIAN:
        return rules_technician.entered(model, staff)
    return turn(model, staff, Desk())
