"""The state of the simulated world inside the service: faults that wait, conditions, the recording."""

import asyncio
import threading
from typing import Final

from kiosk.sandbox.central.faults import Conditions, Fault, Operation, Recorded

RECORDED: Final = 2_000
"""Requests kept; the oldest go first."""


class World:
    """Changed by the simulator's port, read by every request. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self.conditions = Conditions()
        self._recording: dict[int, Recorded] = {}
        self._count = 0
        self._forgotten = 0
        self.held = 0
        self._gate = asyncio.Event()
        self.stopping = asyncio.Event()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    @property
    def waiting(self) -> int:
        with self._lock:
            return len(self._faults)

    def next_fault(self, operation: Operation | None) -> Fault | None:
        """The first fault that fits; counted down."""
        with self._lock:
            for position, fault in enumerate(self._faults):
                if fault.operation is not None and fault.operation is not operation:
                    continue
                if fault.skip > 0:
                    self._faults[position] = _replaced(fault, skip=fault.skip - 1)
                    continue
                if fault.times == 1:
                    del self._faults[position]
                elif fault.times is not None:
                    self._faults[position] = _replaced(fault, times=fault.times - 1)
                return fault
        return None

    def record(self, recorded: Recorded) -> None:
        """Takes the place of what was recorded with the same number."""
        with self._lock:
            if recorded.number <= self._forgotten:
                return
            self._recording[recorded.number] = recorded
            if len(self._recording) > RECORDED:
                del self._recording[next(iter(self._recording))]

    def next_number(self) -> int:
        with self._lock:
            self._count += 1
            return self._count

    def recording(self) -> list[Recorded]:
        """In the order in which the requests came."""
        with self._lock:
            return [self._recording[number] for number in sorted(self._recording)]

    def forget(self) -> None:
        with self._lock:
            self._recording.clear()
            self._forgotten = self._count

    async def hold(self) -> None:
        """Wait until released."""
        gate = self._gate
        self.held += 1
        try:
            await gate.wait()
        finally:
            self.held -= 1

    def release(self) -> None:
        """Let go every answer that is held now."""
        self._gate.set()
        self._gate = asyncio.Event()


def _replaced(fault: Fault, *, skip: int | None = None, times: int | None = None) -> Fault:
    return Fault(
        fault.kind,
        fault.operation,
        fault.times if times is None else times,
        fault.skip if skip is None else skip,
        fault.seconds,
        fault.status,
        fault.retry_after,
    )
