"""The activation's transaction around the pure visit: cards that tear, a central whose answers are lost, journals that are all
that outlives a crash, and engines that may die between any two steps. Nothing is drawn here: `test_transaction.py` does.

What the engine and central do here is what `kiosk.visit.effects` and `kiosk.services` say of them, as plainly as can be; the
real ones are held against the same ends by the fault matrix.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Any, Final

from drivers.card.states import PinLocked, PinTries, PinUnknown, PinVerdict, PinVerified, PinWrong, ReaderState
from kiosk.model import CardStatus, CentralFailure, MaskedHolder, Verdict
from kiosk.services import (
    Cancelled,
    Checked,
    CheckedCode,
    Confirmation,
    Confirmed,
    Eligibility,
    Eligible,
    Identity,
    IdentityOutcome,
    IdentityWay,
    OpenReservation,
    Party,
    Reservation,
    Reserved,
    Sending,
    SentCode,
    Ticket,
)
from kiosk.visit import effects as fx
from kiosk.visit.actions import Action, ChooseParty, ConfirmPin, ConfirmTyped, End, Start, TypeKey, UseThisPhone
from kiosk.visit.base import in_visit
from kiosk.visit.deadlines import next_deadline
from kiosk.visit.events import (
    ActivationChecked,
    Ask,
    CardIdentified,
    CardInserted,
    CardPinAnswered,
    CardRemoved,
    CentralFailed,
    CodeChecked,
    CodeSent,
    ConfirmAnswered,
    DigitsEntered,
    Event,
    IdentityAnswered,
    JournalFailed,
    PinJudged,
    PinProbed,
    Pressed,
    ReaderReported,
    ReservationAnswered,
    SessionOpened,
    Tick,
    TicketAnswered,
)
from kiosk.visit.services import (
    Activation,
    Explain,
    Journalled,
    KeepPhone,
    PinRule,
    Pins,
    PinSlot,
    TypeCode,
    TypeNumber,
    Who,
)
from kiosk.visit.states import CardFacts, Model, OutOfService, Record, SessionReply, TakeCard
from kiosk.visit.step import step
from tests.kiosk.visit.samples import AREA, AS_OF, NUMBER, RULES, well_formed

TRIES: Final = 4
INITIAL: Final = "initial"


class Broken(AssertionError):
    """A rule that must always hold does not."""


def must(holds: bool, rule: str) -> None:
    if not holds:
        raise Broken(rule)


class Crash(Exception):
    """The kiosk's process dies here."""


# --- the card -------------------------------------------------------------------------------------------------------------


@unique
class Tear(Enum):
    NONE = "none"
    BEFORE_WRITE = "before_write"
    AFTER_WRITE = "after_write"  # done, and the status word never came


@dataclass(eq=False)
class Card:
    name: str
    pin: str = INITIAL
    tries: int = TRIES
    sent: set[str] = field(default_factory=set)  # the truth: under which reservations CHANGE was sent

    def verify(self, pin: str) -> PinVerdict:
        if self.tries == 0:
            return PinLocked()
        if pin != self.pin:
            self.tries -= 1
            return PinLocked() if self.tries == 0 else PinWrong(self.tries)
        self.tries = TRIES
        return PinVerified()

    def change(self, old: str, new: str) -> PinVerdict:
        verdict = self.verify(old)
        if isinstance(verdict, PinVerified):
            self.pin = new
        return verdict


# --- central --------------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Reserving:
    id: str
    card: Card
    told: set[str]
    first: str
    state: str = "open"  # open, confirmed, cancelled
    expired: bool = False


@unique
class Line(Enum):
    """What becomes of one question to central."""

    GOOD = "good"
    REQUEST_LOST = "request_lost"
    ANSWER_LOST = "answer_lost"
    TWICE = "twice"
    BUSY = "busy"


