"""Places to leak into on purpose, one for each way in which a text can stay behind: the search must find every one."""

from __future__ import annotations

import functools
import io
import logging
import os
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kiosk.run import Kiosk
from kiosk.ui.nodes import Face

_kept: list[Any] = []
_queue: queue.SimpleQueue[str] = queue.SimpleQueue()
log = logging.getLogger("kiosk.canary")


@functools.cache
def _cached(text: str) -> int:
    return len(text)


def _thread(text: str, _kiosk: Kiosk) -> None:
    def hold(local: str) -> None:
        while local:
            time.sleep(60)

    threading.Thread(target=hold, args=(text,), daemon=True).start()


def _exception(text: str, _kiosk: Kiosk) -> None:
    def fail(local: str) -> None:
        raise ValueError(len(local))

    try:
        fail(text)
    except ValueError as error:
        _kept.append(error)


def _texture(text: str, kiosk: Kiosk) -> None:
    screen: Any = kiosk.presenter.screen
    screen._painter._texts.get((text, Face.REGULAR, 20), lambda: type("Texture", (), {"width": 1, "height": 1})())


def _record(text: str, _kiosk: Kiosk) -> None:
    _kept.append(logging.LogRecord("kiosk", logging.INFO, __file__, 1, "%s", (text,), None))


REACHABLE: Final[dict[str, Callable[[str, Kiosk], object]]] = {
    "list": lambda text, _: _kept.append(text),
    "bytes": lambda text, _: _kept.append(bytearray(text, "utf-8")),
    "card bytes": lambda text, _: _kept.append(text.encode("gb18030")),
    "functools cache": lambda text, _: _cached(text),
    "queue": lambda text, _: _queue.put(text),
    "frame of a thread": _thread,
    "traceback": _exception,
    "log record": _record,
    "buffer": lambda text, _: _kept.append(io.StringIO(text)),
    "closure": lambda text, _: _kept.append(lambda: text),
    "texture cache": _texture,
    "measured widths": lambda text, kiosk: kiosk.presenter.screen._measurer.width(text, Face.REGULAR, 20),  # type: ignore[union-attr]
    "visit's model": lambda text, kiosk: setattr(kiosk.engine, "_leaked", {"model": (text,)}),
}
"""Where Python can reach it."""

FILES: Final[dict[str, Callable[[str, Kiosk], object]]] = {
    "log": lambda text, _: print(text, file=sys.stderr, flush=True),
    "temporary file": lambda text, _: Path(tempfile.mkstemp(prefix="kiosk-canary-")[1]).write_text(text, "utf-8"),
    "shared memory": lambda text, _: Path(f"/dev/shm/kiosk-canary-{os.getpid()}").write_bytes(text.encode("utf-16-le")),
}
"""Outside the process."""

PLACES: Final = REACHABLE | FILES
