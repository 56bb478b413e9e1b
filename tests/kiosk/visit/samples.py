"""Synthetic people and a scene to play one visit by hand. Every text of a person carries that person's mark, so that a leak
is a search for a mark."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from drivers.card.states import PinProbe, PinTries, PinVerdict, PinVerified, ReaderState
from kiosk.help import Access
from kiosk.model import (
    PAGE_ROWS,
    Absent,
    AbsentReason,
    Account,
    AccountEntry,
    AccountFigures,
    AccountPage,
    Body,
    CardStatus,
    CentralFailure,
    ContributionHistory,
    ContributionPage,
    ContributionRow,
    ContributionYear,
    EntryKind,
    Holder,
    MaskedHolder,
    Month,
    Notice,
    Origin,
    Overview,
    Payer,
    PayerKind,
    Registration,
    RowKind,
    Verdict,
)
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
    OpenReservation,
    Party,
    Reservation,
    Reserved,
    Sending,
    SentCode,
)
from kiosk.visit import journal
from kiosk.visit.actions import (
    Action,
    ChooseParty,
    ClearKeys,
    ConfirmPin,
    ConfirmTyped,
    OpenServices,
    Start,
    TypeKey,
    UseThisPhone,
)
from kiosk.visit.base import in_visit, screen_of
from kiosk.visit.deadlines import next_deadline
from kiosk.visit.effects import Effect
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
    Event,
    IdentityAnswered,
    OverviewArrived,
    PinAnswered,
    PinJudged,
    PinProbed,
    Pressed,
    ReaderReported,
    RecentOpened,
    ReservationAnswered,
    RowsArrived,
    SessionOpened,
    Tick,
    Touched,
)
from kiosk.visit.failures import Failure
from kiosk.visit.help import Query, Staff
from kiosk.visit.services import Journalled, PinRule, Pins, PinSlot
from kiosk.visit.states import CardFacts, Kept, Model, ReadStep, Recent, Rules, Screen, SessionReply, State
from kiosk.visit.step import step

AREA = "370100"
RULES = Rules(areas=frozenset({AREA}))
BEIJING_TIME = timezone(timedelta(hours=8))
AS_OF = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING_TIME)
YEARS = (2024, 2025, 2026)


def mark(person: int) -> str:
    return f"«{person}»"


def overview(person: int, *, absent: bool = False, card_status: CardStatus = CardStatus.NORMAL) -> Overview:
    """Two insurances with three years, one account; or a record whose parts central cannot give."""
    m = mark(person)
    body = Body("3701", f"人社局{m}", f"Bureau {m}", None, f"街道{m}")
    origin = Origin(body, AS_OF)
    gone = Absent(AbsentReason.SOURCE_UNAVAILABLE)
    payer = Payer(PayerKind.EMPLOYER, f"单位{m}")
    registrations = tuple(
        Registration(code, "1", "1", Month(2001, 3), None, None, payer, None, origin) for code in ("110", "310", "390")
    )
    years = tuple(ContributionYear(year, "P" * 12, (), 12_000, 24_000) for year in YEARS)
    histories = (
        ContributionHistory("110", Month(2001, 3), 300, years, origin),
        ContributionHistory("310", Month(2001, 3), 300, years[:1], origin),
        ContributionHistory("390", None, 0, (), origin),
    )
    figures = AccountFigures(2026, 100, 50, 20, 130)
    accounts = (Account("110", figures, origin), Account("310", gone, origin))
    return Overview(
        Holder(f"张三{m}", f"37010019700101{m}", minor=False),
        f"A{m}",
        card_status,
        gone if absent else registrations,
        gone if absent else histories,
        gone if absent else accounts,
        (Notice("n1", f"通知{m}", f"Notice {m}"),),
        AS_OF,
    )


def contribution_rows(
    person: int, insurance: str, year: int, page: int = 1, pages: int = 3, count: int | None = None
) -> ContributionPage:
    """A page of rows; every page but the last is full."""
    m = mark(person)
    body = Body("3701", f"人社局{m}", f"Bureau {m}", None, None)
    count = (PAGE_ROWS if page < pages else 7) if count is None else count
    row = ContributionRow(
        Month(year, 5), RowKind.REGULAR, "10", 500_000, 80_000, 40_000, True, date(year, 5, 20), f"单位{m}"
    )
    return ContributionPage(insurance, year, page, pages, (row,) * count, Origin(body, AS_OF))


def account_rows(person: int, insurance: str, page: int = 1, pages: int = 3, count: int | None = None) -> AccountPage:
    m = mark(person)
    body = Body("3701", f"医保局{m}", f"Bureau {m}", None, None)
    count = (PAGE_ROWS if page < pages else 7) if count is None else count
    entry = AccountEntry(date(2026, 5, 1), EntryKind.SPENDING, -1234, 5678)
    return AccountPage(insurance, page, pages, (entry,) * count, Origin(body, AS_OF))


def reply(
    person: int = 0,
    *,
    verdict: Verdict = Verdict.GENUINE,
    status: CardStatus | None = CardStatus.NORMAL,
    may: bool = True,
    minor: bool = False,
    activate: bool = False,
) -> SessionReply:
    holder = MaskedHolder(f"张*{mark(person)}", "370***********0000", minor)
    return SessionReply(verdict, status, holder, may, activate)


def new_card(person: int = 0, *, minor: bool = False) -> SessionReply:
    """Central's word on a card that may be activated here."""
    return reply(person, status=CardStatus.NOT_ACTIVATED, may=False, minor=minor, activate=True)


