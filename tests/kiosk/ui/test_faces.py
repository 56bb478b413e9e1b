"""Faces that are opened, drawn with and closed: the shipped files and the real SDL_ttf, without a window."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kiosk.ui.app import environment
from kiosk.ui.faces import Faces, FaceUnreadable
from kiosk.ui.fonts import Fonts
from kiosk.ui.nodes import Face, ascent, band

FONTS = Fonts()
REGULAR, BOLD, RARE = (FONTS.path(face) for face in (Face.REGULAR, Face.BOLD, Face.RARE))
MANY = "".join(chr(code) for code in range(0x4E00, 0x4F00))
TEXTS = ("", " ", "a", "To fi 1/2", "职工基本养老保险", "2024-01-31 ¥1,234.56", "“”‘’—…·", MANY[:30])


@cache
def library() -> str:
    environment()
    from kivy.core.text import _text_sdl2  # type: ignore[import-untyped]

    return str(_text_sdl2.__file__)


@pytest.fixture
def faces() -> Iterator[Faces]:
    opened = Faces(library())
    yield opened
    opened.close()


def kivy_draws(text: str, path: Path, size: int) -> tuple[int, bytes]:
    """Width and RGBA rows by Kivy's own label."""
    from kivy.core.text import Label, LabelBase

    LabelBase._fonts_dirs = [str(path.parent)]
    label: Any = Label(text="", font_name=str(path), font_size=size, font_hinting="normal")
    width = int(label.get_extents(text)[0])
    label._size = (max(1, width), band(size))
    label._render_begin()
    label._render_text(text, 0, ascent(size) - label.get_ascent())
    return width, bytes(label._render_end().data)


def open_files(path: Path) -> int:
    handles = Path("/proc/self/fd")
    found = 0
    for handle in os.listdir(handles):
        with suppress(FileNotFoundError):  # the one that lists them
            found += os.readlink(handles / handle) == str(path)
    return found


class _MallInfo2(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        )
    )


def in_use() -> int:
    """Bytes that the C library has given out (mallinfo(3))."""
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _MallInfo2
    told = ask()
    return int(told.uordblks + told.hblkhd)


@pytest.mark.parametrize("size", [20, 33, 64])
@pytest.mark.parametrize("path", [REGULAR, BOLD, RARE], ids=lambda path: path.stem)
def test_widths_and_pixels_are_those_of_kivys_label(faces: Faces, path: Path, size: int) -> None:
    for text in TEXTS:
        width, rows = kivy_draws(text, path, size)
        assert faces.width(text, path, size) == width
        assert faces.drawn(text, path, size, (max(1, width), band(size)), ascent(size)) == rows


def test_a_text_that_is_larger_than_its_canvas_is_cut(faces: Faces) -> None:
    whole = faces.drawn("险", REGULAR, 40, (40, 40), 40)
    assert faces.drawn("险", REGULAR, 40, (40, 20), 40) == whole[: 40 * 20 * 4]
    assert faces.drawn("险", REGULAR, 40, (20, 40), 40)[:80] == whole[:80]


def test_an_open_face_is_used_again(faces: Faces) -> None:
    faces.width("a", BOLD, 21)
    before = open_files(BOLD)
    faces.drawn("b", BOLD, 21, (20, 20), 20)
    assert (len(faces), open_files(BOLD)) == (1, before)


def test_closed_faces_leave_no_file_and_no_memory(faces: Faces) -> None:
    files = open_files(REGULAR)
    faces.drawn(MANY, REGULAR, 48, (48, 48), 48)
    faces.close()
    before = in_use()
    for size in (45, 46, 47, 48):
        faces.drawn(MANY, REGULAR, size, (48, 48), 48)
    assert open_files(REGULAR) == files + 4
    assert in_use() - before > 4 * 200_000
    faces.close()
    assert (len(faces), open_files(REGULAR)) == (0, files)
    assert in_use() - before < 50_000


def test_the_longest_unused_face_goes_when_there_are_too_many() -> None:
    faces = Faces(library(), most=750)
    files = open_files(REGULAR)
    for size in (21, 22, 23):
        faces.width("a", REGULAR, size)
    faces.width("a", REGULAR, 21)
    faces.width("a", REGULAR, 24)
    assert [size for _, size in faces._open] == [23, 21, 24]
    assert open_files(REGULAR) == files + 3
    faces.width("a", RARE, 30)  # more than all of them together
    assert [size for _, size in faces._open] == [30]
    assert open_files(REGULAR) == files
    faces.close()


def test_a_file_that_is_no_face_is_named_and_nothing_else(faces: Faces, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no face")
    with pytest.raises(FaceUnreadable, match=r"^broken\.ttf$"):
        faces.width("保密", broken, 20)
    assert len(faces) == 0
