"""Both parties of an activation and all that may befall them, without a thread or a clock of its own.

The journal is the real one on a disk, the card a whole virtual one behind the real application layer; central is a register in
memory by the words of the contract. Every border is counted: a journal write, a message to central, a PIN command of the card. At
one of them something happens (`Plan`), and what is then left on disk, card and register must be one of the ends of the table.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, unique
from pathlib import Path
from typing import Any, Final, TypeVar

from drivers.card.cardfile import Fault, load_cards, load_keys
from drivers.card.reader import CardLost, ReaderFault
from drivers.card.ssc import PinProfile, SocialSecurityCard
from drivers.card.states import PinTries, PinUnknown, PinVerdict, PinVerified, PinWrong
from drivers.card.virtual import VirtualCard, VirtualConnection
from kiosk.central.answers import Answer, Cause, failure_of
from kiosk.engine.activation import CardPins, Told, Transactions
from kiosk.engine.delivery import NEVER_SENT_SECONDS, Deliverer, Journals
from kiosk.services import (
    Cancellation,
    Cancelled,
    Confirmation,
    Confirmed,
    Eligibility,
    Eligible,
    IdentityWay,
    OpenReservation,
    Party,
    Reservation,
    ReservationState,
    Reserved,
    Standing,
)
from kiosk.store.device_key import DeviceKey
from kiosk.store.journal import TransactionJournal
from kiosk.store.transaction import Closed, JournalUnusable, Step, Transaction
from kiosk.visit import effects as fx
from kiosk.visit.events import CardPinAnswered, ConfirmAnswered, Event, JournalFailed
from kiosk.visit.services import Journalled

T = TypeVar("T")

OLD: Final = "123456"
NEW: Final = "294817"
OTHER: Final = "705318"
CHANGE: Final = 0x5E
VERIFY: Final = 0x20
WHEN: Final = datetime(2026, 11, 22, tzinfo=UTC)


@unique
class What(Enum):
    """What happens at a border."""

    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    DISK = "the journal cannot be written"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    LATE = "late"  # the request is lost to who sent it, and comes after others did
    DUPLICATE = "duplicate"  # and once more, late
    PULLED = "pulled before the command"
    TORN = "torn before the write"
    TORN_AFTER = "torn after the write"


JOURNAL: Final = (What.KILLED_BEFORE, What.KILLED_AFTER, What.DISK)
MESSAGE: Final = (
    What.KILLED_BEFORE,
    What.KILLED_AFTER,
    What.REQUEST_LOST,
    What.ANSWER_LOST,
    What.LATE,
    What.DUPLICATE,
)
COMMAND: Final = (What.KILLED_BEFORE, What.KILLED_AFTER, What.PULLED, What.TORN, What.TORN_AFTER)


class Killed(BaseException):
    """The kiosk's process is gone: nothing of it does anything any more."""


@dataclass
class Plan:
    """What happens at which border; counted from 0. `borders`: those that were come to, for the next plan."""

    faults: dict[int, What] = field(default_factory=dict)
    late_by: int = 1  # so many more requests come before the late one
    borders: list[tuple[str, tuple[What, ...]]] = field(default_factory=list)
    fired: list[What] = field(default_factory=list)

    def at(self, name: str, can: tuple[What, ...]) -> What | None:
        what = self.faults.get(len(self.borders))
        self.borders.append((name, can))
        if what is None or what not in can:
            return None
        self.fired.append(what)
        return what


