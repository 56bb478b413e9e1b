"""The audit chain: what nobody can change unseen, what is removed and how, and where the boundary of it all is."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from sqlalchemy.engine import Connection

from kiosk.store.audit import (
    NO_HEAD,
    Broken,
    Fault,
    Head,
    Seen,
    Sound,
    canonical,
    head_header,
    head_of,
    key_of,
    mac_of,
    seen_bytes,
    seen_header,
    seen_of,
    whose,
)
from kiosk.store.auditfile import DAY_MS, FILE, LEAST_DAYS, AuditFile, AuditUnwritable, set_chain_aside
from kiosk.store.database import open_database
from kiosk.store.device_key import DeviceKey, Label

DEVICE = DeviceKey(bytes(range(32)))
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
LINES = 30


class Time:
    """Milliseconds, as a test sets them."""

    def __init__(self) -> None:
        self.now = 1_763_700_000_000

    def __call__(self) -> int:
        self.now += 1000
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def kept(tmp_path: Path, clock: Time) -> Iterator[AuditFile]:
    chain = AuditFile(tmp_path, DEVICE, "K-01", now_ms=clock)
    chain.append([entry(number) for number in range(2, LINES + 1)])
    yield chain
    chain.close_file()


def entry(number: int) -> dict[str, str | int]:
    return {"kind": "overview", "outcome": "asked", "visit": f"aa-{number}", "who": "holder", "whose": "0" * 32}


def looked(folder: Path) -> AuditFile:
    return AuditFile(folder, DEVICE, "K-01", look=True)


def changed(folder: Path, work: Callable[[Connection], object]) -> None:
    """By somebody who has the kiosk, its device key and all time."""
    engine = open_database(folder / FILE, DEVICE.derive(Label.AUDIT), 1)
    with engine.begin() as connection:
        work(connection)
    engine.dispose()


def sql(*statements: str) -> Callable[[Connection], object]:
    return lambda connection: [connection.exec_driver_sql(statement) for statement in statements]


def countersign(chain: AuditFile, head: Head | None = None) -> Seen:
    """As central does, of all that is there."""
    head = head or chain.head()
    seen = Seen(head, SIGNER.sign(seen_bytes(head)))
    chain.uploaded(head.length)
    chain.countersigned(seen)
    return seen


def stolen(chain: AuditFile) -> bytes:
    """k0, as central has it from the enrolment; the kiosk has it no more."""
    key = chain.escrow()
    assert key is not None
    chain.escrowed()
    assert chain.escrow() is None
    return key


# --- form -----------------------------------------------------------------------------------------------------------------


def test_the_form_of_a_chain_is_the_one_that_is_written_down(kept: AuditFile) -> None:
    """Recomputed here from the words of the module, not from its functions."""
    import hashlib
    import hmac

    key, before = kept.escrow(), bytes(32)
    assert key is not None
    lines = kept.after(0, 100)
    assert [number for number, _, _ in lines] == list(range(1, LINES + 1))
    for _, text, mac in lines:
        assert hmac.new(key, before + text.encode(), hashlib.sha256).digest() == mac
        assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
        key, before = hashlib.sha256(b"kiosk-audit/key/1" + key).digest(), mac
    head = kept.head()
    assert (head.length, head.mac) == (LINES, before)
    assert json.loads(lines[0][1]) | {"at": 0} == {
        "at": 0,
        "kind": "genesis",
        "chain": head.chain,
        "form": 1,
        "kiosk": "K-01",
    }


def test_headers_come_back_as_they_went(kept: AuditFile) -> None:
    head = kept.head()
    seen = countersign(kept)
    assert head_of(head_header(head)) == head
    assert seen_of(seen_header(seen)) == seen
    SIGNER.public_key().verify(seen.signature, seen_bytes(head))


@pytest.mark.parametrize(
    "text",
    ["", ";;", "0;00", "ab;1;cd", f"{'0' * 32};-1;{'0' * 64}", f"{'0' * 32};01;{'0' * 64}", f"{'0' * 32};1;{'A' * 64}"],
)
def test_a_header_of_another_form_is_none(text: str) -> None:
    assert head_of(text) is None
    assert seen_of(text) is None
    assert seen_of(f"{text};{'0' * 128}") is None


def test_a_person_is_named_by_a_hash_that_only_who_has_the_first_key_can_make(kept: AuditFile) -> None:
    person = kept.person()
    named = whose(person, "id_number", "11010519491231002X")
    assert named == whose(person, "id_number", "11010519491231002X")
    assert named != whose(person, "card_number", "11010519491231002X")
    assert named != whose(bytes(32), "id_number", "11010519491231002X")
    assert "11010519491231002X" not in named


def test_a_line_too_long_is_a_bug() -> None:
    with pytest.raises(ValueError, match="short"):
        canonical({"detail": "x" * 2000})


# --- what is found ----------------------------------------------------------------------------------------------------------


def test_what_nobody_touched_is_sound(kept: AuditFile, tmp_path: Path) -> None:
    key = stolen(kept)
    assert kept.verify(key) == Sound(1, LINES, kept.head().mac, macs=True)
    assert kept.verify() == Sound(1, LINES, kept.head().mac, macs=False)
    assert looked(tmp_path).verify(key) == kept.verify(key)


@pytest.mark.parametrize("number", [1, 2, 17, LINES])
@pytest.mark.parametrize(
    "change",
    [
        "update line set text = replace(text, 'kind', 'kinf') where number = {}",
        "update line set mac = zeroblob(32) where number = {}",
        "update line set text = text || ' ' where number = {}",
    ],
)
def test_a_changed_line_is_named(kept: AuditFile, tmp_path: Path, number: int, change: str) -> None:
    key = stolen(kept)
    kept.close_file()
    changed(tmp_path, sql(change.format(number)))
    assert looked(tmp_path).verify(key) == Broken(Fault.CHANGED, number, number)


def test_every_single_bit_of_a_line_and_its_mac_counts(kept: AuditFile) -> None:
    """Over the lines as they are read: one turned bit is one turned line."""
    from kiosk.store.audit import verify

    key = kept.escrow()
    with kept.reading() as (standing, _, lines):
        rows = list(lines)
    number, text, mac = rows[4]
    for bit in range(8 * len(mac)):
        turned = bytearray(mac)
        turned[bit // 8] ^= 1 << bit % 8
        bad = [*rows[:4], (number, text, bytes(turned)), *rows[5:]]
        assert verify(bad, standing, key) == Broken(Fault.CHANGED, 5, 5)
    for bit in range(7 * len(text)):
        letters = [*text]
        letters[bit // 7] = chr(ord(letters[bit // 7]) ^ 1 << bit % 7)
        bad = [*rows[:4], (number, "".join(letters), mac), *rows[5:]]
        assert verify(bad, standing, key) == Broken(Fault.CHANGED, 5, 5)


@pytest.mark.parametrize(("first", "last"), [(2, 2), (9, 12), (1, 1), (1, LINES)])
@pytest.mark.parametrize("with_key", [True, False])
def test_lines_that_are_not_there_are_named(
    kept: AuditFile, tmp_path: Path, first: int, last: int, *, with_key: bool
) -> None:
    key = stolen(kept)
    kept.close_file()
    changed(tmp_path, sql(f"delete from line where number between {first} and {last}"))
    assert looked(tmp_path).verify(key if with_key else None) == Broken(Fault.MISSING, first, last)


def test_lines_moved_up_over_a_gap_do_not_fit(kept: AuditFile, tmp_path: Path) -> None:
    key = stolen(kept)
    kept.close_file()
    changed(
        tmp_path,
        sql(
            "delete from line where number = 9",
            "update line set number = -(number - 1) where number > 9",
            "update line set number = -number where number < 0",
            "update chain set length = length - 1",
        ),
    )
    assert looked(tmp_path).verify(key) == Broken(Fault.CHANGED, 9, 9)


def test_lines_in_another_order_do_not_fit(kept: AuditFile, tmp_path: Path) -> None:
    key = stolen(kept)
    kept.close_file()
    changed(
        tmp_path,
        sql(
            "update line set number = -5 where number = 9",
            "update line set number = 9 where number = 5",
            "update line set number = 5 where number = -5",
        ),
    )
    assert looked(tmp_path).verify(key) == Broken(Fault.CHANGED, 5, 5)


def test_lines_cut_from_the_end_are_counted_by_the_key_that_went_on(kept: AuditFile, tmp_path: Path) -> None:
    """Also by somebody who puts length and head right: the key of the line before cannot be had any more."""
    key = stolen(kept)
    kept.close_file()
    changed(
        tmp_path,
        sql(
            "delete from line where number > 22",
            "update chain set length = 22, head = (select mac from line where number = 22)",
        ),
    )
    assert looked(tmp_path).verify(key) == Broken(Fault.MISSING, 23, LINES)


def test_a_cut_file_is_not_written_on(kept: AuditFile, tmp_path: Path) -> None:
    kept.close_file()
    changed(tmp_path, sql("delete from line where number > 22"))
    with pytest.raises(AuditUnwritable) as refused:
        kept.append([entry(31)])
    assert refused.value.damaged
    set_chain_aside(tmp_path)
    assert kept.head().length == 1


def test_whoever_takes_the_kiosk_over_cannot_forge_what_was_before(kept: AuditFile, tmp_path: Path) -> None:
    """All that is on the disk is the next line's key: with it line 12 cannot be made anew."""
    key = stolen(kept)
    kept.close_file()
    found: list[bytes] = []
    changed(tmp_path, lambda c: found.extend(c.exec_driver_sql("select key from chain").scalars()))
    assert found == [key_of(key, LINES + 1)]
    lines = looked(tmp_path).after(0, 100)
    forged = canonical(json.loads(lines[11][1]) | {"outcome": "refused"})
    mac = mac_of(found[0], lines[10][2], forged)
    changed(
        tmp_path,
        lambda c: c.exec_driver_sql("update line set text = ?, mac = ? where number = 12", (forged, mac)),
    )
    assert looked(tmp_path).verify(key) == Broken(Fault.CHANGED, 12, 12)


