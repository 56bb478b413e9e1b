"""Set-up: what it asks for, that it leaves alone what is there, and what it says when it cannot go on."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup.load import ROOT, script

setup = script("setup")
NOBODY = 65534


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree with the scripts of set-up, a locked project without dependencies and one message catalogue."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".ci" / "debian-packages.txt").write_text("[build]\ndpkg\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "small"\nversion = "1"\nrequires-python = ">=3.11"\n'
        "[project.optional-dependencies]\nsandbox = []\n"
        "[dependency-groups]\nbuild = []\ncatalogues = []\ndev = []\n"
        "[tool.uv]\npackage = false\n",
        encoding="utf-8",
    )
    return tmp_path


def in_tree(tree: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(tree / ".ci" / "setup.py"), *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


# Debian packages


def test_a_part_of_the_list_is_read_without_comments() -> None:
    text = "# head\n[a]\n# why\none\ntwo  # also why\n\n[b]\nthree\n"
    assert setup.packages_of(text, ["a"]) == ["one", "two"]
    assert setup.packages_of(text, ["b", "a"]) == ["one", "two", "three"]
    assert setup.packages_of(text, []) == []


def test_every_part_of_the_list_is_used_by_a_target() -> None:
    text = (ROOT / ".ci" / "debian-packages.txt").read_text(encoding="utf-8")
    parts = {line.strip("[]") for line in text.splitlines() if line.startswith("[")}
    assert parts == {part for profile in setup.PROFILES.values() for part in profile.parts}
    everything = setup.packages_of(text, sorted(parts))
    assert len(everything) == len(set(everything))


def test_a_kiosk_is_never_given_the_simulated_reader() -> None:
    text = (ROOT / ".ci" / "debian-packages.txt").read_text(encoding="utf-8")
    names = setup.packages_of(text, setup.PROFILES["run"].parts)
    assert "pcscd" in names
    assert "vsmartcard-vpcd" not in names
    assert "vsmartcard-vpcd" in setup.packages_of(text, setup.PROFILES["demo"].parts)


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="not a Debian system")
def test_dpkg_says_what_is_missing() -> None:
    assert setup.missing_packages(["dpkg", "no-such-package-here", "libc6"]) == ["no-such-package-here"]


def test_without_root_and_sudo_the_missing_packages_are_named_with_the_command(tree: Path) -> None:
    (tree / ".ci" / "debian-packages.txt").write_text("[build]\ndpkg\nno-such-package-here\n", encoding="utf-8")
    tools = tree / "tools"
    tools.mkdir()
    for name in ("dpkg-query",):
        found = shutil.which(name)
        if found is None:
            pytest.skip("not a Debian system")
        (tools / name).symlink_to(found)
    # Where the tests are root's, set-up is run as nobody, from a place that nobody may read and write.
    become: Callable[[], None] | None = None
    if os.geteuid() == 0:
        (tree / "build").mkdir()
        os.chown(tree / "build", NOBODY, NOBODY)
        for folder in (tree, *tree.parents):
            if folder.stat().st_uid == 0 and folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o055)

        def become() -> None:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    answer = subprocess.run(
        ["/usr/bin/python3", str(tree / ".ci" / "setup.py"), "check"],
        env={"PATH": str(tools)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=become,
        timeout=60,
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "Debian packages are missing: no-such-package-here" in answer.stderr
    assert "apt-get install --no-install-recommends no-such-package-here" in answer.stderr
    assert "then again: make check" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("apt-get") is None, reason="apt-get is root's")
def test_a_package_that_cannot_be_fetched_is_named_and_nothing_is_traced_back(tree: Path) -> None:
    (tree / ".ci" / "debian-packages.txt").write_text("[build]\nno-such-package-here\n", encoding="utf-8")
    (tree / "sources.list").write_text("deb http://127.0.0.1:9/debian bookworm main\n", encoding="utf-8")
    (tree / "state" / "lists" / "partial").mkdir(parents=True)
    (tree / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "{tree}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n'
        f'Dir::State::lists "{tree}/state/lists";\nAcquire::Retries "0";\n',
        encoding="utf-8",
    )
    answer = in_tree(tree, "check", APT_CONFIG=str(tree / "apt.conf"))
    assert answer.returncode == 1
    assert "could not be installed: no-such-package-here" in answer.stderr
    assert "network" in answer.stderr
    assert "apt-get update" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_where_there_is_no_dpkg_it_says_so_and_how_to_go_on(tree: Path) -> None:
    answer = in_tree(tree, "check", PATH="/nowhere")
    assert answer.returncode == 1
    assert "not a Debian system" in answer.stderr
    assert setup.SKIP_PACKAGES in answer.stderr


def test_an_unknown_target_is_refused(tree: Path) -> None:
    assert in_tree(tree, "bake").returncode == 2
    assert in_tree(tree).returncode == 2


# The tool and the environment


def test_the_tool_is_fetched_with_a_hash_and_no_network_is_said_plainly(tree: Path) -> None:
    answer = in_tree(
        tree,
        "check",
        PIP_CONFIG_FILE="/dev/null",
        PIP_INDEX_URL="https://127.0.0.1:9/simple",
        PIP_NO_INDEX="",
        PIP_FIND_LINKS="",
        PIP_RETRIES="0",
        PIP_NO_CACHE_DIR="1",
    )
    assert answer.returncode == 1
    assert "uv could not be installed" in answer.stderr
    assert "https://pypi.org" in answer.stderr
    assert "HTTPS_PROXY" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tree / "build" / "uv" / "stamp").exists()


@pytest.fixture
def with_uv(tree: Path) -> Path:
    """The tree, with the pinned uv that this repository's own set-up installed, and its project locked."""
    uv = ROOT / "build" / "uv"
    if setup.read(uv / "stamp") != setup.digest(ROOT / ".ci" / "uv.txt"):
        pytest.skip("uv is not set up here: run make test")
    (tree / "build").mkdir()
    (tree / "build" / "uv").symlink_to(uv)
    command = [str(uv / "bin" / "uv"), "lock", "--offline", "--no-config", "--quiet", "--python", sys.executable]
    subprocess.run(command, cwd=tree, check=True, timeout=60)
    return tree


