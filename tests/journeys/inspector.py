"""Looks into a running kiosk for a journey: the screen's name, the drawn labels, the drawn targets. It can look, no more.

Only `entry.py` beside it puts it into a kiosk; `kiosk run` has no code path to it. It listens on a Unix socket that only this
user can reach. A question is a line of JSON, `{"after": n, "wait": s}`: the answer comes when what is drawn has changed since
look number `n`, or after `s` seconds. The names of the last pages painted come with it: one that was there for a moment only
is not missed. `{"census": true}` asks for counts of what the process holds (`census.py`). No PIN is in any answer: the screen
itself does not know one.
"""

import json
import os
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from kiosk.ui.nodes import Page
from kiosk.ui.port import Drawn

PASSED: Final = 32
"""Pages whose names are remembered."""


class Inspector:
    """`drawn` gives what is on the screen, None before the window is there. `painted` is to be called with every new page.

    `census` counts what the process holds."""

    def __init__(
        self,
        path: Path,
        drawn: Callable[[], Drawn | None],
        census: Callable[[], Mapping[str, object]] = dict,
    ) -> None:
        self._drawn = drawn
        self._census = census
        self._passed: deque[tuple[int, str]] = deque(maxlen=PASSED)
        self._changed = threading.Condition()
        self._looks = 0
        self._listener = socket.socket(socket.AF_UNIX)
        path.unlink(missing_ok=True)  # of a life that ended without a word
        before = os.umask(0o177)
        try:
            self._listener.bind(str(path))
        finally:
            os.umask(before)
        self._listener.listen()
        threading.Thread(target=self._accept, name="inspector", daemon=True).start()

    def painted(self, page: Page) -> None:
        with self._changed:
            self._looks += 1
            self._passed.append((self._looks, page.name))
            self._changed.notify_all()

    def _accept(self) -> None:
        while True:
            line, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(line,), name="inspector", daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, line.makefile("rw", encoding="utf-8") as both:
            for question in both:
                asked = json.loads(question)
                if "census" in asked:
                    told = dict(self._census())
                else:
                    look, passed = self._wait(asked["after"], asked["wait"])
                    told = {"look": look, "passed": passed, **self._answer()}
                try:
                    both.write(json.dumps(told, ensure_ascii=False) + "\n")
                    both.flush()
                except BrokenPipeError:
                    return

    def _wait(self, after: int, seconds: float) -> tuple[int, list[tuple[int, str]]]:
        with self._changed:
            self._changed.wait_for(lambda: self._looks > after, seconds)
            return self._looks, list(self._passed)

    def _answer(self) -> dict[str, object]:
        drawn = self._drawn()
        if drawn is None:
            return {"screen": "", "texts": [], "labels": [], "targets": []}
        return {
            "screen": drawn.page,
            "texts": drawn.texts,
            "labels": [[run.text, *run.box] for run in drawn.runs],
            "targets": [[target.name, *target.rect, target.enabled, target.spoken] for target in drawn.targets],
        }
