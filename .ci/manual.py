#!/usr/bin/env python3
"""Writes the manual page of the failure catalogue, one for each language: assets/manual/failures.<language>.md.

    .venv/bin/python .ci/manual.py

From the catalogue (kiosk/visit/catalogue.py) and its texts (assets/locale).
tests/kiosk/test_failure_catalogue.py holds that it is current.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "assets" / "locale"
MANUAL = ROOT / "assets" / "manual"
BETWEEN_HAN = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
"""Where a figure was to stand, and a word does."""
GAPS = ("windows", "hours", "hotline", "platform", "region", "renew")
"""What a region fills in on the screen; a manual for all regions has a word for it (`manual.gap.<name>`)."""


def texts(language: str) -> dict[str, str]:
    """Key to text; of plural forms the first."""
    from babel.messages.pofile import read_po

    found: dict[str, str] = {}
    with (LOCALE / language / "LC_MESSAGES" / "kiosk.po").open("rb") as file:
        for message in read_po(file, abort_invalid=True):
            key = message.id if isinstance(message.id, str) else message.id[0]
            forms = message.string or ""
            found[key] = forms if isinstance(forms, str) else forms[0]
    return found


def languages() -> list[str]:
    return sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/kiosk.po"))


def page(words: Mapping[str, str]) -> str:
    """The whole page, Markdown. Raises KeyError where a text is missing."""
    from kiosk.visit.catalogue import CATALOGUE, PARTS, PLACES

    gaps = {gap: words[f"manual.gap.{gap}"] for gap in GAPS}

    def said(key: str) -> str:
        return BETWEEN_HAN.sub("", words[key].format(**gaps))

    lines = [f"# {words['manual.title']}", "", words["manual.lead"], ""]
    for place in PLACES:
        lines += [f"## {place} {words[f'failure.place.{place.lower()}']}", ""]
        for entry in CATALOGUE.values():
            if entry.place != place:
                continue
            title, lead, advice, staff, technician = (said(f"{entry.key}.{part}") for part in PARTS)
            lines += [
                f"### {entry.code}",
                "",
                words["manual.entry"].format(title=title, who=words[f"who.{entry.who.value}"]),
                "",
                "- " + words["manual.resident"].format(lead=lead, advice=advice),
                "- " + words["manual.clerk"].format(text=staff),
                "- " + words["manual.technician"].format(text=technician),
                "",
            ]
    return "\n".join(lines).rstrip("\n") + "\n"


def file_of(language: str) -> Path:
    return MANUAL / f"failures.{language}.md"


def main() -> int:
    sys.path.insert(0, str(ROOT))
    MANUAL.mkdir(exist_ok=True)
    for language in languages():
        file_of(language).write_text(page(texts(language)), "utf-8")
        sys.stdout.write(f"{file_of(language).relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
