"""The log of a visit: every transition has its line, and no line has anything personal."""

from drivers.card.states import PinVerified, PinWrong, ReaderState
from kiosk.model import CentralFailure
from kiosk.visit.actions import ConfirmPin, End, Field, ForgotPin, OpenRegistration, SetReveal
from kiosk.visit.events import Ask, ClockChecked, LinkChanged, OverviewArrived
from kiosk.visit.failures import Failure
from kiosk.visit.journal import LogLine, LogName
from kiosk.visit.states import Link, ReadStep
from tests.kiosk.visit.samples import Scene, mark, overview, texts


def names(scene: Scene) -> list[str]:
    return [line.name.value for line in scene.lines]


def test_a_whole_visit_line_by_line() -> None:
    scene = Scene()
    scene.lines.clear()
    scene.insert()
    scene.progressed(ReadStep.PROVE)
    scene.identified()
    scene.probed()
    scene.session()
    scene.digits(6)
    scene.press(ConfirmPin())
    scene.pin(PinVerified())
    scene.overview()
    scene.press(OpenRegistration())
    scene.press(SetReveal(Field.NAME))
    scene.press(End())
    scene.remove()
    assert [(line.name, line.visit, line.values) for line in scene.lines] == [
        (LogName.CARD_INSERTED, 1, {"insertion": 1, "mute": 0}),
        (LogName.VISIT_BEGUN, 1, {"insertion": 1}),
        (LogName.PAGE_SHOWN, 1, {"screen": "reading"}),
        (LogName.PAGE_SHOWN, 1, {"screen": "reading/prove"}),
        (LogName.PAGE_SHOWN, 1, {"screen": "reading/prepare"}),
        (LogName.PIN_ASKED, 1, {"tries_left": 3}),
        (LogName.PAGE_SHOWN, 1, {"screen": "pin"}),
        (LogName.PIN_SENT, 1, {}),
        (LogName.PIN_ANSWERED, 1, {"verdict": "PinVerified"}),
        (LogName.PAGE_SHOWN, 1, {"screen": "opening"}),
        (LogName.RECORD_SHOWN, 1, {}),
        (LogName.PAGE_SHOWN, 1, {"screen": "home"}),
        (LogName.PAGE_SHOWN, 1, {"screen": "registration"}),
        (LogName.FIELD_REVEALED, 1, {"field": "name"}),
        (LogName.VISIT_ENDED, 1, {"screen": "registration"}),
        (LogName.PAGE_SHOWN, 1, {"screen": "take-card"}),
        (LogName.CARD_REMOVED, 0, {"insertion": 1}),
        (LogName.PAGE_SHOWN, 0, {"screen": "attract"}),
    ]


def test_a_swap_logs_the_end_of_the_first_and_the_beginning_of_the_second() -> None:
    scene = Scene().to_record()
    scene.lines.clear()
    scene.insert()
    found = [(line.name, line.visit) for line in scene.lines]
    assert (LogName.VISIT_ENDED, 1) in found
    assert (LogName.VISIT_BEGUN, 2) in found


def test_failures_are_logged_by_their_code_and_once() -> None:
    scene = Scene()
    scene.insert(mute=True)
    scene.wait(1.0)
    scene.touch()
    shown = [line for line in scene.lines if line.name is LogName.FAILURE_SHOWN]
    assert shown == [LogLine(LogName.FAILURE_SHOWN, 1, {"code": Failure.CARD_MUTE.code})]


def test_out_of_service_and_back() -> None:
    scene = Scene()
    scene.lines.clear()
    scene.reader(ReaderState.NO_READER)
    scene.reader(ReaderState.NO_READER)
    scene.reader(ReaderState.READY)
    assert names(scene).count("kiosk-out-of-service") == 1
    assert names(scene).count("kiosk-in-service") == 1
    assert names(scene).count("reader-reported") == 3


def test_what_comes_late_or_for_another_is_logged_as_dropped_and_what_is_taken_is_not() -> None:
    scene = Scene().to_record()
    assert "result-dropped" not in names(scene)
    scene.send(OverviewArrived(scene.now, 0, 1, overview(0), True))
    assert scene.lines[-1] == LogLine(LogName.RESULT_DROPPED, 1, {"event": "OverviewArrived", "meant": 0})
    scene.send(OverviewArrived(scene.now, 1, 1, overview(0), True))
    assert scene.lines[-1].name is LogName.RESULT_DROPPED


def test_a_forgotten_card_leaves_its_line() -> None:
    scene = Scene().to_record()
    scene.press(End())
    scene.wait(200.0)
    screens = [line.values["screen"] for line in scene.lines if line.name is LogName.PAGE_SHOWN]
    assert screens[-2:] == ["take-card/loud", "take-card/staff"]
    assert [line.values for line in scene.lines if line.name is LogName.CARD_FORGOTTEN] == [{"insertion": 1}]


def test_pin_help_and_the_question_are_screens_of_their_own_in_the_log() -> None:
    scene = Scene().to_pin_pad()
    scene.press(ForgotPin())
    scene.wait(61.0)
    screens = [line.values["screen"] for line in scene.lines if line.name is LogName.PAGE_SHOWN]
    assert screens[-2:] == ["pin-help", "still-there"]


def test_every_answer_of_the_chip_and_every_failure_of_central_is_logged() -> None:
    scene = Scene().to_verifying()
    scene.pin(PinWrong(2))
    assert LogLine(LogName.PIN_ANSWERED, 1, {"verdict": "PinWrong"}) in scene.lines
    scene.digits(6)
    scene.press(ConfirmPin())
    scene.pin()
    scene.central_fails(Ask.OVERVIEW, CentralFailure.TIMEOUT)
    assert LogLine(LogName.CENTRAL_FAILED, 1, {"ask": "overview", "failure": "timeout"}) in scene.lines


def test_a_reveal_that_was_refused_is_not_logged_as_one() -> None:
    scene = Scene().to_record()
    scene.wait(65.0)
    scene.press(SetReveal(Field.NAME))
    assert LogName.FIELD_REVEALED not in [line.name for line in scene.lines]


def test_link_and_clock_are_logged_when_they_change() -> None:
    scene = Scene()
    scene.lines.clear()
    for _ in range(2):
        scene.send(LinkChanged(scene.now, Link.OFFLINE))
        scene.send(ClockChecked(scene.now, True))
    assert names(scene).count("link-changed") == 1
    assert names(scene).count("clock-checked") == 1


def test_no_line_of_a_whole_visit_holds_anything_of_the_person() -> None:
    scene = Scene(person=2).to_record()
    scene.press(SetReveal(Field.NUMBER))
    scene.remove()
    assert not any(mark(2) in text for line in scene.lines for text in texts(line))