@pytest.mark.parametrize("settled", [True, False])
def test_no_key_that_was_used_is_left_in_the_files(tmp_path: Path, *, settled: bool) -> None:
    """Looked for on every page of the file and of its write-ahead log, decrypted. Before the log is settled they are there: so
    they would be found."""
    chain = AuditFile(tmp_path, DEVICE, "K-01")
    key = chain.escrow()
    assert key is not None
    chain.append([entry(2)])
    chain.append([entry(3)])
    if settled:
        chain.escrowed()
        chain.settle()
    clear = decrypted(tmp_path)
    assert key_of(key, 4) in clear
    assert [number for number in (1, 2, 3) if key_of(key, number) in clear] == ([] if settled else [1, 2, 3])
    chain.close_file()


def decrypted(folder: Path) -> bytes:
    """SQLCipher 4's pages with the raw key: AES-256-CBC, at the end of each 16 bytes IV and 64 bytes HMAC."""
    key, size, reserve = DEVICE.derive(Label.AUDIT), 4096, 80
    file, wal = (folder / FILE).read_bytes(), (folder / f"{FILE}-wal").read_bytes()
    pages = [file[at : at + size] for at in range(0, len(file), size)]
    pages += [wal[at + 24 : at + 24 + size] for at in range(32, len(wal), 24 + size)]
    clear = b""
    for page in pages:
        end = size - reserve
        for start in (0, 16):  # the first page begins with the salt, in clear
            decryptor = Cipher(AES256(key), CBC(page[end : end + 16])).decryptor()
            clear += decryptor.update(page[start:end])
    return clear


