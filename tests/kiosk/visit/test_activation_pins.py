"""From the reservation to the slip: the PINs, the card, what nobody may end, a torn change, what central says at last."""

from collections.abc import Callable

import pytest

from drivers.card.states import (
    PinLocked,
    PinRefusedFormat,
    PinTries,
    PinUnknown,
    PinVerified,
    PinWrong,
    ReaderState,
)
from kiosk.services import (
    Confirmation,
    Confirmed,
    Eligible,
    Reservation,
    Reserved,
    SlipKind,
    Ticket,
    TicketReason,
)
from kiosk.visit import effects as fx
from kiosk.visit.actions import (
    Action,
    Back,
    ConfirmPin,
    ConfirmTyped,
    End,
    GetTicket,
    OpenPrivacy,
    PrintSlip,
    SetLanguage,
    Start,
    StayHere,
    TryAgain,
)
from kiosk.visit.events import (
    ActivationChecked,
    CardPinAnswered,
    ConfirmAnswered,
    JournalFailed,
    PinJudged,
    ReservationAnswered,
    SlipPrinted,
    TicketAnswered,
)
from kiosk.visit.failures import Failure
from kiosk.visit.services import (
    Finished,
    Journalled,
    Paper,
    PinRule,
    Pins,
    PinSlot,
    Stop,
    Stopped,
    Work,
    ticket_reason,
)
from kiosk.visit.states import Idle, OutOfService, Screen
from tests.kiosk.visit.samples import (
    AS_OF,
    Scene,
    eligibility,
    with_rules,
)
from tests.kiosk.visit.test_activation import activation, offline, stage, stopped, working

# --- reserve, PINs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "stop"),
    [
        (Reserved.NOT_PROVED, Stop.NOT_PROVED),
        (Reserved.ACTIVE_ALREADY, Stop.ACTIVE_ALREADY),
        (Reserved.STATUS, Stop.STATUS),
        (Reserved.CANCELLED, Stop.CANCELLED),
    ],
)
def test_reservations_that_are_not_given(outcome: Reserved, stop: Stop) -> None:
    scene = Scene().to_explain()
    scene.press(Start())
    scene.answer(ReservationAnswered, Reservation(outcome, None, None, None))
    assert stopped(scene) is stop


def test_where_the_journal_cannot_be_written_nothing_is_begun() -> None:
    scene = Scene().to_explain()
    scene.press(Start())
    scene.answer(JournalFailed)
    assert stopped(scene) is Stop.JOURNAL
    scene = Scene().to_change()
    scene.answer(JournalFailed)
    assert stopped(scene) is Stop.JOURNAL


def test_old_new_again_and_one_command() -> None:
    scene = Scene().to_pins()
    slots = []
    for _ in PinSlot:
        at = stage(scene)
        assert isinstance(at, Pins)
        slots.append(at.slot)
        scene.effects.clear()
        scene.pin_typed()
        assert scene.effects[0] == fx.JudgePin(1, 1, scene.request() - (at.slot is PinSlot.AGAIN), at.slot)
    assert slots == [PinSlot.OLD, PinSlot.NEW, PinSlot.AGAIN]
    assert scene.effects[-1] == fx.ChangeCardPin(1, 1, scene.request(), transaction=True)
    assert working(scene) is Work.CHANGE


def test_too_few_digits_are_not_confirmed() -> None:
    scene = Scene().to_pins()
    scene.digits(3)
    assert scene.press(ConfirmPin()) == ()


@pytest.mark.parametrize("rule", [rule for rule in PinRule if rule is not PinRule.DIFFER])
def test_a_new_pin_that_breaks_a_rule_is_typed_anew(rule: PinRule) -> None:
    scene = Scene().to_pins()
    scene.pin_typed()
    assert scene.pin_typed(rule) == (fx.OpenSecret(1, PinSlot.NEW),)
    assert stage(scene) == Pins(PinSlot.NEW, rule=rule)
    scene.digits(1)
    assert stage(scene) == Pins(PinSlot.NEW, digits=1)


