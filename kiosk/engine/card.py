"""The worker that owns the card: one job at a time, cancellable between APDUs.

Order of a read (design §4): cold reset, SELECT, EF05, EF06, INTERNAL AUTHENTICATE with central's challenge, free PIN probe.
While the PIN is typed the card answers the challenges of its recent data, one command at a time: any job goes before the next.
What is read of the holder stays in here until the visit ends; the visit itself never sees it.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, assert_never

from drivers.card.layout import HolderClosed, HolderData, IssuerData
from drivers.card.reader import CardLost, CardMute, CardReader, Connection, ReaderDenied, ReaderFault, ReaderHeld
from drivers.card.ssc import Cancelled, CardFailure, NoProof, PinProfile, SocialSecurityCard
from drivers.card.states import PinTries, PinUnknown, PinVerdict, PinVerified
from kiosk.visit.events import CardIdentified, CardProgressed, CardUnusable, Event, PinAnswered, PinProbed
from kiosk.visit.failures import Failure, of_card
from kiosk.visit.states import CardFacts, Kept, ReadStep

if TYPE_CHECKING:
    from kiosk.store.sealed import SealingChallenge

log = logging.getLogger("kiosk.card")

LOST_GRACE = 1.0
"""Seconds that a failed command waits for the watcher to say "removed": a pulled card must not flash a fault page."""

PRESENCE_SECONDS = 1.5
"""How often the card of a visit is asked who it is. A swap so fast that PC/SC's polling misses it is seen this way."""

MINOR_CATEGORIES = frozenset({"1", "2"})
"""EF05 tag 02: 1 学龄前儿童, 2 学生."""


@dataclass(frozen=True, slots=True)
class HeldChallenge:
    """One of central's challenges, as bytes."""

    id: str
    proc8: bytes
    orig8: bytes


@dataclass(frozen=True, slots=True)
class CardRead:
    """All that was read of one insertion. Personal: it lives in the engine until the visit ends, nowhere else."""

    atr: bytes
    issuer: IssuerData
    holder: HolderData | HolderClosed
    challenge: HeldChallenge | None  # None: central gave none
    answer: bytes | None  # None: no challenge, or the card cannot answer

    def __repr__(self) -> str:
        return "CardRead(…)"


class Keeper(Protocol):
    """What the worker needs of recent data (`kiosk.engine.recent`). All but `kept` return at once."""

    def look(self, visit: int, insertion: int, identification: str, number: str) -> None: ...

    def kept(self, visit: int) -> Kept: ...

    def question(self, visit: int) -> "SealingChallenge | None": ...

    def answered(self, visit: int, answer: bytes | None) -> None: ...


@dataclass(frozen=True, slots=True)
class _Read:
    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class _Verify:
    visit: int
    insertion: int
    pin: bytearray

    def __repr__(self) -> str:
        return "_Verify(…)"


@dataclass(frozen=True, slots=True)
class _Change:
    """CHANGE with an old and a new PIN; or, `old` None, VERIFY with what was to be the new one. `told` once."""

    visit: int
    insertion: int
    old: bytearray | None
    new: bytearray
    told: Callable[[PinVerdict | None], None]

    def __repr__(self) -> str:
        return "_Change(…)"


@dataclass(frozen=True, slots=True)
class _Release:
    visit: int


