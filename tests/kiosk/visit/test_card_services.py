"""What the holder of an active card does with it: another PIN, a report of loss, a ticket for a locked PIN."""

from datetime import date

import pytest

from drivers.card.states import PinLocked, PinUnknown, PinVerified, PinWrong
from kiosk.model import CentralFailure
from kiosk.services import LossReport, SlipKind, Ticket, TicketReason
from kiosk.visit import effects as fx
from kiosk.visit.actions import (
    Back,
    ChangePin,
    ConfirmLoss,
    End,
    GetTicket,
    OpenServices,
    PrintSlip,
    ReportLoss,
    ShowPart,
    StayHere,
    TryAgain,
)
from kiosk.visit.events import (
    CardPinAnswered,
    JournalFailed,
    LinkChanged,
    LossReportAnswered,
    SlipPrinted,
    TicketAnswered,
)
from kiosk.visit.failures import Failure
from kiosk.visit.services import (
    CardService,
    LossAsked,
    LossReported,
    Paper,
    PinChanged,
    PinRule,
    Pins,
    PinSlot,
    ServicesMenu,
    ServiceStage,
    Stop,
    Stopped,
    Work,
    Working,
)
from kiosk.visit.states import CardPage, Kept, Link, Record, Screen, TakeCard
from tests.kiosk.visit.samples import AS_OF, Scene, mark, texts, with_rules

REPORT = LossReport("REF-9", date(2026, 12, 5))
TICKET = Ticket("T-1234", AS_OF)


def service(scene: Scene) -> CardService:
    assert isinstance(scene.state, CardService)
    return scene.state


def stage(scene: Scene) -> ServiceStage:
    return service(scene).stage


def test_the_menu_closes_the_record() -> None:
    scene = Scene().to_services()
    assert (stage(scene), scene.screen) == (ServicesMenu(), Screen.SERVICES)
    assert not any(mark(0) in text for text in texts(scene.state))


def test_in_an_outage_nothing_that_changes_anything_is_offered() -> None:
    scene = Scene().to_record()
    scene.send(LinkChanged(scene.now, Link.OFFLINE))
    assert scene.press(OpenServices()) == ()
    assert isinstance(scene.state, Record)
    recent = Scene()
    recent.insert()
    recent.identified(kept=Kept.RECENT)
    recent.probed()
    recent.wait(1.0)
    recent.digits(6)
    from kiosk.visit.actions import ConfirmPin

    recent.press(ConfirmPin())
    recent.pin()
    recent.wait(1.5)
    recent.recent()
    recent.press(OpenServices())
    assert isinstance(recent.state, Record)


def to_change() -> Scene:
    scene = Scene().to_services()
    scene.press(ChangePin())
    for _ in PinSlot:
        scene.pin_typed()
    return scene


def test_another_pin_is_old_new_again_and_no_transaction() -> None:
    scene = to_change()
    assert scene.effects[-1] == fx.ChangeCardPin(1, 1, scene.request(), transaction=False)
    at = stage(scene)
    assert isinstance(at, Working)
    assert at.work is Work.CHANGE
    assert scene.press(End()) == ()
    scene.answer(CardPinAnswered, PinVerified())
    assert (stage(scene), scene.screen) == (PinChanged(), Screen.PIN_CHANGED)
    scene.press(Back())
    assert stage(scene) == ServicesMenu()


def test_a_wrong_old_pin_and_the_tries_that_are_left() -> None:
    scene = to_change()
    scene.answer(CardPinAnswered, PinWrong(1))
    assert (stage(scene), service(scene).tries) == (Pins(wrong=True), 1)
    scene.pin_typed()
    assert isinstance(stage(scene), Working)  # the last one is theirs to use


@pytest.mark.parametrize(
    ("verdict", "stop", "effects"),
    [
        (PinLocked(), Stop.PIN_LOCKED, (fx.AskTicket(1, 1, 5, TicketReason.PIN_LOCKED),)),
        (PinUnknown(None), Stop.TORN, ()),
        (PinUnknown(0x6581), Stop.CARD_FAILED, ()),
    ],
)
def test_a_change_that_the_card_does_not_do(
    verdict: PinLocked | PinUnknown, stop: Stop, effects: tuple[fx.Effect, ...]
) -> None:
    scene = to_change()
    assert scene.answer(CardPinAnswered, verdict) == effects
    at = stage(scene)
    assert isinstance(at, Stopped)
    assert at.stop is stop


