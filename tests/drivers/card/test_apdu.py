"""Commands, status words, and one logical exchange over T=0."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card.apdu import MAX_TURNS, Command, Status, exchange, parse_status
from drivers.card.reader import CardLost, ReaderFault

SELECT = Command(0x00, 0xA4, 0x04, 0x00, b"\x01\x02")
READ = Command(0x00, 0xB2, 0x01, 0x05, p3=0x40)


class Script:
    """A connection that answers from a list and keeps what it was sent; an exception in the list is raised."""

    atr = b"\x3b\x00"

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[str] = []

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        self.sent.append(bytes(apdu).hex().upper())
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return bytes.fromhex(answer)

    def disconnect(self) -> None:
        self.answers.clear()


def test_more_data_is_fetched_and_put_together() -> None:
    card = Script("6103", "AABBCC6102", "DDEE9000")
    response = exchange(card, SELECT)
    assert (response.data.hex(), response.status_word) == ("aabbccddee", 0x9000)
    assert card.sent == ["00A40400020102", "00C0000003", "00C0000002"]


def test_a_wrong_length_is_repeated_with_the_one_the_card_names() -> None:
    card = Script("6C05", "01020304059000")
    assert exchange(card, READ).data.hex() == "0102030405"
    assert card.sent == ["00B2010540", "00B2010505"]


def test_a_wrong_length_of_get_response_repeats_only_get_response() -> None:
    card = Script("6108", "6C02", "AABB9000")
    assert exchange(card, SELECT).data.hex() == "aabb"
    assert card.sent == ["00A40400020102", "00C0000008", "00C0000002"]


def test_a_wrong_length_of_a_command_with_data_names_the_length_behind_it() -> None:
    card = Script("6C02", "AABB9000")
    assert exchange(card, SELECT).ok
    assert card.sent == ["00A40400020102", "00A4040002010202"]


@pytest.mark.parametrize(("cla", "channel"), [(0x00, "00"), (0x02, "02"), (0x80, "00"), (0x84, "00")])
def test_get_response_goes_over_the_commands_channel(cla: int, channel: str) -> None:
    card = Script("6101", "AA9000")
    exchange(card, Command(cla, 0xA4, 0x04, 0x00, b"\x01"))
    assert card.sent[1] == f"{channel}C0000001"


@pytest.mark.parametrize("answer", ["6101", "6C01"])
def test_a_card_that_never_comes_to_an_end_is_given_up(answer: str) -> None:
    card = Script(*[answer] * (MAX_TURNS + 1))
    assert exchange(card, READ).status_word == int(answer, 16)
    assert len(card.sent) == MAX_TURNS


@pytest.mark.parametrize("answer", ["", "90"])
def test_less_than_a_status_word_is_a_fault_of_the_transmission(answer: str) -> None:
    with pytest.raises(ReaderFault):
        exchange(Script(answer), READ)


def test_a_secret_is_wiped_when_the_card_is_pulled_in_the_middle() -> None:
    data = bytearray.fromhex("123456")
    with pytest.raises(CardLost):
        exchange(Script(CardLost()), Command(0x00, 0x20, 0x00, 0x00, data))
    assert data == b""


def test_a_secret_that_could_not_be_wiped_is_no_command() -> None:
    with pytest.raises(TypeError):
        Command(0x00, 0x20, 0x00, 0x00, b"\x12\x34\x56")


@pytest.mark.parametrize(
    "command",
    [
        Command(0x00, 0x20, 0x00, 0x00, bytearray.fromhex("123456")),
        Command(0x80, 0x5E, 0x01, 0x00, bytearray.fromhex("123456FF654321")),
        Command(0x84, 0x24, 0x00, 0x01, bytearray.fromhex("1234560000")),
        Command(0x00, 0x2C, 0x00, 0x00, bytearray.fromhex("123456")),
        Command(0x00, 0x88, 0x00, 0x00, bytes.fromhex("123456")),
        Command(0x00, 0xDC, 0x00, 0x00, bytes.fromhex("123456")),
    ],
)
def test_only_the_data_of_select_is_ever_shown(command: Command) -> None:
    assert "1234" not in repr(command)
    assert f"{command.ins:02X}" in repr(command)


def test_the_data_of_select_and_no_answer_is_shown() -> None:
    assert repr(SELECT) == "Command(00A4040002 0102)"
    assert "AABB" not in repr(exchange(Script("AABB9000"), READ)).upper()


@given(st.integers(0, 0xFFFF))
def test_every_status_word_has_one_meaning(status_word: int) -> None:
    status = parse_status(status_word)
    if status is not Status.UNKNOWN:
        pattern = status.value.replace("x", "")
        assert f"{status_word:04X}".startswith(pattern)
        assert len(pattern) < 4 or int(pattern, 16) == status_word


def test_every_named_status_word_is_told() -> None:
    for status in Status:
        if status is not Status.UNKNOWN:
            assert parse_status(int(status.value.replace("x", "1"), 16)) is status


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_whatever_a_card_answers_no_other_exception_comes_out(answers: list[bytes]) -> None:
    card = Script(*[answer.hex() for answer in answers], CardLost())
    try:
        exchange(card, READ)
    except (CardLost, ReaderFault):
        assert card.sent
