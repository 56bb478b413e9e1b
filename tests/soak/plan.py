"""What happens in a visit, drawn from a seed: which card, what the person does, what goes wrong. Pure.

`plan(seed, number, faults)` depends on nothing else: any visit of a run can be played again alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from kiosk.sandbox.central.faults import FaultKind, Operation
from tests.journeys.ends import AFTER_PIN, ENDS, HOME, NEW, STOPPED
from tests.soak.growth import WARM

ATTRACT: Final = "attract"
FAULTS: Final = 0.3
"""Share of the visits in which something goes wrong."""

_LOCAL: Final = frozenset(
    {"CARD-FOREIGN", "CARD-OTHERPLACE", "CARD-APPLOCK", "CARD-MALFORMED", "CARD-MUTE", "PIN-LOCKED", "PIN-NOTSET"}
)
"""Ends for which central is not needed, or that go before anything that central can fail with."""
ACTIVATED: Final = frozenset({"jinan-not-activated", "jinan-new-one-try"})
"""New cards whose holders can do all of it themselves."""
_ONE_TRY: Final = "jinan-pin-one-try"
_FAR: Final = 10


@unique
class Stage(StrEnum):
    """Where in the visit something happens."""

    IDLE = "idle"  # before the card
    PIN = "pin"  # the key pad is there
    HOME = "home"  # the record is open


@unique
class Line(StrEnum):
    """How the line to central misbehaves (kiosk.sandbox.line)."""

    CUT = "cut"
    RESET = "reset"
    SLOW = "slow"
    FLAKY = "flaky"
    DRIP = "drip"
    BLACK_HOLE = "black_hole"


@dataclass(frozen=True, slots=True)
class Pulled:
    """The card leaves at an APDU, counted from power-on: before it is carried out, or after it and before its answer."""

    index: int
    after: bool


@dataclass(frozen=True, slots=True)
class PulledByHand:
    """On the PIN page, after so many digits."""

    digits: int


@dataclass(frozen=True, slots=True)
class Swapped:
    """For another card, as quick as PC/SC lets a client see it."""

    stage: Stage
    card: str


@dataclass(frozen=True, slots=True)
class LineFault:
    kind: Line
    stage: Stage
    amount: float  # seconds, bytes or share, as the kind has it


@dataclass(frozen=True, slots=True)
class CentralFault:
    kind: FaultKind
    operation: Operation
    seconds: float = 0.3
    status: int = 503


@dataclass(frozen=True, slots=True)
class WrongPin:
    """Once; then the right one."""


@dataclass(frozen=True, slots=True)
class CardLeft:
    """The visit is ended and the card stays in the slot until the kiosk gets louder."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """The person walks off; comes back at the question, or does not."""

    comes_back: bool


@dataclass(frozen=True, slots=True)
class ServiceKilled:
    """pcscd is killed, and started again once the kiosk has said so."""

    stage: Stage


Trouble = Pulled | PulledByHand | Swapped | LineFault | CentralFault | WrongPin | CardLeft | Nobody | ServiceKilled


@unique
class Activates(StrEnum):
    """How far the holder of a new card goes with its activation before leaving."""

    NOT = "not"
    NUMBER = "number"  # types the ID number, and is asked how to prove it
    PINS = "pins"  # proves it by the ID card; central has reserved, and the first PIN is asked for


@unique
class Aid(StrEnum):
    LANGUAGE = "language"
    LARGE = "large-text"
    CONTRAST = "high-contrast"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit. `draw` seeds what is chosen while it runs (which control of a page), as the pages are not known here."""

    number: int
    card: str
    draw: int
    trouble: Trouble | None
    privacy: bool  # reads the privacy notice first
    aids: tuple[tuple[Stage, Aid], ...]
    forgot: bool  # asks what to do about a forgotten PIN
    wander: int  # touches on pages of the record, or of the failure
    ends_by_touch: bool  # else the card is just taken
    activates: Activates

    @property
    def end(self) -> str:
        """Where the card leads when nothing goes wrong."""
        return ENDS[self.card]


