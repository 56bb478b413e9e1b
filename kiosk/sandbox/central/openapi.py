"""The OpenAPI 3.1 document: made from the app, checked in for integrators. Written anew by
`python -m kiosk.sandbox.central.openapi`.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from fastapi.openapi.utils import get_openapi

from kiosk.central import contract as c
from kiosk.central.decode import adapter
from kiosk.sandbox.central import documents, words_audit
from kiosk.sandbox.central.app import build_api
from kiosk.sandbox.central.fields import DESCRIPTIONS
from kiosk.sandbox.central.problems import MEDIA_TYPE

FILE: Final = Path(__file__).resolve().parents[3] / "assets" / "contract" / "openapi.json"

DATE: Final = {
    "description": "Time of the answer (RFC 9110 §6.6.1); the kiosk compares its clock with it.",
    "required": True,
    "schema": {"type": "string"},
    "example": "Fri, 20 Nov 2026 02:30:00 GMT",
}
AUDIT_SEEN: Final = {"description": words_audit.SEEN, "schema": {"type": "string"}}
RETRY_AFTER: Final = {"description": "Seconds to wait, or a date.", "schema": {"type": "string"}}


def document() -> dict[str, Any]:
    """The contract as a JSON value, members in a fixed order."""
    api = build_api()
    made: dict[str, Any] = get_openapi(
        title=documents.TITLE,
        version=api.version,
        openapi_version="3.1.0",
        description=documents.DESCRIPTION,
        routes=api.routes,
        separate_input_output_schemas=False,
    )
    components = made.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = adapter(c.Problem).json_schema()
    components["securitySchemes"] |= {
        "deviceCertificate": {
            "type": "mutualTLS",
            "description": "The kiosk's client certificate; its subject's common name is the kiosk's name.",
        }
    }
    components["headers"] = {"AuditSeen": AUDIT_SEEN}
    for title, schema in schemas.items():
        _describe(title, schema)
    for path in made["paths"].values():
        for operation in path.values():
            _finish(operation)
    made["servers"] = [{"url": "https://central.example", "description": "The bureau's central service"}]
    return made


def _describe(title: str, schema: dict[str, Any]) -> None:
    """Members get their meaning instead of a repetition of their name; what tells two objects apart is always sent."""
    schema.pop("title", None)
    required = schema.get("required", [])
    for name, member in schema.get("properties", {}).items():
        member.pop("title", None)
        said = DESCRIPTIONS[title][name]
        if "$ref" in member:
            schema["properties"][name] = {"$ref": member["$ref"], "description": said}
        else:
            member["description"] = said
        if "const" in member and name not in required:
            member.pop("default", None)
            required.append(name)


def _finish(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    schemes = sorted({scheme for one in operation["security"] for scheme in one})
    operation["security"] = [{scheme: [] for scheme in schemes}]
    for parameter in operation.get("parameters", ()):
        parameter["schema"].pop("title", None)
        parameter["schema"].pop("description", None)
        if "anyOf" in parameter["schema"]:  # what need not come is left out: no header is null
            (parameter["schema"],) = (one for one in parameter["schema"]["anyOf"] if one != {"type": "null"})
    for status, response in operation["responses"].items():
        response.setdefault("headers", {})["Date"] = DATE
        response["headers"][c.AUDIT_SEEN] = {"$ref": "#/components/headers/AuditSeen"}
        content = response.get("content", {})
        if status >= "400" and "application/json" in content:
            # FastAPI's own description of a validation error; ours is a problem.
            content[MEDIA_TYPE] = content.get(MEDIA_TYPE) or content["application/json"]
            del content["application/json"]
        if status in ("429", "503"):
            response["headers"]["Retry-After"] = RETRY_AFTER
        if status < "300":
            if status == "204":
                response.pop("content", None)
            example = documents.ANSWERS.get(name)
            if example is not None and "application/json" in content:
                content["application/json"]["examples"] = {"sample": {"value": example}}
            links = documents.LINKS.get(name)
            if links:
                response["links"] = links
    asked = documents.REQUESTS.get(name)
    if asked is not None:
        operation["requestBody"]["content"]["application/json"]["examples"] = {
            title: {"value": value} for title, value in asked.items()
        }


def text() -> str:
    """The file's content."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
