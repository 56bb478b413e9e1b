"""What will happen, how long it takes, that the card stays in, what is left to do at the bank, and what is kept."""

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Placed, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.paging import fill, part_pager
from kiosk.ui.screens.service_parts import Frame, Step, activation_frame, gap, head, steps_line
from kiosk.visit.actions import OpenPrivacy, Start
from kiosk.visit.services import Activation, Explain
from kiosk.visit.states import Model

_TOP = 28


def build(state: Activation, stage: Explain, model: Model, env: Env) -> Page:
    frame = activation_frame(state, env, Step.EXPLAIN, back=state.phone is not None)
    return shell.page(env, model, _content(state, stage, env, frame), frame.session, top_gap=_TOP)


def facts(state: Activation, env: Env) -> list[Element]:
    """The bank's part has the bank's name where central gave it."""
    kit = env.kit
    bank = None if state.eligibility is None else state.eligibility.bank
    account = (
        env.t("activation.explain.bank.text") if bank is None else env.t("activation.explain.bank.named", bank=bank)
    )
    return [
        fact_row(kit, Icon.DIALPAD, env.t("activation.explain.pin.title"), env.t("activation.explain.pin.text")),
        fact_row(kit, Icon.CREDIT_CARD, env.t("activation.explain.stay.title"), env.t("activation.explain.stay.text")),
        fact_row(kit, Icon.ACCOUNT_BALANCE, env.t("activation.explain.bank.title"), account),
        fact_row(
            kit, Icon.SHIELD_PERSON, env.t("activation.explain.kept.title"), env.t("activation.explain.kept.text")
        ),
    ]


def _buttons(env: Env) -> Element:
    kit = env.kit
    notice = ButtonSpec(
        env.t("activation.explain.privacy"), "privacy", OpenPrivacy(), Icon.POLICY, size=ButtonSize.SMALL
    )
    start = ButtonSpec(
        env.t("activation.explain.start"),
        "start",
        Start(),
        Icon.CHEVRON_RIGHT,
        ButtonKind.PRIMARY,
        ButtonSize.MAIN,
        icon_after=True,
    )
    if kit.theme.landscape:
        return Column(Row(button(kit, notice)), button(kit, start), gap=20)
    height = kit.theme.pick(144, 152)
    return Row(button(kit, notice, height=height), Flex(button(kit, start, height=height)), gap=24, align=Align.STRETCH)


def _content(state: Activation, stage: Explain, env: Env, frame: Frame) -> Element:
    kit, theme = env.kit, env.kit.theme
    rows = facts(state, env)
    between = theme.pick(28, 16)
    start = _buttons(env)
    box = content_box(kit, top_gap=_TOP)
    lead = None if theme.large and not theme.landscape else env.t("activation.explain.lead")
    top = Column(
        *steps_line(env, frame),
        gap(theme.pick(12, 0)),
        head(env, env.t("activation.explain.title"), lead, compact=theme.large),
        gap=theme.pick(12, 6),
    )
    foot = theme.pick(84, 104)
    if theme.landscape:
        width = (box.w - 60) * 24 // 42
        room = box.h
    else:
        width = box.w
        room = box.h - top.measure(box.w).h - start.measure(box.w).h - 2 * between
    room -= 4
    turned = fill(
        [row.measure(width - 4).h for row in rows], room, room - foot - between, stage.part, theme.lines.hairline
    )
    panel = list_panel(kit, rows[turned.first : turned.end])
    pager = () if turned.only else (part_pager(env, turned, height=foot, narrow=False),)
    if theme.landscape:
        left = Column(top, Spacer(), start)
        right = Column(Flex(Placed(panel, Align.STRETCH)), *pager, gap=between)
        return Row(Flex(left, 18), Flex(right, 24), gap=60, align=Align.STRETCH)
    return Column(top, Flex(Placed(panel, Align.STRETCH)), *pager, start, gap=between)
