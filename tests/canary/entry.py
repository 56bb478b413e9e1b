"""The kiosk with two listeners beside it: the journeys' inspector, which here quotes no text, and one that tells everything
that Python can reach.

All its files belong to a group of its own, by which they can be told from those of others: it is started by root.

`CANARY_SOCKET`: Unix socket to answer on. A question is a line of JSON; the answer to `{"ask": "texts"}` is a line for each
object and an empty one. `{"ask": "leak", "place": …, "text": …}` leaks on purpose, to show that the search finds it.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kiosk.ops import heap

if __name__ == "__main__":
    heap.no_thread_caches()  # before anything is loaded twice

from kiosk.ops import logs
from kiosk.run import Kiosk, load
from kiosk.ui.port import Drawn
from tests.canary import leaks
from tests.canary.objects import Objects
from tests.journeys.inspector import Inspector

_FIRST_GROUP = 1 << 24


def _serve(path: Path, kiosk: Kiosk) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    objects = Objects()
    while True:
        line, _ = listener.accept()
        with line, line.makefile("rw", encoding="ascii") as both:
            for question in both:
                _answer(objects, kiosk, json.loads(question), both)
                both.flush()


def _answer(objects: Objects, kiosk: Kiosk, asked: dict[str, Any], to: IO[str]) -> None:
    match asked["ask"]:
        case "process":
            to.write(json.dumps({"pid": os.getpid(), "group": os.getegid(), "zero": id(0), "one": id(1)}) + "\n")
        case "texts":
            for told in objects.texts():
                to.write(json.dumps(told) + "\n")
            to.write("\n")
        case "holders":
            to.write(json.dumps(objects.holders(asked["index"])) + "\n")
        case "leak":
            leaks.PLACES[asked["place"]](asked["text"], kiosk)
            to.write("{}\n")
        case _:
            raise ValueError("an unknown question")


def _unread(drawn: Drawn | None) -> Drawn | None:
    """What is drawn without its texts: an inspector that quotes them would leave them in this process's memory."""
    if drawn is None:
        return None
    return replace(drawn, texts=(), runs=tuple(replace(run, text="") for run in drawn.runs))


def main() -> int:
    parser = argparse.ArgumentParser(description="the kiosk, searched")
    parser.add_argument("--inspector", type=Path, required=True, help="Unix socket to listen on")
    parser.add_argument("--config", type=Path, required=True, help="kiosk.ini")
    options = parser.parse_args()
    heap.one()
    os.setegid(_FIRST_GROUP + os.getpid())
    logs.set_up()
    kiosk: Kiosk | None = None
    inspector = Inspector(
        options.inspector, lambda: _unread(kiosk.presenter.screen.drawn() if kiosk and kiosk.presenter.screen else None)
    )
    kiosk = Kiosk(load(options.config), painted=(inspector.painted,))
    where = Path(os.environ["CANARY_SOCKET"])
    threading.Thread(target=_serve, args=(where, kiosk), name="canary", daemon=True).start()
    return kiosk.run()


if __name__ == "__main__":
    raise SystemExit(main())
