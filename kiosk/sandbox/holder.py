"""Another program that holds the card: it connects exclusively to whatever card is in, says so, and never lets go.

    python -m kiosk.sandbox.holder "Virtual PCD 00 00" 5

It writes `held` to the file descriptor of that number once it has a card. pcsc-lite keeps the reader locked for it also over
the next cards, until it ends.
"""

import os
import signal
import sys
import threading

from drivers.card.pcsc import PcscReader
from drivers.card.profiles import ReaderProfile
from drivers.card.reader import CardInserted, CardLost, CardMute, ReaderEvent, ReaderFault, ReaderHeld
from drivers.card.winscard import ShareMode

ATTEMPTS = 50
PAUSE = 0.1


def main() -> int:
    pattern, told = sys.argv[1], int(sys.argv[2])
    reader = PcscReader((pattern,), True, (ReaderProfile(pattern, share_modes=(ShareMode.EXCLUSIVE,), settle_ms=0),))
    inserted = threading.Event()
    found: list[int] = []

    def sink(event: ReaderEvent) -> None:
        if isinstance(event, CardInserted):
            found.append(event.insertion)
            inserted.set()

    reader.start(sink)
    inserted.wait()
    for _ in range(ATTEMPTS):
        try:
            held = reader.connect(found[-1])
        except (ReaderHeld, ReaderFault, CardLost, CardMute):
            threading.Event().wait(PAUSE)  # the kiosk has it still
            continue
        os.write(told, b"held\n")
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
        held.disconnect()
        reader.stop()
        return 0
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
