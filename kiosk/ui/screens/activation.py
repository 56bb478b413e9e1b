"""The page of each stage of an activation. A stage's module is imported when it is first shown."""

from typing import assert_never

from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.ui.screens.service_parts import Step, activation_frame
from kiosk.visit.services import (
    Activation,
    ChooseRelation,
    ChooseWay,
    ClerkConfirms,
    Explain,
    Finished,
    KeepPhone,
    Notice,
    Pins,
    PinSlot,
    ShowDocument,
    Stopped,
    TypeCode,
    TypeNumber,
    TypePhone,
    Who,
    Work,
    Working,
)
from kiosk.visit.states import Model


def build(state: Activation, model: Model, env: Env) -> Page:
    match state.stage:
        case Who():
            from kiosk.ui.screens import who

            return who.build(state, model, env)
        case ChooseRelation():
            from kiosk.ui.screens import relation

            return relation.build(state, model, env)
        case ChooseWay():
            from kiosk.ui.screens import way

            return way.build(state, model, env)
        case ClerkConfirms() as stage:
            from kiosk.ui.screens import clerk

            return clerk.build(state, stage, model, env)
        case TypeNumber() as stage:
            from kiosk.ui.screens import number

            return number.build(state, stage, model, env)
        case ShowDocument() as stage:
            from kiosk.ui.screens import document

            return document.build(state, stage, model, env)
        case TypeCode() as stage:
            from kiosk.ui.screens import phone_code

            return phone_code.build(state, stage, model, env)
        case KeepPhone() as stage:
            from kiosk.ui.screens import keep_phone

            return keep_phone.build(state, stage, model, env)
        case TypePhone() as stage:
            from kiosk.ui.screens import phone

            return phone.build(state, stage, model, env)
        case Explain() as stage:
            from kiosk.ui.screens import explain

            return explain.build(state, stage, model, env)
        case Notice():
            from kiosk.ui.screens import privacy

            return privacy.build(state, model, env)
        case Pins() as stage:
            from kiosk.ui.screens import pins

            back = stage.after_tear and stage.slot is PinSlot.OLD and not stage.judging
            frame = activation_frame(state, env, Step.PIN, back=back)
            return pins.build(stage, state.tries, model, env, frame, new_card=True)
        case Working() as stage:
            from kiosk.ui.screens import working

            frame = activation_frame(state, env, _step_of(stage.work, phone=state.phone is not None))
            return working.build(stage, model, env, frame, activating=True)
        case Stopped() as stage:
            from kiosk.ui.screens import stopped

            return stopped.build(stage, model, env, activation_frame(state, env, None, back=stopped.goes_back(stage)))
        case Finished() as stage:
            from kiosk.ui.screens import activated

            return activated.build(state, stage, model, env)
        case never:
            assert_never(never)


def _step_of(work: Work, *, phone: bool) -> Step | None:
    """Which step a wait belongs to. `phone`: who stands there has proved to have one already."""
    match work:
        case Work.CHECK | Work.REPORT_LOSS:
            return None
        case Work.IDENTITY:
            return Step.IDENTITY
        case Work.SEND_CODE | Work.CHECK_CODE:
            return Step.PHONE if phone else Step.IDENTITY
        case Work.RESERVE:
            return Step.EXPLAIN
        case Work.CHANGE | Work.VERIFY:
            return Step.PIN
        case Work.CONFIRM:
            return Step.DONE
        case never:
            assert_never(never)
