"""The audit lines of a visit: no transition that shows anything of a person's record is without its line, and what each says.

That something is shown is found here by what the state holds, not by the rules that make the lines.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Final

import pytest

from kiosk.audit import Entry, Kind, Outcome, Subject, Who
from kiosk.help import (
    FoundRecord,
    Ground,
    LookupOutcome,
    LookupRefusal,
    NumberKind,
    QueryOutcome,
    Revealed,
    RevealField,
    Role,
    SignInOutcome,
    SlipFacts,
    TakenTicket,
    TicketState,
)
from kiosk.model import AccountPage, CentralFailure, ContributionPage, Overview
from kiosk.visit import audit
from kiosk.visit.actions import (
    Action,
    Back,
    ConfirmPin,
    ConfirmTyped,
    End,
    OpenAccount,
    OpenContributions,
    OpenServices,
    PrintSlip,
    ReportLoss,
    SetReveal,
    StayHere,
    TryAgain,
)
from kiosk.visit.actions import Field as OwnField
from kiosk.visit.base import in_visit
from kiosk.visit.events import Ask, Event
from kiosk.visit.help import (
    EndLookup,
    HandOver,
    OpenLookup,
    OpenQuery,
    OpenSlip,
    OpenStaffSignIn,
    OpenTicket,
    PickGround,
    RevealRecord,
    Shown,
)
from kiosk.visit.help_deeds import (
    FieldRevealed,
    LookupAnswered,
    PersonSessionOpened,
    SlipAnswered,
    StaffSignedIn,
    TicketTakenAnswered,
)
from kiosk.visit.states import Kept, Model, Record
from tests.kiosk.visit.help_samples import (
    LOOKUP,
    NUMBERS,
    at_desk,
    at_desk_with_card,
    helping,
    look_up,
    lookup,
    person_session,
    reveal,
    session,
    slip_facts,
    ticket,
    to_found,
    to_handed_over,
    to_query_asked,
    to_query_record,
)
from tests.kiosk.visit.samples import NUMBER, Scene, account_rows, contribution_rows
from tests.kiosk.visit.stroll import Recorded, stroll
from tests.kiosk.visit.walk import must

OF_WHAT: Final = {
    Overview: (Kind.OVERVIEW, Kind.RECENT),
    ContributionPage: (Kind.CONTRIBUTIONS,),
    AccountPage: (Kind.ENTRIES,),
    FoundRecord: (Kind.LOOK_UP,),
    Shown: (Kind.REVEAL,),
    TakenTicket: (Kind.TICKET,),
    SlipFacts: (Kind.SLIP,),
}
"""A person's data by its type, and which line says that somebody looked at it."""


def held(thing: object) -> Iterator[type]:
    """The types of a person's data anywhere in a state."""
    if type(thing) in OF_WHAT:
        yield type(thing)
    if is_dataclass(thing):
        for each in fields(thing):
            yield from held(getattr(thing, each.name))
    elif isinstance(thing, tuple | list | frozenset):
        for one in thing:
            yield from held(one)


