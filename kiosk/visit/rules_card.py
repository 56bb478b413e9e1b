"""Rules from the inserted card to the open record: recognising, proving, PIN, overview.

The order of design §4: nothing personal is asked for before the chip's 9000, and no PIN is asked for in vain.
"""

from dataclasses import replace
from typing import assert_never

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
from kiosk.model import CardStatus, Verdict
from kiosk.visit.actions import Action, Back, ConfirmPin, ForgotPin
from kiosk.visit.base import Out, goto, in_visit, stay
from kiosk.visit.effects import EndVisit, FetchOverview, OpenPinEntry, OpenSession, VerifyPin, WarmCentral
from kiosk.visit.events import (
    Ask,
    CardIdentified,
    CardProgressed,
    CardUnusable,
    CentralFailed,
    OverviewArrived,
    PinAnswered,
    PinProbed,
    SessionOpened,
)
from kiosk.visit.failures import Failure, highest, of_central, of_status, of_verdict
from kiosk.visit.rules_record import rows_failed
from kiosk.visit.states import (
    CardPage,
    HomePage,
    Model,
    Opening,
    PinNote,
    PinPad,
    Reading,
    ReadStep,
    Record,
    Rules,
    SessionReply,
)

CardEvent = CardProgressed | CardIdentified | CardUnusable | PinProbed | PinAnswered | SessionOpened


def fail(model: Model, failure: Failure) -> Out:
    """A page about this card or central takes over. The card is powered off, the PIN buffer wiped, calls abandoned."""
    state = in_visit(model.state)
    assert state is not None
    page = CardPage(state.visit, state.insertion, failure, model.now)
    return goto(model, page, EndVisit(state.visit, state.insertion))


def of_reply(reply: SessionReply, rules: Rules) -> Failure | None:
    """What central's answer says against asking for the PIN, the highest first."""
    if reply.verdict is Verdict.CANNOT_BE_PROVED and reply.card_status is CardStatus.OTHER_PLACE:
        return Failure.OTHER_PLACE  # central has no key because it is not its card: that is what helps the person
    unproved = of_verdict(reply.verdict)
    if reply.verdict is Verdict.CANNOT_BE_PROVED and rules.personal_without_proof and reply.may_ask_pin:
        unproved = None
    status = of_status(reply.card_status) if reply.card_status is not None else None
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
            return goto(model, state, OpenSession(state.visit, state.insertion))
        case CardUnusable(failure=failure):
            if isinstance(state, Reading):
                return _found(model, state, failure, final=True)
            # A card that no longer answers as itself closes the record, too: it may be another one by now.
            return fail(model, failure) if isinstance(state, PinPad | Opening | Record) else stay(model)
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
    if found is not None:
        # Central may still say something that goes before ("not activated"): its answer has a deadline, so it is waited for.
        final = reading.final or (reading.probe is not None and reading.answered)
        reading = replace(reading, found=found, final=final)
        return _show_found(model, reading) if final else goto(model, reading)
    if not isinstance(reading.probe, PinTries) or reading.asked_at is None:
        return goto(model, reading)
    if not reading.answered and model.now < reading.asked_at + model.rules.pin_pad_wait:
        return goto(model, reading)
    pad = PinPad(
        reading.visit,
        reading.insertion,
        reading.probe,
        touched=model.now,
        reply=reading.reply,
        minor=_minor(reading),
    )
    return goto(model, pad, OpenPinEntry(pad.visit), WarmCentral(pad.visit))


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
    return fail(replace(model, state=reading), reading.found)


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
                return _found(model, reading, against, final=_beats_any_probe(against))
            return reading_goes_on(model, reading)
        case PinPad(reply=None) as pad:
            pad = replace(pad, reply=reply, minor=reply.holder.minor if reply.holder is not None else pad.minor)
            return _refuse(model, pad, against) if against is not None else goto(model, pad)
        case Opening(reply=None) as opening:
            if against is not None:
                return fail(model, against)
            opening = replace(opening, reply=reply)
            return goto(model, opening, FetchOverview(opening.visit, opening.insertion))
        case _:
            return stay(model)


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
    match event.verdict:
        case PinLocked():
            return fail(model, highest(pad.refused, Failure.PIN_LOCKED) or Failure.PIN_LOCKED)
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
    opening = Opening(pad.visit, pad.insertion, model.now, pad.reply)
    if pad.reply is None:
        return goto(model, opening)
    return goto(model, opening, FetchOverview(pad.visit, pad.insertion))


# --- central ----------------------------------------------------------------------------------------------------------


def central_event(model: Model, event: OverviewArrived | CentralFailed) -> Out:
    state = model.state
    match event:
        case OverviewArrived(overview=overview, agrees=agrees):
            if not isinstance(state, Opening) or state.reply is None:
                return stay(model)
            against = Failure.CARD_DISAGREES if not agrees else of_status(overview.card_status)
            if against is not None:
                return fail(model, against)
            return goto(model, Record(state.visit, state.insertion, overview, HomePage(), touched=model.now))
        case CentralFailed(ask=ask, failure=failure):
            if ask is Ask.ROWS:
                return rows_failed(model, event) if isinstance(state, Record) else stay(model)
            return _central_failed(model, ask, of_central(failure))
        case never:
            assert_never(never)


def _central_failed(model: Model, ask: Ask, against: Failure) -> Out:
    """Only the question that is open can fail: the session until it is answered, then the overview."""
    match model.state:
        case Reading(answered=False) as reading if ask is Ask.SESSION and reading.asked_at is not None:
            return _found(model, replace(reading, answered=True), against, final=False)
        case PinPad(reply=None) as pad if ask is Ask.SESSION:
            return _refuse(model, pad, against)
        case Opening(reply=reply) if ask is (Ask.SESSION if reply is None else Ask.OVERVIEW):
            return fail(model, against)
        case _:
            return stay(model)
