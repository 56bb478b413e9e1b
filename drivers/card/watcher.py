"""The thread that watches the card reader: its state, and each insertion and removal of a card.

One thread, one PC/SC context, waits of at most a second on SCardGetStatusChange. When the context dies (service stopped,
restarted or killed) it is released and established again, 0.25 to 5 s apart. Insertions are told by the event counter in the
upper 16 bits of dwEventState, so a card that went out and in between two looks is a new insertion.

One rule keeps reader and card in step: whenever the reader leaves READY, the card that was reported is reported removed, and
when it comes back to READY a card in the slot is reported as a new insertion.

Source: PC/SC part 5; pcsc-lite `winscard_clnt.c` (event counter, PnP notification); the failures of pyscard's own monitors
(pyscard #82, #128, #231: they end silently) that made this one.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from drivers.card.profiles import COMMAND_LIMIT_S, ReaderProfile, is_virtual, profile_of, rank
from drivers.card.reader import CardInserted, CardRemoved, ReaderChanged, ReaderEvent
from drivers.card.states import ReaderState
from drivers.card.winscard import (
    COMM_ERROR,
    LEAVE_CARD,
    PNP,
    PROTOCOL_T0,
    PROTOCOL_T1,
    SCOPE_SYSTEM,
    Meaning,
    Scard,
    ShareMode,
    StateFlag,
    code,
    counter,
    flags,
    meaning,
    taken_note,
)

log = logging.getLogger(__name__)

LOOK_MS: Final = 1000
BACK_OFF_S: Final = (0.25, 0.5, 1.0, 2.0, 5.0)
RELIST_S: Final = 0.2
STOP_S: Final = 1.5
"""A look ends within LOOK_MS also where nothing cancels it; a thread that is longer in there hangs."""
DENIED_S: Final = 5.0
FROZEN_S: Final = 4.0
"""A look that has not come back for so long hangs in the service: pcsc-lite waits for it without a limit of its own."""
LATE_S: Final = 2.0
"""A look that is so late is called back. pcsc-lite counts its second by the wall clock: while a clock that was set back by an
hour comes up to where it was, the look would last that hour, or until a card comes."""
GUARD_S: Final = 0.5
UNAVAILABLE_LOOKS: Final = 3
"""So many looks in a row a reader must be unavailable before it is FAULTY: one is what a reader just plugged in says."""

_insertions = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where and when a reported card went in. `since` is monotonic."""

    insertion: int
    reader: str
    counter: int
    mute: bool
    since: float


class Busy:
    """Since when a blocking PC/SC call on the card is under way."""

    def __init__(self) -> None:
        self.since: float | None = None
        self.limit_s = COMMAND_LIMIT_S

    @property
    def stuck(self) -> bool:
        since = self.since
        return since is not None and time.monotonic() - since > self.limit_s