def test_a_change_that_was_not_sent() -> None:
    scene = to_change()
    scene.answer(JournalFailed)
    assert stage(scene) == Stopped(Stop.JOURNAL)


def test_back_from_the_pins_wipes_what_was_typed() -> None:
    scene = Scene().to_services()
    scene.press(ChangePin())
    scene.pin_typed(PinRule.LENGTH)
    assert stage(scene) == Pins(rule=PinRule.LENGTH)
    assert scene.press(Back()) == (fx.OpenSecret(1, PinSlot.OLD),)
    assert stage(scene) == ServicesMenu()


def to_loss() -> Scene:
    scene = Scene(with_rules(printer=True)).to_services()
    scene.press(ReportLoss())
    return scene


def test_a_loss_is_asked_about_and_reported_once() -> None:
    scene = to_loss()
    assert (stage(scene), scene.screen) == (LossAsked(), Screen.LOSS)
    scene.press(ShowPart(1))
    assert stage(scene) == LossAsked(1)
    assert scene.press(ConfirmLoss()) == (fx.ReportLossNow(1, 1, 1),)
    assert scene.press(ConfirmLoss()) == ()
    # What this kiosk keeps of it for outages goes at once.
    assert scene.answer(LossReportAnswered, REPORT) == (fx.ForgetRecent(1, 1),)
    assert stage(scene) == LossReported(REPORT, Paper.OFFERED)
    (made,) = scene.press(PrintSlip())
    assert isinstance(made, fx.Print)
    assert (made.kind, made.report) == (SlipKind.LOSS, REPORT)
    scene.answer(SlipPrinted, Paper.FAILED)
    assert stage(scene) == LossReported(REPORT, Paper.FAILED)
    scene.press(Back())
    assert scene.screen is Screen.LOSS_REPORTED
    scene.wait(61)
    assert isinstance(scene.state, TakeCard)


def test_who_does_not_want_it_goes_back() -> None:
    scene = to_loss()
    scene.press(Back())
    assert stage(scene) == ServicesMenu()
    assert not any(isinstance(effect, fx.ReportLossNow) for effect in scene.effects)


def test_a_report_that_does_not_arrive() -> None:
    scene = to_loss()
    scene.press(ConfirmLoss())
    scene.service_fails(CentralFailure.UNREACHABLE)
    assert stage(scene) == Stopped(Stop.CENTRAL, Failure.CENTRAL_UNREACHABLE)
    assert scene.press(TryAgain()) == (fx.ReportLossNow(1, 1, 2),)
    scene.service_fails(CentralFailure.REFUSED)
    assert scene.press(TryAgain()) == ()
    scene.press(Back())
    assert stage(scene) == ServicesMenu()
    scene.send(LinkChanged(scene.now, Link.OFFLINE))
    scene.press(ReportLoss())
    assert scene.press(ConfirmLoss()) == ()
    assert stage(scene) == Stopped(Stop.CENTRAL, Failure.CENTRAL_UNREACHABLE)


def test_who_is_away_is_asked_and_can_stay() -> None:
    scene = to_loss()
    scene.wait(61)
    assert scene.screen is Screen.STILL_THERE
    assert scene.press(ConfirmLoss()) == ()
    scene.press(StayHere())
    assert stage(scene) == LossAsked()
    scene.wait(61 + 20)
    assert isinstance(scene.state, TakeCard)


def test_a_wrong_clock_does_not_break_a_service_off() -> None:
    scene = to_loss()
    scene.clock(True)
    assert stage(scene) == LossAsked()


def test_a_locked_pin_of_an_active_card_gets_a_ticket_from_its_page() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.session()
    scene.probed(PinLocked())
    scene.wait(1.0)
    assert scene.state == CardPage(1, 1, Failure.PIN_LOCKED, scene.now - 0.3, ticket=True)
    assert scene.press(GetTicket()) == (fx.AskTicket(1, 1, 1, TicketReason.PIN_LOCKED),)
    assert stage(scene) == Stopped(Stop.PIN_LOCKED, asking=True)
    scene.answer(TicketAnswered, TICKET)
    assert stage(scene) == Stopped(Stop.PIN_LOCKED, ticket=TICKET)
    effects = scene.press(End())
    assert effects[0] == fx.EndVisit(1, 1)


def test_in_an_outage_a_locked_pin_has_no_ticket() -> None:
    scene = Scene().to_verifying()
    scene.send(LinkChanged(scene.now, Link.OFFLINE))
    assert scene.pin(PinLocked()) == (fx.EndVisit(1, 1),)
    assert scene.press(GetTicket()) == ()