class Watch:
    """What was written of each visit; after every transition whatever is held in the state has its line."""

    def __init__(self) -> None:
        self.asked: set[tuple[int, Kind]] = set()
        self.lines: list[Entry] = []

    def look(self, before: Model, event: Event, after: Model) -> None:
        made = audit.lines(before, event, after)
        self.lines += made
        self.asked |= {(line.visit, line.kind) for line in made if line.outcome is Outcome.ASKED}
        there = in_visit(after.state)
        for what in set(held(after.state)):
            must(there is not None, "a person's data is of somebody's visit")
            assert there is not None
            must(
                any((there.visit, kind) in self.asked for kind in OF_WHAT[what]),
                f"{what.__name__} is shown, and no line says that it was asked for",
            )
        must(
            audit.shows(after) or not any(what is not TakenTicket for what in set(held(after.state))),
            f"nothing is painted past the gate: {after.state!r}",
        )
        if after.state is before.state:
            must(not made, "nothing happened, nothing is written")


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Every scene of every test here is looked at, transition by transition."""
    watch, send = Watch(), Scene.send

    def watched(scene: Scene, event: Event) -> object:
        before = scene.model
        effects = send(scene, event)
        watch.look(before, event, scene.model)
        return effects

    monkeypatch.setattr(Scene, "send", watched)
    return watch


def said(watch: Watch) -> list[tuple[Kind, Outcome]]:
    return [(line.kind, line.outcome) for line in watch.lines]


# --- by chance --------------------------------------------------------------------------------------------------------------


class Audited(Recorded):
    """The random walk with cards, looked at."""

    def __init__(self) -> None:
        self.watch = Watch()
        super().__init__()

    def send(self, event: Event) -> None:
        before = self.model
        super().send(event)
        self.watch.look(before, event, self.model)


@pytest.mark.parametrize("seed", range(2))
def test_no_random_visit_shows_anything_without_its_line(seed: int) -> None:
    assert stroll(seed, 6_000, walker=Audited).visits > 100


ACTIONS: Final[tuple[Action, ...]] = (
    OpenQuery(),
    OpenStaffSignIn(),
    OpenLookup(),
    OpenTicket(),
    OpenSlip(),
    PickGround(Ground.PRESENT),
    PickGround(Ground.COURT),
    ConfirmTyped(),
    *(RevealRecord(field) for field in RevealField),
    RevealRecord(None),
    HandOver(),
    EndLookup(),
    PrintSlip(),
    Back(),
    TryAgain(),
    StayHere(),
    OpenContributions("110"),
    OpenAccount("310"),
    OpenServices(),
    ReportLoss(),
    SetReveal(OwnField.NAME),
    End(),
)


def any_answer(scene: Scene, chance: random.Random) -> None:
    """Of staff's and of who has no card, to whatever is asked now."""
    why = chance.choice(list(LookupRefusal))
    kinds: list[tuple[Callable[..., Event], object]] = [
        (StaffSignedIn, session(chance.choice(list(Role)))),
        (StaffSignedIn, session(outcome=SignInOutcome.REFUSED)),
        (LookupAnswered, lookup()),
        (LookupAnswered, lookup()),
        (LookupAnswered, lookup(chance.choice(list(LookupOutcome)[1:]), why=why)),
        (FieldRevealed, Revealed(chance.choice(list(RevealField)), "in clear")),
        (PersonSessionOpened, person_session(chance.choice((QueryOutcome.OPENED, *QueryOutcome)))),
        (TicketTakenAnswered, ticket(chance.choice(list(TicketState)))),
        (SlipAnswered, chance.choice((None, slip_facts()))),
    ]
    for make, what in chance.sample(kinds, len(kinds)):
        scene.answer(make, what)


def wander(scene: Scene, chance: random.Random) -> None:
    draw = chance.random()
    if draw < 0.35:
        scene.press(chance.choice(ACTIONS))
    elif draw < 0.5:
        scene.keys(chance.choice((NUMBER, "0231", "123456", "DOC-1")))
        scene.digits(8)
        scene.press(ConfirmTyped())
    elif draw < 0.75:
        any_answer(scene, chance)
        scene.overview()
        scene.rows(contribution_rows(0, "110", 2025, 1))
        scene.rows(account_rows(0, "310", 1))
    elif draw < 0.8:
        scene.service_fails()
        scene.central_fails(chance.choice(list(Ask)), CentralFailure.TIMEOUT)
    elif draw < 0.9:
        scene.wait(chance.choice((0.5, 5.0, 40.0, 300.0)))
    elif draw < 0.93:
        scene.insert()
    elif draw < 0.96:
        scene.remove()
    else:
        scene.touch()


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_staff_or_who_has_no_card_do_shows_anything_without_its_line(seed: int, watch: Watch) -> None:
    chance = random.Random(seed)
    begin: tuple[Callable[[], Scene], ...] = (
        at_desk,
        at_desk_with_card,
        helping,
        to_query_record,
        lambda: to_found(at_desk()),
        lambda: to_handed_over(at_desk()),
    )
    for number in range(24):
        watch.asked.clear()  # another kiosk
        scene = begin[number % len(begin)]()
        for _ in range(60):
            wander(scene, chance)
    kinds = {line.kind for line in watch.lines}
    assert kinds >= {Kind.LOOK_UP, Kind.REVEAL, Kind.OVERVIEW, Kind.QUERY, Kind.SIGN_IN, Kind.HAND_OVER}