@dataclass(frozen=True, slots=True)
class _Look:
    """Is it still the card of this visit? The worker's own job, when there is no other."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class _Ask:
    """One question for recent data. As `_Look`."""

    visit: int
    insertion: int


@dataclass(frozen=True, slots=True)
class _With:
    """Something else that is done with the card; once, or `otherwise`: only after it took its PIN, and while it is there."""

    visit: int
    insertion: int
    do: Callable[[SocialSecurityCard, str], None]
    otherwise: Callable[[], None]


_Job = _Read | _Verify | _Change | _Release | _Look | _Ask | _With


class _Watched:
    """A connection whose commands are timed, so that one that never comes back is seen."""

    def __init__(self, connection: Connection, worker: "CardWorker") -> None:
        self._connection = connection
        self._worker = worker

    @property
    def atr(self) -> bytes:
        return self._connection.atr

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        self._worker.begin_command()
        try:
            return self._connection.transmit(apdu)
        finally:
            self._worker.end_command()

    def disconnect(self) -> None:
        self._connection.disconnect()


class CardWorker:
    """Executes card effects on its own thread. `post` takes events, `keep` stores what was read, `recent` None: nothing is kept
    for outages. `challenge` waits for one of central's challenges, as long as is right for a card of which this much is kept
    (None: none to be had). `technician`: does a card's identification code have pairs that open diagnostics?"""

    def __init__(
        self,
        reader: CardReader,
        profile: PinProfile,
        post: Callable[[Event], None],
        challenge: Callable[[Callable[[], bool], Kept], HeldChallenge | None],
        keep: Callable[[int, CardRead], None],
        now: Callable[[], float] = time.monotonic,
        recent: Keeper | None = None,
        technician: Callable[[str], bool] = lambda _identification: False,
    ) -> None:
        self._reader = reader
        self._recent = recent
        self._technician = technician
        self._profile = profile
        self._post = post
        self._challenge = challenge
        self._keep = keep
        self._now = now
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._ended = 0  # visits up to this one are over
        self._over = threading.Condition()
        self._card: SocialSecurityCard | None = None
        self._whose: tuple[int, int, str] = (0, 0, "")  # visit, insertion, EF05's identification of `_card`
        self._connection: Connection | None = None
        self._verified = False  # it took its PIN
        self._answers = False  # the card waits for its PIN, or has had it: it may be asked for its recent data
        self._asking = False  # and there may be a question left
        self._command_since: float | None = None
        self._doing = False
        self._thread = threading.Thread(target=self._run, name="card", daemon=True)

    @property
    def busy(self) -> bool:
        """A job is under way or waits, or a card is held that is asked now and then who it is."""
        return self._doing or self._card is not None or not self._jobs.empty()

    def stalled(self) -> float:
        """Seconds that the command under way has been without an answer; 0 when none is."""
        since = self._command_since
        return 0.0 if since is None else self._now() - since

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        self.release(2**62)
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout)

    def read(self, visit: int, insertion: int) -> None:
        self._jobs.put(_Read(visit, insertion))

    def verify(self, visit: int, insertion: int, pin: bytearray) -> None:
        """`pin` is owned by the worker from here: it is wiped whatever happens."""
        self._jobs.put(_Verify(visit, insertion, pin))

    def change(
        self,
        visit: int,
        insertion: int,
        old: bytearray,
        new: bytearray,
        told: Callable[[PinVerdict | None], None],
    ) -> None:
        """CHANGE, once. Both are owned by the worker from here, as with `verify`. What the card said is `told` on its thread as
        soon as it did, whether or not the visit is still on; None: the command was never sent."""
        self._jobs.put(_Change(visit, insertion, old, new, told))

    def verify_new(self, visit: int, insertion: int, pin: bytearray, told: Callable[[PinVerdict | None], None]) -> None:
        """VERIFY with what was to be the new PIN, as `change`."""
        self._jobs.put(_Change(visit, insertion, None, pin, told))

    def release(self, visit: int) -> None:
        """The visit is over: no further command of it, card powered off. Returns at once."""
        with self._over:
            self._ended = max(self._ended, visit)
            self._over.notify_all()
        self._jobs.put(_Release(visit))

    def ask(self, visit: int, insertion: int) -> None:
        """There are questions for the card now, which were not there when its PIN was probed."""
        self._jobs.put(_Ask(visit, insertion))

    def with_card(
        self,
        visit: int,
        insertion: int,
        do: Callable[[SocialSecurityCard, str], None],
        otherwise: Callable[[], None],
    ) -> None:
        """`do` with the card of the visit and its identification code, on the worker's thread, if it has taken its PIN; else, and
        where the card leaves or fails meanwhile, `otherwise`. One of them is called, and once."""
        self._jobs.put(_With(visit, insertion, do, otherwise))

    def begin_command(self) -> None:
        self._command_since = self._now()

    def end_command(self) -> None:
        self._command_since = None

    def _is_over(self, visit: int) -> bool:
        return visit <= self._ended

    # --- on the worker's thread -------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            job: _Job | None
            try:
                job = self._jobs.get(timeout=self._patience())
            except queue.Empty:
                job = _Ask(*self._whose[:2]) if self._asking else _Look(*self._whose[:2])
            if job is None:
                break
            self._doing = True
            try:
                self._do(job)
            except Exception as bug:
                # The next card must find a worker: the bug is logged by type and place, this card is given up.
                log.error("kiosk-fault", extra={"visit": job.visit, "values": {"in": "card"}}, exc_info=bug)
                self._power_off()
                if isinstance(job, _Change):
                    job.told(PinUnknown(None))
                elif isinstance(job, _With):
                    job.otherwise()
                elif not isinstance(job, _Release):
                    self._post(CardUnusable(self._now(), job.visit, job.insertion, Failure.CARD_FAULTY))
            self._doing = False
        self._power_off()

    def _patience(self) -> float | None:
        """Without another job: how long until the card is asked something by itself."""
        if self._card is None:
            return None
        return 0.0 if self._asking else PRESENCE_SECONDS

    def _do(self, job: _Job) -> None:
        match job:
            case _Read():
                if not self._is_over(job.visit):
                    self._do_read(job)
            case _Verify():
                self._do_verify(job)
            case _Change():
                self._do_change(job)
            case _Release():
                self._power_off()
            case _Look():
                self._check_presence()
            case _Ask():
                self._ask_next(job)
            case _With():
                self._do_with(job)
            case never:
                assert_never(never)

    def _do_read(self, job: _Read) -> None:
        self._power_off()
        failure = self._attempt(job)
        if failure is not None:
            self._power_off()
            self._post(CardUnusable(self._now(), job.visit, job.insertion, failure))

    def _attempt(self, job: _Read) -> Failure | None:
        try:
            self.begin_command()
            try:
                self._connection = self._reader.connect(job.insertion)
            finally:
                self.end_command()
            return self._read_steps(job, _Watched(self._connection, self))
        except Cancelled:
            return None
        except CardLost:
            return self._after_grace(job.visit, Failure.CARD_FAULTY)
        except CardMute:
            return Failure.CARD_MUTE
        except ReaderHeld:
            return Failure.READER_HELD
        except ReaderDenied:
            return Failure.READER_ACCESS_DENIED
        except ReaderFault:
            return self._after_grace(job.visit, Failure.CARD_FAULTY)

    def _read_steps(self, job: _Read, connection: Connection) -> Failure | None:
        card = SocialSecurityCard(connection, self._profile, lambda: self._is_over(job.visit))
        selected = card.select()
        if isinstance(selected, CardFailure):
            return _named(selected, job.visit)
        issuer = card.issuer_data()
        if isinstance(issuer, CardFailure):
            return _named(issuer, job.visit)
        if self._recent is not None:
            self._recent.look(job.visit, job.insertion, issuer.identification, issuer.number)
        holder = card.holder_data()
        if isinstance(holder, CardFailure):
            return _named(holder, job.visit)
        self._post(CardProgressed(self._now(), job.visit, job.insertion, ReadStep.PROVE))
        kept = Kept.NOTHING if self._recent is None else self._recent.kept(job.visit)
        if kept is not Kept.LISTED and self._technician(issuer.identification):
            kept = Kept.TECHNICIAN
        challenge = self._challenge(lambda: self._is_over(job.visit), kept)
        answer: bytes | None = None
        if challenge is not None:
            proof = card.internal_authenticate(challenge.proc8, challenge.orig8)
            if isinstance(proof, CardFailure):
                return _named(proof, job.visit)
            answer = None if isinstance(proof, NoProof) else proof
        self._keep(job.visit, CardRead(connection.atr, issuer, holder, challenge, answer))
        facts = CardFacts(issuer.area, issuer.category in MINOR_CATEGORIES, kept)
        self._post(CardIdentified(self._now(), job.visit, job.insertion, facts))
        probe = card.probe_pin()
        if isinstance(probe, CardFailure):
            return _named(probe, job.visit)
        self._card = card
        self._whose = (job.visit, job.insertion, issuer.identification)
        self._asking = self._answers = isinstance(probe, PinTries)
        self._post(PinProbed(self._now(), job.visit, job.insertion, probe))
        return None

    def _do_verify(self, job: _Verify) -> None:
        try:
            if self._is_over(job.visit) or self._card is None:
                return
            verdict = self._card.verify_pin(job.pin)
        except Cancelled:
            return
        finally:
            for place in range(len(job.pin)):
                job.pin[place] = 0
        self._verified = isinstance(verdict, PinVerified)
        if isinstance(verdict, PinUnknown) and verdict.status_word is None:
            self._power_off()
            if self._after_grace(job.visit, Failure.PIN_OUTCOME_UNKNOWN) is None:
                return
        self._post(PinAnswered(self._now(), job.visit, job.insertion, verdict))

    def _do_with(self, job: _With) -> None:
        card = self._card if self._whose[:2] == (job.visit, job.insertion) and self._verified else None
        if card is None or self._is_over(job.visit):
            job.otherwise()
            return
        try:
            job.do(card, self._whose[2])
        except Cancelled:
            job.otherwise()
        except (CardLost, ReaderFault):
            job.otherwise()
            self._check_presence()

    def _do_change(self, job: _Change) -> None:
        """What comes of it is told before anything else happens to the card: the journal waits for it."""
        verdict: PinVerdict | None = None
        try:
            card = self._card if self._whose[:2] == (job.visit, job.insertion) else None
            if card is not None:
                verdict = card.verify_pin(job.new) if job.old is None else card.change_pin(job.old, job.new)
        except Cancelled:
            pass
        finally:
            for digits in (job.old, job.new):
                for place in range(len(digits or b"")):
                    digits[place] = 0  # type: ignore[index]
        if isinstance(verdict, PinUnknown) and verdict.status_word is None:
            self._power_off()
            self._after_grace(job.visit, Failure.PIN_OUTCOME_UNKNOWN)
        job.told(verdict)

    def _ask_next(self, job: _Ask) -> None:
        """One challenge of recent data, and the next when there is no other job.

        A card that cannot answer is asked no more: it has no recent data; all else goes on.
        """
        self._asking = False
        if self._recent is None or self._card is None or not self._answers or self._whose[0] != job.visit:
            return
        question = self._recent.question(job.visit)
        if question is None:
            return
        try:
            answer = self._card.internal_authenticate(question.proc8, question.orig8)
        except Cancelled:
            return
        except (CardLost, ReaderFault):
            self._recent.answered(job.visit, None)
            self._check_presence()
            return
        self._asking = True
        self._recent.answered(job.visit, answer if isinstance(answer, bytes) else None)

    def _check_presence(self) -> None:
        """Reads EF05 again: the same card answers the same, with its PIN state as it was."""
        visit, insertion, identification = self._whose
        assert self._card is not None
        try:
            issuer = self._card.issuer_data()
            if isinstance(issuer, IssuerData) and issuer.identification == identification:
                return
        except Cancelled:
            return
        except (CardLost, ReaderFault):
            pass  # pulled, or exchanged for one that nobody powered: both end the visit below
        self._power_off()
        if self._after_grace(visit, Failure.CARD_FAULTY) is not None:
            self._post(CardUnusable(self._now(), visit, insertion, Failure.CARD_FAULTY))

    def _after_grace(self, visit: int, failure: Failure) -> Failure | None:
        """`failure`, unless the visit ends within the grace: then the card was simply taken."""
        with self._over:
            return None if self._over.wait_for(lambda: self._is_over(visit), LOST_GRACE) else failure

    def _power_off(self) -> None:
        self._card = None
        self._asking = self._answers = self._verified = False
        self._whose = (0, 0, "")
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()


def _named(failure: CardFailure, visit: int) -> Failure:
    """The log has the step, and the status word or the record: the page's code alone does not tell a bad batch of cards."""
    named = of_card(failure.state)
    if named is None:
        raise AssertionError("a failed step names a state that has a page")
    values = {"code": named.code, "step": failure.step.value, "detail": failure.detail}
    log.warning("card-not-usable", extra={"visit": visit, "values": values})
    return named
