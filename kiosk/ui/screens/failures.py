"""The codes that somebody was last shown here: how often, when last, and behind a touch what to do."""

from kiosk.health import LastFailure
from kiosk.ui.components.buttons import exchanged
from kiosk.ui.components.flow import Ends
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Pad, Panel, Row, Tap
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.staff_parts import staff_page
from kiosk.ui.screens.technician_parts import list_content
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.catalogue import CATALOGUE
from kiosk.visit.help import FailureList, PickFailure, Staff
from kiosk.visit.states import Model


def build(staff: Staff, stage: FailureList, model: Model, env: Env) -> Page:
    last = () if staff.report is None else staff.report.failures
    newest = sorted(last, key=lambda failure: failure.at, reverse=True)
    looking = staff.report is None
    none = env.t("technician.looking.note" if looking else "technician.failures.none")
    content = list_content(
        env,
        env.t("technician.failures.title"),
        env.t("technician.failures.lead"),
        [_row(env, failure) for failure in newest],
        stage.part,
        note(env.kit, Icon.SYNC if looking else Icon.CHECK_CIRCLE, none),
    )
    return staff_page(env, model, staff, content)


def _row(env: Env, failure: LastFailure) -> Element:
    """A code that the catalogue does not have can only be read."""
    kit, theme = env.kit, env.kit.theme
    entry = CATALOGUE.get(failure.code)
    code = Text(kit, failure.code, Type.LABEL if not theme.large else Type.NOTE, bold=True, line=115)
    times = Text(kit, env.n("technician.times", failure.count), Type.NOTE, Role.INK, bold=True, line=115)
    at = Text(kit, env.t("technician.failures.last", at=shell.moment(env, failure.at)), Type.SMALL, Role.INK2, line=115)
    title = [] if entry is None else [Text(kit, env.t(f"{entry.key}.title"), Type.NOTE, Role.INK2, line=120)]
    parts: list[Element] = [Flex(Column(code, *title)), Column(times, at, align=Align.END, gap=4)]
    if theme.large:
        parts = [Flex(Column(code, *title, Ends(times, at)))]
    if entry is not None:
        parts.append(IconBox(kit, Icon.CHEVRON_RIGHT, IconSize.BUTTON, Role.PRIMARY))
    face = Panel(
        kit,
        Pad(Row(*parts, gap=24), theme.pick(32, 24), theme.pick(10, 6)),
        outline=None,
        radius=theme.radius.panel - 2,
    )
    if entry is None:
        return face
    held = exchanged(theme, (Role.SURFACE, Role.TINT))
    name = f"code-{failure.code.lower()}"
    tap = Tap(face, name, PickFailure(failure.code), pressed=held, radius=theme.radius.panel - 2)
    return Pad(tap, 0, 8)
