"""The idle page: from three metres what to do, from one metre how the card goes in, at the screen what else is possible.

It does not move, and nothing on it is personal.
"""

from dataclasses import replace

from kiosk.model import Notice
from kiosk.region import CHINESE
from kiosk.ui.components.bars import AccessSpec, SessionSpec
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.fitting import FirstFit, fitted_picture, pointer
from kiosk.ui.components.pictures import CardPicture
from kiosk.ui.components.status import BannerSpec, Tone, banner, note
from kiosk.ui.env import Env
from kiosk.ui.frame import PageSpec, compose
from kiosk.ui.icons import Icon
from kiosk.ui.layout import UNBOUNDED, Align, Column, Element, Flex, Grid, IconBox, Nothing, Panel, Placed, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import SHRINK, Text
from kiosk.visit import offers
from kiosk.visit.actions import OpenPrivacy, SetLanguage
from kiosk.visit.base import screen_of
from kiosk.visit.help import OpenQuery, OpenStaffSignIn
from kiosk.visit.states import Idle, Link, Model

IN_THE_BAR = 3
"""So many languages stand beside the privacy notice in the session bar; more have a grid of their own."""

HERO_MOST = 640
"""Px of a portrait page that the headline's band may take: below it stands how the card goes in."""


def build(state: Idle, model: Model, env: Env) -> Page:
    kit = env.kit
    theme = kit.theme
    hero, height = _hero(env)
    languages = _languages(model, env)
    many = len(languages) > IN_THE_BAR
    privacy = ButtonSpec(env.t("attract.privacy"), "privacy", OpenPrivacy(), Icon.POLICY)
    lines: list[Element] = []
    if model.world.reader_is_virtual:
        lines.append(note(kit, Icon.INFO, env.t("notice.virtual_reader"), centred=not theme.large))
    said = _notice(model, env, lean=False)
    how = Text(kit, env.t("attract.how"), Type.H2, align=Align.CENTER)
    # What is touched keeps its distance, however little room there is.
    entries = [*_entries(model, env), *_grid(languages if many else [], env)]
    touched = [Column(*entries, gap=theme.pick(32, 20))] if entries else []
    # Smaller in the order of what people can do without: the header says too that the reader is a virtual one.
    content = FirstFit(
        *(
            Column(*said, Flex(middle), how, _slot(env), *more, *touched, gap=gap)
            for said, middle, more, gap in (
                (said, fitted_picture(kit, CardPicture.INSERT), lines, theme.pick(32, 20)),
                (said, fitted_picture(kit, CardPicture.INSERT), [], 20),
                (_notice(model, env, lean=True), Spacer(), [], 12),
                # A notice too long for its page gives way: how the card goes in must stand there whole.
                ([], Spacer(), [], 12),
            )
        )
    )
    return compose(
        kit,
        PageSpec(
            name=screen_of(model).value,
            header=shell.header(env, model),
            content=content,
            session=SessionSpec(choices=(privacy,) if many else (*languages, privacy)),
            access=_aids(model, env),
            hero=hero,
            hero_height=height,
        ),
    )


def _hero(env: Env) -> tuple[Element, int]:
    """The headline and its height: a language with long words gets a smaller one, and in large text does without
    the three points."""
    kit = env.kit
    theme = kit.theme
    points = [
        Row(
            IconBox(kit, icon, theme.pick(44, 60), Role.ON_FRAME),
            Flex(Text(kit, env.t(key), Type.BUTTON_SMALL, Role.ON_FRAME)),
            gap=16,
        )
        for icon, key in (
            (Icon.SAVINGS, "attract.free"),
            (Icon.SHIELD_PERSON, "attract.clears"),
            (Icon.BACK_HAND, "attract.cover"),
        )
    ]
    row: Element = Column(*points, gap=16) if theme.large or theme.landscape else Grid(*points, columns=3, gap=24)
    lead = Text(kit, env.t("attract.lead"), Type.HERO, Role.ON_FRAME)
    small = Text(kit, env.t("attract.title"), Type.TITLE, Role.ON_FRAME, shrink=False)
    title = Text(kit, env.t("attract.title"), Type.DISPLAY, Role.ON_FRAME, shrink=False)
    forms = (
        Column(title, Nothing(0, theme.pick(16, 8)), lead, Nothing(0, theme.pick(40, 20)), row),
        Column(small, Nothing(0, theme.pick(16, 8)), lead, Nothing(0, theme.pick(40, 20)), row),
        Column(title, Nothing(0, 16), lead),
        Column(small, Nothing(0, 8), lead),
    )
    if theme.landscape:
        return FirstFit(*(Placed(form, Align.STRETCH) for form in forms)), 0
    width = theme.bands.width - 2 * theme.bands.margin
    heights = [form.measure(width).h + theme.pick(96, 64) for form in forms]
    at = next((i for i, height in enumerate(heights) if height <= HERO_MOST), len(forms) - 1)
    return Placed(forms[at], Align.STRETCH), max(480, heights[at])


