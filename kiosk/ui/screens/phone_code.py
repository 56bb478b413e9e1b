"""The code that was sent to a phone: where to, what to do when none comes, when it may be sent again."""

from kiosk.ui.components.buttons import ButtonSize, ButtonSpec, button_row
from kiosk.ui.components.numberpad import DigitBoxes
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Element
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.number import keys
from kiosk.ui.screens.service_parts import Step, Typing, activation_frame, said_line, typing_page
from kiosk.ui.screens.typed_note import typed_note, wrong
from kiosk.ui.theme import Role
from kiosk.visit import deadlines
from kiosk.visit.actions import Back, NoPhone, SendAgain
from kiosk.visit.services import Activation, CodeFor, TypeCode
from kiosk.visit.states import Model

DIGITS = 6


def build(state: Activation, stage: TypeCode, model: Model, env: Env) -> Page:
    identity = stage.purpose is CodeFor.IDENTITY
    frame = activation_frame(state, env, Step.IDENTITY if identity else Step.PHONE, back=True)
    phone = stage.sent.phone or ""
    typing = Typing(
        title=env.t("activation.code.title"),
        lead=env.t(f"activation.code.{stage.purpose.value}", phone=phone),
        field=DigitBoxes(env.kit, stage.text, (DIGITS,), wrong=wrong(stage.note) and not stage.text),
        pad=keys(env, can_confirm=len(stage.text) == DIGITS and stage.left != 0, help=_again(stage, model, env)),
        said=_said(stage, env),
        below=_other_way(stage, env),
        comfort=note(env.kit, Icon.HELP, env.t("activation.code.hint")),
    )
    return shell.page(env, model, typing_page(env, frame, typing), frame.session)


def _said(stage: TypeCode, env: Env) -> Element | None:
    if stage.left == 0:
        return said_line(env, Icon.INFO, Role.BAD, env.t("activation.code.no_use"))
    return typed_note(env, stage.note, stage.left)


def _again(stage: TypeCode, model: Model, env: Env) -> ButtonSpec:
    """Says in words why it waits, and when no more are sent."""
    wait = deadlines.whole(stage.again_at, model.now)
    used_up = stage.sent.left == 0
    reason = env.t("activation.code.again_used_up") if used_up else env.n("activation.code.again_wait", wait)
    enabled = not used_up and wait == 0
    # In large text word and reason take the room of the sign.
    icon = None if env.kit.theme.large else Icon.SYNC
    return ButtonSpec(env.t("activation.code.again"), "send-again", SendAgain(), icon, enabled=enabled, reason=reason)


def _other_way(stage: TypeCode, env: Env) -> Element:
    """The way on where no message comes, or the number was another one."""
    if stage.purpose is CodeFor.PHONE:
        spec = ButtonSpec(env.t("activation.code.other"), "other-phone", Back(), Icon.EDIT_NOTE, size=ButtonSize.SMALL)
    else:
        spec = ButtonSpec(env.t("activation.code.no_phone"), "no-phone", NoPhone(), Icon.HELP, size=ButtonSize.SMALL)
    return button_row(env.kit, spec)
