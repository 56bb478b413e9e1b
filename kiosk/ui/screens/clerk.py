"""Activation: a clerk compares the ID document of who stands there with the number that was typed, and confirms with name,
password and one-time code."""

from dataclasses import replace

from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.number import GROUPS
from kiosk.ui.screens.service_parts import Step, activation_frame, typing_page
from kiosk.ui.screens.sign_in_parts import Entry, typing_of
from kiosk.visit.entry import SignInStep
from kiosk.visit.services import Activation, ClerkConfirms
from kiosk.visit.states import Model


def build(state: Activation, stage: ClerkConfirms, model: Model, env: Env) -> Page:
    frame = activation_frame(state, env, Step.IDENTITY, back=True)
    entry = Entry(stage.step, stage.name, stage.code, stage.digits, stage.note, stage.locked_until)
    typing = typing_of(env, model, entry, "clerk", number=_in_groups(stage.number))
    if stage.step is SignInStep.NAME:
        typing = replace(typing, needed=stage.locked_until is None)
    return shell.page(env, model, typing_page(env, frame, typing), frame.session)


def _in_groups(number: str) -> str:
    """As people read it out."""
    ends = [sum(GROUPS[: i + 1]) for i in range(len(GROUPS))]
    return " ".join(number[end - size : end] for end, size in zip(ends, GROUPS, strict=True))
