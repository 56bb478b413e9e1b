"""Rules of an activation: who stands there, by what it is proved, the phone, the PIN, and what central says at each step.

A transaction of two parties (reserve at central, CHANGE on the card, confirm at central): the visit says when, the engine's
journal what is known of it. What is not known (a torn CHANGE) is found out with the holder, one finger at a time.
"""

from dataclasses import replace
from typing import assert_never

from drivers.card.states import PinLocked, PinTries, PinVerified, PinWrong
from kiosk.services import (
    CodeFor,
    Confirmation,
    Confirmed,
    Eligibility,
    Eligible,
    IdentityWay,
    Party,
    Reservation,
    Reserved,
)
from kiosk.visit.actions import (
    Action,
    Back,
    ChooseParty,
    ClearKeys,
    ConfirmTyped,
    EraseKey,
    NoPhone,
    OpenPrivacy,
    OtherPhone,
    PickRelation,
    PickWay,
    PrintSlip,
    ReadDocumentNow,
    SendAgain,
    ShowPart,
    Start,
    StayHere,
    TryAgain,
    TypeKey,
    UseThisPhone,
)
from kiosk.visit.base import Out, end, goto, stay
from kiosk.visit.effects import (
    CancelReservation,
    CheckActivation,
    ConfirmActivation,
    Effect,
    Reserve,
    VerifyNewPin,
)
from kiosk.visit.entries import sign_in_again
from kiosk.visit.events import (
    ActivationChecked,
    CardPinAnswered,
    CentralFailed,
    CodeChecked,
    CodeSent,
    ConfirmAnswered,
    DocumentRead,
    IdentityAnswered,
    JournalFailed,
    PinJudged,
    ReservationAnswered,
    SlipPrinted,
)
from kiosk.visit.failures import of_central
from kiosk.visit.help_deeds import OpenPassword, StaffSignedIn
from kiosk.visit.rules_identity import (
    ask_central,
    clerk_pressed,
    clerk_refused,
    code_checked,
    code_sent,
    document_read,
    identity_answered,
    no_phone,
    number_page,
    prove_by,
    read_document,
    send_again,
    turn_to,
    typed,
    typed_confirmed,
    ways_of,
)
from kiosk.visit.rules_service import (
    Answer,
    ask,
    judged,
    open_slot,
    paper,
    pins_pressed,
    print_slip,
    refused,
    stop,
    stopped_answered,
    stopped_pressed,
)
from kiosk.visit.services import (
    Activation,
    ChooseRelation,
    ChooseWay,
    ClerkConfirms,
    Explain,
    Finished,
    Journalled,
    KeepPhone,
    Notice,
    Paper,
    Pins,
    PinSlot,
    ShowDocument,
    Stage,
    Stop,
    Stopped,
    TypeCode,
    TypeNumber,
    TypePhone,
    Who,
    Work,
    Working,
    may_try_again,
)
from kiosk.visit.states import Model, SessionReply


def begun(
    model: Model, visit: int, insertion: int, probe: PinTries | PinLocked, reply: SessionReply, *effects: Effect
) -> Out:
    """A genuine card that central says is new, and that it lets be activated here."""
    tries = probe.tries_left if isinstance(probe, PinTries) else 0
    minor = reply.holder is not None and reply.holder.minor
    first = Activation(visit, insertion, Who(), model.now, tries, minor, reply.holder)
    if isinstance(probe, PinLocked):
        model, more = stop(model, first, Stop.PIN_LOCKED)
    else:
        model, more = _check(model, first)
    return model, (*effects, *more)


def left(model: Model, activation: Activation) -> Out:
    """Somebody ends it. A reservation whose CHANGE was never sent is given back; all else stays, to be resumed."""
    open_here = activation.reference is not None or activation.journalled in (Journalled.RESERVING, Journalled.RESERVED)
    reserving = isinstance(activation.stage, Working) and activation.stage.work is Work.RESERVE
    model, effects = end(model)
    if activation.sent or not (open_here or reserving):
        return model, effects
    return model, (CancelReservation(activation.visit, activation.insertion), *effects)


def may_break_off(activation: Activation) -> bool:
    """Is there anything to break off: nothing is at the card, and the card has not done its part."""
    stage = activation.stage
    if isinstance(stage, Working):
        return stage.work not in (Work.CHANGE, Work.VERIFY, Work.CONFIRM)
    return not isinstance(stage, Stopped | Finished)


def _check(model: Model, activation: Activation) -> Out:
    visit, insertion = activation.visit, activation.insertion
    return ask_central(model, activation, Work.CHECK, None, lambda n: CheckActivation(visit, insertion, n))


