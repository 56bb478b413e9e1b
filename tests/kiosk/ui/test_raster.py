import pytest

from kiosk.ui.raster import arc, capsule, disc, quadrant, round_tile, triangle


def pixels(side: int, rgba: bytes) -> list[list[tuple[int, int, int, int]]]:
    assert len(rgba) == side * side * 4
    flat = [tuple(rgba[i : i + 4]) for i in range(0, len(rgba), 4)]
    return [flat[i * side : (i + 1) * side] for i in range(side)]  # type: ignore[misc]


@pytest.mark.parametrize(("radius", "width"), [(9, 4), (16, 3), (20, 2), (44, 3), (28, 0), (12, 20), (1, 0)])
def test_a_tile_is_symmetric_and_its_middle_can_be_stretched(radius: int, width: int) -> None:
    side, rgba = round_tile(radius, width, 0xFFFFFF, 0x0A5063 if width else None)
    rows = pixels(side, rgba)
    assert rows == rows[::-1]
    assert all(row == row[::-1] for row in rows)
    middle = side // 2
    assert rows[middle][middle] == (255, 255, 255, 255)
    assert all(pixel[3] == 255 for pixel in rows[middle])


def test_edges_are_smooth() -> None:
    levels = {outer for row in quadrant(16, 3) for outer, _ in row}
    assert len(levels - {0, 255}) >= 8


def test_the_covered_area_is_that_of_a_quarter_circle() -> None:
    for radius in (9, 16, 44):
        area = sum(outer for row in quadrant(radius, 0) for outer, _ in row) / 255
        assert area == pytest.approx(3.14159265 * radius**2 / 4, rel=0.01)


def test_an_outline_without_fill_is_hollow() -> None:
    side, rgba = round_tile(16, 3, None, 0x123456)
    rows = pixels(side, rgba)
    assert rows[side // 2][side // 2][3] == 0
    assert rows[side // 2][0] == (0x12, 0x34, 0x56, 255)


def test_fill_and_outline_meet_without_a_seam() -> None:
    side, rgba = round_tile(16, 3, 0xFFFFFF, 0x000000)
    diagonal = [row[i] for i, row in enumerate(pixels(side, rgba))][: side // 2]
    inside = [pixel for pixel in diagonal if pixel[3] == 255]
    greys = [pixel[0] for pixel in inside]
    assert greys == sorted(greys)


def test_a_disc_has_a_clear_margin() -> None:
    side, rgba = disc(13)
    rows = pixels(side, rgba)
    assert side == 15
    assert all(pixel[3] == 0 for pixel in rows[0] + rows[-1])
    assert rows[7][7][3] == 255


def test_a_capsule_reaches_half_its_width_beyond_its_ends() -> None:
    vertices, indices = capsule(0, 0, 100, 0, 10)
    xs, ys = vertices[0::4], vertices[1::4]
    assert (min(xs), max(xs)) == (-6, 106)
    assert (min(ys), max(ys)) == (-6, 6)
    assert max(indices) == len(xs) - 1


@pytest.mark.parametrize("sweep", [18, 288, 359, 360])
def test_an_arc_stays_on_its_ring(sweep: int) -> None:
    vertices, indices = arc(0, 0, 120, 20, 0, sweep)
    assert max(indices) == len(vertices) // 4 - 1
    for x, y, u in zip(vertices[0::4], vertices[1::4], vertices[2::4], strict=True):
        if u == 0.5:
            assert (x * x + y * y) ** 0.5 == pytest.approx(120, abs=11.1)


def test_a_triangle_covers_half_its_square() -> None:
    _, _, w, h, rgba = triangle((0, 0), (16, 0), (16, 16))
    assert sum(rgba[3::4]) / 255 == pytest.approx(w * h / 2, rel=0.03)
