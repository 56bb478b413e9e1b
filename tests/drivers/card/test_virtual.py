"""The virtual card answers as a chip does: T=0, files, PIN over power cycles, the time of a byte; its faults come in place."""

from threading import Timer

import pytest

from drivers.card.cardfile import Chip, Fault, Pin, Quirks, load_keys
from drivers.card.layout import SSSE
from drivers.card.reader import CardLost
from drivers.card.virtual import Pulled, Silent, VirtualCard, VirtualConnection
from tests.pcsc import virtual_card

SELECT = bytes.fromhex("00A404000F") + SSSE
PROBE = bytes.fromhex("0020000000")


def powered(name: str = "jinan-2-0", **changes: object) -> VirtualCard:
    card = virtual_card(name, **changes)
    card.power_on()
    return card


def selected(name: str = "jinan-2-0", **changes: object) -> VirtualCard:
    card = powered(name, **changes)
    card.transmit(SELECT)
    return card


def ask(card: VirtualCard, apdu: str) -> str:
    return card.transmit(bytes.fromhex(apdu)).hex().upper()


def test_the_trace_of_a_real_card() -> None:
    card = powered("jinan-3-0-open")
    assert card.transmit(SELECT).hex() == "611e"
    assert ask(card, "00C000001E") == "6F1C840F7378312E73682EC9E7BBE1B1A3D5CFA50988011E9F0C038601039000"
    assert ask(card, "00A4020002EF05") == "9000"
    assert ask(card, "00B2030006") == "0304332E30309000"
    assert len(ask(card, "00B2010540")) == 2 * (64 + 2)


@pytest.mark.parametrize(
    ("apdu", "answer"),
    [
        ("00B2012812", "0110370100D15600000500000002"),  # by identifier with an SFI, no SELECT
        ("00B2072C0B", "0709"),  # by number with an SFI
        ("00B203000A", "6C06"),
        ("00B2030000", "6C06"),
        ("00B2630006", "6A83"),
        ("00B2080540", "6A83"),
        ("00B2010312", "6A86"),
        ("00A4020002EF07", "6A82"),
        ("00A4040005A000000333", "6A82"),
        ("0088000008" + "00" * 8, "6700"),
        ("00840000FF", "6D00"),
        ("A0A40000023F00", "6E00"),
        ("0020000103123456", "6A86"),
        ("002000000112", "6700"),
        ("002000000312ABCD", "6700"),
        ("805E010003123456", "6A80"),
        ("00C0000010", "6985"),
        ("00A404000F7378", "6700"),
    ],
)
def test_commands_and_their_answers(apdu: str, answer: str) -> None:
    card = selected()
    card.transmit(bytes.fromhex("00C000001E"))
    ask(card, "00A4020002EF05")
    assert ask(card, apdu).startswith(answer)


def test_before_select_there_is_nothing() -> None:
    card = powered()
    assert ask(card, "00A4020002EF05") == "6A82"
    assert ask(card, "00B2010540") == "6986"
    assert ask(card, PROBE.hex()) == "6985"
    assert ask(card, "0088000010" + "00" * 16) == "6985"


def test_tries_survive_power_and_the_verified_state_does_not() -> None:
    card = selected(pin=Pin(value="123456", limit=3))
    assert ask(card, "0020000003999999") == "63C2"
    card.power_off()
    card.power_on()
    card.transmit(SELECT)
    assert card.transmit(PROBE).hex() == "63c2"
    assert ask(card, "0020000003123456") == "9000"
    assert card.transmit(PROBE).hex() == "9000", "already verified: nothing is asked for"
    card.power_on()
    card.transmit(SELECT)
    assert card.transmit(PROBE).hex() == "63c3", "the right PIN gives all tries back"


def test_the_last_wrong_try_locks_for_good() -> None:
    card = selected(pin=Pin(value="123456", limit=2))
    assert ask(card, "0020000003999999") == "63C1"
    assert ask(card, "0020000003999999") == "6983"
    assert ask(card, "0020000003123456") == "6983"
    assert (card.tries_left, card.transmit(PROBE).hex()) == (0, "6983")


def test_wedges() -> None:
    assert ask(selected(quirks=Quirks(accepts_any_pin=True)), "0020000003999999") == "9000"
    assert ask(selected(quirks=Quirks(probe_says_no_pin=True)), PROBE.hex()) == "9000"
    assert ask(selected(pin=Pin(value=None)), PROBE.hex()) == "9000"


def test_a_card_without_power_and_a_mute_one_say_nothing() -> None:
    with pytest.raises(Silent):
        virtual_card("jinan-2-0").transmit(SELECT)
    mute = virtual_card("mute-card")
    mute.power_on()
    with pytest.raises(Silent):
        mute.transmit(SELECT)


