"""What is let in: exactly the contract, with room for codes and members that came later."""

import contextlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.central import contract as c
from kiosk.central.decode import BrokenContract, decode, encode, problem
from kiosk.help import Lookup, LookupOutcome, LookupRefusal, QueryOutcome, SignInOutcome
from kiosk.model import Absent, AbsentReason, AccountPage, ContributionPage, Month, Overview
from tests.kiosk.central.operations import CLERK
from tests.kiosk.central.samples import (
    CONFIRMATION,
    ENTRIES,
    FOUND,
    OPENED,
    ORIGIN,
    OVERVIEW,
    REVEALED,
    ROWS,
    SIGNED_IN,
    SLIP,
    TAKEN,
)

assert not isinstance(OVERVIEW.contributions, Absent)
assert not isinstance(OVERVIEW.accounts, Absent)

KINDS = [(Overview, OVERVIEW), (ContributionPage, ROWS), (AccountPage, ENTRIES)]


@pytest.mark.parametrize(("kind", "value"), KINDS)
def test_what_is_encoded_decodes_to_the_same(kind: type, value: object) -> None:
    assert decode(kind, encode(value)) == value


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every member and element of a JSON value."""
    found = []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += [(*path, key), *places(one, (*path, key))]
    return found


def changed(value: Any, path: tuple[Any, ...], to: Any, *, remove: bool = False) -> bytes:
    value = json.loads(value)
    at = value
    for key in path[:-1]:
        at = at[key]
    if remove:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    return json.dumps(value).encode()


@pytest.mark.parametrize(("kind", "value"), KINDS)
def test_every_member_that_is_missing_breaks_the_contract(kind: type, value: object) -> None:
    body = encode(value)
    optional = {("confirmed",), ("views",)}
    for path in places(json.loads(body)):
        if isinstance(path[-1], int) or path[-1:] in optional:
            continue
        with pytest.raises(BrokenContract):
            decode(kind, changed(body, path, None, remove=True))


@pytest.mark.parametrize(("kind", "value"), KINDS)
@pytest.mark.parametrize("wrong", [{"x": 1}, [1.5], 1.5, "\u0000" * 501])
def test_every_member_of_a_wrong_type_breaks_the_contract(kind: type, value: object, wrong: Any) -> None:
    body = encode(value)
    for path in places(json.loads(body)):
        with pytest.raises(BrokenContract):
            decode(kind, changed(body, path, wrong))


@pytest.mark.parametrize(("kind", "value"), KINDS)
def test_members_that_came_later_are_passed_over(kind: type, value: object) -> None:
    body = json.loads(encode(value))
    for path in [(), *places(body)]:
        at = body
        for key in path:
            at = at[key]
        if isinstance(at, dict):
            at["came_later"] = {"anything": [1, 2, 3]}
    assert decode(kind, json.dumps(body).encode()) == value


@pytest.mark.parametrize(
    "path",
    [
        ("registrations", 0, "insurance"),
        ("registrations", 0, "person_status"),
        ("registrations", 0, "payment_status"),
        ("registrations", 0, "entitlement", "reason"),
        ("contributions", 0, "insurance"),
        ("holder", "number"),
    ],
)
def test_code_values_that_nobody_knows_pass(path: tuple[Any, ...]) -> None:
    got = decode(Overview, changed(encode(OVERVIEW), path, "Z9"))
    assert "Z9" in json.loads(encode(got)).__str__()


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("as_of",), "2026-11-20T10:30:00"),  # no offset
        (("as_of",), "1700000000"),
        (("as_of",), 1700000000),
        (("card_status",), "sleeping"),
        (("registrations", 0, "since"), "2026-13"),
        (("registrations", 0, "since"), "202601"),
        (("registrations", 0, "entitlement", "paid_on"), "2026-02-30"),
        (("registrations", 0, "entitlement", "paid_on"), "0"),
        (("contributions", 0, "years", 0, "months"), "PPPPPPPPPPP"),
        (("contributions", 0, "years", 0, "months"), "PPPPPPPPPPPX"),
        (("contributions", 0, "years", 0, "corrected"), [13]),
        (("contributions", 0, "years", 0, "own"), "1000"),
        (("contributions", 0, "years", 0, "own"), 1000.0),
        (("contributions", 0, "years", 0, "own"), True),
        (("contributions", 0, "years", 0, "own"), 10**16),
        (("contributions", 0, "total_months"), -1),
        (("accounts", 0, "figures", "balance"), None),
        (("accounts", 0, "figures"), {"absent": "who knows"}),
    ],
)
def test_values_outside_the_contract_break_it(path: tuple[Any, ...], wrong: Any) -> None:
    with pytest.raises(BrokenContract):
        decode(Overview, changed(encode(OVERVIEW), path, wrong))


@pytest.mark.parametrize(
    "value",
    [
        replace(OVERVIEW, contributions=OVERVIEW.contributions * 2),
        replace(OVERVIEW, accounts=OVERVIEW.accounts * 2),
        replace(ROWS, page=2, pages=1),
        replace(ROWS, rows=ROWS.rows * 51),
        replace(ROWS, rows=(replace(ROWS.rows[0], month=Month(2024, 3)),)),
        replace(ENTRIES, page=2, pages=1),
        replace(ENTRIES, entries=ENTRIES.entries * 51),
        replace(SIGNED_IN, token=None),
        replace(SIGNED_IN, number=None),
        replace(SIGNED_IN, outcome=SignInOutcome.REFUSED),
        replace(FOUND, record=None),
        replace(FOUND, outcome=LookupOutcome.NOT_FOUND),
        Lookup(LookupOutcome.REFUSED),
        Lookup(LookupOutcome.NOT_FOUND, why=LookupRefusal.PROTECTED),
        replace(OPENED, token=None),
        replace(OPENED, outcome=QueryOutcome.REFUSED),
        replace(CONFIRMATION, sign_in=SignInOutcome.LOCKED),
        replace(CONFIRMATION, identity=None),
    ],
)
def test_what_contradicts_itself_breaks_the_contract(value: object) -> None:
    with pytest.raises(BrokenContract):
        decode(type(value), encode(value))


def test_a_registration_or_period_that_ends_before_it_begins_breaks_the_contract() -> None:
    body = encode(OVERVIEW)
    for path, wrong in [
        (("registrations", 0, "until"), "2011-12"),
        (("registrations", 0, "entitlement", "periods", 0, "until"), "2026-04-08"),
    ]:
        with pytest.raises(BrokenContract):
            decode(Overview, changed(body, path, wrong))


def test_years_out_of_order_break_the_contract() -> None:
    assert not isinstance(OVERVIEW.contributions, Absent)
    history = OVERVIEW.contributions[0]
    twice = replace(OVERVIEW, contributions=(replace(history, years=history.years * 2),))
    with pytest.raises(BrokenContract):
        decode(Overview, encode(twice))


@pytest.mark.parametrize("part", ["registrations", "contributions", "accounts"])
@pytest.mark.parametrize("reason", list(AbsentReason))
def test_a_part_that_central_cannot_give_is_absent_with_its_reason(part: str, reason: AbsentReason) -> None:
    got = decode(Overview, changed(encode(OVERVIEW), (part,), {"absent": reason.value}))
    assert getattr(got, part).absent is reason


def test_a_session_that_asks_for_a_pin_without_a_token_breaks_the_contract() -> None:
    session: dict[str, object] = {
        "session": "session-01",
        "token": None,
        "expires": "2026-11-20T10:30:00+08:00",
        "verdict": "genuine",
        "card_status": "normal",
        "holder": {"name": "试*", "number": "37*", "minor": False},
        "next": "ask_pin",
        "challenges": [],
    }
    with pytest.raises(BrokenContract):
        decode(c.CardSession, json.dumps(session).encode())
    session["next"] = "nothing"
    assert decode(c.CardSession, json.dumps(session).encode()).token is None


def test_what_broke_is_told_by_place_and_kind_only() -> None:
    with pytest.raises(BrokenContract) as broken:
        decode(Overview, changed(encode(OVERVIEW), ("holder", "name"), 4711_1234))
    assert "holder.name" in str(broken.value)
    assert "4711" not in str(broken.value)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_end_as_a_broken_contract(body: bytes) -> None:
    with pytest.raises(BrokenContract):
        decode(Overview, body)
    problem(body)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_to_an_overview_is_read_or_refused_but_never_an_error(data: st.DataObject) -> None:
    body = encode(OVERVIEW)
    path = data.draw(st.sampled_from(places(json.loads(body))))
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    )
    with contextlib.suppress(BrokenContract):
        decode(Overview, changed(body, path, data.draw(anything)))


def test_no_record_shows_personal_data_in_its_repr() -> None:
    staff = (SIGNED_IN, FOUND, FOUND.record, REVEALED, OPENED, TAKEN, SLIP, CONFIRMATION, CLERK)
    for value in (OVERVIEW, OVERVIEW.holder, ROWS, ROWS.rows, ENTRIES, ENTRIES.entries, *_parts(), *staff):
        shown = repr(value)
        secrets = (
            "试小明",
            "370101198809121070",
            "A10033335",
            "示例",
            "61200",
            "8650",
            "2026",
            "试*明",
            "1380000",
            "Hall-",
        )
        for secret in secrets:
            assert secret not in shown, type(value)
    assert ORIGIN.body.name in repr(ORIGIN)


def _parts() -> list[object]:
    parts = (OVERVIEW.registrations, OVERVIEW.contributions, OVERVIEW.accounts)
    return [one for part in parts if not isinstance(part, Absent) for one in part]


def test_no_decoder_remembers_a_string() -> None:
    """pydantic would share short strings between answers, and keep them for as long as the process lives."""
    body = encode(OVERVIEW)
    one, two = decode(Overview, body), decode(Overview, body)
    assert one.holder.name == two.holder.name
    assert one.holder.name is not two.holder.name
    assert one.holder.number is not two.holder.number
