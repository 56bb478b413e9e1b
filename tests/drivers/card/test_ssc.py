"""The application step by step: every generation, every way of reading, every state a card can fail in."""

from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card.cardfile import Fault, Kind, Pin, Quirks, load_cards
from drivers.card.layout import Algorithm, Generation, HolderClosed, HolderData, IssuerData
from drivers.card.proof import card_key, internal_auth_answer
from drivers.card.reader import CardLost, ReaderFault
from drivers.card.ssc import Application, Cancelled, CardFailure, NoProof, PinProfile, SocialSecurityCard, Step
from drivers.card.states import CardState, PinLocked, PinTries, PinUnknown, PinVerified, PinWrong
from drivers.card.virtual import VirtualCard, VirtualConnection
from tests.pcsc import virtual_card

PROC, ORIG = bytes(range(8)), bytes(range(8, 16))
COMMANDS = 9  # SELECT, GET RESPONSE, two files with SELECT and READ, INTERNAL AUTHENTICATE, GET RESPONSE, probe
CARDS = sorted(name for name, file in load_cards().items() if file.kind is Kind.SOCIAL_SECURITY)


def powered(card: VirtualCard, profile: PinProfile | None = None) -> SocialSecurityCard:
    return SocialSecurityCard(VirtualConnection(card), profile)


def selected(card: VirtualCard, profile: PinProfile | None = None) -> SocialSecurityCard:
    application = powered(card, profile)
    assert isinstance(application.select(), Application)
    return application


def whole_order(application: SocialSecurityCard) -> list[object]:
    """Each step until one gives no result."""
    results: list[object] = []
    for step in (
        application.select,
        application.issuer_data,
        application.holder_data,
        lambda: application.internal_authenticate(PROC, ORIG),
        application.probe_pin,
    ):
        results.append(step())
        if isinstance(results[-1], CardFailure):
            break
    return results


@pytest.mark.parametrize("name", [name for name in CARDS if name not in ("jinan-malformed", "jinan-app-locked")])
def test_every_card_of_the_demo_says_what_its_file_says(name: str) -> None:
    card = virtual_card(name)
    application = selected(card)
    issuer, holder = application.issuer_data(), application.holder_data()
    assert isinstance(issuer, IssuerData)
    assert card.file.issuer is not None
    assert card.file.holder is not None
    written = card.file.issuer.model_dump()
    assert {field: getattr(issuer, field) for field in written} == written
    if card.file.quirks.holder_closed:
        assert holder == HolderClosed()
    else:
        assert isinstance(holder, HolderData)
        written = card.file.holder.model_dump()
        assert {field: getattr(holder, field) or "" for field in written} == {k: v or "" for k, v in written.items()}


@pytest.mark.parametrize(("name", "algorithm"), [("jinan-2-0", Algorithm.DES), ("jinan-3-0-open", Algorithm.SM4)])
def test_the_algorithm_is_read_and_a_genuine_card_proves_itself(name: str, algorithm: Algorithm) -> None:
    card = virtual_card(name)
    application = powered(card)
    assert application.select() == Application(algorithm)
    master = {Algorithm.DES: "0123456789ABCDEFFEDCBA9876543210", Algorithm.SM4: "0F1E2D3C4B5A69788796A5B4C3D2E1F0"}[
        algorithm
    ]
    key = card_key(bytes.fromhex(master), application.atr, "370100", algorithm)
    assert application.internal_authenticate(PROC, ORIG) == internal_auth_answer(key, algorithm, PROC, ORIG)


def test_without_an_algorithm_in_its_fci_a_beijing_card_is_ssf33_and_any_other_des() -> None:
    beijing, jinan = (
        bytes.fromhex("3B6D000000814A44468660110000A1B2C3"),
        bytes.fromhex("3B6D000000814A44468660370100A1B2C3"),
    )
    for atr, algorithm in ((beijing, Algorithm.SSF33), (jinan, Algorithm.DES)):
        connection = Answering(bytes.fromhex("9000"), atr)
        assert SocialSecurityCard(connection).select() == Application(algorithm)


def test_an_algorithm_that_no_table_knows_is_none() -> None:
    fci = bytes.fromhex("6F1C840F7378312E73682EC9E7BBE1B1A3D5CFA50988011E9F0C038601099000")
    assert SocialSecurityCard(Answering(fci)).select() == Application(None)


