"""What a card must never be able to make us do with its PIN, and what a broken record must never become."""

from collections.abc import Callable

import pytest

from drivers.card.apdu import Command, exchange
from drivers.card.cardfile import Fault, load_cards, load_keys
from drivers.card.layout import Coding, HolderData, IssuerData, Item, decode_value
from drivers.card.reader import CardLost
from drivers.card.ssc import CardFailure, PinProfile, SocialSecurityCard
from drivers.card.states import (
    CardState,
    PinLocked,
    PinNotSet,
    PinRefusedFormat,
    PinTries,
    PinUnknown,
    PinVerified,
    PinWrong,
)
from drivers.card.tlv import Malformed, parse_records
from drivers.card.virtual import VirtualCard, VirtualConnection

VERIFY = 0x20


def virtual(name: str = "jinan-2-0", *faults: Fault) -> VirtualCard:
    card = VirtualCard(load_cards()[name], load_keys(), sleep=lambda _seconds: None)
    for fault in faults:
        card.add_fault(fault)
    return card


def powered(card: VirtualCard) -> SocialSecurityCard:
    application = SocialSecurityCard(VirtualConnection(card), PinProfile(4, 12))
    application.select()
    return application


def pins_sent(card: VirtualCard) -> int:
    return sum(seen.ins == VERIFY and seen.lc > 0 for seen in card.seen)


class Scripted:
    """A connection that answers every command with the same bytes, and keeps what it was sent."""

    atr = b"\x3b\x00"

    def __init__(self, answer: bytes | Callable[[bytes], bytes]) -> None:
        self.answer = answer
        self.sent: list[bytes] = []

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        self.sent.append(bytes(apdu))
        return self.answer(bytes(apdu)) if callable(self.answer) else self.answer

    def disconnect(self) -> None:
        pass


# --- PIN ---------------------------------------------------------------------------------------------------------------


def test_the_probe_costs_no_try_and_says_how_many_are_left() -> None:
    card = virtual()
    application = powered(card)
    assert application.probe_pin() == application.probe_pin() == PinTries(card.tries_left)
    assert pins_sent(card) == 0


def test_a_probe_of_9000_means_that_the_card_asks_for_no_pin_and_none_is_sent() -> None:
    card = virtual("jinan-no-pin")
    application = powered(card)
    assert application.probe_pin() == PinNotSet()
    with pytest.raises(RuntimeError):
        application.verify_pin(bytearray(b"123456"))
    assert pins_sent(card) == 0


def test_without_a_probe_no_pin_is_sent() -> None:
    card = virtual()
    with pytest.raises(RuntimeError):
        powered(card).verify_pin(bytearray(b"123456"))
    assert pins_sent(card) == 0


@pytest.mark.parametrize("pin", [b"", b"123", b"1234567890123", b"12345a"])
def test_a_pin_of_the_wrong_form_costs_no_try(pin: bytes) -> None:
    card = virtual()
    application = powered(card)
    application.probe_pin()
    assert application.verify_pin(bytearray(pin)) == PinRefusedFormat()
    assert pins_sent(card) == 0


def test_a_locked_pin_is_locked_and_not_wrong() -> None:
    card = virtual("jinan-pin-one-try")
    application = powered(card)
    assert application.probe_pin() == PinTries(1)
    assert application.verify_pin(bytearray(b"999999")) == PinLocked()
    assert application.verify_pin(bytearray(b"123456")) == PinLocked()
    assert pins_sent(card) == 1
    assert powered(card).probe_pin() == PinLocked()


@pytest.mark.parametrize("status_word", [0x6983, 0x63C0])
def test_both_words_for_a_locked_pin_are_understood(status_word: int) -> None:
    card = virtual("jinan-2-0", Fault(action="status", ins=VERIFY, nth=2, status_word=status_word))
    application = powered(card)
    application.probe_pin()
    assert application.verify_pin(bytearray(b"123456")) == PinLocked()


