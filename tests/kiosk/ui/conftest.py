from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kiosk.ui.text import Words

LOCALE = Path(__file__).resolve().parents[3] / "assets" / "locale"


@pytest.fixture(scope="session")
def locale_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped catalogues, compiled from their sources: no test depends on `make` having run."""
    folder = tmp_path_factory.mktemp("locale")
    for source in LOCALE.glob("*/LC_MESSAGES/kiosk.po"):
        target = folder / source.relative_to(LOCALE).with_suffix(".mo")
        target.parent.mkdir(parents=True)
        with source.open("rb") as po, target.open("wb") as mo:
            write_mo(mo, read_po(po))
    return folder


@pytest.fixture(scope="session")
def zh(locale_folder: Path) -> Words:
    return Words.load(locale_folder, "zh_CN", strict=True)


@pytest.fixture(scope="session")
def en(locale_folder: Path) -> Words:
    return Words.load(locale_folder, "en", strict=True)
