"""Small moves that every stage of the visit shares."""

from dataclasses import replace
from typing import assert_never

from kiosk.visit.effects import Effect, EndVisit, Play, ReadCard, ReportForgottenCard, Sound
from kiosk.visit.failures import Failure, highest, of_reader
from kiosk.visit.help import (
    ChooseAuthorisation,
    ChooseGround,
    Desk,
    Ended,
    FailureList,
    Found,
    Query,
    QueryFailed,
    QueryHelp,
    QueryLocked,
    QueryNumber,
    QueryPassword,
    QueryStage,
    QueryWorking,
    ReadinessReport,
    Refused,
    Remedy,
    ServiceScreen,
    SettingList,
    SignIn,
    SlipFound,
    Staff,
    StaffFailed,
    StaffStage,
    StaffWorking,
    TicketTaken,
    TouchTest,
    TypeFailure,
    TypeReference,
    TypeSlip,
    TypeTicket,
    TypeWhose,
    WhyEnded,
)
from kiosk.visit.services import (
    Activation,
    CardService,
    ChooseRelation,
    ChooseWay,
    ClerkConfirms,
    Explain,
    Finished,
    KeepPhone,
    LossAsked,
    LossReported,
    Notice,
    PinChanged,
    Pins,
    ServicesMenu,
    ServiceStage,
    ShowDocument,
    Stage,
    Stopped,
    TypeCode,
    TypeNumber,
    TypePhone,
    Who,
    Working,
)
from kiosk.visit.states import (
    AccountsPage,
    CardPage,
    ChooserPage,
    ContributionsPage,
    HomePage,
    Idle,
    IdlePrivacy,
    Model,
    Opening,
    OutOfService,
    PinPad,
    Prefs,
    PrivacyPage,
    Reading,
    Record,
    RegistrationPage,
    Reminder,
    Screen,
    State,
    TakeCard,
    World,
    WrongPage,
)

Out = tuple[Model, tuple[Effect, ...]]
InVisit = Reading | CardPage | PinPad | Opening | Record | Activation | CardService | Staff | Query


def stay(model: Model) -> Out:
    return model, ()


def goto(model: Model, state: State, *effects: Effect) -> Out:
    return replace(model, state=state), effects


def blocking(world: World) -> Failure | None:
    """What keeps the kiosk itself from serving, the highest first."""
    return highest(
        Failure.AUDIT_UNWRITABLE if world.audit_broken else None,
        Failure.CONFIG_INVALID if world.config_invalid else None,
        Failure.CLOCK_WRONG if world.clock_wrong else None,
        of_reader(world.reader),
    )


def in_visit(state: State) -> InVisit | None:
    """The state, when it belongs to a person's visit."""
    match state:
        case (
            Reading() | CardPage() | PinPad() | Opening() | Record() | Activation() | CardService() | Staff() | Query()
        ):
            return state
        case Idle() | IdlePrivacy() | OutOfService() | Ended() | TakeCard():
            return None
        case never:
            assert_never(never)


def rest(model: Model) -> Out:
    """Where the kiosk is when nobody's visit is under way: a waiting card is read, a done one is to be taken.

    While the reader itself fails nobody can say whether a done card is still in: the failure is shown.
    """
    model = without_aids(model)
    slot = model.world.slot
    failure = blocking(model.world)
    if slot is not None and slot.done and of_reader(model.world.reader) is None:
        return goto(model, TakeCard(slot.insertion, model.now))
    if failure is not None:
        return goto(model, OutOfService(failure, since=model.now))
    if slot is not None:
        return begin(model)
    return goto(model, Idle())


def without_aids(model: Model) -> Model:
    """What the last person chose is taken back."""
    return replace(model, prefs=Prefs(language=model.rules.default_language))


