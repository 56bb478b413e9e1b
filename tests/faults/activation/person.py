"""The person of an activation: answers each stage as it comes, confirms each PIN with a finger, and takes the card in the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, unique
from typing import Final

from kiosk.sandbox.central.simulator import Simulator
from kiosk.services import IdentityWay, Party
from kiosk.visit.actions import (
    Action,
    ChooseParty,
    ClearKeys,
    ConfirmPin,
    ConfirmTyped,
    End,
    PickWay,
    SendAgain,
    Start,
    StayHere,
    TryAgain,
    TypeKey,
    UseThisPhone,
)
from kiosk.visit.services import (
    Activation,
    ChooseWay,
    Explain,
    Finished,
    KeepPhone,
    Pins,
    PinSlot,
    Stopped,
    TypeCode,
    TypedNote,
    TypeNumber,
    Who,
    may_try_again,
)
from kiosk.visit.states import CardPage, Idle, Model, OutOfService, PinPad, TakeCard

OLD: Final = "123456"
NEW: Final = "730418"
AGAIN_SECONDS: Final = 2.5
"""Nothing came of a touch for so long: once more."""
CONFIRM_SECONDS: Final = 6.0
"""So long the person looks at "being confirmed"."""
PAUSE_SECONDS: Final = 0.7
"""Before trying again what central did not answer."""
TRIES: Final = 4
MINUTE: Final = 61.0


@unique
class Next(Enum):
    """What a person does that is no touch."""

    WAIT = "wait"
    TAKE = "take"  # the card: there is nothing more to do in this visit


@dataclass(frozen=True, slots=True)
class Deed:
    """Touches in their order; `digits` on the PIN pad before them. `sends`: the card gets a PIN by this finger."""

    actions: tuple[Action, ...] = ()
    digits: str = ""
    sends: bool = False


class Person:
    """One visit. `leaves`: gives up at the PIN."""

    def __init__(
        self, number: str, phone: str, simulator: Simulator, *, leaves: bool, minute: Callable[[], None]
    ) -> None:
        self._number = number
        self._phone = phone
        self._simulator = simulator
        self._leaves = leaves
        self._minute = minute
        self._answered: object = None
        self._at = 0.0
        self._since = 0.0
        self._seen: object = None
        self._tries = 0
        self.activated = False

    def next(self, model: Model) -> Deed | Next:
        """What to do at this page; `WAIT` where it was done already."""
        now = time.monotonic()
        looks = _looks(model)
        if looks != self._seen:
            self._seen, self._since = looks, now
        state = model.state
        match state:
            case Activation(asking_since=asking) if asking is not None:
                return self._once(looks, Deed((StayHere(),)))
            case Activation(stage=Finished(confirmed=confirmed)):
                self.activated = self.activated or confirmed
                return Next.TAKE if confirmed or now - self._since > CONFIRM_SECONDS else Next.WAIT
            case Activation(stage=Stopped() as stopped):
                if not may_try_again(stopped) or self._tries >= TRIES:
                    return Next.TAKE
                if now - self._since < PAUSE_SECONDS:
                    return Next.WAIT
                deed = self._once(looks, Deed((TryAgain(),)))
                self._tries += isinstance(deed, Deed)
                return deed
            case Activation():
                deed = self._stage(state)
                return deed if isinstance(deed, Next) else self._once(looks, deed)
            case TakeCard():
                return Next.TAKE
            case CardPage():
                return Next.TAKE if now - self._since > PAUSE_SECONDS else Next.WAIT
            case PinPad():
                # Of an active card; or central has not said yet that it is a new one.
                return Next.TAKE if now - self._since > 2 * PAUSE_SECONDS else Next.WAIT
            case Idle() | OutOfService():
                return Next.TAKE if now - self._since > 2 * CONFIRM_SECONDS else Next.WAIT
            case _:
                return Next.WAIT

    def _once(self, looks: object, deed: Deed) -> Deed | Next:
        now = time.monotonic()
        if looks == self._answered and now - self._at < AGAIN_SECONDS:
            return Next.WAIT
        self._answered, self._at = looks, now
        return deed

    def _stage(self, activation: Activation) -> Deed | Next:
        match activation.stage:
            case Who():
                return Deed((ChooseParty(Party.HOLDER),))
            case ChooseWay():
                return Deed((PickWay(IdentityWay.CODE),))
            case TypeNumber(note=note):
                if note is TypedNote.TOO_SOON:
                    self._minute()
                return Deed((ClearKeys(), *map(TypeKey, self._number), ConfirmTyped()))
            case TypeCode(left=0):
                self._minute()
                return Deed((SendAgain(),))
            case TypeCode():
                sent = self._simulator.messages(self._phone)
                return Deed((ClearKeys(), *map(TypeKey, sent[-1].text if sent else "000000"), ConfirmTyped()))
            case KeepPhone():
                return Deed((UseThisPhone(),))
            case Explain():
                return Deed((Start(),))
            case Pins(judging=True):
                return Next.WAIT
            case Pins() if self._leaves:
                return Deed((End(),))
            case Pins(slot=PinSlot.OLD, wrong=wrong):
                return Deed((ConfirmPin(),), OLD, sends=wrong)
            case Pins(slot=PinSlot.NEW, after_tear=torn):
                return Deed((ConfirmPin(),), NEW, sends=torn)
            case Pins():
                return Deed((ConfirmPin(),), NEW, sends=True)
            case _:
                return Next.WAIT


def _looks(model: Model) -> object:
    """The page, but for what was typed on it and the time."""
    state = model.state
    if not isinstance(state, Activation):
        return type(state), model.visits
    stage = state.stage
    match stage:
        case TypeNumber() | TypeCode():
            stage = replace(stage, text="")
        case Pins():
            stage = replace(stage, digits=0)
        case _:
            pass
    return stage, state.visit, state.requests, state.asking_since
