"""The region profile: what differs from city to city, as data in `assets/regions/<area>.toml`.

Code tables, PIN rules, what an unproved card opens, the enrolment window, contacts. Read with checks written by hand:
start-up does not pay for a validation library. A profile with errors is a value (`RegionErrors`) that names file, key, value
and what is allowed, all errors at once.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import Any, TypeVar

from kiosk.help import PASSWORD_MAX, AuthorisationKind, Ground, GroundRule, QueryPart, QueryRules, Role
from kiosk.model import Month, Phone
from kiosk.services import IdentityWay

CHINESE = "zh_CN"
"""The language every text of a profile has; what is missing in another is shown in it."""

PIN_MIN, PIN_MAX = 4, 12
"""Digits a terminal's PIN pad takes (LD/T 33-2015); a region may ask for a narrower range."""

AREA, AREA_ALLOWED = r"[1-9][0-9]{5}", "six digits of GB/T 2260"
INSURANCE, INSURANCE_ALLOWED = r"[0-9A-Za-z]{1,6}", "AAE140 codes"
CODE, CODE_ALLOWED = r"[0-9A-Za-z]{1,4}", "a code as text"
PHONE, PHONE_ALLOWED = r"[0-9][0-9 -]{2,17}[0-9]", "a telephone number as published, digits, blanks and hyphens"

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the profile in its languages, Chinese always among them."""

    languages: tuple[tuple[str, str], ...]

    def of(self, language: str) -> str:
        by_code = dict(self.languages)
        return by_code.get(language, by_code[CHINESE])


@unique
class StatusKind(StrEnum):
    """How a status label looks."""

    OK = "ok"
    WARN = "warn"
    NEUTRAL = "neutral"


@unique
class StatusWord(StrEnum):
    """The words a registration's status can have; `insured.<word>.word` and `.lead` in the catalogues."""

    PAYING = "paying"
    INSURED = "insured"
    RESUMED = "resumed"
    PAUSED = "paused"
    RECEIVING = "receiving"
    BENEFIT_PAUSED = "benefit_paused"
    ENDED = "ended"
    NOT_INSURED = "not_insured"
    MERGED = "merged"  # from `Registration.merged_into`, not from a code


@unique
class Unproved(StrEnum):
    """What a card that cannot be proved genuine opens (design §4)."""

    NOTHING = "nothing"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Status:
    """What is shown for AAC031 + AAC008."""

    word: StatusWord
    kind: StatusKind


@dataclass(frozen=True, slots=True)
class StatusRule:
    """One line of the table; `insurances` empty: every insurance."""

    payment: str  # AAC031
    person: str  # AAC008
    insurances: tuple[str, ...]  # AAE140
    status: Status


@dataclass(frozen=True, slots=True)
class PinRules:
    """Digits of a card PIN, and how many boxes are drawn."""

    min: int
    max: int
    boxes: int
    initial: tuple[str, ...]  # what cards are issued with; never tried by the kiosk

    def __repr__(self) -> str:
        return f"PinRules(min={self.min}, max={self.max}, boxes={self.boxes})"