# --- what is pressed --------------------------------------------------------------------------------------------------


def pressed(model: Model, activation: Activation, action: Action) -> Out:
    if isinstance(action, StayHere):
        return goto(model, replace(activation, asking_since=None, touched=model.now))
    if activation.asking_since is not None:
        return stay(model)
    activation = replace(activation, touched=model.now)
    model = replace(model, state=activation)
    stage = activation.stage
    match stage:
        case Who():
            if isinstance(action, ChooseParty):
                return _party_chosen(model, activation, action.party)
        case ChooseRelation():
            if isinstance(action, PickRelation):
                return turn_to(
                    model, replace(activation, relation=action.relation), number_page(model, activation, Party.HOLDER)
                )
        case TypeNumber() | TypeCode() | TypePhone():
            if isinstance(action, TypeKey | EraseKey | ClearKeys):
                return turn_to(model, activation, typed(stage, action))
            if isinstance(action, ConfirmTyped):
                return typed_confirmed(model, activation, stage)
            if isinstance(action, SendAgain) and isinstance(stage, TypeCode):
                return send_again(model, activation, stage)
            if isinstance(action, NoPhone) and not isinstance(stage, TypeNumber):
                return no_phone(model, activation, stage)
        case ChooseWay(whose=whose):
            if isinstance(action, PickWay) and action.way in ways_of(model, activation):
                return prove_by(model, activation, whose, action.way, stage)
        case ClerkConfirms() if not isinstance(action, OpenPrivacy):
            return clerk_pressed(model, activation, stage, action)
        case ClerkConfirms():
            # The password is wiped: it is typed anew after the notice.
            notice = Notice(sign_in_again(stage, stage.note, stage.locked_until))
            return turn_to(model, activation, notice, OpenPassword(activation.visit))
        case ShowDocument(whose=whose):
            if isinstance(action, ReadDocumentNow):
                return read_document(model, activation, stage)
        case KeepPhone():
            match action:
                case UseThisPhone():
                    return turn_to(model, activation, Explain())
                case OtherPhone():
                    return turn_to(model, activation, TypePhone())
                case NoPhone():
                    return stop(model, activation, Stop.NO_MOBILE, back=stage)
                case _:
                    pass
        case Explain():
            if isinstance(action, Start):
                return _reserve(model, activation, stage)
            if isinstance(action, ShowPart):
                return turn_to(model, activation, Explain(max(0, action.part)))
        case Notice(over=over):
            if isinstance(action, Back):
                return turn_to(model, activation, over)
            if isinstance(action, ShowPart):
                return turn_to(model, activation, replace(stage, part=max(0, action.part)))
            return stay(model)
        case Pins():
            if isinstance(action, Back) and stage.after_tear and stage.slot is PinSlot.OLD and not stage.judging:
                return open_slot(model, activation, Pins(PinSlot.NEW, after_tear=True))
            return pins_pressed(model, activation, stage, action)
        case Stopped():
            return _stopped_pressed(model, activation, stage, action)
        case Finished():
            return print_slip(model, activation, stage) if isinstance(action, PrintSlip) else stay(model)
        case Working():
            return stay(model)
        case never:
            assert_never(never)
    if isinstance(action, OpenPrivacy):
        return turn_to(model, activation, Notice(stage))
    return _back(model, activation, stage) if isinstance(action, Back) else stay(model)


def _back(model: Model, activation: Activation, stage: Stage) -> Out:
    match stage:
        case ChooseRelation():
            return turn_to(model, activation, Who())
        case TypeNumber(whose=Party.HOLDER):
            return turn_to(model, activation, _before_number(activation))
        case TypeNumber():
            return turn_to(model, activation, TypeNumber(Party.HOLDER))
        case ChooseWay(whose=whose):
            return turn_to(model, activation, number_page(model, activation, whose))
        case ShowDocument(whose=whose):
            if IdentityWay.CODE in ways_of(model, activation):
                return turn_to(model, activation, TypeNumber(whose))
            if whose is Party.HOLDER:
                return turn_to(model, activation, _before_number(activation))
            return turn_to(model, activation, TypeNumber(Party.HOLDER))
        case TypeCode(purpose=CodeFor.IDENTITY):
            return turn_to(model, activation, number_page(model, activation, activation.party))
        case TypeCode():
            return turn_to(model, activation, TypePhone())
        case TypePhone() | Explain() if activation.phone is not None:
            return turn_to(model, activation, KeepPhone(activation.phone))
        case _:
            return stay(model)


