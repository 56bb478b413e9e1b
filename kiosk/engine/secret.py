"""The only buffers of PINs and of a password. Keys go in from pad or keyboard, they are taken out once; the visit hears how
many."""

import threading
from collections.abc import Callable
from enum import Enum

from kiosk.help import PASSWORD_MAX
from kiosk.pinrules import PinBearer, PinLimits, judged
from kiosk.visit.services import PinRule, PinSlot


class _Password(Enum):
    """The slot beside those of the PINs."""

    PASSWORD = "password"  # noqa: S105 a name, not a secret


class SecretEntry:
    """Digits of one visit, a bytearray for each slot; or the characters of a password.

    Thread-safe. No repr, wiped whenever they are left; the one copy that is
    made goes to the card worker, which wipes it.

    Keys go into the open slot. `entered(visit, count)` is called after each change of it, outside the lock.
    """

    def __init__(self, entered: Callable[[int, int], None], longest: int = 12) -> None:
        self._entered = entered
        self._longest = longest
        self._longest_password = PASSWORD_MAX
        self._lock = threading.Lock()
        self._visit = 0
        self._open: PinSlot | _Password | None = None
        self._slots: dict[PinSlot | _Password, bytearray] = {slot: bytearray() for slot in (*PinSlot, *_Password)}

    def __repr__(self) -> str:
        return "SecretEntry(…)"

    def open(self, visit: int, slot: PinSlot = PinSlot.OLD) -> None:
        """Fresh, empty buffers for `visit`; whatever was in the old ones is wiped."""
        with self._lock:
            self._wipe(*self._slots)
            self._visit, self._open = visit, slot

    def open_slot(self, visit: int, slot: PinSlot) -> None:
        """The keys go there from now on. It is emptied, and the others keep what they have, if it is of the same visit.

        A second entry is one of the new PIN that it repeats: it goes with it.
        """
        with self._lock:
            if visit != self._visit:
                self._wipe(*self._slots)
            elif slot is PinSlot.NEW:
                self._wipe(PinSlot.NEW, PinSlot.AGAIN)
            else:
                self._wipe(slot)
            self._visit, self._open = visit, slot

    def open_password(self, visit: int, longest: int = PASSWORD_MAX) -> None:
        """A fresh, empty buffer for a password of so many characters at most; digits of a PIN are wiped."""
        with self._lock:
            self._wipe(*self._slots)
            self._visit, self._open = visit, _Password.PASSWORD
            self._longest_password = longest

    def close(self) -> None:
        """Nothing is kept, and nothing taken any more until `open`."""
        with self._lock:
            self._wipe(*self._slots)
            self._visit, self._open = 0, None

    def press(self, digit: int) -> None:
        """One more digit, 0 to 9. A digit beyond the longest PIN or password is not taken."""
        if not 0 <= digit <= 9:
            raise ValueError("not a digit")
        self._add(0x30 + digit, (*PinSlot, *_Password))

    def press_sign(self, sign: str) -> None:
        """One more character of a password, printable ASCII; a PIN takes none."""
        if len(sign) != 1 or not 0x20 <= ord(sign) <= 0x7E:
            raise ValueError("not a character of a password")
        self._add(ord(sign), tuple(_Password))

    def _add(self, code: int, slots: tuple[PinSlot | _Password, ...]) -> None:
        with self._lock:
            if self._open is None or self._open not in slots or not self._visit:
                return
            digits = self._slots[self._open]
            if len(digits) >= (self._longest_password if self._open is _Password.PASSWORD else self._longest):
                return
            # Grown by hand: bytearray.append may leave a copy of the old digits behind when it moves.
            grown = bytearray(len(digits) + 1)
            grown[:-1] = digits
            grown[-1] = code
            self._wipe(self._open)
            self._slots[self._open] = grown
            told = self._visit, len(grown)
        self._entered(*told)

    def erase(self) -> None:
        """Take back the last digit."""
        with self._lock:
            if self._open is None or not self._visit or not self._slots[self._open]:
                return
            digits = self._slots[self._open]
            left = bytearray(len(digits) - 1)
            left[:] = memoryview(digits)[:-1]
            self._wipe(self._open)
            self._slots[self._open] = left
            told = self._visit, len(left)
        self._entered(*told)

    def clear(self) -> None:
        """Empty the open slot."""
        with self._lock:
            if self._open is None or not self._visit:
                return
            self._wipe(self._open)
            told = self._visit, 0
        self._entered(*told)

    def judge(self, visit: int, slot: PinSlot, limits: PinLimits, bearer: PinBearer) -> PinRule | None:
        """What speaks against the digits in `slot`; the open slot takes no more. An entry of another visit is too short.

        OLD: its length, and that a NEW one that is kept is another. NEW: all rules. AGAIN: that it is NEW.
        """
        with self._lock:
            self._open = None
            if visit != self._visit:
                return PinRule.LENGTH
            old, new = self._slots[PinSlot.OLD], self._slots[PinSlot.NEW]
            match slot:
                case PinSlot.OLD if not limits.shortest <= len(old) <= limits.longest:
                    return PinRule.LENGTH
                case PinSlot.OLD:
                    return PinRule.OLD if old == new else None
                case PinSlot.NEW:
                    return judged(new, limits, bearer, old or None)
                case PinSlot.AGAIN:
                    return None if self._slots[PinSlot.AGAIN] == new else PinRule.DIFFER

    def take(self, visit: int, slot: PinSlot = PinSlot.OLD) -> bytearray:
        """Hand the digits over, once: the buffer is empty after. Empty when it belongs to another visit."""
        with self._lock:
            if visit != self._visit:
                return bytearray()
            taken, self._slots[slot] = self._slots[slot], bytearray()
            return taken

    def take_password(self, visit: int) -> bytearray:
        """Hand the password over, once; nothing more is taken until one is opened again. Who takes it wipes it."""
        with self._lock:
            if visit != self._visit:
                return bytearray()
            self._open = None
            taken, self._slots[_Password.PASSWORD] = self._slots[_Password.PASSWORD], bytearray()
            return taken

    def copy(self, visit: int, slot: PinSlot) -> bytearray:
        """The digits, and they stay. Who takes them wipes them."""
        with self._lock:
            return bytearray() if visit != self._visit else bytearray(self._slots[slot])

    def forget(self, visit: int) -> None:
        """Nothing of this visit is kept any more: the card has taken the new PIN."""
        with self._lock:
            if visit == self._visit:
                self._wipe(*self._slots)

    def _wipe(self, *slots: PinSlot | _Password) -> None:
        for slot in slots:
            digits = self._slots[slot]
            for place in range(len(digits)):
                digits[place] = 0
            self._slots[slot] = bytearray()