class Inline(Executor):
    """Does it at once; a kill goes through it."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


# --- the register -----------------------------------------------------------------------------------------------------


@dataclass
class Held:
    id: str
    made_by: str
    told: set[str]
    keys: set[str]
    confirmed: bool = False
    cancelled: bool = False


class Register:
    """Central, for one card. What it promises is what `kiosk.sandbox.central.reservations` keeps."""

    def __init__(self) -> None:
        self.active = False
        self.lost = False
        self.reservations: list[Held] = []
        self.keys: dict[tuple[str, str], Held | None] = {}
        self.late: list[tuple[int, Callable[[], object]]] = []

    @property
    def open(self) -> Held | None:
        return next((r for r in self.reservations if not r.confirmed and not r.cancelled), None)

    def arrived(self) -> None:
        """One more request: those that are late by so many come before it."""
        due = [do for left, do in self.late if left <= 1]
        self.late = [(left - 1, do) for left, do in self.late if left > 1]
        for do in due:
            do()

    def all_arrive(self) -> None:
        while self.late:
            self.arrived()

    def eligibility(self, kiosk: str) -> Eligibility:
        there = None
        if self.open is not None:
            self.open.told.add(kiosk)
            here = self.open.made_by == kiosk and self.open.told == {kiosk}
            there = OpenReservation(self.open.id, f"REF-{self.open.id[-4:]}", Party.HOLDER, WHEN, here)
        eligible = Eligible.STATUS if self.lost else Eligible.ACTIVE_ALREADY if self.active else Eligible.YES
        return Eligibility(eligible, False, (IdentityWay.CODE,), None, None, there)

    def reserve(self, kiosk: str, key: str) -> Reservation:
        if self.active or self.lost:
            outcome = Reserved.ACTIVE_ALREADY if self.active else Reserved.STATUS
            return Reservation(outcome, None, None, None)
        if (kiosk, key) in self.keys:
            mine = self.keys[kiosk, key]
            if mine is None or mine.cancelled:
                return Reservation(Reserved.CANCELLED, None, None, None)
        held = self.open
        if held is None:
            held = Held(f"reservation-{len(self.reservations):04d}", kiosk, {kiosk}, set())
            self.reservations.append(held)
        held.told.add(kiosk)
        held.keys.add(key)
        self.keys[kiosk, key] = held
        return Reservation(Reserved.RESERVED, held.id, f"REF-{held.id[-4:]}", WHEN)

    def confirm(self, kiosk: str, id: str) -> Confirmation:
        held = self._known(kiosk, id)
        if held is None:
            return Confirmation(Confirmed.UNKNOWN, None)
        if held.confirmed:
            return Confirmation(Confirmed.ACTIVATED, WHEN)
        if held.cancelled:
            return Confirmation(Confirmed.CANCELLED, None)
        if self.lost:
            return Confirmation(Confirmed.LOST, None)
        if self.active:
            return Confirmation(Confirmed.ACTIVE_OTHERWISE, None)
        held.confirmed = self.active = True
        return Confirmation(Confirmed.ACTIVATED, WHEN)

    def cancel(self, kiosk: str, id: str) -> Cancellation:
        held = self._known(kiosk, id)
        if held is None:
            return Cancellation(Cancelled.UNKNOWN)
        if held.confirmed:
            return Cancellation(Cancelled.CONFIRMED)
        if not held.cancelled and (held.made_by != kiosk or held.told != {kiosk} or len(held.keys) > 1):
            return Cancellation(Cancelled.ELSEWHERE)
        held.cancelled = True
        return Cancellation(Cancelled.CANCELLED)

    def cancel_key(self, kiosk: str, key: str) -> Cancellation:
        held = self.keys.setdefault((kiosk, key), None)
        return Cancellation(Cancelled.CANCELLED) if held is None else self.cancel(kiosk, held.id)

    def state(self, kiosk: str, id: str) -> ReservationState:
        held = self._known(kiosk, id)
        if held is None:
            return ReservationState(Standing.UNKNOWN, None, None)
        standing = Standing.CONFIRMED if held.confirmed else Standing.CANCELLED if held.cancelled else Standing.OPEN
        return ReservationState(standing, WHEN, None)

    def _known(self, kiosk: str, id: str) -> Held | None:
        return next((r for r in self.reservations if r.id == id and kiosk in r.told), None)


# --- a kiosk ----------------------------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.at = 1_795_000_000.0

    def __call__(self) -> float:
        return self.at


class Breaking(TransactionJournal):
    """The real journal; at its writes a plan may kill the kiosk or fail the disk."""

    WRITES: Final = ("begin", "adopt", "advance", "close")

    def __init__(self, kiosk: Kiosk) -> None:
        super().__init__(kiosk.folder, kiosk.key, now=kiosk.world.clock)
        self._kiosk = kiosk

    def __getattribute__(self, name: str) -> Any:
        method = super().__getattribute__(name)
        if name not in Breaking.WRITES:
            return method
        kiosk: Kiosk = super().__getattribute__("_kiosk")

        def write(*args: Any, **kwargs: Any) -> Any:
            kiosk.alive()
            label = f"journal {name} {args[1]}" if name in ("advance", "close") else f"journal {name}"
            what = kiosk.world.plan.at(label, JOURNAL)
            if what is What.KILLED_BEFORE:
                kiosk.kill()
            if what is What.DISK:
                raise JournalUnusable("journal.db: SQLite error 13")
            done = method(*args, **kwargs)
            if what is What.KILLED_AFTER:
                kiosk.kill()
            return done

        return write


class Line:
    """`kiosk.engine.delivery.Bureau` over a line that loses, delays and doubles."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk

    def ask(self, name: str, do: Callable[[], T]) -> Answer[T]:
        kiosk, register = self._kiosk, self._kiosk.world.register
        kiosk.alive()
        what = kiosk.world.plan.at(name, MESSAGE)
        if what is What.KILLED_BEFORE:
            kiosk.kill()
        if kiosk.world.offline:
            return Answer(failure_of(Cause.CONNECTION_REFUSED), Cause.CONNECTION_REFUSED)
        register.arrived()
        match what:
            case What.REQUEST_LOST:
                return Answer(failure_of(Cause.DEADLINE), Cause.DEADLINE)
            case What.LATE:
                register.late.append((kiosk.world.plan.late_by, do))
                return Answer(failure_of(Cause.DEADLINE), Cause.DEADLINE)
            case What.ANSWER_LOST:
                do()
                return Answer(failure_of(Cause.DEADLINE), Cause.DEADLINE)
            case What.DUPLICATE:
                register.late.append((kiosk.world.plan.late_by, do))
            case _:
                pass
        answer = Answer(do())
        if what is What.KILLED_AFTER:
            kiosk.kill()
        return answer

    def confirm(self, reservation: str, cancel: object = None, within: object = None) -> Answer[Confirmation]:
        name = self._kiosk.name
        return self.ask("confirm", lambda: self._kiosk.world.register.confirm(name, reservation))

    def cancel_reservation(
        self, reservation: str, cancel: object = None, within: object = None
    ) -> Answer[Cancellation]:
        name = self._kiosk.name
        return self.ask("cancel", lambda: self._kiosk.world.register.cancel(name, reservation))

    def cancel_key(self, key: str, cancel: object = None, within: object = None) -> Answer[Cancellation]:
        name = self._kiosk.name
        return self.ask("cancel key", lambda: self._kiosk.world.register.cancel_key(name, key))

    def reservation(self, reservation: str, cancel: object = None, within: object = None) -> Answer[ReservationState]:
        name = self._kiosk.name
        return self.ask("inquire", lambda: self._kiosk.world.register.state(name, reservation))


