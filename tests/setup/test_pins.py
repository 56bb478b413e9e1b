"""What set-up installs is pinned: one public registry, a hash for every file, and the commands say what they did."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.setup.load import ROOT, script


def test_every_locked_package_comes_from_the_public_registry_with_a_hash() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    packages = [package for package in lock["package"] if package["source"] != {"virtual": "."}]
    assert len(packages) > 50
    for package in packages:
        assert package["source"] == {"registry": "https://pypi.org/simple"}, package["name"]
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files, package["name"]
        for file in files:
            assert file["url"].startswith("https://files.pythonhosted.org/"), file["url"]
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", file["hash"]), file["url"]


def test_what_has_to_be_compiled_is_built_with_locked_packages_only() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    on_linux = re.compile(r"-(any|manylinux\w*_x86_64(\.\w+)*)\.whl$")
    source_only = {
        package["name"]
        for package in lock["package"]
        if package["source"] != {"virtual": "."}
        and not any(on_linux.search(wheel["url"]) for wheel in package.get("wheels", []))
    }
    assert source_only == set(project["tool"]["uv"]["no-build-isolation-package"])


def test_the_python_versions_of_set_up_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    setup = script("setup")
    oldest, too_new = (".".join(map(str, version)) for version in (setup.OLDEST, setup.TOO_NEW))
    assert project["project"]["requires-python"] == f">={oldest},<{too_new}"


def test_uv_itself_is_pinned_with_hashes() -> None:
    lines = (ROOT / ".ci" / "uv.txt").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert len(pins) == 1
    assert re.match(r"uv==[0-9.]+ +--hash=sha256:[0-9a-f]{64}", pins[0])


@pytest.mark.parametrize(
    ("check", "test", "code"), [(0, 0, 0), (3, 0, 3), (0, 4, 4), (3, 4, 3)], ids=["good", "check", "test", "both"]
)
def test_ci_runs_both_and_leaves_with_the_first_failure(tmp_path: Path, check: int, test: int, code: int) -> None:
    (tmp_path / ".ci").mkdir()
    run = tmp_path / ".ci" / "run"
    run.write_bytes((ROOT / ".ci" / "run").read_bytes())
    run.chmod(0o755)
    make = tmp_path / "make"
    closing = "===== 12 passed, 1 skipped in 65.43s (0:01:05) ====="
    make.write_text(
        "#!/bin/sh\necho make $1\n"
        f'[ "$1" = check ] && exit {check}\n'
        f'printf "%s\\nmake: later noise\\n" "{closing}"\nexit {test}\n',
        encoding="utf-8",
    )
    make.chmod(0o755)
    answer = subprocess.run(
        [str(run)],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert answer.returncode == code
    lines = answer.stdout.splitlines()
    assert lines[:2] == ["make check", "make test"]
    assert lines[-1] == closing
    assert ("make check failed with 3" in lines) == (check == 3)
    assert ("make test failed with 4" in lines) == (test == 4)
