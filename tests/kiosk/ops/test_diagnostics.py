"""Every part is looked at and tested on its own: what hangs or breaks is a finding, and holds up no other."""

import json
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from drivers.card.states import ReaderState
from drivers.device import Who
from kiosk.health import Finding, LastFailure, Occasion, Report, Setting
from kiosk.help import Level, Part
from kiosk.ops import parts
from kiosk.ops.diagnostics import SILENT, Check, Diagnostics
from kiosk.ops.report import KEPT, Reports, as_json, text
from kiosk.slip import Place, readiness
from kiosk.ui.text import Words
from kiosk.visit.failures import Failure
from tests.pcsc import ROOT

AT = datetime(2026, 11, 22, 9, 30)
SETTINGS = (Setting("kiosk", "number", "27", "kiosk.ini:9"),)


class Clock:
    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


class Bench:
    """Two parts whose answers are set by hand."""

    def __init__(self) -> None:
        self.reader = ReaderState.READY
        self.clock = Clock()
        self.tested: list[Occasion] = []
        self.diagnostics = Diagnostics(
            (
                Check(Part.DISK, lambda: parts.well(Part.DISK, "free", free="1.0"), self._never),
                Check(Part.READER, lambda: parts.reader(self.reader), self._test),
            ),
            lambda: SETTINGS,
            "1.2.3",
            self.clock,
        )

    def _test(self, occasion: Occasion) -> Finding:
        self.tested.append(occasion)
        return parts.reader_timed(self.reader, 0.0123)

    def _never(self, _occasion: Occasion) -> Finding:
        raise AssertionError("a bug in a check")

    def of(self, part: Part) -> Finding:
        return next(finding for finding in self.diagnostics.report().findings if finding.part is part)


def words(language: str) -> Words:
    return Words.load(ROOT / "assets" / "locale", language, strict=True)


def test_a_report_has_each_part_once_in_the_order_of_the_service_screen() -> None:
    bench = Bench()
    assert bench.diagnostics.report().findings == ()
    bench.diagnostics.look()
    report = bench.diagnostics.report((LastFailure("CARD-MUTE", AT, 3),), uptime=7.0)
    assert [finding.part for finding in report.findings] == [Part.READER, Part.DISK]
    assert (report.version, report.uptime, report.settings, report.at) == ("1.2.3", 7.0, SETTINGS, AT)
    assert report.failures[0].count == 3


def test_since_is_when_a_part_came_to_be_as_it_is() -> None:
    bench = Bench()
    bench.diagnostics.look()
    assert bench.of(Part.READER).since is None
    bench.clock.at += timedelta(minutes=5)
    bench.reader = ReaderState.NO_READER
    bench.diagnostics.look()
    found = bench.of(Part.READER)
    assert (found.level, found.code, found.who) == (Level.FAULT, Failure.READER_MISSING.code, Who.TECHNICIAN)
    assert found.since == AT + timedelta(minutes=5)
    bench.clock.at += timedelta(minutes=5)
    bench.diagnostics.look()
    assert bench.of(Part.READER).since == AT + timedelta(minutes=5), "it still is so"


def test_a_test_is_of_this_visits_card_and_changes_no_since() -> None:
    bench = Bench()
    bench.diagnostics.look()
    bench.clock.at += timedelta(minutes=5)
    found = bench.diagnostics.test(Part.READER, Occasion(7, 40))
    assert bench.tested == [Occasion(7, 40)]
    assert (found.key, found.values, found.since) == ("timed", (("ms", "12"),), None)


def test_a_bug_in_a_check_is_a_finding_and_not_the_end() -> None:
    bench = Bench()
    assert bench.diagnostics.test(Part.DISK).key == SILENT
    bench.diagnostics.look()
    assert bench.of(Part.DISK).key == "free"