@dataclass(frozen=True, slots=True)
class Windows:
    """Where and when people help."""

    where: Text
    hours: Text
    renew: Text


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Resident medical insurance: the months of the year before in which one pays, and when a late payment counts."""

    first_month: int
    last_month: int
    late_days: int
    pay: Text

    def window(self, insurance_year: int) -> tuple[Month, Month]:
        """First and last month in which the insurance year is paid in time."""
        return Month(insurance_year - 1, self.first_month), Month(insurance_year - 1, self.last_month)


@dataclass(frozen=True, slots=True)
class Activation:
    """How whoever stands there is proved when a card is activated: the first way is offered first. What a kiosk has no device
    for it leaves out."""

    identity: tuple[IdentityWay, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """A temporary report of loss ends by itself after so many days."""

    days: int


@dataclass(frozen=True, slots=True)
class Contact:
    """A body that answers for the record of some insurances; of a district, or (None) of the whole region."""

    insurances: tuple[str, ...]  # AAE140
    district: str | None
    name: Text
    phone: Phone
    address: Text | None


@dataclass(frozen=True, slots=True)
class RegionProfile:
    """Everything the kiosk knows of its region."""

    area: str  # GB/T 2260
    areas: frozenset[str]  # this area and its districts: cards issued there are served here
    exempt_counts: bool
    log_days: int
    name: Text
    hall: Text
    hall_short: Text
    handler: Text
    windows: Windows
    social_hotline: str
    medical_hotline: str
    platform: Text
    pin: PinRules
    unproved_allows: Unproved
    enrolment: Enrolment
    activation: Activation
    loss: Loss
    query: QueryRules
    grounds: tuple[GroundRule, ...]
    statuses: tuple[StatusRule, ...]
    contacts: tuple[Contact, ...]

    def status(self, payment: str, person: str, insurance: str) -> Status | None:
        """What is shown for AAC031 and AAC008 of an insurance. None: a code nobody knows, shown as such."""
        for rule in self.statuses:
            fits = rule.payment == payment and rule.person == person
            if fits and (not rule.insurances or insurance in rule.insurances):
                return rule.status
        return None

    def contacts_for(self, insurance: str) -> tuple[Contact, ...]:
        """Whom to ask about an insurance, the region's own body before the districts'."""
        found = [contact for contact in self.contacts if insurance in contact.insurances]
        return tuple(sorted(found, key=lambda contact: contact.district or ""))

    def gaps(self, language: str) -> dict[str, str]:
        """What the catalogues' sentences may name of the region. Screens hand these to every text."""
        return {
            "region": self.name.of(language),
            "handler": self.handler.of(language),
            "windows": self.windows.where.of(language),
            "hours": self.windows.hours.of(language),
            "renew": self.windows.renew.of(language),
            "hotline": self.social_hotline,
            "medical_hotline": self.medical_hotline,
            "platform": self.platform.of(language),
            "pay": self.enrolment.pay.of(language),
            "late_days": str(self.enrolment.late_days),
            "log_days": str(self.log_days),
            "loss_days": str(self.loss.days),
        }


@dataclass(frozen=True, slots=True)
class RegionError:
    """`key` is the path in the file (`pin.min`, `status[2].word`), `value` what stands there ("" when nothing does)."""

    file: Path
    key: str
    value: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key} = {self.value!r}: {self.allowed}"


@dataclass(frozen=True, slots=True)
class RegionErrors:
    """Why a profile cannot be used; never empty."""

    errors: tuple[RegionError, ...]


