"""What central must hear of an activation even when nobody stands there any more: confirms, cancels, and what became of the rest.

A row of the journal is worked on until it is closed: with back-off and jitter while central is away, again after a restart.
Every request is idempotent at central, so that one which is sent twice, or comes late, changes nothing:
- A confirm is sent again until it is answered.
- Before a cancel is sent, CANCELLING is durable: from then on CHANGE is never sent under this reservation, whenever it arrives.
- Of a change that is unknown or was refused central is only asked now and then: the card may have gone on at another kiosk.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol, assert_never

from kiosk.central.answers import Answer, Cancel
from kiosk.services import Cancellation, Cancelled, Confirmation, Confirmed, ReservationState, Standing
from kiosk.store.transaction import UNSENT, Closed, JournalUnusable, Step, Transaction

if TYPE_CHECKING:
    from kiosk.store.journal import TransactionJournal

log = logging.getLogger("kiosk.activation")

NEVER_SENT_SECONDS: Final = 600.0
"""A reservation whose CHANGE was never sent is given back so long after its last step: who pulled the card may come again."""
FIRST_SECONDS: Final = 2.0
LONGEST_SECONDS: Final = 300.0
RETURNED_SECONDS: Final = 5.0
"""Central is back: a hall's kiosks spread what they owe it over this time."""
INQUIRE_FIRST: Final = 600.0
INQUIRE_LONGEST: Final = 86_400.0
WAITS_SECONDS: Final = 90 * 86_400.0
"""So long a card that was reported lost, or blocked, may be found again."""
ASKED_LONGEST: Final = 600.0
"""What central may ask to wait (`Retry-After`)."""
JOURNAL_AGAIN: Final = 60.0
LOOK_SECONDS: Final = 600.0
"""So often the journal is looked through without another reason."""


_MAY_BE_LIFTED: Final = frozenset({Closed.LOST, Closed.STATUS})