@pytest.mark.parametrize("answer", [b"\x6c\x06", b"\x61\x08"])
def test_a_pin_is_transmitted_once_whatever_the_card_answers(answer: bytes) -> None:
    connection = Scripted(lambda apdu: answer if apdu[1] == VERIFY else b"\x90\x00")
    exchange(connection, Command(0x00, VERIFY, 0x00, 0x00, bytearray(b"\x12\x34\x56")))
    assert [apdu[1] for apdu in connection.sent].count(VERIFY) == 1


def test_after_an_unknown_outcome_no_pin_goes_out_without_a_new_probe() -> None:
    card = virtual("jinan-2-0", Fault(action="remove_after", ins=VERIFY, nth=2))
    application = powered(card)
    application.probe_pin()
    assert application.verify_pin(bytearray(b"123456")) == PinUnknown(None)
    with pytest.raises(RuntimeError):
        application.verify_pin(bytearray(b"123456"))
    assert pins_sent(card) == 1


@pytest.mark.parametrize(
    ("pin", "verdict"),
    [(b"123456", PinVerified()), (b"999999", PinWrong(5)), (b"12", PinRefusedFormat())],
)
def test_the_typed_digits_are_wiped_whatever_comes_of_them(pin: bytes, verdict: object) -> None:
    application = powered(virtual())
    application.probe_pin()
    typed = bytearray(pin)
    assert application.verify_pin(typed) == verdict
    assert typed == b""


def test_the_typed_digits_are_wiped_when_the_card_is_pulled() -> None:
    application = powered(virtual("jinan-2-0", Fault(action="remove", ins=VERIFY, nth=2)))
    application.probe_pin()
    typed = bytearray(b"123456")
    assert application.verify_pin(typed) == PinUnknown(None)
    assert typed == b""


def test_what_was_packed_for_the_card_is_wiped_after_the_exchange() -> None:
    packed = bytearray(b"\x12\x34\x56")
    exchange(Scripted(b"\x90\x00"), Command(0x00, VERIFY, 0x00, 0x00, packed))
    assert packed == b""


def test_no_command_with_a_secret_can_be_printed() -> None:
    shown = repr(Command(0x00, VERIFY, 0x00, 0x00, bytearray(b"\x12\x34\x56")))
    assert "123456" not in shown
    assert "<3 bytes>" in shown


# --- records -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["0105AABBCC", "0102AABB0203CC", "01", "0103AABB", "0102AABB02"])
def test_a_truncated_record_is_malformed_never_shorter(data: str) -> None:
    with pytest.raises(Malformed):
        parse_records("EF05", bytes.fromhex(data), {0x01, 0x02})


@pytest.mark.parametrize("count", [1, 3, 20])
def test_a_file_that_is_cut_on_the_way_names_the_card_malformed(count: int) -> None:
    card = virtual("jinan-2-0", *(Fault(action="truncate", ins=0xB2, nth=n, count=count) for n in range(1, 30)))
    found = powered(card).issuer_data()
    assert isinstance(found, CardFailure)
    assert found.state is CardState.MALFORMED


def test_packed_digits_end_at_their_padding() -> None:
    card = virtual()
    application = powered(card)
    issuer, holder = application.issuer_data(), application.holder_data()
    assert isinstance(issuer, IssuerData)
    assert isinstance(holder, HolderData)
    assert card.file.issuer is not None
    assert issuer.number == card.file.issuer.number
    assert card.file.holder is not None
    assert holder.ssn == card.file.holder.ssn


def test_padding_is_no_digit_and_an_empty_field_is_none() -> None:
    item = Item(0x77, "number", Coding.CN, 4)
    assert decode_value("EF06", item, bytes.fromhex("1234FFFF")) == "1234"
    assert decode_value("EF06", item, bytes.fromhex("123FFFFF")) == "123"
    assert decode_value("EF06", item, bytes.fromhex("FFFFFFFF")) is None
    with pytest.raises(Malformed):
        decode_value("EF06", item, bytes.fromhex("12F4FFFF"))
    with pytest.raises(Malformed):
        decode_value("EF06", item, bytes.fromhex("1234FF"))


def test_a_card_that_is_gone_says_so() -> None:
    application = powered(virtual("jinan-2-0", Fault(action="remove", ins=0xB2, nth=1)))
    with pytest.raises(CardLost):
        application.issuer_data()
