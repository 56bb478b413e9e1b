"""The privacy notice (PIPL articles 14 to 17): who, what, why, how long, what is logged, whom to ask. Before a card and
within a visit it is the same page; only the bar differs."""

from typing import Final

from kiosk.services import JOURNAL_DAYS
from kiosk.ui.components.bars import SessionSpec, Whereabouts
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Nothing, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens.paging import fill, part_pager
from kiosk.ui.screens.service_parts import activation_frame
from kiosk.ui.screens.shell import back_button, page, record_session
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.services import Activation, Notice
from kiosk.visit.states import IdlePrivacy, Model, PrivacyPage, Record

_SECTIONS: Final = (
    ("privacy.handler", Icon.ACCOUNT_BALANCE),
    ("privacy.what", Icon.ID_CARD),
    ("privacy.services", Icon.CREDIT_CARD_GEAR),
    ("privacy.why", Icon.POLICY),
    ("privacy.kept", Icon.SCHEDULE),
    ("privacy.journal", Icon.HARD_DRIVE),
    ("privacy.slip", Icon.PRINT),
    ("privacy.help", Icon.SUPPORT_AGENT),
    ("privacy.audit", Icon.FACT_CHECK),
    ("privacy.log", Icon.RECEIPT_LONG),
    ("privacy.rights", Icon.VERIFIED_USER),
)


def build(state: IdlePrivacy | Record | Activation, model: Model, env: Env) -> Page:
    theme = env.kit.theme
    gap = theme.pick(28, 20)
    return page(
        env, model, _content(_part(state), model.rules.recent_days, env, gap), _session(state, env), top_gap=gap
    )


def _part(state: IdlePrivacy | Record | Activation) -> int:
    if isinstance(state, IdlePrivacy):
        return state.part
    if isinstance(state, Activation):
        assert isinstance(state.stage, Notice)
        return state.stage.part
    assert isinstance(state.page, PrivacyPage)
    return state.page.part


def _session(state: IdlePrivacy | Record | Activation, env: Env) -> SessionSpec:
    if isinstance(state, Activation):
        return activation_frame(state, env, None, back=True).session
    if isinstance(state, Record):
        return record_session(env, state)
    return SessionSpec(
        back=back_button(env),
        whereabouts=Whereabouts(Icon.CREDIT_CARD, env.t("bar.no_card"), env.t("bar.insert_any_time")),
    )


def _text(env: Env, key: str, recent_days: int) -> str:
    """What stays on the kiosk is a setting: the notice says what is so here."""
    if key == "privacy.kept" and recent_days:
        return env.n("privacy.kept.sealed", recent_days)
    if key == "privacy.journal":
        return env.n("privacy.journal.text", JOURNAL_DAYS)
    return env.t(f"{key}.text")


def _content(part: int, recent_days: int, env: Env, top: int) -> Element:
    kit, theme = env.kit, env.kit.theme
    box = content_box(kit, top_gap=top)
    gap = theme.pick(28, 16)
    head = Column(
        Text(kit, env.t("privacy.title"), Type.H1, lines=1),
        Text(kit, env.t("privacy.lead"), Type.BODY, Role.INK2),
        gap=theme.pick(12, 6),
    )
    rows = [fact_row(kit, icon, env.t(f"{key}.title"), _text(env, key, recent_days)) for key, icon in _SECTIONS]
    room = box.h - head.measure(box.w).h - gap - 4
    foot = theme.pick(84, 104)
    inside = box.w - 4
    hairline = theme.lines.hairline
    turned = fill([row.measure(inside).h for row in rows], room, room - foot - gap, part, hairline)
    shown: list[Element] = [head, Nothing(0, gap), list_panel(kit, rows[turned.first : turned.end]), Spacer(1)]
    if not turned.only:
        shown.append(part_pager(env, turned, height=foot))
    return Column(*shown)
