"""Answers of central with rubbish in them: good ones are changed, member by member or byte by byte.

What must hold, whatever came: it is a broken contract or a value, never another exception; every figure and text of a value
stands so in what came: nothing shortened, rounded, read from elsewhere or made up; and a page can be drawn of it.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from itertools import product
from typing import Any, Final

from kiosk.central import contract as c
from kiosk.central.decode import BrokenContract, decode, encode, problem
from kiosk.model import AbsentReason, AccountPage, ContributionPage, Overview
from kiosk.ui import pages
from kiosk.ui.theme import Contrast, Orientation, TextSize
from kiosk.visit.states import (
    AccountsPage,
    ContributionsPage,
    HomePage,
    Prefs,
    Record,
    RecordPage,
    RegistrationPage,
)
from kiosk.visit.states import Model as VisitModel
from tests.fuzz.card import Found
from tests.kiosk.central.samples import ENTRIES, NOW, OVERVIEW, ROWS
from tests.kiosk.ui.means import kit_of
from tests.kiosk.ui.screens.harness import LANGUAGES, PLACE, REGION
from tests.kiosk.ui.screens.harness import ROOT as REPOSITORY

_CHALLENGE: Final = {
    "id": "challenge-0001",
    "proc8": "0011223344556677",
    "orig8": "8899AABBCCDDEEFF",
    "expires": "2026-11-20T02:30:00Z",
}
_SESSION: Final = {
    "session": "session-01",
    "token": "token-0123456789",
    "expires": "2026-11-20T10:30:00+08:00",
    "verdict": "genuine",
    "card_status": "normal",
    "holder": {"name": "试*", "number": "37*", "minor": False},
    "next": "ask_pin",
    "challenges": [_CHALLENGE],
}
_PROBLEM: Final = {"type": "urn:kiosk:problem:unavailable", "title": "x", "status": 503, "detail": "y"}

GOOD: Final[tuple[tuple[Any, Any], ...]] = (
    (Overview, json.loads(encode(OVERVIEW))),
    (Overview, json.loads(encode(OVERVIEW))),
    (ContributionPage, json.loads(encode(ROWS))),
    (AccountPage, json.loads(encode(ENTRIES))),
    (c.CardSession, _SESSION),
    (c.Challenges, {"challenges": [_CHALLENGE, {**_CHALLENGE, "id": "challenge-0002"}]}),
    (c.HeartbeatAnswer, {"challenges": [_CHALLENGE], "notices": json.loads(encode(OVERVIEW))["notices"]}),
    (c.Problem, _PROBLEM),
)
"""What each answer is when it is right. An overview has the most members: twice."""

_ODD: Final[tuple[Any, ...]] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        12,
        13,
        99,
        -(2**31),
        2**31,
        2**53,
        2**63,
        2**64,
        10**15,
        10**16,
        10**40,
        1.0,
        0.1,
        1e300,
        -0.0,
    ),
    *(
        "",
        " ",
        "0",
        "1",
        "-1",
        "null",
        "true",
        "A" * 19,
        "0" * 500,
        "\x00",
        "\ud800",
        "\u202e名",
        "[b]x[/b]",
        "&bl;",
        "é",
        "𠀀",
        "\ufeff",
    ),
    *(
        "2026-11",
        "2026-13",
        "0001-01",
        "9999-12",
        "2026-1",
        "202611",
        "2026-11-31",
        "2026-02-29",
        "2026-11-20",
        "0000-00-00",
    ),
    *("2026-11-20T02:30:00Z", "2026-11-20T02:30:00", "2026-11-20T24:00:00Z", "2026-11-20T02:30:60Z", "1", "1700000000"),
    *(
        "110",
        "310",
        "390",
        "999",
        "P",
        "PPPPPPPPPPPP",
        "PPPPPP......",
        "PPPPPPPPPPPX",
        "ＡＢ",
        "normal",
        "genuine",
        "ask_pin",
    ),
    *([], {}, [[]], [{}], [None], {"absent": "not_available"}, {"absent": "x"}, {"absent": None}, {"": ""}),
    *({"absent": reason.value} for reason in AbsentReason),
)


# ---- changing an answer ---------------------------------------------------------------------------------------------


def input_of(rng: random.Random) -> tuple[Any, bytes]:
    """A kind of answer and the bytes that came for it."""
    kind, good = rng.choice(GOOD)
    value = copy.deepcopy(good)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
        value = _another(value, rng)
    text = json.dumps(value, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    if rng.random() < 0.35:
        text = rng.choice(_TEXT_CHANGES)(text, rng)
    return kind, text


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from _places(one, (*path, key))


def _another(value: Any, rng: random.Random) -> Any:
    """One member is gone, of another type, of another value, doubled, or has changed places with another."""
    places = list(_places(value))
    if not places:
        return rng.choice(_ODD)
    path = rng.choice(places)
    at = _at(value, path[:-1])
    key, old = path[-1], at[path[-1]]
    match rng.randrange(9):
        case 0:
            del at[key]
        case 1 | 2:
            at[key] = copy.deepcopy(rng.choice(_ODD))
        case 3 | 4:
            at[key] = _near(old, rng)
        case 5:
            at[key] = copy.deepcopy(_at(value, rng.choice(places)))
        case 6 if isinstance(at, list):
            at.extend(copy.deepcopy([old]) * rng.choice((1, 2, 49, 60, 250)))
        case 6:
            at[rng.choice(("came_later", "id", "name", "absent", "as_of", ""))] = copy.deepcopy(rng.choice(_ODD))
        case 7 if isinstance(at, list):
            rng.shuffle(at)
        case _:
            at[key] = str(old) if not isinstance(old, str) else [old]
    return value


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _near(old: Any, rng: random.Random) -> Any:
    """A value of the same type, at or beyond what is allowed."""
    match old:
        case bool():
            return not old
        case int():
            return rng.choice(
                (
                    old + 1,
                    -old,
                    old * 10,
                    old * 10**6,
                    old * 10**12,
                    0,
                    13,
                    2**53 + 1,
                    -(10**15),
                    rng.randrange(-(10**9), 10**9),
                )
            )
        case str():
            at = rng.randrange(len(old) + 1)
            return rng.choice(
                (
                    *(old[:at], old[at:], old * 2, old * 40, old.lower(), old + " ", " " + old, old[::-1]),
                    old[:at] + rng.choice("0123456789AZPR-·试\u0301\u200f\n\t\x00\x7f😀") + old[at:],
                    old[:at] + rng.choice("0123456789P.") + old[at + 1 :],
                )
            )
        case list():
            return old[1:]
        case _:
            return None


def _cut(text: bytes, rng: random.Random) -> bytes:
    return text[: rng.randrange(len(text) + 1)]


def _bytes(text: bytes, rng: random.Random) -> bytes:
    changed = bytearray(text)
    for _ in range(rng.randint(1, 4)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.choice(
                (0x00, 0x22, 0x2C, 0x30, 0x5B, 0x5C, 0x7B, 0x7D, 0xC0, 0xFF, rng.randrange(256))
            )
    return bytes(changed)


def _wrapped(text: bytes, rng: random.Random) -> bytes:
    return (
        rng.choice((b"", b"\xef\xbb\xbf", b" ", b"[", b"<html>", b"\x1f\x8b"))
        + text
        + rng.choice((b"", b"]", b"\n", b"x", text, b"\x00"))
    )


def _number(text: bytes, rng: random.Random) -> bytes:
    """A number in another spelling, or none that JSON knows."""
    return text.replace(
        b": " + rng.choice((b"1", b"2", b"100", b"1000")),
        b": " + rng.choice((b"1e3", b"1E400", b"NaN", b"Infinity", b"-0", b"01", b"0x1", b"1.0", b"+1", b"9" * 400)),
        1,
    )


def _deep(text: bytes, rng: random.Random) -> bytes:
    depth = rng.choice((50, 300, 5000))
    return text[:-1] + b', "came_later": ' + b"[" * depth + b"]" * depth + b"}"


def _twice(text: bytes, rng: random.Random) -> bytes:
    """A member that comes twice."""
    key = rng.choice((b"holder", b"as_of", b"page", b"token", b"balance", b"absent", b"type"))
    return text.replace(b'"' + key + b'": ', b'"' + key + b'": null, "' + key + b'": ', 1)


_TEXT_CHANGES: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    _cut,
    _bytes,
    _bytes,
    _wrapped,
    _number,
    _deep,
    _twice,
)


# ---- one input, and what must hold ------------------------------------------------------------------------------------


def tried(rng: random.Random, *, draw: float = 0.002) -> Found | str:
    """One answer, read. How it ended, or what it broke. Of a share `draw` of the records a page is drawn."""
    kind, body = input_of(rng)
    name = kind.__name__
    try:
        if kind is c.Problem:
            told = problem(body)
            return _of_problem(told, body)
        value = decode(kind, body)
    except BrokenContract:
        return f"{name}: broken contract"
    except Exception as bug:
        return Found(f"{name}: {type(bug).__name__}")
    wrong = _differs(json.loads(encode(value)), _came(body), kind_of=value)
    if wrong is not None:
        return Found(f"{name}: {wrong}")
    if rng.random() < draw and _asked_for(value):
        try:
            _draw(value, rng)
        except Exception as bug:
            return Found(f"{name}: drawing: {type(bug).__name__}")
        return f"{name}: drawn"
    return f"{name}: read"


def _came(body: bytes) -> Any:
    return json.loads(body.decode("utf-8", "surrogatepass"))


def _of_problem(told: str | None, body: bytes) -> Found | str:
    if told is None:
        return "Problem: broken contract"
    came = _came(body)
    return "Problem: read" if came.get("type") == told else Found("Problem: type made up")


def _differs(read: Any, came: Any, kind_of: object, at: str = "") -> str | None:
    """Where what was read is not what came. Members that only came are those of a later contract."""
    match read:
        case dict():
            if not isinstance(came, dict):
                return f"{at}: an object was made up"
            for key, value in read.items():
                inner = getattr(kind_of, key, None)
                if key not in came:
                    if not _may_be_missing(kind_of, key):
                        return f"{at}.{key}: made up"
                    continue
                wrong = _differs(value, came[key], inner, f"{at}.{key}")
                if wrong is not None:
                    return wrong
            return None
        case list():
            if not isinstance(came, list) or len(came) != len(read):
                return f"{at}: not as many as came"
            inners = kind_of if isinstance(kind_of, tuple) else [None] * len(read)
            each = (_differs(a, b, k, f"{at}[]") for a, b, k in zip(read, came, inners, strict=True))
            return next((wrong for wrong in each if wrong is not None), None)
        case _ if isinstance(kind_of, datetime):
            same = (
                isinstance(came, str)
                and datetime.fromisoformat(came.replace("Z", "+00:00").replace("z", "+00:00")) == kind_of
            )
            return None if same else f"{at}: another time"
        case _:
            return None if type(read) is type(came) and read == came else f"{at}: another value"


def _may_be_missing(kind_of: object, key: str) -> bool:
    if not is_dataclass(kind_of):
        return False
    return any(
        f.name == key and (f.default is not MISSING or f.default_factory is not MISSING) for f in fields(kind_of)
    )


# ---- a page of what was read --------------------------------------------------------------------------------------------


_LOOKS: Final = tuple(product(LANGUAGES, (False, True), Orientation))


@cache
def _words(code: str) -> Any:
    from kiosk.ui.text import Words

    return Words.load(REPOSITORY / "assets" / "locale", code)


def _draw(value: Overview | ContributionPage | AccountPage, rng: random.Random) -> None:
    from kiosk.ui.env import Env

    overview, page = _shown(value, rng)
    language, large, orientation = rng.choice(_LOOKS)
    prefs = Prefs(language.code, large, False)
    state = Record(visit=1, insertion=1, overview=overview, page=page, touched=1000.0)
    kit = kit_of(Contrast.NORMAL, TextSize.LARGE if large else TextSize.NORMAL, orientation)
    env = Env(kit, _words(language.code), LANGUAGES, REGION, PLACE, NOW.replace(tzinfo=None), 1000.0)
    pages.build(VisitModel(prefs=prefs, state=state, visits=1, now=1000.0), env)


def _asked_for(value: object) -> bool:
    """Whether the kiosk's client lets it through as the answer to its question: those of another insurance or year it refuses."""
    match value:
        case Overview():
            return True
        case ContributionPage():
            return (value.insurance, value.year) == (ROWS.insurance, ROWS.year)
        case AccountPage():
            return value.insurance == ENTRIES.insurance
        case _:
            return False


def _shown(value: Overview | ContributionPage | AccountPage, rng: random.Random) -> tuple[Overview, RecordPage]:
    match value:
        case Overview():
            return value, rng.choice((HomePage(), *_opened(value)))
        case ContributionPage():
            return OVERVIEW, ContributionsPage(value.insurance, value.year, value, table=True)
        case AccountPage():
            return OVERVIEW, AccountsPage(value.insurance, value)


def _opened(value: Overview) -> Iterator[RecordPage]:
    if isinstance(value.registrations, tuple):
        yield from (RegistrationPage(one.insurance) for one in value.registrations)
    if isinstance(value.contributions, tuple):
        yield from (ContributionsPage(h.insurance, y.year, None) for h in value.contributions for y in h.years[:1])
    if isinstance(value.accounts, tuple):
        yield from (AccountsPage(account.insurance, None) for account in value.accounts)
