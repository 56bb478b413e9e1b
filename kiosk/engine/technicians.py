"""A technician's card while central is away: pairs fetched in good time, one struck off and asked when it counts."""

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from drivers.card.ssc import SocialSecurityCard
from kiosk.central.answers import Answer, Cancel
from kiosk.engine.clock import ServerClock

if TYPE_CHECKING:
    from kiosk.central import contract as c
    from kiosk.central.client import CentralClient
    from kiosk.store.technicians import PairList, Technicians

log = logging.getLogger("kiosk.staff")

FETCH_SECONDS: Final = 86_400.0
"""A list holds for thirty days, so that an outage finds one that is fresh."""
RETRY_SECONDS: Final = 900.0
FIRST_SECONDS: Final = 20.0
"""After the first heartbeat: whoever stands there goes before."""


class TechnicianCards:
    """`opened` gives what is kept; None: there is no device key. It is called when first needed, and again as long as it gives
    None. `saw` hears every answer. Any thread."""

    def __init__(
        self,
        client: "CentralClient",
        opened: "Callable[[], Technicians | None]",
        saw: Callable[[Answer[object]], None],
        clock: ServerClock,
        now: Callable[[], float] = time.monotonic,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._client = client
        self._opened = opened
        self._saw = saw
        self._clock = clock
        self._now = now
        self._spread = spread
        self._lock = threading.Lock()
        self._kept: Technicians | None = None
        self._due: float | None = None
        self._asking: threading.Thread | None = None

    def start(self) -> None:
        """Open what is kept, on a thread of its own."""
        threading.Thread(target=self._there, name="technicians", daemon=True).start()

    def knows(self, identification: str) -> bool:
        """Is it a technician's, with a pair left? Waits for nothing: every card is asked this while it is read."""
        kept, at = self._kept, self._clock.now()
        return kept is not None and at is not None and kept.knows(identification, at)

    def opens(self, card: SocialSecurityCard, identification: str) -> str | None:
        """The number of the technician whose card this is, by the next pair, which is used up by it; None: it opens nothing.

        On the card's thread. Raises CardLost, ReaderFault, Cancelled."""
        kept, at = self._there(), self._clock.now()
        asked = None if kept is None or at is None else kept.strike(identification, at)
        if asked is None:
            return None
        answer = card.internal_authenticate(asked.proc8, asked.orig8)
        return asked.number if isinstance(answer, bytes) and asked.fits(answer) else None

    def after_heartbeat(self, cancel: Cancel) -> None:
        """Central has just answered: ask for a newer list, if it is time, on a thread of its own."""
        now = self._now()
        if self._due is None:
            self._due = now + self._spread(FIRST_SECONDS, 2 * FIRST_SECONDS)
        if now < self._due or (self._asking is not None and self._asking.is_alive()):
            return
        self._asking = threading.Thread(target=self.ask, args=(cancel,), name="technicians", daemon=True)
        self._asking.start()

    def ask(self, cancel: Cancel) -> None:
        """Blocks for the call and the disk."""
        self._due = self._now() + RETRY_SECONDS * self._spread(0.85, 1.15)
        kept = self._there()
        if kept is None:
            return
        answer = self._client.technician_pairs(cancel=cancel)
        self._saw(answer)
        if answer.value is None:
            return
        took = kept.take(pairs_of(answer.value))
        log.info("technician-pairs", extra={"values": {"took": took.value, "cards": len(answer.value.cards)}})
        self._due = self._now() + FETCH_SECONDS * self._spread(0.85, 1.15)

    def _there(self) -> "Technicians | None":
        with self._lock:
            if self._kept is None:
                self._kept = self._opened()
            return self._kept


def pairs_of(told: "c.TechnicianPairs") -> "PairList":
    """As the contract has it -> as it is kept."""
    from kiosk.store.technicians import Pair, PairList, TechnicianCard

    def pair(of: "c.TechnicianPair") -> Pair:
        return Pair(bytes.fromhex(of.proc8), bytes.fromhex(of.orig8), bytes.fromhex(of.digest))

    return PairList(
        bytes.fromhex(told.key),
        int(told.issued.timestamp()),
        int(told.expires.timestamp()),
        tuple(
            TechnicianCard(bytes.fromhex(card.card), card.number, tuple(map(pair, card.pairs))) for card in told.cards
        ),
    )
