"""The audit chain of a kiosk as an auditor reads it: beside the running kiosk, and what central holds of it."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from kiosk.sandbox.central.seen import SeenChain
from kiosk.sandbox.walk import Walk
from kiosk.store.audit import Broken, Head, Sound, whose
from kiosk.store.auditfile import FILE, AuditFile
from kiosk.store.device_key import DeviceKey, load

_T = TypeVar("_T")

DEVICE: Final = "kiosk-01"
Line = Mapping[str, str | int]


@dataclass(frozen=True)
class Auditor:
    """Reads the chain of the kiosk in this walk's world beside it, as `kiosk audit` does, and what central holds of it."""

    walk: Walk
    folder: Path
    """Of the chain."""
    key: Path
    """The device key's file."""

    def file(self) -> AuditFile:
        until = time.monotonic() + 10
        while not (self.folder / FILE).exists():  # of a kiosk that has just been switched on for the first time
            assert time.monotonic() < until, "the kiosk begins no chain"
            time.sleep(0.05)
        device = load(self.key, {})
        assert isinstance(device, DeviceKey)
        return AuditFile(self.folder, device, DEVICE, look=True)

    def _look(self, get: Callable[[AuditFile], _T]) -> _T:
        file = self.file()
        try:
            return get(file)
        finally:
            file.close_file()

    def head(self) -> Head:
        return self._look(AuditFile.head)

    def lines(self, after: int = 0) -> list[Line]:
        return self._look(lambda file: [json.loads(text) for _, text, _ in file.after(after, 10_000)])

    def until(self, wanted: Callable[[list[Line]], bool], after: int = 0, within: float = 10.0) -> list[Line]:
        """The lines, once they are so: what shows nothing is not waited for by the page."""
        until = time.monotonic() + within
        while not wanted(lines := self.lines(after)):
            assert time.monotonic() < until, f"lines: {told(lines)}"
            time.sleep(0.05)
        return lines

    def named(self, number: str, kind: str = "id_number") -> str:
        """How a line names this person, or a member of staff."""
        return whose(self._look(AuditFile.person), kind, number)

    def central(self) -> SeenChain | None:
        """What central holds of this chain."""
        name = self.head().chain
        return next((each for each in self.walk.world.central.audits(DEVICE) if each.chain == name), None)

    def until_held(self, within: float = 60.0) -> SeenChain:
        """Every line is at central, and the key."""
        until = time.monotonic() + within
        while True:
            seen, length = self.central(), self.head().length
            if seen is not None and seen.key is not None and len(seen.lines) == length:
                return seen
            assert time.monotonic() < until, "central has not got all lines"
            time.sleep(0.1)

    def verify(self, seen: SeenChain | None = None) -> Sound | Broken:
        """With central's key and its highest head, where they are given."""
        if seen is None or seen.key is None:
            return self._look(AuditFile.verify)
        key, head = bytes.fromhex(seen.key), Head(seen.chain, seen.length, bytes.fromhex(seen.head))
        return self._look(lambda file: file.verify(key, (head,)))


def told(lines: list[Line]) -> list[tuple[str, str]]:
    """Kind and outcome of each."""
    return [(str(line["kind"]), str(line.get("outcome", ""))) for line in lines]
