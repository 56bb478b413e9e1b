"""What is likely to be on the screen next, as models without a person: the screen measures and draws their words into textures
while nobody waits, so that the page that does come has only its own figures left to draw.

Nothing in them is read from a card or from central: the record is of nobody. They are never shown.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

from drivers.card.states import PinTries
from kiosk.model import Body, CardStatus, Holder, Origin, Overview, Registration, Verdict
from kiosk.visit.help import Desk, Ended, Query, Staff
from kiosk.visit.rules_service import paper
from kiosk.visit.services import (
    Activation,
    CardService,
    Explain,
    Finished,
    PinChanged,
    Pins,
    PinSlot,
    Work,
    Working,
)
from kiosk.visit.states import (
    CardPage,
    HomePage,
    Idle,
    IdlePrivacy,
    Model,
    Offline,
    Opening,
    OutOfService,
    PinPad,
    Reading,
    ReadStep,
    Record,
    SessionReply,
    State,
    TakeCard,
)

_FULL_TRIES: Final = PinTries(6)  # what most cards begin with
_PROVED: Final = SessionReply(Verdict.GENUINE, CardStatus.NORMAL, None, may_ask_pin=True)
_USUAL: Final = ("110", "310", "210", "410")
"""AAE140 of what most people have: pension, medical, unemployment, work injury."""


def after(model: Model, at: datetime) -> Iterator[Model]:
    """The nearest first; none where the next page cannot be guessed or is reached by a touch. `at`: now, with its zone."""
    for state in _states(model, at):
        yield replace(model, state=state)


def _states(model: Model, at: datetime) -> Iterator[State]:
    state, now = model.state, model.now
    match state:
        case Idle():
            yield Reading(0, 0, now)
        case Reading() as reading:
            tries = reading.probe if isinstance(reading.probe, PinTries) else _FULL_TRIES
            minor = reading.facts is not None and reading.facts.minor
            yield PinPad(reading.visit, reading.insertion, tries, now, _PROVED, minor)
            for step in (ReadStep.PROVE, ReadStep.PREPARE):
                yield replace(reading, progress=step)
        case PinPad(asking_since=None, helping=False) as pad:
            # Its boxes and switched-off keys first: they come with the first finger.
            yield replace(pad, digits=1)
            yield replace(pad, verifying=True)
            if pad.reply is not None and pad.reply.staff is not None:
                yield Staff(pad.visit, pad.insertion, Desk(), now, pad.reply.staff, pad.reply.staff_number)
                return
            yield Opening(pad.visit, pad.insertion, now, _PROVED, recent=pad.recent, offline=pad.offline)
            # Of recent data nothing is known yet, not even its day.
            recent = None if pad.offline is None else Offline(pad.offline, at, asking=False)
            yield Record(pad.visit, pad.insertion, _nobody(at), HomePage(), now, offline=recent)
        case IdlePrivacy() | OutOfService() | CardPage() | PinPad() | Opening() | Record() | TakeCard():
            pass
        case Activation(asking_since=None):
            yield from _of_activation(model, replace(state, holder=None, phone=None, reference=None, phone_code=None))
        case CardService(asking_since=None, stage=Pins(judging=False) as pins):
            yield from (replace(state, stage=stage) for stage in _of_pins(pins))
            yield replace(state, stage=Working(Work.CHANGE, model.now))
            yield replace(state, stage=PinChanged())
        case Activation() | CardService() | Staff() | Query() | Ended():
            pass
        case never:
            assert_never(never)


def _of_activation(model: Model, activation: Activation) -> Iterator[State]:
    """From the page before the PINs on nothing is left to a choice."""
    stage = activation.stage
    match stage:
        case Explain():
            yield replace(activation, stage=Working(Work.RESERVE, model.now))
            yield replace(activation, stage=Pins())
        case Working(work=Work.RESERVE):
            yield replace(activation, stage=Pins())
        case Pins(judging=False):
            yield from (replace(activation, stage=pins) for pins in _of_pins(stage))
            work = Work.VERIFY if stage.after_tear and stage.slot is PinSlot.NEW else Work.CHANGE
            yield replace(activation, stage=Working(work, model.now))
            yield replace(activation, stage=Working(Work.CONFIRM, model.now))
            yield replace(activation, stage=Finished(confirmed=True, paper=paper(model)))
        case _:
            pass


def _of_pins(pins: Pins) -> Iterator[Pins]:
    """This one with its first digit, and the others that are asked for."""
    yield replace(pins, digits=1, rule=None)
    if pins.slot is PinSlot.OLD:
        yield Pins(PinSlot.NEW)
    if pins.slot is not PinSlot.AGAIN:
        yield Pins(PinSlot.AGAIN)


def _nobody(at: datetime) -> Overview:
    origin = Origin(Body("000000-00", "", "", None, None), at)
    registrations = tuple(Registration(code, "1", "1", None, None, None, None, None, origin) for code in _USUAL)
    return Overview(Holder("", "", False), "", CardStatus.NORMAL, registrations, (), (), (), origin.as_of)
