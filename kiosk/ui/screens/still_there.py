"""The person may have left: the page is covered before the question is asked, and the ring shows the time left."""

from dataclasses import replace
from typing import assert_never

from kiosk.ui.components.bars import SessionSpec, Whereabouts
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec
from kiosk.ui.components.dialogs import DialogSpec, countdown, dialog
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.env import Env
from kiosk.ui.frame import PageSpec, compose
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Nothing, Placed, Row, Sized, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.actions import End, StayHere
from kiosk.visit.base import screen_of
from kiosk.visit.deadlines import question, seconds_left
from kiosk.visit.help import Query, Staff
from kiosk.visit.services import Activation, CardService
from kiosk.visit.states import Model, PinPad, Record

Asked = PinPad | Record | Activation | CardService | Staff | Query


def _cardless(state: Asked) -> bool:
    """A resident without a card: there is none to take."""
    return isinstance(state, Query) or (not isinstance(state, Staff) and state.insertion == 0)


def build(state: Asked, model: Model, env: Env) -> Page:
    kit = env.kit
    theme = kit.theme
    left = seconds_left(model) or 0
    spec = DialogSpec(
        env.t(_key(state, "title")),
        f"{env.n('still.lead', left)}\n{_leaving(state, env)}",
        (
            ButtonSpec(
                env.t(_key(state, "continue")), "stay", StayHere(), Icon.MORE_TIME, ButtonKind.PRIMARY, ButtonSize.MAIN
            ),
            _end(state, env),
        ),
    )
    panel: Element = dialog(kit, spec, beside=countdown(kit, left, round(question(model))))
    hidden = [_hidden(state, env, told) for told in (True, False)]
    if theme.landscape:
        placed = Placed(Sized(panel, w=theme.pick(1080, 1280)), Align.CENTER, Align.START)
        content: Element = FirstFit(*(Column(Flex(Placed(said)), placed, Spacer(), gap=24) for said in hidden))
    else:
        content = FirstFit(
            *(
                Column(Flex(Placed(said, Align.START)), panel, Spacer(weight), gap=theme.pick(40, 24))
                for said, weight in ((hidden[0], 1), (hidden[0], 0), (hidden[1], 0))
            )
        )
    return compose(
        kit,
        PageSpec(
            name=screen_of(model).value,
            header=shell.header(env, model),
            content=content,
            session=_session(state, env),
            access=shell.access(env, model),
            ground=Role.SUNKEN,
        ),
    )


def _leaving(state: Asked, env: Env) -> str:
    if isinstance(state, Staff):
        return env.t("still.staff.end")
    return env.t("query.still" if _cardless(state) else "still.take_card")


def _key(state: Asked, part: str) -> str:
    match state:
        case Staff():
            return f"still.staff.{part}"
        case Activation() | CardService():
            return f"still.activation.{part}"
        case PinPad() | Record() | Query():
            return f"still.{'hidden.text' if part == 'text' else part}"
        case never:
            assert_never(never)


def _end(state: Asked, env: Env) -> ButtonSpec:
    if isinstance(state, Staff):
        leave = shell.staff_session(env, state, back=False).end
        assert isinstance(leave, ButtonSpec)
        return replace(leave, kind=ButtonKind.SECONDARY)
    if _cardless(state):
        return replace(shell.leave_button(env), kind=ButtonKind.SECONDARY)
    return ButtonSpec(env.t("bar.exit"), "end", End(), Icon.EJECT)


def _session(state: Asked, env: Env) -> SessionSpec:
    if isinstance(state, Staff):
        return replace(shell.staff_session(env, state, back=False), end=None, covered=True)
    if _cardless(state):
        return replace(shell.cardless_session(env, back=False), end=None, covered=True)
    where = Whereabouts(Icon.CREDIT_CARD, env.t("bar.card_in"), env.t("bar.take_before_leaving"))
    return SessionSpec(whereabouts=where, covered=True)


def _hidden(state: Asked, env: Env, told: bool) -> Element:
    """What was on the page is not drawn behind the question. `told`: with the line that says how to get it back."""
    kit = env.kit
    words: list[Element] = []
    if not isinstance(state, PinPad):
        hidden = "covered.title" if isinstance(state, Staff) else "still.hidden.title"
        words.append(Text(kit, env.t(hidden), Type.H2))
    if told:
        words.append(Text(kit, env.t(_key(state, "text")), Type.BODY, Role.INK2))
    if not words:
        return Nothing()
    return Row(IconBox(kit, Icon.VISIBILITY_OFF, kit.theme.pick(88, 104), Role.INK2), Flex(Column(*words)), gap=28)
