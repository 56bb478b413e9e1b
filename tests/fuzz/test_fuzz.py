"""A seeded part of the fuzzing in every run, and proof that it would see a reader that shortens or makes up."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from drivers.card import layout, ssc
from drivers.card.tlv import Malformed, Record, parse_records
from kiosk.central import decode
from kiosk.model import ContributionPage
from tests.fuzz import card, central
from tests.fuzz.run import Broken, feed

INPUTS = 10_000


@pytest.mark.parametrize("reader", ["card", "central"])
def test_rubbish_is_refused_or_read_whole(reader: str) -> None:
    ends = feed(reader, "a", 0, INPUTS)
    # Where nearly everything is refused at the door, nothing behind it was tried.
    assert sum(count for end, count in ends.items() if end.endswith(("read", "drawn", "read to the end"))) > INPUTS / 5


def test_what_is_read_of_rubbish_can_be_drawn() -> None:
    ends = [central.tried(random.Random(f"draw/{n}"), draw=1.0) for n in range(1500)]
    assert not [end for end in ends if isinstance(end, card.Found)]
    assert {end for end in ends if isinstance(end, str) and end.endswith("drawn")} == {
        "Overview: drawn",
        "ContributionPage: drawn",
        "AccountPage: drawn",
    }


def lenient_text(file: str, tag: int, value: bytes) -> str:
    return value.decode("gb18030", "ignore").strip()


def lenient_records(file: str, data: bytes, tags: Any) -> tuple[Record, ...]:
    """Takes what is there of a record that was cut, as if the rest were padding."""
    for _ in range(40):
        try:
            return parse_records(file, data, tags)
        except Malformed:
            data += b"\x00"
    return parse_records(file, data, tags)


READ = layout.decode_value


@pytest.mark.parametrize(
    ("module", "name", "worse"),
    [
        (layout, "_text", lenient_text),
        (ssc, "parse_records", lenient_records),
        (layout, "decode_value", lambda file, item, value: READ(file, item, value.ljust(item.length)[: item.length])),
        (layout, "_unpadded", lambda value: value.strip(b"\x00\xff 0")),
    ],
)
def test_a_reader_of_cards_that_shortens_is_seen(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, worse: Callable[..., Any]
) -> None:
    monkeypatch.setattr(module, name, worse)
    with pytest.raises(Broken):
        feed("card", "a", 0, INPUTS)


def test_a_reader_of_answers_that_is_not_strict_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def lax(kind: Any, body: bytes) -> Any:
        try:
            return decode.adapter(kind).validate_json(body)
        except ValueError:
            raise decode.BrokenContract from None

    monkeypatch.setattr(central, "decode", lax)
    with pytest.raises(Broken):
        feed("central", "a", 0, INPUTS)


def test_a_reader_of_answers_that_shortens_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def shortened(kind: Any, body: bytes) -> Any:
        value = decode.decode(kind, body)
        if isinstance(value, ContributionPage):
            object.__setattr__(value, "rows", value.rows[1:])
        return value

    monkeypatch.setattr(central, "decode", shortened)
    with pytest.raises(Broken):
        feed("central", "a", 0, INPUTS)


def test_an_exception_of_any_other_kind_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def clumsy(_kind: Any, body: bytes) -> Any:
        raise KeyError(body[:1])

    monkeypatch.setattr(central, "decode", clumsy)
    with pytest.raises(Broken, match="KeyError"):
        feed("central", "a", 0, 10)