class Pins(CardPins):
    """The card in the slot, as the card's worker handles it."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk
        self.card: SocialSecurityCard | None = None
        self.tries = 0
        self.buffers: list[bytearray] = []

    def insert(self, chip: VirtualCard) -> None:
        self.card = SocialSecurityCard(VirtualConnection(chip), PinProfile(6, 6))
        self.card.select()
        probe = self.card.probe_pin()
        self.tries = probe.tries_left if isinstance(probe, PinTries) else 0

    def change(self, visit: int, insertion: int, old: bytearray, new: bytearray, told: Told) -> None:
        self._command("change", CHANGE, lambda card: card.change_pin(old, new), told, old, new)

    def verify_new(self, visit: int, insertion: int, pin: bytearray, told: Told) -> None:
        self._command("verify", VERIFY, lambda card: card.verify_pin(pin), told, pin)

    def _command(
        self, name: str, ins: int, do: Callable[[SocialSecurityCard], PinVerdict], told: Told, *buffers: bytearray
    ) -> None:
        kiosk, chip = self._kiosk, self._kiosk.world.chip
        kiosk.alive()
        self.buffers += buffers
        what = kiosk.world.plan.at(name, COMMAND)
        if what is What.KILLED_BEFORE:
            kiosk.kill()
        actions = {What.PULLED: "remove", What.TORN: "tear", What.TORN_AFTER: "remove_after"}
        if what in actions:
            nth = chip._of_ins[ins] + 1
            chip.add_fault(Fault(action=actions[what], ins=ins, nth=nth, times=1))  # type: ignore[arg-type]
        verdict: PinVerdict | None = None
        if self.card is not None:
            try:
                verdict = do(self.card)
            except (CardLost, ReaderFault):
                verdict = PinUnknown(None)
        chip.clear_faults()
        if isinstance(verdict, PinUnknown):
            self.card = None
        if what is What.KILLED_AFTER:
            kiosk.kill()
        told(verdict)


class Kiosk:
    """One kiosk; `start` after it was killed or first. Each has a disk of its own."""

    def __init__(self, world: World, name: str, folder: Path) -> None:
        self.world = world
        self.name = name
        self.folder = folder
        self.key = DeviceKey(name.encode().ljust(32, b"-"))
        self.dead = True
        self.visit = 0
        self.events: list[Event] = []
        self.journal: Breaking | None = None

    def start(self) -> None:
        if self.journal is not None:
            self.journal.close_file()
        self.dead = False
        self.journal = Breaking(self)
        journals = Journals(lambda: self.journal)
        clock = self.world.clock
        self.line = Line(self)
        self.pins = Pins(self)
        self.deliverer = Deliverer(journals, self.line, now=clock, wall=clock, chance=lambda _least, most: most)
        self.transactions = Transactions(journals, self.deliverer, self.pins, self.events.append, pool=Inline())

    def kill(self) -> None:
        self.dead = True
        raise Killed

    def alive(self) -> None:
        if self.dead:
            raise Killed

    def rows(self) -> tuple[Transaction, ...]:
        """Past any plan, as whoever reads the disk."""
        journal = TransactionJournal(self.folder, self.key, now=self.world.clock)
        try:
            return journal.history(self.world.identification)
        finally:
            journal.close_file()

    def rows_open(self) -> int:
        assert self.journal is not None
        return len(self.journal.pending())

    # --- a visit, as the rules of `kiosk.visit` go ------------------------------------------------------------------

    def session(self, person: Person) -> None:
        """The card goes in, and comes out in the end."""
        if self.dead:
            self.start()
        self.visit += 1
        self.pins.insert(self.world.chip)
        try:
            self._steps(person)
            self.transactions.end(self.visit)
        except Killed:
            pass
        self.world.chip.power_off()

    def _steps(self, person: Person) -> None:
        visit, t = self.visit, self.transactions
        try:
            t.look(visit, self.world.identification)
            said = self.line.ask("eligibility", lambda: self.world.register.eligibility(self.name)).value
            if said is None:
                return
            journalled, _ = t.merged(visit, said)
            match journalled:
                case Journalled.CHANGED:
                    self._confirm()
                    return
                case _ if said.eligible is not Eligible.YES:
                    return
                case Journalled.CHANGING | Journalled.LOST:
                    self._resolve(person)
                    return
                case _:
                    pass
            answer = t.reserve(visit, lambda key: self.line.ask("reserve", lambda: self._reserve(key)))
        except JournalUnusable:
            return
        if answer is None or answer.value is None:
            return
        if not isinstance(answer.value, Reservation) or answer.value.outcome is not Reserved.RESERVED:
            return
        if person.leaves:
            t.cancel(fx.CancelReservation(visit, 1))
            return
        for old in person.olds:
            verdict = self._change(old, person.new)
            if isinstance(verdict, PinVerified):
                self._confirm()
                return
            if not isinstance(verdict, PinWrong):
                return

    def _reserve(self, key: str) -> Reservation:
        return self.world.register.reserve(self.name, key)

    def _resolve(self, person: Person) -> None:
        """After a tear: the new one, then the old one and a new one."""
        if self.pins.tries <= 1:
            return
        effect = fx.VerifyNewPin(self.visit, 1, 1)
        verdict = self._answer(lambda: self.transactions.verify_new(effect, bytearray(person.remembers, "ascii")))
        if isinstance(verdict, PinWrong) and verdict.tries_left > 1:
            verdict = self._change(OLD if person.remembers != OLD else NEW, person.new)
        if isinstance(verdict, PinVerified):
            self._confirm()

    def _change(self, old: str, new: str) -> PinVerdict | None:
        effect = fx.ChangeCardPin(self.visit, 1, 1, True)
        pins = bytearray(old, "ascii"), bytearray(new, "ascii")
        verdict = self._answer(lambda: self.transactions.change(effect, *pins))
        assert all(not any(each) for each in pins), "a PIN is left"
        return verdict

    def _answer(self, do: Callable[[], None]) -> PinVerdict | None:
        before = len(self.events)
        do()
        (event,) = self.events[before:]
        assert isinstance(event, CardPinAnswered | JournalFailed)
        return None if isinstance(event, JournalFailed) else event.verdict

    def _confirm(self) -> None:
        before = len(self.events)
        self.transactions.confirm(fx.ConfirmActivation(self.visit, 1, 1))
        event = self.events[before]
        assert isinstance(event, ConfirmAnswered)
        told = event.confirmation
        if told is not None and told.outcome is Confirmed.ACTIVATED:
            assert self.world.register.active

    # --- and between visits -----------------------------------------------------------------------------------------

    def background(self, seconds: float) -> None:
        """What is done while nobody is there, for so long."""
        if self.dead:
            self.start()
        until = self.world.clock.at + seconds
        while self.world.clock.at < until:
            try:
                pause = self.deliverer.round()
            except Killed:
                self.start()
                continue
            if not self.rows_open():
                break
            self.world.clock.at += max(pause, seconds / 20) + 0.001
        self.world.clock.at = until


@dataclass(frozen=True)
class Person:
    """What somebody types. `leaves`: presses End before the PIN. `remembers`: what they hold for the new PIN after a tear."""

    olds: tuple[str, ...] = (OLD,)
    new: str = NEW
    leaves: bool = False
    remembers: str = NEW


class World:
    def __init__(self, folder: Path, plan: Plan | None = None) -> None:
        self.clock = Clock()
        self.plan = plan or Plan()
        self.offline = False
        self.register = Register()
        self.chip = VirtualCard(load_cards()["jinan-not-activated"], load_keys(), sleep=lambda _seconds: None)
        assert self.chip.file.issuer is not None
        assert self.chip.has_pin(OLD)
        self.identification = self.chip.file.issuer.identification
        self.a = Kiosk(self, "kiosk-a", folder / "a")
        self.b = Kiosk(self, "kiosk-b", folder / "b")

    def end(self) -> str:
        """Which of the ends of the table this is. Raises AssertionError with the facts where it is none."""
        old, new = self.chip.has_pin(OLD), not self.chip.has_pin(OLD)
        active, open_ = self.register.active, self.register.open
        rows = [row for kiosk in (self.a, self.b) for row in kiosk.rows()]
        pending = [row for row in rows if row.closed is None]
        facts = f"old={old} active={active} open={open_} rows={[(r.step.value, r.closed) for r in rows]}"
        if not active and open_ is None:
            assert old, facts
            assert not pending, facts
            assert all(row.closed is Closed.NEVER_SENT for row in rows), facts
            return "untouched"
        if active:
            assert new, facts
            assert open_ is None, facts
            assert not pending, facts
            return "activated"
        assert open_ is not None
        assert all(row.step is not Step.CANCELLING for row in pending), facts
        return "resumable"

    def quiet(self) -> None:
        """Nobody comes, the line stands, and what was late arrives: for two days."""
        self.plan = Plan()
        self.offline = False
        for seconds in (NEVER_SENT_SECONDS, 3600, 86_400 * 2):
            for kiosk in (self.a, self.b):
                kiosk.background(seconds)
            self.register.all_arrive()
            for kiosk in (self.a, self.b):
                kiosk.background(60)
