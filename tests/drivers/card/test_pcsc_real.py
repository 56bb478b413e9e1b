"""The reader on the real stack: pcscd, its virtual reader, pyscard."""

import threading
import time
from collections.abc import Callable

import pytest
import smartcard.scard as scard  # type: ignore[import-untyped]

from drivers.card.apdu import Command, exchange
from drivers.card.cardfile import Fault
from drivers.card.layout import HolderData, IssuerData
from drivers.card.pcsc import PcscReader
from drivers.card.profiles import ReaderProfile
from drivers.card.reader import CardInserted, CardLost, CardMute, ReaderChanged, ReaderFault, ReaderHeld
from drivers.card.ssc import Application, SocialSecurityCard
from drivers.card.states import PinTries, PinUnknown, PinVerified, PinWrong, ReaderState
from drivers.card.virtual import VirtualCard
from drivers.card.vpcd import VirtualSlot
from drivers.card.winscard import Meaning, ShareMode, meaning
from kiosk.sandbox.pcscd import Pcscd
from tests.pcsc import READER, SECOND_READER, virtual_card, watched

Fired = Callable[[object], None]
Make = Callable[..., PcscReader]
PROBE = Command(0x00, 0x20, 0x00, 0x00, p3=0)


def test_the_first_event_is_the_readers_state_and_a_card_already_in_follows(
    slot: VirtualSlot, make_reader: Make
) -> None:
    slot.insert(virtual_card("jinan-2-0"))
    with watched(make_reader()) as first:
        assert first.changed() == ReaderChanged(ReaderState.READY, READER)
        first.inserted()
    with watched(make_reader()) as events:
        assert events.changed() == ReaderChanged(ReaderState.READY, READER)
        inserted = events.inserted(seconds=0.5)
        assert inserted == CardInserted(inserted.insertion, mute=False)


def unpowered(card: VirtualCard, within: float = 2.0) -> bool:
    """pcscd's word to the reader goes over a socket and is not answered: the card has it a moment later."""
    until = time.monotonic() + within
    while card.powered and time.monotonic() < until:
        time.sleep(0.01)
    return not card.powered


def test_a_whole_visit_of_the_card_in_the_one_order(slot: VirtualSlot, make_reader: Make) -> None:
    card = virtual_card("jinan-2-0")
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(card)
        connection = reader.connect(events.inserted().insertion)
        assert connection.atr == card.atr
        application = SocialSecurityCard(connection)
        assert isinstance(application.select(), Application)
        issuer, holder = application.issuer_data(), application.holder_data()
        assert isinstance(issuer, IssuerData)
        assert isinstance(holder, HolderData)
        assert card.file.issuer is not None
        assert card.file.holder is not None
        assert (issuer.number, holder.name) == (card.file.issuer.number, card.file.holder.name)
        answer = application.internal_authenticate(b"12345678", b"abcdefgh")
        assert isinstance(answer, bytes)
        assert len(answer) == 8
        assert application.probe_pin() == PinTries(6)
        assert application.verify_pin(bytearray(b"999999")) == PinWrong(5)
        assert application.verify_pin(bytearray(b"123456")) == PinVerified()
        connection.disconnect()
        assert unpowered(card), "the PIN's verified state outlives the visit"
        connection.disconnect()
        with pytest.raises(CardLost):
            connection.transmit(b"\x00\x84\x00\x00\x08")


def test_each_connect_is_a_cold_reset(slot: VirtualSlot, make_reader: Make) -> None:
    card = virtual_card("jinan-2-0")
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(card)
        insertion = events.inserted().insertion
        first = reader.connect(insertion)
        application = SocialSecurityCard(first)
        application.select()
        application.probe_pin()
        assert application.verify_pin(bytearray(b"123456")) == PinVerified()
        first.disconnect()
        second = reader.connect(insertion)
        again = SocialSecurityCard(second)
        again.select()
        assert again.probe_pin() == PinTries(6)
        second.disconnect()


@pytest.mark.fault("card", "swapped faster than any look", level="real")
def test_a_swap_faster_than_any_look_is_a_removal_and_a_new_insertion(
    slot: VirtualSlot, make_reader: Make, fired: Fired
) -> None:
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(virtual_card("jinan-twin-a"))
        first = events.inserted().insertion
        slot.swap(virtual_card("jinan-twin-b"))
        assert events.removed().insertion == first
        second = events.inserted().insertion
        assert second != first
        with pytest.raises(CardLost):
            reader.connect(first)
        connection = reader.connect(second)
        application = SocialSecurityCard(connection)
        application.select()
        issuer = application.issuer_data()
        assert isinstance(issuer, IssuerData)
        expected = virtual_card("jinan-twin-b").file.issuer
        assert expected is not None
        assert issuer.number == expected.number
        connection.disconnect()
    fired(second != first)