# --- central's heads --------------------------------------------------------------------------------------------------------


def test_a_file_put_back_to_an_older_day_lacks_what_central_has_seen(kept: AuditFile, tmp_path: Path) -> None:
    """The older file is sound in itself, key and all: only central's head tells."""
    key = stolen(kept)
    kept.close_file()
    shutil.copytree(tmp_path, older := tmp_path.parent / f"{tmp_path.name}-older")
    kept.append([entry(31), entry(32)])
    seen = countersign(kept)
    assert kept.verify(key) == Sound(1, 32, seen.head.mac, macs=True)
    assert looked(older).verify(key) == Sound(1, LINES, looked(older).head().mac, macs=True)
    assert looked(older).verify(key, [seen.head]) == Broken(Fault.MISSING, 31, 32)
    assert looked(older).verify(None, [seen.head]) == Broken(Fault.MISSING, 31, 32)


def test_a_chain_that_went_another_way_after_it_was_put_back_is_found_at_central_s_head(
    kept: AuditFile, tmp_path: Path
) -> None:
    key = stolen(kept)
    kept.close_file()
    shutil.copytree(tmp_path, older := tmp_path.parent / f"{tmp_path.name}-older")
    kept.append([entry(31)])
    seen = countersign(kept)
    other = AuditFile(older, DEVICE, "K-01")
    other.append([entry(99), entry(98)])
    assert other.verify(key, [seen.head]) == Broken(Fault.HEAD, 31, 31)
    other.close_file()


