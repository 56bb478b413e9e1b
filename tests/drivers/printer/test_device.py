"""Device and simulated printer over a terminal: what is printed is whole, what is not is named, and nothing comes out later."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Timer

import pytest

from drivers.device import DeviceState
from drivers.printer.device import DevicePrinter, Limits
from drivers.printer.protocol import Align, Code, Pair, PaperState, PaperWidth, PrintResult, Rule, TextLine
from drivers.printer.simulated import SimulatedPrinter
from kiosk.ink import FaceInk

CODE = Code(tuple(tuple((x * y) % 3 == 0 for x in range(21)) for y in range(21)))
SLIP = (
    TextLine("社保卡启用凭条", large=True, align=Align.CENTER),
    Rule(),
    Pair("卡号", "C1*****1X"),
    CODE,
    TextLine("12333"),
)
TEXT = " 社保卡启用凭条\n卡号                   C1*****1X\n12333"


def test_a_slip_is_printed_cut_and_answered_for(
    device: DevicePrinter, printer: SimulatedPrinter, tmp_path: Path
) -> None:
    assert device.print(SLIP) is PrintResult.PRINTED
    assert device.print((TextLine("第二张"),)) is PrintResult.PRINTED
    assert printer.wait_for(2, 2)
    assert [strip.text for strip in printer.strips] == [TEXT, "第二张"]
    assert (tmp_path / "paper" / "slip-002.png").read_bytes().startswith(b"\x89PNG")
    assert printer.is_empty(1)


def test_how_it_is(device: DevicePrinter, printer: SimulatedPrinter) -> None:
    changes: list[Callable[[], None]] = [
        lambda: None,
        lambda: printer.set_paper(PaperState.LOW),
        lambda: printer.set_paper(PaperState.OUT),
        lambda: printer.set_paper(PaperState.JAMMED),
        lambda: printer.set_paper(PaperState.FULL),
        lambda: printer.set_cover(opened=True),
        lambda: printer.set_cover(opened=False),
        lambda: printer.set_online(online=False),
        lambda: printer.set_silent(silent=True),
        printer.unplug,
    ]
    found = []
    for change in changes:
        change()
        status = device.status()
        found.append((status.device, status.paper, status.cover_open))
    online, user = DeviceState.ONLINE, DeviceState.USER_ERROR
    assert found == [
        (online, PaperState.FULL, False),
        (online, PaperState.LOW, False),
        (user, PaperState.OUT, False),
        (user, PaperState.JAMMED, False),
        (online, PaperState.FULL, False),
        (user, PaperState.FULL, True),
        (online, PaperState.FULL, False),
        (DeviceState.OFFLINE, PaperState.FULL, False),
        (DeviceState.OFFLINE, PaperState.UNKNOWN, False),
        (DeviceState.NO_DEVICE, PaperState.UNKNOWN, False),
    ]


def test_with_little_paper_it_prints(device: DevicePrinter, printer: SimulatedPrinter) -> None:
    printer.set_paper(PaperState.LOW)
    assert device.print(SLIP) is PrintResult.PRINTED


@pytest.mark.parametrize(
    ("state", "cover", "online", "result"),
    [
        (PaperState.OUT, False, True, PrintResult.PAPER_OUT),
        (PaperState.JAMMED, False, True, PrintResult.PAPER_JAMMED),
        (PaperState.FULL, True, True, PrintResult.COVER_OPEN),
        (PaperState.FULL, False, False, PrintResult.OFFLINE),
    ],
)
def test_a_printer_that_cannot_is_not_given_the_slip(
    device: DevicePrinter,
    printer: SimulatedPrinter,
    state: PaperState,
    cover: bool,
    online: bool,
    result: PrintResult,
) -> None:
    printer.set_paper(state)
    printer.set_cover(opened=cover)
    printer.set_online(online=online)
    assert device.print(SLIP) is result
    assert printer.is_empty(1)
    printer.set_paper(PaperState.FULL)
    printer.set_cover(opened=False)
    printer.set_online(online=True)
    assert device.print((TextLine("下一位"),)) is PrintResult.PRINTED
    assert [strip.text for strip in printer.strips] == ["下一位"]


def test_a_roll_that_ends_half_way_is_named_and_the_rest_never_comes_out(
    device: DevicePrinter, printer: SimulatedPrinter
) -> None:
    printer.set_pace(0.001)
    printer.run_out_after(90)
    assert device.print(SLIP) is PrintResult.PAPER_OUT
    printer.set_paper(PaperState.FULL)
    assert printer.wait_for(1, 1), "what had come out is cut off as soon as there is paper"
    assert device.print((TextLine("下一位"),)) is PrintResult.PRINTED
    assert [strip.text for strip in printer.strips] == [TEXT.rpartition("\n")[0], "下一位"]


def test_a_cover_that_is_opened_half_way(device: DevicePrinter, printer: SimulatedPrinter) -> None:
    printer.set_pace(0.002)
    Timer(0.1, lambda: printer.set_cover(opened=True)).start()
    assert device.print(SLIP) is PrintResult.COVER_OPEN
    assert printer.strips == []
    printer.set_cover(opened=False)
    assert printer.wait_for(1, 1)
    assert printer.is_empty(1)
    assert "12333" not in printer.strips[0].text


def test_a_printer_that_dies_half_way_is_interrupted_and_serves_again_once_it_is_back(
    device: DevicePrinter, printer: SimulatedPrinter
) -> None:
    printer.set_pace(0.001)
    printer.die_after(60)
    assert device.print(SLIP) is PrintResult.INTERRUPTED
    assert device.print(SLIP) is PrintResult.OFFLINE
    assert device.status().device is DeviceState.NO_DEVICE
    printer.plug()
    assert device.print((TextLine("又好了"),)) is PrintResult.PRINTED
    first, second = printer.strips
    assert first.text.startswith(" 社保卡"), "the half that hung in the printer is cut off first"
    assert second.text == "又好了"


def test_a_printer_that_falls_silent_costs_its_time_limit_and_no_more(
    device: DevicePrinter, printer: SimulatedPrinter
) -> None:
    printer.set_pace(0.002)
    Timer(0.05, lambda: printer.set_silent(silent=True)).start()
    began = time.monotonic()
    assert device.print(SLIP) is PrintResult.INTERRUPTED
    assert time.monotonic() - began < 1.5 + 5 * 0.3 + 1


def test_a_printer_that_takes_no_bytes_any_more_holds_nobody_up(
    device: DevicePrinter, printer: SimulatedPrinter
) -> None:
    printer.deaf_after(3000)
    began = time.monotonic()
    assert device.print(SLIP) is PrintResult.INTERRUPTED
    assert time.monotonic() - began < 1.5 + 5 * 0.3 + 1
    printer.deaf_after(None)
    assert printer.is_empty(1)
    assert device.print((TextLine("下一位"),)) is PrintResult.PRINTED
    assert printer.strips[-1].text == "下一位"


def test_a_printer_that_was_away_is_found_again(device: DevicePrinter, printer: SimulatedPrinter) -> None:
    assert device.status().can_print
    printer.unplug()
    printer.plug()
    assert device.print(SLIP) is PrintResult.PRINTED


def test_a_slow_printer_is_waited_for(device: DevicePrinter, printer: SimulatedPrinter) -> None:
    printer.set_pace(0.0015)  # the slip takes more than half a second
    assert device.print(SLIP) is PrintResult.PRINTED
    assert [strip.text for strip in printer.strips] == [TEXT]


def test_a_file_that_is_no_printer_is_no_printer(tmp_path: Path, ink: FaceInk) -> None:
    for name in ("nothing", "."):
        device = DevicePrinter(tmp_path / name, PaperWidth.MM80, ink)
        assert device.print(SLIP) is PrintResult.OFFLINE
    path = tmp_path / "file"
    path.write_bytes(b"")
    device = DevicePrinter(path, PaperWidth.MM80, ink, Limits(answer=0.1))
    assert device.status().device is DeviceState.OFFLINE
    device.close()


def test_nothing_stays_open(tmp_path: Path, ink: FaceInk) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with SimulatedPrinter(tmp_path / "lp", PaperWidth.MM80, ink):
            device = DevicePrinter(tmp_path / "lp", PaperWidth.MM80, ink)
            assert device.print(SLIP) is PrintResult.PRINTED
            device.close()
            device.close()
    assert len(os.listdir("/proc/self/fd")) == before
