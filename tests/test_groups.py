"""What stands in one `xdist_group` runs in one worker: a kiosk, a world, a search that many tests look at is made once."""

import pytest

TURNS: list[int] = []


@pytest.mark.xdist_group("one-worker")
@pytest.mark.parametrize("turn", range(12))
def test_a_group_stays_in_one_worker(turn: int) -> None:
    TURNS.append(turn)
    assert list(range(turn + 1)) == TURNS