class _Table:
    """Reads a TOML table key by key, collects errors instead of raising. A value with an error is replaced by one that
    lets reading go on; the profile made of it is never handed out."""

    def __init__(self, file: Path, errors: list[RegionError], path: str, data: Mapping[str, Any]) -> None:
        self._file = file
        self._errors = errors
        self._path = path
        self._data = data
        self._known: set[str] = set()

    def error(self, key: str, allowed: str) -> None:
        value = str(self._data[key]) if key in self._data else ""
        self._errors.append(RegionError(self._file, self._path + key, value, allowed))

    def _get(self, key: str, kind: type[T], allowed: str, good: Callable[[T], bool], instead: T) -> T:
        self._known.add(key)
        value = self._data.get(key)
        # bool is an int in Python, but `min = true` is a mistake in a profile.
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)) and good(value):
            return value
        self.error(key, allowed)
        return instead

    def has(self, key: str) -> bool:
        return key in self._data

    def flag(self, key: str) -> bool:
        return self._get(key, bool, "true or false", lambda _: True, False)

    def whole(self, key: str, low: int, high: int) -> int:
        return self._get(key, int, f"a whole number from {low} to {high}", lambda n: low <= n <= high, low)

    def line(self, key: str, pattern: str = r"\S(.*\S)?", allowed: str = "a text") -> str:
        return self._get(key, str, allowed, lambda text: re.fullmatch(pattern, text) is not None, "")

    def lines(self, key: str, pattern: str, allowed: str) -> tuple[str, ...]:
        def good(values: list[Any]) -> bool:
            return bool(values) and all(isinstance(value, str) and re.fullmatch(pattern, value) for value in values)

        none: list[Any] = []
        found: list[Any] = self._get(key, list, f"a list of {allowed}, at least one", good, none)
        return tuple(found)

    def choice(self, key: str, members: type[E]) -> E:
        values = [member.value for member in members]
        return members(self._get(key, str, "one of " + ", ".join(values), lambda text: text in values, values[0]))

    def choices(self, key: str, members: type[E]) -> tuple[E, ...]:
        """At least one, none twice, in the order in which they stand."""
        values = [member.value for member in members]

        def good(found: list[Any]) -> bool:
            return bool(found) and all(one in values for one in found) and len(set(found)) == len(found)

        none: list[Any] = []
        found: list[Any] = self._get(
            key, list, "a list of " + ", ".join(values) + ", at least one, none twice", good, none
        )
        return tuple(members(one) for one in found)

    def table(self, key: str) -> "_Table":
        none: dict[str, Any] = {}
        return self._inner(key, self._get(key, dict, "a table", lambda _: True, none))

    def tables(self, key: str) -> "list[_Table]":
        def good(values: list[Any]) -> bool:
            return bool(values) and all(isinstance(value, dict) for value in values)

        none: list[Any] = []
        found = self._get(key, list, "a list of tables, at least one", good, none)
        return [self._inner(f"{key}[{at}]", data) for at, data in enumerate(found)]

    def text(self, key: str) -> Text:
        """A table of language codes; Chinese must be there."""
        found = self._get(key, dict, f"a text per language, {CHINESE} at least", lambda d: CHINESE in d, {CHINESE: ""})
        table = self._inner(key, found)
        return Text(tuple((language, table.line(language)) for language in found))

    def _inner(self, key: str, data: Mapping[str, Any]) -> "_Table":
        return _Table(self._file, self._errors, f"{self._path}{key}.", data)

    def end(self) -> None:
        """Whatever was not asked for is a mistake."""
        for key in self._data:
            if key not in self._known:
                self.error(key, "no such key; known here: " + ", ".join(sorted(self._known)))


def load(folder: Path, area: str) -> RegionProfile | RegionErrors:
    """Read the profile `<folder>/<area>.toml`."""
    file = folder / f"{area}.toml"
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        there = ", ".join(sorted(path.stem for path in folder.glob("*.toml"))) or "none"
        return RegionErrors((RegionError(file, "area", area, f"an area that has a profile here: {there}"),))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return RegionErrors((RegionError(file, "", "", f"TOML in UTF-8: {error}"),))
    errors: list[RegionError] = []
    profile = _profile(_Table(file, errors, "", data), area)
    return RegionErrors(tuple(errors)) if errors else profile


def _profile(root: _Table, area: str) -> RegionProfile:
    if root.line("area", AREA, AREA_ALLOWED) not in ("", area):
        root.error("area", f"{area}, as the file is named")
    hotlines = root.table("hotlines")
    proof = root.table("proof")
    profile = RegionProfile(
        area=area,
        areas=frozenset({area, *root.lines("districts", AREA, AREA_ALLOWED)}),
        exempt_counts=root.flag("exempt_counts"),
        log_days=root.whole("log_days", 180, 3650),
        name=root.text("name"),
        hall=root.text("hall"),
        hall_short=root.text("hall_short"),
        handler=root.text("handler"),
        windows=_windows(root.table("windows")),
        social_hotline=hotlines.line("social", PHONE, PHONE_ALLOWED),
        medical_hotline=hotlines.line("medical", PHONE, PHONE_ALLOWED),
        platform=root.text("platform"),
        pin=_pin(root.table("pin")),
        unproved_allows=proof.choice("unproved_allows", Unproved),
        enrolment=_enrolment(root.table("enrolment")),
        activation=_activation(root.table("activation")),
        loss=_loss(root.table("loss")),
        query=_query(root.table("query")),
        grounds=_grounds(root.table("staff")),
        statuses=_statuses(root.tables("status")),
        contacts=tuple(_contact(table) for table in root.tables("contacts")),
    )
    for table in (hotlines, proof, root):
        table.end()
    return profile


