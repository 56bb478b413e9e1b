"""The tour: every screen of the kiosk in both languages, both text sizes, both contrasts and both orientations, as pictures.

Each screen is reached by cards, touches and faults from outside; the aids are touched on the screen itself. `build/tour` gets
`<language>/<NN>-<screen>.png`, the variants in folders beside them (`large`, `contrast`, `landscape-large` …), `index.html` and
`steps.json` with everything that was done. The stops are in `legs.py`.
"""

from __future__ import annotations

import html
import importlib
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from kiosk.sandbox.legs import LEGS
from kiosk.sandbox.machine import SettingsText, merged
from kiosk.sandbox.steps import Step
from kiosk.sandbox.stops import Leg, Stop
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World

ROOT: Final = Path(__file__).resolve().parents[2]
SIZES: Final = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
LANGUAGES: Final = ("zh_CN", "en")

# One touch from each look to the next, and the last one is one touch from the first.
LOOKS: Final = (
    ("zh_CN", False, False),
    ("zh_CN", True, False),
    ("zh_CN", True, True),
    ("zh_CN", False, True),
    ("en", False, True),
    ("en", True, True),
    ("en", True, False),
    ("en", False, False),
)
assert all(sum(a != b for a, b in zip(one, other, strict=True)) == 1 for one, other in pairwise((*LOOKS, LOOKS[0])))


@dataclass(slots=True)
class Report:
    """What came of a tour. `missed`: (orientation, screen, why)."""

    pictures: list[Path] = field(default_factory=list)
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    steps: list[tuple[str, Step]] = field(default_factory=list)


def numbers(legs: tuple[Leg, ...] = LEGS) -> dict[str, str]:
    """The file name of each stop: `NN-<screen>`."""
    names = [stop.name for leg in legs for stop in leg.stops]
    return {name: f"{number:02d}-{name}" for number, name in enumerate(names, 1)}


def run(out: Path, say: Callable[[str], None], *, only: str = "", legs: tuple[Leg, ...] = LEGS) -> int:
    """Walk the tour, both orientations side by side. Returns the exit code: 1 when a screen was not reached.

    `only`: the legs whose name begins so.
    """
    began = time.monotonic()
    chosen = tuple(leg for leg in legs if leg.name.startswith(only))
    shutil.rmtree(out, ignore_errors=True)
    report = Report()
    lock = threading.Lock()
    walkers = [
        threading.Thread(target=_orientation, args=(name, out, chosen, report, lock, say), name=name, daemon=True)
        for name in SIZES
    ]
    for walker in walkers:
        walker.start()
    for walker in walkers:
        while walker.is_alive():
            walker.join(0.5)
    (out / "index.html").write_text(index(out, chosen), "utf-8")
    _save_steps(report, out / "steps.json")
    for orientation, name, why in report.missed:
        say(f"未到达 not reached: {orientation} {name}: {why}")
    took = time.monotonic() - began
    say(
        f"{len(report.pictures)} 张图片，用时 {took:.0f} 秒。 {len(report.pictures)} pictures in {took:.0f} s: {out}/index.html"
    )
    return 1 if report.missed else 0