def test_what_cannot_be_found_is_exactly_a_cut_above_the_highest_head_that_central_has_seen(
    kept: AuditFile, tmp_path: Path
) -> None:
    """A whole file kept from before line n and put back: undetectable from the first line on that central has not seen, found for
    each line below."""
    key = stolen(kept)
    folders = []
    for number in range(LINES + 1, LINES + 7):
        kept.close_file()
        shutil.copytree(tmp_path, folder := tmp_path.parent / f"{tmp_path.name}-before-{number}")
        folders.append((number, folder))
        kept.append([entry(number)])
        if number == LINES + 3:
            seen = countersign(kept).head
    found = {number: looked(folder).verify(key, [seen]) for number, folder in folders}
    for number, said in found.items():
        if number <= seen.length:
            assert said == Broken(Fault.MISSING, number, seen.length)
        else:
            assert isinstance(said, Sound)
            assert said.last == number - 1


def test_a_line_that_central_countersigned_cannot_be_changed_even_where_no_key_is_at_hand(
    kept: AuditFile, tmp_path: Path
) -> None:
    stolen(kept)
    countersign(kept)
    kept.append([entry(31)])
    kept.close_file()
    changed(tmp_path, sql(f"update line set mac = zeroblob(32) where number = {LINES}"))
    assert looked(tmp_path).verify() == Broken(Fault.HEAD, LINES, LINES)


def test_a_lower_head_or_another_chain_s_changes_nothing(kept: AuditFile) -> None:
    seen = countersign(kept)
    mac = kept.mac_at(5)
    assert mac is not None
    kept.countersigned(Seen(Head(seen.head.chain, 5, mac), bytes(64)))
    kept.countersigned(Seen(Head("0" * 32, 500, mac), bytes(64)))
    assert kept.seen() == seen


def test_a_chain_that_is_none_of_what_central_has_seen_is_found(kept: AuditFile, tmp_path: Path) -> None:
    """Somebody has taken the file away, and the kiosk begun another; or given the chain another name."""
    key = stolen(kept)
    head = kept.head()
    assert kept.verify(key, [Head("0" * 32, head.length, head.mac)]) == Broken(Fault.HEAD, 1, 1)
    kept.close_file()
    changed(tmp_path, sql(f"update chain set name = '{'0' * 32}'"))
    assert looked(tmp_path).verify(key) == Broken(Fault.CHANGED, 1, 1)


# --- what is old ------------------------------------------------------------------------------------------------------------


def test_nothing_is_removed_that_central_has_not_countersigned(kept: AuditFile, clock: Time) -> None:
    clock.now += 1000 * DAY_MS
    assert kept.prune(LEAST_DAYS) == 0
    kept.uploaded(LINES)
    assert kept.prune(LEAST_DAYS) == 0
    countersign(kept)
    assert kept.prune(LEAST_DAYS) == LINES


