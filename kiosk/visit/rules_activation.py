"""Rules of an activation: who stands there, by what it is proved, the phone, the PIN, and what central says at each step.

A transaction of two parties (reserve at central, CHANGE on the card, confirm at central): the visit says when, the engine's
journal what is known of it. What is not known (a torn CHANGE) is found out with the holder, one finger at a time.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, assert_never

from drivers.card.states import PinLocked, PinTries, PinVerified, PinWrong
from kiosk.services import (
    Checked,
    CheckedCode,
    CodeFor,
    Confirmation,
    Confirmed,
    Eligibility,
    Eligible,
    Identity,
    IdentityOutcome,
    IdentityWay,
    Party,
    Relation,
    Reservation,
    Reserved,
    Sending,
    SentCode,
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
    CheckCode,
    ConfirmActivation,
    Effect,
    ProveIdentity,
    ReadDocument,
    Reserve,
    SendCode,
    VerifyNewPin,
)
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
from kiosk.visit.failures import Failure, of_central
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
    TypedNote,
    TypeNumber,
    TypePhone,
    Who,
    Work,
    Working,
    may_try_again,
)
from kiosk.visit.states import Link, Model, SessionReply

NUMBER_LENGTH: Final = 18
PHONE_LENGTH: Final = 11
CODE_LENGTH: Final = 6

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643: 2^(18-i) mod 11 of place i."""


def number_fits(text: str) -> bool:
    """Does the check character of an 18-place number fit (GB 11643-1999)?"""
    return "10X98765432"[sum(w * int(c) for w, c in zip(_WEIGHTS, text, strict=False)) % 11] == text[-1]


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


def _turn(model: Model, activation: Activation, stage: Stage, *effects: Effect) -> Out:
    return goto(model, replace(activation, stage=stage, touched=model.now), *effects)


def _ask(model: Model, activation: Activation, work: Work, back: Stage | None, make: Callable[[int], Effect]) -> Out:
    """A question to central; in a known outage nobody waits for one that fails."""
    if model.world.link is Link.OFFLINE:
        return stop(model, activation, Stop.CENTRAL, because=Failure.CENTRAL_UNREACHABLE, back=back)
    return ask(model, activation, Working(work, model.now, back), make)


def _check(model: Model, activation: Activation) -> Out:
    visit, insertion = activation.visit, activation.insertion
    return _ask(model, activation, Work.CHECK, None, lambda n: CheckActivation(visit, insertion, n))


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
                return _turn(
                    model, replace(activation, relation=action.relation), _number(model, activation, Party.HOLDER)
                )
        case TypeNumber() | TypeCode() | TypePhone():
            if isinstance(action, TypeKey | EraseKey | ClearKeys):
                return _turn(model, activation, _typed(stage, action))
            if isinstance(action, ConfirmTyped):
                return _typed_confirmed(model, activation, stage)
            if isinstance(action, SendAgain) and isinstance(stage, TypeCode):
                return _send_again(model, activation, stage)
            if isinstance(action, NoPhone) and not isinstance(stage, TypeNumber):
                return _no_phone(model, activation, stage)
        case ChooseWay(whose=whose):
            if isinstance(action, PickWay) and action.way in ways_of(model, activation):
                return _way(model, activation, whose, action.way, stage)
        case ShowDocument(whose=whose):
            if isinstance(action, ReadDocumentNow):
                return _read_document(model, activation, stage)
        case KeepPhone():
            match action:
                case UseThisPhone():
                    return _turn(model, activation, Explain())
                case OtherPhone():
                    return _turn(model, activation, TypePhone())
                case NoPhone():
                    return stop(model, activation, Stop.NO_MOBILE, back=stage)
                case _:
                    pass
        case Explain():
            if isinstance(action, Start):
                return _reserve(model, activation, stage)
            if isinstance(action, ShowPart):
                return _turn(model, activation, Explain(max(0, action.part)))
        case Notice(over=over):
            if isinstance(action, Back):
                return _turn(model, activation, over)
            if isinstance(action, ShowPart):
                return _turn(model, activation, replace(stage, part=max(0, action.part)))
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
        return _turn(model, activation, Notice(stage))
    return _back(model, activation, stage) if isinstance(action, Back) else stay(model)


