"""A seeded plain walker: plays `walk.Walk` for as many steps as one likes; of a broken rule it keeps the few moves that break it.

    python -m tests.kiosk.visit.stroll [steps] [seed]

says how fast it is, or which moves break which rule.
"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from drivers.card.states import ReaderState
from kiosk.services import IdentityWay, Party, Relation
from kiosk.visit.actions import (
    Action,
    Back,
    ChangePin,
    ChooseParty,
    ConfirmLoss,
    ConfirmPin,
    ConfirmTyped,
    End,
    GetTicket,
    OtherPhone,
    PickRelation,
    PickWay,
    PrintSlip,
    ReadDocumentNow,
    ReportLoss,
    SendAgain,
    ServiceAction,
    Start,
    StayHere,
    TryAgain,
    UseThisPhone,
)
from kiosk.visit.entry import SignInStep
from kiosk.visit.help import (
    Ended,
    HelpAction,
    OpenQuery,
    OpenQueryHelp,
    OpenStaffSignIn,
    Query,
    QueryNumber,
    QueryPassword,
    QueryWorking,
    SignIn,
    Staff,
    StaffFailed,
    StaffWorking,
    TypeFailure,
    TypeReference,
    TypeSlip,
    TypeTicket,
    TypeWhose,
)
from kiosk.visit.services import (
    Activation,
    CardService,
    ChooseRelation,
    ChooseWay,
    ClerkConfirms,
    Explain,
    Finished,
    KeepPhone,
    LossAsked,
    LossReported,
    Pins,
    ServicesMenu,
    ShowDocument,
    Stopped,
    TypeCode,
    TypeNumber,
    TypePhone,
    Who,
    Working,
)
from kiosk.visit.states import Idle, Link, OutOfService, PinPad, Record, TakeCard
from tests.kiosk.visit.help_samples import DOCUMENT, NAMES
from tests.kiosk.visit.samples import MOBILE, NUMBER
from tests.kiosk.visit.walk import ACTIONS, CARDS, OUTCOMES, PAUSES, Walk
from tests.kiosk.visit.walk_help import NEXT, Broken

RECORD_ACTIONS: Final = tuple(a for a in ACTIONS if not isinstance(a, HelpAction | End))
SERVICE_ACTIONS: Final = tuple(a for a in ACTIONS if isinstance(a, ServiceAction | Back | TryAgain))

_NEXT: Final[dict[type, tuple[Action, ...]]] = {
    Who: tuple(ChooseParty(party) for party in Party),
    ChooseRelation: (PickRelation(Relation.OTHER),),
    ChooseWay: tuple(PickWay(way) for way in IdentityWay),
    ShowDocument: (ReadDocumentNow(),),
    KeepPhone: (UseThisPhone(), UseThisPhone(), UseThisPhone(), OtherPhone()),
    Explain: (Start(),),
    ServicesMenu: (ChangePin(), ReportLoss()),
    LossAsked: (ConfirmLoss(), ConfirmLoss(), Back()),
    LossReported: (PrintSlip(), End()),
    Finished: (PrintSlip(), End()),
}
"""What leads on from a page; elsewhere anything does."""

DAY: Final = 2000
"""Steps of one day. Each day begins with a new kiosk, so what breaks a rule has a beginning that can be played again."""

_MOVES: Final = (
    "insert",
    "remove",
    "removed_before",
    "press",
    "type",
    "keys",
    "touch",
    "reader",
    "clock",
    "hall",
    "audit",
    "deliver",
    "again",
    "pause",
)


@dataclass(frozen=True, slots=True)
class Move:
    """Something that people or the world did: a method of `Walk` and what it was given."""

    name: str
    values: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()

    def make(self, walk: Walk) -> None:
        getattr(walk, self.name)(*self.values, **dict(self.named))

    def __str__(self) -> str:
        given = [repr(value) for value in self.values] + [f"{name}={value!r}" for name, value in self.named]
        return f"walk.{self.name}({', '.join(given)})"


class Recorded(Walk):
    """Keeps the moves that were made, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.moves: list[Move] = []
        inside = False

        def kept(name: str, make: Callable[..., None]) -> Callable[..., None]:
            @wraps(make)
            def move(*values: Any, **named: Any) -> None:
                nonlocal inside
                if inside:  # a reader that goes takes its card along: one move
                    make(*values, **named)
                    return
                inside = True
                try:
                    self.moves.append(Move(name, values, tuple(named.items())))
                    make(*values, **named)
                finally:
                    inside = False

            return move

        for name in _MOVES:
            setattr(self, name, kept(name, getattr(self, name)))


