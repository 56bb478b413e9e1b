"""Home of an open record: am I insured, is it paid; then the three questions people come with."""

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, unique
from typing import Final

from kiosk.help import Access
from kiosk.masking import mask_name, mask_number
from kiosk.model import Absent, AbsentReason, Account, CardStatus, Registration
from kiosk.region import CHINESE
from kiosk.ui import format as fmt
from kiosk.ui.components.buttons import ButtonSize, ButtonSpec, TileSpec, button, exchanged
from kiosk.ui.components.lists import InsuranceSpec, insurance_row, list_panel
from kiosk.ui.components.status import BannerSpec, Tone, banner, status_label
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
    Tap,
)
from kiosk.ui.nodes import Page
from kiosk.ui.screens import facts
from kiosk.ui.screens.paging import fill, part_pager
from kiosk.ui.screens.shell import local, moment, page, record_session
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text, weighted
from kiosk.visit import offers
from kiosk.visit.actions import OpenAccount, OpenContributions, OpenPrivacy, OpenRegistration, OpenServices, OpenWrong
from kiosk.visit.kept import KEPT_MONTHS
from kiosk.visit.rules_record import accounts, registrations
from kiosk.visit.states import HomePage, Model, Record

_CARD_TONES: Final = {
    CardStatus.NORMAL: Tone.OK,
    CardStatus.NOT_ACTIVATED: Tone.WARN,
    CardStatus.TEMPORARILY_LOST: Tone.WARN,
    CardStatus.EXPIRED: Tone.WARN,
    CardStatus.OTHER_PLACE: Tone.NEUTRAL,
    CardStatus.REPLACED: Tone.NEUTRAL,
    CardStatus.CANCELLED: Tone.BAD,
    CardStatus.BLOCKED: Tone.BAD,
    CardStatus.LOST: Tone.BAD,
}

_TILE_AROUND: Final = 32 + 28 + 20
"""Px that a tile needs beside its icon and its words."""
_TILE_GAP: Final = 16
_BANNER_AROUND: Final = 2 * 20 + 16
"""Px that a banner needs beside its text, and the gap to the list below it."""


def build(state: Record, model: Model, env: Env) -> Page:
    assert isinstance(state.page, HomePage)
    theme = env.kit.theme
    gap = theme.pick(28, 20)
    content = (_landscape if theme.landscape else _portrait)(state, model, env, gap)
    return page(env, model, content, record_session(env, state), top_gap=gap)


def _portrait(state: Record, model: Model, env: Env, top: int) -> Element:
    theme = env.kit.theme
    box = content_box(env.kit, top_gap=top)
    gap = theme.pick(28, 20)
    titles = Column(*_head(state, env), gap=theme.pick(16, 10))
    specs = _specs(state, model, env)
    tile = theme.pick(252, 364) if _two_across(specs, env) else 4 * theme.pick(80, 92) + 3 * _TILE_GAP
    buttons = _buttons(env, (_wrong(env), _privacy(env)))
    lower = Column(_tiles(specs, env, tile), buttons, gap=theme.pick(24, 20))
    # The list keeps room for a row and its paging: a notice that would take it stands in the list, in pieces.
    least = theme.pick(106 + 80, 134 + 100) + 16 + 4
    limit = box.h - titles.measure(box.w).h - theme.pick(16, 10) - lower.measure(box.w).h - 2 * gap - least
    banner_ = _notice(model, state, env, box.w, min(theme.pick(300, 330), limit))
    head = Column(titles, *banner_.shown, gap=theme.pick(16, 10))
    room = box.h - head.measure(box.w).h - lower.measure(box.w).h - 2 * gap
    listed = _list(state, env, banner_.pieces, box.w, room)
    # What a short list leaves over goes to the tiles first, then between list and tiles.
    spare = room - listed.measure(box.w).h
    grown = min(theme.pick(108, 160), spare)
    lower = Column(_tiles(specs, env, tile + grown), buttons, gap=theme.pick(24, 20))
    return Column(head, Nothing(0, gap), listed, Spacer(1, gap), lower)


