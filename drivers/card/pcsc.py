"""The real card reader, on `smartcard.scard`. The only file that imports pyscard.

A connection has a PC/SC context of its own (pcsc-lite does one thing at a time per context), released with it and at once when
the connect fails: contexts that failed connects leave behind count against the service's limit until it wedges.

Source: PC/SC part 5; pcsc-lite's and pyscard's issue lists for what goes wrong (pyscard #27, #63, #86, #220; PCSC #254).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, cast

import smartcard.scard  # type: ignore[import-untyped]

from drivers.card.profiles import PROFILES, ReaderProfile
from drivers.card.reader import CardLost, CardMute, ReaderDenied, ReaderEvent, ReaderFault, ReaderHeld
from drivers.card.states import ReaderState
from drivers.card.watcher import Busy, Slot, Watcher
from drivers.card.winscard import (
    NOT_TRANSACTED,
    PROTOCOL_T0,
    PROTOCOL_T1,
    RESET_CARD,
    SCOPE_SYSTEM,
    UNPOWER_CARD,
    Meaning,
    Scard,
    ShareMode,
    StateFlag,
    code,
    counter,
    flags,
    meaning,
    taken_note,
)

log = logging.getLogger(__name__)

_GONE_WAIT_MS: Final = 1000
"""How long a failed transmission waits for PC/SC to say that the card left: pcscd looks about every 0.4 s."""


class PcscConnection:
    """One powered card. A `drivers.card.reader.Connection`; one worker owns it."""

    def __init__(
        self, scard: Scard, context: int, card: int, protocol: int, slot: Slot, atr: bytes, shared: bool, busy: Busy
    ) -> None:
        self._scard = scard
        self._context = context
        self._card = card
        self._protocol = protocol
        self._slot = slot
        self._shared = shared
        self._busy = busy
        self._open = True
        self._atr = atr

    @property
    def atr(self) -> bytes:
        return self._atr

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        if not self._open:
            raise CardLost
        numbers = list(apdu)  # pyscard takes a list of small integers: nothing of it outlives the call
        try:
            with _timed(self._busy):
                result, answer = self._scard.SCardTransmit(self._card, self._protocol, numbers)
        finally:
            numbers.clear()
        match meaning(result):
            case Meaning.OK if len(answer) >= 2:
                return bytes(answer)
            case Meaning.OK | Meaning.NOT_TRANSACTED:
                # Pulled in mid-command and a card that stopped answering look alike; whether the slot is empty tells. Some
                # drivers call it a success with less than a status word.
                raise CardLost if self._left() else ReaderFault(NOT_TRANSACTED)
            case Meaning.CARD_GONE | Meaning.SERVICE_GONE | Meaning.READER_GONE | Meaning.CARD_MUTE | Meaning.DENIED:
                raise CardLost  # DENIED: what a killed pcscd's reset socket is called; polkit refused at the connect, or never
            case (
                Meaning.TIMEOUT
                | Meaning.CANCELLED
                | Meaning.NO_READERS
                | Meaning.READER_UNAVAILABLE
                | Meaning.HELD
                | Meaning.FAULT
            ):
                raise ReaderFault(code(result))

    def disconnect(self) -> None:
        if not self._open:
            return
        self._open = False
        with _timed(self._busy):
            if self._shared:
                self._scard.SCardEndTransaction(self._card, UNPOWER_CARD)
            self._scard.SCardDisconnect(self._card, UNPOWER_CARD)
            self._scard.SCardReleaseContext(self._context)

    def _left(self) -> bool:
        """Whether the card left the slot, as far as PC/SC comes to know within _GONE_WAIT_MS."""
        reader, known = self._slot.reader, 0
        until = time.monotonic() + _GONE_WAIT_MS / 1000
        while (left := until - time.monotonic()) > 0:
            result, answers = self._scard.SCardGetStatusChange(self._context, int(left * 1000), [(reader, known)])
            match meaning(result):
                case Meaning.OK:
                    known = taken_note(answers[0][1])
                    if not flags(known) & StateFlag.PRESENT or counter(known) != self._slot.counter:
                        return True
                case Meaning.TIMEOUT:
                    return False
                case _:
                    return True
        return False


class PcscReader:
    """One slot, chosen by name patterns (fnmatch), first pattern first. A `drivers.card.reader.CardReader`.

    `allow_virtual` admits readers named `Virtual PCD*`; without it, one that fits gives ReaderState.VIRTUAL_REFUSED.
    """

    def __init__(
        self,
        patterns: Sequence[str] = ("*",),
        allow_virtual: bool = False,
        profiles: Sequence[ReaderProfile] = PROFILES,
        scard: Scard | None = None,
    ) -> None:
        self._scard = scard or cast(Scard, smartcard.scard)
        self._patterns = tuple(patterns)
        self._allow_virtual = allow_virtual
        self._profiles = tuple(profiles)
        self._busy = Busy()
        self._watcher: Watcher | None = None
        self._stopped = threading.Event()

    def start(self, sink: Callable[[ReaderEvent], None]) -> None:
        if self._watcher is not None:
            raise RuntimeError("the reader is watched already")
        self._stopped.clear()
        self._watcher = Watcher(self._scard, self._patterns, self._allow_virtual, self._profiles, self._busy, sink)
        self._watcher.start()

    def stop(self) -> None:
        self._stopped.set()
        watcher, self._watcher = self._watcher, None
        if watcher:
            watcher.stop()

    @property
    def heartbeat(self) -> float | None:
        """Monotonic time of the watcher's last look (at most about a second ago while all is well); None when not started."""
        return self._watcher.heartbeat if self._watcher else None

    @property
    def busy_since(self) -> float | None:
        """Since when (monotonic) a connect, command or disconnect is under way; None when none is.

        Past the profile's `command_limit_s` the watcher reports ReaderState.FAULTY by itself; the worker's thread is then to be
        left behind, because PC/SC has no way to call it back.
        """
        return self._busy.since

    def connect(self, insertion: int) -> PcscConnection:
        watcher = self._watcher
        slot = watcher.slot if watcher else None
        if watcher is None or slot is None or slot.insertion != insertion:
            raise CardLost
        profile = watcher.profile(slot.reader)
        self._busy.limit_s = profile.command_limit_s
        self._stopped.wait(max(0.0, slot.since + profile.settle_ms / 1000 - time.monotonic()))
        attempt = 0
        while True:
            if watcher.slot is not slot:
                raise CardLost
            try:
                with _timed(self._busy):
                    return self._connect(slot, profile)
            except (CardLost, CardMute):
                attempt += 1
                if attempt > profile.retries:
                    raise
                self._stopped.wait(profile.retry_ms / 1000)
            except ReaderHeld:
                watcher.refused(ReaderState.HELD)
                raise
            except ReaderDenied:
                watcher.refused(ReaderState.ACCESS_DENIED)
                raise

    def _connect(self, slot: Slot, profile: ReaderProfile) -> PcscConnection:
        result, context = self._scard.SCardEstablishContext(SCOPE_SYSTEM)
        if meaning(result) is not Meaning.OK:
            raise _refusal(result)
        card: int | None = None
        connected = False
        try:
            share, card, protocol = self._open(context, slot.reader, profile)
            protocol = self._cold_reset(card, share, protocol)
            if share is ShareMode.SHARED:
                self._check(self._scard.SCardBeginTransaction(card))
            result, _, _, _, atr = self._scard.SCardStatus(card)
            self._check(result)
            # The handle is bound to whatever card was in the slot when it opened: is it still the one that was reported?
            result, answers = self._scard.SCardGetStatusChange(context, 0, [(slot.reader, 0)])
            self._check(result)
            if counter(answers[0][1]) != slot.counter:
                raise CardLost
            connected = True
            return PcscConnection(
                self._scard, context, card, protocol, slot, bytes(atr), share is ShareMode.SHARED, self._busy
            )
        finally:
            if not connected:
                if card is not None:
                    self._scard.SCardDisconnect(card, UNPOWER_CARD)
                self._scard.SCardReleaseContext(context)

    def _open(self, context: int, reader: str, profile: ReaderProfile) -> tuple[ShareMode, int, int]:
        """Connect in the first share mode that is granted; T=0 first, as the social security card has it."""
        result = 0
        for share in profile.share_modes:
            for protocols in (PROTOCOL_T0, PROTOCOL_T0 | PROTOCOL_T1):
                result, card, protocol = self._scard.SCardConnect(context, reader, share.value, protocols)
                if meaning(result) is Meaning.OK:
                    return share, card, protocol
                if meaning(result) is not Meaning.CARD_MUTE:
                    break
            if meaning(result) is Meaning.CARD_MUTE:
                return self._open_mute(context, reader, share, result)
            if meaning(result) is not Meaning.HELD:
                break
        raise _refusal(result)

    def _open_mute(self, context: int, reader: str, share: ShareMode, result: int) -> tuple[ShareMode, int, int]:
        """No answer to the cold reset: one warm reset (LD/T 32 part 2), through a handle that needs no card."""
        direct, card, _ = self._scard.SCardConnect(context, reader, ShareMode.DIRECT.value, 0)
        if meaning(direct) is not Meaning.OK:
            raise _refusal(result)
        warm, protocol = self._scard.SCardReconnect(card, share.value, PROTOCOL_T0 | PROTOCOL_T1, RESET_CARD)
        if meaning(warm) is not Meaning.OK:
            self._scard.SCardDisconnect(card, UNPOWER_CARD)
            raise _refusal(result)
        return share, card, protocol

    def _cold_reset(self, card: int, share: ShareMode, protocol: int) -> int:
        """Power off and on, so that no state of an earlier use is left; if the card does not answer, one warm reset."""
        for initialization in (UNPOWER_CARD, RESET_CARD):
            result, active = self._scard.SCardReconnect(card, share.value, protocol, initialization)
            if meaning(result) is not Meaning.CARD_MUTE:
                break
        self._check(result)
        return active

    @staticmethod
    def _check(result: int) -> None:
        if meaning(result) is not Meaning.OK:
            raise _refusal(result)


def _refusal(result: int) -> Exception:
    """What a failed connect means. Exhaustive over Meaning."""
    match meaning(result):
        case Meaning.HELD:
            return ReaderHeld()
        case Meaning.DENIED:
            return ReaderDenied()
        case Meaning.CARD_MUTE:
            return CardMute()
        case Meaning.CARD_GONE | Meaning.SERVICE_GONE | Meaning.READER_GONE | Meaning.NO_READERS:
            return CardLost()
        case (
            Meaning.OK
            | Meaning.TIMEOUT
            | Meaning.CANCELLED
            | Meaning.READER_UNAVAILABLE
            | Meaning.NOT_TRANSACTED
            | Meaning.FAULT
        ):
            return ReaderFault(code(result))


@contextmanager
def _timed(busy: Busy) -> Iterator[None]:
    busy.since = time.monotonic()
    try:
        yield
    finally:
        busy.since = None
