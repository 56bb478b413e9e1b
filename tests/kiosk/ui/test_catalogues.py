"""The catalogues have a text for every member of the closed sets, and are written as the screen language says.

That all languages hold the same keys, gaps and forms, that each key is named by the code, and that the faces draw every
character is `.ci/catalogues.py check`, a part of `make check`.
"""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from drivers.device import Who
from kiosk.failures import DeviceFailure
from kiosk.help import AuthorisationKind, Level, LookupRefusal, NumberKind, Part, RevealField, Role, TicketState
from kiosk.model import (
    AbsentReason,
    CardStatus,
    EntitlementReason,
    EntryKind,
    Ground,
    MonthState,
    PayerKind,
    RowKind,
)
from kiosk.region import RegionProfile, StatusWord, load
from kiosk.services import IdentityWay, Party, Relation, TicketReason
from kiosk.ui.screens.service_parts import Step
from kiosk.ui.text import Words
from kiosk.visit.catalogue import CATALOGUE, OF_SERVICES, PARTS, PLACES, Entry
from kiosk.visit.entry import EntryNote, SignInStep
from kiosk.visit.failures import OUTAGES, Failure
from kiosk.visit.help import TOUCH_TARGETS, StaffWork
from kiosk.visit.services import PinRule, Stop, TypedNote, Work
from kiosk.visit.states import Link, ReadStep, Reminder

ROOT = Path(__file__).resolve().parents[3]
LOCALE = ROOT / "assets" / "locale"
FONTS = ROOT / "assets" / "fonts"
AAE140 = {"110", "120", "150", "160", "170", "210", "310", "330", "340", "360", "380", "390", "391", "410", "510"}
MARKS = re.compile(r"</?b>")
HAN = "\u3400-\u4dbf\u4e00-\u9fff"


