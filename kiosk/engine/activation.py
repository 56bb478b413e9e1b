"""The two-party transaction of an activation: reserve at central, CHANGE on the card, confirm at central.

The journal is durable before and after each step that cannot be undone:

    RESERVING (key) -> central reserves -> RESERVED -> CHANGING -> CHANGE -> CHANGED | REFUSED -> central confirms -> closed

A torn CHANGE leaves CHANGING: VERIFY with the new PIN, typed by the holder, finds out. What central has open and the journal does
not, or another kiosk was told of, counts as CHANGING, too: who knows what was sent to the card there.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, assert_never

from drivers.card.states import PinLocked, PinRefusedFormat, PinUnknown, PinVerdict, PinVerified, PinWrong
from kiosk.central.answers import Answer
from kiosk.engine.delivery import Deliverer, Journals
from kiosk.services import Confirmation, Confirmed, Eligibility, OpenReservation, Reservation, Reserved
from kiosk.store.transaction import UNSENT, Closed, JournalUnusable, Step, Transaction
from kiosk.visit import effects as fx
from kiosk.visit.events import CardPinAnswered, ConfirmAnswered, Event, JournalFailed
from kiosk.visit.services import Journalled

if TYPE_CHECKING:
    from kiosk.store.journal import TransactionJournal

log = logging.getLogger("kiosk.activation")

KEY_BYTES: Final = 24
THREADS: Final = 4
RESERVE_TRIES: Final = 3
"""A cancel that is finished, a key that was cancelled, and one of its own."""

Told = Callable[[PinVerdict | None], None]
"""What the card said; None: it was never asked."""


class CardPins(Protocol):
    """The card of a visit (`kiosk.engine.card`). Each tells once, from its own thread; the buffers are wiped whatever happens."""

    def change(self, visit: int, insertion: int, old: bytearray, new: bytearray, told: Told) -> None: ...

    def verify_new(self, visit: int, insertion: int, pin: bytearray, told: Told) -> None: ...


@dataclass(frozen=True, slots=True)
class _Held:
    """The card of the visit that is on. Personal while it lives."""

    visit: int
    identification: str

    def __repr__(self) -> str:
        return f"_Held({self.visit})"


class Transactions:
    """Executes the effects of a transaction. Nothing here blocks the caller but `look`, `merged` and `reserve`: for a worker.

    `post` takes events. No answer of the card's is lost to the journal because its visit ended meanwhile.
    """

    def __init__(
        self,
        journals: Journals,
        deliverer: Deliverer,
        card: CardPins,
        post: Callable[[Event], None],
        now: Callable[[], float] = time.monotonic,
        pool: Executor | None = None,
    ) -> None:
        self._journals = journals
        self._deliverer = deliverer
        self._card = card
        self._post = post
        self._now = now
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._ended = 0  # visits up to this one are over
        self._rows: set[int] = set()  # of the visit that is on
        self._doing: set[Future[None]] = set()
        self._pool = pool or ThreadPoolExecutor(THREADS, thread_name_prefix="activation")

    def stop(self, timeout: float = 2.0) -> None:
        """After the card's worker: what it said last is still written down."""
        self._deliverer.stop(timeout)
        self._pool.shutdown(wait=False)
        wait(tuple(self._doing), timeout)
        self._journals.close()

    def end(self, visit: int) -> None:
        """The visit is over. What is at the card is written down when it answers."""
        with self._lock:
            self._ended = max(self._ended, visit)
            if self._held is None or self._held.visit > visit:
                return
            self._held = None
            rows, self._rows = self._rows, set()
        for row in rows:
            self._run("let-go", visit, partial(self._deliverer.let_go, row))

    # --- on a worker of central's -----------------------------------------------------------------------------------

    def look(self, visit: int, identification: str) -> None:
        """The card of this visit, and whether the journal can be used: nothing is begun where it cannot. Raises
        JournalUnusable."""
        with self._deliverer.lock:
            row = self._journals.get().open_of(identification)
            with self._lock:
                if visit <= self._ended:
                    return
                self._held = _Held(visit, identification)
            if row is not None:
                self._hold(visit, row)

    def merged(self, visit: int, eligibility: Eligibility) -> tuple[Journalled, str | None]:
        """How far a transaction came, by the journal and by what central has open; and its reference. Raises JournalUnusable."""
        with self._deliverer.lock:
            journal, row = self._row(visit)
            there = eligibility.open
            if there is None:
                return (Journalled.NOTHING, None) if row is None else (_journalled(row.step), row.reference)
            if row is None:
                held = self._of(visit)
                if held is not None:
                    self._hold(visit, journal.adopt(held.identification, there.reservation, there.reference))
                return Journalled.LOST, there.reference
            step = self._step_of(journal, row, there)
            if step is Step.CHANGED:
                return Journalled.CHANGED, row.reference
            return _journalled(step), there.reference

    def _step_of(self, journal: "TransactionJournal", row: Transaction, there: OpenReservation) -> Step:
        """The step of a row whose card has a reservation open at central."""
        ours = there.here and row.reservation in (None, there.reservation)
        match row.step:
            case Step.CHANGED:
                return row.step
            case Step.CHANGING:
                # Of whichever reservation is open: it is that one that will be confirmed.
                return self._opened(journal, row, Step.CHANGING, there).step
            case Step.RESERVING if ours:
                return self._opened(journal, row, Step.RESERVED, there).step
            case Step.RESERVED | Step.REFUSED | Step.CANCELLING if ours:
                return row.step
            case Step.RESERVING | Step.RESERVED | Step.REFUSED | Step.CANCELLING:
                return self._opened(journal, row, Step.CHANGING, there).step
            case never:
                assert_never(never)

    def _opened(
        self, journal: "TransactionJournal", row: Transaction, step: Step, there: OpenReservation
    ) -> Transaction:
        return journal.advance(row.id, step, reservation=there.reservation, reference=there.reference)

    def reserve(
        self, visit: int, ask: Callable[[str], Answer[Reservation]]
    ) -> Answer[Reservation] | Answer[object] | None:
        """Reserve at central: `ask` with the Idempotency-Key. The answer, or the failed one of a cancel that must come first;
        None: the visit is over. Raises JournalUnusable.
        """
        answer: Answer[Reservation] | None = None
        for _ in range(RESERVE_TRIES):
            with self._deliverer.lock:
                journal, row = self._row(visit)
                held = self._of(visit)
                if held is None:
                    return None
                if row is None:
                    row = journal.begin(held.identification, secrets.token_urlsafe(KEY_BYTES))
                    self._hold(visit, row)
                    _log(row)
            match row.step:
                case Step.CHANGING | Step.CHANGED:
                    raise AssertionError("CHANGE may have been sent: nothing is reserved anew")
                case Step.CANCELLING:
                    # Its cancel may still arrive: it is finished before anything new begins.
                    cancelled = self._deliverer.cancel(row)
                    if cancelled is not None and cancelled.value is None:
                        return cancelled
                case Step.RESERVING | Step.RESERVED | Step.REFUSED:
                    answer = ask(row.key)
                    if not self._reserved(row, answer):
                        return answer
                case never:
                    assert_never(never)
        return answer

    def _reserved(self, row: Transaction, answer: Answer[Reservation]) -> bool:
        """Write down what central said. True: the key is used up; once more with another."""
        said = answer.value
        if said is None:
            return False
        with self._deliverer.lock:
            journal = self._journals.get()
            current = journal.get(row.id)
            if current is None or current.closed is not None or current.step in (Step.CANCELLING, Step.CHANGING):
                return False  # the person has ended it meanwhile
            match said.outcome:
                case Reserved.RESERVED:
                    step = Step.REFUSED if current.step is Step.REFUSED else Step.RESERVED
                    _log(journal.advance(row.id, step, reservation=said.reservation, reference=said.reference))
                case Reserved.CANCELLED if current.step is Step.REFUSED:
                    journal.advance(row.id, Step.REFUSED, key=secrets.token_urlsafe(KEY_BYTES))
                    return True
                case Reserved.CANCELLED:
                    journal.close(row.id, Closed.NEVER_SENT)
                    return True
                case Reserved.NOT_PROVED | Reserved.ACTIVE_ALREADY | Reserved.STATUS:
                    pass  # what an earlier try may have reserved is cancelled by its key, later
                case never:
                    assert_never(never)
        return False

    # --- effects, on the loop's thread ------------------------------------------------------------------------------

    def change(self, effect: fx.ChangeCardPin, old: bytearray, new: bytearray) -> None:
        """CHANGE. Both buffers are wiped whatever happens."""
        self._submit("change", effect, lambda: self._change(effect, old, new), wiped=(old, new))

    def verify_new(self, effect: fx.VerifyNewPin, pin: bytearray) -> None:
        """VERIFY with what was to be the new PIN. The buffer is wiped whatever happens."""

        self._submit("verify", effect, lambda: self._verify(effect, pin), wiped=(pin,))

    def confirm(self, effect: fx.ConfirmActivation) -> None:
        self._submit("confirm", effect, lambda: self._confirm(effect))

    def cancel(self, effect: fx.CancelReservation) -> None:
        """In the background, and only where the journal proves that CHANGE was never sent."""
        held = self._of(effect.visit)
        if held is not None:
            self._submit("cancel", effect, lambda: self._give_back(held.identification))

    # --- on the pool ------------------------------------------------------------------------------------------------

    def _submit(
        self,
        name: str,
        effect: fx.ChangeCardPin | fx.VerifyNewPin | fx.ConfirmActivation | fx.CancelReservation,
        do: Callable[[], None],
        wiped: tuple[bytearray, ...] = (),
    ) -> None:
        def without() -> None:
            # A bug must not leave a person before a page that never changes. What the journal says is on the safe side.
            for each in wiped:
                _wipe(each)
            self._without(effect)

        if not self._run(name, effect.visit, do, without):
            for each in wiped:
                _wipe(each)

    def _run(self, name: str, visit: int, do: Callable[[], None], without: Callable[[], None] = lambda: None) -> bool:
        """False: the kiosk is being stopped."""

        def guarded() -> None:
            try:
                do()
            except Exception as bug:
                log.error("kiosk-fault", extra={"visit": visit, "values": {"in": name}}, exc_info=bug)
                without()

        try:
            future = self._pool.submit(guarded)
        except RuntimeError:
            return False
        self._doing.add(future)
        future.add_done_callback(self._doing.discard)
        return True

    def _without(
        self, effect: fx.ChangeCardPin | fx.VerifyNewPin | fx.ConfirmActivation | fx.CancelReservation
    ) -> None:
        match effect:
            case fx.ChangeCardPin() | fx.VerifyNewPin():
                self._answered(effect, PinUnknown(None))
            case fx.ConfirmActivation():
                self._confirmed(effect, None)
            case fx.CancelReservation():
                pass
            case never:
                assert_never(never)

    def _change(self, effect: fx.ChangeCardPin, old: bytearray, new: bytearray) -> None:
        try:
            with self._deliverer.lock:
                journal, row = self._row(effect.visit)
                if row is None or row.step not in (Step.RESERVED, Step.REFUSED, Step.CHANGING):
                    raise AssertionError("nothing is reserved")
                before = row.step
                changing = journal.advance(row.id, Step.CHANGING)
                _log(changing)
        except JournalUnusable:
            _wipe(old)
            _wipe(new)
            self._journal_failed(effect)
            return

        def told(verdict: PinVerdict | None) -> None:
            self._submit("changed", effect, lambda: self._changed(effect, changing, before, verdict))

        self._card.change(effect.visit, effect.insertion, old, new, told)

    def _changed(self, effect: fx.ChangeCardPin, row: Transaction, before: Step, verdict: PinVerdict | None) -> None:
        """What the card said is durable before anybody hears it. `before`: the step before this CHANGE."""
        match verdict:
            case PinVerified():
                self._is_new(row)
            case PinWrong() | PinLocked():
                # After a tear a no proves nothing: perhaps the new PIN holds, and the old one was typed.
                if before is not Step.CHANGING:
                    self._write(row, Step.REFUSED)
            case None | PinRefusedFormat():
                if before is not Step.CHANGING:
                    self._write(row, before)
            case PinUnknown():
                pass
            case never:
                assert_never(never)
        self._answered(effect, PinUnknown(None) if verdict is None else verdict)

    def _verify(self, effect: fx.VerifyNewPin, pin: bytearray) -> None:
        try:
            row = self._current(effect.visit)
        except JournalUnusable:
            _wipe(pin)
            self._journal_failed(effect)
            return
        if row is None or row.step is not Step.CHANGING:
            raise AssertionError("nothing was torn")
        torn = row

        def told(verdict: PinVerdict | None) -> None:
            self._submit("verified", effect, lambda: self._verified(effect, torn, verdict))

        self._card.verify_new(effect.visit, effect.insertion, pin, told)

    def _verified(self, effect: fx.VerifyNewPin, row: Transaction, verdict: PinVerdict | None) -> None:
        if isinstance(verdict, PinVerified):
            self._is_new(row)
        self._answered(effect, PinUnknown(None) if verdict is None else verdict)

    def _is_new(self, row: Transaction) -> None:
        """The card has the new PIN. Where that cannot be written, it is known until the kiosk is stopped; then the holder
        is asked again."""
        self._deliverer.changed(row)
        self._write(row, Step.CHANGED)

    def _write(self, row: Transaction, step: Step) -> None:
        try:
            _log(self._journals.get().advance(row.id, step))
        except JournalUnusable:
            log.warning("journal-unusable", extra={"values": {"in": step.value}})

    def _answered(self, effect: fx.ChangeCardPin | fx.VerifyNewPin, verdict: PinVerdict) -> None:
        self._post(CardPinAnswered(self._now(), effect.visit, effect.insertion, effect.request, verdict))

    def _journal_failed(self, effect: fx.ChangeCardPin | fx.VerifyNewPin) -> None:
        self._post(JournalFailed(self._now(), effect.visit, effect.insertion, effect.request))

    def _confirm(self, effect: fx.ConfirmActivation) -> None:
        try:
            row = self._current(effect.visit)
        except JournalUnusable:
            row = None
        if row is None:
            self._confirmed(effect, None)
            return
        if row.closed is not None:
            # Delivered in the background a moment ago.
            self._confirmed(effect, Confirmation(_said(row.closed), None))
            return
        if not self._deliverer.is_changed(row):
            raise AssertionError("nothing is confirmed that the card has not done")
        answer = self._deliverer.confirm(row)
        if answer.value is None:
            self._deliverer.later(row, lambda confirmation: self._confirmed(effect, confirmation))
        self._confirmed(effect, answer.value)

    def _confirmed(self, effect: fx.ConfirmActivation, confirmation: Confirmation | None) -> None:
        self._post(ConfirmAnswered(self._now(), effect.visit, effect.insertion, effect.request, confirmation))

    def _give_back(self, identification: str) -> None:
        try:
            row = self._journals.get().open_of(identification)
            if row is not None and row.step in UNSENT:
                self._deliverer.cancel(row)
        except JournalUnusable:
            log.warning("journal-unusable", extra={"values": {"in": "cancel"}})
        self._deliverer.kick()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _of(self, visit: int) -> _Held | None:
        with self._lock:
            return self._held if self._held is not None and self._held.visit == visit else None

    def _row(self, visit: int) -> "tuple[TransactionJournal, Transaction | None]":
        held = self._of(visit)
        journal = self._journals.get()
        return journal, None if held is None else journal.open_of(held.identification)

    def _current(self, visit: int) -> Transaction | None:
        """The open transaction of the visit's card, or the last one of this visit, closed meanwhile."""
        journal, row = self._row(visit)
        if row is not None:
            return row
        with self._lock:
            newest = max(self._rows, default=None)
        return None if newest is None else journal.get(newest)

    def _hold(self, visit: int, row: Transaction) -> None:
        """While the visit is on nobody cancels it behind its back."""
        with self._lock:
            if visit <= self._ended:
                return
            self._rows.add(row.id)
        self._deliverer.hold(row)
        with self._lock:
            over = visit <= self._ended
        if over:
            self._deliverer.let_go(row.id)


