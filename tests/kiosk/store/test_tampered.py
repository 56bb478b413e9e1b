"""Somebody has the disk, and even the key of the file: what they change or put back opens for nobody, or has its own date."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

from kiosk.store.cache import FILE, SealedCache
from kiosk.store.device_key import DeviceKey, Label
from tests.kiosk.store.served import ANSWERS, DAY, DEVICE, NOW, code, content, keep, number, read, time

Fired = Callable[[object], None]
OTHER_DEVICE = DeviceKey(b"\x07" * 32)


def tampered(name: str) -> pytest.MarkDecorator:
    return pytest.mark.fault("machine", f"recent data: {name}", level="real")


@contextmanager
def opened(folder: Path, device: DeviceKey = DEVICE) -> Iterator[SealedCache]:
    cache = SealedCache(folder, device)
    try:
        yield cache
    finally:
        cache.close()


def change(folder: Path, statement: str, *values: object, device: DeviceKey = DEVICE) -> int:
    """What a thief does who has the key of the file. How many rows were changed."""
    connection = dbapi2.connect(str(folder / FILE), isolation_level=None)
    try:
        connection.execute(f"PRAGMA key = \"x'{device.derive(Label.FILE).hex()}'\"")
        return int(connection.execute(statement, values).rowcount)
    finally:
        connection.close()


CHANGES = {
    "one bit of the content": "UPDATE sealed_row SET box = CAST(substr(box, 1, 20) || x'00' || substr(box, 22) AS BLOB)",
    "the end of the content": "UPDATE sealed_row SET box = substr(box, 1, length(box) - 1)",
    "no content": "UPDATE sealed_row SET box = x''",
    "nonce": "UPDATE sealed_row SET nonce = x'000000000000000000000000'",
    "a nonce of no length": "UPDATE sealed_row SET nonce = x''",
    "first challenge": "UPDATE sealed_row SET proc_a = x'0000000000000000'",
    "challenges in the other order": "UPDATE sealed_row SET proc_a = proc_b, orig_a = orig_b, proc_b = proc_a, orig_b = orig_a",
    "a longer life": f"UPDATE sealed_row SET expires = expires + {DAY}",
    "younger than it is": f"UPDATE sealed_row SET stored = stored + {DAY}",
    "figures younger than they are": f"UPDATE sealed_row SET as_of = as_of + {DAY}",
    "another version": "UPDATE sealed_row SET version = 2",
}


@tampered("a row is changed")
@pytest.mark.parametrize("what", CHANGES)
def test_a_row_that_was_changed_opens_for_nobody_and_is_counted(tmp_path: Path, what: str, fired: Fired) -> None:
    with opened(tmp_path) as cache:
        keep(cache, 1, 0)
    fired(change(tmp_path, CHANGES[what]))
    with opened(tmp_path) as cache:
        assert read(cache, 1, NOW) is None
        assert cache.status().not_opened == 1
        keep(cache, 1, 1)
        assert read(cache, 1, NOW) == content(1), "the next online visit makes it well"


@tampered("a row has challenges of a wrong length")
def test_a_challenge_that_is_none_is_no_bug(tmp_path: Path, fired: Fired) -> None:
    with opened(tmp_path) as cache:
        keep(cache, 1, 0)
    fired(change(tmp_path, "UPDATE sealed_row SET orig_b = x'00'"))
    with opened(tmp_path) as cache:
        assert read(cache, 1, NOW) is None
        assert cache.status().not_opened == 1


@tampered("a row is moved under another card")
def test_a_row_under_another_card_opens_for_neither(tmp_path: Path, fired: Fired) -> None:
    """The second card even answers as the first one does: it is the row's place that is wrong."""
    with opened(tmp_path) as cache:
        keep(cache, 1, 0)
        keep(cache, 2, 1)
        first, second = (cache.find(code(card), NOW) for card in (1, 2))
    assert first is not None
    assert second is not None
    change(tmp_path, "DELETE FROM sealed_row WHERE row_id = ?", second.row_id)
    fired(change(tmp_path, "UPDATE sealed_row SET row_id = ? WHERE row_id = ?", second.row_id, first.row_id))
    with opened(tmp_path) as cache:
        assert read(cache, 1, NOW) is None, "its row is gone"
        moved = cache.find(code(2), NOW)
        assert moved is not None
        assert moved.box == first.box
        for holder in (1, 2):
            assert cache.open(moved, code(2), number(holder), ANSWERS) is None