def plan(seed: int, number: int, faults: float = FAULTS, warm: int = WARM) -> Visit:
    """The visit of this number, from 1. Of each `len(ENDS)` visits on end every card has one.

    Up to number `warm` people choose all looks in turn and wander far, so that caches have met every kind of page in every look.
    """
    cards = sorted(ENDS)
    deck, place = divmod(number - 1, len(cards))
    random.Random(f"{seed}/deck/{deck}").shuffle(cards)
    card = cards[place]
    draw = random.Random(f"{seed}/visit/{number}")
    trouble = _trouble(draw, card) if draw.random() < faults else None
    warming = number <= warm
    return Visit(
        number,
        card,
        draw.randrange(1 << 30),
        trouble,
        privacy=draw.random() < 0.06,
        aids=_look(number) if warming else _aids(draw),
        forgot=draw.random() < 0.08,
        wander=_FAR if warming else draw.choice((0, 0, 0, 1, 2, 4)),
        ends_by_touch=draw.random() < 0.4,
        activates=_activates(draw) if card in ACTIVATED and trouble is None else Activates.NOT,
    )


def _activates(draw: random.Random) -> Activates:
    (how,) = draw.choices(list(Activates), (4, 3, 3))
    return how


def _aids(draw: random.Random) -> tuple[tuple[Stage, Aid], ...]:
    stages = list(Stage)
    return tuple((draw.choice(stages), draw.choice(list(Aid))) for _ in range(draw.choice((0, 0, 0, 1, 2))))


def _look(number: int) -> tuple[tuple[Stage, Aid], ...]:
    """One of the eight looks, chosen before the card is put in."""
    return tuple((Stage.IDLE, aid) for bit, aid in enumerate(Aid) if number >> bit & 1)


def _trouble(draw: random.Random, card: str) -> Trouble:
    """One that can happen to this card; the slow and the violent ones rarely."""
    opens = ENDS[card] in AFTER_PIN
    stages = (Stage.PIN, Stage.HOME) if ENDS[card] == HOME else (Stage.PIN,)
    line_stages = (Stage.IDLE, Stage.PIN) if opens else (Stage.IDLE,)
    kinds: list[tuple[float, Callable[[], Trouble]]] = [
        (30, lambda: Pulled(draw.randrange(16), draw.random() < 0.5)),
        (24, lambda: _line(draw, draw.choice(line_stages))),
        (24, lambda: _central(draw, opens)),
        (1.5, lambda: ServiceKilled(draw.choice((Stage.IDLE, *stages) if opens else (Stage.IDLE,)))),
    ]
    if opens:
        kinds += [
            (8, lambda: PulledByHand(draw.randrange(6))),
            (10, lambda: Swapped(draw.choice(stages), draw.choice(sorted(ENDS)))),
            (10, lambda: WrongPin()),
        ]
    if ENDS[card] == HOME:
        kinds += [(1.5, lambda: CardLeft()), (1, lambda: Nobody(draw.random() < 0.5))]
    (make,) = draw.choices([make for _, make in kinds], [weight for weight, _ in kinds])
    return make()


def _line(draw: random.Random, stage: Stage) -> LineFault:
    kinds: Sequence[Line] = list(Line)
    (kind,) = draw.choices(kinds, (8, 8, 8, 8, 1, 1))
    amount = {
        Line.CUT: 0.0,
        Line.RESET: float(draw.randrange(4000)),
        Line.SLOW: round(draw.uniform(0.02, 0.3), 3),
        Line.FLAKY: 0.5,
        Line.DRIP: 0.4,
        Line.BLACK_HOLE: 0.0,
    }[kind]
    return LineFault(kind, stage, amount)


