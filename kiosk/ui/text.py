"""The words of the kiosk: gettext catalogues with keys as msgid (`home.title`), whole sentences with named gaps.

`assets/locale/<language>/LC_MESSAGES/kiosk.po` is the source, the `.mo` beside it is what is read (`make` compiles it). A
language is a folder there: adding one needs no line of code. A gap is `{name}`, emphasis is `<b>…</b>`; both are read from
the catalogue's text only: what is put into a gap is never interpreted, so a name with a brace or a tag in it stays a name.

A missing key or gap is a bug. With `strict` (tests) it raises `WordsBug`; in the hall it is logged once and the key or the
gap's name is shown: never a blank, never a crash in front of a person.
"""

import gettext
import logging
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

DOMAIN = "kiosk"

_PIECE = re.compile(r"\{([a-z_]+)\}|<(/?)b>")
_log = logging.getLogger(__name__)

Gap = str | int


class WordsBug(LookupError):
    """A key that no catalogue holds, or a gap that was not filled."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one weight."""

    text: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is the folder's name, `name` the language's name in itself."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a catalogue's text: literal, or the name of a gap."""

    text: str
    gap: bool
    strong: bool


@lru_cache(maxsize=2048)
def _pieces(template: str) -> tuple[_Piece, ...]:
    found: list[_Piece] = []
    strong = False
    at = 0
    for match in _PIECE.finditer(template):
        if match.start() > at:
            found.append(_Piece(template[at : match.start()], False, strong))
        if match[1] is not None:
            found.append(_Piece(match[1], True, strong))
        else:
            strong = match[2] == ""
        at = match.end()
    if at < len(template):
        found.append(_Piece(template[at:], False, strong))
    return tuple(found)


class Words:
    """The catalogue of one language."""

    __slots__ = ("_catalogue", "_reported", "_strict", "language")

    def __init__(self, language: str, catalogue: gettext.NullTranslations, *, strict: bool = False) -> None:
        self.language = language
        self._catalogue = catalogue
        self._strict = strict
        self._reported: set[str] = set()

    @classmethod
    def load(cls, folder: Path, language: str, *, strict: bool = False) -> "Words":
        """Read `<folder>/<language>/LC_MESSAGES/kiosk.mo`. Raises OSError when it is not there (not compiled)."""
        with _file(folder, language).open("rb") as file:
            return cls(language, gettext.GNUTranslations(file), strict=strict)

    def t(self, key: str, **gaps: Gap) -> str:
        """The text of `key` with its gaps filled and without marks of emphasis."""
        return self._text(self._singular(key), key, gaps)

    def n(self, key: str, count: int, **gaps: Gap) -> str:
        """The plural form of `key` for `count`, which also fills `{count}`."""
        return self._text(self._plural(key, count), key, {"count": count, **gaps})

    def runs(self, key: str, **gaps: Gap) -> tuple[Run, ...]:
        """As `t`, in stretches of one weight."""
        return self._runs(self._singular(key), key, gaps)

    def n_runs(self, key: str, count: int, **gaps: Gap) -> tuple[Run, ...]:
        """As `n`, in stretches of one weight."""
        return self._runs(self._plural(key, count), key, {"count": count, **gaps})

    def has(self, key: str) -> bool:
        """Is there a text: for codes that come from outside, such as an insurance nobody knows yet."""
        return self._catalogue.gettext(key) != key

    def _singular(self, key: str) -> str:
        found = self._catalogue.gettext(key)
        if found == key:
            self._bug(f"no text {key}")
        return found

    def _plural(self, key: str, count: int) -> str:
        found = self._catalogue.ngettext(key, key, count)
        if found == key:
            self._bug(f"no plural text {key}")
        return found

    def _text(self, template: str, key: str, gaps: Mapping[str, Gap]) -> str:
        return "".join(self._fill(piece, key, gaps) for piece in _pieces(template))

    def _runs(self, template: str, key: str, gaps: Mapping[str, Gap]) -> tuple[Run, ...]:
        runs: list[Run] = []
        for piece in _pieces(template):
            text = self._fill(piece, key, gaps)
            if runs and runs[-1].strong == piece.strong:
                text = runs.pop().text + text
            runs.append(Run(text, piece.strong))
        return tuple(runs)

    def _fill(self, piece: _Piece, key: str, gaps: Mapping[str, Gap]) -> str:
        if not piece.gap:
            return piece.text
        if piece.text not in gaps:
            self._bug(f"gap {piece.text} of {key} not filled")
            return "{" + piece.text + "}"
        return str(gaps[piece.text])

    def _bug(self, what: str) -> None:
        if self._strict:
            raise WordsBug(f"{what} ({self.language})")
        if what not in self._reported:  # a page is drawn many times
            self._reported.add(what)
            _log.error("words: %s (%s)", what, self.language)


@cache
def languages(folder: Path, first: str = "zh_CN") -> tuple[Language, ...]:
    """Every language that has a compiled catalogue that can be read: `first`, then by code. Looked for once."""
    codes = sorted(path.name for path in folder.iterdir() if _file(folder, path.name).is_file())
    codes.sort(key=lambda code: code != first)
    found = []
    for code in codes:
        try:
            found.append(Language(code, Words.load(folder, code).t("language.name")))
        except (OSError, ValueError, struct.error) as error:  # what gettext says of a file that is none
            _log.error("words: no catalogue in %s: %s", _file(folder, code), type(error).__name__)
    return tuple(found)


def _file(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
