"""Who stands there, and at which phone: numbers, documents, codes. Each outcome of central leads on, back, or to a named stop."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, assert_never

from kiosk.services import (
    Checked,
    CheckedCode,
    CodeFor,
    Identity,
    IdentityOutcome,
    IdentityWay,
    Party,
    Relation,
    Sending,
    SentCode,
)
from kiosk.visit.actions import (
    Action,
    Back,
    ClearKeys,
    ConfirmTyped,
    EraseKey,
    TypeKey,
)
from kiosk.visit.base import Out, goto, stay
from kiosk.visit.effects import (
    CheckCode,
    Effect,
    ProveIdentity,
    ReadDocument,
    SendCode,
)
from kiosk.visit.entries import (
    Next,
    number_fits,
    sign_in_again,
    sign_in_back,
    sign_in_confirmed,
    sign_in_keyed,
)
from kiosk.visit.entry import EntryNote
from kiosk.visit.events import (
    DocumentRead,
)
from kiosk.visit.failures import Failure
from kiosk.visit.help_deeds import ConfirmIdentity, OpenPassword, StaffSignedIn
from kiosk.visit.rules_service import (
    ask,
    stop,
)
from kiosk.visit.services import (
    Activation,
    ChooseWay,
    ClerkConfirms,
    Explain,
    KeepPhone,
    ShowDocument,
    Stage,
    Stop,
    TypeCode,
    TypedNote,
    TypeNumber,
    TypePhone,
    Work,
    Working,
)
from kiosk.visit.states import Link, Model

NUMBER_LENGTH: Final = 18
PHONE_LENGTH: Final = 11
CODE_LENGTH: Final = 6


def turn_to(model: Model, activation: Activation, stage: Stage, *effects: Effect) -> Out:
    return goto(model, replace(activation, stage=stage, touched=model.now), *effects)


def ask_central(
    model: Model, activation: Activation, work: Work, back: Stage | None, make: Callable[[int], Effect]
) -> Out:
    """A question to central; in a known outage nobody waits for one that fails."""
    if model.world.link is Link.OFFLINE:
        return stop(model, activation, Stop.CENTRAL, because=Failure.CENTRAL_UNREACHABLE, back=back)
    return ask(model, activation, Working(work, model.now, back), make)


def number_page(model: Model, activation: Activation, whose: Party) -> Stage:
    """Where the ID number of this person comes from: nobody types what the document says, where it is the only way."""
    if whose is activation.party and ways_of(model, activation) == (IdentityWay.DOCUMENT,):
        return ShowDocument(whose)
    return TypeNumber(whose)


def ways_of(model: Model, activation: Activation) -> tuple[IdentityWay, ...]:
    """Those that both the region with this kiosk and central take."""
    central = activation.eligibility.ways if activation.eligibility is not None else ()
    here = (IdentityWay.CODE, IdentityWay.DOCUMENT, IdentityWay.STAFF)
    return tuple(way for way in here if way in central and way in model.rules.identity_ways)


# --- what is typed ----------------------------------------------------------------------------------------------------


def typed(
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


def typed_confirmed(model: Model, activation: Activation, stage: TypeNumber | TypeCode | TypePhone) -> Out:
    """A slip of the finger is told here; nothing is sent of it."""
    visit, insertion = activation.visit, activation.insertion
    text = stage.text
    match stage:
        case TypeNumber(whose=whose):
            if len(text) < NUMBER_LENGTH:
                return turn_to(model, activation, replace(stage, note=TypedNote.INCOMPLETE))
            if not number_fits(text):
                return turn_to(model, activation, replace(stage, note=TypedNote.CHECKSUM))
            relation = _relation(activation, whose)
            return ask_central(
                model,
                activation,
                Work.IDENTITY,
                stage,
                lambda n: ProveIdentity(visit, insertion, n, whose, relation, text),
            )
        case TypePhone():
            if len(text) < PHONE_LENGTH:
                return turn_to(model, activation, replace(stage, note=TypedNote.INCOMPLETE))
            if text[0] != "1" or text[1] < "3":
                return turn_to(model, activation, replace(stage, note=TypedNote.NOT_A_MOBILE))
            return _send_code(model, activation, CodeFor.PHONE, text, stage)
        case TypeCode(sent=sent):
            code = sent.code
            if code is None or stage.left == 0:
                return stay(model)  # another one is to be sent first
            if len(text) < CODE_LENGTH:
                return turn_to(model, activation, replace(stage, note=TypedNote.INCOMPLETE))
            return ask_central(
                model, activation, Work.CHECK_CODE, stage, lambda n: CheckCode(visit, insertion, n, code, text)
            )
        case never:
            assert_never(never)


def _relation(activation: Activation, whose: Party) -> Relation | None:
    """The child has none to itself."""
    return activation.relation if whose is Party.GUARDIAN else None


# --- identity ---------------------------------------------------------------------------------------------------------


def read_document(model: Model, activation: Activation, stage: ShowDocument) -> Out:
    visit, insertion = activation.visit, activation.insertion
    back = ShowDocument(stage.whose)
    return ask_central(model, activation, Work.IDENTITY, back, lambda n: ReadDocument(visit, insertion, n, stage.whose))


def document_read(model: Model, activation: Activation, back: ShowDocument, event: DocumentRead) -> Out:
    number, name = event.number, event.name
    if number is None or name is None:
        return turn_to(model, activation, replace(back, failed=True))
    visit, insertion, relation = activation.visit, activation.insertion, _relation(activation, back.whose)
    return ask_central(
        model,
        activation,
        Work.IDENTITY,
        back,
        lambda n: ProveIdentity(visit, insertion, n, back.whose, relation, number, name),
    )


def identity_answered(
    model: Model, activation: Activation, back: TypeNumber | ShowDocument | ClerkConfirms, identity: Identity
) -> Out:
    stands_there = back.whose is activation.party
    match identity.outcome:
        case IdentityOutcome.MATCHED | IdentityOutcome.NO_PHONE:
            if not stands_there:
                return turn_to(model, activation, number_page(model, activation, activation.party))
            on_file = activation.eligibility.phone if activation.eligibility is not None else None
            phone = identity.phone or (on_file if activation.party is Party.HOLDER else None)
            activation = replace(activation, phone=phone, phone_code=None)
            if isinstance(back, ShowDocument):
                return _proved(model, replace(activation, way=IdentityWay.DOCUMENT))
            if isinstance(back, ClerkConfirms):
                return _proved(model, replace(activation, way=IdentityWay.STAFF))
            return _choose_way(model, activation, back, code=identity.phone is not None)
        case IdentityOutcome.MISMATCH:
            if identity.left == 0:
                return stop(model, activation, Stop.IDENTITY_LOCKED)
            if isinstance(back, ShowDocument):
                return turn_to(model, activation, replace(back, failed=True))
            text = back.text if isinstance(back, TypeNumber) else ""
            mismatch = TypeNumber(back.whose, text, TypedNote.MISMATCH, identity.left)
            return turn_to(model, activation, mismatch)
        case IdentityOutcome.SAME_PERSON:
            if isinstance(back, ShowDocument):
                return stop(model, activation, Stop.SAME_PERSON)
            return turn_to(model, activation, TypeNumber(back.whose, note=TypedNote.SAME_PERSON))
        case IdentityOutcome.UNDER_AGE:
            return stop(model, activation, Stop.UNDER_AGE)
        case IdentityOutcome.NOT_ON_FILE:
            return stop(model, activation, Stop.NOT_ON_FILE if back.whose is Party.HOLDER else Stop.PARTY_NOT_ON_FILE)
        case IdentityOutcome.LOCKED:
            return stop(model, activation, Stop.IDENTITY_LOCKED)
        case never:
            assert_never(never)


def _choose_way(model: Model, activation: Activation, back: TypeNumber, *, code: bool) -> Out:
    """How it is proved that the number is theirs."""
    ways = tuple(way for way in ways_of(model, activation) if code or way is not IdentityWay.CODE)
    if not ways:
        return stop(model, activation, Stop.NO_MOBILE)
    if len(ways) > 1:
        number = back.text if IdentityWay.STAFF in ways else ""  # a clerk compares it
        return turn_to(model, activation, ChooseWay(activation.party, number))
    return prove_by(model, activation, activation.party, ways[0], back)


def prove_by(model: Model, activation: Activation, whose: Party, way: IdentityWay, back: Stage) -> Out:
    match way:
        case IdentityWay.DOCUMENT:
            return turn_to(model, activation, ShowDocument(whose))
        case IdentityWay.STAFF:
            return turn_to(model, activation, ClerkConfirms(whose, _number_of(back)))
        case IdentityWay.CODE:
            return _send_code(model, activation, CodeFor.IDENTITY, None, back)
        case never:
            assert_never(never)


def _number_of(stage: Stage) -> str:
    """That was typed, on the page that leads to a way."""
    match stage:
        case TypeNumber(text=number) | ChooseWay(number=number):
            return number
        case _:
            raise AssertionError("a way is chosen after the number only")


def clerk_pressed(model: Model, activation: Activation, stage: ClerkConfirms, action: Action) -> Out:
    """The clerk's name, password and code, for this one answer: nothing of a session stays here."""
    wiped = OpenPassword(activation.visit)
    match action:
        case TypeKey() | EraseKey() | ClearKeys():
            return turn_to(model, activation, sign_in_keyed(stage, action, model.now))
        case Back():
            before = sign_in_back(stage)
            return turn_to(model, activation, TypeNumber(stage.whose) if before is None else before, wiped)
        case ConfirmTyped():
            pass
        case _:
            return stay(model)
    stage, follows = sign_in_confirmed(stage, model.now)
    match follows:
        case Next.STAY | Next.CODE:
            return turn_to(model, activation, stage)
        case Next.PASSWORD:
            return turn_to(model, activation, stage, wiped)
        case Next.SEND:
            pass
        case never:
            assert_never(never)
    visit, insertion, party = activation.visit, activation.insertion, stage.whose
    relation, number, name, code = _relation(activation, party), stage.number, stage.name, stage.code
    model, effects = ask_central(
        model,
        activation,
        Work.IDENTITY,
        sign_in_again(stage, EntryNote.NONE),
        lambda n: ConfirmIdentity(visit, insertion, n, party, relation, number, name, code),
    )
    return model, effects or (wiped,)  # what is not sent is wiped