def test_a_part_that_hangs_is_silent_and_the_others_are_there_and_it_is_not_started_again() -> None:
    hanging, calls = threading.Event(), []

    def hang() -> Finding:
        calls.append(1)
        hanging.wait()
        return parts.well(Part.DISK, "free", free="2.0")

    diagnostics = Diagnostics(
        (
            Check(Part.DISK, hang, lambda _occasion: hang()),
            Check(Part.CLOCK, lambda: parts.clock(0.4, 120.0), lambda _occasion: parts.clock(0.4, 120.0)),
        ),
        lambda: (),
        "1",
        look_seconds=0.05,
        test_seconds=0.05,
    )
    try:
        began = time.monotonic()
        for _ in range(3):
            diagnostics.look()
        diagnostics.test(Part.DISK)
        assert time.monotonic() - began < 2.0
        assert calls == [1]
        report = diagnostics.report()
        assert [(one.part, one.key) for one in report.findings] == [(Part.CLOCK, "right"), (Part.DISK, SILENT)]
        assert report.level is Level.FAULT
    finally:
        hanging.set()
    for _ in range(200):
        if diagnostics.report().findings[1].key == "free":
            break
        threading.Event().wait(0.01)
    assert diagnostics.report().findings[1].key == "free", "what comes late is heard"


@pytest.mark.parametrize(
    ("levels", "level", "code"),
    [
        ((Level.OK, Level.UNUSED), Level.OK, 0),
        ((Level.UNUSED,), Level.OK, 0),
        ((Level.OK, Level.NOTICE, Level.UNUSED), Level.NOTICE, 1),
        ((Level.NOTICE, Level.FAULT, Level.OK), Level.FAULT, 2),
        ((), Level.OK, 0),
    ],
)
def test_the_exit_code_is_that_of_the_worst_and_what_is_not_fitted_is_not_wrong(
    levels: tuple[Level, ...], level: Level, code: int
) -> None:
    report = Report(AT, "1", 1.0, tuple(Finding(Part.READER, one, "ready") for one in levels))
    assert (report.level, report.exit_code) == (level, code)


def sample() -> Report:
    findings = (
        parts.well(Part.READER, "timed", ms=12),
        parts.unused(Part.PRINTER),
        parts.wrong(Part.CENTRAL, Level.FAULT, Failure.CENTRAL_UNREACHABLE),
    )
    return Report(AT, "1.2.3", 93_784.0, findings, (LastFailure("CARD-MUTE", AT, 3),), SETTINGS)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_text_says_state_who_code_failures_and_settings_with_their_source(language: str) -> None:
    told = text(words(language), sample(), settings=True)
    for piece in ("CENTRAL-UNREACHABLE", "CARD-MUTE × 3", "1 d 02:03", "[kiosk] number = 27  (kiosk.ini:9)", "12"):
        assert piece in told
    assert words(language).t("who.centre") in told
    assert "{" not in told


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_slip_has_every_part_and_says_more_only_where_something_is_wrong(language: str) -> None:
    lines = readiness(Place(words(language), "大厅", {}), sample())
    told = " ".join(str(getattr(line, "label", "") or getattr(line, "text", "")) for line in lines)
    for part in (Part.READER, Part.PRINTER, Part.CENTRAL):
        assert words(language).t(f"part.{part.value}") in told
    assert "CENTRAL-UNREACHABLE" in told
    assert words(language).t("health.reader.timed", ms=12) not in told
    assert len(lines) < 80


def test_json_is_the_whole_report_for_programs() -> None:
    told = json.loads(json.dumps(as_json(sample())))
    assert (told["exit_code"], told["level"]) == (2, "fault")
    assert told["findings"][2] | {"values": {}} == {
        "part": "central",
        "level": "fault",
        "key": "unreachable",
        "values": {},
        "since": None,
        "who": "centre",
        "code": "CENTRAL-UNREACHABLE",
    }


def test_reports_are_files_that_make_room_for_new_ones(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    for minute in range(KEPT + 3):
        at = AT + timedelta(minutes=minute)
        path = reports.write(words("en"), Report(at, "1", 1.0, ()))
        assert path is not None
    files = sorted((tmp_path / "reports").iterdir())
    assert len(files) == KEPT
    assert str(files[-1]) == path
    assert "Readiness report" in files[-1].read_text("utf-8")


def test_a_report_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("no folder")
    assert Reports(tmp_path).write(words("en"), sample()) is None
