"""The audit chain's form: what a line is, how it is MACed, how a chain is checked, what central signs. No file in here.

A chain is a random name and k1 (the first key: `k0` of its escrow). Line i, counted from 1, is a canonical text and

    mac_i = HMAC-SHA256(k_i, mac_(i-1) || text)      mac_0 = 32 zero bytes, k_1 = k0
    k_(i+1) = SHA-256("kiosk-audit/key/1" || k_i)

k_i is erased with the transaction that writes line i: whoever takes the kiosk over can write what comes, and change nothing of
what was. k0 is at central alone (escrow). A line's key is its place, so that a line in another place does not fit.

Canonical text: JSON (RFC 8259) of one object, ASCII, keys sorted, no blanks, values only strings and integers. Every line has
`at` (milliseconds since 1970) and `kind`; line 1 has kind "genesis" with `chain`, `form` and `kiosk`; a line of kind
"checkpoint" names with `chain`, `upto`, `mac` and `until` (`at` of line `upto`) the lines that were removed with it. What stands
in the others: `kiosk.audit`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Final

FORM: Final = 1
KEY_BYTES: Final = 32
NO_HEAD: Final = bytes(32)
"""mac_0: the head of a chain without a line."""
GENESIS: Final = "genesis"
CHECKPOINT: Final = "checkpoint"
LONGEST_TEXT: Final = 2000
LATE_SECONDS: Final = 30.0
"""Two requests of a kiosk may overtake each other: a head lower than one that central saw so long ago is none of these, since no
request takes longer. It is an alarm, as is another head of the same length, at any time."""

_NEXT: Final = b"kiosk-audit/key/1"
_PERSON: Final = b"kiosk-audit/whose/1"
_SEEN: Final = b"kiosk-audit/seen/1\0"
_HEADER: Final = re.compile(r"([0-9a-f]{32});(0|[1-9][0-9]{0,15});([0-9a-f]{64})")
_COUNTERSIGNED: Final = re.compile(r"([0-9a-f]{32});(0|[1-9][0-9]{0,15});([0-9a-f]{64});([0-9a-f]{128})")
MOST_CUT: Final = 10_000_000
"""How far ahead of its lines a chain's key is looked for."""