class RuleBroken(AssertionError):
    """A day broke a rule. `moves`: as few as were found to break the same rule, the last of them breaks it."""

    def __init__(self, rule: str, seed: int, day: int, moves: Sequence[Move]) -> None:
        lines = "\n".join(f"    {move}" for move in moves)
        super().__init__(f"{rule}: seed {seed}, day {day}, after {len(moves)} moves\n{lines}")
        self.rule = rule
        self.moves = tuple(moves)


@dataclass(frozen=True, slots=True)
class Strolled:
    """How far it went."""

    steps: int
    visits: int


def stroll(seed: int, steps: int, *, rest_every: int = 200, walker: Callable[[], Recorded] = Recorded) -> Strolled:
    """Days of a seeded plain walk, at least `steps` steps in all. Raises RuleBroken with the shortest failing moves found."""
    done = visits = day = 0
    while done < steps:
        day += 1
        walk = walker()
        try:
            _day(walk, random.Random(f"{seed}/{day}"), min(DAY, steps - done), rest_every)
        except Broken as broken:
            rule = str(broken)
            raise RuleBroken(rule, seed, day, shortest(walk.moves, rule, walker)) from None
        done += walk.steps
        visits += walk.model.visits
    return Strolled(done, visits)


def _day(walk: Walk, rng: random.Random, steps: int, rest_every: int) -> None:
    walk.reader(ReaderState.READY)
    moves = 0
    while walk.steps < steps:
        moves += 1
        if moves % rest_every == 0:
            walk.ends_when_left_alone()
        wander(walk, rng)
    walk.ends_when_left_alone()


def broken_by(moves: Sequence[Move], walker: Callable[[], Walk] = Recorded) -> tuple[str, int] | None:
    """Make these moves with a new kiosk: the rule that breaks and after how many moves, or None. A rest follows the last."""
    walk = walker()
    for made, move in enumerate(moves, 1):
        try:
            move.make(walk)
        except Broken as broken:
            return str(broken), made
    try:
        walk.ends_when_left_alone()
    except Broken as broken:
        return str(broken), len(moves)
    return None


