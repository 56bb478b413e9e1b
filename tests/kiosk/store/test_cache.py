"""The sealed cache on a real file: one row a card, its time, its room, and what a broken file comes to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.store.cache import FILE, Limits, SealedCache
from kiosk.store.device_key import DeviceKey
from kiosk.store.sealed import Answers, fresh_challenges

DEVICE = DeviceKey(bytes(32))
CODE, NUMBER = "370100D15600000500000002A1B2C30E", "A10022222"
ANSWERS: Answers = (b"answer-1", b"answer-2")
DAY = 86_400
NOW = 1_795_000_000


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., SealedCache]]:
    made: list[SealedCache] = []

    def cache(device: DeviceKey = DEVICE, limits: Limits | None = None) -> SealedCache:
        made.append(SealedCache(tmp_path, device, limits))
        return made[-1]

    yield cache
    for one in made:
        one.close()


def keep(cache: SealedCache, content: bytes = b"record", *, code: str = CODE, now: int = NOW) -> None:
    cache.keep(code, NUMBER, fresh_challenges(), ANSWERS, content, now=now, as_of=now - 60)


def got(cache: SealedCache, now: int = NOW, code: str = CODE, answers: Answers = ANSWERS) -> bytes | None:
    row = cache.find(code, now)
    return None if row is None else cache.open(row, code, NUMBER, answers)


def test_what_was_kept_is_there_after_a_new_start(make: Callable[..., SealedCache]) -> None:
    cache = make()
    keep(cache)
    cache.close()
    assert got(make()) == b"record"


def test_a_new_visit_replaces_the_row_and_its_challenges(make: Callable[..., SealedCache]) -> None:
    cache = make()
    keep(cache, b"old")
    before = cache.find(CODE, NOW)
    keep(cache, b"new", now=NOW + 1)
    after = cache.find(CODE, NOW + 1)
    assert before is not None
    assert after is not None
    assert (got(cache), cache.status().rows) == (b"new", 1)
    assert not {c.proc8 for c in before.challenges} & {c.proc8 for c in after.challenges}


def test_recent_means_recent(make: Callable[..., SealedCache]) -> None:
    cache = make(limits=Limits(time_to_live=7 * DAY))
    keep(cache)
    assert got(cache, NOW + 7 * DAY - 1) == b"record"
    assert got(cache, NOW + 7 * DAY) is None
    assert cache.status().rows == 1
    assert cache.purge(NOW + 7 * DAY) == 1
    assert cache.status().rows == 0


def test_the_oldest_rows_make_room(make: Callable[..., SealedCache]) -> None:
    cache = make(limits=Limits(most_rows=3))
    codes = [f"{n:032X}" for n in range(5)]
    for n, code in enumerate(codes):
        keep(cache, code=code, now=NOW + n)
    assert [got(cache, NOW + 9, code) for code in codes] == [None, None, b"record", b"record", b"record"]


def test_a_row_that_does_not_open_is_counted_and_left_for_the_next_visit(make: Callable[..., SealedCache]) -> None:
    cache = make()
    keep(cache)
    assert got(cache, answers=(b"another!", b"chips-an")) is None
    assert (cache.status().not_opened, cache.status().rows) == (1, 1)
    assert got(cache) == b"record"


def test_a_card_that_central_calls_lost_has_no_row_any_more(make: Callable[..., SealedCache]) -> None:
    cache = make()
    keep(cache)
    assert (cache.revoke(CODE), cache.revoke(CODE)) == (True, False)
    assert got(cache) is None


def test_the_clocks_mark_only_rises(make: Callable[..., SealedCache]) -> None:
    cache = make()
    assert cache.clock_mark == 0
    keep(cache)
    cache.mark_clock(NOW - DAY)
    assert cache.clock_mark == NOW
    cache.mark_clock(NOW + DAY)
    cache.purge()
    cache.close()
    assert make().clock_mark == NOW + DAY


def test_everything_is_purged_on_command(make: Callable[..., SealedCache]) -> None:
    cache = make()
    keep(cache)
    keep(cache, code="0" * 32)
    assert cache.purge() == 2
    assert cache.status().rows == 0


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b"not a database at all" * 500),
        lambda path: path.write_bytes(path.read_bytes()[: 5 * 4096 + 17]),
        lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(4096) + path.read_bytes()[8192:]),
        lambda path: path.with_name(path.name + "-wal").write_bytes(b"rubbish" * 1000),
    ],
)
def test_a_broken_file_is_set_aside_and_the_kiosk_goes_on(
    make: Callable[..., SealedCache], tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    cache = make()
    for n in range(40):
        keep(cache, bytes(2000), code=f"{n:032X}")
    cache.purge(0)  # the journal into the file
    cache.close()
    harm(tmp_path / FILE)
    again = make()
    keep(again, b"after")
    assert got(again) == b"after"


def test_a_file_under_another_device_key_gives_nothing(make: Callable[..., SealedCache], tmp_path: Path) -> None:
    cache = make()
    keep(cache)
    cache.close()
    other = make(DeviceKey(b"\x01" * 32))
    assert got(other) is None
    assert (other.status().rows, other.status().files_set_aside) == (0, 1)
    assert (tmp_path / f"{FILE}.aside").exists()


def test_the_files_hold_nothing_that_can_be_read(make: Callable[..., SealedCache], tmp_path: Path) -> None:
    cache = make()
    keep(cache, "试小明".encode() * 100)
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert not any(
            s in content for s in (CODE.encode(), NUMBER.encode(), "试小明".encode(), b"SQLite format 3", b"sealed_row")
        )
        assert path.stat().st_mode & 0o077 == 0, path.name
