"""kiosk.ini -> typed settings. An error names file, line, section, key, value and what is allowed; all are told at once.

Precedence: the defaults below < the file < the environment (`KIOSK_<SECTION>_<KEY>`, e.g. `KIOSK_READER_ALLOW_VIRTUAL=yes`).
Relative paths, also those of the environment, are relative to the folder of the file. Secrets are paths only. Checked by
hand: start-up does not pay for a validation library.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from kiosk.health import Setting

ASSETS: Final = Path(__file__).resolve().parents[1] / "assets"
"""Locale, regions, fonts and sounds as shipped."""

ENVIRONMENT: Final = "KIOSK_"


@unique
class Orientation(StrEnum):
    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


@unique
class Share(StrEnum):
    """How the card is opened (SCardConnect). `AUTO`: as the reader's profile says."""

    AUTO = "auto"
    EXCLUSIVE = "exclusive"
    SHARED = "shared"


@unique
class SlotPlace(StrEnum):
    """Where the card slot is, seen from the screen."""

    BELOW = "below"
    ABOVE = "above"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Kiosk:
    number: int
    region: str  # GB/T 2260, names the profile
    hall: str  # "": the name in the region profile
    language: str


@dataclass(frozen=True, slots=True)
class Window:
    size: tuple[int, int]  # px
    fullscreen: bool

    @property
    def orientation(self) -> Orientation:
        return Orientation.PORTRAIT if self.size[1] >= self.size[0] else Orientation.LANDSCAPE


@dataclass(frozen=True, slots=True)
class Reader:
    names: tuple[str, ...]  # fnmatch patterns, best first
    allow_virtual: bool
    share: Share
    settle_ms: int | None  # None: as the reader's profile says


@dataclass(frozen=True, slots=True)
class Central:
    url: str  # https, no slash at the end
    ca: Path
    certificate: Path
    key: Path
    list_key: Path  # central's public key that signs loss lists
    connect: float  # seconds
    total: float  # seconds


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds."""

    page_idle: float
    page_idle_slow: float
    question: float
    question_slow: float
    pin_idle: float
    failure_page: float
    reveal: float
    take_card_louder: float
    take_card_notice: float
    reading_minimum: float
    pin_pad_wait: float
    name_the_wait: float


@dataclass(frozen=True, slots=True)
class Clock:
    max_offset: float  # seconds


@dataclass(frozen=True, slots=True)
class Slot:
    card: SlotPlace


@dataclass(frozen=True, slots=True)
class Journal:
    """How far each activation came; the device key is that of recent data."""

    folder: Path


@dataclass(frozen=True, slots=True)
class Audit:
    """Who looked at whose record; the device key is that of recent data. `days`: that a line is kept at least."""

    folder: Path
    days: int


@dataclass(frozen=True, slots=True)
class Printer:
    """For slips."""

    enabled: bool
    path: Path  # a device file
    width: int  # of the paper, mm


@dataclass(frozen=True, slots=True)
class Document:
    """A reader of ID documents."""

    enabled: bool
    path: Path  # the socket of the process in front of it


@dataclass(frozen=True, slots=True)
class Cache:
    """Recent data for outages."""

    enabled: bool
    folder: Path
    key: Path  # of the device key, where the service manager gives none
    days: int
    rows: int
    loss_list_hours: int


@dataclass(frozen=True, slots=True)
class Staff:
    """Help by staff: how they sign in, and what is kept of it. Seconds."""

    folder: Path  # lockouts, technician pairs, readiness reports
    sign_in_without_card: bool  # also offered on the first page
    sign_in_when_broken: bool  # offered on the page that says that the kiosk cannot serve
    idle: float
    question: float
    screen_off: float


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything kiosk.ini says."""

    kiosk: Kiosk
    window: Window
    reader: Reader
    central: Central
    time: Time
    clock: Clock
    slot: Slot
    cache: Cache
    journal: Journal
    audit: Audit
    printer: Printer
    document: Document
    staff: Staff


@dataclass(frozen=True, slots=True)
class ConfigError:
    """`line` 0: not from a line of the file (a default, the environment, the file itself)."""

    file: Path
    line: int
    section: str
    key: str
    value: str
    allowed: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        if not self.section:
            return f"{place}: {self.value!r}: {self.allowed}" if self.value else f"{place}: {self.allowed}"
        if not self.key:
            return f"{place}: [{self.section}]: {self.allowed}"
        return f"{place}: [{self.section}] {self.key} = {self.value!r}: {self.allowed}"