class Answering:
    """A connection with one answer to everything."""

    def __init__(self, answer: bytes, atr: bytes = b"\x3b\x00") -> None:
        self.atr = atr
        self.answer = answer

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        return self.answer

    def disconnect(self) -> None:
        self.answer = b""


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("6A82", CardState.NOT_SOCIAL_SECURITY),
        ("6E00", CardState.NOT_SOCIAL_SECURITY),
        ("6D00", CardState.NOT_SOCIAL_SECURITY),
        ("6A86", CardState.NOT_SOCIAL_SECURITY),
        ("6F0884063250415920539000", CardState.NOT_SOCIAL_SECURITY),
        ("6A81", CardState.APPLICATION_LOCKED),
        ("6283", CardState.APPLICATION_LOCKED),
        ("9303", CardState.APPLICATION_LOCKED),
        ("6581", CardState.FAULTY),
        ("6F00", CardState.FAULTY),
        ("1234", CardState.FAULTY),
        ("6F1C840F73789000", CardState.MALFORMED),
    ],
)
def test_what_select_says_of_a_card(answer: str, state: CardState) -> None:
    failure = SocialSecurityCard(Answering(bytes.fromhex(answer))).select()
    assert isinstance(failure, CardFailure)
    assert (failure.state, failure.step) == (state, Step.SELECT)


@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(select_file_p1=(0,)),
        Quirks(whole_file=False),
        Quirks(whole_file=False, by_number=False),
        Quirks(whole_file=False, by_tag=False),
        Quirks(by_tag=False, by_number=False),
        Quirks(t0=False),
        Quirks(t0=False, whole_file=False),
        Quirks(select_file_p1=(0,), whole_file=False, by_tag=False),
    ],
)
@pytest.mark.parametrize("name", ["jinan-1-0", "jinan-long-name", "yangquan-rare-name", "jinan-3-0-open"])
def test_every_way_of_reading_gives_the_same(name: str, quirks: Quirks) -> None:
    plain, odd = (whole_order(powered(card)) for card in (virtual_card(name), virtual_card(name, quirks=quirks)))
    assert odd[1:3] == plain[1:3]
    assert isinstance(plain[2], HolderData)


def test_a_card_that_can_be_read_in_no_way_is_faulty() -> None:
    application = selected(virtual_card("jinan-2-0", quirks=Quirks(whole_file=False, by_tag=False, by_number=False)))
    assert application.issuer_data() == CardFailure(CardState.FAULTY, Step.ISSUER_DATA, "6A86")


def test_a_closed_holder_file_is_no_failure_in_whichever_command_it_says_so() -> None:
    for place in (
        Fault(action="status", ins=0xB2, nth=2, status_word=0x6982),
        Fault(action="status", ins=0xA4, nth=3, status_word=0x6982),
    ):
        application = selected(virtual_card("jinan-2-0", faults=(place,)))
        assert isinstance(application.issuer_data(), IssuerData)
        assert application.holder_data() == HolderClosed()


def test_a_cut_record_is_malformed_and_nothing_of_it_is_told() -> None:
    application = selected(virtual_card("jinan-malformed"))
    application.issuer_data()
    failure = application.holder_data()
    assert isinstance(failure, CardFailure)
    assert failure.state is CardState.MALFORMED
    assert "试" not in failure.detail


def test_a_file_that_is_longer_than_the_layout_is_read_record_by_record() -> None:
    """A card that cuts a longer file at our Le must not lose the records behind the cut."""

    class Longer:
        atr = bytes.fromhex("3B6D000000814A44468660370100A1B2C3")

        def __init__(self) -> None:
            card = virtual_card("jinan-2-0", quirks=Quirks(t0=False))
            self.inner = VirtualConnection(card)

        def transmit(self, apdu: bytes | bytearray) -> bytes:
            answer = self.inner.transmit(apdu)
            if apdu[1] == 0xB2 and apdu[3] == 0x05:
                return (bytes.fromhex("EA03AABBCC") + answer[:-2])[: apdu[4]] + b"\x90\x00"
            return answer

        def disconnect(self) -> None:
            self.inner.disconnect()

    application = SocialSecurityCard(Longer())
    plain = selected(virtual_card("jinan-2-0"))
    application.select()
    assert application.issuer_data() == plain.issuer_data()
    assert application.holder_data() == plain.holder_data()


