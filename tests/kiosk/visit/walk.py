"""A random world around the pure visit: people, cards, answers and time in any order and overlap.

`Walk` keeps what is outside (cards in the slot, answers on their way), turns effects into answers that may come late, twice or
never, and checks after every step what must always hold. It draws nothing itself: `hypothesis` and `stroll.py` (a seeded
plain walker for millions of steps) both play it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, assert_never

from drivers.card.states import (
    PinLocked,
    PinNotSet,
    PinProbe,
    PinRefusedFormat,
    PinTries,
    PinUnknown,
    PinVerdict,
    PinVerified,
    PinWrong,
    ReaderState,
)
from kiosk.help import Role
from kiosk.model import CardStatus, CentralFailure, Notice, Overview, Verdict
from kiosk.services import (
    Checked,
    CheckedCode,
    Confirmation,
    Confirmed,
    Eligibility,
    Eligible,
    Identity,
    IdentityOutcome,
    IdentityWay,
    LossReport,
    Party,
    Relation,
    Reservation,
    Reserved,
    Sending,
    Ticket,
)
from kiosk.visit import effects as fx
from kiosk.visit import journal
from kiosk.visit.actions import (
    Action,
    Back,
    ChangePin,
    ChooseParty,
    ClearKeys,
    ConfirmLoss,
    ConfirmPin,
    ConfirmTyped,
    End,
    EraseKey,
    Field,
    ForgotPin,
    GetTicket,
    NoPhone,
    OpenAccount,
    OpenChooser,
    OpenContributions,
    OpenPrivacy,
    OpenRegistration,
    OpenServices,
    OpenWrong,
    OpenYear,
    OtherPhone,
    PickRelation,
    PickWay,
    PrintSlip,
    ReadDocumentNow,
    ReportLoss,
    SelectYear,
    SendAgain,
    SetHighContrast,
    SetLanguage,
    SetLargeText,
    SetReveal,
    ShowPart,
    Start,
    StayHere,
    TryAgain,
    TypeKey,
    UseThisPhone,
)
from kiosk.visit.base import InVisit, has_ended, in_visit, screen_of
from kiosk.visit.deadlines import next_deadline
from kiosk.visit.events import (
    ActivationChecked,
    Ask,
    CardIdentified,
    CardInserted,
    CardPinAnswered,
    CardProgressed,
    CardRemoved,
    CardUnusable,
    CentralFailed,
    ClockChecked,
    CodeChecked,
    CodeSent,
    ConfirmAnswered,
    DigitsEntered,
    DocumentRead,
    Event,
    IdentityAnswered,
    JournalFailed,
    LinkChanged,
    LossReportAnswered,
    NoticesArrived,
    OverviewArrived,
    PinAnswered,
    PinJudged,
    PinProbed,
    Pressed,
    ReaderReported,
    RecentOpened,
    ReservationAnswered,
    RowsArrived,
    ServiceEvent,
    SessionOpened,
    SlipPrinted,
    Tick,
    TicketAnswered,
    Touched,
)
from kiosk.visit.failures import Failure
from kiosk.visit.help import Staff
from kiosk.visit.help_deeds import AuditStands, HelpEffect, HelpEvent, OpenPassword
from kiosk.visit.rules_card import of_reply
from kiosk.visit.rules_service import at_card
from kiosk.visit.services import (
    Activation,
    CardService,
    ChooseWay,
    ClerkConfirms,
    Journalled,
    Paper,
    PinRule,
    Pins,
    PinSlot,
    Stopped,
    TypeNumber,
    Working,
)
from kiosk.visit.services import (
    Notice as PrivacyNotice,
)
from kiosk.visit.states import (
    CardFacts,
    CardPage,
    Idle,
    Kept,
    Link,
    Model,
    OutOfService,
    PinPad,
    ReadStep,
    Recent,
    Record,
    Rules,
    SessionReply,
    TakeCard,
)
from kiosk.visit.step import step
from tests.kiosk.visit.help_samples import HELP_ACTIONS, HELP_RULES, staff_reply
from tests.kiosk.visit.samples import (
    AREA,
    AS_OF,
    MOBILE,
    NUMBER,
    account_rows,
    contribution_rows,
    eligibility,
    mark,
    overview,
    reply,
    sent_code,
    texts,
    well_formed,
)
from tests.kiosk.visit.walk_help import PEOPLE, Broken, HelpAsked, Helped, help_answer, person_of
from tests.kiosk.visit.walk_help import must as must

MARKS = tuple(mark(person) for person in range(PEOPLE))


THREE_TRIES = PinTries(3)
T = TypeVar("T")
ALL_THERE = HELP_RULES


@dataclass(frozen=True, slots=True)
class Card:
    """A card as the world has it. `other_record`: central holds another person's data under it."""

    person: int
    mute: bool = False
    area: str = AREA
    unusable: Failure | None = None
    probe: PinProbe = THREE_TRIES
    verdict: Verdict = Verdict.GENUINE
    status: CardStatus | None = CardStatus.NORMAL
    may_ask_pin: bool = True
    agrees: bool = True
    kept: Kept = Kept.NOTHING
    opens: bool = True  # the kiosk's sealed row, with this chip's answers
    new: bool = False  # may be activated here
    eligible: Eligible = Eligible.YES
    journalled: Journalled = Journalled.NOTHING
    ways: tuple[IdentityWay, ...] = (IdentityWay.CODE, IdentityWay.DOCUMENT)
    here: bool = True  # what is reserved for it was reserved by this kiosk
    staff: Role | None = None  # a staff card


