"""What a program did to the files of a folder, call by call, and what a power cut at any moment may leave of them.

    tape = record([sys.executable, "writes.py", str(folder)], folder, scratch)
    for cut in range(len(tape.calls) + 1):
        rebuild(tape.calls[:cut], target, random.Random(cut))

The program runs under strace. The rules of the cut are the hard ones of POSIX, not the kinder ones of one file system: until a
file is synced, each 512-byte sector of what was written to it is there or not by itself, in any order, and so is every change
of its length; until a folder is synced, each name made, moved or removed in it is there or not; where a hole comes about there
are zeros or rubbish. What was synced is there. A kill -9 is the cut that loses nothing (`rebuild(..., lose=0.0)`).
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Final, assert_never

ROOT: Final = Path(__file__).resolve().parents[1]
SECTOR: Final = 512
_TRACED: Final = (
    "openat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,lseek,write,pwrite64,writev,"
    "pwritev,pwritev2,truncate,ftruncate,fallocate,fsync,fdatasync,mmap,sendfile,copy_file_range"
)


@dataclass(frozen=True, slots=True)
class Made:
    """A name: for a new file or folder, or one more for a file that has one. Paths are relative to the recorded folder."""

    path: PurePath
    inode: int
    folder: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    path: PurePath
    to: PurePath
    inode: int


@dataclass(frozen=True, slots=True)
class Removed:
    path: PurePath


@dataclass(frozen=True, slots=True)
class Written:
    inode: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resized:
    inode: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """A file with its content, or a folder with its names."""

    inode: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """The file is written to through memory: what it holds is not seen here, and a cut leaves anything in it."""

    inode: int


@dataclass(frozen=True, slots=True)
class Said:
    """A line on the program's standard output: what it holds for done."""

    text: str


Call = Made | Moved | Removed | Written | Resized | Synced | Mapped | Said
_TOP: Final = 0
"""The recorded folder itself: it was there before."""


@dataclass(frozen=True, slots=True)
class Tape:
    """The calls in their order; `code` is how the program ended, negative for a signal; `errors` what it wrote there."""

    calls: tuple[Call, ...]
    code: int
    errors: str

    def count(self, kind: type[Call]) -> int:
        return sum(isinstance(call, kind) for call in self.calls)


def record(
    argv: Sequence[str],
    folder: Path,
    scratch: Path,
    *,
    inject: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    seconds: float = 60.0,
) -> Tape:
    """Runs a program of one thread. `folder` must be empty; `scratch` takes the log. `inject`: strace's, to let calls fail."""
    log = scratch / "strace.log"
    strace = ["strace", "-f", "-qqq", "-y", "-xx", "-s", str(1 << 24), "-e", "signal=none"]
    strace += [option for rule in inject for option in ("-e", f"inject={rule}")]
    if not inject:
        strace.append("--seccomp-bpf")  # three times as fast, but strace 6.1 then forgets the signals to inject
    done = subprocess.run(
        [*strace, "-e", f"trace={_TRACED}", "-o", str(log), *argv],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
        cwd=ROOT,
        capture_output=True,
        timeout=seconds,
        check=False,
        text=True,
    )
    reader = _Reader(folder)
    with log.open(encoding="ascii") as lines:
        for line in lines:
            reader.read(line)
    return Tape(tuple(reader.calls), done.returncode, done.stderr)


_NAMES: Final = re.compile("openat|(mkdir|unlink|link|symlink)(at)?|rename(at|at2)?|rmdir")
_CALL: Final = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\w+)(?:<((?:\\x[0-9a-f]{2})*)>)?(?: .*)?$")
_TEXT: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FD: Final = re.compile(r"^(\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>")


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