class Bureau(Protocol):
    """Central, as far as the device certificate and a reservation are enough (`kiosk.central.client`)."""

    def confirm(
        self, reservation: str, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[Confirmation]: ...

    def cancel_reservation(
        self, reservation: str, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[Cancellation]: ...

    def cancel_key(
        self, key: str, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[Cancellation]: ...

    def reservation(
        self, reservation: str, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[ReservationState]: ...


class Journals:
    """The journal, opened when it is first needed. `open`: None where there is no device key."""

    def __init__(self, open: "Callable[[], TransactionJournal | None]") -> None:
        self._open = open
        self._lock = threading.Lock()
        self._journal: TransactionJournal | None = None

    def get(self) -> "TransactionJournal":
        """Raises JournalUnusable."""
        with self._lock:
            if self._journal is None:
                try:
                    self._journal = self._open()
                except OSError as broken:  # no file handle to open it, or to read the modules that do
                    raise JournalUnusable(broken.strerror or "cannot be opened") from broken
            if self._journal is None:
                raise JournalUnusable("no device key")
            return self._journal

    def close(self) -> None:
        with self._lock:
            if self._journal is not None:
                self._journal.close_file()


@dataclass(frozen=True, slots=True)
class _Tries:
    """`step`: that they were of; another one begins anew."""

    step: Step
    count: int
    at: float  # monotonic: the next one


class Deliverer:
    """One thread. `saw` is told every answer: of link and clock. Rows of the visit that is on are left to it (`hold`)."""

    def __init__(
        self,
        journals: Journals,
        bureau: Bureau,
        saw: Callable[[Answer[object]], None] = lambda _answer: None,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        chance: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.lock = threading.RLock()
        """Held by whoever decides by what the journal says and then writes it."""
        self._journals = journals
        self._bureau = bureau
        self._saw = saw
        self._now = now
        self._wall = wall
        self._chance = chance
        self._tries: dict[int, _Tries] = {}
        self._held: set[int] = set()
        self._left: dict[int, float] = {}  # rows of visits that ended, and when (wall clock)
        self._changed: set[int] = set()  # the card took the new PIN, and the journal could not be written
        self._unwritten: set[int] = set()  # central has said how they ended, and the journal could not be written
        self._wanted: dict[int, Callable[[Confirmation], None]] = {}
        self._cancel = Cancel()
        self._due = threading.Condition()
        self._kicked = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="deliver", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        self._cancel.cancel()
        with self._due:
            self._stopping = True
            self._due.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def kick(self) -> None:
        """There may be something to do now."""
        with self._due:
            self._kicked = True
            self._due.notify_all()

    def central_is_there(self) -> None:
        """What waited for it is tried again soon."""
        with self.lock:
            soon = self._now() + self._chance(0.0, RETURNED_SECONDS)
            waiting = [id for id, tries in self._tries.items() if tries.step in (Step.CHANGED, Step.CANCELLING)]
            for id in waiting:
                self._tries[id] = replace(self._tries[id], at=min(self._tries[id].at, soon))
        if waiting:
            self.kick()

    # --- the visit that is on ---------------------------------------------------------------------------------------

    def hold(self, row: Transaction) -> None:
        with self.lock:
            self._held.add(row.id)

    def let_go(self, id: int) -> None:
        """The visit is over: ten minutes from now."""
        with self.lock:
            self._held.discard(id)
            self._wanted.pop(id, None)
            self._left[id] = self._wall()
        self.kick()

    def changed(self, row: Transaction) -> None:
        """The card has the new PIN, and the journal could not be written: it is known here as long as the kiosk runs."""
        with self.lock:
            self._changed.add(row.id)

    def is_changed(self, row: Transaction) -> bool:
        with self.lock:
            return row.step is Step.CHANGED or row.id in self._changed

    def later(self, row: Transaction, told: Callable[[Confirmation], None]) -> None:
        """Its confirm could not be delivered: it is from here on. `told` on the thread once it was, if the visit is still on."""
        with self.lock:
            self._wanted[row.id] = told
            self._again(row, None, heard=False)
        self.kick()

    # --- one request; blocks ----------------------------------------------------------------------------------------

    def confirm(self, row: Transaction, cancel: Cancel | None = None) -> Answer[Confirmation]:
        """The card has its new PIN: tell central, and close the row by what it says. An answer that cannot be written down is
        good all the same: the next one is as this one.

        What can be lifted (a report of loss, a block) leaves it open, as central's reservation is: the card that is found again
        becomes active.
        """
        assert row.reservation is not None
        answer = self._bureau.confirm(row.reservation, cancel or self._cancel)
        self._saw(answer)
        if answer.value is not None:
            how = _how(answer.value.outcome)
            if how not in _MAY_BE_LIFTED or self._wall() - row.begun > WAITS_SECONDS:
                self._close(row, how)
        return answer

    def cancel(self, row: Transaction, *, of_nobody: bool = False) -> Answer[Cancellation] | None:
        """CHANGE was never sent, and never will be. None: the journal does not say so any more, or (`of_nobody`) the visit that
        is on has its card. Raises JournalUnusable."""
        with self.lock:
            if of_nobody and row.id in self._held:
                return None
            journal = self._journals.get()
            current = journal.get(row.id)
            if current is None or current.closed is not None or current.step not in UNSENT or row.id in self._changed:
                return None
            if current.step is not Step.CANCELLING:
                current = journal.advance(row.id, Step.CANCELLING)
        if current.reservation is not None:
            answer = self._bureau.cancel_reservation(current.reservation, self._cancel)
        else:
            answer = self._bureau.cancel_key(current.key, self._cancel)
        self._saw(answer)
        if answer.value is not None:
            self._close(row, _after_cancel(answer.value.outcome))
        return answer

    def _inquire(self, row: Transaction) -> Answer[ReservationState] | None:
        if row.reservation is None:
            return None
        answer = self._bureau.reservation(row.reservation, self._cancel)
        self._saw(answer)
        state = answer.value
        if state is not None:
            how = _by_standing(state.standing)
            if how is not None:
                self._close(row, how)
        return answer

    def _close(self, row: Transaction, how: Closed) -> None:
        with self.lock:
            try:
                self._journals.get().close(row.id, how)
            except JournalUnusable:
                log.warning("journal-unusable", extra={"values": {"in": "close"}})
                self._unwritten.add(row.id)
                return
            self._changed.discard(row.id)
            self._unwritten.discard(row.id)
        log.info("activation-closed", extra={"values": {"transaction": row.id, "how": how.value}})

    # --- on the thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        pause = self._chance(0.0, FIRST_SECONDS)
        while True:
            with self._due:
                self._due.wait_for(lambda: self._stopping or self._kicked, pause)
                if self._stopping:
                    return
                self._kicked = False
            try:
                pause = self.round()
            except Exception as bug:
                # A bug must not leave central without the confirms of others.
                log.error("kiosk-fault", extra={"values": {"in": "deliver"}}, exc_info=bug)
                pause = JOURNAL_AGAIN

    def round(self) -> float:
        """Do what is due. Seconds until something is again."""
        try:
            rows = self._journals.get().pending()
        except JournalUnusable:
            log.warning("journal-unusable", extra={"values": {"in": "deliver"}})
            return JOURNAL_AGAIN * self._chance(0.5, 1.0)
        with self.lock:
            known = {row.id for row in rows}
            self._tries = {id: tries for id, tries in self._tries.items() if id in known}
            self._left = {id: at for id, at in self._left.items() if id in known}
            self._wanted = {id: told for id, told in self._wanted.items() if id in known}
        still: list[Transaction] = []
        for row in rows:
            if self._cancel.cancelled:
                break
            after = self._work(row) if self._wait(row) <= 0 else row
            if after is not None:
                still.append(after)
        return min((max(0.0, self._wait(row)) for row in still), default=LOOK_SECONDS)

    def _wait(self, row: Transaction) -> float:
        """Seconds until this row is to be worked on."""
        with self.lock:
            if row.id in self._held and row.id not in self._wanted:
                return LOOK_SECONDS
            step = Step.CHANGED if row.id in self._changed else row.step
            tries = self._tries.get(row.id)
            if tries is not None and tries.step is step:
                return min(LOOK_SECONDS, tries.at - self._now())
            match step:
                case Step.CHANGED | Step.CANCELLING:
                    return 0.0
                case Step.RESERVING | Step.RESERVED:
                    since = max(row.changed, self._left.get(row.id, 0.0))
                    # A clock that was put back must not keep a reservation for longer.
                    return min(NEVER_SENT_SECONDS, NEVER_SENT_SECONDS - (self._wall() - since))
                case Step.CHANGING | Step.REFUSED:
                    self._tries[row.id] = _Tries(step, 0, self._now() + INQUIRE_FIRST * self._chance(0.5, 1.0))
                    return LOOK_SECONDS
                case _:
                    assert_never(step)

    def _work(self, row: Transaction) -> Transaction | None:
        """One request. The row as it is then; None: closed."""
        answer: Answer[object] | None = None
        try:
            with self.lock:
                current = self._journals.get().get(row.id)
                if current is None or current.closed is not None:
                    return None
                if self._wait(current) > 0:
                    return current
                if row.id in self._changed and current.step is Step.CHANGING:
                    current = self._journals.get().advance(row.id, Step.CHANGED)
            row = current
            match row.step:
                case Step.CHANGED:
                    answer = confirmed = self.confirm(row)
                    with self.lock:
                        told = None if confirmed.value is None else self._wanted.pop(row.id, None)
                    if told is not None and confirmed.value is not None:
                        told(confirmed.value)
                case Step.RESERVING | Step.RESERVED | Step.CANCELLING:
                    answer = self.cancel(row, of_nobody=True)
                case Step.CHANGING | Step.REFUSED:
                    answer = self._inquire(row)
                case _:
                    assert_never(row.step)
            row = self._journals.get().get(row.id) or row
        except JournalUnusable:
            log.warning("journal-unusable", extra={"values": {"in": "deliver"}})
        if row.closed is not None:
            return None
        with self.lock:
            self._again(
                row,
                None if answer is None else answer.retry_after,
                heard=answer is not None and answer.value is not None,
            )
        return row

    def _again(self, row: Transaction, retry_after: float | None, *, heard: bool) -> None:
        """It is still open: the next try. `heard`: central has answered, and what it said may change; where only the disk is
        waited for, soon. Under the lock."""
        step = Step.CHANGED if row.id in self._changed else row.step
        before = self._tries.get(row.id)
        count = before.count + 1 if before is not None and before.step is step else 1
        if (heard and row.id not in self._unwritten) or step in (Step.CHANGING, Step.REFUSED):
            pause = min(INQUIRE_LONGEST, INQUIRE_FIRST * 2.0 ** min(count, 20))
        else:
            pause = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(count, 20))
        pause = max(pause * self._chance(0.5, 1.0), min(retry_after or 0.0, ASKED_LONGEST))
        self._tries[row.id] = _Tries(step, count, self._now() + pause)


def _how(outcome: Confirmed) -> Closed:
    match outcome:
        case Confirmed.ACTIVATED:
            return Closed.ACTIVATED
        case Confirmed.LOST:
            return Closed.LOST
        case Confirmed.REPLACED:
            return Closed.REPLACED
        case Confirmed.STATUS:
            return Closed.STATUS
        case Confirmed.ACTIVE_OTHERWISE:
            return Closed.ACTIVE_OTHERWISE
        case Confirmed.CANCELLED:
            return Closed.CANCELLED
        case Confirmed.UNKNOWN:
            return Closed.UNKNOWN
        case never:
            assert_never(never)


def _after_cancel(outcome: Cancelled) -> Closed:
    """Whatever central says: from here CHANGE was never sent."""
    match outcome:
        case Cancelled.CANCELLED | Cancelled.UNKNOWN | Cancelled.ELSEWHERE:
            return Closed.NEVER_SENT
        case Cancelled.CONFIRMED:
            return Closed.ACTIVE_OTHERWISE
        case never:
            assert_never(never)


def _by_standing(standing: Standing) -> Closed | None:
    match standing:
        case Standing.OPEN | Standing.EXPIRED:
            return None
        case Standing.CONFIRMED:
            return Closed.ACTIVATED
        case Standing.CANCELLED:
            return Closed.CANCELLED
        case Standing.UNKNOWN:
            return Closed.UNKNOWN
        case never:
            assert_never(never)
