"""What a part says and the finding about it: the sentence is there in every language, with its gaps filled."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from drivers.card.states import ReaderState
from drivers.device import DeviceState
from drivers.printer.protocol import PaperState, PrinterStatus, PrintResult
from kiosk.central.answers import Answer, Cause, failure_of
from kiosk.failures import DeviceFailure
from kiosk.health import Finding
from kiosk.help import Level, Part
from kiosk.model import CentralFailure
from kiosk.ops import parts
from kiosk.ops.diagnostics import _silent
from kiosk.sandbox import pki
from kiosk.slip import finding_lines
from kiosk.ui.text import Words
from kiosk.visit.failures import Failure
from kiosk.visit.states import Link
from tests.pcsc import ROOT

WORDS = [Words.load(ROOT / "assets" / "locale", language, strict=True) for language in ("zh_CN", "en")]
SIZE = (1080, 1920)


def told(value: CentralFailure | None = None, seconds: float = 0.1) -> Answer[object]:
    return Answer(object() if value is None else value, seconds=seconds)


def everything(tmp_path: Path) -> Iterator[Finding]:
    """One finding of each kind that a part can give."""
    for state in ReaderState:
        yield parts.reader(state)
        yield parts.reader_timed(state, None)
        yield parts.reader_timed(state, 0.1)
    for device in DeviceState:
        yield parts.document(device)
        for paper in PaperState:
            yield parts.printer(PrinterStatus(device, paper))
    yield parts.printer(PrinterStatus(DeviceState.OFFLINE, cover_open=True))
    for result in PrintResult:
        yield parts.printed(result, PrinterStatus(DeviceState.ONLINE, PaperState.FULL))
    yield from (parts.unused(part) for part in (Part.PRINTER, Part.DOCUMENT))
    yield from (parts.screen(SIZE, real, fullscreen=True) for real in (None, SIZE, (1920, 1080)))
    yield from (parts.screen(SIZE, SIZE, untouched, fullscreen=True) for untouched in (0, 2))
    yield from (parts.sound(player) for player in (None, "aplay"))
    yield from (parts.sound_tested(*one) for one in ((None, None), ("aplay", True), ("aplay", False)))
    yield from (parts.clock(offset, 120.0) for offset in (None, 0.3, 40.0, -500.0))
    yield parts.disk([tmp_path])
    yield parts.disk_tested([tmp_path])
    yield from (
        parts.wrong(Part.DISK, Level.FAULT, one, free="0.1")
        for one in (DeviceFailure.DISK_FULL, DeviceFailure.DISK_LOW)
    )
    yield parts.wrong(Part.DISK, Level.FAULT, DeviceFailure.DISK_READ_ONLY)
    yield parts.well(Part.STORE, "ready")
    for failure in (
        DeviceFailure.DEVICE_KEY,
        DeviceFailure.CACHE_BROKEN,
        DeviceFailure.JOURNAL_UNWRITABLE,
        DeviceFailure.AUDIT_BROKEN,
        DeviceFailure.AUDIT_BEHIND,
        DeviceFailure.LOSS_LIST_OLD,
        DeviceFailure.PAIRS_OLD,
    ):
        yield parts.wrong(Part.STORE, Level.NOTICE, failure, file="device.key")
    yield from (parts.central(link) for link in Link)
    yield from (parts.central_asked(told(failure), ()) for failure in CentralFailure)
    yield parts.central_asked(told(), ("codes", "audit"))
    yield parts.central_asked(told(seconds=3.0), ())
    yield parts.central_asked(told(), ())
    yield parts.wrong(Part.CENTRAL, Level.FAULT, Failure.CONFIG_INVALID)
    yield from (parts.settings(errors, 3) for errors in ((), ("a", "b")))
    yield from (_silent(part) for part in Part)


def test_every_finding_has_its_sentence_in_every_language(tmp_path: Path) -> None:
    found = [*everything(tmp_path), *dates(tmp_path)]
    assert {finding.part for finding in found} == set(Part)
    for words in WORDS:
        said = {}
        for finding in found:
            lines = finding_lines(words, finding)
            assert all(line.strip() and "{" not in line for line in lines), finding
            said[finding.part, finding.key] = lines[0]
        for part in Part:
            of_part = [sentence for (whose, _), sentence in said.items() if whose is part]
            assert len(set(of_part)) == len(of_part), "each of a part's sentences says something else"


def test_what_is_well_has_no_code_and_what_is_not_has_one_with_who_must_act(tmp_path: Path) -> None:
    for finding in everything(tmp_path):
        if finding.level in (Level.OK, Level.UNUSED):
            assert finding.code is None, finding
        elif finding.key not in ("silent", "starting"):
            assert finding.code is not None, finding


def test_little_paper_still_prints_and_no_paper_does_not() -> None:
    assert parts.printer(PrinterStatus(DeviceState.ONLINE, PaperState.LOW)).level is Level.NOTICE
    assert parts.printer(PrinterStatus(DeviceState.ONLINE, PaperState.OUT)).level is Level.FAULT
    after = PrinterStatus(DeviceState.ONLINE, PaperState.LOW)
    assert parts.printed(PrintResult.PRINTED, after).key == "paper_low"
    assert parts.printed(PrintResult.PAPER_JAMMED, after).code == DeviceFailure.PRINTER_JAMMED.code


@pytest.mark.parametrize(
    ("offset", "level", "code"),
    [
        (None, Level.NOTICE, "CLOCK-UNCHECKED"),
        (9.9, Level.OK, None),
        (-11.0, Level.NOTICE, "CLOCK-OFFSET"),
        (120.0, Level.NOTICE, "CLOCK-OFFSET"),
        (-121.0, Level.FAULT, "KIOSK-CLOCK"),
    ],
)
def test_the_clock_is_worth_a_notice_before_it_stops_the_kiosk(
    offset: float | None, level: Level, code: str | None
) -> None:
    found = parts.clock(offset, 120.0)
    assert (found.level, found.code) == (level, code)


def dates(tmp_path: Path) -> Iterator[Finding]:
    made = pki.ensure(tmp_path / "tls")
    own = made.device("kiosk-01")
    ends = min(
        x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
        for path in (own.certificate, made.authority)
    )
    for now in (datetime.now(UTC), ends - timedelta(days=29), ends, ends - timedelta(days=20_000)):
        yield parts.certificates(own.certificate, own.key, made.authority, now)
    yield parts.certificates(own.certificate, made.device("kiosk-02").key, made.authority, datetime.now(UTC))
    yield parts.certificates(own.certificate, tmp_path / "none", made.authority, datetime.now(UTC))
    (tmp_path / "rubbish").write_text("no PEM")
    yield parts.certificates(tmp_path / "rubbish", own.key, made.authority, datetime.now(UTC))


def test_a_certificate_is_valid_ends_soon_is_over_has_not_begun_or_is_none(tmp_path: Path) -> None:
    assert [finding.key for finding in dates(tmp_path)] == [
        *("valid", "ends", "expired", "expired", "unreadable", "unreadable", "unreadable")
    ]


def test_a_disk_that_is_full_low_or_read_only_is_told_by_its_fullest_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, read_only, key in (
        (1 << 40, False, "free"),
        (100 << 20, False, "low"),
        (1 << 20, False, "full"),
        (1 << 40, True, "read_only"),
    ):
        monkeypatch.setattr(parts, "space", lambda _folders, free=free, shut=read_only: parts.Space(free, shut))
        assert parts.disk([tmp_path]).key == key


def test_a_disk_test_writes_really_and_leaves_nothing(tmp_path: Path) -> None:
    found = parts.disk_tested([tmp_path, tmp_path / "not there yet"])
    assert (found.level, found.key) == (Level.OK, "written")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_nothing_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert parts.disk_tested([tmp_path]).code == DeviceFailure.DISK_FULL.code
    assert list(tmp_path.iterdir()) == []


def test_central_says_which_of_its_parts_are_not_there() -> None:
    found = parts.central_asked(told(), ("codes", "audit"))
    assert (found.level, found.values) == (Level.NOTICE, (("parts", "codes, audit"),))
    assert parts.central_asked(told(failure_of(Cause.CERTIFICATE_NAME)), ()).code == Failure.CENTRAL_TLS.code


def test_a_window_has_to_fill_the_screen_only_where_it_is_to() -> None:
    assert parts.screen((1080, 1920), (3840, 2160), fullscreen=False).level is Level.OK
    assert parts.screen((1080, 1920), (3840, 2160), fullscreen=True).code == DeviceFailure.SCREEN_SIZE.code


def test_a_target_that_did_not_answer_a_touch_goes_before_the_size() -> None:
    found = parts.screen((1080, 1920), (3840, 2160), 2, fullscreen=True)
    assert (found.level, found.code) == (Level.FAULT, DeviceFailure.SCREEN_TOUCH.code)
    assert dict(found.values) == {"untouched": "2"}
    assert parts.screen((1080, 1920), (1080, 1920), 0, fullscreen=True).key == "touched"
