"""What the pages of the service screen share: how a part is in a sign and words, since when, who must act; rows in pages."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from drivers.device import Who
from kiosk.health import Finding, Report
from kiosk.help import Level, Part
from kiosk.ui import format as fmt
from kiosk.ui.components.lists import list_panel
from kiosk.ui.components.status import Tone
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import UNBOUNDED, Align, Column, Element, Flex, Nothing, Row, Sink, Spacer
from kiosk.ui.nodes import Rect, Size
from kiosk.ui.screens import shell
from kiosk.ui.screens.paging import fill, part_pager
from kiosk.ui.screens.service_parts import head
from kiosk.ui.screens.staff_parts import TOP
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text

PART_ICONS: Final = {
    Part.READER: Icon.CONTACTLESS,
    Part.PRINTER: Icon.PRINT,
    Part.DOCUMENT: Icon.ID_CARD,
    Part.SCREEN: Icon.TOUCH_APP,
    Part.SOUND: Icon.VOLUME_UP,
    Part.CLOCK: Icon.SCHEDULE,
    Part.DISK: Icon.HARD_DRIVE,
    Part.STORE: Icon.LOCK,
    Part.CERTIFICATE: Icon.VERIFIED_USER,
    Part.CENTRAL: Icon.CLOUD_DONE,
    Part.SETTINGS: Icon.SETTINGS,
}


def tone_of(level: Level) -> Tone:
    match level:
        case Level.OK:
            return Tone.OK
        case Level.UNUSED:
            return Tone.NEUTRAL
        case Level.NOTICE:
            return Tone.WARN
        case Level.FAULT:
            return Tone.BAD
        case never:
            assert_never(never)


def is_wrong(finding: Finding) -> bool:
    return finding.level in (Level.NOTICE, Level.FAULT)


def problems_first(report: Report) -> tuple[Finding, ...]:
    """The worst first, what is not fitted last; of equals as the report has them."""
    order = (Level.FAULT, Level.NOTICE, Level.OK, Level.UNUSED)
    return tuple(sorted(report.findings, key=lambda finding: order.index(finding.level)))


def name_of(env: Env, part: Part) -> str:
    return env.t(f"part.{part.value}")


def sentence(env: Env, finding: Finding) -> str:
    return env.t(f"health.{finding.part.value}.{finding.key}", **dict(finding.values))


def since(env: Env, at: datetime | None) -> str:
    """The hour where it is of today, else the day."""
    if at is None:
        return env.t("technician.since_start")
    there = shell.local(env, at)
    today = env.now.date()
    on = fmt.clock(there) if there.date() == today else fmt.day(env.words, there.date(), today)
    return env.t("technician.since", at=on)


def who_acts(env: Env, finding: Finding) -> str:
    """In a word or two: the whole sentence is the remedy's."""
    if finding.who is Who.NOBODY and not is_wrong(finding):
        return env.t("technician.nothing_to_do")
    return env.t(f"technician.who.{finding.who.value}")


def paged(env: Env, rows: Sequence[Element], width: int, room: int, part: int) -> Element:
    """Rows on a panel, as many as `room` px hold, with the buttons that turn them."""
    foot, gap = env.kit.theme.pick(80, 104), 16
    heights = [row.measure(width - 4).h for row in rows]
    turned = fill(heights, room - 4, room - foot - gap - 4, part, env.kit.theme.lines.hairline)
    shown: list[Element] = [list_panel(env.kit, rows[turned.first : turned.end])]
    if not turned.only:
        shown += [Spacer(1, gap), part_pager(env, turned, height=foot)]
    return Column(*shown)


def list_content(env: Env, title: str, lead: str, rows: Sequence[Element], part: int, none: Element) -> Element:
    """Title and lead, and rows in pages: below them, in landscape beside them. `none`: where there are no rows."""
    theme = env.kit.theme
    box = content_box(env.kit, top_gap=TOP)
    gap = theme.pick(24, 16)
    if theme.landscape:
        left, right = columns(box.w)
        listed = paged(env, rows, right, box.h, part) if rows else none
        top = head(env, title, lead, compact=True)
        return Row(
            Flex(Column(top, Spacer()), left), Flex(Column(Flex(listed)), right), gap=GUTTER, align=Align.STRETCH
        )
    top = head(env, title, None if theme.large else lead, compact=True)
    listed = paged(env, rows, box.w, box.h - top.measure(box.w).h - gap, part) if rows else Column(none, Spacer())
    return Column(top, Nothing(0, gap), Flex(listed))


GUTTER: Final = 60


def columns(width: int) -> tuple[int, int]:
    """Px of the left and of the right column in landscape."""
    right = (width - GUTTER) * 24 // 42
    return width - GUTTER - right, right


class Folded(Element):
    """A path or an address: goes over to another line after one of its own signs, never inside a word."""

    def __init__(self, env: Env, text: str, role: Type, colour: Role = Role.INK, *, bold: bool = False) -> None:
        self._pieces = re.findall(r"[^/_.:?&=,-]*[/_.:?&=,-]*", text)
        self._kit = env.kit
        self._look = (role, colour)
        self._bold = bold
        self._at: dict[int, Element] = {}

    def _make(self, said: str) -> Element:
        return Text(self._kit, said, *self._look, bold=self._bold, line=120)

    def _text(self, width: int) -> Element:
        made = self._at.get(width)
        if made is None:
            lines = [""]
            for piece in self._pieces:
                fits = self._make(lines[-1] + piece).measure(UNBOUNDED).w <= width
                if fits or not lines[-1]:
                    lines[-1] += piece
                else:
                    lines.append(piece)
            made = self._at[width] = self._make("\n".join(lines))
        return made

    def _measure(self, width: int) -> Size:
        return self._text(width).measure(width)

    def place(self, box: Rect, sink: Sink) -> None:
        sink.put(self._text(box.w), box)
