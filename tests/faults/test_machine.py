"""The machine misbehaves around a real visit: disks, clocks, limits, signals, files that are not there."""

import itertools
import os
import random
import re
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drivers.card.apdu import INS_VERIFY
from kiosk.sandbox.display import VirtualDisplay
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import READER, World
from tests.faults.always import always
from tests.faults.surroundings import (
    ASSETS,
    ENTRY,
    Stopped,
    gone,
    hardship,
    instead,
    process,
    standing,
    supervised,
    tmpfs,
)
from tests.journeys.driver import Kiosk, NotShown, View

Fired = Callable[[object], None]
Start = Callable[..., Walk]
CARD = "jinan-2-0"
DAY = 86400
LONG = pytest.mark.long


def machine(name: str, level: str = "real") -> pytest.MarkDecorator:
    return pytest.mark.fault("machine", name, level=level)


@pytest.fixture
def start(world: World, display: str) -> Iterator[Start]:
    """A kiosk of one's own, in surroundings of one's own."""
    kiosks: list[Kiosk] = []

    def start(**options: object) -> Walk:
        given: dict[str, object] = {"display": display, **options}
        kiosks.append(Kiosk.start(world=world, **given))  # type: ignore[arg-type]
        return Walk(world, kiosks[-1])

    yield start
    for kiosk in kiosks:
        kiosk.stop()
    world.restore()


def without_time(view: View) -> list[str]:
    return [re.sub(r"\d\d:\d\d", "", text) for text in view.texts]


def log(walk: Walk) -> str:
    return walk.kiosk.machine.log.read_text("utf-8", "replace")


# --- disks ------------------------------------------------------------------------------------------------------------


