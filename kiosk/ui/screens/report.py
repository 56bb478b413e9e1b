"""The readiness report, with the lines that it has on paper; to be printed, or written as a file of this machine."""

from typing import assert_never

from kiosk.health import Finding, Report
from kiosk.slip import MOMENT, duration, finding_lines
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.flow import Ends
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Nothing, Pad, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens.service_parts import head
from kiosk.ui.screens.staff_parts import TOP, staff_page, staff_paper_note
from kiosk.ui.screens.technician_parts import GUTTER, Folded, columns, is_wrong, name_of, paged, tone_of
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.actions import PrintSlip
from kiosk.visit.help import ReadinessReport, SaveReport, Staff
from kiosk.visit.services import Paper
from kiosk.visit.states import Model


def build(staff: Staff, stage: ReadinessReport, model: Model, env: Env) -> Page:
    return staff_page(env, model, staff, _content(staff.report, stage, env))


def _content(report: Report | None, stage: ReadinessReport, env: Env) -> Element:
    theme = env.kit.theme
    box = content_box(env.kit, top_gap=TOP)
    gap = theme.pick(24, 16)
    lead = env.t("technician.looking.note") if report is None else env.t("technician.report.lead")
    tops = [head(env, env.t("technician.report.title"), said, compact=True) for said in (lead, None)]
    acts = Column(*_told(stage, env), *_acts(report, stage, env), gap=gap)
    rows = [] if report is None else _rows(report, env)
    if theme.landscape:
        first, second = columns(box.w)
        left = FirstFit(*(Column(top, Spacer(), acts, gap=gap) for top in tops))
        right = paged(env, rows, second, box.h, stage.part) if rows else Spacer()
        return Row(Flex(left, first), Flex(right, second), gap=GUTTER, align=Align.STRETCH)
    top = tops[1] if theme.large and report is not None else tops[0]
    room = box.h - top.measure(box.w).h - acts.measure(box.w).h - 2 * gap
    listed = paged(env, rows, box.w, room, stage.part) if rows else Spacer()
    return Column(top, Nothing(0, gap), Flex(listed), Nothing(0, gap), acts)


# --- the lines ----------------------------------------------------------------------------------------------------------


def _rows(report: Report, env: Env) -> list[Element]:
    level = env.t(f"level.{report.level.value}")
    facts = (
        ("paper.time", report.at.strftime(MOMENT)),
        ("paper.readiness.version", report.version),
        ("paper.readiness.uptime", duration(report.uptime)),
        ("paper.readiness.level", level),
    )
    rows = [_pair(env, env.t(key), value) for key, value in facts]
    rows += [_finding(finding, env) for finding in report.findings]
    if report.failures:
        kit = env.kit
        lines: list[Element] = [Text(kit, env.t("paper.readiness.failures"), Type.NOTE, bold=True)]
        rows.append(_padded(env, lines[0]))
        rows += [
            _pair(env, env.t("technician.report.failure", code=one.code, count=one.count), one.at.strftime(MOMENT))
            for one in report.failures
        ]
    return rows


def _padded(env: Env, row: Element) -> Element:
    return Pad(row, env.kit.theme.pick(32, 24), env.kit.theme.pick(10, 6))


def _pair(env: Env, label: str, value: str) -> Element:
    left = Text(env.kit, label, Type.NOTE, Role.INK, line=120)
    return _padded(env, Ends(left, Text(env.kit, value, Type.NOTE, Role.INK, bold=True, line=120)))


def _finding(finding: Finding, env: Env) -> Element:
    kit, wrong = env.kit, is_wrong(finding)
    tone = tone_of(finding.level)
    ink = tone.ink if wrong else Role.INK
    size = kit.theme.pick(36, 48)
    level = Row(
        IconBox(kit, tone.icon, size, tone.ink),
        Text(kit, env.t(f"level.{finding.level.value}"), Type.NOTE, ink, bold=wrong, line=120),
        gap=12,
    )
    lines: list[Element] = [Ends(Text(kit, name_of(env, finding.part), Type.NOTE, bold=wrong, line=120), level)]
    if wrong:
        lines += [Text(kit, line, Type.SMALL, Role.INK2, line=120) for line in finding_lines(env.words, finding)]
    return _padded(env, Column(*lines))


# --- paper and file -----------------------------------------------------------------------------------------------------


def _told(stage: ReadinessReport, env: Env) -> tuple[Element, ...]:
    """What became of paper and file."""
    paper = staff_paper_note(env, stage.paper)
    if not stage.saved:
        return paper
    if stage.file is None:
        return (*paper, note(env.kit, Icon.WARNING, env.t("technician.report.not_saved"), icon_colour=Role.WARN))
    words = Column(
        Text(env.kit, env.t("technician.report.saved"), Type.LEGEND, Role.INK2),
        Folded(env, stage.file, Type.SMALL),
    )
    row = Row(IconBox(env.kit, Icon.CHECK_CIRCLE, env.kit.theme.pick(40, 52), Role.OK), Flex(words), gap=18)
    return (*paper, row)


def _acts(report: Report | None, stage: ReadinessReport, env: Env) -> tuple[Element, ...]:
    kit = env.kit
    save = ButtonSpec(
        env.t("technician.report.saving" if stage.saving else "technician.report.save"),
        "save-report",
        SaveReport(),
        Icon.SUMMARIZE,
        size=ButtonSize.CARD,
        enabled=report is not None and not stage.saving,
    )
    specs = [*_print(report, stage.paper, env), save]
    if kit.theme.landscape and not kit.theme.large:
        return tuple(button(kit, spec) for spec in specs)
    return (Row(*(Flex(button(kit, spec)) for spec in specs), gap=24, align=Align.STRETCH),)


def _print(report: Report | None, paper: Paper, env: Env) -> tuple[ButtonSpec, ...]:
    match paper:
        case Paper.NO_PRINTER:
            return ()
        case Paper.PRINTING:
            label, enabled = env.t("slip.printing"), False
        case Paper.OFFERED | Paper.FAILED:
            label, enabled = env.t("technician.report.print"), True
        case Paper.PRINTED:
            label, enabled = env.t("slip.again"), True
        case never:
            assert_never(never)
    enabled = enabled and report is not None
    kind = ButtonKind.PRIMARY
    return (ButtonSpec(label, "print-slip", PrintSlip(), Icon.PRINT, kind, ButtonSize.CARD, enabled=enabled),)
