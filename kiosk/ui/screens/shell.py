"""What all screens share: the words of the frame from the model, and a page put together from them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

from kiosk.help import Access
from kiosk.help import Role as StaffRole
from kiosk.masking import mask_name
from kiosk.ui import format as fmt
from kiosk.ui.components.bars import (
    AccessSpec,
    HeaderSpec,
    Online,
    RoleBarSpec,
    SessionSpec,
    Whereabouts,
    role_bar,
)
from kiosk.ui.components.buttons import ButtonKind, ButtonSpec
from kiosk.ui.components.status import BannerSpec, Tone, strip
from kiosk.ui.env import Env
from kiosk.ui.frame import PageSpec, compose
from kiosk.ui.icons import Icon
from kiosk.ui.layout import UNBOUNDED, Element
from kiosk.ui.nodes import Page
from kiosk.ui.theme import Type
from kiosk.ui.typeset import Text
from kiosk.visit.actions import Back, End, SetHighContrast, SetLanguage, SetLargeText
from kiosk.visit.base import screen_of
from kiosk.visit.failures import OUTAGES
from kiosk.visit.help import Staff
from kiosk.visit.states import HomePage, Link, Model, Offline, Record

_BAR_NAME: Final = 220
"""Px that the second line of the card's whereabouts has between back and exit."""


def local(env: Env, at: datetime) -> datetime:
    """A moment of a record on the hall's clock. Without an offset it is that already."""
    return at if at.tzinfo is None else at.astimezone(env.now.tzinfo)


def moment(env: Env, at: datetime) -> str:
    """`11月20日 10:32`, with the year when it is not this one."""
    return fmt.moment(env.words, local(env, at), env.now)


def header(env: Env, model: Model) -> HeaderSpec:
    language = env.words.language
    hall = env.place.hall.get(language) or next(iter(env.place.hall.values()))
    short = env.place.hall_short.get(language) or hall
    match model.world.link:
        case Link.ONLINE:
            online, word = Online.ONLINE, env.t("header.online")
        case Link.DEGRADED:
            online, word = Online.SLOW, env.t("header.degraded")
        case Link.OFFLINE:
            online, word = Online.OFFLINE, env.t("header.offline")
        case never:
            assert_never(never)
    return HeaderSpec(
        hall=hall,
        machine=env.t("header.machine", number=env.place.number),
        short=env.t("header.short", hall=short, number=env.place.number),
        online=online,
        online_word=word,
        clock=fmt.clock(env.now),
        date=fmt.header_date(env.words, env.now.date()),
        label=_label(env) if model.world.reader_is_virtual else "",
    )


def _label(env: Env) -> str:
    return env.t("header.virtual_short" if env.kit.theme.large else "header.virtual")


def access(env: Env, model: Model) -> tuple[AccessSpec, ...]:
    """The aids that exist. The language's button has the name of the next language, in that language."""
    prefs = model.prefs
    specs = [
        AccessSpec(
            Icon.TEXT_INCREASE,
            env.t("access.large"),
            "large-text",
            SetLargeText(not prefs.large_text),
            on=prefs.large_text,
        ),
        AccessSpec(
            Icon.CONTRAST,
            env.t("access.contrast"),
            "high-contrast",
            SetHighContrast(not prefs.high_contrast),
            on=prefs.high_contrast,
        ),
    ]
    codes = [language.code for language in env.languages]
    if len(codes) > 1:
        at = codes.index(prefs.language) if prefs.language in codes else -1
        other = env.languages[(at + 1) % len(codes)]
        spoken = env.t("access.language")
        action = SetLanguage(other.code)
        specs.insert(0, AccessSpec(Icon.TRANSLATE, other.name, language_target(other.code), action, spoken=spoken))
    return tuple(specs)


def language_target(code: str) -> str:
    """Name of the control that switches to a language: `language-en`, `language-zh-cn`."""
    return "language-" + code.lower().replace("_", "-")


def end_button(env: Env) -> ButtonSpec:
    return ButtonSpec(env.t("bar.exit"), "end", End(), Icon.EJECT, ButtonKind.EXIT)


def back_button(env: Env) -> ButtonSpec:
    return ButtonSpec(env.t("bar.back"), "back", Back(), Icon.ARROW_BACK)


def record_session(env: Env, record: Record) -> SessionSpec:
    """The bar of an open record: back (except at home), whose card, the way out."""
    if record.access is not Access.CARD:
        return cardless_session(env, record.access, back=not isinstance(record.page, HomePage))
    return SessionSpec(
        back=None if isinstance(record.page, HomePage) else back_button(env),
        whereabouts=Whereabouts(Icon.CREDIT_CARD, env.t("bar.card_in"), _bar_name(env, record)),
        end=end_button(env),
    )


def leave_button(env: Env) -> ButtonSpec:
    """There is no card to take."""
    return ButtonSpec(env.t("query.leave"), "end", End(), Icon.LOGOUT, ButtonKind.EXIT)


