"""What the painter does on a real window, as a program that prints one JSON object: run by `test_painter.py` on Xvfb."""

import gc
import json
import sys
import weakref
from dataclasses import replace
from typing import Any

from kiosk.ui.nodes import Page, Rect, RoundRect, Size, TextRun, band
from kiosk.ui.painter import View
from kiosk.ui.theme import Orientation, Type
from kiosk.ui.typeset import Text
from tests.kiosk.ui import gallery
from tests.kiosk.ui.gallery_base import page
from tests.kiosk.ui.gallery_more import attract
from tests.kiosk.ui.shots import Canvas

TOLERANCE = 0.5


def with_clock(page: Page, clock: str) -> Page:
    """The same page at another time: what a minute changes."""
    return replace(
        page,
        nodes=tuple(replace(n, text=clock) if isinstance(n, TextRun) and n.text == "10:32" else n for n in page.nodes),
    )


def misfits(canvas: Canvas) -> list[str]:
    """Runs whose texture is larger than their box."""
    return [
        f"{run.text} {run.width}x{run.height} in {run.box}"
        for run in canvas.painter.drawn_texts()
        if run.width > run.box.w + TOLERANCE
        or run.height > run.box.h + TOLERANCE
        or run.x < run.box.x
        or run.x + run.width > run.box.right + TOLERANCE
        or run.y < run.box.y
        or run.y + run.height > run.box.bottom + TOLERANCE
    ]


def diffs(canvas: Canvas) -> dict[str, Any]:
    kit = canvas.surface().kit()
    painter = canvas.painter
    found: dict[str, Any] = {}
    home = gallery.home(kit)
    found["first"] = painter.show(home)
    found["nodes"] = len(home.nodes)
    found["same"] = painter.show(gallery.home(kit))
    found["clock"] = painter.show(with_clock(home, "10:33"))
    pin = gallery.pin(kit)
    painter.show(pin)
    dots = [i for i, n in enumerate(pin.nodes) if isinstance(n, RoundRect) and n.radius == 20 and n.rect.w == 40]
    fewer = replace(pin, nodes=tuple(n for i, n in enumerate(pin.nodes) if i != dots[-1]))
    found["erased"] = painter.show(fewer)
    found["typed"] = painter.show(pin)
    painter.show(home)
    canvas.flip()
    found["order"] = [type(group).__name__ for group in painter._body.children].count("InstructionGroup") == len(
        home.nodes
    )
    found["in_order"] = [group for _, group in painter._drawn] == list(painter._body.children)
    return found


def box_made_smaller(canvas: Canvas) -> list[str]:
    """A page with one text's box 10 px smaller than it was laid out for must be found."""
    home = gallery.home(canvas.surface().kit())
    i, run = next((i, n) for i, n in enumerate(home.nodes) if isinstance(n, TextRun) and n.w + 9 > n.box.w)
    smaller = replace(run, box=Rect(run.box.x, run.box.y, run.box.w - 10, run.box.h))
    canvas.painter.show(replace(home, nodes=(*home.nodes[:i], smaller, *home.nodes[i + 1 :])))
    return misfits(canvas)


def forgetting(canvas: Canvas) -> dict[str, Any]:
    """After a visit nothing of its texts is left: no texture, no width, no string in the painter."""
    painter = canvas.painter
    kit = canvas.surface().kit()
    secret = Text(kit, "保密姓名四个字", Type.BODY)
    painter.show(page(kit, "secret", secret))
    canvas.flip()
    run = next(group for node, group in painter._drawn if isinstance(node, TextRun) and node.text == "保密姓名四个字")
    texture = weakref.ref(run.children[-1].texture)
    del run, secret
    gc.disable()
    painter.show(attract(kit))
    kept = painter.remembered()
    faces_open = painter.text.open()
    painter.forget()
    at_once = texture() is None
    faces_closed = painter.text.open()
    gc.enable()
    canvas.measurer.forget()
    canvas.fonts.forget()
    canvas.flip()
    gc.collect()
    held = [s for s in gc.get_objects() if isinstance(s, tuple) and s and isinstance(s[0], str) and "保密姓名" in s[0]]
    return {
        "kept_before": kept,
        "gone_at_once": at_once,
        "faces_open": faces_open,
        "faces_closed": faces_closed,
        "textures": painter.remembered(),
        "widths": len(canvas.measurer),
        "texture_alive": texture() is not None,
        "held": len(held),
    }


def ink_outside_the_band(canvas: Canvas) -> list[str]:
    """Characters whose ink would be cut by the band of a line: rendered with room above and below, then compared."""
    from kiosk.ui.nodes import Face, ascent

    text = canvas.painter.text
    size, room = 100, 30
    cut = []
    sample = [chr(c) for c in (*range(0x21, 0x7F), *range(0xA1, 0x100), *range(0x3001, 0x3012), *range(0xFF01, 0xFF5F))]
    sample += [chr(c) for c in range(0x4E00, 0x9FA5, 41)] + list("“”‘’—…·−×·")
    for face in (Face.REGULAR, Face.BOLD):
        cover = canvas.fonts.coverage(face)
        for char in sample:
            if ord(char) not in cover:
                continue
            w = max(1, text.width(char, face, size))
            tall = text._render(char, face, size, (w, band(size) + 2 * room), ascent(size) + room)
            rows = bytes(tall.data)
            stride = w * 4
            above = rows[: room * stride][3::4]
            below = rows[(room + band(size)) * stride :][3::4]
            if max(above, default=0) > 16 or max(below, default=0) > 16:
                cut.append(char)
    return cut


def scaled(canvas: Canvas) -> list[str]:
    """On a window of half the size everything is drawn in its place, and text is not wider than its box."""
    canvas.painter.clear()
    canvas.painter.view = View(Size(540, 1000), Size(1080, 1920))
    canvas.painter.show(gallery.home(canvas.surface().kit()))
    wrong = []
    for node, group in canvas.painter._drawn:
        if isinstance(node, TextRun):
            quad = group.children[-1]
            box = canvas.painter.view.window_rect(node.box)
            if quad.size[0] > box.w + 1 or quad.pos[0] < box.x or quad.pos[0] + quad.size[0] > box.right + 1:
                wrong.append(node.text)
    x, y = canvas.painter.view.design_point(*(canvas.painter.view.window_rect(Rect(600, 1700, 10, 10))[:2]))
    if abs(x - 600) > 2 or abs(y - 1700) > 2:
        wrong.append(f"point {x} {y}")
    canvas.painter.resize(Size(1080, 1920))
    return wrong


def main() -> int:
    canvas = Canvas(1080, 1920)
    found: dict[str, Any] = {"diffs": diffs(canvas), "box_made_smaller": box_made_smaller(canvas)}
    found["misfits"] = {}
    for name, shown in gallery.pages(canvas):
        if shown.size in (Size(1080, 1920), Size(1920, 1080)):
            canvas.painter.view = View(shown.size, shown.size)
            canvas.painter.clear()
            canvas.painter.show(shown)
            if wrong := misfits(canvas):
                found["misfits"][name] = wrong
    canvas.painter.resize(Size(1080, 1920))
    found["orientation"] = canvas.painter.orientation is Orientation.PORTRAIT
    found["forgetting"] = forgetting(canvas)
    found["ink"] = ink_outside_the_band(canvas)
    found["scaled"] = scaled(canvas)
    json.dump(found, sys.stdout, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
