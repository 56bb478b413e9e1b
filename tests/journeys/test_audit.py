"""Who looked at whose record: the lines of the audit chain for what people really do at a kiosk, on the disk before anything is
shown, and at central for good."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.help import Ground, LookupOutcome, QueryOutcome, RevealField
from kiosk.sandbox.central.seen import AuditAlarm
from kiosk.sandbox.legs_activation import number_of
from kiosk.sandbox.spoil import copied, put_back
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.ways_help import CLERK, by_card, ground, query_number, query_refused, typing
from kiosk.sandbox.world import World
from kiosk.store.audit import Broken, Fault, Sound
from kiosk.store.auditfile import FILE
from tests.journeys.auditor import Auditor, told
from tests.journeys.driver import Kiosk

CARD, OTHER = "jinan-2-0", "jinan-1-0"
UNWRITABLE = "KIOSK-AUDIT"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain of this file's own: one that was harmed is no other test's."""
    return tmp_path_factory.mktemp("audited")


@pytest.fixture(scope="module")
def kiosk(world: World, display: str, folder: Path) -> Iterator[Kiosk]:
    """Nothing is kept but the chain."""
    settings: dict[str, dict[str, object]] = {
        "cache": {"enabled": False, "key": folder / "device.key"},
        "audit": {"folder": folder / "audit"},
        "staff": {"folder": folder / "staff"},
    }
    with Kiosk.start(settings, world=world, display=display) as kiosk:
        yield kiosk


@pytest.fixture
def auditor(walk: Walk, folder: Path) -> Auditor:
    return Auditor(walk, folder / "audit", folder / "device.key")


def settled(auditor: Auditor) -> int:
    """How long the chain is before a visit begins."""
    return auditor.head().length


def look_up(walk: Walk, number: str, screen: str = "found") -> None:
    """At the desk, on a ground without a document."""
    ground(Ground.PRESENT)(walk)
    typing(number, screen)(walk)


def card_number_of(walk: Walk, card: str) -> str:
    issuer = walk.world.cards[card].issuer
    assert issuer is not None
    return issuer.number


# --- what is done is in it ----------------------------------------------------------------------------------------------


def test_the_own_visit_is_in_the_chain_by_the_time_anything_is_shown(
    walk: Walk, kiosk: Kiosk, auditor: Auditor
) -> None:
    before = settled(auditor)
    walk.to_home(CARD)
    (line,) = auditor.lines(before)
    assert (line["kind"], line["outcome"], line["who"]) == ("overview", "asked", "holder")
    assert line["whose"] == auditor.named(card_number_of(walk, CARD), "card_number")
    kiosk.tap("open-contributions")
    kiosk.wait_screen("contributions")
    kiosk.wait(lambda view: any(c.name == "open-year" for c in view.controls), what="rows")
    lines = auditor.lines(before)
    assert told(lines) == [("overview", "asked"), ("contributions", "asked")]
    assert lines[1]["visit"] == line["visit"]
    walk.to_idle()
    holder = walk.world.cards[CARD].holder
    assert holder is not None
    written = json.dumps(auditor.lines())
    for personal in (holder.ssn, holder.name, card_number_of(walk, CARD), PIN):
        assert personal not in written


def test_a_look_up_a_reveal_and_a_hand_over_are_lines_of_their_own_and_as_central_has_them(
    walk: Walk, kiosk: Kiosk, auditor: Auditor
) -> None:
    recorded = len(walk.world.central.lookups())
    by_card(CLERK)(walk)
    before = auditor.head().length - 1  # with the sign-in's line
    number = number_of(walk, OTHER)
    look_up(walk, number)
    assert told(auditor.lines(before)) == [("sign_in", "done"), ("look_up", "asked"), ("look_up", "found")]
    kiosk.tap("reveal-number")
    kiosk.wait_text(number)
    assert told(auditor.lines(before))[3:] == [("reveal", "asked")]
    kiosk.tap("hand-over")
    kiosk.wait_screen("home")
    lines = auditor.lines(before)
    assert told(lines)[4:] == [("hand_over", "asked"), ("hand_over", "done"), ("overview", "asked")]
    asked, found, reveal = lines[1:4]
    clerk, ref = auditor.named("W-0231", "staff"), found["ref"]
    assert all((line["by"], line["role"]) == (clerk, "clerk") for line in lines[:6])
    assert asked["whose"] == auditor.named(number)
    assert {line["ground"] for line in lines[1:6]} == {"present"}
    assert (reveal["detail"], reveal["ref"], lines[4]["ref"]) == ("number", ref, ref)
    assert (lines[6]["who"], "by" in lines[6]) == ("handed_over", False)
    assert lines[6]["whose"] == asked["whose"]
    (seen,) = walk.world.central.lookups()[recorded:]
    assert (seen.staff, seen.person, seen.outcome) == ("W-0231", number, LookupOutcome.FOUND)
    assert (seen.reveals, seen.handed_over) == ((RevealField.NUMBER,), True)
    walk.world.pull()  # the clerk's
    kiosk.tap("end")  # the resident leaves: no card of theirs ends it
    kiosk.wait_screen("attract")


