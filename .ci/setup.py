#!/usr/bin/env python3
"""Sets up what a make target needs and is missing: Debian packages, the virtual environment, message catalogues.

    python3 .ci/setup.py check|run|demo|test|bench

Needs git, make and Python's own library, nothing else. What is there already is left alone and takes a fraction of a
second to see; what cannot be set up is named, with how to get it, and the exit code is 1.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, TOO_NEW = (3, 11), (3, 14)
"""Versions of Python that uv.lock was made for, as `requires-python` in pyproject.toml."""

SKIP_PACKAGES = "KIOSK_SETUP_SKIP_PACKAGES"
"""Set to 1 where the Debian packages are somebody else's business, or on another system."""


@dataclass(frozen=True)
class Profile:
    """What one make target needs: parts of debian-packages.txt, and how much of uv.lock."""

    parts: tuple[str, ...]
    everything: bool


PROFILES = {
    "run": Profile(("build", "kiosk"), everything=False),
    "check": Profile(("build",), everything=True),
    "demo": Profile(("build", "kiosk", "sandbox"), everything=True),
    "test": Profile(("build", "kiosk", "sandbox", "test"), everything=True),
    "bench": Profile(("build", "kiosk", "sandbox", "test", "bench"), everything=True),
}


class CannotGoOn(Exception):
    """Set-up needs something it cannot get. Says what, why, and how to get it."""

    def __init__(self, what: str, why: str, remedy: Sequence[str]) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedy = tuple(remedy)

    def text(self, target: str) -> str:
        lines = [
            f"set-up cannot go on: {self.what}",
            f"  why: {self.why}",
            "  how to get it:",
            *(f"    {line}" for line in self.remedy),
            f"  then again: make {target}",
        ]
        return "\n".join(lines) + "\n"


def say(text: str) -> None:
    sys.stdout.write(f"set-up: {text}\n")
    sys.stdout.flush()


# Debian packages


def packages_of(text: str, parts: Sequence[str]) -> list[str]:
    """The names under the given [part] headings of debian-packages.txt, in its order."""
    found: list[str] = []
    part = ""
    for line in text.splitlines():
        word = line.partition("#")[0].strip()
        if word.startswith("["):
            part = word.strip("[]")
        elif word and part in parts:
            found.append(word)
    return found


def missing_packages(wanted: Sequence[str]) -> list[str]:
    """Those of `wanted` that dpkg does not have fully installed."""
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\\n", *wanted],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    installed = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in installed]


