"""The service screen: how every part is, problems first, what is to be done about the worst one, and a test of each."""

from dataclasses import replace
from typing import Final

from kiosk.health import Finding, Report
from kiosk.help import Level
from kiosk.ui.components.buttons import ButtonSize, ButtonSpec, button
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.flow import Ends
from kiosk.ui.components.status import BannerSpec, banner, note, status_heading
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    UNBOUNDED,
    Align,
    Column,
    Element,
    Flex,
    Grid,
    IconBox,
    Nothing,
    Pad,
    Panel,
    Row,
    Sized,
    Spacer,
)
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import head
from kiosk.ui.screens.staff_parts import TOP
from kiosk.ui.screens.technician_parts import (
    GUTTER,
    PART_ICONS,
    columns,
    is_wrong,
    name_of,
    paged,
    problems_first,
    sentence,
    since,
    tone_of,
    who_acts,
)
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.catalogue import CATALOGUE
from kiosk.visit.help import (
    OpenFailures,
    OpenRemedy,
    OpenReport,
    OpenSettings,
    ServiceScreen,
    Staff,
    TestAll,
    TestPart,
)
from kiosk.visit.states import Model

_BAR_WORD: Final = 130
"""Px that the word beside its icon has in the bar."""


def build(staff: Staff, stage: ServiceScreen, model: Model, env: Env) -> Page:
    session = shell.staff_session(env, staff, back=False)
    word = env.t("technician.settings")
    roomy = env.kit.theme.landscape or Text(env.kit, word, Type.BUTTON, keep=True).measure(UNBOUNDED).w <= _BAR_WORD
    settings = ButtonSpec(word, "open-settings", OpenSettings(), Icon.SETTINGS if roomy else None)
    content = _content(staff.report, stage, env)
    return shell.page(env, model, content, replace(session, back=settings), top_gap=TOP)


def _content(report: Report | None, stage: ServiceScreen, env: Env) -> Element:
    box = content_box(env.kit, top_gap=TOP)
    theme = env.kit.theme
    gap = theme.pick(24, 16)
    acts = _acts(report, stage, env)
    heads = _heads(report, env)
    full, lean = ([], []) if theme.large else (_banner(report, env), _banner(report, env, lean=True))
    if theme.landscape:
        first, second = columns(box.w)
        tops = [*(Column(each, *full, gap=gap) for each in heads), Column(heads[-1], *lean, gap=gap)]
        left = FirstFit(*(Column(top, Spacer(), acts, gap=gap) for top in tops))
        right = _parts(report, stage, env, second, box.h)
        return Row(Flex(left, first), Flex(right, second), gap=GUTTER, align=Align.STRETCH)
    top = Column(heads[-1 if theme.large else 0], *full, gap=gap)
    room = box.h - top.measure(box.w).h - acts.measure(box.w).h - 2 * gap
    listed = _parts(report, stage, env, box.w, room)
    return Column(top, Nothing(0, gap), Flex(listed), Nothing(0, gap), acts)


# --- what is the matter -------------------------------------------------------------------------------------------------


def _heads(report: Report | None, env: Env) -> list[Element]:
    """The richest first; the last has no lead."""
    if report is None:
        title, lead, sign = env.t("technician.looking"), env.t("technician.looking.lead"), (Icon.SYNC, Role.PRIMARY)
    else:
        title, lead = _title(report, env), _lead(report, env)
        tone = tone_of(report.level)
        sign = (tone.icon, tone.ink)
    if env.kit.theme.large:
        return [head(env, title, lead, compact=True), head(env, title, None, compact=True)]
    return [
        status_heading(env.kit, *sign, title, lead, size=112),
        head(env, title, lead, compact=True),
        head(env, title, None, compact=True),
    ]


def _count(report: Report, *levels: Level) -> int:
    return sum(finding.level in levels for finding in report.findings)


def _title(report: Report, env: Env) -> str:
    faults, notices = _count(report, Level.FAULT), _count(report, Level.NOTICE)
    if faults:
        return env.n("technician.title.fault", faults)
    return env.n("technician.title.notice", notices) if notices else env.t("technician.title.ok")


def _lead(report: Report, env: Env) -> str:
    ok, unused = _count(report, Level.OK), _count(report, Level.UNUSED)
    notices, faults = _count(report, Level.NOTICE), _count(report, Level.FAULT)
    key = "technician.lead_unused" if unused else "technician.lead"
    return env.t(key, ok=ok, notices=notices, faults=faults, unused=unused)


def worst(report: Report) -> Finding | None:
    """The most serious finding that the failure catalogue has a remedy for."""
    coded = (finding for finding in problems_first(report) if is_wrong(finding) and finding.code in CATALOGUE)
    return next(coded, None)