class Watcher:
    """Watches until `stop`. Every event goes to `sink` from this thread, in order."""

    def __init__(
        self,
        scard: Scard,
        patterns: Sequence[str],
        allow_virtual: bool,
        profiles: Sequence[ReaderProfile],
        busy: Busy,
        sink: Callable[[ReaderEvent], None],
    ) -> None:
        self._scard = scard
        self._patterns = tuple(patterns)
        self._allow_virtual = allow_virtual
        self._profiles = tuple(profiles)
        self._busy = busy
        self._sink = sink
        self._halt = threading.Event()
        self._telling = threading.RLock()  # reader and card are told by this thread, or by the guard while it hangs
        self._context: int | None = None
        self._context_lock = threading.Lock()
        self._state: tuple[ReaderState, str | None] | None = None
        self._slot: Slot | None = None
        self._refusal: ReaderState | None = None  # HELD or ACCESS_DENIED: what the last connect met
        self._looked = self._asked = time.monotonic()
        self._refusals = 0
        self._waking: threading.Thread | None = None
        self._thread = threading.Thread(target=self._run, name="card-watcher", daemon=True)
        self._guard = threading.Thread(target=self._guarded, name="card-guard", daemon=True)

    @property
    def slot(self) -> Slot | None:
        """The card that was reported last and not removed since."""
        return self._slot

    @property
    def heartbeat(self) -> float:
        """Monotonic time of the last look: older than a few seconds means that PC/SC hangs."""
        return self._looked

    def start(self) -> None:
        self._thread.start()
        self._guard.start()

    def stop(self) -> None:
        """End the threads; what is waited for is cancelled, again and again because the wait may only just begin.

        A thread that hangs in the service is left behind: nothing can call it back.
        """
        self._halt.set()
        self._guard.join()
        now = time.monotonic()
        until = now + (GUARD_S if now - self._looked > FROZEN_S else STOP_S)
        while self._thread.is_alive() and time.monotonic() < until:
            self.wake()
            self._thread.join(timeout=0.02)
        if self._waking is not None:
            self._waking.join(timeout=GUARD_S)

    def wake(self) -> None:
        """Let the watcher look at once. Returns at once: SCardCancel hangs in a service that hangs."""
        if self._waking is None or not self._waking.is_alive():
            self._waking = threading.Thread(target=self._cancel, name="card-wake", daemon=True)
            self._waking.start()

    def _cancel(self) -> None:
        with self._context_lock:
            if self._context is not None:
                self._scard.SCardCancel(self._context)

    def refused(self, state: ReaderState) -> None:
        """A connect was refused: another program holds the card (HELD), or polkit does not allow it (ACCESS_DENIED)."""
        self._refusal, self._asked = state, time.monotonic()
        self.wake()

    # ---- the service ------------------------------------------------------------------------------------------------

    def _guarded(self) -> None:
        """Tells that the service hangs while the watcher cannot: it waits in a call that does not come back.

        Counted in waits of this thread's own, so that a machine that stood still as a whole is not taken for it.
        """
        looked, waits = self._looked, 0
        while not self._halt.wait(GUARD_S):
            looked, waits = (looked, waits + 1) if looked == self._looked else (self._looked, 0)
            if waits * GUARD_S >= LATE_S:
                self.wake()
            if waits * GUARD_S >= FROZEN_S:
                with self._telling:
                    if looked == self._looked:
                        self._report(ReaderState.SERVICE_STOPPED, None)

    def _run(self) -> None:
        attempt = 0
        while not self._halt.is_set():
            try:
                ended, lived = self._session()
            except Exception:
                # A bug here or in the sink must not leave the kiosk deaf: it is logged, and the watch begins anew.
                log.exception("card watcher failed")
                ended, lived = None, False
                self._state = None  # reader and card are told again
                with suppress(Exception):
                    self._remove()
            if self._halt.is_set():
                break
            if ended is not None and (state := self._service_state(ended, lived)) is not None:
                self._report(state, None)
            attempt = 0 if lived else attempt + 1
            self._pause(BACK_OFF_S[min(attempt, len(BACK_OFF_S) - 1)])
        self._remove()

    def _session(self) -> tuple[int | None, bool]:
        """Watch on one context until it dies. Gives the return code that ended it, and whether it ever answered."""
        result, context = self._scard.SCardEstablishContext(SCOPE_SYSTEM)
        self._looked = time.monotonic()
        if meaning(result) is not Meaning.OK:
            return code(result), False
        with self._context_lock:
            self._context = context
        try:
            return self._watch(context)
        finally:
            with self._context_lock:
                self._context = None
            self._scard.SCardReleaseContext(context)

    def _service_state(self, result: int, lived: bool) -> ReaderState | None:
        """What the end of a session says of the service. None: not known yet, the next attempt tells.

        A client that polkit refuses meets the same codes as one whose service is killed: a closed socket (SCARD_F_COMM_ERROR) or
        a reset one (SCARD_W_SECURITY_VIOLATION). But polkit refuses at once and every time.
        """
        closed = meaning(result) is Meaning.DENIED or result == COMM_ERROR
        self._refusals = self._refusals + 1 if closed and not lived else 0
        if self._refusals > 1:
            return ReaderState.ACCESS_DENIED
        if self._refusals == 1:
            return (
                None
                if self._state is None or self._state[0] is ReaderState.ACCESS_DENIED
                else ReaderState.SERVICE_STOPPED
            )
        if closed or meaning(result) is Meaning.SERVICE_GONE:
            return ReaderState.SERVICE_STOPPED
        log.warning("PC/SC 0x%08X ended the watch", result)
        return ReaderState.FAULTY

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._halt.wait(min(left, LOOK_MS / 1000)):
            self._looked = time.monotonic()

    # ---- readers and cards ------------------------------------------------------------------------------------------

    def _watch(self, context: int) -> tuple[int | None, bool]:
        lived = False
        chosen: str | None = None
        known = 0
        unavailable = 0
        while not self._halt.is_set():
            result, names = self._scard.SCardListReaders(context, [])
            match meaning(result):
                case Meaning.OK:
                    pass
                case Meaning.NO_READERS:
                    names = []
                case _:
                    return code(result), lived
            lived = True
            best = self._choose(names, chosen)
            if best != chosen:
                chosen, known, unavailable = best, 0, 0
            states = [(PNP, len(names) << 16)] + ([(chosen, known)] if chosen else [])
            result, answers = self._scard.SCardGetStatusChange(context, LOOK_MS, states)
            self._looked = time.monotonic()
            match meaning(result):
                case Meaning.OK:
                    seen = next((state for name, state, *_ in answers if name == chosen), None)
                case Meaning.TIMEOUT | Meaning.CANCELLED:
                    seen = None
                case Meaning.READER_GONE | Meaning.NO_READERS:
                    seen = StateFlag.UNKNOWN.value
                case Meaning.READER_UNAVAILABLE:
                    seen = StateFlag.UNAVAILABLE.value | known & 0xFFFF0000
                case _:
                    return code(result), lived
            if chosen is None or (seen is None and not known):
                continue
            if seen is not None:
                known = taken_note(seen)
            now = flags(known)
            if now & StateFlag.UNKNOWN:
                chosen, known = None, 0
                self._halt.wait(RELIST_S)
                continue
            unavailable = unavailable + 1 if now & StateFlag.UNAVAILABLE else 0
            self._judge(context, chosen, known, unavailable)
            if unavailable:
                known = 0  # so that the next look is told again
                self._halt.wait(RELIST_S)
        return None, lived

    def _choose(self, names: Sequence[str], chosen: str | None) -> str | None:
        """The reader to watch: one that holds a card while it is there, else the best that fits. Reports why there is none."""
        fitting = rank(names, self._patterns)
        allowed = [name for name in fitting if self._allow_virtual or not is_virtual(name)]
        if chosen in allowed and self._slot is not None:
            return chosen
        if allowed:
            return allowed[0]
        if fitting:
            self._report(ReaderState.VIRTUAL_REFUSED, fitting[0])
        else:
            self._report(ReaderState.NO_READER, None)
        return None

    def _judge(self, context: int, reader: str, known: int, unavailable: int) -> None:
        """Tell reader state and card from one look."""
        if self._busy.stuck or unavailable >= UNAVAILABLE_LOOKS:
            self._report(ReaderState.FAULTY, reader)
            return
        if unavailable:
            return
        if self._refusal is not None:
            # Reported for one look at least: whoever was refused must see READY come back, or would never try again.
            if self._state != (self._refusal, reader):
                self._report(self._refusal, reader)
                return
            if self._still_refused(context, reader, flags(known)):
                return
            self._refusal = None
        slot = self._slot
        present, mute = bool(flags(known) & StateFlag.PRESENT), bool(flags(known) & StateFlag.MUTE)
        if slot is not None:
            # The MUTE bit may also come while our own command runs; only its going is news about the same insertion.
            same = present and slot.reader == reader and slot.counter == counter(known) and (mute or not slot.mute)
            if same:
                return
            self._remove()
        self._report(ReaderState.READY, reader)
        if present:
            self._slot = Slot(next(_insertions), reader, counter(known), mute, time.monotonic())
            self._sink(CardInserted(self._slot.insertion, mute))

    def _still_refused(self, context: int, reader: str, now: StateFlag) -> bool:
        in_use = bool(now & (StateFlag.EXCLUSIVE | StateFlag.INUSE))
        if self._refusal is not ReaderState.ACCESS_DENIED:
            return in_use and bool(now & StateFlag.PRESENT)
        # pcscd asks polkit before it looks for a card, so a trial tells even with an empty slot. Nobody uses the card at this
        # moment, so it does not wait for anybody's transaction either.
        if in_use or time.monotonic() - self._asked < DENIED_S:
            return True
        self._asked = time.monotonic()
        result, card, _ = self._scard.SCardConnect(context, reader, ShareMode.SHARED.value, PROTOCOL_T0 | PROTOCOL_T1)
        if meaning(result) is Meaning.OK:
            self._scard.SCardDisconnect(card, LEAVE_CARD)
        return meaning(result) is Meaning.DENIED

    def profile(self, reader: str) -> ReaderProfile:
        return profile_of(reader, self._profiles)

    # ---- events -----------------------------------------------------------------------------------------------------

    def _report(self, state: ReaderState, reader: str | None) -> None:
        with self._telling:
            self._tell(state, reader)

    def _tell(self, state: ReaderState, reader: str | None) -> None:
        if state is not ReaderState.READY:
            self._remove()
            if state not in (ReaderState.HELD, ReaderState.ACCESS_DENIED):
                self._refusal = None
        if self._state != (state, reader):
            self._state = (state, reader)
            log.info("card reader %s: %s", state.value, reader)
            self._sink(ReaderChanged(state, reader))

    def _remove(self) -> None:
        with self._telling:
            slot, self._slot = self._slot, None
            if slot is not None:
                self._sink(CardRemoved(slot.insertion))
