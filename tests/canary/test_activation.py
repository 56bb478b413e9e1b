"""After an activation nothing of the person is left: no PIN, old or new, no ID number, no phone, no code; not where Python can
reach it, not on the disk, and in the process's memory no more than image.toml allows."""

from __future__ import annotations

from collections import Counter

from tests.canary import image, kept, places
from tests.canary.conftest import After
from tests.canary.person import NEW_PIN, NUMBER, Kind, blobs, needles

EACH = (Kind.PHONE, Kind.CODE, Kind.PIN, Kind.NUMBER)


def test_the_activations_had_something_to_leave_behind(activated: After) -> None:
    """Both ended activated, one after a torn CHANGE; a slip was printed; codes came to two phones."""
    lines = activated.kiosk.machine.log_lines()
    events = Counter(str(line.get("event")) for line in lines)
    assert events["visit-begun"] >= 3  # pcscd may see a card that is put in go and come again
    assert [line["step"] for line in lines if line.get("event") == "activation-step"].count("changed") == 2
    assert [line["how"] for line in lines if line.get("event") == "activation-closed"] == ["activated"] * 2
    assert events["slip-printed"] >= 1
    assert len(activated.told.phones) == 2
    assert len(activated.told.codes) >= 2
    assert len(activated.told.tokens) == 3
    nobodys = (Kind.AMOUNT, Kind.PASSWORD)  # no record is opened, and nobody signs in
    assert all(texts for kind, texts in blobs(activated.told).items() if kind not in nobodys)


def test_the_memory_image_holds_no_more_of_the_person_than_is_allowed(activated: After) -> None:
    found = image.search(activated.inside.pid, needles(activated.told, activated.inside.small_ints))
    assert found.searched > 30 << 20
    assert not kept.risen(kept.load(), found.counts()), f"more of the person is left in memory:\n{found.table()}"


def test_nothing_of_the_person_is_reachable(activated: After) -> None:
    looked, found = activated.inside.search(activated.told)
    assert looked > 20_000
    assert found == ()


def test_no_file_holds_anything_of_the_person(activated: After) -> None:
    written = {path.name for folder in activated.folders for path in folder.rglob("*")}
    assert written >= {"kiosk.log", "device.key", "journal.db", "journal.db-wal", "journal.db-shm"}
    contents = [content for forms in blobs(activated.told).values() for _, content in forms]
    after = activated
    assert places.files_with(contents, after.folders, after.inside.pid, after.inside.group, after.since) == []


def test_the_search_finds_a_phone_a_code_a_pin_and_a_number_that_are_left(activated: After) -> None:
    """The last test: it leaks them."""
    told, inside = activated.told, activated.inside
    for text in (*sorted(told.phones), *sorted(told.codes), NEW_PIN, NUMBER):
        inside.leak("list", text)
    _, found = inside.search(told)
    assert {one.kind for one in found} >= set(EACH)
    counted = image.search(inside.pid, needles(told, inside.small_ints)).counts()
    assert all(counted[kind.value] for kind in EACH)
