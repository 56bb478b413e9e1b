"""The card is active, or its PIN is set and central has not said yes yet: the reference, and what is left to do."""

from kiosk.ui.components.buttons import ButtonKind
from kiosk.ui.components.fitting import Beside, FirstFit
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.components.qr_code import QrCode
from kiosk.ui.components.status import Tone, heading, status_heading, status_label
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Panel, Row, Rule, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import CardIs, Step, activation_frame, head, paper_button, steps_line
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.services import Activation, Finished, Paper
from kiosk.visit.states import Model


def build(state: Activation, stage: Finished, model: Model, env: Env) -> Page:
    kit, theme = env.kit, env.kit.theme
    frame = activation_frame(state, env, Step.DONE, card=CardIs.ACTIVE if stage.confirmed else CardIs.PENDING)
    key = "activation.done" if stage.confirmed else "activation.pending"
    icon, colour = (Icon.CHECK_CIRCLE, Role.OK) if stage.confirmed else (Icon.TASK_ALT, Role.PRIMARY)
    title, lead = env.t(f"{key}.title"), env.t(f"{key}.lead")
    lean_top = head(env, title, lead, compact=True)
    top = (
        heading(kit, title, lead)
        if theme.large and not theme.landscape
        else status_heading(kit, icon, colour, title, lead, size=112)
    )
    print_ = paper_button(env, stage.paper, ButtonKind.PRIMARY)
    below = () if print_ is None else (print_,)
    following = Column(
        Text(kit, env.t("activation.next.title"), Type.H2), list_panel(kit, _next(state, stage, env)), gap=16
    )
    short = list_panel(kit, _next(state, stage, env, brief=True))
    slip, lean_slip = reference(state, stage, env), reference(state, stage, env, brief=True)
    bare_slip = reference(state, stage, env, brief=True, qr=False)
    between = theme.pick(36, 16)
    content: Element
    if theme.landscape:
        left = FirstFit(
            Column(*steps_line(env, frame), top, Spacer(), slip, Spacer(), *below, gap=between),
            Column(top, Spacer(), slip, *below, gap=between // 2),
            Column(lean_top, Spacer(), lean_slip, *below, gap=between // 2),
            Column(lean_top, Spacer(), bare_slip, *below, gap=between // 2),
        )
        right = FirstFit(Column(Spacer(), following, Spacer()), Column(Spacer(), short, Spacer()))
        content = Row(Flex(left, 22), Flex(right, 20), gap=60, align=Align.STRETCH)
    else:
        content = FirstFit(
            *(
                Column(*steps, top_, Spacer(), slip_, Spacer(), list_, Spacer(), *below, gap=room)
                for steps, top_, slip_, list_, room in (
                    (steps_line(env, frame), top, slip, following, between),
                    (steps_line(env, frame), top, slip, short, between // 2),
                    ((), top, slip, short, between // 2),
                    ((), lean_top, lean_slip, short, 8),
                    ((), lean_top, bare_slip, short, 8),
                )
            )
        )
    return shell.page(env, model, content, frame.session)


def reference(state: Activation, stage: Finished, env: Env, *, brief: bool = False, qr: bool = True) -> Element:
    """What the slip says of it: the reference number, and (not `brief`: the title says it) whether central has confirmed."""
    kit, theme = env.kit, env.kit.theme
    number = state.reference or env.t("common.not_known")
    label = Text(kit, env.t("activation.reference"), Type.LABEL, Role.INK2, bold=False)
    code = Text(kit, number, Type.CODE, keep=True)
    rows: list[Element] = [Beside(Row(Flex(label), code, gap=24), Column(label, code))]
    if not brief:
        word, tone = ("activation.confirmed", Tone.OK) if stage.confirmed else ("activation.not_confirmed", Tone.INFO)
        centre = Text(kit, env.t("activation.centre"), Type.LABEL, Role.INK2, bold=False)
        rows += [Rule(kit), Row(Flex(centre), status_label(kit, env.t(word), tone), gap=24)]
    side = theme.pick(40, 28)
    content: Element = Column(*rows, gap=16)
    if qr and state.reference is not None and stage.paper in (Paper.NO_PRINTER, Paper.FAILED):
        # Instead of the slip: a telephone takes the number along.
        content = Row(
            QrCode(kit, state.reference, 150 if brief else theme.pick(200, 260)), Flex(content), gap=theme.pick(36, 24)
        )
    return Panel(kit, content, fill=Role.SURFACE, outline=Role.LINE, pad=(side, 20, side, 20))


def _next(state: Activation, stage: Finished, env: Env, *, brief: bool = False) -> list[Element]:
    """What people forget: the slip, the bank, the PIN. Also that a confirm that is on its way needs nothing of them."""
    kit = env.kit
    bank = None if state.eligibility is None else state.eligibility.bank
    account = env.t("activation.next.bank_text") if bank is None else env.t("activation.next.bank_named", bank=bank)
    rows: list[Element] = []
    if not stage.confirmed:
        text = env.t("activation.next.wait_text")
        rows.append(fact_row(kit, Icon.SYNC, env.t("activation.next.wait"), None if brief else text))
    if stage.paper is Paper.PRINTED:
        rows.append(fact_row(kit, Icon.RECEIPT_LONG, env.t("slip.take"), None if brief else env.t("slip.take_text")))
    elif stage.paper in (Paper.FAILED, Paper.NO_PRINTER):
        said = env.t("slip.no_paper" if stage.paper is Paper.FAILED else "slip.note_it")
        rows.append(fact_row(kit, Icon.EDIT_NOTE, env.t("slip.note"), None if brief else said))
    rows.append(fact_row(kit, Icon.ACCOUNT_BALANCE, env.t("activation.next.bank"), account))
    if not brief:
        rows.append(fact_row(kit, Icon.LOCK, env.t("activation.next.pin"), env.t("activation.next.pin_text")))
    return rows
