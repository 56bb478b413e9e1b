"""Requests by hand, for what the client never sends."""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.pki import DemoPki


@dataclass(frozen=True)
class PlainAnswer:
    status: int
    head: dict[str, str]
    body: bytes

    @property
    def problem(self) -> str | None:
        return json.loads(self.body)["type"] if self.head.get("content-type") == "application/problem+json" else None


class Plain:
    """Mutual TLS with one kiosk's certificate, and nothing else done for the caller."""

    def __init__(self, pki: DemoPki, central: CentralProcess, device: str = "kiosk-01") -> None:
        identity = pki.device(device)
        self._context = ssl.create_default_context(cafile=str(pki.authority))
        self._context.load_cert_chain(identity.certificate, identity.key)
        self._port = central.port

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        token: str | None = None,
        head: Mapping[str, str] | None = None,
    ) -> PlainAnswer:
        sent = dict(head or {})
        if body is not None:
            sent["Content-Type"] = "application/json"
        if key is not None:
            sent["Idempotency-Key"] = key
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, context=self._context, timeout=10)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            return PlainAnswer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()
