"""The checks that every page is held to find what they are for."""

from dataclasses import replace

import pytest

from kiosk.ui.layout import Align, Column, Element, Row, Sink, Sized, Tap
from kiosk.ui.nodes import Page, Rect, Size, TextRun
from kiosk.ui.theme import Type
from kiosk.ui.typeset import Text
from tests.kiosk.ui.means import kit_of
from tests.kiosk.ui.screens.page_checks import problems


def page(*parts: tuple[Element, Rect]) -> Page:
    sink = Sink()
    for element, box in parts:
        sink.put(element, box)
    return Page(
        "test",
        Size(1080, 1920),
        0,
        tuple(sink.nodes),
        tuple(sink.targets),
        tuple(sink.texts),
        tuple(sink.overflows),
    )


def text(words: str, role: Type = Type.BODY) -> Text:
    return Text(kit_of(), words, role)


def control(name: str, words: str = "好", spoken: str = "") -> Tap:
    return Tap(text(words) if words else Sized(Row(), w=80, h=80), name, name, spoken=spoken)


GOOD = (
    (text("上面一行"), Rect(60, 100, 400, 60)),
    (text("下面一行"), Rect(60, 160, 400, 60)),
    (control("one"), Rect(60, 300, 120, 80)),
    (control("two"), Rect(60, 396, 120, 80)),
)


def test_a_good_page_has_no_problem() -> None:
    assert problems(page(*GOOD)) == []


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ((text("压在上面"), Rect(80, 110, 400, 60)), "one over the other"),
        ((text("太长的一行文字放不下"), Rect(60, 600, 200, 40)), "no room"),
        ((text("页外"), Rect(1060, 800, 200, 60)), "outside the page"),
        ((text("Confirmation"), Rect(60, 800, 130, 300)), "a word in two"),
        ((control("low"), Rect(300, 300, 120, 70)), "too small to touch"),
        ((control("near"), Rect(195, 300, 120, 80)), "too close"),
        ((control("one"), Rect(600, 300, 120, 80)), "two controls named one"),
        ((control("icon", ""), Rect(600, 600, 120, 80)), "without a spoken name"),
    ],
    ids=["over", "room", "outside", "word", "low", "near", "twice", "unspoken"],
)
def test_a_bad_part_is_found(part: tuple[Element, Rect], said: str) -> None:
    assert any(said in each for each in problems(page(*GOOD, part)))


def test_an_icon_with_a_spoken_name_and_a_word_at_the_end_of_a_line_are_no_problem() -> None:
    named = (control("icon", "", "擦去一位"), Rect(600, 600, 120, 80))
    wrapped = (text("Please take your card"), Rect(60, 800, 260, 300))
    assert problems(page(*GOOD, named, wrapped)) == []


def test_text_that_is_too_small_is_found() -> None:
    good = page(*GOOD)
    first = good.nodes[0]
    assert isinstance(first, TextRun)
    small = replace(first, size=20)
    assert any("too small (20)" in each for each in problems(replace(good, nodes=(small, *good.nodes[1:]))))


def test_a_text_whose_lines_were_dropped_is_found() -> None:
    good = page((Column(text("一行"), align=Align.START), Rect(60, 100, 400, 60)))
    empty = replace(good.texts[0], nodes=(0, 0))
    assert any("not drawn" in each for each in problems(replace(good, texts=(empty,))))
