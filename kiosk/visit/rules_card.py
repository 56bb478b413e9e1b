"""Rules from the inserted card to the open record: recognising, proving, PIN, overview.

The order of design §4: nothing personal is asked for before the chip's 9000, and no PIN is asked for in vain.
"""

from dataclasses import replace
from typing import TypeGuard, assert_never

from drivers.card.states import (
    PinLocked,
    PinNotSet,
    PinProbe,
    PinRefusedFormat,
    PinTries,
    PinUnknown,
    PinVerified,
    PinWrong,
)
from kiosk.help import Access
from kiosk.model import CardStatus, Overview, Verdict
from kiosk.visit import rules_activation, rules_service, rules_staff
from kiosk.visit.actions import Action, Back, ConfirmPin, ForgotPin
from kiosk.visit.base import Out, fail, goto, in_visit, stay
from kiosk.visit.effects import (
    FetchOverview,
    ForgetRecent,
    KeepRecent,
    OpenPinEntry,
    OpenRecent,
    OpenSession,
    VerifyPin,
    WarmCentral,
)
from kiosk.visit.events import (
    Ask,
    CardIdentified,
    CardProgressed,
    CardUnusable,
    CentralFailed,
    OverviewArrived,
    PinAnswered,
    PinProbed,
    RecentOpened,
    SessionOpened,
)
from kiosk.visit.failures import Failure, highest, is_outage, of_central, of_status, of_verdict
from kiosk.visit.help import Staff
from kiosk.visit.rules_record import refreshed, rows_failed
from kiosk.visit.services import Activation, CardService
from kiosk.visit.states import (
    CardPage,
    HomePage,
    Kept,
    Link,
    Model,
    Offline,
    Opening,
    PinNote,
    PinPad,
    Reading,
    ReadStep,
    Recent,
    Record,
    Rules,
    SessionReply,
)

CardEvent = CardProgressed | CardIdentified | CardUnusable | PinProbed | PinAnswered | SessionOpened


def of_reply(reply: SessionReply, rules: Rules) -> Failure | None:
    """What central's answer says against asking for the PIN, the highest first."""
    if reply.verdict is Verdict.CANNOT_BE_PROVED and reply.card_status is CardStatus.OTHER_PLACE:
        return Failure.OTHER_PLACE  # central has no key because it is not its card: that is what helps the person
    unproved = of_verdict(reply.verdict)
    if reply.verdict is Verdict.CANNOT_BE_PROVED and rules.personal_without_proof and reply.may_ask_pin:
        unproved = None
    status = of_status(reply.card_status) if reply.card_status is not None else None
    if reply.staff is not None and reply.verdict is not Verdict.GENUINE:
        unproved = of_verdict(reply.verdict)  # whatever the region allows to residents
    found = highest(unproved, status)
    if found is None and not reply.may_ask_pin:
        return Failure.CENTRAL_REFUSED
    return found


# --- reading ----------------------------------------------------------------------------------------------------------


def card_event(model: Model, event: CardEvent) -> Out:
    state = model.state
    match event:
        case CardProgressed(step=step):
            if isinstance(state, Reading) and _order(step) > _order(state.progress):
                return goto(model, replace(state, progress=step))
            return stay(model)
        case CardIdentified(facts=facts):
            if not isinstance(state, Reading) or state.facts is not None or state.final:
                return stay(model)
            if model.rules.areas and facts.area not in model.rules.areas:
                # Another place's card: nothing is sent, no PIN is asked.
                return _found(model, replace(state, facts=facts), Failure.OTHER_PLACE, final=True)
            state = replace(state, facts=facts, asked_at=model.now, progress=ReadStep.PREPARE)
            if model.world.link is Link.OFFLINE and facts.kept in (Kept.RECENT, Kept.TECHNICIAN, Kept.LISTED):
                # A known outage: nobody waits for a call that fails.
                return _without_central(model, state, Failure.CENTRAL_UNREACHABLE)
            return goto(model, state, OpenSession(state.visit, state.insertion))
        case CardUnusable(failure=failure):
            if isinstance(state, Reading):
                return _found(model, state, failure, final=True)
            if isinstance(state, Activation | CardService):
                return rules_service.card_unusable(model, state, failure)
            # A card that no longer answers as itself closes the record, too: it may be another one by now.
            return fail(model, failure) if isinstance(state, PinPad | Opening | Record | Staff) else stay(model)
        case PinProbed(probe=probe):
            if not isinstance(state, Reading) or state.probe is not None:
                return stay(model)
            return reading_goes_on(model, replace(state, probe=probe))
        case SessionOpened(reply=reply):
            return _session_opened(model, reply)
        case PinAnswered():
            return _pin_answered(model, event)
        case never:
            assert_never(never)


