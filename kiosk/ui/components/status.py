"""Headings, status labels, banners and the code strip: what a page says before anything is touched."""

from dataclasses import dataclass
from enum import Enum, unique

from kiosk.ui.components.fitting import Beside
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Kit, Pad, Panel, Placed, Row, Sized
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text, TextLike


@unique
class Tone(Enum):
    """(ink, tint, icon). A tone never stands alone: icon and word go with it."""

    OK = (Role.OK, Role.OK_TINT, Icon.CHECK_CIRCLE)
    WARN = (Role.WARN, Role.WARN_TINT, Icon.WARNING)
    BAD = (Role.BAD, Role.BAD_TINT, Icon.ERROR)
    NEUTRAL = (Role.INK2, Role.SUNKEN, Icon.BLOCK)
    INFO = (Role.PRIMARY, Role.TINT, Icon.SYNC)
    UNKNOWN = (Role.INK2, Role.SUNKEN, Icon.HELP)

    @property
    def ink(self) -> Role:
        return self.value[0]

    @property
    def tint(self) -> Role:
        return self.value[1]

    @property
    def icon(self) -> Icon:
        return self.value[2]


def status_label(kit: Kit, word: str, tone: Tone, *, icon: Icon | None = None, big: bool = False) -> Element:
    """Icon and word on a tint. `big`: beside a title."""
    theme = kit.theme
    height = theme.pick(68 if big else 56, 92 if big else 84)
    content = Row(
        IconBox(kit, icon or tone.icon, theme.pick(44, 56) if big else IconSize.LABEL, tone.ink),
        Text(kit, word, Type.VALUE if big else Type.LABEL, tone.ink, bold=True, lines=1),
        gap=10,
    )
    face = Panel(
        kit,
        Placed(Pad(content, 16, 0, 22, 0)),
        fill=tone.tint,
        outline=tone.ink if theme.high else None,
        width=2,
        radius=height // 2,
    )
    return Sized(face, h=height)


def heading(kit: Kit, title: TextLike, lead: TextLike | None = None, *, beside: Element | None = None) -> Element:
    """The page's title, what stands at its right, and the sentence below it (left out in large text by the caller)."""
    top: Element = Text(kit, title, Type.H1, lines=2)
    if beside is not None:
        top = Row(Flex(top), beside, gap=24)
    if lead is None:
        return top
    return Column(top, Text(kit, lead, Type.BODY, Role.INK2, shrink=True), gap=kit.theme.pick(12, 8))


def status_heading(kit: Kit, icon: Icon, colour: Role, title: TextLike, lead: TextLike, *, size: int = 132) -> Element:
    """A result page's head: a large icon beside title and sentence."""
    words = Column(Text(kit, title, Type.H1, lines=2), Text(kit, lead, Type.BODY, Role.INK2), gap=12)
    return Row(IconBox(kit, icon, size, colour), Flex(words), gap=32)


@dataclass(frozen=True, slots=True)
class BannerSpec:
    """INFO, WARN or BAD; one or two bold lines, then a line of detail. Without detail the line may be plain."""

    tone: Tone
    text: TextLike
    detail: TextLike | None = None
    icon: Icon | None = None
    bold: bool = True


def banner(kit: Kit, spec: BannerSpec) -> Element:
    theme = kit.theme
    icon = spec.icon or (Icon.INFO if spec.tone is Tone.INFO else Icon.WARNING)
    words: list[Element] = [Text(kit, spec.text, Type.BODY, Role.INK, bold=spec.bold, line=135)]
    if spec.detail is not None:
        words.append(Text(kit, spec.detail, Type.LEGEND, Role.INK, line=135))
    row = Row(IconBox(kit, icon, IconSize.ROW, spec.tone.ink), Flex(Column(*words, gap=2)), gap=theme.pick(28, 24))
    return Panel(
        kit,
        row,
        fill=spec.tone.tint,
        outline=spec.tone.ink,
        width=theme.lines.banner,
        radius=theme.radius.panel,
        pad=(theme.pick(34, 28), 20, theme.pick(34, 28), 20),
    )