def test_a_second_run_does_nothing_and_says_nothing(with_uv: Path) -> None:
    first = in_tree(with_uv, "check", UV_OFFLINE="1", UV_INDEX_URL="http://127.0.0.1:9/elsewhere")
    assert first.returncode == 0, first.stderr
    assert "virtual environment" in first.stdout
    assert "ready" in first.stdout
    stamp = with_uv / ".venv" / "setup-stamp"
    before = stamp.stat().st_mtime_ns
    second = in_tree(with_uv, "check", UV_OFFLINE="1")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert stamp.stat().st_mtime_ns == before


def test_the_environment_is_made_again_when_its_python_is_gone_or_the_lock_changed(with_uv: Path) -> None:
    assert in_tree(with_uv, "check", UV_OFFLINE="1").returncode == 0
    python = with_uv / ".venv" / "bin" / "python"
    python.unlink()
    assert "virtual environment" in in_tree(with_uv, "check", UV_OFFLINE="1").stdout
    assert python.exists()
    with (with_uv / "uv.lock").open("a", encoding="utf-8") as lock:
        lock.write("# later\n")
    assert "virtual environment" in in_tree(with_uv, "check", UV_OFFLINE="1").stdout


def test_the_kiosk_alone_needs_less_and_takes_an_environment_that_has_more(with_uv: Path) -> None:
    (with_uv / ".ci" / "debian-packages.txt").write_text("[build]\ndpkg\n", encoding="utf-8")
    assert "virtual environment" in in_tree(with_uv, "run", UV_OFFLINE="1").stdout
    assert setup.read(with_uv / ".venv" / "setup-stamp").startswith("kiosk ")
    assert "virtual environment" in in_tree(with_uv, "test", UV_OFFLINE="1").stdout
    assert in_tree(with_uv, "run", UV_OFFLINE="1").stdout == ""


def test_a_lock_that_does_not_fit_the_project_is_not_installed(with_uv: Path) -> None:
    text = (with_uv / "pyproject.toml").read_text(encoding="utf-8")
    (with_uv / "pyproject.toml").write_text(text.replace("dev = []", 'dev = ["six"]'), encoding="utf-8")
    answer = in_tree(with_uv, "check", UV_OFFLINE="1")
    assert answer.returncode == 1
    assert "uv.lock could not be installed" in answer.stderr
    assert not (with_uv / ".venv" / "setup-stamp").exists()


def test_a_malformed_catalogue_stops_set_up_with_its_line(with_uv: Path) -> None:
    python = with_uv / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")  # one that has Babel
    python.chmod(0o755)
    locked = setup.digest(with_uv / "uv.lock")
    (with_uv / ".venv" / "setup-stamp").write_text(f"everything {locked}", encoding="utf-8")
    source = with_uv / "assets" / "locale" / "en" / "LC_MESSAGES" / "kiosk.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "a.b"\nnonsense\n', encoding="utf-8")
    answer = in_tree(with_uv, "check")
    assert answer.returncode == 1
    assert "catalogues could not be compiled" in answer.stderr
    source.write_text('msgid "a.b"\nmsgstr "closed"\n', encoding="utf-8")
    answer = in_tree(with_uv, "check")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert source.with_suffix(".mo").exists()
    assert in_tree(with_uv, "check").stdout == ""
