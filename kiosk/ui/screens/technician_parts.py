"""What the pages of the service screen share: how a part is in a sign and words, since when, who must act; rows in pages."""

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
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Spacer
from kiosk.ui.screens import shell
from kiosk.ui.screens.paging import fill, part_pager

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
