"""Which face draws which character, and what is drawn for a character that none has.

Coverage is read from the `cmap` table of the font files themselves (OpenType 1.9, formats 4 and 12), lazily: start-up
pays only for the faces that a page needs. Data is never interpreted as markup.
"""

import struct
import sys
import unicodedata
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.ui.nodes import Face

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "fonts"

_CATALOGUES = "locale/*/LC_MESSAGES/kiosk.mo"

# Invisible without harm: joiners, variation selectors, the soft hyphen, the byte order mark.
_DROPPED = frozenset([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
_CONTROLS = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])
_ASCII = frozenset(chr(code) for code in range(0x20, 0x7F))
# Spaces that break or measure like an ordinary one.
_SPACES = frozenset([0x09, 0x0B, 0x0C, 0x0D, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F])


class FontFileError(Exception):
    """A font file is missing or not one we can read. Names the file."""


def character_code(char: str) -> str:
    """What is drawn for a character without a glyph: its code, in brackets so that no letter beside it joins in."""
    return f"[U+{ord(char):04X}]"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The characters of one face as sorted ranges."""

    starts: "array[int]"
    ends: "array[int]"

    def __contains__(self, code: int) -> bool:
        i = bisect_right(self.starts, code) - 1
        return i >= 0 and code <= self.ends[i]

    @classmethod
    def read(cls, path: Path) -> "Coverage":
        """From a font file. Raises FontFileError."""
        try:
            with path.open("rb") as file:
                tables = struct.unpack(">4xH6x", file.read(12))[0]
                for _ in range(tables):
                    tag, offset, length = struct.unpack(">4s4xII", file.read(16))
                    if tag == b"cmap":
                        file.seek(offset)
                        return cls._parse(file.read(length))
        except (OSError, struct.error, IndexError, ValueError) as error:
            raise FontFileError(f"{path.name}: {type(error).__name__}") from error
        raise FontFileError(f"{path.name}: no usable cmap table")

    @classmethod
    def _parse(cls, cmap: bytes) -> "Coverage":
        subtables = {}
        for i in range(struct.unpack_from(">2xH", cmap)[0]):
            platform, encoding, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * i)
            subtables[platform, encoding] = offset
        for key in ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3)):
            if key not in subtables:
                continue
            at = subtables[key]
            (form,) = struct.unpack_from(">H", cmap, at)
            if form == 12:
                (groups,) = struct.unpack_from(">12xI", cmap, at)
                flat = _numbers("I", cmap, at + 16, 3 * groups)
                return cls(flat[0::3], flat[1::3])
            if form == 4:
                (double,) = struct.unpack_from(">6xH", cmap, at)
                ends = _numbers("H", cmap, at + 14, double // 2)
                starts = _numbers("H", cmap, at + 16 + double, double // 2)
                if starts and starts[-1] == 0xFFFF:  # the format's end mark is no character
                    del starts[-1], ends[-1]
                return cls(starts, ends)
        raise ValueError("no cmap of format 4 or 12")


def _numbers(kind: str, data: bytes, at: int, count: int) -> "array[int]":
    """Big-endian numbers of a font file. Raises ValueError when there are fewer."""
    found = array(kind)
    found.frombytes(data[at : at + count * found.itemsize])
    if len(found) != count:
        raise ValueError("table is too short")
    if sys.byteorder == "little":
        found.byteswap()
    return found


@dataclass(slots=True)
class Fonts:
    """The faces in a folder, with their coverage read when first needed."""

    folder: Path = ASSETS
    _coverage: dict[Face, Coverage] = field(default_factory=dict, repr=False)
    _paths: dict[Face, Path] = field(default_factory=dict, repr=False)
    # Characters already looked up: those the Bold or Regular face has, so that a text is known by one set operation.
    _plain: dict[bool, set[str]] = field(default_factory=lambda: {False: set(_ASCII), True: set(_ASCII)}, repr=False)
    _familiar: frozenset[str] | None = field(default=None, repr=False)

    def path(self, face: Face) -> Path:
        """Raises FontFileError."""
        known = self._paths.get(face)
        if known is None:
            for suffix in (".ttf", ".otf"):
                candidate = self.folder / (face.value + suffix)
                if candidate.is_file():
                    known = self._paths[face] = candidate
                    break
            else:
                raise FontFileError(f"{face.value}: not in {self.folder}")
        return known

    def coverage(self, face: Face) -> Coverage:
        known = self._coverage.get(face)
        if known is None:
            known = self._coverage[face] = Coverage.read(self.path(face))
        return known

    def familiar(self, text: str) -> bool:
        """All its characters are ASCII or in the kiosk's own words (the catalogues beside the faces): that they were drawn tells
        nothing of anybody."""
        if self._familiar is None:
            words = (path.read_bytes().decode(errors="ignore") for path in self.folder.parent.glob(_CATALOGUES))
            self._familiar = _ASCII.union(*words)
        return self._familiar.issuperset(text)

    def forget(self) -> None:
        """Drops the characters seen so far."""
        self._plain = {False: set(_ASCII), True: set(_ASCII)}

    def _is_plain(self, text: str, bold: bool) -> bool:
        """All characters are drawn by the first face of their weight and none acts on the line."""
        known = self._plain[bold]
        unknown = set(text) - known
        if not unknown:
            return True
        cover = self.coverage(Face.BOLD if bold else Face.REGULAR)
        for char in unknown:
            code = ord(char)
            if code < 0x20 or code in _DROPPED or code in _SPACES or unicodedata.category(char) in _CONTROLS:
                return False
            if code not in cover:
                return False
            known.add(char)
        return True

    def face_of(self, char: str, bold: bool) -> Face | None:
        """The face that draws a character; None when none has it."""
        code = ord(char)
        first = Face.BOLD if bold else Face.REGULAR
        if code < 0x7F:
            return first
        for face in (first, Face.REGULAR, Face.RARE):
            if code in self.coverage(face):
                return face
        return None

    def visible(self, text: str) -> str:
        """`text` as it can be drawn: every character has a glyph or is replaced by its code; nothing acts on the line.

        Bidirectional and other controls become codes too: a name that holds one is shown to hold one, and cannot turn
        the rest of the line around. A line feed stays: it is a line break.
        """
        if self._is_plain(text, bold=False):
            return text
        return "".join(self._visible(char) for char in text)

    def _visible(self, char: str) -> str:
        code = ord(char)
        if char == "\n" or 0x20 <= code < 0x7F:
            return char
        if code in _DROPPED:
            return ""
        if code in _SPACES:
            return " "
        # Cn and Co may be mapped by a face to a glyph that means nothing; a surrogate cannot be encoded at all.
        if unicodedata.category(char) in _CONTROLS or self.face_of(char, bold=False) is None:
            return character_code(char)
        return char

    def runs(self, text: str, bold: bool) -> list[tuple[Face, str]]:
        """Drawable text as pieces of one face each."""
        first = Face.BOLD if bold else Face.REGULAR
        if self._is_plain(text, bold):
            return [(first, text)] if text else []
        runs: list[tuple[Face, str]] = []
        start = 0
        current: Face | None = None
        for i, char in enumerate(text):
            face = self.face_of(char, bold) or first
            if face is not current:
                if current is not None:
                    runs.append((current, text[start:i]))
                start, current = i, face
        if current is not None:
            runs.append((current, text[start:]))
        return runs
