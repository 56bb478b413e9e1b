"""The person may have left: the page is covered before the question is asked, and the ring shows the time left."""

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
from kiosk.visit.services import Activation, CardService
from kiosk.visit.states import Model, PinPad, Record


def build(state: PinPad | Record | Activation | CardService, model: Model, env: Env) -> Page:
    kit = env.kit
    theme = kit.theme
    left = seconds_left(model) or 0
    service = isinstance(state, Activation | CardService)
    go_on = env.t("still.activation.continue" if service else "still.continue")
    spec = DialogSpec(
        env.t("still.activation.title" if service else "still.title"),
        f"{env.n('still.lead', left)}\n{env.t('still.take_card')}",
        (
            ButtonSpec(go_on, "stay", StayHere(), Icon.MORE_TIME, ButtonKind.PRIMARY, ButtonSize.MAIN),
            ButtonSpec(env.t("bar.exit"), "end", End(), Icon.EJECT),
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
            session=SessionSpec(
                whereabouts=Whereabouts(Icon.CREDIT_CARD, env.t("bar.card_in"), env.t("bar.take_before_leaving")),
                covered=True,
            ),
            access=shell.access(env, model),
            ground=Role.SUNKEN,
        ),
    )


def _hidden(state: PinPad | Record | Activation | CardService, env: Env, told: bool) -> Element:
    """What was on the page is not drawn behind the question. `told`: with the line that says how to get it back."""
    kit = env.kit
    words: list[Element] = []
    service = isinstance(state, Activation | CardService)
    if isinstance(state, Record) or service:
        words.append(Text(kit, env.t("still.hidden.title"), Type.H2))
    if told:
        words.append(
            Text(kit, env.t("still.activation.text" if service else "still.hidden.text"), Type.BODY, Role.INK2)
        )
    if not words:
        return Nothing()
    return Row(IconBox(kit, Icon.VISIBILITY_OFF, kit.theme.pick(88, 104), Role.INK2), Flex(Column(*words)), gap=28)
