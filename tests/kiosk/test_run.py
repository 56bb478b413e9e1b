"""A kiosk that is short of memory when its threads begin."""

import subprocess
import sys
from pathlib import Path

from kiosk.sandbox import pki
from tests.setup.load import ROOT

PROGRAM = """
import sys, threading
from pathlib import Path
from kiosk.run import Kiosk, load
from kiosk.ui.nodes import Page, Size

def names():
    return {thread.name for thread in threading.enumerate()} & {"forget", "recent", "heartbeat"}

def painted(name):
    try:
        kiosk.presenter.painted(Page(name, Size(1, 1), (0, 0, 0), (), (), ()))
    except RuntimeError as failed:
        print("RuntimeError")

kiosk = Kiosk(load(Path(sys.argv[1]), {}))
for room in (1 << 45, 0):  # no address space holds such a stack; then the usual one
    for name in ("attract", "reading"):
        threading.stack_size(room)
        painted(name)
        threading.stack_size(0)
        print(name, *sorted(names()))
kiosk.engine.stop()
"""


def test_threads_that_could_not_be_started_are_started_with_the_next_page(tmp_path: Path) -> None:
    made = pki.ensure(tmp_path / "tls")
    device = made.device("kiosk-01")
    ini = tmp_path / "kiosk.ini"
    ini.write_text(
        f"[central]\nurl = https://127.0.0.1:9\nca = {made.authority}\n"
        f"certificate = {device.certificate}\nkey = {device.key}\nlist_key = {made.list_signer.public}\n"
        f"[cache]\nfolder = {tmp_path / 'cache'}\nkey = {tmp_path / 'device.key'}\n",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ini)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.splitlines() == [
        "RuntimeError",
        "attract",
        "RuntimeError",
        "reading",
        "attract forget",
        "reading forget heartbeat recent",
    ], done.stderr