def _windows(table: _Table) -> Windows:
    windows = Windows(table.text("where"), table.text("hours"), table.text("renew"))
    table.end()
    return windows


def _pin(table: _Table) -> PinRules:
    low = table.whole("min", PIN_MIN, PIN_MAX)
    high = table.whole("max", low, PIN_MAX)
    boxes = table.whole("boxes", low, high)
    initial = table.lines("initial", rf"[0-9]{{{low},{high}}}", f"PINs of {low} to {high} digits")
    table.end()
    return PinRules(low, high, boxes, initial)


def _enrolment(table: _Table) -> Enrolment:
    first = table.whole("first_month", 1, 12)
    last = table.whole("last_month", first, 12)
    enrolment = Enrolment(first, last, table.whole("late_days", 0, 366), table.text("pay"))
    table.end()
    return enrolment


def _activation(table: _Table) -> Activation:
    activation = Activation(table.choices("identity", IdentityWay))
    table.end()
    return activation


def _loss(table: _Table) -> Loss:
    loss = Loss(table.whole("days", 1, 365))
    table.end()
    return loss


def _query(table: _Table) -> QueryRules:
    low = table.whole("password_min", 4, PASSWORD_MAX)
    rules = QueryRules(
        allowed=table.flag("allowed"),
        password_min=low,
        password_max=table.whole("password_max", low, PASSWORD_MAX),
        letters=table.flag("letters"),
        shows=frozenset(table.choices("shows", QueryPart)),
        loss=table.flag("loss"),
    )
    table.end()
    return rules


def _grounds(staff: _Table) -> tuple[GroundRule, ...]:
    rules: list[GroundRule] = []
    for table in staff.tables("grounds"):
        rule = GroundRule(
            table.choice("ground", Ground),
            table.choices("documents", AuthorisationKind) if table.has("documents") else (),
            table.flag("second") if table.has("second") else False,
            frozenset(table.choices("roles", Role)),
        )
        table.end()
        if any(rule.ground is earlier.ground for earlier in rules):
            table.error("ground", "a ground that no earlier table has")
        if Role.TECHNICIAN in rule.roles:
            table.error("roles", "clerk, supervisor: a technician sees no record")
        if rule.ground is Ground.PRESENT and rule.documents:
            table.error("documents", "none: the holder stands there")
        rules.append(rule)
    staff.end()
    return tuple(rules)


def _insurances(table: _Table) -> tuple[str, ...]:
    return table.lines("insurances", INSURANCE, INSURANCE_ALLOWED)


def _statuses(tables: list[_Table]) -> tuple[StatusRule, ...]:
    rules: list[StatusRule] = []
    seen: set[tuple[str, str, str]] = set()
    for table in tables:
        rule = StatusRule(
            table.line("payment", CODE, CODE_ALLOWED),
            table.line("person", CODE, CODE_ALLOWED),
            _insurances(table) if table.has("insurances") else (),
            Status(table.choice("word", StatusWord), table.choice("kind", StatusKind)),
        )
        table.end()
        for insurance in rule.insurances or ("",):
            place = (rule.payment, rule.person, insurance)
            if place in seen or (rule.payment, rule.person, "") in seen:
                table.error("payment", "a pair of codes that no earlier line has: this line is never reached")
            seen.add(place)
        rules.append(rule)
    return tuple(rules)


def _contact(table: _Table) -> Contact:
    contact = Contact(
        insurances=_insurances(table),
        district=table.line("district", AREA, AREA_ALLOWED) if table.has("district") else None,
        name=table.text("name"),
        phone=Phone(
            table.line("phone", PHONE, PHONE_ALLOWED), table.flag("confirmed") if table.has("confirmed") else True
        ),
        address=table.text("address") if table.has("address") else None,
    )
    table.end()
    return contact
