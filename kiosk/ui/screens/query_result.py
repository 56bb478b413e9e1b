"""Without a card, and nothing opens: asking still, locked for a while, central away; how a query password is had."""

from collections.abc import Sequence
from enum import Enum, unique
from typing import Final

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.fitting import FirstFit, columns
from kiosk.ui.components.lists import Progress, ProgressSpec, fact_row, list_panel, progress_list
from kiosk.ui.components.status import code_strip, note, status_heading
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Placed, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.failure_parts import Way
from kiosk.ui.screens.service_parts import head
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit import deadlines
from kiosk.visit.actions import Back
from kiosk.visit.help import QueryFailed, QueryHelp, QueryLocked, QueryWorking
from kiosk.visit.states import Model


@unique
class Own(Enum):
    """What helps: a window with one's ID card, or the card."""

    WINDOW = (Icon.ID_CARD, "query.way.window")
    CARD = (Icon.CREDIT_CARD, "query.way.card")

    def __init__(self, icon: Icon, key: str) -> None:
        self.icon = icon
        self.key = key


_OWN: Final = (Own.WINDOW, Own.CARD)


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
    left = deadlines.whole(stage.until, model.now)
    wait = env.n("query.locked.minutes", -(-left // 60))
    if left > 2 * 3600:
        wait = env.n("query.locked.hours", -(-left // 3600))
    return _told(env, model, (Icon.LOCK, Role.WARN), "query.locked", wait=wait)


def failed(stage: QueryFailed, model: Model, env: Env) -> Page:
    return _told(
        env, model, (Icon.CLOUD_OFF, Role.WARN), "query.failed", ways=(Way.LATER, Way.WINDOWS), code=stage.because.code
    )


def help_page(stage: QueryHelp, model: Model, env: Env) -> Page:
    """How a query password is set; the first one that everybody gets opens nothing."""
    first = note(env.kit, Icon.INFO, env.t("query.help.initial"))
    content = _content(env, (Icon.LOCK_OPEN, Role.PRIMARY), "query.help", (), _OWN, (first,), ())
    return shell.page(env, model, content, shell.cardless_session(env))


def _told(
    env: Env,
    model: Model,
    sign: tuple[Icon, Role],
    key: str,
    *,
    wait: str = "",
    ways: Sequence[Way | Own] = _OWN,
    code: str | None = None,
) -> Page:
    done = ButtonSpec(env.t("query.done"), "back", Back(), Icon.CHECK, ButtonKind.PRIMARY, ButtonSize.MAIN)
    said = (Text(env.kit, wait, Type.VALUE),) if wait else ()
    strip = () if code is None else (code_strip(env.kit, env.t("failure.code_note"), code),)
    content = _content(env, sign, key, said, ways, strip, (button(env.kit, done),))
    return shell.page(env, model, content, shell.cardless_session(env, back=False))


def _content(
    env: Env,
    sign: tuple[Icon, Role],
    key: str,
    said: Sequence[Element],
    ways: Sequence[Way | Own],
    below: Sequence[Element],
    acts: Sequence[Element],
) -> Element:
    """What is, then what helps, in the middle of the page. Where the room is small what helps loses its second lines, then its
    sign."""
    kit, theme = env.kit, env.kit.theme
    title, lead = env.t(f"{key}.title"), env.t(f"{key}.lead")
    tops = (status_heading(kit, *sign, title, lead), head(env, title, lead), head(env, title, lead, compact=True))
    panels = [_ways(env, ways, notes=notes) for notes in (True, False)]
    gap = theme.pick(32, 16)
    if theme.landscape:
        left = FirstFit(*(Column(top, Spacer(), *below, gap=gap) for top in tops))
        right = FirstFit(*(Column(Spacer(), *said, panel, Spacer(), *acts, gap=gap) for panel in panels))
        return Row(Flex(left, 20), Flex(right, 20), gap=60, align=Align.STRETCH)
    return FirstFit(
        *(Column(top, Spacer(), *said, panel, *below, Spacer(), *acts, gap=gap) for panel in panels for top in tops)
    )


def _ways(env: Env, ways: Sequence[Way | Own], *, notes: bool) -> Element:
    rows = [fact_row(env.kit, way.icon, env.t(way.key), env.t(f"{way.key}_note") if notes else None) for way in ways]
    return list_panel(env.kit, rows)