def _back(model: Model, activation: Activation, stage: Stage) -> Out:
    match stage:
        case ChooseRelation():
            return _turn(model, activation, Who())
        case TypeNumber(whose=Party.HOLDER):
            return _turn(model, activation, _before_number(activation))
        case TypeNumber():
            return _turn(model, activation, TypeNumber(Party.HOLDER))
        case ChooseWay(whose=whose):
            return _turn(model, activation, _number(model, activation, whose))
        case ShowDocument(whose=whose):
            if IdentityWay.CODE in ways_of(model, activation):
                return _turn(model, activation, TypeNumber(whose))
            if whose is Party.HOLDER:
                return _turn(model, activation, _before_number(activation))
            return _turn(model, activation, TypeNumber(Party.HOLDER))
        case TypeCode(purpose=CodeFor.IDENTITY):
            return _turn(model, activation, _number(model, activation, activation.party))
        case TypeCode():
            return _turn(model, activation, TypePhone())
        case TypePhone() | Explain() if activation.phone is not None:
            return _turn(model, activation, KeepPhone(activation.phone))
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
        return _turn(model, activation, ChooseRelation())
    return _turn(model, activation, _number(model, activation, Party.HOLDER))


def _number(model: Model, activation: Activation, whose: Party) -> Stage:
    """Where the ID number of this person comes from: nobody types what the document says, where it is the only way."""
    if whose is activation.party and ways_of(model, activation) == (IdentityWay.DOCUMENT,):
        return ShowDocument(whose)
    return TypeNumber(whose)


def ways_of(model: Model, activation: Activation) -> tuple[IdentityWay, ...]:
    """Those that both the region with this kiosk and central take. A clerk's word is not taken here yet."""
    central = activation.eligibility.ways if activation.eligibility is not None else ()
    here = (IdentityWay.CODE, IdentityWay.DOCUMENT)
    return tuple(way for way in here if way in central and way in model.rules.identity_ways)


# --- what is typed ----------------------------------------------------------------------------------------------------


def _typed(
    stage: TypeNumber | TypeCode | TypePhone, action: TypeKey | EraseKey | ClearKeys
) -> TypeNumber | TypeCode | TypePhone:
    text = stage.text
    match action:
        case TypeKey(key=key):
            if _takes(stage, key):
                text += key
        case EraseKey():
            text = text[:-1]
        case ClearKeys():
            text = ""
        case never:
            assert_never(never)
    return replace(stage, text=text, note=stage.note if text == stage.text else TypedNote.NONE)


def _takes(stage: TypeNumber | TypeCode | TypePhone, key: str) -> bool:
    length = len(stage.text)
    digit = len(key) == 1 and key in "0123456789"
    match stage:
        case TypeNumber():
            return (
                length < NUMBER_LENGTH
                and (digit or (key == "X" and length == NUMBER_LENGTH - 1))
                and "X" not in stage.text
            )
        case TypePhone():
            return length < PHONE_LENGTH and digit
        case TypeCode():
            return length < CODE_LENGTH and digit
        case never:
            assert_never(never)


def _typed_confirmed(model: Model, activation: Activation, stage: TypeNumber | TypeCode | TypePhone) -> Out:
    """A slip of the finger is told here; nothing is sent of it."""
    visit, insertion = activation.visit, activation.insertion
    text = stage.text
    match stage:
        case TypeNumber(whose=whose):
            if len(text) < NUMBER_LENGTH:
                return _turn(model, activation, replace(stage, note=TypedNote.INCOMPLETE))
            if not number_fits(text):
                return _turn(model, activation, replace(stage, note=TypedNote.CHECKSUM))
            relation = _relation(activation, whose)
            return _ask(
                model,
                activation,
                Work.IDENTITY,
                stage,
                lambda n: ProveIdentity(visit, insertion, n, whose, relation, text),
            )
        case TypePhone():
            if len(text) < PHONE_LENGTH:
                return _turn(model, activation, replace(stage, note=TypedNote.INCOMPLETE))
            if text[0] != "1" or text[1] < "3":
                return _turn(model, activation, replace(stage, note=TypedNote.NOT_A_MOBILE))
            return _send_code(model, activation, CodeFor.PHONE, text, stage)
        case TypeCode(sent=sent):
            code = sent.code
            if code is None or stage.left == 0:
                return stay(model)  # another one is to be sent first
            if len(text) < CODE_LENGTH:
                return _turn(model, activation, replace(stage, note=TypedNote.INCOMPLETE))
            return _ask(model, activation, Work.CHECK_CODE, stage, lambda n: CheckCode(visit, insertion, n, code, text))
        case never:
            assert_never(never)


def _relation(activation: Activation, whose: Party) -> Relation | None:
    """The child has none to itself."""
    return activation.relation if whose is Party.GUARDIAN else None


# --- identity ---------------------------------------------------------------------------------------------------------


def _read_document(model: Model, activation: Activation, stage: ShowDocument) -> Out:
    visit, insertion = activation.visit, activation.insertion
    back = ShowDocument(stage.whose)
    return _ask(model, activation, Work.IDENTITY, back, lambda n: ReadDocument(visit, insertion, n, stage.whose))