def test_the_watch_finds_what_is_shown_without_a_line(watch: Watch) -> None:
    """Proof that it can find something."""
    scene = Scene()
    scene.to_record()
    visit = scene.model.visits
    watch.asked.discard((visit, Kind.OVERVIEW))
    with pytest.raises(AssertionError, match="no line says"):
        scene.press(SetReveal(OwnField.NAME))


# --- what they say ------------------------------------------------------------------------------------------------------------


def test_an_own_record_has_its_line_while_it_is_asked_for_and_no_other(watch: Watch) -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.session()
    scene.digits(6)
    assert watch.lines == []
    scene.to_record()
    (line,) = watch.lines
    assert (line.kind, line.outcome, line.who, line.whose) == (Kind.OVERVIEW, Outcome.ASKED, Who.HOLDER, Subject())
    assert isinstance(scene.state, Record)


def test_a_record_that_did_not_come_was_not_shown(watch: Watch) -> None:
    scene = Scene()
    scene.to_opening()
    scene.central_fails(Ask.OVERVIEW, CentralFailure.TIMEOUT)
    assert said(watch) == [(Kind.OVERVIEW, Outcome.ASKED), (Kind.OVERVIEW, Outcome.NOT_SHOWN)]


def test_who_leaves_before_the_record_comes_was_not_shown_it(watch: Watch) -> None:
    scene = Scene()
    scene.to_opening()
    scene.remove()
    assert said(watch) == [(Kind.OVERVIEW, Outcome.ASKED), (Kind.OVERVIEW, Outcome.NOT_SHOWN)]


def test_recent_data_has_a_line_of_its_own_and_central_s_record_that_still_comes_has_had_its(watch: Watch) -> None:
    scene = Scene()
    scene.insert()
    scene.identified(kept=Kept.RECENT)
    scene.probed()
    scene.session()
    scene.digits(6)
    scene.press(ConfirmPin())
    scene.pin()
    scene.wait(2.0)
    assert said(watch) == [(Kind.OVERVIEW, Outcome.ASKED), (Kind.RECENT, Outcome.ASKED)]
    scene.recent()
    scene.overview()
    assert said(watch) == [(Kind.OVERVIEW, Outcome.ASKED), (Kind.RECENT, Outcome.ASKED)]


def test_contributions_and_entries_have_theirs_when_they_are_asked_for(watch: Watch) -> None:
    scene = Scene()
    scene.to_record()
    scene.press(OpenContributions("110"))
    assert [line.detail for line in watch.lines if line.kind is Kind.CONTRIBUTIONS] != []
    made = len(watch.lines)
    scene.press(Back())
    assert (watch.lines[-1].kind, watch.lines[-1].outcome) == (Kind.CONTRIBUTIONS, Outcome.NOT_SHOWN)
    assert len(watch.lines) == made + 1
    scene.press(OpenAccount("310"))
    assert (watch.lines[-1].kind, watch.lines[-1].detail) == (Kind.ENTRIES, "310")


def test_a_look_up_says_who_in_which_role_on_what_ground_whose_and_what_came_of_it(watch: Watch) -> None:
    to_found(at_desk())
    signed_in, asked, found = watch.lines
    assert (signed_in.kind, signed_in.outcome, signed_in.by) == (Kind.SIGN_IN, Outcome.DONE, NUMBERS[Role.CLERK])
    assert (asked.kind, asked.outcome, asked.who) == (Kind.LOOK_UP, Outcome.ASKED, Who.STAFF)
    assert (asked.by, asked.role, asked.ground) == (NUMBERS[Role.CLERK], Role.CLERK, Ground.PRESENT)
    assert asked.whose == Subject(NumberKind.ID_NUMBER, NUMBER)
    assert (found.kind, found.outcome, found.ref, found.ground) == (
        Kind.LOOK_UP,
        Outcome.FOUND,
        LOOKUP,
        Ground.PRESENT,
    )


