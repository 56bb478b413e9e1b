"""The log's other end goes away, fills up or reads no more: nobody waits for it, and what was lost is counted."""

import errno
import fcntl
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.ops.logs import Line, Sink

ROOT = Path(__file__).parents[3]
Fired = Callable[[object], None]


def record(event: str) -> logging.LogRecord:
    return logging.LogRecord("kiosk", logging.INFO, "x.py", 1, event, (), None)


@pytest.mark.fault("machine", "the log's reader reads no more", level="boundary")
def test_a_pipe_that_nobody_reads_holds_nothing_up(fired: Fired) -> None:
    ours, theirs = os.pipe()
    fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, 4096)
    with os.fdopen(theirs, "w", buffering=1) as stream:
        sink = Sink(stream)
        sink.setFormatter(Line())
        for number in range(200):
            sink.emit(record(f"line-{number}"))
        assert sink.dropped > 100
        read = os.read(ours, 65536).decode()
        fired(sink.dropped and read)
        lost = sink.dropped
        sink.emit(record("after"))
        told = [json.loads(line) for line in os.read(ours, 65536).decode().splitlines()]
    os.close(ours)
    assert [line["event"] for line in told] == ["log-dropped", "after"]
    assert told[0]["lines"] == lost
    assert len(read.splitlines()) + lost == 200


@pytest.mark.fault("machine", "the log's other end has no room, or is gone", level="real")
@pytest.mark.parametrize(("where", "error"), [("full disk", errno.ENOSPC), ("broken pipe", errno.EPIPE)])
def test_a_log_that_cannot_be_written_harms_nobody(
    where: str, error: int, fired: Fired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)  # as `set_up` does
    if where == "full disk":
        number = os.open("/dev/full", os.O_WRONLY)
    else:
        ours, number = os.pipe()
        os.close(ours)
    with pytest.raises(OSError, match=r"No space|Broken pipe") as refused:
        os.write(number, b"is it so?\n")
    fired(refused.value.errno == error)
    with (
        suppress(OSError),
        os.fdopen(number, "w", buffering=1) as stream,
    ):  # what is left in it cannot be written either
        sink = Sink(stream)
        for _ in range(3):
            sink.emit(record("lost"))


@pytest.mark.fault("machine", "stdin, stdout and stderr closed at the start", level="real")
def test_no_file_gets_the_number_of_a_closed_stderr(fired: Fired) -> None:
    program = (
        "import os, sys\n"
        "told = int(sys.argv[1])\n"
        "closed = [n for n in range(3) if not os.path.exists(f'/proc/self/fd/{n}')]\n"
        "from kiosk.ops import logs\n"
        "logs.set_up()\n"
        "kept = [os.readlink(f'/proc/self/fd/{n}') for n in range(3)]\n"
        "os.write(told, repr((closed, kept)).encode())\n"
    )
    ours, theirs = os.pipe()
    subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", program, str(theirs)],
        cwd=ROOT,
        pass_fds=(theirs,),
        check=True,
        timeout=60,
    )
    os.close(theirs)
    closed, kept = eval(os.read(ours, 4096).decode())  # a list of numbers and one of paths
    os.close(ours)
    fired(closed == [0, 1, 2])
    assert kept == [os.devnull] * 3
