"""Reader, clock, idle, the still-there question, the forgotten card: what the world and time do to a visit."""

# mypy: disable-error-code="comparison-overlap, unreachable"
# A scene's state changes between two looks; mypy takes the first look for the second.

import pytest

from drivers.card.states import PinVerified, ReaderState
from kiosk.model import Notice
from kiosk.visit.actions import (
    Back,
    ConfirmPin,
    End,
    OpenPrivacy,
    OpenRegistration,
    SetHighContrast,
    SetLanguage,
    SetLargeText,
    StayHere,
)
from kiosk.visit.effects import EndVisit, Play, ReadCard, ReportForgottenCard, Sound
from kiosk.visit.events import LinkChanged, NoticesArrived, Pressed
from kiosk.visit.failures import Failure, of_reader
from kiosk.visit.states import (
    CardPage,
    Idle,
    IdlePrivacy,
    Link,
    Model,
    OutOfService,
    Prefs,
    Reading,
    Record,
    Reminder,
    Screen,
    TakeCard,
    World,
)
from tests.kiosk.visit.samples import RULES, Scene, mark, texts, with_rules

LOST = [state for state in ReaderState if of_reader(state) is not None]
AIDS = (SetLanguage("en"), SetLargeText(True), SetHighContrast(True))


def staged(stage: str) -> Scene:
    scene = Scene()
    match stage:
        case "reading":
            scene.insert()
        case "failure":
            scene.insert(mute=True)
            scene.wait(1.0)
        case "pin":
            scene.to_pin_pad()
        case "verifying":
            scene.to_verifying()
        case "opening":
            scene.to_opening()
        case _:
            scene.to_record()
    return scene


STAGES = ("reading", "failure", "pin", "verifying", "opening", "record")


# --- reader ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", LOST)
@pytest.mark.parametrize("stage", STAGES)
def test_a_reader_that_is_lost_ends_the_visit_with_its_own_page(stage: str, state: ReaderState) -> None:
    scene = staged(stage)
    effects = scene.reader(state)
    assert effects == (() if stage == "failure" else (EndVisit(1, 1),))
    failure = of_reader(state)
    assert failure is not None
    assert scene.state == OutOfService(failure)
    scene.remove()
    scene.reader(ReaderState.READY)
    assert scene.state == Idle()


def test_a_reader_that_is_lost_under_a_wrong_clock_ends_an_open_record_too() -> None:
    scene = Scene().to_record()
    scene.clock(True)
    assert isinstance(scene.state, Record)
    assert scene.reader(ReaderState.NO_READER) == (EndVisit(1, 1),)
    assert scene.state == OutOfService(Failure.CLOCK_WRONG)


def test_a_reader_that_only_stalled_comes_back_with_the_card_to_be_taken() -> None:
    scene = Scene().to_record()
    scene.reader(ReaderState.FAULTY)
    scene.reader(ReaderState.READY)
    assert isinstance(scene.state, TakeCard)
    scene.remove()
    assert scene.state == Idle()


def test_a_card_that_was_put_in_while_nothing_worked_is_read_when_it_works_again() -> None:
    scene = Scene()
    scene.clock(True)
    assert scene.insert() == ()
    assert scene.state == OutOfService(Failure.CLOCK_WRONG)
    assert scene.clock(False) == (ReadCard(1, 1),)
    assert isinstance(scene.state, Reading)


def test_a_card_already_in_at_start_is_read() -> None:
    scene = Scene()
    scene.model = Model(RULES)
    scene.insert()
    assert isinstance(scene.state, Reading)
    scene.reader(ReaderState.READY)
    assert isinstance(scene.state, Reading)


def test_out_of_service_follows_the_highest_failure_and_lifts_by_itself() -> None:
    scene = Scene()
    scene.reader(ReaderState.HELD)
    assert scene.failure() is Failure.READER_HELD
    scene.reader(ReaderState.NO_READER)
    assert scene.failure() is Failure.READER_MISSING
    scene.clock(True)
    assert scene.failure() is Failure.CLOCK_WRONG
    scene.reader(ReaderState.READY)
    assert scene.failure() is Failure.CLOCK_WRONG
    scene.clock(False)
    assert scene.state == Idle()