def _before_number(activation: Activation) -> Stage:
    return ChooseRelation() if activation.party is Party.GUARDIAN else Who()


def _party_chosen(model: Model, activation: Activation, party: Party) -> Out:
    """Of a child a guardian, of an adult anybody else."""
    if (party is Party.GUARDIAN) != activation.minor:
        return stay(model)
    activation = replace(activation, party=party, relation=None)
    if party is Party.GUARDIAN:
        return turn_to(model, activation, ChooseRelation())
    return turn_to(model, activation, number_page(model, activation, Party.HOLDER))


# --- central's answers ------------------------------------------------------------------------------------------------


def answered(model: Model, activation: Activation, event: Answer) -> Out:
    stage = activation.stage
    if isinstance(event, ConfirmAnswered) and isinstance(stage, Finished):
        # It was delivered after all; a slip may have been asked for since.
        late = event.confirmation if not stage.confirmed else None
        return stay(model) if late is None else _confirmed(model, activation, late)
    if event.request != activation.requests:
        return stay(model)
    match stage, event:
        case Working(work=Work.CHECK), ActivationChecked():
            return _checked(model, activation, event)
        case Working(work=Work.IDENTITY, back=ShowDocument() as back), DocumentRead():
            return document_read(model, activation, back, event)
        case Working(
            work=Work.IDENTITY, back=TypeNumber() | ShowDocument() | ClerkConfirms() as back
        ), IdentityAnswered(identity=identity):
            return identity_answered(model, activation, back, identity)
        case Working(work=Work.IDENTITY, back=ClerkConfirms() as back), StaffSignedIn():
            return clerk_refused(model, activation, back, event)
        case Working(work=Work.SEND_CODE, back=back), CodeSent(sent=sent) if back is not None:
            return code_sent(model, activation, back, sent)
        case Working(work=Work.CHECK_CODE, back=TypeCode() as back), CodeChecked(checked=checked):
            return code_checked(model, activation, back, checked)
        case Working(work=Work.RESERVE), ReservationAnswered(reservation=reservation):
            return _reserved(model, activation, reservation)
        case Working(work=Work.CHECK | Work.RESERVE | Work.CHANGE | Work.VERIFY), JournalFailed():
            return stop(model, activation, Stop.JOURNAL)
        case Pins(slot=PinSlot.NEW, after_tear=True, judging=True), PinJudged(slot=PinSlot.NEW, rule=None):
            visit, insertion = activation.visit, activation.insertion
            working = Working(Work.VERIFY, model.now)
            return ask(model, activation, working, lambda n: VerifyNewPin(visit, insertion, n))
        case Pins() as pins, PinJudged():
            return judged(model, activation, pins, event)
        case Working(work=Work.CHANGE | Work.VERIFY), CardPinAnswered(verdict=PinVerified()):
            return _confirm(model, activation)
        case Working(work=Work.VERIFY), CardPinAnswered(verdict=PinWrong(tries_left=left)) if left > 1:
            model, effects = refused(model, activation, event.verdict, torn=True)
            return _old_after_tear(model, effects)
        case Working(work=Work.CHANGE | Work.VERIFY), CardPinAnswered(verdict=verdict):
            return refused(model, activation, verdict, torn=_torn(activation))
        case Working(work=Work.CONFIRM), ConfirmAnswered(confirmation=confirmation):
            return _confirmed(model, activation, confirmation)
        case Working(work=Work.CONFIRM), CentralFailed():
            return _confirmed(model, activation, None)
        case Working(work=work, back=back), CentralFailed(failure=failure) if work not in (Work.CHANGE, Work.VERIFY):
            return stop(model, activation, Stop.CENTRAL, because=of_central(failure), back=back)
        case Stopped() as stopped, _:
            return stopped_answered(model, activation, stopped, event)
        case Finished(paper=Paper.PRINTING) as finished, SlipPrinted(paper=printed):
            return goto(model, replace(activation, stage=replace(finished, paper=printed)))
        case _:
            return stay(model)


def _old_after_tear(model: Model, effects: tuple[Effect, ...]) -> Out:
    """What was typed as new is not the card's PIN: not a wrong old one."""
    state = model.state
    if isinstance(state, Activation) and isinstance(state.stage, Pins):
        model = replace(model, state=replace(state, stage=replace(state.stage, wrong=False)))
    return model, effects


def _torn(activation: Activation) -> bool:
    """Nobody knew which PIN holds when this visit began, and it was not found out yet."""
    return activation.journalled in (Journalled.CHANGING, Journalled.LOST)


