"""Pairs for a technician's card while central is away: each once, for this card, in its time, struck off before it is asked."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.store.device_key import DeviceKey
from kiosk.store.technicians import FILE, Pair, PairList, TechnicianCard, Technicians, TookPairs, digest_of

DEVICE = DeviceKey(bytes(range(32)))
CARD = "370100D1560000050012345678ABCDEF"
ANOTHER = "370100D156000005009999999999ABCD"
KEY = b"k" * 32
ISSUED = 1_790_000_000
DAY = 86_400


def answer(proc8: bytes, orig8: bytes) -> bytes:
    """What the card says."""
    return bytes(a ^ b for a, b in zip(proc8, orig8, strict=True))


def pair(place: int, key: bytes = KEY) -> Pair:
    proc8, orig8 = bytes([place]) * 8, bytes([place + 100]) * 8
    return Pair(proc8, orig8, digest_of(key, answer(proc8, orig8)))


def made(*places: int, issued: int = ISSUED, key: bytes = KEY) -> PairList:
    card = TechnicianCard(digest_of(key, CARD.encode()), "T-0007", tuple(pair(place, key) for place in places))
    return PairList(key, issued, issued + 30 * DAY, (card,))


def test_the_card_is_let_in_by_its_answer_and_by_no_other(tmp_path: Path) -> None:
    technicians = Technicians(tmp_path, DEVICE)
    assert technicians.take(made(1, 2)) is TookPairs.TAKEN
    asked = technicians.strike(CARD, ISSUED + 1)
    assert asked is not None
    assert asked.number == "T-0007"
    right = answer(asked.proc8, asked.orig8)
    assert asked.fits(right)
    assert not asked.fits(bytes(8))
    assert not asked.fits(right[:7])
    assert not asked.fits(b"")


def test_another_card_is_none_of_a_technicians(tmp_path: Path) -> None:
    technicians = Technicians(tmp_path, DEVICE)
    technicians.take(made(1))
    assert not technicians.knows(ANOTHER, ISSUED)
    assert technicians.strike(ANOTHER, ISSUED) is None
    assert technicians.knows(CARD, ISSUED)


def test_each_pair_is_good_once_also_over_a_restart(tmp_path: Path) -> None:
    Technicians(tmp_path, DEVICE).take(made(1, 2, 3))
    seen = []
    for _ in range(3):
        asked = Technicians(tmp_path, DEVICE).strike(CARD, ISSUED)
        assert asked is not None
        seen.append(asked.proc8)
    assert len(set(seen)) == 3
    emptied = Technicians(tmp_path, DEVICE)
    assert emptied.strike(CARD, ISSUED) is None
    assert not emptied.knows(CARD, ISSUED)
    assert emptied.status is not None
    assert emptied.status.pairs == 0


def test_it_is_struck_off_on_the_disk_before_it_may_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    technicians = Technicians(tmp_path, DEVICE)
    technicians.take(made(1))

    def full(_handle: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    assert technicians.strike(CARD, ISSUED) is None, "what is not on the disk is not asked"
    monkeypatch.undo()
    assert technicians.strike(CARD, ISSUED) is not None


def test_a_list_is_over_after_its_days_and_before_it_was_issued(tmp_path: Path) -> None:
    technicians = Technicians(tmp_path, DEVICE)
    technicians.take(made(1))
    assert technicians.strike(CARD, ISSUED + 30 * DAY) is None
    assert technicians.strike(CARD, ISSUED - 301) is None
    assert technicians.strike(CARD, ISSUED + 30 * DAY - 1) is not None


def test_a_used_pair_stays_used_when_it_is_handed_out_again(tmp_path: Path) -> None:
    technicians = Technicians(tmp_path, DEVICE)
    technicians.take(made(1))
    assert technicians.strike(CARD, ISSUED) is not None
    assert technicians.take(made(1, 2, issued=ISSUED + 1, key=b"n" * 32)) is TookPairs.TAKEN
    asked = technicians.strike(CARD, ISSUED + 1)
    assert asked is not None
    assert asked.proc8 == pair(2).proc8
    assert technicians.strike(CARD, ISSUED + 1) is None


def test_an_older_list_is_not_taken_and_a_malformed_one_neither(tmp_path: Path) -> None:
    technicians = Technicians(tmp_path, DEVICE)
    technicians.take(made(1))
    assert technicians.take(made(2)) is TookPairs.NOT_NEWER
    assert technicians.take(made(2, issued=ISSUED - 1)) is TookPairs.NOT_NEWER
    assert technicians.take(replace(made(2, issued=ISSUED + 1), key=b"short")) is TookPairs.MALFORMED
    assert technicians.take(replace(made(2, issued=ISSUED + 1), expires=ISSUED)) is TookPairs.MALFORMED


def test_a_list_that_is_tampered_with_opens_nothing(tmp_path: Path) -> None:
    Technicians(tmp_path, DEVICE).take(made(1))
    content = bytearray((tmp_path / FILE).read_bytes())
    content[20] ^= 1
    (tmp_path / FILE).write_bytes(content)
    technicians = Technicians(tmp_path, DEVICE)
    assert technicians.status is None
    assert technicians.strike(CARD, ISSUED) is None
    assert technicians.take(made(1)) is TookPairs.TAKEN


def test_another_kiosk_reads_nothing_of_it(tmp_path: Path) -> None:
    Technicians(tmp_path, DEVICE).take(made(1))
    assert Technicians(tmp_path, DeviceKey(bytes(32))).status is None
    assert b"T-0007" not in (tmp_path / FILE).read_bytes()


def test_a_power_cut_in_the_middle_leaves_the_old_list(tmp_path: Path) -> None:
    Technicians(tmp_path, DEVICE).take(made(1, 2))
    (tmp_path / f"{FILE}.new").write_bytes(os.urandom(40))
    technicians = Technicians(tmp_path, DEVICE)
    assert technicians.status is not None
    assert technicians.status.pairs == 2
    assert technicians.strike(CARD, ISSUED) is not None
