"""Rules of a look-up on the record: ground, document, whose; what was found, masked; a field in clear; the hand-over.

Central decides; what it refuses is refused with its reason.
"""

from dataclasses import replace
from typing import assert_never

from kiosk.help import Access, Ground, Lookup, LookupOutcome, PersonSession, QueryOutcome
from kiosk.model import CentralFailure
from kiosk.visit import offers
from kiosk.visit.actions import Action, Back, ClearKeys, ConfirmTyped, EraseKey, PrintSlip, ShowPart, TypeKey
from kiosk.visit.base import Out, goto, stay
from kiosk.visit.effects import Effect, FetchOverview
from kiosk.visit.entries import keyed, of_number, of_reference
from kiosk.visit.entry import EntryNote
from kiosk.visit.events import CentralFailed
from kiosk.visit.failures import Failure, of_central
from kiosk.visit.help import (
    ChooseAuthorisation,
    ChooseGround,
    Desk,
    EndLookup,
    Found,
    GroundRule,
    HandOver,
    PickAuthorisation,
    PickGround,
    PickNumberKind,
    Refused,
    RevealRecord,
    Shown,
    SignIn,
    Staff,
    StaffFailed,
    StaffStage,
    StaffWork,
    TypeReference,
    TypeWhose,
)
from kiosk.visit.help_deeds import (
    FieldRevealed,
    HandOverNow,
    LookUp,
    PersonSessionOpened,
    PrintLookup,
    RevealNow,
)
from kiosk.visit.rules_help import ask_central, home, signed_out, turn
from kiosk.visit.rules_service import paper
from kiosk.visit.services import Paper
from kiosk.visit.states import Link, Model, Opening

Stage = ChooseGround | ChooseAuthorisation | TypeReference | TypeWhose | Found


def pressed(model: Model, staff: Staff, stage: Stage, action: Action) -> Out:
    match stage:
        case ChooseGround():
            return _ground_pressed(model, staff, action)
        case ChooseAuthorisation(ground=ground):
            rule = offers.ground_rule(model, staff, ground)
            if isinstance(action, PickAuthorisation) and rule is not None and action.document in rule.documents:
                return turn(model, staff, TypeReference(ground, action.document))
            return turn(model, staff, ChooseGround()) if isinstance(action, Back) else stay(model)
        case TypeReference():
            return _reference_pressed(model, staff, stage, action)
        case TypeWhose():
            return _whose_pressed(model, staff, stage, action)
        case Found():
            return _found_pressed(model, staff, stage, action)
        case never:
            assert_never(never)


def _ground_pressed(model: Model, staff: Staff, action: Action) -> Out:
    match action:
        case PickGround(ground=ground):
            rule = offers.ground_rule(model, staff, ground)
            return stay(model) if rule is None else _ground_chosen(model, staff, rule)
        case ShowPart(part=part):
            return turn(model, staff, ChooseGround(max(0, part)))
        case Back():
            return turn(model, staff, home(staff))
        case _:
            return stay(model)


def _reference_pressed(model: Model, staff: Staff, stage: TypeReference, action: Action) -> Out:
    match action:
        case TypeKey() | EraseKey() | ClearKeys():
            return turn(model, staff, keyed(stage, action))
        case ConfirmTyped():
            note = of_reference(stage)
            if note is not EntryNote.NONE:
                return turn(model, staff, replace(stage, note=note))
            return turn(model, staff, TypeWhose(stage.ground, stage.document, stage.text))
        case Back():
            return turn(model, staff, _before_reference(model, staff, stage.ground))
        case _:
            return stay(model)


def _before_reference(model: Model, staff: Staff, ground: Ground) -> StaffStage:
    rule = offers.ground_rule(model, staff, ground)
    return ChooseAuthorisation(ground) if rule is not None and len(rule.documents) > 1 else ChooseGround()


def _ground_chosen(model: Model, staff: Staff, rule: GroundRule) -> Out:
    match rule.documents:
        case ():
            return turn(model, staff, TypeWhose(rule.ground))
        case (document,):
            return turn(model, staff, TypeReference(rule.ground, document))
        case _:
            return turn(model, staff, ChooseAuthorisation(rule.ground))


def _whose_pressed(model: Model, staff: Staff, stage: TypeWhose, action: Action) -> Out:
    match action:
        case PickNumberKind(kind=kind):
            return turn(model, staff, replace(stage, kind=kind, text="", note=EntryNote.NONE))
        case TypeKey() | EraseKey() | ClearKeys():
            return turn(model, staff, keyed(stage, action))
        case ConfirmTyped():
            note = of_number(stage)
            if note is not EntryNote.NONE:
                return turn(model, staff, replace(stage, note=note))
            return look_up(model, staff, replace(stage, note=EntryNote.NONE))
        case Back():
            document = stage.document
            before = ChooseGround() if document is None else TypeReference(stage.ground, document)
            return turn(model, staff, before)
        case _:
            return stay(model)