def test_a_broken_configuration_is_never_lifted() -> None:
    scene = Scene()
    scene.model = Model(RULES, World(config_invalid=True))
    scene.reader(ReaderState.READY)
    assert scene.state == OutOfService(Failure.CONFIG_INVALID)
    scene.insert()
    scene.wait(500.0)
    assert scene.state == OutOfService(Failure.CONFIG_INVALID)


def test_a_fault_of_our_own_lifts_after_its_time_or_with_the_card() -> None:
    scene = Scene()
    fault = OutOfService(Failure.SCREEN_FAULT, lifts_at=scene.now + 30.0)
    scene.model = Model(RULES, World(ReaderState.READY), state=fault, now=scene.now)
    scene.reader(ReaderState.READY)
    assert scene.state == fault
    scene.wait(29.0)
    assert scene.state == fault
    scene.wait(2.0)
    assert scene.state == Idle()


def test_aids_chosen_on_the_out_of_service_page_stay_while_somebody_is_there() -> None:
    scene = Scene()
    scene.reader(ReaderState.HELD)
    scene.press(SetLanguage("en"))
    scene.reader(ReaderState.HELD)
    scene.wait(59.0)
    assert scene.model.prefs.language == "en"
    scene.wait(2.0)
    assert scene.model.prefs == Prefs()
    assert scene.failure() is Failure.READER_HELD


def test_starting_is_answered_by_the_attract_page() -> None:
    assert Scene().screen is Screen.ATTRACT
    fresh = Scene()
    fresh.reader(ReaderState.STARTING)
    assert fresh.screen is Screen.ATTRACT


# --- clock, link, notices ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["pin", "opening"])
def test_a_wrong_clock_lets_nobody_further(stage: str) -> None:
    scene = staged(stage)
    assert scene.clock(True) == (EndVisit(1, 1),)
    assert scene.failure() is Failure.CLOCK_WRONG
    assert isinstance(scene.state, CardPage)


def test_a_wrong_clock_does_not_tear_the_reading_page_away() -> None:
    scene = staged("reading")
    scene.clock(True)
    assert scene.screen is Screen.READING
    scene.wait(0.8)
    assert scene.failure() is Failure.CLOCK_WRONG


def test_a_wrong_clock_waits_for_the_chip_and_then_opens_nothing() -> None:
    scene = staged("verifying")
    assert scene.clock(True) == ()
    assert scene.pin(PinVerified()) == (EndVisit(1, 1),)
    assert scene.failure() is Failure.CLOCK_WRONG


def test_a_wrong_clock_leaves_an_open_record_and_stops_the_next_person() -> None:
    scene = staged("record")
    scene.clock(True)
    assert isinstance(scene.state, Record)
    scene.press(End())
    assert isinstance(scene.state, TakeCard)
    scene.remove()
    assert scene.state == OutOfService(Failure.CLOCK_WRONG)


def test_a_wrong_clock_at_idle_and_on_the_privacy_notice() -> None:
    for action in (None, OpenPrivacy()):
        scene = Scene()
        if action is not None:
            scene.press(action)
        scene.clock(True)
        assert scene.state == OutOfService(Failure.CLOCK_WRONG)
        scene.clock(False)
        assert scene.state == Idle()


def test_link_and_notices_change_the_header_only() -> None:
    scene = Scene().to_record()
    before = scene.state
    notice = Notice("n", "大厅", "Hall")
    scene.send(LinkChanged(scene.now, Link.OFFLINE))
    scene.send(NoticesArrived(scene.now, (notice,)))
    assert scene.state is before
    assert (scene.model.world.link, scene.model.world.notices) == (Link.OFFLINE, (notice,))


# --- idle -------------------------------------------------------------------------------------------------------------


def test_the_privacy_notice_before_any_card() -> None:
    scene = Scene()
    scene.press(OpenPrivacy())
    assert scene.screen is Screen.PRIVACY
    scene.press(Back())
    assert isinstance(scene.state, Idle)
    scene.press(OpenPrivacy())
    scene.press(End())
    assert isinstance(scene.state, Idle)
    scene.press(OpenPrivacy())
    scene.wait(59.0)
    scene.touch()
    scene.wait(59.0)
    assert isinstance(scene.state, IdlePrivacy)
    scene.wait(2.0)
    assert scene.state == Idle()


