"""The pure parts of the visit's measurement, and its list of commands against the virtual card."""

import pytest

from drivers.card.cardfile import CARDS, load_card, load_keys
from drivers.card.virtual import VirtualCard
from tests.bench import visit
from tests.bench.visit_stamps import INSERT_TO_PIN, NotSeen, Span, medians, seconds, since

VISIT = [
    ("painted:attract", 1.0),
    ("present", 2.0),
    ("apdu-A4", 2.1),
    ("apdu-A4", 2.2),
    ("painted:pin", 2.5),
    ("verified", 4.0),
    ("painted:pin", 4.1),
    ("painted:home", 4.2),
]


def test_a_span_ends_at_the_first_page_after_its_start() -> None:
    assert seconds(INSERT_TO_PIN, VISIT) == pytest.approx(0.5)
    assert seconds(Span("verified", "painted:home"), VISIT) == pytest.approx(0.2)


def test_stamps_of_two_threads_are_put_in_order() -> None:
    assert seconds(INSERT_TO_PIN, list(reversed(VISIT))) == pytest.approx(0.5)


def test_a_visit_without_its_stamps_is_no_figure() -> None:
    with pytest.raises(NotSeen, match="present to painted:pin"):
        seconds(INSERT_TO_PIN, [stamp for stamp in VISIT if stamp[0] != "present"])


def test_the_path_counts_what_comes_again_and_ends_at_its_goal() -> None:
    path = since("present", VISIT, "painted:pin")
    assert list(path) == ["present", "apdu-A4", "apdu-A4#2", "painted:pin"]
    assert path["apdu-A4#2"] == pytest.approx(200)


def test_medians_are_taken_over_the_rounds_that_have_a_name() -> None:
    assert medians([{"b": 3.0, "a": 1.0}, {"b": 5.0}, {"b": 4.0}]) == {"a": 1.0, "b": 4.0}


def test_the_scripts_commands_are_each_answered_at_once_with_what_they_ask_for() -> None:
    """No 6Cxx, no way round: the script pays for no byte that it could save."""
    card = VirtualCard(load_card(CARDS / f"{visit.CARD}.toml"), load_keys(CARDS / "keys.toml"))
    card.power_on()
    answers = [card.transmit(command)[-2:] for command in visit.commands(CARDS / f"{visit.CARD}.toml")]
    assert [answer[0] for answer in answers] == [0x61, 0x90, 0x90, 0x90, 0x90, 0x61, 0x63]


def test_the_figures_are_medians_against_the_sum_of_the_bare_medians() -> None:
    series = visit.Series(
        pin=[0.5, 0.6, 9.0], home=[0.2, 0.2, 0.2], script=[0.3, 0.3, 0.3], session_request=[0.1, 0.2, 0.2]
    )
    series.overview_request, series.flip = [0.1], [0.02]
    to_pin, to_home = visit.figures(series)
    assert to_pin.value == pytest.approx(0.6 / 0.5)
    assert to_home.value == pytest.approx(0.2 / 0.12)
    assert (to_pin.goal, to_home.goal) == (1.15, 1.3)