@pytest.mark.parametrize(
    ("quirks", "result"),
    [(Quirks(key="none"), NoProof(0x6A88))],
)
def test_a_card_without_a_key_has_no_proof(quirks: Quirks, result: NoProof) -> None:
    assert selected(virtual_card("jinan-2-0", quirks=quirks)).internal_authenticate(PROC, ORIG) == result


def test_a_counterfeit_chip_and_an_unsteady_one_answer_something_else() -> None:
    genuine = selected(virtual_card("jinan-2-0"))
    foreign = selected(virtual_card("jinan-2-0", quirks=Quirks(key="foreign")))
    unsteady = selected(virtual_card("jinan-2-0", quirks=Quirks(unsteady_answer=True)))
    right = genuine.internal_authenticate(PROC, ORIG)
    assert genuine.internal_authenticate(PROC, ORIG) == right
    assert foreign.internal_authenticate(PROC, ORIG) != right
    assert unsteady.internal_authenticate(PROC, ORIG) != unsteady.internal_authenticate(PROC, ORIG)


def test_an_answer_of_the_wrong_length_is_malformed() -> None:
    application = selected(virtual_card("jinan-2-0", faults=(Fault(action="truncate", index=3),)))
    assert application.internal_authenticate(PROC, ORIG) == CardFailure(
        CardState.MALFORMED, Step.PROOF, "the answer is not 8 bytes long"
    )


def test_a_challenge_has_two_values_of_eight_bytes() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        selected(virtual_card("jinan-2-0")).internal_authenticate(PROC, ORIG[:7])


@pytest.mark.parametrize("word", [0x6581, 0x9303])
@pytest.mark.parametrize("index", range(COMMANDS))
def test_a_card_that_breaks_or_locks_at_any_command_is_named(index: int, word: int) -> None:
    results = whole_order(
        powered(virtual_card("jinan-2-0", faults=(Fault(action="status", index=index, status_word=word),)))
    )
    failure = results[-1]
    assert isinstance(failure, CardFailure)
    assert failure.state is (CardState.FAULTY if word == 0x6581 else CardState.APPLICATION_LOCKED)


def test_a_record_that_cannot_be_read_is_never_taken_for_an_empty_one() -> None:
    """The card gives its records by identifier, and refuses one of them with a word that is not "there is none" (6A83)."""
    sex = 13  # READ RECORD: EF05 whole, its seven records, EF06 whole, 08, 09, 4E, then 0A
    card = virtual_card(
        "jinan-2-0",
        quirks=Quirks(whole_file=False),
        faults=(Fault(action="status", ins=0xB2, nth=sex, status_word=0x6986),),
    )
    application = selected(card)
    assert isinstance(application.issuer_data(), IssuerData)
    assert application.holder_data() == CardFailure(CardState.FAULTY, Step.HOLDER_DATA, "6986")


def test_what_was_read_one_by_one_is_not_thrown_away_for_a_whole_file_that_lacks_it() -> None:
    """The whole file came without a record, which the card then gave by its identifier; a later one it refused."""
    short = Fault(action="truncate", ins=0xB2, nth=1, count=11)  # EF05 without its last record, 07
    card = virtual_card("jinan-2-0", faults=(short, Fault(action="status", ins=0xB2, nth=5, status_word=0x6986)))
    assert selected(card).issuer_data() == CardFailure(CardState.FAULTY, Step.ISSUER_DATA, "6986")


@pytest.mark.parametrize("action", ["remove", "remove_after"])
@pytest.mark.parametrize("index", range(COMMANDS))
def test_a_card_pulled_at_any_command_is_lost(index: int, action: Literal["remove", "remove_after"]) -> None:
    with pytest.raises(CardLost):
        whole_order(powered(virtual_card("jinan-2-0", faults=(Fault(action=action, index=index),))))


