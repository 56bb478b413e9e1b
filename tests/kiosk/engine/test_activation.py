"""Whatever happens at whatever border of an activation, card, central and journal agree on one of three ends."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.store.transaction import Closed, Step
from tests.kiosk.engine.twoparties import (
    JOURNAL,
    MESSAGE,
    NEW,
    OLD,
    OTHER,
    Person,
    Plan,
    What,
    World,
)

SOMEBODY = Person()
SLIPS = Person(olds=("111222", OLD))
LEAVES = Person(leaves=True)
MISTAKEN = Person(remembers=OTHER)


def borders(person: Person, folder: Path) -> list[tuple[str, tuple[What, ...]]]:
    """All that a visit without a fault comes to."""
    world = World(folder)
    world.a.session(person)
    return world.plan.borders


def test_without_a_fault_it_is_activated_and_closed(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.a.session(SOMEBODY)
    assert world.end() == "activated"
    assert world.chip.has_pin(NEW)
    assert [row.closed for row in world.a.rows()] == [Closed.ACTIVATED]
    assert [name for name, _ in world.plan.borders] == [
        "eligibility",
        "journal begin",
        "reserve",
        "journal advance reserved",
        "journal advance changing",
        "change",
        "journal advance changed",
        "confirm",
        "journal close activated",
    ]


def test_who_leaves_before_the_pin_leaves_nothing_open(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.a.session(LEAVES)
    assert world.end() == "untouched"
    assert [row.closed for row in world.a.rows()] == [Closed.NEVER_SENT]


def test_a_wrong_old_pin_is_journalled_as_refused_and_goes_on(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.a.session(Person(olds=("111222",)))
    assert [row.step for row in world.a.rows()] == [Step.REFUSED]
    assert world.end() == "resumable"
    world.quiet()
    assert world.end() == "resumable", "CHANGE was sent: it is never cancelled from here"
    world.a.session(SOMEBODY)
    assert world.end() == "activated"


# --- every border, every fault ----------------------------------------------------------------------------------------

CASES = {"somebody": SOMEBODY, "slips": SLIPS, "leaves": LEAVES}


@pytest.mark.parametrize(
    ("who", "again"),
    [
        *(("somebody", again) for again in ("nobody", "here", "there", "at once")),
        *(pytest.param("slips", again, marks=pytest.mark.long) for again in ("nobody", "here", "there", "at once")),
        *(pytest.param("leaves", again, marks=pytest.mark.long) for again in ("nobody", "here", "there", "at once")),
    ],
)
def test_one_fault_at_every_border(who: str, again: str, tmp_path: Path) -> None:
    """`again`: who comes after it: nobody, or the same person, to this kiosk or another one, after a while or at once."""
    person = CASES[who]
    seen: set[tuple[str, What]] = set()
    number = 0
    for place, (name, can) in enumerate(borders(person, tmp_path / "plain")):
        for what in can:
            for late_by in (1, 3) if what in (What.LATE, What.DUPLICATE) else (1,):
                number += 1
                world = World(tmp_path / str(number), Plan({place: what}, late_by))
                world.a.session(person)
                plan = world.plan
                assert plan.fired == [what], (name, what)
                seen.add((name, what))
                world.plan = Plan()
                label = f"{name}, {what.value}, late by {late_by}"
                if again == "at once":
                    world.a.session(SOMEBODY)
                world.quiet()
                end = world.end()
                tried = world.chip.tries_left
                match again:
                    case "here":
                        world.a.session(SOMEBODY)
                    case "there":
                        world.b.session(SOMEBODY)
                    case _:
                        pass
                world.quiet()
                after = world.end()
                if again == "nobody":
                    assert after == end, label
                elif tried > 1 and end != "activated":
                    assert after == "activated", label
                    assert world.chip.has_pin(NEW), label
    expected = {*JOURNAL, *MESSAGE} if who == "leaves" else set(What)
    assert {what for _, what in seen} == expected


@pytest.mark.parametrize("remembers", [NEW, OTHER, OLD])
@pytest.mark.parametrize("what", [What.TORN, What.TORN_AFTER, What.PULLED, What.KILLED_AFTER])
def test_a_torn_change_is_found_out_with_the_holder(tmp_path: Path, what: What, remembers: str) -> None:
    """Also by one who types another PIN than was to be set, or the old one, for the new one."""
    place = [name for name, _ in borders(SOMEBODY, tmp_path / "plain")].index("change")
    world = World(tmp_path, Plan({place: what}))
    world.a.session(SOMEBODY)
    assert world.plan.fired == [what]
    assert [row.step for row in world.a.rows()] == [Step.CHANGING]
    assert world.end() == "resumable"
    world.plan = Plan()
    world.a.session(Person(new=OTHER, remembers=remembers))
    after = {row.step for row in world.a.rows()}
    assert not any(row.closed is Closed.NEVER_SENT for row in world.a.rows())
    changed = not world.chip.has_pin(OLD)
    if remembers == OLD and not changed:
        return  # the old one passes for the new one: `kiosk.pinrules` refuses what cards are issued with before
    assert world.end() == ("activated" if world.register.active else "resumable")
    if not world.register.active:
        assert after == {Step.CHANGING}, "a no after a tear proves nothing"


def test_the_old_pin_typed_for_the_new_one_after_a_tear_is_no_refusal(tmp_path: Path) -> None:
    """CHANGE had been done; who types the old PIN is told no, twice: the journal must not say that the old one holds."""
    place = [name for name, _ in borders(SOMEBODY, tmp_path / "plain")].index("change")
    world = World(tmp_path, Plan({place: What.TORN_AFTER}))
    world.a.session(SOMEBODY)
    world.plan = Plan()
    world.a.session(Person(new=OTHER, remembers=OTHER))
    assert world.chip.has_pin(NEW)
    assert [row.step for row in world.a.rows()] == [Step.CHANGING]
    world.quiet()
    assert world.end() == "resumable"


def test_a_late_cancel_never_takes_the_reservation_that_goes_on(tmp_path: Path) -> None:
    """Its cancel was sent and is still on its way; the person comes again: that reservation is used no more."""
    names = [name for name, _ in borders(LEAVES, tmp_path / "plain")]
    for late_by in (1, 2, 3, 4):
        world = World(tmp_path / str(late_by), Plan({names.index("cancel"): What.LATE}, late_by))
        world.a.session(LEAVES)
        assert [row.step for row in world.a.rows()] == [Step.CANCELLING]
        world.plan = Plan()
        world.a.session(SOMEBODY)
        world.register.all_arrive()
        assert world.end() == "activated"
        assert len(world.register.reservations) == 2


def test_another_kiosk_goes_on_and_the_first_ones_cancel_changes_nothing(tmp_path: Path) -> None:
    """The first kiosk's journal proves that it never sent CHANGE; what the second one sent it cannot know."""
    names = [name for name, _ in borders(SOMEBODY, tmp_path / "plain")]
    world = World(tmp_path, Plan({names.index("journal advance changing"): What.KILLED_BEFORE}))
    world.a.session(SOMEBODY)
    world.plan = Plan({2: What.TORN_AFTER, 4: What.TORN_AFTER})
    world.b.session(Person(remembers="111222"))
    assert [name for name, _ in world.plan.borders][:3] == ["eligibility", "journal adopt", "verify"]
    assert [row.step for row in world.a.rows()] == [Step.RESERVED]
    world.quiet()
    assert world.end() in ("activated", "resumable")
    assert not any(held.cancelled for held in world.register.reservations)