def new(person: int, **what: Any) -> Card:
    return Card(person, status=CardStatus.NOT_ACTIVATED, may_ask_pin=False, new=True, **what)


def cards() -> tuple[Card, ...]:
    """Mostly good ones: what lies behind the PIN must be reached often."""
    good = [Card(person) for person in range(PEOPLE)] * 5
    good += [Card(person, kept=Kept.RECENT) for person in range(PEOPLE)] * 3
    odd = [
        Card(0, mute=True),
        Card(1, area="140300"),
        Card(2, probe=PinLocked()),
        Card(3, probe=PinNotSet()),
        Card(0, probe=PinTries(1)),
        Card(1, agrees=False),
        Card(2, may_ask_pin=False),
        Card(3, kept=Kept.RECENT, opens=False),
        Card(0, kept=Kept.RECENT, agrees=False),
        Card(1, kept=Kept.LISTED),
        Card(2, kept=Kept.CLOSED),
        Card(3, kept=Kept.RECENT, status=CardStatus.LOST),
    ]
    odd += [Card(n % PEOPLE, verdict=verdict) for n, verdict in enumerate(Verdict)]
    odd += [Card(n % PEOPLE, status=status) for n, status in enumerate((*CardStatus, None))]
    odd += [
        Card(n % PEOPLE, unusable=failure)
        for n, failure in enumerate((Failure.CARD_FAULTY, Failure.CARD_MALFORMED, Failure.READER_HELD))
    ]
    fresh = [new(person) for person in range(PEOPLE)] * 3
    fresh += [new(n % PEOPLE, journalled=step) for n, step in enumerate(Journalled)]
    fresh += [new(n % PEOPLE, eligible=answer) for n, answer in enumerate(Eligible)]
    fresh += [new(n % PEOPLE, ways=ways) for n, ways in enumerate(((), *((way,) for way in IdentityWay)))]
    fresh += [
        new(0, probe=PinLocked()),
        new(1, probe=PinNotSet()),
        new(2, probe=PinTries(1), journalled=Journalled.CHANGING),
        new(3, journalled=Journalled.RESERVED, here=False),
        new(0, verdict=Verdict.CANNOT_BE_PROVED),
        new(1, area="140300"),
    ]
    staff = [Card(n, staff=role) for n, role in enumerate(Role)] * 3
    staff += [
        Card(0, staff=Role.TECHNICIAN, kept=Kept.TECHNICIAN),
        Card(1, staff=Role.TECHNICIAN, kept=Kept.TECHNICIAN),
        Card(2, staff=Role.CLERK, verdict=Verdict.CANNOT_BE_PROVED),
        Card(3, staff=Role.CLERK, probe=PinLocked()),
    ]
    return tuple(good + odd + fresh + staff)


CARDS = cards()

