"""What differs from reader model to reader model, as data: one that needs care gets a line here, or in the caller's table.

Source: measured by others in the field (exclusive mode resets the card on some Alcor readers, some need 100 to 300 ms after
insertion before a card answers); the default is what CCID readers of the usual makes need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from drivers.card.winscard import ShareMode

VIRTUAL_PATTERN: Final = "Virtual PCD*"
"""The names of vpcd's readers: anybody who reaches its TCP port is a card, so a kiosk refuses them unless told otherwise."""

COMMAND_LIMIT_S: Final = 8.0
"""A command that takes longer is given up (the total deadline of a person's action): the slowest that a card of the field takes
is a second, and pcsc-lite has no limit of its own for drivers that wait for ever (CCID #155)."""


@dataclass(frozen=True, slots=True)
class ReaderProfile:
    """How one model of reader wants to be used.

    `pattern` is an fnmatch pattern on the PC/SC name. `share_modes` are tried in order. `settle_ms` is the wait between
    insertion and connect; `retries` further attempts, `retry_ms` apart, when a card just inserted is said to be gone or mute.
    `command_limit_s`: a command that takes longer means that the reader hangs.
    """

    pattern: str
    share_modes: tuple[ShareMode, ...] = (ShareMode.EXCLUSIVE, ShareMode.SHARED)
    settle_ms: int = 0
    retries: int = 2
    retry_ms: int = 150
    command_limit_s: float = COMMAND_LIMIT_S

    def __post_init__(self) -> None:
        if not self.share_modes or ShareMode.DIRECT in self.share_modes:
            raise ValueError("a card is used in exclusive or shared mode")


PROFILES: Final = (
    ReaderProfile(VIRTUAL_PATTERN, retries=0),
    ReaderProfile("Alcor*AK95*", share_modes=(ShareMode.SHARED,), settle_ms=200),
    ReaderProfile("*"),
)
"""First match wins; the last one matches every reader."""


def profile_of(reader: str, profiles: Sequence[ReaderProfile]) -> ReaderProfile:
    """The first profile whose pattern fits the reader's name."""
    return next((profile for profile in profiles if fnmatchcase(reader, profile.pattern)), PROFILES[-1])


def is_virtual(reader: str) -> bool:
    return fnmatchcase(reader, VIRTUAL_PATTERN)


def rank(readers: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """The readers that fit, best first: by the order of the patterns, then real before virtual, then as PC/SC lists them."""
    fitting = [
        (next(n for n, p in enumerate(patterns) if fnmatchcase(name, p)), is_virtual(name), place, name)
        for place, name in enumerate(readers)
        if any(fnmatchcase(name, p) for p in patterns)
    ]
    return [name for *_, name in sorted(fitting)]
