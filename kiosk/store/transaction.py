"""What the journal of activations says of one: its steps, their order, its ends. Types only."""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final


@unique
class Step(StrEnum):
    """The last thing that is durable of an open transaction."""

    RESERVING = "reserving"  # the idempotency key is written; central may or may not have it
    RESERVED = "reserved"  # central has it; CHANGE was never sent
    CANCELLING = "cancelling"  # CHANGE was never sent, and never will be: its cancel may be on its way to central
    CHANGING = "changing"  # CHANGE may be on its way, or was torn: which PIN holds is not known
    REFUSED = "refused"  # the card said no: the old PIN holds
    CHANGED = "changed"  # the card said 9000, or the new PIN was verified


@unique
class Closed(StrEnum):
    """How a transaction ended; all but the first are central's words."""

    NEVER_SENT = "never_sent"  # CHANGE was never sent, and the reservation is cancelled or never was
    ACTIVATED = "activated"
    LOST = "lost"
    REPLACED = "replaced"
    STATUS = "status"
    ACTIVE_OTHERWISE = "active_otherwise"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


FOLLOWS: Final[dict[Step, frozenset[Step]]] = {
    # CHANGING without RESERVED: another kiosk has taken the reservation over, and what it did nobody knows here.
    Step.RESERVING: frozenset({Step.RESERVING, Step.RESERVED, Step.CANCELLING, Step.CHANGING}),
    Step.RESERVED: frozenset({Step.RESERVED, Step.CANCELLING, Step.CHANGING}),
    Step.CANCELLING: frozenset({Step.CANCELLING, Step.CHANGING}),
    # Back to what was before: the command was never sent after all.
    Step.CHANGING: frozenset({Step.CHANGING, Step.RESERVED, Step.REFUSED, Step.CHANGED}),
    Step.REFUSED: frozenset({Step.REFUSED, Step.CHANGING}),
    Step.CHANGED: frozenset({Step.CHANGED}),
}
"""What may be written over a step."""

UNSENT: Final = frozenset({Step.RESERVING, Step.RESERVED, Step.CANCELLING})
"""While the journal says one of these, CHANGE was never sent."""


class JournalUnusable(Exception):
    """It cannot be read or written now: nothing is begun. The text names the file and a fixed word."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One row. Times are seconds since 1970 by this machine's clock. `closed` None: open."""

    id: int
    key: str  # Idempotency-Key of its reservation; "": another kiosk's
    reservation: str | None
    reference: str | None
    step: Step
    begun: int
    changed: int
    closed: Closed | None = None