def canonical(values: Mapping[str, str | int]) -> str:
    """The text of a line. Raises ValueError where it would be too long."""
    text = json.dumps(dict(values), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    if len(text) > LONGEST_TEXT:
        raise ValueError("an audit line is short")
    return text


def mac_of(key: bytes, before: bytes, text: str) -> bytes:
    """`before`: the MAC of the line before."""
    return hmac.digest(key, before + text.encode("utf-8"), "sha256")


def next_key(key: bytes) -> bytes:
    return hashlib.sha256(_NEXT + key).digest()


def key_of(k0: bytes, number: int) -> bytes:
    """The key of line `number`."""
    key = k0
    for _ in range(number - 1):
        key = next_key(key)
    return key


def person_key(k0: bytes) -> bytes:
    """By which numbers of people are hashed in this chain: central, which holds k0, can compare."""
    return hmac.digest(k0, _PERSON, "sha256")


def whose(person: bytes, kind: str, number: str) -> str:
    """How a line names a person: 32 hex digits under `person_key`. `kind` of the number: "id_number", "card_number", "staff"."""
    return hmac.digest(person, f"{kind}:{number}".encode("ascii", "replace"), "sha256")[:16].hex()


# --- what travels ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain is: its name (32 hex digits), its length, the MAC of its last line."""

    chain: str
    length: int
    mac: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """The highest head that central has seen, with its Ed25519 signature over `seen_bytes`."""

    head: Head
    signature: bytes


def head_header(head: Head) -> str:
    """Value of `Audit-Head`: `<chain>;<length>;<head>`, lower-case hex."""
    return f"{head.chain};{head.length};{head.mac.hex()}"


def head_of(header: str) -> Head | None:
    """None: not of this form."""
    found = _HEADER.fullmatch(header)
    return None if found is None else Head(found[1], int(found[2]), bytes.fromhex(found[3]))


def seen_bytes(head: Head) -> bytes:
    """What central signs."""
    return _SEEN + head_header(head).encode("ascii")


def seen_header(seen: Seen) -> str:
    """Value of `Audit-Seen`: `<chain>;<length>;<head>;<signature>`, lower-case hex."""
    return f"{head_header(seen.head)};{seen.signature.hex()}"


def seen_of(header: str) -> Seen | None:
    """None: not of this form. The signature is not checked here."""
    found = _COUNTERSIGNED.fullmatch(header)
    if found is None:
        return None
    return Seen(Head(found[1], int(found[2]), bytes.fromhex(found[3])), bytes.fromhex(found[4]))


# --- checking -------------------------------------------------------------------------------------------------------------


Line = tuple[int, str, bytes]
"""Number, text, MAC."""


@unique
class Fault(StrEnum):
    CHANGED = "changed"
    """The line does not fit its key and the line before: changed, moved or put in."""
    MISSING = "missing"
    """Lines of the range are not there."""
    HEAD = "head"
    """The line, or the whole chain, is another one than the head that central has seen says."""
    UNEXPLAINED = "unexplained"
    """What is missing at the beginning was not removed by the kiosk: no checkpoint line says so."""
    TOO_SOON = "too_soon"
    """The checkpoint line itself says that what it removed was not old enough."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Lines `first` to `last` are what the kiosk wrote. `macs`: their MACs were checked, which takes k0; else only that none is
    missing and that the heads are where they have to be. `pruned`: how many were removed before."""

    first: int
    last: int
    head: bytes
    macs: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """`first` to `last`: the line, or the range of lines, that it is about."""

    fault: Fault
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What the file says of its chain beside the lines: how long it is, the next line's key, what was removed at its beginning
    (`base` lines, the last with the MAC `base_mac`)."""

    head: Head
    key: bytes
    base: int = 0
    base_mac: bytes = NO_HEAD


def verify(
    lines: Iterable[Line],
    standing: Standing,
    k0: bytes | None = None,
    seen: Iterable[Head] = (),
    *,
    least_age_ms: int = 0,
) -> Sound | Broken:
    """The first thing that is wrong, or Sound. Streams: memory does not grow with the chain.

    `lines` ascending. `seen`: heads that central has seen of it. `least_age_ms`: that a removed line must have had.
    Without `k0` a changed line is found only where a head of central's is at that very line.
    """
    heads = tuple(seen)
    if any(head.chain != standing.head.chain for head in heads):
        return Broken(Fault.HEAD, 1, 1)
    wanted = {head.length: head.mac for head in heads}
    longest = max(wanted, default=0)
    number, before = standing.base, standing.base_mac
    key = None if k0 is None else key_of(k0, number + 1)
    explained = number == 0
    digest, sha256, form = hmac.digest, hashlib.sha256, f'"kind":"{CHECKPOINT}"'
    for at, text, mac in lines:
        number += 1
        if at != number:
            return Broken(Fault.MISSING, number, at - 1) if at > number else Broken(Fault.CHANGED, at, at)
        if key is not None:
            if digest(key, before + text.encode("utf-8"), "sha256") != mac:
                return Broken(Fault.CHANGED, number, number)
            key = sha256(_NEXT + key).digest()
        before = mac
        if number == 1 and _told(text).get("chain") != standing.head.chain:
            return Broken(Fault.CHANGED, 1, 1)
        if number in wanted and wanted[number] != mac:
            return Broken(Fault.HEAD, number, number)
        if form in text:
            told = _told(text)
            if told.get("kind") == CHECKPOINT and told.get("upto") == standing.base:
                if (told.get("mac"), told.get("chain")) != (standing.base_mac.hex(), standing.head.chain):
                    return Broken(Fault.CHANGED, standing.base, standing.base)
                if int(told.get("at", 0)) - int(told.get("until", 0)) < least_age_ms:
                    return Broken(Fault.TOO_SOON, number, number)
                explained = True
    if not explained:
        return Broken(Fault.UNEXPLAINED, 1, standing.base)
    if standing.base in wanted and wanted[standing.base] != standing.base_mac:
        return Broken(Fault.HEAD, standing.base, standing.base)
    last = max(longest, standing.head.length)
    if number < last:
        return Broken(Fault.MISSING, number + 1, last)
    if before != standing.head.mac or number != standing.head.length:
        return Broken(Fault.CHANGED, number, number)
    if key is not None and key != standing.key:
        return _cut(key, standing.key, number)
    return Sound(standing.base + 1, number, before, macs=key is not None)


def _told(text: str) -> Mapping[str, Any]:
    """What a line says; nothing where it is none of ours."""
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _cut(key: bytes, standing: bytes, number: int) -> Broken:
    """The lines end before their key does: how many there were is what the key tells."""
    for more in range(1, MOST_CUT + 1):
        key = next_key(key)
        if key == standing:
            return Broken(Fault.MISSING, number + 1, number + more)
    return Broken(Fault.CHANGED, number, number)
