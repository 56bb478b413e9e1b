"""The commands that need neither window nor reader."""

import time
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.model import Ground
from kiosk.run import Kiosk, load, rules_of
from kiosk.sandbox import pki
from kiosk.store.cache import SealedCache
from kiosk.store.device_key import DeviceKey
from kiosk.store.device_key import load as load_key
from kiosk.store.sealed import fresh_challenges
from kiosk.visit.base import screen_of
from kiosk.visit.failures import Failure
from kiosk.visit.states import OutOfService, Screen


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    made = pki.ensure(tmp_path / "tls")
    device = made.device("kiosk-01")
    path = tmp_path / "kiosk.ini"
    path.write_text(
        "[central]\n"
        f"ca = {made.authority}\ncertificate = {device.certificate}\nkey = {device.key}\n"
        f"list_key = {made.list_signer.public}\n"
        "[window]\nsize = 1920x1080\nfullscreen = no\n",
        "utf-8",
    )
    return path


def test_check_says_ok_and_names_the_region(ini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(ini)]) == 0
    assert "370100" in capsys.readouterr().out


def test_check_prints_file_line_key_value_and_what_is_allowed(ini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ini.write_text(ini.read_text("utf-8") + "[time]\npage_idle = soon\n", "utf-8")
    line = len(ini.read_text("utf-8").splitlines())
    assert main(["check", "--config", str(ini)]) == 1
    out = capsys.readouterr().out
    for part in (f"{ini}:{line}", "page_idle", "soon"):
        assert part in out
    assert "10" in out
    assert "600" in out


def test_a_wrong_kiosk_ini_is_a_page_with_a_code_instead_of_no_kiosk(ini: Path) -> None:
    ini.write_text(ini.read_text("utf-8") + "[reeder]\nnames = *\n", "utf-8")
    loaded = load(ini, {})
    assert any("reeder" in error for error in loaded.errors)
    kiosk = Kiosk(loaded)
    model = kiosk.engine.model
    assert screen_of(model) is Screen.OUT_OF_SERVICE
    assert isinstance(model.state, OutOfService)
    assert model.state.failure is Failure.CONFIG_INVALID
    kiosk.engine.stop()


def test_the_settings_reach_the_rules_of_the_visit(ini: Path) -> None:
    ini.write_text(ini.read_text("utf-8") + "[time]\npage_idle = 33\nreveal = 7\n", "utf-8")
    kiosk = Kiosk(load(ini, {}))
    rules = kiosk.engine.model.rules
    assert (rules.page_idle, rules.reveal, rules.pin_min, rules.pin_max) == (33.0, 7.0, 4, 12)
    assert rules.recent_days == 7
    assert "370114" in rules.areas
    assert set(rules.languages) >= {"zh_CN", "en"}
    assert rules.languages[0] == "zh_CN"
    kiosk.engine.stop()


@pytest.mark.parametrize("region", ["370100", "140300"])
def test_settings_and_region_reach_the_rules_of_help(ini: Path, region: str) -> None:
    text = ini.read_text("utf-8") + "[staff]\nidle = 120\nquestion = 20\nscreen_off = 30\nsign_in_without_card = yes\n"
    ini.write_text(text + f"[kiosk]\nregion = {region}\n", "utf-8")
    loaded = load(ini, {})
    assert not loaded.errors
    help = rules_of(loaded.settings, loaded.region, ["zh_CN"]).help
    assert (help.staff_idle, help.staff_question, help.staff_screen_off) == (120.0, 20.0, 30.0)
    assert help.sign_in_without_card
    query = loaded.region.query
    assert help.query is query.allowed is True
    assert (help.query_password_min, help.query_password_max) == (query.password_min, query.password_max)
    assert (help.query_letters, help.query_loss) == (query.letters, query.loss) == (region == "370100",) * 2
    assert not help.query_entries
    assert help.grounds == loaded.region.grounds
    assert {rule.ground for rule in help.grounds} >= {Ground.PRESENT, Ground.ENTRUSTED, Ground.COURT}


def test_without_a_display_run_ends_with_its_own_code(ini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import signal

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.delenv("DISPLAY", raising=False)
    try:
        assert Kiosk(load(ini, {})).run() == 3
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_command_that_is_none_is_wrong_use() -> None:
    with pytest.raises(SystemExit) as end:
        main(["fly"])
    assert end.value.code == 2


@pytest.mark.parametrize("command", ["demo", "central"])
def test_commands_of_the_simulated_world_have_their_own_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert command in capsys.readouterr().out


# --- what is kept -----------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(ini: Path) -> Path:
    """One person's row that lives, one whose time is over."""
    ini.write_text(ini.read_text("utf-8") + "[cache]\nfolder = kept\nkey = own.key\n", "utf-8")
    device = load_key(ini.parent / "own.key", {}, make=True)
    assert isinstance(device, DeviceKey)
    cache = SealedCache(ini.parent / "kept", device)
    now = int(time.time())
    for code, stored in (
        ("370100D15600000500000002A1B2C30E", now),
        ("370100D15600000500000012A1B2C37E", now - 8 * 86_400),
    ):
        cache.keep(code, "A10022222", fresh_challenges(), (bytes(8), bytes([1] * 8)), b"{}", now=stored, as_of=stored)
    cache.close()
    return ini


def test_what_is_kept_is_told_in_counts_and_times(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "status", "--config", str(kept)]) == 0
    out = capsys.readouterr().out
    assert "people: 2" in out
    assert "loss list: none" in out
    assert "A10022222" not in out


def test_purge_removes_what_is_past_its_time_and_with_all_the_rest(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cache", "purge", "--config", str(kept)]) == 0
    out = capsys.readouterr().out
    assert "removed: 1" in out
    assert "people: 1" in out
    assert main(["cache", "purge", "--all", "--config", str(kept)]) == 0
    assert "people: 0" in capsys.readouterr().out


def test_a_cache_that_the_key_does_not_open_is_told_and_left_as_it_is(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = kept.parent / "own.key"
    key.chmod(0o600)
    right = key.read_bytes()
    key.write_bytes(bytes(32))
    assert main(["cache", "purge", "--config", str(kept)]) == 1
    assert "cache.db" in capsys.readouterr().err
    key.write_bytes(right)
    assert main(["cache", "status", "--config", str(kept)]) == 0
    assert "people: 2" in capsys.readouterr().out


def test_without_a_key_nothing_is_made(ini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "status", "--config", str(ini)]) == 1
    assert "device key" in capsys.readouterr().err
    assert not (ini.parent / "build").exists()
