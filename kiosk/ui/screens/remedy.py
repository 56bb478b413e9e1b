"""What a failure's code means and who does what about it: what one's own role does comes first. From the failure catalogue
alone, so also while central is away."""

from kiosk.help import Role as StaffRole
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import UNBOUNDED, Align, Column, Element, Flex, IconBox, Pad, Placed, Row, Sink, Spacer
from kiosk.ui.nodes import Page, Rect, Size
from kiosk.ui.screens.paging import fill, part_pager
from kiosk.ui.screens.staff_parts import TOP, staff_page
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.catalogue import CATALOGUE, Entry
from kiosk.visit.help import Remedy, Staff
from kiosk.visit.states import Model


def build(staff: Staff, stage: Remedy, model: Model, env: Env) -> Page:
    return staff_page(env, model, staff, _content(CATALOGUE[stage.code], stage.part, staff.role, env))


def rows(env: Env, entry: Entry, role: StaffRole | None) -> list[Element]:
    key = entry.key
    reads = env.t("remedy.resident_text", title=env.t(f"{key}.title"), lead=env.t(f"{key}.lead"))
    clerk = (Icon.BADGE, env.t("remedy.clerk"), env.t(f"{key}.staff"))
    technician = (Icon.BUILD, env.t("remedy.technician"), env.t(f"{key}.technician"))
    own, other = (technician, clerk) if role is StaffRole.TECHNICIAN else (clerk, technician)
    return [
        _row(env, *own, own=True),
        _row(env, *other),
        _row(env, Icon.VISIBILITY, env.t("remedy.resident"), reads),
        _row(env, Icon.TOUCH_APP, env.t("remedy.advice"), env.t(f"{key}.advice")),
    ]


def _row(env: Env, icon: Icon, title: str, text: str, *, own: bool = False) -> Element:
    """As other facts; where there is room, larger, and what one's own role does is strong."""
    kit = env.kit
    if kit.theme.large or kit.theme.landscape:
        return fact_row(kit, icon, title, text)
    said = Text(kit, text, Type.VALUE if own else Type.BODY, line=140)
    words = Column(Text(kit, title, Type.LEGEND, Role.INK2), said, gap=8)
    return Pad(Row(IconBox(kit, icon, IconSize.ROW, Role.PRIMARY), Flex(words), gap=32), 40, 24)


def _content(entry: Entry, part: int, role: StaffRole | None, env: Env) -> Element:
    kit, theme = env.kit, env.kit.theme
    box = content_box(kit, top_gap=TOP)
    gap = theme.pick(28, 16)
    foot = theme.pick(84, 104)
    shown = rows(env, entry, role)
    top = _head(env, entry)
    if theme.landscape:
        width, room = (box.w - 60) * 24 // 42, box.h
    else:
        width, room = box.w, box.h - top.measure(box.w).h - gap
    room -= 4
    turned = fill([row.measure(width - 4).h for row in shown], room, room - foot - gap, part, theme.lines.hairline)
    panel = Placed(list_panel(kit, shown[turned.first : turned.end]), Align.STRETCH, Align.START)
    pager = () if turned.only else (part_pager(env, turned, height=foot),)
    if theme.landscape:
        right = Column(Flex(panel), *pager, gap=gap)
        return Row(Flex(Column(top, Spacer()), 18), Flex(right, 24), gap=60, align=Align.STRETCH)
    return Column(top, Flex(panel), *pager, gap=gap)


def _head(env: Env, entry: Entry) -> Element:
    """The code, in one piece, in the largest type that it has room in, and who must act."""
    kit = env.kit
    codes = [Text(kit, entry.code, role, bold=True, keep=True) for role in (Type.CODE, Type.VALUE, Type.LEGEND)]
    return Column(
        Text(kit, env.t("remedy.title"), Type.H1, lines=1),
        Whole(*codes),
        Text(kit, env.t(f"who.{entry.who.value}"), Type.BODY, Role.INK2),
        gap=kit.theme.pick(12, 6),
    )


class Whole(Element):
    """The first of its texts that is no wider than there is room."""

    def __init__(self, *texts: Text) -> None:
        self._texts = texts

    def _chosen(self, width: int) -> Text:
        fitting = (text for text in self._texts if text.measure(UNBOUNDED).w <= width)
        return next(fitting, self._texts[-1])

    def _measure(self, width: int) -> Size:
        return self._chosen(width).measure(width)

    def place(self, box: Rect, sink: Sink) -> None:
        sink.put(self._chosen(box.w), box)
