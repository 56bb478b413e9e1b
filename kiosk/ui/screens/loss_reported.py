"""The loss is reported: the reference, until when it holds, what is left to do at the bank, where it is lifted. The visit is over
but for the slip: the card opens nothing any more."""

from kiosk.ui import format as fmt
from kiosk.ui.components.buttons import ButtonKind
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.components.status import heading, status_heading
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Panel, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import paper_button, paper_note, service_frame
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.services import CardService, LossReported
from kiosk.visit.states import Model


def build(state: CardService, stage: LossReported, model: Model, env: Env) -> Page:
    kit, theme = env.kit, env.kit.theme
    frame = service_frame(state, env)
    title, lead = env.t("loss.reported.title"), env.t("loss.reported.lead")
    if theme.large and not theme.landscape:
        top = heading(kit, title, lead)
    else:
        top = status_heading(kit, Icon.CHECK_CIRCLE, Role.OK, title, lead, size=112)
    slip = reference(stage, env)
    note = paper_note(env, stage.paper)
    print_ = paper_button(env, stage.paper, ButtonKind.PRIMARY)
    below = () if print_ is None else (print_,)
    following = Column(Text(kit, env.t("activation.next.title"), Type.H2), list_panel(kit, _next(env)), gap=16)
    short = list_panel(kit, _next(env, brief=True))
    gap = theme.pick(36, 16)
    content: Element
    if theme.landscape:
        left = FirstFit(
            Column(top, Spacer(), slip, *note, Spacer(), *below, gap=gap),
            Column(top, Spacer(), slip, *note, *below, gap=gap // 2),
        )
        right = FirstFit(*(Column(Spacer(), said, Spacer()) for said in (following, short)))
        content = Row(Flex(left, 22), Flex(right, 20), gap=60, align=Align.STRETCH)
    else:
        content = FirstFit(
            *(
                Column(top, Spacer(), slip, *note, Spacer(), said, Spacer(), *below, gap=room)
                for said, room in ((following, gap), (short, gap), (short, gap // 2))
            )
        )
    return shell.page(env, model, content, frame.session)


def reference(stage: LossReported, env: Env) -> Element:
    """What the slip says: the number to tell, and until when the report holds."""
    kit, theme = env.kit, env.kit.theme
    until = stage.report.until
    if until is None:
        holds = env.t("loss.reported.open")
    else:
        holds = env.t("loss.reported.until", until=fmt.day(env.words, until, env.now.date()))
    words = Column(
        Text(kit, env.t("loss.reported.reference"), Type.LEGEND, Role.INK2),
        Text(kit, stage.report.reference, Type.CODE_BIG, keep=True),
        Text(kit, holds, Type.VALUE),
        gap=4,
    )
    side = theme.pick(40, 28)
    return Panel(
        kit, words, fill=Role.SURFACE, outline=Role.PRIMARY, width=theme.lines.outline, pad=(side, 24, side, 24)
    )


def _next(env: Env, *, brief: bool = False) -> list[Element]:
    """What people forget: the bank. And how the report is lifted."""
    kit = env.kit
    rows = [
        fact_row(kit, Icon.ACCOUNT_BALANCE, env.t("loss.bank"), env.t("loss.bank_text"), colour=Role.WARN),
        fact_row(kit, Icon.LOCK_OPEN, env.t("loss.lift"), env.t("loss.lift_text")),
    ]
    if not brief:
        rows.append(fact_row(kit, Icon.CREDIT_CARD, env.t("loss.replace"), env.t("loss.replace_text")))
    return rows
