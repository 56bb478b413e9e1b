"""Draws display lists with Kivy. Nodes that did not change keep their instructions: a new clock redraws the clock.

Kivy without widgets: canvas instructions and textures only, so no kv rules are applied and no widget tree exists.
"""

import itertools
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, assert_never

from kivy.core.image import ImageData  # type: ignore[import-untyped]
from kivy.core.text import _text_sdl2  # type: ignore[import-untyped]
from kivy.graphics import (  # type: ignore[import-untyped]
    BorderImage,
    Canvas,
    Color,
    InstructionGroup,
    Mesh,
    Rectangle,
)
from kivy.graphics import opengl as gl
from kivy.graphics.texture import Texture  # type: ignore[import-untyped]

from kiosk.ui import damage, raster
from kiosk.ui.faces import Faces
from kiosk.ui.fonts import Fonts
from kiosk.ui.nodes import (
    Arc,
    Face,
    IconGlyph,
    Node,
    Page,
    Rect,
    RoundRect,
    Size,
    Stroke,
    TextRun,
    Triangle,
    ascent,
    band,
)
from kiosk.ui.port import DrawnTarget, DrawnText
from kiosk.ui.theme import Colour, Orientation

DESIGN: Final = {Orientation.PORTRAIT: Size(1080, 1920), Orientation.LANDSCAPE: Size(1920, 1080)}

# Height of the em square above the baseline in Material Symbols: the icon's square stands on the baseline.
_TEXT_BYTES: Final = 48 * 1024 * 1024
_ROWS_PER_PIXEL: Final = 4


class SdlText:
    """The text provider: widths and bitmaps come from the same SDL_ttf faces, so what is measured is what is drawn."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        # The kiosk's own words come again with every visit; what has other characters is of a person, and is forgotten.
        self._words = Faces(_text_sdl2.__file__)
        self._others = Faces(_text_sdl2.__file__)

    def _faces(self, text: str, face: Face) -> Faces:
        return self._words if face is Face.ICONS or self._fonts.familiar(text) else self._others

    def width(self, text: str, face: Face, size: int) -> int:
        return self._faces(text, face).width(text, self._fonts.path(face), size)

    def forget(self) -> None:
        """Nothing is kept of any text: open faces know the characters that were drawn."""
        self._others.close()

    def open(self) -> tuple[int, int]:
        """How many faces are open: with the kiosk's own words, with other characters."""
        return len(self._words), len(self._others)

    def _render(self, text: str, face: Face, size: int, canvas: tuple[int, int], top: int) -> Any:
        """Image data of white text whose em or band begins `top` px above the baseline."""
        drawn = self._faces(text, face).drawn(text, self._fonts.path(face), size, canvas, top)
        return ImageData(*canvas, "rgba", drawn)

    def run(self, text: str, size: int, face: Face) -> Any:
        return self._render(text, face, size, (max(1, self.width(text, face, size)), band(size)), ascent(size))

    def icon(self, glyph: str, size: int) -> Any:
        return self._render(glyph, Face.ICONS, size, (size, size), size)


def renderer() -> str:
    """GL_RENDERER of the window's context."""
    return str(gl.glGetString(gl.GL_RENDERER), "ascii", "replace")


@contextmanager
def only(x: int, y: int, w: int, h: int) -> Iterator[None]:
    """What is drawn and cleared meanwhile changes this rectangle alone; px, origin at the window's lower left."""
    gl.glEnable(gl.GL_SCISSOR_TEST)
    gl.glScissor(x, y, w, h)
    try:
        yield
    finally:
        gl.glDisable(gl.GL_SCISSOR_TEST)


