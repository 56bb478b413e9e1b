"""Rules of the service screen (tests, last failures, settings, readiness report) and of the remedy for a failure's code, which
needs neither central nor a sign-in."""

from dataclasses import replace
from typing import assert_never

from kiosk.help import Part
from kiosk.visit import offers
from kiosk.visit.actions import Action, Back, ClearKeys, ConfirmTyped, EraseKey, PrintSlip, ShowPart, TypeKey
from kiosk.visit.base import Out, goto, stay
from kiosk.visit.catalogue import find
from kiosk.visit.entries import keyed
from kiosk.visit.entry import EntryNote
from kiosk.visit.events import SlipPrinted
from kiosk.visit.help import (
    TOUCH_TARGETS,
    FailureList,
    OpenFailures,
    OpenRemedy,
    OpenReport,
    OpenSettings,
    PickFailure,
    ReadinessReport,
    Remedy,
    SaveReport,
    ServiceScreen,
    SettingList,
    Staff,
    TestAll,
    TestPart,
    TouchedTarget,
    TouchTest,
    TypeFailure,
)
from kiosk.visit.help_deeds import Diagnose, Diagnosed, ReportWritten, WriteReport
from kiosk.visit.rules_help import home, turn
from kiosk.visit.rules_service import paper
from kiosk.visit.services import Paper
from kiosk.visit.states import Model

Stage = TypeFailure | Remedy | ServiceScreen | TouchTest | FailureList | SettingList | ReadinessReport

BY_ITSELF = frozenset(Part) - {Part.SCREEN}
"""What is tested without a finger."""


def entered(model: Model, staff: Staff) -> Out:
    """The service screen, with every part as it is now."""
    return _diagnose(model, staff, ServiceScreen(), None)


def _diagnose(
    model: Model, staff: Staff, stage: ServiceScreen, parts: tuple[Part, ...] | None, untouched: int = 0
) -> Out:
    number = staff.requests + 1
    testing = replace(stage, testing=stage.testing | frozenset(parts or ()))
    effect = Diagnose(staff.visit, staff.insertion, number, parts, untouched)
    return turn(model, replace(staff, requests=number), testing, effect)


def pressed(model: Model, staff: Staff, stage: Stage, action: Action) -> Out:
    match stage, action:
        case TypeFailure(), _:
            return _type_failure_pressed(model, staff, stage, action)
        case Remedy(back=back), Back():
            return turn(model, staff, back)
        case ServiceScreen(), _:
            return _service_pressed(model, staff, stage, action)
        case TouchTest(touched=touched), TouchedTarget(target=target) if 0 <= target < TOUCH_TARGETS:
            touched |= {target}
            if len(touched) < TOUCH_TARGETS:
                return turn(model, staff, TouchTest(touched))
            return _diagnose(model, staff, ServiceScreen(), (Part.SCREEN,))
        case TouchTest(touched=touched), Back() if touched:
            return _diagnose(model, staff, ServiceScreen(), (Part.SCREEN,), TOUCH_TARGETS - len(touched))
        case FailureList(), PickFailure(code=code):
            return _remedy(model, staff, code, stage)
        case ReadinessReport(), PrintSlip() | SaveReport():
            return _report_asked(model, staff, stage, file=isinstance(action, SaveReport))
        case Remedy() | FailureList() | SettingList() | ReadinessReport(), ShowPart(part=part):
            return turn(model, staff, replace(stage, part=max(0, part)))
        case TouchTest() | FailureList() | SettingList() | ReadinessReport(), Back():
            return entered(model, staff)
        case _:
            return stay(model)


def _type_failure_pressed(model: Model, staff: Staff, stage: TypeFailure, action: Action) -> Out:
    match action:
        case TypeKey() | EraseKey() | ClearKeys():
            return turn(model, staff, keyed(stage, action))
        case PickFailure(code=code):
            return _remedy(model, staff, code, stage)
        case ConfirmTyped():
            if not stage.text:
                return turn(model, staff, replace(stage, note=EntryNote.INCOMPLETE))
            return _remedy(model, staff, stage.text, stage)
        case Back():
            return turn(model, staff, home(staff))
        case _:
            return stay(model)


def _remedy(model: Model, staff: Staff, code: str, back: TypeFailure | FailureList) -> Out:
    entry = find(code)
    if entry is not None:
        return turn(model, staff, Remedy(entry.code, back=back))
    return stay(model) if isinstance(back, FailureList) else turn(model, staff, replace(back, note=EntryNote.UNKNOWN))


def _service_pressed(model: Model, staff: Staff, stage: ServiceScreen, action: Action) -> Out:
    match action:
        case TestPart(part=Part.SCREEN):
            return turn(model, staff, TouchTest())
        case TestPart(part=part) if part not in stage.testing:
            return _diagnose(model, staff, stage, (part,))
        case ShowPart(part=part):
            return turn(model, staff, replace(stage, part=max(0, part)))
        case _ if action not in offers.of_technician():
            return stay(model)
        case TestAll():
            parts = tuple(part for part in Part if part in BY_ITSELF - stage.testing)
            return _diagnose(model, staff, stage, parts) if parts else stay(model)
        case OpenFailures():
            return turn(model, staff, FailureList())
        case OpenSettings():
            return turn(model, staff, SettingList())
        case OpenReport():
            return turn(model, staff, ReadinessReport(paper(model)))
        case OpenRemedy():
            return turn(model, staff, TypeFailure())
        case _:
            return stay(model)


def diagnosed(model: Model, staff: Staff, event: Diagnosed) -> Out:
    """Wherever one is by now; several tests can be under way, and each report is the whole one."""
    staff = replace(staff, report=event.report)
    if isinstance(staff.stage, ServiceScreen):
        staff = replace(staff, stage=replace(staff.stage, testing=staff.stage.testing - frozenset(event.done)))
    return goto(model, staff)


def _report_asked(model: Model, staff: Staff, stage: ReadinessReport, *, file: bool) -> Out:
    busy = stage.saving if file else stage.paper in (Paper.NO_PRINTER, Paper.PRINTING)
    if staff.report is None or busy:
        return stay(model)
    number = staff.requests + 1
    asked = replace(stage, saving=True, saved=False) if file else replace(stage, paper=Paper.PRINTING)
    effect = WriteReport(staff.visit, staff.insertion, number, staff.report, model.prefs.language, file)
    return turn(model, replace(staff, requests=number), asked, effect)


def report_answered(model: Model, staff: Staff, stage: ReadinessReport, event: SlipPrinted | ReportWritten) -> Out:
    match event:
        case SlipPrinted(paper=printed) if stage.paper is Paper.PRINTING:
            return goto(model, replace(staff, stage=replace(stage, paper=printed)))
        case ReportWritten(file=file) if stage.saving:
            return goto(model, replace(staff, stage=replace(stage, file=file, saved=True, saving=False)))
        case SlipPrinted() | ReportWritten():
            return stay(model)
        case never:
            assert_never(never)
