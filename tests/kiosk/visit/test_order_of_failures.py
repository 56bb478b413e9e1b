"""Of two failures at once the higher one is shown: one order, tested pair by pair."""

from itertools import combinations, product

import pytest

from drivers.card.states import CardState, PinLocked, PinNotSet, PinProbe, PinTries, PinUnknown, PinVerdict, ReaderState
from kiosk.model import CardStatus, CentralFailure, Verdict
from kiosk.visit.actions import ConfirmPin
from kiosk.visit.events import Ask
from kiosk.visit.failures import Failure, highest, of_card, of_central, of_reader, of_status, of_verdict
from kiosk.visit.states import Model, OutOfService, Screen, World
from tests.kiosk.visit.samples import RULES, Scene, reply

DESIGN = (
    # Design §6, the order of blocking screens; one representative a rung.
    Failure.AUDIT_UNWRITABLE,
    Failure.CLOCK_WRONG,
    Failure.READER_SERVICE_STOPPED,
    Failure.READER_ACCESS_DENIED,
    Failure.READER_MISSING,
    Failure.READER_HELD,
    Failure.CARD_MUTE,
    Failure.CARD_NOT_SOCIAL_SECURITY,
    Failure.CARD_MALFORMED,
    Failure.NOT_GENUINE,
    Failure.STATUS_BLOCKED,
    Failure.STATUS_LOST,
    Failure.STATUS_REPLACED,
    Failure.STATUS_EXPIRED,
    Failure.OTHER_PLACE,
    Failure.NOT_ACTIVATED,
    Failure.NO_PIN_SET,
    Failure.PIN_LOCKED,
    Failure.CENTRAL_UNREACHABLE,
)

WORDS = (
    # Every member by name, so that a moved line is seen here.
    "AUDIT_UNWRITABLE CONFIG_INVALID SCREEN_FAULT CLOCK_WRONG READER_SERVICE_STOPPED READER_ACCESS_DENIED "
    "READER_MISSING READER_VIRTUAL_REFUSED READER_FAULTY READER_HELD CARD_MUTE CARD_NOT_SOCIAL_SECURITY CARD_APPLICATION_LOCKED "
    "CARD_FAULTY CARD_MALFORMED NOT_GENUINE CANNOT_BE_PROVED CARD_DISAGREES STATUS_BLOCKED STATUS_LOST "
    "STATUS_TEMPORARILY_LOST STATUS_REPLACED STATUS_CANCELLED STATUS_EXPIRED STATUS_LISTED OTHER_PLACE NOT_ACTIVATED NO_PIN_SET "
    "PIN_LOCKED PIN_OUTCOME_UNKNOWN CENTRAL_TLS CENTRAL_REFUSED CENTRAL_BAD_ANSWER CENTRAL_UNAVAILABLE "
    "CENTRAL_UNREACHABLE CENTRAL_TIMEOUT CENTRAL_SESSION_ENDED"
)


def test_the_order_is_the_design_s() -> None:
    assert [f.rank for f in DESIGN] == sorted(f.rank for f in DESIGN)
    assert [f.name for f in Failure] == WORDS.split()


def test_of_every_pair_the_higher_one_is_shown_whichever_comes_first() -> None:
    for higher, lower in combinations(Failure, 2):
        assert highest(higher, lower) is higher
        assert highest(lower, None, higher) is higher
    assert highest() is None
    assert highest(None) is None


def test_codes_and_keys_are_one_to_one() -> None:
    assert len({f.code for f in Failure}) == len({f.key for f in Failure}) == len(Failure)


def test_every_closed_set_maps_to_failures_and_every_failure_has_a_way_to_be_found() -> None:
    found = {of_reader(s) for s in ReaderState} | {of_card(s) for s in CardState} | {of_status(s) for s in CardStatus}
    found |= {of_verdict(v) for v in Verdict} | {of_central(f) for f in CentralFailure}
    by_rule = {
        *(Failure.AUDIT_UNWRITABLE, Failure.CONFIG_INVALID, Failure.SCREEN_FAULT, Failure.CLOCK_WRONG),
        *(Failure.CARD_DISAGREES, Failure.PIN_OUTCOME_UNKNOWN, Failure.STATUS_LISTED),
    }
    assert found | by_rule == {None, *Failure}


# --- through the visit: every pair that can be known at once -----------------------------------------------------------

CARD = (
    Failure.CARD_NOT_SOCIAL_SECURITY,
    Failure.CARD_APPLICATION_LOCKED,
    Failure.CARD_FAULTY,
    Failure.CARD_MALFORMED,
)
ANSWERS = [(reply(status=status), of_status(status)) for status in CardStatus if of_status(status)]
ANSWERS += [(reply(verdict=verdict), of_verdict(verdict)) for verdict in Verdict if of_verdict(verdict)]
ANSWERS += [(reply(may=False), Failure.CENTRAL_REFUSED)]
PROBES: list[tuple[PinProbe, Failure]] = [(PinNotSet(), Failure.NO_PIN_SET), (PinLocked(), Failure.PIN_LOCKED)]


