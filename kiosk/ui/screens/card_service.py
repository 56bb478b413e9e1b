"""The page of each stage of a service for an active card."""

from typing import assert_never

from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.ui.screens.service_parts import service_frame
from kiosk.visit.services import (
    CardService,
    LossAsked,
    LossReported,
    PinChanged,
    Pins,
    ServicesMenu,
    Stop,
    Stopped,
    Working,
)
from kiosk.visit.states import Model


def build(state: CardService, model: Model, env: Env) -> Page:
    match state.stage:
        case ServicesMenu():
            from kiosk.ui.screens import services

            return services.build(state, model, env)
        case Pins() as stage:
            from kiosk.ui.screens import pins

            return pins.build(
                stage, state.tries, model, env, service_frame(state, env, back=not stage.judging), new_card=False
            )
        case PinChanged():
            from kiosk.ui.screens import pin_changed

            return pin_changed.build(state, model, env)
        case LossAsked() as stage:
            from kiosk.ui.screens import loss

            return loss.build(state, stage, model, env)
        case LossReported() as stage:
            from kiosk.ui.screens import loss_reported

            return loss_reported.build(state, stage, model, env)
        case Working() as stage:
            from kiosk.ui.screens import working

            return working.build(stage, model, env, service_frame(state, env), activating=False)
        case Stopped() as stage:
            from kiosk.ui.screens import stopped

            # What central did not do was not done: another one can be chosen.
            return stopped.build(stage, model, env, service_frame(state, env, back=stage.stop is Stop.CENTRAL))
        case never:
            assert_never(never)