def catalogue(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "kiosk.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


LANGUAGES = sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/kiosk.po"))
CATALOGUES = {language: catalogue(language) for language in LANGUAGES}
PROFILES = {path.stem: load(path.parent, path.stem) for path in sorted((ROOT / "assets" / "regions").glob("*.toml"))}


def key_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def entries(language: str) -> dict[str, Message]:
    return {key_of(message): message for message in CATALOGUES[language] if message.id}


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


KEYS = set(entries("zh_CN"))
TEXTS = [(language, key, form) for language in LANGUAGES for key, m in entries(language).items() for form in forms(m)]


# --- closed sets: a text for every member, and none that has no member -----------------------------------------------

FAILURE_PARTS = PARTS[:4]
CLOSED: dict[str, set[str]] = {
    r"month_state\.(\w+)": {state.name.lower() for state in MonthState},
    r"row_kind\.(\w+)": {kind.value for kind in RowKind},
    r"entry_kind\.(\w+)": {kind.value for kind in EntryKind},
    r"absent\.(\w+)\.word": {reason.value for reason in AbsentReason},
    r"absent\.(\w+)\.text": {reason.value for reason in AbsentReason},
    r"entitlement\.(\w+)\.title": {reason.value for reason in EntitlementReason} | {"unknown"},
    r"entitlement\.(\w+)\.text": {reason.value for reason in EntitlementReason} | {"unknown"},
    r"registration\.payer\.([a-z]+)": {kind.value for kind in PayerKind},
    r"insured\.(\w+)\.word": {word.value for word in StatusWord},
    r"insured\.(\w+)\.lead": {word.value for word in StatusWord},
    r"status\.(\w+)\.word": {status.value for status in CardStatus},
    r"who\.(\w+)": {who.value for who in Who},
    r"technician\.who\.(\w+)": {who.value for who in Who},
    r"technician\.touch\.target\.(\w+)": {str(target) for target in range(TOUCH_TARGETS)},
    r"part\.(\w+)": {part.value for part in Part},
    r"level\.(\w+)": {level.value for level in Level},
    r"header\.(online|degraded|offline)": {link.value for link in Link},
    r"reading\.step\.(\w+)": {step.value for step in ReadStep},
    r"takecard\.(\w+)\.title": {reminder.value for reminder in Reminder},
    r"takecard\.(\w+)\.lead": {reminder.value for reminder in Reminder},
    r"insurance\.(\d+)\.title": AAE140,
    r"insurance\.(\d+)\.name": AAE140,
    r"insurance\.(\d+)\.short": AAE140,
    r"month_name\.(\d+)": {str(number) for number in range(1, 13)},
    r"weekday\.(\d+)": {str(number) for number in range(1, 8)},
    r"party\.([a-z]+)": {party.value for party in Party},
    r"party\.(\w+)\.text": {party.value for party in Party},
    r"relation\.(\w+)": {relation.value for relation in Relation},
    r"way\.([a-z]+)": {way.value for way in IdentityWay},
    r"way\.(\w+)\.text": {way.value for way in IdentityWay},
    r"typed\.(\w+?)(?:_left)?": {note.value for note in TypedNote if note is not TypedNote.NONE},
    r"pinrule\.(\w+)": {rule.value for rule in PinRule},
    **{rf"work\.(\w+)\.{part}": {work.value for work in Work} for part in ("title", "lead", "step")},
    **{rf"activation\.stop\.(\w+)\.{part}": {stop.value for stop in Stop} for part in FAILURE_PARTS},
    **{rf"services\.stop\.(\w+)\.{part}": {stop.value for stop in OF_SERVICES} for part in FAILURE_PARTS},
    r"((?:activation|services)\.stop\.\w+)\.technician": {e.key for e in CATALOGUE.values() if ".stop." in e.key},
    **{rf"(device\.\w+)\.{part}": {failure.key for failure in DeviceFailure} for part in PARTS},
    r"failure\.place\.(\w+)": {place.lower() for place in PLACES},
    r"ground\.(\w+)": {ground.value for ground in Ground},
    r"authorisation\.(\w+)": {kind.value for kind in AuthorisationKind},
    r"reveal\.(\w+)": {one.value for one in RevealField},
    r"entry\.(\w+)": {note.value for note in EntryNote if note is not EntryNote.NONE},
    r"lookup\.kind\.(\w+)": {kind.value for kind in NumberKind},
    r"lookup\.refusal\.(\w+)": {why.value for why in LookupRefusal},
    r"lookup\.refusal\.(\w+)\.advice": {why.value for why in LookupRefusal},
    r"staff\.role\.(\w+)": {role.value for role in Role},
    r"ticket_reason\.(\w+)": {reason.value for reason in TicketReason},
    **{rf"ticket_taken\.(\w+)\.{part}": {state.value for state in TicketState} for part in ("title", "text")},
    **{rf"staff\.work\.(\w+)\.{part}": {work.value for work in StaffWork} for part in ("title", "step")},
    **{
        rf"staff\.(?:sign_in|second|clerk)\.(\w+)\.{part}": {each.value for each in SignInStep}
        for part in ("title", "lead")
    },
    r"activation\.step\.(identity|phone|explain|pin|done)": {step.value for step in Step},
    r"(central\.\w+)\.recent": {failure.key for failure in OUTAGES},
} | {
    rf"((?:reader|card|status|verdict|central|kiosk)\.\w+)\.{part}": {failure.key for failure in Failure}
    for part in PARTS
}


@pytest.mark.parametrize("pattern", CLOSED)
def test_a_closed_set_has_a_text_for_each_member_and_no_other(pattern: str) -> None:
    there = {match[1] for key in KEYS if (match := re.fullmatch(pattern, key))}
    allowed_beside = {"central.part"} if pattern.startswith("((?:reader") else set()
    assert (there - allowed_beside) ^ CLOSED[pattern] == set()


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.code)
@pytest.mark.parametrize("area", PROFILES)
def test_a_failures_texts_need_no_more_gaps_than_the_region_fills(
    zh: Words, en: Words, entry: Entry, area: str
) -> None:
    profile = PROFILES[area]
    assert isinstance(profile, RegionProfile)
    for words in (zh, en):
        for part in PARTS:
            assert words.t(f"{entry.key}.{part}", **profile.gaps(words.language))


# --- what the region profiles add ------------------------------------------------------------------------------------


