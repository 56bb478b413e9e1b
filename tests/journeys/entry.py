"""The kiosk with an inspector beside its window: `python tests/journeys/entry.py --inspector <socket> --config <kiosk.ini>`.

The same composition as `kiosk run`, and one more callback for every painted page.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kiosk.ops import heap

if __name__ == "__main__":
    heap.no_thread_caches()  # before anything is loaded twice

from kiosk.ops import logs
from kiosk.run import Kiosk, load
from tests.journeys.census import census
from tests.journeys.inspector import Inspector


def main() -> int:
    parser = argparse.ArgumentParser(description="the kiosk, looked at")
    parser.add_argument("--inspector", type=Path, required=True, help="Unix socket to listen on")
    parser.add_argument("--config", type=Path, required=True, help="kiosk.ini")
    options = parser.parse_args()
    heap.one()
    logs.set_up()
    kiosk: Kiosk | None = None
    inspector = Inspector(
        options.inspector,
        lambda: kiosk.presenter.screen.drawn() if kiosk and kiosk.presenter.screen else None,
        lambda: census(kiosk) if kiosk else {},
    )
    kiosk = Kiosk(load(options.config), painted=(inspector.painted,))
    return kiosk.run()


if __name__ == "__main__":
    raise SystemExit(main())