def _landscape(state: Record, model: Model, env: Env, top: int) -> Element:
    theme = env.kit.theme
    box = content_box(env.kit, top_gap=top)
    left = (box.w - 40) * 17 // 30
    head = Column(*_head(state, env), gap=theme.pick(8, 4))
    gap = theme.pick(24, 16)
    room = box.h - head.measure(box.w).h - gap
    notice = _notice(model, state, env, left, theme.pick(200, 190))
    used = sum(banner_.measure(left).h + 16 for banner_ in notice.shown)
    listed = Column(*notice.shown, _list(state, env, notice.pieces, left, room - used), gap=16)
    right = _right(_specs(state, model, env), env, box.w - 40 - left, room)
    lower = Row(Sized(listed, w=left, exact=True), Flex(Sized(right, h=room)), gap=40, align=Align.START)
    return Column(head, Nothing(0, gap), lower)


def _right(specs: Sequence[TileSpec], env: Env, width: int, room: int) -> Element:
    """Landscape: what is touched. Where four tiles have no room the services are a button, in the place of "this is wrong", which
    every page of the record has; in an outage that is no loss, for then they are not open."""
    gap = env.kit.theme.pick(20, 16)
    *questions, services = specs
    buttons = _buttons(env, (_wrong(env), _privacy(env)))
    tiles = room - gap - buttons.measure(width).h
    four = _stacked(specs, env, tiles)
    if four.measure(width).h <= tiles:
        return Column(Flex(four), buttons, gap=gap)
    if services.enabled:
        small = ButtonSpec(services.label, services.name, services.action, services.icon)
        buttons = _buttons(env, (small, _privacy(env)))
    return Column(Flex(_stacked(questions, env, tiles)), buttons, gap=gap)


# --- what is read -------------------------------------------------------------------------------------------------------


def _head(state: Record, env: Env) -> list[Element]:
    """Title, whose record, the card's status."""
    kit, theme = env.kit, env.kit.theme
    holder = state.overview.holder
    name, number = mask_name(holder.name), mask_number(holder.number)
    title = Text(kit, env.t("home.title_large" if theme.large else "home.title", name=name), Type.H1, lines=2)
    if theme.large:
        identity: Element = Text(kit, number, Type.VALUE, keep=True)
    else:
        identity = Text(kit, weighted(env.runs("home.identity", name=name, number=number)), Type.BODY, Role.INK2)
    status = state.overview.card_status
    card = Row(
        Text(kit, env.t("home.card"), Type.BODY, Role.INK2, lines=1),
        status_label(kit, env.t(f"status.{status.value}.word"), _CARD_TONES[status]),
        gap=16,
    )
    parts: list[Element] = [title, Row(Flex(identity), card, gap=24)]
    if holder.minor:
        role = Type.LEGEND if theme.large and theme.landscape else Type.BODY
        parts.append(Text(kit, env.t("home.minor", name=name), role))
    return parts


class _Notice:
    """One notice: as a banner, or, where it is too long for one, in pieces at the head of the list."""

    def __init__(self, shown: tuple[Element, ...] = (), pieces: tuple[str, ...] = ()) -> None:
        self.shown = shown
        self.pieces = pieces


def _notice(model: Model, state: Record, env: Env, width: int, limit: int) -> _Notice:
    """That staff viewed the record; else the first notice to the person, else the first to the hall. One at a time: a strip
    goes before it."""
    if env.kit.theme.strip:
        return _Notice()
    text = _viewed(state, env)
    if text is None:
        notice = next(iter((*state.overview.notices, *model.world.notices)), None)
        if notice is None:
            return _Notice()
        text = notice.text_en if env.words.language != CHINESE and notice.text_en else notice.text
    shown = banner(env.kit, BannerSpec(Tone.INFO, text, bold=False))
    if shown.measure(width).h <= limit:
        return _Notice((shown,))
    return _Notice(pieces=_pieces(text))


