"""Somebody has the kiosk's disk, its clock or its power switch: rows, files and lists that are too old, in another's place or
half written. With the real kiosk, reader and line; what store and engine do by themselves is shown in every run by
tests/kiosk/store and tests/kiosk/engine/test_recent_data.py.

A loss list that central gives and that is older than the one held, or signed by another, never replaces it:
tests/kiosk/store/test_losslist.py.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.card.virtual import VirtualCard
from kiosk.model import CardStatus
from kiosk.sandbox import spoil
from kiosk.sandbox.line import Cut, Mode, Through
from kiosk.sandbox.machine import clock_ahead
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import World
from kiosk.store.cache import FILE
from kiosk.store.device_key import DeviceKey, load
from kiosk.store.losslist import FILE as LOSS_LIST
from kiosk.ui.format import moment
from tests.faults.surroundings import ENTRY, hardship
from tests.journeys.driver import ENTRY as PLAIN
from tests.journeys.driver import Kiosk, View
from tests.journeys.test_outage import Hall
from tests.kiosk.engine.kept import chip, settled

Fired = Callable[[object], None]
LONG = pytest.mark.long
HOUR = 3600
DAY = 86_400
CARD, OTHER = "jinan-2-0", "jinan-retiree"
KILLED = 137


def machine(name: str) -> pytest.MarkDecorator:
    return pytest.mark.fault("machine", f"recent data: {name}", level="real")


class Life(Hall):
    """A kiosk from power on to the cut of its power."""

    def sees(self, card: VirtualCard) -> View:
        """Recent data, in an outage."""
        self.begin(card)
        view = self.home()
        assert self.recent()
        assert view.says(self.walk.says("central.unreachable.recent"))
        self.idle()
        return view

    def refused(self, card: VirtualCard, code: str = "CENTRAL-UNREACHABLE") -> None:
        """Nothing, and no PIN is asked for it."""
        look = self.kiosk.view().look
        self.world.insert_chip(card)
        view = self.kiosk.wait_screen("failure", failure=code)
        assert "pin" not in {screen for at, screen in view.passed if at > look}
        assert card.tries_left == 6
        self.idle()

    def opens_nothing(self, card: VirtualCard) -> None:
        """There is a row where its row is looked for, which does not open."""
        shown = len(self.said("record-shown"))
        self.begin(card)
        self.away()
        self.idle()
        assert len(self.said("record-shown")) == shown

    def cut_off(self) -> None:
        self.world.set_line(Cut())

    def back(self) -> None:
        self.world.set_line(Through())
        self.until_link("online")

    def status(self) -> dict[str, str]:
        """`kiosk cache status`, on this machine."""
        code, said = self.kiosk.machine.command("cache", "status")
        assert code == 0, said
        return dict(line.split(": ", 1) for line in said.splitlines())

    def counted(self) -> tuple[int, int, int]:
        """Rows; how often one did not open; files set aside."""
        status = self.status()
        return int(status["people"]), int(status["not opened"]), int(status["files set aside"])


@dataclass
class Cellar:
    """A kiosk's disk through many of its lives; `cache`: what kiosk.ini says of it."""

    world: World
    display: str
    folder: Path
    key: Path
    cache: dict[str, object] = field(default_factory=dict)
    kiosk: Kiosk | None = None

    @property
    def device(self) -> DeviceKey:
        device = load(self.key, {})
        assert isinstance(device, DeviceKey)
        return device

    def on(
        self, line: Mode, *, ahead: int = 0, environment: Mapping[str, str] | None = None, entry: Path = PLAIN
    ) -> Life:
        """`ahead`: the machine's clock, in seconds ahead of the true time."""
        self.off()
        self.world.set_line(line)
        (self.world.folder / "kiosk" / "kiosk.log").unlink(missing_ok=True)  # of the life before
        self.kiosk = Kiosk.start(
            {
                "cache": {"folder": self.folder, "key": self.key, **self.cache},
                "audit": {"folder": self.folder.parent / "audit"},  # a chain is written under one device key
            },
            world=self.world,
            display=self.display,
            environment={**clock_ahead(ahead), **(environment or {})},
            entry=entry,
        )
        life = Life(Walk(self.world, self.kiosk), self.kiosk)
        self.kiosk.wait_screen("attract")
        life.until_said("recent-ready", 1, 30)  # what moves the clock makes a start some seconds longer
        if isinstance(line, Cut):
            life.until_link("offline")
        return life

    def off(self) -> None:
        """The power is cut."""
        if self.kiosk is not None:
            self.world.pull()
            self.world.cut_power()
            self.kiosk.stop()
            self.kiosk = None

    def at_first(self, **cache: object) -> Life:
        """Somebody was served with jinan-2-0, and there is a loss list."""
        self.cache = cache
        life = self.on(Through())
        life.until_said("loss-list", 1, 30)
        life.served(chip(), 4)
        return life

    def stored(self) -> int:
        """When this row was written."""
        found = spoil.stored(self.folder, self.device, code_of(chip()))
        assert found is not None, "there is no row"
        return found