class Central:
    def __init__(self) -> None:
        self.active: set[Card] = set()
        self.status: dict[Card, CardStatus] = {}
        self.reservations: dict[str, Reserving] = {}
        self.keys: dict[str, str] = {}  # idempotency key -> reservation
        self.dead_keys: set[str] = set()
        self.late: list[tuple[str, tuple[Any, ...]]] = []  # copies that may still come

    def ask(self, line: Line, name: str, *given: Any) -> Any:
        """The answer, or None."""
        if line in (Line.REQUEST_LOST, Line.BUSY):
            if line is Line.REQUEST_LOST:
                self.late = [*self.late[-7:], (name, given)]  # or it only takes its time
            return None
        answer = getattr(self, name)(*given)
        if line is Line.TWICE:
            again = getattr(self, name)(*given)
            must(type(again) is type(answer), "the same question has the same answer")
            answer = again
        return None if line is Line.ANSWER_LOST else answer

    def copy_comes_late(self, index: int) -> None:
        if self.late:
            name, given = self.late[index % len(self.late)]
            getattr(self, name)(*given)

    def open_of(self, card: Card) -> Reserving | None:
        return next((r for r in self.reservations.values() if r.card is card and r.state == "open"), None)

    def standing(self, card: Card) -> CardStatus:
        if card in self.status:
            return self.status[card]
        return CardStatus.NORMAL if card in self.active else CardStatus.NOT_ACTIVATED

    def session(self, card: Card, kiosk: str) -> CardStatus:
        return self.standing(card)

    def activation(self, card: Card, kiosk: str) -> tuple[Eligible, Reserving | None, bool]:
        status = self.standing(card)
        eligible = {CardStatus.NOT_ACTIVATED: Eligible.YES, CardStatus.NORMAL: Eligible.ACTIVE_ALREADY}
        there = self.open_of(card)
        if there is not None:
            there.told.add(kiosk)
        here = there is not None and there.told == {kiosk}
        return eligible.get(status, Eligible.STATUS), there, here

    def reserve(self, card: Card, kiosk: str, key: str) -> tuple[Reserved, str | None]:
        if key in self.dead_keys:
            return Reserved.CANCELLED, None
        if key in self.keys:
            known = self.reservations[self.keys[key]]
            if known.state == "open":
                return Reserved.RESERVED, known.id
            return (Reserved.CANCELLED if known.state == "cancelled" else Reserved.ACTIVE_ALREADY), None
        status = self.standing(card)
        if status is not CardStatus.NOT_ACTIVATED:
            return (Reserved.ACTIVE_ALREADY if status is CardStatus.NORMAL else Reserved.STATUS), None
        there = self.open_of(card)
        if there is None:
            there = Reserving(f"r{len(self.reservations)}", card, {kiosk}, kiosk)
            self.reservations[there.id] = there
        there.told.add(kiosk)
        self.keys[key] = there.id
        return Reserved.RESERVED, there.id

    def confirm(self, reservation: str, kiosk: str) -> Confirmed:
        it = self.reservations.get(reservation)
        if it is None or kiosk not in it.told:
            return Confirmed.UNKNOWN
        if it.state == "confirmed":
            return Confirmed.ACTIVATED
        if it.state == "cancelled":
            return Confirmed.CANCELLED
        match self.standing(it.card):
            case CardStatus.NOT_ACTIVATED:
                it.state = "confirmed"
                self.active.add(it.card)
                must(it.card.pin != INITIAL, "no card is active with the PIN it came with")
                return Confirmed.ACTIVATED
            case CardStatus.NORMAL:
                return Confirmed.ACTIVE_OTHERWISE
            case CardStatus.REPLACED:
                return Confirmed.REPLACED
            case _:
                return Confirmed.LOST

    def state(self, reservation: str, kiosk: str) -> str:
        it = self.reservations.get(reservation)
        return "unknown" if it is None else it.state

    def cancel(self, key: str, kiosk: str) -> Cancelled:
        """By its key: also what never arrived is cancelled, and never will be reserved by it."""
        if key not in self.keys:
            self.dead_keys.add(key)
            return Cancelled.CANCELLED
        it = self.reservations[self.keys[key]]
        if it.state == "confirmed":
            return Cancelled.CONFIRMED
        if it.state == "cancelled":
            return Cancelled.CANCELLED
        if it.told != {kiosk}:
            return Cancelled.ELSEWHERE
        must(it.id not in it.card.sent, "nothing is cancelled whose CHANGE was sent")
        it.state = "cancelled"
        return Cancelled.CANCELLED


