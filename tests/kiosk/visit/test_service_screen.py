"""What a technician does at the kiosk, and the remedy for a failure's code, which anybody of the staff gets."""

import pytest

from kiosk.help import Part, Role
from kiosk.visit.actions import Back, ConfirmTyped, PrintSlip, ShowPart
from kiosk.visit.entry import EntryNote
from kiosk.visit.events import LinkChanged, SlipPrinted
from kiosk.visit.failures import Failure
from kiosk.visit.help import (
    TOUCH_TARGETS,
    Desk,
    FailureList,
    OpenFailures,
    OpenLookup,
    OpenRemedy,
    OpenReport,
    OpenServiceScreen,
    OpenSettings,
    OpenStaffSignIn,
    OpenTicket,
    PickFailure,
    ReadinessReport,
    Remedy,
    SaveReport,
    ServiceScreen,
    SettingList,
    StaffStage,
    TestAll,
    TestPart,
    TouchedTarget,
    TouchTest,
    TypeFailure,
)
from kiosk.visit.help_deeds import Diagnose, Diagnosed, ReportWritten, WriteReport
from kiosk.visit.services import Paper
from kiosk.visit.states import Link
from tests.kiosk.visit.help_samples import at_desk, helping, report, staff_of
from tests.kiosk.visit.samples import Scene


def service() -> Scene:
    scene = at_desk(Role.TECHNICIAN)
    scene.answer(Diagnosed, report())
    return scene


def stage(scene: Scene) -> StaffStage:
    return staff_of(scene).stage


def under_way(scene: Scene) -> frozenset[Part]:
    there = stage(scene)
    assert isinstance(there, ServiceScreen)
    return there.testing


def test_parts_are_tested_at_once_and_each_is_done_by_itself() -> None:
    scene = service()
    assert staff_of(scene).report == report()
    assert scene.press(TestPart(Part.READER)) == (Diagnose(1, 0, 3, (Part.READER,)),)
    assert scene.press(TestPart(Part.READER)) == ()
    scene.press(TestPart(Part.PRINTER))
    assert under_way(scene) == {Part.READER, Part.PRINTER}
    scene.answer(Diagnosed, report(), (Part.READER,), request=3)  # also of the question before the newest one
    assert under_way(scene) == {Part.PRINTER}


def test_all_parts_are_tested_but_the_one_that_needs_a_finger() -> None:
    scene = service()
    scene.press(TestPart(Part.DISK))
    (effect,) = scene.press(TestAll())
    assert isinstance(effect, Diagnose)
    assert effect.parts is not None
    assert set(effect.parts) == set(Part) - {Part.SCREEN, Part.DISK}
    assert under_way(scene) == set(Part) - {Part.SCREEN}


def test_the_screen_is_tested_when_every_target_was_touched_and_else_it_is_not() -> None:
    scene = service()
    scene.press(TestPart(Part.SCREEN))
    assert stage(scene) == TouchTest()
    assert scene.press(TouchedTarget(TOUCH_TARGETS)) == ()
    for target in range(TOUCH_TARGETS - 1):
        assert scene.press(TouchedTarget(target)) == ()
    assert scene.press(TouchedTarget(0)) == ()
    assert stage(scene) == TouchTest(frozenset(range(TOUCH_TARGETS - 1)))
    (effect,) = scene.press(TouchedTarget(TOUCH_TARGETS - 1))
    assert isinstance(effect, Diagnose)
    assert (effect.parts, effect.untouched) == ((Part.SCREEN,), 0)
    scene.press(TestPart(Part.SCREEN))
    (looked,) = scene.press(Back())
    assert isinstance(looked, Diagnose)
    assert looked.parts is None


def test_a_target_that_does_not_answer_is_found_when_the_picture_is_left() -> None:
    scene = service()
    scene.press(TestPart(Part.SCREEN))
    scene.press(TouchedTarget(1))
    scene.press(TouchedTarget(3))
    (effect,) = scene.press(Back())
    assert isinstance(effect, Diagnose)
    assert (effect.parts, effect.untouched) == ((Part.SCREEN,), TOUCH_TARGETS - 2)
    assert under_way(scene) == {Part.SCREEN}