@pytest.mark.parametrize("index", range(COMMANDS))
def test_a_card_that_falls_silent_at_any_command_is_a_fault(index: int) -> None:
    with pytest.raises(ReaderFault):
        whole_order(powered(virtual_card("jinan-2-0", faults=(Fault(action="mute", index=index),))))


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, COMMANDS - 1),
    st.sampled_from(["truncate", "corrupt", "status"]),
    st.integers(1, 90),
    st.integers(0, 0xFFFF),
)
def test_whatever_one_command_answers_a_shortened_value_never_comes_out(
    index: int, action: Literal["truncate", "corrupt", "status"], count: int, word: int
) -> None:
    fault = Fault(action=action, index=index, count=count, status_word=word, times=1)
    card = virtual_card("jinan-2-0", faults=(fault,))
    assert card.file.holder is not None
    assert card.file.issuer is not None
    try:
        results = whole_order(powered(card))
    except ReaderFault:
        return
    for result in results:
        if isinstance(result, HolderData) and action != "corrupt":
            assert (result.name, result.ssn) == (card.file.holder.name, card.file.holder.ssn)
        if isinstance(result, IssuerData) and action != "corrupt":
            assert (result.number, result.identification) == (card.file.issuer.number, card.file.issuer.identification)


def test_a_step_that_is_no_longer_wanted_sends_nothing_more() -> None:
    card = virtual_card("jinan-2-0")
    wanted = True
    application = SocialSecurityCard(VirtualConnection(card), cancelled=lambda: not wanted)
    application.select()
    application.probe_pin()
    sent, wanted = len(card.seen), False
    pin = bytearray(b"123456")
    steps: tuple[Callable[[], object], ...] = (
        application.issuer_data,
        lambda: application.internal_authenticate(PROC, ORIG),
        application.probe_pin,
        lambda: application.verify_pin(pin),
    )
    for step in steps:
        with pytest.raises(Cancelled):
            step()
    assert len(card.seen) == sent
    assert pin == b""
    wanted = True
    assert application.verify_pin(bytearray(b"123456")) == PinVerified(), (
        "the PIN was not sent, so the probe still holds"
    )


@pytest.mark.parametrize("pin", ["1234", "12345", "123456", "1234567", "123456789012"])
def test_pins_of_four_to_twelve_digits_are_verified_and_changed(pin: str) -> None:
    card = virtual_card("jinan-2-0", pin=Pin(value=pin, limit=3))
    application = selected(card, PinProfile(4, 12))
    assert application.probe_pin() == PinTries(3)
    assert application.verify_pin(bytearray(pin.encode())) == PinVerified()
    for old, new in ((pin, "24681357"), ("24681357", "97531"), ("97531", pin)):
        first, second = bytearray(old.encode()), bytearray(new.encode())
        assert application.change_pin(first, second) == PinVerified()
        assert first == second == b""
    assert application.verify_pin(bytearray(pin.encode())) == PinVerified()


def test_a_wrong_old_pin_costs_a_try_and_changes_nothing() -> None:
    card = virtual_card("jinan-2-0", pin=Pin(value="123456", limit=2))
    application = selected(card)
    application.probe_pin()
    assert application.change_pin(bytearray(b"111111"), bytearray(b"222222")) == PinWrong(1)
    assert application.verify_pin(bytearray(b"222222")) == PinLocked()
    sent = len(card.seen)
    assert application.change_pin(bytearray(b"123456"), bytearray(b"222222")) == PinLocked()
    assert len(card.seen) == sent, "a locked card is asked no more"


@pytest.mark.parametrize(("action", "holds"), [("remove", "123456"), ("remove_after", "654321")])
def test_a_change_that_is_torn_is_unknown_and_only_the_card_knows(
    action: Literal["remove", "remove_after"], holds: str
) -> None:
    card = virtual_card("jinan-2-0", faults=(Fault(action=action, ins=0x5E, times=1),))
    application = selected(card)
    application.probe_pin()
    assert application.change_pin(bytearray(b"123456"), bytearray(b"654321")) == PinUnknown(None)
    again = selected(card)
    again.probe_pin()
    assert again.verify_pin(bytearray(holds.encode())) == PinVerified()


@pytest.mark.parametrize(("low", "high"), [(3, 6), (6, 13), (8, 6)])
def test_a_profile_outside_four_to_twelve_digits_is_refused(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="4 to 12"):
        PinProfile(low, high)


def test_other_versions_are_read_as_the_newest() -> None:
    file = load_cards()["jinan-long-name"]
    assert file.issuer is not None
    newer = file.model_copy(update={"issuer": file.issuer.model_copy(update={"version": "4.10"})})
    application = selected(virtual_card(newer))
    issuer, holder = application.issuer_data(), application.holder_data()
    assert isinstance(issuer, IssuerData)
    assert issuer.generation is Generation.OTHER
    assert isinstance(holder, HolderData)
    assert file.holder is not None
    assert holder.name == file.holder.name
