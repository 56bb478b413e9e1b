"""The settings as they are, and where each comes from. There is no secret among them."""

from kiosk.health import Setting
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Flex, Pad, Row
from kiosk.ui.nodes import Page
from kiosk.ui.screens.staff_parts import staff_page
from kiosk.ui.screens.technician_parts import Folded, list_content
from kiosk.ui.theme import Role, Type
from kiosk.visit.help import SettingList, Staff
from kiosk.visit.states import Model

DEFAULT = "default"
"""`Setting.source` of what nobody set."""


def build(staff: Staff, stage: SettingList, model: Model, env: Env) -> Page:
    told = () if staff.report is None else staff.report.settings
    content = list_content(
        env,
        env.t("technician.settings.title"),
        env.t("technician.settings.lead"),
        [_row(env, one) for one in told],
        stage.part,
        note(env.kit, Icon.SYNC, env.t("technician.looking.note")),
    )
    return staff_page(env, model, staff, content)


def _row(env: Env, one: Setting) -> Element:
    theme = env.kit.theme
    own = one.source != DEFAULT
    source = one.source if own else env.t("technician.settings.default")
    value = one.value or env.t("technician.settings.empty")
    name = Folded(env, env.t("technician.settings.name", section=one.section, name=one.key), Type.NOTE, Role.INK2)
    said = Folded(env, value, Type.NOTE if theme.large else Type.CAPTION, bold=own)
    where = Folded(env, source, Type.SMALL, Role.INK2)
    row: Element = Row(Flex(name, 4), Flex(Column(said, where), 6), gap=24)
    if theme.large:
        row = Column(name, said, where)
    return Pad(row, theme.pick(32, 24), theme.pick(10, 8))
