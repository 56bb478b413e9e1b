"""Catalogues: gaps, plurals, emphasis, and what happens when something is missing."""

import logging
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from kiosk.ui.text import Language, Run, Words, WordsBug, languages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two small languages of the test's own."""
    for code, name, count in (("zh_CN", "中文", ("{count} 次",)), ("en", "English", ("{count} try", "{count} tries"))):
        catalogue = Catalog(locale=code)
        catalogue.add("language.name", name)
        catalogue.add("greet", "<b>{name}</b>, {what} please")
        catalogue.add(("tries", "tries"), count)
        target = tmp_path / code / "LC_MESSAGES" / "kiosk.mo"
        target.parent.mkdir(parents=True)
        with target.open("wb") as file:
            write_mo(file, catalogue)
    return tmp_path


def test_gaps_are_filled_and_emphasis_is_dropped_from_plain_text(folder: Path) -> None:
    words = Words.load(folder, "en", strict=True)
    assert words.t("greet", name="A", what="sit") == "A, sit please"


def test_runs_keep_the_emphasis_of_the_catalogue(folder: Path) -> None:
    words = Words.load(folder, "en", strict=True)
    assert words.runs("greet", name="A", what="sit") == (Run("A", True), Run(", sit please", False))


@pytest.mark.parametrize("value", ["{what}", "<b>x</b>", "</b>", "{", "[b]", "%s", "\\"])
def test_a_value_in_a_gap_is_never_interpreted(folder: Path, value: str) -> None:
    words = Words.load(folder, "en", strict=True)
    assert words.t("greet", name=value, what="sit") == f"{value}, sit please"
    assert words.runs("greet", name=value, what="sit")[0] == Run(value, True)


@pytest.mark.parametrize(("count", "text"), [(0, "0 tries"), (1, "1 try"), (2, "2 tries")])
def test_english_has_one_and_other(folder: Path, count: int, text: str) -> None:
    assert Words.load(folder, "en", strict=True).n("tries", count) == text


@pytest.mark.parametrize("count", [0, 1, 2])
def test_chinese_has_one_form(folder: Path, count: int) -> None:
    assert Words.load(folder, "zh_CN", strict=True).n("tries", count) == f"{count} 次"
    assert Words.load(folder, "zh_CN", strict=True).n_runs("tries", count) == (Run(f"{count} 次", False),)


def test_more_gaps_than_the_language_uses_are_fine(folder: Path) -> None:
    assert Words.load(folder, "en", strict=True).t("language.name", unused="x") == "English"


def test_a_missing_key_or_gap_raises_in_tests(folder: Path) -> None:
    words = Words.load(folder, "en", strict=True)
    with pytest.raises(WordsBug, match=r"home\.title"):
        words.t("home.title")
    with pytest.raises(WordsBug, match=r"home\.title"):
        words.n("home.title", 2)
    with pytest.raises(WordsBug, match="gap what of greet"):
        words.t("greet", name="A")


def test_in_the_hall_something_missing_is_logged_once_and_never_blank(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = Words.load(folder, "en")
    with caplog.at_level(logging.ERROR):
        assert words.t("home.title") == "home.title"
        assert words.t("home.title") == "home.title"
        assert words.n("home.tries", 2) == "home.tries"
        assert words.t("greet", name="试明") == "试明, {what} please"
    assert [record.getMessage() for record in caplog.records] == [
        "words: no text home.title (en)",
        "words: no plural text home.tries (en)",
        "words: gap what of greet not filled (en)",
    ]


def test_has_tells_whether_a_code_from_outside_has_words(folder: Path) -> None:
    words = Words.load(folder, "en", strict=True)
    assert words.has("greet")
    assert not words.has("insurance.999.name")


def test_a_language_is_a_folder(folder: Path) -> None:
    assert languages(folder) == (Language("zh_CN", "中文"), Language("en", "English"))
    assert languages(folder, first="en") == (Language("en", "English"), Language("zh_CN", "中文"))
    (folder / "ug").mkdir()  # nothing compiled in it yet
    assert [language.code for language in languages(folder)] == ["zh_CN", "en"]


def test_a_catalogue_that_was_not_compiled_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="zh_CN"):
        Words.load(tmp_path, "zh_CN")
