"""The countdown ring and the dialog that covers a page. What was on the page is not drawn behind it."""

from dataclasses import dataclass

from kiosk.ui.components.buttons import ButtonSpec, button
from kiosk.ui.layout import Align, Column, Drawing, Element, Flex, Kit, Layer, Pad, Panel, Placed, Row, Sink
from kiosk.ui.nodes import Arc, Rect
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text, TextLike


def countdown(kit: Kit, left: int, total: int, *, side: int | None = None) -> Element:
    """A ring that empties in steps of a second, the seconds in it. Always beside the sentence that says what will happen."""
    theme = kit.theme
    size = side or theme.pick(260, 300)
    width = 20

    def draw(box: Rect, sink: Sink) -> None:
        radius = (size - width) // 2
        sink.add(Arc(box.cx, box.cy, radius, width, 0, 360, theme.colour(Role.SUNKEN)))
        if left > 0 and total > 0:
            sweep = max(1, min(360, 360 * left // total))
            sink.add(Arc(box.cx, box.cy, radius, width, 0, sweep, theme.colour(Role.PRIMARY)))

    number = Text(kit, str(max(0, left)), Type.COUNT, align=Align.CENTER, keep=True)
    return Layer(Drawing(size, size, draw), Placed(number))


@dataclass(frozen=True, slots=True)
class DialogSpec:
    """Title, one or two sentences, and the buttons: the main one above the other."""

    title: TextLike
    text: TextLike
    buttons: tuple[ButtonSpec, ...]


def dialog(kit: Kit, spec: DialogSpec, *, beside: Element | None = None) -> Element:
    """The panel of a dialog; `beside` (a countdown) stands at the left of its words, above them in large text."""
    theme = kit.theme
    words = Column(
        Text(kit, spec.title, Type.DIALOG, lines=2),
        Text(kit, spec.text, Type.BODY, Role.INK2),
        gap=16,
    )
    top: Element = words
    if beside is not None:
        top = (
            Column(Placed(beside), words, gap=32)
            if theme.large and not theme.landscape
            else Row(beside, Flex(words), gap=56)
        )
    parts: list[Element] = [Pad(top, 12, 0, 12, 12 if theme.landscape or theme.large else 36)]
    buttons = [button(kit, each, height=132 if theme.landscape else None) for each in spec.buttons]
    parts += [Row(*(Flex(each) for each in buttons), gap=24)] if theme.landscape else buttons
    return Panel(
        kit,
        Column(*parts, gap=24),
        fill=Role.SURFACE,
        outline=Role.BORDER,
        width=theme.lines.outline,
        radius=theme.radius.dialog,
        pad=(theme.pick(58, 40), 48, theme.pick(58, 40), 48) if theme.landscape or theme.large else (58, 64, 58, 56),
    )
