"""The texts of the failure catalogue: none is blank, none says the same of two codes; the manual page is what they say now."""

import importlib.util
import re
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from types import ModuleType

import pytest

from kiosk.visit.catalogue import CATALOGUE, PARTS

ROOT = Path(__file__).resolve().parents[2]


def _manual() -> ModuleType:
    spec = importlib.util.spec_from_file_location("manual", ROOT / ".ci" / "manual.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


manual = _manual()
LANGUAGES = manual.languages()
TEXTS = {language: manual.texts(language) for language in LANGUAGES}


def test_both_languages_are_there() -> None:
    assert {"en", "zh_CN"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_a_code_is_blank(language: str) -> None:
    words = TEXTS[language]
    keys = [f"{entry.key}.{part}" for entry in CATALOGUE.values() for part in PARTS]
    assert [key for key in keys if not words.get(key, "").strip()] == []


@pytest.mark.parametrize("part", ["lead", "staff", "technician"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_codes_share_what_is_the_matter_or_what_staff_do(language: str, part: str) -> None:
    """Title and advice are what a resident does: the same of three readers that are away. All else tells the codes apart."""
    said: dict[str, list[str]] = defaultdict(list)
    for entry in CATALOGUE.values():
        said[TEXTS[language][f"{entry.key}.{part}"]].append(entry.code)
    assert [codes for codes in said.values() if len(codes) > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_resident_clerk_and_technician_are_told_different_things(language: str) -> None:
    words = TEXTS[language]
    for entry in CATALOGUE.values():
        for one, other in combinations(PARTS, 2):
            assert words[f"{entry.key}.{one}"] != words[f"{entry.key}.{other}"], entry.code


@pytest.mark.parametrize("language", LANGUAGES)
def test_residents_and_clerks_are_not_told_commands_and_settings(language: str) -> None:
    """What is typed into a shell or written into kiosk.ini is the technician's."""
    inside = re.compile(r"systemctl|kiosk\.ini|python -m|df -h|\[[a-z]+\]")
    asked = [f"{entry.key}.{part}" for entry in CATALOGUE.values() for part in PARTS if part != "technician"]
    assert [key for key in asked if inside.search(TEXTS[language][key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_page_is_what_the_catalogue_says_now(language: str) -> None:
    """Made again by .venv/bin/python .ci/manual.py"""
    assert manual.file_of(language).read_text("utf-8") == manual.page(TEXTS[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_page_has_each_code_once_and_no_gap_is_left(language: str) -> None:
    page = manual.page(TEXTS[language])
    assert sorted(re.findall(r"(?m)^### (\S+)$", page)) == sorted(CATALOGUE)
    assert not re.search(r"[{}]", page)
