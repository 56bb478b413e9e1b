"""The settings as they are, and where each comes from. There is no secret among them."""

from kiosk.health import Setting
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Flex, Nothing, Pad, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens.service_parts import head
from kiosk.ui.screens.staff_parts import TOP, staff_page
from kiosk.ui.screens.technician_parts import paged
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.help import SettingList, Staff
from kiosk.visit.states import Model

DEFAULT = "default"
"""`Setting.source` of what nobody set."""
_BREAK = 18
"""Characters of a value without a space that stand in one piece: a path may be longer than a line."""


def build(staff: Staff, stage: SettingList, model: Model, env: Env) -> Page:
    box = content_box(env.kit, top_gap=TOP)
    told = () if staff.report is None else staff.report.settings
    top = head(env, env.t("technician.settings.title"), env.t("technician.settings.lead"), compact=True)
    gap = env.kit.theme.pick(28, 16)
    if told:
        rows = [_row(env, one) for one in told]
        listed = paged(env, rows, box.w, box.h - top.measure(box.w).h - gap, stage.part)
    else:
        listed = Column(note(env.kit, Icon.SYNC, env.t("technician.looking.note")), Spacer())
    return staff_page(env, model, staff, Column(top, Nothing(0, gap), Flex(listed)))


def _row(env: Env, one: Setting) -> Element:
    kit, theme = env.kit, env.kit.theme
    own = one.source != DEFAULT
    source = one.source if own else env.t("technician.settings.default")
    value = one.value or env.t("technician.settings.empty")
    name = Text(kit, env.t("technician.settings.name", section=one.section, name=one.key), Type.NOTE, Role.INK2, line=120)
    said = Text(kit, value, Type.NOTE if theme.large else Type.CAPTION, Role.INK, bold=own, line=120)
    where = Text(kit, source, Type.SMALL, Role.INK2, line=120)
    row: Element
    if theme.large:
        row = Column(name, said, where)
    elif theme.landscape:
        row = Row(Flex(name, 5), Flex(said, 7), Flex(where, 6), gap=32)
    else:
        row = Row(Flex(name, 4), Flex(Column(said, where), 6), gap=24)
    return Pad(row, theme.pick(32, 24), theme.pick(10, 8))