def test_nothing_is_removed_before_its_time_whatever_is_asked(kept: AuditFile, clock: Time) -> None:
    countersign(kept)
    clock.now += 100 * DAY_MS
    kept.append([entry(31), entry(32)])
    countersign(kept)
    clock.now += 79 * DAY_MS
    assert kept.prune(1) == 0
    clock.now += DAY_MS
    assert kept.prune(1) == LINES  # line 31 is 80 days old
    assert [number for number, _, _ in kept.after(0, 100)] == [31, 32, 33]


def test_what_was_removed_leaves_a_line_that_says_so_and_the_chain_stays_sound(
    kept: AuditFile, clock: Time, tmp_path: Path
) -> None:
    key = stolen(kept)
    countersign(kept)
    last = kept.mac_at(LINES)
    assert last is not None
    clock.now += 400 * DAY_MS
    kept.append([entry(31)])
    assert kept.prune(LEAST_DAYS) == LINES
    (_, _, _), (number, text, _) = kept.after(0, 10)
    told = json.loads(text)
    assert (number, told["kind"], told["upto"], told["mac"]) == (32, "checkpoint", LINES, last.hex())
    assert kept.mac_at(LINES) == last
    assert kept.verify(key) == Sound(31, 32, kept.head().mac, macs=True)
    assert kept.append([entry(33)]).length == 33
    kept.close_file()
    assert looked(tmp_path).verify(key) == Sound(31, 33, kept.head().mac, macs=True)


def test_lines_removed_by_somebody_else_are_explained_by_none(kept: AuditFile, tmp_path: Path) -> None:
    key = stolen(kept)
    countersign(kept)
    kept.close_file()
    changed(
        tmp_path,
        sql(
            "update chain set base = 9, base_mac = (select mac from line where number = 9)",
            "delete from line where number <= 9",
        ),
    )
    assert looked(tmp_path).verify(key) == Broken(Fault.UNEXPLAINED, 1, 9)


def test_a_clock_set_forward_to_have_lines_removed_does_not_hide_how_young_they_were(
    kept: AuditFile, tmp_path: Path
) -> None:
    """A checkpoint line that says of itself that it came too soon, written by who has the kiosk."""
    key = stolen(kept)
    mac = kept.mac_at(9)
    assert mac is not None
    said = {"chain": kept.head().chain, "kind": "checkpoint", "mac": mac.hex()}
    kept.append([said | {"upto": 9, "until": 1_763_700_000_000, "seen": 9}])
    kept.close_file()
    changed(
        tmp_path,
        sql(
            "update chain set base = 9, base_mac = (select mac from line where number = 9)",
            "delete from line where number <= 9",
        ),
    )
    assert looked(tmp_path).verify(key) == Broken(Fault.TOO_SOON, LINES + 1, LINES + 1)


# --- files ------------------------------------------------------------------------------------------------------------------


def test_another_device_key_opens_nothing_and_nothing_is_made_in_its_place(kept: AuditFile, tmp_path: Path) -> None:
    kept.close_file()
    other = AuditFile(tmp_path, DeviceKey(bytes(32)), "K-01")
    with pytest.raises(AuditUnwritable) as refused:
        other.append([entry(31)])
    assert refused.value.damaged
    assert kept.head().length == LINES


def test_all_lines_of_a_write_or_none(kept: AuditFile) -> None:
    with pytest.raises(ValueError, match="short"):
        kept.append([entry(31), {"detail": "x" * 3000}])
    assert kept.head().length == LINES
    assert kept.append([entry(31), entry(32)]).length == 32


def test_to_look_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(AuditUnwritable):
        looked(tmp_path).verify()
    assert not (tmp_path / FILE).exists()


def test_the_file_says_nothing_without_its_key(kept: AuditFile, tmp_path: Path) -> None:
    kept.close_file()
    assert b"overview" not in (tmp_path / FILE).read_bytes()
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / FILE).execute("select * from line").fetchall()


def test_an_empty_chain_has_the_head_of_none() -> None:
    assert bytes(32) == NO_HEAD
