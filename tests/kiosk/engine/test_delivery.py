"""The journal as the engine gets it."""

import errno
from pathlib import Path

import pytest

from kiosk.engine.delivery import Journals
from kiosk.store.device_key import DeviceKey
from kiosk.store.journal import TransactionJournal
from kiosk.store.transaction import JournalUnusable


def test_a_journal_that_cannot_be_opened_for_want_of_a_handle_is_unusable_until_there_is_one(tmp_path: Path) -> None:
    handles = 0

    def opened() -> TransactionJournal:
        if not handles:
            raise OSError(errno.EMFILE, "Too many open files")
        return TransactionJournal(tmp_path, DeviceKey(bytes(range(32))))

    journals = Journals(opened)
    with pytest.raises(JournalUnusable, match="Too many open files"):
        journals.get()
    handles = 1
    assert journals.get().pending() == ()
    journals.close()


def test_without_a_device_key_there_is_none() -> None:
    with pytest.raises(JournalUnusable, match="no device key"):
        Journals(lambda: None).get()