def begin(model: Model) -> Out:
    """A card is in the slot: its visit starts. The aids chosen on the attract page go along."""
    slot = model.world.slot
    assert slot is not None
    visit = model.visits + 1
    model = replace(model, visits=visit)
    reading = Reading(visit, slot.insertion, model.now)
    if slot.mute:
        return goto(model, replace(reading, found=Failure.CARD_MUTE, final=True))
    return goto(model, reading, ReadCard(visit, slot.insertion))


def has_ended(state: InVisit) -> bool:
    """A failure's page has ended card, calls and PIN entry already, unless a ticket can be had there."""
    if isinstance(state, Query):
        return isinstance(state.stage, QueryFailed) and state.stage.ended
    return isinstance(state, CardPage) and not state.ticket


def end(model: Model) -> Out:
    """End the visit at once: nothing of it stays in the model. The card, if still in, waits to be taken.

    "Take your card" is said in the language of the person it is meant for; the other aids end here.
    """
    state = in_visit(model.state)
    assert state is not None
    slot = model.world.slot
    language = model.prefs.language
    effects: tuple[Effect, ...] = () if has_ended(state) else (EndVisit(state.visit, state.insertion),)
    if slot is not None and slot.insertion == state.insertion:
        model = replace(model, world=replace(model.world, slot=replace(slot, done=True)))
    model, more = rest(model)
    if isinstance(model.state, TakeCard):
        return replace(model, prefs=replace(model.prefs, language=language)), (*effects, Play(Sound.TAKE_CARD), *more)
    return model, effects + more


def ended(model: Model, why: WhyEnded) -> Out:
    """End the visit at once, and say so before the next thing begins. The card, if it is still in, is done."""
    state = in_visit(model.state)
    assert state is not None
    slot = model.world.slot
    if slot is not None and slot.insertion == state.insertion:
        model = replace(model, world=replace(model.world, slot=replace(slot, done=True)))
    effects = () if has_ended(state) else (EndVisit(state.visit, state.insertion),)
    return goto(without_aids(model), Ended(why, model.now), *effects)


def left_alone(model: Model) -> Out:
    """Nobody answered whether they are still there."""
    state = in_visit(model.state)
    assert state is not None
    return ended(model, WhyEnded.IDLE) if state.insertion == 0 else end(model)


def fail(model: Model, failure: Failure) -> Out:
    """A page about this card or central takes over. The card is powered off, the PIN buffer wiped, calls abandoned."""
    state = in_visit(model.state)
    assert state is not None
    if state.insertion == 0:  # there is no card to take
        page = Query(state.visit, QueryFailed(failure, ended=True), model.now)
        return goto(model, page, *(() if has_ended(state) else (EndVisit(state.visit, 0),)))
    card_page = CardPage(state.visit, state.insertion, failure, model.now)
    return goto(model, card_page, EndVisit(state.visit, state.insertion))


def card_taken(model: Model) -> tuple[Effect, ...]:
    """What the card's leaving takes back."""
    state = model.state
    forgotten = isinstance(state, TakeCard) and state.reminder is Reminder.STAFF
    return (ReportForgottenCard(False),) if forgotten else ()


def screen_of(model: Model) -> Screen:
    """The name of what is on the screen."""
    match model.state:
        case Idle():
            return Screen.ATTRACT
        case IdlePrivacy():
            return Screen.PRIVACY
        case OutOfService():
            return Screen.OUT_OF_SERVICE
        case Reading():
            return Screen.READING
        case CardPage():
            return Screen.FAILURE
        case PinPad() as pad:
            if pad.asking_since is not None:
                return Screen.STILL_THERE
            return Screen.PIN_HELP if pad.helping else Screen.PIN
        case Opening():
            return Screen.OPENING
        case Record() as record:
            return Screen.STILL_THERE if record.asking_since is not None else _page_screen(record)
        case Activation() | CardService() as service:
            return Screen.STILL_THERE if service.asking_since is not None else _stage_screen(service.stage)
        case Staff() as staff:
            if staff.asking_since is not None:
                return Screen.STILL_THERE
            return Screen.COVERED if staff.covered else _staff_screen(staff.stage)
        case Query() as query:
            return Screen.STILL_THERE if query.asking_since is not None else _query_screen(query.stage)
        case Ended():
            return Screen.ENDED
        case TakeCard():
            return Screen.TAKE_CARD
        case never:
            assert_never(never)


