"""The codes that somebody was last shown here: how often, when last, and behind a touch what to do."""

from kiosk.health import LastFailure
from kiosk.ui.components.buttons import exchanged
from kiosk.ui.components.flow import Ends
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Flex, IconBox, Nothing, Pad, Panel, Row, Spacer, Tap
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import head
from kiosk.ui.screens.staff_parts import TOP, staff_page
from kiosk.ui.screens.technician_parts import paged
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.catalogue import CATALOGUE
from kiosk.visit.help import FailureList, PickFailure, Staff
from kiosk.visit.states import Model


def build(staff: Staff, stage: FailureList, model: Model, env: Env) -> Page:
    box = content_box(env.kit, top_gap=TOP)
    last = () if staff.report is None else staff.report.failures
    newest = sorted(last, key=lambda failure: failure.at, reverse=True)
    top = head(env, env.t("technician.failures.title"), env.t("technician.failures.lead"), compact=True)
    gap = env.kit.theme.pick(28, 16)
    if newest:
        rows = [_row(env, failure) for failure in newest]
        listed = paged(env, rows, box.w, box.h - top.measure(box.w).h - gap, stage.part)
    else:
        listed = Column(note(env.kit, Icon.CHECK_CIRCLE, env.t("technician.failures.none")), Spacer())
    return staff_page(env, model, staff, Column(top, Nothing(0, gap), Flex(listed)))


def _row(env: Env, failure: LastFailure) -> Element:
    """A code without a remedy (of a version before) can only be read."""
    kit, theme = env.kit, env.kit.theme
    entry = CATALOGUE.get(failure.code)
    code = Text(kit, failure.code, Type.NOTE if theme.large else Type.VALUE, bold=True, line=120)
    times = env.n("technician.times", failure.count)
    often = Text(
        kit, env.t("technician.failures.row", times=times, at=shell.moment(env, failure.at)), Type.NOTE, Role.INK2
    )
    lines: list[Element] = [Ends(code, often)]
    if entry is not None:
        lines.append(Text(kit, env.t(f"{entry.key}.title"), Type.NOTE, Role.INK2, line=120))
    parts: list[Element] = [Flex(Column(*lines, gap=2))]
    if entry is not None:
        parts.append(IconBox(kit, Icon.CHEVRON_RIGHT, IconSize.BUTTON, Role.PRIMARY))
    face = Panel(
        kit,
        Pad(Row(*parts, gap=24), theme.pick(36, 28), theme.pick(16, 12)),
        outline=None,
        radius=theme.radius.panel - 2,
    )
    if entry is None:
        return face
    held = exchanged(theme, (Role.SURFACE, Role.TINT))
    name = f"code-{failure.code.lower()}"
    tap = Tap(face, name, PickFailure(failure.code), pressed=held, radius=theme.radius.panel - 2)
    return Pad(tap, 0, 8)
