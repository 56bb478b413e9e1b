"""The contract, walked: every member of every answer in `assets/contract/openapi.json`, and every way to break it there.

Made from the document alone, not from the records that decode it: it is what an integrator has.
"""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[3] / "assets" / "contract" / "openapi.json"
SCHEMAS: dict[str, Any] = json.loads(DOCUMENT.read_text("utf-8"))["components"]["schemas"]

Path_ = tuple[str | int, ...]
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A member or element: `whole` is a sound answer that has one here, `at` leads to it."""

    name: str
    whole: Any
    at: Path_
    schema: Schema
    required: bool

    def with_value(self, value: Any) -> Any:
        return _set(self.whole, self.at, value)

    def without(self) -> Any:
        made = copy.deepcopy(self.whole)
        del _get(made, self.at[:-1])[self.at[-1]]
        return made


def resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    return schema


def branches(schema: Schema) -> list[Schema]:
    """The schemas of which a value may be one."""
    schema = resolved(schema)
    return [one for part in schema.get("anyOf", [schema]) for one in ([resolved(part)])]


def nullable(schema: Schema) -> bool:
    return any(one.get("type") == "null" for one in branches(schema))


def sample(schema: Schema) -> Any:
    """A sound value with every member there; of several kinds the first that is not null."""
    schema = next(one for one in branches(schema) if one.get("type") != "null")
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            return {name: sample(member) for name, member in schema["properties"].items()}
        case "array":
            return [sample(schema["items"])]
        case "integer":
            return int(min(max(2026, schema.get("minimum", 0)), schema.get("maximum", 2026)))
        case "boolean":
            return True
        case "string":
            return _string(schema)
        case other:
            raise AssertionError(f"the contract has a kind that this walk does not know: {other}")


_BY_PATTERN = {
    r"^[0-9A-F]{16}$": "0123456789ABCDEF",
    r"^[0-9A-F]{64}$": "0123456789ABCDEF" * 4,
    r"^[0-9A-F]{128}$": "0123456789ABCDEF" * 8,
    r"^([0-9A-F]{64})*$": "0123456789ABCDEF" * 8,
    r"^[A-Za-z0-9_-]{8,64}$": "sample-01",
    r"^[A-Za-z0-9_-]{16,128}$": "sample-token-0001",
    r"^(19|20|21)\d{2}-(0[1-9]|1[0-2])$": "2026-03",
    r"^[PBEMWDNU]{12}$": "PBEMWDNUPBEM",
    r"^[A-Z0-9-]{4,24}$": "261120-K7QM-4T9P",
    r"^[0-9*]{11}$": "138****0011",
    r"^[A-Z]-[0-9]{4}$": "W-0231",
    r"^(activation|loss)$": "loss",
}


def _string(schema: Schema) -> str:
    if "pattern" in schema:
        return _BY_PATTERN[schema["pattern"]]
    match schema.get("format"):
        case "date":
            return "2026-03-09"
        case "date-time":
            return "2026-11-20T10:30:00+08:00"
        case None:
            return "A1"
        case other:
            raise AssertionError(f"the contract has a form that this walk does not know: {other}")


def places(name: str) -> list[Place]:
    """Every member and element of an answer, also of the other kinds that a member may be of."""
    schema = SCHEMAS[name]
    return [Place(name, sample(schema), (), {"$ref": f"#/components/schemas/{name}"}, False), *_inner(name, schema)]


def _inner(name: str, schema: Schema) -> list[Place]:
    found: list[Place] = []

    def walk(label: str, whole: Any, at: Path_, schema: Schema) -> None:
        kinds = [one for one in branches(schema) if one.get("type") != "null"]
        for number, kind in enumerate(kinds):
            here = whole if number == 0 else _set(whole, at, sample(kind))
            tag = label if number == 0 else f"{label}|{number + 1}"
            if kind.get("type") == "object":
                for member, inner in kind["properties"].items():
                    found.append(
                        Place(f"{tag}.{member}", here, (*at, member), inner, member in kind.get("required", ()))
                    )
                    walk(f"{tag}.{member}", here, (*at, member), inner)
            elif kind.get("type") == "array":
                found.append(Place(f"{tag}[]", here, (*at, 0), kind["items"], False))
                walk(f"{tag}[]", here, (*at, 0), kind["items"])

    walk(name, sample(schema), (), schema)
    return found


def wrong(place: Place) -> Iterator[tuple[str, bytes]]:
    """(what is wrong, the body) for every way to break the contract at this place."""
    if place.required:
        yield "missing", _json(place.without())
    kinds = branches(place.schema)
    if not nullable(place.schema):
        yield "null", _json(place.with_value(None))
    allowed = {one["type"] for one in kinds if "type" in one} | {"string" for one in kinds if "enum" in one}
    for kind, values in _OF_KIND.items():
        if kind not in allowed:
            for value in values:
                yield f"a {kind}", _json(place.with_value(value))
    for kind_ in kinds:
        for told, value in _outside(kind_):
            yield told, _json(place.with_value(value))
    if "integer" in allowed:
        for text in ("1.0", "1e3", "01", "+1", "0x10", "1_000", "NaN", "Infinity", "-Infinity", "9" * 400, "9" * 5000):
            yield f"a number written {text[:10]}", _raw(place, text)
    if "string" in allowed:
        for raw in (rb'"\ud800"', b'"\xff"', rb'"\x41"', b'"a\nb"', b"'A1'"):
            yield "a broken string", _raw(place, raw)


_OF_KIND: dict[str, tuple[Any, ...]] = {
    "object": ({}, {"absent": "who_knows"}),
    "array": ([], [None]),
    "string": ("", "2026"),
    "integer": (0, 2026, -1),
    "number": (1.5,),
    "boolean": (True, False),
}


def _outside(schema: Schema) -> Iterator[tuple[str, Any]]:
    if "enum" in schema:
        yield "not of the set", "no-such-value"
        yield "not of the set", schema["enum"][0].upper()
        yield "not of the set", schema["enum"][0] + " "
        return
    match schema.get("type"):
        case "integer":
            for limit, step in (("minimum", -1), ("maximum", 1)):
                if limit in schema:
                    yield f"beyond the {limit}", int(schema[limit]) + step
                    yield f"beyond the {limit}", step * 2**63
                    yield f"beyond the {limit}", step * 10**30
        case "string":
            if "maxLength" in schema:
                yield "too long", "A" * (schema["maxLength"] + 1)
                yield "too long", "𠮷" * (schema["maxLength"] + 1)
            if schema.get("minLength"):
                yield "too short", ""
            if "pattern" in schema:
                yield from (("against the pattern", value) for value in _against(schema["pattern"]))
            if schema.get("format") == "date":
                yield from (
                    ("not a day", v) for v in ("2026-02-30", "2026-3-09", "20260309", "2026-03-09T00:00:00", "")
                )
            if schema.get("format") == "date-time":
                yield from (("not a moment", value) for value in _NO_MOMENTS)
        case "array":
            if "maxItems" in schema:
                yield "too many", [sample(schema["items"])] * (schema["maxItems"] + 1)
        case _:
            pass


_NO_MOMENTS = (
    "2026-11-20T10:30:00",
    "2026-11-20",
    "2026-13-20T10:30:00+08:00",
    "2026-11-20T25:00:00+08:00",
    "2026-11-20T10:30:00+08",
    "0001-01-01T00:00:00+08:00",
    "9999-12-31T23:59:59-08:00",
    "1700000000",
    "",
)


def _against(pattern: str) -> list[str]:
    right = _BY_PATTERN[pattern]
    tries = ["", right[:-1], right * 20, right + "\n", right[:-1] + "！", right[:-1] + "٣", " " + right, right + "\x00"]
    return [one for one in tries if re.fullmatch(pattern.strip("^$"), one, re.ASCII) is None]


def right(place: Place) -> Iterator[Any]:
    """Values at the very edge of the contract: each must come through unchanged."""
    for schema in branches(place.schema):
        match schema.get("type"):
            case "null":
                yield None
            case "integer":
                yield from (int(schema[limit]) for limit in ("minimum", "maximum") if limit in schema)
            case "string" if "enum" in schema:
                yield from schema["enum"]
            case "string" if "maxLength" in schema:
                yield from (
                    "险" * schema["maxLength"],
                    "𠮷" * schema["maxLength"],
                    "[b]&bl;\u202e"[: schema["maxLength"]],
                )
            case "boolean":
                yield from (True, False)
            case _:
                pass


def _get(value: Any, at: Path_) -> Any:
    for key in at:
        value = value[key]
    return value


def _set(whole: Any, at: Path_, value: Any) -> Any:
    if not at:
        return value
    made = copy.deepcopy(whole)
    _get(made, at[:-1])[at[-1]] = value
    return made


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _raw(place: Place, written: str | bytes) -> bytes:
    """The body with `written` as it stands, where JSON's own writer would not write it."""
    mark = "@-here-@"
    text = written.encode() if isinstance(written, str) else written
    return _json(place.with_value(mark)).replace(f'"{mark}"'.encode(), text)