@dataclass(frozen=True, slots=True)
class ConfigErrors:
    """Why the settings cannot be used; never empty, in the order of the file."""

    errors: tuple[ConfigError, ...]


# --- kinds of values ------------------------------------------------------------------------------------------------


class _Kind(NamedTuple):
    """`read` gives the value, or None where the text is not allowed. It gets the folder that paths are relative to."""

    read: Callable[[str, Path], Any]
    allowed: str


_NOTHING: Final = object()
"""Read from "as something else says"; None is "not allowed"."""
_FLAGS: Final = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False}


def _whole(low: int, high: int) -> _Kind:
    def read(text: str, _folder: Path) -> int | None:
        return int(text) if re.fullmatch(r"[0-9]{1,6}", text) and low <= int(text) <= high else None

    return _Kind(read, f"a whole number from {low} to {high}")


def _seconds(low: float, high: float) -> _Kind:
    def read(text: str, _folder: Path) -> float | None:
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text):
            return None
        return float(text) if low <= float(text) <= high else None

    return _Kind(read, f"seconds from {low:g} to {high:g}")


def _choice(members: type[StrEnum]) -> _Kind:
    values = [member.value for member in members]
    return _Kind(lambda text, _: members(text) if text in values else None, "one of " + ", ".join(values))


def _one_of(names: list[str]) -> _Kind:
    return _Kind(lambda text, _: text if text in names else None, "one of " + ", ".join(names))


def _or(word: str, kind: _Kind) -> _Kind:
    return _Kind(
        lambda text, folder: _NOTHING if text == word else kind.read(text, folder), f"{word}, or {kind.allowed}"
    )


def _size(text: str, _folder: Path) -> tuple[int, int] | None:
    match = re.fullmatch(r"([0-9]{3,4})x([0-9]{3,4})", text)
    if match is None:
        return None
    width, height = int(match[1]), int(match[2])
    return (width, height) if 480 <= width <= 4096 and 480 <= height <= 4096 else None


def _patterns(text: str, _folder: Path) -> tuple[str, ...] | None:
    patterns = tuple(part.strip() for part in text.split(","))
    return patterns if all(patterns) else None


def _url(text: str, _folder: Path) -> str | None:
    try:
        parts = urlsplit(text)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    if not good or parts.username or parts.password or parts.query or parts.fragment or " " in text:
        return None
    return text.rstrip("/")


def _file(text: str, folder: Path) -> Path | None:
    path = folder / text
    return path if text and path.is_file() and os.access(path, os.R_OK) else None


_FLAG: Final = _Kind(lambda text, _: _FLAGS.get(text.lower()), "yes or no")
_TEXT: Final = _Kind(lambda text, _: text if len(text) <= 40 and text.isprintable() else None, "at most 40 characters")
_PEM: Final = _Kind(_file, "a PEM file that can be read")


_PLACE: Final = _Kind(lambda text, folder: folder / text if text and text.isprintable() else None, "a path")


def _regions() -> list[str]:
    return sorted(path.stem for path in (ASSETS / "regions").glob("*.toml"))


def _languages() -> list[str]:
    return sorted(path.name for path in (ASSETS / "locale").iterdir() if path.is_dir())