ACTIONS: tuple[Action, ...] = (
    ConfirmPin(),
    ConfirmPin(),
    ConfirmPin(),
    ForgotPin(),
    Back(),
    Back(),
    StayHere(),
    StayHere(),
    OpenRegistration(),
    OpenRegistration("310"),
    OpenContributions(),
    OpenContributions("110"),
    OpenContributions("390"),
    OpenContributions("999"),
    OpenAccount(),
    OpenAccount("310"),
    OpenChooser(),
    OpenPrivacy(),
    OpenPrivacy(),
    OpenPrivacy(),
    OpenPrivacy(),
    OpenWrong(),
    SelectYear(2025),
    SelectYear(1999),
    OpenYear(2026),
    OpenYear(2024),
    ShowPart(0),
    ShowPart(8),
    ShowPart(50),
    ShowPart(104),
    ShowPart(-3),
    ShowPart(5000),
    TryAgain(),
    *(ChooseParty(party) for party in Party),
    PickRelation(Relation.PARENT),
    *(PickWay(way) for way in IdentityWay),
    *(TypeKey("1"), TypeKey("X"), TypeKey("?"), EraseKey(), ClearKeys(), ConfirmTyped(), ConfirmTyped()),
    *(SendAgain(), UseThisPhone(), UseThisPhone(), OtherPhone(), NoPhone(), ReadDocumentNow(), Start(), Start()),
    *(GetTicket(), PrintSlip(), OpenServices(), ChangePin(), ReportLoss(), ConfirmLoss()),
    SetReveal(Field.NAME),
    SetReveal(Field.CARD_NUMBER),
    SetReveal(None),
    SetLanguage("en"),
    SetLanguage("zh_CN"),
    SetLanguage("xx"),
    SetLargeText(True),
    SetLargeText(False),
    SetHighContrast(True),
    *HELP_ACTIONS,
    End(),
)

PINS: tuple[PinVerdict, ...] = (
    PinVerified(),
    PinVerified(),
    PinVerified(),
    PinWrong(2),
    PinWrong(1),
    PinLocked(),
    PinRefusedFormat(),
    PinUnknown(None),
)

PAUSES = (0.0, 0.0625, 0.25, 0.75, 1.0, 5.0, 10.0, 20.0, 61.0, 130.0, 200.0)

# Outcomes of a question to central: an answer in eight of fifteen, else one of the failures.
OUTCOMES = 8 + len(CentralFailure)


@cache
def _overview(person: int) -> Overview:
    return overview(person, absent=person == 3)


@cache
def _recent(person: int) -> Recent:
    """What the kiosk kept of the person: another value than central's answer of today."""
    return Recent(overview(person), datetime(2026, 11, 18, 9, tzinfo=UTC))


@cache
def _reply(card: Card) -> SessionReply:
    minor, may = card.person == 2, card.may_ask_pin
    if card.staff is not None:
        return staff_reply(card.staff, verdict=card.verdict, status=card.status, may=may)
    return reply(card.person, verdict=card.verdict, status=card.status, may=may, minor=minor, activate=card.new)


NO_CARD = tuple(Card(person) for person in range(PEOPLE))
"""Who looks, or is looked up, without a card."""


@cache
def _eligibility(card: Card) -> Eligibility:
    reserved = card.journalled not in (Journalled.NOTHING, Journalled.RESERVING)
    return eligibility(
        card.person,
        eligible=card.eligible,
        minor=card.person == 2,
        ways=card.ways,
        phone=card.person != 3,
        reserved=reserved,
        here=card.here,
    )


CHANGES: tuple[PinVerdict, ...] = (
    *(PinVerified(), PinWrong(2), PinWrong(1), PinLocked(), PinUnknown(None), PinUnknown(0x6581), PinRefusedFormat()),
)
_IDENTITIES = (IdentityOutcome.MATCHED, *IdentityOutcome)
_SENDINGS = (Sending.SENT, *Sending)
_CHECKS = (Checked.MATCHED, *Checked)
_RESERVED = (Reserved.RESERVED, *Reserved)
_CONFIRMED = (Confirmed.ACTIVATED, *Confirmed)
_RULES = (None, *PinRule)

Asked = (
    fx.CheckActivation
    | fx.ProveIdentity
    | fx.ReadDocument
    | fx.SendCode
    | fx.CheckCode
    | fx.Reserve
    | fx.JudgePin
    | fx.ChangeCardPin
    | fx.VerifyNewPin
    | fx.ConfirmActivation
    | fx.ReportLossNow
    | fx.AskTicket
    | fx.Print
)


