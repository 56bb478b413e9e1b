"""Without a card, and nothing opens: asking still, locked for a while, central away; how a query password is had."""

import math

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.fitting import FirstFit, columns
from kiosk.ui.components.lists import Progress, ProgressSpec, fact_row, list_panel, progress_list
from kiosk.ui.components.status import code_strip, note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Placed, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import head
from kiosk.ui.screens.staff_result import result
from kiosk.ui.theme import Role
from kiosk.visit.actions import Back
from kiosk.visit.help import QueryFailed, QueryHelp, QueryLocked, QueryWorking
from kiosk.visit.states import Model


def working(stage: QueryWorking, model: Model, env: Env) -> Page:
    lead = env.n("opening.lead", round(model.rules.answer_deadline)) if stage.slow else env.t("opening.soon")
    panel = progress_list(env.kit, [ProgressSpec(env.t("query.working.step"), env.t("reading.now"), Progress.NOW)])
    top = Column(head(env, env.t("query.working.title"), lead), Spacer())
    if env.kit.theme.landscape:
        content: Element = columns(env.kit, top, FirstFit(Placed(panel, Align.STRETCH)), weights=(22, 22))
    else:
        content = Column(top, panel, Spacer(), gap=40)
    return shell.page(env, model, content, shell.cardless_session(env, back=False))


def locked(stage: QueryLocked, model: Model, env: Env) -> Page:
    left = max(0, math.ceil(stage.until - model.now))
    wait = env.n("query.locked.minutes", -(-left // 60))
    return _told(env, model, (Icon.LOCK, Role.WARN), "query.locked", wait=wait)


def failed(stage: QueryFailed, model: Model, env: Env) -> Page:
    return _told(env, model, (Icon.CLOUD_OFF, Role.WARN), "query.failed", code=stage.because.code)


def help_page(stage: QueryHelp, model: Model, env: Env) -> Page:
    """How a query password is set; the first one that everybody gets opens nothing."""
    content = result(
        env,
        (Icon.LOCK_OPEN, Role.PRIMARY),
        env.t("query.help.title"),
        env.t("query.help.lead"),
        below=(_ways(env),),
        acts=(note(env.kit, Icon.INFO, env.t("query.help.initial")),),
    )
    return shell.page(env, model, content, shell.cardless_session(env))


def _told(
    env: Env, model: Model, sign: tuple[Icon, Role], key: str, *, wait: str = "", code: str | None = None
) -> Page:
    back = ButtonSpec(env.t("query.done"), "back", Back(), Icon.CHECK, ButtonKind.PRIMARY, ButtonSize.MAIN)
    below: tuple[Element, ...] = (_ways(env),)
    if code is not None:
        below = (*below, code_strip(env.kit, env.t("failure.code_note"), code))
    lead = env.t(f"{key}.lead")
    content = result(
        env,
        sign,
        env.t(f"{key}.title"),
        lead,
        advice=wait,
        below=below,
        acts=(button(env.kit, back),),
    )
    return shell.page(env, model, content, shell.cardless_session(env, back=False))


def _ways(env: Env) -> Element:
    """What helps: the card, or the window with one's ID card."""
    rows = [
        fact_row(env.kit, icon, env.t(f"query.way.{name}"), env.t(f"query.way.{name}.note"))
        for icon, name in ((Icon.CREDIT_CARD, "card"), (Icon.ID_CARD, "window"))
    ]
    return list_panel(env.kit, rows)
