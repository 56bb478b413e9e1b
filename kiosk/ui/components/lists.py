"""Lists in panels: insurances with their status, facts with an icon, steps under way, keys with their values."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum, unique

from kiosk.ui.components.buttons import exchanged
from kiosk.ui.components.flow import Ends
from kiosk.ui.components.status import Tone, status_label
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Flex, IconBox, Kit, Pad, Panel, Row, Rule, Sized, Tap
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text, TextLike


def ruled(kit: Kit, rows: Sequence[Element], *, last: bool = False) -> Element:
    """Rows with a hairline between them, and below the last one on demand."""
    parts: list[Element] = []
    for i, row in enumerate(rows):
        if i:
            parts.append(Rule(kit))
        parts.append(row)
    if last and rows:
        parts.append(Rule(kit))
    return Column(*parts)


def list_panel(kit: Kit, rows: Sequence[Element]) -> Element:
    """Rows on one panel."""
    return Panel(kit, ruled(kit, rows), pad=(2, 2, 2, 2))


@dataclass(frozen=True, slots=True)
class InsuranceSpec:
    """`text`: since, then employer or data date; goes in large text, but for figures that are not of today (`dated`). `short`
    stands for the name there. No `word`: no status."""

    icon: Icon
    label: str
    text: str
    word: str
    tone: Tone
    status_icon: Icon | None = None
    name: str = ""
    action: Hashable = None
    short: str = ""
    dated: bool = False


def insurance_row(kit: Kit, spec: InsuranceSpec, *, height: int | None = None) -> Element:
    """One insurance of the home page. With an action the whole row is a shortcut."""
    theme = kit.theme
    label = (spec.short or spec.label) if theme.large else spec.label
    words: list[Element] = [Text(kit, label, Type.VALUE, lines=2, line=135)]
    if spec.text and not theme.large:
        words.append(Text(kit, spec.text, Type.NOTE, Role.INK2, line=130))
    parts: list[Element] = [IconBox(kit, spec.icon, IconSize.ROW, Role.PRIMARY), Flex(Column(*words))]
    if spec.word:
        status = status_label(kit, spec.word, spec.tone, icon=spec.status_icon)
        if theme.large:  # a status that leaves no room for the name stands below it
            named: list[Element] = [Ends(words[0], status)]
            if spec.text and spec.dated:
                named.append(Text(kit, spec.text, Type.NOTE, Role.INK2, line=130))
            parts[-1] = Flex(Column(*named))
        else:
            parts.append(status)
    row = Row(*parts, gap=theme.pick(28, 24))
    face = Panel(
        kit,
        Pad(row, theme.pick(32, 36), 0, theme.pick(32, 30), 0),
        fill=Role.SURFACE,
        outline=None,
        radius=theme.radius.panel - 2,
    )
    sized = Sized(face, h=theme.pick(106, 134) if height is None else height)
    if spec.action is None:
        return sized
    return Tap(
        sized,
        spec.name,
        spec.action,
        pressed=exchanged(theme, (Role.SURFACE, Role.TINT)),
        radius=theme.radius.panel - 2,
    )


def fact_row(
    kit: Kit, icon: Icon, title: TextLike, text: TextLike | None = None, *, colour: Role = Role.PRIMARY
) -> Element:
    """An icon, a bold line and what it means."""
    theme = kit.theme
    words: list[Element] = [Text(kit, title, Type.VALUE, line=135)]
    if text is not None:
        words.append(Text(kit, text, Type.LEGEND, Role.INK2, line=135))
    row = Row(IconBox(kit, icon, IconSize.ROW, colour), Flex(Column(*words)), gap=32)
    return Pad(row, theme.pick(40, 28), 18)


def info_row(kit: Kit, icon: Icon, text: TextLike) -> Element:
    """The last row of a list that says something about the list."""
    row = Row(IconBox(kit, icon, IconSize.CAPTION, Role.INK2), Flex(Text(kit, text, Type.LEGEND, Role.INK2)), gap=24)
    return Pad(row, kit.theme.pick(40, 28), 24)


@unique
class Progress(Enum):
    DONE = "done"
    NOW = "now"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class ProgressSpec:
    label: str
    word: str
    progress: Progress


def progress_list(kit: Kit, specs: Sequence[ProgressSpec], info: TextLike | None = None) -> Element:
    """Steps that are really taken, with a sign and a word each. No spinner."""
    theme = kit.theme
    rows: list[Element] = []
    for spec in specs:
        match spec.progress:
            case Progress.DONE:
                icon, colour, ink, bold = Icon.CHECK_CIRCLE, Role.OK, Role.INK, True
            case Progress.NOW:
                icon, colour, ink, bold = Icon.RADIO_CHECKED, Role.PRIMARY, Role.INK, True
            case Progress.WAITING:
                icon, colour, ink, bold = Icon.RADIO_UNCHECKED, Role.BORDER, Role.INK2, False
        row = Row(
            IconBox(kit, icon, IconSize.ROW, colour),
            Flex(Text(kit, spec.label, Type.BODY, ink, bold=bold)),
            Text(kit, spec.word, Type.LEGEND, Role.INK2, lines=1),
            gap=32,
        )
        rows.append(Sized(row, h=theme.pick(114, 136)))
    if info is not None:
        line = Row(
            IconBox(kit, Icon.INFO, IconSize.CAPTION, Role.INK2),
            Flex(Text(kit, info, Type.LEGEND, Role.INK2)),
            gap=24,
        )
        rows.append(Sized(line, h=theme.pick(108, 136)))
    return Panel(kit, ruled(kit, rows), pad=(theme.pick(42, 32), 2, theme.pick(42, 32), 2))


@dataclass(frozen=True, slots=True)
class FactSpec:
    """A line of a key-value list. `beside` stands at the right (a reveal button)."""

    label: str
    value: TextLike
    note: TextLike | None = None
    beside: Element | None = None
    keep: bool = False
    colour: Role = Role.INK


def facts(kit: Kit, specs: Sequence[FactSpec], *, panel: bool = False, label_width: int = 226) -> Element:
    """Keys and values with a hairline below each; in large text the key stands above its value."""
    theme = kit.theme
    rows: list[Element] = []
    for spec in specs:
        label = Text(kit, spec.label, Type.LABEL, Role.INK2, bold=False)
        value: Element = Text(kit, spec.value, Type.VALUE, spec.colour, keep=spec.keep, line=135)
        if spec.note is not None:
            value = Column(value, Text(kit, spec.note, Type.CAPTION, Role.INK2, line=135))
        if theme.large:
            body: Element = Column(label, value)
            row = Row(Flex(body), *([spec.beside] if spec.beside else []), gap=20)
        else:
            row = Row(
                Sized(label, w=label_width, exact=True), Flex(value), *([spec.beside] if spec.beside else []), gap=24
            )
        rows.append(Pad(row, 0, theme.pick(17, 14)))
    if not panel:
        return ruled(kit, rows, last=True)
    return Panel(kit, ruled(kit, rows), pad=(theme.pick(36, 28), 4, theme.pick(36, 28), 4))


def amounts(kit: Kit, specs: Sequence[FactSpec]) -> Element:
    """Figures side by side, each under its word: opening, in, out. One below the other in large text."""
    if kit.theme.large:
        return Column(
            *(
                Row(
                    Flex(Text(kit, s.label, Type.LABEL, Role.INK2, bold=False)),
                    Text(kit, s.value, Type.VALUE, s.colour, keep=True),
                    gap=20,
                )
                for s in specs
            ),
            gap=4,
        )
    return Row(
        *(
            Flex(
                Column(
                    Text(kit, s.label, Type.CAPTION, Role.INK2, line=130),
                    Text(kit, s.value, Type.BUTTON, s.colour, keep=True),
                )
            )
            for s in specs
        ),
        gap=20,
    )
