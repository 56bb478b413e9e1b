"""Every event in every state has an answer, and what holds of every model holds of the answer."""

from collections.abc import Callable
from typing import get_args

import pytest

from drivers.card.states import (
    PinLocked,
    PinNotSet,
    PinRefusedFormat,
    PinTries,
    PinUnknown,
    PinVerified,
    PinWrong,
    ReaderState,
)
from kiosk.help import Role
from kiosk.model import CardStatus, CentralFailure, Verdict
from kiosk.services import (
    Checked,
    CheckedCode,
    Confirmation,
    Confirmed,
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
from kiosk.visit import actions, journal
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
from kiosk.visit.base import in_visit, screen_of
from kiosk.visit.deadlines import next_deadline, reveal_left, seconds_left
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
    SessionOpened,
    SlipPrinted,
    Tick,
    TicketAnswered,
    Touched,
)
from kiosk.visit.failures import Failure
from kiosk.visit.help import Query, QueryStage, Staff, StaffStage
from kiosk.visit.help_deeds import AuditStands
from kiosk.visit.services import (
    Activation,
    CardService,
    Journalled,
    Paper,
    PinRule,
    PinSlot,
    ServiceStage,
    Stage,
)
from kiosk.visit.states import CardFacts, Kept, Link, Model, ReadStep, Recent, RecordPage, Screen, State
from kiosk.visit.step import step
from tests.kiosk.visit.help_samples import HELP_ACTIONS, HELP_STAGES, help_answers, staff_reply
from tests.kiosk.visit.samples import (
    AREA,
    AS_OF,
    NUMBER,
    RULES,
    Scene,
    account_rows,
    contribution_rows,
    eligibility,
    overview,
    reply,
    sent_code,
    well_formed,
    with_rules,
)
from tests.kiosk.visit.test_activation import STAGES


def _scene(*does: Callable[[Scene], object]) -> Model:
    scene = Scene()
    for do in does:
        do(scene)
    return scene.model


def _press(*pressed: Action) -> Callable[[Scene], object]:
    def do(scene: Scene) -> None:
        for action in pressed:
            scene.press(action)

    return do


def _rows(scene: Scene) -> None:
    scene.rows(contribution_rows(0, "110", 2026))


def _kept(scene: Scene) -> None:
    scene.identified(kept=Kept.RECENT)


def _fails(scene: Scene) -> None:
    scene.central_fails(Ask.SESSION, CentralFailure.UNREACHABLE)


_black_hole: tuple[Callable[[Scene], object], ...] = (
    *(Scene.insert, _kept, Scene.probed, lambda s: s.wait(1.0), lambda s: s.digits(6)),
    *(_press(ConfirmPin()), Scene.pin),
)


def _at_way(*pressed: Action) -> Model:
    scene = Scene(with_rules(identity_ways=tuple(IdentityWay)))
    scene.to_who()
    scene.press(ChooseParty(Party.HOLDER))
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.MATCHED, 3, "138****1234"))
    for action in pressed:
        scene.press(action)
    return scene.model


def _pin_changed() -> Model:
    scene = Scene().to_services()
    scene.press(ChangePin())
    for _ in PinSlot:
        scene.pin_typed()
    scene.answer(CardPinAnswered, PinVerified())
    return scene.model