@dataclass(frozen=True, slots=True)
class View:
    """Design px to px of the window: uniform scale, letterbox on the longer sides."""

    window: Size
    design: Size

    @property
    def scale(self) -> float:
        return min(self.window.w / self.design.w, self.window.h / self.design.h)

    @property
    def left(self) -> int:
        return round((self.window.w - self.design.w * self.scale) / 2)

    @property
    def top(self) -> int:
        return round((self.window.h - self.design.h * self.scale) / 2)

    def x(self, x: float) -> int:
        return self.left + round(x * self.scale)

    def y(self, y: float) -> int:
        """Distance from the window's lower edge, as OpenGL counts."""
        return self.window.h - self.top - round(y * self.scale)

    def length(self, px: float) -> int:
        return round(px * self.scale)

    def line(self, px: int) -> int:
        """A line never vanishes."""
        return max(1, round(px * self.scale)) if px else 0

    def design_point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the window (origin top left) in design px."""
        return (x - self.left) / self.scale, (y - self.top) / self.scale

    def window_rect(self, rect: Rect) -> Rect:
        """A design rectangle in px of the window, origin top left."""
        x, y = self.x(rect.x), self.top + round(rect.y * self.scale)
        return Rect(x, y, self.x(rect.right) - x, self.top + round(rect.bottom * self.scale) - y)


def view_of(window: Size) -> tuple[Orientation, View]:
    """The orientation for a window and how its design fits."""
    orientation = Orientation.LANDSCAPE if window.w > window.h else Orientation.PORTRAIT
    return orientation, View(window, DESIGN[orientation])


class TextureCache:
    """Least recently used textures up to a number of bytes. What a page shows lives on in its instructions."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._textures: OrderedDict[object, Any] = OrderedDict()

    def __len__(self) -> int:
        return len(self._textures)

    def get(self, key: object, make: Callable[[], Any]) -> Any:
        texture = self._textures.get(key)
        if texture is not None:
            self._textures.move_to_end(key)
            return texture
        texture = self._textures[key] = make()
        self._bytes += texture.width * texture.height * _ROWS_PER_PIXEL
        while self._bytes > self._limit and len(self._textures) > 1:
            _, oldest = self._textures.popitem(last=False)
            self._bytes -= oldest.width * oldest.height * _ROWS_PER_PIXEL
        return texture

    def clear(self) -> None:
        self._textures.clear()
        self._bytes = 0


