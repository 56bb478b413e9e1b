"""The result of a look-up: status first, then who it is, masked, with a reveal for each field. No accounts, no copying, no next
person without ending this one."""

from collections.abc import Sequence
from typing import Final

from kiosk.help import RevealField
from kiosk.model import Registration
from kiosk.ui import format as fmt
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button, reveal_button
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.lists import InsuranceSpec, insurance_row, list_panel, ruled
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Nothing, Pad, Panel, Row, Sized, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import facts
from kiosk.ui.screens.paging import fill, part_pager
from kiosk.ui.screens.service_parts import head, paper_button
from kiosk.ui.screens.staff_parts import TOP, document_text, staff_page, staff_paper_note
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit import deadlines
from kiosk.visit.help import EndLookup, Found, HandOver, RevealRecord, Staff
from kiosk.visit.states import Model

_LEAST_LIST: Final = 2 * 100 + 80 + 20
"""Px that a list in pages needs: two rows and what turns them."""


def build(staff: Staff, stage: Found, model: Model, env: Env) -> Page:
    box = content_box(env.kit, top_gap=TOP)
    content = (_landscape if env.kit.theme.landscape else _portrait)(stage, model, env, box.w, box.h)
    return staff_page(env, model, staff, content, back=not stage.handing_over)


def _portrait(stage: Found, model: Model, env: Env, width: int, high: int) -> Element:
    """Both panels where they fit; else their rows in pages, above the buttons."""
    theme = env.kit.theme
    gap = theme.pick(20, 16)
    top, acts = _head(stage, env), Column(*_acts(stage, env), gap=gap)
    told = note(env.kit, Icon.EDIT_NOTE, _reveal_note(model, env))
    statuses, fields = _statuses(stage, env), _fields(stage, model, env)
    panels = Column(top, list_panel(env.kit, statuses), told, _panel(env, fields), gap=gap)
    if not theme.large and panels.measure(width).h + gap + acts.measure(width).h <= high:
        return Column(panels, Spacer(1, gap), acts)
    room = high - top.measure(width).h - acts.measure(width).h - 2 * gap
    who = Column(told, _panel(env, fields), gap=gap)
    left = room - who.measure(width).h - gap
    if not theme.large and left >= _LEAST_LIST:
        listed = _paged(stage, env, statuses, width, left)
        return Column(top, Nothing(0, gap), listed, Spacer(1, gap), who, Nothing(0, gap), acts)
    return Column(
        top, Nothing(0, gap), Flex(_paged(stage, env, [*statuses, *fields], width, room)), Nothing(0, gap), acts
    )


def _landscape(stage: Found, model: Model, env: Env, width: int, high: int) -> Element:
    """Status at the left, who it is and the buttons at the right; where that has no room, all rows in pages at the right."""
    gap = 16
    side = (width - 60) // 2
    top, acts = _head(stage, env), Column(*_acts(stage, env), gap=gap)
    statuses, fields = _statuses(stage, env), _fields(stage, model, env)
    who = _panel(env, fields)
    if who.measure(side).h + gap + acts.measure(side).h <= high:
        told = note(env.kit, Icon.EDIT_NOTE, _reveal_note(model, env))
        used = top.measure(side).h + told.measure(side).h + 2 * gap
        listed = Flex(_paged(stage, env, statuses, side, high - used))
        first = Column(top, Nothing(0, gap), listed, Nothing(0, gap), told)
        return Row(Flex(first), Flex(Column(who, Spacer(), acts)), gap=60, align=Align.STRETCH)
    listed = Flex(_paged(stage, env, [*statuses, *fields], side, high))
    tops = (top, head(env, _title(stage, env), None, compact=True))
    left = FirstFit(*(Column(each, Spacer(), acts) for each in tops))
    return Row(Flex(left), listed, gap=60, align=Align.STRETCH)


def _paged(stage: Found, env: Env, rows: Sequence[Element], width: int, room: int) -> Element:
    foot = env.kit.theme.pick(80, 104)
    gap = 16
    heights = [row.measure(width - 4).h for row in rows]
    turned = fill(heights, room - 4, room - foot - gap - 4, stage.part, env.kit.theme.lines.hairline)
    shown: list[Element] = [list_panel(env.kit, rows[turned.first : turned.end])]
    if not turned.only:
        shown += [Spacer(1, gap), part_pager(env, turned, height=foot)]
    return Column(*shown)


def _head(stage: Found, env: Env) -> Element:
    ground = env.t(f"ground.{stage.ground.value}")
    lead = ground
    if stage.document is not None:
        document = document_text(env, stage.document, stage.reference)
        lead = env.t("lookup.found.lead", ground=ground, document=document)
    return head(env, _title(stage, env), lead, compact=True)


def _title(stage: Found, env: Env) -> str:
    return env.t("lookup.found.holder" if stage.may_hand_over else "lookup.found.title")


def _reveal_note(model: Model, env: Env) -> str:
    return env.n("lookup.reveal_note", round(model.rules.reveal))