def _keys() -> dict[str, dict[str, tuple[str, _Kind]]]:
    """Section -> key -> (default as it would stand in the file, what is allowed). The one list of what can be set."""
    page = _seconds(10, 600)
    return {
        "kiosk": {
            "number": ("1", _whole(1, 999)),
            "region": ("370100", _one_of(_regions())),
            "hall": ("", _TEXT),
            "language": ("zh_CN", _one_of(_languages())),
        },
        "window": {
            "size": ("1080x1920", _Kind(_size, "width x height in pixels, 480 to 4096 each, as 1080x1920")),
            "fullscreen": ("yes", _FLAG),
        },
        "reader": {
            "names": ("*", _Kind(_patterns, "patterns of PC/SC reader names, separated by commas, best first")),
            "allow_virtual": ("no", _FLAG),
            "share": ("auto", _choice(Share)),
            "settle_ms": ("auto", _or("auto", _whole(0, 5000))),
        },
        "central": {
            "url": ("https://127.0.0.1:8443", _Kind(_url, "https://host[:port][/path], no user, query or fragment")),
            "ca": ("build/demo/tls/ca.pem", _PEM),
            "certificate": ("build/demo/tls/kiosk.pem", _PEM),
            "key": ("build/demo/tls/kiosk.key", _PEM),
            "list_key": ("build/demo/tls/list-signer.pem", _PEM),
            "connect": ("2", _seconds(0.1, 30)),
            "total": ("8", _seconds(0.5, 60)),
        },
        "time": {
            "page_idle": ("60", page),
            "page_idle_slow": ("120", page),
            "question": ("20", _seconds(5, 300)),
            "question_slow": ("30", _seconds(5, 300)),
            "pin_idle": ("60", page),
            "failure_page": ("60", page),
            "reveal": ("10", _seconds(2, 60)),
            "take_card_louder": ("60", _seconds(5, 600)),
            "take_card_notice": ("180", _seconds(10, 3600)),
            "reading_minimum": ("0.7", _seconds(0, 5)),
            "pin_pad_wait": ("1", _seconds(0, 10)),
            "name_the_wait": ("1", _seconds(0, 10)),
        },
        "clock": {"max_offset": ("120", _seconds(1, 86400))},
        "slot": {"card": ("below", _choice(SlotPlace))},
        "cache": {
            "enabled": ("yes", _FLAG),
            "folder": ("build/demo/cache", _PLACE),
            "key": ("build/demo/device.key", _PLACE),
            "days": ("7", _whole(1, 90)),
            "rows": ("20000", _whole(1, 200_000)),
            "loss_list_hours": ("48", _whole(3, 720)),
        },
        "journal": {"folder": ("build/demo/journal", _PLACE)},
        "audit": {"folder": ("build/demo/audit", _PLACE), "days": ("400", _whole(180, 3650))},
        "printer": {
            "enabled": ("no", _FLAG),
            "path": ("/dev/usb/lp0", _PLACE),
            "width": ("80", _Kind(lambda text, _: int(text) if text in ("58", "80") else None, "58 or 80")),
        },
        "document": {"enabled": ("no", _FLAG), "path": ("/run/kiosk/document.sock", _PLACE)},
        "staff": {
            "folder": ("build/demo/staff", _PLACE),
            "sign_in_without_card": ("no", _FLAG),
            "sign_in_when_broken": ("yes", _FLAG),
            "idle": ("600", _seconds(60, 3600)),
            "question": ("30", _seconds(5, 300)),
            "screen_off": ("60", _seconds(5, 600)),
        },
    }


_NOT_SHORTER: Final = (
    ("central", "connect", "total"),
    ("time", "page_idle", "page_idle_slow"),
    ("time", "question", "question_slow"),
    ("time", "take_card_louder", "take_card_notice"),
    ("staff", "question", "idle"),
)
"""(section, key, key that must not be shorter)."""


# --- reading --------------------------------------------------------------------------------------------------------


class _Entry(NamedTuple):
    """A value as it was written, and where."""

    value: str
    file: Path
    line: int


_Entries = dict[tuple[str, str], _Entry]


def load(path: Path, environ: Mapping[str, str] | None = None) -> Settings | ConfigErrors:
    """Read `path` under the environment (the process's own when None)."""
    errors: list[ConfigError] = []
    keys = _keys()
    entries = _read(path, keys, errors)
    entries |= _environment(os.environ if environ is None else environ, keys, errors)
    values: dict[str, dict[str, Any]] = {section: {} for section in keys}
    for section, known in keys.items():
        for key, (default, kind) in known.items():
            entry = entries.get((section, key)) or _Entry(default, path, 0)
            value = kind.read(entry.value, path.parent)
            if value is None:
                errors.append(ConfigError(entry.file, entry.line, section, key, entry.value, kind.allowed))
            values[section][key] = None if value is _NOTHING else value
    for section, short, long in _NOT_SHORTER:
        low, high = values[section][short], values[section][long]
        if low is not None and high is not None and high < low:
            entry = entries.get((section, long)) or _Entry(keys[section][long][0], path, 0)
            allowed = f"not shorter than {short}, which is {low:g}"
            errors.append(ConfigError(entry.file, entry.line, section, long, entry.value, allowed))
    if errors:
        return ConfigErrors(tuple(sorted(errors, key=lambda error: (str(error.file), error.line))))
    return _settings(values)


