"""The world over its socket: the same actions, refusals as errors, everything seen in one look."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.sandbox.desk import PRINTER, UNREADABLE
from kiosk.sandbox.remote import CENTRAL, HOLDER, LINES, RemoteServer, RemoteWorld
from kiosk.sandbox.world import NotPossible, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world"), population=1) as world:
        world.place_kiosk(["sh", "-c", "exec sleep 60"], movable_clock=True)
        yield world


@pytest.fixture
def remote(world: World, tmp_path: Path) -> Iterator[RemoteWorld]:
    server = RemoteServer(world, tmp_path / "world.sock")
    remote = RemoteWorld(server.path)
    yield remote
    remote.do("restore")
    remote.close()
    server.stop()
    server.stop()
    assert not server.path.exists()
    assert "remote" not in {thread.name for thread in threading.enumerate() if not thread.daemon}


def test_cards_go_in_and_out(remote: RemoteWorld, world: World) -> None:
    remote.do("insert", card="jinan-2-0")
    assert remote.look().card == world.card_in == "jinan-2-0"
    remote.do("swap", card="bank-card")
    assert remote.look().card == "bank-card"
    remote.do("pull")
    assert remote.look().card is None


@pytest.mark.parametrize(
    ("name", "values"), [("insert", {"card": "nobody"}), ("burn", {}), ("line", {"mode": "wet"}), ("pull", {"hard": 1})]
)
def test_what_cannot_be_done_is_an_error_and_the_line_lives_on(
    remote: RemoteWorld, name: str, values: dict[str, object]
) -> None:
    with pytest.raises(NotPossible):
        remote.do(name, **values)
    assert remote.look().card is None


@pytest.mark.parametrize("how", PRINTER)
def test_every_way_the_printer_can_be_is_set_and_seen(remote: RemoteWorld, how: str) -> None:
    remote.do("printer", how=how)
    assert remote.look().printer == how


def test_an_id_card_is_laid_down_and_taken_away(remote: RemoteWorld, world: World) -> None:
    with pytest.raises(NotPossible):
        remote.do("lay", card=HOLDER)
    remote.do("insert", card="jinan-2-0")
    for card, laid in (
        (HOLDER, "jinan-2-0"),
        ("jinan-flexible", "jinan-flexible"),
        (UNREADABLE, UNREADABLE),
        (None, None),
    ):
        remote.do("lay", card=card)
        assert remote.look().document == laid
    with pytest.raises(NotPossible):
        remote.do("lay", card="nobody")
    assert not world.desk.document.laid


@pytest.mark.parametrize("mode", LINES)
def test_every_mode_of_the_line_is_set_and_seen(remote: RemoteWorld, mode: str) -> None:
    remote.do("line", mode=mode)
    assert remote.look().line == mode


@pytest.mark.parametrize("how", CENTRAL)
def test_every_state_of_central_is_set_and_seen(remote: RemoteWorld, how: str) -> None:
    remote.do("central", how=how)
    assert remote.look().central == how


def test_reader_clock_and_power(remote: RemoteWorld) -> None:
    remote.do("stop-reader")
    assert remote.look().reader == "stopped"
    remote.do("start-reader")
    remote.do("unplug")
    assert remote.look().reader == "unplugged"
    remote.do("plug")
    assert remote.look().reader == "plugged"
    remote.do("power-on")
    assert remote.look().kiosk == "on"
    remote.do("fill-disk")
    assert remote.look().disk == "full"
    remote.do("free-disk")
    assert remote.look().disk == "well"
    with pytest.raises(NotPossible, match="nothing is kept"):
        remote.do("tamper")
    remote.do("clock", ahead=60)
    assert remote.look().ahead == 60
    remote.do("cut-power")
    assert remote.look().kiosk == "off"


def test_only_new_steps_are_told(remote: RemoteWorld) -> None:
    seen = remote.look().seen
    remote.do("insert", card="jinan-2-0")
    look = remote.look(seen)
    assert [line.split()[1:] for line in look.steps] == [["card-inserted", "card=jinan-2-0"]]
    assert remote.look(look.seen).steps == ()
