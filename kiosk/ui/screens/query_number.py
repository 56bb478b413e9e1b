"""Without a card: the ID number, or the number on the card. Shown while it is typed; a slip of the finger is told at once."""

from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.numberpad import DigitBoxes
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.entry_note import entry_note, not_taken
from kiosk.ui.screens.query_parts import help_button
from kiosk.ui.screens.service_parts import head
from kiosk.ui.screens.whose import groups_of, number_keys, number_tabs
from kiosk.visit.help import QueryNumber
from kiosk.visit.states import Model


def build(stage: QueryNumber, model: Model, env: Env) -> Page:
    return shell.page(env, model, _content(stage, env), shell.cardless_session(env))


def _content(stage: QueryNumber, env: Env) -> Element:
    kit, theme = env.kit, env.kit.theme
    title, lead = env.t("query.number.title"), env.t("query.number.lead")
    choice = number_tabs(env, stage.kind)
    field = DigitBoxes(kit, stage.text, groups_of(stage.kind), wrong=not_taken(stage.note) and not stage.text)
    pad = number_keys(env, stage.kind, stage.text, confirm=env.t("query.number.confirm"))
    said = entry_note(env, stage.note)
    less = note(kit, Icon.VISIBILITY_OFF, env.t("query.number.less"))
    help = help_button(env)
    gap = theme.pick(24, 14)
    tops = (head(env, title, lead), head(env, title, lead, compact=True), head(env, title, None, compact=True))
    lines: tuple[Element, ...] = () if said is None else (said,)
    if theme.landscape:
        left = FirstFit(
            *(
                Column(top, choice, *lines, Spacer(), *more, help, gap=gap)
                for more in ((less,), ())
                for top in tops
            )
        )  # fmt: skip
        right = Column(Spacer(), field, Spacer(), pad, Spacer(), gap=theme.pick(16, 8))
        return Row(Flex(left, 16), Flex(right, 20), gap=48, align=Align.STRETCH)
    return FirstFit(
        *(
            Column(top, *extra, Spacer(), choice, field, *(lines or more), Spacer(), pad, gap=gap)
            for extra, more in (((help,), (less,)), ((help,), ()), ((), ()))
            for top in tops
        )
    )