def test_a_card_put_in_on_the_privacy_notice_begins_a_visit_in_the_chosen_language() -> None:
    scene = Scene()
    scene.press(SetLanguage("en"))
    scene.press(OpenPrivacy())
    assert scene.insert() == (ReadCard(1, 1),)
    assert scene.model.prefs.language == "en"


def test_aids_that_somebody_chose_and_left_are_taken_back() -> None:
    scene = Scene()
    scene.press(SetLanguage("en"))
    scene.wait(59.0)
    assert scene.model.prefs.language == "en"
    scene.wait(2.0)
    assert scene.model.prefs == Prefs()
    assert scene.state == Idle()


def test_large_text_gives_more_time_at_idle_too() -> None:
    scene = Scene()
    scene.press(SetLargeText(True))
    scene.wait(119.0)
    assert scene.model.prefs.large_text
    scene.wait(2.0)
    assert not scene.model.prefs.large_text


@pytest.mark.parametrize("way", ["end", "removal", "time", "swap", "reader"])
def test_aids_end_with_the_visit(way: str) -> None:
    scene = Scene().to_record()
    for action in AIDS:
        scene.press(action)
    assert scene.model.prefs == Prefs("en", True, True)
    match way:
        case "end":
            scene.press(End())
        case "removal":
            scene.remove()
        case "time":
            scene.wait(151.0)
        case "swap":
            scene.insert()
        case _:
            scene.reader(ReaderState.NO_READER)
    assert not scene.model.prefs.large_text
    assert not scene.model.prefs.high_contrast
    language = "en" if way in ("end", "time") else "zh_CN"
    assert scene.model.prefs.language == language


def test_take_your_card_is_said_in_the_visit_s_language_until_the_person_is_gone() -> None:
    scene = Scene().to_record()
    scene.press(SetLanguage("en"))
    scene.press(End())
    scene.wait(59.0)
    assert scene.model.prefs.language == "en"
    scene.wait(2.0)
    assert scene.model.prefs.language == "zh_CN"
    again = Scene().to_record()
    again.press(SetLanguage("en"))
    again.press(End())
    again.remove()
    assert again.model.prefs == Prefs()


def test_the_hall_s_own_language_is_what_aids_go_back_to() -> None:
    scene = Scene(with_rules(default_language="en"))
    scene.insert()
    scene.remove()
    assert scene.model.prefs.language == "en"


# --- is somebody still there ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["pin", "record"])
def test_the_question_comes_after_a_minute_and_ends_the_visit_after_twenty_seconds(stage: str) -> None:
    scene = staged(stage)
    scene.wait(59.9)
    assert scene.screen is not Screen.STILL_THERE
    assert Play(Sound.QUESTION) in scene.wait(0.2)
    assert scene.screen is Screen.STILL_THERE
    scene.wait(19.8)
    assert scene.screen is Screen.STILL_THERE
    assert scene.wait(0.2) == (EndVisit(1, 1), Play(Sound.TAKE_CARD))
    assert isinstance(scene.state, TakeCard)


@pytest.mark.parametrize("stage", ["pin", "record"])
def test_large_text_gives_twice_the_time_and_a_longer_question(stage: str) -> None:
    scene = staged(stage)
    scene.press(SetLargeText(True))
    scene.wait(119.9)
    assert scene.screen is not Screen.STILL_THERE
    scene.wait(0.2)
    assert scene.screen is Screen.STILL_THERE
    scene.wait(29.8)
    assert scene.screen is Screen.STILL_THERE
    scene.wait(0.2)
    assert isinstance(scene.state, TakeCard)


@pytest.mark.parametrize("stage", ["pin", "record"])
def test_i_am_still_here_gives_the_whole_time_again_as_often_as_one_likes(stage: str) -> None:
    scene = staged(stage)
    for _ in range(12):
        scene.wait(75.0)
        assert scene.screen is Screen.STILL_THERE
        scene.press(StayHere())
        assert scene.screen is not Screen.STILL_THERE
        scene.wait(50.0)
        assert scene.screen is not Screen.STILL_THERE
        scene.touch()


@pytest.mark.parametrize("stage", ["pin", "record"])
def test_the_question_is_answered_by_its_button_only(stage: str) -> None:
    scene = staged(stage)
    scene.wait(65.0)
    scene.touch()
    scene.press(SetLanguage("en"))
    scene.press(OpenRegistration())
    scene.press(ConfirmPin())
    scene.digits(6)
    assert scene.screen is Screen.STILL_THERE
    assert scene.model.prefs.language == "en"
    scene.wait(16.0)
    assert isinstance(scene.state, TakeCard)