@pytest.fixture
def cellar(world: World, display: str, tmp_path: Path) -> Iterator[Cellar]:
    cellar = Cellar(world, display, tmp_path / "cache", tmp_path / "device.key")
    yield cellar
    cellar.off()
    world.restore()


def code_of(card: VirtualCard) -> str:
    issuer = card.file.issuer
    assert issuer is not None
    return issuer.identification


# --- time -------------------------------------------------------------------------------------------------------------


@LONG
@machine("a row is past its time to live")
def test_a_row_past_its_time_opens_nothing_and_is_purged_by_command(cellar: Cellar, fired: Fired) -> None:
    cellar.at_first(days=1, loss_list_hours=720)
    cellar.on(Cut(), ahead=20 * HOUR).sees(chip())
    life = cellar.on(Cut(), ahead=25 * HOUR)
    life.refused(chip())
    fired(life.counted() == (1, 0, 0))
    assert life.kiosk.machine.command("cache", "purge")[1].startswith("removed: 1\npeople: 0\n")


@LONG
@machine("a row is past its time to live, and the kiosk runs on")
def test_a_kiosk_throws_away_by_itself_what_is_past_its_time(cellar: Cellar, fired: Fired) -> None:
    life = cellar.at_first(days=1, loss_list_hours=720)
    fired(life.counted() == (1, 0, 0))
    life = cellar.on(Cut(), ahead=25 * HOUR)
    life.until_said("recent-purged", 1, 45)
    assert life.counted() == (0, 0, 0)


@LONG
@machine("a start with the clock before the time that was written down")
def test_a_clock_before_the_mark_gives_nothing_until_it_is_right(cellar: Cellar, fired: Fired) -> None:
    """It is not the loss list's date: that one may be five minutes ahead of the clock."""
    cellar.at_first()
    life = cellar.on(Cut(), ahead=-120)
    life.refused(chip())
    fired(life.counted() == (1, 0, 0))
    cellar.on(Cut()).sees(chip())


@LONG
@machine("an older copy of the file is put back")
def test_an_older_copy_shows_its_own_date_and_dies_with_its_own_time(cellar: Cellar, fired: Fired) -> None:
    life = cellar.at_first(days=3, loss_list_hours=720)
    words = life.walk.words["zh_CN"]
    older = cellar.stored()
    cellar.off()
    old = spoil.copied(cellar.folder, FILE)
    cellar.world.central_condition(date_offset=2 * DAY)
    cellar.on(Through(), ahead=2 * DAY).served(chip(), 6)
    newer = cellar.stored()
    cellar.off()
    new = spoil.copied(cellar.folder, FILE)
    fired(newer - older >= 2 * DAY)
    now = datetime.fromtimestamp(newer, UTC).astimezone()

    def dates(view: View) -> tuple[bool, bool]:
        """Whether it shows the older one's, whether the newer one's."""
        older_shown, newer_shown = (
            view.says(words.t("offline.as_of", as_of=moment(words, datetime.fromtimestamp(at, UTC), now)))
            for at in (older, newer)
        )
        return older_shown, newer_shown

    spoil.put_back(cellar.folder, FILE, old)
    assert dates(cellar.on(Cut(), ahead=2 * DAY).sees(chip())) == (True, False)
    cellar.on(Cut(), ahead=3 * DAY + HOUR).refused(chip())
    cellar.off()
    spoil.put_back(cellar.folder, FILE, new)
    assert dates(cellar.on(Cut(), ahead=3 * DAY + HOUR).sees(chip())) == (False, True)


# --- rows in another's place ------------------------------------------------------------------------------------------


@machine("a row is moved under another card")
def test_a_row_under_another_card_opens_for_neither_until_they_come_again(cellar: Cellar, fired: Fired) -> None:
    life = cellar.at_first()
    life.served(chip(OTHER), 4)
    fired(spoil.move_row(cellar.folder, cellar.device, code_of(chip()), code_of(chip(OTHER))))
    life.cut_off()
    life.opens_nothing(chip(OTHER))
    life.refused(chip())
    assert life.counted() == (1, 1, 0)
    life.back()
    life.served(chip(OTHER), 6)
    life.served(chip(), 4)
    life.cut_off()
    life.sees(chip(OTHER))
    life.sees(chip())
    assert life.counted() == (2, 1, 0)


