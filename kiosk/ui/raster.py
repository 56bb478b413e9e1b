"""Antialiased shapes as small bitmaps and meshes. Pure: bytes and numbers, no graphics library.

The window runs without multisampling (software GL would pay for it on every pixel), so edges are smoothed here: a shape's
coverage of each pixel is computed once and kept as a texture; the painter stretches its straight parts.
"""

from functools import lru_cache
from math import ceil, cos, hypot, pi, sin

from kiosk.ui.theme import Colour


@lru_cache(maxsize=256)
def quadrant(radius: int, width: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Upper left corner of a rounded rectangle: `radius` rows of (shape coverage, inner coverage), 0..255 each.

    The inner coverage is that of the part inside an outline of `width`. The coverage of a pixel is its centre's distance
    from the edge, which for radii above 2 px is within 2 % of the exact area.
    """
    inner_radius = radius - width
    rows = [[(0, 0)] * radius for _ in range(radius)]
    for y in range(radius):
        for x in range(y + 1):  # the other half is its mirror image
            distance = hypot(radius - x - 0.5, radius - y - 0.5)
            outer = _byte(radius - distance + 0.5)
            # Where the outline is thicker than the corner is round, the inner corner is square.
            inner = _byte(inner_radius - distance + 0.5) if inner_radius > 0 else 255 * (min(x, y) >= width)
            rows[y][x] = rows[x][y] = (outer, inner)
    return tuple(map(tuple, rows))


def _byte(share: float) -> int:
    """0..1 and beyond as 0..255."""
    return 255 if share >= 1 else 0 if share <= 0 else round(share * 255)


def _mix(outer: int, inner: int, fill: Colour | None, outline: Colour | None) -> bytes:
    """One RGBA pixel (not premultiplied) of fill inside an outline."""
    if outline is None:
        colour = 0 if fill is None else fill
        return bytes((colour >> 16, colour >> 8 & 255, colour & 255, 0 if fill is None else outer))
    if fill is None:
        return bytes((outline >> 16, outline >> 8 & 255, outline & 255, max(0, outer - inner)))
    share = inner / outer if outer else 0.0
    channels = (round((outline >> s & 255) * (1 - share) + (fill >> s & 255) * share) for s in (16, 8, 0))
    return bytes((*channels, outer))


def round_tile(radius: int, width: int, fill: Colour | None, outline: Colour | None) -> tuple[int, bytes]:
    """(side, RGBA rows) of the smallest square with these corners: its middle row and column may be stretched."""
    corner = max(radius, width, 1)
    side = 2 * corner + 1
    cells = quadrant(radius, width if outline is not None else 0) if radius else ()

    mixed: dict[tuple[int, int], bytes] = {}  # few of the pixels differ

    def pixel(x: int, y: int) -> bytes:
        straight = (255, 255 * (outline is None or min(x, y) >= width))
        cover = cells[y][x] if x < radius and y < radius else straight
        found = mixed.get(cover)
        if found is None:
            found = mixed[cover] = _mix(*cover, fill, outline)
        return found

    half = []
    for y in range(corner + 1):
        left = [pixel(x, y) for x in range(corner + 1)]
        half.append(b"".join(left + left[-2::-1]))
    return side, b"".join(half + half[-2::-1])


def disc(diameter: int) -> tuple[int, bytes]:
    """(side, RGBA rows) of a white disc with a clear margin of one px: ends, joints and edges of strokes."""
    side = diameter + 2
    middle, radius = side / 2, diameter / 2
    rows = bytearray()
    for y in range(side):
        for x in range(side):
            distance = hypot(x + 0.5 - middle, y + 0.5 - middle)
            rows += bytes((255, 255, 255, round(min(1.0, max(0.0, radius - distance + 0.5)) * 255)))
    return side, bytes(rows)


Mesh = tuple[list[float], list[int]]
"""Vertices (x, y, u, v) and indices of triangles."""


def capsule(ax: float, ay: float, bx: float, by: float, width: float) -> Mesh:
    """A line with round ends as a mesh over the texture of `disc(width)`, in the coordinates of its points."""
    length = hypot(bx - ax, by - ay) or 1.0
    ux, uy = (bx - ax) / length, (by - ay) / length
    half = width / 2 + 1
    nx, ny = -uy * half, ux * half
    vertices: list[float] = []
    along = ((ax - ux * half, ay - uy * half, 0.0), (ax, ay, 0.5), (bx, by, 0.5), (bx + ux * half, by + uy * half, 1.0))
    for x, y, u in along:
        vertices += (x + nx, y + ny, u, 0.0, x - nx, y - ny, u, 1.0)
    indices = [i for k in (0, 2, 4) for i in (k, k + 1, k + 2, k + 1, k + 3, k + 2)]
    return vertices, indices


def arc(cx: float, cy: float, radius: float, width: float, start: int, sweep: int) -> Mesh:
    """A part of a ring with round ends over the texture of `disc(width)`; y upwards, degrees clockwise from the top."""
    half = width / 2 + 1
    closed = sweep >= 360
    steps = max(2, ceil(min(sweep, 360) * 2 * pi * radius / 360 / 6))
    vertices: list[float] = []

    def pair(angle: float, u: float, ahead: float = 0.0) -> None:
        s, c = sin(angle), cos(angle)
        for r, v in ((radius + half, 0.0), (radius - half, 1.0)):
            vertices.extend((cx + r * s + ahead * c, cy + r * c - ahead * s, u, v))

    first, last = start * pi / 180, (start + min(sweep, 360)) * pi / 180
    if not closed:
        pair(first, 0.0, -half)
    for i in range(steps + 1):
        pair(first + (last - first) * i / steps, 0.5)
    if not closed:
        pair(last, 1.0, half)
    quads = len(vertices) // 8 - 1
    return vertices, [i for k in range(0, 2 * quads, 2) for i in (k, k + 1, k + 2, k + 1, k + 3, k + 2)]


def triangle(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> tuple[int, int, int, int, bytes]:
    """(x, y, width, height, RGBA rows) of a white triangle, sampled 4 x 4 in each pixel; rows in the order of y."""
    xs, ys = sorted((a[0], b[0], c[0])), sorted((a[1], b[1], c[1]))
    left, top, right, bottom = int(xs[0] // 1), int(ys[0] // 1), ceil(xs[2]), ceil(ys[2])
    edges = ((a, b), (b, c), (c, a))
    rows = bytearray()
    for y in range(top, bottom):
        for x in range(left, right):
            inside = 0
            for sy in (0.125, 0.375, 0.625, 0.875):
                for sx in (0.125, 0.375, 0.625, 0.875):
                    px, py = x + sx, y + sy
                    sides = [(q[0] - p[0]) * (py - p[1]) - (q[1] - p[1]) * (px - p[0]) for p, q in edges]
                    inside += all(s >= 0 for s in sides) or all(s <= 0 for s in sides)
            rows += bytes((255, 255, 255, inside * 255 // 16))
    return left, top, right - left, bottom - top, bytes(rows)