MODELS: dict[str, Model] = {
    "fresh": Model(RULES),
    "idle": _scene(),
    "idle, chosen aids": _scene(_press(SetLanguage("en"), SetLargeText(True))),
    "idle privacy": _scene(_press(OpenPrivacy())),
    "out of service": _scene(lambda s: s.reader(ReaderState.NO_READER)),
    "out of service, touched": _scene(lambda s: s.reader(ReaderState.HELD), lambda s: s.touch()),
    "out of service, card waits": _scene(lambda s: s.clock(True), Scene.insert),
    "out of service, done card": _scene(lambda s: s.to_record(), lambda s: s.reader(ReaderState.FAULTY)),
    "reading": _scene(Scene.insert),
    "reading, mute": _scene(lambda s: s.insert(mute=True)),
    "reading, identified": _scene(Scene.insert, Scene.identified),
    "reading, probed first": _scene(Scene.insert, Scene.probed),
    "reading, waits for central": _scene(Scene.insert, Scene.identified, Scene.probed),
    "reading, locked": _scene(Scene.insert, Scene.identified, lambda s: s.probed(PinLocked())),
    "reading, found": _scene(Scene.insert, lambda s: s.identified("999999")),
    "card page": _scene(lambda s: s.insert(mute=True), lambda s: s.wait(1.0)),
    "pin": _scene(lambda s: s.to_pin_pad()),
    "pin, no answer yet": _scene(Scene.insert, Scene.identified, Scene.probed, lambda s: s.wait(1.0)),
    "pin, typed": _scene(lambda s: s.to_pin_pad(), lambda s: s.digits(6)),
    "pin help": _scene(lambda s: s.to_pin_pad(), _press(ForgotPin())),
    "pin, asked": _scene(lambda s: s.to_pin_pad(), lambda s: s.wait(65.0)),
    "pin at the chip": _scene(lambda s: s.to_verifying()),
    "pin at the chip, refused": _scene(
        Scene.insert,
        Scene.identified,
        Scene.probed,
        lambda s: s.wait(1.0),
        lambda s: s.digits(6),
        _press(ConfirmPin()),
        lambda s: s.session(reply(status=CardStatus.LOST)),
    ),
    "pin, wrong": _scene(lambda s: s.to_verifying(), lambda s: s.pin(PinWrong(1))),
    "opening": _scene(lambda s: s.to_opening()),
    "opening, slow": _scene(lambda s: s.to_opening(), lambda s: s.wait(2.0)),
    "home": _scene(lambda s: s.to_record()),
    "home, parts absent": _scene(lambda s: s.to_record(overview(0, absent=True))),
    "home, revealed": _scene(lambda s: s.to_record(), _press(SetReveal(Field.NAME))),
    "registration": _scene(lambda s: s.to_record(), _press(OpenRegistration())),
    "contributions, waiting": _scene(lambda s: s.to_record(), _press(OpenContributions())),
    "contributions": _scene(lambda s: s.to_record(), _press(OpenContributions()), _rows),
    "contributions, none": _scene(lambda s: s.to_record(overview(0, absent=True)), _press(OpenContributions())),
    "contributions, not come": _scene(
        lambda s: s.to_record(),
        _press(OpenContributions()),
        lambda s: s.central_fails(Ask.ROWS, CentralFailure.TIMEOUT),
    ),
    "year": _scene(lambda s: s.to_record(), _press(OpenContributions()), _rows, _press(OpenYear(2026))),
    "accounts, waiting": _scene(lambda s: s.to_record(), _press(OpenAccount())),
    "accounts": _scene(
        lambda s: s.to_record(), _press(OpenAccount()), lambda s: s.rows(account_rows(0, "110")), _press(ShowPart(7))
    ),
    "chooser": _scene(lambda s: s.to_record(), _press(OpenContributions(), OpenChooser())),
    "record privacy": _scene(lambda s: s.to_record(), _press(OpenPrivacy())),
    "wrong": _scene(lambda s: s.to_record(), _press(OpenRegistration("310"), OpenWrong())),
    "record, asked": _scene(lambda s: s.to_record(), lambda s: s.wait(65.0)),
    "reading, outage": _scene(Scene.insert, _kept, _fails),
    "pin, outage": _scene(Scene.insert, _kept, Scene.probed, _fails),
    "opening, unsealing": _scene(*_black_hole, lambda s: s.wait(1.5)),
    "home, recent": _scene(*_black_hole, lambda s: s.wait(1.5), Scene.recent),
    "accounts, recent": _scene(*_black_hole, lambda s: s.wait(1.5), Scene.recent, _press(OpenAccount())),
    "home, refreshed": _scene(*_black_hole, lambda s: s.wait(1.5), Scene.recent, Scene.session, Scene.overview),
    **{f"activation, {name}": make().model for name, make in STAGES.items()},
    "activation, check": _scene(lambda s: s.to_activation()),
    "activation, relation": _scene(lambda s: s.to_who(eligibility(minor=True)), _press(ChooseParty(Party.GUARDIAN))),
    "activation, way": _at_way(),
    "activation, document": _at_way(PickWay(IdentityWay.DOCUMENT)),
    "activation, document read": _at_way(PickWay(IdentityWay.DOCUMENT), ReadDocumentNow()),
    "activation, keep phone": _scene(lambda s: s.to_explain(), _press(Back())),
    "activation, notice": _scene(lambda s: s.to_explain(), _press(OpenPrivacy())),
    "activation, reserve": _scene(lambda s: s.to_explain(), _press(Start())),
    "activation, change": _scene(lambda s: s.to_change()),
    "activation, confirm": _scene(lambda s: s.to_change(), lambda s: s.answer(CardPinAnswered, PinVerified())),
    "activation, stopped": _scene(lambda s: s.to_activation(PinLocked())),
    "activation, asked": _scene(lambda s: s.to_who(), lambda s: s.wait(61.0)),
    "activated": _scene(lambda s: s.to_finished(None)),
    "services": _scene(lambda s: s.to_services()),
    "services, pins": _scene(lambda s: s.to_services(), _press(ChangePin())),
    "services, pin changed": _pin_changed(),
    "services, loss": _scene(lambda s: s.to_services(), _press(ReportLoss())),
    "services, reporting": _scene(lambda s: s.to_services(), _press(ReportLoss(), ConfirmLoss())),
    "services, loss reported": _scene(
        lambda s: s.to_services(),
        _press(ReportLoss(), ConfirmLoss()),
        lambda s: s.answer(LossReportAnswered, LossReport("REF-2", None)),
    ),
    "locked, with a ticket": _scene(lambda s: s.to_verifying(), lambda s: s.pin(PinLocked())),
    **{f"help, {name}": make().model for name, make in HELP_STAGES.items()},
    "take card": _scene(lambda s: s.to_record(), _press(End())),
    "take card, loud": _scene(lambda s: s.to_record(), _press(End()), lambda s: s.wait(70.0)),
    "take card, staff": _scene(lambda s: s.to_record(), _press(End()), lambda s: s.wait(200.0)),
    "take card, clock wrong": _scene(lambda s: s.to_record(), _press(End()), lambda s: s.clock(True)),
}