def test_a_look_up_that_central_refuses_is_in_it_with_the_reason(walk: Walk, kiosk: Kiosk, auditor: Auditor) -> None:
    by_card(CLERK)(walk)
    before = settled(auditor)
    look_up(walk, number_of(walk, "jinan-twin-b"), "refused")
    asked, refused = auditor.lines(before)
    assert told([asked, refused]) == [("look_up", "asked"), ("look_up", "refused")]
    assert refused["detail"] == walk.world.central.lookups()[-1].why
    assert asked["whose"] == auditor.named(number_of(walk, "jinan-twin-b"))


def test_who_asks_without_a_card_is_in_it_when_refused_and_when_served(
    walk: Walk, kiosk: Kiosk, auditor: Auditor
) -> None:
    before, recorded = settled(auditor), len(walk.world.central.queries())
    number = number_of(walk, OTHER)
    query_number(OTHER)(walk)
    query_refused(walk)
    assert told(auditor.lines(before)) == [("query", "asked"), ("query", "refused")]
    typing("shi4Li7", "home")(walk)
    lines = auditor.lines(before)
    assert told(lines)[2:] == [("query", "asked"), ("query", "done"), ("overview", "asked")]
    assert {line["who"] for line in lines} == {"query"}
    assert {lines[i]["whose"] for i in (0, 2, 4)} == {auditor.named(number)}
    outcomes = [query.outcome for query in walk.world.central.queries()[recorded:]]
    assert outcomes == [QueryOutcome.REFUSED, QueryOutcome.OPENED]
    kiosk.tap("end")
    kiosk.wait_screen("attract")


# --- nothing is shown without -------------------------------------------------------------------------------------------


def recovered(walk: Walk, kiosk: Kiosk) -> None:
    """As when the disk takes lines again: within some seconds, by itself."""
    kiosk.wait_screen("attract", 20)
    walk.to_home(CARD)


@pytest.mark.fault("machine", "the disk is full when a record is asked for: it is not shown", level="real")
def test_on_a_full_disk_no_record_is_shown_and_the_kiosk_serves_nobody_until_there_is_room(
    walk: Walk, kiosk: Kiosk, auditor: Auditor, fired: Callable[[object], None]
) -> None:
    before = settled(auditor)
    walk.to_pin(CARD)
    start = kiosk.view().look
    walk.world.fill_disk()
    kiosk.type_pin(PIN)
    view = kiosk.wait_text(UNWRITABLE)
    assert "home" not in {screen for look, screen in view.passed if look > start}
    walk.world.pull()
    kiosk.wait_screen("out-of-service", failure=UNWRITABLE)
    assert auditor.lines(before) == []
    walk.world.free_disk()
    kiosk.wait_screen("attract", 20)
    # Of the visit that was turned away is in it what was asked for, and that it was not shown.
    lines = auditor.until(lambda lines: len(lines) >= 2, before)
    assert told(lines) == [("overview", "asked"), ("overview", "not_shown")]
    walk.to_home(CARD)
    fired(told(auditor.lines(before)) == [("overview", "asked"), ("overview", "not_shown"), ("overview", "asked")])


