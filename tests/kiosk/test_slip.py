"""What stands on a slip, in every language and on both papers, and what never does."""

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest

from drivers.printer import escpos
from drivers.printer.interpreter import Interpreter
from drivers.printer.paper import Laid, can_set, rows
from drivers.printer.protocol import Align, Code, PaperWidth, Slip, TextLine
from kiosk import qr, slip
from kiosk.ink import FaceInk
from kiosk.region import RegionProfile, load
from kiosk.ui.text import Words
from tests.pcsc import ROOT

AT = datetime(2026, 11, 22, 10, 31)
REFERENCE = "QY-7K2M-4P9D"


def place(words: Words) -> slip.Place:
    profile = load(ROOT / "assets" / "regions", "370100")
    assert isinstance(profile, RegionProfile)
    return slip.Place(words, profile.hall.of(words.language), profile.gaps(words.language))


def activated(words: Words, *, confirmed: bool = True, bank: str | None = "中国工商银行", name: str = "试*𣲗") -> Slip:
    return slip.activation(place(words), AT, REFERENCE, name=name, card="C1*****1X", confirmed=confirmed, bank=bank)


MADE: dict[str, Callable[[Words], Slip]] = {
    "activated": activated,
    "confirming": lambda words: activated(words, confirmed=False),
    "bank-unnamed": lambda words: activated(words, bank=None),
    "loss": lambda words: slip.loss(place(words), AT, REFERENCE, date(2026, 12, 7)),
    "loss-open": lambda words: slip.loss(place(words), AT, REFERENCE, None),
    "ticket": lambda words: slip.ticket(place(words), AT, "T-4821-09", datetime(2026, 11, 22, 17, 0)),
}


@pytest.fixture(params=["zh_CN", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    return Words.load(ROOT / "assets" / "locale", request.param, strict=True)


def told(made: Slip, width: PaperWidth = PaperWidth.MM80) -> str:
    return "\n".join(row.text for row in rows(made, width) if isinstance(row, Laid))


@pytest.mark.parametrize("name", MADE)
def test_every_slip_is_printed_whole_on_both_papers(words: Words, name: str) -> None:
    made = MADE[name](words)
    for width in PaperWidth:
        mind = Interpreter(width, FaceInk(), lambda answer: None, lambda: False)
        mind.feed(escpos.encode(made, width, FaceInk()))
        while mind.step():
            pass
        (strip,) = mind.strips
        assert "\ufffd" not in strip.text
        assert len(strip.bitmap.rows) < 203 / 25.4 * 220, "not longer than 22 cm"
        title = next(row for row in rows(made, width) if isinstance(row, Laid))
        assert title.large
        assert len([row for row in rows(made[:1], width) if isinstance(row, Laid)]) == 1, "a title has one line"


@pytest.mark.parametrize("name", MADE)
def test_no_line_of_our_own_words_needs_a_picture(words: Words, name: str) -> None:
    """The catalogues' characters are in every printer: only what comes from outside may not be."""
    lines = [row for row in rows(MADE[name](words), PaperWidth.MM58) if isinstance(row, Laid)]
    assert [row.text for row in lines if not can_set(row) and "𣲗" not in row.text] == []


def test_the_slip_of_an_activation_says_who_what_and_what_the_bank_does(words: Words) -> None:
    text = told(activated(words))
    for part in ("2026-11-22 10:31", REFERENCE, "试*𣲗", "C1*****1X", "12333"):
        assert part in text
    assert "中国工商银行" in text.replace("\n", "")
    assert words.t("paper.activation.done") in text
    waiting = told(activated(words, confirmed=False)).replace("\n", "")
    assert words.t("paper.activation.done") not in waiting
    assert words.t("paper.activation.confirming").replace(" ", "") in waiting.replace(" ", "")


def test_the_code_is_that_of_the_reference(words: Words) -> None:
    (code,) = [line for line in activated(words) if isinstance(line, Code)]
    assert code.modules == qr.modules(REFERENCE)
    assert not [
        line
        for line in slip.activation(place(words), AT, None, name=None, card=None, confirmed=True, bank=None)
        if isinstance(line, Code)
    ]


def test_a_report_of_loss_says_until_when_and_that_the_bank_is_apart(words: Words) -> None:
    assert "2026-12-07" in told(MADE["loss"](words))
    assert words.t("paper.loss.open") in told(MADE["loss-open"](words))
    assert words.t("paper.loss.bank").replace(" ", "") in told(MADE["loss"](words)).replace("\n", "").replace(" ", "")


def test_a_ticket_holds_nothing_of_a_person(words: Words) -> None:
    made = MADE["ticket"](words)
    assert TextLine("T-4821-09", strong=True, large=True, align=Align.CENTER) in made
    assert "*" not in told(made)
    assert not re.search(r"\d{11}", told(made))


def test_no_representation_tells_what_stands_on_a_slip(words: Words) -> None:
    assert "试" not in repr(activated(words))
    assert "C1*" not in repr(activated(words))
    assert "中国工商银行" not in repr(activated(words))