SOME_ACTIONS: tuple[Action, ...] = (
    *(SetLanguage("en"), SetLanguage("xx"), SetLargeText(True), SetLargeText(False), SetHighContrast(True)),
    *(OpenPrivacy(), Back(), End(), StayHere(), ConfirmPin(), ForgotPin()),
    *(OpenRegistration(), OpenRegistration("310"), OpenRegistration("999")),
    *(OpenContributions(), OpenContributions("390"), OpenContributions("999")),
    *(OpenAccount(), OpenAccount("310"), OpenAccount("999"), OpenChooser(), OpenWrong(), TryAgain()),
    *(SelectYear(2024), SelectYear(1999), OpenYear(2026), OpenYear(1999)),
    *(ShowPart(0), ShowPart(-1), ShowPart(60), ShowPart(10_000)),
    *(SetReveal(Field.NAME), SetReveal(None)),
    *(ChooseParty(party) for party in Party),
    *(PickRelation(Relation.PARENT), PickWay(IdentityWay.CODE), PickWay(IdentityWay.DOCUMENT)),
    *(TypeKey("1"), TypeKey("X"), EraseKey(), ClearKeys(), ConfirmTyped(), SendAgain(), UseThisPhone(), OtherPhone()),
    *(NoPhone(), ReadDocumentNow(), Start(), GetTicket(), PrintSlip(), OpenServices(), ChangePin(), ReportLoss()),
    ConfirmLoss(),
    *HELP_ACTIONS,
)


def _answers(at: float, visit: int, insertion: int, request: int) -> list[Event]:
    """To every question of the services."""
    ids = at, visit, insertion, request
    verdicts = (
        PinVerified(),
        PinWrong(2),
        PinWrong(1),
        PinLocked(),
        PinRefusedFormat(),
        PinUnknown(None),
        PinUnknown(0x6581),
    )
    return [
        *(ActivationChecked(*ids, eligibility(eligible=eligible), Journalled.NOTHING) for eligible in Eligible),
        *(ActivationChecked(*ids, eligibility(reserved=True), journalled) for journalled in Journalled),
        *(IdentityAnswered(*ids, Identity(outcome, left, None)) for outcome in IdentityOutcome for left in (0, 2)),
        *(DocumentRead(*ids, number, name) for number, name in ((None, None), (NUMBER, "张三"))),
        *(CodeSent(*ids, sent_code(0, outcome, code=code)) for outcome in Sending for code in (None, "code-0001")),
        *(CodeChecked(*ids, CheckedCode(outcome, left)) for outcome in Checked for left in (0, 2)),
        *(ReservationAnswered(*ids, Reservation(outcome, "reservation-1", "REF-1", AS_OF)) for outcome in Reserved),
        JournalFailed(*ids),
        *(PinJudged(*ids, slot, rule) for slot in PinSlot for rule in (None, *PinRule)),
        *(CardPinAnswered(*ids, verdict) for verdict in verdicts),
        *(ConfirmAnswered(*ids, Confirmation(outcome, AS_OF)) for outcome in Confirmed),
        ConfirmAnswered(*ids, None),
        LossReportAnswered(*ids, LossReport("REF-2", None)),
        TicketAnswered(*ids, Ticket("T-1234", AS_OF)),
        *(SlipPrinted(*ids, paper) for paper in (Paper.PRINTED, Paper.FAILED, Paper.NO_PRINTER)),
    ]


