"""Folders that are there after a power cut: a name is on the disk once the folder that holds it is synced (fsync(2))."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def make_folder(folder: Path) -> None:
    """The folder with all above it that is missing, readable by the kiosk's user alone. Raises OSError."""
    missing = [folder, *(above for above in folder.parents if not above.exists())]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for made in missing:
        with suppress(PermissionError):  # one that we may not read is none in which we made anything
            sync_folder(made.parent)


def sync_folder(folder: Path) -> None:
    """What was made, renamed and removed in it so far is on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