def _orientation(
    name: str, out: Path, legs: tuple[Leg, ...], report: Report, lock: threading.Lock, say: Callable[[str], None]
) -> None:
    """One walker's thread: a world of its own, so that the two do not meet."""
    folder = Path(tempfile.mkdtemp(prefix=f"kiosk-tour-{name}-"))
    files = numbers()
    try:
        with World(folder, population=1) as world:
            for leg in legs:
                _walk_leg(world, leg, name, out, files, report, lock)
            with lock:
                report.steps += [(name, step) for step in world.steps.since()]
    except Exception as error:
        with lock:
            report.missed.append((name, "world", f"{type(error).__name__}: {error}"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _walk_leg(
    world: World, leg: Leg, name: str, out: Path, files: dict[str, str], report: Report, lock: threading.Lock
) -> None:
    """A stop that is not reached is noted; the next ones are tried from a world made well again."""
    left = list(leg.stops)
    flaw = leg.device_flaw
    shown = world.pki.device(leg.device) if flaw is None else world.pki.flawed_device(flaw)
    settings = merged(leg.settings, {"central": {"certificate": shown.certificate, "key": shown.key}})
    try:
        with kiosk_of(world, settings, SIZES[name], movable_clock=leg.movable_clock) as walk:
            while left:
                stop = left.pop(0)
                try:
                    stop.go(walk)
                    saved = shoot(walk, stop, out, files[stop.name], landscape=name == "landscape")
                    with lock:
                        report.pictures += saved
                except Exception as error:
                    with lock:
                        report.missed.append((name, stop.name, f"{type(error).__name__}: {error}"))
                    world.restore()
                    walk.looked()
    except Exception as error:
        with lock:
            report.missed += [(name, stop.name, f"{type(error).__name__}: {error}") for stop in left]
    finally:
        world.restore()


@contextmanager
def kiosk_of(
    world: World, settings: SettingsText, size: tuple[int, int], *, movable_clock: bool = False
) -> Iterator[Walk]:
    """A kiosk in this world with the journeys' driver at its glass. That one lives with the tests: it can look into a kiosk."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    driver: Any = importlib.import_module("tests.journeys.driver")
    from kiosk.sandbox.display import VirtualDisplay

    with VirtualDisplay(*size) as display:
        kiosk = driver.Kiosk.start(
            merged(CALM, settings), size=size, world=world, display=display.name, movable_clock=movable_clock
        )
        try:
            yield Walk(world, kiosk)
        finally:
            kiosk.stop()


CALM: Final[SettingsText] = {
    "central": {"total": 60},
    "cache": {"enabled": False},
    "time": {
        "page_idle": 600,
        "page_idle_slow": 600,
        "pin_idle": 600,
        "question": 300,
        "question_slow": 300,
        "failure_page": 600,
        "reveal": 60,
        "take_card_louder": 600,
        "take_card_notice": 3600,
    },
    "staff": {"idle": 3600, "question": 300, "screen_off": 600},
}
"""A photographer takes longer than a resident: no page goes while it is looked at. What central does not say is not served from
an earlier stop, but in the leg of the outage."""


def shoot(walk: Walk, stop: Stop, out: Path, file: str, *, landscape: bool) -> list[Path]:
    """The page in every look, and back to the first one."""
    saved: list[Path] = []
    for language, large, contrast in LOOKS[:1] if stop.passing else LOOKS:
        if saved:
            _look(walk, stop, language, large, contrast)
        path = out / language / variant(landscape=landscape, large=large, contrast=contrast) / f"{file}.png"
        walk.steady().save(path)
        saved.append(path)
    walk.kiosk.steps.say("eye", "picture", stop=stop.name)
    if not stop.passing:
        _look(walk, stop, *LOOKS[0])
    return saved


def _look(walk: Walk, stop: Stop, language: str, large: bool, contrast: bool) -> None:
    if stop.away is not None:
        stop.away(walk)
    walk.turn(language, large, contrast)
    if stop.again is not None:
        stop.again(walk)


def variant(*, landscape: bool, large: bool, contrast: bool) -> str:
    """The folder of a look below its language: `.` for the first one, else `landscape-large-contrast` or parts of it."""
    parts = (("landscape", landscape), ("large", large), ("contrast", contrast))
    return "-".join(name for name, on in parts if on) or "."


FIRST_LOOK: Final = tuple((LOOKS[0][0], variant(landscape=on, large=False, contrast=False)) for on in (False, True))


def _save_steps(report: Report, path: Path) -> None:
    import json

    rows = [
        {"walk": name, "at": step.at, "by": step.by, "step": step.name, **step.values} for name, step in report.steps
    ]
    path.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n", "utf-8")


def index(out: Path, legs: tuple[Leg, ...]) -> str:
    """A page with every picture: one row a screen, one column a look."""
    looks = [
        (language, variant(landscape=landscape, large=large, contrast=contrast))
        for language in LANGUAGES
        for landscape in (False, True)
        for large in (False, True)
        for contrast in (False, True)
    ]
    files = numbers()
    head = "".join(f"<th>{language}<br>{'' if look == '.' else look}</th>" for language, look in looks)
    rows = []
    for leg in legs:
        rows.append(f'<tr><th class="leg" colspan="{len(looks) + 1}">{html.escape(leg.name)}</th></tr>')
        for stop in leg.stops:
            cells = []
            for language, look in looks:
                path = Path(language) / look / f"{files[stop.name]}.png"
                there = (out / path).exists()
                cells.append(
                    f'<td><a href="{path}"><img loading="lazy" src="{path}" alt="{stop.name}"></a></td>'
                    if there
                    else '<td class="missing">not reached</td>'
                    if not stop.passing or (language, look) in FIRST_LOOK
                    else "<td></td>"
                )
            rows.append(f"<tr><th>{files[stop.name]}</th>{''.join(cells)}</tr>")
    style = (
        "body{font:14px sans-serif;background:#e6edef;color:#10242b}img{height:260px;border:1px solid #5c727b}"
        "th{text-align:left;vertical-align:top;padding:8px}.leg{font-size:18px;padding-top:24px}.missing{color:#8f1d1d}"
    )
    body = f"<table><tr><th></th>{head}</tr>{''.join(rows)}</table>"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Tour</title><style>{style}</style>{body}</html>\n'
    )