def _document_read(model: Model, activation: Activation, back: ShowDocument, event: DocumentRead) -> Out:
    number, name = event.number, event.name
    if number is None or name is None:
        return _turn(model, activation, replace(back, failed=True))
    visit, insertion, relation = activation.visit, activation.insertion, _relation(activation, back.whose)
    return _ask(
        model,
        activation,
        Work.IDENTITY,
        back,
        lambda n: ProveIdentity(visit, insertion, n, back.whose, relation, number, name),
    )


def _identity(model: Model, activation: Activation, back: TypeNumber | ShowDocument, identity: Identity) -> Out:
    by_document = isinstance(back, ShowDocument)
    stands_there = back.whose is activation.party
    match identity.outcome:
        case IdentityOutcome.MATCHED | IdentityOutcome.NO_PHONE:
            if not stands_there:
                return _turn(model, activation, _number(model, activation, activation.party))
            on_file = activation.eligibility.phone if activation.eligibility is not None else None
            phone = identity.phone or (on_file if activation.party is Party.HOLDER else None)
            activation = replace(activation, phone=phone, phone_code=None)
            if by_document:
                return _proved(model, replace(activation, way=IdentityWay.DOCUMENT))
            return _choose_way(model, activation, back, code=identity.phone is not None)
        case IdentityOutcome.MISMATCH:
            if identity.left == 0:
                return stop(model, activation, Stop.IDENTITY_LOCKED)
            if isinstance(back, ShowDocument):
                return _turn(model, activation, replace(back, failed=True))
            return _turn(model, activation, replace(back, note=TypedNote.MISMATCH, left=identity.left))
        case IdentityOutcome.SAME_PERSON:
            if isinstance(back, ShowDocument):
                return stop(model, activation, Stop.SAME_PERSON)
            return _turn(model, activation, TypeNumber(back.whose, note=TypedNote.SAME_PERSON))
        case IdentityOutcome.UNDER_AGE:
            return stop(model, activation, Stop.UNDER_AGE)
        case IdentityOutcome.NOT_ON_FILE:
            return stop(model, activation, Stop.NOT_ON_FILE if back.whose is Party.HOLDER else Stop.PARTY_NOT_ON_FILE)
        case IdentityOutcome.LOCKED:
            return stop(model, activation, Stop.IDENTITY_LOCKED)
        case never:
            assert_never(never)


def _choose_way(model: Model, activation: Activation, back: Stage, *, code: bool) -> Out:
    """How it is proved that the number is theirs."""
    ways = tuple(way for way in ways_of(model, activation) if code or way is not IdentityWay.CODE)
    if not ways:
        return stop(model, activation, Stop.NO_MOBILE)
    if len(ways) > 1:
        return _turn(model, activation, ChooseWay(activation.party))
    return _way(model, activation, activation.party, ways[0], back)


def _way(model: Model, activation: Activation, whose: Party, way: IdentityWay, back: Stage) -> Out:
    if way is IdentityWay.DOCUMENT:
        return _turn(model, activation, ShowDocument(whose))
    return _send_code(model, activation, CodeFor.IDENTITY, None, back)


def _proved(model: Model, activation: Activation) -> Out:
    phone = activation.phone
    return _turn(model, activation, TypePhone() if phone is None else KeepPhone(phone))


def _no_phone(model: Model, activation: Activation, stage: TypeCode | TypePhone) -> Out:
    """Where the document says it too, it does without the phone."""
    document = IdentityWay.DOCUMENT in ways_of(model, activation)
    if document and isinstance(stage, TypeCode) and stage.purpose is CodeFor.IDENTITY:
        return _turn(model, activation, ShowDocument(activation.party))
    return stop(model, activation, Stop.NO_MOBILE, back=stage)


# --- codes ------------------------------------------------------------------------------------------------------------


def _send_code(model: Model, activation: Activation, purpose: CodeFor, phone: str | None, back: Stage) -> Out:
    visit, insertion = activation.visit, activation.insertion
    return _ask(model, activation, Work.SEND_CODE, back, lambda n: SendCode(visit, insertion, n, purpose, phone))


def _send_again(model: Model, activation: Activation, stage: TypeCode) -> Out:
    if model.now < stage.again_at or stage.sent.left == 0:
        return stay(model)
    return _send_code(model, activation, stage.purpose, stage.to, stage)


