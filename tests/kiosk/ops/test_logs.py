"""Nothing personal can get into the log, whatever is handed to it."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.ops.logs import Line

ROOT = Path(__file__).parents[3]
CANARY = "370101199001011235"


def line(name: str, text: str, **extra: object) -> dict[str, object]:
    record = logging.LogRecord(name, logging.WARNING, "place.py", 7, text, (), None)
    for key, value in extra.items():
        setattr(record, key, value)
    parsed = json.loads(Line().format(record))
    assert isinstance(parsed, dict)
    return parsed


def test_our_lines_carry_name_visit_and_values() -> None:
    out = line("kiosk.visit", "card-inserted", visit=3, values={"insertion": 9})
    assert (out["event"], out["visit"], out["insertion"], out["level"]) == ("card-inserted", 3, 9, "warning")


def test_the_text_of_another_library_is_never_written() -> None:
    out = line("urllib3.connectionpool", f"GET /v1/people/{CANARY} failed")
    assert CANARY not in json.dumps(out)
    assert out["logger"] == "urllib3.connectionpool"


def test_an_exception_leaves_its_type_and_place_only() -> None:
    try:
        raise ValueError(f"cannot open record of {CANARY}")
    except ValueError as bug:
        info = (type(bug), bug, bug.__traceback__)
    record = logging.LogRecord("kiosk", logging.ERROR, "x.py", 1, "kiosk-fault", (), info)
    text = Line().format(record)
    assert CANARY not in text
    assert json.loads(text)["exception"] == "ValueError"
    assert "test_logs.py" in json.loads(text)["where"]


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_talk_of_other_libraries_is_off_below_warning(level: int) -> None:
    from kiosk.ops import logs

    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        logs.set_up()
        assert not logging.getLogger("urllib3").isEnabledFor(level)
        assert logging.getLogger("kiosk.visit").isEnabledFor(logging.INFO)
    finally:
        logging.getLogger().handlers[:] = before[0]
        logging.getLogger().setLevel(before[1])


def test_a_library_that_sets_its_own_level_is_still_silent_below_warning(capfd: pytest.CaptureFixture[str]) -> None:
    from kiosk.ops import logs

    before = logging.getLogger().handlers[:], logging.getLogger().level
    chatty = logging.getLogger("chatty")
    try:
        logs.set_up()
        chatty.setLevel(logging.DEBUG)
        chatty.info(f"drew {CANARY}")
        chatty.warning(f"cannot draw {CANARY}")
        logging.getLogger("kiosk.visit").info("card-inserted")
        said = capfd.readouterr().err
    finally:
        logging.getLogger().handlers[:] = before[0]
        logging.getLogger().setLevel(before[1])
        chatty.setLevel(logging.NOTSET)
    assert [json.loads(line)["event"] for line in said.splitlines()] == ["library-said", "card-inserted"]
    assert CANARY not in said


def test_a_bug_that_ends_a_thread_or_the_process_leaves_no_text() -> None:
    program = (
        "import threading; from kiosk.ops import logs; logs.set_up()\n"
        "def bug(): raise ValueError('of ' + 'CANARY')\n"
        "t = threading.Thread(target=bug); t.start(); t.join(); bug()"
    ).replace("CANARY", CANARY)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert CANARY not in done.stderr
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["in"], line["exception"]) for line in said] == [("thread", "ValueError"), ("process", "ValueError")]
