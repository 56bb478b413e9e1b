"""What a card is asked for its recent data, and which answers count."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.engine.asking import Asking
from kiosk.store.sealed import Challenges, SealingChallenge, fresh_challenges

STORED, FRESH = fresh_challenges(), fresh_challenges()


def chip(challenge: SealingChallenge) -> bytes:
    """A card with a key of its own."""
    return bytes(a ^ b for a, b in zip(challenge.proc8, challenge.orig8, strict=True))


def asked(asking: Asking) -> list[SealingChallenge]:
    seen = []
    while (question := asking.question) is not None:
        seen.append(question)
        asking.answered(chip(question))
    return seen


def test_the_stored_row_first_then_each_fresh_challenge_twice() -> None:
    asking = Asking(STORED, FRESH)
    assert asked(asking) == [*STORED, *FRESH, *FRESH]
    assert asking.stored == (chip(STORED[0]), chip(STORED[1]))
    assert asking.fresh == (FRESH, (chip(FRESH[0]), chip(FRESH[1])))


def test_without_a_row_there_is_nothing_to_open_and_all_to_seal() -> None:
    asking = Asking(None, FRESH)
    assert asked(asking) == [*FRESH, *FRESH]
    assert asking.stored is None
    assert asking.fresh is not None


def test_the_row_can_be_opened_before_the_fresh_ones_are_answered() -> None:
    asking = Asking(STORED, FRESH)
    ready = []
    for _ in range(2):
        asking.answered(bytes(8))
        ready.append(asking.ready_to_open)
    assert (ready, asking.fresh) == ([False, True], None)


def test_a_card_that_stops_answering_neither_opens_nor_seals() -> None:
    for count in range(6):
        asking = Asking(STORED, FRESH)
        for _ in range(count):
            asking.answered(chip(asking.question or FRESH[0]))
        asking.close()
        assert asked(asking) == []
        assert asking.ready_to_open
        assert (asking.stored is None) == (count < 2)
        assert asking.fresh is None


@given(st.lists(st.binary(min_size=8, max_size=8), min_size=4, max_size=4))
def test_only_a_card_that_answers_the_same_twice_and_two_challenges_differently_is_sealed_for(
    answers: list[bytes],
) -> None:
    for given_answers in (answers, [*answers[:2], *answers[:2]]):
        asking = Asking(None, FRESH)
        for answer in given_answers:
            asking.answered(answer)
        steady = given_answers[:2] == given_answers[2:] and given_answers[0] != given_answers[1]
        assert (asking.fresh is not None) == steady


def test_no_answer_is_in_its_repr() -> None:
    challenges: Challenges = FRESH
    asking = Asking(None, challenges)
    asking.answered(b"\x5a" * 8)
    assert "Z" not in repr(asking).replace("Asking", "")
