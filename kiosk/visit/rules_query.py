"""Rules of a look-up without a card: number, query password, and the same answer for all that does not open.

What opens is a record of the same visit without a card (insertion 0): central's, never what this kiosk keeps.
"""

from dataclasses import replace
from typing import assert_never

from kiosk.help import Access, PersonSession, QueryOutcome
from kiosk.visit.actions import Action, Back, ClearKeys, ConfirmTyped, EraseKey, ShowPart, StayHere, TypeKey
from kiosk.visit.base import Out, end, goto, left_alone, stay
from kiosk.visit.deadlines import query_leaves_at, question
from kiosk.visit.effects import Effect, FetchOverview, Play, Sound
from kiosk.visit.entries import keyed, of_number
from kiosk.visit.entry import EntryNote
from kiosk.visit.events import CentralFailed
from kiosk.visit.failures import Failure, of_central
from kiosk.visit.help import (
    OpenQueryHelp,
    PickNumberKind,
    Query,
    QueryFailed,
    QueryHelp,
    QueryLocked,
    QueryNumber,
    QueryPassword,
    QueryStage,
    QueryWorking,
)
from kiosk.visit.help_deeds import AskPersonSession, HelpEvent, OpenPassword, PersonSessionOpened
from kiosk.visit.states import Link, Model, Opening


def opened(model: Model) -> Out:
    """From the attract page. In a known outage nobody types in vain."""
    visit = model.visits + 1
    away = model.world.link is Link.OFFLINE
    stage = QueryFailed(Failure.CENTRAL_UNREACHABLE) if away else QueryNumber()
    return goto(replace(model, visits=visit), Query(visit, stage, model.now))


def _turn(model: Model, query: Query, stage: QueryStage, *effects: Effect) -> Out:
    return goto(model, replace(query, stage=stage, touched=model.now, asking_since=None), *effects)


def tick(model: Model, query: Query) -> Out:
    now = model.now
    if query.asking_since is not None:
        return left_alone(model) if now >= query.asking_since + question(model) else stay(model)
    stage = query.stage
    if isinstance(stage, QueryWorking):
        if stage.slow or now < stage.since + model.rules.name_the_wait:
            return stay(model)
        return goto(model, replace(query, stage=replace(stage, slow=True)))
    if now < query_leaves_at(model, query):
        return stay(model)
    return goto(model, replace(query, asking_since=now), Play(Sound.QUESTION))


def digits_entered(model: Model, query: Query, count: int) -> Out:
    stage = query.stage
    if not isinstance(stage, QueryPassword):
        return stay(model)
    counted = replace(query, stage=replace(stage, digits=count, note=EntryNote.NONE if count else stage.note))
    return goto(model, counted if query.asking_since is not None else replace(counted, touched=model.now))


def pressed(model: Model, query: Query, action: Action) -> Out:
    if isinstance(action, StayHere):
        return goto(model, replace(query, asking_since=None, touched=model.now))
    if query.asking_since is not None:
        return stay(model)
    query = replace(query, touched=model.now)
    model = replace(model, state=query)
    stage = query.stage
    match stage:
        case QueryNumber():
            return _number_pressed(model, query, stage, action)
        case QueryPassword(number=number):
            # Whatever leads away from the page wipes what was typed.
            match action:
                case ConfirmTyped():
                    return _asked(model, query, stage)
                case Back():
                    return _turn(model, query, number, OpenPassword(query.visit))
                case OpenQueryHelp():
                    return _turn(model, query, QueryHelp(), OpenPassword(query.visit))
                case _:
                    return stay(model)
        case QueryHelp():
            if isinstance(action, ShowPart):
                return _turn(model, query, QueryHelp(max(0, action.part)))
            return _turn(model, query, QueryNumber()) if isinstance(action, Back) else stay(model)
        case QueryLocked() | QueryFailed():
            return end(model) if isinstance(action, Back) else stay(model)
        case QueryWorking():
            return stay(model)
        case never:
            assert_never(never)


def _number_pressed(model: Model, query: Query, stage: QueryNumber, action: Action) -> Out:
    match action:
        case PickNumberKind(kind=kind):
            return _turn(model, query, QueryNumber(kind))
        case TypeKey() | EraseKey() | ClearKeys():
            return _turn(model, query, keyed(stage, action))
        case ConfirmTyped():
            note = of_number(stage)
            if note is not EntryNote.NONE:
                return _turn(model, query, replace(stage, note=note))
            number = replace(stage, note=EntryNote.NONE)
            return _turn(model, query, QueryPassword(number), _fresh(model, query))
        case OpenQueryHelp():
            return _turn(model, query, QueryHelp())
        case Back():
            return end(model)
        case _:
            return stay(model)


def _fresh(model: Model, query: Query) -> OpenPassword:
    """No key makes it longer than the region's passwords are."""
    return OpenPassword(query.visit, model.rules.help.query_password_max)


def _asked(model: Model, query: Query, stage: QueryPassword) -> Out:
    """A password that is too short is none: central is not asked. Everything else is central's to say."""
    if stage.digits < model.rules.help.query_password_min:
        return _turn(model, query, replace(stage, note=EntryNote.INCOMPLETE))
    if model.world.link is Link.OFFLINE:
        return _turn(model, query, QueryFailed(Failure.CENTRAL_UNREACHABLE), OpenPassword(query.visit))
    number, typed = query.requests + 1, stage.number
    asked = AskPersonSession(query.visit, query.insertion, number, typed.kind, typed.text)
    return _turn(model, replace(query, requests=number), QueryWorking(model.now, typed), asked)


def answered(model: Model, query: Query, event: HelpEvent | CentralFailed) -> Out:
    stage = query.stage
    if not isinstance(stage, QueryWorking) or event.request != query.requests:
        return stay(model)
    match event:
        case PersonSessionOpened(session=session, locked=locked):
            return _session(model, query, stage, session, locked)
        case CentralFailed(failure=failure):
            return _turn(model, query, QueryFailed(of_central(failure)))
        case _:
            return stay(model)


def _session(model: Model, query: Query, stage: QueryWorking, session: PersonSession, locked: float) -> Out:
    if locked > 0:
        return _turn(model, query, QueryLocked(model.now + locked))
    match session.outcome:
        case QueryOutcome.OPENED:
            opening = Opening(query.visit, 0, model.now, None, access=Access.QUERY)
            return goto(model, opening, FetchOverview(opening.visit, 0))
        case QueryOutcome.REFUSED:
            again = QueryPassword(stage.number, note=EntryNote.REFUSED)
            return _turn(model, query, again, _fresh(model, query))
        case QueryOutcome.LOCKED:
            return _turn(model, query, QueryLocked(model.now + session.wait))
        case never:
            assert_never(never)
