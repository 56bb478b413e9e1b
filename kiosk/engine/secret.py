"""The PIN's only buffer. Keys go in from the key pad, the card worker takes it out once; the visit hears how many."""

import threading
from collections.abc import Callable


class SecretEntry:
    """Digits of one visit in a bytearray. Thread-safe. No repr, no copy, wiped whenever it is left.

    `entered(visit, count)` is called after each change, outside the lock.
    """

    def __init__(self, entered: Callable[[int, int], None], longest: int = 12) -> None:
        self._entered = entered
        self._longest = longest
        self._lock = threading.Lock()
        self._visit = 0
        self._digits = bytearray()

    def __repr__(self) -> str:
        return "SecretEntry(…)"

    def open(self, visit: int) -> None:
        """A fresh, empty buffer for `visit`; whatever was in the old one is wiped."""
        with self._lock:
            self._wipe()
            self._visit = visit

    def close(self) -> None:
        """Nothing is taken any more until `open`."""
        self.open(0)

    def press(self, digit: int) -> None:
        """One more digit, 0 to 9. A digit beyond the longest PIN is not taken."""
        if not 0 <= digit <= 9:
            raise ValueError("not a digit")
        with self._lock:
            if not self._visit or len(self._digits) >= self._longest:
                return
            # Grown by hand: bytearray.append may leave a copy of the old digits behind when it moves.
            grown = bytearray(len(self._digits) + 1)
            grown[:-1] = self._digits
            grown[-1] = 0x30 + digit
            self._wipe()
            self._digits = grown
            told = self._visit, len(grown)
        self._entered(*told)

    def erase(self) -> None:
        """Take back the last digit."""
        with self._lock:
            if not self._visit or not self._digits:
                return
            left = bytearray(self._digits[:-1])
            self._wipe()
            self._digits = left
            told = self._visit, len(left)
        self._entered(*told)

    def clear(self) -> None:
        with self._lock:
            if not self._visit:
                return
            self._wipe()
            told = self._visit, 0
        self._entered(*told)

    def take(self, visit: int) -> bytearray:
        """Hand the digits over, once: the buffer is empty after. Empty when it belongs to another visit."""
        with self._lock:
            if visit != self._visit:
                return bytearray()
            taken, self._digits = self._digits, bytearray()
            return taken

    def _wipe(self) -> None:
        for place in range(len(self._digits)):
            self._digits[place] = 0
        self._digits = bytearray()
