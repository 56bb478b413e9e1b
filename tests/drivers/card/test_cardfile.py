"""The demo's cards are what they say they are, and a card file that says something wrong is named."""

import re
from datetime import date
from pathlib import Path

import pytest

from drivers.card.cardfile import CardFile, CardFileError, Kind, load_card, load_cards, load_keys
from drivers.card.layout import Algorithm, number_check_ok

CARD = """
id = "x"
zh = "卡"
en = "card"
[chip]
atr = "3B6D000000814A44468660370100A1B2C3"
[issuer]
identification = "370100D15600000500000001A1B2C3D4"
version = "2.00"
initialising_org = "915600000237010037010001"
number = "A12345674"
[holder]
ssn = "370101199001011235"
name = "测试甲"
"""


@pytest.fixture(scope="module")
def cards() -> dict[str, CardFile]:
    return load_cards()


def valid_id(number: str) -> bool:
    """GB 11643."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(char) * weight for char, weight in zip(number, weights, strict=False))
    return number[17] == "10X98765432"[total % 11]


def test_there_is_a_card_for_every_case_the_issue_names(cards: dict[str, CardFile]) -> None:
    assert len(cards) >= 20
    files = list(cards.values())
    assert {file.issuer.version[:3] for file in files if file.issuer} == {"1.0", "2.0", "3.0"}
    assert {file.chip.algorithm for file in files} >= {Algorithm.DES, Algorithm.SM4}
    assert {file.kind for file in files} == set(Kind)
    third = [file for file in files if file.issuer and file.issuer.version == "3.00"]
    assert {file.quirks.holder_closed for file in third} == {True, False}
    assert any(file.pin.tries_left == 1 for file in files)
    assert any(file.pin.tries_left == 0 for file in files)
    assert {file.central.status for file in files if file.central} >= {
        "normal",
        "not_activated",
        "lost",
        "expired",
        "other_place",
    }
    assert {file.person.life for file in files if file.person} >= {"minor", "retiree", "employee", "resident"}
    assert any(file.holder and len(file.holder.name) > 15 for file in files)
    assert any(file.holder and any(len(char.encode("gb18030")) == 4 for char in file.holder.name) for file in files)


def test_nobody_and_no_card_stands_twice(cards: dict[str, CardFile]) -> None:
    for field in ("identification", "number"):
        values = [getattr(file.issuer, field) for file in cards.values() if file.issuer]
        assert len(values) == len(set(values)), field
    people = [file.holder.ssn for file in cards.values() if file.holder]
    assert len(people) == len(set(people))


def test_the_twins_have_one_name_and_one_atr_but_are_two_people(cards: dict[str, CardFile]) -> None:
    first, second = cards["jinan-twin-a"], cards["jinan-twin-b"]
    assert first.chip.atr == second.chip.atr
    assert first.holder and second.holder and first.issuer and second.issuer  # noqa: PT018
    assert first.holder.name == second.holder.name
    assert first.holder.ssn != second.holder.ssn
    assert first.issuer.identification != second.issuer.identification


def test_every_number_is_valid_and_every_person_synthetic(cards: dict[str, CardFile]) -> None:
    for file in cards.values():
        if file.kind is not Kind.SOCIAL_SECURITY:
            continue
        assert file.issuer and file.holder  # noqa: PT018
        assert number_check_ok(file.issuer.number), file.id
        assert re.fullmatch(r"\d{17}[\dX]", file.holder.ssn)
        assert valid_id(file.holder.ssn), file.id
        assert "试" in file.holder.name, "a name that says it is made up"
        assert file.chip.atr[-6:-4] == bytes.fromhex(file.key_area[:4]), "the area in the historical bytes"
        if file.holder.born:
            assert file.holder.ssn[6:14] == file.holder.born.strftime("%Y%m%d")


def test_the_expired_card_is_expired_and_the_others_are_not(cards: dict[str, CardFile]) -> None:
    for file in cards.values():
        if file.issuer and file.issuer.expires:
            assert (file.issuer.expires < date(2026, 1, 1)) is (file.id == "jinan-expired")


def test_a_card_file_is_named_after_its_card() -> None:
    for path in (Path(__file__).parents[3] / "assets" / "cards").glob("*.toml"):
        if path.name != "keys.toml":
            assert load_card(path).id == path.stem


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('colour = "red"', "colour"),
        ("[pin]\nvalue = 123456", "pin.value"),
        ('[pin]\nvalue = "123"', "pin.value"),
        ("[quirks]\nwhole_files = false", "quirks.whole_files"),
        ('[[faults]]\naction = "explode"\nindex = 1', "faults.0.action"),
        ('[[faults]]\naction = "mute"', "faults.0"),
        ("[chip", "x.toml"),
        ('[central]\nstatus = "fine"', "central.status"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(tmp_path: Path, line: str, place: str) -> None:
    path = tmp_path / "x.toml"
    top, _, rest = CARD.partition("[chip]")
    path.write_text(f"{line}\n{CARD}" if "[" not in line else f"{top}[chip]{rest}\n{line}\n", "utf-8")
    with pytest.raises(CardFileError, match=re.escape(place)) as caught:
        load_card(path)
    assert "x.toml" in str(caught.value)
    assert "测试" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"), [("测试甲", "试" * 26), ("[holder]", "[holder]\nethnicity = 'xx'"), ("[issuer]", "[issuers]")]
)
def test_what_does_not_fit_on_a_card_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(CARD.replace(old, new), "utf-8")
    with pytest.raises(CardFileError):
        load_card(path)


def test_one_id_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("x.toml", "y.toml"):
        (tmp_path / name).write_text(CARD, "utf-8")
    with pytest.raises(CardFileError, match="stands in two files"):
        load_cards(tmp_path)


def test_keys_and_pins_are_in_no_representation() -> None:
    keys = load_keys()
    assert keys.DES.hex() not in repr(keys).lower()
    assert keys.of(Algorithm.SSF33) is None
    file = load_cards()["jinan-2-0"]
    assert "123456" not in repr(file.pin)
    assert file.holder is not None
    assert file.holder.name not in repr(file)
