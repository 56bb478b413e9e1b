"""Is the loss of this card to be reported: what that stops, how long it lasts, what it does not stop, how it is lifted. The
second confirmation: only its button reports anything, and the way back is as large."""

from kiosk.help import Access
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Placed, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.paging import fill, part_pager
from kiosk.ui.screens.service_parts import head, service_frame
from kiosk.ui.theme import Role
from kiosk.visit.actions import Back, ConfirmLoss
from kiosk.visit.services import CardService, LossAsked
from kiosk.visit.states import Model

_TOP = 32


def build(state: CardService, stage: LossAsked, model: Model, env: Env) -> Page:
    return shell.page(env, model, _content(state, stage, env), service_frame(state, env).session, top_gap=_TOP)


def facts(env: Env) -> list[Element]:
    """In the order in which one would ask."""
    kit, lasts = env.kit, env.n("loss.lasts", env.region.loss.days)
    return [
        fact_row(kit, Icon.BLOCK, env.t("loss.stops"), env.t("loss.stops_text"), colour=Role.WARN),
        fact_row(kit, Icon.ACCOUNT_BALANCE, env.t("loss.bank"), env.t("loss.bank_text"), colour=Role.WARN),
        fact_row(kit, Icon.SCHEDULE, lasts, env.t("loss.lasts_text")),
        fact_row(kit, Icon.LOCK_OPEN, env.t("loss.lift"), env.t("loss.lift_text")),
        fact_row(kit, Icon.EJECT, env.t("loss.end"), env.t("loss.end_text")),
    ]


def _content(state: CardService, stage: LossAsked, env: Env) -> Element:
    kit, theme = env.kit, env.kit.theme
    box = content_box(kit, top_gap=_TOP)
    gap = theme.pick(28, 16)
    keep = ButtonSpec(env.t("loss.keep"), "back", Back(), Icon.ARROW_BACK, size=ButtonSize.MAIN)
    acts = theme.pick(132 + 24, 160 + 16) + 120
    title = "loss.title" if state.access is Access.CARD else "query.loss.title"
    top = head(env, env.t(title), env.t("loss.lead"), compact=theme.large)
    foot = theme.pick(84, 104)
    rows = facts(env)
    if theme.landscape:
        width, room = (box.w - 60) * 24 // 42, box.h
    else:
        width, room = box.w, box.h - top.measure(box.w).h - acts - 2 * gap
    room -= 4
    heights = [row.measure(width - 4).h for row in rows]
    turned = fill(heights, room, room - foot - gap, stage.part, theme.lines.hairline)
    panel = Flex(Placed(list_panel(kit, rows[turned.first : turned.end]), Align.STRETCH, Align.START))
    buttons = Column(_confirm(env, read=turned.after is None), button(kit, keep, height=120), gap=theme.pick(24, 16))
    pager = () if turned.only else (part_pager(env, turned, height=foot),)
    if theme.landscape:
        left = Column(top, Spacer(), buttons)
        return Row(Flex(left, 18), Flex(Column(panel, *pager, gap=gap), 24), gap=60, align=Align.STRETCH)
    return Column(top, panel, *pager, buttons, gap=gap)


def _confirm(env: Env, *, read: bool) -> Element:
    """Only at the end of what there is to know; before it the button says so."""
    spec = ButtonSpec(
        env.t("loss.confirm"),
        "confirm-loss",
        ConfirmLoss(),
        Icon.CREDIT_CARD_OFF,
        ButtonKind.PRIMARY,
        ButtonSize.MAIN,
        enabled=read,
        reason=env.t("loss.read_first"),
    )
    return button(env.kit, spec, height=env.kit.theme.pick(132, 160))