def strip(kit: Kit, spec: BannerSpec) -> Element:
    """A banner over the whole width of the page, below the header: what is said of everything on it. In landscape its detail
    stands beside the line where it has room."""
    theme = kit.theme
    title = Text(kit, spec.text, Type.LABEL, Role.INK, bold=True)
    words: Element = title
    if spec.detail is not None:
        detail = Text(kit, spec.detail, Type.NOTE, Role.INK)
        words = Column(title, detail)
        if theme.landscape:
            words = Beside(Row(title, detail, gap=theme.pick(40, 32)), words)
    icon = IconBox(kit, spec.icon or spec.tone.icon, theme.pick(52, 60), spec.tone.ink)
    side, above = theme.bands.margin, 2 if theme.landscape else theme.pick(12, 6)
    face = Panel(
        kit,
        Row(icon, Flex(words), gap=theme.pick(28, 24)),
        fill=spec.tone.tint,
        outline=None,
        radius=0,
        pad=(side, above, side, above),
    )
    edge = Sized(Panel(kit, Row(), fill=spec.tone.ink, outline=None, radius=0), h=theme.lines.banner)
    return Column(Flex(face), edge)


def note(
    kit: Kit,
    icon: Icon,
    text: TextLike,
    *,
    colour: Role = Role.INK2,
    icon_colour: Role | None = None,
    centred: bool = False,
    role: Type = Type.LEGEND,
) -> Element:
    """An icon and a sentence on the page: advice, source, privacy."""
    words = Text(kit, text, role, colour)
    row = Row(
        IconBox(kit, icon, IconSize.CAPTION, icon_colour or colour),
        words if centred else Flex(words),
        gap=18,
        align=Align.CENTER if centred else Align.START,
    )
    return Placed(row, Align.CENTER, Align.START) if centred else row


def code_strip(kit: Kit, text: TextLike, code: str, *, detail: TextLike | None = None, big: bool = False) -> Element:
    """The failure's code for staff, never broken. `big` or large text: below the sentence, with a detail line."""
    theme = kit.theme
    sentence = Text(kit, text, Type.LEGEND, Role.INK2)
    size = Type.CODE_BIG if big else Type.CODE
    lines: list[Element] = [sentence, Text(kit, code, size, keep=True)]
    if detail is not None:
        lines.append(Text(kit, detail, Type.LEGEND, Role.INK2))
    content: Element = Column(*lines, gap=6)
    if not big and not theme.large:
        icon = IconBox(kit, Icon.SUPPORT_AGENT, IconSize.BUTTON, Role.INK2)
        content = Beside(Row(icon, Flex(sentence), Text(kit, code, size, keep=True), gap=24), content)
    return Panel(
        kit,
        content,
        fill=Role.SUNKEN,
        outline=Role.LINE,
        pad=(theme.pick(40, 32), theme.pick(30, 24), theme.pick(40, 32), theme.pick(30, 24)),
    )


def steps(kit: Kit, texts: tuple[TextLike, ...], *, gap: int = 40) -> Element:
    """What to do, in order: numbers in discs."""
    theme = kit.theme
    side = theme.pick(64, 84)
    rows: list[Element] = []
    for number, text in enumerate(texts, 1):
        disc = Sized(
            Panel(
                kit,
                Placed(Text(kit, str(number), Type.VALUE, Role.ON_PRIMARY, keep=True)),
                fill=Role.PRIMARY,
                outline=None,
                radius=side // 2,
            ),
            w=side,
            h=side,
        )
        rows.append(Row(disc, Flex(Text(kit, text, Type.BODY)), gap=28))
    return Column(*rows, gap=theme.pick(gap, gap * 3 // 4))