@LONG
@machine("a row is moved to another kiosk")
def test_another_kiosks_file_and_row_open_nothing_until_the_next_online_visit(cellar: Cellar, fired: Fired) -> None:
    """First the whole file, then its row alone in a file of this kiosk's own."""
    cellar.at_first()
    cellar.off()
    theirs = cellar.device
    cellar.key.unlink()  # the disk is now in a kiosk with a key of its own
    life = cellar.on(Cut())
    life.refused(chip())
    assert life.counted() == (0, 0, 1)
    life.back()
    life.until_said("loss-list", 1, 30)
    life.served(chip(), 4)
    aside = cellar.folder / f"{FILE}.aside"
    fired(spoil.bring_row(cellar.folder, cellar.device, code_of(chip()), aside, theirs))
    life.cut_off()
    life.opens_nothing(chip())
    assert life.counted() == (1, 1, 1)
    life.back()
    life.served(chip(), 6)
    life.cut_off()
    life.sees(chip())


# --- the loss list ----------------------------------------------------------------------------------------------------


@LONG
@machine("the loss list is too old")
def test_with_a_loss_list_that_is_too_old_nobody_is_served_offline(cellar: Cellar, fired: Fired) -> None:
    cellar.at_first(loss_list_hours=3)
    cellar.on(Cut(), ahead=2 * HOUR).sees(chip())
    life = cellar.on(Cut(), ahead=4 * HOUR)
    life.refused(chip())
    fired(life.counted() == (1, 0, 0))


@pytest.fixture
def lost(world: World) -> Iterator[Callable[[], None]]:
    """The holder of jinan-2-0 reports it lost."""
    yield lambda: world.set_card_status(CARD, CardStatus.LOST)
    world.set_card_status(CARD, CardStatus.NORMAL)


@LONG
@machine("an older loss list is put back")
def test_an_older_loss_list_is_as_old_as_it_says_and_gives_way_to_the_next(
    cellar: Cellar, lost: Callable[[], None], fired: Fired
) -> None:
    cellar.at_first(loss_list_hours=3)
    cellar.off()
    old = spoil.copied(cellar.folder, LOSS_LIST)
    lost()

    def listed() -> object:
        life = cellar.on(Through())
        life.until_said("loss-list", 1, 30)
        life.cut_off()
        life.refused(chip(), "STATUS-LISTED")
        return life.said("loss-list")[0]["number"]

    number = listed()
    cellar.off()
    fired(spoil.copied(cellar.folder, LOSS_LIST) != old)
    spoil.put_back(cellar.folder, LOSS_LIST, old)
    cellar.on(Cut()).sees(chip())
    cellar.on(Cut(), ahead=4 * HOUR).refused(chip())
    assert listed() == number


# --- kill -9 ----------------------------------------------------------------------------------------------------------


def written_anew(cellar: Cellar, call: str, nth: int) -> tuple[bool, bool]:
    """An online visit of a kiosk that is killed at the beginning of its `nth` call of this kind to the cache's journal. Whether
    it was, and whether the row is the new one. Whichever it is, the card sees it in the outage that follows."""
    before = cellar.stored()
    traced = f"-P {cellar.folder / FILE}-wal -e trace={call} -e inject={call}:signal=KILL:when={nth}"
    strace = f'exec strace -f -qqq -e signal=none {traced} -o {cellar.folder.parent}/strace.log "$@"'
    life = cellar.on(Through(), entry=ENTRY, environment=hardship(strace))
    card = chip()
    life.world.insert_chip(card)
    life.kiosk.wait_screen("pin")
    settled(card, 7)
    life.kiosk.type_pin(PIN)
    until = time.monotonic() + 10
    while life.kiosk.machine.wait(0.05) is None and not life.said("recent-kept"):
        assert time.monotonic() < until, "neither written nor killed"
    acknowledged, code = bool(life.said("recent-kept")), life.kiosk.machine.code
    life = cellar.on(Cut())
    new = cellar.stored() > before
    assert new or not acknowledged, "what was held for done is lost"
    life.sees(chip())
    assert life.counted() == (1, 0, 0)
    return code == KILLED, new


@machine("killed while a row is written")
@pytest.mark.parametrize(
    ("call", "nth", "whole"),
    [
        pytest.param("pwrite64", 3, False, id="half of it is written"),
        pytest.param("fsync", 1, True, id="all of it is written", marks=LONG),
    ],
)
def test_killed_while_it_writes_the_row_the_card_sees_the_old_one_or_the_new(
    cellar: Cellar, call: str, nth: int, whole: bool, fired: Fired
) -> None:
    cellar.at_first()
    died, new = written_anew(cellar, call, nth)
    fired(died)
    assert new is whole


@LONG
@pytest.mark.timeout(400)
@machine("killed at each write of a row")
def test_killed_at_each_write_of_the_row_the_card_sees_the_old_one_or_the_new(cellar: Cellar, fired: Fired) -> None:
    cellar.at_first()
    outcomes: list[bool] = []
    died = True
    while died:
        died, new = written_anew(cellar, "pwrite64", len(outcomes) + 1)
        outcomes.append(new)
    fired(len(outcomes) > 4)
    assert outcomes == [False] * (len(outcomes) - 1) + [True]