def test_a_reservation_that_another_kiosk_was_told_of_proves_nothing_here_any_more(tmp_path: Path) -> None:
    """This journal says that CHANGE was never sent: from here. There it was, and torn."""
    names = [name for name, _ in borders(SOMEBODY, tmp_path / "plain")]
    world = World(tmp_path, Plan({names.index("journal advance changing"): What.KILLED_BEFORE}))
    world.a.session(SOMEBODY)
    world.plan = Plan({names.index("change") - 1: What.TORN_AFTER})
    world.b.session(Person(remembers="111222"))
    assert world.plan.borders[-1][0] == "change"
    world.chip._pin, world.chip._tries = NEW, 6  # whatever the second kiosk did: the card has the new one
    assert [row.step for row in world.a.rows()] == [Step.RESERVED]
    world.plan = Plan()
    world.a.session(SOMEBODY)
    asked = [name for name, _ in world.plan.borders]
    assert asked[:3] == ["eligibility", "journal advance changing", "verify"]
    assert "reserve" not in asked
    assert [row.closed for row in world.a.rows()] == [Closed.ACTIVATED]


def test_a_confirm_that_central_did_not_get_is_delivered_after_a_restart(tmp_path: Path) -> None:
    world = World(tmp_path)
    names = [name for name, _ in borders(SOMEBODY, tmp_path / "plain")]
    world.plan = Plan({names.index("confirm"): What.KILLED_BEFORE})
    world.a.session(SOMEBODY)
    world.offline = True
    world.a.start()
    world.plan = Plan()
    for _ in range(36):
        world.a.background(600)
    assert not world.register.active
    assert 40 < len(world.plan.borders) < 200, "back-off"
    world.offline = False
    world.a.deliverer.central_is_there()
    world.a.background(10)
    assert world.end() == "activated"