@pytest.mark.long
@pytest.mark.fault("machine", "the disk fills while staff look at a record: no field of it is revealed", level="real")
def test_on_a_full_disk_no_field_is_revealed(
    walk: Walk, kiosk: Kiosk, auditor: Auditor, fired: Callable[[object], None]
) -> None:
    by_card(CLERK)(walk)
    number = number_of(walk, OTHER)
    look_up(walk, number)
    before = settled(auditor)
    walk.world.fill_disk()
    kiosk.tap("reveal-number")
    view = kiosk.wait(lambda view: view.screen != "found", what="the end of the look-up")
    assert not view.says(number)
    walk.world.pull()
    view = kiosk.wait_screen("out-of-service", failure=UNWRITABLE)
    assert not view.says(number)
    assert auditor.lines(before) == []
    walk.world.free_disk()
    recovered(walk, kiosk)
    assert ("reveal", "asked") in told(auditor.lines(before))
    fired(auditor.lines(before))


@pytest.mark.long
@pytest.mark.fault("machine", "the chain's folder is not there after a restart", level="real")
def test_a_kiosk_that_cannot_open_its_chain_serves_nobody_until_it_can(
    walk: Walk, kiosk: Kiosk, folder: Path, auditor: Auditor, fired: Callable[[object], None]
) -> None:
    before = settled(auditor)
    chain, gone = folder / "audit", folder / "gone"
    walk.world.cut_power()
    chain.rename(gone)
    chain.write_text("no folder")
    walk.world.power_on()
    kiosk.wait_ready()
    kiosk.wait_screen("out-of-service", failure=UNWRITABLE)
    walk.world.insert(CARD, fresh=True)
    kiosk.wait(lambda view: view.says(UNWRITABLE) and view.screen != "pin", 3, "no PIN pad")
    walk.world.pull()
    chain.unlink()
    gone.rename(chain)
    recovered(walk, kiosk)
    fired(told(auditor.lines(before)) == [("overview", "asked")])


# --- harm ---------------------------------------------------------------------------------------------------------------


@pytest.mark.fault("machine", "power cut the moment a record is shown: its line is on the disk", level="real")
def test_a_power_cut_takes_no_line_of_what_was_shown(
    walk: Walk, kiosk: Kiosk, auditor: Auditor, fired: Callable[[object], None]
) -> None:
    before = settled(auditor)
    for cut in range(2):
        walk.to_home(CARD)
        walk.world.cut_power()
        assert told(auditor.lines(before)) == [("overview", "asked")] * (cut + 1)
        assert isinstance(auditor.verify(), Sound)
        walk.world.pull()
        walk.world.power_on()
        kiosk.wait_ready()
        kiosk.wait_screen("attract")
    fired(before)


@pytest.mark.long
def test_a_file_put_back_is_found_by_central_and_what_is_missing_is_named(
    walk: Walk, kiosk: Kiosk, folder: Path, auditor: Auditor
) -> None:
    """The last test of this file: its chain is harmed for good."""
    walk.world.cut_power()
    walk.world.power_on()
    kiosk.wait_ready()
    seen = auditor.until_held()  # the first heartbeat's doing
    assert list(seen.lines) == [json.dumps(line, sort_keys=True, separators=(",", ":")) for line in auditor.lines()]
    assert AuditAlarm.ROLLED_BACK not in alarms(auditor)
    assert AuditAlarm.FORKED not in alarms(auditor)
    walk.world.cut_power()
    older = copied(folder / "audit", FILE)
    walk.world.power_on()
    kiosk.wait_ready()
    for card in (CARD, OTHER):
        walk.to_home(card)
        walk.to_idle()
    sound = auditor.verify(seen)
    assert isinstance(sound, Sound)
    assert sound.macs
    length = auditor.head().length
    assert length >= seen.length + 2
    walk.world.cut_power()
    put_back(folder / "audit", FILE, older)
    newest = auditor.central()
    assert newest is not None
    # The line of the last visit is written before its record is asked for: central has heard of it with that very request.
    assert newest.length == length
    assert auditor.verify(newest) == Broken(Fault.MISSING, seen.length + 1, length)
    walk.world.power_on()
    kiosk.wait_ready()
    log = kiosk.machine.log_lines
    kiosk.wait(lambda _: any(one.get("event") == "audit-contradiction" for one in log()), 20, "the kiosk's own word")
    walk.to_home(CARD)
    walk.to_idle()
    walk.to_home(OTHER)  # whose requests name the line that was written in place of another
    assert AuditAlarm.FORKED in alarms(auditor)


def alarms(auditor: Auditor) -> set[AuditAlarm]:
    seen = auditor.central()
    assert seen is not None
    return {one.kind for one in seen.alarms}