def _upload(width: int, height: int, rgba: bytes) -> Any:
    """Rows from top to bottom -> texture."""
    texture = Texture.create(size=(width, height), colorfmt="rgba")
    texture.blit_buffer(rgba, colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


def _channels(colour: Colour) -> tuple[float, float, float]:
    return (colour >> 16) / 255, (colour >> 8 & 255) / 255, (colour & 255) / 255


def _rgb(colour: Colour) -> Any:
    return Color(*_channels(colour), 1)


def _exact(texture: Any) -> Any:
    """For a texture that is drawn pixel by pixel: one sample each instead of four, which software GL pays for."""
    texture.min_filter = texture.mag_filter = "nearest"
    return texture


class Painter:
    """Keeps a canvas equal to the last page shown."""

    def __init__(
        self, canvas: Any, fonts: Fonts, window: Size, clear: Callable[[tuple[float, float, float, float]], None]
    ) -> None:
        """`clear` sets the colour the canvas' surface is cleared with: the page's ground costs no drawing of its own."""
        self._text = SdlText(fonts)
        self._texts = TextureCache(_TEXT_BYTES)
        self._shapes: dict[object, Any] = {}
        self._clear = clear
        self._body = Canvas()
        self._overlay = Canvas()
        canvas.add(self._body)
        canvas.add(self._overlay)
        self._drawn: list[tuple[Node, Any]] = []
        self._held: tuple[Node, ...] = ()
        self._held_groups: list[Any] = []
        self._ground_colour: Colour | None = None
        # Design px that differ from what was last drawn; None: all of them.
        self._changed: list[Rect] | None = None
        self.page: Page | None = None
        self.orientation, self.view = view_of(window)

    @property
    def text(self) -> SdlText:
        return self._text

    def resize(self, window: Size) -> None:
        """A new window size: everything is drawn again."""
        page = self.page
        self.orientation, self.view = view_of(window)
        self.clear()
        self._shapes.clear()
        self._texts.clear()
        if page is not None and page.size == self.view.design:
            self.show(page)

    def clear(self) -> None:
        self._body.clear()
        self._overlay.clear()
        for group in (*(group for _, group in self._drawn), *self._held_groups):
            group.clear()
        self._held_groups = []
        self._drawn = []
        self._held = ()
        self._ground_colour = None
        self._changed = None
        self.page = None

    def show(self, page: Page) -> int:
        """Makes the canvas show `page`. Returns how many nodes had to be drawn anew."""
        if page.ground != self._ground_colour:
            self._ground_colour = page.ground
            self._clear((*_channels(page.ground), 1.0))
            self._body.ask_update()
            self._changed = None
        old, nodes = self._drawn, page.nodes
        shorter = min(len(old), len(nodes))
        first = 0
        while first < shorter and (old[first][0] is nodes[first] or old[first][0] == nodes[first]):
            first += 1
        last = 0
        while last < shorter - first and old[-1 - last][0] == nodes[-1 - last]:
            last += 1
        # Between the equal head and tail: what is still on the page keeps its instructions, in its new place.
        gone = old[first : len(old) - last]
        kept: dict[Node, list[tuple[int, Any]]] = {}
        for place, (node, group) in reversed(list(enumerate(gone))):
            kept.setdefault(node, []).append((place, group))
            self._body.remove(group)
        new: list[tuple[Node, Any]] = []
        came: list[Node] = []
        reached, in_order = -1, True
        for i, node in enumerate(nodes[first : len(nodes) - last], first):
            groups = kept.get(node)
            if groups:
                place, group = groups.pop()
                in_order, reached = in_order and place > reached, place
            else:
                group = self._draw(node)
                came.append(node)
            self._body.insert(i, group)
            new.append((node, group))
        self._drawn = [*old[:first], *new, *old[len(old) - last :]]
        self.page = page
        # A group and its instructions know each other: emptied, their textures are gone now and not when garbage is collected.
        for groups in kept.values():
            for _, group in groups:
                group.clear()
        if in_order:
            self._differs(came)
            self._differs(node for node, groups in kept.items() if groups)
        else:  # what overlaps may lie the other way round now
            self._differs(node for node, _ in (*gone, *new))
        return len(came)

    def prepare(self, node: Node) -> None:
        """Makes ready what drawing the node will need: the texture of a text, a shape or an icon."""
        self._draw(node)

    def hold(self, nodes: tuple[Node, ...]) -> None:
        """Draws nodes on top of the page: the look of a control that is held. None: takes them away."""
        if nodes == self._held:
            return
        self._differs(self._held)
        self._differs(nodes)
        self._held = nodes
        self._overlay.clear()
        for group in self._held_groups:
            group.clear()
        self._held_groups = [self._draw(node) for node in nodes]
        for group in self._held_groups:
            self._overlay.add(group)

    def _differs(self, nodes: Iterable[Node]) -> None:
        if self._changed is not None:
            self._changed.extend(damage.bounds(node) for node in nodes)

    def changed(self) -> tuple[Rect, ...] | None:
        """The parts of the window (px, origin top left) that differ from what was drawn when this was last asked; None: all."""
        changed, self._changed = self._changed, []
        if changed is None:
            return None
        # The view rounds each edge to whole px, and texts keep their own height: never more than 2 px beside the exact place.
        window = Rect(0, 0, *self.view.window)
        return tuple(
            clipped
            for part in damage.parts(self.view.window_rect(rect).outset(3) for rect in changed)
            if (clipped := damage.common(part, window)).w
        )

    def forget(self) -> None:
        """Drops every text texture that is not on the page now."""
        self._texts.clear()
        self._text.forget()

    def remembered(self) -> int:
        """How many text textures are kept besides those on the page."""
        return len(self._texts)

    # -- the truth about what is drawn

    def drawn_texts(self) -> tuple[DrawnText, ...]:
        scale = self.view.scale
        found = []
        for node, group in self._drawn:
            if isinstance(node, TextRun):
                size = group.children[-1].texture.size
                found.append(DrawnText(node.text, node.box, node.x, node.y, size[0] / scale, size[1] / scale))
        return tuple(found)

    def drawn_targets(self) -> tuple[DrawnTarget, ...]:
        if self.page is None:
            return ()
        return tuple(DrawnTarget(t.name, self.view.window_rect(t.rect), t.enabled, t.spoken) for t in self.page.targets)

    # -- nodes to instructions

    def _draw(self, node: Node) -> Any:
        group = InstructionGroup()
        match node:
            case RoundRect():
                self._round_rect(group, node)
            case TextRun():
                self._run(group, node)
            case IconGlyph():
                self._icon(group, node)
            case Stroke():
                self._stroke(group, node)
            case Arc():
                self._arc(group, node)
            case Triangle():
                self._triangle(group, node)
            case _:
                assert_never(node)
        return group

    def _box(self, rect: Rect) -> tuple[tuple[int, int], tuple[int, int]]:
        """(pos, size) in window px of a design rectangle."""
        view = self.view
        left, right, top, bottom = view.x(rect.x), view.x(rect.right), view.y(rect.y), view.y(rect.bottom)
        return (left, bottom), (max(1, right - left), max(1, top - bottom))

    def _round_rect(self, group: Any, node: RoundRect) -> None:
        pos, size = self._box(node.rect)
        width = self.view.line(node.width)
        radius = min(self.view.length(node.radius), min(size) // 2)
        if radius == 0 and (node.outline is None or width == 0):
            if node.fill is not None:
                group.add(_rgb(node.fill))
                group.add(Rectangle(pos=pos, size=size))
            return
        key = ("round", radius, width, node.fill, node.outline)
        made = self._shapes.get(key)
        if made is None:
            side, rgba = raster.round_tile(radius, width, node.fill, node.outline)
            made = self._shapes[key] = _exact(_upload(side, side, rgba))
        corner = (made.width - 1) // 2
        group.add(Color(1, 1, 1, 1))
        group.add(BorderImage(texture=made, pos=pos, size=size, border=(corner,) * 4, auto_scale="both_lower"))

    def _run(self, group: Any, node: TextRun) -> None:
        view = self.view
        size = max(1, view.length(node.size))
        key = (node.text, node.face, size)
        texture = self._texts.get(key, lambda: self._textured(self._text.run(node.text, size, node.face)))
        w, h = texture.size
        # Other sizes than the design's: glyphs are rendered at their own size, and may only be narrowed to their place.
        w = min(w, max(1, view.x(node.x + node.w) - view.x(node.x))) if view.scale != 1 else w
        group.add(_rgb(node.colour))
        group.add(Rectangle(texture=texture, pos=(view.x(node.x), view.y(node.y) - h), size=(w, h)))

    def _icon(self, group: Any, node: IconGlyph) -> None:
        size = max(1, self.view.length(node.size))
        key = ("icon", node.icon, size)
        texture = self._shapes.get(key)
        if texture is None:
            texture = self._shapes[key] = self._textured(self._text.icon(node.icon.glyph, size))
        group.add(_rgb(node.colour))
        group.add(Rectangle(texture=texture, pos=(self.view.x(node.x), self.view.y(node.y) - size), size=(size, size)))

    def _textured(self, data: Any) -> Any:
        texture = Texture.create_from_data(data, mipmap=False)
        texture.flip_vertical()
        return _exact(texture) if self.view.scale == 1 else texture

    def _disc(self, diameter: int) -> Any:
        key = ("disc", diameter)
        made = self._shapes.get(key)
        if made is None:
            side, rgba = raster.disc(diameter)
            made = self._shapes[key] = _upload(side, side, rgba)
        return made

    def _mesh(self, group: Any, mesh: raster.Mesh, texture: Any) -> None:
        vertices, indices = mesh
        group.add(Mesh(vertices=vertices, indices=indices, mode="triangles", texture=texture))

    def _stroke(self, group: Any, node: Stroke) -> None:
        view = self.view
        width = view.line(node.width)
        group.add(_rgb(node.colour))
        texture = self._disc(width)
        points = [(view.left + x * view.scale, view.window.h - view.top - y * view.scale) for x, y in node.points]
        for (ax, ay), (bx, by) in itertools.pairwise(points):
            self._mesh(group, raster.capsule(ax, ay, bx, by, width), texture)

    def _arc(self, group: Any, node: Arc) -> None:
        view = self.view
        width = view.line(node.width)
        cx, cy = view.left + node.cx * view.scale, view.window.h - view.top - node.cy * view.scale
        group.add(_rgb(node.colour))
        mesh = raster.arc(cx, cy, node.radius * view.scale, width, node.start, node.sweep)
        self._mesh(group, mesh, self._disc(width))

    def _triangle(self, group: Any, node: Triangle) -> None:
        view = self.view
        points = [((p[0] * view.scale), (p[1] * view.scale)) for p in (node.a, node.b, node.c)]
        x0, y0 = int(min(p[0] for p in points)), int(min(p[1] for p in points))
        key = ("triangle", *((round(p[0] - x0, 2), round(p[1] - y0, 2)) for p in points))
        made = self._shapes.get(key)
        if made is None:
            *frame, rgba = raster.triangle(*key[1:])  # type: ignore[arg-type]
            made = self._shapes[key] = (frame, _upload(frame[2], frame[3], rgba))
        (left, top, w, h), texture = made
        group.add(_rgb(node.colour))
        pos = (view.left + x0 + left, view.window.h - view.top - y0 - top - h)
        group.add(Rectangle(texture=texture, pos=pos, size=(w, h)))