def as_root() -> list[str] | None:
    """What to put before a command to run it as root; None when there is no way without asking where nobody is."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if sys.stdin.isatty() or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo"]
    return None


def debian_packages(profile: Profile) -> bool:
    """Installs what is missing; True when something was."""
    wanted = packages_of((ROOT / ".ci" / "debian-packages.txt").read_text(encoding="utf-8"), profile.parts)
    if os.environ.get(SKIP_PACKAGES) == "1":
        return False
    if shutil.which("dpkg-query") is None:
        raise CannotGoOn(
            "this is not a Debian system",
            "the packages below are known by their Debian 12 names only",
            [
                "install what your system calls these:",
                "  " + " ".join(wanted),
                f"and set {SKIP_PACKAGES}=1",
            ],
        )
    missing = missing_packages(wanted)
    if not missing:
        return False
    names = " ".join(missing)
    by_hand = ["as root:", "  apt-get update", f"  apt-get install --no-install-recommends {names}"]
    root = as_root()
    if root is None:
        raise CannotGoOn(
            f"these Debian packages are missing: {names}",
            "only root may install them; this is not root, and sudo is not here or asks for a password",
            by_hand,
        )
    say(f"Debian packages: {names}")
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    # A list that cannot be fetched matters only if a package then cannot be had.
    subprocess.run([*apt, "update"], stdin=subprocess.DEVNULL, check=False)
    installed = subprocess.run(
        [*apt, "install", "--yes", "--no-install-recommends", *missing], stdin=subprocess.DEVNULL, check=False
    )
    if installed.returncode != 0:
        raise CannotGoOn(
            f"these Debian packages could not be installed: {names}",
            "apt-get failed, its own words stand above; most often there is no network or no mirror",
            ["see that the mirrors in /etc/apt/sources.list* answer (a proxy: /etc/apt/apt.conf.d), then", *by_hand],
        )
    return True


# The virtual environment


def digest(*files: Path) -> str:
    """One hash over the content of files."""
    total = hashlib.sha256()
    for file in files:
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def read(path: Path) -> str:
    """A stamp's text; empty when there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def interpreter() -> str:
    """A Python of the right version: Debian's own if it fits, else the first on the path."""
    for name in ("/usr/bin/python3", "python3", "python3.13", "python3.12", "python3.11"):
        path = shutil.which(name)
        if path is None:
            continue
        answer = subprocess.run(
            [path, "-c", "import sys; print(*sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        if answer.returncode == 0 and OLDEST <= tuple(map(int, answer.stdout.split())) < TOO_NEW:
            return path
    raise CannotGoOn(
        f"no Python from {OLDEST[0]}.{OLDEST[1]} up to below {TOO_NEW[0]}.{TOO_NEW[1]} is here",
        "the locked packages were made for these versions",
        ["Debian 12 and 13 have one: apt-get install python3", "elsewhere, put one on the path"],
    )


def clean_environment() -> dict[str, str]:
    """The environment without settings that would make uv take packages from elsewhere or fetch a Python."""
    dropped = ("UV_INDEX", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_PROJECT", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"}


ONLINE = [
    "the registry https://pypi.org and https://files.pythonhosted.org must be reachable;",
    "  through a proxy: set HTTPS_PROXY; with an authority of your own: set SSL_CERT_FILE and PIP_CERT",
]


def uv() -> bool:
    """The pinned uv in build/uv; True when it was installed."""
    pins = ROOT / ".ci" / "uv.txt"
    folder = ROOT / "build" / "uv"
    stamp = folder / "stamp"
    if read(stamp) == digest(pins) and os.access(folder / "bin" / "uv", os.X_OK):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    say("uv, to install the locked packages")
    made = subprocess.run([interpreter(), "-m", "venv", str(folder)], check=False)
    if made.returncode != 0:
        raise CannotGoOn(
            "Python's venv module does not work", "its own words stand above", ["apt-get install python3-venv"]
        )
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    fetched = subprocess.run(
        [*pip, "--quiet", "--require-hashes", "--only-binary=:all:", "--requirement", str(pins)],
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if fetched.returncode != 0:
        raise CannotGoOn("uv could not be installed", "pip failed, its own words stand above", ONLINE)
    stamp.write_text(digest(pins), encoding="utf-8")
    return True


def environment(profile: Profile) -> bool:
    """The virtual environment exactly as uv.lock says, hashes checked; True when something was changed."""
    python = ROOT / ".venv" / "bin" / "python"
    stamp = ROOT / ".venv" / "setup-stamp"
    locked = digest(ROOT / "uv.lock")
    good = {f"everything {locked}"} | (set() if profile.everything else {f"kiosk {locked}"})
    # The link is followed: after an upgrade of the system its Python may be gone.
    if read(stamp) in good and python.exists():
        return False
    stamp.unlink(missing_ok=True)
    if (ROOT / ".venv").is_dir() and not python.exists():
        shutil.rmtree(ROOT / ".venv")
    say("virtual environment from uv.lock")
    chosen = (
        ["--extra", "sandbox"]
        if profile.everything
        else ["--no-default-groups", "--group", "build", "--group", "catalogues"]
    )
    synced = subprocess.run(
        [
            str(ROOT / "build" / "uv" / "bin" / "uv"),
            # Compiled now: who runs the kiosk may not be allowed to write there, and would compile at every start.
            *("sync", "--locked", "--quiet", "--compile-bytecode", "--python", interpreter()),
            *chosen,
        ],
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if synced.returncode != 0:
        raise CannotGoOn("the packages of uv.lock could not be installed", "uv's own words stand above", ONLINE)
    stamp.write_text(f"{'everything' if profile.everything else 'kiosk'} {locked}", encoding="utf-8")
    return True


def catalogues() -> bool:
    """Compiles the message catalogues that are newer than their compiled form; True when one was."""
    compiled = subprocess.run(
        [str(ROOT / ".venv" / "bin" / "python"), str(ROOT / ".ci" / "catalogues.py")],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if compiled.returncode != 0:
        raise CannotGoOn(
            "the message catalogues could not be compiled",
            "a .po file of assets/locale is malformed, see above",
            ["correct the line that is named"],
        )
    if compiled.stdout:
        say(f"message catalogues: {' '.join(compiled.stdout.split())}")
    return bool(compiled.stdout)


@contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time in one tree: two `make` started together would build one environment twice."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PROFILES:
        sys.stderr.write(f"usage: setup.py {'|'.join(PROFILES)}\n")
        return 2
    target = arguments[0]
    profile = PROFILES[target]
    began = time.monotonic()
    try:
        with alone():
            done = [debian_packages(profile), uv(), environment(profile), catalogues()]
    except CannotGoOn as stop:
        sys.stderr.write(stop.text(target))
        return 1
    if any(done):
        say(f"ready after {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