def test_two_different_new_pins_are_both_typed_anew() -> None:
    scene = Scene().to_pins()
    scene.pin_typed()
    scene.pin_typed()
    assert scene.pin_typed(PinRule.DIFFER) == (fx.OpenSecret(1, PinSlot.NEW),)
    assert stage(scene) == Pins(PinSlot.NEW, rule=PinRule.DIFFER)


def test_a_wrong_old_pin_is_typed_anew_alone() -> None:
    scene = Scene().to_change()
    assert scene.answer(CardPinAnswered, PinWrong(1)) == (fx.OpenSecret(1, PinSlot.OLD),)
    assert stage(scene) == Pins(wrong=True)
    assert activation(scene).tries == 1
    scene.digits(6)
    assert stage(scene) == Pins(digits=6, wrong=True)
    scene.press(ConfirmPin())
    scene.answer(PinJudged, PinSlot.OLD, None)
    assert working(scene) is Work.CHANGE


def test_an_old_pin_that_is_what_was_typed_as_new_asks_for_another_new_one() -> None:
    scene = Scene().to_change()
    scene.answer(CardPinAnswered, PinWrong(2))
    scene.pin_typed(PinRule.OLD)
    assert stage(scene) == Pins(PinSlot.NEW, rule=PinRule.OLD)


@pytest.mark.parametrize(
    ("verdict", "stop", "reason"),
    [
        (PinLocked(), Stop.PIN_LOCKED, TicketReason.ACTIVATION_STUCK),
        (PinUnknown(None), Stop.TORN, None),
        (PinUnknown(0x6581), Stop.CARD_FAILED, TicketReason.ACTIVATION_STUCK),
    ],
)
def test_a_change_that_the_card_does_not_do(
    verdict: PinLocked | PinUnknown, stop: Stop, reason: TicketReason | None
) -> None:
    scene = Scene().to_change()
    effects = scene.answer(CardPinAnswered, verdict)
    assert stopped(scene) is stop
    assert ticket_reason(activation(scene), stop) is reason
    assert effects == (() if reason is None else (fx.AskTicket(1, 1, scene.request(), reason),))


def test_a_pin_of_a_wrong_length_was_not_sent() -> None:
    scene = Scene().to_change()
    scene.answer(CardPinAnswered, PinRefusedFormat())
    assert stage(scene) == Pins(rule=PinRule.LENGTH, wrong=True)


# --- while the card is being changed --------------------------------------------------------------------------------------------

PRESSED: tuple[Action, ...] = (
    *(End(), Back(), StayHere(), ConfirmPin(), SetLanguage("en"), OpenPrivacy(), TryAgain(), ConfirmTyped()),
)


def test_while_the_card_is_being_changed_nothing_ends_it_but_the_card_s_leaving() -> None:
    scene = Scene().to_change()
    before = scene.model.state
    for action in PRESSED:
        assert scene.press(action) == ()
    scene.reader(ReaderState.FAULTY)
    scene.clock(True)
    scene.unusable(Failure.CARD_FAULTY)
    offline(scene)
    scene.service_fails()
    assert scene.model.state is before
    scene.wait(1000)
    assert working(scene) is Work.CHANGE
    scene.remove()
    assert isinstance(scene.state, OutOfService | Idle)


def test_what_came_meanwhile_is_heeded_after_the_card_s_answer() -> None:
    done = Scene().to_change()
    done.reader(ReaderState.NO_READER)
    done.answer(CardPinAnswered, PinVerified())
    assert working(done) is Work.CONFIRM
    gone = Scene().to_change()
    gone.reader(ReaderState.NO_READER)
    gone.answer(CardPinAnswered, PinUnknown(None))
    assert isinstance(gone.state, OutOfService)
    wrong = Scene().to_change()
    wrong.clock(True)
    wrong.answer(CardPinAnswered, PinWrong(2))
    assert wrong.failure() is Failure.CLOCK_WRONG
    right = Scene().to_change()
    right.clock(True)
    right.answer(CardPinAnswered, PinVerified())
    assert working(right) is Work.CONFIRM