@pytest.mark.parametrize("face", ["NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"])
def test_every_character_of_a_profile_and_of_a_figure_is_in_the_shipped_face(face: str) -> None:
    glyphs = set(TTFont(FONTS / face, lazy=True).getBestCmap())
    texts = ["0123456789¥+\u2212,.%*"]
    for profile in PROFILES.values():
        assert isinstance(profile, RegionProfile)
        named = [profile.hall, profile.hall_short, *(contact.name for contact in profile.contacts)]
        named += [contact.address for contact in profile.contacts if contact.address is not None]
        texts += [text for name in named for _, text in name.languages]
        texts += [value for language in LANGUAGES for value in profile.gaps(language).values()]
    written = {character for text in texts for character in text}
    assert sorted(character for character in written if ord(character) not in glyphs) == []


# --- wording (screen language §8) ------------------------------------------------------------------------------------

CHINESE = [(key, text) for language, key, text in TEXTS if language == "zh_CN"]
ENGLISH = [(key, text) for language, key, text in TEXTS if language == "en"]


def test_chinese_is_punctuated_in_full_width() -> None:
    assert [key for key, text in CHINESE if re.search(rf"[{HAN}}}][,;:?!()]|[,;?!(][{HAN}]", text)] == []
    assert [key for key, text in CHINESE if re.search("[，。、：；？（）] | [，。、：；？）]", text)] == []


def test_one_blank_between_a_chinese_character_and_a_number_or_a_latin_word() -> None:
    dates = re.compile(r"(format|month_name|weekday)\.")
    tight = rf"[{HAN}][0-9A-Za-z]|[0-9A-Za-z][{HAN}]"
    assert [key for key, text in CHINESE if not dates.match(key) and re.search(tight, MARKS.sub("", text))] == []
    assert [
        key for key, text in CHINESE if re.search(rf"[{HAN}]  |  [{HAN}]|[{HAN}] [{HAN}]", MARKS.sub("", text))
    ] == []


def test_titles_and_labels_have_no_full_stop() -> None:
    assert [key for key, text in CHINESE if key.endswith(".title") and text.endswith(("。", "."))] == []
    assert [
        key for key, text in ENGLISH if key.endswith((".title", ".word", ".name", ".short")) and text.endswith(".")
    ] == []


def test_english_has_straight_punctuation_and_commas_for_the_dot() -> None:
    assert [key for key, text in ENGLISH if re.search("[“”‘’·，。]", text)] == []


@pytest.mark.parametrize(("texts", "stop"), [(CHINESE, "[。？！]"), (ENGLISH, r"[.?!](?= |$)")], ids=["zh", "en"])
def test_at_most_three_short_sentences(texts: list[tuple[str, str]], stop: str) -> None:
    for key, text in texts:
        if not key.startswith("privacy."):
            assert len(re.findall(stop, text)) <= 3, key


def test_nothing_shouts_at_or_blames_the_person() -> None:
    blame = re.compile("错误|失败|非法|无效|未知错误|您的错|操作不当")
    assert [key for key, text in CHINESE if blame.search(text)] == []
    assert [
        key for key, text in ENGLISH if re.search(r"\b(error|failed|failure|invalid|illegal|wrong PIN)\b", text, re.I)
    ] == []


def test_staff_are_asked_for_only_where_a_card_brings_it_about() -> None:
    """A reader or central that is away leaves the resident something they can do themselves."""
    own = [
        failure
        for failure in (*Failure, *DeviceFailure)
        if failure.key.split(".")[0] in {"reader", "central", "kiosk", "device"}
    ]
    asks = re.compile("请工作人员|找.*工作人员|ask .*staff", re.I)
    texts = {language: entries(language) for language in LANGUAGES}
    for failure in own:
        for part in ("title", "lead", "advice"):
            for language in LANGUAGES:
                assert not asks.search(forms(texts[language][f"{failure.key}.{part}"])[0]), failure


def test_the_card_pin_is_never_called_by_another_name() -> None:
    asked = [f"pins.{slot}.title" for slot in ("initial", "old", "new", "again", "torn_new", "torn_old")]
    for key in ("pin.title", "pin.again.title", "pin.lead", "forgot.title", *asked):
        assert "社保卡密码" in forms(entries("zh_CN")[key])[0], key
    assert "不是银行卡密码" in forms(entries("zh_CN")["pin.lead"])[0]