def _banner(report: Report | None, env: Env, *, lean: bool = False) -> list[Element]:
    """What to do about the worst. `lean`: without the frame, which takes the room of a line; in large text it is the list's first
    row, so that it never pushes the buttons away."""
    finding = None if report is None else worst(report)
    if finding is None or finding.code is None:
        return []
    kit, tone, entry = env.kit, tone_of(finding.level), CATALOGUE[finding.code]
    title = env.t("technician.banner", code=entry.code, title=env.t(f"{entry.key}.title"))
    text = env.t(f"{entry.key}.technician")
    if not lean:
        return [banner(kit, BannerSpec(tone, title, text, tone.icon))]
    words = Column(
        Text(kit, title, Type.NOTE, Role.INK, bold=True, line=120), Text(kit, text, Type.NOTE, Role.INK, line=120)
    )
    row = Row(IconBox(kit, tone.icon, IconSize.ROW, tone.ink), Flex(words), gap=20)
    side, above = kit.theme.pick(24, 20), kit.theme.pick(16, 10)
    return [
        Panel(kit, row, fill=tone.tint, outline=None, radius=kit.theme.radius.panel - 2, pad=(side, above, side, above))
    ]


# --- the parts ----------------------------------------------------------------------------------------------------------


def _parts(report: Report | None, stage: ServiceScreen, env: Env, width: int, room: int) -> Element:
    if report is None:
        return Column(note(env.kit, Icon.SYNC, env.t("technician.looking.note")), Spacer())
    first = _banner(report, env, lean=True) if env.kit.theme.large else []
    rows = [*first, *(_row(finding, stage, env) for finding in problems_first(report))]
    return paged(env, rows, width, room, stage.part)


def _row(finding: Finding, stage: ServiceScreen, env: Env) -> Element:
    kit, theme = env.kit, env.kit.theme
    tone, wrong = tone_of(finding.level), is_wrong(finding)
    level = IconBox(kit, tone.icon, theme.pick(52, 60), tone.ink)
    name = Row(
        IconBox(kit, PART_ICONS[finding.part], theme.pick(36, 48), Role.INK2),
        Flex(Text(kit, name_of(env, finding.part), Type.LABEL, line=115)),
        gap=14,
    )
    text = sentence(env, finding)
    if theme.large and finding.since is not None:
        text = env.t("technician.said_since", text=text, since=since(env, finding.since))
    said = Text(kit, text, Type.NOTE, Role.INK if wrong else Role.INK2, line=120)
    who = Text(kit, who_acts(env, finding), Type.NOTE, tone.ink if wrong else Role.INK2, bold=wrong, line=115)
    began = Text(kit, since(env, finding.since), Type.SMALL, Role.INK2, line=115)
    if theme.large:
        words = Flex(Column(Ends(name, who), said))
        return Pad(Row(level, words, _test(finding, stage, env), gap=20), 20, 6)
    facts = Column(began, who, align=Align.END, gap=4)
    row = Row(level, Flex(Column(name, said, gap=2)), facts, _test(finding, stage, env), gap=20)
    return Pad(row, theme.pick(28, 24), 8)


def _test(finding: Finding, stage: ServiceScreen, env: Env) -> Element:
    part = finding.part
    busy = part in stage.testing
    label = env.t("technician.testing" if busy else "technician.test")
    spoken = env.t("technician.test_part", part=name_of(env, part))
    spec = ButtonSpec(
        label, f"test-{part.value}", TestPart(part), size=ButtonSize.SMALL, enabled=not busy, spoken=spoken
    )
    return Sized(button(env.kit, spec, height=env.kit.theme.pick(76, 100)), w=env.kit.theme.pick(148, 200))


def _acts(report: Report | None, stage: ServiceScreen, env: Env) -> Element:
    """Beside the settings, which stand in the bar."""
    kit, theme = env.kit, env.kit.theme
    every = (
        ("all", TestAll(), Icon.PLAYLIST_ADD_CHECK, report is not None and not stage.testing),
        ("failures", OpenFailures(), Icon.HISTORY, True),
        ("report", OpenReport(), Icon.SUMMARIZE, True),
        ("codes", OpenRemedy(), Icon.BUILD, True),
    )
    specs = [
        ButtonSpec(
            env.t(f"technician.{key}"),
            f"open-{key}",
            action,
            None if theme.large else icon,
            size=ButtonSize.SMALL,
            enabled=enabled,
        )
        for key, action, icon, enabled in every
    ]
    if theme.large:
        return Grid(*(button(kit, spec, height=100) for spec in specs), columns=2, gap=20, row_gap=16)
    if theme.landscape:
        return Grid(*(button(kit, spec, height=88) for spec in specs), columns=2, gap=20, row_gap=16)
    return Grid(*(button(kit, spec, height=116, stacked=True) for spec in specs), columns=4, gap=20)