NUMBER = "370100199001011239"
"""Of nobody; the check character fits."""
MOBILE = "13800001234"


def eligibility(
    person: int = 0,
    *,
    eligible: Eligible = Eligible.YES,
    minor: bool = False,
    ways: tuple[IdentityWay, ...] = (IdentityWay.CODE, IdentityWay.DOCUMENT),
    phone: bool = True,
    reserved: bool = False,
    here: bool = True,
) -> Eligibility:
    there = OpenReservation("reservation-1", "REF-1", Party.HOLDER, AS_OF, here) if reserved else None
    return Eligibility(eligible, minor, ways, f"138****{mark(person)}" if phone else None, "某某银行", there)


def sent_code(
    person: int = 0, outcome: Sending = Sending.SENT, *, left: int = 3, code: str | None = "code-0001"
) -> SentCode:
    return SentCode(outcome, code, f"138****{mark(person)}", 60, left)


def texts(thing: Any) -> Iterator[str]:
    """Every string in a value made of dataclasses, tuples and enums."""
    if isinstance(thing, str):
        yield thing
    elif is_dataclass(thing):
        for f in fields(thing):
            yield from texts(getattr(thing, f.name))
    elif isinstance(thing, tuple | frozenset | list):
        for item in thing:
            yield from texts(item)
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from texts(key)
            yield from texts(value)