def _order(step: ReadStep) -> int:
    return list(ReadStep).index(step)


def _found(model: Model, reading: Reading, failure: Failure, *, final: bool) -> Out:
    found = highest(reading.found, failure)
    return reading_goes_on(model, replace(reading, found=found, final=reading.final or final))


def reading_goes_on(model: Model, reading: Reading) -> Out:
    """What the reading page turns into, as far as is known by now."""
    against = _of_probe(reading.probe)
    found = highest(reading.found, against)
    if found is Failure.NOT_ACTIVATED and not reading.final and _may_activate(reading.reply):
        if reading.probe is None:
            return goto(model, reading)
        if isinstance(reading.probe, PinTries | PinLocked):
            return _activate(model, reading, reading.probe, reading.reply)
    if found is not None:
        # Central may still say something that goes before ("not activated"): its answer has a deadline, so it is waited for.
        final = reading.final or (reading.probe is not None and reading.answered)
        reading = replace(reading, found=found, final=final)
        return _show_found(model, reading) if final else goto(model, reading)
    if not isinstance(reading.probe, PinTries) or reading.asked_at is None:
        return goto(model, reading)
    if not reading.answered and model.now < reading.asked_at + model.rules.pin_pad_wait:
        return goto(model, reading)
    if not reading.answered and model.world.link is Link.OFFLINE:
        return _show_found(model, replace(reading, found=Failure.CENTRAL_UNREACHABLE, final=True))
    assert reading.facts is not None
    pad = PinPad(
        reading.visit,
        reading.insertion,
        reading.probe,
        touched=model.now,
        reply=reading.reply,
        minor=_minor(reading),
        recent=reading.facts.kept is Kept.RECENT,
        technician=reading.facts.kept is Kept.TECHNICIAN,
        offline=reading.offline,
    )
    if pad.offline is not None:
        return goto(model, pad, OpenPinEntry(pad.visit))
    return goto(model, pad, OpenPinEntry(pad.visit), WarmCentral(pad.visit))


def _may_activate(reply: SessionReply | None) -> TypeGuard[SessionReply]:
    """Of a card that proved to be genuine only, whatever the region allows without a proof."""
    return reply is not None and reply.may_activate and reply.verdict is Verdict.GENUINE and reply.staff is None


def _activate(model: Model, state: Reading | PinPad | Opening, probe: PinTries | PinLocked, reply: SessionReply) -> Out:
    """What was typed of a PIN, if any, is wiped."""
    typed = () if isinstance(state, Reading) else (OpenPinEntry(state.visit),)
    return rules_activation.begun(model, state.visit, state.insertion, probe, reply, *typed)


def _without_central(model: Model, reading: Reading, why: Failure) -> Out:
    """Central gives no answer about this card; what the kiosk keeps decides."""
    assert reading.facts is not None
    kept = reading.facts.kept
    reading = replace(reading, answered=True)
    match kept:
        case Kept.RECENT | Kept.TECHNICIAN:
            return reading_goes_on(model, replace(reading, offline=why))
        case Kept.LISTED:
            return _found(model, reading, Failure.STATUS_LISTED, final=False)
        case Kept.NOTHING | Kept.CLOSED:
            return _found(model, reading, why, final=False)
        case never:
            assert_never(never)


def _of_probe(probe: PinProbe | None) -> Failure | None:
    match probe:
        case None | PinTries():
            return None
        case PinLocked():
            return Failure.PIN_LOCKED
        case PinNotSet():
            return Failure.NO_PIN_SET
        case never:
            assert_never(never)


