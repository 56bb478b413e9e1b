"""A small file that only this kiosk reads: one box of AES-256-GCM, replaced as a whole.

For what is read at start and written seldom, and must be there after a power cut: the old content or the new one, never a part.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.store.folder import make_folder, sync_folder

_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class Broken:
    """There is a file, and it is none of this kiosk's: damaged, of another key, or it cannot be read."""


class SealedFile:
    """`key`: 32 bytes of this use alone. `context`: what the content is, authenticated with it."""

    def __init__(self, path: Path, key: bytes, context: bytes) -> None:
        self._path = path
        self._box = AESGCM(key)
        self._context = context

    def read(self) -> bytes | Broken | None:
        """None: there is none."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            return Broken()
        try:
            return self._box.decrypt(content[:_NONCE], content[_NONCE:], self._context)
        except (InvalidTag, ValueError):
            return Broken()

    def write(self, content: bytes) -> None:
        """On the disk when it returns. Raises OSError; then the old content stands."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._box.encrypt(nonce, content, self._context)
        partial = self._path.with_name(self._path.name + ".new")
        make_folder(self._path.parent)
        try:
            partial.unlink(missing_ok=True)
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        sync_folder(self._path.parent)

    def __repr__(self) -> str:
        return f"SealedFile({self._path.name})"