def _viewed(state: Record, env: Env) -> str | None:
    """When, where and on what ground staff looked at this record: the newest, and how many more."""
    views = state.overview.views
    if not views:
        return None
    newest = views[0]
    ground = env.t(f"ground.{newest.ground.value}")
    hall = newest.hall if env.words.language == CHINESE else newest.hall_en
    said = env.t("home.viewed", at=moment(env, newest.at), hall=hall, ground=ground)
    return said if len(views) == 1 else f"{said}{env.n('home.viewed_more', len(views) - 1)}"


def _pieces(text: str) -> tuple[str, ...]:
    """Sentences, a long one cut between words or Chinese characters; together they are the text."""
    found: list[str] = []
    for sentence in re.findall(r"[^。！？；.!?;]*[。！？；.!?;]+|[^。！？；.!?;]+$", text):
        rest = sentence.strip()
        while len(rest) > 96:
            cut = rest.rfind(" ", 40, 96)
            cut = 96 if cut < 0 else cut
            found.append(rest[:cut].strip())
            rest = rest[cut:].strip()
        if rest:
            found.append(rest)
    return tuple(found)


def _list(state: Record, env: Env, pieces: Sequence[str], width: int, room: int) -> Element:
    """Every insurance with its status, in pages where they do not fit."""
    kit, theme = env.kit, env.kit.theme
    assert isinstance(state.page, HomePage)
    registrations, recent = state.overview.registrations, state.offline is not None
    rows: list[Element] = [Text(kit, piece, Type.LEGEND, line=135) for piece in pieces]
    least = theme.pick(92 if theme.landscape else 106, 116 if theme.landscape else 134)
    if recent and theme.large:
        least = 150  # two lines
    if isinstance(registrations, Absent):
        rows.append(_message(env, facts.absent_word(env, registrations), facts.absent_text(env, state, registrations)))
    elif not registrations:
        rows.append(_message(env, env.t("home.none"), None))
    else:
        rows += _rows(env, registrations, least, width, recent=recent)
    room -= 4 + (_BANNER_AROUND if pieces else 0)
    pager_height = theme.pick(80, 100)
    inside = width - 4
    of_piece = inside - 2 * theme.pick(34, 28) - theme.icon(IconSize.ROW) - 28
    heights = [row.measure(of_piece if i < len(pieces) else inside).h for i, row in enumerate(rows)]
    hairline = theme.lines.hairline
    turned = fill(heights, room, room - pager_height - 16, state.page.part, 3)  # as thick as in high contrast
    if turned.only and not pieces and not isinstance(registrations, Absent) and registrations:
        # A little air where there is room for it.
        spare = (room - sum(heights)) // len(rows) - hairline
        roomy = least + min(theme.pick(26, 30), max(0, spare))
        return list_panel(kit, _rows(env, registrations, roomy, width, recent=recent))
    read = rows[turned.first : min(turned.end, len(pieces))]
    listed = rows[max(turned.first, len(pieces)) : turned.end]
    parts: list[Element] = [_read(env, read)] if read else []
    if listed:
        parts.append(list_panel(kit, listed))
    if not turned.only:
        parts.append(part_pager(env, turned, height=pager_height))
    return Column(*parts, gap=16)


def _rows(env: Env, registrations: Sequence[Registration], height: int, width: int, *, recent: bool) -> list[Element]:
    rows: list[Element] = []
    payers: set[str] = set()
    for one in registrations:
        status = facts.status_of(env, one)
        rows.append(
            insurance_row(
                env.kit,
                InsuranceSpec(
                    icon=facts.insurance_icon(one.insurance),
                    label=facts.insurance_name(env, one.insurance),
                    text=_since(env, one, payers, recent=recent),
                    dated=recent,
                    word=status.text,
                    tone=status.tone,
                    status_icon=status.icon,
                    name=f"insurance-{one.insurance}",
                    action=OpenRegistration(one.insurance),
                    short=_large_name(env, one.insurance, status, width),
                ),
                height=height,
            )
        )
    return rows


