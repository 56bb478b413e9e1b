"""Region profiles: what the two cities say, and that a mistake is named with file, key, value and what is allowed."""

import tomllib
from pathlib import Path

import pytest

from kiosk.help import AuthorisationKind, Ground, GroundRule, QueryPart, Role
from kiosk.model import Month, Phone
from kiosk.region import (
    RegionError,
    RegionErrors,
    RegionProfile,
    Status,
    StatusKind,
    StatusWord,
    Text,
    Unproved,
    load,
)
from kiosk.services import IdentityWay

REGIONS = Path(__file__).resolve().parents[2] / "assets" / "regions"
SHIPPED = ("370100", "140300")
AAE140 = "110 120 150 160 170 210 310 330 340 360 380 390 391 410 510"


def shipped(area: str) -> RegionProfile:
    profile = load(REGIONS, area)
    assert isinstance(profile, RegionProfile), profile
    return profile


def broken(tmp_path: Path, old: str, new: str) -> tuple[RegionError, ...]:
    """Errors of Jinan's profile after one replacement."""
    source = (REGIONS / "370100.toml").read_text(encoding="utf-8")
    assert source.count(old) >= 1, old
    (tmp_path / "370100.toml").write_text(source.replace(old, new, 1), encoding="utf-8")
    found = load(tmp_path, "370100")
    assert isinstance(found, RegionErrors)
    return found.errors


def test_the_districts_of_a_city_belong_to_it() -> None:
    jinan, yangquan = shipped("370100"), shipped("140300")
    assert {"370100", "370102", "370114", "370117"} <= jinan.areas
    assert {"140300", "140302", "140303", "140311", "140321", "140322"} <= yangquan.areas
    assert not jinan.areas & yangquan.areas
    assert "371600" not in jinan.areas


@pytest.mark.parametrize(
    ("payment", "person", "word", "kind"),
    [
        ("1", "1", StatusWord.PAYING, StatusKind.OK),
        ("2", "2", StatusWord.PAUSED, StatusKind.WARN),
        ("3", "1", StatusWord.RECEIVING, StatusKind.OK),
        ("3", "2", StatusWord.BENEFIT_PAUSED, StatusKind.WARN),
        ("3", "4", StatusWord.ENDED, StatusKind.NEUTRAL),
    ],
)
@pytest.mark.parametrize("area", SHIPPED)
def test_status_codes_have_their_word(area: str, payment: str, person: str, word: StatusWord, kind: StatusKind) -> None:
    assert shipped(area).status(payment, person, "110") == Status(word, kind)


def test_a_yearly_insurance_is_in_force_rather_than_paid_by_the_month() -> None:
    assert shipped("370100").status("1", "1", "390") == Status(StatusWord.INSURED, StatusKind.OK)


def test_cities_differ_and_a_code_nobody_knows_is_none() -> None:
    assert shipped("140300").status("4", "1", "110") == Status(StatusWord.RESUMED, StatusKind.OK)
    assert shipped("370100").status("4", "1", "110") is None
    assert shipped("370100").status("7", "1", "110") is None


def test_without_proof_nothing_is_opened() -> None:
    assert {shipped(area).unproved_allows for area in SHIPPED} == {Unproved.NOTHING}


def test_an_incomplete_number_is_kept_as_published_and_marked() -> None:
    maternity = shipped("370100").contacts_for("510")
    assert [contact.district for contact in maternity] == [None, "370114"]
    assert maternity[0].phone == Phone("12393")
    assert maternity[1].phone == Phone("832190", confirmed=False)
    enquiries = shipped("370100").contacts_for("330")
    assert enquiries[1].phone == Phone("8361810", confirmed=False)
    assert shipped("370100").contacts_for("999") == ()


@pytest.mark.parametrize("area", SHIPPED)
def test_every_insurance_has_a_body_of_the_city_to_ask(area: str) -> None:
    for insurance in AAE140.split():
        contacts = shipped(area).contacts_for(insurance)
        assert contacts, insurance
        assert contacts[0].district is None, insurance


def test_the_enrolment_window_lies_in_the_year_before() -> None:
    assert shipped("140300").enrolment.window(2026) == (Month(2025, 9), Month(2025, 12))