def service_answer(at: float, card: Card, effect: Asked, outcome: int) -> Event:
    """0: as one wishes; else another of what can come."""
    ids = at, effect.visit, effect.insertion, effect.request
    person = card.person

    def one(of: Sequence[T]) -> T:
        return of[outcome % len(of)]

    at_central = fx.JudgePin, fx.ChangeCardPin, fx.VerifyNewPin, fx.ReadDocument, fx.Print
    if 8 <= outcome < OUTCOMES and not isinstance(effect, at_central):
        return CentralFailed(at, *ids[1:3], Ask.SERVICE, effect.request, list(CentralFailure)[outcome - 8])
    match effect:
        case fx.CheckActivation():
            return ActivationChecked(*ids, _eligibility(card), card.journalled)
        case fx.ProveIdentity():
            phone = None if outcome == 7 else f"138****{mark(person)}"
            return IdentityAnswered(*ids, Identity(one(_IDENTITIES), (2, 0)[outcome % 2], phone))
        case fx.ReadDocument():
            return DocumentRead(*ids, *((None, None) if outcome % 2 else (NUMBER, f"张三{mark(person)}")))
        case fx.SendCode():
            return CodeSent(*ids, sent_code(person, one(_SENDINGS), left=3 - outcome % 4))
        case fx.CheckCode():
            return CodeChecked(*ids, CheckedCode(one(_CHECKS), (2, 0)[outcome % 2]))
        case fx.Reserve() if outcome == 7:
            return JournalFailed(*ids)
        case fx.Reserve():
            return ReservationAnswered(*ids, Reservation(one(_RESERVED), "reservation-1", "REF-1", AS_OF))
        case fx.JudgePin(slot=slot):
            return PinJudged(*ids, slot, one(_RULES))
        case fx.ChangeCardPin() if outcome == 7:
            return JournalFailed(*ids)
        case fx.ChangeCardPin() | fx.VerifyNewPin():
            return CardPinAnswered(*ids, one(CHANGES))
        case fx.ConfirmActivation():
            return ConfirmAnswered(*ids, None if outcome == 7 else Confirmation(one(_CONFIRMED), AS_OF))
        case fx.ReportLossNow():
            return LossReportAnswered(*ids, LossReport("REF-2", None))
        case fx.AskTicket():
            return TicketAnswered(*ids, Ticket("REF-3", AS_OF))
        case fx.Print():
            return SlipPrinted(*ids, one((Paper.PRINTED, Paper.FAILED, Paper.NO_PRINTER)))
        case never:
            assert_never(never)


@dataclass(frozen=True, slots=True)
class Due:
    """An answer that is on its way."""

    effect: (
        fx.ReadCard
        | fx.OpenSession
        | fx.VerifyPin
        | fx.FetchOverview
        | fx.OpenRecent
        | fx.FetchContributions
        | fx.FetchEntries
        | Asked
        | HelpAsked
    )
    stage: int = 0


