"""The page of each stage of a staff session, below the role bar. A stage's module is imported when it is first shown."""

from typing import assert_never

from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.ui.screens.shell import with_role_bar
from kiosk.visit.help import (
    ChooseAuthorisation,
    ChooseGround,
    Desk,
    FailureList,
    Found,
    ReadinessReport,
    Refused,
    Remedy,
    ServiceScreen,
    SettingList,
    SignIn,
    SlipFound,
    Staff,
    StaffFailed,
    StaffWorking,
    TicketTaken,
    TouchTest,
    TypeFailure,
    TypeReference,
    TypeSlip,
    TypeTicket,
    TypeWhose,
)
from kiosk.visit.states import Model


def build(state: Staff, model: Model, env: Env) -> Page:
    if state.asking_since is not None:
        from kiosk.ui.screens import still_there

        return still_there.build(state, model, env)
    env = with_role_bar(env, state)
    if state.covered:
        from kiosk.ui.screens import covered

        return covered.build(state, model, env)
    match state.stage:
        case SignIn() as stage:
            from kiosk.ui.screens import sign_in

            return sign_in.build(state, stage, model, env)
        case Desk():
            from kiosk.ui.screens import desk

            return desk.build(state, model, env)
        case ChooseGround() as stage:
            from kiosk.ui.screens import ground

            return ground.build(state, stage, model, env)
        case ChooseAuthorisation() as stage:
            from kiosk.ui.screens import authorisation

            return authorisation.build(state, stage, model, env)
        case TypeReference() as stage:
            from kiosk.ui.screens import reference

            return reference.build(state, stage, model, env)
        case TypeWhose() as stage:
            from kiosk.ui.screens import whose

            return whose.build(state, stage, model, env)
        case Found() as stage:
            from kiosk.ui.screens import found

            return found.build(state, stage, model, env)
        case Refused() as stage:
            from kiosk.ui.screens import refused

            return refused.build(state, stage, model, env)
        case TypeTicket() as stage:
            from kiosk.ui.screens import ticket_code

            return ticket_code.build(state, stage, model, env)
        case TicketTaken() as stage:
            from kiosk.ui.screens import ticket_taken

            return ticket_taken.build(state, stage, model, env)
        case TypeSlip() as stage:
            from kiosk.ui.screens import slip_reference

            return slip_reference.build(state, stage, model, env)
        case SlipFound() as stage:
            from kiosk.ui.screens import slip_found

            return slip_found.build(state, stage, model, env)
        case TypeFailure() as stage:
            from kiosk.ui.screens import failure_code

            return failure_code.build(state, stage, model, env)
        case Remedy() as stage:
            from kiosk.ui.screens import remedy

            return remedy.build(state, stage, model, env)
        case StaffWorking() as stage:
            from kiosk.ui.screens import staff_working

            return staff_working.build(state, stage, model, env)
        case StaffFailed() as stage:
            from kiosk.ui.screens import staff_failed

            return staff_failed.build(state, stage, model, env)
        case ServiceScreen() as stage:
            from kiosk.ui.screens import service

            return service.build(state, stage, model, env)
        case TouchTest() as stage:
            from kiosk.ui.screens import touch_test

            return touch_test.build(state, stage, model, env)
        case FailureList() as stage:
            from kiosk.ui.screens import failures

            return failures.build(state, stage, model, env)
        case SettingList() as stage:
            from kiosk.ui.screens import settings

            return settings.build(state, stage, model, env)
        case ReadinessReport() as stage:
            from kiosk.ui.screens import report

            return report.build(state, stage, model, env)
        case never:
            assert_never(never)