def _code_sent(model: Model, activation: Activation, back: Stage, sent: SentCode) -> Out:
    """`back`: the page of the code that was sent before, or the one with the number or the way."""
    again_at = model.now + sent.wait
    purpose = back.purpose if isinstance(back, TypeCode) else _purpose(back)
    to = back.to if isinstance(back, TypeCode) else back.text if isinstance(back, TypePhone) else None
    match sent.outcome:
        case Sending.SENT:
            note = TypedNote.SENT_AGAIN if isinstance(back, TypeCode) else TypedNote.NONE
            return _turn(model, activation, TypeCode(purpose, sent, again_at, note=note, to=to))
        case Sending.TOO_SOON | Sending.USED_UP if isinstance(back, TypeCode):
            # The one that was sent is still good, where central says so.
            kept = replace(sent, code=sent.code or back.sent.code, phone=sent.phone or back.sent.phone)
            return _turn(model, activation, replace(back, sent=kept, again_at=again_at))
        case Sending.TOO_SOON | Sending.USED_UP if sent.code is not None and _is_of(sent.phone, to):
            return _turn(model, activation, TypeCode(purpose, sent, again_at, to=to))
        case Sending.TOO_SOON:
            if isinstance(back, TypePhone | TypeNumber):
                return _turn(model, activation, replace(back, note=TypedNote.TOO_SOON))
            return _turn(model, activation, back)
        case Sending.USED_UP:
            return stop(model, activation, Stop.CODE_USED_UP)
        case Sending.NO_PHONE:
            if purpose is CodeFor.IDENTITY and IdentityWay.DOCUMENT in ways_of(model, activation):
                return _turn(model, activation, ShowDocument(activation.party))
            return stop(model, activation, Stop.NO_MOBILE)
        case Sending.OTHERS_NUMBER:
            return stop(model, activation, Stop.OTHERS_NUMBER, back=back if isinstance(back, TypePhone) else None)
        case never:
            assert_never(never)


def _purpose(back: Stage) -> CodeFor:
    return CodeFor.PHONE if isinstance(back, TypePhone) else CodeFor.IDENTITY


def _is_of(masked: str | None, phone: str | None) -> bool:
    """Can the code that was sent before have gone to this number? (None: to the one on file.)"""
    if phone is None:
        return True
    return masked is not None and all(m in ("*", p) for m, p in zip(masked, phone, strict=False))


def _code_checked(model: Model, activation: Activation, back: TypeCode, checked: CheckedCode) -> Out:
    match checked.outcome:
        case Checked.MATCHED if back.purpose is CodeFor.IDENTITY:
            return _proved(model, replace(activation, way=IdentityWay.CODE))
        case Checked.MATCHED:
            activation = replace(activation, phone=back.sent.phone or activation.phone, phone_code=back.sent.code)
            return _turn(model, activation, Explain())
        case Checked.WRONG if checked.left > 0:
            return _turn(model, activation, replace(back, text="", note=TypedNote.WRONG, left=checked.left))
        case Checked.EXPIRED if back.sent.left > 0:
            return _turn(model, activation, replace(back, text="", note=TypedNote.EXPIRED, left=0))
        case Checked.WRONG | Checked.USED_UP if back.sent.left > 0:
            return _turn(model, activation, replace(back, text="", note=TypedNote.WRONG, left=0))
        case Checked.WRONG | Checked.USED_UP | Checked.EXPIRED:
            return stop(model, activation, Stop.CODE_USED_UP)
        case never:
            assert_never(never)


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
            return _document_read(model, activation, back, event)
        case Working(work=Work.IDENTITY, back=TypeNumber() | ShowDocument() as back), IdentityAnswered(
            identity=identity
        ):
            return _identity(model, activation, back, identity)
        case Working(work=Work.SEND_CODE, back=back), CodeSent(sent=sent) if back is not None:
            return _code_sent(model, activation, back, sent)
        case Working(work=Work.CHECK_CODE, back=TypeCode() as back), CodeChecked(checked=checked):
            return _code_checked(model, activation, back, checked)
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
    return _turn(model, activation, Who())


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
    return _ask(model, activation, Work.RESERVE, back, lambda n: Reserve(visit, insertion, n, party, relation, code))


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
        return _turn(model, activation, Finished(confirmed=False, paper=printed))
    match confirmation.outcome:
        case Confirmed.ACTIVATED:
            return _turn(model, activation, Finished(confirmed=True, paper=printed))
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
            return _check(model, activation) if stopped.back is None else _turn(model, activation, stopped.back)
        case Back() if stopped.stop in (Stop.OTHERS_NUMBER, Stop.NO_MOBILE) and stopped.back is not None:
            return _turn(model, activation, stopped.back)
        case _:
            return stopped_pressed(model, activation, stopped, action)
