"""Causes, failures, problem types: every one has its place; a cancel reaches every call."""

import threading
from pathlib import Path

import pytest

from kiosk.central.answers import Answer, Cancel, Cause, failure_of
from kiosk.central.contract import ProblemType
from kiosk.central.problems import cause_of_status
from kiosk.model import CentralFailure
from tests.kiosk.central.samples import OVERVIEW


def test_every_cause_belongs_to_a_failure_and_every_failure_has_a_cause() -> None:
    assert {failure_of(cause) for cause in Cause} == set(CentralFailure)


@pytest.mark.parametrize("type_", list(ProblemType))
def test_every_problem_type_has_a_meaning(type_: ProblemType) -> None:
    assert cause_of_status(400, type_.value) is not Cause.STATUS


@pytest.mark.parametrize(
    ("status", "problem", "cause"),
    [
        (404, "urn:kiosk:problem:no-such-session", Cause.SESSION_ENDED),
        (409, "urn:kiosk:problem:session-ended", Cause.SESSION_ENDED),
        (403, "urn:kiosk:problem:wrong-device", Cause.REFUSED),
        (401, "urn:kiosk:problem:token-invalid", Cause.REFUSED),
        (400, "urn:of:somebody:else", Cause.REFUSED),
        (404, None, Cause.STATUS),
        (429, None, Cause.BUSY),
        (503, "urn:kiosk:problem:unavailable", Cause.BUSY),
        (500, None, Cause.SERVER_ERROR),
        (502, None, Cause.SERVER_ERROR),
        (301, None, Cause.REDIRECT),
        (202, None, Cause.STATUS),
    ],
)
def test_a_status_means(status: int, problem: str | None, cause: Cause) -> None:
    assert cause_of_status(status, problem) is cause


def test_an_answer_shows_no_record() -> None:
    shown = repr(Answer(OVERVIEW, status=200))
    assert "Overview" in shown
    assert OVERVIEW.holder.name not in shown
    assert OVERVIEW.card_number not in shown


def test_a_cancel_runs_what_is_bound_once_and_at_once_what_comes_later() -> None:
    cancel, ran = Cancel(), []
    cancel.bind(lambda: ran.append("early"))
    gone = cancel.bind(lambda: ran.append("released"))
    cancel.release(gone)
    cancel.cancel()
    cancel.cancel()
    cancel.bind(lambda: ran.append("late"))
    assert ran == ["early", "late"]
    assert cancel.cancelled


def test_a_cancel_may_come_from_any_thread() -> None:
    cancel, ran = Cancel(), threading.Event()
    cancel.bind(ran.set)
    thread = threading.Thread(target=cancel.cancel)
    thread.start()
    assert ran.wait(5)
    thread.join()


def test_only_the_transport_imports_requests() -> None:
    root = Path(__file__).parents[3]
    found = [
        path.relative_to(root).as_posix()
        for package in ("kiosk", "drivers")
        for path in (root / package).rglob("*.py")
        if any(line.lstrip().startswith(("import requests", "from requests")) for line in path.read_text().splitlines())
    ]
    assert found == ["kiosk/central/transport.py"]