_BROKEN: Final = (
    FaultKind.RESET,
    FaultKind.REDIRECT,
    FaultKind.HTML,
    FaultKind.EMPTY,
    FaultKind.BROKEN_JSON,
    FaultKind.TRUNCATED,
    FaultKind.OVERSIZED,
    FaultKind.GZIP_BOMB,
    FaultKind.CONTRACT,
    FaultKind.STATUS,
    FaultKind.DELAY,
)
_SLOW: Final = (FaultKind.HANG, FaultKind.DRIP_HEAD, FaultKind.DRIP_BODY)


def _central(draw: random.Random, opens: bool) -> CentralFault:
    rows = (Operation.CONTRIBUTIONS, Operation.ACCOUNT_ENTRIES)
    asked = (Operation.OPEN_CARD_SESSION, Operation.OVERVIEW, *rows) if opens else (Operation.OPEN_CARD_SESSION,)
    operation = draw.choice(asked)
    kinds = [*_BROKEN]
    if operation is Operation.OVERVIEW:
        kinds.append(FaultKind.ANOTHER_PERSON)
    if operation in rows:
        kinds.append(FaultKind.ANOTHER_PAGE)
    kind = draw.choice(_SLOW) if draw.random() < 0.06 else draw.choice(kinds)
    seconds = round(draw.uniform(0.1, 1.5), 3) if kind is FaultKind.DELAY else 0.1
    return CentralFault(kind, operation, seconds, draw.choice((500, 503, 429)))


def ends(visit: Visit) -> frozenset[str]:
    """Where this visit may lead: `home`, codes of failure pages, `attract` when the card may be gone before."""
    end, trouble = visit.end, visit.trouble
    match trouble:
        case Pulled():
            return frozenset({end, ATTRACT})
        case Swapped(card=other):
            return frozenset({ENDS[other]})
        case WrongPin() if visit.card == _ONE_TRY:
            return frozenset({"PIN-LOCKED"})
        case LineFault(kind=kind) if end in NEW and kind not in (Line.SLOW, Line.CUT):
            # Central may still say that the card is new, and no more.
            return _of_line(kind, end) | {STOPPED}
        case LineFault(kind=kind) if end not in _LOCAL:
            return _of_line(kind, end)
        case CentralFault() if end not in _LOCAL:
            return _of_central(trouble, end)
        case _:
            return frozenset({end})


def before_swap(visit: Visit) -> frozenset[str]:
    """Where the card that is put in may lead: another place than the visit when it is swapped on the open record."""
    if isinstance(visit.trouble, Swapped) and visit.trouble.stage is Stage.HOME:
        return frozenset({visit.end})
    return ends(visit)


def _of_line(kind: Line, end: str) -> frozenset[str]:
    match kind:
        case Line.SLOW:
            return frozenset({end})
        case Line.CUT:
            return frozenset({"CENTRAL-UNREACHABLE"})
        case Line.FLAKY:
            return frozenset({end, "CENTRAL-UNREACHABLE"})
        case Line.RESET:
            return frozenset({end, "CENTRAL-UNREACHABLE", "CENTRAL-BADANSWER"})
        case Line.DRIP | Line.BLACK_HOLE:
            return frozenset({"CENTRAL-TIMEOUT", "CENTRAL-UNREACHABLE"})


def _of_central(fault: CentralFault, end: str) -> frozenset[str]:
    if fault.operation in (Operation.CONTRIBUTIONS, Operation.ACCOUNT_ENTRIES):
        return frozenset({end})  # the page itself says that its rows did not come
    if fault.kind in (FaultKind.DELAY, FaultKind.RESET):
        return frozenset({end})  # a reset before any byte is tried again once
    if fault.kind is FaultKind.STATUS:
        return frozenset({"CENTRAL-BUSY"})
    if fault.kind in _SLOW:
        return frozenset({"CENTRAL-TIMEOUT"})
    return frozenset({"CENTRAL-BADANSWER"})