@pytest.mark.fault("card", "swapped under an open connection", level="real")
def test_a_swap_under_an_open_connection_loses_the_card_for_good(
    slot: VirtualSlot, make_reader: Make, fired: Fired
) -> None:
    """Also when a command meets the gap, so that pcscd itself never looked at the empty slot."""
    second = virtual_card("jinan-twin-b")
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(virtual_card("jinan-twin-a"))
        first = events.inserted().insertion
        connection = reader.connect(first)
        slot.swap(second)
        with pytest.raises(CardLost):
            exchange(connection, PROBE)
        with pytest.raises(CardLost):
            exchange(connection, PROBE)
        connection.disconnect()
        assert events.removed().insertion == first
        assert events.inserted().insertion != first
        assert [seen for seen in second.seen if seen.ins == 0x20] == []
    fired(second.powered or len(events.all) > 3)


@pytest.mark.fault("card", "pulled in the middle of a command", level="real")
@pytest.mark.parametrize("ins", [0xA4, 0xB2, 0x20])
def test_a_card_pulled_in_the_middle_of_a_command_is_lost(
    slot: VirtualSlot, make_reader: Make, ins: int, fired: Fired
) -> None:
    card = virtual_card("jinan-2-0", faults=(Fault(action="remove", ins=ins),))
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(card)
        inserted = events.inserted()
        connection = reader.connect(inserted.insertion)
        application = SocialSecurityCard(connection)
        steps = (application.select, application.issuer_data, application.holder_data, application.probe_pin)
        with pytest.raises(CardLost):
            [step() for step in steps]
        connection.disconnect()
        assert events.removed().insertion == inserted.insertion
    fired(card.fired)


@pytest.mark.fault("card", "pulled after a wrong PIN was compared", level="real")
def test_a_pin_pulled_out_with_the_card_is_unknown_and_reached_the_card_once(
    slot: VirtualSlot, make_reader: Make, fired: Fired
) -> None:
    card = virtual_card("jinan-2-0", faults=(Fault(action="remove_after", ins=0x20, nth=2),))
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(card)
        connection = reader.connect(events.inserted().insertion)
        application = SocialSecurityCard(connection)
        application.select()
        application.probe_pin()
        pin = bytearray(b"999999")
        assert application.verify_pin(pin) == PinUnknown(None)
        assert pin == b""
        connection.disconnect()
        assert card.tries_left == 5
        assert [seen.lc for seen in card.seen if seen.ins == 0x20] == [0, 3]
    fired(card.fired)


@pytest.mark.fault("card", "falls silent", level="real")
def test_a_card_that_falls_silent_is_a_fault_of_the_reader_while_it_is_still_in(
    slot: VirtualSlot, make_reader: Make, fired: Fired
) -> None:
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        silent = virtual_card("jinan-2-0", faults=(Fault(action="mute", ins=0xA4),))
        slot.insert(silent)
        connection = reader.connect(events.inserted().insertion)
        with pytest.raises(ReaderFault):
            SocialSecurityCard(connection).select()
        connection.disconnect()
    fired(silent.fired)


def test_a_mute_card_is_inserted_and_refuses_the_connect(slot: VirtualSlot, make_reader: Make) -> None:
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(virtual_card("mute-card"))
        with pytest.raises(CardMute):
            reader.connect(events.inserted().insertion)


@pytest.mark.fault("pcsc", "another program holds the card", level="real")
def test_another_programs_card_is_held_and_comes_back_as_a_new_insertion(
    slot: VirtualSlot, make_reader: Make, fired: Fired
) -> None:
    ours, theirs = make_reader(), make_reader()
    with watched(theirs) as their_events, watched(ours) as events:
        events.changed()
        their_events.changed()
        slot.insert(virtual_card("jinan-2-0"))
        insertion = events.inserted().insertion
        held = theirs.connect(their_events.inserted().insertion)
        with pytest.raises(ReaderHeld):
            ours.connect(insertion)
        assert events.removed().insertion == insertion
        assert events.changed() == ReaderChanged(ReaderState.HELD, READER)
        held.disconnect()
        assert events.changed() == ReaderChanged(ReaderState.READY, READER)
        ours.connect(events.inserted().insertion).disconnect()
    fired(ReaderChanged(ReaderState.HELD, READER) in events.all)


def test_beside_a_program_that_shares_the_card_it_is_used_under_a_transaction(
    slot: VirtualSlot, make_reader: Make
) -> None:
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(virtual_card("jinan-2-0"))
        insertion = events.inserted().insertion
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        try:
            result, theirs, protocol = scard.SCardConnect(
                context, READER, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0
            )
            assert meaning(result) is Meaning.OK
            connection = reader.connect(insertion)
            assert exchange(connection, PROBE).status_word == 0x6985
            answers: list[int] = []
            command = [0x00, 0x20, 0x00, 0x00, 0x00]
            other = threading.Thread(target=lambda: answers.append(scard.SCardTransmit(theirs, protocol, command)[0]))
            other.start()
            other.join(timeout=0.3)
            assert other.is_alive(), "another program's command went in between"
            connection.disconnect()
            other.join(timeout=5)
            assert [meaning(answer) for answer in answers] == [Meaning.CARD_GONE], "it did not notice the reset"
        finally:
            scard.SCardReleaseContext(context)


