"""Answers that keep the contract's form and strain it, or break it in a way of their own: JSON in, JSON out."""

import json
from collections.abc import Callable
from typing import Any, Final

from kiosk.central.contract import PAGE_ROWS

ROWS: Final = 10_000
PAGES: Final = ROWS // PAGE_ROWS
UNKNOWN: Final = {"310": "9X3", "person_status": "Z7", "payment_status": "Z8", "kind_code": "Z6", "reason": "Z9"}
"""Codes that no table has, for a medical insurance and for the members of these names."""
_MONEY: Final = ("own", "employer", "base", "opening", "income", "outgo", "balance", "amount")


def without_a_member(body: bytes) -> bytes:
    value = json.loads(body)
    value.pop(next(iter(value)))
    return _written(value)


def of_another_insurance(body: bytes) -> bytes:
    value = json.loads(body)
    value["insurance"] = "120" if value.get("insurance") != "120" else "110"
    return _written(value)


def with_a_member_twice(body: bytes) -> bytes:
    """The first one once more at the end, with nothing in it."""
    first = next(iter(json.loads(body)))
    return body.rstrip()[:-1] + b"," + json.dumps(first).encode() + b":null}"


def with_unknown_codes(body: bytes) -> bytes:
    def changed(name: str, value: Any) -> Any:
        if name == "insurance":
            return UNKNOWN.get(value, value)
        return UNKNOWN.get(name, value) if isinstance(value, str) else value

    return _written(_each(json.loads(body), changed))


def below_nothing(body: bytes) -> bytes:
    """Every amount of money is negative."""

    def changed(name: str, value: Any) -> Any:
        return -abs(value) - 1 if name in _MONEY and isinstance(value, int) else value

    return _written(_each(json.loads(body), changed))


def with_many_rows(body: bytes) -> bytes:
    """All of them on the first page."""
    value = json.loads(body)
    part = _part(value)
    return body if part is None else _written({**value, part: [_row(value, part, n) for n in range(ROWS)]})


def with_many_pages(body: bytes) -> bytes:
    """Each page full; a row's amount tells its number."""
    value = json.loads(body)
    part = _part(value)
    if part is None:
        return body
    first = (value["page"] - 1) * PAGE_ROWS
    rows = [_row(value, part, first + n) for n in range(PAGE_ROWS)]
    return _written({**value, "pages": PAGES, part: rows})


def _part(value: Any) -> str | None:
    return next((part for part in ("rows", "entries") if part in value), None)


def _row(page: Any, part: str, number: int) -> Any:
    amount = 100 * (number + 1)
    if part == "entries":
        return {"day": "2026-03-09", "kind": "other", "amount": amount, "balance": None}
    row = {"month": f"{page['year']}-{1 + number * 12 // ROWS:02d}", "kind": "other", "kind_code": "90"}
    return row | {"base": None, "employer": None, "own": amount, "arrived": True, "arrived_on": None, "payer": None}


def _each(value: Any, changed: Callable[[str, Any], Any], name: str = "") -> Any:
    match value:
        case dict():
            return {key: _each(inner, changed, key) for key, inner in value.items()}
        case list():
            return [_each(inner, changed) for inner in value]
        case _:
            return changed(name, value)


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
