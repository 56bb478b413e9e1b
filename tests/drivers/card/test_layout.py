"""Records and encodings: a value comes out whole or not at all, and nothing but Malformed comes out of a broken one."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card.layout import (
    EF05,
    EF06,
    Generation,
    HolderData,
    IssuerData,
    decode_holder,
    decode_issuer,
    encode_holder,
    encode_issuer,
    encode_records,
    generation_of,
    number_check_ok,
)
from drivers.card.tlv import Malformed, find_ber, parse_records

EF05_IMAGE = bytes.fromhex(
    "0110370100D15600000500000001A1B2C3D40201330304322E3030040C9156000002370100370100010504202406010604203406010709413132333435363734"
)
EF06_IMAGE = bytes.fromhex(
    "0812333730313031313939303031303131323335091EB2E2CAD4BCD70000000000000000000000000000000000000000000000004E1400000000000000"
    "000000000000000000000000000A01310B01010C033701010D0419900101"
)
LAYOUT = EF06[Generation.SECOND]


def issuer(image: bytes = EF05_IMAGE) -> IssuerData:
    return decode_issuer(parse_records("EF05", image, EF05.tags))


def holder(image: bytes = EF06_IMAGE, generation: Generation = Generation.SECOND) -> HolderData:
    return decode_holder(generation, parse_records("EF06", image, EF06[generation].tags))


def named(name: str, generation: Generation = Generation.SECOND) -> HolderData:
    return holder(encode_records(encode_holder(generation, {"ssn": "370101199001011235", "name": name})), generation)


def test_the_standards_issuer_file_is_read() -> None:
    data = issuer()
    assert data.identification == "370100D15600000500000001A1B2C3D4"
    assert (data.category, data.version, data.generation) == ("3", "2.00", Generation.SECOND)
    assert data.initialising_org == "915600000237010037010001"
    assert (data.issued, data.expires) == (date(2024, 6, 1), date(2034, 6, 1))
    assert (data.number, data.area, data.number_check_ok) == ("A12345674", "370100", True)


def test_the_standards_holder_file_is_read() -> None:
    data = holder()
    assert (data.ssn, data.name, data.sex) == ("370101199001011235", "测试甲", "1")
    assert (data.ethnicity, data.birthplace, data.born) == ("01", "370101", date(1990, 1, 1))


def test_the_standards_files_have_their_lengths() -> None:
    assert (EF05.whole, LAYOUT.whole) == (0x40, 0x5B) == (len(EF05_IMAGE), len(EF06_IMAGE))


def test_what_is_read_is_what_was_written() -> None:
    data = issuer()
    values = {name: getattr(data, name) for name in (item.name for item in EF05.items)}
    assert encode_records(encode_issuer(values)) == EF05_IMAGE
    person = holder()
    fields = {name: getattr(person, name) for name in ("ssn", "name", "sex", "ethnicity", "birthplace", "born")}
    assert encode_records(encode_holder(Generation.SECOND, fields)) == EF06_IMAGE


@pytest.mark.parametrize(
    ("version", "generation"),
    [
        ("", Generation.FIRST),
        ("1.00", Generation.FIRST),
        ("1.0", Generation.FIRST),
        ("2.00", Generation.SECOND),
        ("3.00", Generation.THIRD),
        ("3.0", Generation.THIRD),
        ("4.00", Generation.OTHER),
        ("9", Generation.OTHER),
    ],
)
def test_the_version_tells_the_generation(version: str, generation: Generation) -> None:
    assert generation_of(version) is generation


@pytest.mark.parametrize("number", ["D2143569X", "A12345674", "B00000019", "123456788"])
def test_the_check_character_of_a_card_number(number: str) -> None:
    assert number_check_ok(number)
    assert not any(number_check_ok(number[:8] + char) for char in "0123456789X" if char != number[8])
    assert not number_check_ok(number[:8])


def test_a_card_number_that_fails_its_check_is_read_all_the_same() -> None:
    data = issuer(EF05_IMAGE.replace(b"A12345674", b"A12345675"))
    assert (data.number, data.number_check_ok) == ("A12345675", False)


def test_a_name_too_long_for_its_record_goes_on_in_the_extension() -> None:
    name = "阿卜杜热合曼·测试提力瓦尔地·买买提"
    assert len(name.encode("gb18030")) > 30
    assert named(name).name == name


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=25))
def test_every_name_that_fits_comes_back_whole(name: str) -> None:
    assert named(name).name == name


@pytest.mark.parametrize("name", ["试㛃𣲗", "𠮷" * 12, "甲" + "𬸚" * 12, "试a" + "㛃" * 11])
def test_four_byte_characters_come_back_also_where_one_lies_across_both_records(name: str) -> None:
    assert named(name).name == name


@pytest.mark.parametrize(
    ("code", "char"), [("FE51", "\U00020087"), ("FE59", "\u9fb4"), ("FE91", "\U000241fe"), ("FEA0", "\u9fbb")]
)
def test_characters_that_gb_18030_2022_moved_have_their_own_code_points(code: str, char: str) -> None:
    image = encode_records(encode_holder(Generation.FIRST, {"ssn": "1", "name": "试甲"}))
    moved = image.replace("甲".encode("gb18030"), bytes.fromhex(code))
    assert holder(moved, Generation.FIRST).name == "试" + char


def test_half_a_character_is_malformed_not_left_out() -> None:
    image = encode_records(encode_holder(Generation.FIRST, {"ssn": "1", "name": "甲" * 15}))
    cut = image.replace("甲".encode("gb18030") * 15, "甲".encode("gb18030") * 14 + b"\xbc\x00")
    with pytest.raises(Malformed):
        holder(cut, Generation.FIRST)


def test_a_name_longer_than_the_card_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="longer"):
        named("甲" * 26)
    with pytest.raises(ValueError, match="longer"):
        named("甲" * 16, Generation.FIRST)


@pytest.mark.parametrize("pad", [b"\x00", b"\xff", b" "])
def test_empty_fields_of_a_third_generation_card_are_none(pad: bytes) -> None:
    image = EF06_IMAGE
    for value in (b"\x0b\x01\x01", b"\x0c\x03\x37\x01\x01", b"\x0d\x04\x19\x90\x01\x01"):
        image = image.replace(value, value[:2] + b"\xff" * (len(value) - 2))
    image = image.replace(b"\x0a\x01\x31", b"\x0a\x01" + pad)
    data = holder(image)
    assert (data.sex, data.ethnicity, data.birthplace, data.born) == (None, None, None, None)
    assert data.ssn == "370101199001011235"


@pytest.mark.parametrize("value", ["FFFFFFFF", "00000000"])
def test_a_card_may_have_no_expiry(value: str) -> None:
    assert issuer(EF05_IMAGE.replace(bytes.fromhex("060420340601"), bytes.fromhex("0604" + value))).expires is None


@pytest.mark.parametrize("value", ["20241301", "2024FFFF", "202406FF", "2024A601", "FF240601", "20230229"])
def test_what_is_no_date_is_malformed(value: str) -> None:
    with pytest.raises(Malformed):
        issuer(EF05_IMAGE.replace(bytes.fromhex("050420240601"), bytes.fromhex("0504" + value)))


@pytest.mark.parametrize("tag", [0x01, 0x07])
def test_a_card_without_identification_or_number_is_malformed(tag: int) -> None:
    records = [record for record in parse_records("EF05", EF05_IMAGE, EF05.tags) if record.tag != tag]
    with pytest.raises(Malformed) as caught:
        decode_issuer(records)
    assert caught.value.tag == tag


def test_a_record_that_stands_twice_is_malformed() -> None:
    with pytest.raises(Malformed):
        parse_records("EF05", EF05_IMAGE + EF05_IMAGE[-11:], EF05.tags)


@given(st.integers(0, len(EF05_IMAGE) - 1))
def test_no_cut_of_the_issuer_file_is_read(length: int) -> None:
    """Each cut is an error, or a whole record is missing and the file says which."""
    with pytest.raises(Malformed):
        issuer(EF05_IMAGE[:length])


@given(st.integers(0, len(EF06_IMAGE) - 1))
def test_no_cut_of_the_holder_file_shortens_a_value(length: int) -> None:
    whole = holder()
    try:
        data = holder(EF06_IMAGE[:length])
    except Malformed:
        return
    for name in ("ssn", "name", "sex", "ethnicity", "birthplace", "born"):
        assert getattr(data, name) in (getattr(whole, name), None)
    assert (data.ssn, data.name) == (whole.ssn, whole.name)


def malformed(read: Callable[[], object]) -> Malformed | None:
    try:
        read()
    except Malformed as error:
        return error
    return None


@given(st.binary(max_size=120))
def test_any_bytes_are_a_file_or_malformed(data: bytes) -> None:
    for error in (malformed(lambda: issuer(data)), malformed(lambda: holder(data))):
        assert error is None or error.tag is None or error.tag in EF05.tags | LAYOUT.tags


@given(st.integers(0, len(EF06_IMAGE) - 1), st.integers(0, 255))
def test_one_wrong_byte_never_gives_an_undeclared_exception(place: int, byte: int) -> None:
    said = str(malformed(lambda: holder(EF06_IMAGE[:place] + bytes((byte,)) + EF06_IMAGE[place + 1 :])))
    assert "测试" not in said
    assert "370101" not in said


@given(st.binary(max_size=60))
def test_any_bytes_are_file_control_information_or_malformed(data: bytes) -> None:
    error = malformed(lambda: find_ber("FCI", data, 0x6F, 0xA5, 0x9F0C, 0x86))
    assert error is None or error.file == "FCI"


def test_nothing_personal_is_in_a_representation() -> None:
    shown = repr(issuer()) + repr(holder()) + repr(parse_records("EF06", EF06_IMAGE, LAYOUT.tags))
    for secret in ("测试", "3701011990", "A12345674", "A1B2C3D4", "33373031"):
        assert secret not in shown
