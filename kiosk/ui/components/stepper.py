"""Where one is on a way of several steps. Not touchable. Screen language §6."""

from collections.abc import Sequence

from kiosk.ui.components.fitting import Beside
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Element, IconBox, Kit, Panel, Placed, Row, Sink, Sized
from kiosk.ui.nodes import Rect, RoundRect, Size
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text

SIDE = 60


class Stepper(Element):
    """Circles joined by a line, their names below: done with a check, the present one with a strong outline and a Bold name.
    `now` counts from 0; all are done when it is the number of names."""

    def __init__(self, kit: Kit, names: Sequence[str], now: int) -> None:
        self.kit = kit
        self.now = now
        self.names = [
            Text(
                kit,
                name,
                Type.NOTE,
                Role.INK if i <= now else Role.INK2,
                bold=i == now,
                align=Align.CENTER,
                lines=2,
                line=115,
            )
            for i, name in enumerate(names)
        ]

    def _measure(self, width: int) -> Size:
        cell = width // len(self.names)
        return Size(width, SIDE + 10 + max(name.measure(cell - 12).h for name in self.names))

    def place(self, box: Rect, sink: Sink) -> None:
        theme = self.kit.theme
        cell = box.w // len(self.names)
        first, last = box.x + cell // 2, box.x + cell * (len(self.names) - 1) + cell // 2
        line = Rect(first, box.y + SIDE // 2 - 2, last - first, 4)
        sink.add(RoundRect(line, theme.colour(Role.BORDER)))
        for i, name in enumerate(self.names):
            cx = box.x + cell * i + cell // 2
            sink.put(self._circle(i), Rect(cx - SIDE // 2, box.y, SIDE, SIDE))
            sink.put(name, Rect(cx - cell // 2 + 6, box.y + SIDE + 10, cell - 12, name.measure(cell - 12).h))

    def _circle(self, i: int) -> Element:
        kit, lines = self.kit, self.kit.theme.lines
        if i < self.now:
            sign: Element = IconBox(kit, Icon.CHECK, 40, Role.ON_PRIMARY)
            return Panel(kit, Placed(sign), fill=Role.PRIMARY, outline=None, radius=SIDE // 2)
        now = i == self.now
        figure = Text(kit, str(i + 1), Type.LABEL, Role.INK if now else Role.INK2, bold=now, keep=True, line=100)
        return Panel(
            kit,
            Placed(figure),
            fill=Role.SURFACE,
            outline=Role.PRIMARY if now else Role.BORDER,
            width=lines.strong if now else lines.outline,
            radius=SIDE // 2,
        )


def stepper(kit: Kit, names: Sequence[str], now: int, line: str) -> Element:
    """In portrait the circles; `line` ("step 4 of 5: ...") in large text and in landscape, where height is short."""
    if kit.theme.large or kit.theme.landscape:
        return _line(kit, line)
    return Stepper(kit, names, now)


def _line(kit: Kit, line: str) -> Element:
    words = Text(kit, line, Type.LABEL, Role.PRIMARY, bold=True)
    bar = Sized(Panel(kit, Row(), fill=Role.PRIMARY, outline=None, radius=4), w=8, h=kit.theme.pick(40, 56))
    return Beside(Row(bar, words, gap=16), words)
