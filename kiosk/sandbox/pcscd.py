"""The PC/SC service with the virtual reader: one that runs already, or one of our own that can be stopped and killed.

Our own pcscd lives in a private mount namespace, because the folder of its socket is compiled in: several can run side by
side, and the machine's own one, with its real readers, is not touched. Clients find it by `PCSCLITE_CSOCK_NAME`. It has a
reader file of its own, so that its virtual reader listens on a port of its own.

pcscd 1.9.9 built with libudev does nothing on SIGUSR1 for readers from a file: "unplugged" is therefore a restart with a
reader file that names none.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum, unique
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from drivers.card.vpcd import PORT
from kiosk.sandbox.leash import Leashed

SOCKET_VARIABLE: Final = "PCSCLITE_CSOCK_NAME"
NAME: Final = "Virtual PCD"
"""What the virtual reader is called; pcscd adds numbers of reader and slot."""
_STANDARD_SOCKET: Final = Path("/run/pcscd/pcscd.comm")
_DRIVERS: Final = (
    Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so"),
    Path("/usr/lib64/pcsc/drivers/serial/libifdvpcd.so"),
)
_START_SECONDS: Final = 10.0
_PRIVATE: Final = """
mount -t tmpfs tmpfs /run && mkdir /run/pcscd && mount --bind "$1" /run/pcscd && exec "$2" --foreground --config "$3"
"""


class PcscMissing(Exception):
    """pcscd or its virtual reader cannot be had here. The text says what to install or start."""


@unique
class Where(StrEnum):
    """Which pcscd is used."""

    RUNNING = "running"  # somebody else's, on the machine's own socket; it is never stopped
    STANDARD = "standard"  # ours, on the machine's own socket (as root, where none runs)
    PRIVATE = "private"  # ours, in a namespace


class Pcscd:
    """One pcscd. `with Pcscd.open() as service:`"""

    def __init__(self, where: Where, folder: Path, port: int) -> None:
        self.where = where
        self.port = port
        self._folder = folder
        self._plugged = True
        self._name = NAME
        self._process: Leashed | None = None
        self._program = shutil.which("pcscd") or "/usr/sbin/pcscd"

    @classmethod
    def open(cls, *, standard: bool = False) -> Pcscd:
        """A pcscd that answers, with a virtual reader.

        `standard`: on the machine's own socket, so that other programs see the reader, too: the one that runs if it has
        the virtual reader, else one of ours where that is possible; else, and always without `standard`, a private one.
        Raises PcscMissing.
        """
        if standard and _answers(_STANDARD_SOCKET):
            if _listens(PORT):
                return cls(Where.RUNNING, Path(), PORT)
        elif standard and os.geteuid() == 0 and not _listens(PORT):
            return cls._opened(Where.STANDARD, PORT)
        return cls._opened(Where.PRIVATE, _free_port_pair())

    @classmethod
    def _opened(cls, where: Where, port: int) -> Pcscd:
        if not any(path.exists() for path in _DRIVERS):
            raise PcscMissing("pcscd's virtual reader is not installed: apt install vsmartcard-vpcd")
        service = cls(where, Path(tempfile.mkdtemp(prefix="kiosk-pcscd-")), port)
        try:
            service.start()
        except PcscMissing:
            service.close()
            raise
        return service

    @property
    def ours(self) -> bool:
        return self.where is not Where.RUNNING

    @property
    def socket(self) -> Path:
        return self._folder / "ipc" / "pcscd.comm" if self.where is Where.PRIVATE else _STANDARD_SOCKET

    @property
    def environment(self) -> Mapping[str, str]:
        """For the processes that shall use this pcscd."""
        return {SOCKET_VARIABLE: str(self.socket)}

    @property
    def alive(self) -> bool:
        return not self.ours or (self._process is not None and self._process.alive)

    @property
    def plugged(self) -> bool:
        return self._plugged

    def start(self) -> None:
        """Returns when it answers. Nothing happens when it runs. Raises PcscMissing, and RuntimeError where it is not ours."""
        self._check_ours()
        if self._process is not None and self._process.alive:
            return
        ipc, config = self._folder / "ipc", self._folder / "reader.conf"
        ipc.mkdir(exist_ok=True)
        config.write_text(_reader_file(self._name, self.port) if self._plugged else "", "ascii")
        log = self._folder / "log"
        if self.where is Where.PRIVATE:
            user = [] if os.geteuid() == 0 else ["--map-root-user"]
            argv = ["unshare", "--mount", *user, "sh", "-c", _PRIVATE, "pcscd", str(ipc), self._program, str(config)]
        else:
            argv = [self._program, "--foreground", "--config", str(config)]
        self._process = Leashed(argv, log=log)
        until = time.monotonic() + _START_SECONDS
        while not _answers(self.socket):
            if time.monotonic() > until or self._process.wait(0.02) is not None:
                said = log.read_text("utf-8", "replace").strip().splitlines()[-1:] or ["no answer"]
                self._process.stop()
                raise PcscMissing(f"pcscd does not start: {said[0]}")

    def stop(self) -> None:
        """SIGTERM, as `systemctl stop` does."""
        self._check_ours()
        self.thaw()
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        """SIGKILL: clients notice by their own means."""
        self._check_ours()
        if self._process is not None:
            self._process.kill()

    @property
    def process(self) -> int:
        """Process number of a pcscd of ours that runs. Raises ProcessLookupError."""
        self._check_ours()
        config = str(self._folder / "reader.conf").encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    command = (entry / "cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue  # it has ended since
                if command[0].endswith(b"pcscd") and config in command:
                    return int(entry.name)
        raise ProcessLookupError("this pcscd does not run")

    def freeze(self) -> None:
        """SIGSTOP: it takes connections and answers nobody."""
        os.kill(self.process, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT. Nothing happens when it runs, or does not."""
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGCONT)

    @property
    def reader(self) -> str:
        """The PC/SC name of the first slot."""
        return f"{self._name} 00 00"

    def unplug(self) -> None:
        """No reader any more. (See the module for why the service restarts.)"""
        self._plug(False, self._name)

    def plug(self, name: str = NAME) -> None:
        """The reader is there; `name` another one than before: as a reader that was put into another socket."""
        self._plug(True, name)

    def close(self) -> None:
        """Stops what is ours and removes its folder. Safe to call twice."""
        if self.ours:
            self.stop()
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _plug(self, plugged: bool, name: str) -> None:
        if (self._plugged, self._name) != (plugged, name):
            self.stop()
            self._plugged, self._name = plugged, name
            self.start()

    def _check_ours(self) -> None:
        if not self.ours:
            raise RuntimeError("this pcscd is somebody else's: it is not touched")


def _reader_file(name: str, port: int) -> str:
    driver = next(path for path in _DRIVERS if path.exists())
    return f'FRIENDLYNAME "{name}"\nDEVICENAME /dev/null:0x{port:04X}\nLIBPATH {driver}\nCHANNELID 0x{port:04X}\n'


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def _listens(port: int) -> bool:
    """Does anybody listen on this port? Asked of the kernel: to connect would be to insert a card."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        if any(line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A" for line in lines):
            return True
    return False


def _free_port_pair() -> int:
    """vpcd takes a port for each of its two slots."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise PcscMissing("no two neighbouring ports are free for the virtual reader")
