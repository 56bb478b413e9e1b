"""A slip as bytes, the printer's answers as states, and the simulated printer's mind on whatever bytes come."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.device import DeviceState
from drivers.printer import escpos
from drivers.printer.interpreter import Interpreter, Strip
from drivers.printer.protocol import Align, Bitmap, Code, Gap, Pair, PaperState, PaperWidth, Rule, Slip, TextLine
from kiosk.ink import FaceInk

INK = FaceInk()
CODE = Code(tuple(tuple((3 * x + y * y) % 5 < 2 for x in range(25)) for y in range(25)))


def printed(job: bytes, width: PaperWidth, *, pieces: int = 0) -> tuple[list[Strip], bytes]:
    answers = bytearray()
    mind = Interpreter(width, INK, answers.extend, lambda: False)
    size = pieces or len(job)
    for start in range(0, len(job), size):
        mind.feed(job[start : start + size])
        while mind.step():
            pass
    assert mind.waiting == 0
    return mind.strips, bytes(answers)


def ink_in(strip: Strip) -> set[tuple[int, int]]:
    found = set()
    for y, row in enumerate(strip.bitmap.rows):
        dots = int.from_bytes(row)
        found |= {(x, y) for x in range(strip.bitmap.width) if dots >> strip.bitmap.width - 1 - x & 1}
    return found


def test_what_is_sent_is_what_is_printed(width: PaperWidth) -> None:
    slip: Slip = (
        TextLine("启用凭条", strong=True, large=True, align=Align.CENTER),
        Rule(),
        Pair("卡号", "C1*****1X"),
        Gap(),
    )
    job = escpos.encode(slip, width, INK)
    assert job.startswith(b"\x1b@\x1c&") and job.endswith(b"\x1dV\x42\x00")  # noqa: PT018
    assert "启用凭条".encode("gb18030") in job
    (strip,), answers = printed(job + escpos.DONE, width)
    assert strip.text.split() == ["启用凭条", "卡号", "C1*****1X"]
    assert [escpos.is_done(answer) for answer in answers] == [True]
    assert strip.bitmap.width == width.value


def test_bytes_may_come_one_by_one(width: PaperWidth) -> None:
    job = escpos.encode((TextLine("启用凭条 abc"), Pair("姓名", "试*𣲗"), CODE), width, INK)
    assert printed(job, width)[0] == printed(job, width, pieces=1)[0] == printed(job, width, pieces=7)[0]


def test_a_name_that_the_printer_cannot_write_is_drawn(width: PaperWidth) -> None:
    """Not as boxes: what stands there is the same ink as the shipped face's, in its place at the right edge."""
    (rare,), _ = printed(escpos.encode((Pair("姓名", "试*𣲗"),), width, INK), width)
    (box,), _ = printed("姓名试*𣲗\n".encode("gb18030") + escpos.CUT, width)
    assert rare.text == ""
    assert "\ufffd" in box.text, "this printer has no such character"
    black = ink_in(rare)
    right = {(x, y) for x, y in black if x >= width.value - 24}
    drawn = INK.draw("𣲗", 23, 30, 22, strong=False)
    dots = sum(int.from_bytes(row).bit_count() for row in drawn.rows)
    assert abs(len(right) - dots) < 40
    assert max(x for x, _ in black) >= width.value - 3
    assert min(x for x, _ in black) <= 3


def test_the_code_is_there_dot_by_dot_in_the_middle(width: PaperWidth) -> None:
    (strip,), _ = printed(escpos.encode((CODE,), width, INK), width)
    side = escpos.MODULE[width]
    left = (width.value - 25 * side) // 2
    top = 4 * side
    for y, row in enumerate(CODE.modules):
        for x, dark in enumerate(row):
            assert strip.bitmap.at(left + x * side + side // 2, top + y * side + side // 2) is dark
    assert all(left <= x < left + 25 * side and top <= y < top + 25 * side for x, y in ink_in(strip))


@given(st.lists(st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x00]), min_size=48, max_size=48 * 4))
def test_no_picture_holds_a_command_that_printers_hear_at_once(dots: list[int]) -> None:
    rows = [bytes(dots[start : start + 48]).ljust(48, b"\0") for start in range(0, len(dots), 48)]
    sent = escpos.picture(Bitmap(384, tuple(rows)))[8:]
    assert not any(pair in sent for pair in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))
    assert all(a == b or b == a | 0x08 for a, b in zip(b"".join(rows), sent, strict=True)), "at most a dot more"


@pytest.mark.parametrize(
    ("answers", "device", "paper", "cover"),
    [
        ((0x12, 0x12, 0x12, 0x12), DeviceState.ONLINE, PaperState.FULL, False),
        ((0x16, 0x12, 0x12, 0x12), DeviceState.ONLINE, PaperState.FULL, False),  # the drawer's pin says nothing
        ((0x12, 0x12, 0x12, 0x1E), DeviceState.ONLINE, PaperState.LOW, False),
        ((0x1A, 0x32, 0x12, 0x7E), DeviceState.USER_ERROR, PaperState.OUT, False),
        ((0x1A, 0x32, 0x12, 0x12), DeviceState.USER_ERROR, PaperState.OUT, False),
        ((0x1A, 0x16, 0x12, 0x12), DeviceState.USER_ERROR, PaperState.FULL, True),
        ((0x1A, 0x52, 0x1A, 0x12), DeviceState.USER_ERROR, PaperState.JAMMED, False),
        ((0x1A, 0x52, 0x32, 0x12), DeviceState.HARDWARE_ERROR, PaperState.FULL, False),
        ((0x1A, 0x52, 0x52, 0x12), DeviceState.DEVICE_BUSY, PaperState.FULL, False),
        ((0x1A, 0x12, 0x12, 0x12), DeviceState.OFFLINE, PaperState.FULL, False),
    ],
)
def test_what_the_answers_mean(
    answers: tuple[int, int, int, int], device: DeviceState, paper: PaperState, cover: bool
) -> None:
    found = escpos.status_of(*answers)
    assert (found.device, found.paper, found.cover_open) == (device, paper, cover)
    assert found.can_print is (device is DeviceState.ONLINE)
    assert all(map(escpos.is_status, answers))
    assert not any(map(escpos.is_done, answers))


_COMMANDS = st.sampled_from(
    [
        *(b"\x1b@", b"\x1b", b"\x1d", b"\x1c", b"\x1dv0\x00", b"\x1dv0\x00\x02\x00\x03\x00", b"\x1d(k\x03\x00"),
        *(b"\x1b*\x21", b"\x1d!", b"\x1dV\x42", b"\x1dr\x01", b"\n", b"\x10\x04\x01", b"\x81", b"\x81\x30\x81\x30"),
        *(b"\x1dk\x04", b"\x1bd", b"\x1bE\x01"),
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(_COMMANDS, st.binary(max_size=12)), max_size=40), st.sampled_from(PaperWidth))
def test_whatever_comes_the_printer_lives_and_the_next_slip_is_whole(noise: list[bytes], width: PaperWidth) -> None:
    answers = bytearray()
    mind = Interpreter(width, INK, answers.extend, lambda: True)
    for piece in noise:
        mind.feed(piece)
        while mind.step():
            pass
    mind.drop()
    mind.torn_off()
    mind.strips.clear()
    mind.feed(escpos.encode((TextLine("下一位"),), width, INK))
    while mind.step():
        pass
    assert [strip.text for strip in mind.strips] == ["下一位"]
    assert mind.strips[0].png().startswith(b"\x89PNG")