def test_another_card_begins_clean() -> None:
    scene = Scene().to_change()
    request = scene.request()
    effects = scene.insert()
    assert effects == (fx.EndVisit(1, 1), fx.ReadCard(2, 2))
    late = CardPinAnswered(scene.now, 1, 1, request, PinVerified())
    before = scene.model
    assert scene.send(late) == ()
    assert scene.model == before


# --- after a tear ---------------------------------------------------------------------------------------------------------------


def after_tear(tries: int = 3) -> Scene:
    scene = Scene().to_activation(PinTries(tries))
    scene.answer(ActivationChecked, eligibility(reserved=True), Journalled.CHANGING)
    return scene


def test_a_new_pin_that_holds_is_confirmed() -> None:
    scene = after_tear()
    assert scene.pin_typed() == (fx.VerifyNewPin(1, 1, scene.request()),)
    assert working(scene) is Work.VERIFY
    assert scene.press(End()) == ()
    scene.answer(CardPinAnswered, PinVerified())
    assert working(scene) is Work.CONFIRM


def test_a_new_pin_that_breaks_a_rule_was_never_set_and_costs_no_try() -> None:
    scene = after_tear()
    assert scene.pin_typed(PinRule.STRAIGHT) == (fx.OpenSecret(1, PinSlot.NEW),)
    assert stage(scene) == Pins(PinSlot.NEW, rule=PinRule.STRAIGHT, after_tear=True)


def test_else_the_old_one_and_all_of_it_again() -> None:
    scene = after_tear()
    scene.pin_typed()
    scene.answer(CardPinAnswered, PinWrong(2))
    assert stage(scene) == Pins(PinSlot.OLD, after_tear=True)
    assert activation(scene).tries == 2
    for slot in PinSlot:
        at = stage(scene)
        assert isinstance(at, Pins)
        assert at.slot is slot
        scene.pin_typed()
    assert working(scene) is Work.CHANGE


def test_who_is_not_sure_can_go_back_to_the_new_one() -> None:
    scene = after_tear()
    scene.pin_typed()
    scene.answer(CardPinAnswered, PinWrong(2))
    assert scene.press(Back()) == (fx.OpenSecret(1, PinSlot.NEW),)
    assert stage(scene) == Pins(PinSlot.NEW, after_tear=True)


def test_the_last_try_is_not_risked_here() -> None:
    scene = after_tear(2)
    scene.pin_typed()
    assert scene.answer(CardPinAnswered, PinWrong(1)) == (
        fx.AskTicket(1, 1, scene.request(), TicketReason.ACTIVATION_STUCK),
    )
    assert stopped(scene) is Stop.ONE_TRY_LEFT
    scene = after_tear(3)
    scene.pin_typed()
    scene.answer(CardPinAnswered, PinWrong(2))
    for _ in PinSlot:
        scene.pin_typed()
    scene.answer(CardPinAnswered, PinWrong(1))
    assert stopped(scene) is Stop.ONE_TRY_LEFT


@pytest.mark.parametrize(
    ("verdict", "stop"),
    [(PinLocked(), Stop.PIN_LOCKED), (PinUnknown(None), Stop.TORN), (PinUnknown(0x6581), Stop.CARD_FAILED)],
)
def test_a_verify_that_says_nothing(verdict: PinLocked | PinUnknown, stop: Stop) -> None:
    scene = after_tear()
    scene.pin_typed()
    scene.answer(CardPinAnswered, verdict)
    assert stopped(scene) is stop


# --- confirm, slip --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "stop"),
    [
        (Confirmed.LOST, Stop.LOST),
        (Confirmed.REPLACED, Stop.REPLACED),
        (Confirmed.STATUS, Stop.STATUS),
        (Confirmed.ACTIVE_OTHERWISE, Stop.ACTIVE_OTHERWISE),
        (Confirmed.CANCELLED, Stop.CANCELLED),
        (Confirmed.UNKNOWN, Stop.UNKNOWN_RESERVATION),
    ],
)
def test_confirms_that_do_not_activate(outcome: Confirmed, stop: Stop) -> None:
    assert stopped(Scene().to_finished(outcome)) is stop


