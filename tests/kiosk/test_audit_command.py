"""`kiosk audit`: what a technician is told of the chain, also beside a running kiosk."""

import json
from pathlib import Path

import pytest

from kiosk import kept
from kiosk.cli import main
from kiosk.run import load
from kiosk.sandbox import pki
from kiosk.store.audit import head_header
from kiosk.store.auditfile import FILE, AuditFile


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    made = pki.ensure(tmp_path / "tls")
    device = made.device("kiosk-01")
    path = tmp_path / "kiosk.ini"
    path.write_text(
        "[central]\n"
        f"ca = {made.authority}\ncertificate = {device.certificate}\nkey = {device.key}\n"
        f"list_key = {made.list_signer.public}\n"
        "[cache]\nkey = own.key\n[audit]\nfolder = chain\n",
        "utf-8",
    )
    return path


@pytest.fixture
def chain(ini: Path) -> AuditFile:
    settings = load(ini).settings
    opened = kept.audit_of(settings, kept.DeviceKeyFile(settings)).opened()
    assert opened is not None
    opened.append([{"kind": "overview", "outcome": "asked"}] * 9)
    return opened


def test_a_sound_chain_is_said_to_be_sound_and_whether_its_macs_were_checked(
    ini: Path, chain: AuditFile, capsys: pytest.CaptureFixture[str]
) -> None:
    key = chain.escrow()
    assert key is not None
    (ini.parent / "k0").write_text(key.hex() + "\n", "ascii")
    assert main(["audit", "verify", "--config", str(ini)]) == 0
    assert "all MACs checked" in capsys.readouterr().out
    chain.escrowed()
    assert main(["audit", "verify", "--config", str(ini)]) == 0
    assert "no MAC checked" in capsys.readouterr().out
    assert main(["audit", "verify", "--config", str(ini), "--key", str(ini.parent / "k0")]) == 0
    assert "sound: lines 1 to 10, all MACs checked" in capsys.readouterr().out


def test_what_is_wrong_is_named_and_the_exit_code_says_so(
    ini: Path, chain: AuditFile, capsys: pytest.CaptureFixture[str]
) -> None:
    chain.close_file()
    older = (ini.parent / "chain" / FILE).read_bytes()
    head = head_header(chain.append([{"kind": "overview"}] * 2))
    chain.close_file()
    (ini.parent / "chain" / FILE).write_bytes(older)
    assert main(["audit", "verify", "--config", str(ini), "--head", head]) == 1
    assert capsys.readouterr().out == "missing: lines 11 to 12\n"


def test_the_export_is_a_line_of_json_for_each_line_and_the_head_before(
    ini: Path, chain: AuditFile, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "export", "--config", str(ini)]) == 0
    first, *lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (first["chain"], first["length"]) == (chain.head().chain, 10)
    assert [(line["number"], line["text"], bytes.fromhex(line["mac"])) for line in lines] == chain.after(0, 100)


@pytest.mark.parametrize("option", [("--head", "7;ab"), ("--key", "nowhere"), ("--key", "short")])
def test_what_is_no_key_and_no_head_is_wrong_use(
    ini: Path, chain: AuditFile, capsys: pytest.CaptureFixture[str], option: tuple[str, str]
) -> None:
    assert chain.head().length
    (ini.parent / "short").write_text("ab", "ascii")
    name, value = option
    given = value if name == "--head" else str(ini.parent / value)
    assert main(["audit", "verify", "--config", str(ini), name, given]) == 2
    assert capsys.readouterr().err


def test_a_kiosk_that_never_ran_has_no_chain_and_none_is_made(ini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = load(ini).settings
    assert kept.DeviceKeyFile(settings).get() is not None
    assert main(["audit", "verify", "--config", str(ini)]) == 1
    assert "nothing is written yet" in capsys.readouterr().err
    assert not (ini.parent / "chain").exists()


def test_a_damaged_chain_is_set_aside_by_word_and_a_sound_one_never(
    ini: Path, chain: AuditFile, capsys: pytest.CaptureFixture[str]
) -> None:
    file = ini.parent / "chain" / FILE
    chain.close_file()
    assert main(["audit", "renew", "--config", str(ini)]) == 1
    assert "nothing was done: 10 lines" in capsys.readouterr().err
    file.write_bytes(b"x" * 8192)
    assert main(["audit", "renew", "--config", str(ini)]) == 0
    assert not file.exists()
    assert file.with_name(f"{FILE}.aside").read_bytes() == b"x" * 8192
    assert chain.head().length == 1
    chain.close_file()
