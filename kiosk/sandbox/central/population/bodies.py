"""The bodies that answer for facts: by city, for medical insurance also by district (service content §2)."""

from dataclasses import dataclass
from typing import Any, Final

PENSION: Final = frozenset({"110", "120", "170", "210", "410"})
"""Insurances of the social insurance centre; all others belong to the medical security bureau."""


@dataclass(frozen=True, slots=True)
class AnsweringBody:
    """`lag_hours`: medical data comes from the evening before, pensions are live."""

    code: str
    name: str
    name_en: str
    phone: str | None
    confirmed: bool
    address: str | None
    lag_hours: int

    def row(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "name_en": self.name_en,
            "phone": self.phone,
            "phone_confirmed": self.confirmed,
            "address": self.address,
            "lag_hours": self.lag_hours,
        }


_ZHANGQIU: Final = "章丘区秀水街 4100 号"

BODIES: Final = (
    AnsweringBody(
        "370100-SI", "济南市社会保险事业中心", "Jinan Social Insurance Centre", "12333", True, None, 0
    ),
    AnsweringBody(
        "370100-MS", "济南市医疗保障局", "Jinan Healthcare Security Bureau", "12393", True, None, 24
    ),
    AnsweringBody(
        "370114-M1", "章丘区医保办（职工医保）", "Zhangqiu medical insurance office (employees)",
        "83215869", True, _ZHANGQIU, 24,
    ),
    AnsweringBody(
        "370114-M2", "章丘区医保办（居民医保）", "Zhangqiu medical insurance office (residents)",
        "83278336", True, _ZHANGQIU, 24,
    ),
    # Published with six digits where the city has eight.
    AnsweringBody(
        "370114-M3", "章丘区医保办（生育保险）", "Zhangqiu medical insurance office (maternity)",
        "832190", False, _ZHANGQIU, 24,
    ),
    AnsweringBody(
        "140300-SI", "阳泉市社会保险中心", "Yangquan Social Insurance Centre", "12333", True, None, 0
    ),
    AnsweringBody(
        "140300-MS", "阳泉市医疗保障局", "Yangquan Healthcare Security Bureau", "12393", True, None, 24
    ),
)  # fmt: skip


def body_of(area: str, insurance: str) -> str:
    """Code of the body that answers for `insurance` of somebody who lives in `area`."""
    if insurance in PENSION:
        return f"{area[:4]}00-SI"
    if area == "370114":
        return {"310": "370114-M1", "390": "370114-M2", "510": "370114-M3"}.get(insurance, "370100-MS")
    return f"{area[:4]}00-MS"
