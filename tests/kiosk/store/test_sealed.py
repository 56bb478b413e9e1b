"""The seal: the same chip, card, kiosk and row open it, nothing else does."""

from dataclasses import replace

import pytest

from kiosk.store.device_key import DeviceKey
from kiosk.store.sealed import VERSION, SealedRow, Sealer, SealingChallenge, Times, fresh_challenges

DEVICE = DeviceKey(bytes(32))
CODE, NUMBER = "370100D15600000500000002A1B2C30E", "A10022222"
ANSWERS = (b"answer-1", b"answer-2")
TIMES = Times(1_000, 900, 2_000)
CONTENT = "试小明 12.34".encode()


def sealed(sealer: Sealer | None = None) -> SealedRow:
    return (sealer or Sealer(DEVICE)).seal(CODE, NUMBER, fresh_challenges(), ANSWERS, TIMES, CONTENT)


def test_the_same_chip_opens_it() -> None:
    assert Sealer(DEVICE).open(sealed(), CODE, NUMBER, ANSWERS) == CONTENT


@pytest.mark.parametrize(
    "answers",
    [
        (b"answer-1", b"answer-3"),
        (b"answer-0", b"answer-2"),
        (b"answer-2", b"answer-1"),
        (bytes(8), bytes(8)),
        (b"answer-1", b"short"),
    ],
)
def test_another_chip_does_not(answers: tuple[bytes, bytes]) -> None:
    assert Sealer(DEVICE).open(sealed(), CODE, NUMBER, answers) is None


def test_another_card_or_kiosk_does_not() -> None:
    row = sealed()
    assert Sealer(DEVICE).open(row, CODE, "A10022223", ANSWERS) is None
    assert Sealer(DEVICE).open(row, CODE[::-1], NUMBER, ANSWERS) is None
    assert Sealer(DeviceKey(b"\x01" * 32)).open(row, CODE, NUMBER, ANSWERS) is None


def test_nothing_beside_the_row_can_be_changed() -> None:
    row, other = sealed(), sealed()
    one = SealingChallenge(bytes(8), bytes(8))
    changed = [
        replace(row, row_id=bytes(32)),
        replace(row, version=VERSION + 1),
        replace(row, challenges=other.challenges),
        replace(row, challenges=(row.challenges[1], row.challenges[0])),
        replace(row, challenges=(row.challenges[0], one)),
        replace(row, nonce=other.nonce),
        replace(row, box=other.box),
        replace(row, box=row.box[:-1]),
        replace(row, box=bytes((row.box[0] ^ 1,)) + row.box[1:]),
        replace(row, times=replace(TIMES, stored=1_001)),
        replace(row, times=replace(TIMES, as_of=901)),
        replace(row, times=replace(TIMES, expires=2_001)),
    ]
    sealer = Sealer(DEVICE)
    assert [sealer.open(one, CODE, NUMBER, ANSWERS) for one in changed] == [None] * len(changed)
    assert sealer.open(row, CODE, NUMBER, ANSWERS) == CONTENT


def test_no_two_rows_have_a_key_a_nonce_or_a_challenge_in_common() -> None:
    rows = [sealed() for _ in range(50)]
    values = [c.proc8 for row in rows for c in row.challenges] + [c.orig8 for row in rows for c in row.challenges]
    assert len({row.nonce for row in rows}) == 50
    assert len(set(values)) == 200
    assert len({row.box[:16] for row in rows}) == 50


def test_where_a_row_stands_says_nothing_without_the_device_key() -> None:
    mine, theirs = Sealer(DEVICE).row_id(CODE), Sealer(DeviceKey(b"\x01" * 32)).row_id(CODE)
    assert mine == Sealer(DEVICE).row_id(CODE)
    assert mine != theirs
    assert len(mine) == 32


def test_nothing_of_the_person_is_in_the_row() -> None:
    row = sealed()
    kept = b"".join((row.row_id, row.nonce, row.box, *(c.proc8 + c.orig8 for c in row.challenges)))
    assert not any(secret in kept for secret in (CODE.encode(), NUMBER.encode(), CONTENT, *ANSWERS))
    assert "试" not in repr(row)
    assert NUMBER not in repr(row)
