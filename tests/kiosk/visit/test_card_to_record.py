"""From the inserted card to the open record: reading, proof, PIN, overview."""

# mypy: disable-error-code="comparison-overlap, unreachable"
# A scene's state changes between two looks; mypy takes the first look for the second.

from dataclasses import replace

import pytest

from drivers.card.states import (
    PinLocked,
    PinNotSet,
    PinRefusedFormat,
    PinTries,
    PinUnknown,
    PinVerified,
    PinWrong,
)
from kiosk.model import CardStatus, CentralFailure, Verdict
from kiosk.visit.actions import Back, ConfirmPin, End, ForgotPin
from kiosk.visit.effects import (
    EndVisit,
    FetchOverview,
    ForgetRecent,
    OpenPinEntry,
    OpenSession,
    Play,
    ReadCard,
    Sound,
    VerifyPin,
    WarmCentral,
)
from kiosk.visit.events import Ask
from kiosk.visit.failures import Failure, of_status
from kiosk.visit.rules_card import of_reply
from kiosk.visit.states import (
    CardPage,
    HomePage,
    Opening,
    PinNote,
    PinPad,
    Reading,
    ReadStep,
    Record,
    Screen,
    SessionReply,
    TakeCard,
)
from tests.kiosk.visit.samples import RULES, Scene, overview, reply, with_rules


def pad(scene: Scene) -> PinPad:
    assert isinstance(scene.state, PinPad)
    return scene.state


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_card_in_the_slot_is_read_at_once() -> None:
    scene = Scene()
    assert scene.insert() == (ReadCard(1, 1),)
    assert scene.state == Reading(1, 1, scene.now)


def test_the_session_request_leaves_as_soon_as_the_card_is_identified() -> None:
    scene = Scene()
    scene.insert()
    assert scene.identified() == (OpenSession(1, 1),)
    assert isinstance(scene.state, Reading)
    assert scene.state.progress is ReadStep.PREPARE


def test_steps_of_reading_never_go_back() -> None:
    scene = Scene()
    scene.insert()
    scene.progressed(ReadStep.PROVE)
    scene.progressed(ReadStep.RECOGNISE)
    assert isinstance(scene.state, Reading)
    assert scene.state.progress is ReadStep.PROVE


def test_the_pin_pad_comes_with_central_s_answer_and_without_a_minimum_time() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed(PinTries(2))
    assert scene.screen is Screen.READING
    assert scene.session() == (OpenPinEntry(1), WarmCentral(1))
    assert scene.now == 100.0
    assert pad(scene).tries == PinTries(2)


def test_the_pin_pad_comes_after_one_second_when_central_has_not_answered() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.wait(0.99)
    assert scene.screen is Screen.READING
    assert scene.wait(0.02) == (OpenPinEntry(1), WarmCentral(1))
    assert pad(scene).reply is None


def test_the_second_runs_from_the_session_request() -> None:
    scene = Scene()
    scene.insert()
    scene.wait(3.0)
    scene.identified()
    scene.probed()
    scene.wait(0.9)
    assert scene.screen is Screen.READING


def test_no_pin_pad_before_the_chip_said_how_many_tries_are_left() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.session()
    scene.wait(5.0)
    assert scene.screen is Screen.READING
    scene.probed()
    assert scene.screen is Screen.PIN


def test_a_deadline_that_another_event_overtakes_still_leads_to_the_pin_pad() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.now += 1.5
    scene.progressed(ReadStep.PREPARE)  # comes before the tick that is due
    scene.wait(0.0)
    assert scene.screen is Screen.PIN


def test_a_probe_that_comes_before_the_identification_is_kept() -> None:
    scene = Scene()
    scene.insert()
    scene.probed(PinLocked())
    assert scene.identified() == (OpenSession(1, 1),)
    scene.session()
    scene.wait(1.0)
    assert scene.failure() is Failure.PIN_LOCKED


def test_a_mute_card_is_not_read() -> None:
    scene = Scene()
    assert scene.insert(mute=True) == ()
    scene.wait(0.69)
    assert scene.screen is Screen.READING
    assert scene.wait(0.02) == (EndVisit(1, 1),)
    assert scene.failure() is Failure.CARD_MUTE


@pytest.mark.parametrize("failure", [Failure.CARD_NOT_SOCIAL_SECURITY, Failure.CARD_MALFORMED, Failure.CARD_FAULTY])
def test_a_failure_page_waits_for_the_reading_page_s_minimum(failure: Failure) -> None:
    scene = Scene()
    scene.insert()
    scene.wait(0.2)
    scene.unusable(failure)
    scene.wait(0.49)
    assert scene.screen is Screen.READING
    scene.wait(0.02)
    assert isinstance(scene.state, CardPage)
    assert scene.state.failure is failure