def _events(at: float, visit: int, insertion: int, request: int = 1) -> list[Event]:
    ids = at, visit, insertion
    rows = (contribution_rows(0, "110", 2026), account_rows(0, "110"))
    return [
        *(Tick(at), Touched(at), DigitsEntered(at, visit, 0), DigitsEntered(at, visit, 6)),
        *(ReaderReported(at, state) for state in ReaderState),
        *(CardInserted(at, n, mute) for n in (insertion, insertion + 1) for mute in (False, True)),
        *(CardRemoved(at, n) for n in (insertion, insertion + 1)),
        *(LinkChanged(at, link) for link in Link),
        *(ClockChecked(at, wrong) for wrong in (True, False)),
        NoticesArrived(at, ()),
        *(Pressed(at, visit, action) for action in SOME_ACTIONS),
        *(CardProgressed(*ids, progress) for progress in ReadStep),
        *(CardIdentified(*ids, CardFacts(AREA, False, kept)) for kept in Kept),
        *(CardIdentified(*ids, CardFacts(area, False)) for area in (AREA, "140300")),
        *(CardUnusable(*ids, failure) for failure in (Failure.CARD_FAULTY, Failure.PIN_LOCKED, Failure.READER_HELD)),
        *(PinProbed(*ids, probe) for probe in (PinTries(3), PinLocked(), PinNotSet())),
        *(
            PinAnswered(*ids, verdict)
            for verdict in (PinVerified(), PinWrong(2), PinLocked(), PinRefusedFormat(), PinUnknown(0x6F00))
        ),
        *(SessionOpened(*ids, reply(verdict=verdict)) for verdict in Verdict),
        *(SessionOpened(*ids, reply(status=status)) for status in (*CardStatus, None)),
        SessionOpened(*ids, reply(may=False)),
        *(OverviewArrived(*ids, overview(0), agrees) for agrees in (True, False)),
        *(OverviewArrived(*ids, overview(0, card_status=status), True) for status in CardStatus),
        *(RecentOpened(*ids, recent) for recent in (None, Recent(overview(0), AS_OF))),
        *(RowsArrived(*ids, request, page) for request in (0, 1, 2) for page in rows),
        *(CentralFailed(*ids, ask, n, failure) for ask in Ask for n in (0, 1, request) for failure in CentralFailure),
        *_answers(at, visit, insertion, request),
        *help_answers(at, visit, insertion, request),
        *(AuditStands(at, visit, writable) for writable in (True, False)),
        *(SessionOpened(*ids, staff_reply(role, verdict=verdict)) for role in Role for verdict in Verdict),
    ]


def _insertion(model: Model) -> int:
    """Of the visit under way, or of the card that is in."""
    visit, slot = in_visit(model.state), model.world.slot
    if visit is not None:
        return visit.insertion
    return 1 if slot is None else slot.insertion


def test_the_samples_cover_every_state_screen_page_event_and_action() -> None:
    states = {type(model.state) for model in MODELS.values()}
    assert states == set(get_args(State))
    pages = {type(model.state.page) for model in MODELS.values() if hasattr(model.state, "page")}
    assert pages == set(get_args(RecordPage))
    assert {screen_of(model) for model in MODELS.values()} == set(Screen)
    stages = {type(model.state.stage) for model in MODELS.values() if isinstance(model.state, Activation | CardService)}
    assert stages == set(get_args(Stage)) | set(get_args(ServiceStage))
    of_help = {type(model.state.stage) for model in MODELS.values() if isinstance(model.state, Staff | Query)}
    assert of_help == set(get_args(StaffStage)) | set(get_args(QueryStage))
    assert {type(event) for event in _events(0.0, 1, 1)} == set(get_args(Event))
    assert {type(action) for action in SOME_ACTIONS} == set(get_args(actions.Action))


@pytest.mark.parametrize("name", MODELS)
def test_every_event_has_an_answer_in_this_state(name: str) -> None:
    model = MODELS[name]
    insertion = _insertion(model)
    for later in (0.0, 0.5, 400.0):
        for visit, of in ((model.visits, insertion), (model.visits - 1, insertion), (model.visits, insertion + 5)):
            for event in _events(model.now + later, visit, of, getattr(model.state, "requests", 0)):
                after, effects = step(model, event)
                well_formed(after)
                assert after.now == model.now + later
                assert isinstance(effects, tuple)
                journal.lines(model, event, after)
                seconds_left(after)
                reveal_left(after)
                due = next_deadline(after)
                assert due is None or due > after.now or step(after, Tick(after.now))[0].state is not after.state


@pytest.mark.parametrize("name", MODELS)
def test_an_event_out_of_the_past_happens_now(name: str) -> None:
    model = MODELS[name]
    for event in _events(model.now - 50.0, model.visits, 1):
        assert step(model, event)[0].now == model.now


@pytest.mark.parametrize("name", MODELS)
def test_results_of_another_visit_or_another_card_change_nothing(name: str) -> None:
    model = MODELS[name]
    insertion = _insertion(model)
    for visit, of in ((model.visits - 1, insertion), (model.visits + 1, insertion), (model.visits, insertion + 1)):
        for event in _events(model.now, visit, of):
            if isinstance(event, journal.Result | CardProgressed):
                after, effects = step(model, event)
                assert (after, effects) == (model, ())
