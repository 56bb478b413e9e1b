"""Plugs a virtual card into pcscd's virtual reader (vsmartcard's vpcd), so that demo and tests run the real PC/SC stack.

    python -m drivers.card.vpcd assets/cards/jinan-2-0.toml --port 35963

vpcd's protocol: a 16-bit big-endian length, then the message. One byte is a control: 0 power off, 1 power on, 2 reset, 4 give the
answer to reset; anything longer is an APDU, answered in the same form. A closed connection is an empty slot.
"""

from __future__ import annotations

import argparse
import signal
import socket
import threading
from pathlib import Path
from typing import Final, Self

from drivers.card.cardfile import KEYS_FILE, load_card, load_keys
from drivers.card.virtual import Pulled, Silent, VirtualCard

PORT: Final = 35963
"""vpcd listens on this port for its first slot; the second one has the next."""

_RETRY_SECONDS: Final = 0.1
_POWER_SECONDS: Final = 0.3
"""pcscd powers a card on in the same breath in which it first sees it; it looks again after 0.4 s."""
_NO_ANSWER: Final = (
    b"\x00"  # an empty message would read as removal; less than a status word is what a silent card comes to
)


class VirtualSlot:
    """One slot of the virtual reader. A card stays in over a stop and start of pcscd, as a real one does."""

    def __init__(self, port: int = PORT, host: str = "127.0.0.1") -> None:
        self._address = (host, port)
        self._insertion: _Insertion | None = None

    @property
    def card(self) -> VirtualCard | None:
        """The card in the slot; None after a fault has pulled it, too."""
        insertion = self._insertion
        return insertion.card if insertion and insertion.alive else None

    def insert(self, card: VirtualCard) -> None:
        """Put a card in. Returns at once: pcscd looks for cards about every 0.4 s."""
        if self.card is not None:
            raise RuntimeError("the slot is taken")
        self._insertion = _Insertion(self._address, card)

    def remove(self) -> None:
        """Pull the card, in the middle of a command if need be. Nothing happens when there is none."""
        insertion, self._insertion = self._insertion, None
        if insertion:
            insertion.pull()

    def swap(self, card: VirtualCard) -> None:
        """The card out and another in, faster than any look of pcscd: only the event counter tells."""
        self.remove()
        self.insert(card)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


class _Insertion:
    """One card for as long as it is in the slot, with the thread that answers for it."""

    def __init__(self, address: tuple[str, int], card: VirtualCard) -> None:
        self.card = card
        self._address = address
        self._out = threading.Event()
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="vpcd-card", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return not self._out.is_set()

    def pull(self) -> None:
        self._out.set()
        with self._lock:
            if self._socket:
                _shut(self._socket)
        self.card.tear()
        self._thread.join()

    def _run(self) -> None:
        while self.alive:
            try:
                line = socket.create_connection(self._address, timeout=5)
            except OSError:  # no pcscd at the moment: the card stays in and waits
                self._out.wait(_RETRY_SECONDS)
                continue
            with self._lock:
                self._socket = line
            try:
                if self.alive:
                    line.settimeout(None)
                    self._serve(line)
            except Pulled:
                self._out.set()
            except OSError:
                self._out.wait(_RETRY_SECONDS)  # pcscd went away
            finally:
                with self._lock:
                    self._socket = None
                line.close()
                self.card.power_off()

    def _serve(self, line: socket.socket) -> None:
        """Answer until the card or pcscd leaves. Raises OSError when the line ends, Pulled when a fault says so.

        Both ends of the line are also given up where pcscd missed that the card before was pulled, because an APDU met the gap
        between its looks, and so does not power this one on: a chip without power answers nothing, and when the line is closed
        and opened again the next look sees the slot empty.
        """
        powered = seen = False
        while True:
            line.settimeout(_POWER_SECONDS if seen and not powered else None)
            message = _receive(line)
            if len(message) > 1:
                if not powered:
                    return
                try:
                    answer = self.card.transmit(message)
                except Silent:
                    answer = _NO_ANSWER
                _send(line, answer)
                continue
            match message[0]:
                case 0:
                    self.card.power_off()
                case 1 | 2:
                    self.card.power_on()
                    powered = True
                case 4:
                    seen = True
                    _send(line, self.card.atr)
                case _:
                    raise OSError("a control that vpcd does not have")


def _send(line: socket.socket, message: bytes) -> None:
    line.sendall(len(message).to_bytes(2) + message)


def _receive(line: socket.socket) -> bytes:
    size = int.from_bytes(_exactly(line, 2))
    if size == 0:
        raise OSError("an empty message")
    return _exactly(line, size)


def _exactly(line: socket.socket, count: int) -> bytes:
    # vpcd 3.3 sends length and message in two writes: without an acknowledgement at once each APDU waits 40 ms for Nagle.
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
    data = line.recv(count, socket.MSG_WAITALL)
    if len(data) < count:
        raise OSError("the line ended")
    return data


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # pcscd closed it first


def main(arguments: list[str] | None = None) -> None:
    """Insert one card and leave it in until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(
        prog="python -m drivers.card.vpcd", description="A virtual card in pcscd's virtual reader."
    )
    parser.add_argument("card", type=Path, help="a card file (assets/cards/*.toml)")
    parser.add_argument("--port", type=int, default=PORT, help="vpcd's port of the slot (default %(default)s)")
    parser.add_argument("--keys", type=Path, help="master keys (default: keys.toml beside the card file)")
    options = parser.parse_args(arguments)
    card = VirtualCard(load_card(options.card), load_keys(options.keys or options.card.parent / KEYS_FILE))
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # before the slot's thread is there, so that it inherits the mask
    with VirtualSlot(options.port) as slot:
        slot.insert(card)
        signal.sigwait(signals)


if __name__ == "__main__":
    main()
