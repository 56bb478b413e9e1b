"""A QR code is one: function patterns in their places, the data read back; on a page dark on light with its margin."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.qr import Modules, modules
from kiosk.ui.components.qr_code import QUIET, QrCode
from kiosk.ui.layout import Sink
from kiosk.ui.nodes import Rect, RoundRect
from kiosk.ui.theme import Contrast, Role
from tests.kiosk.ui.means import kit_of

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
FINDER = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")
MASKS: tuple[Callable[[int, int], int], ...] = (
    lambda r, c: (r + c) % 2,
    lambda r, c: r % 2,
    lambda r, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
)


def reserved(r: int, c: int) -> bool:
    """Of a version 1 symbol: finders with their borders and format bits, timing."""
    return (r < 9 and c < 9) or (r < 9 and c > 12) or (r > 12 and c < 9) or r == 6 or c == 6


def read(code: Modules) -> str:
    """Version 1-M, alphanumeric mode, no errors: ISO/IEC 18004 backwards."""
    assert len(code) == 21
    bits15 = [code[8][c] for c in (0, 1, 2, 3, 4, 5, 7)] + [code[r][8] for r in (8, 7, 5, 4, 3, 2, 1, 0)]
    form = sum(bit << 14 - i for i, bit in enumerate(bits15)) ^ 0b101010000010010
    mask = MASKS[form >> 10 & 7]
    stream = []
    up = True
    for right in (20, 18, 16, 14, 12, 10, 8, 5, 3, 1):
        for r in range(20, -1, -1) if up else range(21):
            for c in (right, right - 1):
                if not reserved(r, c):
                    stream.append(code[r][c] ^ (mask(r, c) == 0))
        up = not up
    bits = "".join("01"[bit] for bit in stream)
    assert bits[:4] == "0010", "alphanumeric"
    count, at, text = int(bits[4:13], 2), 13, ""
    for _ in range(count // 2):
        pair = int(bits[at : at + 11], 2)
        text, at = text + ALPHANUMERIC[pair // 45] + ALPHANUMERIC[pair % 45], at + 11
    return text + (ALPHANUMERIC[int(bits[at : at + 6], 2)] if count % 2 else "")


@given(st.from_regex("[A-Z0-9-]{4,20}", fullmatch=True).filter(lambda text: not text.isdigit()))
def test_a_reference_reads_back(text: str) -> None:
    assert read(modules(text)) == text


def test_the_finders_stand_in_three_corners() -> None:
    code = modules("QY-7K2M-4P9D")
    rows = ["".join("01"[dark] for dark in row) for row in code]
    assert tuple(row[:7] for row in rows[:7]) == FINDER
    assert tuple(row[-7:] for row in rows[:7]) == FINDER
    assert tuple(row[:7] for row in rows[-7:]) == FINDER


@pytest.mark.parametrize("text", ["", "A" * 101])
def test_nothing_and_too_much_is_no_code(text: str) -> None:
    with pytest.raises(ValueError, match="QR code"):
        modules(text)


@pytest.mark.parametrize("contrast", Contrast)
@pytest.mark.parametrize("side", [232, 300, 463])
def test_on_a_page_it_is_dark_on_light_in_whole_px_with_its_margin(contrast: Contrast, side: int) -> None:
    kit, code, sink = kit_of(contrast=contrast), modules("QY-7K2M-4P9D"), Sink()
    element = QrCode(kit, "QY-7K2M-4P9D", side)
    sink.put(element, Rect(10, 20, 600, 600))
    needed = element.measure(600)
    assert needed.w == needed.h <= side
    ground, *dark = sink.nodes
    assert isinstance(ground, RoundRect)
    assert ground.rect[2:] == needed
    assert ground.fill == kit.theme.colour(Role.CODE_LIGHT) == 0xFFFFFF
    module = needed.w // (21 + 2 * QUIET)
    drawn = [[False] * 21 for _ in range(21)]
    for node in dark:
        assert isinstance(node, RoundRect)
        assert node.fill == 0
        x, y = (node.rect.x - ground.rect.x) // module - QUIET, (node.rect.y - ground.rect.y) // module - QUIET
        for row in range(y, y + node.rect.h // module):
            for column in range(x, x + node.rect.w // module):
                assert not drawn[row][column], "nothing is drawn twice"
                drawn[row][column] = True
    assert tuple(map(tuple, drawn)) == code
    assert len(dark) < 130
    assert sink.overflows == []
