"""What a process leaves outside itself: its folders, the files it has open, temporary files, shared memory, X selections."""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

SHARED: Final = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))
_LARGEST: Final = 8 * 1024 * 1024
_SELECTIONS: Final = ("PRIMARY", "SECONDARY", "CLIPBOARD")


def files_with(contents: Sequence[bytes], folders: Iterable[Path], pid: int, group: int, since: float) -> list[str]:
    """Files that contain any of `contents`, or whose name does: those of the kiosk's `folders`, and changed after `since` those
    it has open and those of the shared folders that it made: they are of its `group`."""
    found = []
    for path, groups, after in _candidates(folders, pid, group, since):
        with suppress(OSError):
            state = path.stat()
            if not stat.S_ISREG(state.st_mode) or state.st_mtime < after or (groups and state.st_gid not in groups):
                continue
            with path.open("rb") as file:
                content = file.read(_LARGEST)
            name = str(path).encode("utf-8", "surrogateescape")
            if any(one in content or one in name for one in contents):
                found.append(str(path))
    return found


def _candidates(
    folders: Iterable[Path], pid: int, group: int, since: float
) -> Iterator[tuple[Path, tuple[int, ...], float]]:
    """Files; of which groups they count, () for all; from which time on."""
    for folder in folders:
        yield from ((path, (), 0.0) for path in _under(folder))
    with suppress(OSError):
        yield from ((path, (), since) for path in Path(f"/proc/{pid}/fd").iterdir())
    for folder in SHARED:
        yield from ((path, (group,), since) for path in _under(folder))


def _under(folder: Path) -> Iterator[Path]:
    for top, _, names in os.walk(folder):
        yield from (Path(top) / name for name in names)


def selections(display: str) -> list[str]:
    """X selections that anybody owns: what was cut or marked could be pasted."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = x11.XGetSelectionOwner.restype = ctypes.c_ulong
    x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    x11.XGetSelectionOwner.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    server = x11.XOpenDisplay(display.encode())
    assert server, "the display cannot be opened"
    try:
        return [
            name
            for name in _SELECTIONS
            if x11.XGetSelectionOwner(server, x11.XInternAtom(server, name.encode(), False))
        ]
    finally:
        x11.XCloseDisplay(server)
