"""Requests and answers of the document, taken from recorded traffic of a synthetic person and cut short."""

from typing import Any, Final

_SESSION: Final = "3JX0mGnGz5mDa4Vq"
_ORIGIN: Final = {
    "body": {
        "code": "370100-SI",
        "name": "济南市社会保险事业中心",
        "name_en": "Jinan Social Insurance Centre",
        "phone": {"number": "12333", "confirmed": True},
        "address": None,
    },
    "as_of": "2026-11-20T10:30:00+08:00",
}
_MEDICAL: Final = {
    "body": {
        "code": "370100-MS",
        "name": "济南市医疗保障局",
        "name_en": "Jinan Healthcare Security Bureau",
        "phone": {"number": "12393", "confirmed": True},
        "address": None,
    },
    "as_of": "2026-11-19T18:00:00+08:00",
}
_CHALLENGES: Final = [
    {
        "id": "V9yYtqT5c1uN0w2r",
        "proc8": "1122334455667788",
        "orig8": "A1A2A3A4A5A6A7A8",
        "expires": "2026-11-20T10:32:00+08:00",
    }
]

REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "challenges": {"two": {"count": 2}},
    "heartbeat": {
        "quiet": {"version": "0.1.0", "reader": "ready", "uptime_s": 86400, "card_forgotten": False, "failures": []},
        "card_left": {
            "version": "0.1.0",
            "reader": "ready",
            "uptime_s": 90061,
            "card_forgotten": True,
            "failures": ["CARD-MUTE"],
        },
    },
    "open_card_session": {
        "with_proof": {
            "atr": "3B6D000000814A44468660370100A1B202",
            "issuer": {
                "identification": "370100D15600000500000002A1B2C30E",
                "category": "3",
                "version": "2.00",
                "initialising_org": "915600000237010037010001",
                "issued": "2022-06-01",
                "expires": "2032-06-01",
                "number": "A10022222",
            },
            "holder": {"number": "370101199001011059", "name": "测试甲"},
            "proof": {"kind": "internal_auth", "challenge": "V9yYtqT5c1uN0w2r", "answer": "CDEA4CC9A59F7169"},
        },
        "closed_holder_no_proof": {
            "atr": "3B6D000000814A44468660370100A1B204",
            "issuer": {
                "identification": "370100D15600000500000004A1B2C31C",
                "category": "3",
                "version": "3.00",
                "initialising_org": "915600000237010037010001",
                "issued": "2022-06-01",
                "expires": "2032-06-01",
                "number": "A10044448",
            },
            "holder": None,
            "proof": {"kind": "none", "reason": "card_refused"},
        },
    },
    "overview": {"pin_verified": {"statement": "pin_verified"}},
}

_OPENED: Final = {
    "session": _SESSION,
    "token": "n2mB0c3vM1yqYx0W2o7kq3sJ8rJfH4aT",
    "expires": "2026-11-20T10:45:00+08:00",
    "verdict": "genuine",
    "card_status": "normal",
    "holder": {"name": "测*甲", "number": "370***********1059", "minor": False},
    "next": "ask_pin",
    "challenges": _CHALLENGES,
    "kind": "resident",
    "staff": None,
}