class _Reader:
    """strace's lines to calls."""

    def __init__(self, folder: Path) -> None:
        self.calls: list[Call] = []
        self._top = folder.resolve()
        self._inodes: dict[PurePath, int] = {PurePath("."): _TOP}
        self._sizes: dict[int, int] = {}
        self._at: dict[int, int] = {}  # position of a descriptor that is written to without an offset
        self._said = b""
        self._next = _TOP + 1

    def read(self, line: str) -> None:
        if line.endswith(("+++ exited with 0 +++\n", "+++ killed by SIGKILL +++\n")) or "+++ exited" in line:
            return
        if "<unfinished" in line or " = ?" in line:
            if " = ?" in line:
                return  # ended in this call
            raise ValueError("the program has more than one thread: its calls have no order")
        found = _CALL.match(line)
        if found is None:
            raise ValueError(f"not understood: {line[:200]}")
        name, rest, result, at = found.groups()
        if result.startswith("-"):
            return
        self._take(name, rest, int(result, 0), None if at is None else self._inside(_bytes(at)))

    def _take(self, name: str, rest: str, result: int, opened: PurePath | None) -> None:
        if _NAMES.fullmatch(name):
            self._names(name, rest, result, opened)
            return
        fd = _FD.match(rest)
        if name == "mmap":
            inner = re.search(r", (\d+)<((?:\\x[0-9a-f]{2})*)>, ", rest)
            mapped = None if inner is None else self._inside(_bytes(inner.group(2)))
            if mapped in self._inodes and "MAP_SHARED" in rest and "PROT_WRITE" in rest:
                self.calls.append(Mapped(self._inodes[mapped]))
            return
        if fd is None:
            raise ValueError(f"{name} is not understood here")
        if name == "write" and fd.group(1) == "1":
            self._speak(_bytes(_TEXT.findall(rest)[0]))
            return
        path = self._inside(_bytes(fd.group(2)))
        inode = None if path is None else self._inodes.get(path)
        if inode is None:
            return  # not ours, or removed already
        number = int(fd.group(1))
        if name == "lseek":
            self._at[number] = result
        elif name in ("fsync", "fdatasync"):
            self.calls.append(Synced(inode))
        elif name == "ftruncate":
            self._resize(inode, int(rest.rsplit(", ", 1)[1]))
        elif name in ("write", "pwrite64"):
            data = _bytes(_TEXT.findall(rest)[0])[:result]
            offset = int(rest.rsplit(", ", 1)[1]) if name == "pwrite64" else self._at.get(number, 0)
            if name == "write":
                self._at[number] = offset + result
            self._sizes[inode] = max(self._sizes.get(inode, 0), offset + result)
            self.calls.append(Written(inode, offset, data))
        else:
            raise ValueError(f"{name} is not understood here")

    def _names(self, name: str, rest: str, result: int, opened: PurePath | None) -> None:
        paths = [] if name == "openat" else self._texts(rest)
        if name == "openat":
            if opened is None:
                return
            if opened not in self._inodes:
                if "O_CREAT" not in rest:
                    raise ValueError(f"{opened} was there before the program began")
                self._make(opened, folder=False)
            inode = self._inodes[opened]
            if "O_TRUNC" in rest and self._sizes.get(inode):
                self._resize(inode, 0)
            self._at[result] = self._sizes.get(inode, 0) if "O_APPEND" in rest else 0
        elif name in ("mkdir", "mkdirat"):
            if paths[0] is not None:
                self._make(paths[0], folder=True)
        elif name in ("unlink", "unlinkat", "rmdir"):
            if paths[0] in self._inodes:
                del self._inodes[paths[0]]
                self.calls.append(Removed(paths[0]))
        elif name.startswith("symlink"):
            if paths[1] is not None:
                raise ValueError(f"{name} is not understood here")
        elif paths[0] in self._inodes:
            if paths[1] is None:
                raise ValueError("moved out of the folder")
            inode = self._inodes[paths[1]] = self._inodes[paths[0]]
            if name.startswith("link"):
                self.calls.append(Made(paths[1], inode))
            else:
                del self._inodes[paths[0]]
                self.calls.append(Moved(paths[0], paths[1], inode))

    def _make(self, path: PurePath, *, folder: bool) -> None:
        self._inodes[path] = self._next
        self.calls.append(Made(path, self._next, folder))
        self._next += 1

    def _resize(self, inode: int, size: int) -> None:
        self._sizes[inode] = size
        self.calls.append(Resized(inode, size))

    def _speak(self, data: bytes) -> None:
        *lines, self._said = (self._said + data).split(b"\n")
        self.calls.extend(Said(line.decode()) for line in lines)

    def _texts(self, rest: str) -> list[PurePath | None]:
        texts = [_bytes(text) for text in _TEXT.findall(rest)]
        if not all(text.startswith(b"/") for text in texts):
            raise ValueError(f"a relative name: {texts}")
        return [self._inside(text) for text in texts]

    def _inside(self, raw: bytes) -> PurePath | None:
        path = PurePath(os.fsdecode(raw))
        return path.relative_to(self._top) if path.is_relative_to(self._top) else None