def _large_name(env: Env, insurance: str, status: facts.StatusFact, width: int) -> str:
    """The name where it has room on one line beside the status, else the short one; alone on its line the name again."""
    kit, theme = env.kit, env.kit.theme
    name, short = facts.insurance_name(env, insurance), facts.insurance_short(env, insurance)
    label = status_label(kit, status.text, status.tone).measure(UNBOUNDED).w
    room = width - label - theme.icon(IconSize.ROW) - 2 * 24 - 36 - 30
    for text in (name, short):
        if Text(kit, text, Type.VALUE, keep=True).measure(UNBOUNDED).w <= room:
            return text
    return name


def _since(env: Env, one: Registration, payers: set[str], *, recent: bool) -> str:
    """The row's second line: since when, then the data's date when it is not today's, or who pays (said once). In an outage the
    date, on every row."""
    words = env.words
    if recent:
        return facts.as_of(env, one.origin)
    if one.merged_into is not None:
        return env.t("home.row.merged", insurance=facts.insurance_name(env, one.merged_into))
    if one.since is not None and one.until is not None:
        return fmt.months_range(words, one.since, one.until)
    older = facts.older_than_today(env, one.origin)
    if one.since is None:
        if older:
            return env.t("home.row.as_of", as_of=facts.day_of(env, one.origin))
        return env.t("home.row.body", body=facts.body_name(env, one.origin.body))
    since = fmt.month(words, one.since)
    if older:
        return env.t("home.row.since_as_of", since=since, as_of=facts.day_of(env, one.origin))
    if one.insurance in facts.NO_OWN_PART:
        return env.t("home.row.since_no_own", since=since)
    if one.payer is not None and one.payer.name not in payers:
        payers.add(one.payer.name)
        return env.t("home.row.since_payer", since=since, payer=facts.payer_value(env, one.payer))
    return env.t("home.row.since", since=since)


def _message(env: Env, title: str, text: str | None) -> Element:
    kit, theme = env.kit, env.kit.theme
    words: list[Element] = [Text(kit, title, Type.VALUE)]
    if text is not None:
        words.append(Text(kit, text, Type.LEGEND, Role.INK2, line=135))
    icon = IconBox(kit, Icon.HELP, IconSize.ROW, Role.INK2)
    return Pad(Row(icon, Flex(Column(*words)), gap=28), theme.pick(32, 28), theme.pick(28, 20))


def _read(env: Env, lines: Sequence[Element]) -> Element:
    """Sentences of a long notice in the look of a banner."""
    kit, theme = env.kit, env.kit.theme
    icon = IconBox(kit, Icon.INFO, IconSize.ROW, Role.PRIMARY)
    side = theme.pick(34, 28)
    return Panel(
        kit,
        Row(icon, Flex(Column(*lines)), gap=28),
        fill=Role.TINT,
        outline=Role.PRIMARY,
        width=theme.lines.banner,
        pad=(side, 20, side, 20),
    )


# --- what is touched ----------------------------------------------------------------------------------------------------


def _specs(state: Record, model: Model, env: Env) -> tuple[TileSpec, ...]:
    """The three questions, and the card's services. Without any registration there is no page to open: the tile says why."""
    registrations = state.overview.registrations
    note, paid, balance = _tile_notes(state, env)
    if isinstance(registrations, Absent):
        note = facts.absent_word(env, registrations)
    elif not registrations:
        note = env.t("home.none")
    contributions, accounts = _not_shown(state.overview.contributions), _not_shown(state.overview.accounts)
    return (
        TileSpec(
            env.t("home.tile.registration"),
            note,
            Icon.FACT_CHECK,
            "open-registration",
            OpenRegistration(),
            primary=True,
            enabled=not isinstance(registrations, Absent) and bool(registrations),
        ),
        TileSpec(
            env.t("home.tile.contributions"),
            paid if contributions is None else facts.absent_word(env, contributions),
            Icon.CALENDAR_MONTH,
            "open-contributions",
            OpenContributions(),
            primary=True,
            enabled=contributions is None,
        ),
        TileSpec(
            env.t("home.tile.accounts"),
            balance if accounts is None else facts.absent_word(env, accounts),
            Icon.WALLET,
            "open-accounts",
            OpenAccount(),
            primary=True,
            enabled=accounts is None,
        ),
        _services(state, model, env),
    )


