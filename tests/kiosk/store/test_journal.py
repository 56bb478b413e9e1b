"""The journal of activations: one open transaction a card, steps in their order, and nothing of a person."""

import os
from pathlib import Path

import pytest

from kiosk.store.cache import SealedCache
from kiosk.store.device_key import DeviceKey, Label
from kiosk.store.journal import FILE, KEPT_SECONDS, TransactionJournal
from kiosk.store.transaction import FOLLOWS, UNSENT, Closed, JournalUnusable, Step

DEVICE = DeviceKey(bytes(range(32)))
CARD, OTHER = "370100D15600000500000000000000AB", "370100D15600000500000000000000CD"


class Clock:
    now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> TransactionJournal:
    return TransactionJournal(tmp_path, DEVICE, now=clock)


def again(tmp_path: Path) -> TransactionJournal:
    """As after a restart."""
    return TransactionJournal(tmp_path, DEVICE)


def test_a_transaction_from_key_to_end(journal: TransactionJournal, tmp_path: Path) -> None:
    assert journal.open_of(CARD) is None
    begun = journal.begin(CARD, "key-1")
    assert (begun.step, begun.key, begun.reservation) == (Step.RESERVING, "key-1", None)
    journal.advance(begun.id, Step.RESERVED, reservation="reservation-1", reference="JN-1")
    journal.advance(begun.id, Step.CHANGING)
    journal.close_file()
    found = again(tmp_path).open_of(CARD)
    assert found is not None
    assert (found.step, found.reservation, found.reference) == (Step.CHANGING, "reservation-1", "JN-1")
    journal.advance(begun.id, Step.CHANGED)
    assert [each.id for each in journal.pending()] == [begun.id]
    journal.close(begun.id, Closed.ACTIVATED)
    journal.close(begun.id, Closed.CANCELLED)
    assert journal.open_of(CARD) is None
    assert journal.pending() == ()
    assert [each.closed for each in again(tmp_path).history(CARD)] == [Closed.ACTIVATED]


def test_another_card_has_nothing_of_it(journal: TransactionJournal) -> None:
    journal.begin(CARD, "key-1")
    assert journal.open_of(OTHER) is None
    journal.begin(OTHER, "key-2")
    assert len(journal.pending()) == 2


def test_a_card_has_one_open_transaction(journal: TransactionJournal) -> None:
    journal.begin(CARD, "key-1")
    with pytest.raises(ValueError, match="open transaction"):
        journal.begin(CARD, "key-2")
    with pytest.raises(ValueError, match="open transaction"):
        journal.adopt(CARD, "reservation-1", "JN-1")


def test_one_that_central_has_and_the_journal_not_is_begun_as_unknown(journal: TransactionJournal) -> None:
    row = journal.adopt(CARD, "reservation-1", "JN-1")
    assert (row.step, row.key, row.reservation) == (Step.CHANGING, "", "reservation-1")


@pytest.mark.parametrize("before", Step)
@pytest.mark.parametrize("after", Step)
def test_no_step_is_written_that_cannot_follow(journal: TransactionJournal, before: Step, after: Step) -> None:
    paths = {
        Step.RESERVING: (),
        Step.RESERVED: (Step.RESERVED,),
        Step.CANCELLING: (Step.RESERVED, Step.CANCELLING),
        Step.CHANGING: (Step.RESERVED, Step.CHANGING),
        Step.REFUSED: (Step.RESERVED, Step.CHANGING, Step.REFUSED),
        Step.CHANGED: (Step.RESERVED, Step.CHANGING, Step.CHANGED),
    }
    row = journal.begin(CARD, "key-1")
    for step in paths[before]:
        journal.advance(row.id, step)
    if after in FOLLOWS[before]:
        assert journal.advance(row.id, after).step is after
        return
    with pytest.raises(ValueError, match="cannot follow"):
        journal.advance(row.id, after)
    found = journal.open_of(CARD)
    assert found is not None
    assert found.step is before


def test_never_sent_is_written_only_where_the_steps_prove_it(journal: TransactionJournal) -> None:
    row = journal.begin(CARD, "key-1")
    journal.advance(row.id, Step.RESERVED)
    journal.advance(row.id, Step.CHANGING)
    with pytest.raises(ValueError, match="may have been sent"):
        journal.close(row.id, Closed.NEVER_SENT)
    assert journal.open_of(CARD) is not None