class Scene:
    """One kiosk, played by hand: each method is something that happens, at `now`; it returns the effects."""

    def __init__(self, rules: Rules = RULES, *, person: int = 0) -> None:
        self.model = Model(rules)
        self.now = 100.0
        self.person = person
        self.insertion = 0
        self.effects: list[Effect] = []
        self.lines: list[journal.LogLine] = []
        self.send(ReaderReported(self.now, ReaderState.READY))

    # --- looking ---

    @property
    def state(self) -> State:
        return self.model.state

    @property
    def screen(self) -> Screen:
        return screen_of(self.model)

    def failure(self) -> Failure | None:
        return getattr(self.state, "failure", None)

    # --- time ---

    def send(self, event: Event) -> tuple[Effect, ...]:
        before = self.model
        self.model, effects = step(before, event)
        self.lines += journal.lines(before, event, self.model)
        self.effects += effects
        return effects

    def wait(self, seconds: float) -> tuple[Effect, ...]:
        """Time passes; the engine ticks at every deadline on the way, and only then."""
        end = self.now + seconds
        effects: tuple[Effect, ...] = ()
        for _ in range(10_000):
            due = next_deadline(self.model)
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            effects += self.send(Tick(self.now))
        else:
            raise AssertionError("time stands still")
        self.now = end
        return effects

    # --- people ---

    def insert(self, *, mute: bool = False) -> tuple[Effect, ...]:
        self.insertion += 1
        return self.send(CardInserted(self.now, self.insertion, mute))

    def remove(self) -> tuple[Effect, ...]:
        return self.send(CardRemoved(self.now, self.insertion))

    def press(self, action: Action, visit: int | None = None) -> tuple[Effect, ...]:
        return self.send(Pressed(self.now, self.model.visits if visit is None else visit, action))

    def touch(self) -> tuple[Effect, ...]:
        return self.send(Touched(self.now))

    def digits(self, count: int) -> tuple[Effect, ...]:
        return self.send(DigitsEntered(self.now, self.model.visits, count))

    # --- answers, for the visit and the card of now unless told otherwise ---

    def ids(self) -> tuple[int, int]:
        """Of the card that was put in last; without a card in the visit its insertion is 0."""
        state = in_visit(self.state)
        without = state is not None and state.insertion == 0
        return self.model.visits, 0 if without else self.insertion

    def reader(self, state: ReaderState) -> tuple[Effect, ...]:
        return self.send(ReaderReported(self.now, state))

    def clock(self, wrong: bool) -> tuple[Effect, ...]:
        return self.send(ClockChecked(self.now, wrong))

    def progressed(self, to: ReadStep) -> tuple[Effect, ...]:
        return self.send(CardProgressed(self.now, *self.ids(), to))

    def identified(self, area: str = AREA, *, minor: bool = False, kept: Kept = Kept.NOTHING) -> tuple[Effect, ...]:
        return self.send(CardIdentified(self.now, *self.ids(), CardFacts(area, minor, kept)))

    def unusable(self, failure: Failure) -> tuple[Effect, ...]:
        return self.send(CardUnusable(self.now, *self.ids(), failure))

    def probed(self, probe: PinProbe | None = None) -> tuple[Effect, ...]:
        return self.send(PinProbed(self.now, *self.ids(), probe or PinTries(3)))

    def session(self, answer: SessionReply | None = None) -> tuple[Effect, ...]:
        return self.send(SessionOpened(self.now, *self.ids(), answer or reply(self.person)))

    def pin(self, verdict: PinVerdict | None = None) -> tuple[Effect, ...]:
        return self.send(PinAnswered(self.now, *self.ids(), verdict or PinVerified()))

    def overview(self, what: Overview | None = None, *, agrees: bool = True) -> tuple[Effect, ...]:
        return self.send(OverviewArrived(self.now, *self.ids(), what or overview(self.person), agrees))

    def recent(self, what: Overview | None = None) -> tuple[Effect, ...]:
        """The sealed row is opened."""
        return self.send(RecentOpened(self.now, *self.ids(), Recent(what or overview(self.person), AS_OF)))

    def rows(self, rows: ContributionPage | AccountPage, request: int | None = None) -> tuple[Effect, ...]:
        newest = getattr(self.state, "requests", 0)
        return self.send(RowsArrived(self.now, *self.ids(), newest if request is None else request, rows))

    def central_fails(self, ask: Ask, failure: CentralFailure, request: int | None = None) -> tuple[Effect, ...]:
        newest = getattr(self.state, "requests", 0) if ask is Ask.ROWS else 0
        number = newest if request is None else request
        return self.send(CentralFailed(self.now, *self.ids(), ask, number, failure))

    # --- activation and card services: answers to the newest question unless told otherwise ---

    def request(self) -> int:
        return getattr(self.state, "requests", 0)

    def answer(self, kind: Callable[..., Event], *what: Any, request: int | None = None) -> tuple[Effect, ...]:
        return self.send(kind(self.now, *self.ids(), self.request() if request is None else request, *what))

    def service_fails(self, failure: CentralFailure = CentralFailure.TIMEOUT) -> tuple[Effect, ...]:
        return self.central_fails(Ask.SERVICE, failure, self.request())

    def keys(self, text: str) -> "Scene":
        for key in text:
            self.press(TypeKey(key))
        return self

    def typed(self, text: str) -> tuple[Effect, ...]:
        self.press(ClearKeys())
        return self.keys(text).press(ConfirmTyped())

    def pin_typed(self, rule: PinRule | None = None) -> tuple[Effect, ...]:
        """A PIN of six digits in the open slot, judged."""
        self.digits(6)
        self.press(ConfirmPin())
        stage = getattr(self.state, "stage", None)
        assert isinstance(stage, Pins)
        return self.answer(PinJudged, stage.slot, rule)

    def to_activation(self, probe: PinProbe | None = None, *, minor: bool = False) -> "Scene":
        """May it be activated: that is being asked."""
        self.insert()
        self.identified(minor=minor)
        self.probed(probe)
        self.session(new_card(self.person, minor=minor))
        return self

    def to_who(self, what: Eligibility | None = None, journalled: Journalled = Journalled.NOTHING) -> "Scene":
        what = what or eligibility(self.person)
        self.to_activation(minor=what.minor)
        self.answer(ActivationChecked, what, journalled)
        return self

    def to_explain(self) -> "Scene":
        """The holder, by number and code, keeps the phone on file."""
        self.to_who(eligibility(self.person, ways=(IdentityWay.CODE,)))
        self.press(ChooseParty(Party.HOLDER))
        self.typed(NUMBER)
        self.answer(IdentityAnswered, Identity(IdentityOutcome.MATCHED, 3, "138****1234"))
        self.answer(CodeSent, sent_code(self.person))
        self.typed("123456")
        self.answer(CodeChecked, CheckedCode(Checked.MATCHED, 3))
        self.press(UseThisPhone())
        return self

    def to_pins(self) -> "Scene":
        self.to_explain()
        self.press(Start())
        self.answer(ReservationAnswered, Reservation(Reserved.RESERVED, "reservation-1", "REF-1", AS_OF))
        return self

    def to_change(self) -> "Scene":
        self.to_pins()
        for _ in PinSlot:
            self.pin_typed()
        return self

    def to_finished(self, outcome: Confirmed | None = Confirmed.ACTIVATED) -> "Scene":
        self.to_change()
        self.answer(CardPinAnswered, PinVerified())
        self.answer(ConfirmAnswered, None if outcome is None else Confirmation(outcome, AS_OF))
        return self

    def to_services(self) -> "Scene":
        self.to_record()
        self.press(OpenServices())
        return self

    # --- the whole way to a place ---

    def to_pin_pad(self) -> "Scene":
        self.insert()
        self.identified()
        self.probed()
        self.session()
        return self

    def to_verifying(self) -> "Scene":
        self.to_pin_pad()
        self.digits(6)
        self.press(ConfirmPin())
        return self

    def to_opening(self) -> "Scene":
        self.to_verifying()
        self.pin()
        return self

    def to_record(self, what: Overview | None = None) -> "Scene":
        self.to_opening()
        self.overview(what)
        return self


def well_formed(model: Model) -> None:
    """What holds of every model."""
    state, slot = model.state, model.world.slot
    visit = in_visit(state)
    if visit is not None:
        assert visit.visit == model.visits >= 1
        if visit.insertion == 0:
            without = isinstance(visit, Staff | Query) or getattr(visit, "access", Access.CARD) is not Access.CARD
            assert without
            # A staff card that was handed over from; or one that waited while the kiosk did not serve.
            assert slot is None or slot.done or isinstance(visit, Staff)
        else:
            assert getattr(visit, "access", Access.CARD) is Access.CARD
            assert not isinstance(visit, Query)
            assert slot is not None
            assert slot.insertion == visit.insertion
            assert not slot.done
    screen_of(model)


def with_rules(**changes: Any) -> Rules:
    return replace(RULES, **changes)
