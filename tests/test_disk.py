"""The recorder of disk writes and its power cuts: what was synced is there, and nothing else is promised."""

import random
import sys
from collections.abc import Sequence
from pathlib import Path, PurePath

import pytest

from tests.disk import SECTOR, Call, Made, Mapped, Moved, Removed, Resized, Said, Synced, Written, rebuild, record

FOLDER, FILE = 0, 1
OLD, NEW = b"a" * 3 * SECTOR, b"b" * 3 * SECTOR
SURE: list[Call] = [Made(PurePath("f"), FILE), Written(FILE, 0, OLD), Synced(FILE), Synced(FOLDER)]


def left(calls: Sequence[Call], tmp_path: Path, tries: int = 300, lose: float | None = None) -> list[dict[str, bytes]]:
    """What many cuts after the same calls leave, each different thing once."""
    seen: list[dict[str, bytes]] = []
    for n in range(tries):
        folder = tmp_path / f"left-{len(list(tmp_path.iterdir()))}"
        rebuild(calls, folder, random.Random(n), lose=lose)
        found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        if found not in seen:
            seen.append(found)
    return seen


def test_what_was_synced_is_always_there(tmp_path: Path) -> None:
    assert left(SURE, tmp_path) == [{"f": OLD}]


def test_a_file_in_a_folder_that_was_not_synced_may_have_no_name(tmp_path: Path) -> None:
    found = left(SURE[:3], tmp_path)
    assert {} in found
    assert {"f": OLD} in found


def test_what_was_not_synced_is_there_in_any_mixture_of_sectors(tmp_path: Path) -> None:
    found = left([*SURE, Written(FILE, 0, NEW)], tmp_path)
    sectors = [tuple(one["f"][at : at + 1] for at in range(0, len(OLD), SECTOR)) for one in found]
    assert len(set(sectors)) == 8
    assert all(set(one["f"][at : at + SECTOR]) in ({97}, {98}) for one in found for at in range(0, len(OLD), SECTOR))


def test_a_later_write_may_be_there_without_an_earlier_one(tmp_path: Path) -> None:
    found = left([*SURE, Written(FILE, 0, b"1"), Written(FILE, SECTOR, b"2")], tmp_path)
    assert {one["f"][:1] + one["f"][SECTOR : SECTOR + 1] for one in found} == {b"aa", b"1a", b"a2", b"12"}


def test_a_file_cut_short_or_moved_may_be_so_or_not(tmp_path: Path) -> None:
    assert {len(one["f"]) for one in left([*SURE, Resized(FILE, 7)], tmp_path)} == {7, len(OLD)}
    moved = left([*SURE, Moved(PurePath("f"), PurePath("g"), FILE)], tmp_path)
    assert sorted(tuple(one) for one in moved) == [("f",), ("g",)]
    assert {len(one) for one in left([*SURE, Removed(PurePath("f"))], tmp_path)} == {0, 1}


def test_a_file_written_through_memory_may_hold_anything(tmp_path: Path) -> None:
    assert len(left([*SURE, Mapped(FILE)], tmp_path, 20, lose=0.5)) == 20


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    calls = [*SURE[:1], Written(FILE, 0, OLD), Written(FILE, SECTOR, NEW), Resized(FILE, 5 * SECTOR)]
    assert left(calls, tmp_path, 20, lose=0.0) == [{"f": OLD[:SECTOR] + NEW + bytes(SECTOR)}]


PROGRAM = """
import mmap, os, sys
d = sys.argv[1] + "/d"
os.mkdir(d)
f = os.open(d + "/a", os.O_RDWR | os.O_CREAT)
os.write(f, b"one"); os.write(f, b"two"); os.pwrite(f, b"\\0\\xff", 100); os.fsync(f); os.ftruncate(f, 50)
os.rename(d + "/a", d + "/b"); os.link(d + "/b", d + "/c"); os.fsync(os.open(d, os.O_RDONLY))
os.write(1, b"half a "); os.write(1, b"line\\n")
m = mmap.mmap(f, 50); m[0] = 1
g = os.open(d + "/b", os.O_WRONLY | os.O_TRUNC); os.write(g, b"x"); os.unlink(d + "/b"); os.write(g, b"gone")
"""


def test_a_program_is_recorded_call_by_call(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    tape = record([sys.executable, "-c", PROGRAM, str(folder)], folder, tmp_path)
    assert (tape.code, tape.errors) == (0, "")
    assert list(tape.calls) == [
        Made(PurePath("d"), 1, folder=True),
        Made(PurePath("d/a"), 2),
        Written(2, 0, b"one"),
        Written(2, 3, b"two"),
        Written(2, 100, b"\0\xff"),
        Synced(2),
        Resized(2, 50),
        Moved(PurePath("d/a"), PurePath("d/b"), 2),
        Made(PurePath("d/c"), 2),
        Synced(1),
        Said("half a line"),
        Mapped(2),
        Resized(2, 0),
        Written(2, 0, b"x"),
        Removed(PurePath("d/b")),
    ]


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("os.symlink('/x', sys.argv[1] + '/y')", "symlink is not understood"),
        ("os.chdir(sys.argv[1]); os.mkdir('x')", "a relative name"),
        ("os.truncate(sys.argv[1] + '/y', 0)", "truncate is not understood"),
    ],
)
def test_what_the_recorder_does_not_understand_is_not_passed_over(tmp_path: Path, program: str, why: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    program = f"import os, sys; open(sys.argv[1] + '/y', 'w').close() if 'truncate' in sys.argv[2] else 0; {program}"
    with pytest.raises(ValueError, match=why):
        record([sys.executable, "-c", program, str(folder), why], folder, tmp_path)