def test_every_byte_takes_its_time_out_and_back() -> None:
    slept: list[float] = []
    file = virtual_card("jinan-2-0").file
    slow = file.model_copy(update={"chip": Chip.model_validate(file.chip.model_dump() | {"byte_ms": 1.25})})
    card = VirtualCard(slow, load_keys(), sleep=slept.append)
    card.power_on()
    card.transmit(SELECT)
    assert slept == pytest.approx([len(card.atr) * 1.25e-3, (20 + 2) * 1.25e-3])


def test_a_fault_happens_at_its_place_and_as_often_as_it_says() -> None:
    card = virtual_card("jinan-2-0", faults=(Fault(action="status", ins=0x20, nth=2, status_word=0x6581, times=1),))
    for expected in (["63c6", "6581", "63c6"], ["63c6", "63c6", "63c6"]):
        card.power_on()
        card.transmit(SELECT)
        assert [card.transmit(PROBE).hex() for _ in range(3)] == expected
    card.add_fault(Fault(action="truncate", index=1, count=4))
    card.power_on()
    card.transmit(SELECT)
    assert len(card.transmit(bytes.fromhex("00C000001E"))) == 30 + 2 - 4
    card.clear_faults()
    card.power_on()
    card.transmit(SELECT)
    assert len(card.transmit(bytes.fromhex("00C000001E"))) == 30 + 2


def test_faults_that_happened_are_counted() -> None:
    card = virtual_card("jinan-2-0", faults=(Fault(action="status", ins=0x20, nth=2, times=1),))
    counted = []
    for _ in range(2):
        card.power_on()
        card.transmit(SELECT)
        for _ in range(2):
            card.transmit(PROBE)
            counted.append(card.fired)
    assert counted == [0, 1, 1, 1]
    card.clear_faults()
    assert card.fired == 1


def test_a_card_torn_out_of_a_long_command_does_not_carry_it_out() -> None:
    card = selected(faults=(Fault(action="delay", ins=0x20, ms=60_000),), pin=Pin(value="123456", limit=3))
    Timer(0.1, card.tear).start()
    with pytest.raises(Pulled):
        ask(card, "0020000003999999")
    assert card.tries_left == 3


CHANGE = "805E010007123456FF654321"
VERIFY = "0020000003123456"


@pytest.mark.parametrize(
    ("command", "action", "pin", "tries"),
    [
        (CHANGE, "remove", "123456", 3),
        (CHANGE, "tear", "123456", 2),
        (CHANGE, "remove_after", "654321", 3),
        (VERIFY, "remove", "123456", 3),
        (VERIFY, "tear", "123456", 2),
        (VERIFY, "remove_after", "123456", 3),
        ("0020000003999999", "remove_after", "123456", 2),
        ("805E010007999999FF654321", "remove_after", "123456", 2),
    ],
)
def test_a_torn_card_keeps_what_it_had_written_and_no_more(command: str, action: str, pin: str, tries: int) -> None:
    card = selected(pin=Pin(value="123456", limit=3), faults=(Fault.model_validate({"action": action, "index": 1}),))
    with pytest.raises(Pulled):
        ask(card, command)
    assert card.fired == 1
    card.clear_faults()
    card.power_on()  # the same chip, put in again
    card.transmit(SELECT)
    assert ask(card, PROBE.hex()) == f"63C{tries}"
    assert (card.has_pin(pin), card.has_pin("111111")) == (True, False)
    packed = bytes.fromhex(pin)
    assert card.transmit(bytes.fromhex("0020000003") + packed).hex() == "9000"
    assert card.tries_left == 3


def test_a_card_torn_inside_its_last_try_is_locked() -> None:
    card = selected(pin=Pin(limit=3, tries_left=1), faults=(Fault(action="tear", ins=0x5E, times=1),))
    with pytest.raises(Pulled):
        ask(card, CHANGE)
    card.power_on()
    card.transmit(SELECT)
    assert ask(card, PROBE.hex()) == "6983"


def test_a_probe_that_is_torn_costs_no_try() -> None:
    card = selected(faults=(Fault(action="tear", ins=0x20, times=1),), pin=Pin(limit=3))
    with pytest.raises(Pulled):
        ask(card, PROBE.hex())
    assert card.tries_left == 3


def test_what_was_seen_holds_no_data() -> None:
    card = selected()
    ask(card, "0020000003999999")
    last = card.seen[-1]
    assert (last.ins, last.lc, last.status_word) == (0x20, 3, 0x63C5)
    assert "99" not in repr(last)


def test_a_virtual_connection_that_was_closed_is_lost() -> None:
    card = virtual_card("jinan-2-0")
    connection = VirtualConnection(card)
    connection.disconnect()
    assert not card.powered
    with pytest.raises(CardLost):
        connection.transmit(SELECT)