def test_what_was_once_sent_is_never_unsent_but_by_who_knows_that_it_was_not() -> None:
    """Of all steps after CHANGING only RESERVED is one that may be cancelled: written back when nothing was sent after all."""
    assert FOLLOWS[Step.CHANGING] & UNSENT == {Step.RESERVED}
    assert not (FOLLOWS[Step.REFUSED] | FOLLOWS[Step.CHANGED]) & UNSENT


def test_closed_ones_go_after_a_while(journal: TransactionJournal, clock: Clock) -> None:
    journal.close(journal.begin(CARD, "key-1").id, Closed.NEVER_SENT)
    clock.now += KEPT_SECONDS + 1
    journal.close(journal.begin(CARD, "key-2").id, Closed.NEVER_SENT)
    assert [each.key for each in journal.history(CARD)] == ["key-2"]


def test_nothing_says_whose_card_it_is(journal: TransactionJournal, tmp_path: Path) -> None:
    """Also to whoever has the key of the file."""
    from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

    row = journal.begin(CARD, "key-1")
    journal.advance(row.id, Step.RESERVED, reservation="reservation-1", reference="JN-1")
    journal.close_file()
    connection = dbapi2.connect(str(tmp_path / FILE))
    connection.execute(f"PRAGMA key = \"x'{DEVICE.derive(Label.JOURNAL).hex()}'\"")
    dump = "\n".join(
        repr(row) for table in ("activation", "sqlite_schema") for row in connection.execute(f"SELECT * FROM {table}")
    )
    connection.close()
    assert "reservation-1" in dump
    assert CARD not in dump
    assert bytes.fromhex(CARD).hex() not in dump.lower()
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"reservation-1" not in raw, "the file is not encrypted"


def test_another_kiosk_cannot_read_it(journal: TransactionJournal, tmp_path: Path) -> None:
    journal.begin(CARD, "key-1")
    journal.close_file()
    with pytest.raises(JournalUnusable):
        TransactionJournal(tmp_path, DeviceKey(bytes(32))).pending()


@pytest.mark.fault("machine", "the journal's file is broken", level="real")
def test_a_broken_file_stays_where_it_is_and_the_cache_beside_it_goes_on(
    journal: TransactionJournal, tmp_path: Path, fired: object
) -> None:
    journal.begin(CARD, "key-1")
    journal.close_file()
    sound = (tmp_path / FILE).read_bytes()
    broken = os.urandom(512) + sound[512:]
    (tmp_path / FILE).write_bytes(broken)
    it = again(tmp_path)
    for what in (it.pending, lambda: it.open_of(CARD), lambda: it.begin(OTHER, "key-2")):
        with pytest.raises(JournalUnusable, match=r"journal\.db"):
            what()
    assert (tmp_path / FILE).read_bytes() == broken, "what a technician may still read is gone"
    assert [path.name for path in tmp_path.iterdir() if "aside" in path.name] == []
    cache = SealedCache(tmp_path, DEVICE)
    assert cache.status().rows == 0
    cache.close()
    fired(1)  # type: ignore[operator]
    (tmp_path / FILE).write_bytes(sound)
    found = it.open_of(CARD)
    assert found is not None, "a file that was mended is used again without a restart"


def test_a_journal_of_another_version_is_not_touched(journal: TransactionJournal, tmp_path: Path) -> None:
    from sqlcipher3 import dbapi2

    journal.begin(CARD, "key-1")
    journal.close_file()
    connection = dbapi2.connect(str(tmp_path / FILE))
    connection.execute(f"PRAGMA key = \"x'{DEVICE.derive(Label.JOURNAL).hex()}'\"")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(JournalUnusable, match="another schema"):
        again(tmp_path).pending()


def test_its_errors_say_nothing_of_what_was_to_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / FILE).mkdir()
    with pytest.raises(JournalUnusable) as unusable:
        TransactionJournal(folder, DEVICE).begin(CARD, "key-of-it")
    assert CARD not in str(unusable.value)
    assert "key-of-it" not in str(unusable.value)
