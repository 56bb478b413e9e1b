"""“This is wrong”: which body to ring or visit, what to bring, and a reference code without personal data."""

from kiosk.model import Absent, Body, Origin, Phone
from kiosk.ui import format as fmt
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.components.status import code_strip
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Nothing, Row, Sized, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import facts
from kiosk.ui.screens.paging import fill, part_pager
from kiosk.ui.screens.shell import moment, page, record_session
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.states import HomePage, Model, Record, WrongPage


def build(state: Record, model: Model, env: Env) -> Page:
    assert isinstance(state.page, WrongPage)
    theme = env.kit.theme
    gap = theme.pick(28, 20)
    return page(env, model, _content(state, state.page, env, gap), record_session(env, state), top_gap=gap)


def _subject(state: Record, about: WrongPage, env: Env) -> tuple[str, Origin | None, str]:
    """What the page one comes from is about: its name, where it comes from (None: the record as a whole), its AAE140."""
    if isinstance(about.about, HomePage):
        return env.t("wrong.subject_record"), None, ""
    insurance = about.about.insurance
    overview = state.overview
    part = (
        facts.of_insurance(overview.registrations, insurance)
        or facts.of_insurance(overview.contributions, insurance)
        or facts.of_insurance(overview.accounts, insurance)
    )
    subject = facts.insurance_title(env, insurance) if insurance else env.t("wrong.subject_record")
    return subject, None if part is None else part.origin, insurance


def _bodies(state: Record) -> list[Origin]:
    """Every body that answers for a part of the record, once each, in central's order."""
    overview = state.overview
    seen: dict[str, Origin] = {}
    for parts in (overview.registrations, overview.contributions, overview.accounts):
        for part in () if isinstance(parts, Absent) else parts:
            seen.setdefault(part.origin.body.code, part.origin)
    return list(seen.values())


def _content(state: Record, about: WrongPage, env: Env, top: int) -> Element:
    kit, theme = env.kit, env.kit.theme
    box = content_box(kit, top_gap=top)
    gap = theme.pick(28, 16)
    subject, origin, insurance = _subject(state, about, env)
    head: list[Element] = [Text(kit, env.t("wrong.title"), Type.H1, lines=2)]
    if origin is not None:
        lead = env.t("wrong.lead", subject=subject, body=facts.body_name(env, origin.body))
        role = Type.LEGEND if theme.large and theme.strip else Type.BODY
        head.append(Text(kit, lead, role, Role.INK2))
        rows = _ways(env, origin.body, facts.phone_of(env, origin, insurance))
    else:
        head.append(Text(kit, env.t("wrong.lead_record"), Type.BODY, Role.INK2))
        rows = [_ring_body(env, one) for one in _bodies(state)]
        rows.append(_windows(env))
    strip = _strip(env, state, about, origin, noted=True)
    read = Column(*head, gap=theme.pick(12, 6))
    room = box.h - read.measure(box.w).h - gap
    if theme.landscape:
        left = (box.w - 40) * 9 // 20
        if strip.measure(left).h > room:
            strip = _strip(env, state, about, origin, noted=False)
        ways = _listed(env, rows, about.part, box.w - 40 - left, room, gap)
        below = Row(Sized(strip, w=left, exact=True), Flex(Sized(ways, h=room)), gap=40, align=Align.START)
        return Column(read, Nothing(0, gap), below)
    least = max(row.measure(box.w - 4).h for row in rows) + 4 + gap + theme.pick(84, 104) + gap
    if room - strip.measure(box.w).h < least:  # the way to go is a fact; the note is for peace of mind
        strip = _strip(env, state, about, origin, noted=False)
    ways = _listed(env, rows, about.part, box.w, room - strip.measure(box.w).h - gap, gap)
    if theme.large:
        return Column(read, Nothing(0, gap), ways, Spacer(1, gap), strip)
    return Column(read, Nothing(0, gap), ways, Nothing(0, gap), strip, Spacer())


def _strip(env: Env, state: Record, about: WrongPage, origin: Origin | None, *, noted: bool) -> Element:
    """The code, which data it is about, and that it holds nothing personal."""
    as_of = state.overview.as_of if origin is None else origin.as_of
    detail = env.t("wrong.as_of", as_of=moment(env, as_of))
    if noted:
        detail += "\n" + env.t("wrong.code_note")
    theme = env.kit.theme
    big = not (theme.large and theme.strip)
    return code_strip(env.kit, env.t("wrong.code"), about.reference, detail=detail, big=big)


def _listed(env: Env, rows: list[Element], part: int, width: int, room: int, gap: int) -> Element:
    """The rows on a panel, in pages where they do not fit."""
    foot = env.kit.theme.pick(84, 104)
    heights = [row.measure(width - 4).h for row in rows]
    turned = fill(heights, room - 4, room - 4 - foot - gap, part, env.kit.theme.lines.hairline)
    panel = list_panel(env.kit, rows[turned.first : turned.end])
    if turned.only:
        return Column(panel)
    return Column(
        panel, Spacer(1, gap) if env.kit.theme.landscape else Nothing(0, gap), part_pager(env, turned, height=foot)
    )


def _ways(env: Env, body: Body, phone: Phone | None) -> list[Element]:
    rows: list[Element] = []
    if phone is not None:
        ring = env.t("wrong.ring", phone=fmt.phone(env.words, phone))
        rows.append(fact_row(env.kit, Icon.SUPPORT_AGENT, ring, env.t("wrong.ring_note")))
    if body.address:
        visit = env.t("wrong.visit", address=body.address)
        rows.append(fact_row(env.kit, Icon.ACCOUNT_BALANCE, visit, env.t("wrong.visit_note")))
    else:
        rows.append(_windows(env))
    return rows


def _ring_body(env: Env, origin: Origin) -> Element:
    """One body of the whole record, with its number."""
    name = facts.body_name(env, origin.body)
    phone = origin.body.phone
    text = env.t("wrong.ring_note") if phone is None else env.t("wrong.ring", phone=fmt.phone(env.words, phone))
    return fact_row(env.kit, Icon.SUPPORT_AGENT, name, text)


def _windows(env: Env) -> Element:
    return fact_row(env.kit, Icon.MEETING_ROOM, env.t("wrong.visit_windows"), env.t("wrong.visit_note"))