def _checked(model: Model, activation: Activation, event: ActivationChecked) -> Out:
    eligibility, journalled = event.eligibility, event.journalled
    there = eligibility.open
    if there is not None and not there.here and journalled is not Journalled.CHANGED:
        journalled = Journalled.LOST  # another kiosk may have sent CHANGE since
    reference = event.reference or (there.reference if there is not None else None)
    activation = replace(
        activation,
        eligibility=eligibility,
        minor=eligibility.minor,
        journalled=journalled,
        reference=reference,
        sent=journalled not in (Journalled.NOTHING, Journalled.RESERVING, Journalled.RESERVED),
    )
    if journalled is Journalled.CHANGED:
        return _confirm(model, activation)  # authorised by device and reservation: nobody is asked again
    against = _against(eligibility)
    if against is not None:
        return stop(model, activation, against)
    if _torn(activation):
        if activation.tries <= 1:
            return stop(model, activation, Stop.ONE_TRY_LEFT)
        return open_slot(model, activation, Pins(PinSlot.NEW, after_tear=True))
    if not ways_of(model, activation):
        return stop(model, activation, Stop.NO_WAY)
    return turn_to(model, activation, Who())


def _against(eligibility: Eligibility) -> Stop | None:
    match eligibility.eligible:
        case Eligible.YES:
            return None
        case Eligible.ACTIVE_ALREADY:
            return Stop.ACTIVE_ALREADY
        case Eligible.STATUS:
            return Stop.STATUS
        case Eligible.NOT_ON_FILE:
            return Stop.NOT_ON_FILE
        case never:
            assert_never(never)


def _reserve(model: Model, activation: Activation, back: Stage) -> Out:
    visit, insertion, party = activation.visit, activation.insertion, activation.party
    relation, code = activation.relation, activation.phone_code
    return ask_central(
        model, activation, Work.RESERVE, back, lambda n: Reserve(visit, insertion, n, party, relation, code)
    )


def _reserved(model: Model, activation: Activation, reservation: Reservation) -> Out:
    match reservation.outcome:
        case Reserved.RESERVED:
            return open_slot(model, replace(activation, reference=reservation.reference), Pins())
        case Reserved.NOT_PROVED:
            return stop(model, activation, Stop.NOT_PROVED)
        case Reserved.ACTIVE_ALREADY:
            return stop(model, activation, Stop.ACTIVE_ALREADY)
        case Reserved.STATUS:
            return stop(model, activation, Stop.STATUS)
        case Reserved.CANCELLED:
            return stop(model, activation, Stop.CANCELLED)
        case never:
            assert_never(never)


def _confirm(model: Model, activation: Activation) -> Out:
    """Whatever the line does: what is not delivered now is delivered later."""
    visit, insertion = activation.visit, activation.insertion
    working = Working(Work.CONFIRM, model.now)
    return ask(model, activation, working, lambda n: ConfirmActivation(visit, insertion, n))


def _confirmed(model: Model, activation: Activation, confirmation: Confirmation | None) -> Out:
    stage = activation.stage
    printed = stage.paper if isinstance(stage, Finished) else paper(model)
    if confirmation is None:
        return turn_to(model, activation, Finished(confirmed=False, paper=printed))
    match confirmation.outcome:
        case Confirmed.ACTIVATED:
            return turn_to(model, activation, Finished(confirmed=True, paper=printed))
        case Confirmed.LOST:
            return stop(model, activation, Stop.LOST)
        case Confirmed.REPLACED:
            return stop(model, activation, Stop.REPLACED)
        case Confirmed.STATUS:
            return stop(model, activation, Stop.STATUS)
        case Confirmed.ACTIVE_OTHERWISE:
            return stop(model, activation, Stop.ACTIVE_OTHERWISE)
        case Confirmed.CANCELLED:
            return stop(model, activation, Stop.CANCELLED)
        case Confirmed.UNKNOWN:
            return stop(model, activation, Stop.UNKNOWN_RESERVATION)
        case never:
            assert_never(never)


def _stopped_pressed(model: Model, activation: Activation, stopped: Stopped, action: Action) -> Out:
    match action:
        case TryAgain() if may_try_again(stopped):
            return _check(model, activation) if stopped.back is None else turn_to(model, activation, stopped.back)
        case Back() if stopped.stop in (Stop.OTHERS_NUMBER, Stop.NO_MOBILE) and stopped.back is not None:
            return turn_to(model, activation, stopped.back)
        case _:
            return stopped_pressed(model, activation, stopped, action)
