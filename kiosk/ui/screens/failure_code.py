"""A failure's code as it stands on its page: typed, or taken from those that begin so; before anything is typed, from what this
kiosk had last."""

from typing import Final

from kiosk.ui.components.buttons import ButtonSize, ButtonSpec, button
from kiosk.ui.components.flow import Flow
from kiosk.ui.env import Env
from kiosk.ui.layout import Column, Element
from kiosk.ui.nodes import Page
from kiosk.ui.screens.typed_reference import reference_page
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.catalogue import beginning
from kiosk.visit.help import PickFailure, Staff, TypeFailure
from kiosk.visit.states import Model

MOST: Final = 4
"""Codes that are offered: more are no help yet. In large text one: there it spares the rest of a long code."""


def build(staff: Staff, stage: TypeFailure, model: Model, env: Env) -> Page:
    return reference_page(
        staff,
        model,
        env,
        title=env.t("remedy.code.title"),
        lead=env.t("remedy.code.lead"),
        text=stage.text,
        said=stage.note,
        hint=env.t("remedy.code.hint"),
        unknown="remedy.code.unknown",
        below=_offered(env, stage, offered(staff, stage, 1 if env.kit.theme.large else MOST)),
    )


def offered(staff: Staff, stage: TypeFailure, most: int = MOST) -> tuple[str, ...]:
    """Codes that one touch answers, none where there are too many. The newest first of what this kiosk had last."""
    if not stage.text:
        last = () if staff.report is None else staff.report.failures
        newest = sorted(last, key=lambda failure: failure.at, reverse=True)
        return tuple(failure.code for failure in newest[:most])
    found = tuple(entry.code for entry in beginning(stage.text))
    return found if len(found) <= most else ()


def _offered(env: Env, stage: TypeFailure, codes: tuple[str, ...]) -> Element | None:
    if not codes:
        return None
    kit, theme = env.kit, env.kit.theme
    picked = [
        button(kit, ButtonSpec(code, f"code-{code.lower()}", PickFailure(code), size=ButtonSize.SMALL))
        for code in codes
    ]
    flow = Flow(*picked, gap=20, row_gap=20)
    if theme.large:
        return flow
    said = env.t("remedy.code.offered" if stage.text else "remedy.code.last")
    return Column(Text(kit, said, Type.LEGEND, Role.INK2), flow, gap=12)