def _show_found(model: Model, reading: Reading) -> Out:
    assert reading.found is not None
    if model.now < reading.since + model.rules.reading_minimum:
        return goto(model, reading)
    return _fail_locked(replace(model, state=reading), reading.found, reading.reply)


def _fail_locked(model: Model, failure: Failure, reply: SessionReply | None) -> Out:
    """Who has locked the PIN of a good card can have a ticket for the counter: the session stays open for it."""
    good = (
        reply is not None
        and reply.staff is None
        and reply.verdict is Verdict.GENUINE
        and of_reply(reply, model.rules) is None
    )
    if failure is not Failure.PIN_LOCKED or not good or model.world.link is Link.OFFLINE:
        return fail(model, failure)
    state = in_visit(model.state)
    assert state is not None
    wiped = (OpenPinEntry(state.visit),) if isinstance(state, PinPad) else ()
    return goto(model, CardPage(state.visit, state.insertion, failure, model.now, ticket=True), *wiped)


def _minor(reading: Reading) -> bool:
    assert reading.facts is not None
    holder = reading.reply.holder if reading.reply is not None else None
    return holder.minor if holder is not None else reading.facts.minor


def _session_opened(model: Model, reply: SessionReply) -> Out:
    against = of_reply(reply, model.rules)
    match model.state:
        case Reading(answered=False) as reading if reading.asked_at is not None:
            reading = replace(reading, reply=reply, answered=True)
            if against is not None:
                offered = against is Failure.NOT_ACTIVATED and _may_activate(reply)
                final = _beats_any_probe(against) and not offered
                return _and_forget(_found(model, reading, against, final=final), reading, reply)
            return reading_goes_on(model, reading)
        case PinPad(reply=None, offline=None) as pad:
            pad = replace(pad, reply=reply, minor=reply.holder.minor if reply.holder is not None else pad.minor)
            if against is Failure.NOT_ACTIVATED and _may_activate(reply) and not pad.verifying:
                return _and_forget(_activate(model, pad, pad.tries, reply), pad, reply)
            if against is not None:
                return _and_forget(_refuse(model, pad, against), pad, reply)
            return goto(model, pad)
        case Opening(reply=None, offline=None, access=Access.CARD) as opening:
            if against is Failure.NOT_ACTIVATED and _may_activate(reply) and opening.tries is not None:
                return _and_forget(_activate(model, opening, PinTries(opening.tries), reply), opening, reply)
            if against is not None:
                return _and_forget(fail(model, against), opening, reply)
            if reply.staff is not None:
                return rules_staff.card_accepted(model, opening.visit, opening.insertion)
            opening = replace(opening, reply=reply)
            return goto(model, opening, FetchOverview(opening.visit, opening.insertion))
        case Record(offline=Offline(asking=True, reply=None) as offline) as record:
            if against is not None:
                return _and_forget(fail(model, against), record, reply)
            if reply.staff is not None:
                return fail(model, Failure.CARD_DISAGREES)  # a resident's row and a staff card are never one
            record = replace(record, offline=replace(offline, reply=reply))
            return goto(model, record, FetchOverview(record.visit, record.insertion))
        case _:
            return stay(model)


def _and_forget(out: Out, of: Reading | PinPad | Opening | Record, reply: SessionReply) -> Out:
    """A genuine card that central calls lost, replaced or the like has nothing left here either. A counterfeit proves nothing."""
    model, effects = out
    if reply.verdict is not Verdict.GENUINE or reply.card_status in (None, CardStatus.NORMAL):
        return out
    return model, (ForgetRecent(of.visit, of.insertion), *effects)


def stop(model: Model, state: Reading | PinPad | Opening, against: Failure) -> Out:
    """Something outside the card and central forbids to go on."""
    match state:
        case Reading():
            return _found(model, state, against, final=True)
        case PinPad():
            return _refuse(model, state, against)
        case Opening():
            return fail(model, against)
        case never:
            assert_never(never)


def _refuse(model: Model, pad: PinPad, against: Failure) -> Out:
    """A PIN that is on its way to the chip is not interrupted: the chip's answer comes first."""
    if pad.verifying:
        return goto(model, replace(pad, refused=highest(pad.refused, against)))
    return fail(model, against)