ANSWERS: Final[dict[str, Any]] = {
    "challenges": {"challenges": _CHALLENGES},
    "heartbeat": {
        "challenges": _CHALLENGES,
        "notices": [
            {
                "id": "hall-1",
                "text": "城乡居民医疗保险集中缴费期为每年9月至12月。",
                "text_en": "Resident medical insurance is paid for from September to December of the year before.",
            }
        ],
    },
    "open_card_session": _OPENED,
    "card_session": {**_OPENED, "token": None, "challenges": []},
    "overview": {
        "holder": {"name": "测试甲", "number": "370101199001011059", "minor": False},
        "card_number": "A10022222",
        "card_status": "normal",
        "registrations": [
            {
                "insurance": "110",
                "person_status": "1",
                "payment_status": "1",
                "since": "2010-07",
                "until": None,
                "merged_into": None,
                "payer": {"kind": "employer", "name": "示例机械有限公司"},
                "entitlement": None,
                "origin": _ORIGIN,
            },
            {
                "insurance": "390",
                "person_status": "1",
                "payment_status": "1",
                "since": "2012-01",
                "until": None,
                "merged_into": None,
                "payer": {"kind": "community", "name": "示例社区"},
                "entitlement": {
                    "year": 2026,
                    "reason": "paid_late",
                    "periods": [{"since": "2026-04-09", "until": "2026-12-31"}],
                    "paid_on": "2026-03-10",
                },
                "origin": _MEDICAL,
            },
        ],
        "contributions": [
            {
                "insurance": "110",
                "first_month": "2026-01",
                "total_months": 10,
                "years": [
                    {"year": 2026, "months": "PPPPPPPPPPWD", "corrected": [], "own": 627040, "employer": 1254080}
                ],
                "origin": _ORIGIN,
            }
        ],
        "accounts": [
            {
                "insurance": "310",
                "figures": {
                    "year": 2026,
                    "opening": 303301,
                    "income": 156760,
                    "outgo": 111845,
                    "balance": 348216,
                },
                "origin": _MEDICAL,
            },
            {"insurance": "110", "figures": {"absent": "source_unavailable"}, "origin": _ORIGIN},
        ],
        "notices": [],
        "as_of": "2026-11-20T10:32:05+08:00",
        "views": [
            {
                "at": "2026-11-16T14:20:00+08:00",
                "hall": "济南市社会保险服务大厅",
                "hall_en": "Jinan Social Insurance Service Hall",
                "ground": "entrusted",
            },
        ],
    },
    "contributions": {
        "insurance": "110",
        "year": 2026,
        "page": 1,
        "pages": 1,
        "rows": [
            {
                "month": "2026-10",
                "kind": "regular",
                "kind_code": "10",
                "base": 812000,
                "employer": 129920,
                "own": 64960,
                "arrived": True,
                "arrived_on": "2026-10-15",
                "payer": "示例机械有限公司",
            },
            {
                "month": "2026-11",
                "kind": "regular",
                "kind_code": "10",
                "base": 812000,
                "employer": 129920,
                "own": 64960,
                "arrived": False,
                "arrived_on": None,
                "payer": "示例机械有限公司",
            },
        ],
        "origin": _ORIGIN,
    },
    "account_entries": {
        "insurance": "310",
        "page": 1,
        "pages": 1,
        "entries": [
            {"day": "2026-11-18", "kind": "spending", "amount": -8650, "balance": 348216},
            {"day": "2026-10-26", "kind": "contribution", "amount": 16240, "balance": 356866},
        ],
        "origin": _MEDICAL,
    },
    "loss_list": {
        "newer": {
            "number": 1795141800,
            "issued": "2026-11-20T10:30:00+08:00",
            "key": "5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F",
            "cards": "2F076E52E2B145B20EF4FACF69E62E9718FEFB56460CE915ACC96AA8DD929F30"
            "47F834387DD08F4AD7CF7B46C54C76F49168D4001B2DD1B299FF81FA3F87933F",
            "signature": "C5092E9E11302613AEDA050F9049F2A6306AE6E8AEDFEA2FFEAAD830CFB76942"
            "1FBB7533BC5B30401BA0B1BC0161CC517CCF131888F099307C74DB11AF341F06",
        }
    },
}

_IN_SESSION: Final = {
    "session": "$response.body#/session",
    "header.Authorization": "Bearer {$response.body#/token}",
}

LINKS: Final[dict[str, dict[str, Any]]] = {
    "open_card_session": {
        name: {"operationId": name, "parameters": _IN_SESSION, "description": "While `token` is not null."}
        for name in ("card_session", "overview", "contributions", "account_entries", "end_card_session")
    }
}
"""What may follow: session and token of the answer."""