def described(path: Path, environ: Mapping[str, str] | None = None) -> "tuple[Setting, ...]":
    """Every setting as it is written, with the file and line, the variable, or "default" that it comes from; also of a file with
    errors. No setting is a secret: keys and certificates are paths."""
    from kiosk.health import Setting

    keys = _keys()
    ignored: list[ConfigError] = []
    entries = _read(path, keys, ignored)
    entries |= _environment(os.environ if environ is None else environ, keys, ignored)
    told = []
    for section, known in keys.items():
        for key, (default, _) in known.items():
            entry = entries.get((section, key))
            if entry is None:
                told.append(Setting(section, key, default, "default"))
            else:
                source = f"{entry.file}:{entry.line}" if entry.line else str(entry.file)
                told.append(Setting(section, key, entry.value, source))
    return tuple(told)


def changed(told: "Sequence[Setting]") -> int:
    """How many are not at their default."""
    keys = _keys()
    return sum(one.value != keys[one.section][one.key][0] for one in told)


def _settings(values: Mapping[str, Mapping[str, Any]]) -> Settings:
    return Settings(
        Kiosk(**values["kiosk"]),
        Window(**values["window"]),
        Reader(**values["reader"]),
        Central(**values["central"]),
        Time(**values["time"]),
        Clock(**values["clock"]),
        Slot(**values["slot"]),
        Cache(**values["cache"]),
        Journal(**values["journal"]),
        Audit(**values["audit"]),
        Printer(**values["printer"]),
        Document(**values["document"]),
        Staff(**values["staff"]),
    )


def defaults() -> Settings:
    """Every setting at its default; its files need not be there. For the page that says that the real ones are wrong."""
    values: dict[str, dict[str, Any]] = {}
    for section, known in _keys().items():
        for key, (default, kind) in known.items():
            value = Path(default) if kind is _PEM else kind.read(default, Path())
            values.setdefault(section, {})[key] = None if value is _NOTHING else value
    return _settings(values)


_SECTION: Final = re.compile(r"\[([^]]+)\]")
_KEY: Final = re.compile(r"([^=\s][^=]*?)\s*=\s*(.*)")


def _read(path: Path, keys: Mapping[str, Mapping[str, object]], errors: list[ConfigError]) -> _Entries:
    """The file's entries with their lines. A line that is none is an error, and the rest is read all the same.

    The format is configparser's (a test holds them equal) without what surprises there: no interpolation, no continued
    lines, no DEFAULT section. Read here, because configparser gives no line numbers and stops at its first error.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors on Windows leave a byte order mark
    except OSError as error:
        errors.append(ConfigError(path, 0, "", "", "", f"a file that can be read: {error.strerror}"))
        return {}
    except UnicodeDecodeError:
        errors.append(ConfigError(path, 0, "", "", "", "a text file in UTF-8"))
        return {}
    entries: _Entries = {}
    section: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if (head := _SECTION.fullmatch(bare)) is not None:
            section = head[1].strip()
            if section not in keys:
                errors.append(ConfigError(path, number, section, "", "", _no_such("section", section, keys)))
            continue
        match = _KEY.fullmatch(bare)
        if match is None:
            errors.append(ConfigError(path, number, "", "", bare[:60], "[section], key = value, or # comment"))
        elif section is None:
            errors.append(ConfigError(path, number, "", "", bare[:60], "a [section] before the first key"))
        elif section in keys:
            key, value = match[1], match[2]
            if key not in keys[section]:
                errors.append(ConfigError(path, number, section, key, value, _no_such("key", key, keys[section])))
            elif (section, key) in entries:
                allowed = f"once only; line {entries[section, key].line} has it already"
                errors.append(ConfigError(path, number, section, key, value, allowed))
            else:
                entries[section, key] = _Entry(value, path, number)
    return entries


def _environment(
    environ: Mapping[str, str], keys: Mapping[str, Mapping[str, object]], errors: list[ConfigError]
) -> _Entries:
    """`KIOSK_<SECTION>_<KEY>` of known sections; other variables are somebody else's."""
    entries: _Entries = {}
    for name, value in sorted(environ.items()):
        section, _, key = name.removeprefix(ENVIRONMENT).lower().partition("_")
        if not name.startswith(ENVIRONMENT) or section not in keys or not key:
            continue
        place = Path(f"${name}")
        if key in keys[section]:
            entries[section, key] = _Entry(value.strip(), place, 0)
        else:
            errors.append(ConfigError(place, 0, section, key, value, _no_such("key", key, keys[section])))
    return entries


def _no_such(what: str, name: str, known: Mapping[str, object]) -> str:
    import difflib  # only when something is wrong

    near = difflib.get_close_matches(name.lower(), known, n=1)
    hint = f"; did you mean {near[0]}?" if near else "."
    return f"no such {what}{hint} Known: " + ", ".join(known)