def clerk_refused(model: Model, activation: Activation, stage: ClerkConfirms, event: StaffSignedIn) -> Out:
    """Told only that it was not taken, as at a sign-in."""
    wait = max(event.locked, float(event.session.wait))
    until = model.now + wait if wait > 0 else None
    return turn_to(model, activation, sign_in_again(stage, EntryNote.REFUSED, until))


def _proved(model: Model, activation: Activation) -> Out:
    phone = activation.phone
    return turn_to(model, activation, TypePhone() if phone is None else KeepPhone(phone))


def no_phone(model: Model, activation: Activation, stage: TypeCode | TypePhone) -> Out:
    """Where the document says it too, it does without the phone."""
    document = IdentityWay.DOCUMENT in ways_of(model, activation)
    if document and isinstance(stage, TypeCode) and stage.purpose is CodeFor.IDENTITY:
        return turn_to(model, activation, ShowDocument(activation.party))
    staff = IdentityWay.STAFF in ways_of(model, activation)
    if staff and isinstance(stage, TypeCode) and stage.purpose is CodeFor.IDENTITY:
        return turn_to(model, activation, TypeNumber(activation.party))  # and then a clerk, for the code
    return stop(model, activation, Stop.NO_MOBILE, back=stage)


# --- codes ------------------------------------------------------------------------------------------------------------


