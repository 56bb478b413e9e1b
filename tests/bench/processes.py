"""What a running program costs, read from outside in /proc: memory and processor time of a process and all below it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TICK: Final = 1 / os.sysconf("SC_CLK_TCK")
_GONE: Final = (FileNotFoundError, ProcessLookupError)


class NotRunning(Exception):
    """The program that was to be measured is not there."""


@dataclass(frozen=True, slots=True)
class Memory:
    """KiB, summed over a process tree (Documentation/filesystems/proc.rst, smaps_rollup).

    `pss`: proportional set size, pages shared with other processes counted in part; `anonymous`, `file`, `shared` are its parts.
    `rss` counts shared pages in full and so tells whether another process on the machine shared a library with this one.
    """

    pss: int
    anonymous: int
    file: int
    shared: int
    rss: int
    processes: int

    def told(self) -> Mapping[str, int]:
        return {
            "pss_kib": self.pss,
            "anonymous_kib": self.anonymous,
            "file_kib": self.file,
            "shared_kib": self.shared,
            "rss_kib": self.rss,
            "processes": self.processes,
        }


def tree(root: int) -> Iterator[int]:
    """The process and everything below it."""
    yield root
    with suppress(*_GONE):
        for thread in os.listdir(_PROC / str(root) / "task"):
            with suppress(*_GONE):
                for child in (_PROC / str(root) / "task" / thread / "children").read_text("ascii").split():
                    yield from tree(int(child))


def find(root: int, *words: str) -> int:
    """The first process at or below `root` whose arguments contain these words in a row. Raises NotRunning."""
    wanted = list(words)
    for pid in tree(root):
        with suppress(*_GONE):
            arguments = (_PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            # The shell of a leash has the same words among its own arguments: only the program itself begins with them.
            if arguments[1 : 1 + len(wanted)] == wanted:
                return pid
    raise NotRunning(" ".join(words))


def executable(pid: int) -> str:
    """File name of the program that a process runs; empty when it has ended."""
    with suppress(*_GONE):
        return (_PROC / str(pid) / "exe").readlink().name
    return ""


def memory(root: int) -> Memory:
    """Of the whole tree below `root`, now. Raises NotRunning."""
    sums = dict.fromkeys(("Pss", "Pss_Anon", "Pss_File", "Pss_Shmem", "Rss"), 0)
    processes = 0
    for pid in tree(root):
        with suppress(*_GONE):
            for line in (_PROC / str(pid) / "smaps_rollup").read_text("ascii").splitlines()[1:]:
                name, _, value = line.partition(":")
                if name in sums:
                    sums[name] += int(value.split()[0])
            processes += 1
    if not sums["Pss"]:
        raise NotRunning(str(root))
    return Memory(sums["Pss"], sums["Pss_Anon"], sums["Pss_File"], sums["Pss_Shmem"], sums["Rss"], processes)


def cpu_seconds(root: int) -> float:
    """utime + stime of every thread of the tree, and of children that have ended and were waited for. Raises NotRunning."""
    ticks = 0
    for pid in tree(root):
        with suppress(*_GONE):
            ticks += sum(_times((_PROC / str(pid) / "stat").read_text("utf-8", "replace"), 4))
    if not ticks:
        raise NotRunning(str(root))
    return ticks * _TICK


def cpu_by_thread(root: int) -> dict[str, float]:
    """Seconds of each thread of one process: `<name>/<thread id>` -> utime + stime."""
    found = {}
    with suppress(*_GONE):
        for thread in os.listdir(_PROC / str(root) / "task"):
            with suppress(*_GONE):
                where = _PROC / str(root) / "task" / thread
                name = (where / "comm").read_text("utf-8", "replace").strip()
                found[f"{name}/{thread}"] = sum(_times((where / "stat").read_text("utf-8", "replace"), 2)) * _TICK
    return found


def _times(stat: str, fields: int) -> Iterable[int]:
    """utime, stime, cutime, cstime (fields 14 to 17 of proc_pid_stat(5)): the first so many."""
    return (int(word) for word in stat.rpartition(")")[2].split()[11 : 11 + fields])