@pytest.mark.parametrize("area", SHIPPED)
def test_every_text_is_there_in_both_languages(area: str) -> None:
    profile = shipped(area)
    texts = [profile.name, profile.hall, profile.hall_short, profile.handler, profile.platform, profile.enrolment.pay]
    texts += [profile.windows.where, profile.windows.hours, profile.windows.renew]
    texts += [contact.name for contact in profile.contacts]
    texts += [contact.address for contact in profile.contacts if contact.address is not None]
    for text in texts:
        assert dict(text.languages).keys() == {"zh_CN", "en"}


def test_a_report_of_loss_lasts_as_long_as_the_city_says() -> None:
    assert [shipped(area).loss.days for area in SHIPPED] == [15, 7]
    assert shipped("140300").gaps("en")["loss_days"] == "7"


def test_who_stands_there_is_proved_by_code_or_document_and_in_one_city_by_a_clerk() -> None:
    assert shipped("370100").activation.identity == (IdentityWay.CODE, IdentityWay.DOCUMENT)
    assert shipped("140300").activation.identity == (IdentityWay.CODE, IdentityWay.DOCUMENT, IdentityWay.STAFF)


def test_a_language_the_profile_does_not_have_reads_chinese() -> None:
    assert Text((("zh_CN", "济南市"), ("en", "Jinan"))).of("ug") == "济南市"
    assert shipped("370100").gaps("ug") == shipped("370100").gaps("zh_CN")


def test_initial_pins_are_in_no_repr() -> None:
    assert "123456" in shipped("370100").pin.initial
    assert "123456" not in repr(shipped("370100"))