def _not_shown(part: object) -> Absent | None:
    """A part that the region shows to who has the card only: the tile says so, and opens no page."""
    return part if isinstance(part, Absent) and part.absent is AbsentReason.NOT_SHOWN else None


def _tile_notes(state: Record, env: Env) -> tuple[str, str, str]:
    """What stands behind the three questions; in an outage how old it is, and how much."""
    if state.offline is None:
        keys = ("registration_note", "contributions_note", "accounts_note")
        return env.t(f"home.tile.{keys[0]}"), env.t(f"home.tile.{keys[1]}"), env.t(f"home.tile.{keys[2]}")
    stored = fmt.day(env.words, local(env, state.offline.stored).date(), env.now.date())
    insured = _common_day(env, registrations(state.overview)) or stored
    balances = _common_day(env, accounts(state.overview))
    return (
        env.t("offline.tile.registration", day=insured),
        env.t("offline.tile.contributions", months=fmt.months(env.words, KEPT_MONTHS)),
        env.t("offline.tile.accounts_several") if balances is None else env.t("offline.tile.accounts", day=balances),
    )


def _common_day(env: Env, parts: Sequence[Registration] | Sequence[Account]) -> str | None:
    """The day that all figures are of; None where they differ."""
    days = {facts.day_of(env, one.origin) for one in parts}
    return days.pop() if len(days) == 1 else None


def _services(state: Record, model: Model, env: Env) -> TileSpec:
    """Card services. They change something at central: without it the tile keeps its place and says until when."""
    away = not offers.services(model, state)
    if state.access is not Access.CARD:
        note = env.t(
            "query.tile.loss_window"
            if not offers.loss(model, state)
            else "home.tile.services_offline"
            if away
            else "query.tile.loss_note"
        )
        return TileSpec(
            env.t("query.tile.loss"), note, Icon.CREDIT_CARD_OFF, "open-services", OpenServices(), enabled=not away
        )
    return TileSpec(
        env.t("home.tile.services"),
        env.t("home.tile.services_offline" if away else "home.tile.services_note"),
        Icon.CREDIT_CARD_GEAR,
        "open-services",
        OpenServices(),
        enabled=not away,
    )


def _wrong(env: Env) -> ButtonSpec:
    return ButtonSpec(env.t("wrong.button"), "wrong", OpenWrong(), Icon.HELP)


def _privacy(env: Env) -> ButtonSpec:
    return ButtonSpec(env.t("attract.privacy"), "open-privacy", OpenPrivacy(), Icon.SHIELD_PERSON)


def _two_across(specs: Sequence[TileSpec], env: Env) -> Type | None:
    """Two tiles across with the icon beside the name, in the largest size in which every name fits beside it on a line; None:
    in none."""
    kit, theme = env.kit, env.kit.theme
    bands = theme.bands
    room = (bands.width - 2 * bands.margin - 24) // 2 - _TILE_AROUND - theme.icon(IconSize.TILE)
    for role in (Type.TILE_COMPACT,) if theme.large else (Type.TILE, Type.TILE_COMPACT):
        if all(Text(kit, spec.label, role, keep=True).measure(UNBOUNDED).w <= room for spec in specs):
            return role
    return None