def cardless_session(env: Env, access: Access = Access.QUERY, *, back: bool = True) -> SessionSpec:
    """The bar of a resident without a card."""
    return SessionSpec(
        back=back_button(env) if back else None,
        whereabouts=Whereabouts(Icon.DIALPAD, env.t(f"query.bar.{access.value}"), env.t("query.bar.note")),
        end=leave_button(env),
    )


def _bar_name(env: Env, record: Record) -> str:
    """The masked name, where the bar has a line for it: a very long one stands on the home page only."""
    name = mask_name(record.overview.holder.name)
    return name if Text(env.kit, name, Type.NOTE, keep=True).measure(UNBOUNDED).w <= _BAR_NAME else ""


def strip_spec(env: Env, record: Record) -> BannerSpec | None:
    """What is said of the whole record: that it is recent data, of when and why; or that it has just been renewed."""
    if record.offline is not None:
        return _offline_strip(env, record.offline)
    return _refreshed_strip(env) if record.refreshed else None


def _offline_strip(env: Env, offline: Offline) -> BannerSpec:
    why = env.t("offline.asking" if offline.asking else f"{offline.reason.key}.recent")
    return BannerSpec(Tone.WARN, env.t("offline.as_of", as_of=moment(env, offline.stored)), why, Icon.CLOUD_OFF)


def _refreshed_strip(env: Env) -> BannerSpec:
    return BannerSpec(Tone.INFO, env.t("offline.refreshed"), env.t("offline.refreshed_note"), Icon.CLOUD_DONE)


def with_strip(env: Env, record: Record) -> Env:
    """For a record with a strip: pages begin below it. It is as high with any of its texts, so that nothing moves away under a
    finger when the reason changes or the answer comes after all."""
    if strip_spec(env, record) is None:
        return env
    kit = env.kit
    high = max(strip(kit, spec).measure(kit.theme.bands.width).h for spec in _strips(env, record))
    return replace(env, kit=replace(kit, theme=replace(kit.theme, strip=high)))


def _strips(env: Env, record: Record) -> Iterator[BannerSpec]:
    yield _refreshed_strip(env)
    stored = env.now if record.offline is None else record.offline.stored
    for reason in OUTAGES:
        for asking in (False, True):
            yield _offline_strip(env, Offline(reason, stored, asking))


# --- staff ------------------------------------------------------------------------------------------------------------


def role_spec(env: Env, staff: Staff) -> RoleBarSpec:
    """Who is signed in, and that it is recorded; before that, that this is the staff's own page."""
    if staff.role is None:
        return RoleBarSpec(env.t("staff.bar.sign_in"), env.t("staff.bar.sign_in_recorded"))
    title = env.t("staff.bar", role=env.t(f"staff.role.{staff.role.value}"), number=staff.number)
    if staff.role is StaffRole.TECHNICIAN:
        return RoleBarSpec(title, env.t("staff.bar.no_records"), text_icon=Icon.BUILD)
    return RoleBarSpec(title, env.t("staff.bar.recorded"))


def with_role_bar(env: Env, staff: Staff) -> Env:
    """Pages of staff begin below the role bar."""
    kit = env.kit
    high = max(kit.theme.bands.role_bar, role_bar(kit, role_spec(env, staff)).measure(kit.theme.bands.width).h)
    return replace(env, kit=replace(kit, theme=replace(kit.theme, strip=high)))


def staff_session(env: Env, staff: Staff, *, back: bool = True) -> SessionSpec:
    """The bar of a staff session: one step back, where the staff card is, the way out."""
    card = "staff.card_in" if staff.insertion else "staff.no_card"
    leave = env.t("staff.leave" if staff.role is None else "staff.sign_out")
    return SessionSpec(
        back=back_button(env) if back else None,
        whereabouts=Whereabouts(
            Icon.BADGE, env.t(card), env.t(f"{card}.note") if staff.insertion or staff.role else ""
        ),
        end=ButtonSpec(leave, "end", End(), Icon.LOGOUT, ButtonKind.EXIT),
    )


def _below_header(env: Env, model: Model) -> Element | None:
    """What stands over the whole width below the header; the page's room for it is in the theme."""
    match model.state:
        case Record() as record:
            said = strip_spec(env, record)
            return None if said is None else strip(env.kit, said)
        case Staff() as staff:
            return role_bar(env.kit, role_spec(env, staff))
        case _:
            return None


def page(
    env: Env, model: Model, content: Element, session: SessionSpec, *, top_gap: int = 32, bottom_gap: int = 24
) -> Page:
    """A page without a hero: header, content, session bar, access strip."""
    return compose(
        env.kit,
        PageSpec(
            name=screen_of(model).value,
            header=header(env, model),
            content=content,
            session=session,
            access=access(env, model),
            top_gap=top_gap,
            bottom_gap=bottom_gap,
            strip=_below_header(env, model),
        ),
    )