def _journalled(step: Step) -> Journalled:
    match step:
        case Step.RESERVING:
            return Journalled.RESERVING
        case Step.RESERVED | Step.CANCELLING:
            return Journalled.RESERVED
        case Step.CHANGING:
            return Journalled.CHANGING
        case Step.REFUSED:
            return Journalled.REFUSED
        case Step.CHANGED:
            return Journalled.CHANGED
        case never:
            assert_never(never)


def _said(closed: Closed) -> Confirmed:
    match closed:
        case Closed.ACTIVATED:
            return Confirmed.ACTIVATED
        case Closed.LOST:
            return Confirmed.LOST
        case Closed.REPLACED:
            return Confirmed.REPLACED
        case Closed.STATUS:
            return Confirmed.STATUS
        case Closed.ACTIVE_OTHERWISE:
            return Confirmed.ACTIVE_OTHERWISE
        case Closed.CANCELLED | Closed.NEVER_SENT:
            return Confirmed.CANCELLED
        case Closed.UNKNOWN:
            return Confirmed.UNKNOWN
        case never:
            assert_never(never)


def _log(row: Transaction) -> None:
    log.info("activation-step", extra={"values": {"transaction": row.id, "step": row.step.value}})


def _wipe(digits: bytearray) -> None:
    for place in range(len(digits)):
        digits[place] = 0
