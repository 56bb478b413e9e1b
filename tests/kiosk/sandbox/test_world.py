"""The world's own parts, seen through the kiosk's reader and from outside. The kiosk itself is in the journeys."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.sandbox.machine import ini
from kiosk.sandbox.world import Action, NotPossible, World

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world"), central=False) as world:
        yield world


@pytest.fixture(autouse=True)
def _restored(world: World) -> Iterator[None]:
    yield
    world.restore()


def read_card(world: World, wait: float = 5) -> dict[str, object]:
    """What `kiosk card` finds in the slot."""
    path = world.folder / "card.ini"
    path.write_text(ini(world.settings()), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "card", "--json", "--reveal", "--wait", str(wait), "--config", str(path)],
        cwd=ROOT,
        env={**os.environ, **world.pcscd.environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return json.loads(done.stdout) if done.stdout else {"error": done.stderr}


def test_a_card_that_is_inserted_is_read_through_pcscd(world: World) -> None:
    world.insert("jinan-2-0")
    assert "测试甲" in json.dumps(read_card(world), ensure_ascii=False)
    world.swap("jinan-3-0-open")
    # pcscd may have looked away: then the first commands only show that the old card is gone.
    reads = (json.dumps(read_card(world), ensure_ascii=False) for _ in range(8))
    seen = next(text for text in reads if "CardLost" not in text)
    assert "试小明" in seen
    assert world.card_in == "jinan-3-0-open"


def test_a_pulled_card_is_gone_and_a_full_slot_takes_no_second(world: World) -> None:
    world.insert("jinan-2-0")
    with pytest.raises(NotPossible):
        world.insert("bank-card")
    world.pull()
    assert world.card_in is None
    reads = (read_card(world, wait=0.5) for _ in range(8))  # pcscd looks about every 0.4 s
    assert next(read for read in reads if read.get("state") != "faulty").keys() == {"error"}


def test_an_unplugged_reader_holds_no_card_and_one_plugged_in_again_does(world: World) -> None:
    world.insert("jinan-2-0")
    world.unplug_reader()
    assert "no_reader" in str(read_card(world, wait=0.5).get("error"))
    world.plug_reader()
    assert "测试甲" in json.dumps(read_card(world), ensure_ascii=False)


def test_another_program_can_hold_the_card(world: World) -> None:
    with pytest.raises(NotPossible):
        world.hold_reader()
    world.insert("jinan-2-0")
    world.hold_reader()
    assert "held" in json.dumps(read_card(world, wait=1))
    world.let_reader_go()
    assert "测试甲" in json.dumps(read_card(world), ensure_ascii=False)


def test_a_chip_keeps_what_was_written_until_a_fresh_one_is_asked_for(world: World) -> None:
    chip = world.insert("jinan-2-0")
    world.pull()
    assert world.insert("jinan-2-0") is chip
    world.pull()
    assert world.insert("jinan-2-0", fresh=True) is not chip


def test_a_script_is_played_in_order_and_every_action_is_a_step(world: World) -> None:
    before = len(world.steps.since())
    waited: list[float] = []
    script = (Action("insert", {"card": "bank-card"}), Action("pull", after=1.5), Action("stop_reader_service"))
    world.play(script, waited.append)
    assert [step.name for step in world.steps.since(before)] == ["card-inserted", "card-pulled", "pcscd-stopped"]
    assert waited == [1.5]


def test_restored_the_world_is_well_and_the_slot_empty(world: World) -> None:
    world.insert("jinan-2-0")
    world.kill_reader_service()
    world.restore()
    assert world.card_in is None
    assert world.pcscd.alive


def test_a_card_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(NotPossible):
        world.insert("nobody")


def test_the_step_log_is_a_list_of_json(world: World, tmp_path: Path) -> None:
    world.insert("mute-card")
    world.steps.save(tmp_path / "steps.json")
    rows = json.loads((tmp_path / "steps.json").read_text("utf-8"))
    assert rows[-1]["step"] == "card-inserted"
    assert rows[-1]["card"] == "mute-card"
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