@pytest.mark.fault("pcsc", "another program shares the card, ours wants it alone", level="real")
def test_a_profile_that_wants_exclusive_use_only_is_held_by_a_program_that_shares(
    slot: VirtualSlot, make_reader: Make, fired: Fired
) -> None:
    reader = make_reader(profiles=(ReaderProfile("*", share_modes=(ShareMode.EXCLUSIVE,), retries=0),))
    with watched(reader) as events:
        events.changed()
        slot.insert(virtual_card("jinan-2-0"))
        insertion = events.inserted().insertion
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        try:
            scard.SCardConnect(context, READER, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0)
            with pytest.raises(ReaderHeld):
                reader.connect(insertion)
            assert events.removed().insertion == insertion
            assert events.changed().state is ReaderState.HELD
        finally:
            scard.SCardReleaseContext(context)
        assert events.changed().state is ReaderState.READY
        reader.connect(events.inserted().insertion).disconnect()
    fired(ReaderChanged(ReaderState.HELD, READER) in events.all)


def test_the_virtual_reader_is_refused_unless_the_settings_allow_it(slot: VirtualSlot, make_reader: Make) -> None:
    slot.insert(virtual_card("jinan-2-0"))
    with watched(make_reader(allow_virtual=False, patterns=("*",))) as events:
        assert events.changed() == ReaderChanged(ReaderState.VIRTUAL_REFUSED, READER)
        assert events.quiet(1.2), "a card in a refused reader is nobody's"


@pytest.mark.fault("pcsc", "two readers, the second is the configured one", level="real")
def test_the_reader_is_chosen_by_the_order_of_the_patterns(pcscd: Pcscd, make_reader: Make, fired: Fired) -> None:
    with watched(make_reader(patterns=("ACS*", "Virtual * 01", "*"))) as events:
        assert events.changed() == ReaderChanged(ReaderState.READY, SECOND_READER)
        with VirtualSlot(pcscd.port + 1) as second:
            second.insert(virtual_card("jinan-1-0"))
            events.inserted()
    fired(any(isinstance(event, CardInserted) for event in events.all))


def test_no_reader_fits(pcscd: Pcscd, make_reader: Make) -> None:
    with watched(make_reader(patterns=("ACS*",))) as events:
        assert events.changed() == ReaderChanged(ReaderState.NO_READER, None)


@pytest.mark.fault("pcsc", "a command past its limit", level="real")
def test_a_command_past_its_limit_makes_the_reader_faulty_until_it_comes_back(
    slot: VirtualSlot, make_reader: Make, fired: Fired
) -> None:
    reader = make_reader(profiles=(ReaderProfile("*", command_limit_s=0.2, retries=0),))
    with watched(reader) as events:
        events.changed()
        slot.insert(virtual_card("jinan-2-0", faults=(Fault(action="delay", ins=0xA4, ms=1800),)))
        insertion = events.inserted().insertion
        assert reader.busy_since is None
        connection = reader.connect(insertion)
        SocialSecurityCard(connection).select()
        assert events.removed().insertion == insertion
        assert events.changed() == ReaderChanged(ReaderState.FAULTY, READER)
        connection.disconnect()
        assert events.changed() == ReaderChanged(ReaderState.READY, READER)
        events.inserted()
    fired(ReaderChanged(ReaderState.FAULTY, READER) in events.all)


def test_stopping_is_quick_and_a_visit_of_a_stopped_reader_finds_no_card(slot: VirtualSlot, make_reader: Make) -> None:
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(virtual_card("jinan-2-0"))
        insertion = events.inserted().insertion
        began = time.monotonic()
        reader.stop()
        assert time.monotonic() - began < 0.5
        with pytest.raises(CardLost):
            reader.connect(insertion)


def test_a_9600_baud_card_takes_its_time_on_the_line(slot: VirtualSlot, make_reader: Make) -> None:
    card = virtual_card("jinan-2-0")
    slow = virtual_card(card.file, chip=card.file.chip.model_copy(update={"byte_ms": 1.25}))
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(slow)
        connection = reader.connect(events.inserted().insertion)
        application = SocialSecurityCard(connection)
        began = time.monotonic()
        application.select()
        # 20 out, 61xx back, GET RESPONSE out, 30 of FCI and a status word back
        assert 0.95 * (20 + 2 + 5 + 32) * 1.25e-3 < time.monotonic() - began < 0.4
        connection.disconnect()


def test_a_bank_card_is_a_card_of_another_kind_not_a_mute_one(slot: VirtualSlot, make_reader: Make) -> None:
    reader = make_reader()
    with watched(reader) as events:
        events.changed()
        slot.insert(virtual_card("bank-card"))
        connection = reader.connect(events.inserted().insertion)
        failure = SocialSecurityCard(connection).select()
        assert getattr(failure, "detail", None) == "6A82"
        connection.disconnect()
