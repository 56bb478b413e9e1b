"""Every stage, note and outcome of an activation that the tests build and the pictures show, by name. Numbers are made up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from drivers.card.states import ReaderState
from kiosk.model import MaskedHolder
from kiosk.services import CodeFor, Eligibility, Eligible, IdentityWay, Party, Sending, SentCode, Ticket
from kiosk.visit.catalogue import OF_SERVICES
from kiosk.visit.failures import OUTAGES, Failure
from kiosk.visit.services import (
    Activation,
    CardService,
    ChooseRelation,
    ChooseWay,
    ClerkConfirms,
    Explain,
    Finished,
    KeepPhone,
    Notice,
    Paper,
    PinRule,
    Pins,
    PinSlot,
    ServiceStage,
    ShowDocument,
    Stage,
    Stop,
    Stopped,
    TypeCode,
    TypedNote,
    TypeNumber,
    TypePhone,
    Who,
    Work,
    Working,
    ticket_reason,
)
from kiosk.visit.states import Link, Model, Rules, Slot, World
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import MONOTONIC

T: Final = MONOTONIC
CARD_IN: Final = World(reader=ReaderState.READY, slot=Slot(1, mute=False))
RULES: Final = Rules(identity_ways=tuple(IdentityWay), printer=True)
NUMBER: Final = "37011419990101123X"
PHONE: Final = "13812345678"
MASKED: Final = "138****5678"
BANK: Final = "示例农村商业银行股份有限公司"
TICKET: Final = Ticket("B7K-4Q2-9XD", samples.NOW + timedelta(days=7))
HOLDER: Final = MaskedHolder("测*宁", "370***********5671", False)
ELIGIBLE: Final = Eligibility(Eligible.YES, False, tuple(IdentityWay), MASKED, BANK, None)


NEW_CARD: Final = Activation(1, 1, Who(), T, 6, False, HOLDER, ELIGIBLE, reference="QY-1120-0387")


def model(stage: Stage, *, minor: bool = False, link: Link = Link.ONLINE, **more: object) -> Model:
    state = replace(NEW_CARD, stage=stage, minor=minor, **more)  # type: ignore[arg-type]
    return Model(RULES, replace(CARD_IN, link=link), state=state, visits=1, now=T)


def service(stage: ServiceStage) -> Model:
    return Model(RULES, CARD_IN, state=CardService(1, 1, stage, T, 2), visits=1, now=T)


def sent(left: int = 3, wait: int = 60) -> SentCode:
    return SentCode(Sending.SENT, "code-00000001", MASKED, wait, left)


def code(purpose: CodeFor = CodeFor.IDENTITY, *, again_in: float = 42.0, left: int = 3, **more: object) -> Model:
    return model(replace(TypeCode(purpose, sent(left), T + again_in), **more))  # type: ignore[arg-type]


def number(whose: Party, *, minor: bool = False, party: Party | None = None, **more: object) -> Model:
    return model(replace(TypeNumber(whose), **more), minor=minor, party=party or whose)  # type: ignore[arg-type]


NUMBER_NOTES: Final = (TypedNote.INCOMPLETE, TypedNote.CHECKSUM, TypedNote.MISMATCH, TypedNote.SAME_PERSON)
PHONE_NOTES: Final = (TypedNote.INCOMPLETE, TypedNote.NOT_A_MOBILE)
CODE_NOTES: Final = (TypedNote.WRONG, TypedNote.EXPIRED, TypedNote.SENT_AGAIN, TypedNote.INCOMPLETE, TypedNote.TOO_SOON)

CASES: Final[dict[str, Callable[[], Model]]] = {
    "who": lambda: model(Who()),
    "who.child": lambda: model(Who(), minor=True),
    "who.nameless": lambda: model(Who(), holder=None),
    "who.long-name": lambda: model(Who(), holder=MaskedHolder(samples.LONG_NAME, "370***********5671", False)),
    "relation": lambda: model(ChooseRelation(), minor=True, party=Party.GUARDIAN),
    "way": lambda: model(ChooseWay(Party.HOLDER)),
    "way.two": lambda: model(ChooseWay(Party.HOLDER), eligibility=replace(ELIGIBLE, ways=tuple(IdentityWay)[:2])),
    "confirmed-by-clerk": lambda: model(ClerkConfirms(Party.HOLDER, NUMBER)),
    "number": lambda: number(Party.HOLDER),
    "number.half": lambda: number(Party.HOLDER, text=NUMBER[:11]),
    "number.full": lambda: number(Party.HOLDER, text=NUMBER),
    "number.holder-for": lambda: number(Party.HOLDER, party=Party.AGENT, text=NUMBER),
    "number.child": lambda: number(Party.HOLDER, minor=True, party=Party.GUARDIAN, text=NUMBER),
    "number.agent": lambda: number(Party.AGENT, text="8" * 17 + "X"),
    "number.guardian": lambda: number(Party.GUARDIAN, minor=True),
    **{f"number.{note.value}": partial(number, Party.HOLDER, note=note) for note in NUMBER_NOTES},
    "number.mismatch-left": lambda: number(Party.AGENT, note=TypedNote.MISMATCH, left=1),
    "number.mismatch-typing": lambda: number(Party.AGENT, note=TypedNote.MISMATCH, left=2, text=NUMBER[:3]),
    **{
        f"document.{party.value}{'-failed' if failed else ''}": partial(
            model, ShowDocument(party, failed), minor=party is Party.GUARDIAN, party=party
        )
        for party in Party
        for failed in (False, True)
    },
    "document.child": lambda: model(ShowDocument(Party.HOLDER, True), minor=True, party=Party.GUARDIAN),
    "code": lambda: code(),
    "code.one-second": lambda: code(again_in=0.4, text="12"),
    "code.again": lambda: code(again_in=-1, text="123456"),
    "code.used-up": lambda: code(again_in=-1, left=0),
    "code.phone": lambda: code(CodeFor.PHONE),
    **{
        f"code.{purpose.value}-{note.value}": partial(code, purpose, note=note, left=2)
        for purpose in CodeFor
        for note in CODE_NOTES
    },
    "code.wrong-left": lambda: model(TypeCode(CodeFor.PHONE, sent(), T, note=TypedNote.WRONG, left=2)),
    "code.no-use": lambda: model(TypeCode(CodeFor.IDENTITY, sent(), T, text="123456", note=TypedNote.WRONG, left=0)),
    "keep-phone": lambda: model(KeepPhone(MASKED)),
    "phone": lambda: model(TypePhone()),
    "phone.full": lambda: model(TypePhone(PHONE)),
    **{f"phone.{note.value}": partial(model, TypePhone(PHONE[:4], note)) for note in PHONE_NOTES},
    "explain": lambda: model(Explain(), phone=MASKED),
    "explain.no-bank": lambda: model(Explain(), eligibility=replace(ELIGIBLE, bank=None)),
    "explain.part-1": lambda: model(Explain(1)),
    "explain.part-2": lambda: model(Explain(2)),
    "explain.part-3": lambda: model(Explain(3)),
    "privacy.activation": lambda: model(Notice(Explain())),
    "pins.old": lambda: model(Pins()),
    "pins.old-two": lambda: model(Pins(digits=4), tries=2),
    "pins.old-last-wrong": lambda: model(Pins(wrong=True), tries=1),
    "pins.old-wrong": lambda: model(Pins(wrong=True), tries=2),
    "pins.new": lambda: model(Pins(PinSlot.NEW, 3)),
    **{f"pins.new-{rule.value}": partial(model, Pins(PinSlot.NEW, rule=rule)) for rule in PinRule},
    "pins.again": lambda: model(Pins(PinSlot.AGAIN, 6)),
    "pins.judging": lambda: model(Pins(PinSlot.AGAIN, 6, judging=True)),
    "pins.torn-new": lambda: model(Pins(PinSlot.NEW, after_tear=True)),
    "pins.torn-new-two": lambda: model(Pins(PinSlot.NEW, 6, after_tear=True), tries=2),
    "pins.torn-old": lambda: model(Pins(PinSlot.OLD, after_tear=True), tries=5),
    "pins.old-format": lambda: model(Pins(PinSlot.OLD, rule=PinRule.LENGTH, wrong=True)),
    "pins.torn-old-wrong": lambda: model(Pins(PinSlot.OLD, wrong=True, after_tear=True), tries=2),
    "still-there.activation": lambda: model(TypeNumber(Party.HOLDER, NUMBER), asking_since=T - 4),
}
CASES["stopped.no_mobile-back"] = lambda: model(Stopped(Stop.NO_MOBILE, back=KeepPhone(MASKED)))
CASES["stopped.others_number-back"] = lambda: model(Stopped(Stop.OTHERS_NUMBER, back=TypePhone()))
for _stop in OF_SERVICES:
    for _ticket in (None, TICKET):
        CASES[f"stopped.service-{_stop.value}{'' if _ticket is None else '-ticket'}"] = partial(
            service, Stopped(_stop, Failure.CENTRAL_TIMEOUT if _stop is Stop.CENTRAL else None, _ticket)
        )
CASES["working.service-change"] = lambda: service(Working(Work.CHANGE, T))
CASES["pins.service-old"] = lambda: service(Pins(wrong=True))
CASES["pins.service-new"] = lambda: service(Pins(PinSlot.NEW, rule=PinRule.OLD))
for _work in Work:
    CASES[f"working.{_work.value}"] = partial(model, Working(_work, T))
    CASES[f"working.{_work.value}-slow"] = partial(model, Working(_work, T - 2, slow=True), phone=MASKED)
for _stop in Stop:
    _because = Failure.CENTRAL_UNREACHABLE if _stop is Stop.CENTRAL else None
    CASES[f"stopped.{_stop.value}"] = partial(model, Stopped(_stop, _because))
    if ticket_reason(NEW_CARD, _stop) is not None:
        CASES[f"stopped.{_stop.value}-asking"] = partial(model, Stopped(_stop, asking=True))
        for _paper in Paper:
            CASES[f"stopped.{_stop.value}-ticket-{_paper.value}"] = partial(
                model, Stopped(_stop, ticket=TICKET, paper=_paper)
            )
for _failure in OUTAGES:
    CASES[f"stopped.central-{_failure.code}"] = partial(model, Stopped(Stop.CENTRAL, _failure), link=Link.OFFLINE)
CASES["stopped.central-refused"] = lambda: model(Stopped(Stop.CENTRAL, Failure.CENTRAL_REFUSED))
for _paper in Paper:
    for _confirmed in (True, False):
        CASES[f"activated.{'done' if _confirmed else 'pending'}-{_paper.value}"] = partial(
            model, Finished(_confirmed, _paper)
        )
CASES["activated.no-bank"] = lambda: model(Finished(True, Paper.PRINTED), eligibility=replace(ELIGIBLE, bank=None))
CASES["activated.no-reference"] = lambda: model(Finished(True, Paper.OFFERED), reference=None)
