"""A short soak through the real stack: it plays, counts, writes, and stops when it is told to."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak.run import of_process

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.journey
@pytest.mark.timeout(150)
def test_visits_on_end_lead_where_they_should_and_leave_their_figures_also_when_stopped(tmp_path: Path) -> None:
    path = tmp_path / "soak.json"
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    command = [
        sys.executable,
        "-m",
        "tests.soak",
        "--visits",
        "500",
        "--step",
        "3",
        "--faults",
        "0.5",
        "--seed",
        "3",
        "--warm",
        "0",
        "--settle",
        "1.5",
    ]
    with subprocess.Popen(
        [*command, "--output", str(path)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as soak:
        assert soak.stdout is not None
        said = []
        try:
            for line in soak.stdout:  # a line at each step: head and start, then every three visits
                said.append(line)
                if len(said) == 5:
                    written = json.loads(path.read_text("utf-8"))
                    soak.send_signal(signal.SIGTERM)
        finally:
            soak.terminate()
    assert written["ended"] == "running"
    assert written["visits"] == 9
    told = json.loads(path.read_text("utf-8"))
    assert told["ended"] == "stopped", "".join(said)
    assert told["missed_visits"] == []
    assert told["lives"] == 1
    assert soak.returncode == 0, "".join(said)
    first, last = told["series"][0], told["series"][-1]
    assert [row["visit"] for row in told["series"][:4]] == [0, 3, 6, 9]
    for name in ("rss", "pss", "threads", "handles", "contexts", "objects"):
        assert first[name] > 0
    assert last["widgets"] == 0
    assert last["contexts"] == first["contexts"] == 1
    assert last["shape_textures"] > first["shape_textures"]
    assert told["threads"]["card-watcher"] == 1
    assert told["visits_a_second"] > 0


def test_what_the_kernel_says_of_a_process_is_what_it_holds() -> None:
    before = of_process(os.getpid())
    with (ROOT / "Makefile").open("rb"):
        assert of_process(os.getpid())["handles"] == before["handles"] + 1
    assert before["rss"] >= before["pss"] > 0
    assert before["threads"] >= 1
