"""The kiosk's log: one JSON object a line on stderr, for journald. Nothing personal can get into it:

- our own lines carry a name, a visit number and `values` (enum members, codes, counts), and only these are written;
- of other libraries' lines, from WARNING on, only the logger's name and the place are written, never the text: a message
  may quote what it was working on.

Whatever is wrong at the other end of stderr (closed, a full disk, a broken pipe, a reader that reads no more), the kiosk goes
on: a line that cannot be written at once is dropped, and how many were is told when lines can be written again.
"""

import json
import logging
import os
import select
import sys
import threading
from datetime import UTC, datetime
from typing import TextIO

OURS = "kiosk"


class Line(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        out: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == OURS or record.name.startswith(OURS + "."):
            out["event"] = record.getMessage()
            visit = getattr(record, "visit", 0)
            if visit:
                out["visit"] = visit
            out |= getattr(record, "values", {})
        else:
            out |= {"event": "library-said", "logger": record.name, "place": f"{record.filename}:{record.lineno}"}
        if record.exc_info is not None and record.exc_info[0] is not None:
            out["exception"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            if trace is not None:
                out["where"] = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        return json.dumps(out, ensure_ascii=False)


class Sink(logging.StreamHandler[TextIO]):
    """Writes where that does not wait."""

    dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        if not self._takes():
            self.dropped += 1
            return
        if self.dropped:
            count, self.dropped = self.dropped, 0
            told = logging.LogRecord(OURS, logging.WARNING, "", 0, "log-dropped", None, None)
            told.values = {"lines": count}
            super().emit(told)
        super().emit(record)

    def _takes(self) -> bool:
        """A pipe or socket that is ready takes a line of this length whole; a file always is."""
        try:
            poll = select.poll()
            poll.register(self.stream.fileno(), select.POLLOUT)
            return bool(poll.poll(0))
        except (AttributeError, OSError, ValueError):
            return True  # no file behind it: nothing there can wait


def keep_standard_files() -> None:
    """Opens what of stdin, stdout and stderr is closed, on nothing: else the next file or connection gets its number, and what
    a C library says on stderr goes into it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number: this one


def set_up(level: int = logging.INFO) -> None:
    """Route everything through `Line`. Call once, before Kivy is imported."""
    keep_standard_files()
    handler = Sink(sys.stderr)
    handler.setFormatter(Line())
    # A library may set its own logger's level (Kivy does): what it says below WARNING is dropped here.
    handler.addFilter(lambda record: record.name.split(".")[0] == OURS or record.levelno >= logging.WARNING)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    logging.raiseExceptions = False
    # The default hooks print the exception's text, and with it whatever a bug was working on.
    sys.excepthook = lambda _kind, bug, _trace: fault("process", bug)
    threading.excepthook = lambda args: fault("thread", args.exc_value) if args.exc_value is not None else None


def fault(where: str, bug: BaseException) -> None:
    """A bug: its type and place, never its text."""
    logging.getLogger(OURS).error("kiosk-fault", extra={"values": {"in": where}}, exc_info=bug)