def test_a_failure_after_the_minimum_is_shown_at_once() -> None:
    scene = Scene()
    scene.insert()
    scene.wait(0.8)
    assert scene.unusable(Failure.CARD_FAULTY) == (EndVisit(1, 1),)
    assert scene.failure() is Failure.CARD_FAULTY


def test_a_card_of_another_place_is_sent_nowhere_and_asked_for_no_pin() -> None:
    scene = Scene()
    scene.insert()
    assert scene.identified("140300") == ()
    scene.probed()
    scene.wait(2.0)
    assert scene.failure() is Failure.OTHER_PLACE
    assert not any(isinstance(e, OpenSession | OpenPinEntry) for e in scene.effects)


def test_a_hall_without_a_list_of_areas_serves_all_cards() -> None:
    scene = Scene(with_rules(areas=frozenset()))
    scene.insert()
    assert scene.identified("140300") == (OpenSession(1, 1),)


@pytest.mark.parametrize("status", [s for s in CardStatus if s is not CardStatus.NORMAL])
@pytest.mark.parametrize("tries", [PinTries(3), PinLocked(), PinNotSet()])
def test_a_card_that_central_refuses_never_gets_to_the_pin_pad(
    status: CardStatus, tries: PinTries | PinLocked | PinNotSet
) -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.session(reply(status=status))
    scene.probed(tries)
    scene.wait(2.0)
    assert scene.failure() is of_status(status)
    assert not any(isinstance(e, OpenPinEntry) for e in scene.effects)


def test_a_locked_pin_waits_for_central_that_may_say_not_activated() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed(PinLocked())
    scene.wait(5.0)
    assert scene.screen is Screen.READING
    scene.session(reply(status=CardStatus.NOT_ACTIVATED))
    assert scene.failure() is Failure.NOT_ACTIVATED


@pytest.mark.parametrize(("probe", "failure"), [(PinLocked(), Failure.PIN_LOCKED), (PinNotSet(), Failure.NO_PIN_SET)])
@pytest.mark.parametrize("central", [None, CentralFailure.UNREACHABLE, CentralFailure.TIMEOUT])
def test_what_the_probe_says_goes_before_central_being_away(
    probe: PinLocked | PinNotSet, failure: Failure, central: CentralFailure | None
) -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed(probe)
    if central is None:
        scene.session()
    else:
        scene.central_fails(Ask.SESSION, central)
    scene.wait(1.0)
    assert scene.failure() is failure


def test_central_s_failure_waits_for_the_probe_and_is_then_shown() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.central_fails(Ask.SESSION, CentralFailure.UNREACHABLE)
    scene.wait(3.0)
    assert scene.screen is Screen.READING
    scene.probed()
    assert scene.failure() is Failure.CENTRAL_UNREACHABLE
    assert not any(isinstance(e, OpenPinEntry) for e in scene.effects)


def test_a_session_that_failed_is_not_opened_by_a_late_answer() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.central_fails(Ask.SESSION, CentralFailure.TIMEOUT)
    scene.session()
    scene.probed()
    scene.wait(1.0)
    assert scene.failure() is Failure.CENTRAL_TIMEOUT


def test_a_session_that_was_not_asked_for_opens_nothing() -> None:
    scene = Scene()
    scene.insert()
    scene.session()
    assert isinstance(scene.state, Reading)
    assert scene.state.reply is None


# --- what central's answer says ---------------------------------------------------------------------------------------


def test_what_central_may_say_against_a_pin() -> None:
    assert of_reply(reply(), RULES) is None
    assert of_reply(reply(status=None), RULES) is None
    assert of_reply(reply(verdict=Verdict.NOT_GENUINE), RULES) is Failure.NOT_GENUINE
    assert of_reply(reply(verdict=Verdict.CANNOT_BE_PROVED), RULES) is Failure.CANNOT_BE_PROVED
    assert of_reply(reply(may=False), RULES) is Failure.CENTRAL_REFUSED
    assert of_reply(reply(may=False, status=CardStatus.LOST), RULES) is Failure.STATUS_LOST
    both = reply(verdict=Verdict.NOT_GENUINE, status=CardStatus.LOST)
    assert of_reply(both, RULES) is Failure.NOT_GENUINE


def test_a_card_that_central_cannot_prove_because_it_is_another_place_s_says_where_to_ask() -> None:
    answer = SessionReply(Verdict.CANNOT_BE_PROVED, CardStatus.OTHER_PLACE, None, may_ask_pin=False)
    assert of_reply(answer, RULES) is Failure.OTHER_PLACE
    counterfeit = SessionReply(Verdict.NOT_GENUINE, CardStatus.OTHER_PLACE, None, may_ask_pin=False)
    assert of_reply(counterfeit, RULES) is Failure.NOT_GENUINE


