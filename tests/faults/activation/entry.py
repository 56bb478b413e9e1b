"""The kiosk of `kiosk run` without its window: `python entry.py --person <socket> --config <kiosk.ini>`.

Settings, reader, client, journal, recent data, activation and printing are put together by `kiosk.run`. In the window's place
stands a line to a person: what would be shown goes out, what is touched comes in. A second line tells of every write of the
journal before and after it, and waits each time until it may go on.
"""

import argparse
import signal
import sys
import threading
from multiprocessing.connection import Client, Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from kiosk import run
from kiosk.config import Settings
from kiosk.kept import DeviceKeyFile
from kiosk.kept import journal_of as journal_of_settings
from kiosk.ops import logs
from kiosk.store.journal import TransactionJournal
from kiosk.store.transaction import Closed, Step, Transaction
from kiosk.visit.states import Model
from tests.faults.activation.line import JOURNAL, PERSON, Digits, Journalled, Touch


class Told:
    """A line to the test. One message at a time."""

    def __init__(self, address: str, role: str) -> None:
        self.connection: Connection = Client(address, "AF_UNIX")
        self.connection.send(role)
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        with self._lock:
            self.connection.send(message)

    def ask(self, message: object) -> None:
        """Until it is answered."""
        with self._lock:
            self.connection.send(message)
            self.connection.recv()


class WatchedJournal(TransactionJournal):
    """Each write is told before it begins and once it is durable."""

    line: Told

    def begin(self, identification: str, key: str) -> Transaction:
        self.line.ask(Journalled("begin", durable=False))
        row = super().begin(identification, key)
        self.line.ask(Journalled("begin", durable=True))
        return row

    def adopt(self, identification: str, reservation: str, reference: str) -> Transaction:
        self.line.ask(Journalled("adopt", durable=False))
        row = super().adopt(identification, reservation, reference)
        self.line.ask(Journalled("adopt", durable=True))
        return row

    def advance(
        self,
        id: int,
        step: Step,
        *,
        reservation: str | None = None,
        reference: str | None = None,
        key: str | None = None,
    ) -> Transaction:
        self.line.ask(Journalled(step.value, durable=False))
        row = super().advance(id, step, reservation=reservation, reference=reference, key=key)
        self.line.ask(Journalled(step.value, durable=True))
        return row

    def close(self, id: int, how: Closed) -> None:
        self.line.ask(Journalled(f"closed {how.value}", durable=False))
        super().close(id, how)
        self.line.ask(Journalled(f"closed {how.value}", durable=True))


class Person:
    """Stands where the window would."""

    def __init__(self, kiosk: run.Kiosk, line: Told) -> None:
        self._kiosk = kiosk
        self._line = line

    def publish(self, model: Model) -> None:
        self._line.send(model)

    def serve(self) -> None:
        """What is touched, until the other end hangs up."""
        engine = self._kiosk.engine
        while True:
            touch = self._line.connection.recv()
            match touch:
                case Touch(visit=visit, action=action):
                    engine.pressed(visit, action)
                case Digits(digits=digits):
                    for digit in digits:
                        engine.secret.press(int(digit))
                case _:
                    raise TypeError(type(touch))


def main() -> int:
    parser = argparse.ArgumentParser(description="the kiosk without its window")
    parser.add_argument("--person", required=True, help="Unix socket of who stands there")
    parser.add_argument("--config", type=Path, required=True, help="kiosk.ini")
    options = parser.parse_args()
    logs.set_up()
    writes = Told(options.person, JOURNAL)

    def journal_of(settings: Settings, key: DeviceKeyFile) -> TransactionJournal | None:
        journal = journal_of_settings(settings, key)
        if journal is not None:
            journal.__class__ = WatchedJournal
            vars(journal)["line"] = writes
        return journal

    vars(run)["journal_of"] = journal_of
    sys.setswitchinterval(run.SWITCH_SECONDS)
    kiosk = run.Kiosk(run.load(options.config))
    person = Person(kiosk, Told(options.person, PERSON))
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    vars(kiosk)["presenter"] = person
    kiosk.engine.start()
    kiosk.engine.connect()
    person.publish(kiosk.engine.model)

    def serve() -> None:
        try:
            person.serve()
        except (EOFError, OSError):
            over.set()

    threading.Thread(target=serve, name="person", daemon=True).start()
    over.wait()
    kiosk.engine.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
