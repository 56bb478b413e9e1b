"""The memory of a process as it is: what stands in its pages, freed or not. Needs the right to trace it.

Source: Linux, Documentation/admin-guide/mm/pagemap.rst.
"""

from __future__ import annotations

import os
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.canary.person import Kind, Needle

PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_PRESENT: Final = 1 << 63
_SWAPPED: Final = 1 << 62
_OF_FILE: Final = 1 << 61
_LARGEST: Final = 32 * 1024 * 1024
"""Bytes read at once."""
_UNREADABLE: Final = ("[vvar]", "[vvar_vclock]", "[vsyscall]", "[vdso]")


@dataclass(frozen=True, slots=True)
class Range:
    """A mapping of the process. `name`: a file, [heap], [stack], or empty."""

    start: int
    end: int
    writable: bool
    name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One needle in one place; never what stands around it."""

    kind: Kind
    form: str
    address: int
    where: str


@dataclass(frozen=True, slots=True)
class Image:
    """What a search of the whole memory found, and how many bytes it looked at."""

    hits: tuple[Hit, ...]
    searched: int

    def counts(self) -> dict[str, int]:
        """Hits by kind; every kind is there."""
        found = Counter(hit.kind.value for hit in self.hits)
        return {kind.value: found[kind.value] for kind in Kind}

    def table(self) -> str:
        """Lines of kind, form, place and count."""
        rows = Counter((hit.kind.value, hit.form, hit.where) for hit in self.hits)
        return "\n".join(f"{kind:15} {form:20} {where:24} {n}" for (kind, form, where), n in sorted(rows.items()))


def search(pid: int, needles: Sequence[Needle]) -> Image:
    """Everything that is resident or swapped out and may differ from a file. Raises PermissionError."""
    hits: list[Hit] = []
    searched = 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory, Path(f"/proc/{pid}/pagemap").open("rb") as pagemap:
        for mapping in ranges(pid):
            for start, end in _pages(mapping, pagemap):
                try:
                    memory.seek(start)
                    content = memory.read(end - start)
                except OSError:
                    continue  # unmapped since, or a device's
                searched += len(content)
                for needle in needles:
                    at = content.find(needle.content)
                    while at >= 0:
                        hits.append(Hit(needle.kind, needle.form, start + at, _place(mapping)))
                        at = content.find(needle.content, at + len(needle.content))
    return Image(tuple(hits), searched)


def ranges(pid: int) -> Iterator[Range]:
    """The readable mappings of a process."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, rights, _, _, _, *name = line.split(maxsplit=5)
        start, _, end = span.partition("-")
        mapping = Range(int(start, 16), int(end, 16), "w" in rights, name[0] if name else "")
        if "r" in rights and mapping.name not in _UNREADABLE:
            yield mapping


def _pages(mapping: Range, pagemap: object) -> Iterator[tuple[int, int]]:
    """Stretches of pages that hold something of the process's own."""
    read = pagemap
    read.seek(mapping.start // PAGE * 8)  # type: ignore[attr-defined]
    raw = read.read((mapping.end - mapping.start) // PAGE * 8)  # type: ignore[attr-defined]
    first: int | None = None
    for index, (entry,) in enumerate(struct.iter_unpack("<Q", raw)):
        held = bool(entry & (_PRESENT | _SWAPPED)) and (mapping.writable or not entry & _OF_FILE)
        at = mapping.start + index * PAGE
        if first is not None and (not held or at - first >= _LARGEST):
            yield first, at
            first = None
        if held and first is None:
            first = at
    if first is not None:
        yield first, mapping.start + len(raw) // 8 * PAGE


def _place(mapping: Range) -> str:
    if not mapping.name:
        return "anonymous"
    return mapping.name if mapping.name.startswith("[") else Path(mapping.name).name
