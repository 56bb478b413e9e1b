"""One insurance: status, from when to when one is entitled and why, since when, who pays, who answers; and who one is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from kiosk.masking import mask_card_number, mask_name, mask_number
from kiosk.model import Absent, ContributionYear, Entitlement, EntitlementReason, Period, Registration
from kiosk.ui import format as fmt
from kiosk.ui.components.buttons import ButtonSize, ButtonSpec, button, pager, reveal_button
from kiosk.ui.components.entitlement import EntitlementSpec, entitlement_bar
from kiosk.ui.components.lists import FactSpec
from kiosk.ui.components.lists import facts as fact_list
from kiosk.ui.components.status import status_label
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    UNBOUNDED,
    Align,
    Column,
    Element,
    Flex,
    IconBox,
    Nothing,
    Pad,
    Panel,
    Placed,
    Row,
    Rule,
    Sized,
    Spacer,
)
from kiosk.ui.nodes import Page
from kiosk.ui.screens import facts
from kiosk.ui.screens.paging import Turn, fill
from kiosk.ui.screens.shell import moment, page, record_session
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit import offers
from kiosk.visit.actions import Field, OpenRegistration, OpenWrong, SetReveal, ShowPart
from kiosk.visit.deadlines import reveal_left
from kiosk.visit.rules_record import registrations
from kiosk.visit.states import Model, Record, RegistrationPage


def build(state: Record, model: Model, env: Env) -> Page:
    assert isinstance(state.page, RegistrationPage)
    found = facts.of_insurance(registrations(state.overview), state.page.insurance)
    assert found is not None  # the visit opens this page for a registration that is there
    theme = env.kit.theme
    gap = theme.pick(28, 20)
    one = _One(state, state.page, model, env, found, gap)
    content = (one.two_columns() if theme.landscape and not theme.large else None) or one.one_column()
    return page(env, model, content, record_session(env, state), top_gap=gap)


@dataclass(frozen=True, slots=True)
class _One:
    """The page of one registration."""

    state: Record
    page: RegistrationPage
    model: Model
    env: Env
    registration: Registration
    top: int

    def one_column(self) -> Element:
        """Portrait, and large text: blocks below each other, in parts where they do not fit."""
        theme = self.env.kit.theme
        box = content_box(self.env.kit, top_gap=self.top)
        gap = theme.pick(28, 20)
        head, lead = self._head(box.w)
        foot = 96 if theme.tight else theme.pick(120, 112)
        room = box.h - head.measure(box.w).h
        whole = room - (0 if self._alone else foot + gap)
        for blocks in self._forms(box.w, gap):
            if lead is not None:  # it belongs to the first block, and so stands on the first part only
                said = Column(Pad(lead, 0, theme.pick(12, 8), 0, 0), blocks[0])
                # Where it does not even fit with that block it goes: it only points at what the block says.
                blocks[0] = said if said.measure(box.w).h <= room - foot - gap else blocks[0]
            heights = [block.measure(box.w).h + self._thinner for block in blocks]
            turned = fill(heights, whole, room - foot - gap, self.page.part)
            if turned.only:
                break
        below = self._pager(turned)
        shown: list[Element] = [head, *blocks[turned.first : turned.end], Spacer(1, 0 if below is None else gap)]
        if below is not None:
            shown.append(Sized(below, h=foot))
        return Column(*shown)

    def two_columns(self) -> Element | None:
        """Landscape: status and entitlement at the left; what is known, who one is and the paging at the right. None where
        the left column is too long for that."""
        box = content_box(self.env.kit, top_gap=self.top)
        gap, foot = 24, 112
        left_width = (box.w - 40) * 17 // 30
        right_width = box.w - 40 - left_width
        head, lead = self._head(left_width)
        left: list[Element] = [head]
        if lead is not None:
            left += [Nothing(0, 12), lead]
        picture = self._picture(whole=True)
        known = self._facts(right_width) if picture else []
        left += [Nothing(0, gap), *(picture or self._facts(left_width))]
        described = Column(*left)
        if described.measure(left_width).h + self._thinner * 4 > box.h:
            return None
        whole = box.h - (0 if self._alone else foot + gap)
        for who in (self._identity_rows(), [self._identity()]):
            rows = [Pad(row, 0, gap if i == len(known) and known else 0, 0, 0) for i, row in enumerate([*known, *who])]
            heights = [row.measure(right_width).h + self._thinner for row in rows]
            turned = fill(heights, whole, box.h - foot - gap, self.page.part)
            if turned.only:
                break
        below = self._pager(turned)
        column: list[Element] = [*rows[turned.first : turned.end], Spacer(1, 0 if below is None else gap)]
        if below is not None:
            column.append(Sized(below, h=foot))
        return Row(
            Sized(described, w=left_width, exact=True),
            Flex(Sized(Column(*column), h=box.h)),
            gap=40,
            align=Align.START,
        )

    @property
    def _thinner(self) -> int:
        """High contrast has thicker lines: what fits is decided for those, so that both show the same."""
        return 3 - self.env.kit.theme.lines.hairline

    @property
    def _alone(self) -> bool:
        return len(registrations(self.state.overview)) == 1

    # --- status -----------------------------------------------------------------------------------------------------

    def _head(self, width: int) -> tuple[Element, Element | None]:
        """Title and status on one line, and the lead below them; where they are too long for one line the status goes down
        to the lead."""
        env, kit, large = self.env, self.env.kit, self.env.kit.theme.large
        status = facts.status_of(env, self.registration)
        label = status_label(kit, status.text, status.tone, icon=status.icon, big=True)
        title = Text(kit, facts.insurance_title(env, self.registration.insurance), Type.H1, lines=2)
        text = self._lead_text()
        lead = Text(kit, text, Type.BODY, Role.INK2) if text else None
        if title.measure(UNBOUNDED).w + 24 + label.measure(UNBOUNDED).w <= width:
            return Row(Flex(title), label, gap=24), lead
        if large or lead is None:
            return Column(title, Placed(label, Align.START), gap=8), lead
        return Column(title, Row(label, Flex(lead), gap=24), gap=8), None

    def _lead_text(self) -> str:
        env = self.env
        entitlement = self.registration.entitlement
        if entitlement is None:
            word = facts.status_of(env, self.registration).word
            return "" if word is None else env.t(f"insured.{word.value}.lead")
        if isinstance(entitlement, Absent):
            return env.t("registration.lead.absent")
        today = env.now.date()
        if any(
            period.since <= today and (period.until is None or today <= period.until) for period in entitlement.periods
        ):
            return env.t("registration.lead.entitled")
        later = [period.since for period in entitlement.periods if period.since > today]
        if later:
            return env.t("registration.lead.later", since=fmt.day(env.words, min(later), today))
        return env.t("registration.lead.not_entitled")

    # --- entitlement ------------------------------------------------------------------------------------------------

    def _picture(self, *, whole: bool) -> list[Element]:
        """The bar of the year and why: on one panel, or (large text) on one each, so that they can stand on two parts."""
        kit, theme = self.env.kit, self.env.kit.theme
        entitlement = self.registration.entitlement
        if entitlement is None:
            return []
        side, above = theme.pick(46, 32), 10 if theme.tight else theme.pick(28, 24)
        pad = (side, above, side, above)
        if isinstance(entitlement, Absent):
            words = Column(
                Text(kit, facts.absent_word(self.env, entitlement), Type.H2),
                Text(kit, facts.absent_text(self.env, self.state, entitlement), Type.BODY, Role.INK2),
            )
            icon = IconBox(kit, Icon.HELP, IconSize.ROW, Role.INK2)
            return [Panel(kit, Row(icon, Flex(words), gap=24, align=Align.START), pad=pad)]
        bar, why = self._bar(entitlement), self._why(entitlement)
        if whole:
            return [Panel(kit, Column(bar, Rule(kit), why, gap=theme.pick(18, 16)), pad=pad)]
        return [Panel(kit, bar, pad=pad), Panel(kit, why, pad=pad)]

    def _bar(self, entitlement: Entitlement) -> Element:
        env, kit, theme = self.env, self.env.kit, self.env.kit.theme
        words, year = env.words, entitlement.year
        merged = _merged(entitlement.periods)
        if merged:
            head = fmt.in_list(words, (fmt.days_range(words, one.since, one.until) for one in merged))
        else:
            head = env.t("entitlement.none_in_year", year=year)
        paid_on = entitlement.paid_on
        first = date(year, 1, 1)
        spec = EntitlementSpec(
            year=year,
            periods=merged,
            entitled=env.t("entitlement.bar.entitled"),
            not_entitled=env.t("entitlement.bar.not_entitled"),
            start_labels=tuple(
                env.t("entitlement.bar.from", date=_short_day(env, one.since)) if one.since > first else ""
                for one in merged
            ),
            paid_on=paid_on,
            paid_label="" if paid_on is None else env.t("entitlement.bar.paid_on", date=_short_day(env, paid_on)),
        )
        return Column(Text(kit, head, Type.H2), entitlement_bar(kit, spec), gap=theme.pick(12, 12))

    def _why(self, entitlement: Entitlement) -> Element:
        env, kit, theme = self.env, self.env.kit, self.env.kit.theme
        known = {reason.value for reason in EntitlementReason}
        reason = entitlement.reason if entitlement.reason in known else "unknown"
        gaps = self._gaps(entitlement)
        words = Column(
            Text(kit, env.t(f"entitlement.{reason}.title", **gaps), Type.VALUE),
            Text(kit, env.t(f"entitlement.{reason}.text", **gaps), Type.LEGEND if theme.large else Type.BODY, line=140),
        )
        icon = IconBox(kit, Icon.HELP, IconSize.ROW, Role.PRIMARY)
        return Row(icon, Flex(words), gap=theme.pick(24, 20), align=Align.START)

    def _gaps(self, entitlement: Entitlement) -> dict[str, str | int]:
        """What the sentences of all reasons may name."""
        env, words, today = self.env, self.env.words, self.env.now.date()
        enrolment = env.region.enrolment
        paid_on = entitlement.paid_on
        since = min((period.since for period in entitlement.periods), default=None)
        if since is None and paid_on is not None:
            since = paid_on + timedelta(days=enrolment.late_days)
        unknown = env.t("common.not_known")
        return {
            "year": entitlement.year,
            "since": unknown if since is None else fmt.day(words, since, today),
            "paid_on": unknown if paid_on is None else fmt.day(words, paid_on, today),
            "window": fmt.months_range(words, *enrolment.window(entitlement.year)),
            "body": facts.body_name(env, self.registration.origin.body),
            "code": entitlement.reason,
        }

    # --- what is known ----------------------------------------------------------------------------------------------

    def _forms(self, width: int, gap: int) -> list[list[Element]]:
        """Blocks of which each can stand on a part of its own, in order, with the gap above them. The first form that needs
        no second part is taken, or the last."""

        def spaced(rows: Sequence[Element]) -> list[Element]:
            return [Pad(row, 0, 0 if i else gap, 0, 0) for i, row in enumerate(rows)]

        picture = [
            spaced([panel])[0]
            for panel in self._picture(whole=not self.env.kit.theme.large and not self.env.kit.theme.landscape)
        ]
        known = [*picture, *spaced(self._facts(width))]
        roomy = [*known, *spaced(self._identity_rows())]
        if self.env.kit.theme.large:
            return [roomy]
        return [roomy, [*known, *spaced([self._identity()])], [*roomy]]

    def _facts(self, width: int) -> list[Element]:
        """One row each, which together look like one list."""
        label = min(236, width // 4)
        return [fact_list(self.env.kit, [spec], label_width=label) for spec in self._fact_specs()]

    def _fact_specs(self) -> list[FactSpec]:
        env, one, words = self.env, self.registration, self.env.words
        known: list[FactSpec] = []
        since = env.t("common.no_data") if one.since is None else fmt.month(words, one.since)
        known.append(FactSpec(env.t("registration.since"), since))
        if one.until is not None:
            known.append(FactSpec(env.t("registration.until"), fmt.month(words, one.until)))
        if one.merged_into is not None:
            known.append(FactSpec(env.t("registration.merged"), facts.insurance_name(env, one.merged_into)))
        if one.payer is not None:
            known.append(FactSpec(facts.payer_label(env, one.payer), facts.payer_value(env, one.payer)))
        elif one.merged_into is None:
            known.append(FactSpec(env.t("registration.payer_unknown"), env.t("common.no_data")))
        paid = self._paid()
        if paid is not None:
            known.append(paid)
        entitlement = one.entitlement
        if (
            isinstance(entitlement, Entitlement)
            and entitlement.paid_on
            and entitlement.paid_on.year != entitlement.year
        ):
            paid_on = fmt.day(words, entitlement.paid_on, env.now.date())
            known.append(FactSpec(env.t("registration.paid_on"), paid_on))
        known.append(self._body())
        return known

    def _paid(self) -> FactSpec | None:
        """What was paid this year; None where this insurance has no such year."""
        env, insurance = self.env, self.registration.insurance
        year = env.now.year
        label = env.t("registration.paid", year=year)
        contributions = self.state.overview.contributions
        if isinstance(contributions, Absent):
            return FactSpec(label, facts.absent_word(env, contributions))
        found = facts.year_of(facts.history_of(self.state.overview, insurance), year)
        if found is None:
            return None
        return FactSpec(label, _sum(env, found), facts.sums(env, insurance, found) or None)

    def _body(self) -> FactSpec:
        env, origin = self.env, self.registration.origin
        phone = facts.phone_of(env, origin, self.registration.insurance)
        as_of = moment(env, origin.as_of)
        if phone is None:
            note = env.t("registration.body_note_no_phone", as_of=as_of)
        else:
            note = env.t("registration.body_note", phone=fmt.phone(env.words, phone), as_of=as_of)
        wrong = button(env.kit, ButtonSpec(env.t("wrong.button"), "wrong", OpenWrong(), size=ButtonSize.SMALL))
        return FactSpec(env.t("registration.body"), facts.body_name(env, origin.body), note, beside=wrong)

    # --- who one is -------------------------------------------------------------------------------------------------

    def _secrets(self) -> list["_Secret"]:
        env, overview = self.env, self.state.overview
        return [
            _Secret(Field.NAME, env.t("identity.name"), overview.holder.name, mask_name, "reveal-name"),
            _Secret(Field.NUMBER, env.t("identity.number"), overview.holder.number, mask_number, "reveal-number"),
            _Secret(
                Field.CARD_NUMBER,
                env.t("identity.card_number"),
                overview.card_number,
                mask_card_number,
                "reveal-card-number",
            ),
        ]

    def _shown(self, secret: "_Secret") -> bool:
        return self.state.reveal is not None and self.state.reveal.field is secret.which

    def _reveal(self, secret: "_Secret") -> Element:
        """Shows the value for some seconds, which the button counts down; one at a time."""
        if not offers.reveals(self.state):
            return Nothing()
        env, open_ = self.env, self._shown(secret)
        left = reveal_left(self.model) or 0
        label = env.n("common.hide", left) if open_ else env.t("common.show")
        action = SetReveal(None if open_ else secret.which)
        return reveal_button(env.kit, label, secret.name, action, open_=open_, spoken=secret.label)

    def _value(self, secret: "_Secret") -> str:
        return secret.value if self._shown(secret) else secret.mask(secret.value)

    def _identity(self) -> Element:
        """Three values side by side, each with its own button."""
        kit = self.env.kit
        cells: list[Element] = []
        for secret, weight in zip(self._secrets(), (4, 6, 4), strict=True):
            words = Column(
                Text(kit, secret.label, Type.NOTE, Role.INK2, line=130),
                Text(kit, self._value(secret), Type.LABEL, line=135),
            )
            cells.append(Flex(Column(Flex(words), Placed(self._reveal(secret), Align.START), gap=8), weight))
        return Row(*cells, gap=20, align=Align.STRETCH)

    def _identity_rows(self) -> list[Element]:
        """One below the other; in landscape the column is too narrow for label, value and button side by side."""
        kit = self.env.kit
        rows: list[Element] = []
        for secret in self._secrets():
            if not kit.theme.landscape or kit.theme.large:
                rows.append(fact_list(kit, [FactSpec(secret.label, self._value(secret), beside=self._reveal(secret))]))
                continue
            words = Column(
                Text(kit, secret.label, Type.NOTE, Role.INK2, line=130),
                Text(kit, self._value(secret), Type.VALUE, line=130),
            )
            row = Row(Flex(words), self._reveal(secret), gap=24)
            rows.append(Column(Pad(row, 0, 10), Rule(kit)))
        return rows

    # --- other insurances -------------------------------------------------------------------------------------------

    def _pager(self, turned: Turn) -> Element | None:
        """Within an insurance its parts, at their ends the neighbouring insurance."""
        env = self.env
        codes = [one.insurance for one in registrations(self.state.overview)]
        at = codes.index(self.page.insurance)
        if len(codes) == 1 and turned.only:
            return None
        size = ButtonSize.SMALL if env.kit.theme.large else ButtonSize.CARD
        if turned.before is not None:
            before = ButtonSpec(env.t("common.previous_page"), "prev-part", ShowPart(turned.before), size=size)
        else:
            action = OpenRegistration(codes[at - 1]) if at else None
            before = ButtonSpec(env.t("registration.previous"), "prev-insurance", action, size=size, enabled=at > 0)
        if turned.after is not None:
            after = ButtonSpec(env.t("common.next_page"), "next-part", ShowPart(turned.after), size=size)
        else:
            more = at + 1 < len(codes)
            action = OpenRegistration(codes[at + 1]) if more else None
            after = ButtonSpec(env.t("registration.next"), "next-insurance", action, size=size, enabled=more)
        number, count = (at + 1, len(codes)) if turned.only else (turned.page, turned.pages or 1)
        key = "common.position" if turned.only or env.kit.theme.large else "common.page"
        return pager(
            env.kit,
            _with_icon(before, Icon.CHEVRON_LEFT, after=False),
            env.t(key, page=number, pages=count),
            str(number),
            _with_icon(after, Icon.CHEVRON_RIGHT, after=True),
        )


@dataclass(frozen=True, slots=True)
class _Secret:
    """A masked value of the person."""

    which: Field
    label: str
    value: str = field(repr=False)
    mask: Callable[[str], str]
    name: str


def _merged(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """Periods that follow each other without a day between them are one to the reader."""
    merged: list[Period] = []
    for one in sorted(periods, key=lambda period: period.since):
        last = merged[-1] if merged else None
        if last is not None and last.until is not None and one.since <= last.until + timedelta(days=1):
            until = None if one.until is None else max(last.until, one.until)
            merged[-1] = Period(last.since, until)
        else:
            merged.append(one)
    return tuple(merged)


def _short_day(env: Env, on: date) -> str:
    """`3月10日`: under a bar whose year stands above it."""
    return fmt.day(env.words, on, on)


def _sum(env: Env, year: ContributionYear) -> str:
    """All that arrived in the year. With months that central did not answer for it is a least, or no figure at all."""
    total = year.own + year.employer
    if facts.has_unknown(year):
        if total == 0:
            return env.t("common.no_data")
        return env.t("contributions.at_least_amount", amount=fmt.money(total))
    if total == 0 and facts.months_counted(env, year) == 0:
        return env.t("contributions.year_paid_none", year=year.year)
    return fmt.money(total)


def _with_icon(spec: ButtonSpec, icon: Icon, *, after: bool) -> ButtonSpec:
    return replace(spec, icon=icon, icon_after=after)