@pytest.mark.parametrize(
    ("action", "there"),
    [(OpenFailures(), FailureList()), (OpenSettings(), SettingList()), (OpenReport(), ReadinessReport(Paper.OFFERED))],
)
def test_lists_and_report_are_opened_and_left_again(action: OpenFailures, there: FailureList) -> None:
    scene = service()
    scene.press(action)
    assert stage(scene) == there
    scene.press(ShowPart(3))
    assert getattr(stage(scene), "part", None) == 3
    scene.press(Back())
    assert isinstance(stage(scene), ServiceScreen)


def test_a_failure_of_the_list_has_its_remedy_and_leads_back_to_its_place() -> None:
    scene = service()
    scene.press(OpenFailures())
    scene.press(ShowPart(4))
    scene.press(PickFailure("READER-MISSING"))
    assert stage(scene) == Remedy("READER-MISSING", back=FailureList(4))
    scene.press(Back())
    assert stage(scene) == FailureList(4)
    scene.press(PickFailure("NONE-SUCH"))
    assert stage(scene) == FailureList(4)


def test_the_report_goes_on_paper_and_into_a_file_each_by_itself() -> None:
    scene = service()
    scene.press(OpenReport())
    assert scene.press(PrintSlip()) == (WriteReport(1, 0, 3, report(), "zh_CN", file=False),)
    assert scene.press(SaveReport()) == (WriteReport(1, 0, 4, report(), "zh_CN", file=True),)
    assert scene.press(PrintSlip()) == scene.press(SaveReport()) == ()
    scene.answer(SlipPrinted, Paper.PRINTED, request=3)
    scene.answer(ReportWritten, "/var/report.txt")
    assert stage(scene) == ReadinessReport(Paper.PRINTED, "/var/report.txt", saved=True)
    scene.press(SaveReport())
    scene.answer(ReportWritten, None)
    assert stage(scene) == ReadinessReport(Paper.PRINTED, None, saved=True)


def test_without_a_report_there_is_nothing_to_print() -> None:
    scene = at_desk(Role.TECHNICIAN)
    scene.press(OpenReport())
    assert scene.press(PrintSlip()) == scene.press(SaveReport()) == ()


def test_a_technician_looks_nobody_up_and_a_clerk_has_no_service_screen() -> None:
    scene = service()
    for action in (OpenLookup(), OpenTicket()):
        assert scene.press(action) == ()
        assert isinstance(stage(scene), ServiceScreen)
    clerk = at_desk()
    clerk.press(OpenServiceScreen())
    assert stage(clerk) == Desk()


@pytest.mark.parametrize("typed", ["READER-MISSING", "readermissing"])
def test_a_typed_code_has_its_remedy_also_when_central_is_away(typed: str) -> None:
    scene = helping()
    scene.send(LinkChanged(scene.now, Link.OFFLINE))
    scene.press(OpenStaffSignIn())
    scene.press(OpenRemedy())
    scene.keys(typed).press(ConfirmTyped())
    assert stage(scene) == Remedy("READER-MISSING", back=TypeFailure(typed.upper()))
    scene.press(ShowPart(1))
    scene.press(Back())
    assert stage(scene) == TypeFailure(typed.upper())


def test_a_code_that_is_none_says_so() -> None:
    scene = at_desk()
    scene.press(OpenRemedy())
    scene.press(ConfirmTyped())
    assert stage(scene) == TypeFailure(note=EntryNote.INCOMPLETE)
    scene.keys("NONE").press(ConfirmTyped())
    assert stage(scene) == TypeFailure("NONE", EntryNote.UNKNOWN)


@pytest.mark.parametrize("failure", Failure)
def test_every_failures_code_can_be_picked(failure: Failure) -> None:
    scene = at_desk()
    scene.press(OpenRemedy())
    scene.press(PickFailure(failure.code))
    assert stage(scene) == Remedy(failure.code)