# --- a kiosk ----------------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Row:
    """Of the journal: durable."""

    card: Card
    key: str
    step: Journalled
    reservation: str | None = None
    giving_up: bool = False  # its cancel may be on its way: nothing is ever sent to the card under it again
    closed: str | None = None


class Kiosk:
    """The pure visit with an engine whose memory a crash takes."""

    def __init__(self, name: str, central: Central) -> None:
        self.name, self.central = name, central
        self.rows: list[Row] = []  # durable
        self.journal_broken = False
        self.slot: Card | None = None
        self.insertion = 0
        self.now = 0.0
        self.keys = 0
        self.started()

    def started(self) -> None:
        self.model = Model(RULES)
        self.queue: list[Any] = []
        self.secrets: dict[PinSlot, str] = {}
        self.open: PinSlot | None = None
        self.fingers = 0
        self.owners: dict[int, Card] = {}
        self.send(ReaderReported(self.now, ReaderState.READY))
        if self.slot is not None:
            self.insert(self.slot)

    def crash(self) -> None:
        self.started()

    # --- what happens to it

    def insert(self, card: Card) -> None:
        self.insertion += 1
        self.slot = card
        self.owners[self.insertion] = card
        self.send(CardInserted(self.now, self.insertion))

    def pull(self) -> None:
        self.slot = None
        self.send(CardRemoved(self.now, self.insertion))

    def press(self, action: Action) -> None:
        state = self.model.state
        if isinstance(action, ConfirmPin) and isinstance(state, Activation) and isinstance(state.stage, Pins):
            pins = state.stage
            at_the_card = pins.slot is PinSlot.OLD or (pins.slot is PinSlot.NEW and pins.after_tear)
            if at_the_card and not pins.judging and pins.digits >= RULES.pin_min:
                self.fingers = 1
        self.send(Pressed(self.now, self.model.visits, action))

    def type(self, pin: str) -> None:
        state = self.model.state
        if isinstance(state, Activation) and isinstance(state.stage, Pins) and self.open is not None:
            self.secrets[self.open] = pin
            self.send(DigitsEntered(self.now, self.model.visits, 6))

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while (due := next_deadline(self.model)) is not None and due <= end:
            self.now = max(self.now, due)
            self.send(Tick(self.now))
        self.now = end

    def send(self, event: Event) -> None:
        before = in_visit(self.model.state)
        self.model, effects = step(self.model, event)
        well_formed(self.model)
        after = in_visit(self.model.state)
        if before is not None and (after is None or after.visit != before.visit):
            self.fingers = 0
        for effect in effects:
            if isinstance(effect, fx.CancelReservation):
                must(
                    isinstance(event, Pressed) and isinstance(event.action, End),
                    "a reservation is cancelled by who ends it",
                )
                row = self.row(self.owners[effect.insertion])
                unsent = row is None or row.step in (Journalled.RESERVING, Journalled.RESERVED)
                must(unsent, "nothing is cancelled that may have been sent")
                self._give_up(self.owners[effect.insertion])
            elif isinstance(effect, fx.EndVisit):
                self.queue, self.secrets, self.open = [], {}, None
            elif isinstance(effect, fx.OpenSecret):
                self.secrets[effect.slot] = ""
                self.open = effect.slot
            else:
                self.queue.append(effect)

    # --- the engine

    def work(
        self, line: Line = Line.GOOD, tear: Tear = Tear.NONE, crash_at: int | None = None, *, swap: Card | None = None
    ) -> None:
        """The next effect; `crash_at`: the process dies at this of its steps. `swap`: the card in the slot after a tear."""
        if not self.queue:
            return
        effect = self.queue.pop(0)
        try:
            for number, _ in enumerate(self._do(effect, line, tear)):
                if number == crash_at:
                    raise Crash
        except Crash:
            self.crash()
        if tear is not Tear.NONE and isinstance(effect, fx.ChangeCardPin | fx.VerifyNewPin):
            if self.slot is not None:
                self.pull()
            if swap is not None:
                self.insert(swap)

    def row(self, card: Card) -> Row | None:
        return next((row for row in self.rows if row.card is card and row.closed is None), None)

    def _write(self, row: Row, **what: Any) -> bool:
        """Durable when it returns; a closed one is never written again."""
        if self.journal_broken:
            return False
        must(row.closed is None, "a closed transaction stays closed")
        for name, value in what.items():
            setattr(row, name, value)
        return True

    def _fail(self, effect: Any) -> None:
        ids = self.now, effect.visit, effect.insertion
        self.send(CentralFailed(*ids, Ask.SERVICE, effect.request, CentralFailure.TIMEOUT))

    def _do(self, effect: Any, line: Line, tear: Tear) -> Iterator[None]:
        """Steps of an effect; at each `yield` the power may go."""
        if isinstance(effect, fx.WarmCentral | fx.OpenPinEntry | fx.Play | fx.ForgetRecent | fx.ReportForgottenCard):
            return
        card = self.owners[effect.insertion]
        must(card is self.slot, "no effect is of a card that is not in")
        ids = self.now, effect.visit, effect.insertion
        yield
        match effect:
            case fx.ReadCard():
                self.send(CardIdentified(*ids, CardFacts(AREA, False)))
                self.send(PinProbed(*ids, PinTries(card.tries) if card.tries else PinLocked()))
            case fx.OpenSession():
                status = self.central.ask(line, "session", card, self.name)
                if status is None:
                    self.send(CentralFailed(*ids, Ask.SESSION, 0, CentralFailure.TIMEOUT))
                else:
                    new = status is CardStatus.NOT_ACTIVATED
                    holder = MaskedHolder("张*", "370***********0000", False)
                    normal = status is CardStatus.NORMAL
                    self.send(SessionOpened(*ids, SessionReply(Verdict.GENUINE, status, holder, normal, new)))
            case fx.CheckActivation(request=request):
                answer = self._check(card, line)
                if answer is None:
                    self._fail(effect)
                else:
                    self.send(ActivationChecked(*ids, request, *answer))
            case fx.ProveIdentity(request=request):
                self.send(IdentityAnswered(*ids, request, Identity(IdentityOutcome.MATCHED, 3, "138****1234")))
            case fx.SendCode(request=request):
                self.send(CodeSent(*ids, request, SentCode(Sending.SENT, "code-0001", "138****1234", 60, 3)))
            case fx.CheckCode(request=request):
                self.send(CodeChecked(*ids, request, CheckedCode(Checked.MATCHED, 3)))
            case fx.Reserve():
                yield from self._reserve(effect, card, line)
            case fx.JudgePin(request=request, slot=slot):
                self.send(PinJudged(*ids, request, slot, self._judge(slot)))
            case fx.ChangeCardPin():
                yield from self._change(effect, card, tear)
            case fx.VerifyNewPin():
                yield from self._verify(effect, card, tear)
            case fx.ConfirmActivation(request=request):
                row = self.row(card)
                must(
                    row is not None and row.step is Journalled.CHANGED, "what is confirmed was changed, by the journal"
                )
                outcome = None if row is None else self.central.ask(line, "confirm", row.reservation, self.name)
                yield
                if outcome is not None and row is not None:
                    self._write(row, closed=outcome.value)
                yield
                confirmation = None if outcome is None else Confirmation(outcome, AS_OF)
                self.send(ConfirmAnswered(*ids, request, confirmation))
            case fx.AskTicket(request=request):
                self.send(TicketAnswered(*ids, request, Ticket("T-0001", AS_OF)))
            case _:
                pass  # what a record does
        yield

    def _check(self, card: Card, line: Line) -> tuple[Eligibility, Journalled] | None:
        row = self.row(card)
        if row is not None and row.giving_up:
            # Nothing is begun before what was given up is over.
            if not self._cancel(row, line):
                return None
            row = None
        answer = self.central.ask(line, "activation", card, self.name)
        if answer is None:
            return None
        eligible, there, here = answer
        open_ = None if there is None else OpenReservation("reservation-1", "REF-1", Party.HOLDER, AS_OF, here)
        ways = (IdentityWay.CODE,)
        eligibility = Eligibility(eligible, False, ways, "138****1234", "某某银行", open_)
        journalled = Journalled.NOTHING if row is None else row.step
        if there is not None and not here and journalled is not Journalled.CHANGED:
            journalled = Journalled.LOST
        if there is not None and row is None:
            journalled = Journalled.LOST
        if journalled is Journalled.LOST and there is not None:
            # From here on it is this kiosk's, too, and what became of it is not known.
            if self.journal_broken:
                return None
            if row is None:
                self.rows.append(Row(card, self._key(), Journalled.CHANGING, there.id))
            else:
                self._write(row, step=Journalled.CHANGING, reservation=there.id)
        return eligibility, journalled

    def _key(self) -> str:
        self.keys += 1
        return f"{self.name}{self.keys}"

    def _reserve(self, effect: fx.Reserve, card: Card, line: Line) -> Iterator[None]:
        ids = self.now, effect.visit, effect.insertion, effect.request
        row = self.row(card)
        if self.journal_broken:
            self.send(JournalFailed(*ids))
            return
        if row is None:
            row = Row(card, self._key(), Journalled.RESERVING)
            self.rows.append(row)
        yield
        answer = self.central.ask(line, "reserve", card, self.name, row.key)
        yield
        if answer is None:
            self._fail(effect)
            return
        outcome, reservation = answer
        if outcome is Reserved.RESERVED:
            if row.step is Journalled.RESERVING and not self._write(
                row, step=Journalled.RESERVED, reservation=reservation
            ):
                self.send(JournalFailed(*ids))
                return
        elif outcome is Reserved.CANCELLED:
            self._write(row, closed="never sent")
        yield
        self.send(ReservationAnswered(*ids, Reservation(outcome, reservation, "REF-1", AS_OF)))

    def _judge(self, slot: PinSlot) -> PinRule | None:
        old, new = self.secrets.get(PinSlot.OLD), self.secrets.get(PinSlot.NEW)
        match slot:
            case PinSlot.OLD:
                return PinRule.OLD if old == new else None
            case PinSlot.NEW:
                return PinRule.INITIAL if new == INITIAL else PinRule.OLD if old == new else None
            case PinSlot.AGAIN:
                return None if self.secrets[PinSlot.AGAIN] == new else PinRule.DIFFER

    def _finger(self) -> None:
        must(self.fingers == 1, "a try is spent by a finger only")
        self.fingers = 0

    def _change(self, effect: fx.ChangeCardPin, card: Card, tear: Tear) -> Iterator[None]:
        ids = self.now, effect.visit, effect.insertion, effect.request
        row = self.row(card)
        must(row is not None and row.reservation is not None, "no card is changed without a reservation")
        assert row is not None
        assert row.reservation is not None
        must(not row.giving_up, "no card is changed under what was given up")
        unknown = row.step is Journalled.CHANGING
        self._finger()
        if not self._write(row, step=Journalled.CHANGING):
            self.send(JournalFailed(*ids))
            return
        yield
        card.sent.add(row.reservation)
        verdict: PinVerdict = PinUnknown(None)
        if tear is not Tear.BEFORE_WRITE:
            verdict = card.change(self.secrets.pop(PinSlot.OLD), self.secrets[PinSlot.NEW])
        if tear is Tear.AFTER_WRITE:
            verdict = PinUnknown(None)
        yield
        if isinstance(verdict, PinVerified):
            self._write(row, step=Journalled.CHANGED)
        elif isinstance(verdict, PinWrong | PinLocked) and not unknown:
            self._write(row, step=Journalled.REFUSED)
        yield
        if self.journal_broken and isinstance(verdict, PinVerified):
            verdict = PinUnknown(None)  # what was done is found out once it can be written
        self.send(CardPinAnswered(*ids, verdict))

    def _verify(self, effect: fx.VerifyNewPin, card: Card, tear: Tear) -> Iterator[None]:
        row = self.row(card)
        must(row is not None, "no PIN is tried without a transaction")
        assert row is not None
        self._finger()
        verdict: PinVerdict = PinUnknown(None)
        if tear is not Tear.BEFORE_WRITE:
            verdict = card.verify(self.secrets.pop(PinSlot.NEW))
        if tear is Tear.AFTER_WRITE:
            verdict = PinUnknown(None)
        yield
        if isinstance(verdict, PinVerified) and not self._write(row, step=Journalled.CHANGED):
            verdict = PinUnknown(None)
        yield
        self.send(CardPinAnswered(self.now, effect.visit, effect.insertion, effect.request, verdict))

    # --- in the background

    def _give_up(self, card: Card) -> None:
        """Only what the journal proves was never sent."""
        row = self.row(card)
        if row is not None and row.step in (Journalled.RESERVING, Journalled.RESERVED):
            self._write(row, giving_up=True)

    def _cancel(self, row: Row, line: Line) -> bool:
        """Is it over?"""
        answer = self.central.ask(line, "cancel", row.key, self.name)
        return answer is not None and self._write(
            row, closed="never sent" if answer is Cancelled.CANCELLED else answer.value
        )

    def background(self, line: Line = Line.GOOD, *, old: bool = False) -> None:
        """`old`: ten minutes have passed since they were begun."""
        for row in [row for row in self.rows if row.closed is None]:
            if self.slot is row.card and in_visit(self.model.state) is not None:
                continue
            if old:
                self._give_up(row.card)
            if row.giving_up:
                self._cancel(row, line)
            elif row.step is Journalled.CHANGED:
                outcome = self.central.ask(line, "confirm", row.reservation, self.name)
                if outcome is not None:
                    self._write(row, closed=outcome.value)
            elif row.reservation is not None:
                # Gone on with at another kiosk, it may be over.
                state = self.central.ask(line, "state", row.reservation, self.name)
                if state in ("confirmed", "cancelled"):
                    self._write(row, closed=state)

    # --- a person who knows what to do

    def go_on(self, new: str = "new1") -> bool:
        """What leads on; False where nothing does."""
        if self.queue:
            self.work()
            return True
        state = self.model.state
        if not isinstance(state, Activation):
            return False
        match state.stage:
            case Who():
                self.press(ChooseParty(Party.HOLDER))
            case TypeNumber():
                for key in NUMBER[len(state.stage.text) :]:
                    self.press(TypeKey(key))
                self.press(ConfirmTyped())
            case TypeCode():
                for key in "123456"[len(state.stage.text) :]:
                    self.press(TypeKey(key))
                self.press(ConfirmTyped())
            case KeepPhone():
                self.press(UseThisPhone())
            case Explain():
                self.press(Start())
            case Pins(slot=slot, after_tear=after_tear):
                card = self.slot
                assert card is not None
                right = card.pin if after_tear and card.pin != INITIAL else new
                self.type(card.pin if slot is PinSlot.OLD else right)
                self.press(ConfirmPin())
            case _:
                return False
        return True

    def calm(self) -> None:
        """The card out, nobody there."""
        if self.slot is not None:
            self.pull()
        must(in_visit(self.model.state) is None, "card out ends the visit")
        must(not isinstance(self.model.state, TakeCard | OutOfService | Record), "and the kiosk is idle")