def test_an_end_that_the_disk_does_not_take_is_written_soon_after_there_is_room(tmp_path: Path) -> None:
    """Not when central would be asked again for what may change: in ten minutes and more."""
    closing = [name for name, _ in borders(SOMEBODY, tmp_path / "plain")].index("journal close activated")
    # The visit's own write, and the one after the background's first confirm.
    world = World(tmp_path / "full", Plan({closing: What.DISK, closing + 2: What.DISK}))
    world.a.session(SOMEBODY)
    world.a.background(30)
    assert world.plan.fired == [What.DISK, What.DISK]
    assert [row.closed for row in world.a.rows()] == [Closed.ACTIVATED]
    assert world.end() == "activated"


def test_a_card_reported_lost_after_its_change_stays_until_it_is_found(tmp_path: Path) -> None:
    names = [name for name, _ in borders(SOMEBODY, tmp_path / "plain")]
    world = World(tmp_path, Plan({names.index("confirm"): What.REQUEST_LOST}))
    world.a.session(SOMEBODY)
    world.register.lost = True
    world.plan = Plan()
    world.a.background(86_400)
    assert [row.closed for row in world.a.rows()] == [None]
    assert len(world.plan.borders) < 30, "it is asked now and then only"
    world.register.lost = False
    world.a.background(3 * 86_400)
    assert world.end() == "activated"


def test_a_reservation_of_the_visit_that_is_on_is_not_cancelled_behind_its_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.a.start()
    kiosk, register = world.a, world.register

    def is_open() -> bool:
        return register.open is not None

    kiosk.pins.insert(world.chip)
    kiosk.transactions.look(1, world.identification)
    kiosk.transactions.merged(1, register.eligibility(kiosk.name))
    kiosk.transactions.reserve(1, lambda key: kiosk.line.ask("reserve", lambda: register.reserve(kiosk.name, key)))
    kiosk.background(3600)
    assert is_open()
    kiosk.transactions.end(1)
    kiosk.background(500)
    assert is_open(), "who pulled the card may come again within ten minutes"
    kiosk.background(200)
    assert not is_open()
    assert world.end() == "untouched"


# --- several faults, in any order -------------------------------------------------------------------------------------

PEOPLE = st.sampled_from([SOMEBODY, SLIPS, LEAVES, MISTAKEN, Person(new=OTHER, remembers=NEW)])
FAULTS = st.dictionaries(st.integers(0, 12), st.sampled_from(list(What)), max_size=3)
VISITS = st.lists(
    st.tuples(st.sampled_from("ab"), PEOPLE, FAULTS, st.integers(1, 5), st.sampled_from([0, 30, 700, 90_000])),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VISITS)
def test_any_faults_in_any_visits_to_two_kiosks(visits: list[tuple[str, Person, dict[int, What], int, int]]) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        for where, person, faults, late_by, pause in visits:
            world.plan = Plan(dict(faults), late_by)
            kiosk = world.a if where == "a" else world.b
            kiosk.session(person)
            kiosk.background(pause)
            if world.register.active:
                assert not world.chip.has_pin(OLD)
        world.quiet()
        world.end()
