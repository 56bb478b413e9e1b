"""The least that reads a card: a fixed list of commands on `smartcard.scard`, for `tests.bench.visit` to compare the kiosk with.

    python tests/bench/visit_script.py "Virtual PCD 00 00" 00A40400... 00A40200...

Imports nothing but pyscard's C module, so that nothing of the kiosk is in it. For each line on stdin it waits until a card comes,
connects, sends the list, and prints the seconds from "present" (the return of SCardGetStatusChange) to the last answer; and those
that the last command took by itself.
"""

import sys
import time

from smartcard.scard import (  # type: ignore[import-untyped]
    SCARD_PROTOCOL_T0,
    SCARD_SCOPE_SYSTEM,
    SCARD_SHARE_EXCLUSIVE,
    SCARD_STATE_PRESENT,
    SCARD_STATE_UNAWARE,
    SCARD_UNPOWER_CARD,
    SCardConnect,
    SCardDisconnect,
    SCardEstablishContext,
    SCardGetStatusChange,
    SCardTransmit,
)

LOOK_MS = 10_000


def wait_present(context: int, reader: str) -> float:
    """The moment at which PC/SC says that a card is there."""
    state = SCARD_STATE_UNAWARE
    while True:
        result, answers = SCardGetStatusChange(context, LOOK_MS, [(reader, state)])
        at = time.monotonic()
        if result == 0:
            state = answers[0][1]
            if state & SCARD_STATE_PRESENT:
                return at


def wait_empty(context: int, reader: str) -> None:
    state = SCARD_STATE_UNAWARE
    while True:
        result, answers = SCardGetStatusChange(context, LOOK_MS, [(reader, state)])
        if result == 0:
            state = answers[0][1]
            if not state & SCARD_STATE_PRESENT:
                return


def read(context: int, reader: str, commands: list[list[int]]) -> tuple[float, float]:
    """Connect and send the list; the moments of the last answer and before its command."""
    result, card, protocol = SCardConnect(context, reader, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0)
    if result:
        raise SystemExit(f"SCardConnect {result & 0xFFFFFFFF:08X}")
    try:
        for command in commands:
            began = time.monotonic()
            result, answer = SCardTransmit(card, protocol, command)
            if result == 0 and answer[-2] == 0x61:  # T=0 hands data of a command with data over in a second step
                result, answer = SCardTransmit(card, protocol, [0x00, 0xC0, 0x00, 0x00, answer[-1]])
            # 9000, or 63Cx of the probe
            if result or answer[-2] not in (0x90, 0x63):
                raise SystemExit(f"SCardTransmit {result & 0xFFFFFFFF:08X} {bytes(answer[-2:]).hex()}")
        return time.monotonic(), began
    finally:
        SCardDisconnect(card, SCARD_UNPOWER_CARD)


def main() -> None:
    reader, commands = sys.argv[1], [list(bytes.fromhex(command)) for command in sys.argv[2:]]
    result, context = SCardEstablishContext(SCARD_SCOPE_SYSTEM)
    if result:
        raise SystemExit(f"SCardEstablishContext {result & 0xFFFFFFFF:08X}")
    for _ in sys.stdin:
        wait_empty(context, reader)
        print("ready", flush=True)
        present = wait_present(context, reader)
        ended, began = read(context, reader, commands)
        print(ended - present, ended - began, flush=True)


if __name__ == "__main__":
    main()