class Walk:
    """The kiosk and the world around it. Times are exact binary fractions, so that no comparison depends on rounding."""

    def __init__(self, rules: Rules = ALL_THERE) -> None:
        self.rules = rules
        self.model = Model(rules)
        self.now = 0.0
        self.insertions = 0
        self.card: Card | None = None
        self.owners: dict[int, Card] = {}
        self.due: list[Due] = []
        self.told: list[Event] = []
        self.steps = 0
        # What the visits have done so far, for the rules that span several steps.
        self.open: set[int] = set()
        self.entries: dict[int, int] = {}
        self.verified: set[tuple[int, int]] = set()
        self.fresh: set[int] = set()
        self.sent: set[int] = set()
        self.slots: set[tuple[int, PinSlot]] = set()  # opened, not yet judged
        self.judging: set[tuple[int, PinSlot]] = set()  # by a finger, not yet at the card
        self.reserved: set[int] = set()  # or an earlier transaction may be gone on with
        self.changing: set[int] = set()  # CHANGE may have been sent
        self.cancelled: set[int] = set()
        self.reported: set[int] = set()
        self.locked: set[int] = set()
        self.help = Helped()

    def owner(self, visit: int, insertion: int) -> Card:
        """Whose card it is; without a card whose session."""
        return self.owners[insertion] if insertion else NO_CARD[person_of(visit)]

    # --- what can happen ---------------------------------------------------------------------------------------------

    def insert(self, card: Card) -> None:
        """Also over a card that is in: the swap that nobody saw between two looks."""
        self.insertions += 1
        self.card = card
        self.owners[self.insertions] = card
        self.send(CardInserted(self.now, self.insertions, card.mute))

    def remove(self) -> None:
        self.card = None
        self.send(CardRemoved(self.now, self.insertions))

    def removed_before(self, insertion: int) -> None:
        """The news of an older card's removal."""
        if insertion != self.insertions:
            self.send(CardRemoved(self.now, insertion))

    def press(self, action: Action, ago: int = 0) -> None:
        self.send(Pressed(self.now, self.model.visits - ago, action))

    def type(self, count: int, ago: int = 0) -> None:
        self.send(DigitsEntered(self.now, self.model.visits - ago, count))

    def keys(self, text: str) -> None:
        """An entry that is shown, from the beginning."""
        self.press(ClearKeys())
        for key in text:
            self.press(TypeKey(key))

    def touch(self) -> None:
        self.send(Touched(self.now))

    def reader(self, state: ReaderState) -> None:
        """A reader that goes away tells so of its card too, before or after."""
        self.send(ReaderReported(self.now, state))
        if state in (ReaderState.NO_READER, ReaderState.SERVICE_STOPPED) and self.card is not None:
            self.remove()

    def clock(self, wrong: bool) -> None:
        self.send(ClockChecked(self.now, wrong))

    def audit(self, writable: bool) -> None:
        self.send(AuditStands(self.now, self.model.visits, writable))

    def hall(self, link: Link) -> None:
        self.send(LinkChanged(self.now, link))
        self.send(NoticesArrived(self.now, (Notice("h", "大厅", "Hall"),)))

    def deliver(self, index: int, outcome: int) -> None:
        """One of the answers on their way comes."""
        if self.due:
            self.send(self.answer(self.due.pop(index % len(self.due)), outcome))

    def again(self, index: int) -> None:
        """An answer of before comes once more."""
        if self.told:
            self.send(replace(self.told[index % len(self.told)], at=self.now))

    def pause(self, seconds: float, *, late: bool = False) -> None:
        """Time passes with a tick at every deadline; `late`: the engine was busy and ticks at the end only."""
        end = self.now + seconds
        for _ in range(1000):
            due = next_deadline(self.model)
            if due is None or due > end or late:
                break
            self.now = max(self.now, due)
            self.send(Tick(self.now))
        else:
            raise Broken("time goes on")
        self.now = end
        self.send(Tick(self.now))

    # --- how the world answers ----------------------------------------------------------------------------------------

    def answer(self, due: Due, outcome: int) -> Event:
        effect, at = due.effect, self.now
        ids = effect.visit, effect.insertion
        if isinstance(effect, HelpAsked):
            role = self.owners[effect.insertion].staff if effect.insertion else None
            return help_answer(at, effect, role, outcome)
        card = self.owner(*ids)
        failure = list(CentralFailure)[outcome - 8] if 8 <= outcome < OUTCOMES else None
        match effect:
            case fx.ReadCard():
                if due.stage < 2:
                    self.due.append(Due(effect, due.stage + 1))
                match due.stage:
                    case 0:
                        return CardProgressed(at, *ids, ReadStep.PROVE)
                    case 1 if card.unusable is not None:
                        return CardUnusable(at, *ids, card.unusable)
                    case 1:
                        return CardIdentified(at, *ids, CardFacts(card.area, card.person == 2, card.kept))
                    case _:
                        return PinProbed(at, *ids, card.probe)
            case fx.OpenSession():
                if failure is not None:
                    return CentralFailed(at, *ids, Ask.SESSION, 0, failure)
                return SessionOpened(at, *ids, _reply(card))
            case fx.VerifyPin():
                return PinAnswered(at, *ids, PINS[outcome % len(PINS)])
            case fx.FetchOverview():
                if failure is not None:
                    return CentralFailed(at, *ids, Ask.OVERVIEW, 0, failure)
                return OverviewArrived(at, *ids, _overview(card.person), card.agrees)
            case fx.OpenRecent():
                return RecentOpened(at, *ids, _recent(card.person) if card.opens else None)
            case fx.FetchContributions(request=request, insurance=insurance, year=year, page=page):
                if failure is not None:
                    return CentralFailed(at, *ids, Ask.ROWS, request, failure)
                return RowsArrived(at, *ids, request, contribution_rows(card.person, insurance, year, page))
            case fx.FetchEntries(request=request, insurance=insurance, page=page):
                if failure is not None:
                    return CentralFailed(at, *ids, Ask.ROWS, request, failure)
                return RowsArrived(at, *ids, request, account_rows(card.person, insurance, page))
            case _:
                return service_answer(at, card, effect, outcome)

    # --- one step, and what must hold ----------------------------------------------------------------------------------

    def send(self, event: Event) -> None:
        before = self.model
        after, effects = step(before, event)
        self.model = after
        self.steps += 1
        if isinstance(event, PinAnswered) and isinstance(before.state, PinPad) and before.state.verifying:
            self.sent.discard(event.visit)
            if isinstance(event.verdict, PinVerified):
                self.verified.add((event.visit, event.insertion))
        self._visits(before, after)
        self._answered(before, event, after)
        self.help.answered(before, event, after)
        for effect in effects:
            self._effect(event, effect)
        self._state(before, after)
        self._log(before, event, after)
        if isinstance(
            event,
            SessionOpened
            | OverviewArrived
            | RowsArrived
            | PinAnswered
            | CentralFailed
            | PinProbed
            | RecentOpened
            | ServiceEvent
            | HelpEvent,
        ):
            self.told = [*self.told[-15:], event]
        del self.due[:-40]

    def _visits(self, before: Model, after: Model) -> None:
        must(after.visits - before.visits in (0, 1), "visits are numbered one by one")
        must(after.now >= before.now, "time never runs backwards")
        if after.visits > before.visits:
            self.open.add(after.visits)
            self.entries[after.visits] = 0

    def _answered(self, before: Model, event: Event, after: Model) -> None:
        """What the services may do from now on, by the answers that were taken."""
        old, new = before.state, after.state
        if isinstance(event, PinAnswered) and isinstance(event.verdict, PinLocked):
            self.locked.add(event.visit)
        if isinstance(event, PinProbed) and isinstance(event.probe, PinLocked):
            self.locked.add(event.visit)
        taken = isinstance(event, ServiceEvent) and new is not old
        if taken and isinstance(event, ReservationAnswered) and event.reservation.outcome is Reserved.RESERVED:
            self.reserved.add(event.visit)
        if taken and isinstance(event, ActivationChecked) and isinstance(new, Activation):
            if new.journalled in (Journalled.CHANGING, Journalled.LOST):
                self.reserved.add(event.visit)
            if new.sent:
                self.changing.add(event.visit)
        if taken and isinstance(event, LossReportAnswered):
            self.reported.add(event.visit)
        if taken and isinstance(event, CardPinAnswered | JournalFailed):
            self.sent.discard(event.visit)
        if taken and isinstance(event, PinJudged) and event.rule not in (None, PinRule.OLD):
            self.judging.discard((event.visit, event.slot))
        if at_card(old) and not at_card(new):
            gone = isinstance(event, CardRemoved | CardInserted | CardPinAnswered | JournalFailed)
            must(gone, "nothing but the card's leaving ends a change")

    def _service_effect(self, event: Event, effect: fx.ServiceEffect) -> None:
        visit = effect.visit
        match effect:
            case fx.OpenSecret(slot=slot):
                self.slots.add((visit, slot))
                return
            case fx.CancelReservation():
                pressed = isinstance(event, Pressed) and isinstance(event.action, End)
                must(pressed, "a reservation is cancelled by who ends it only")
                must(visit not in self.changing, "nothing is cancelled that may have been changed")
                must(visit not in self.cancelled, "a reservation is cancelled once")
                self.cancelled.add(visit)
                return
            case fx.JudgePin(slot=slot):
                must(isinstance(event, Pressed) and isinstance(event.action, ConfirmPin), "a PIN is judged by confirm")
                must((visit, slot) in self.slots, "what is judged was typed after its slot was opened")
                self.slots.discard((visit, slot))
                self.judging.add((visit, slot))
            case fx.ChangeCardPin(transaction=transaction):
                must(isinstance(event, PinJudged) and event.rule is None, "a PIN is changed after it was judged only")
                fingers = {slot for of, slot in self.judging if of == visit}
                must(bool(fingers & {PinSlot.OLD}), "an old PIN is sent once for each time it was typed")
                self.judging -= {(visit, PinSlot.OLD), (visit, PinSlot.AGAIN)}
                must(visit not in self.sent, "no PIN is sent while one is at the chip")
                self.sent.add(visit)
                if transaction:
                    must(visit in self.reserved, "no card is changed without a reservation")
                    self.changing.add(visit)
                else:
                    must((visit, effect.insertion) in self.verified, "a service is of who knew the PIN")
            case fx.VerifyNewPin():
                must(isinstance(event, PinJudged) and event.rule is None, "a new PIN is verified by a finger only")
                must((visit, PinSlot.NEW) in self.judging, "a new PIN is verified once for each time it was typed")
                self.judging.discard((visit, PinSlot.NEW))
                must(visit not in self.sent, "no PIN is sent while one is at the chip")
                self.sent.add(visit)
            case fx.ConfirmActivation():
                journalled = self.owners[effect.insertion].journalled is Journalled.CHANGED
                must(visit in self.changing or journalled, "what was not changed is not confirmed")
            case fx.Reserve():
                pressed = isinstance(event, Pressed) and isinstance(event.action, Start)
                must(pressed, "nothing is reserved but by who started it")
            case fx.ReportLossNow():
                knew = (visit, effect.insertion) in self.verified or visit in self.help.sessions
                must(knew, "a service is of who knew the PIN, or has a session without a card")
                must(isinstance(event, Pressed), "a loss is reported by a finger only")
            case _:
                pass
        self.due.append(Due(effect))

    def _effect(self, event: Event, effect: fx.Effect) -> None:
        match effect:
            case fx.EndVisit(visit=visit):
                must(visit in self.open, "a visit ends exactly once")
                self.open.discard(visit)
                self.fresh.discard(visit)
                self.sent.discard(visit)
                return
            case fx.Play() | fx.ReportForgottenCard():
                return
            case fx.OpenPinEntry(visit=visit):
                self.fresh.add(visit)
            case fx.WarmCentral():
                pass
            case fx.VerifyPin(visit=visit):
                must(
                    isinstance(event, Pressed) and isinstance(event.action, ConfirmPin), "a PIN is sent by confirm only"
                )
                must(visit in self.fresh, "a PIN entry is sent once")
                must(visit not in self.sent, "no PIN is sent while one is at the chip")
                self.fresh.discard(visit)
                self.sent.add(visit)
                self.due.append(Due(effect))
            case fx.KeepRecent() | fx.ForgetRecent():
                card = self.owners[effect.insertion]
                genuine = card.verdict is Verdict.GENUINE
                must(genuine, "what a card opens here is changed by a genuine card only")
                if isinstance(effect, fx.KeepRecent):
                    must((effect.visit, effect.insertion) in self.verified, "nothing is kept without the PIN")
                    must(effect.overview == _overview(card.person) and card.agrees, "what is kept is central's answer")
                else:
                    lost = effect.visit in self.reported
                    must(card.status is not CardStatus.NORMAL or lost, "a card in order keeps its row")
                    return  # the visit may end with it
            case fx.OpenRecent():
                must((effect.visit, effect.insertion) in self.verified, "nothing is unsealed before the PIN")
                must(self.owners[effect.insertion].kept is Kept.RECENT, "what may not be opened is not asked for")
                self.due.append(Due(effect))
            case fx.FetchOverview() | fx.FetchContributions() | fx.FetchEntries():
                knew = (effect.visit, effect.insertion) in self.verified
                without = effect.insertion == 0 and effect.visit in self.help.sessions
                must(knew or without, "nothing personal is asked for before the PIN, or without a session")
                staff = effect.insertion != 0 and self.owners[effect.insertion].staff is not None
                must(not staff, "a staff card has no record")
                self.due.append(Due(effect))
            case fx.ReadCard() | fx.OpenSession():
                self.due.append(Due(effect))
            case fx.CancelReservation():
                self._service_effect(event, effect)
                return  # the visit ends with it
            case _ if isinstance(effect, HelpEffect):
                self.help.effect(self.model, self.verified, event, effect)
                if not isinstance(effect, OpenPassword):
                    self.due.append(Due(effect))
            case _:
                self._service_effect(event, effect)
        must(effect.visit in self.open, "a visit that has ended does nothing")

    def _state(self, before: Model, after: Model) -> None:
        well_formed(after)
        state = after.state
        visit = in_visit(state)
        live = set() if visit is None or has_ended(visit) else {visit.visit}
        must(self.open == live, "every visit that is not on the screen has ended")
        if state is not before.state or after.world is not before.world:
            self.help.state(after)
        if isinstance(state, Record) and state.insertion == 0:
            must(state.overview is _overview(person_of(state.visit)), "a record is that of who has the session")
        elif isinstance(state, Record):
            card = self.owners[state.insertion]
            shown = _overview(card.person) if state.offline is None else _recent(card.person).overview
            must(
                state.overview is shown, "a record is that of the card in the slot, and says whether it is recent data"
            )
            must((state.visit, state.insertion) in self.verified, "no record without this visit's PIN")
            if state.offline is None:
                must(of_reply(_reply(card), self.rules) is None, "no record without a genuine session")
                must(card.agrees, "no record that disagrees with the card")
            else:
                must(card.kept is Kept.RECENT and card.opens, "no recent data but what this chip opens")
                reply = state.offline.reply
                must(
                    reply is None or of_reply(reply, self.rules) is None,
                    "no recent data of a card that central refuses",
                )
            own = MARKS[card.person]
            held = state.page
            must(all(own in t or not any(m in t for m in MARKS) for t in texts(held)), "no page holds another's data")
        elif state is not before.state:
            mine = None if visit is None else MARKS[self._person(visit)]
            for text in texts(state):
                must(not any(m in text for m in MARKS if m != mine), "nothing of the last person is left")
        if isinstance(state, Activation | CardService):
            self._service(state)
        if isinstance(state, PinPad):
            against = None if state.reply is None else of_reply(state.reply, self.rules)
            must(against is None or state.refused is not None, "no PIN is asked for in vain")
            must(state.refused is None or state.verifying, "a refusal waits for the chip only")
            must(state.verifying == (state.visit in self.sent), "the chip's answer is waited for while a PIN is there")
            must(state.verifying or state.visit in self.fresh, "there is an entry to type into")
        old = in_visit(before.state)
        if old is not None and (visit is None or visit.visit != old.visit):
            aids = after.prefs
            must(not aids.large_text and not aids.high_contrast, "aids end with the visit")
            must(
                aids.language == self.rules.default_language or isinstance(state, TakeCard),
                "the language ends with the visit",
            )
        due = next_deadline(after)
        if due is not None and due <= after.now:
            later, _ = step(after, Tick(after.now))
            must(later.state is not state, "a passed deadline changes something")

    def _person(self, visit: InVisit) -> int:
        """Whose the texts on the screen are; of staff who is looked up."""
        return person_of(visit.visit) if isinstance(visit, Staff) else self.owner(visit.visit, visit.insertion).person

    def _service(self, state: Activation | CardService) -> None:
        card, ids = self.owner(state.visit, state.insertion), (state.visit, state.insertion)
        if isinstance(state, Activation):
            must(card.new and card.verdict is Verdict.GENUINE, "a genuine new card is activated only")
        else:
            knew = ids in self.verified or state.visit in self.locked or state.visit in self.help.sessions
            must(knew, "a service is of who knew the PIN, or has a session without a card")
            must(of_reply(_reply(card), self.rules) is None, "no service without a genuine session")
        stage = state.stage
        must(at_card(state) == (state.visit in self.sent), "the chip's answer is waited for while a PIN is there")
        if isinstance(stage, Pins) and not stage.judging:
            must((state.visit, stage.slot) in self.slots, "there is a slot to type into")
        typing = isinstance(stage, TypeNumber | ChooseWay | ClerkConfirms | PrivacyNotice | Working | Stopped)
        must(typing or NUMBER not in texts(stage), "a number stays no longer than its page")

    def _log(self, before: Model, event: Event, after: Model) -> None:
        said = journal.lines(before, event, after)
        names = {line.name for line in said}
        N = journal.LogName
        old, new = in_visit(before.state), in_visit(after.state)
        ended = old is not None and (new is None or new.visit != old.visit)
        begun = new is not None and (old is None or new.visit != old.visit)
        must((N.VISIT_ENDED in names) == ended, "the end of a visit is logged")
        must((N.VISIT_BEGUN in names) == begun, "the beginning of a visit is logged")
        must((N.PAGE_SHOWN in names) >= (screen_of(before) is not screen_of(after)), "another screen is logged")
        record = isinstance(after.state, Record) and not isinstance(before.state, Record)
        must((N.RECORD_SHOWN in names) == record, "a record that opens is logged")
        if isinstance(after.state, CardPage) and not isinstance(before.state, CardPage):
            must(N.FAILURE_SHOWN in names, "a failure is logged")
        if isinstance(after.state, OutOfService) and not isinstance(before.state, OutOfService):
            must(N.OUT_OF_SERVICE in names, "out of service is logged")
        for line in said:
            for value in line.values.values():
                must(isinstance(value, int) or not any(m in value for m in MARKS), "nothing personal is logged")
                must(value not in (NUMBER, MOBILE, "REF-1", "REF-2", "REF-3"), "no number or reference is logged")

    # --- where it can always get to --------------------------------------------------------------------------------------

    def ends_when_left_alone(self) -> None:
        """Everybody has gone, every answer comes, time passes: no visit stays open and no page waits for ever."""
        left = self._copy()
        for _ in range(400):
            if left.due:
                left.deliver(0, 0)
            elif (due := next_deadline(left.model)) is not None:
                left.now = max(left.now, due)
                left.send(Tick(left.now))
            else:
                break
        else:
            raise Broken("the kiosk comes to rest")
        must(in_visit(left.model.state) is None, "a visit that was left ends by itself")
        if left.card is not None and left.model.world.slot is not None:
            left.remove()
        left.clock(False)
        left.audit(True)
        left.reader(ReaderState.READY)
        must(isinstance(left.model.state, Idle), "without card and fault the kiosk is idle")
        must(left.model.prefs.language == self.rules.default_language, "the attract page has the hall's language")

    def _copy(self) -> "Walk":
        other = Walk(self.rules)
        other.model, other.now, other.insertions, other.card = self.model, self.now, self.insertions, self.card
        other.owners, other.due = dict(self.owners), list(self.due)
        other.open, other.entries, other.verified = set(self.open), dict(self.entries), set(self.verified)
        other.fresh, other.sent = set(self.fresh), set(self.sent)
        other.slots, other.judging, other.locked = set(self.slots), set(self.judging), set(self.locked)
        other.reserved, other.changing = set(self.reserved), set(self.changing)
        other.cancelled, other.reported = set(self.cancelled), set(self.reported)
        other.help = self.help.copy()
        return other
