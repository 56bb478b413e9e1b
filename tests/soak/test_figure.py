"""The figure `soak_200` holds only when nothing at all has grown."""

import json

import pytest

from tests.bench.soak import VISITS, figure
from tests.soak.growth import CACHES, COUNTS, Sample
from tests.soak.plan import plan
from tests.soak.report import Report

HELD = {"anonymous": 100_000, **dict.fromkeys(COUNTS, 3), **dict.fromkeys(CACHES, 3)}


@pytest.fixture
def report() -> Report:
    report = Report(seed=1, asked=VISITS, faults=0.3, machine="a machine", visits=VISITS, seconds=400.0)
    report.series = [Sample(visit, visit * 2.0, HELD) for visit in range(0, VISITS + 1, 10)]
    return report


def grown(report: Report, **more: int) -> None:
    """The second half of the visits held more."""
    half = len(report.series) // 2
    more_held = {**HELD, **{name: HELD[name] + by for name, by in more.items()}}
    report.series[half:] = [Sample(s.visit, s.seconds, more_held) for s in report.series[half:]]


def test_a_steady_kiosk_holds_and_shows_its_series(report: Report) -> None:
    taken = figure(report)
    assert taken.holds
    assert taken.value == 0
    assert [row["visit"] for row in taken.raw["series"]][-1] == VISITS


def test_memory_is_the_value(report: Report) -> None:
    grown(report, anonymous=1_500)
    assert figure(report).value == pytest.approx(1.5)
    assert figure(report).holds
    grown(report, anonymous=2_500)
    assert not figure(report).holds


@pytest.mark.parametrize("name", ["threads", "handles", "widgets"])
def test_one_thread_handle_or_widget_more_does_not_hold_and_is_named(report: Report, name: str) -> None:
    grown(report, **{name: 1})
    taken = figure(report)
    assert not taken.holds
    assert name in taken.raw["why"]
    json.loads(json.dumps(taken.told(), allow_nan=False))


def test_visits_that_went_astray_or_were_not_played_do_not_hold(report: Report) -> None:
    report.miss(plan(1, 7), "NotShown")
    assert not figure(report).holds
    report.missed_in_all = 0
    assert figure(report).holds
    report.visits = VISITS - 1
    assert not figure(report).holds