def test_a_touch_anywhere_puts_the_question_off() -> None:
    scene = staged("record")
    for _ in range(5):
        scene.wait(50.0)
        scene.touch()
    assert scene.screen is Screen.HOME


def test_also_a_touch_that_opens_nothing_says_that_somebody_is_there() -> None:
    scene = staged("record")
    scene.wait(50.0)
    scene.press(OpenRegistration("999"))
    scene.wait(50.0)
    assert scene.screen is Screen.HOME


def test_no_time_runs_while_the_chip_works_on_a_pin() -> None:
    scene = staged("verifying")
    scene.wait(500.0)
    assert scene.screen is Screen.PIN
    scene.pin()
    assert scene.screen is Screen.OPENING


def test_a_failure_page_closes_after_a_minute_and_the_card_is_to_be_taken() -> None:
    scene = staged("failure")
    scene.wait(40.0)
    scene.touch()
    scene.wait(59.0)
    assert scene.screen is Screen.FAILURE
    assert scene.wait(2.0) == (Play(Sound.TAKE_CARD),)
    assert isinstance(scene.state, TakeCard)


def test_a_touch_on_the_last_person_s_page_does_nothing_to_the_next() -> None:
    scene = Scene().to_record()
    scene.remove()
    scene.to_record()
    before = scene.model
    scene.send(Pressed(scene.now, 1, End()))
    assert scene.model == before


# --- the card that stays in the slot ------------------------------------------------------------------------------------------


def test_a_card_left_in_the_slot_is_reminded_of_and_reported() -> None:
    scene = Scene().to_record()
    assert scene.press(End()) == (EndVisit(1, 1), Play(Sound.TAKE_CARD))
    assert scene.wait(59.9) == ()
    assert scene.wait(0.2) == (Play(Sound.TAKE_CARD_LOUD),)
    assert scene.state == TakeCard(1, 100.0, Reminder.LOUD)
    assert scene.wait(119.8) == ()
    assert scene.wait(0.2) == (ReportForgottenCard(True), Play(Sound.TAKE_CARD_LOUD))
    assert scene.state == TakeCard(1, 100.0, Reminder.STAFF)
    assert scene.wait(3600.0) == ()
    assert scene.remove() == (ReportForgottenCard(False),)
    assert scene.state == Idle()


def test_a_card_that_is_taken_in_time_is_not_reported() -> None:
    scene = Scene().to_record()
    scene.press(End())
    scene.wait(100.0)
    assert scene.remove() == ()


def test_a_forgotten_card_that_is_swapped_is_taken_back_and_the_new_one_read() -> None:
    scene = Scene().to_record()
    scene.press(End())
    scene.wait(200.0)
    assert scene.insert() == (ReportForgottenCard(False), ReadCard(2, 2))


@pytest.mark.parametrize("action", [End(), Back(), OpenPrivacy(), StayHere(), ConfirmPin(), OpenRegistration()])
def test_the_next_person_s_touch_shows_only_take_the_card(action: End) -> None:
    scene = Scene().to_record()
    scene.press(End())
    scene.touch()
    scene.press(action)
    assert scene.screen is Screen.TAKE_CARD


@pytest.mark.parametrize("fault", [*LOST, None])
def test_take_the_card_stays_while_something_else_breaks(fault: ReaderState | None) -> None:
    scene = Scene().to_record()
    scene.press(End())
    if fault is None:
        scene.clock(True)
    else:
        scene.reader(fault)
    assert isinstance(scene.state, TakeCard)
    scene.remove()
    assert isinstance(scene.state, OutOfService)


@pytest.mark.parametrize("way", ["end", "removal", "time", "reader"])
def test_nothing_of_the_person_is_left_when_the_visit_ends(way: str) -> None:
    scene = Scene(person=3).to_record()
    assert any(mark(3) in text for text in texts(scene.model))
    match way:
        case "end":
            scene.press(End())
        case "removal":
            scene.remove()
        case "time":
            scene.wait(90.0)
        case _:
            scene.reader(ReaderState.SERVICE_STOPPED)
    assert not any(mark(3) in text for text in texts(scene.model))
    assert not any(mark(3) in text for line in scene.lines for text in texts(line))
