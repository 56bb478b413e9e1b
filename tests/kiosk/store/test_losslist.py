"""The loss list: what it answers, what it takes, and what lies on the disk of it."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.store.device_key import DeviceKey
from kiosk.store.losslist import (
    CLOCK_SLACK_SECONDS,
    ENTRY_BYTES,
    FILE,
    ListStatus,
    LossList,
    LossVerdict,
    SignedList,
    Took,
    entry_of,
    load_signer,
    signed_bytes,
)

LOST = "370100D1560000050012345678ABCDEF"
SOUND = "370100D156000005009999999999ABCD"
DAY = 86_400
ISSUED = 1_790_000_000
MAX_AGE = 2 * DAY
DEVICE = DeviceKey(bytes(range(32)))
CENTRAL = Ed25519PrivateKey.from_private_bytes(bytes(32))
SOMEBODY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)


def made(
    *identifications: str, number: int = 7, issued: int = ISSUED, signer: Ed25519PrivateKey = CENTRAL, salt: int = 0
) -> SignedList:
    key = bytes([salt]) * 32
    cards = b"".join(sorted(entry_of(key, one) for one in identifications))
    return SignedList(number, issued, key, cards, signer.sign(signed_bytes(number, issued, key, cards)))


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes: the kernel refuses the write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def opened(folder: Path, device: DeviceKey = DEVICE, signer: Ed25519PrivateKey = CENTRAL) -> LossList:
    return LossList(folder, device, signer.public_key(), MAX_AGE)


def test_a_listed_card_is_listed_and_another_is_clear(tmp_path: Path) -> None:
    losses = opened(tmp_path)
    assert losses.take(made(LOST)) is Took.TAKEN
    assert losses.check(LOST, ISSUED + DAY) is LossVerdict.LISTED
    assert losses.check(SOUND, ISSUED + DAY) is LossVerdict.CLEAR


def test_every_card_of_a_long_list_is_found(tmp_path: Path) -> None:
    cards = [f"{n:032X}" for n in range(999)]
    losses = opened(tmp_path)
    losses.take(made(*cards))
    assert {losses.check(one, ISSUED) for one in cards} == {LossVerdict.LISTED}
    assert {losses.check(f"{n:032X}", ISSUED) for n in range(999, 1999)} == {LossVerdict.CLEAR}


def test_without_a_list_nobody_gets_anything(tmp_path: Path) -> None:
    losses = opened(tmp_path)
    assert losses.check(SOUND, ISSUED) is LossVerdict.STALE
    assert (losses.number, losses.status) == (0, None)


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    losses = opened(tmp_path)
    assert losses.take(made()) is Took.TAKEN
    assert losses.check(SOUND, ISSUED) is LossVerdict.CLEAR
    assert losses.status == ListStatus(7, ISSUED, 0)


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (ISSUED + MAX_AGE, LossVerdict.CLEAR),
        (ISSUED + MAX_AGE + 1, LossVerdict.STALE),
        (ISSUED - CLOCK_SLACK_SECONDS, LossVerdict.CLEAR),
        (ISSUED - CLOCK_SLACK_SECONDS - 1, LossVerdict.STALE),
    ],
)
def test_a_list_ends_with_its_age_and_tells_nothing_before_its_time(
    tmp_path: Path, now: int, verdict: LossVerdict
) -> None:
    losses = opened(tmp_path)
    losses.take(made(LOST))
    assert losses.check(SOUND, now) is verdict
    assert losses.check(LOST, now) is (LossVerdict.STALE if verdict is LossVerdict.STALE else LossVerdict.LISTED)


def test_a_list_outlives_the_kiosk(tmp_path: Path) -> None:
    opened(tmp_path).take(made(LOST))
    again = opened(tmp_path)
    assert again.status == ListStatus(7, ISSUED, 1)
    assert again.check(LOST, ISSUED) is LossVerdict.LISTED


@pytest.mark.parametrize("number", [6, 7])
def test_an_older_list_never_replaces_a_newer_one_not_even_after_a_restart(tmp_path: Path, number: int) -> None:
    opened(tmp_path).take(made(LOST))
    for losses in (opened(tmp_path), opened(tmp_path)):
        assert losses.take(made(SOUND, number=number, issued=ISSUED + DAY)) is Took.NOT_NEWER
        assert losses.check(LOST, ISSUED) is LossVerdict.LISTED
        assert losses.check(SOUND, ISSUED) is LossVerdict.CLEAR


def test_a_newer_list_replaces_the_whole_of_an_older_one(tmp_path: Path) -> None:
    losses = opened(tmp_path)
    losses.take(made(LOST))
    assert losses.take(made(SOUND, number=8, issued=ISSUED + DAY)) is Took.TAKEN
    for one in (losses, opened(tmp_path)):
        assert one.check(LOST, ISSUED + DAY) is LossVerdict.CLEAR
        assert one.check(SOUND, ISSUED + DAY) is LossVerdict.LISTED
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def altered(good: SignedList, **changes: object) -> SignedList:
    parts = {name: getattr(good, name) for name in ("number", "issued", "key", "cards", "signature")}
    return SignedList(**{**parts, **changes})


@pytest.mark.parametrize(
    ("offered", "took"),
    [
        (made(number=8, signer=SOMEBODY), Took.BAD_SIGNATURE),
        (altered(made(LOST, number=8), number=9), Took.BAD_SIGNATURE),
        (altered(made(LOST, number=8), issued=ISSUED + DAY), Took.BAD_SIGNATURE),
        (altered(made(LOST, number=8), key=b"\x01" * 32), Took.BAD_SIGNATURE),
        (altered(made(LOST, number=8), cards=b""), Took.BAD_SIGNATURE),
        (altered(made(LOST, number=8), signature=bytes(64)), Took.BAD_SIGNATURE),
        (altered(made(LOST, number=8), signature=b""), Took.MALFORMED),
        (altered(made(LOST, number=8), key=b""), Took.MALFORMED),
        (altered(made(LOST, number=8), cards=b"x"), Took.MALFORMED),
        (made(number=0), Took.MALFORMED),
    ],
)
def test_what_is_not_centrals_or_not_a_list_changes_nothing(tmp_path: Path, offered: SignedList, took: Took) -> None:
    losses = opened(tmp_path)
    losses.take(made(LOST))
    before = (tmp_path / FILE).read_bytes()
    assert losses.take(offered) is took
    assert losses.check(LOST, ISSUED) is LossVerdict.LISTED
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("order", [(1, 0), (0, 0)])
def test_cards_out_of_order_or_twice_are_no_list_even_when_signed(tmp_path: Path, order: tuple[int, int]) -> None:
    key = bytes(32)
    entries = sorted(entry_of(key, one) for one in (LOST, SOUND))
    cards = b"".join(entries[n] for n in order)
    offered = SignedList(7, ISSUED, key, cards, CENTRAL.sign(signed_bytes(7, ISSUED, key, cards)))
    assert opened(tmp_path).take(offered) is Took.MALFORMED


def test_neither_the_list_nor_its_key_is_readable_on_the_disk(tmp_path: Path) -> None:
    good = made(LOST, SOUND, salt=0x5A)
    opened(tmp_path).take(good)
    on_disk = (tmp_path / FILE).read_bytes()
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    for secret in (good.key, good.cards[:ENTRY_BYTES], good.cards[ENTRY_BYTES:], LOST.encode()):
        assert secret not in on_disk


def test_another_kiosk_cannot_open_the_file(tmp_path: Path) -> None:
    opened(tmp_path).take(made(LOST))
    other = opened(tmp_path, DeviceKey(b"\x07" * 32))
    assert other.check(SOUND, ISSUED) is LossVerdict.STALE


def test_a_list_of_a_signer_who_is_no_longer_set_is_not_used(tmp_path: Path) -> None:
    opened(tmp_path).take(made(LOST))
    assert opened(tmp_path, signer=SOMEBODY).check(SOUND, ISSUED) is LossVerdict.STALE


@pytest.mark.fault("machine", "tampered loss list", level="real")
@pytest.mark.parametrize("at", [0, 11, 12, 40, -1])
def test_a_file_with_one_bit_changed_is_no_list(tmp_path: Path, at: int, fired: Callable[[object], None]) -> None:
    opened(tmp_path).take(made(LOST))
    content = bytearray((tmp_path / FILE).read_bytes())
    content[at] ^= 1
    fired((tmp_path / FILE).write_bytes(content))
    assert opened(tmp_path).check(SOUND, ISSUED) is LossVerdict.STALE


@pytest.mark.parametrize("content", [b"", b"x" * 8, b"x" * 12, b"x" * 500])
def test_a_file_that_is_none_of_ours_is_replaced_by_the_next_list(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    losses = opened(tmp_path)
    assert losses.check(SOUND, ISSUED) is LossVerdict.STALE
    assert losses.take(made(LOST)) is Took.TAKEN
    assert opened(tmp_path).check(LOST, ISSUED) is LossVerdict.LISTED


@pytest.mark.fault("machine", "no room for the loss list", level="real")
def test_without_room_the_old_file_stays_whole_and_the_new_list_holds_till_the_end(
    tmp_path: Path, fired: Callable[[object], None]
) -> None:
    losses = opened(tmp_path)
    losses.take(made(LOST))
    before = (tmp_path / FILE).read_bytes()
    with room_for(64):
        took = losses.take(made(SOUND, number=8))
    fired(took is Took.NOT_STORED)
    assert took is Took.NOT_STORED
    assert losses.check(SOUND, ISSUED) is LossVerdict.LISTED
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.fault("machine", "older loss list put back", level="real")
def test_an_older_copy_put_back_ends_with_its_own_age(tmp_path: Path, fired: Callable[[object], None]) -> None:
    losses = opened(tmp_path)
    losses.take(made())
    older = (tmp_path / FILE).read_bytes()
    losses.take(made(LOST, number=8, issued=ISSUED + MAX_AGE))
    fired((tmp_path / FILE).write_bytes(older))
    assert opened(tmp_path).check(LOST, ISSUED + MAX_AGE) is LossVerdict.CLEAR
    assert opened(tmp_path).check(LOST, ISSUED + MAX_AGE + 1) is LossVerdict.STALE


def test_a_rest_of_a_write_that_the_power_cut_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / (FILE + ".new")).write_bytes(b"half")
    assert opened(tmp_path).take(made(LOST)) is Took.TAKEN
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_the_signed_bytes_are_what_the_contract_says() -> None:
    assert signed_bytes(1, 2, b"k" * 32, b"c" * 64) == (
        b"kiosk loss list\x00" + bytes(7) + b"\x01" + bytes(7) + b"\x02" + b"k" * 32 + bytes(3) + b"\x02" + b"c" * 64
    )


def test_the_signers_key_comes_from_a_pem_file_and_from_nothing_else(tmp_path: Path) -> None:
    good = tmp_path / "good.pem"
    good.write_bytes(CENTRAL.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "bad.pem").write_text("no key")
    assert load_signer(good) == CENTRAL.public_key()
    assert load_signer(tmp_path / "bad.pem") is None
    assert load_signer(tmp_path / "missing.pem") is None


def test_nothing_of_a_list_is_in_its_repr(tmp_path: Path) -> None:
    good = made(LOST)
    losses = opened(tmp_path)
    losses.take(good)
    assert (repr(good), repr(losses)) == ("SignedList(number=7, <1 cards>)", "LossList(number=7)")
