"""The contract broken at every member of every answer, over TLS: a named violation each time, never a value."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from kiosk.central.answers import Cause
from kiosk.central.client import CentralClient
from kiosk.central.decode import BrokenContract, decode, encode
from kiosk.model import CentralFailure
from kiosk.sandbox.pki import DemoPki
from tests.kiosk.central import contract_walk as walk
from tests.kiosk.central.canned import Canned, canned
from tests.kiosk.central.operations import QUESTIONS, Question, head

PLACES = [(question, place) for question in QUESTIONS for place in walk.places(question.schema)]


@dataclass
class Service:
    """Answers each request with the next of `bodies`."""

    client: CentralClient
    server: Canned
    question: Question | None = None
    bodies: list[bytes] = field(default_factory=list)

    def script(self, _: Canned) -> bytes:
        assert self.question is not None
        body = self.bodies.pop(0)
        return head(self.question.status, b"Content-Length: %d" % len(body)) + body


@pytest.fixture(scope="module")
def service(pki: DemoPki) -> Iterator[Service]:
    made: list[Service] = []
    with canned(pki, lambda server: made[0].script(server)) as server:
        mine = pki.device("kiosk-01")
        client = CentralClient(server.base_url, pki.authority, mine.certificate, mine.key)
        made.append(Service(client, server))
        yield made[0]
        client.close()


@pytest.mark.fault("central", "contract violation", level="real")
@pytest.mark.parametrize(("question", "place"), PLACES, ids=[place.name for _, place in PLACES])
def test_every_way_to_break_the_contract_at_a_member_is_a_named_violation(
    service: Service, fired: Callable[[object], None], question: Question, place: walk.Place
) -> None:
    ways = list(walk.wrong(place))
    before = len(service.server.requests)
    service.question = question
    for told, body in ways:
        service.bodies = [body]
        answer = question.ask(service.client, 5.0)
        assert (answer.failure, answer.cause) == (CentralFailure.BAD_ANSWER, Cause.CONTRACT), told
    fired(len(service.server.requests) - before == len(ways) >= 4)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_what_the_walk_breaks_was_sound_before(question: Question) -> None:
    for place in walk.places(question.schema):
        body = json.dumps(place.whole).encode()
        assert json.loads(encode(decode(type(question.record), body))) == place.whole, place.name


def test_a_value_at_the_edge_of_the_contract_is_neither_shortened_nor_misread() -> None:
    tried = 0
    for question, place in PLACES:
        for value in walk.right(place):
            whole = place.with_value(value)
            got = taken(question, json.dumps(whole).encode())
            if got is None:
                continue
            assert json.loads(encode(got)) == whole, place.name
            tried += 1
    assert tried > 200


def taken(question: Question, body: bytes) -> object | None:
    """The record; None where two members exclude each other's edges: then that is said, and nothing is changed."""
    try:
        return decode(type(question.record), body)
    except BrokenContract as error:
        if str(error) in EXCLUDED:
            return None
        raise


EXCLUDED = (
    "page past the last",
    "a row of another year",
    "something is to be done, but there is no token",
    "a code was sent, but none is named",
    "reserved, but no reservation",
    "activated, but never",
    "a session that was not opened",
    "signed in, but nobody",
    "half a session",
    "found, but nothing",
    "nothing was found, but it is told",
    "a reason without a refusal",
    "opened, but no session",
    "an identity without a clerk, or a clerk without one",
)


def test_the_walk_reaches_every_member_of_every_answer() -> None:
    schemas: set[str] = set()
    todo = [question.schema for question in QUESTIONS]
    while todo:
        name = todo.pop()
        if name not in schemas:
            schemas.add(name)
            todo += [reference.rpartition("/")[2] for reference in _references(walk.SCHEMAS[name])]
    members = {(name, member) for name in schemas for member in walk.SCHEMAS[name].get("properties", {})}
    described = {name: walk.SCHEMAS[name].get("properties", {}) for name in schemas}
    reached = {
        (name, member)
        for name, inner in described.items()
        for member, schema in inner.items()
        if any(place.at[-1:] == (member,) and place.schema == schema for _, place in PLACES)
    }
    assert members
    assert members == reached


def _references(value: object) -> Iterator[str]:
    match value:
        case dict():
            if "$ref" in value:
                yield str(value["$ref"])
            for one in value.values():
                yield from _references(one)
        case list():
            for one in value:
                yield from _references(one)
        case _:
            pass