def _beats_any_probe(failure: Failure) -> bool:
    """Nothing the PIN probe can say goes before it: no need to wait for the probe."""
    return failure.rank < min(Failure.NO_PIN_SET.rank, Failure.PIN_LOCKED.rank)


# --- PIN --------------------------------------------------------------------------------------------------------------


def digits_entered(model: Model, count: int) -> Out:
    pad = model.state
    if not isinstance(pad, PinPad) or pad.verifying:
        return stay(model)
    if pad.asking_since is not None:
        # A key that was under way when the question came: it is in the buffer, so it is counted, and extends nothing.
        return goto(model, replace(pad, digits=count))
    note = PinNote.NONE if count else pad.note
    return goto(model, replace(pad, digits=count, note=note, touched=model.now))


def pin_pressed(model: Model, pad: PinPad, action: Action) -> Out:
    if pad.verifying or pad.asking_since is not None:
        return stay(model)
    match action:
        case ConfirmPin() if not pad.helping and pad.digits >= model.rules.pin_min:
            return goto(
                model,
                replace(pad, verifying=True, digits=0, note=PinNote.NONE),
                VerifyPin(pad.visit, pad.insertion),
            )
        case ForgotPin():
            return goto(model, replace(pad, helping=True, digits=0, touched=model.now), OpenPinEntry(pad.visit))
        case Back() if pad.helping:
            return goto(model, replace(pad, helping=False, touched=model.now))
        case _:
            return stay(model)


def _pin_answered(model: Model, event: PinAnswered) -> Out:
    pad = model.state
    if not isinstance(pad, PinPad) or not pad.verifying:
        return stay(model)
    again = replace(pad, verifying=False, digits=0, touched=model.now)
    verdict = event.verdict
    if pad.refused is Failure.NOT_ACTIVATED and _may_activate(pad.reply) and not isinstance(verdict, PinUnknown):
        tries = PinTries(verdict.tries_left) if isinstance(verdict, PinWrong) else pad.tries
        return _activate(model, pad, verdict if isinstance(verdict, PinLocked) else tries, pad.reply)
    match verdict:
        case PinLocked():
            return _fail_locked(model, highest(pad.refused, Failure.PIN_LOCKED) or Failure.PIN_LOCKED, pad.reply)
        case PinUnknown():
            return fail(model, highest(pad.refused, Failure.PIN_OUTCOME_UNKNOWN) or Failure.PIN_OUTCOME_UNKNOWN)
        case _ if pad.refused is not None:
            return fail(model, pad.refused)
        case PinVerified():
            return _opening(model, pad)
        case PinWrong(tries_left=left):
            again = replace(again, tries=PinTries(left), note=PinNote.WRONG)
            return goto(model, again, OpenPinEntry(pad.visit))
        case PinRefusedFormat():
            return goto(model, replace(again, note=PinNote.FORMAT), OpenPinEntry(pad.visit))
        case never:
            assert_never(never)


def _opening(model: Model, pad: PinPad) -> Out:
    opening = Opening(pad.visit, pad.insertion, model.now, pad.reply, recent=pad.recent, offline=pad.offline)
    opening = replace(opening, tries=pad.tries.tries_left, technician=pad.technician)
    if pad.offline is not None and pad.technician:
        return rules_staff.technician_accepted(model, pad.visit, pad.insertion, pad.offline)
    if pad.reply is not None and pad.reply.staff is not None:
        return rules_staff.card_accepted(model, pad.visit, pad.insertion)
    if pad.offline is not None:
        return unseal(model, opening)
    if pad.reply is None:
        return goto(model, opening)
    return goto(model, opening, FetchOverview(pad.visit, pad.insertion))


def unseal(model: Model, opening: Opening) -> Out:
    """Recent data, opened once."""
    if opening.unsealing:
        return goto(model, opening)
    return goto(model, replace(opening, unsealing=True), OpenRecent(opening.visit, opening.insertion))


# --- central ----------------------------------------------------------------------------------------------------------


