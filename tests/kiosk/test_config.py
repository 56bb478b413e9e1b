"""kiosk.ini: every key with its default, a good and a bad value; errors with their place; precedence."""

import configparser
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from kiosk.central.contract import LOST_CARD_DAYS
from kiosk.config import (
    ConfigError,
    ConfigErrors,
    Orientation,
    Settings,
    Share,
    SlotPlace,
    changed,
    described,
    load,
)
from kiosk.engine.losses import FETCH_SECONDS, RETRY_SECONDS
from kiosk.sandbox.central.losses import REISSUE_SECONDS

SHIPPED = Path(__file__).resolve().parents[2] / "kiosk.ini"
NO_ENVIRONMENT: dict[str, str] = {}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which the files that the defaults name are there."""
    tls = tmp_path / "build" / "demo" / "tls"
    tls.mkdir(parents=True)
    for name in ("ca.pem", "kiosk.pem", "kiosk.key", "list-signer.pem"):
        (tls / name).write_text("pem", encoding="ascii")
    (tmp_path / "other.pem").write_text("pem", encoding="ascii")
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "kiosk.ini"
    path.write_text(text, encoding="utf-8")
    return path


def good(path: Path, environ: dict[str, str] = NO_ENVIRONMENT) -> Settings:
    found = load(path, environ)
    assert isinstance(found, Settings), [str(error) for error in found.errors]
    return found


def bad(path: Path, environ: dict[str, str] = NO_ENVIRONMENT) -> tuple[ConfigError, ...]:
    found = load(path, environ)
    assert isinstance(found, ConfigErrors)
    return found.errors


def value_of(settings: Settings, section: str, key: str) -> Any:
    return getattr(getattr(settings, section), key)


EVERY_KEY: list[tuple[str, str, Any, str, Any, str]] = [
    # section, key, default, a good text, its value, a bad text
    ("kiosk", "number", 1, "27", 27, "0"),
    ("kiosk", "region", "370100", "140300", "140300", "371600"),
    ("kiosk", "hall", "", "阳泉市民中心", "阳泉市民中心", "厅" * 41),
    ("kiosk", "language", "zh_CN", "en", "en", "klingon"),
    ("window", "size", (1080, 1920), "1920x1080", (1920, 1080), "1920*1080"),
    ("window", "fullscreen", True, "no", False, "maybe"),
    ("reader", "names", ("*",), "ACS*, Feitian R502*", ("ACS*", "Feitian R502*"), "ACS*,,"),
    ("reader", "allow_virtual", False, "yes", True, "1"),
    ("reader", "share", Share.AUTO, "shared", Share.SHARED, "direct"),
    ("reader", "settle_ms", None, "200", 200, "-1"),
    (
        "central",
        "url",
        "https://127.0.0.1:8443",
        "https://si.example/api/",
        "https://si.example/api",
        "http://si.example",
    ),
    ("central", "ca", "build/demo/tls/ca.pem", "other.pem", "other.pem", "none.pem"),
    ("central", "certificate", "build/demo/tls/kiosk.pem", "other.pem", "other.pem", "build"),
    ("central", "key", "build/demo/tls/kiosk.key", "other.pem", "other.pem", ""),
    ("central", "list_key", "build/demo/tls/list-signer.pem", "other.pem", "other.pem", "none.pem"),
    ("central", "connect", 2.0, "0.5", 0.5, "0"),
    ("central", "total", 8.0, "6.5", 6.5, "1e3"),
    ("time", "page_idle", 60.0, "45", 45.0, "9"),
    ("time", "page_idle_slow", 120.0, "180", 180.0, "601"),
    ("time", "question", 20.0, "15", 15.0, "4"),
    ("time", "question_slow", 30.0, "40", 40.0, "301"),
    ("time", "pin_idle", 60.0, "30", 30.0, "two"),
    ("time", "failure_page", 60.0, "20", 20.0, "nan"),
    ("time", "reveal", 10.0, "5", 5.0, "61"),
    ("time", "take_card_louder", 60.0, "30", 30.0, ""),
    ("time", "take_card_notice", 180.0, "240", 240.0, "9"),
    ("time", "reading_minimum", 0.7, "0", 0.0, "-1"),
    ("time", "pin_pad_wait", 1.0, "1.5", 1.5, "11"),
    ("time", "name_the_wait", 1.0, "2", 2.0, "inf"),
    ("clock", "max_offset", 120.0, "300", 300.0, "0.5"),
    ("cache", "enabled", True, "no", False, "perhaps"),
    ("cache", "folder", "build/demo/cache", "kept", "kept", ""),
    ("cache", "key", "build/demo/device.key", "own.key", "own.key", "a\tb"),
    ("cache", "days", 7, "3", 3, "0"),
    ("cache", "rows", 20_000, "500", 500, "many"),
    ("cache", "loss_list_hours", 48, "24", 24, "2"),
    ("journal", "folder", "build/demo/journal", "steps", "steps", ""),
    ("audit", "folder", "build/demo/audit", "chain", "chain", ""),
    ("audit", "days", 400, "180", 180, "179"),
    ("printer", "enabled", False, "yes", True, "perhaps"),
    ("printer", "path", "/dev/usb/lp0", "lp", "lp", ""),
    ("printer", "width", 80, "58", 58, "76"),
    ("document", "enabled", False, "yes", True, "2"),
    ("document", "path", "/run/kiosk/document.sock", "id.sock", "id.sock", "a\tb"),
    ("staff", "folder", "build/demo/staff", "staff", "staff", ""),
    ("staff", "sign_in_without_card", False, "yes", True, "2"),
    ("staff", "sign_in_when_broken", True, "no", False, "perhaps"),
    ("staff", "idle", 600.0, "300", 300.0, "59"),
    ("staff", "question", 30.0, "20", 20.0, "4"),
    ("staff", "screen_off", 60.0, "30", 30.0, "601"),
    ("slot", "card", SlotPlace.BELOW, "right", SlotPlace.RIGHT, "inside"),
]


def expected(folder: Path, section: str, key: str, value: Any) -> Any:
    return (
        folder / value
        if (section, key)
        in {
            *(("central", key) for key in ("ca", "certificate", "key", "list_key")),
            ("cache", "folder"),
            ("cache", "key"),
            ("journal", "folder"),
            ("audit", "folder"),
            ("staff", "folder"),
            ("printer", "path"),
            ("document", "path"),
        }
        else value
    )


def test_the_list_here_names_every_setting() -> None:
    known = {(part.name, field.name) for part in fields(Settings) for field in fields(part.type)}  # type: ignore[arg-type]
    assert {(section, key) for section, key, *_ in EVERY_KEY} == known


@pytest.mark.parametrize(("section", "key", "default", "text", "value", "wrong"), EVERY_KEY)
def test_every_setting_has_a_default_a_good_and_a_bad_value(
    folder: Path, section: str, key: str, default: Any, text: str, value: Any, wrong: str
) -> None:
    assert value_of(good(write(folder, "")), section, key) == expected(folder, section, key, default)
    path = write(folder, f"# comment\n[{section}]\n\n{key} = {text}\n")
    assert value_of(good(path), section, key) == expected(folder, section, key, value)
    errors = bad(write(folder, f"[{section}]\n{key}={wrong}\n"))
    assert [(e.file, e.line, e.section, e.key, e.value) for e in errors] == [(path, 2, section, key, wrong)]
    assert errors[0].allowed
    assert str(errors[0]) == f"{path}:2: [{section}] {key} = {wrong!r}: {errors[0].allowed}"


@pytest.mark.parametrize(("section", "key", "default", "text", "value", "wrong"), EVERY_KEY)
def test_every_setting_can_come_from_the_environment(
    folder: Path, section: str, key: str, default: Any, text: str, value: Any, wrong: str
) -> None:
    path = write(folder, f"[{section}]\n{key} = {wrong}\n")
    name = f"KIOSK_{section}_{key}".upper()
    assert value_of(good(path, {name: text}), section, key) == expected(folder, section, key, value)
    errors = bad(write(folder, ""), {name: wrong})
    assert [(str(e.file), e.line, e.section, e.key, e.value) for e in errors] == [(f"${name}", 0, section, key, wrong)]


def test_the_shipped_file_names_every_setting_with_its_default_and_its_meaning() -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    reader = configparser.RawConfigParser()
    reader.read(SHIPPED, encoding="utf-8")
    written = {(section, key): value for section in reader.sections() for key, value in reader.items(section)}
    assert written.keys() == {(section, key) for section, key, *_ in EVERY_KEY}
    for at, line in enumerate(lines):
        if re.match(r"\w+ =", line):
            assert re.match(r"# .*[\u4e00-\u9fff].*[a-z]", lines[at - 1]), f"no meaning in two languages above: {line}"


def test_the_shipped_file_says_what_the_code_takes_without_it(folder: Path) -> None:
    assert good(write(folder, SHIPPED.read_text(encoding="utf-8"))) == good(write(folder, ""))


def test_the_format_is_that_of_configparser(folder: Path) -> None:
    text = "; a\n[kiosk]\n  number = 7  \n\n\thall=%(x)s = # no comment ; here\n[ reader ]\nnames = A = B\n"
    reader = configparser.RawConfigParser()
    reader.read_string(text.replace("[ reader ]", "[reader]").replace("  number", "number").replace("\thall", "hall"))
    settings = good(write(folder, text))
    assert settings.kiosk.number == reader.getint("kiosk", "number")
    assert settings.kiosk.hall == reader.get("kiosk", "hall") == "%(x)s = # no comment ; here"
    assert settings.reader.names == (reader.get("reader", "names"),)


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(folder: Path) -> None:
    path = folder / "kiosk.ini"
    path.write_bytes(b"\xef\xbb\xbf[kiosk]\r\nnumber = 9\r\n")
    assert good(path).kiosk.number == 9


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(folder: Path) -> None:
    path = write(
        folder,
        "number = 3\n[kiosk]\nnumber = 3\nnumber = 4\nnumbr = 5\nNumber = 6\n"
        "[readers]\nnames = x\n[time]\nreveal\nquestion = 900\n",
    )
    assert [(e.line, e.section, e.key) for e in bad(path)] == [
        (1, "", ""),
        (4, "kiosk", "number"),
        (5, "kiosk", "numbr"),
        (6, "kiosk", "Number"),
        (7, "readers", ""),
        (10, "", ""),
        (11, "time", "question"),
    ]
    told = [str(error) for error in bad(path)]
    assert "a [section] before the first key" in told[0]
    assert "line 3 has it already" in told[1]
    assert "did you mean number?" in told[2]
    assert "did you mean number?" in told[3]
    assert "did you mean reader?" in told[4]
    assert "key = value" in told[5]
    assert told[6] == f"{path}:11: [time] question = '900': seconds from 5 to 300"


def test_a_key_that_resembles_nothing_is_told_what_there_is(folder: Path) -> None:
    (error,) = bad(write(folder, "[slot]\nqqq = 1\n"))
    assert error.allowed == "no such key. Known: card"


@pytest.mark.parametrize(
    ("text", "section", "key"),
    [
        ("[central]\nconnect = 9", "central", "total"),
        ("[time]\npage_idle = 200", "time", "page_idle_slow"),
        ("[time]\nquestion_slow = 5", "time", "question_slow"),
        ("[time]\ntake_card_notice = 30", "time", "take_card_notice"),
    ],
)
def test_limits_that_belong_together_are_in_order(folder: Path, text: str, section: str, key: str) -> None:
    (error,) = bad(write(folder, text))
    assert (error.section, error.key) == (section, key)
    assert error.allowed.startswith("not shorter than")


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https://user:pass@host",
        "https://host:99999",
        "https://host?x=1",
        "https://host#x",
        "https://a b",
        "ftp://host",
        "//host",
    ],
)
def test_central_is_https_and_nothing_else(folder: Path, url: str) -> None:
    (error,) = bad(write(folder, f"[central]\nurl = {url}"))
    assert error.key == "url"


def test_absolute_paths_stay_and_relative_ones_belong_to_the_file(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("etc") / "ca.pem"
    elsewhere.write_text("pem", encoding="ascii")
    settings = good(write(folder, f"[central]\nca = {elsewhere}\n"))
    assert settings.central.ca == elsewhere
    assert settings.central.key == folder / "build/demo/tls/kiosk.key"


def test_a_default_whose_file_is_missing_is_told_without_a_line(tmp_path: Path) -> None:
    errors = bad(write(tmp_path, ""))
    assert {(error.key, error.line) for error in errors} == {
        (key, 0) for key in ("ca", "certificate", "key", "list_key")
    }


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_an_error_not_a_crash(folder: Path, content: bytes | None) -> None:
    path = folder / "gone.ini"
    if content is not None:
        path.write_bytes(content)
    (error,) = bad(path)
    assert (error.file, error.line) == (path, 0)
    assert error.allowed in str(error)


def test_variables_of_others_are_left_alone_and_a_mistyped_one_of_ours_is_told(folder: Path) -> None:
    path = write(folder, "")
    assert good(path, {"KIOSK_HOME": "x", "KIOSK_WORLD_SEED": "1", "PATH": "", "reader_share": "x"}) == good(path)
    (error,) = bad(path, {"KIOSK_READER_ALLOW_VIRTAL": "yes"})
    assert "did you mean allow_virtual?" in error.allowed


def test_nobody_is_kept_longer_than_the_loss_list_reaches_back(folder: Path) -> None:
    assert good(write(folder, f"[cache]\ndays = {LOST_CARD_DAYS}\n")).cache.days == LOST_CARD_DAYS
    assert bad(write(folder, f"[cache]\ndays = {LOST_CARD_DAYS + 1}\n"))


def test_a_loss_list_may_be_older_than_one_that_is_fetched_as_it_should_be(folder: Path) -> None:
    """Else recent data would come and go with the hour."""
    (least,) = bad(write(folder, "[cache]\nloss_list_hours = 0\n"))
    hours = int(re.findall(r"from ([0-9]+) to", least.allowed)[0])
    assert hours * 3600 > 1.15 * FETCH_SECONDS + RETRY_SECONDS + REISSUE_SECONDS


def test_orientation_follows_from_the_size(folder: Path) -> None:
    assert good(write(folder, "")).window.orientation is Orientation.PORTRAIT
    assert good(write(folder, "[window]\nsize = 1920x1080")).window.orientation is Orientation.LANDSCAPE


def test_settings_and_profile_cost_no_validation_library_at_start() -> None:
    code = "import sys, kiosk.config, kiosk.region; print(sorted({'pydantic', 'pydantic_core', 'babel'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=SHIPPED.parent)
    assert ran.stdout.strip() == "[]"


def test_every_setting_is_described_with_where_it_comes_from(folder: Path) -> None:
    path = write(folder, "[kiosk]\nnumber = 27\n[staff]\nidle = never\n")
    told = {(one.section, one.key): one for one in described(path, {"KIOSK_STAFF_FOLDER": "elsewhere"})}
    assert set(told) == {(section, key) for section, key, *_ in EVERY_KEY}
    assert (told["kiosk", "number"].value, told["kiosk", "number"].source) == ("27", f"{path}:2")
    assert (told["staff", "folder"].value, told["staff", "folder"].source) == ("elsewhere", "$KIOSK_STAFF_FOLDER")
    assert (told["staff", "idle"].value, told["staff", "idle"].source) == ("never", f"{path}:4"), "a wrong one, too"
    assert (told["central", "total"].value, told["central", "total"].source) == ("8", "default")
    assert changed(tuple(told.values())) == 3
    assert changed(described(SHIPPED, NO_ENVIRONMENT)) == 0, "written as the default is"
