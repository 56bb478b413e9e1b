"""Recent data for outages: one thread owns the sealed cache; what it finds goes back as events. A broken cache blocks nothing.

Order in a visit (design §4): EF05 is read -> its row is looked for while the card goes on -> the PIN is probed -> while it is
typed the card answers the row's challenges and fresh ones -> the chip says 9000 -> the row is opened, or, when central answers,
a new one is sealed with the fresh answers. No card command follows the overview.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, assert_never

from kiosk.engine import stack
from kiosk.engine.asking import Asking
from kiosk.engine.clock import ServerClock
from kiosk.engine.trim import kept_part
from kiosk.model import Overview
from kiosk.visit.events import Event, RecentOpened
from kiosk.visit.states import Kept, Recent

if TYPE_CHECKING:
    from kiosk.store.cache import SealedCache
    from kiosk.store.losslist import LossList, LossVerdict
    from kiosk.store.sealed import SealedRow, SealingChallenge

log = logging.getLogger("kiosk.recent")

LOOK_SECONDS: Final = 1.0
"""So long a card's visit waits for its row, which is there long before EF06 is read. A disk that once hung is not waited for."""
START_SECONDS: Final = 4.0
"""Since the start: so long it waits for the store to be opened at all, for a card that was in the slot before it was."""
FIRST_UPKEEP_SECONDS: Final = 30.0
"""After the start: by then central has told the time, if it is there."""
UPKEEP_SECONDS: Final = 600.0
PURGE_SECONDS: Final = 86_400.0
AGAIN_SECONDS: Final = 30.0
"""Until a store that failed is opened again."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept for outages, opened when it is first needed. None: there is no device key. `cache` raises OSError."""

    cache: "Callable[[], SealedCache | None]"
    losses: "Callable[[], LossList | None]"


@dataclass(slots=True, eq=False)
class _Card:
    """The card of a visit. Personal while it lives; dropped as a whole."""

    visit: int
    insertion: int
    identification: str
    number: str
    looked: threading.Event = field(default_factory=threading.Event)
    kept: Kept = Kept.NOTHING
    late: bool = False  # the visit went on without waiting for the row
    row: "SealedRow | None" = None
    asking: Asking | None = None
    wanted: bool = False  # the chip said 9000, and the record is asked for
    opening: bool = False

    def __repr__(self) -> str:
        return f"_Card({self.visit})"


@dataclass(frozen=True, slots=True, repr=False)
class _Job:
    """`do` with the store; `without` where there is none, or it failed. `personal`: a person's record goes through it."""

    name: str
    visit: int
    do: "Callable[[SealedCache], None]"
    without: Callable[[], None] = lambda: None
    personal: bool = False


