"""What is so after a fault, at card, central and journal; and which end of an activation that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique

from kiosk.model import CardStatus
from kiosk.store.transaction import UNSENT, Closed, Step


@unique
class Pin(Enum):
    """Which one the chip takes."""

    OLD = "old"
    NEW = "new"
    NEITHER = "neither"


@unique
class End(Enum):
    """The rows of the table."""

    UNTOUCHED = "untouched"
    ACTIVATED = "activated"
    RESUMABLE = "resumable"


@dataclass(frozen=True, slots=True)
class Facts:
    """`open`: reservations at central that are neither confirmed nor cancelled. `rows`: of the journal, oldest first: how each
    ended, or the step that it is at."""

    pin: Pin
    status: CardStatus
    open: int
    rows: tuple[Step | Closed, ...]

    def __str__(self) -> str:
        rows = ", ".join(row.value for row in self.rows) or "none"
        return f"card {self.pin.value}; central {self.status.value}, {self.open} open; journal {rows}"


def end_of(facts: Facts, *, settled: bool) -> End | None:
    """None: the facts fit no row, or the sides disagree. `settled` False: a moment after the fault, when what the journal still
    has to tell central, or to close, is on its way."""
    pending = [row for row in facts.rows if isinstance(row, Step)]
    ended = [row for row in facts.rows if isinstance(row, Closed)]
    if facts.open > 1 or len(pending) > 1:
        return None
    on_the_way = pending and not settled
    match facts.status:
        case CardStatus.NORMAL:
            told = not pending or (on_the_way and pending[0] in (Step.CHANGING, Step.CHANGED))
            if facts.pin is Pin.NEW and not facts.open and told and all(row in _DONE for row in ended):
                return End.ACTIVATED
        case CardStatus.NOT_ACTIVATED if facts.open:
            unsent = bool(pending) and pending[0] in UNSENT
            old = facts.pin is Pin.OLD
            if facts.pin is Pin.NEITHER or (unsent and not old):
                return None
            if pending and ((pending[0] is Step.CHANGED and old) or (pending[0] is Step.REFUSED and not old)):
                return None
            if not pending and any(row is Closed.NEVER_SENT for row in ended) and not old:
                return None
            return End.RESUMABLE
        case CardStatus.NOT_ACTIVATED:
            told = not pending or (on_the_way and pending[0] in UNSENT)
            if facts.pin is Pin.OLD and told and all(row is Closed.NEVER_SENT for row in ended):
                return End.UNTOUCHED
        case _:
            pass
    return None


_DONE = (Closed.ACTIVATED, Closed.NEVER_SENT)
