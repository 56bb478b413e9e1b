"""Children end with us, however we end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from kiosk.sandbox.leash import Leashed

ROOT = Path(__file__).resolve().parents[3]


def gone(pid: int, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def told(path: Path) -> int:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if path.exists() and (text := path.read_text()).endswith("\n"):
            return int(text)
        time.sleep(0.01)
    raise AssertionError("the child did not start")


def test_a_stopped_child_gets_sigterm_and_its_code_is_known(tmp_path: Path) -> None:
    child = Leashed(["sh", "-c", f"trap 'exit 7' TERM; echo $$ > {tmp_path}/pid; while :; do sleep 0.05; done"])
    pid = told(tmp_path / "pid")
    assert child.alive
    assert child.stop() == 7
    assert child.stop() == 7
    assert gone(pid, 0.5)


def test_a_child_that_ends_by_itself_is_seen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = Leashed(["sh", "-c", "echo said; exit 3"], log=log)
    assert child.wait(5) == 3
    assert log.read_text() == "said\n"


def test_a_killed_child_gets_no_say(tmp_path: Path) -> None:
    child = Leashed(["sh", "-c", f"trap 'touch {tmp_path}/said' TERM; echo $$ > {tmp_path}/pid; while :; do :; done"])
    pid = told(tmp_path / "pid")
    child.kill()
    assert gone(pid, 0.5)
    assert not (tmp_path / "said").exists()


def test_children_end_when_we_are_killed(tmp_path: Path) -> None:
    program = (
        "import time; from kiosk.sandbox.leash import Leashed\n"
        f"Leashed(['sh', '-c', 'echo $$ > {tmp_path}/pid; exec sleep 60'])\n"
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    pid = told(tmp_path / "pid")
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert gone(pid)