@machine("the disk of the log is full")
def test_a_full_disk_keeps_nobody_from_a_visit(start: Start, fired: Fired, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    fill = f"head -c 4096 /dev/zero >{disk}/full"
    walk = start(
        entry=ENTRY,
        environment=hardship(tmpfs(disk, "4k"), fill, mounts=True, out=f">{disk}/log 2>&1"),
    )
    with always(walk, CARD):
        walk.to_home(CARD)
    inside = Path(f"/proc/{process(walk.kiosk)}/root{disk}")
    fired(os.statvfs(inside).f_bavail == 0 and (inside / "log").stat().st_size == 0)
    assert walk.kiosk.machine.shut_down() == 0


@LONG
@machine("every disk is read-only")
def test_a_read_only_disk_keeps_nobody_from_a_visit(start: Start, fired: Fired, tmp_path: Path) -> None:
    # The folder of the inspector's socket alone stays as it is: this test has to look.
    keep = 'eye=$(dirname "$4"); mount --bind "$eye" "$eye"'
    walk = start(entry=ENTRY, environment=hardship(keep, "mount -o remount,ro,bind /", mounts=True))
    with always(walk, CARD):
        walk.to_home(CARD)
        flags = os.statvfs(f"/proc/{process(walk.kiosk)}/root/").f_flag
    fired(flags & os.ST_RDONLY)


@LONG
@machine("the folder for temporary files is full, and HOME is not there")
def test_no_room_for_temporary_files(start: Start, fired: Fired, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    fill = f"head -c 4096 /dev/zero >{disk}/full"
    environment = {"TMPDIR": str(disk), "HOME": "/nowhere/at/all"}
    walk = start(entry=ENTRY, environment={**environment, **hardship(tmpfs(disk, "4k"), fill, mounts=True)})
    with always(walk, CARD):
        walk.to_home(CARD)
    fired(os.statvfs(f"/proc/{process(walk.kiosk)}/root{disk}").f_bavail == 0)


# --- the log's other end ----------------------------------------------------------------------------------------------


@machine("the log's reader hangs: its pipe is full and nobody reads")
def test_a_log_that_nobody_reads_keeps_nobody_from_a_visit(start: Start, fired: Fired, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR)  # open, and never read
    filled = os.write(reader, b"x" * 65536)
    walk = start(entry=ENTRY, environment=hardship(out=f">{pipe} 2>&1"))
    with always(walk, CARD):
        walk.to_home(CARD)
    os.set_blocking(reader, False)
    held = b""
    with suppress(BlockingIOError):
        while True:
            held += os.read(reader, 65536)
    fired(filled == 65536 and held == b"x" * 65536)
    walk.insert(CARD)  # and what is said next tells how much was lost
    walk.kiosk.wait_screen("pin")
    told = os.read(reader, 65536)
    os.close(reader)
    assert b"log-dropped" in told


@LONG
@machine("stdout and stderr closed, or with nobody at their other end")
@pytest.mark.parametrize("out", [">&- 2>&-", "> >(true) 2>&1"], ids=["closed", "broken pipe"])
def test_without_a_log_there_are_visits(start: Start, fired: Fired, out: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    walk = start(entry=ENTRY, environment=hardship(out=f">{pipe} 2>&1" if "true" in out else out))
    os.close(reader)
    with always(walk, CARD):
        walk.to_home(CARD)
        sink = os.readlink(f"/proc/{process(walk.kiosk)}/fd/2")
    fired(sink in (str(pipe), os.devnull))
    assert walk.kiosk.machine.shut_down() == 0


# --- files of ours ----------------------------------------------------------------------------------------------------


@machine("a font is missing")
@pytest.mark.parametrize(
    "face",
    [
        "NotoSansSC-Regular.ttf",
        *(pytest.param(f, marks=LONG) for f in ("NotoSansSC-Bold.ttf", "RareHan.otf", "MaterialSymbolsRounded.ttf")),
    ],
)
def test_a_missing_font_is_named_before_a_window_opens(start: Start, fired: Fired, world: World, face: str) -> None:
    with pytest.raises(NotShown):
        start(entry=ENTRY, environment=hardship(gone(ASSETS / "fonts" / face), mounts=True))
    assert world.kiosk is not None
    assert world.kiosk.code == 1
    fired(Path(face).stem in world.kiosk.log.read_text("utf-8"))


@machine("a catalogue is missing or broken")
@pytest.mark.parametrize("how", ["missing", pytest.param("broken", marks=LONG)])
def test_a_missing_catalogue_is_a_page_in_another_language(
    start: Start, fired: Fired, how: str, tmp_path: Path
) -> None:
    noise = tmp_path / "noise"
    noise.write_bytes(b"\xde\x12\x04\x95" + b"\xff" * 40)  # GNU gettext's magic number, and no catalogue
    catalogue = ASSETS / "locale" / "zh_CN" / "LC_MESSAGES" / "kiosk.mo"
    line = gone(catalogue) if how == "missing" else instead(catalogue, noise)
    walk = start(entry=ENTRY, environment=hardship(line, mounts=True))
    view = walk.kiosk.wait_screen("out-of-service", failure="KIOSK-CONFIG")
    fired(view.says(walk.words["en"].t("kiosk.config_invalid.title")))


@LONG
@machine("the sounds, or every player of sounds, are missing")
@pytest.mark.parametrize("what", ["sounds", "player"])
def test_without_sound_there_are_visits(start: Start, fired: Fired, what: str, tmp_path: Path) -> None:
    quiet = {"PATH": str(tmp_path)} if what == "player" else hardship(gone(ASSETS / "sounds"), mounts=True)
    walk = start(environment=quiet) if what == "player" else start(entry=ENTRY, environment=quiet)
    with always(walk, CARD):
        walk.to_home(CARD)
        walk.kiosk.tap("end")
        walk.kiosk.wait_screen("take-card")
    seen = Path(f"/proc/{process(walk.kiosk)}/root{ASSETS}/sounds")
    fired(not list(seen.iterdir()) if what == "sounds" else '"no-sound"' in log(walk))


NO_SETTINGS = {
    "missing": 'rm "$6"',
    "a folder": 'rm "$6"; mkdir "$6"',
    "binary": 'head -c 4096 /dev/urandom >"$6"',
    "nonsense": 'printf "[kiosk]\\nregion = [b]x[/b]\\n[window\\n" >"$6"',
}


@machine("kiosk.ini is missing, binary, a folder, empty of sense")
@pytest.mark.parametrize("how", ["binary", *(pytest.param(h, marks=LONG) for h in ("missing", "a folder", "nonsense"))])
def test_settings_that_cannot_be_read_are_a_page_with_its_code(
    start: Start, fired: Fired, how: str, world: World
) -> None:
    walk = start(entry=ENTRY, environment=hardship(NO_SETTINGS[how]))
    view = walk.kiosk.wait_screen("out-of-service", failure="KIOSK-CONFIG")
    config = walk.kiosk.machine.config
    fired(not config.is_file() or b"[reader]" not in config.read_bytes())
    world.insert(CARD, fresh=True)
    time.sleep(0.5)
    # No card is read on settings that nobody made: the time of day is all that may change.
    assert without_time(walk.kiosk.view()) == without_time(view)
    with suppress(OSError):
        config.rmdir()


# --- the clock --------------------------------------------------------------------------------------------------------

JUMPS = {"an hour on": 3600, "an hour back": -3600, "years on": 4 * 365 * DAY, "years back": -4 * 365 * DAY}


def named(walk: Walk) -> None:
    walk.kiosk.wait(lambda view: view.says("KIOSK-CLOCK"), 30, "KIOSK-CLOCK")


@machine("the clock jumps in the middle of a visit")
@pytest.mark.parametrize("jump", [pytest.param(each, marks=LONG) for each in JUMPS])
def test_the_clock_jumps_in_a_visit(start: Start, fired: Fired, world: World, jump: str) -> None:
    """An open record goes on: its figures came from central. The next person meets the page that names the clock."""
    walk = start(movable_clock=True)
    with always(walk, CARD):
        walk.to_home(CARD)
        world.set_clock(JUMPS[jump])
        walk.kiosk.tap("open-contributions")
        walk.kiosk.wait_screen("contributions")
        walk.kiosk.tap("end")
        walk.kiosk.wait_screen("take-card")
        world.pull()
        named(walk)
        fired("KIOSK-CLOCK" in log(walk))
    assert "READER-SERVICE" not in log(walk)  # pcsc-lite waits by the wall clock; its clock went back, too


@machine("the clock is set back while the reader is watched")
def test_the_reader_is_watched_on_when_the_clock_goes_back(start: Start, fired: Fired, world: World) -> None:
    walk = start(movable_clock=True)
    world.set_clock(-3600)
    time.sleep(6.5)  # longer than a look may take until the service is told as stopped
    assert "service_stopped" not in log(walk)
    world.insert(CARD, fresh=True)
    walk.kiosk.wait(lambda view: view.screen != "attract", 10)
    said = datetime.fromisoformat(str(walk.kiosk.machine.log_lines()[-1]["at"]))
    fired(datetime.now(UTC) - said > timedelta(minutes=50))


@LONG
@machine("the clock jumps while nobody is there")
@pytest.mark.parametrize("jump", JUMPS)
def test_the_clock_jumps_while_idle(start: Start, fired: Fired, world: World, jump: str) -> None:
    walk = start(movable_clock=True)
    with always(walk):
        walk.kiosk.wait_screen("attract")
        world.set_clock(JUMPS[jump])
        chip = world.insert(CARD, fresh=True)
        named(walk)
        assert not any(command.ins == INS_VERIFY and command.lc for command in chip.seen)
        fired("KIOSK-CLOCK" in log(walk))


@LONG
@machine("the clock is wrong before the start")
@pytest.mark.parametrize("jump", JUMPS)
def test_the_clock_is_wrong_at_the_start(start: Start, fired: Fired, world: World, jump: str) -> None:
    walk = start(movable_clock=True)
    with always(walk):
        walk.kiosk.machine.shut_down()
        world.set_clock(JUMPS[jump])
        world.power_on()
        walk.kiosk.wait_ready()
        named(walk)
        fired("KIOSK-CLOCK" in log(walk))


@LONG
@machine("another time zone than the hall's")
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati", "Nowhere/AtAll"])
def test_a_visit_in_another_time_zone(start: Start, fired: Fired, zone: str) -> None:
    walk = start(environment={"TZ": zone})
    with always(walk, CARD):
        walk.to_home(CARD)
    fired(f"TZ={zone}".encode() in Path(f"/proc/{process(walk.kiosk)}/environ").read_bytes())


# --- the process ------------------------------------------------------------------------------------------------------


@machine("the process stands still while people touch the screen")
@pytest.mark.parametrize("seconds", [pytest.param(3, marks=LONG), pytest.param(10, marks=LONG)])
def test_touches_on_a_kiosk_that_stands_still_mean_nothing(start: Start, fired: Fired, seconds: int) -> None:
    walk = start()
    kiosk = walk.kiosk
    with always(walk, CARD):
        walk.to_home(CARD)
        places = [control.centre for control in kiosk.view().controls if control.enabled]
        with Stopped(process(kiosk)) as stopped:
            fired(stopped.state == "T")
            for x, y in places:
                kiosk.glass.tap(x, y)
            time.sleep(seconds - 1)
        time.sleep(0.5)
        view = kiosk.view()
        assert view.screen == "home"
        assert view.says(walk.says("bar.exit"))  # still in the language that it was in
        with Stopped(process(kiosk)):
            kiosk.glass.tap(*kiosk_centre(places))
            walk.world.pull()
            for x, y in places:
                kiosk.glass.tap(x, y)
            time.sleep(seconds)
        idle = kiosk.wait_screen("attract")
        assert any(control.name == "language-en" for control in idle.controls)


def kiosk_centre(places: list[tuple[int, int]]) -> tuple[int, int]:
    return places[len(places) // 2]


def hurried(walk: Walk) -> None:
    """A person who is quick, until the kiosk is gone."""
    walk.insert(CARD)
    walk.kiosk.wait_screen("pin")
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("home")
    while True:
        for control in ("open-contributions", "back", "large-text", "open-accounts", "back", "high-contrast"):
            with suppress(NotShown):
                walk.kiosk.tap(control, 1.0)
            if not walk.kiosk.machine.on:
                return


_DRAWN = random.Random(3)
MOMENTS = tuple(round(_DRAWN.uniform(0.05, 3.5), 2) for _ in range(12))


@machine("kill -9 at a random moment of a visit")
@pytest.mark.parametrize("after", [pytest.param(at, marks=() if n < 1 else LONG) for n, at in enumerate(MOMENTS)])
def test_a_power_cut_at_any_moment(start: Start, fired: Fired, world: World, after: float) -> None:
    walk = start()
    with always(walk, CARD):
        cut = threading.Timer(after, world.cut_power)
        cut.start()
        with suppress(NotShown, OSError, ValueError):
            hurried(walk)
        cut.join()
        fired(walk.kiosk.machine.code in (137, -9))
        had_card = world.card_in is not None
        world.power_on()
        view = walk.kiosk.wait_ready()
        assert view.screen not in ("home", "registration", "contributions", "accounts", "opening")
        if had_card:
            walk.kiosk.wait_screen("pin")  # a new visit, and it begins with a PIN


@machine("SIGTERM in the middle of a visit")
@pytest.mark.parametrize("where", ["pin", pytest.param("home", marks=LONG), pytest.param("reading", marks=LONG)])
def test_a_kiosk_that_is_told_to_end_leaves_the_card_and_nothing_else(
    start: Start, fired: Fired, world: World, where: str
) -> None:
    walk = start()
    with always(walk, CARD):
        chip = walk.insert(CARD, byte_ms=5.0 if where == "reading" else None)
        walk.kiosk.wait_screen("pin" if where != "reading" else "reading")
        if where == "home":
            walk.kiosk.type_pin(PIN)
            walk.kiosk.wait_screen("home")
        else:
            walk.kiosk.type_pin("12", confirm=False) if where == "pin" else None
        begun = time.monotonic()
        os.kill(process(walk.kiosk), signal.SIGTERM)
        assert walk.kiosk.machine.wait(8) == 0
        assert time.monotonic() - begun < 5
        fired(not walk.kiosk.machine.on)
        until = time.monotonic() + 5
        while chip.powered and time.monotonic() < until:
            time.sleep(0.05)
        assert not chip.powered
        world.power_on()
        walk.kiosk.wait_ready()


def free_handle(pid: int) -> int:
    """The lowest number the process could still open: the limit is on numbers, not on how many are open."""
    taken = {int(name) for name in os.listdir(f"/proc/{pid}/fd")}
    return next(number for number in itertools.count() if number not in taken)


@machine("no file handle is left")
@pytest.mark.parametrize("where", ["attract", pytest.param("home", marks=LONG)])
def test_out_of_file_handles(start: Start, fired: Fired, world: World, where: str) -> None:
    """A named page, or an end with a word in the log; well again when there are handles again."""
    walk = start()
    walk.to_home(CARD)
    walk.to_idle()
    with always(walk, CARD):
        if where == "home":
            walk.to_home(CARD)
        pid, said = process(walk.kiosk), len(log(walk))
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        limit = free_handle(pid)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, hard))
        none_left = False

        def note() -> bool:
            nonlocal none_left
            with suppress(FileNotFoundError):  # it has ended
                none_left = none_left or free_handle(pid) >= limit
            return none_left

        try:
            if where == "attract":
                note()
                world.insert(CARD, fresh=True)
                with suppress(NotShown):
                    walk.kiosk.wait(lambda view: note() and view.screen in ("pin", "failure", "out-of-service"), 15)
            else:
                walk.kiosk.tap("open-contributions")
                with suppress(NotShown):
                    walk.kiosk.wait(lambda view: note() and view.screen in ("contributions", "failure"), 1.5)
            fired(none_left)
            if not standing(walk.kiosk):
                fired("OSError" in log(walk)[said:])
        finally:
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        ended_with_a_word(walk, said)


@LONG
@machine("no memory is left")
@pytest.mark.parametrize("more", [0, 1 << 20, 16 << 20])
@pytest.mark.parametrize("where", ["attract", "home"])
def test_out_of_memory(start: Start, fired: Fired, world: World, where: str, more: int) -> None:
    """It goes on, or ends with a word in the log and is started again. Whatever failed, failed for want of memory."""
    walk = start()
    kiosk = walk.kiosk
    with always(walk, CARD, bugs=True):
        if where == "home":
            walk.to_home(CARD)
        pid, said = process(kiosk), len(log(walk))
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
        resource.prlimit(pid, resource.RLIMIT_AS, (pages * resource.getpagesize() + more, resource.RLIM_INFINITY))
        with suppress(NotShown, OSError):
            if where == "home":
                kiosk.tap("open-contributions")
            else:
                world.insert(CARD, fresh=True)
            kiosk.wait(lambda view: view.screen in ("pin", "contributions", "failure", "out-of-service"), 15)
        if standing(kiosk):
            fired(resource.prlimit(pid, resource.RLIMIT_AS)[0] > 0)
            resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            if kiosk.view().screen == "out-of-service":
                kiosk.machine.shut_down()  # a fault of our own: its page lifts after a minute, staff do not wait
                kiosk.machine.power_on()
                kiosk.wait_ready()
        else:
            fired("Error" in log(walk)[said:])
            ended_with_a_word(walk, said)
        bugs = [line for line in kiosk.machine.log_lines() if line.get("event") == "kiosk-fault"]
        assert {str(line["exception"]) for line in bugs} <= {"MemoryError", "RuntimeError", "OSError"}


def ended_with_a_word(walk: Walk, since: int) -> None:
    """A kiosk that is not there any more said why, and the service manager starts it."""
    if not walk.kiosk.machine.on:
        code = walk.kiosk.machine.code
        assert code == 1, code
        assert '"critical"' in log(walk)[since:]
    supervised(walk.kiosk)


@machine("the X server dies")
def test_a_screen_that_is_gone_ends_the_kiosk(start: Start, fired: Fired) -> None:
    screen = VirtualDisplay(1080, 1920)
    try:
        walk = start(display=screen.name)
        walk.insert(CARD)
        walk.kiosk.wait_screen("pin")
        walk.kiosk.glass.close()  # Xlib ends whoever is connected: that shall not be this process
        screen.stop()
        fired(walk.kiosk.machine.wait(10) not in (None, 0))
    finally:
        screen.stop()


@LONG
@machine("two kiosks on one machine, at one reader")
def test_two_kiosks_at_one_reader(start: Start, fired: Fired, world: World) -> None:
    """One has the card, the other one says so; neither shows what the other may."""
    walk = start()
    other = world.pki.device("kiosk-02")
    with (
        VirtualDisplay(1080, 1920) as screen,
        Kiosk.start(
            url=world.url,
            ca=world.pki.authority,
            certificate=other.certificate,
            key=other.key,
            list_key=world.pki.list_signer.public,
            reader=READER,
            display=screen.name,
            environment=world.pcscd.environment,
        ) as second,
        always(walk, CARD),
    ):
        world.insert(CARD, fresh=True)
        both = (walk.kiosk, second)
        settled = ("pin", "failure", "out-of-service")
        views = [kiosk.wait(lambda view: view.screen in settled, 15) for kiosk in both]
        fired(all(kiosk.machine.on for kiosk in both))
        assert [view.screen for view in views].count("pin") <= 2
        for view in views:
            assert view.screen == "pin" or view.says("READER-HELD") or view.says("CARD-"), view.screen
        world.pull()
        for kiosk in both:
            kiosk.wait_screen("attract")


@machine("`kiosk run` without a display, and with one that is not there")
@pytest.mark.parametrize("name", ["", ":4711"])
def test_without_a_display_the_kiosk_says_so_and_ends_with_3(world: World, fired: Fired, name: str) -> None:
    placed = world.place_kiosk([sys.executable, "-m", "kiosk", "run"], environment={"DISPLAY": name}, name="blind")
    begun = time.monotonic()
    placed.power_on()
    assert placed.wait(20) == 3
    assert time.monotonic() - begun < 15
    fired("NoDisplay" in placed.log.read_text())