def central_event(model: Model, event: OverviewArrived | CentralFailed | RecentOpened) -> Out:
    match event:
        case OverviewArrived(overview=overview, agrees=agrees):
            return _overview_arrived(model, overview, agrees=agrees)
        case RecentOpened(recent=recent):
            return _recent_opened(model, recent)
        case CentralFailed(ask=ask, failure=failure):
            if ask is Ask.ROWS:
                return rows_failed(model, event) if isinstance(model.state, Record) else stay(model)
            return _central_failed(model, ask, of_central(failure), outage=is_outage(failure))
        case never:
            assert_never(never)


def _overview_arrived(model: Model, overview: Overview, *, agrees: bool) -> Out:
    state = model.state
    match state:
        case Opening(access=Access.QUERY | Access.HANDED_OVER):
            return _opened_without_card(model, state, overview, agrees=agrees)
        case Opening() if state.reply is not None and state.offline is None:
            pass
        case Record(offline=Offline(asking=True, reply=SessionReply())):
            pass
        case _:
            return stay(model)
    against = Failure.CARD_DISAGREES if not agrees else of_status(overview.card_status)
    if against is not None:
        out = fail(model, against)
        return out if not agrees else (out[0], (ForgetRecent(state.visit, state.insertion), *out[1]))
    reply = state.reply if isinstance(state, Opening) else state.offline.reply if state.offline is not None else None
    genuine = reply is not None and reply.verdict is Verdict.GENUINE
    told = replace(overview, views=())  # by staff: told now, and not again from recent data
    keep = (KeepRecent(state.visit, state.insertion, told),) if genuine else ()
    if isinstance(state, Record):
        model, effects = refreshed(model, state, overview)
        return model, (*keep, *effects)
    return goto(model, Record(state.visit, state.insertion, overview, HomePage(), touched=model.now), *keep)


def _opened_without_card(model: Model, opening: Opening, overview: Overview, *, agrees: bool) -> Out:
    """There is no card it could disagree with, and none whose state matters: who lost it looks here, too. Nothing is kept."""
    if not agrees:
        return fail(model, Failure.CENTRAL_BAD_ANSWER)
    record = Record(opening.visit, 0, overview, HomePage(), touched=model.now, access=opening.access)
    return goto(model, record)


def _recent_opened(model: Model, recent: Recent | None) -> Out:
    opening = model.state
    if not isinstance(opening, Opening) or not opening.unsealing:
        return stay(model)
    if recent is None:
        if opening.offline is not None:
            return fail(model, opening.offline)
        return goto(model, replace(opening, recent=False))
    reason = opening.offline or Failure.CENTRAL_TIMEOUT
    offline = Offline(reason, recent.stored, asking=opening.offline is None, reply=opening.reply)
    record = Record(opening.visit, opening.insertion, recent.overview, HomePage(), touched=model.now, offline=offline)
    return goto(model, record)


def _central_failed(model: Model, ask: Ask, against: Failure, *, outage: bool) -> Out:
    """Only the question that is open can fail: the session until it is answered, then the overview."""
    match model.state:
        case Reading(answered=False) as reading if ask is Ask.SESSION and reading.asked_at is not None:
            if outage:
                return _without_central(model, reading, against)
            return _found(model, replace(reading, answered=True), against, final=False)
        case PinPad(reply=None, offline=None) as pad if ask is Ask.SESSION:
            if outage and (pad.recent or pad.technician):
                return goto(model, replace(pad, offline=against))
            return _refuse(model, pad, against)
        case Opening(access=Access.QUERY | Access.HANDED_OVER):
            return fail(model, against) if ask is Ask.OVERVIEW else stay(model)
        case Opening(reply=reply, offline=None) as opening if ask is _open_question(reply):
            if outage and opening.technician:
                return rules_staff.technician_accepted(model, opening.visit, opening.insertion, against)
            if outage and opening.recent:
                return unseal(model, replace(opening, offline=against))
            return fail(model, against)
        case Record(offline=Offline(asking=True, reply=reply) as offline) as record if ask is _open_question(reply):
            if outage:
                return goto(model, replace(record, offline=replace(offline, asking=False, reason=against)))
            return fail(model, against)
        case _:
            return stay(model)


def _open_question(reply: SessionReply | None) -> Ask:
    return Ask.SESSION if reply is None else Ask.OVERVIEW