@tampered("a row is moved to another kiosk")
def test_a_row_of_another_kiosk_does_not_open(tmp_path: Path, fired: Fired) -> None:
    """Its row is put where this kiosk looks for the card, and this kiosk is asked with the card's own answers."""
    here, there = tmp_path / "here", tmp_path / "there"
    with opened(there, OTHER_DEVICE) as cache:
        keep(cache, 1, 0)
        theirs = cache.find(code(1), NOW)
    with opened(here) as cache:
        keep(cache, 1, 0)
        ours = cache.find(code(1), NOW)
    assert ours is not None
    assert theirs is not None
    (a, b), times = theirs.challenges, theirs.times
    put = (
        "UPDATE sealed_row SET proc_a=?, orig_a=?, proc_b=?, orig_b=?, nonce=?, box=?, stored=?, as_of=?, expires=? "
        "WHERE row_id=?"
    )
    asked = (a.proc8, a.orig8, b.proc8, b.orig8)
    fired(change(here, put, *asked, theirs.nonce, theirs.box, times.stored, times.as_of, times.expires, ours.row_id))
    with opened(here) as cache:
        assert read(cache, 1, NOW) is None


@tampered("the file of another kiosk")
def test_the_file_of_another_kiosk_is_set_aside(tmp_path: Path, fired: Fired) -> None:
    with opened(tmp_path / "there", OTHER_DEVICE) as cache:
        keep(cache, 1, 0)
    with opened(tmp_path / "here") as cache:
        keep(cache, 1, 0)
    shutil.copy(tmp_path / "there" / FILE, tmp_path / "here" / FILE)
    with opened(tmp_path / "here") as cache:
        assert read(cache, 1, NOW) is None
        fired(cache.status().files_set_aside)


@tampered("an older copy is put back")
def test_an_older_copy_has_its_own_date_and_dies_with_its_time_to_live(tmp_path: Path, fired: Fired) -> None:
    with opened(tmp_path) as cache:
        keep(cache, 1, 0)
    shutil.copy(tmp_path / FILE, tmp_path / "copy")
    with opened(tmp_path) as cache:
        keep(cache, 1, 1)
        newer = cache.find(code(1), NOW)
    shutil.copy(tmp_path / "copy", tmp_path / FILE)
    with opened(tmp_path) as cache:
        row = cache.find(code(1), NOW + DAY)
        assert row is not None
        assert newer is not None
        assert row.times.as_of == time(0) - 30
        assert read(cache, 1, NOW + DAY) == content(0)
        assert read(cache, 1, time(0) + 7 * DAY) is None
        fired(row.times.as_of < newer.times.as_of)


@tampered("a page breaks while the file is open")
def test_a_file_that_breaks_while_it_is_open_is_replaced_in_the_same_visit(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], fired: Fired
) -> None:
    with opened(tmp_path) as cache:
        for card in range(300):
            keep(cache, card, card)
    with opened(tmp_path) as cache:
        handle = os.open(tmp_path / FILE, os.O_WRONLY)
        for page in range(2, os.fstat(handle).st_size // 4096):
            os.pwrite(handle, b"rubbish" * 50, page * 4096 + 64)
        os.close(handle)
        held = [card for card in range(300) if read(cache, card, NOW) is not None]
        assert len(held) < 150, "what was in memory already, until the first broken page"
        keep(cache, 150, 5)
        assert read(cache, 150, NOW) == content(5)
        fired(cache.status().files_set_aside)
    assert capfd.readouterr() == ("", ""), "SQLCipher does not write into the kiosk's log"


@tampered("a table is missing")
def test_a_file_of_the_right_key_without_its_table_is_set_aside(tmp_path: Path, fired: Fired) -> None:
    with opened(tmp_path) as cache:
        keep(cache, 1, 0)
    change(tmp_path, "DROP TABLE sealed_row")
    with opened(tmp_path) as cache:
        assert read(cache, 1, NOW) is None
        keep(cache, 1, 1)
        assert read(cache, 1, NOW) == content(1)
        fired(cache.status().files_set_aside)