# --- all of it --------------------------------------------------------------------------------------------------------------


@unique
class Outcome(Enum):
    """The ends of the issue's table, and the named outcome of a card that was reported or activated otherwise meanwhile."""

    UNTOUCHED = "untouched"
    ACTIVATED = "activated"
    RESUMABLE = "resumable"
    OTHERWISE = "otherwise"


class World:
    def __init__(self) -> None:
        self.central = Central()
        self.kiosks = [Kiosk("A", self.central), Kiosk("B", self.central)]
        self.cards = [Card("one"), Card("two")]

    def always(self) -> None:
        """At every moment, whatever is still under way."""
        for card in self.cards:
            standing, there = self.central.standing(card), self.central.open_of(card)
            fine = standing is not CardStatus.NOT_ACTIVATED or card.pin == INITIAL or there is not None
            must(fine, "a card with a new PIN is active or can be gone on with")
            if standing is CardStatus.NORMAL:
                must(card.pin != INITIAL, "no card is active with the PIN it came with")
        for kiosk in self.kiosks:
            for row in kiosk.rows:
                sent = row.reservation in row.card.sent
                must(row.closed != "never sent" or not sent or self._others(kiosk, row), "the journal does not lie")
                if row.closed is None and row.step in (Journalled.RESERVING, Journalled.RESERVED):
                    must(not sent or self._others(kiosk, row), "the journal says CHANGING before it is sent")
                if row.step is Journalled.REFUSED and row.closed is None and not self._others(kiosk, row):
                    must(row.card.pin == INITIAL, "what the card refused was not done")
                if row.step is Journalled.CHANGED:
                    must(row.card.pin != INITIAL, "what the journal says was done was done")

    def _others(self, kiosk: Kiosk, row: Row) -> bool:
        """Has another kiosk gone on with it?"""
        rows = [of for other in self.kiosks if other is not kiosk for of in other.rows]
        return any(of.card is row.card and of.reservation == row.reservation for of in rows)

    def settle(self, at: int | None) -> None:
        """No more faults; each card is put in again (at one kiosk) until nothing changes, by somebody who knows the PINs; or
        (None) never again."""
        for kiosk in self.kiosks:
            kiosk.journal_broken = False
            kiosk.calm()
            kiosk.background()
        for card in self.cards if at is not None else ():
            for _ in range(4):
                assert at is not None
                kiosk = self.kiosks[at]
                kiosk.insert(card)
                for _ in range(120):
                    if not kiosk.go_on():
                        break
                else:
                    raise Broken("a visit comes to an end")
                kiosk.calm()
        for kiosk in self.kiosks:
            for _ in range(2):
                kiosk.background(old=True)

    def end_of(self, card: Card) -> Outcome | None:
        """By the three facts; None: none of the table."""
        standing, there = self.central.standing(card), self.central.open_of(card)
        rows = [row for kiosk in self.kiosks for row in kiosk.rows if row.card is card]
        closed = all(row.closed is not None for row in rows)
        if standing not in (CardStatus.NOT_ACTIVATED, CardStatus.NORMAL):
            return Outcome.OTHERWISE
        if standing is CardStatus.NORMAL:
            return Outcome.ACTIVATED if card.pin != INITIAL and closed else None
        if there is not None:
            return Outcome.RESUMABLE
        never = all(row.closed in ("never sent", "elsewhere") for row in rows)
        return Outcome.UNTOUCHED if card.pin == INITIAL and never else None
