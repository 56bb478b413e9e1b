"""`make soak`: visits of every demo card on end, with seeded faults mixed in. Growth is a failure: exit code 1."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType
from typing import Final

from tests.bench.__main__ import machine
from tests.soak.growth import WARM
from tests.soak.plan import FAULTS, ends, plan
from tests.soak.report import Report, table, verdict
from tests.soak.run import SETTLE, Options, soak

ROOT: Final = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--visits", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=None, help="stop after so long, if the visits are not done")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=FAULTS, help="share of visits with a fault (%(default)s)")
    parser.add_argument("--step", type=int, default=100, help="visits between two samples (%(default)s)")
    parser.add_argument("--warm", type=int, default=WARM, help="first visits, which see every look (%(default)s)")
    parser.add_argument("--settle", type=float, default=SETTLE, help="seconds of rest before a sample (%(default)s)")
    parser.add_argument("--only", type=int, default=None, help="play this visit alone, and print its plan")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "soak.json")
    given = parser.parse_args()
    stop = threading.Event()

    def stopped(number: int, _frame: FrameType | None) -> None:
        """The visit under way is played to its end; a second signal does not wait."""
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stopped)
    options = Options(
        given.visits,
        given.seconds,
        given.seed,
        given.faults,
        given.only,
        given.step,
        given.warm,
        given.settle,
        stop,
    )
    if given.only is not None:
        visit = plan(given.seed, given.only, given.faults, given.warm)
        print(f"{visit}\nmay lead to: {' or '.join(sorted(ends(visit)))}", flush=True)

    def step(report: Report) -> None:
        report.save(given.output)
        print(
            table(report.series[-1:]) if len(report.series) == 1 else table(report.series[-1:]).splitlines()[-1],
            flush=True,
        )

    with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as folder:
        report = soak(options, Path(folder), machine(), step)
    report.save(given.output)
    print(verdict(report), file=sys.stderr if not report.holds else sys.stdout)
    return 0 if report.holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