def test_a_region_may_allow_what_cannot_be_proved_but_never_what_is_not_genuine() -> None:
    rules = replace(RULES, personal_without_proof=True)
    assert of_reply(reply(verdict=Verdict.CANNOT_BE_PROVED), rules) is None
    assert of_reply(reply(verdict=Verdict.CANNOT_BE_PROVED, may=False), rules) is Failure.CANNOT_BE_PROVED
    assert of_reply(reply(verdict=Verdict.CANNOT_BE_PROVED, status=CardStatus.LOST), rules) is Failure.STATUS_LOST
    assert of_reply(reply(verdict=Verdict.NOT_GENUINE), rules) is Failure.NOT_GENUINE


def test_whose_card_it_is_says_central_and_until_then_the_card() -> None:
    scene = Scene()
    scene.insert()
    scene.identified(minor=True)
    scene.probed()
    scene.wait(1.1)
    assert pad(scene).minor
    scene.session(reply(minor=False))
    assert not pad(scene).minor


# --- PIN --------------------------------------------------------------------------------------------------------------


def test_a_pin_is_sent_once_per_confirm_and_the_digits_are_forgotten() -> None:
    scene = Scene().to_pin_pad()
    scene.digits(6)
    assert pad(scene).digits == 6
    assert scene.press(ConfirmPin()) == (VerifyPin(1, 1),)
    assert pad(scene).verifying
    assert pad(scene).digits == 0
    assert scene.press(ConfirmPin()) == ()
    assert scene.digits(6) == ()
    assert pad(scene).digits == 0
    assert [e for e in scene.effects if isinstance(e, VerifyPin)] == [VerifyPin(1, 1)]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_digits_are_not_sent(count: int) -> None:
    scene = Scene().to_pin_pad()
    scene.digits(count)
    assert scene.press(ConfirmPin()) == ()
    assert not pad(scene).verifying


@pytest.mark.parametrize(
    ("verdict", "note", "tries"),
    [(PinWrong(2), PinNote.WRONG, 2), (PinWrong(1), PinNote.WRONG, 1), (PinRefusedFormat(), PinNote.FORMAT, 3)],
)
def test_a_wrong_pin_gets_a_fresh_entry_and_the_tries_left(
    verdict: PinWrong | PinRefusedFormat, note: PinNote, tries: int
) -> None:
    scene = Scene().to_verifying()
    assert scene.pin(verdict) == (OpenPinEntry(1),)
    assert (pad(scene).note, pad(scene).tries.tries_left, pad(scene).digits) == (note, tries, 0)
    assert scene.press(ConfirmPin()) == ()
    scene.digits(1)
    assert pad(scene).note is PinNote.NONE
    scene.digits(6)
    assert scene.press(ConfirmPin()) == (VerifyPin(1, 1),)


def test_erasing_all_digits_keeps_the_note() -> None:
    scene = Scene().to_verifying()
    scene.pin(PinWrong(1))
    scene.digits(0)
    assert pad(scene).note is PinNote.WRONG


def test_an_unknown_outcome_ends_the_visit_with_its_page() -> None:
    scene = Scene().to_verifying()
    assert scene.pin(PinUnknown(None)) == (EndVisit(1, 1),)
    assert scene.failure() is Failure.PIN_OUTCOME_UNKNOWN


def test_a_pin_that_was_locked_has_its_page_where_a_ticket_can_be_had() -> None:
    scene = Scene().to_verifying()
    assert scene.pin(PinLocked()) == (OpenPinEntry(1),)  # what was typed is wiped, the session stays
    assert scene.state == CardPage(1, 1, Failure.PIN_LOCKED, scene.now, ticket=True)
    assert scene.press(End())[0] == EndVisit(1, 1)


def test_without_central_a_locked_pin_ends_the_visit_with_its_page() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.wait(1.0)
    scene.digits(6)
    scene.press(ConfirmPin())
    assert scene.pin(PinLocked()) == (EndVisit(1, 1),)
    assert scene.state == CardPage(1, 1, Failure.PIN_LOCKED, scene.now)


def test_an_answer_that_no_pin_waits_for_is_dropped() -> None:
    scene = Scene().to_pin_pad()
    before = scene.state
    assert scene.pin(PinVerified()) == ()
    assert scene.state is before


def test_forgot_pin_empties_the_entry_and_nothing_is_sent_from_there() -> None:
    scene = Scene().to_pin_pad()
    scene.digits(6)
    assert scene.press(ForgotPin()) == (OpenPinEntry(1),)
    assert scene.screen is Screen.PIN_HELP
    scene.digits(6)
    assert scene.press(ConfirmPin()) == ()
    scene.press(Back())
    assert scene.screen is Screen.PIN