# --- status -------------------------------------------------------------------------------------------------------------


def _statuses(stage: Found, env: Env) -> list[Element]:
    if not stage.record.registrations:
        return [Pad(note(env.kit, Icon.INFO, env.t("lookup.found.nothing")), env.kit.theme.pick(36, 28), 24)]
    return [_status(one, env) for one in stage.record.registrations]


def _status(one: Registration, env: Env) -> Element:
    status = facts.status_of(env, one)
    since = "" if one.since is None else env.t("lookup.since", month=fmt.month(env.words, one.since))
    spec = InsuranceSpec(
        icon=facts.insurance_icon(one.insurance),
        label=facts.insurance_name(env, one.insurance),
        text=since,
        word=status.text,
        tone=status.tone,
        status_icon=status.icon,
        short=facts.insurance_short(env, one.insurance),
    )
    theme = env.kit.theme
    return insurance_row(env.kit, spec, height=theme.pick(92, 116) if theme.landscape else theme.pick(96, 130))


# --- who ----------------------------------------------------------------------------------------------------------------


def _panel(env: Env, rows: Sequence[Element]) -> Element:
    return Panel(env.kit, ruled(env.kit, rows), pad=(2, 2, 2, 2))


def _fields(stage: Found, model: Model, env: Env) -> list[Element]:
    record = stage.record
    values = {
        RevealField.NAME: record.name,
        RevealField.NUMBER: record.number,
        RevealField.PHONE: record.phone,
        RevealField.EMPLOYER: record.employer,
    }
    return [_field(stage, model, env, field, value) for field, value in values.items()]


def _field(stage: Found, model: Model, env: Env, field: RevealField, masked: str | None) -> Element:
    kit, theme = env.kit, env.kit.theme
    shown = stage.shown if stage.shown is not None and stage.shown.field is field else None
    value = masked if shown is None else shown.value
    said = env.t("lookup.not_on_file") if value is None else value
    ink = Role.INK2 if value is None else Role.INK
    label = Text(
        kit, env.t(f"reveal.{field.value}"), Type.NOTE if theme.landscape else Type.LABEL, Role.INK2, bold=False
    )
    text = Text(kit, said, Type.VALUE, ink, bold=value is not None, line=130)
    beside = [] if masked is None or stage.handing_over else [_reveal(stage, model, env, field)]
    if theme.large or theme.landscape:
        row = Row(Flex(Column(label, text)), *beside, gap=20)
    else:
        row = Row(Sized(label, w=226, exact=True), Flex(text), *beside, gap=24)
    return Pad(row, theme.pick(34, 26), theme.pick(3, 8) if theme.landscape else theme.pick(10, 12))


def _reveal(stage: Found, model: Model, env: Env, field: RevealField) -> Element:
    """Each touch is asked of central, which records it; one field at a time, for some seconds that the button counts down."""
    name, spoken = f"reveal-{field.value}", env.t(f"reveal.{field.value}")
    if stage.asked is field:
        waits = ButtonSpec(env.t("lookup.asking"), name, None, size=ButtonSize.SMALL, enabled=False, spoken=spoken)
        return Sized(button(env.kit, waits), w=env.kit.theme.pick(196, 260))
    if stage.shown is not None and stage.shown.field is field:
        left = deadlines.whole(stage.shown.until, model.now)
        return reveal_button(env.kit, env.n("common.hide", left), name, RevealRecord(None), open_=True, spoken=spoken)
    free = stage.asked is None
    show = env.t("common.show")
    return reveal_button(env.kit, show, name, RevealRecord(field), open_=False, spoken=spoken, enabled=free)


# --- what can be done -----------------------------------------------------------------------------------------------------


def _acts(stage: Found, env: Env) -> list[Element]:
    """Ending it is what most go on with; where the holder stands here, handing over is."""
    kit, theme = env.kit, env.kit.theme
    if stage.handing_over:
        return [note(kit, Icon.SYNC, env.t("lookup.handing_over"))]
    small = theme.landscape or theme.large
    size = ButtonSize.CARD if small else ButtonSize.NORMAL
    main = ButtonSize.NORMAL if small else ButtonSize.MAIN
    kind = ButtonKind.SECONDARY if stage.may_hand_over else ButtonKind.PRIMARY
    end = ButtonSpec(
        env.t("lookup.end"), "end-lookup", EndLookup(), Icon.DONE_ALL, kind, size if stage.may_hand_over else main
    )
    printed = paper_button(env, stage.paper, ButtonKind.SECONDARY)
    if not stage.may_hand_over:
        return [*staff_paper_note(env, stage.paper), *([] if printed is None else [printed]), button(kit, end)]
    over = ButtonSpec(env.t("lookup.hand_over"), "hand-over", HandOver(), Icon.ID_CARD, ButtonKind.PRIMARY, main)
    second: Element = button(kit, end)
    if printed is not None:
        second = Row(Flex(printed), Flex(second), gap=24, align=Align.STRETCH)
    return [*staff_paper_note(env, stage.paper), second, button(kit, over)]