# ---- the cut -------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _File:
    """What is surely on the disk, and what only may be."""

    content: bytearray = field(default_factory=bytearray)
    pending: list[Written | Resized] = field(default_factory=list)
    mapped: bool = False


def rebuild(calls: Sequence[Call], target: Path, chance: random.Random, *, lose: float | None = None) -> int:
    """Puts into `target` (a new folder) what may be left when the power goes after `calls`. How many were not yet on the disk.

    `lose`: the share of what is not synced that is lost, 0.0 to 1.0; None draws one.
    """
    share = chance.choice((0.1, 0.5, 0.9, 1.0, chance.random())) if lose is None else lose
    files: dict[int, _File] = {}
    folders: dict[int, list[Made | Moved | Removed]] = {_TOP: []}
    numbers: dict[PurePath, int] = {PurePath("."): _TOP}
    sure: dict[PurePath, int] = {}
    for call in calls:
        match call:
            case Made(path, inode, folder):
                numbers[path] = inode
                if folder:
                    folders[inode] = []
                else:
                    files.setdefault(inode, _File())
                folders[numbers[path.parent]].append(call)
            case Moved(path, to, inode):
                if path.parent != to.parent:
                    raise ValueError("a move from one folder to another is not played")
                numbers[to] = numbers.pop(path)
                folders[numbers[path.parent]].append(call)
            case Removed(path):
                del numbers[path]
                folders[numbers[path.parent]].append(call)
            case Written(inode) | Resized(inode):
                files[inode].pending.append(call)
            case Mapped(inode):
                files[inode].mapped = True
            case Synced(inode) if inode in folders:
                for change in folders[inode]:
                    _rename(sure, change)
                folders[inode].clear()
            case Synced(inode):
                for pending in files[inode].pending:
                    _apply(files[inode].content, pending)
                files[inode].pending.clear()
            case Said():
                pass
            case never:
                assert_never(never)
    waiting = sum(len(file.pending) for file in files.values()) + sum(len(changes) for changes in folders.values())
    for changes in folders.values():
        for change in changes:
            if chance.random() >= share:
                _rename(sure, change)
    target.mkdir()
    for path, inode in sorted(sure.items()):
        if inode in folders and (target / path).parent.is_dir():
            (target / path).mkdir()
    for path, inode in sure.items():
        if inode in files and (target / path).parent.is_dir():
            (target / path).write_bytes(_left(files[inode], chance, share))
            (target / path).chmod(0o600)
    return waiting


def _rename(names: dict[PurePath, int], change: Made | Moved | Removed) -> None:
    match change:
        case Made(path, inode):
            names[path] = inode
        case Moved(path, to, inode):
            names[to] = inode
            if names.get(path) == inode:
                del names[path]
        case Removed(path):
            names.pop(path, None)
        case never:
            assert_never(never)


def _apply(content: bytearray, change: Written | Resized) -> None:
    match change:
        case Written(offset=offset, data=data):
            content.extend(bytes(max(0, offset - len(content))))
            content[offset : offset + len(data)] = data
        case Resized(size=size):
            del content[size:]
            content.extend(bytes(size - len(content)))
        case never:
            assert_never(never)


def _left(file: _File, chance: random.Random, share: float) -> bytes:
    content = bytearray(file.content)
    rubbish = chance.random() < 0.5
    for change in file.pending:
        match change:
            case Resized():
                if chance.random() >= share:
                    _apply(content, change)
            case Written(inode, offset, data):
                for start, piece in _sectors(offset, data):
                    if chance.random() >= share:
                        hole = start - len(content)
                        if hole > 0 and rubbish and share:
                            content += chance.randbytes(hole)
                        _apply(content, Written(inode, start, piece))
            case never:
                assert_never(never)
    return chance.randbytes(len(content)) if file.mapped and share else bytes(content)


def _sectors(offset: int, data: bytes) -> list[tuple[int, bytes]]:
    """What a disk writes as one: pieces that do not cross a sector's border."""
    pieces = []
    start = 0
    while start < len(data):
        end = min(len(data), start + SECTOR - (offset + start) % SECTOR)
        pieces.append((offset + start, data[start:end]))
        start = end
    return pieces