def _stage_screen(stage: Stage | ServiceStage) -> Screen:
    match stage:
        case Who():
            return Screen.WHO
        case ChooseRelation():
            return Screen.RELATION
        case ChooseWay():
            return Screen.WAY
        case ClerkConfirms():
            return Screen.CLERK
        case TypeNumber():
            return Screen.NUMBER
        case ShowDocument():
            return Screen.DOCUMENT
        case TypeCode():
            return Screen.CODE
        case KeepPhone():
            return Screen.KEEP_PHONE
        case TypePhone():
            return Screen.PHONE
        case Explain():
            return Screen.EXPLAIN
        case Notice():
            return Screen.PRIVACY
        case Pins():
            return Screen.PINS
        case Working():
            return Screen.WORKING
        case Stopped():
            return Screen.STOPPED
        case Finished():
            return Screen.ACTIVATED
        case ServicesMenu():
            return Screen.SERVICES
        case PinChanged():
            return Screen.PIN_CHANGED
        case LossAsked():
            return Screen.LOSS
        case LossReported():
            return Screen.LOSS_REPORTED
        case never:
            assert_never(never)


def _staff_screen(stage: StaffStage) -> Screen:
    match stage:
        case SignIn():
            return Screen.SIGN_IN
        case Desk():
            return Screen.DESK
        case ChooseGround():
            return Screen.GROUND
        case ChooseAuthorisation():
            return Screen.AUTHORISATION
        case TypeReference():
            return Screen.REFERENCE
        case TypeWhose():
            return Screen.WHOSE
        case Found():
            return Screen.FOUND
        case Refused():
            return Screen.REFUSED
        case TypeTicket():
            return Screen.TICKET_CODE
        case TicketTaken():
            return Screen.TICKET_TAKEN
        case TypeSlip():
            return Screen.SLIP_REFERENCE
        case SlipFound():
            return Screen.SLIP_FOUND
        case TypeFailure():
            return Screen.FAILURE_CODE
        case Remedy():
            return Screen.REMEDY
        case StaffWorking():
            return Screen.STAFF_WORKING
        case StaffFailed():
            return Screen.STAFF_FAILED
        case ServiceScreen():
            return Screen.SERVICE
        case TouchTest():
            return Screen.TOUCH_TEST
        case FailureList():
            return Screen.FAILURES
        case SettingList():
            return Screen.SETTINGS
        case ReadinessReport():
            return Screen.REPORT
        case never:
            assert_never(never)


def _query_screen(stage: QueryStage) -> Screen:
    match stage:
        case QueryNumber():
            return Screen.QUERY_NUMBER
        case QueryPassword():
            return Screen.QUERY_PASSWORD
        case QueryWorking():
            return Screen.QUERY_WORKING
        case QueryLocked():
            return Screen.QUERY_LOCKED
        case QueryHelp():
            return Screen.QUERY_HELP
        case QueryFailed():
            return Screen.QUERY_FAILED
        case never:
            assert_never(never)


def _page_screen(record: Record) -> Screen:
    match record.page:
        case HomePage():
            return Screen.HOME
        case RegistrationPage():
            return Screen.REGISTRATION
        case ContributionsPage() as page:
            return Screen.YEAR if page.table else Screen.CONTRIBUTIONS
        case AccountsPage():
            return Screen.ACCOUNTS
        case ChooserPage():
            return Screen.CHOOSER
        case PrivacyPage():
            return Screen.PRIVACY
        case WrongPage():
            return Screen.WRONG
        case never:
            assert_never(never)
