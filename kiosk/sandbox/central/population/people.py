"""Names, numbers and cards of synthetic residents. No life yet: two thousand of these cost milliseconds."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, unique
from random import Random
from typing import Final

from drivers.card.cardfile import CardFile
from drivers.card.layout import Algorithm
from kiosk.model import CardStatus
from kiosk.sandbox.central.population.contacts import NOT_ON_FILE, bank_of, phone_of, phone_of_resident


@unique
class LifeKind(StrEnum):
    """The card files' `person.life`, and what the population is made of."""

    EMPLOYEE = "employee"
    CIVIL_SERVANT = "civil_servant"
    RETIREE = "retiree"
    MINOR = "minor"
    RESIDENT = "resident"
    FLEXIBLE = "flexible"
    LONG = "long"


@dataclass(frozen=True, slots=True, repr=False)
class Resident:
    """`id` is the key in the database, `area` the district (GB/T 2260), `seed` what the life grows from."""

    id: int
    name: str
    number: str
    born: date
    male: bool
    area: str
    life: LifeKind
    seed: str
    card: str | None = None  # id of the card file
    phone: str | None = None
    on_file: bool = True  # central has the person, not only the card

    def __repr__(self) -> str:
        return f"Resident({self.id})"


@dataclass(frozen=True, slots=True, repr=False)
class RegisteredCard:
    """A row of the card register."""

    identification: str
    atr: str
    number: str
    area: str
    algorithm: Algorithm
    status: CardStatus
    expires: date | None
    bank: str | None


FIRST_ID: Final = 10_001
"""Ids of the population; the holders of card files come before."""

_SURNAMES: Final = "试测例样范"
_GIVEN: Final = (
    "安白柏冰波朝晨川春达丹东方芳飞峰刚光桂国海涵和红虹欢慧佳建江杰金晶静菊军康兰雷丽莲林玲龙梅敏明宁"
    "鹏平琴清庆秋泉荣瑞山松涛天婷伟文霞翔晓欣雪雅燕阳怡英永宇玉远云泽珍志忠"
)
_LONG_NAMES: Final = ("古丽巴哈尔·试艾合买提江", "阿依努尔·测买买提·托合提", "萨木嘎·例巴特尔·朝克图")
_RARE_NAMES: Final = ("试㼆", "测䶮喆", "范㛃", "例𠅤")
_DISTRICTS: Final = {
    "3701": ("370102", "370103", "370104", "370105", "370112", "370113", "370114", "370115", "370116", "370117"),
    "1403": ("140302", "140303", "140311", "140321", "140322"),
}
_MIX: Final = (
    (LifeKind.EMPLOYEE, 45, (20, 58)),
    (LifeKind.CIVIL_SERVANT, 6, (25, 58)),
    (LifeKind.RETIREE, 14, (61, 92)),
    (LifeKind.RESIDENT, 15, (19, 85)),
    (LifeKind.MINOR, 14, (0, 17)),
    (LifeKind.FLEXIBLE, 6, (22, 57)),
)


def id_check(body: str) -> str:
    """GB 11643 check character of the first 17 digits."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def card_check(body: str) -> str:
    """Check character of a card number's first eight (reference: card standard, annex A)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = (int(one) if one.isdigit() else ord(one) - 55 for one in body)
    rest = 11 - sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def residents(seed: int, count: int, today: date) -> list[tuple[Resident, RegisteredCard]]:
    """The population: two of three in Jinan."""
    return [_resident(seed, index, today) for index in range(count)]


def _resident(seed: int, index: int, today: date) -> tuple[Resident, RegisteredCard]:
    rng = Random(f"{seed}:{index}:who")  # noqa: S311 repeatable, no secret
    city = "1403" if index % 3 == 2 else "3701"
    area = rng.choice(_DISTRICTS[city])
    kinds, weights, ages = zip(*_MIX, strict=True)
    kind = rng.choices(kinds, weights)[0]
    youngest, oldest = ages[kinds.index(kind)]
    born = today - timedelta(days=rng.randint(youngest * 366 + 1, oldest * 365 + 360))
    if kind is LifeKind.MINOR and index % 12 == 0:
        born = today - timedelta(days=rng.randint(5, 420))  # newborns of this year and of the last window
    male = rng.random() < 0.5
    body = f"{area}{born:%Y%m%d}{index % 450 * 2 + (101 if male else 100):03d}"
    name = _name(rng, index)
    phone = phone_of_resident(index) if kind is not LifeKind.MINOR else None
    life = f"{seed}:{index}:life"
    resident = Resident(FIRST_ID + index, name, body + id_check(body), born, male, area, kind, life, phone=phone)
    letter = "HJKLMNPQRST"[index % 11]
    number = f"{letter}{2_000_000 + index}"
    serial = 0x10000000 + index
    algorithm = Algorithm.SM4 if index % 2 else Algorithm.DES
    identification = f"{city}00D156000005{serial:08X}{rng.getrandbits(32):08X}"
    statuses = (CardStatus.NORMAL, CardStatus.NOT_ACTIVATED, CardStatus.LOST, CardStatus.CANCELLED, CardStatus.BLOCKED)
    status = rng.choices(statuses, (92, 4, 2, 1, 1))[0]
    expires = date(today.year + rng.randint(1, 9), 6, 1) if index % 50 else date(today.year - 1, 6, 1)
    return resident, RegisteredCard(
        identification,
        f"3B6D000000814A44468660{city}{serial:08X}",
        number + card_check(number),
        f"{city}00",
        algorithm,
        status,
        expires,
        bank_of(city, kind is LifeKind.MINOR),
    )


def _name(rng: Random, index: int) -> str:
    if index % 149 == 7:
        return _LONG_NAMES[index // 149 % len(_LONG_NAMES)]
    if index % 167 == 9:
        return _RARE_NAMES[index // 167 % len(_RARE_NAMES)]
    return rng.choice(_SURNAMES) + "".join(rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))


def holders(cards: dict[str, CardFile], seed: int) -> list[tuple[Resident, RegisteredCard]]:
    """Holders of the card files that central knows. Ids by position, so that they stay when the population grows."""
    found = []
    for position, card in enumerate(cards.values(), 1):
        if card.issuer is None or card.holder is None or card.central is None or not card.central.known:
            continue
        number = card.central.ssn or card.holder.ssn
        born = card.holder.born or _born(number)
        issuer = card.issuer
        # Every holder has a district, so that the bodies of districts are seen too; which one does not matter.
        district = "370102" if issuer.identification.startswith("3701") else "140302"
        resident = Resident(
            position,
            card.central.name or card.holder.name,
            number,
            born,
            card.holder.sex != "2",
            district,
            LifeKind(card.person.life if card.person is not None else LifeKind.EMPLOYEE.value),
            f"{seed}:{card.id}",
            card.id,
            phone_of(card.id),
            card.id not in NOT_ON_FILE,
        )
        found.append(
            (
                resident,
                RegisteredCard(
                    issuer.identification,
                    card.chip.atr.hex().upper(),
                    issuer.number,
                    card.key_area,
                    card.chip.algorithm,
                    CardStatus(card.central.status),
                    issuer.expires,
                    bank_of(issuer.identification[:4], resident.life is LifeKind.MINOR),
                ),
            )
        )
    return found


def _born(number: str) -> date:
    """From an 18-digit number; of another form nothing can be told: a grown-up."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return date(1980, 1, 1)
