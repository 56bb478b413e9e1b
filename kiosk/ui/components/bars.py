"""The frame of a page: header, session bar, access strip, and in landscape the frame bar that merges the last two."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import Enum, unique

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button, exchanged
from kiosk.ui.components.fitting import Beside
from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    Align,
    Column,
    Element,
    Flex,
    IconBox,
    Kit,
    Pad,
    Panel,
    Placed,
    Row,
    Sized,
    Spacer,
    Spread,
    Tap,
)
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text


@unique
class Online(Enum):
    ONLINE = "online"
    SLOW = "slow"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class HeaderSpec:
    """Whose hall, which machine, is it online, what time is it. `short` stands for both lines in large text.

    `label` takes the second line's place and is meant to be seen: that this is no real machine.
    """

    hall: str
    machine: str
    short: str
    online: Online
    online_word: str
    clock: str
    date: str
    label: str = ""


def header(kit: Kit, spec: HeaderSpec) -> Element:
    theme = kit.theme
    side = theme.pick(64, 80)
    mark = Sized(
        Panel(
            kit,
            Placed(IconBox(kit, Icon.ID_CARD, theme.pick(44, 56), Role.FRAME)),
            fill=Role.ON_FRAME,
            outline=None,
            radius=theme.pick(12, 14),
        ),
        w=side,
        h=side,
    )
    names: Element
    if theme.large:
        names = Text(kit, spec.short, Type.HALL, Role.ON_FRAME, lines=1 if spec.label else 2)
        if spec.label:
            names = Column(names, Row(_label(kit, spec.label)), gap=2)
        clock: Element = Text(kit, spec.clock, Type.CLOCK, Role.ON_FRAME, keep=True)
    else:
        names = Column(
            Text(kit, spec.hall, Type.HALL, Role.ON_FRAME, lines=2, line=130),
            Row(_label(kit, spec.label)) if spec.label else Text(kit, spec.machine, Type.SMALL, Role.ON_FRAME, lines=2),
        )
        clock = Column(
            Text(kit, spec.clock, Type.CLOCK, Role.ON_FRAME, keep=True, align=Align.END, line=100),
            Text(kit, spec.date, Type.SMALL, Role.ON_FRAME, align=Align.END, lines=1, line=100),
            align=Align.END,
            gap=-10,
        )
    return Panel(
        kit,
        Row(mark, Flex(names), _pill(kit, spec), clock, gap=theme.pick(20, 24)),
        fill=Role.FRAME,
        outline=None,
        radius=0,
        pad=(theme.bands.margin, 0, theme.bands.margin, 0),
    )


def _label(kit: Kit, text: str) -> Element:
    theme = kit.theme
    return Panel(
        kit,
        Pad(Text(kit, text, Type.SMALL, Role.WARN, bold=True, lines=1), 14, 0, 14, 1),
        fill=Role.FRAME if theme.high else Role.WARN_TINT,
        outline=Role.WARN if theme.high else None,
        width=2,
        radius=10,
    )


def _pill(kit: Kit, spec: HeaderSpec) -> Element:
    theme = kit.theme
    good = spec.online is Online.ONLINE
    ink, tint = (Role.OK, Role.OK_TINT) if good else (Role.WARN, Role.WARN_TINT)
    height = theme.pick(56, 76)
    icon = Icon.CLOUD_DONE if spec.online is not Online.OFFLINE else Icon.CLOUD_OFF
    content = Row(
        IconBox(kit, icon, theme.pick(36, 46), ink), Text(kit, spec.online_word, Type.PILL, ink, lines=1), gap=10
    )
    return Pad(
        Sized(
            Panel(
                kit,
                Placed(Pad(content, 16, 0, 22, 0)),
                fill=Role.FRAME if theme.high else tint,
                outline=ink if theme.high else None,
                width=3,
                radius=height // 2,
            ),
            h=height,
        ),
        0,
        0,
        theme.pick(8, 4),
        0,
    )


@dataclass(frozen=True, slots=True)
class RoleBarSpec:
    """Who of the staff is at the kiosk, and what becomes of what they do."""

    title: str
    text: str
    icon: Icon = Icon.BADGE
    text_icon: Icon = Icon.EDIT_NOTE


def role_bar(kit: Kit, spec: RoleBarSpec) -> Element:
    """Below the header: a resident sees at once that this is not their session."""
    theme = kit.theme
    icon = theme.pick(52, 60)
    who = Text(kit, spec.title, Type.LABEL, Role.INK, bold=True, lines=1)
    what = Text(kit, spec.text, Type.NOTE if theme.large else Type.CAPTION, Role.INK, lines=1)
    signed = Row(IconBox(kit, icon=spec.text_icon, size=theme.pick(44, 52), colour=Role.WARN), what, gap=14)
    left = IconBox(kit, spec.icon, icon, Role.WARN)
    gap = theme.pick(20, 18)
    beside = Row(left, Flex(who), signed, gap=gap)
    below = Row(left, Flex(Column(who, what)), gap=gap)
    side, above = theme.bands.margin, theme.pick(10, 6)
    face = Panel(
        kit,
        Beside(beside, below),
        fill=Role.WARN_TINT,
        outline=None,
        radius=0,
        pad=(side, above, side, above),
    )
    edge = Sized(Panel(kit, Row(), fill=Role.WARN, outline=None, radius=0), h=theme.lines.banner)
    return Column(Flex(face), edge)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the card is, in two lines: in the slot, and whose (masked) or in which state."""

    icon: Icon
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Words in the place of the exit where there is nothing to press: "the card can be taken now". An icon, or a drawing."""

    icon: Icon | Element
    text: str


@dataclass(frozen=True, slots=True)
class SessionSpec:
    """The bar that never goes away in a visit. `choices` (before a card: languages, privacy) take the whole bar."""

    back: ButtonSpec | None = None
    whereabouts: Whereabouts | None = None
    end: ButtonSpec | Hint | None = None
    choices: tuple[ButtonSpec, ...] = ()
    covered: bool = False  # under a question that hides the page: the bar is sunken, too


def _whereabouts(
    kit: Kit, spec: Whereabouts, ink: Role, ink2: Role, icon_ink: Role, *, narrow: bool = False
) -> Element:
    theme = kit.theme
    title = Text(kit, spec.title, Type.ACCESS if narrow else Type.BUTTON_SMALL, ink, lines=2)
    words: Element = title
    # In large text the second line is shown where it fits beside the exit: it repeats what the page says.
    if spec.text and not theme.large:
        words = Column(title, Text(kit, spec.text, Type.NOTE, ink2, lines=1))
    if narrow:
        return words
    return Row(IconBox(kit, spec.icon, theme.pick(64, 76), icon_ink), Flex(words), gap=20)


def session_bar(kit: Kit, spec: SessionSpec) -> Element:
    """Portrait."""
    theme = kit.theme
    parts: list[Element] = []
    narrow = theme.large and spec.back is not None  # between two large buttons the words need the icon's room
    if spec.choices:
        parts.append(Flex(Spread(*(button(kit, choice) for choice in spec.choices), gap=24)))
    else:
        if spec.back is not None:
            parts.append(Sized(button(kit, spec.back), w=theme.pick(220, 260)))
        parts.append(
            Flex(_whereabouts(kit, spec.whereabouts, Role.INK, Role.INK2, Role.PRIMARY, narrow=narrow))
            if spec.whereabouts is not None
            else Spacer()
        )
        if isinstance(spec.end, Hint):
            hint = _hint(kit, spec.end, Role.PRIMARY)
            parts.append(Flex(hint) if theme.large and spec.whereabouts is not None else hint)
        elif spec.end is not None:
            parts.append(button(kit, spec.end))
    row = Row(*parts, gap=theme.pick(24, 20))
    return Panel(
        kit,
        row,
        fill=Role.SUNKEN if spec.covered else Role.SURFACE,
        outline=None,
        radius=0,
        pad=(theme.bands.margin, 0, theme.bands.margin, 0),
    )


def _hint(kit: Kit, spec: Hint, ink: Role) -> Element:
    sign = spec.icon if isinstance(spec.icon, Element) else IconBox(kit, spec.icon, kit.theme.pick(52, 60), ink)
    return Row(
        sign,
        Text(kit, spec.text, Type.BUTTON_CARD, ink, lines=2),
        gap=16,
    )


@dataclass(frozen=True, slots=True)
class AccessSpec:
    """One access aid: its icon and word, and whether it is on."""

    icon: Icon
    label: str
    name: str
    action: Hashable
    on: bool = False
    spoken: str = ""


def _access_button(kit: Kit, spec: AccessSpec) -> Element:
    theme = kit.theme
    ink = Role.FRAME if spec.on else Role.ON_FRAME
    content = Column(
        IconBox(kit, Icon.CHECK if spec.on else spec.icon, theme.pick(40, 52), ink),
        Text(kit, spec.label, Type.ACCESS, ink, align=Align.CENTER, lines=1, line=110),
        align=Align.CENTER,
    )
    face = Panel(
        kit,
        Placed(Pad(content, 6, 4)),
        fill=Role.ON_FRAME if spec.on else Role.FRAME_BTN,
        outline=Role.FRAME_BTN_EDGE if theme.high else None,
        width=3,
        radius=theme.radius.control,
    )
    held = (
        (Role.ON_FRAME, Role.INK2 if theme.high else Role.TINT) if spec.on else (Role.FRAME_BTN, Role.FRAME_BTN_PRESSED)
    )
    return Tap(
        face,
        spec.name,
        spec.action,
        pressed=exchanged(theme, held),
        radius=theme.radius.control,
        spoken=spec.spoken,
    )


def access_strip(kit: Kit, specs: tuple[AccessSpec, ...]) -> Element:
    """Portrait. Only the aids that exist; they share the width."""
    theme = kit.theme
    row = Row(*(Flex(Sized(_access_button(kit, s), h=theme.pick(96, 136))) for s in specs), gap=18)
    return Panel(
        kit,
        row,
        fill=Role.FRAME,
        outline=None,
        radius=0,
        pad=(theme.bands.margin, 12, theme.bands.margin, 12),
    )


def frame_bar(kit: Kit, session: SessionSpec | None, access: tuple[AccessSpec, ...]) -> Element:
    """Landscape: back, card, access aids, exit in one bar on the frame."""
    theme = kit.theme
    height = theme.pick(112, 128)
    parts: list[Element] = []
    end: Element | None = None
    if session is not None:
        if session.back is not None:
            back = button(kit, _on_frame(session.back, ButtonKind.FRAME), height=height)
            parts.append(Sized(back, w=theme.pick(224, 280)))
        if session.whereabouts is not None:
            parts.append(Flex(_whereabouts(kit, session.whereabouts, Role.ON_FRAME, Role.ON_FRAME, Role.ON_FRAME)))
        for choice in session.choices:
            # The chosen one is light on the frame and the others dark, as the access aids beside them.
            kind = ButtonKind.FRAME if choice.kind is ButtonKind.PRIMARY else ButtonKind.FRAME_QUIET
            spec = replace(choice, kind=kind, size=ButtonSize.NORMAL)
            parts.append(Sized(button(kit, spec, height=height), w=theme.pick(280, 320)))
        if isinstance(session.end, Hint):
            end = _hint(kit, session.end, Role.ON_FRAME)
        elif session.end is not None:
            end = button(kit, _on_frame(session.end, ButtonKind.FRAME_EXIT), height=height)
    if not any(isinstance(part, Flex) for part in parts):
        parts.append(Spacer())
    wide = theme.pick(144, 216)
    parts.append(
        Row(*(Sized(_access_button(kit, s), w=wide, h=theme.pick(104, 128)) for s in access), gap=theme.pick(18, 18))
    )
    if end is not None:
        parts.append(end)
    return Panel(
        kit,
        Row(*parts, gap=theme.pick(28, 24)),
        fill=Role.FRAME,
        outline=None,
        radius=0,
        pad=(theme.bands.margin, 0, theme.bands.margin, 0),
    )


def _on_frame(spec: ButtonSpec, kind: ButtonKind) -> ButtonSpec:
    if spec.kind is ButtonKind.PRIMARY:
        return spec
    return replace(spec, kind=kind, size=ButtonSize.NORMAL)
