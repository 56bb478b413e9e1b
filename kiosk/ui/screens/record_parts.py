"""What several pages of a record show: the source of their figures with the way to the body, and rows that are not there."""

from kiosk.model import Origin
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.flow import Flow
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Nothing, Panel, Placed, Row, Spacer
from kiosk.ui.screens import facts
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.actions import OpenWrong, TryAgain
from kiosk.visit.states import Model, NotCome, Waiting


def wrong_button(env: Env, *, height: int | None = None) -> Element:
    """The way to the responsible body, small."""
    spec = ButtonSpec(env.t("wrong.button"), "wrong", OpenWrong(), size=ButtonSize.SMALL)
    return button(env.kit, spec, height=height)


def source_line(env: Env, origin: Origin) -> Element:
    """Who gives the figures, as of when; beside it "this is wrong"."""
    said = note(env.kit, Icon.ACCOUNT_BALANCE, facts.source(env, origin), role=Type.CAPTION)
    return Row(Flex(said), wrong_button(env), gap=24)


def message(
    env: Env, icon: Icon, title: str, text: str | None = None, *, below: Element | None = None, panel: bool = True
) -> Element:
    """Says why there are no figures, in words; on a panel of its own where it does not stand on one."""
    kit, theme = env.kit, env.kit.theme
    words: list[Element] = [Text(kit, title, Type.H2)]
    if text:
        role = Type.LEGEND if theme.large and theme.landscape else Type.BODY
        words.append(Text(kit, text, role, Role.INK2))
    if below is not None:
        words += [Nothing(0, 8 if theme.tight else theme.pick(24, 20)), Placed(below, Align.START)]
    side, above = theme.pick(44, 32), 10 if theme.tight else theme.pick(40, 28)
    row = Row(IconBox(kit, icon, IconSize.ROW, Role.INK2), Flex(Column(*words, gap=4)), gap=24, align=Align.START)
    return Panel(kit, row, pad=(side, above, side, above)) if panel else row


def waiting(env: Env, model: Model, wait: Waiting, *, panel: bool = True) -> Element:
    """Calm at first; after a second the wait has a name and an end."""
    if not wait.slow:
        return Spacer()
    seconds = round(model.rules.answer_deadline)
    return message(env, Icon.SCHEDULE, env.n("waiting.page", seconds), panel=panel)


def not_kept(env: Env, key: str, *, panel: bool = True) -> Element:
    """What is not here in an outage comes back with the service. `key`: which rows these are."""
    return message(env, Icon.HISTORY, env.t("offline.later"), env.t(key), panel=panel)


def not_come(env: Env, rows: NotCome, *, panel: bool = True) -> Element:
    """What failed, that the other pages work, and a way to ask again."""
    again = button(
        env.kit,
        ButtonSpec(env.t("common.retry"), "try-again", TryAgain(), Icon.SYNC, ButtonKind.PRIMARY, ButtonSize.CARD),
    )
    code = Text(env.kit, rows.failure.code, Type.CODE, keep=True)
    below = Flow(again, code, gap=32, row_gap=16)
    title = env.t(f"{rows.failure.key}.title")
    return message(env, Icon.CLOUD_OFF, title, env.t("central.part.text"), below=below, panel=panel)
