"""Puts a screen together: header above, its content, session bar and access strip below. Pure.

def build(kit: Kit, ...) -> Page:
    return compose(kit, PageSpec(name="...", header=..., session=..., access=..., content=...))
"""

from dataclasses import dataclass

from kiosk.ui.components.bars import (
    AccessSpec,
    HeaderSpec,
    SessionSpec,
    access_strip,
    frame_bar,
    header,
    session_bar,
)
from kiosk.ui.layout import Element, Kit, Panel, Sink
from kiosk.ui.nodes import Page, Rect, RoundRect, Size
from kiosk.ui.theme import Role


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A screen's page before it is laid out.

    `content` gets the page between header and session bar inside the margins; its upper edge is `top_gap` px below the
    header (or the hero). `hero` is a band over the whole width under the header (attract, take-card, out of service) of
    `hero_height`, on `hero_ground`; in landscape it stands at the left of the content, `hero_width` wide and as high as the
    page. `ground` is the colour of the page. `strip` stands below the header over the whole width, as high as the theme says.
    """

    name: str
    header: HeaderSpec
    content: Element
    session: SessionSpec | None = None
    access: tuple[AccessSpec, ...] = ()
    hero: Element | None = None
    hero_height: int = 480
    hero_width: int = 960
    hero_ground: Role = Role.FRAME
    hero_edge: Role | None = None
    ground: Role = Role.BG
    top_gap: int = 40
    bottom_gap: int = 24
    guarded: bool = True
    strip: Element | None = None


def content_box(
    kit: Kit, *, hero_height: int = 0, hero_width: int = 0, top_gap: int = 40, bottom_gap: int = 24
) -> Rect:
    """Where `content` goes, in design px of the page; a hero is above it in portrait and at its left in landscape."""
    bands = kit.theme.bands
    above, beside = (0, hero_width) if kit.theme.landscape else (hero_height, 0)
    top, left = bands.top + above + top_gap, beside + bands.margin
    return Rect(left, top, bands.width - left - bands.margin, bands.bottom - bottom_gap - top)


def compose(kit: Kit, spec: PageSpec) -> Page:
    theme, bands = kit.theme, kit.theme.bands
    sink = Sink()
    if spec.strip is not None:
        sink.put(spec.strip, Rect(0, bands.header, bands.width, bands.strip))
    hero_height, hero_width = (spec.hero_height, spec.hero_width) if spec.hero is not None else (0, 0)
    sink.put(header(kit, spec.header), Rect(0, 0, bands.width, bands.header))
    if spec.hero is not None:
        hero = Panel(
            kit,
            spec.hero,
            fill=spec.hero_ground,
            outline=None,
            radius=0,
            pad=(bands.margin, 0, bands.margin, 0),
        )
        if theme.landscape:
            place = Rect(0, bands.header, hero_width, bands.bottom - bands.header)
            edge = Rect(place.right - 6, place.y, 6, place.h)
        else:
            place = Rect(0, bands.header, bands.width, hero_height)
            edge = Rect(0, place.bottom - 6, place.w, 6)
        sink.put(hero, place)
        if spec.hero_edge is not None:
            sink.add(RoundRect(edge, theme.colour(spec.hero_edge)))
    hairline = theme.lines.hairline
    if theme.high or spec.hero is not None:
        sink.add(RoundRect(Rect(0, bands.header - hairline, bands.width, hairline), theme.colour(Role.FRAME_EDGE)))
    box = content_box(
        kit, hero_height=hero_height, hero_width=hero_width, top_gap=spec.top_gap, bottom_gap=spec.bottom_gap
    )
    sink.put(spec.content, box)
    if theme.landscape:
        bar = Rect(0, bands.bottom, bands.width, bands.access)
        sink.put(frame_bar(kit, spec.session, spec.access), bar)
        if theme.high:
            sink.add(RoundRect(Rect(0, bar.y, bands.width, hairline), theme.colour(Role.FRAME_EDGE)))
    else:
        session = spec.session or SessionSpec()
        sink.put(session_bar(kit, session), Rect(0, bands.bottom, bands.width, bands.session))
        edge_role = Role.BORDER if theme.high or session.covered else Role.LINE
        sink.add(RoundRect(Rect(0, bands.bottom, bands.width, hairline), theme.colour(edge_role)))
        strip = Rect(0, bands.bottom + bands.session, bands.width, bands.access)
        sink.put(access_strip(kit, spec.access), strip)
        if theme.high:
            sink.add(RoundRect(Rect(0, strip.y, bands.width, hairline), theme.colour(Role.FRAME_EDGE)))
    return Page(
        spec.name,
        Size(bands.width, bands.height),
        theme.colour(spec.ground),
        tuple(sink.nodes),
        tuple(sink.targets),
        tuple(sink.texts),
        tuple(sink.overflows),
        spec.guarded,
    )