def test_an_active_card_and_one_that_is_being_confirmed() -> None:
    assert stage(Scene().to_finished()) == Finished(confirmed=True)
    scene = Scene().to_finished(None)
    assert stage(scene) == Finished(confirmed=False)
    scene.answer(ConfirmAnswered, Confirmation(Confirmed.ACTIVATED, AS_OF))
    assert stage(scene) == Finished(confirmed=True)
    before = scene.state
    scene.answer(ConfirmAnswered, Confirmation(Confirmed.UNKNOWN, None))
    assert scene.state is before


def test_the_slip_is_printed_as_often_as_one_likes_and_decides_nothing() -> None:
    scene = Scene(with_rules(printer=True)).to_finished(None)
    assert stage(scene) == Finished(confirmed=False, paper=Paper.OFFERED)
    (made,) = scene.press(PrintSlip())
    assert isinstance(made, fx.Print)
    assert (made.kind, made.reference, made.confirmed, made.bank) == (SlipKind.ACTIVATION, "REF-1", False, "某某银行")
    assert scene.press(PrintSlip()) == ()
    scene.answer(ConfirmAnswered, Confirmation(Confirmed.ACTIVATED, AS_OF))  # meanwhile
    assert stage(scene) == Finished(confirmed=True, paper=Paper.PRINTING)
    scene.answer(SlipPrinted, Paper.FAILED)
    assert stage(scene) == Finished(confirmed=True, paper=Paper.FAILED)
    assert scene.press(PrintSlip()) != ()
    scene.answer(SlipPrinted, Paper.PRINTED)
    assert stage(scene) == Finished(confirmed=True, paper=Paper.PRINTED)


def test_without_a_printer_nothing_is_printed() -> None:
    assert Scene().to_finished().press(PrintSlip()) == ()


@pytest.mark.parametrize("make", [Scene.to_finished, lambda s: s.to_who(eligibility(eligible=Eligible.STATUS))])
def test_a_page_where_nothing_can_be_lost_ends_by_itself(make: Callable[[Scene], Scene]) -> None:
    scene = make(Scene())
    scene.clock(True)
    assert activation(scene).asking_since is None
    scene.wait(61)
    assert scene.screen is Screen.TAKE_CARD


# --- tickets ----------------------------------------------------------------------------------------------------------------


def test_a_ticket_that_does_not_come_can_be_asked_for_again_and_its_slip_printed() -> None:
    scene = Scene(with_rules(printer=True)).to_activation(PinLocked())
    assert scene.press(GetTicket()) == ()  # it is on its way
    scene.service_fails()
    assert stage(scene) == Stopped(Stop.PIN_LOCKED)
    assert scene.press(PrintSlip()) == ()
    scene.press(GetTicket())
    ticket = Ticket("T-1234", AS_OF)
    scene.answer(TicketAnswered, ticket)
    assert stage(scene) == Stopped(Stop.PIN_LOCKED, ticket=ticket, paper=Paper.OFFERED)
    assert scene.press(GetTicket()) == ()
    (made,) = scene.press(PrintSlip())
    assert isinstance(made, fx.Print)
    assert (made.kind, made.ticket) == (SlipKind.TICKET, ticket)
    scene.answer(SlipPrinted, Paper.PRINTED)
    assert stage(scene) == Stopped(Stop.PIN_LOCKED, ticket=ticket, paper=Paper.PRINTED)


@pytest.mark.parametrize("stop", Stop)
def test_every_stop_has_its_ticket_or_none(stop: Stop) -> None:
    scene = Scene().to_who()
    reason = ticket_reason(activation(scene), stop)
    assert (reason is TicketReason.IDENTITY) == (
        stop
        in (
            *(Stop.NO_WAY, Stop.NO_MOBILE, Stop.OTHERS_NUMBER, Stop.CODE_USED_UP),
            *(Stop.IDENTITY_LOCKED, Stop.SAME_PERSON, Stop.PARTY_NOT_ON_FILE),
        )
    )
