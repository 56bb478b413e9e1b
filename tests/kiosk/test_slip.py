"""What stands on a slip, in every language and on both papers, and what never does."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from drivers.device import Who
from drivers.printer import escpos
from drivers.printer.interpreter import Interpreter
from drivers.printer.paper import Laid, can_set, rows
from drivers.printer.protocol import Align, Code, PaperWidth, Slip, TextLine
from kiosk import qr, slip
from kiosk.health import Finding, LastFailure, Report
from kiosk.help import FoundRecord, Ground, Level, Part, SlipFacts
from kiosk.ink import FaceInk
from kiosk.model import Body, Month, Origin, Registration
from kiosk.region import RegionProfile, load
from kiosk.ui.text import Words
from tests.pcsc import ROOT

AT = datetime(2026, 11, 22, 10, 31)
REFERENCE = "QY-7K2M-4P9D"


STAMP = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ORIGIN = Origin(Body("1", "济南市社保中心", "Jinan", None, None), STAMP)
AGAIN = SlipFacts(REFERENCE, "activation", "试*𣲗", datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "中国工商银行")
FOUND = FoundRecord(
    "试*𣲗",
    "370101********001X",
    "138****1234",
    "济南*****公司",
    tuple(
        Registration(code, "1", "1", Month(2019, 7), None, None, None, None, ORIGIN) for code in ("110", "310", "999")
    ),
    STAMP,
)
READY = Report(
    AT,
    "1.2.3",
    93_784.0,
    (
        Finding(Part.READER, Level.OK, "ready"),
        Finding(Part.CLOCK, Level.FAULT, "wrong", (("seconds", "500"),), AT, Who.TECHNICIAN, "KIOSK-CLOCK"),
    ),
    (LastFailure("CARD-MUTE", AT, 3),),
)


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
    "again": lambda words: slip.again(place(words), AT, AGAIN),
    "loss-again": lambda words: slip.again(place(words), AT, replace(AGAIN, kind="loss", until=date(2026, 12, 7))),
    "looked-up": lambda words: slip.lookup(place(words), AT, Ground.PRESENT, "W-0231", FOUND, "L-7K2M-4P9D"),
    "test-page": lambda words: slip.test_page(place(words), AT),
    "ready": lambda words: slip.readiness(place(words), READY),
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


@pytest.mark.parametrize("name", [name for name in MADE if name != "test-page"])  # that one tries pictures
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


def test_a_slip_of_a_look_up_says_ground_and_who_looked_and_of_whom_only_what_is_masked(words: Words) -> None:
    text = told(MADE["looked-up"](words), PaperWidth.MM80).replace("\n", "")
    for part in ("370101********001X", "138****1234", "W-0231", "2019-07", words.t("ground.present")):
        assert part in text
    assert "999" in text, "an insurance that nobody knows is told by its code"
    assert "370101" not in repr(MADE["looked-up"](words))


def test_a_slip_printed_again_is_the_one_of_then_and_says_when_it_was_printed(words: Words) -> None:
    then = AGAIN.at.astimezone()
    text = told(MADE["again"](words))
    assert f"{then:%Y-%m-%d %H:%M}" in text
    assert words.t("paper.again", at="2026-11-22 10:31") in text
    assert REFERENCE in text


def test_the_slip_of_readiness_says_more_of_what_is_wrong(words: Words) -> None:
    text = told(MADE["ready"](words)).replace("\n", "")
    for part in ("KIOSK-CLOCK", "CARD-MUTE × 3", "1.2.3", "1 d 02:03"):
        assert part in text
    assert words.t("health.reader.ready") not in text
