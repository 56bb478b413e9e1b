"""From bytes to records and back, by the contract. Imports pydantic: only the client's worker and the service pay for it."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from kiosk.central import contract as c
from kiosk.help import Lookup, LookupOutcome, PersonSession, QueryOutcome, SignInOutcome, StaffSession
from kiosk.model import (
    Absent,
    AccountPage,
    ContributionHistory,
    ContributionPage,
    Overview,
    Period,
    Registration,
)
from kiosk.services import Confirmation, Confirmed, Reservation, Reserved, Sending, SentCode

T = TypeVar("T")


class BrokenContract(Exception):
    """What came is not what the contract says. Holds no part of what came."""


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}
_VALIDATORS: dict[Any, SchemaValidator] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """One for each type: building one costs milliseconds."""
    found = _ADAPTERS.get(kind)
    if found is None:
        found = _ADAPTERS[kind] = TypeAdapter(kind)
    return found


def validator(kind: Any) -> SchemaValidator:
    """As `adapter`, without pydantic's memory of short strings: it would keep names and numbers for as long as the process
    lives, where nothing can reach them to drop them."""
    found = _VALIDATORS.get(kind)
    if found is None:
        found = _VALIDATORS[kind] = SchemaValidator(adapter(kind).core_schema, {"cache_strings": "keys"})
    return found


def decode(kind: type[T], body: bytes) -> T:
    """Strict JSON decoding; unknown extra fields are passed over. Raises BrokenContract."""
    try:
        value: T = validator(kind).validate_json(body, strict=True)
    except ValidationError as error:
        raise BrokenContract(_where(error)) from None
    broken = _ambiguous(body) or violation(value)
    if broken is not None:
        raise BrokenContract(broken)
    return value


def _ambiguous(body: bytes) -> str | None:
    """What pydantic lets pass: a member that stands twice (the last one would count, RFC 8259 §4), NaN and Infinity.

    Only for a body that pydantic has taken: its depth and its numbers are within limits.
    """

    def once(members: list[tuple[str, object]]) -> None:
        if len({name for name, _ in members}) != len(members):
            raise ValueError("a member that stands twice")

    def no_number(_name: str) -> None:
        raise ValueError("not a number")

    try:
        json.loads(body, object_pairs_hook=once, parse_constant=no_number)
    except ValueError as error:
        return "not JSON" if isinstance(error, json.JSONDecodeError) else str(error)
    return None


def encode(value: object) -> bytes:
    """A record or envelope as the JSON that travels."""
    return adapter(type(value)).dump_json(value)


def problem(body: bytes) -> str | None:
    """The `type` of a problem body, None where it is not one."""
    try:
        found: c.Problem = validator(c.Problem).validate_json(body, strict=True)
    except ValidationError:
        return None
    return found.type


def _where(error: ValidationError) -> str:
    """Places and kinds only, never the input."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['type']}" for e in found[:3])


def violation(value: object) -> str | None:
    """What the contract says beyond types: None, or which rule is broken (no data in it)."""
    match value:
        case Overview():
            return _overview(value)
        case ContributionPage():
            if value.page > max(value.pages, 1):
                return "page past the last"
            if any(row.month.year != value.year for row in value.rows):
                return "a row of another year"
            return None
        case AccountPage():
            return "page past the last" if value.page > max(value.pages, 1) else None
        case c.CardSession():
            if value.next is not c.Next.NOTHING and value.token is None:
                return "something is to be done, but there is no token"
            return None
        case c.LossAnswer():
            return "a list issued between two seconds" if value.newer and value.newer.issued.microsecond else None
        case SentCode(outcome=Sending.SENT):
            return "a code was sent, but none is named" if value.code is None or value.phone is None else None
        case Reservation(outcome=Reserved.RESERVED):
            missing = value.reservation is None or value.reference is None or value.expires is None
            return "reserved, but no reservation" if missing else None
        case Confirmation(outcome=Confirmed.ACTIVATED):
            return "activated, but never" if value.at is None else None
        case StaffSession():
            return _staff_session(value)
        case Lookup(outcome=outcome):
            if outcome is not LookupOutcome.FOUND:
                there = value.record is not None or value.may_hand_over
                return "nothing was found, but it is told" if there else _refusal(value)
            return "found, but nothing" if value.lookup is None or value.record is None else None
        case PersonSession(outcome=outcome):
            if outcome is not QueryOutcome.OPENED:
                return "a session that was not opened" if value.session is not None or value.token is not None else None
            missing = value.session is None or value.token is None or value.expires is None
            return "opened, but no session" if missing else None
        case c.StaffConfirmation():
            taken = value.sign_in is SignInOutcome.SIGNED_IN
            return (
                "an identity without a clerk, or a clerk without one" if taken != (value.identity is not None) else None
            )
        case _:
            return None


def _staff_session(value: StaffSession) -> str | None:
    """A supervisor's second sign-in has no session of its own."""
    if value.outcome is not SignInOutcome.SIGNED_IN:
        return "a session that was not opened" if value.session is not None or value.token is not None else None
    if value.role is None or value.number is None:
        return "signed in, but nobody"
    one = (value.session is None) == (value.token is None) == (value.expires is None)
    return None if one else "half a session"


def _refusal(value: Lookup) -> str | None:
    return None if (value.outcome is LookupOutcome.REFUSED) == (value.why is not None) else "a reason without a refusal"


def _overview(value: Overview) -> str | None:
    if not isinstance(value.registrations, Absent):
        for registration in value.registrations:
            if broken := _registration(registration):
                return broken
    if not isinstance(value.contributions, Absent):
        for history in value.contributions:
            if broken := _history(history):
                return broken
        if _repeats(value.contributions, lambda h: h.insurance):
            return "two histories of one insurance"
    if not isinstance(value.accounts, Absent) and _repeats(value.accounts, lambda a: a.insurance):
        return "two accounts of one insurance"
    return None


def _registration(value: Registration) -> str | None:
    if value.since is not None and value.until is not None and value.until < value.since:
        return "a registration that ends before it begins"
    if value.entitlement is None or isinstance(value.entitlement, Absent):
        return None
    return "a period that ends before it begins" if any(map(_backwards, value.entitlement.periods)) else None


def _backwards(period: Period) -> bool:
    return period.until is not None and period.until < period.since


def _history(value: ContributionHistory) -> str | None:
    if any(a.year >= b.year for a, b in pairwise(value.years)):
        return "years not in order"
    return None


def _repeats(values: tuple[T, ...], key: Callable[[T], str]) -> bool:
    return len({key(v) for v in values}) != len(values)
