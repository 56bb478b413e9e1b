"""A seeded plain walker: plays `walk.Walk` for as many steps as one likes.

`python -m tests.kiosk.visit.stroll [steps] [seed]` says how fast.
"""

import random
import sys
import time

from drivers.card.states import ReaderState
from kiosk.visit.actions import Back, ConfirmPin, StayHere
from kiosk.visit.states import Link, OutOfService, PinPad, Record, TakeCard
from tests.kiosk.visit.walk import ACTIONS, CARDS, OUTCOMES, PAUSES, Walk


def stroll(seed: int, steps: int, *, rest_every: int = 200) -> Walk:
    """A seeded plain walk of at least `steps` steps. Returns where it ended; raises Broken."""
    # Not for secrets: the seed makes a walk that can be walked again.
    rng = random.Random(seed)
    walk = Walk()
    walk.reader(ReaderState.READY)
    moves = 0
    while walk.steps < steps:
        moves += 1
        if moves % rest_every == 0:
            walk.ends_when_left_alone()
            if len(walk.owners) > 50:
                _age(walk)
        wander(walk, rng)
    return walk


def _age(walk: Walk) -> None:
    """Forget what can no longer matter, so that a long walk needs no memory."""
    visits, last = walk.model.visits, walk.insertions
    walk.owners = {n: card for n, card in walk.owners.items() if n > last - 20}
    walk.due = [due for due in walk.due if due.effect.insertion in walk.owners]
    walk.entries = {n: v for n, v in walk.entries.items() if n > visits - 20}
    walk.verified = {pair for pair in walk.verified if pair[0] > visits - 20}


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
    else:
        walk.hall(rng.choice(list(Link)))


def _sensible(walk: Walk, rng: random.Random) -> None:
    if walk.due and rng.random() < 0.4:
        walk.deliver(rng.randrange(len(walk.due)), rng.randrange(OUTCOMES) if rng.random() < 0.2 else 0)
        return
    match walk.model.state:
        case OutOfService():
            walk.reader(ReaderState.READY)
            walk.clock(False)
        case TakeCard() if walk.card is not None:
            walk.remove()
        case PinPad(asking_since=None, helping=False, verifying=False, digits=digits):
            walk.type(6) if digits < 4 else walk.press(ConfirmPin())
        case PinPad(helping=True):
            walk.press(Back())
        case PinPad(asking_since=asked) | Record(asking_since=asked) if asked is not None:
            walk.press(StayHere())
        case Record():
            walk.press(rng.choice(ACTIONS[:-1]))
        case _ if walk.card is None:
            walk.insert(rng.choice(CARDS))
        case _:
            walk.pause(rng.choice(PAUSES[:6]))


if __name__ == "__main__":
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    started = time.perf_counter()
    done = stroll(seed, steps)
    seconds = time.perf_counter() - started
    print(f"{done.steps} steps, {done.model.visits} visits, {done.steps / seconds:.0f} steps/s")