def _tiles(specs: Sequence[TileSpec], env: Env, height: int) -> Element:
    """Portrait: the three questions and the card's services, two by two; one below the other where a name is too long."""
    role = _two_across(specs, env)
    if role is None:
        return Sized(_stacked(specs, env, height), h=height)
    cells = [_wide_tile(env, spec, role, _Said.BELOW, (height - 20) // 2) for spec in specs]
    return Grid(*cells, columns=2, gap=24, row_gap=20, fill=True)


def _buttons(env: Env, specs: tuple[ButtonSpec, ButtonSpec]) -> Element:
    """What is less often wanted."""
    theme = env.kit.theme
    size = ButtonSize.SMALL if theme.large else ButtonSize.CARD
    both = [replace(spec, size=size) for spec in specs]
    height = (80 if theme.large else 96) if theme.landscape else 112
    if theme.large and theme.landscape:  # half a column has room for the words alone
        both = [replace(one, icon=None) for one in both]
    return Row(*(Flex(button(env.kit, one, height=height)) for one in both), gap=24, align=Align.STRETCH)


@unique
class _Said(Enum):
    """Where a tile's description stands."""

    BELOW = "below"
    BESIDE = "beside"
    NOWHERE = "nowhere"


def _stacked(specs: Sequence[TileSpec], env: Env, height: int) -> Element:
    """One below the other, each over the whole column. All of them have their description in the same place."""
    kit, theme = env.kit, env.kit.theme
    each = (height - _TILE_GAP * (len(specs) - 1)) // len(specs)
    column = theme.bands.width - 2 * theme.bands.margin
    if theme.landscape:
        column -= 40 + (column - 40) * 17 // 30
    room = column - _TILE_AROUND - theme.icon(IconSize.TILE) - 24
    note = _note(env)

    def wide(spec: TileSpec) -> int:
        return sum(
            Text(kit, text, role).measure(UNBOUNDED).w for text, role in ((spec.label, Type.TILE), (spec.text, note))
        )

    if each >= theme.pick(100, 140):
        said = _Said.BELOW
    else:
        told = [spec for spec in specs if not theme.large or not spec.enabled]
        said = _Said.BESIDE if all(wide(spec) <= room for spec in told) else _Said.NOWHERE
    return Column(*(Flex(_wide_tile(env, spec, Type.TILE, said, 80)) for spec in specs), gap=_TILE_GAP)


def _note(env: Env) -> Type:
    return Type.NOTE if env.kit.theme.large else Type.CAPTION


def _wide_tile(env: Env, spec: TileSpec, role: Type, said: _Said, height: int) -> Element:
    kit, theme = env.kit, env.kit.theme
    ink = Role.INK2 if not spec.enabled else Role.ON_PRIMARY if spec.primary else Role.INK
    icon_ink = ink if spec.primary or not spec.enabled else Role.PRIMARY
    name = Text(kit, spec.label, role, ink, lines=1)
    words: Element = name
    # The reason of a disabled tile is a fact and stays in large text; a description goes.
    if not spec.enabled or not (theme.large or said is _Said.NOWHERE):
        note = Text(kit, spec.text, _note(env), ink, lines=2, line=125)
        words = Row(name, Spacer(least=24), note) if said is _Said.BESIDE else Column(name, note)
    row = Row(IconBox(kit, spec.icon, IconSize.TILE, icon_ink), Flex(words), gap=28)
    quiet = Role.SURFACE if spec.enabled else Role.SUNKEN
    face = Panel(
        kit,
        row,
        fill=Role.PRIMARY if spec.primary and spec.enabled else quiet,
        outline=Role.PRIMARY if spec.enabled and not spec.primary else None,
        width=theme.lines.outline,
        radius=theme.radius.panel,
        pad=(32, 0, 20, 0),
    )
    pressed = (Role.PRIMARY, Role.PRESSED) if spec.primary else (Role.SURFACE, Role.TINT)
    return Tap(
        Sized(face, h=height),
        spec.name,
        spec.action,
        enabled=spec.enabled,
        pressed=exchanged(theme, pressed) if spec.enabled else (),
        radius=theme.radius.panel,
    )
