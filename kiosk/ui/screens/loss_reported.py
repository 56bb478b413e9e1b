"""The loss is reported: the reference, until when it holds, what is left to do at the bank, where it is lifted. The visit is over
but for the slip: the card opens nothing any more."""

from enum import Enum, unique
from typing import Final

from kiosk.ui import format as fmt
from kiosk.ui.components.buttons import ButtonKind
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.components.qr_code import QrCode
from kiosk.ui.components.status import status_heading
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Panel, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import head, paper_button, paper_note, service_frame
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.services import CardService, LossReported, Paper
from kiosk.visit.states import Model

_LABELS: Final = dict.fromkeys(Paper, "loss.reported.reference") | {
    Paper.PRINTED: "slip.take",
    Paper.FAILED: "loss.reported.no_slip",
}


def build(state: CardService, stage: LossReported, model: Model, env: Env) -> Page:
    kit, theme = env.kit, env.kit.theme
    frame = service_frame(state, env)
    title, lead = env.t("loss.reported.title"), env.t("loss.reported.lead")
    if theme.large:
        top = head(env, title, lead, compact=theme.landscape)
    else:
        top = status_heading(kit, Icon.CHECK_CIRCLE, Role.OK, title, lead, size=112)
    noted = (reference(stage, env), *paper_note(env, stage.paper))
    brief = (reference(stage, env, brief=True),)
    print_ = paper_button(env, stage.paper, ButtonKind.PRIMARY)
    below = () if print_ is None else (print_,)
    following = Column(
        Text(kit, env.t("activation.next.title"), Type.H2), list_panel(kit, _next(env, _Rows.ALL)), gap=16
    )
    short, least = (list_panel(kit, _next(env, rows)) for rows in (_Rows.SHORT, _Rows.LEAST))
    gap = theme.pick(36, 16)
    content: Element
    if theme.landscape:
        left = FirstFit(
            Column(top, Spacer(), *noted, Spacer(), *below, gap=gap),
            Column(top, Spacer(), *noted, *below, gap=gap // 2),
            Column(top, Spacer(), *brief, *below, gap=8),
        )
        right = FirstFit(*(Column(Spacer(), said, Spacer()) for said in (following, short, least)))
        content = Row(Flex(left, 22), Flex(right, 20), gap=60, align=Align.STRETCH)
    else:
        content = FirstFit(
            *(
                Column(top, Spacer(), *slip, Spacer(), said, Spacer(), *below, gap=room)
                for slip, said, room in (
                    (noted, following, gap),
                    (noted, short, gap),
                    (noted, short, gap // 2),
                    (noted, least, gap // 2),
                    (brief, short, gap // 2),
                    (brief, least, gap // 2),
                )
            )
        )
    return shell.page(env, model, content, frame.session)


def reference(stage: LossReported, env: Env, *, brief: bool = False) -> Element:
    """What the slip says: the number to tell, and until when the report holds. `brief`: what became of the slip stands in it."""
    kit, theme = env.kit, env.kit.theme
    until = stage.report.until
    if until is None:
        holds = env.t("loss.reported.open")
    else:
        holds = env.t("loss.reported.until", until=fmt.day(env.words, until, env.now.date()))
    words = Column(
        Text(kit, env.t(_LABELS[stage.paper] if brief else "loss.reported.reference"), Type.LEGEND, Role.INK2),
        Text(kit, stage.report.reference, Type.CODE_BIG, keep=True),
        Text(kit, holds, Type.VALUE),
        gap=4,
    )
    content: Element = words
    if not brief and stage.paper in (Paper.NO_PRINTER, Paper.FAILED):
        # Instead of the slip: a telephone takes the number along.
        content = Row(QrCode(kit, stage.report.reference, theme.pick(200, 260)), Flex(words), gap=theme.pick(36, 24))
    side, above = theme.pick(40, 28), 14 if brief else 24
    return Panel(
        kit, content, fill=Role.SURFACE, outline=Role.PRIMARY, width=theme.lines.outline, pad=(side, above, side, above)
    )


@unique
class _Rows(Enum):
    """How much is said where the room is small: without the new card, then of the bank its title alone."""

    ALL = "all"
    SHORT = "short"
    LEAST = "least"


def _next(env: Env, rows: _Rows) -> list[Element]:
    """What people forget: the bank. And how the report is lifted."""
    kit = env.kit
    bank = None if rows is _Rows.LEAST else env.t("loss.bank_text")
    said = [
        fact_row(kit, Icon.ACCOUNT_BALANCE, env.t("loss.bank"), bank, colour=Role.WARN),
        fact_row(kit, Icon.LOCK_OPEN, env.t("loss.lift"), env.t("loss.lift_text")),
    ]
    if rows is _Rows.ALL:
        said.append(fact_row(kit, Icon.CREDIT_CARD, env.t("loss.replace"), env.t("loss.replace_text")))
    return said
