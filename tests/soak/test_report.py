"""What is left of a soak, however it ends."""

import json
from pathlib import Path

import pytest

from tests.soak.growth import CACHES, COUNTS, Sample
from tests.soak.plan import plan
from tests.soak.report import Report, table, verdict

HELD = {
    "rss": 200_000,
    "pss": 150_000,
    "anonymous": 140_000,
    "objects": 20_000,
    **dict.fromkeys(COUNTS, 3),
    **dict.fromkeys(CACHES, 3),
}


@pytest.fixture
def report() -> Report:
    report = Report(seed=1, asked=200, faults=0.3, machine="a machine")
    for number in range(1, 201):
        report.played(plan(1, number), "home")
        report.seconds = number * 2.0
        if number % 10 == 0:
            report.series.append(Sample(number, report.seconds, HELD))
    report.ended = "all"
    return report


def test_a_soak_without_growth_holds(report: Report, tmp_path: Path) -> None:
    report.save(tmp_path / "build" / "soak.json")
    told = json.loads((tmp_path / "build" / "soak.json").read_text("utf-8"))
    assert told["holds"]
    assert (told["visits"], told["visits_a_second"]) == (200, 0.5)
    assert set(told["growth"]) == {"anonymous", *COUNTS, *CACHES}
    assert [row["visit"] for row in told["series"]] == list(range(10, 201, 10))
    assert told["series"][0]["threads"] == 3
    assert sum(told["cards"].values()) == sum(told["troubles"].values()) == 200


def test_growth_is_told_and_does_not_hold(report: Report) -> None:
    report.series[-6:] = [Sample(s.visit, s.seconds, {**HELD, "handles": 4}) for s in report.series[-6:]]
    assert not report.holds
    assert report.told()["growth"]["handles"]["by"] == 1
    assert "GROWS" in verdict(report)


def test_a_visit_that_went_astray_is_told_with_its_plan_and_does_not_hold(report: Report) -> None:
    report.miss(plan(1, 17), "NotShown: home")
    assert not report.holds
    (missed,) = report.told()["missed_visits"]
    assert missed["visit"] == 17
    assert missed["plan"] == repr(plan(1, 17))


def test_a_kiosk_that_had_to_be_started_again_does_not_hold(report: Report) -> None:
    report.lives = 2
    assert not report.holds


def test_what_goes_astray_all_the_time_fills_no_memory(report: Report) -> None:
    for number in range(1, 1001):
        report.miss(plan(1, number), "NotShown")
    assert len(report.missed) < 300
    assert report.told()["missed"] == 1000


def test_the_file_is_replaced_whole(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "soak.json"
    report.save(path)
    before = path.read_text("utf-8")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        report.save(path)
    assert path.read_text("utf-8") == before


def test_the_table_has_a_line_for_each_sample(report: Report) -> None:
    lines = table(report.series).splitlines()
    assert len(lines) == 1 + len(report.series)
    assert lines[1].split()[:3] == ["10", "200000", "150000"]