@pytest.mark.parametrize(
    ("outcome", "written"),
    [
        (LookupOutcome.NOT_FOUND, Outcome.NOT_FOUND),
        (LookupOutcome.SECOND_NEEDED, Outcome.SECOND_NEEDED),
        (LookupOutcome.REFUSED, Outcome.REFUSED),
        (LookupOutcome.TOO_MANY, Outcome.TOO_MANY),
    ],
)
def test_what_central_refused_is_written_with_its_reason(
    watch: Watch, outcome: LookupOutcome, written: Outcome
) -> None:
    why = LookupRefusal.PROTECTED if outcome is LookupOutcome.REFUSED else None
    scene = look_up(at_desk())
    scene.answer(LookupAnswered, lookup(outcome, why=why))
    assert (watch.lines[-1].outcome, watch.lines[-1].detail) == (written, "protected" if why else "")
    assert len(watch.lines) == 3


def test_each_field_in_clear_is_a_line_of_its_own(watch: Watch) -> None:
    scene = to_found(at_desk())
    made = len(watch.lines)
    reveal(scene, RevealField.NUMBER)
    reveal(scene, RevealField.PHONE)
    lines = watch.lines[made:]
    assert [(line.kind, line.detail, line.ref) for line in lines] == [
        (Kind.REVEAL, "number", LOOKUP),
        (Kind.REVEAL, "phone", LOOKUP),
    ]


def test_after_a_hand_over_the_record_is_looked_at_by_another_and_nothing_of_staff_is_in_the_line(watch: Watch) -> None:
    to_handed_over(at_desk())
    kinds = said(watch)[-3:]
    assert kinds == [
        (Kind.HAND_OVER, Outcome.ASKED),
        (Kind.HAND_OVER, Outcome.DONE),
        (Kind.OVERVIEW, Outcome.ASKED),
    ]
    assert (watch.lines[-1].who, watch.lines[-1].by, watch.lines[-1].role) == (Who.HANDED_OVER, "", None)


def test_a_look_up_without_a_card_says_whose_was_asked_and_that_it_was_refused(watch: Watch) -> None:
    scene = to_query_asked()
    scene.answer(PersonSessionOpened, person_session(QueryOutcome.REFUSED))
    assert said(watch) == [(Kind.QUERY, Outcome.ASKED), (Kind.QUERY, Outcome.REFUSED)]
    assert watch.lines[0].whose == Subject(NumberKind.ID_NUMBER, NUMBER)
    assert watch.lines[1].whose is None


def test_a_look_up_without_a_card_that_opened_is_followed_by_the_record_s_line(watch: Watch) -> None:
    to_query_record()
    assert said(watch) == [(Kind.QUERY, Outcome.ASKED), (Kind.QUERY, Outcome.DONE), (Kind.OVERVIEW, Outcome.ASKED)]
    assert watch.lines[-1].who is Who.QUERY


def test_a_refused_sign_in_is_written_too(watch: Watch) -> None:
    scene = helping()
    scene.press(OpenStaffSignIn())
    from tests.kiosk.visit.help_samples import type_sign_in

    type_sign_in(scene, Role.CLERK)
    scene.answer(StaffSignedIn, session(outcome=SignInOutcome.REFUSED))
    (line,) = watch.lines
    assert (line.kind, line.outcome, line.detail) == (Kind.SIGN_IN, Outcome.REFUSED, "name")


def test_a_card_left_in_the_slot_is_written_once_staff_are_called(watch: Watch) -> None:
    scene = Scene()
    scene.to_record()
    scene.press(End())
    scene.wait(400.0)
    assert (watch.lines[-1].kind, watch.lines[-1].who) == (Kind.CARD_LEFT, Who.NOBODY)
    assert said(watch).count((Kind.CARD_LEFT, Outcome.DONE)) == 1


def test_no_line_tells_in_its_repr_whose_it_is(watch: Watch) -> None:
    to_found(at_desk())
    assert NUMBER not in repr(watch.lines)