def _languages(model: Model, env: Env) -> list[ButtonSpec]:
    """Each in its own words; the chosen one has a check."""
    return [
        ButtonSpec(
            language.name,
            shell.language_target(language.code),
            SetLanguage(language.code),
            Icon.CHECK if language.code == model.prefs.language else None,
            ButtonKind.PRIMARY if language.code == model.prefs.language else ButtonKind.SECONDARY,
        )
        for language in env.languages
    ]


def _notice(model: Model, env: Env, *, lean: bool) -> list[Element]:
    """Who is served in an outage; else one of the hall's notices at most, the first."""
    if model.world.link is Link.OFFLINE:
        days = model.rules.recent_days
        text = env.n("offline.attract", days) if days else env.t("offline.attract_nobody")
        icon, tone = Icon.CLOUD_OFF, Tone.WARN
    elif model.world.notices:
        text, icon, tone = _text(model.world.notices[0], env), Icon.INFO, Tone.INFO
    else:
        return []
    if lean:
        return [note(env.kit, icon, text, role=Type.NOTE)]
    return [banner(env.kit, BannerSpec(tone, text, icon=icon, bold=False))]


def _grid(languages: list[ButtonSpec], env: Env) -> list[Element]:
    """More languages than the bar takes."""
    if not languages:
        return []
    theme = env.kit.theme
    columns = 2 if theme.large or theme.landscape else 3
    if len(languages) <= (4 if columns == 2 else 6):
        return [Grid(*(button(env.kit, each) for each in languages), columns=columns, gap=20)]
    small = [button(env.kit, replace(each, size=ButtonSize.SMALL)) for each in languages]
    # A name in its own language is never broken: fewer columns rather than that.
    widest = max(each.measure(UNBOUNDED).w for each in small)
    room = theme.bands.width - (960 if theme.landscape else 0) - 2 * theme.bands.margin
    fitting = (
        count for count in (columns + 1, columns) if widest * SHRINK // 100 <= (room - 20 * (count - 1)) // count
    )
    return [Grid(*small, columns=next(fitting, 1), gap=20)]


def _entries(model: Model, env: Env) -> list[Element]:
    """Without a card; of staff, where they have no cards or these open nothing now."""
    said = {
        OpenQuery: ("query.open", "open-query", Icon.DIALPAD),
        OpenStaffSignIn: ("staff.open", "open-staff", Icon.BADGE),
    }
    found: list[Element] = []
    for action in offers.from_attract(model):
        key, name, icon = said[type(action)]
        found.append(button(env.kit, ButtonSpec(env.t(key), name, action, icon)))
    return [Grid(*found, columns=len(found), gap=24)] if found else []


def _slot(env: Env) -> Element:
    """Where the slot is: a pill with an arrow that turns with it."""
    kit = env.kit
    theme = kit.theme
    arrow = pointer(kit, env.place.slot, theme.pick(52, 68), Role.PRIMARY)
    words = Text(kit, env.t(f"slot.{env.place.slot}"), Type.BUTTON_CARD, Role.PRIMARY)
    pill = Panel(
        kit, Row(arrow, words, gap=20), fill=Role.TINT, outline=None, radius=theme.pick(44, 58), pad=(36, 16, 44, 16)
    )
    return Placed(pill)


def _text(notice: Notice, env: Env) -> str:
    return notice.text if env.words.language == CHINESE or not notice.text_en else notice.text_en


def _aids(model: Model, env: Env) -> tuple[AccessSpec, ...]:
    """Languages are buttons of their own here."""
    return tuple(aid for aid in shell.access(env, model) if not isinstance(aid.action, SetLanguage))