@pytest.mark.parametrize(
    ("old", "new", "key", "value", "allowed"),
    [
        ('area = "370100"', 'area = "140300"', "area", "140300", "370100, as the file is named"),
        ('area = "370100"', 'area = "3701"', "area", "3701", "six digits of GB/T 2260"),
        ('"370102"', "370102", "districts", "[370102,", "a list of six digits"),
        ("exempt_counts = true", 'exempt_counts = "yes"', "exempt_counts", "yes", "true or false"),
        ("exempt_counts = true", "", "exempt_counts", "", "true or false"),
        ("exempt_counts = true", "exempt_count = true", "exempt_count", "True", "no such key; known here: activation,"),
        ("log_days = 180", "log_days = 90", "log_days", "90", "a whole number from 180 to 3650"),
        ("min = 4", "min = true", "pin.min", "True", "a whole number from 4 to 12"),
        ("min = 4", "min = 3", "pin.min", "3", "a whole number from 4 to 12"),
        ("max = 12", "max = 13", "pin.max", "13", "a whole number from 4 to 12"),
        ("boxes = 6", "boxes = 20", "pin.boxes", "20", "a whole number from 4 to 12"),
        ('initial = ["123456"]', 'initial = ["12a456"]', "pin.initial", "['12a456']", "PINs of 4 to 12 digits"),
        ('"nothing"', '"everything"', "proof.unproved_allows", "everything", "one of nothing, personal"),
        ("first_month = 9", "first_month = 13", "enrolment.first_month", "13", "a whole number from 1 to 12"),
        ("last_month = 12", "last_month = 8", "enrolment.last_month", "8", "a whole number from 9 to 12"),
        (
            '["code", "document"]',
            '["code", "word"]',
            "activation.identity",
            "['code', 'word']",
            "a list of code, document",
        ),
        ('["code", "document"]', '["code", "code"]', "activation.identity", "['code', 'code']", "none twice"),
        ('["code", "document"]', "[]", "activation.identity", "[]", "at least one"),
        ('["code", "document"]', "[{}]", "activation.identity", "[{}]", "a list of code, document"),
        ("days = 15", "days = 0", "loss.days", "0", "a whole number from 1 to 365"),
        ('word = "paying"', 'word = "happy"', "status[1].word", "happy", "one of paying, insured"),
        ('kind = "ok"', 'kind = "bad"', "status[0].kind", "bad", "one of ok, warn, neutral"),
        ('payment = "2"', "payment = 2", "status[2].payment", "2", "a code as text"),
        ('social = "12333"', 'social = "call us"', "hotlines.social", "call us", "a telephone number"),
        ('phone = "832190"', 'phone = "83219?"', "contacts[5].phone", "83219?", "a telephone number"),
        ('zh_CN = "济南市"\n', "", "name", "{'en': 'Jinan'}", "a text per language, zh_CN at least"),
        ('en = "Jinan"\n', 'en = " "\n', "name.en", " ", "a text"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, key: str, value: str, allowed: str) -> None:
    errors = broken(tmp_path, old, new)
    found = [error for error in errors if error.key == key]
    assert len(found) == 1, errors
    assert found[0].file == tmp_path / "370100.toml"
    assert found[0].value.startswith(value)
    assert found[0].allowed.startswith(allowed) or allowed in found[0].allowed
    assert found[0].key in str(found[0])


def test_a_status_line_that_is_never_reached_is_a_mistake(tmp_path: Path) -> None:
    again = '[[status]]\npayment = "2"\nperson = "2"\nword = "paused"\nkind = "warn"\n'
    errors = broken(tmp_path, again, again + again)
    assert [error.key for error in errors] == ["status[3].payment"]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    source = (REGIONS / "370100.toml").read_text(encoding="utf-8")
    source = source.replace("boxes = 6", "boxes = 0").replace("late_days = 30", "late_days = -1")
    (tmp_path / "370100.toml").write_text(source, encoding="utf-8")
    found = load(tmp_path, "370100")
    assert isinstance(found, RegionErrors)
    assert {error.key for error in found.errors} == {"pin.boxes", "enrolment.late_days"}


def test_a_region_without_a_profile_names_those_that_are_there() -> None:
    found = load(REGIONS, "999999")
    assert isinstance(found, RegionErrors)
    assert found.errors[0].value == "999999"
    assert "140300, 370100" in found.errors[0].allowed


@pytest.mark.parametrize("content", [b"area = ", b"\xff\xfe", b"[[name]]\n[name]"])
def test_a_file_that_is_not_toml_is_an_error_not_a_crash(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "370100.toml").write_bytes(content)
    found = load(tmp_path, "370100")
    assert isinstance(found, RegionErrors)
    assert found.errors[0].allowed.startswith("TOML in UTF-8")


def test_every_table_replaced_by_a_number_is_an_error_not_a_crash(tmp_path: Path) -> None:
    keys = list(tomllib.loads((REGIONS / "370100.toml").read_text(encoding="utf-8")))
    (tmp_path / "370100.toml").write_text("".join(f"{key} = 1\n" for key in keys), encoding="utf-8")
    found = load(tmp_path, "370100")
    assert isinstance(found, RegionErrors)
    assert set(keys) - {"log_days"} <= {error.key for error in found.errors}


def test_without_the_card_a_city_shows_what_its_profile_names() -> None:
    jinan, yangquan = shipped("370100").query, shipped("140300").query
    assert jinan.allowed
    assert jinan.shows == {QueryPart.REGISTRATIONS, QueryPart.CONTRIBUTIONS, QueryPart.ACCOUNTS}
    assert yangquan.shows == {QueryPart.REGISTRATIONS}
    assert not yangquan.letters
    assert not yangquan.loss


def test_grounds_of_staff_come_in_the_order_of_the_profile_with_their_documents() -> None:
    grounds = shipped("370100").grounds
    assert [rule.ground for rule in grounds] == list(Ground)
    both = frozenset({Role.CLERK, Role.SUPERVISOR})
    assert grounds[0] == GroundRule(Ground.PRESENT, (), False, both)
    assert grounds[2].documents == (AuthorisationKind.GUARDIANSHIP, AuthorisationKind.KINSHIP)
    assert {rule.ground for rule in grounds if rule.second} == {Ground.COURT, Ground.CORRECTION}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('shows = ["registrations", ', 'shows = ["names", ', "query.shows"),
        ("password_max = 20", "password_max = 33", "query.password_max"),
        ("password_max = 20", "password_max = 5", "query.password_max"),
        ("letters = true", 'letters = "yes"', "query.letters"),
        ('ground = "heir"', 'ground = "present"', "staff.grounds[3].ground"),
        ('ground = "heir"', 'ground = "friend"', "staff.grounds[3].ground"),
        ('documents = ["kinship"]', "documents = []", "staff.grounds[3].documents"),
        ('roles = ["supervisor"]', 'roles = ["technician"]', "staff.grounds[6].roles"),
        ('ground = "present"', 'ground = "present"\ndocuments = ["kinship"]', "staff.grounds[0].documents"),
    ],
)
def test_a_mistake_in_what_helps_at_the_kiosk_is_named(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert key in [error.key for error in broken(tmp_path, old, new)]
