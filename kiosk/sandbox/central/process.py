"""The reference service as a child process on free loopback ports, with the demo certificates. For demo and tests."""

import json
import os
import select
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kiosk.sandbox.central.settings import CentralSettings
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.leash import Leashed
from kiosk.sandbox.pki import DemoPki, Identity

START_SECONDS: Final = 60.0


class CentralDidNotStart(Exception):
    """The service ended or was not ready in time; the text ends with what it logged last."""


class CentralProcess:
    """`with CentralProcess(pki) as central:` then `central.base_url` and `central.simulator`.

    `server` is the certificate it shows (the right one when None), `port` and `simulator_port` 0 any free ones, `database` an
    SQLAlchemy URL (None: a temporary SQLite file), `cards` a folder of card files (None: the demo's), `log` where its log goes
    (None: a temporary file).
    """

    def __init__(
        self,
        pki: DemoPki,
        *,
        server: Identity | None = None,
        devices: Sequence[tuple[str, str]] = CentralSettings.devices,
        port: int = 0,
        simulator_port: int = 0,
        database: str | None = None,
        population: int = 2000,
        today: date | None = None,
        session_seconds: float | None = None,
        cards: Path | None = None,
        log: Path | None = None,
    ) -> None:
        identity = pki.server if server is None else server
        self._arguments = [
            *("--ca", str(pki.authority)),
            *("--cert", str(identity.certificate)),
            *("--key", str(identity.key)),
            *("--list-key", str(pki.list_signer.private)),
            *("--port", str(port)),
            *("--simulator-port", str(simulator_port)),
            *("--population", str(population)),
            *(part for name, area in devices for part in ("--device", f"{name}={area}")),
        ]
        if database is not None:
            self._arguments += ["--database", database]
        if today is not None:
            self._arguments += ["--today", today.isoformat()]
        if cards is not None:
            self._arguments += ["--cards", str(cards)]
        if session_seconds is not None:
            self._arguments += ["--session-seconds", str(session_seconds)]
        self._log = log
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._child: Leashed | None = None
        self._addresses: dict[str, str] = {}

    @property
    def base_url(self) -> str:
        return self._addresses["base_url"]

    @property
    def port(self) -> int:
        return int(self.base_url.rpartition(":")[2])

    @property
    def simulator(self) -> Simulator:
        return Simulator(self._addresses["simulator"])

    @property
    def simulator_url(self) -> str:
        return self._addresses["simulator"]

    def start(self) -> None:
        """Returns when it listens. Raises CentralDidNotStart."""
        self._folder = tempfile.TemporaryDirectory(prefix="kiosk-central-run-")
        folder = Path(self._folder.name)
        log = self._log if self._log is not None else folder / "log"
        ready = folder / "ready"
        os.mkfifo(ready, 0o600)
        reader = os.open(ready, os.O_RDONLY | os.O_NONBLOCK)
        try:
            self._child = Leashed(
                [sys.executable, "-m", "kiosk.sandbox.central", *self._arguments, "--ready-file", str(ready)], log=log
            )
            self._addresses = json.loads(self._wait(reader, self._child, log))
        except BaseException:
            self.stop()
            raise
        finally:
            os.close(reader)

    @staticmethod
    def _wait(reader: int, child: Leashed, log: Path) -> bytes:
        deadline = time.monotonic() + START_SECONDS
        said = b""
        while not said.endswith(b"\n"):
            readable, _, _ = select.select([reader], [], [], 0.1)
            if readable:
                said += os.read(reader, 4096)
            if said.endswith(b"\n"):
                break
            if not child.alive or time.monotonic() > deadline:
                raise CentralDidNotStart(log.read_text("utf-8", "replace")[-2000:])
            if readable and not said:
                time.sleep(0.01)  # a FIFO without a writer reads as ended
        return said

    def stop(self) -> None:
        """Safe to call twice."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
