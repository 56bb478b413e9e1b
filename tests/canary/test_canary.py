"""After a visit nothing of the person is left: not where Python can reach it, not on the disk, and in the process's memory
no more than image.toml allows.

The tests build on one kiosk, in this order: what is searched for inside is leaked on purpose at the end only.
"""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path

from tests.canary import image, kept, leaks, places
from tests.canary.conftest import After
from tests.canary.person import NAME, Kind, Needle, blobs, needles


def test_the_visits_had_something_to_leave_behind(after: After) -> None:
    """The record was opened in three of them and kept, by staff, without a card, and in one more from what was kept; everything
    was revealed, sums were shown, a wrong PIN was typed."""
    lines = after.kiosk.machine.log_lines()
    events = Counter(str(line.get("event")) for line in lines)
    assert events["visit-begun"] >= 7  # pcscd may see a card that is put in go and come again
    shown = [line for line in lines if line.get("event") == "record-shown"]
    assert ["recent" in line for line in shown] == [False, False, False, False, True]
    assert [line.get("access") for line in shown] == [None, None, None, "query", None]
    assert events["lookup-answered"] == 1
    assert events["recent-kept"] >= 1
    revealed = [line["field"] for line in lines if line.get("event") == "field-revealed"]
    assert revealed == ["number", "name", "name", "number", "name"]  # the second name by staff
    assert [line["verdict"] for line in lines if line.get("event") == "pin-answered"].count("PinWrong") == 1
    assert len(after.told.tokens) == 5  # the clerk's and the one without a card among them
    assert len(after.told.passwords) == 2
    assert len(after.told.codes) == 1
    assert after.told.amounts


def test_the_memory_image_holds_no_more_of_the_person_than_is_allowed(after: After) -> None:
    found = image.search(after.inside.pid, needles(after.told, after.inside.small_ints))
    counted = found.counts()
    assert found.searched > 30 << 20
    assert not kept.risen(kept.load(), counted), f"more of the person is left in memory:\n{found.table()}"
    if fewer := kept.could_fall(kept.load(), counted):
        warnings.warn(f"tests/canary/image.toml could be lowered: {fewer}", stacklevel=1)


def test_nothing_of_the_person_is_reachable(after: After) -> None:
    looked, found = after.inside.search(after.told)
    assert looked > 20_000
    assert found == ()


def test_no_file_holds_anything_of_the_person(after: After) -> None:
    written = {path.name for folder in after.folders for path in folder.rglob("*")}
    assert written >= {"kiosk.log", "device.key", "cache.db", "cache.db-wal", "cache.db-shm", "loss-list"}
    contents = [content for forms in blobs(after.told).values() for _, content in forms]
    assert places.files_with(contents, after.folders, after.inside.pid, after.inside.group, after.since) == []
    assert after.kiosk.machine.log.stat().st_size > 1000


def test_nothing_can_be_pasted(after: After) -> None:
    assert places.selections(after.display) == []


def test_the_search_finds_what_is_leaked_in_any_place_that_python_reaches(after: After, tmp_path: Path) -> None:
    """And nothing that others write meanwhile."""
    leaked = {place: f"{NAME}{number:02}" for number, place in enumerate(leaks.PLACES)}
    for place, text in leaked.items():
        after.inside.leak(place, text)
    inside = after.inside.containing([leaked[place] for place in leaks.REACHABLE])
    assert [place for place in leaks.REACHABLE if leaked[place] not in inside] == []
    (tmp_path / "other").write_text(leaked["shared memory"], "utf-16-le")
    try:
        contents = [leaked[place].encode(codec) for place in leaks.FILES for codec in ("utf-8", "utf-16-le")]
        files = places.files_with(contents, after.folders, after.inside.pid, after.inside.group, after.since)
    finally:
        Path(f"/dev/shm/kiosk-canary-{after.inside.pid}").unlink(missing_ok=True)
    assert {Path(path).parent.name for path in files} >= {"kiosk", "tmp", "shm"}
    assert not [path for path in files if Path(path).name == "other"]
    found = image.search(after.inside.pid, [Needle(Kind.NAME, "", leaked["list"].encode("utf-16-le"))])
    assert found.counts()["name"] >= 1


def test_a_count_that_rises_is_told_and_one_that_falls_too() -> None:
    allowed = {"name": 2, "pin": 0}
    assert kept.risen(allowed, {"name": 2, "pin": 0}) == {}
    assert kept.risen(allowed, {"name": 3, "pin": 1, "new": 1}) == {"name": (2, 3), "pin": (0, 1), "new": (0, 1)}
    assert kept.could_fall(allowed, {"name": 1, "pin": 0}) == {"name": (2, 1)}
    assert set(kept.load()) == {kind.value for kind in Kind}
