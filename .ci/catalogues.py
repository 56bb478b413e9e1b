#!/usr/bin/env python3
"""Compiles the message catalogues of assets/locale that are newer than their compiled form, and prints their names.

    .venv/bin/python .ci/catalogues.py

Set-up calls it, and the tests when they begin. What the catalogues hold is checked by tests/kiosk/ui/test_catalogues.py.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def compile_stale(locale: Path) -> list[Path]:
    """Compiles below `locale` what is older than its source; returns what was written.

    Raises babel.messages.pofile.PoFileError with the line of a malformed source.
    """
    stale = []
    for source in sorted(locale.glob("*/LC_MESSAGES/kiosk.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns <= source.stat().st_mtime_ns:
            stale.append((source, target))
    if not stale:
        return []
    # Only now: importing Babel takes longer than finding nothing to do.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source, target in stale:
        with source.open("rb") as text:
            catalogue = read_po(text, abort_invalid=True)
        # Beside it and renamed: a kiosk or a test that starts meanwhile reads the old one or the new one.
        fresh = target.with_suffix(f".{os.getpid()}.tmp")
        with fresh.open("wb") as binary:
            write_mo(binary, catalogue)
        fresh.replace(target)
    return [target for _, target in stale]


def main() -> int:
    for path in compile_stale(ROOT / "assets" / "locale"):
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