@pytest.mark.parametrize("card_first", [True, False])
def test_card_and_central_at_once(card_first: bool) -> None:
    for failure, (answer, against) in product(CARD, ANSWERS):
        scene = Scene()
        scene.insert()
        scene.identified()
        if card_first:
            scene.unusable(failure)
            scene.session(answer)
        else:
            scene.session(answer)
            scene.unusable(failure)
        scene.wait(1.0)
        assert scene.failure() is highest(failure, against) is failure


@pytest.mark.parametrize("probe_first", [True, False])
def test_probe_and_central_s_answer_at_once(probe_first: bool) -> None:
    for (probe, failure), (answer, against) in product(PROBES, ANSWERS):
        scene = Scene()
        scene.insert()
        scene.identified()
        if probe_first:
            scene.probed(probe)
            scene.session(answer)
        else:
            scene.session(answer)
            scene.probed(probe)
        scene.wait(1.0)
        assert scene.failure() is highest(failure, against)


@pytest.mark.parametrize("probe_first", [True, False])
def test_probe_and_central_being_away_at_once(probe_first: bool) -> None:
    for (probe, failure), away in product([*PROBES, (PinTries(3), None)], CentralFailure):
        scene = Scene()
        scene.insert()
        scene.identified()
        if probe_first:
            scene.probed(probe)
            scene.central_fails(Ask.SESSION, away)
        else:
            scene.central_fails(Ask.SESSION, away)
            scene.probed(probe)
        scene.wait(1.0)
        assert scene.failure() is highest(failure, of_central(away))


@pytest.mark.parametrize(("probe", "failure"), PROBES)
def test_another_place_goes_before_what_the_probe_says(probe: PinProbe, failure: Failure) -> None:
    scene = Scene()
    scene.insert()
    scene.identified("140300")
    scene.probed(probe)
    scene.wait(1.0)
    assert scene.failure() is highest(Failure.OTHER_PLACE, failure) is Failure.OTHER_PLACE


def test_verdict_and_status_in_one_answer() -> None:
    for verdict, status in product(Verdict, CardStatus):
        scene = Scene()
        scene.insert()
        scene.identified()
        scene.probed()
        scene.session(reply(verdict=verdict, status=status))
        scene.wait(1.0)
        expected = highest(of_verdict(verdict), of_status(status))
        if (verdict, status) == (Verdict.CANNOT_BE_PROVED, CardStatus.OTHER_PLACE):
            expected = Failure.OTHER_PLACE  # the reason why it cannot be proved
        assert scene.failure() is expected
        assert (scene.screen is Screen.PIN) == (expected is None)


def test_the_chip_s_answer_and_a_late_refusal_at_once() -> None:
    verdicts: list[tuple[PinVerdict, Failure]] = [
        (PinLocked(), Failure.PIN_LOCKED),
        (PinUnknown(None), Failure.PIN_OUTCOME_UNKNOWN),
    ]
    refusals: list[object] = [*(a for a, _ in ANSWERS), *CentralFailure]
    for (verdict, failure), refusal in product(verdicts, refusals):
        scene = Scene()
        scene.insert()
        scene.identified()
        scene.probed()
        scene.wait(1.1)
        scene.digits(6)
        scene.press(ConfirmPin())
        if isinstance(refusal, CentralFailure):
            scene.central_fails(Ask.SESSION, refusal)
            against = of_central(refusal)
        else:
            answer, found = next((a, f) for a, f in ANSWERS if a is refusal)
            scene.session(answer)
            assert found is not None
            against = found
        scene.pin(verdict)
        assert scene.failure() is highest(failure, against)


def test_what_stops_the_kiosk_itself_at_once() -> None:
    for config, clock, reader in product((True, False), (True, False), ReaderState):
        expected = highest(
            Failure.CONFIG_INVALID if config else None, Failure.CLOCK_WRONG if clock else None, of_reader(reader)
        )
        scene = Scene()
        scene.model = Model(RULES, World(config_invalid=config))
        scene.clock(clock)
        scene.reader(reader)
        assert scene.failure() is expected
        back = Scene()
        back.model = Model(RULES, World(config_invalid=config))
        back.reader(reader)
        back.clock(clock)
        assert back.failure() is expected


@pytest.mark.parametrize("failure", [*CARD, Failure.CARD_MUTE])
def test_a_wrong_clock_goes_before_every_card_failure(failure: Failure) -> None:
    scene = Scene()
    scene.insert(mute=failure is Failure.CARD_MUTE)
    if failure is not Failure.CARD_MUTE:
        scene.unusable(failure)
    scene.clock(True)
    scene.wait(1.0)
    assert scene.failure() is Failure.CLOCK_WRONG


def test_a_reader_failure_goes_before_every_page_of_a_visit() -> None:
    for state in ReaderState:
        failure = of_reader(state)
        if failure is None:
            continue
        scene = Scene()
        scene.insert()
        scene.wait(1.0)
        scene.unusable(Failure.CARD_FAULTY)
        scene.reader(state)
        assert scene.state == OutOfService(failure)


def test_a_page_that_is_shown_is_not_replaced_by_a_lower_one() -> None:
    scene = Scene()
    scene.insert()
    scene.wait(1.0)
    scene.unusable(Failure.CARD_MALFORMED)
    before = scene.model
    scene.central_fails(Ask.SESSION, CentralFailure.TIMEOUT)
    scene.session(reply(status=CardStatus.LOST))
    scene.unusable(Failure.CARD_FAULTY)
    assert scene.model == before