class RecentData:
    """Executes the effects on recent data, and says to the card's worker what to ask the card.

    `listed`: what the loss list has on a card, by its identification code at a time of central's clock.
    """

    def __init__(
        self,
        cache: "Callable[[], SealedCache | None]",
        listed: "Callable[[str, int], LossVerdict]",
        clock: ServerClock,
        post: Callable[[Event], None],
        now: Callable[[], float] = time.monotonic,
        first_upkeep: float = FIRST_UPKEEP_SECONDS,
    ) -> None:
        self._cache = cache
        self._listed = listed
        self._clock = clock
        self._post = post
        self._now = now
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._card: _Card | None = None
        self._hangs = False
        self._began = self._now()
        self._ready = threading.Event()  # the store was opened, or cannot be
        self.found_late: Callable[[int, int], None] = lambda _visit, _insertion: None
        """Told visit and insertion of a card that can be asked now, and could not when its PIN was probed."""
        self._store: SealedCache | None = None
        self._again_at = 0.0
        self._upkeep_at = self._now() + first_upkeep
        self._purge_at = self._upkeep_at
        self._thread = threading.Thread(target=self._run, name="recent", daemon=True)

    def start(self) -> None:
        """Opens the store, on its thread."""
        if not self._thread.is_alive():
            self._thread.start()
            self._jobs.put(_Job("open", 0, self._preload, self._ready.set))

    def stop(self, timeout: float = 2.0) -> None:
        """What is to be kept is kept first."""
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout)

    # --- for the card's worker --------------------------------------------------------------------------------------

    def look(self, visit: int, insertion: int, identification: str, number: str) -> None:
        """Begin to look for the row of a card: EF05's identification code and card number. Returns at once."""
        card = _Card(visit, insertion, identification, number)
        with self._lock:
            self._card = card
        self._jobs.put(_Job("look", visit, lambda store: self._look(store, card), card.looked.set))

    def kept(self, visit: int) -> Kept:
        """What is kept of the card; waits a moment for the store."""
        card = self._of(visit)
        if card is None:
            return Kept.NOTHING
        if not self._ready.is_set():
            self._ready.wait(self._began + START_SECONDS - self._now())
        patience = LOOK_SECONDS if self._thread.is_alive() and not self._hangs else 0.0
        card.looked.wait(patience)
        with self._lock:
            card.late = not card.looked.is_set()
            self._hangs = self._hangs or (card.late and patience > 0)
            return Kept.NOTHING if card.late else card.kept

    def question(self, visit: int) -> "SealingChallenge | None":
        """What the card is to be asked next. None: nothing any more."""
        with self._lock:
            card = self._card
            if card is None or card.visit != visit or card.asking is None:
                return None
            return card.asking.question

    def answered(self, visit: int, answer: bytes | None) -> None:
        """To `question`; None: the card cannot answer."""
        card = self._of(visit)
        if card is None:
            return
        with self._lock:
            if card.asking is not None:
                if answer is None:
                    card.asking.close()
                else:
                    card.asking.answered(answer)
        self._open_when_ready(card)

    # --- effects, on the loop's thread ------------------------------------------------------------------------------

    def open(self, visit: int, insertion: int) -> None:
        """Post `RecentOpened`, as soon as the card has answered."""
        card = self._of(visit)
        if card is None or card.insertion != insertion:
            self._post(RecentOpened(self._now(), visit, insertion, None))
            return
        with self._lock:
            card.wanted = True
        self._open_when_ready(card)

    def keep(self, visit: int, insertion: int, overview: Overview) -> None:
        """Seal and write, if the card has answered all by now. It is asked nothing more."""
        card = self._of(visit)
        if card is None or card.insertion != insertion:
            return
        with self._lock:
            sealed = None if card.asking is None else card.asking.fresh
            if card.asking is not None:
                card.asking.close()
        if sealed is None:
            log.info("recent-not-kept", extra={"visit": visit})
            return
        challenges, answers = sealed

        def write(store: "SealedCache") -> None:
            from kiosk.central.decode import encode

            at = self._clock.now()
            if at is None:
                log.warning("recent-not-kept", extra={"visit": visit})
                return
            content = encode(kept_part(overview, datetime.fromtimestamp(at).date()))
            as_of = int(overview.as_of.timestamp())
            store.keep(card.identification, card.number, challenges, answers, content, now=at, as_of=as_of)
            self._clock.raise_mark(at)
            log.info("recent-kept", extra={"visit": visit})

        self._jobs.put(_Job("keep", visit, write, personal=True))

    def forget(self, visit: int, insertion: int) -> None:
        """Throw the card's row away."""
        card = self._of(visit)
        if card is None or card.insertion != insertion:
            return

        def revoke(store: "SealedCache") -> None:
            if store.revoke(card.identification):
                log.info("recent-forgotten", extra={"visit": visit})

        self._jobs.put(_Job("forget", visit, revoke))

    def end(self, visit: int) -> None:
        """The visit is over: its card is asked nothing more and opens nothing. What is being written is written."""
        with self._lock:
            if self._card is not None and self._card.visit <= visit:
                if self._card.asking is not None:
                    self._card.asking.close()
                self._card = None

    # --- inside -----------------------------------------------------------------------------------------------------

    def _of(self, visit: int) -> _Card | None:
        with self._lock:
            return self._card if self._card is not None and self._card.visit == visit else None

    def _open_when_ready(self, card: _Card) -> None:
        with self._lock:
            if not card.wanted or card.opening or not (card.asking is None or card.asking.ready_to_open):
                return
            card.opening = True

        def tell(recent: Recent | None) -> None:
            self._post(RecentOpened(self._now(), card.visit, card.insertion, recent))

        self._jobs.put(
            _Job("open-row", card.visit, lambda store: tell(self._open(store, card)), lambda: tell(None), personal=True)
        )

    # --- on the worker's thread -------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=max(0.0, self._upkeep_at - self._now()))
            except queue.Empty:
                self._upkeep_at = self._now() + UPKEEP_SECONDS
                job = _Job("upkeep", 0, self._upkeep)
            if job is None:
                break
            self._do(job)
            del job  # nothing of a person waits here for the next one
        if self._store is not None:
            self._store.close()

    def _do(self, job: _Job) -> None:
        try:
            store = self._opened()
            if store is not None and job.personal:
                # With a thread ends what the C library kept of it for that thread's next allocations.
                with ThreadPoolExecutor(1, thread_name_prefix="recent-record") as pool:
                    pool.submit(stack.leaving_nothing, job.do, store).result()
                return
            if store is not None:
                job.do(store)
                return
        except OSError as full:
            # The disk is full, read-only or gone: expected, and nobody waits for it.
            log.warning("recent-unavailable", extra={"visit": job.visit, "values": {"in": job.name}}, exc_info=full)
        except Exception as bug:
            log.error("kiosk-fault", extra={"visit": job.visit, "values": {"in": job.name}}, exc_info=bug)
            self._give_up_store()
        job.without()

    def _opened(self) -> "SealedCache | None":
        """The store; one that failed is opened again after a while: a broken file is set aside then, and made anew."""
        if self._store is None and self._now() >= self._again_at:
            self._again_at = self._now() + AGAIN_SECONDS
            self._store = self._cache()
            if self._store is not None:
                self._clock.raise_mark(self._store.clock_mark)
        return self._store

    def _give_up_store(self) -> None:
        store, self._store = self._store, None
        self._again_at = self._now() + AGAIN_SECONDS
        if store is not None:
            store.close()

    def _preload(self, _store: "SealedCache") -> None:
        """Import and open what the first card would wait for."""
        from kiosk.central import decode
        from kiosk.store import losslist, sealed  # noqa: F401

        decode.validator(Overview)
        self._listed("", 0)
        self._ready.set()
        log.info("recent-ready")

    def _look(self, store: "SealedCache", card: _Card) -> None:
        from kiosk.store.sealed import fresh_challenges

        begun = self._now()
        if self._of(card.visit) is card:
            row = None
            kept = self._allowed(card.identification)
            if kept is Kept.RECENT:
                at = self._clock.now()
                row = None if at is None else store.find(card.identification, at)
                kept = Kept.NOTHING if row is None else Kept.RECENT
            asking = Asking(None if row is None else row.challenges, fresh_challenges())
            with self._lock:
                card.kept, card.row, card.asking = kept, row, asking
                card.looked.set()
                late = card.late
                if self._now() - begun < LOOK_SECONDS:
                    self._hangs = False  # only its opening took long, or what was before this in the queue
            if late:
                self.found_late(card.visit, card.insertion)

    def _allowed(self, identification: str) -> Kept:
        """RECENT: neither the clock nor the loss list forbid it."""
        from kiosk.store.losslist import LossVerdict

        at = self._clock.now()
        if at is None:
            return Kept.CLOSED
        verdict = self._listed(identification, at)
        match verdict:
            case LossVerdict.CLEAR:
                return Kept.RECENT
            case LossVerdict.LISTED:
                return Kept.LISTED
            case LossVerdict.STALE:
                return Kept.CLOSED
            case never:
                assert_never(never)

    def _open(self, store: "SealedCache", card: _Card) -> Recent | None:
        """What may be shown, asked again now: time has passed and a newer loss list may be here since the row was found."""
        from kiosk.central.decode import BrokenContract, decode

        answers = None if card.asking is None else card.asking.stored
        at = self._clock.now()
        if self._of(card.visit) is not card or card.row is None or answers is None or at is None:
            return None
        if card.row.times.expires <= at or self._allowed(card.identification) is not Kept.RECENT:
            return None
        content = store.open(card.row, card.identification, card.number, answers)
        if content is None:
            return None
        try:
            overview = decode(Overview, content)
        except BrokenContract:
            log.warning("recent-unreadable", extra={"visit": card.visit})  # sealed by another version of the kiosk
            return None
        return Recent(overview, datetime.fromtimestamp(card.row.times.stored, UTC))

    def _upkeep(self, store: "SealedCache") -> None:
        """The mark goes up by central's time only: a wrong clock of this machine must not close the cache for good."""
        at = self._clock.now()
        if at is None:
            return
        if self._clock.heard:
            store.mark_clock(at)
            self._clock.raise_mark(at)
        if self._now() >= self._purge_at:
            self._purge_at = self._now() + PURGE_SECONDS
            gone = store.purge(at)
            if gone:
                log.info("recent-purged", extra={"values": {"rows": gone}})