def shortest(
    moves: Sequence[Move], rule: str, walker: Callable[[], Walk] = Recorded, *, attempts: int = 3000
) -> list[Move]:
    """As few of `moves`, in their order, as still break `rule`: parts are left out, halves first, single moves last."""
    best = list(moves)
    part = max(1, len(best) // 2)
    while attempts > 0:
        shorter = False
        at = 0
        while at < len(best) and attempts > 0:
            attempts -= 1
            tried = best[:at] + best[at + part :]
            found = broken_by(tried, walker)
            if found is not None and found[0] == rule:
                best, shorter = tried[: found[1]], True
            else:
                at += part
        if part == 1 and not shorter:
            break
        part = max(1, part // 2)
    return best


def wander(walk: Walk, rng: random.Random) -> None:
    """One move: mostly what a person and a world would do next, so that visits get far; else anything."""
    if rng.random() < 0.75:
        _sensible(walk, rng)
        return
    draw = rng.random()
    if draw < 0.3:
        walk.press(rng.choice(ACTIONS), 1 if rng.random() < 0.1 else 0)
    elif draw < 0.4:
        walk.type(rng.choice((0, 3, 6)), 1 if rng.random() < 0.1 else 0)
    elif draw < 0.5:
        walk.touch()
    elif draw < 0.68:
        walk.pause(rng.choice(PAUSES), late=rng.random() < 0.3)
    elif draw < 0.72:
        walk.insert(rng.choice(CARDS))
    elif draw < 0.76:
        if walk.card is not None:
            walk.remove()
    elif draw < 0.88:
        walk.again(rng.randrange(16))
    elif draw < 0.92:
        walk.removed_before(rng.randrange(walk.insertions + 1))
    elif draw < 0.95:
        walk.reader(rng.choice(list(ReaderState)))
    elif draw < 0.97:
        walk.clock(rng.random() < 0.5)
    elif draw < 0.98:
        walk.audit(rng.random() < 0.5)
    else:
        walk.hall(rng.choice(list(Link)))


def _sensible(walk: Walk, rng: random.Random) -> None:
    if walk.due and rng.random() < 0.4:
        newest = len(walk.due) - 1
        index = newest if rng.random() < 0.6 else rng.randrange(newest + 1)
        walk.deliver(index, rng.randrange(OUTCOMES) if rng.random() < 0.2 else 0)
        return
    match walk.model.state:
        case OutOfService():
            if rng.random() < 0.3:
                walk.press(OpenStaffSignIn())
                return
            walk.reader(ReaderState.READY)
            walk.clock(False)
            walk.audit(True)
        case Ended():
            walk.touch()
        case TakeCard() if walk.card is not None:
            walk.remove()
        case PinPad(asking_since=None, helping=False, verifying=False, digits=digits):
            walk.type(6) if digits < 4 else walk.press(ConfirmPin())
        case PinPad(helping=True):
            walk.press(Back())
        case (
            PinPad(asking_since=asked)
            | Record(asking_since=asked)
            | Activation(asking_since=asked)
            | CardService(asking_since=asked)
            | Staff(asking_since=asked)
            | Query(asking_since=asked)
        ) if asked is not None:
            walk.press(StayHere())
        case Staff(covered=True):
            walk.touch()
        case Staff(stage=SignIn() as sign_in) | Activation(stage=ClerkConfirms() as sign_in):
            _signs_in(walk, rng, sign_in)
        case Staff(stage=StaffWorking()) | Query(stage=QueryWorking()) if walk.due:
            walk.deliver(len(walk.due) - 1, rng.randrange(8) if rng.random() < 0.3 else 0)
        case Staff(stage=StaffFailed()):
            walk.hall(Link.ONLINE)
            walk.press(TryAgain())
        case Staff(stage=TypeReference() | TypeTicket() | TypeSlip()):
            walk.keys(DOCUMENT)
            walk.press(ConfirmTyped())
        case Staff(stage=TypeFailure()):
            walk.keys("READER-MISSING")
            walk.press(ConfirmTyped())
        case Staff(stage=TypeWhose()) | Query(stage=QueryNumber()):
            walk.keys(NUMBER)
            walk.press(ConfirmTyped())
        case Query(stage=QueryPassword()):
            walk.type(8)
            walk.press(ConfirmTyped() if rng.random() < 0.9 else OpenQueryHelp())
        case Staff(stage=stage) | Query(stage=stage):
            walk.press(rng.choice((*NEXT.get(type(stage), ()), PrintSlip(), Back(), End())))
        case Activation(stage=TypeNumber()):
            walk.keys(NUMBER)
            walk.press(ConfirmTyped())
        case Activation(stage=TypePhone()):
            walk.keys(MOBILE)
            walk.press(ConfirmTyped())
        case Activation(stage=TypeCode()):
            walk.keys("123456")
            walk.press(ConfirmTyped() if rng.random() < 0.9 else SendAgain())
        case Activation(stage=Pins()) | CardService(stage=Pins()):
            walk.type(6)
            walk.press(ConfirmPin() if rng.random() < 0.9 else Back())
        case Activation(stage=Stopped()) | CardService(stage=Stopped()):
            walk.hall(Link.ONLINE)
            walk.press(rng.choice((TryAgain(), Back(), End(), GetTicket(), PrintSlip())))
        case Activation(stage=Working()) | CardService(stage=Working()) if walk.due:
            walk.deliver(len(walk.due) - 1, 0)
        case Activation(stage=stage) | CardService(stage=stage):
            walk.press(rng.choice(_NEXT.get(type(stage), SERVICE_ACTIONS)))
        case Record():
            walk.press(rng.choice(RECORD_ACTIONS))
        case Idle() if rng.random() < 0.2:
            walk.press(rng.choice((OpenQuery(), OpenStaffSignIn(), OpenStaffSignIn())))
        case _ if walk.card is None:
            walk.insert(rng.choice(CARDS))
        case _:
            walk.pause(rng.choice(PAUSES[:6]))


def _signs_in(walk: Walk, rng: random.Random, stage: SignIn | ClerkConfirms) -> None:
    match stage.step:
        case SignInStep.NAME:
            walk.keys(rng.choice(tuple(NAMES.values())))
        case SignInStep.PASSWORD:
            walk.type(8)
        case SignInStep.CODE:
            walk.keys("123456")
    walk.press(ConfirmTyped())


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    begun = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    started = time.perf_counter()
    try:
        gone = stroll(begun, wanted)
    except RuleBroken as found:
        sys.exit(f"BROKEN {found}")
    seconds = time.perf_counter() - started
    print(f"{gone.steps} steps, {gone.visits} visits, no rule broken, {gone.steps / seconds:.0f} steps/s")