def _send_code(model: Model, activation: Activation, purpose: CodeFor, phone: str | None, back: Stage) -> Out:
    visit, insertion = activation.visit, activation.insertion
    return ask_central(model, activation, Work.SEND_CODE, back, lambda n: SendCode(visit, insertion, n, purpose, phone))


def send_again(model: Model, activation: Activation, stage: TypeCode) -> Out:
    if model.now < stage.again_at or stage.sent.left == 0:
        return stay(model)
    return _send_code(model, activation, stage.purpose, stage.to, stage)


def code_sent(model: Model, activation: Activation, back: Stage, sent: SentCode) -> Out:
    """`back`: the page of the code that was sent before, or the one with the number or the way."""
    again_at = model.now + sent.wait
    purpose = back.purpose if isinstance(back, TypeCode) else _purpose(back)
    to = back.to if isinstance(back, TypeCode) else back.text if isinstance(back, TypePhone) else None
    match sent.outcome:
        case Sending.SENT:
            note = TypedNote.SENT_AGAIN if isinstance(back, TypeCode) else TypedNote.NONE
            return turn_to(model, activation, TypeCode(purpose, sent, again_at, note=note, to=to))
        case Sending.TOO_SOON | Sending.USED_UP if isinstance(back, TypeCode):
            # The one that was sent is still good, where central says so.
            kept = replace(sent, code=sent.code or back.sent.code, phone=sent.phone or back.sent.phone)
            return turn_to(model, activation, replace(back, sent=kept, again_at=again_at))
        case Sending.TOO_SOON | Sending.USED_UP if sent.code is not None and _is_of(sent.phone, to):
            return turn_to(model, activation, TypeCode(purpose, sent, again_at, to=to))
        case Sending.TOO_SOON:
            if isinstance(back, TypePhone | TypeNumber):
                return turn_to(model, activation, replace(back, note=TypedNote.TOO_SOON))
            return turn_to(model, activation, back)
        case Sending.USED_UP:
            return stop(model, activation, Stop.CODE_USED_UP)
        case Sending.NO_PHONE:
            if purpose is CodeFor.IDENTITY and IdentityWay.DOCUMENT in ways_of(model, activation):
                return turn_to(model, activation, ShowDocument(activation.party))
            if isinstance(back, TypeNumber | ChooseWay) and IdentityWay.STAFF in ways_of(model, activation):
                return prove_by(model, activation, activation.party, IdentityWay.STAFF, back)
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


def code_checked(model: Model, activation: Activation, back: TypeCode, checked: CheckedCode) -> Out:
    match checked.outcome:
        case Checked.MATCHED if back.purpose is CodeFor.IDENTITY:
            return _proved(model, replace(activation, way=IdentityWay.CODE))
        case Checked.MATCHED:
            activation = replace(activation, phone=back.sent.phone or activation.phone, phone_code=back.sent.code)
            return turn_to(model, activation, Explain())
        case Checked.WRONG if checked.left > 0:
            return turn_to(model, activation, replace(back, text="", note=TypedNote.WRONG, left=checked.left))
        case Checked.EXPIRED if back.sent.left > 0:
            return turn_to(model, activation, replace(back, text="", note=TypedNote.EXPIRED, left=0))
        case Checked.WRONG | Checked.USED_UP if back.sent.left > 0:
            return turn_to(model, activation, replace(back, text="", note=TypedNote.WRONG, left=0))
        case Checked.WRONG | Checked.USED_UP | Checked.EXPIRED:
            return stop(model, activation, Stop.CODE_USED_UP)
        case never:
            assert_never(never)