def look_up(model: Model, staff: Staff, of: TypeWhose) -> Out:
    if offers.ground_rule(model, staff, of.ground) is None:
        return turn(model, staff, home(staff))  # nobody is shown anything here any more
    visit, insertion = staff.visit, staff.insertion
    return ask_central(
        model,
        staff,
        StaffWork.LOOK_UP,
        of,
        lambda n: LookUp(visit, insertion, n, of.ground, of.document, of.reference, of.kind, of.text),
    )


def looked_up(model: Model, staff: Staff, of: TypeWhose, lookup: Lookup) -> Out:
    match lookup.outcome:
        case LookupOutcome.FOUND:
            if lookup.record is None or lookup.lookup is None:
                return turn(model, staff, StaffFailed(Failure.CENTRAL_BAD_ANSWER, of))
            found = Found(
                lookup.lookup,
                of.ground,
                of.document,
                of.reference,
                lookup.record,
                may_hand_over=lookup.may_hand_over and of.ground is Ground.PRESENT,
                paper=paper(model),
            )
            return turn(model, staff, found)
        case LookupOutcome.NOT_FOUND:
            return turn(model, staff, replace(of, note=EntryNote.NOT_FOUND))
        case LookupOutcome.SECOND_NEEDED:
            return turn(model, staff, SignIn(second=True, back=of))
        case LookupOutcome.REFUSED:
            if lookup.why is None:
                return turn(model, staff, StaffFailed(Failure.CENTRAL_BAD_ANSWER, of))
            return turn(model, staff, Refused(lookup.why))
        case LookupOutcome.TOO_MANY:
            return turn(model, staff, Refused(None))
        case never:
            assert_never(never)


def _found_pressed(model: Model, staff: Staff, found: Found, action: Action) -> Out:
    if found.handing_over:
        return stay(model)
    visit, insertion, number = staff.visit, staff.insertion, staff.requests + 1
    match action:
        case RevealRecord(field=None):
            return turn(model, staff, replace(found, shown=None))
        case RevealRecord(field=field) if field is not None and found.asked is None:
            if (failed := _no_way(model, staff, found)) is not None:
                return failed
            asked = replace(found, shown=None, asked=field, request=number)
            effect: Effect = RevealNow(visit, insertion, number, found.lookup, field)
            return turn(model, replace(staff, requests=number), asked, effect)
        case HandOver() if found.may_hand_over:
            if (failed := _no_way(model, staff, found)) is not None:
                return failed
            given = replace(found, shown=None, asked=None, handing_over=True, request=number)
            effect = HandOverNow(visit, insertion, number, found.lookup)
            return turn(model, replace(staff, requests=number), given, effect)
        case PrintSlip() if found.paper not in (Paper.NO_PRINTER, Paper.PRINTING):
            slip = PrintLookup(
                visit,
                insertion,
                number,
                model.prefs.language,
                found.lookup,
                found.ground,
                staff.number,
                found.record,
            )
            return turn(model, replace(staff, requests=number), replace(found, paper=Paper.PRINTING), slip)
        case ShowPart(part=part):
            return turn(model, staff, replace(found, part=max(0, part)))
        case EndLookup() | Back():
            return turn(model, staff, Desk())
        case _:
            return stay(model)


def _no_way(model: Model, staff: Staff, found: Found) -> Out | None:
    """Nobody is shown anything more here, or nobody can be asked."""
    if not offers.may_show(model.world):
        return turn(model, staff, home(staff))
    if model.world.link is Link.OFFLINE:
        return turn(model, staff, StaffFailed(Failure.CENTRAL_UNREACHABLE, replace(found, shown=None)))
    return None


def found_answered(
    model: Model, staff: Staff, found: Found, event: FieldRevealed | PersonSessionOpened | CentralFailed
) -> Out:
    if event.request != found.request or (found.asked is None and not found.handing_over):
        return stay(model)
    still = replace(found, asked=None, handing_over=False, shown=None)
    match event:
        case FieldRevealed(revealed=revealed) if revealed.field is found.asked:
            if staff.covered:
                return goto(model, replace(staff, stage=still))  # nobody looks at it
            shown = Shown(revealed.field, revealed.value, model.now + model.rules.reveal)
            return goto(model, replace(staff, stage=replace(still, shown=shown)))
        case PersonSessionOpened(session=session) if found.handing_over:
            return _handed_over(model, staff, still, session)
        case CentralFailed(failure=CentralFailure.SESSION_ENDED):
            return signed_out(model, staff)
        case CentralFailed(failure=failure):
            return turn(model, staff, StaffFailed(of_central(failure), still))
        case FieldRevealed() | PersonSessionOpened():
            return stay(model)
        case never:
            assert_never(never)


def _handed_over(model: Model, staff: Staff, found: Found, session: PersonSession) -> Out:
    """The resident goes on alone: nothing of the staff session is left in the model. The clerk's card is done."""
    if session.outcome is not QueryOutcome.OPENED:
        return turn(model, staff, StaffFailed(Failure.CENTRAL_REFUSED, found))
    slot = model.world.slot
    if slot is not None:
        model = replace(model, world=replace(model.world, slot=replace(slot, done=True)))
    opening = Opening(staff.visit, 0, model.now, None, access=Access.HANDED_OVER)
    return goto(model, opening, FetchOverview(opening.visit, 0))