def test_a_late_refusal_takes_the_pin_pad_away() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.wait(1.1)
    assert scene.screen is Screen.PIN
    assert scene.session(reply(status=CardStatus.NOT_ACTIVATED)) == (ForgetRecent(1, 1), EndVisit(1, 1))
    assert scene.failure() is Failure.NOT_ACTIVATED


@pytest.mark.parametrize("verdict", [PinVerified(), PinWrong(2), PinRefusedFormat()])
def test_a_late_refusal_does_not_interrupt_a_pin_at_the_chip(
    verdict: PinVerified | PinWrong | PinRefusedFormat,
) -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.wait(1.1)
    scene.digits(6)
    scene.press(ConfirmPin())
    assert scene.session(reply(status=CardStatus.LOST)) == (ForgetRecent(1, 1),)
    assert pad(scene).verifying
    assert scene.pin(verdict) == (EndVisit(1, 1),)
    assert scene.failure() is Failure.STATUS_LOST
    assert not any(isinstance(e, FetchOverview) for e in scene.effects)


@pytest.mark.parametrize("ask", [Ask.OVERVIEW, Ask.ROWS])
def test_only_the_question_that_is_open_can_fail(ask: Ask) -> None:
    scene = Scene().to_pin_pad()
    before = scene.state
    scene.central_fails(ask, CentralFailure.TIMEOUT, 0)
    scene.central_fails(Ask.SESSION, CentralFailure.TIMEOUT)  # it was answered
    assert scene.state is before


def test_way_out_of_the_pin_page_even_while_the_pin_is_at_the_chip() -> None:
    scene = Scene().to_verifying()
    assert scene.press(End()) == (EndVisit(1, 1), Play(Sound.TAKE_CARD))
    assert isinstance(scene.state, TakeCard)
    assert scene.pin(PinVerified()) == ()


# --- overview ---------------------------------------------------------------------------------------------------------


def test_after_the_chip_s_yes_the_overview_is_asked_for_and_shown() -> None:
    scene = Scene().to_verifying()
    assert not any(isinstance(e, FetchOverview) for e in scene.effects)
    assert scene.pin(PinVerified()) == (FetchOverview(1, 1),)
    assert scene.screen is Screen.OPENING
    scene.overview()
    assert scene.state == Record(1, 1, overview(0), HomePage(), touched=scene.now)


def test_without_a_session_the_overview_waits_for_it() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.wait(1.1)
    scene.digits(6)
    scene.press(ConfirmPin())
    assert scene.pin(PinVerified()) == ()
    assert scene.overview() == ()
    assert isinstance(scene.state, Opening)
    assert scene.session() == (FetchOverview(1, 1),)
    scene.overview()
    assert isinstance(scene.state, Record)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (reply(verdict=Verdict.NOT_GENUINE), Failure.NOT_GENUINE),
        (reply(status=CardStatus.BLOCKED), Failure.STATUS_BLOCKED),
        (reply(may=False), Failure.CENTRAL_REFUSED),
    ],
)
def test_a_refusal_that_comes_after_the_pin_opens_nothing(answer: SessionReply, failure: Failure) -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.wait(1.1)
    scene.digits(6)
    scene.press(ConfirmPin())
    scene.pin(PinVerified())
    assert scene.session(answer)[-1] == EndVisit(1, 1)
    assert scene.failure() is failure


@pytest.mark.parametrize("failure", CentralFailure)
def test_central_away_after_the_pin_is_a_page_and_no_spinner(failure: CentralFailure) -> None:
    scene = Scene().to_opening()
    assert scene.central_fails(Ask.OVERVIEW, failure) == (EndVisit(1, 1),)
    assert isinstance(scene.state, CardPage)


def test_the_wait_for_the_overview_gets_a_name_after_a_second() -> None:
    scene = Scene().to_opening()
    scene.wait(0.9)
    assert isinstance(scene.state, Opening)
    assert not scene.state.slow
    scene.wait(0.2)
    assert isinstance(scene.state, Opening)
    assert scene.state.slow


def test_a_record_that_disagrees_with_the_card_is_not_shown() -> None:
    scene = Scene().to_opening()
    assert scene.overview(agrees=False) == (EndVisit(1, 1),)
    assert scene.failure() is Failure.CARD_DISAGREES


@pytest.mark.parametrize("status", [s for s in CardStatus if s is not CardStatus.NORMAL])
def test_a_card_refused_in_the_overview_is_not_shown(status: CardStatus) -> None:
    scene = Scene().to_opening()
    scene.overview(overview(0, card_status=status))
    assert scene.failure() is of_status(status)
